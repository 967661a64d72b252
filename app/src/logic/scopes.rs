//! The scopes of a frame as rows of a tree: what is open is read from the pause, what is not is left alone.

use std::{collections::HashSet, rc::Rc, sync::Arc};

use components::{
    preview::{Token, Tone},
    tree::{Branch, TreeRow},
};
use wire::{
    ids::ObjectId,
    pause::{Frame, NamedValue, Object, ObjectPreview, ObjectPreviewLevel, Scope, ScopeType, Value},
};

use super::{
    literal,
    value::{self, Budget},
};

/// What is known of something that can be asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Found<T> {
    /// Here it is.
    Ready(T),
    /// It has been asked for.
    Pending,
    /// It cannot be had, for this reason.
    Failed(String),
}

/// Reads an object at a level, asking for it if need be.
pub type ReadObject<'a> = &'a dyn Fn(&ObjectId, ObjectPreviewLevel) -> Found<Rc<Object>>;

/// The tree's rows, and for each the path by which it is opened and closed. Paths stay the same from pause to pause, so
/// what is open stays open while stepping.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// What is shown.
    pub rows: Vec<TreeRow>,
    /// The path of each row.
    pub paths: Vec<String>,
    /// Whether something shown is still being asked for.
    pub is_pending: bool,
}

/// More rows than this under one parent are counted and not shown.
const N_CHILDREN: usize = 5000;

/// The rows of a frame. `toggled` holds the paths whose state is not the one they begin with: the scopes up to the
/// function's own begin open, everything else closed.
pub fn rows(frame: &Frame, scopes: &[Rc<Scope>], toggled: &HashSet<String>, read: ReadObject<'_>) -> Rows {
    let mut builder = Builder {
        out: Rows::default(),
        toggled,
        read,
    };
    let own = scopes
        .iter()
        .position(|scope| scope.scope_type == ScopeType::Function)
        .unwrap_or(0);
    let n_scopes = scopes.len();
    for (index, scope) in scopes.iter().enumerate() {
        let path = index.to_string();
        let is_open = (index <= own) != toggled.contains(&path);
        builder.out.rows.push(TreeRow {
            name: scope_name(scope, index > own),
            is_heading: true,
            branch: if is_open { Branch::Open } else { Branch::Closed },
            position: index + 1,
            n_siblings: n_scopes,
            ..TreeRow::default()
        });
        builder.out.paths.push(path.clone());
        if is_open {
            builder.scope(&path, scope, (index == own).then_some(frame));
        }
    }
    builder.out
}

fn scope_name(scope: &Scope, is_outside: bool) -> String {
    let of = |kind: &str| match scope.function_name.as_deref() {
        Some(name) if !name.is_empty() => format!("{kind}: {name}"),
        _ => kind.to_owned(),
    };
    match &scope.scope_type {
        ScopeType::Function if is_outside => of("Closure"),
        ScopeType::Function => of("Local"),
        ScopeType::Block => "Block".to_owned(),
        ScopeType::Global => "Global".to_owned(),
        ScopeType::With => "With".to_owned(),
        other => other.to_string(),
    }
}

/// A child of a scope or an object.
struct Child {
    name: String,
    tone: Tone,
    value: Value,
}

struct Builder<'a> {
    out: Rows,
    toggled: &'a HashSet<String>,
    read: ReadObject<'a>,
}

