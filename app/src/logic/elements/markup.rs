//! Nodes as text: markup, in a line or whole, and selectors that find them again.

use components::preview::{Token, Tone};
use wire::dom::Node;

/// `nodeType` of elements, texts, comments, documents, doctypes and shadow roots.
pub const ELEMENT: u32 = 1;
/// A text.
pub const TEXT: u32 = 3;
const CDATA: u32 = 4;
const INSTRUCTION: u32 = 7;
const COMMENT: u32 = 8;
/// A document.
pub const DOCUMENT: u32 = 9;
const DOCTYPE: u32 = 10;
/// A shadow root.
pub const FRAGMENT: u32 = 11;

/// Characters of a text or an attribute's value in a row.
const MAX_TEXT: usize = 300;
const MAX_VALUE: usize = 120;
/// Attributes in a row.
const MAX_ATTRIBUTES: usize = 16;
/// Classes in a label.
const MAX_CLASSES: usize = 3;

/// The name of an element as it is written: HTML's are said in capitals, and written small.
pub fn name(node: &Node) -> String {
    match node.node_name.chars().any(char::is_lowercase) {
        true => node.node_name.clone(),
        false => node.node_name.to_lowercase(),
    }
}

/// An attribute's value.
pub fn attribute<'n>(node: &'n Node, name: &str) -> Option<&'n str> {
    let found = node.attributes.iter().find(|attribute| attribute.name == name);
    found.map(|attribute| attribute.value.as_str())
}

/// Whether it is a text of nothing but white space, which layout leaves out as a rule.
pub fn is_blank(node: &Node) -> bool {
    node.node_type == TEXT && node.node_value.as_deref().unwrap_or_default().trim().is_empty()
}

/// Whether it never has an end.
pub fn is_void(node: &Node) -> bool {
    const VOID: [&str; 14] = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
        "track", "wbr",
    ];
    VOID.contains(&name(node).as_str())
}

/// A text in one line.
pub fn one_line(text: &str) -> String {
    let mut line = String::new();
    for word in text.split_ascii_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        // A word more than is shown is enough.
        if line.len() > 4 * MAX_TEXT {
            break;
        }
    }
    line
}

