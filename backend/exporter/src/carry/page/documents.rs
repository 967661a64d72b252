//! The documents of a page, kept up with their changes, and told again as one.

use std::collections::HashMap;

use recording::{
    ids::ObjectId,
    page::{DomChange, DomNode, DomOp, Relation},
    value::Text,
};

/// The documents as they stand.
#[derive(Default)]
pub(super) struct Documents {
    document: Option<ObjectId>,
    nodes: HashMap<ObjectId, Node>,
}

struct Node {
    node: DomNode,
    children: Vec<ObjectId>,
    shadow_root: Option<ObjectId>,
    content_document: Option<ObjectId>,
    /// `URL` of a document.
    url: Option<Text>,
}

impl Documents {
    pub(super) fn apply(&mut self, change: DomChange) {
        match change {
            DomChange::Document { url, nodes } => {
                *self = Self::default();
                self.document = nodes.first().map(|node| node.id);
                self.insert(nodes, None);
                if let Some(document) = self.document.and_then(|id| self.nodes.get_mut(&id)) {
                    document.url = Some(url);
                }
            }
            DomChange::Changes(ops) => ops.into_iter().for_each(|op| self.apply_op(op)),
        }
    }

    fn apply_op(&mut self, op: DomOp) {
        match op {
            DomOp::Insert {
                parent,
                relation,
                before,
                nodes,
            } => self.insert(nodes, Some((parent, relation, before))),
            DomOp::Remove { node } => self.remove(node),
            DomOp::Attribute { node, name, value } => {
                let Some(node) = self.nodes.get_mut(&node) else {
                    return;
                };
                let attributes = &mut node.node.attributes;
                let known = attributes.iter().position(|(known, _)| *known == name);
                match (known, value) {
                    (Some(at), Some(value)) => {
                        if let Some(attribute) = attributes.get_mut(at) {
                            attribute.1 = value;
                        }
                    }
                    (Some(at), None) => drop(attributes.remove(at)),
                    (None, Some(value)) => attributes.push((name, value)),
                    (None, None) => {}
                }
            }
            DomOp::Value { node, value } => {
                if let Some(node) = self.nodes.get_mut(&node) {
                    node.node.value = Some(value);
                }
            }
            DomOp::Url { node, url } => {
                if let Some(node) = self.nodes.get_mut(&node) {
                    node.url = Some(url);
                }
            }
        }
    }

    fn insert(&mut self, nodes: Vec<DomNode>, place: Option<(ObjectId, Relation, Option<ObjectId>)>) {
        let mut place = place;
        for mut node in nodes {
            let id = node.id;
            self.remove(id);
            let (parent, relation, before) = match place.take() {
                Some((parent, relation, before)) => (Some(parent), relation, before),
                None => (node.parent, node.relation, None),
            };
            (node.parent, node.relation) = (parent, relation);
            if let Some(parent) = parent.and_then(|parent| self.nodes.get_mut(&parent)) {
                match relation {
                    Relation::Child => {
                        let at = before.and_then(|before| {
                            // The last ones are the likeliest.
                            parent.children.iter().rposition(|child| *child == before)
                        });
                        parent.children.insert(at.unwrap_or(parent.children.len()), id);
                    }
                    Relation::ShadowRoot => parent.shadow_root = Some(id),
                    Relation::ContentDocument => parent.content_document = Some(id),
                }
            }
            let node = Node {
                node,
                children: Vec::new(),
                shadow_root: None,
                content_document: None,
                url: None,
            };
            self.nodes.insert(id, node);
        }
    }