impl Builder<'_> {
    fn scope(&mut self, path: &str, scope: &Scope, frame: Option<&Frame>) {
        let mut children = Vec::new();
        if let Some(frame) = frame {
            if let Some(returned) = &frame.return_value {
                children.push(Child {
                    name: "return value".to_owned(),
                    tone: Tone::Literal,
                    value: returned.clone(),
                });
            }
            if frame.this != Value::Undefined && frame.this != Value::Unavailable {
                children.push(Child {
                    name: "this".to_owned(),
                    tone: Tone::Keyword,
                    value: frame.this.clone(),
                });
            }
        }
        children.extend(
            scope
                .bindings
                .iter()
                .flatten()
                .map(|NamedValue { name, value }| child(name, value)),
        );
        match &scope.object {
            Some(object) => self.object(path, 1, object, children),
            None if children.is_empty() => self.note(path, 1, "no variables"),
            None => self.children(path, 1, children),
        }
    }

    /// The contents of an object, after `children`.
    fn object(&mut self, path: &str, depth: usize, id: &ObjectId, mut children: Vec<Child>) {
        match (self.read)(id, ObjectPreviewLevel::Full) {
            Found::Ready(object) => match &object.preview {
                Some(preview) => {
                    children.extend(contents(preview));
                    if children.is_empty() {
                        return self.note(path, depth, "no properties");
                    }
                }
                None => return self.note(path, depth, "no preview"),
            },
            Found::Pending => {
                self.out.is_pending = true;
                self.children(path, depth, children);
                return self.note(path, depth, "loading…");
            }
            Found::Failed(reason) => {
                self.children(path, depth, children);
                return self.note(path, depth, &reason);
            }
        }
        self.children(path, depth, children);
    }

    fn children(&mut self, path: &str, depth: usize, children: Vec<Child>) {
        let n_siblings = children.len();
        for (index, child) in children.into_iter().take(N_CHILDREN).enumerate() {
            let child_path = format!("{path}\u{1f}{}", child.name);
            let is_branch = child.value.as_object();
            let is_open = is_branch.is_some() && self.toggled.contains(&child_path);
            let tokens = self.preview(&child.value);
            self.out.rows.push(TreeRow {
                depth,
                name: child.name,
                name_tone: child.tone,
                tokens,
                branch: match (is_branch, is_open) {
                    (None, _) => Branch::Leaf,
                    (Some(_), false) => Branch::Closed,
                    (Some(_), true) => Branch::Open,
                },
                is_heading: false,
                position: index + 1,
                n_siblings,
            });
            self.out.paths.push(child_path.clone());
            if let (Some(id), true) = (is_branch, is_open) {
                self.object(&child_path, depth + 1, id, Vec::new());
            }
        }
        if n_siblings > N_CHILDREN {
            self.note(path, depth, &format!("{} more", n_siblings - N_CHILDREN));
        }
    }

    fn preview(&mut self, value: &Value) -> Arc<[Token]> {
        if let Some(id) = value.as_object()
            && (self.read)(id, ObjectPreviewLevel::CanOverflow) == Found::Pending
        {
            self.out.is_pending = true;
        }
        // Objects inside the line are shown as far as they happen to be known.
        let known = |id: &ObjectId| match (self.read)(id, ObjectPreviewLevel::None) {
            Found::Ready(object) => Some(object),
            Found::Pending | Found::Failed(_) => None,
        };
        value::tokens(value, &known, Budget::NARROW).into()
    }

    /// A row that is no value: why there is none.
    fn note(&mut self, path: &str, depth: usize, text: &str) {
        self.out.rows.push(TreeRow {
            depth,
            name: text.to_owned(),
            name_tone: Tone::Faint,
            position: 1,
            n_siblings: 1,
            ..TreeRow::default()
        });
        self.out.paths.push(format!("{path}\u{1f}\u{1f}note"));
    }
}

fn child(name: &str, value: &Value) -> Child {
    Child {
        name: name.to_owned(),
        tone: Tone::Key,
        value: value.clone(),
    }
}

/// What an object has: its entries, its own properties, what its getters gave, what it inherits from.
fn contents(preview: &ObjectPreview) -> Vec<Child> {
    let mut children = Vec::new();
    for (index, entry) in preview.container_entries.iter().flatten().enumerate() {
        let name = match &entry.key {
            Some(Value::String(key)) => literal::quoted(key, 80),
            Some(Value::Number(key)) => literal::number(*key),
            Some(Value::Object(_)) | None => index.to_string(),
            Some(key) => value::tokens(key, &|_| None, Budget::NARROW)
                .into_iter()
                .map(|token| token.text)
                .collect(),
        };
        if let Some(key @ Value::Object(_)) = &entry.key {
            children.push(Child {
                name: format!("key {name}"),
                tone: Tone::Faint,
                value: key.clone(),
            });
        }
        children.push(Child {
            name,
            tone: Tone::Literal,
            value: entry.value.clone(),
        });
    }
    for property in preview.properties.iter().flatten() {
        let accessors = [("get", &property.get), ("set", &property.set)];
        if accessors.iter().all(|(_, accessor)| accessor.is_none()) {
            let tone = if property.flags.is_enumerable() {
                Tone::Key
            } else {
                Tone::Faint
            };
            children.push(Child {
                name: property.name.clone(),
                tone,
                value: property.value.clone(),
            });
        }
        for (kind, accessor) in accessors {
            if let Some(function) = accessor {
                let name = format!("{kind} {}", property.name);
                children.push(Child {
                    name,
                    tone: Tone::Faint,
                    value: Value::Object(function.clone()),
                });
            }
        }
    }
    children.extend(
        preview
            .getter_values
            .iter()
            .flatten()
            .map(|NamedValue { name, value }| child(name, value)),
    );
    if let Some(promise) = &preview.promise_state {
        children.push(child("[[state]]", &Value::String(promise.state.to_string())));
        children.extend(promise.value.iter().map(|value| child("[[value]]", value)));
    }
    if let Some(proxy) = &preview.proxy_state {
        children.push(child("[[target]]", &proxy.target));
        children.push(child("[[handler]]", &proxy.handler));
    }
    if let Some(prototype) = &preview.prototype_id {
        let value = Value::Object(prototype.clone());
        children.push(Child {
            name: "[[prototype]]".to_owned(),
            tone: Tone::Faint,
            value,
        });
    }
    children
}

