//! The document that snapshots tell of, and what became of it from one to the next. Nodes that a snapshot refers to are the same;
//! those that it writes out are taken for the ones that stood there, if they have the same name.

mod looks;

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

use recording::{
    ids::ObjectId,
    page::{DomNode, DomOp, Relation},
    value::Text,
};

use self::looks::{change_attributes, element, frame_of, is_like};
use super::snapshot::{Child, Key, Snapshots, What, Written};
use crate::{
    limits::{MAX_DEPTH, MAX_NODES},
    story::Story,
};

const SVG: &str = "http://www.w3.org/2000/svg";
/// What Playwright notes in attributes.
const SHADOW_ROOT: &str = "__playwright_shadow_root_";
const STYLE_SHEET: &str = "__playwright_style_sheet_";
const FRAME_PREFIX: &str = "/snapshot/";

/// How many of the nodes that stood there are looked at to find the one that a written node was.
const MAX_LOOK_AHEAD: usize = 64;

/// See the module.
#[derive(Default)]
pub(super) struct Tree {
    document: ObjectId,
    /// Also those that went: they may come again.
    nodes: Vec<Live>,
    root: Option<usize>,
    /// Nodes by the snapshot and the number under which they were written last.
    by_key: HashMap<Key, usize>,
    /// Frame elements by the frames that they show.
    hosts: HashMap<String, ObjectId>,
}

/// A node of the tree.
struct Live {
    object: ObjectId,
    key: Key,
    kind: Kind,
    parent: Option<usize>,
    /// In order; a shadow root is one of them.
    children: Vec<usize>,
}

enum Kind {
    Text(Text),
    Element {
        name: Text,
        attributes: Vec<(Text, Text)>,
        is_svg: bool,
        is_shadow_root: bool,
    },
}

impl Live {
    fn is_shadow_root(&self) -> bool {
        matches!(
            self.kind,
            Kind::Element {
                is_shadow_root: true,
                ..
            }
        )
    }

    fn is_svg(&self) -> bool {
        match &self.kind {
            Kind::Element { is_svg, name, .. } => *is_svg && &**name != "foreignObject",
            Kind::Text(_) => false,
        }
    }

    fn row(&self, parent: Option<ObjectId>) -> DomNode {
        let relation = match self.is_shadow_root() && parent.is_some() {
            true => Relation::ShadowRoot,
            false => Relation::Child,
        };
        let row = |node_type: u8, name: Text| DomNode {
            id: self.object,
            parent,
            relation,
            node_type,
            name,
            value: None,
            attributes: Vec::new(),
            namespace: None,
        };
        match &self.kind {
            Kind::Text(text) => DomNode {
                value: Some(text.clone()),
                ..row(3, "#text".into())
            },
            Kind::Element {
                is_shadow_root: true, ..
            } => row(11, "#document-fragment".into()),
            Kind::Element {
                name,
                attributes,
                is_svg,
                ..
            } => DomNode {
                attributes: attributes.clone(),
                namespace: is_svg.then(|| SVG.into()),
                ..row(1, name.clone())
            },
        }
    }
}

impl Tree {
    pub(super) fn is_empty(&self) -> bool {
        self.root.is_none()
    }

    pub(super) fn document(&self) -> ObjectId {
        self.document
    }

    /// The element that shows a frame.
    pub(super) fn host_of(&self, frame_id: &str) -> Option<ObjectId> {
        self.hosts.get(frame_id).copied()
    }