    /// Takes a node out, with all below it.
    fn remove(&mut self, id: ObjectId) {
        let Some(gone) = self.nodes.remove(&id) else {
            return;
        };
        if let Some(parent) = gone.node.parent.and_then(|parent| self.nodes.get_mut(&parent)) {
            match gone.node.relation {
                Relation::Child => {
                    if let Some(at) = parent.children.iter().rposition(|child| *child == id) {
                        parent.children.remove(at);
                    }
                }
                Relation::ShadowRoot => parent.shadow_root = parent.shadow_root.filter(|root| *root != id),
                Relation::ContentDocument => {
                    parent.content_document = parent.content_document.filter(|document| *document != id);
                }
            }
        }
        let mut below = gone.below();
        while let Some(id) = below.pop() {
            if let Some(node) = self.nodes.remove(&id) {
                below.extend(node.below());
            }
        }
    }

    /// The documents told as one that takes the place of everything, and the addresses of those in frames.
    pub(super) fn into_changes(mut self) -> Vec<DomChange> {
        let Some(document) = self.document else {
            return Vec::new();
        };
        let mut nodes = Vec::new();
        let mut urls = Vec::new();
        let mut url: Text = "".into();
        let mut waiting = vec![document];
        while let Some(id) = waiting.pop() {
            let Some(node) = self.nodes.remove(&id) else {
                continue;
            };
            waiting.extend(node.below().into_iter().rev());
            match node.url {
                Some(of_page) if id == document => url = of_page,
                Some(of_frame) => urls.push(DomOp::Url {
                    node: id,
                    url: of_frame,
                }),
                None => {}
            }
            nodes.push(node.node);
        }
        let mut changes = vec![DomChange::Document { url, nodes }];
        if !urls.is_empty() {
            changes.push(DomChange::Changes(urls));
        }
        changes
    }
}

impl Node {
    /// What is right below it, in document order: what is in its shadow root or frame before its children.
    fn below(&self) -> Vec<ObjectId> {
        let roots = self.shadow_root.into_iter().chain(self.content_document);
        roots.chain(self.children.iter().copied()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(id: u32, parent: Option<u32>, name: &str) -> DomNode {
        DomNode {
            id: ObjectId(id),
            parent: parent.map(ObjectId),
            relation: Relation::Child,
            node_type: 1,
            name: name.into(),
            value: None,
            attributes: Vec::new(),
            namespace: None,
        }
    }

    fn insert(parent: u32, before: Option<u32>, nodes: Vec<DomNode>) -> DomOp {
        DomOp::Insert {
            parent: ObjectId(parent),
            relation: Relation::Child,
            before: before.map(ObjectId),
            nodes,
        }
    }

    #[test]
    fn what_changed_is_told_as_it_came_to_be() {
        let mut documents = Documents::default();
        documents.apply(DomChange::Document {
            url: "http://a.test/".into(),
            nodes: vec![
                node(1, None, "#document"),
                node(2, Some(1), "BODY"),
                node(3, Some(2), "P"),
                node(4, Some(3), "B"),
            ],
        });
        documents.apply(DomChange::Changes(vec![
            insert(2, Some(3), vec![node(5, None, "UL"), node(6, Some(5), "LI")]),
            insert(2, None, vec![node(7, None, "HR")]),
            DomOp::Remove { node: ObjectId(3) },
            DomOp::Attribute {
                node: ObjectId(5),
                name: "id".into(),
                value: Some("list".into()),
            },
            DomOp::Url {
                node: ObjectId(1),
                url: "http://a.test/b".into(),
            },
            // Of nodes that are gone nothing comes back.
            DomOp::Value {
                node: ObjectId(4),
                value: "x".into(),
            },
        ]));
        let changes = documents.into_changes();
        let [DomChange::Document { url, nodes }] = &changes[..] else {
            panic!("{changes:?}");
        };
        assert_eq!(&**url, "http://a.test/b");
        let order: Vec<_> = nodes
            .iter()
            .map(|node| (node.id.0, node.parent.map(|id| id.0)))
            .collect();
        assert_eq!(
            order,
            [(1, None), (2, Some(1)), (5, Some(2)), (6, Some(5)), (7, Some(2))]
        );
        assert_eq!(nodes[2].attributes, [("id".into(), "list".into())]);
    }
}