#[cfg(test)]
mod tests {
    use wire::{
        ids::{FrameId, ScopeId},
        pause::{FrameType, Property},
    };

    use super::*;

    fn frame() -> Frame {
        Frame {
            frame_id: FrameId::from("f"),
            frame_type: FrameType::Call,
            function_name: None,
            original_function_name: None,
            function_location: None,
            location: Vec::new(),
            scope_chain: Vec::new(),
            original_scope_chain: None,
            this: Value::Undefined,
            return_value: None,
        }
    }

    fn scope(scope_type: ScopeType, bindings: Vec<(&str, Value)>) -> Rc<Scope> {
        Rc::new(Scope {
            scope_id: ScopeId::from("s"),
            scope_type,
            function_lexical: false,
            object: None,
            function_name: Some("add".to_owned()),
            bindings: Some(
                bindings
                    .into_iter()
                    .map(|(name, value)| NamedValue {
                        name: name.to_owned(),
                        value,
                    })
                    .collect(),
            ),
        })
    }

    fn check(toggled: &[&str], expected: &[&str]) -> Rows {
        let object = |id: &ObjectId, _level| match id.as_str() {
            "todo" => Found::Ready(Rc::new(Object {
                object_id: id.clone(),
                class_name: "Todo".to_owned(),
                preview: Some(ObjectPreview {
                    properties: Some(vec![Property {
                        name: "owner".to_owned(),
                        value: ObjectId::from("late").into(),
                        flags: Default::default(),
                        get: None,
                        set: None,
                        is_symbol: false,
                    }]),
                    ..ObjectPreview::default()
                }),
                persistent_id: None,
            })),
            _ => Found::Pending,
        };
        let scopes = [
            scope(ScopeType::Block, vec![("todo", ObjectId::from("todo").into())]),
            scope(ScopeType::Function, vec![("n", 3.0.into())]),
            scope(ScopeType::Function, vec![("outer", true.into())]),
        ];
        let toggled = toggled.iter().map(|path| path.replace('/', "\u{1f}")).collect();
        let rows = rows(&frame(), &scopes, &toggled, &object);
        let lines: Vec<String> = rows
            .rows
            .iter()
            .map(|row| {
                let sign = match row.branch {
                    Branch::Leaf => " ",
                    Branch::Closed => "+",
                    Branch::Open => "-",
                };
                let value: String = row.tokens.iter().map(|token| token.text.as_str()).collect();
                format!("{}{sign}{} {value}", "  ".repeat(row.depth), row.name)
                    .trim_end()
                    .to_owned()
            })
            .collect();
        assert_eq!(lines, expected);
        assert_eq!(rows.rows.len(), rows.paths.len());
        rows
    }

    #[test]
    fn the_functions_own_scopes_begin_open() {
        check(
            &[],
            &[
                "-Block",
                "  +todo Todo {owner: …}",
                "-Local: add",
                "   n 3",
                "+Closure: add",
            ],
        );
    }

    #[test]
    fn opening_an_object_reads_it_and_what_it_shows() {
        let rows = check(
            &["0/todo", "0/todo/owner", "2"],
            &[
                "-Block",
                "  -todo Todo {owner: …}",
                "    -owner …",
                "       loading…",
                "-Local: add",
                "   n 3",
                "-Closure: add",
                "   outer true",
            ],
        );
        assert!(rows.is_pending);
    }
}
