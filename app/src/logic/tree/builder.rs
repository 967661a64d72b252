//! Making the rows of a tree, the outermost first.

use std::collections::HashSet;

use components::{
    preview::{Token, Tone},
    tree::{Branch, Mark, RowAction, TreeRow},
};
use wire::{
    debugger::MappedLocation,
    ids::ObjectId,
    pause::{ObjectPreviewLevel, Value},
};

use super::{Group, Reader, Root, RowInfo, Rows, State, Target, text};
use crate::logic::{
    contents::{self, Child, Held, Subject},
    place,
    scopes::Found,
    value::{self, Budget},
};

/// Between the keys of a path.
const SEPARATOR: char = '\u{1f}';
/// More rows than this are not made; nobody scrolls that far.
const N_ROWS: usize = 20_000;
/// How deep a search goes below what is shown.
const SEARCH_DEPTH: usize = 4;
/// How many objects a search looks into.
const N_SEARCHED: usize = 1_000;

/// The rows in the making.
pub(super) struct Builder<'a> {
    rows: Vec<TreeRow>,
    infos: Vec<RowInfo>,
    is_pending: bool,
    n_searched: usize,
    /// Whether only what is found is shown here.
    is_searching: bool,
    state: &'a State,
    reader: &'a Reader<'a>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(state: &'a State, reader: &'a Reader<'a>) -> Self {
        Self {
            rows: Vec::new(),
            infos: Vec::new(),
            is_pending: false,
            n_searched: 0,
            is_searching: !state.query.is_empty(),
            state,
            reader,
        }
    }

    /// Makes the rows of a tree.
    pub(super) fn rows_of(mut self, roots: &[Root]) -> Rows {
        for (index, root) in roots.iter().enumerate() {
            let place = (index + 1, roots.len());
            match root {
                Root::Group(group) => self.group(group, place),
                Root::Child(child) => {
                    self.child("", 0, child, place, None, SEARCH_DEPTH);
                }
            }
        }
        if self.is_searching && self.rows.is_empty() {
            let text = match self.is_pending {
                true => "searching…",
                false => "nothing found",
            };
            self.note("", 0, text);
        }
        Rows {
            rows: self.rows.into(),
            infos: self.infos,
            is_pending: self.is_pending,
        }
    }

    fn group(&mut self, group: &Group, (position, n_siblings): (usize, usize)) {
        let is_searching = self.is_searching;
        let path = &group.key;
        let is_open = is_searching || group.begins_open != self.state.toggled.contains(path);
        let at = self.rows.len();
        self.rows.push(TreeRow {
            name: group.name.clone(),
            is_heading: true,
            branch: if is_open { Branch::Open } else { Branch::Closed },
            position,
            n_siblings,
            ..TreeRow::default()
        });
        self.infos.push(RowInfo {
            path: path.clone(),
            ..RowInfo::default()
        });
        if !is_open {
            return;
        }
        match &group.contents {
            Found::Ready((children, object)) => match object {
                Some(object) => self.object(path, 1, object, object, children.clone(), SEARCH_DEPTH),
                None if children.is_empty() => self.note(path, 1, "no variables"),
                None => self.children(path, 1, children, SEARCH_DEPTH),
            },
            Found::Pending => {
                self.is_pending = true;
                self.note(path, 1, "loading…");
            }
            Found::Failed(reason) => self.note(path, 1, reason),
        }
        if is_searching && self.rows.len() == at + 1 {
            self.rows.truncate(at);
            self.infos.truncate(at);
        }
    }

    /// The contents of an object, after `children`.
    fn object(
        &mut self,
        path: &str,
        depth: usize,
        id: &ObjectId,
        receiver: &ObjectId,
        mut children: Vec<Child>,
        search_depth: usize,
    ) {
        let note;
        match (self.reader.object)(id, ObjectPreviewLevel::Full) {
            Found::Ready(object) => match &object.preview {
                Some(preview) => {
                    // A variable of the global scope may be a property of its object too.
                    let names: HashSet<String> = children.iter().map(|child| child.name.clone()).collect();
                    let mut inside = contents::children(&object, preview, receiver);
                    inside.retain(|child| !names.contains(&child.name));
                    children.append(&mut inside);
                    let nothing = children.is_empty().then(|| "no properties".to_owned());
                    note = contents::missing(&object, preview).or(nothing);
                }
                None => note = Some("nothing more is known of it".to_owned()),
            },
            Found::Pending => {
                self.is_pending = true;
                if children.is_empty() && self.stand_in(path) {
                    return;
                }
                note = Some("loading…".to_owned());
            }
            Found::Failed(reason) => note = Some(reason),
        }
        for child in &mut children {
            // Getters of a prototype are run on the object that inherits them.
            if let (Held::Value(_), "[[Prototype]]") = (&child.held, child.name.as_str()) {
                child.subject = Subject::None;
            }
        }
        self.children_of(path, depth, &children, Some(receiver), search_depth);
        if let Some(note) = note {
            self.note(path, depth, &note);
        }
    }

    /// Shows what stood under a path before, dimmed. Whether there was anything.
    fn stand_in(&mut self, path: &str) -> bool {
        let Some(stale) = self.reader.stale else {
            return false;
        };
        let Some(at) = stale.infos.iter().position(|info| info.path == path) else {
            return false;
        };
        let depth = stale.rows.get(at).map_or(0, |row| row.depth);
        let inside = stale.rows.iter().zip(&stale.infos).skip(at + 1);
        let n_before = self.rows.len();
        for (row, info) in inside.take_while(|(row, _)| row.depth > depth) {
            self.rows.push(TreeRow {
                mark: Mark::None,
                action: RowAction::None,
                is_stale: true,
                ..row.clone()
            });
            // Its values belong to another pause.
            self.infos.push(RowInfo {
                path: info.path.clone(),
                ..RowInfo::default()
            });
        }
        self.rows.len() > n_before
    }

    fn children(&mut self, path: &str, depth: usize, children: &[Child], search_depth: usize) {
        self.children_of(path, depth, children, None, search_depth);
    }

    fn children_of(
        &mut self,
        path: &str,
        depth: usize,
        children: &[Child],
        receiver: Option<&ObjectId>,
        search_depth: usize,
    ) {
        for (index, child) in children.iter().enumerate() {
            if self.rows.len() >= N_ROWS {
                return;
            }
            self.child(
                path,
                depth,
                child,
                (index + 1, children.len()),
                receiver,
                search_depth,
            );
        }
    }

    /// A row, and those under it if it is open. While searching: only if it or one of them is found. Whether it is there.
    fn child(
        &mut self,
        parent: &str,
        depth: usize,
        child: &Child,
        (position, n_siblings): (usize, usize),
        receiver: Option<&ObjectId>,
        search_depth: usize,
    ) -> bool {
        let path = match parent.is_empty() {
            true => child.key.clone(),
            false => format!("{parent}{SEPARATOR}{}", child.key),
        };
        let is_toggled = self.state.toggled.contains(&path);
        let (value, mut target) = self.value_of(&path, child);
        let tokens = self.tokens(child, value.as_ref(), target == Target::Getter);
        let object = value.as_ref().and_then(Value::as_object).cloned();
        let mut action = RowAction::None;
        if target == Target::Getter {
            action = RowAction::Compute;
        } else if let Some(id) = &object {
            (action, target) = self.link(id);
        }
        let is_branch = object.is_some() || matches!(child.held, Held::Bucket(_));
        let mark = match (&value, self.reader.before) {
            (Some(value), Some(before)) if before.differs(&path, value, &tokens) => Mark::Changed,
            _ => Mark::None,
        };
        let is_searching = self.is_searching;
        let is_found = is_searching && self.is_found(child, &tokens);
        let at = self.rows.len();
        self.rows.push(TreeRow {
            depth,
            name: child.name.clone(),
            name_tone: child.tone,
            tokens: tokens.into(),
            branch: match (is_branch, is_toggled) {
                (false, _) => Branch::Leaf,
                (true, false) => Branch::Closed,
                (true, true) => Branch::Open,
            },
            position,
            n_siblings,
            action,
            mark: if is_found { Mark::Found } else { mark },
            ..TreeRow::default()
        });
        self.infos.push(RowInfo {
            path: path.clone(),
            value,
            subject: child.subject.clone(),
            target,
        });
        let is_prototype = child.name == "[[Prototype]]";
        let goes_in = is_branch && (is_toggled || is_searching && search_depth > 0 && !is_prototype);
        if goes_in {
            // What was found and then opened is shown whole.
            self.is_searching = is_searching && !(is_found && is_toggled);
            let search_depth = search_depth.saturating_sub(1);
            match (&child.held, &object) {
                (Held::Bucket(inside), _) => {
                    self.children_of(&path, depth + 1, inside, receiver, search_depth + 1);
                }
                (_, Some(id)) if is_toggled || self.may_search() => {
                    let receiver = receiver.filter(|_| is_prototype).unwrap_or(id).clone();
                    self.object(&path, depth + 1, id, &receiver, Vec::new(), search_depth);
                }
                _ => {}
            }
            self.is_searching = is_searching;
        }
        let has_inside = self.rows.len() > at + 1;
        if is_searching && !is_found && !(has_inside || is_toggled && is_branch) {
            self.rows.truncate(at);
            self.infos.truncate(at);
            return false;
        }
        if has_inside && let Some(row) = self.rows.get_mut(at) {
            row.branch = Branch::Open;
        }
        true
    }

    fn may_search(&mut self) -> bool {
        self.n_searched += 1;
        self.n_searched <= N_SEARCHED
    }

    fn is_found(&self, child: &Child, tokens: &[Token]) -> bool {
        if matches!(child.held, Held::Bucket(_)) {
            return false;
        }
        let query = self.state.query.as_str();
        child.name.to_lowercase().contains(query) || text(tokens).to_lowercase().contains(query)
    }

    /// What a child holds, and whether it is a getter that was not run.
    fn value_of(&mut self, path: &str, child: &Child) -> (Option<Value>, Target) {
        match &child.held {
            Held::Value(value) => (Some(value.clone()), Target::None),
            Held::Bucket(_) => (None, Target::None),
            Held::Getter { .. } if !self.state.computed.contains(path) => (None, Target::Getter),
            Held::Getter { receiver, name } => match (self.reader.property)(receiver, name) {
                Found::Ready(result) => (result.returned.or(result.exception), Target::None),
                Found::Pending => {
                    self.is_pending = true;
                    (None, Target::None)
                }
                Found::Failed(_) => (None, Target::None),
            },
        }
    }

    fn tokens(&mut self, child: &Child, value: Option<&Value>, waits: bool) -> Vec<Token> {
        let mut tokens = Vec::new();
        match (&child.held, value) {
            (Held::Getter { .. }, None) if waits => {}
            (Held::Getter { receiver, name }, _) => match (self.reader.property)(receiver, name) {
                Found::Ready(result) => {
                    if result.exception.is_some() {
                        tokens.push(Token::new(Tone::Error, "threw "));
                    }
                    match value {
                        Some(value) => self.push(&mut tokens, value),
                        None => tokens.push(Token::new(Tone::Error, "cannot be run here")),
                    }
                }
                Found::Pending => tokens.push(Token::new(Tone::Faint, "running…")),
                Found::Failed(reason) => tokens.push(Token::new(Tone::Error, reason)),
            },
            (Held::Bucket(inside), _) if matches!(child.subject, Subject::Entry { .. }) => {
                for (index, child) in inside.iter().enumerate() {
                    if index > 0 {
                        tokens.push(Token::new(Tone::Faint, " → "));
                    }
                    if let Some(value) = child.value() {
                        self.push(&mut tokens, value);
                    }
                }
            }
            (_, Some(value)) => self.push(&mut tokens, value),
            (_, None) => {}
        }
        tokens
    }

    fn push(&mut self, tokens: &mut Vec<Token>, value: &Value) {
        if let Some(id) = value.as_object()
            && (self.reader.object)(id, ObjectPreviewLevel::CanOverflow) == Found::Pending
        {
            self.is_pending = true;
        }
        // Objects inside the line are shown as far as they happen to be known.
        let known = |id: &ObjectId| match (self.reader.object)(id, ObjectPreviewLevel::None) {
            Found::Ready(object) => Some(object),
            Found::Pending | Found::Failed(_) => None,
        };
        value::push(tokens, value, &known, Budget::NARROW);
    }

    /// Where an object leads: a function to its text, a node into the document.
    fn link(&self, id: &ObjectId) -> (RowAction, Target) {
        let Found::Ready(object) = (self.reader.object)(id, ObjectPreviewLevel::None) else {
            return Default::default();
        };
        let Some(preview) = &object.preview else {
            return Default::default();
        };
        let location = |mapped: &MappedLocation| place::preferred(mapped).cloned();
        if let Some(location) = preview.function_location.as_ref().and_then(location) {
            let label = (self.reader.place)(&location);
            return (RowAction::Place(label), Target::Place(location));
        }
        match &preview.node {
            Some(_) => (RowAction::Element, Target::Node(id.clone())),
            None => Default::default(),
        }
    }

    /// A row that is no value: why there is none. There are none while searching, unless it is the answer.
    fn note(&mut self, path: &str, depth: usize, text: &str) {
        if self.is_searching && depth > 0 {
            return;
        }
        self.rows.push(TreeRow {
            depth,
            name: text.to_owned(),
            name_tone: Tone::Faint,
            position: 1,
            n_siblings: 1,
            ..TreeRow::default()
        });
        self.infos.push(RowInfo {
            path: format!("{path}{SEPARATOR}note"),
            ..RowInfo::default()
        });
    }
}