/// A text with no more characters than `max`.
pub fn cut(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// The beginning of a node in one line: of an element without its end.
pub fn tokens(node: &Node) -> Vec<Token> {
    let faint = |text: String| vec![Token::new(Tone::Faint, text)];
    let value = || {
        cut(
            &one_line(node.node_value.as_deref().unwrap_or_default()),
            MAX_TEXT,
        )
    };
    match node.node_type {
        ELEMENT if node.pseudo_type.is_some() => vec![Token::new(Tone::Keyword, node.node_name.clone())],
        ELEMENT => {
            let mut tokens = vec![
                Token::new(Tone::Faint, "<"),
                Token::new(Tone::Keyword, cut(&name(node), MAX_VALUE)),
            ];
            for attribute in node.attributes.iter().take(MAX_ATTRIBUTES) {
                tokens.push(Token::new(
                    Tone::Literal,
                    format!(" {}", cut(&attribute.name, MAX_VALUE)),
                ));
                if !attribute.value.is_empty() {
                    tokens.push(Token::new(Tone::Faint, "=\""));
                    let value = cut(&one_line(&attribute.value), MAX_VALUE);
                    tokens.push(Token::new(Tone::String, value));
                    tokens.push(Token::new(Tone::Faint, "\""));
                }
            }
            let is_cut = node.attributes.len() > MAX_ATTRIBUTES;
            tokens.push(Token::new(Tone::Faint, if is_cut { " …>" } else { ">" }));
            tokens
        }
        TEXT | CDATA => vec![Token::new(Tone::Plain, value())],
        COMMENT => faint(format!("<!-- {} -->", value())),
        INSTRUCTION => faint(format!("<?{} {}?>", node.node_name, value())),
        DOCTYPE => faint(format!("<!DOCTYPE {}>", cut(&node.node_name, MAX_VALUE))),
        DOCUMENT => {
            let url = node.document_url.as_deref().unwrap_or_default();
            vec![
                Token::new(Tone::Class, "#document"),
                Token::new(Tone::Faint, format!(" ({})", cut(url, MAX_VALUE))),
            ]
        }
        FRAGMENT => vec![Token::new(Tone::Class, "#shadow-root")],
        _ => faint(node.node_name.clone()),
    }
}

/// The end of an element.
pub fn end_tokens(node: &Node) -> Vec<Token> {
    vec![
        Token::new(Tone::Faint, "</"),
        Token::new(Tone::Keyword, cut(&name(node), MAX_VALUE)),
        Token::new(Tone::Faint, ">"),
    ]
}

/// `tag#id.class` of an element, else what kind of node it is.
pub fn label(node: &Node) -> String {
    match node.node_type {
        ELEMENT => {
            let mut label = cut(&name(node), 60);
            if let Some(id) = attribute(node, "id").filter(|id| !id.is_empty()) {
                label.push('#');
                label.push_str(&cut(id, 60));
            }
            let classes = attribute(node, "class").unwrap_or_default();
            for class in classes.split_ascii_whitespace().take(MAX_CLASSES) {
                label.push('.');
                label.push_str(&cut(class, 40));
            }
            label
        }
        TEXT | CDATA => "text".to_owned(),
        COMMENT => "comment".to_owned(),
        DOCUMENT => "#document".to_owned(),
        DOCTYPE => "doctype".to_owned(),
        FRAGMENT => "#shadow-root".to_owned(),
        _ => node.node_name.clone(),
    }
}

/// An identifier as CSS writes it.
pub fn identifier(text: &str) -> String {
    let mut written = String::new();
    for (at, char) in text.chars().enumerate() {
        let is_plain = char.is_ascii_alphanumeric() || matches!(char, '-' | '_') || !char.is_ascii();
        let is_bad_start = char.is_ascii_digit() && (at == 0 || at == 1 && text.starts_with('-'))
            || char == '-' && text.len() == 1;
        match (is_plain, is_bad_start) {
            (true, false) => written.push(char),
            (_, _) if char.is_ascii_digit() || char.is_ascii_control() => {
                written.push_str(&format!("\\{:x} ", char as u32));
            }
            _ => {
                written.push('\\');
                written.push(char);
            }
        }
    }
    written
}

/// A step of a selector: an element, and where it stands among the elements of its parent.
pub struct Step<'n> {
    /// The element.
    pub node: &'n Node,
    /// From 1.
    pub nth: usize,
    /// Whether no sibling element has its name.
    pub is_alone: bool,
}

