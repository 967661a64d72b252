//! The documents of a page at one moment: a tree whose copies share what they have in common, so that many moments of
//! it can be kept.
//!
//! Nodes are linked to their neighbours, so every change takes the same time however many children a node has. Whatever
//! a log says, the links stay those of a forest: a node that comes anew comes without what was below it.

use std::{collections::HashMap, iter, rc::Rc};

use recording::{
    ids::ObjectId,
    page::{DomChange, DomNode, DomOp, Relation},
    value::Text,
};

/// Nodes that are copied together when one of them changes.
const NODES_PER_PAGE: usize = 32;

/// Numbers of nodes: small ones in the order they were first heard of, whatever object ids they have.
pub(crate) type Numbers = HashMap<ObjectId, NodeIdx>;

/// A node, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct NodeIdx(u32);

/// A node and its neighbours.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) id: ObjectId,
    /// How it belongs to its parent.
    pub(crate) relation: Relation,
    /// `nodeType`
    pub(crate) node_type: u8,
    /// `nodeName`
    pub(crate) name: Text,
    /// `nodeValue`
    pub(crate) value: Option<Text>,
    pub(crate) attributes: Vec<(Text, Text)>,
    /// None for HTML.
    pub(crate) namespace: Option<Text>,
    /// `URL` of a document.
    pub(crate) url: Option<Text>,
    pub(crate) parent: Option<NodeIdx>,
    pub(crate) previous: Option<NodeIdx>,
    pub(crate) next: Option<NodeIdx>,
    pub(crate) first_child: Option<NodeIdx>,
    pub(crate) last_child: Option<NodeIdx>,
    pub(crate) shadow_root: Option<NodeIdx>,
    pub(crate) content_document: Option<NodeIdx>,
}

/// `nodeType` of elements, text, documents and doctypes.
pub(crate) const ELEMENT: u8 = 1;
pub(crate) const TEXT: u8 = 3;
pub(crate) const COMMENT: u8 = 8;
pub(crate) const DOCUMENT: u8 = 9;
pub(crate) const DOCTYPE: u8 = 10;

impl Node {
    pub(crate) fn is_element(&self) -> bool {
        self.node_type == ELEMENT
    }

    /// An attribute's value, by its name as it stands.
    pub(crate) fn attribute(&self, name: &str) -> Option<&Text> {
        let found = self.attributes.iter().find(|(known, _)| **known == *name);
        found.map(|(_, value)| value)
    }
}

/// See the module.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    pages: Vec<Rc<Page>>,
    n_nodes: usize,
    /// The page's document.
    pub(crate) document: Option<NodeIdx>,
}

type Page = [Option<Node>; NODES_PER_PAGE];

impl Tree {
    /// A node that is or was in a document.
    pub(crate) fn node(&self, idx: NodeIdx) -> Option<&Node> {
        let page = self.pages.get(idx.0 as usize / NODES_PER_PAGE)?;
        page.get(idx.0 as usize % NODES_PER_PAGE)?.as_ref()
    }

    /// How many nodes it knows, gone ones included.
    pub(crate) fn n_nodes(&self) -> usize {
        self.n_nodes
    }

    /// The children, in order.
    pub(crate) fn children(&self, idx: NodeIdx) -> impl Iterator<Item = (NodeIdx, &Node)> {
        let first = self.node(idx).and_then(|node| node.first_child);
        let with_node = |idx: NodeIdx| Some((idx, self.node(idx)?));
        iter::successors(first.and_then(with_node), move |(_, node)| {
            node.next.and_then(with_node)
        })
    }

    /// The parent, its parent and so on: from a shadow root to its host, from a frame's document to the frame.
    pub(crate) fn ancestors(&self, idx: NodeIdx) -> impl Iterator<Item = (NodeIdx, &Node)> {
        let parent_of = |node: &Node| Some((node.parent?, self.node(node.parent?)?));
        iter::successors(self.node(idx).and_then(parent_of), move |(_, node)| {
            parent_of(node)
        })
    }

    /// Whether it belongs to the page's document.
    pub(crate) fn is_connected(&self, idx: NodeIdx) -> bool {
        let root = self.ancestors(idx).last().map_or(idx, |(root, _)| root);
        Some(root) == self.document
    }

