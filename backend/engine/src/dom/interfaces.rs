//! Names of the classes that nodes are instances of, for those that no variable of the program ever held.

use super::tree::{COMMENT, DOCTYPE, DOCUMENT, Node, TEXT};
use recording::page::Relation;

/// HTML elements whose class is not `HTML`, their name in title case, `Element`.
const ELEMENTS: [(&str, &str); 58] = [
    ("a", "HTMLAnchorElement"),
    ("abbr", "HTMLElement"),
    ("address", "HTMLElement"),
    ("article", "HTMLElement"),
    ("aside", "HTMLElement"),
    ("b", "HTMLElement"),
    ("blockquote", "HTMLQuoteElement"),
    ("br", "HTMLBRElement"),
    ("caption", "HTMLTableCaptionElement"),
    ("cite", "HTMLElement"),
    ("code", "HTMLElement"),
    ("col", "HTMLTableColElement"),
    ("colgroup", "HTMLTableColElement"),
    ("datalist", "HTMLDataListElement"),
    ("dd", "HTMLElement"),
    ("del", "HTMLModElement"),
    ("dl", "HTMLDListElement"),
    ("dt", "HTMLElement"),
    ("em", "HTMLElement"),
    ("fieldset", "HTMLFieldSetElement"),
    ("figcaption", "HTMLElement"),
    ("figure", "HTMLElement"),
    ("footer", "HTMLElement"),
    ("h1", "HTMLHeadingElement"),
    ("h2", "HTMLHeadingElement"),
    ("h3", "HTMLHeadingElement"),
    ("h4", "HTMLHeadingElement"),
    ("h5", "HTMLHeadingElement"),
    ("h6", "HTMLHeadingElement"),
    ("header", "HTMLElement"),
    ("hr", "HTMLHRElement"),
    ("i", "HTMLElement"),
    ("iframe", "HTMLIFrameElement"),
    ("img", "HTMLImageElement"),
    ("ins", "HTMLModElement"),
    ("kbd", "HTMLElement"),
    ("li", "HTMLLIElement"),
    ("main", "HTMLElement"),
    ("mark", "HTMLElement"),
    ("nav", "HTMLElement"),
    ("noscript", "HTMLElement"),
    ("ol", "HTMLOListElement"),
    ("optgroup", "HTMLOptGroupElement"),
    ("p", "HTMLParagraphElement"),
    ("q", "HTMLQuoteElement"),
    ("section", "HTMLElement"),
    ("small", "HTMLElement"),
    ("strong", "HTMLElement"),
    ("sub", "HTMLElement"),
    ("summary", "HTMLElement"),
    ("sup", "HTMLElement"),
    ("tbody", "HTMLTableSectionElement"),
    ("td", "HTMLTableCellElement"),
    ("textarea", "HTMLTextAreaElement"),
    ("tfoot", "HTMLTableSectionElement"),
    ("th", "HTMLTableCellElement"),
    ("thead", "HTMLTableSectionElement"),
    ("ul", "HTMLUListElement"),
];

/// Others that are named otherwise than their element.
const MORE: [(&str, &str); 3] = [
    ("tr", "HTMLTableRowElement"),
    ("u", "HTMLElement"),
    ("wbr", "HTMLElement"),
];

/// The name of a node's class, as the browser would tell it.
pub(crate) fn class_name(node: &Node) -> String {
    match node.node_type {
        _ if node.relation == Relation::ShadowRoot => "ShadowRoot".to_owned(),
        TEXT => "Text".to_owned(),
        COMMENT => "Comment".to_owned(),
        DOCUMENT => "HTMLDocument".to_owned(),
        DOCTYPE => "DocumentType".to_owned(),
        4 => "CDATASection".to_owned(),
        7 => "ProcessingInstruction".to_owned(),
        11 => "DocumentFragment".to_owned(),
        _ => element_class(node),
    }
}

fn element_class(node: &Node) -> String {
    match node.namespace.as_deref() {
        Some("http://www.w3.org/2000/svg") => return format!("SVG{}Element", title(&node.name)),
        Some("http://www.w3.org/1998/Math/MathML") => return "MathMLElement".to_owned(),
        Some(_) => return "Element".to_owned(),
        None => {}
    }
    let name = node.name.to_lowercase();
    if name.contains('-') {
        return "HTMLElement".to_owned();
    }
    let known = ELEMENTS.iter().chain(&MORE).find(|(known, _)| *known == name);
    known.map_or_else(
        || format!("HTML{}Element", title(&name)),
        |(_, class)| (*class).to_owned(),
    )
}

/// With a capital first letter; `svg` is all capitals.
fn title(name: &str) -> String {
    if name == "svg" {
        return "SVG".to_owned();
    }
    let mut chars = name.chars();
    let first = chars.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(chars).collect()
}
