//! A value at two moments as the rows of one tree: what is the same, what is another, what came and what went.

use std::{collections::HashSet, rc::Rc, sync::Arc};

use components::{
    preview::{Token, Tone},
    tree::{Branch, Mark, TreeRow},
};
use wire::{
    ids::ObjectId,
    pause::{Object, ObjectPreviewLevel, Value},
};

use super::{
    contents::{self, Child, Held},
    scopes::Found,
    tree::{RowInfo, Rows, State, text},
    value::{self, Budget},
};

/// More rows than this are not made.
const N_ROWS: usize = 5_000;
/// Down to this depth, what differs is opened by itself.
const DEPTH_OPEN: usize = 4;

/// One of the two moments.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// The value; None if it is not known, or there is none.
    pub value: Option<&'a Value>,
    /// An object at a level, wanted from now on if it is not known.
    pub object: &'a dyn Fn(&ObjectId, ObjectPreviewLevel) -> Found<Rc<Object>>,
}

/// The rows of a value called `name`. With `only_changes`, what is the same is left out.
pub fn rows(name: &str, then: &Side<'_>, now: &Side<'_>, state: &State, only_changes: bool) -> Rows {
    let mut builder = Builder {
        rows: Vec::new(),
        infos: Vec::new(),
        is_pending: false,
        then: *then,
        now: *now,
        toggled: &state.toggled,
        only_changes,
    };
    let child = |value: Option<&Value>| value.map(|value| Child::root(name, value.clone()));
    builder.pair(
        "",
        0,
        child(then.value).as_ref(),
        child(now.value).as_ref(),
        (1, 1),
    );
    Rows {
        rows: builder.rows.into(),
        infos: builder.infos,
        is_pending: builder.is_pending,
    }
}

struct Builder<'a> {
    rows: Vec<TreeRow>,
    infos: Vec<RowInfo>,
    is_pending: bool,
    then: Side<'a>,
    now: Side<'a>,
    toggled: &'a HashSet<String>,
    only_changes: bool,
}

impl Builder<'_> {
    /// A row of what is there at one moment or both, and those under it.
    fn pair(
        &mut self,
        parent: &str,
        depth: usize,
        then: Option<&Child>,
        now: Option<&Child>,
        (position, n_siblings): (usize, usize),
    ) {
        let Some(child) = now.or(then).filter(|_| self.rows.len() < N_ROWS) else {
            return;
        };
        let path = match parent.is_empty() {
            true => child.key.clone(),
            false => format!("{parent}\u{1f}{}", child.key),
        };
        let before = then.map(|then| self.line(then, self.then)).unwrap_or_default();
        let after = now.map(|now| self.line(now, self.now)).unwrap_or_default();
        let mark = match (then, now) {
            (Some(then), Some(now)) if self.differs(then, now, (&before, &after)) => Mark::Changed,
            (None, Some(_)) if depth > 0 => Mark::Added,
            (Some(_), None) if depth > 0 => Mark::Removed,
            _ => Mark::None,
        };
        let is_branch = [then, now].into_iter().flatten().any(is_branch);
        let begins_open = depth == 0 || mark == Mark::Changed && depth < DEPTH_OPEN;
        let is_open = is_branch && begins_open != self.toggled.contains(&path);
        let at = self.rows.len();
        // What is open says below what differs.
        let is_other_text = !is_open && mark == Mark::Changed && text(&before) != text(&after);
        self.rows.push(TreeRow {
            depth,
            name: child.name.clone(),
            name_tone: child.tone,
            tokens: if now.is_some() || depth > 0 && then.is_none() {
                after.into()
            } else {
                before.clone().into()
            },
            before: if is_other_text {
                before.into()
            } else {
                Arc::from([])
            },
            mark,
            branch: match (is_branch, is_open) {
                (false, _) => Branch::Leaf,
                (true, false) => Branch::Closed,
                (true, true) => Branch::Open,
            },
            position,
            n_siblings,
            ..TreeRow::default()
        });
        self.infos.push(RowInfo {
            path: path.clone(),
            value: child.value().cloned(),
            ..RowInfo::default()
        });
        if is_open {
            let then = then.map(|then| self.inside(then, self.then)).unwrap_or_default();
            let now = now.map(|now| self.inside(now, self.now)).unwrap_or_default();
            self.union(&path, depth + 1, &then, &now);
        }
        let is_needed = mark != Mark::None || depth == 0 || self.rows.len() > at + 1;
        let is_unknown = self.is_pending && is_branch;
        if self.only_changes && !is_needed && !is_unknown {
            self.rows.truncate(at);
            self.infos.truncate(at);
        }
    }

    fn union(&mut self, path: &str, depth: usize, then: &[Child], now: &[Child]) {
        let with_key = |list: &[Child], key: &str| list.iter().position(|child| child.key == key);
        let gone: Vec<&Child> = then
            .iter()
            .filter(|child| with_key(now, &child.key).is_none())
            .collect();
        let n_siblings = now.len() + gone.len();
        for (index, child) in now.iter().enumerate() {
            let before = with_key(then, &child.key).and_then(|at| then.get(at));
            self.pair(path, depth, before, Some(child), (index + 1, n_siblings));
        }
        for (index, child) in gone.into_iter().enumerate() {
            self.pair(
                path,
                depth,
                Some(child),
                None,
                (now.len() + index + 1, n_siblings),
            );
        }
    }

    /// What is in a child; the prototype and accessors are left out, for they are the same as a rule.
    fn inside(&mut self, child: &Child, side: Side<'_>) -> Vec<Child> {
        if let Held::Bucket(children) = &child.held {
            return children.clone();
        }
        let Some(id) = child.value().and_then(Value::as_object) else {
            return Vec::new();
        };
        match (side.object)(id, ObjectPreviewLevel::Full) {
            Found::Ready(object) => {
                let preview = object.preview.as_ref();
                let children = preview.map(|preview| contents::children(&object, preview, id));
                let mut children = children.unwrap_or_default();
                children.retain(|child| {
                    !child.name.starts_with("get ")
                        && !child.name.starts_with("set ")
                        && child.name != "[[Prototype]]"
                });
                children
            }
            Found::Pending => {
                self.is_pending = true;
                Vec::new()
            }
            Found::Failed(_) => Vec::new(),
        }
    }

    fn line(&mut self, child: &Child, side: Side<'_>) -> Vec<Token> {
        let Some(value) = child.value() else {
            return match child.held {
                Held::Getter { .. } => vec![Token::new(Tone::Faint, "(…)")],
                _ => Vec::new(),
            };
        };
        if let Some(id) = value.as_object()
            && (side.object)(id, ObjectPreviewLevel::CanOverflow) == Found::Pending
        {
            self.is_pending = true;
        }
        let known = |id: &ObjectId| match (side.object)(id, ObjectPreviewLevel::None) {
            Found::Ready(object) => Some(object),
            Found::Pending | Found::Failed(_) => None,
        };
        value::tokens(value, &known, Budget::NARROW)
    }

    fn differs(&self, then: &Child, now: &Child, (before, after): (&[Token], &[Token])) -> bool {
        match (then.value(), now.value()) {
            (Some(Value::Object(one)), Some(Value::Object(other))) => {
                let lasting =
                    |id: &ObjectId, side: Side<'_>| match (side.object)(id, ObjectPreviewLevel::None) {
                        Found::Ready(object) => object.persistent_id.clone(),
                        Found::Pending | Found::Failed(_) => None,
                    };
                match (lasting(one, self.then), lasting(other, self.now)) {
                    (Some(one), Some(other)) if one != other => true,
                    _ => text(before) != text(after),
                }
            }
            (one, other) => one != other,
        }
    }
}