    /// All below a node, in document order; of shadow roots and frames' documents only that of the node itself, if it is
    /// one.
    pub(crate) fn descendants(&self, root: NodeIdx) -> impl Iterator<Item = (NodeIdx, &Node)> {
        self.walk(root, |_, node| node.first_child, |_, node| node.next)
    }

    /// All below a node, in document order, with what is in its shadow roots and frames: these before its children.
    pub(crate) fn descendants_in_all(&self, root: NodeIdx) -> impl Iterator<Item = (NodeIdx, &Node)> {
        let below = |_: &Self, node: &Node| node.shadow_root.or(node.content_document).or(node.first_child);
        self.walk(root, below, |tree, node| {
            let host = node.parent.and_then(|parent| tree.node(parent))?;
            match node.relation {
                Relation::Child => node.next,
                Relation::ShadowRoot => host.content_document.or(host.first_child),
                Relation::ContentDocument => host.first_child,
            }
        })
    }

    fn walk<'t>(
        &'t self,
        root: NodeIdx,
        below: impl Fn(&Self, &Node) -> Option<NodeIdx> + 't,
        after: impl Fn(&Self, &Node) -> Option<NodeIdx> + 't,
    ) -> impl Iterator<Item = (NodeIdx, &'t Node)> {
        let mut next = self.node(root).and_then(|node| below(self, node));
        iter::from_fn(move || {
            let idx = next?;
            let node = self.node(idx)?;
            next = below(self, node);
            let mut up = node;
            let mut up_idx = idx;
            while next.is_none() && up_idx != root {
                next = after(self, up);
                up_idx = up.parent?;
                up = self.node(up_idx)?;
            }
            Some((idx, node))
        })
    }

    /// Applies what a row says. Says how many nodes it touched.
    pub(crate) fn apply(&mut self, change: &DomChange, numbers: &mut Numbers) -> usize {
        match change {
            DomChange::Document { url, nodes } => {
                *self = Self::default();
                self.insert(nodes, None, numbers);
                self.document = nodes.first().and_then(|node| numbers.get(&node.id).copied());
                self.change(self.document, |document| document.url = Some(url.clone()));
                nodes.len()
            }
            DomChange::Changes(ops) => ops.iter().map(|op| self.apply_op(op, numbers)).sum(),
        }
    }

    fn apply_op(&mut self, op: &DomOp, numbers: &mut Numbers) -> usize {
        match op {
            DomOp::Insert {
                parent,
                relation,
                before,
                nodes,
            } => {
                let place = Place {
                    parent: *parent,
                    relation: *relation,
                    before: *before,
                };
                self.insert(nodes, Some(place), numbers);
                return nodes.len();
            }
            DomOp::Remove { node } => {
                if let Some(idx) = numbers.get(node) {
                    self.detach(*idx);
                }
            }
            DomOp::Attribute { node, name, value } => {
                self.change(numbers.get(node).copied(), |node| {
                    let known = node.attributes.iter().position(|(known, _)| known == name);
                    match (known, value) {
                        (Some(at), Some(value)) => {
                            if let Some(attribute) = node.attributes.get_mut(at) {
                                attribute.1 = value.clone();
                            }
                        }
                        (Some(at), None) => drop(node.attributes.remove(at)),
                        (None, Some(value)) => node.attributes.push((name.clone(), value.clone())),
                        (None, None) => {}
                    }
                });
            }
            DomOp::Value { node, value } => {
                self.change(numbers.get(node).copied(), |node| {
                    node.value = Some(value.clone())
                });
            }
            DomOp::Url { node, url } => {
                self.change(numbers.get(node).copied(), |node| node.url = Some(url.clone()));
            }
        }
        1
    }

    /// Adds nodes, the first of them at a place; what has no known parent stands alone.
    fn insert(&mut self, nodes: &[DomNode], place: Option<Place>, numbers: &mut Numbers) {
        let mut place = place;
        for node in nodes {
            let n_known = numbers.len() as u32;
            let idx = *numbers.entry(node.id).or_insert(NodeIdx(n_known));
            self.renew(idx, node);
            let place = place.take().or_else(|| {
                Some(Place {
                    parent: node.parent?,
                    relation: node.relation,
                    before: None,
                })
            });
            if let Some(place) = place
                && let Some(parent) = numbers.get(&place.parent).copied()
            {
                let before = place.before.and_then(|before| numbers.get(&before).copied());
                self.attach(idx, parent, place.relation, before);
            }
        }
    }

    /// Puts a node into its slot, without neighbours. What was in the slot is parted from its own.
    fn renew(&mut self, idx: NodeIdx, node: &DomNode) {
        self.detach(idx);
        while let Some(below) = self
            .node(idx)
            .and_then(|node| node.first_child.or(node.shadow_root).or(node.content_document))
        {
            self.detach(below);
        }
        let page_idx = idx.0 as usize / NODES_PER_PAGE;
        if page_idx >= self.pages.len() {
            let empty = Rc::new([const { None }; NODES_PER_PAGE]);
            self.pages.resize(page_idx + 1, empty);
        }
        let page = self.pages.get_mut(page_idx).map(Rc::make_mut);
        let Some(slot) = page.and_then(|page| page.get_mut(idx.0 as usize % NODES_PER_PAGE)) else {
            return;
        };
        self.n_nodes += usize::from(slot.is_none());
        *slot = Some(Node {
            id: node.id,
            relation: node.relation,
            node_type: node.node_type,
            name: node.name.clone(),
            value: node.value.clone(),
            attributes: node.attributes.clone(),
            namespace: node.namespace.clone(),
            url: None,
            parent: None,
            previous: None,
            next: None,
            first_child: None,
            last_child: None,
            shadow_root: None,
            content_document: None,
        });
    }

    /// Puts a node that stands alone below another.
    fn attach(&mut self, idx: NodeIdx, parent: NodeIdx, relation: Relation, before: Option<NodeIdx>) {
        if idx == parent {
            return;
        }
        let Some(new_parent) = self.node(parent) else {
            return;
        };
        let is_sibling = |sibling: &NodeIdx| {
            self.node(*sibling)
                .is_some_and(|node| node.parent == Some(parent) && node.relation == Relation::Child)
        };
        let next = before.filter(is_sibling);
        let previous = match next {
            Some(next) => self.node(next).and_then(|next| next.previous),
            None => new_parent.last_child,
        };
        match relation {
            Relation::Child => {
                self.change(Some(idx), |node| (node.previous, node.next) = (previous, next));
                self.change(previous, |previous| previous.next = Some(idx));
                self.change(next, |next| next.previous = Some(idx));
                self.change(Some(parent), |parent| {
                    if previous.is_none() {
                        parent.first_child = Some(idx);
                    }
                    if next.is_none() {
                        parent.last_child = Some(idx);
                    }
                });
            }
            Relation::ShadowRoot => {
                if let Some(former) = new_parent.shadow_root {
                    self.detach(former);
                }
                self.change(Some(parent), |parent| parent.shadow_root = Some(idx));
            }
            Relation::ContentDocument => {
                if let Some(former) = new_parent.content_document {
                    self.detach(former);
                }
                self.change(Some(parent), |parent| parent.content_document = Some(idx));
            }
        }
        self.change(Some(idx), |node| {
            node.parent = Some(parent);
            node.relation = relation;
        });
    }

    /// Parts a node from its parent and its siblings.
    fn detach(&mut self, idx: NodeIdx) {
        let Some(&Node {
            parent,
            previous,
            next,
            relation,
            ..
        }) = self.node(idx)
        else {
            return;
        };
        if parent.is_none() {
            return;
        }
        self.change(parent, |parent| match relation {
            Relation::Child => {
                if parent.first_child == Some(idx) {
                    parent.first_child = next;
                }
                if parent.last_child == Some(idx) {
                    parent.last_child = previous;
                }
            }
            Relation::ShadowRoot => parent.shadow_root = None,
            Relation::ContentDocument => parent.content_document = None,
        });
        self.change(previous, |previous| previous.next = next);
        self.change(next, |next| next.previous = previous);
        self.change(Some(idx), |node| {
            (node.parent, node.previous, node.next) = (None, None, None);
        });
    }

    fn change(&mut self, idx: Option<NodeIdx>, change: impl FnOnce(&mut Node)) {
        let Some(idx) = idx else { return };
        // A page that does not have the node is not copied.
        if self.node(idx).is_none() {
            return;
        }
        let page = self.pages.get_mut(idx.0 as usize / NODES_PER_PAGE);
        let slot = page.and_then(|page| Rc::make_mut(page).get_mut(idx.0 as usize % NODES_PER_PAGE));
        if let Some(Some(node)) = slot {
            change(node);
        }
    }
}

/// Where nodes come in.
struct Place {
    parent: ObjectId,
    relation: Relation,
    before: Option<ObjectId>,
}
