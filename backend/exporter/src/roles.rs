//! Which nodes of the documents hold something other than words of the page: the text of a script, a style sheet, what
//! somebody typed.

use std::collections::HashMap;

use recording::{
    ids::ObjectId,
    page::{DomChange, DomNode, DomOp},
};

/// What the text of a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Part of a script.
    Script,
    /// Part of a style sheet.
    Style,
    /// Something that can be typed.
    Editable,
}

/// The nodes that have a role; all others are words of the page.
#[derive(Default)]
pub(crate) struct Roles(HashMap<ObjectId, Role>);

impl Roles {
    /// Takes note of the nodes that a change brings.
    pub(crate) fn note(&mut self, change: &DomChange) {
        match change {
            DomChange::Document { nodes, .. } => {
                self.0.clear();
                self.note_nodes(nodes, None);
            }
            DomChange::Changes(ops) => {
                for op in ops {
                    match op {
                        DomOp::Insert { parent, nodes, .. } => self.note_nodes(nodes, Some(*parent)),
                        DomOp::Attribute { node, name, value } if &**name == "contenteditable" => {
                            if value.as_deref().is_some_and(|value| value != "false") {
                                self.0.insert(*node, Role::Editable);
                            }
                        }
                        _ => {}
                    }
                }
            }
        }
    }

    fn note_nodes(&mut self, nodes: &[DomNode], parent: Option<ObjectId>) {
        for node in nodes {
            let parent = node.parent.or(parent);
            let inherited = parent.and_then(|parent| self.of(parent));
            let is_editable = node
                .attributes
                .iter()
                .any(|(name, value)| &**name == "contenteditable" && &**value != "false");
            let role = match &*node.name {
                "SCRIPT" | "script" => Some(Role::Script),
                "STYLE" | "style" => Some(Role::Style),
                "TEXTAREA" => Some(Role::Editable),
                _ if is_editable => Some(Role::Editable),
                _ => inherited,
            };
            match role {
                Some(role) => drop(self.0.insert(node.id, role)),
                None => drop(self.0.remove(&node.id)),
            }
        }
    }

    /// The role of a node.
    pub(crate) fn of(&self, node: ObjectId) -> Option<Role> {
        self.0.get(&node).copied()
    }
}
