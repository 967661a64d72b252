//! Finds nodes by what is typed into a search field: text, a CSS selector or an XPath, all three at once.

use super::{
    Dom, Element, Node, NodeIdx,
    matching::{Matcher, Selectors},
    tree::{COMMENT, DOCUMENT, TEXT},
    xpath::XPath,
};

/// The nodes found, in document order, those in shadow roots and frames included.
pub(super) fn search(dom: &Dom, query: &str) -> Vec<NodeIdx> {
    let Some((document, _)) = dom.document() else {
        return Vec::new();
    };
    let query = query.trim();
    if query.is_empty() {
        return Vec::new();
    }
    let text = TextQuery::new(query);
    let selectors = Selectors::parse(query);
    let mut by_path = std::collections::HashSet::new();
    if let Some(path) = XPath::parse(query) {
        let documents = std::iter::once(document).chain(
            dom.tree
                .descendants_in_all(document)
                .filter(|(_, node)| node.node_type == DOCUMENT)
                .map(|(idx, _)| idx),
        );
        documents.for_each(|document| by_path.extend(path.select(&dom.tree, document)));
    }
    // Frames may differ in what they take for equal names: one matcher for each root would be exact, and costs more than
    // a search field is worth. Pages without a doctype are rare.
    let mut matcher = Matcher::new(&dom.tree, document);
    dom.tree
        .descendants_in_all(document)
        .filter(|(idx, node)| {
            let mut matches_selectors = || {
                let element = Element::new(&dom.tree, *idx);
                selectors
                    .as_ref()
                    .zip(element)
                    .is_some_and(|(selectors, element)| matcher.matches(selectors, element, None))
            };
            text.matches(node) || by_path.contains(idx) || matches_selectors()
        })
        .map(|(idx, _)| idx)
        .collect()
}

/// The first node below another that one of the selectors matches.
pub(super) fn first_match(dom: &Dom, below: NodeIdx, selectors: &Selectors) -> Option<NodeIdx> {
    let mut matcher = Matcher::new(&dom.tree, below);
    let scope = Element::new(&dom.tree, below);
    dom.tree
        .descendants(below)
        .filter_map(|(idx, _)| Element::new(&dom.tree, idx))
        .find(|element| matcher.matches(selectors, *element, scope))
        .map(|element| element.idx)
}

/// Text to look for, whatever its case. `<name` and `name>` are beginnings and ends of tag names, `"value"` is a whole
/// attribute value.
struct TextQuery {
    text: String,
    tag: String,
    is_tag_start: bool,
    is_tag_end: bool,
    value: Option<String>,
}

impl TextQuery {
    fn new(query: &str) -> Self {
        let text = query.to_lowercase();
        let after = text.strip_prefix("</").or_else(|| text.strip_prefix('<'));
        let tag = after.unwrap_or(&text);
        let before = tag.strip_suffix('>');
        let quoted = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        Self {
            tag: before.unwrap_or(tag).to_owned(),
            is_tag_start: after.is_some(),
            is_tag_end: before.is_some(),
            value: quoted.filter(|value| !value.is_empty()).map(str::to_owned),
            text,
        }
    }

    fn matches(&self, node: &Node) -> bool {
        match node.node_type {
            TEXT | COMMENT => node.value.as_ref().is_some_and(|text| contains(text, &self.text)),
            _ => self.matches_name(&node.name) || self.matches_attributes(node),
        }
    }

    fn matches_name(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        !self.tag.is_empty()
            && match (self.is_tag_start, self.is_tag_end) {
                (true, true) => name == self.tag,
                (true, false) => name.starts_with(&self.tag),
                (false, true) => name.ends_with(&self.tag),
                (false, false) => name.contains(&self.tag),
            }
    }

    fn matches_attributes(&self, node: &Node) -> bool {
        node.attributes.iter().any(|(name, value)| {
            contains(name, &self.text)
                || contains(value, &self.text)
                || self
                    .value
                    .as_ref()
                    .is_some_and(|wanted| value.to_lowercase() == *wanted)
        })
    }
}

/// Whether a text has another in it, which is in lower case.
fn contains(text: &str, wanted: &str) -> bool {
    match wanted.is_ascii() {
        true => text
            .as_bytes()
            .windows(wanted.len())
            .any(|window| window.eq_ignore_ascii_case(wanted.as_bytes())),
        false => text.to_lowercase().contains(wanted),
    }
}