/// A selector that finds an element from the root of its tree; the steps are the element's and those above it, the outermost
/// first.
pub fn selector(steps: &[Step<'_>]) -> String {
    let mut parts = Vec::new();
    for Step { node, nth, is_alone } in steps.iter().rev() {
        if let Some(id) = attribute(node, "id").filter(|id| !id.is_empty()) {
            parts.push(format!("#{}", identifier(id)));
            break;
        }
        let name = identifier(&name(node));
        parts.push(match is_alone {
            true => name,
            false => format!("{name}:nth-child({nth})"),
        });
    }
    parts.reverse();
    parts.join(" > ")
}

/// An expression of the program that gives the element at the end of selectors, one for each tree on the way, with how the root
/// of each is reached from the element before.
pub fn expression(selectors: &[(&str, String)]) -> String {
    let mut expression = "document".to_owned();
    for (root, selector) in selectors {
        let quoted = crate::logic::literal::quoted(selector, usize::MAX);
        expression.push_str(&format!("{root}.querySelector({quoted})"));
    }
    expression
}

/// Writes nodes as HTML; what is below an element comes between its beginning and its end.
pub fn write_begin(html: &mut String, node: &Node, is_raw: bool) {
    let value = node.node_value.as_deref().unwrap_or_default();
    match node.node_type {
        ELEMENT if node.pseudo_type.is_none() => {
            html.push('<');
            html.push_str(&name(node));
            for attribute in &node.attributes {
                let value = attribute.value.replace('&', "&amp;").replace('"', "&quot;");
                html.push_str(&format!(" {}=\"{value}\"", attribute.name));
            }
            html.push('>');
        }
        TEXT if is_raw => html.push_str(value),
        TEXT => {
            let text = value
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;");
            html.push_str(&text);
        }
        COMMENT => html.push_str(&format!("<!--{value}-->")),
        DOCTYPE => html.push_str(&format!("<!DOCTYPE {}>", node.node_name)),
        _ => {}
    }
}

/// Writes the end of an element.
pub fn write_end(html: &mut String, node: &Node) {
    if node.node_type == ELEMENT && node.pseudo_type.is_none() && !is_void(node) {
        html.push_str(&format!("</{}>", name(node)));
    }
}

/// Whether the text below an element is no markup.
pub fn is_raw(node: &Node) -> bool {
    matches!(
        name(node).as_str(),
        "script" | "style" | "noscript" | "xmp" | "iframe"
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use serde_json::json;

    use super::*;

    fn element(name: &str, attributes: &[(&str, &str)]) -> Node {
        let attributes: Vec<_> = attributes
            .iter()
            .map(|(name, value)| json!({ "name": name, "value": value }))
            .collect();
        let node = json!({ "nodeType": 1, "nodeName": name, "isConnected": true, "attributes": attributes });
        serde_json::from_value(node).unwrap()
    }

    #[test]
    fn a_selector_begins_at_an_id_and_counts_where_names_repeat() {
        let nodes = [
            element("HTML", &[]),
            element("BODY", &[]),
            element("LI", &[("class", "a b")]),
        ];
        let step = |at: usize, nth, is_alone| Step {
            node: &nodes[at],
            nth,
            is_alone,
        };
        let steps = [step(0, 1, true), step(1, 2, true), step(2, 3, false)];
        assert_eq!(selector(&steps), "html > body > li:nth-child(3)");
        let named = element("UL", &[("id", "1st:list")]);
        let steps = [
            step(1, 2, true),
            Step {
                node: &named,
                nth: 1,
                is_alone: true,
            },
            step(2, 1, true),
        ];
        assert_eq!(selector(&steps), "#\\31 st\\:list > li");
        assert_eq!(
            expression(&[("", "#a".to_owned()), (".shadowRoot", "b".to_owned())]),
            "document.querySelector(\"#a\").shadowRoot.querySelector(\"b\")"
        );
        assert_eq!(label(&nodes[2]), "li.a.b");
    }

    #[test]
    fn markup_is_written_so_that_it_reads_back_the_same() {
        let mut html = String::new();
        let link = element("A", &[("title", "\"&\"")]);
        write_begin(&mut html, &link, false);
        let text = json!({ "nodeType": 3, "nodeName": "#text", "nodeValue": "a < b", "isConnected": true });
        write_begin(&mut html, &serde_json::from_value(text).unwrap(), false);
        write_end(&mut html, &link);
        write_begin(&mut html, &element("BR", &[]), false);
        write_end(&mut html, &element("BR", &[]));
        assert_eq!(html, "<a title=\"&quot;&amp;&quot;\">a &lt; b</a><br>");
    }

    #[test]
    fn what_is_shown_of_texts_is_bounded() {
        let long = element("P", &[("title", &"x".repeat(10_000))]);
        let shown: usize = tokens(&long).iter().map(|token| token.text.len()).sum();
        assert!(shown < 200, "{shown}");
        assert_eq!(cut("häß", 2), "hä…");
        assert_eq!(one_line(" a\n  b "), "a b");
    }
}