    /// The document of the last snapshot, as rows, the document node first. None if it is too large or cannot be read.
    pub(super) fn build(
        &mut self,
        snapshots: &Snapshots,
        doctype: Option<&str>,
        story: &mut Story,
    ) -> Option<Vec<DomNode>> {
        *self = Self {
            document: story.new_node(),
            ..Self::default()
        };
        let row = |id: ObjectId, parent: Option<ObjectId>, node_type: u8, name: &str| DomNode {
            id,
            parent,
            relation: Relation::Child,
            node_type,
            name: name.into(),
            value: None,
            attributes: Vec::new(),
            namespace: None,
        };
        let mut rows = vec![row(self.document, None, 9, "#document")];
        if let Some(doctype) = doctype.filter(|name| !name.is_empty()) {
            rows.push(row(story.new_node(), Some(self.document), 10, doctype));
        }
        let mut change = Change {
            snapshots,
            tree: self,
            story,
            ops: Vec::new(),
            claimed: HashSet::new(),
            n_added: 0,
        };
        let root = change.add(snapshots.last_idx(), &snapshots.last_root()?, None, MAX_DEPTH);
        let n_added = change.n_added;
        let Some(root) = root else {
            story.waste(n_added);
            return None;
        };
        self.root = Some(root);
        self.list(root, Some(self.document), &mut rows, MAX_DEPTH)?;
        Some(rows)
    }

    /// What became of the document with the last snapshot. None if it cannot be told.
    pub(super) fn update(&mut self, snapshots: &Snapshots, story: &mut Story) -> Option<Vec<DomOp>> {
        let (node, key) = snapshots.resolve(snapshots.last_idx(), &snapshots.last_root()?)?;
        let root = self.root?;
        if self.by_key.get(&key) == Some(&root) {
            return Some(Vec::new());
        }
        let referred = snapshots.referred();
        let claimed = referred.iter().filter_map(|key| self.by_key.get(key).copied());
        let mut change = Change {
            claimed: claimed.collect(),
            snapshots,
            tree: self,
            story,
            ops: Vec::new(),
            n_added: 0,
        };
        let is_told = change.update(root, &node, key, MAX_DEPTH).is_some();
        let Change { ops, n_added, .. } = change;
        if !is_told {
            // Half a change is none: the next snapshot is told as a whole.
            self.root = None;
            story.waste(n_added);
            return None;
        }
        Some(ops)
    }

    /// A node with all below it, as rows. None if it nests too deep.
    fn list(
        &self,
        idx: usize,
        parent: Option<ObjectId>,
        rows: &mut Vec<DomNode>,
        depth: usize,
    ) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        let live = self.nodes.get(idx)?;
        rows.push(live.row(parent));
        for child in &live.children {
            self.list(*child, Some(live.object), rows, depth)?;
        }
        Some(())
    }

    /// Whether a node is another one or above it.
    fn is_above(&self, idx: usize, other: usize) -> bool {
        let mut above = Some(other);
        // Links are those of a tree, but a bound costs nothing.
        for _ in 0..=MAX_DEPTH * 2 {
            match above {
                Some(found) if found == idx => return true,
                Some(found) => above = self.nodes.get(found).and_then(|live| live.parent),
                None => return false,
            }
        }
        true
    }
}

/// A change on its way.
struct Change<'a> {
    snapshots: &'a Snapshots,
    tree: &'a mut Tree,
    story: &'a mut Story,
    ops: Vec<DomOp>,
    /// Nodes that the snapshot refers to.
    claimed: HashSet<usize>,
    n_added: usize,
}

/// A child as the snapshot has it, and the node that it is, if one is known.
struct Wanted {
    node: Rc<Written>,
    key: Key,
    child: Child,
    live: Option<usize>,
}

