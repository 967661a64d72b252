//! Leaves words, scripts and typed text out of documents.

use recording::{
    ids::ObjectId,
    page::{DomChange, DomNode, DomOp},
    share::LeftOut,
    value::Text,
};

use super::Scrub;
use crate::{follow::LEFT_OUT, roles::Role};

/// `nodeType` of doctypes, whose value says nothing.
const DOCTYPE: u8 = 10;
/// Attributes that people read or that hold what a field holds.
const READ: [&str; 14] = [
    "alt",
    "title",
    "placeholder",
    "value",
    "label",
    "content",
    "summary",
    "abbr",
    "aria-label",
    "aria-description",
    "aria-valuetext",
    "aria-placeholder",
    "aria-roledescription",
    "download",
];
/// Attributes that are addresses.
const ADDRESSES: [&str; 12] = [
    "href",
    "src",
    "action",
    "formaction",
    "poster",
    "data",
    "cite",
    "background",
    "ping",
    "xlink:href",
    "manifest",
    "longdesc",
];
/// Attributes by which the program and its style sheets know an element.
const NAMES: [&str; 6] = ["class", "id", "for", "type", "role", "style"];

impl Scrub {
    /// What became of the documents.
    pub(crate) fn dom(&mut self, change: &mut DomChange) {
        match change {
            DomChange::Document { url, nodes } => {
                self.address_of(url);
                nodes.iter_mut().for_each(|node| self.dom_node(node));
            }
            DomChange::Changes(ops) => ops.iter_mut().for_each(|op| match op {
                DomOp::Insert { nodes, .. } => nodes.iter_mut().for_each(|node| self.dom_node(node)),
                DomOp::Remove { .. } => {}
                DomOp::Attribute { node, name, value } => {
                    let role = self.roles.of(*node);
                    if let Some(value) = value {
                        self.attribute(role, name, value);
                    }
                }
                DomOp::Value { node, value } => self.node_value(self.roles.of(*node), value),
                DomOp::Url { url, .. } => self.address_of(url),
            }),
        }
    }

    fn dom_node(&mut self, node: &mut DomNode) {
        let shape = (node.node_type, &node.name);
        self.node(node.id, shape, node.value.as_mut(), &mut node.attributes);
    }

    /// A node, in a document or where the program mentions it.
    pub(super) fn node(
        &mut self,
        id: ObjectId,
        (node_type, _): (u8, &Text),
        value: Option<&mut Text>,
        attributes: &mut [(Text, Text)],
    ) {
        let role = self.roles.of(id);
        if let Some(value) = value.filter(|_| node_type != DOCTYPE) {
            self.node_value(role, value);
        }
        for (name, value) in attributes {
            self.attribute(role, name, value);
        }
    }

    fn node_value(&mut self, role: Option<Role>, value: &mut Text) {
        match role {
            // A style sheet is how the page looks.
            Some(Role::Style) => {}
            Some(Role::Script) if self.leaves_out(LeftOut::Sources) => *value = LEFT_OUT.into(),
            Some(Role::Script) => self.text(value),
            Some(Role::Editable) if self.leaves_out(LeftOut::Typed) => *value = masked(value),
            _ if self.leaves_out(LeftOut::Texts) => *value = masked(value),
            _ => self.text(value),
        }
    }

    fn attribute(&mut self, role: Option<Role>, name: &Text, value: &mut Text) {
        let name: &str = name;
        let is_of_field = name == "value" || role == Some(Role::Editable) && READ.contains(&name);
        if name.starts_with("on") || name == "srcdoc" {
            if self.leaves_out(LeftOut::Sources) || name == "srcdoc" && self.leaves_out(LeftOut::Texts) {
                *value = LEFT_OUT.into();
            }
        } else if READ.contains(&name) || name.starts_with("data-") {
            let is_left_out =
                self.leaves_out(LeftOut::Texts) || is_of_field && self.leaves_out(LeftOut::Typed);
            match is_left_out {
                true => *value = masked(value),
                false => self.text(value),
            }
        } else if ADDRESSES.contains(&name) {
            self.address_of(value);
        } else if name == "srcset" || name == "imagesrcset" {
            let without = value.split(' ').map(|part| match self.address(part) {
                Some(address) => address,
                None => part.to_owned(),
            });
            *value = without.collect::<Vec<_>>().join(" ").into();
        } else if !NAMES.contains(&name) {
            self.text(value);
        }
    }
}

/// A text of which only its shape is left.
fn masked(text: &str) -> Text {
    let masked = text
        .chars()
        .map(|char| if char.is_whitespace() { char } else { '•' });
    masked.collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn a_masked_text_has_its_shape() {
        assert_eq!(&*masked("Hello, you\n"), "•••••• •••\n");
    }
}
