//! The document as the rows of a tree: what is open is read from a pause, what is not is left alone.
//!
//! Nodes are told apart from moment to moment by a [`Key`]: the service's own name for an object that outlives a pause, or, where
//! there is none, the way from the document. Whatever a service says, depth, rows and texts are bounded.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
    sync::Arc,
};

use components::{
    dom_tree::{DomRow, DomRowKind},
    preview::{Token, Tone},
    tree::Branch,
};
use wire::{
    dom::Node,
    ids::ObjectId,
    pause::{Object, ObjectPreviewLevel},
};

use super::markup::{self, ELEMENT, TEXT};
use crate::logic::scopes::Found;

/// Which node, in any pause.
pub type Key = Arc<str>;

/// Nodes below nodes; browsers nest no deeper.
const MAX_DEPTH: usize = 600;
/// Rows in all.
const MAX_ROWS: usize = 50_000;
/// Children that are shown at first, and with each wish for more.
const N_CHILDREN: usize = 300;
/// Nodes that are remembered as opened or closed, before those that are not in sight are forgotten.
const MAX_TOGGLED: usize = 5_000;
/// Characters of a text that is shown in the row of its element.
const MAX_INLINE: usize = 100;

/// What is open.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// Nodes that are not as they begin: opened, or closed for those that begin open.
    pub toggled: HashSet<Key>,
    /// Nodes that are open in this pause, whatever else is said of them.
    pub opened: HashSet<ObjectId>,
    /// Of how many children more is shown than at first, counted in wishes.
    pub more: HashMap<Key, usize>,
}

/// Gives an object at a level, wanted from now on if it is not known.
pub type Read<'a> = &'a dyn Fn(&ObjectId, ObjectPreviewLevel) -> Found<Rc<Object>>;

/// The tree's rows, and what each stands for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// What is shown.
    pub rows: Arc<[DomRow]>,
    /// What each row stands for.
    pub infos: Vec<RowInfo>,
    /// Whether something shown is still being asked for.
    pub is_pending: bool,
}

impl State {
    /// Opens or closes a node, in this pause and others.
    pub fn set_open(&mut self, info: &RowInfo, is_open: bool) {
        self.opened.remove(&info.id);
        match is_open == info.begins_open {
            true => drop(self.toggled.remove(&info.key)),
            false => drop(self.toggled.insert(info.key.clone())),
        }
    }

    /// Keeps what is open in rows for a pause in which the same nodes may have other ids.
    pub fn carry(&mut self, rows: &Rows) {
        if self.toggled.len() > MAX_TOGGLED {
            self.toggled.clear();
        }
        for info in rows.open() {
            self.set_open(info, true);
        }
        self.opened.clear();
    }
}

/// What a row stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct RowInfo {
    /// The node; that of the element for its end, that of the parent for what stands for more.
    pub id: ObjectId,
    /// The same in every pause.
    pub key: Key,
    /// The row of the parent; None at the top.
    pub parent: Option<usize>,
    /// A text that is shown in this row.
    pub inline: Option<ObjectId>,
    /// `tag#id.class` of an element, else what kind of node it is.
    pub label: String,
    /// Whether it is an element.
    pub is_element: bool,
    /// Whether it is open as long as nobody closes it.
    pub begins_open: bool,
}

impl Rows {
    /// The rows of a document.
    pub fn new(document: &ObjectId, state: &State, read: Read<'_>) -> Self {
        let mut builder = Builder {
            state,
            read,
            rows: Vec::new(),
            infos: Vec::new(),
            is_pending: false,
        };
        let at = At {
            depth: 0,
            row: None,
            key: Arc::from(""),
            is_page: true,
        };
        builder.children(document, &at);
        Self {
            rows: builder.rows.into(),
            infos: builder.infos,
            is_pending: builder.is_pending,
        }
    }

    /// The row of a node, or the one that shows its text.
    pub fn row_of(&self, id: &ObjectId) -> Option<usize> {
        self.position(|info| info.id == *id || info.inline.as_ref() == Some(id))
    }

    /// The row of a node that may have been found in another pause.
    pub fn row_of_key(&self, key: &str) -> Option<usize> {
        self.position(|info| *info.key == *key)
    }

    /// The node's row and those of all above it, the outermost first.
    pub fn path(&self, row: usize) -> Vec<usize> {
        let mut path = vec![row];
        while let Some(parent) = path.last().and_then(|row| self.infos.get(*row)?.parent) {
            path.push(parent);
        }
        path.reverse();
        path
    }

    /// The elements that have the parent of a row's node, that node among them.
    pub fn siblings(&self, row: usize) -> Vec<ObjectId> {
        let Some(parent) = self.infos.get(row).map(|info| info.parent) else {
            return Vec::new();
        };
        let rows = self.rows.iter().zip(&self.infos);
        let siblings = rows
            .filter(|(row, info)| row.kind == DomRowKind::Node && info.parent == parent && info.is_element);
        siblings.map(|(_, info)| info.id.clone()).collect()
    }