impl Change<'_> {
    /// A node with all below it, new in the tree. None if there are too many, or what is referred to is not there.
    fn add(
        &mut self,
        snapshot_idx: usize,
        child: &Child,
        parent: Option<usize>,
        depth: usize,
    ) -> Option<usize> {
        let depth = depth.checked_sub(1)?;
        self.n_added += 1;
        if self.n_added > MAX_NODES {
            return None;
        }
        let (node, key) = self.snapshots.resolve(snapshot_idx, child)?;
        let is_in_svg = parent
            .and_then(|idx| self.tree.nodes.get(idx))
            .is_some_and(Live::is_svg);
        let (kind, children) = match &node.what {
            What::Text(text) => (Kind::Text(text.clone()), &[][..]),
            What::Element {
                name,
                attributes,
                children,
            } => (element(name, attributes, is_in_svg), &children[..]),
        };
        let object = self.story.new_node();
        if let What::Element { attributes, .. } = &node.what
            && let Some(frame_id) = frame_of(attributes)
        {
            self.tree.hosts.insert(frame_id.to_owned(), object);
        }
        let idx = self.tree.nodes.len();
        self.tree.nodes.push(Live {
            object,
            key,
            kind,
            parent,
            children: Vec::new(),
        });
        self.tree.by_key.insert(key, idx);
        for (nth, child) in children.iter().enumerate() {
            if self.is_left_out(key.0, child, &node, nth) {
                continue;
            }
            let added = self.add(key.0, child, Some(idx), depth)?;
            self.tree.nodes.get_mut(idx)?.children.push(added);
        }
        Some(idx)
    }

    /// Whether a child is none of the page's: an adopted style sheet, the address that Playwright puts into the head; or cannot
    /// be found.
    fn is_left_out(&self, snapshot_idx: usize, child: &Child, parent: &Written, nth: usize) -> bool {
        let Some((node, _)) = self.snapshots.resolve(snapshot_idx, child) else {
            return true;
        };
        let What::Element { name, attributes, .. } = &node.what else {
            return false;
        };
        let is_in_head =
            || matches!(&parent.what, What::Element { name, .. } if name.eq_ignore_ascii_case("head"));
        attributes.iter().any(|(name, _)| &**name == STYLE_SHEET)
            || nth == 0 && name.eq_ignore_ascii_case("base") && is_in_head()
    }

    /// Makes a node of the tree what is written.
    fn update(&mut self, idx: usize, node: &Written, key: Key, depth: usize) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        let live = self.tree.nodes.get_mut(idx)?;
        live.key = key;
        let object = live.object;
        let is_svg = matches!(&live.kind, Kind::Element { is_svg: true, .. });
        self.tree.by_key.insert(key, idx);
        match &node.what {
            What::Text(text) => {
                if matches!(&live.kind, Kind::Text(known) if known != text) {
                    self.ops.push(DomOp::Value {
                        node: object,
                        value: text.clone(),
                    });
                }
                live.kind = Kind::Text(text.clone());
                Some(())
            }
            What::Element {
                name,
                attributes,
                children,
            } => {
                let now = element(name, attributes, is_svg);
                change_attributes(object, &live.kind, &now, &mut self.ops);
                live.kind = now;
                if let Some(frame_id) = frame_of(attributes) {
                    self.tree.hosts.insert(frame_id.to_owned(), object);
                }
                self.update_children(idx, node, children, key.0, depth)
            }
        }
    }

    fn update_children(
        &mut self,
        parent: usize,
        node: &Written,
        children: &[Child],
        snapshot_idx: usize,
        depth: usize,
    ) -> Option<()> {
        let mut wanted = Vec::with_capacity(children.len());
        for (nth, child) in children.iter().enumerate() {
            if self.is_left_out(snapshot_idx, child, node, nth) {
                continue;
            }
            let (node, key) = self.snapshots.resolve(snapshot_idx, child)?;
            wanted.push(Wanted {
                node,
                key,
                child: child.clone(),
                live: None,
            });
        }
        let before = self.children_of(parent);
        self.recognise(parent, &before, &mut wanted);
        let stays: HashSet<usize> = wanted.iter().filter_map(|child| child.live).collect();
        for idx in before.iter().filter(|idx| !stays.contains(idx)) {
            let live = self.tree.nodes.get_mut(*idx)?;
            live.parent = None;
            self.ops.push(DomOp::Remove { node: live.object });
        }
        let mut in_place = before
            .into_iter()
            .filter(|idx| stays.contains(idx))
            .collect::<Vec<_>>()
            .into_iter()
            .peekable();
        let mut moved: HashSet<usize> = HashSet::new();
        let mut now = Vec::with_capacity(wanted.len());
        for Wanted {
            node,
            key,
            child,
            live,
        } in wanted
        {
            while in_place.next_if(|idx| moved.contains(idx)).is_some() {}
            if live.is_some() && in_place.peek() == live.as_ref() {
                in_place.next();
            } else {
                let idx = match live {
                    Some(idx) => {
                        // From another place; with what was below it.
                        let object = self.tree.nodes.get(idx)?.object;
                        self.ops.push(DomOp::Remove { node: object });
                        moved.insert(idx);
                        idx
                    }
                    None => self.add(snapshot_idx, &child, Some(parent), depth)?,
                };
                self.tree.nodes.get_mut(idx)?.parent = Some(parent);
                // A shadow root has no place among the children.
                let next = in_place.peek().filter(|idx| !self.is_shadow_root(**idx));
                let next = next.and_then(|idx| self.tree.nodes.get(*idx));
                let next = next.map(|live| live.object);
                self.insert(parent, idx, next, depth)?;
                now.push(idx);
                if live.is_none() {
                    continue;
                }
            }
            let idx = live?;
            if now.last() != Some(&idx) {
                now.push(idx);
            }
            if self.tree.nodes.get(idx)?.key != key {
                self.update(idx, &node, key, depth)?;
            }
        }
        self.tree.nodes.get_mut(parent)?.children = now;
        Some(())
    }

    fn is_shadow_root(&self, idx: usize) -> bool {
        self.tree.nodes.get(idx).is_some_and(Live::is_shadow_root)
    }

    /// The children that have not been moved elsewhere.
    fn children_of(&self, parent: usize) -> Vec<usize> {
        let children = self.tree.nodes.get(parent).map(|live| &live.children);
        let is_here = |idx: &&usize| {
            self.tree
                .nodes
                .get(**idx)
                .is_some_and(|live| live.parent == Some(parent))
        };
        children.into_iter().flatten().filter(is_here).copied().collect()
    }

    /// Finds out which nodes the wanted children are.
    fn recognise(&self, parent: usize, before: &[usize], wanted: &mut [Wanted]) {
        let mut taken = HashSet::new();
        for child in &mut *wanted {
            if !matches!(child.child, Child::Same { .. }) {
                continue;
            }
            let known = self.tree.by_key.get(&child.key).copied();
            child.live = known.filter(|idx| !self.tree.is_above(*idx, parent) && taken.insert(*idx));
        }
        let free = |idx: &&usize| !self.claimed.contains(idx) && !taken.contains(idx);
        let free: Vec<usize> = before.iter().filter(free).copied().collect();
        let mut from = 0;
        for child in wanted
            .iter_mut()
            .filter(|child| matches!(child.child, Child::Written(_)))
        {
            let candidates = free.get(from..).unwrap_or_default();
            let found = candidates.iter().take(MAX_LOOK_AHEAD).position(|idx| {
                self.tree
                    .nodes
                    .get(*idx)
                    .is_some_and(|live| is_like(live, &child.node))
            });
            if let Some(at) = found {
                child.live = candidates.get(at).copied();
                from += at + 1;
            }
        }
    }

    fn insert(&mut self, parent: usize, idx: usize, before: Option<ObjectId>, depth: usize) -> Option<()> {
        let mut nodes = Vec::new();
        self.tree.list(idx, None, &mut nodes, depth)?;
        let relation = match self.is_shadow_root(idx) {
            true => Relation::ShadowRoot,
            false => Relation::Child,
        };
        self.ops.push(DomOp::Insert {
            parent: self.tree.nodes.get(parent)?.object,
            relation,
            before: before.filter(|_| relation == Relation::Child),
            nodes,
        });
        Some(())
    }
}