fn is_branch(child: &Child) -> bool {
    match &child.held {
        Held::Bucket(_) => true,
        Held::Value(value) => value.as_object().is_some(),
        Held::Getter { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use wire::pause::{ObjectPreview, Property};

    use super::*;

    fn object(properties: &[(&str, Value)]) -> Found<Rc<Object>> {
        let property = |(name, value): &(&str, Value)| Property {
            name: (*name).to_owned(),
            value: value.clone(),
            flags: Default::default(),
            get: None,
            set: None,
            is_symbol: false,
        };
        Found::Ready(Rc::new(Object {
            object_id: ObjectId::from("o"),
            class_name: "Object".to_owned(),
            preview: Some(ObjectPreview {
                properties: Some(properties.iter().map(property).collect()),
                ..ObjectPreview::default()
            }),
            persistent_id: None,
        }))
    }

    fn lines(only_changes: bool) -> Vec<String> {
        let value = Value::Object(ObjectId::from("o"));
        let then =
            |_: &ObjectId, _| object(&[("total", 1.0.into()), ("name", "x".into()), ("old", true.into())]);
        let now =
            |_: &ObjectId, _| object(&[("total", 2.0.into()), ("name", "x".into()), ("new", true.into())]);
        let then = Side {
            value: Some(&value),
            object: &then,
        };
        let now = Side {
            value: Some(&value),
            object: &now,
        };
        let rows = rows("cart", &then, &now, &State::default(), only_changes);
        let line = |row: &TreeRow| {
            let sign = match row.mark {
                Mark::None | Mark::Found => ' ',
                Mark::Changed => '~',
                Mark::Added => '+',
                Mark::Removed => '-',
            };
            format!("{sign}{} {}>{}", row.name, text(&row.before), text(&row.tokens))
        };
        rows.rows.iter().skip(1).map(line).collect()
    }

    #[test]
    fn what_differs_is_marked_and_what_is_the_same_can_be_left_out() {
        assert_eq!(
            lines(false),
            ["~total 1>2", " name >\"x\"", "+new >true", "-old >true"]
        );
        assert_eq!(lines(true), ["~total 1>2", "+new >true", "-old >true"]);
    }
}