    /// Every node that is open.
    pub fn open(&self) -> impl Iterator<Item = &RowInfo> {
        let rows = self.rows.iter().zip(&self.infos);
        rows.filter(|(row, _)| row.branch == Branch::Open)
            .map(|(_, info)| info)
    }

    /// Whether the node of a row has others below it that rows can show.
    pub fn can_open(&self, row: usize) -> bool {
        self.rows.get(row).is_some_and(|row| row.branch != Branch::Leaf)
    }

    /// Whether the node of a row is open; None for a row that stands for more nodes.
    pub fn is_open(&self, row: usize) -> Option<bool> {
        let row = self.rows.get(row)?;
        (row.kind != DomRowKind::More).then_some(row.branch == Branch::Open)
    }

    fn position(&self, is_it: impl Fn(&RowInfo) -> bool) -> Option<usize> {
        let rows = self.rows.iter().zip(&self.infos);
        rows.enumerate()
            .find(|(_, (row, info))| row.kind == DomRowKind::Node && is_it(info))
            .map(|(at, _)| at)
    }
}

/// Whether a node begins open: the page's own `html` and `body` do.
pub fn begins_open(node: &Node, is_page: bool, depth: usize) -> bool {
    is_page
        && match depth {
            0 => node.node_name.eq_ignore_ascii_case("html"),
            1 => node.node_name.eq_ignore_ascii_case("body"),
            _ => false,
        }
}

/// Where children stand.
struct At {
    depth: usize,
    row: Option<usize>,
    key: Key,
    /// Whether it is the page's own document, and not that of a frame.
    is_page: bool,
}

struct Builder<'a> {
    state: &'a State,
    read: Read<'a>,
    rows: Vec<DomRow>,
    infos: Vec<RowInfo>,
    is_pending: bool,
}

