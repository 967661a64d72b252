//! How Playwright writes documents down: nested arrays, in which what did not change is a reference to an earlier snapshot.

use std::{cell::Cell, fmt, rc::Rc};

use recording::value::Text;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use crate::json;

/// A node that is written out.
#[derive(Debug)]
pub(super) struct Written {
    /// Its number among those of its snapshot: children before parents.
    pub(super) number: usize,
    pub(super) what: What,
}

#[derive(Debug)]
pub(super) enum What {
    Text(Text),
    Element {
        name: Text,
        attributes: Vec<(Text, Text)>,
        children: Vec<Child>,
    },
}

/// What stands in an element.
#[derive(Clone, Debug)]
pub(super) enum Child {
    Written(Rc<Written>),
    /// A node of the snapshot so many before this one, by its number there.
    Same {
        n_ago: usize,
        number: usize,
    },
}

/// A node of a snapshot: which snapshot, and its number there.
pub(super) type Key = (usize, usize);

/// All snapshots of a frame.
#[derive(Default)]
pub(super) struct Snapshots(Vec<Snapshot>);

struct Snapshot {
    root: Option<Child>,
    nodes: Vec<Rc<Written>>,
    is_whole: bool,
}

impl Snapshots {
    /// Adds one. One that cannot be read counts too, for later ones refer to others by how long ago they were.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) fn add(&mut self, html: &str) -> Result<(), String> {
        let n_nodes = Cell::new(0);
        let read = json::read_with(html, OfNode { n_nodes: &n_nodes });
        let mut snapshot = Snapshot {
            root: None,
            nodes: Vec::new(),
            is_whole: true,
        };
        let outcome = read.map(|root| {
            snapshot.list(&root);
            snapshot.root = Some(root);
        });
        self.0.push(snapshot);
        outcome
    }

    /// The number of the last one.
    pub(super) fn last_idx(&self) -> usize {
        self.0.len().saturating_sub(1)
    }

    /// The root of the last one, if it could be read.
    pub(super) fn last_root(&self) -> Option<Child> {
        self.0.last()?.root.clone()
    }

    /// Whether the last one refers to none before, though it could: it is of a document that is new to Playwright.
    pub(super) fn is_last_whole(&self) -> bool {
        self.0
            .last()
            .is_none_or(|last| last.is_whole && last.nodes.len() > 1)
    }

    /// The node that stands in a snapshot. None if it refers to one that is not there.
    pub(super) fn resolve(&self, snapshot_idx: usize, child: &Child) -> Option<(Rc<Written>, Key)> {
        match child {
            Child::Written(node) => Some((Rc::clone(node), (snapshot_idx, node.number))),
            Child::Same { n_ago, number } => {
                let there = snapshot_idx.checked_sub((*n_ago).max(1))?;
                let node = self.0.get(there)?.nodes.get(*number)?;
                Some((Rc::clone(node), (there, *number)))
            }
        }
    }

    /// All nodes of earlier snapshots that the last one refers to.
    pub(super) fn referred(&self) -> Vec<Key> {
        let Some(last) = self.0.last() else {
            return Vec::new();
        };
        let children = last.nodes.iter().filter_map(|node| match &node.what {
            What::Element { children, .. } => Some(children),
            What::Text(_) => None,
        });
        let all = children.flatten().chain(&last.root);
        let key = |child: &Child| match child {
            Child::Written(_) => None,
            Child::Same { n_ago, number } => Some((self.last_idx().checked_sub((*n_ago).max(1))?, *number)),
        };
        all.filter_map(key).collect()
    }
}

impl Snapshot {
    /// Recursive as far as JSON may nest.
    fn list(&mut self, child: &Child) {
        let Child::Written(node) = child else {
            self.is_whole = false;
            return;
        };
        if let What::Element { children, .. } = &node.what {
            children.iter().for_each(|child| self.list(child));
        }
        self.nodes.push(Rc::clone(node));
    }
}

/// Reads a node and numbers it.
#[derive(Clone, Copy)]
struct OfNode<'n> {
    n_nodes: &'n Cell<usize>,
}

impl OfNode<'_> {
    fn written(self, what: What) -> Child {
        let number = self.n_nodes.get();
        self.n_nodes.set(number + 1);
        Child::Written(Rc::new(Written { number, what }))
    }
}

impl<'de> DeserializeSeed<'de> for OfNode<'_> {
    type Value = Child;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Child, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for OfNode<'_> {
    type Value = Child;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a node")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Child, E> {
        Ok(self.written(What::Text(text.into())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Child, A::Error> {
        let first = parts.next_element::<First>()?;
        match first.ok_or_else(|| Error::custom("a node of nothing"))? {
            First::Same(n_ago, number) => {
                while parts.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Child::Same { n_ago, number })
            }
            First::Name(name) => {
                let attributes = parts.next_element::<Attributes>()?.unwrap_or_default().0;
                let mut children = Vec::new();
                while let Some(child) = parts.next_element_seed(self)? {
                    children.push(child);
                }
                Ok(self.written(What::Element {
                    name: name.into(),
                    attributes,
                    children,
                }))
            }
        }
    }
}

/// What an array begins with.
#[derive(Deserialize)]
#[serde(untagged)]
enum First {
    Name(String),
    Same(usize, usize),
}

/// Attributes in their order.
#[derive(Default)]
struct Attributes(Vec<(Text, Text)>);

impl<'de> Deserialize<'de> for Attributes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Attributes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("attributes")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Attributes, A::Error> {
                let mut attributes = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, String>()? {
                    attributes.push((name.into(), value.into()));
                }
                Ok(Attributes(attributes))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}