impl Builder<'_> {
    fn children(&mut self, parent: &ObjectId, at: &At) {
        let ids = match (self.read)(parent, ObjectPreviewLevel::Full) {
            Found::Ready(object) => child_ids(&object),
            Found::Pending => {
                self.is_pending = true;
                return self.note(parent, at, "…");
            }
            Found::Failed(reason) => return self.note(parent, at, &reason),
        };
        let n_wished = self.state.more.get(&at.key).copied().unwrap_or(0);
        let n_shown = ids.len().min(N_CHILDREN * (1 + n_wished.min(1_000)));
        let mut children = Vec::new();
        let mut names: HashMap<String, usize> = HashMap::new();
        for id in ids.iter().take(n_shown) {
            let object = (self.read)(id, ObjectPreviewLevel::CanOverflow);
            let mut own = Arc::from("");
            if let Found::Ready(object) = &object
                && let Some(node) = node(object)
            {
                let nth = names.entry(node.node_name.clone()).or_default();
                *nth += 1;
                if markup::is_blank(node) {
                    continue;
                }
                own = key(object, node, &at.key, *nth);
            }
            children.push((id, own, object));
        }
        let n_more = ids.len() - n_shown;
        let n_siblings = children.len() + usize::from(n_more > 0);
        let mut is_waiting = false;
        for (index, (id, key, object)) in children.into_iter().enumerate() {
            if self.rows.len() >= MAX_ROWS {
                return self.note(parent, at, "more than can be listed here; search for it");
            }
            let place = (index + 1, n_siblings);
            match object {
                Found::Ready(object) => match node(&object) {
                    Some(node) => self.node(id, key, node, at, place),
                    None => self.note(id, at, &object.class_name),
                },
                // One stands for all: blank texts among them will have no row.
                Found::Pending if is_waiting => {}
                Found::Pending => {
                    is_waiting = true;
                    self.is_pending = true;
                    self.note(id, at, "…");
                }
                Found::Failed(reason) => self.note(id, at, &reason),
            }
        }
        if n_more > 0 {
            let text = match n_more {
                1 => "1 more node".to_owned(),
                n_more => format!("{} of {n_more} more nodes", n_more.min(N_CHILDREN)),
            };
            let row = DomRow {
                depth: at.depth,
                kind: DomRowKind::More,
                tokens: [Token::new(Tone::Plain, format!("Show {text}"))].into(),
                position: n_siblings,
                n_siblings,
                ..DomRow::default()
            };
            self.push(row, parent, at.key.clone(), at.row, "more nodes", None);
        }
    }

    fn node(
        &mut self,
        id: &ObjectId,
        key: Key,
        node: &Node,
        at: &At,
        (position, n_siblings): (usize, usize),
    ) {
        let ids = node.child_nodes.as_deref().unwrap_or_default();
        let inline = match ids {
            [only] if node.node_type == ELEMENT => self.inline(only),
            _ => Inline::No,
        };
        let can_open = !ids.is_empty() && !matches!(inline, Inline::Text(..));
        let begins_open = begins_open(node, at.is_page, at.depth);
        let is_open = can_open
            && at.depth < MAX_DEPTH
            && (self.state.opened.contains(id) || begins_open != self.state.toggled.contains(&key));
        let mut tokens = markup::tokens(node);
        if node.node_type == ELEMENT {
            let end = || markup::end_tokens(node);
            match &inline {
                Inline::Text(text, _) => {
                    tokens.push(Token::new(Tone::Plain, text.clone()));
                    tokens.extend(end());
                }
                Inline::No if is_open => {}
                Inline::No if can_open => {
                    tokens.push(Token::new(Tone::Faint, "…"));
                    tokens.extend(end());
                }
                Inline::No if node.pseudo_type.is_some() || markup::is_void(node) => {}
                Inline::No => tokens.extend(end()),
            }
        }
        let branch = match (can_open, is_open) {
            (false, _) => Branch::Leaf,
            (true, false) => Branch::Closed,
            (true, true) => Branch::Open,
        };
        let row = DomRow {
            depth: at.depth,
            tokens: tokens.into(),
            branch,
            position,
            n_siblings,
            ..DomRow::default()
        };
        let inline = match inline {
            Inline::Text(_, id) => Some(id),
            Inline::No => None,
        };
        let own_row = self.rows.len();
        let info = RowInfo {
            id: id.clone(),
            key: key.clone(),
            parent: at.row,
            inline,
            label: markup::label(node),
            is_element: node.node_type == ELEMENT && node.pseudo_type.is_none(),
            begins_open,
        };
        self.rows.push(row);
        self.infos.push(info);
        if !is_open {
            return;
        }
        let below = At {
            depth: at.depth + 1,
            row: Some(own_row),
            key: key.clone(),
            is_page: at.is_page && node.node_type == ELEMENT,
        };
        self.children(id, &below);
        if node.node_type == ELEMENT {
            let end = DomRow {
                depth: at.depth,
                kind: DomRowKind::End,
                tokens: markup::end_tokens(node).into(),
                ..DomRow::default()
            };
            self.push(end, id, key, at.row, "end", None);
        }
    }

    /// The text of an element that has nothing else, if it is short.
    fn inline(&mut self, only: &ObjectId) -> Inline {
        match (self.read)(only, ObjectPreviewLevel::CanOverflow) {
            Found::Ready(object) => match node(&object) {
                Some(node) if node.node_type == TEXT => {
                    let text = markup::one_line(node.node_value.as_deref().unwrap_or_default());
                    match text.chars().count() <= MAX_INLINE {
                        true => Inline::Text(text, only.clone()),
                        false => Inline::No,
                    }
                }
                _ => Inline::No,
            },
            Found::Pending => {
                self.is_pending = true;
                Inline::No
            }
            Found::Failed(_) => Inline::No,
        }
    }

    fn note(&mut self, id: &ObjectId, at: &At, text: &str) {
        let row = DomRow {
            depth: at.depth,
            tokens: [Token::new(Tone::Faint, markup::cut(text, 200))].into(),
            position: 1,
            n_siblings: 1,
            ..DomRow::default()
        };
        let key = Arc::from(format!("{}?", at.key));
        self.push(row, id, key, at.row, "not known", None);
    }

    fn push(
        &mut self,
        row: DomRow,
        id: &ObjectId,
        key: Key,
        parent: Option<usize>,
        label: &str,
        inline: Option<ObjectId>,
    ) {
        self.rows.push(row);
        self.infos.push(RowInfo {
            id: id.clone(),
            key,
            parent,
            inline,
            label: label.to_owned(),
            is_element: false,
            begins_open: false,
        });
    }
}

enum Inline {
    Text(String, ObjectId),
    No,
}

/// What an object is as a node.
pub fn node(object: &Object) -> Option<&Node> {
    object.preview.as_ref()?.node.as_ref()
}

/// The children that an object has as a node.
pub fn child_ids(object: &Object) -> Vec<ObjectId> {
    node(object)
        .and_then(|node| node.child_nodes.clone())
        .unwrap_or_default()
}

/// What tells a node from others in any pause: `nth` among siblings of its name.
fn key(object: &Object, node: &Node, parent: &str, nth: usize) -> Key {
    if let Some(id) = &object.persistent_id {
        return Arc::from(format!("={}", id.as_str()));
    }
    match markup::attribute(node, "id").filter(|id| !id.is_empty()) {
        Some(id) => Arc::from(format!("#{}", markup::cut(id, 200))),
        None => Arc::from(format!("{parent}/{}{nth}", node.node_name)),
    }
}

#[cfg(test)]
mod tests;
