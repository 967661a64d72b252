//! The scopes of a frame as the groups of a tree, the innermost first.

use std::rc::Rc;

use components::preview::Tone;
use wire::{
    ids::ScopeId,
    pause::{Frame, FrameType, NamedValue, Scope, ScopeType, Value},
};

use super::{
    contents::{Child, Subject},
    tree::{Group, Root},
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

impl<T> Found<T> {
    /// With what is made of it, once it is here.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Found<U> {
        match self {
            Self::Ready(value) => Found::Ready(make(value)),
            Self::Pending => Found::Pending,
            Self::Failed(reason) => Found::Failed(reason),
        }
    }
}

/// The groups of a frame: one for each scope, with what the frame itself has in that of its function. Up to that one they
/// begin open. Keys count from the outermost scope, so those of a function stay the same while it enters and leaves blocks;
/// `name_before` is what the scope of a key was called, for those that are on their way.
pub fn groups(
    frame: &Frame,
    scopes: &[Found<Rc<Scope>>],
    thrown: Option<&Value>,
    name_before: &dyn Fn(&str) -> Option<String>,
) -> Vec<Root> {
    let is_function = |scope: &Found<Rc<Scope>>| matches!(scope, Found::Ready(scope) if scope.scope_type == ScopeType::Function);
    let own = scopes.iter().position(is_function).unwrap_or(0);
    let n_scopes = scopes.len();
    let groups = scopes.iter().enumerate().map(|(index, scope)| {
        let of_frame = match index == own {
            true => children_of_frame(frame, thrown),
            false => Vec::new(),
        };
        let key = (n_scopes - 1 - index).to_string();
        Root::Group(Group {
            name: match scope {
                Found::Ready(scope) => name(scope, index, own, n_scopes, frame),
                Found::Pending | Found::Failed(_) => name_before(&key).unwrap_or_else(|| "Scope".to_owned()),
            },
            key,
            begins_open: index <= own,
            contents: match scope {
                Found::Ready(scope) => {
                    let mut children = of_frame;
                    children.extend(variables(scope));
                    Found::Ready((children, scope.object.clone()))
                }
                Found::Pending => Found::Pending,
                Found::Failed(reason) => Found::Failed(reason.clone()),
            },
        })
    });
    groups.collect()
}

fn name(scope: &Scope, index: usize, own: usize, n_scopes: usize, frame: &Frame) -> String {
    let of = |kind: &str| match scope.function_name.as_deref() {
        Some(name) if !name.is_empty() => format!("{kind}: {name}"),
        _ => kind.to_owned(),
    };
    match &scope.scope_type {
        ScopeType::Function if index > own => of("Closure"),
        ScopeType::Function => of("Local"),
        ScopeType::Global => "Global".to_owned(),
        ScopeType::With => "With".to_owned(),
        // What stands next to the global scope is around all functions: the top level of a module or script.
        ScopeType::Block
            if index + 2 == n_scopes && (index > own || frame.frame_type == FrameType::Module) =>
        {
            "Module".to_owned()
        }
        ScopeType::Block => "Block".to_owned(),
        other => other.to_string(),
    }
}

/// What a frame has beside its variables.
fn children_of_frame(frame: &Frame, thrown: Option<&Value>) -> Vec<Child> {
    let mut children = Vec::new();
    let special = |name: &str, value: &Value| Child {
        tone: Tone::Literal,
        ..Child::internal(name, value.clone())
    };
    children.extend(thrown.map(|thrown| special("exception", thrown)));
    children.extend(
        frame
            .return_value
            .as_ref()
            .map(|returned| special("return value", returned)),
    );
    if frame.this != Value::Undefined && frame.this != Value::Unavailable {
        children.push(Child {
            tone: Tone::Keyword,
            ..Child::internal("this", frame.this.clone())
        });
    }
    children
}

fn variables(scope: &Scope) -> impl Iterator<Item = Child> {
    let scope_id: &ScopeId = &scope.scope_id;
    scope
        .bindings
        .iter()
        .flatten()
        .map(|NamedValue { name, value }| Child {
            key: format!("v:{name}"),
            subject: Subject::Variable {
                scope: Some(scope_id.clone()),
                name: name.clone(),
            },
            ..Child::root(name.clone(), value.clone())
        })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use components::tree::{Branch, Mark};
    use wire::{
        ids::{FrameId, ObjectId},
        pause::{Object, ObjectPreview, Property},
    };

    use super::*;
    use crate::logic::tree::{Before, Reader, Rows, State, text};

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

    fn scope(scope_type: ScopeType, bindings: Vec<(&str, Value)>) -> Found<Rc<Scope>> {
        let bindings = bindings.into_iter().map(|(name, value)| NamedValue {
            name: name.to_owned(),
            value,
        });
        Found::Ready(Rc::new(Scope {
            scope_id: ScopeId::from("s"),
            scope_type,
            function_lexical: false,
            object: None,
            function_name: Some("add".to_owned()),
            bindings: Some(bindings.collect()),
        }))
    }

    fn property(name: &str, value: Value) -> Property {
        Property {
            name: name.to_owned(),
            value,
            flags: Default::default(),
            get: None,
            set: None,
            is_symbol: false,
        }
    }

    fn todo(id: &ObjectId) -> Found<Rc<Object>> {
        if id.as_str() != "todo" {
            return Found::Pending;
        }
        let total = Property {
            get: Some(ObjectId::from("late")),
            ..property("total", Value::Undefined)
        };
        Found::Ready(Rc::new(Object {
            object_id: id.clone(),
            class_name: "Todo".to_owned(),
            preview: Some(ObjectPreview {
                properties: Some(vec![property("owner", ObjectId::from("late").into()), total]),
                ..ObjectPreview::default()
            }),
            persistent_id: None,
        }))
    }

    fn rows(state: &State, n: f64, before: Option<&Before>) -> Rows {
        let scopes = [
            scope(ScopeType::Block, vec![("todo", ObjectId::from("todo").into())]),
            scope(ScopeType::Function, vec![("n", n.into())]),
            scope(ScopeType::Function, vec![("outer", true.into())]),
        ];
        let gives = |_: &ObjectId, _: &str| {
            Found::Ready(wire::pause::Result {
                returned: Some(7.0.into()),
                ..Default::default()
            })
        };
        let reader = Reader {
            object: &|id, _level| todo(id),
            property: &gives,
            place: &|_| String::new(),
            before,
            stale: None,
        };
        let thrown = Value::from("no!");
        Rows::new(
            &groups(&frame(), &scopes, Some(&thrown), &|_| None),
            state,
            &reader,
        )
    }

    fn state(toggled: &[&str], query: &str) -> State {
        let paths = |paths: &[&str]| -> HashSet<String> {
            paths.iter().map(|path| path.replace('/', "\u{1f}")).collect()
        };
        State {
            toggled: paths(toggled),
            query: query.to_owned(),
            ..State::default()
        }
    }

    fn lines(rows: &Rows) -> Vec<String> {
        assert_eq!(rows.rows.len(), rows.infos.len());
        rows.rows
            .iter()
            .map(|row| {
                let sign = match row.branch {
                    Branch::Leaf => " ",
                    Branch::Closed => "+",
                    Branch::Open => "-",
                };
                format!(
                    "{}{sign}{} {}",
                    "  ".repeat(row.depth),
                    row.name,
                    text(&row.tokens)
                )
                .trim_end()
                .to_owned()
            })
            .collect()
    }

    #[test]
    fn the_functions_own_scopes_begin_open_with_what_the_frame_has() {
        assert_eq!(
            lines(&rows(&state(&[], ""), 3.0, None)),
            [
                "-Block",
                "  +todo Todo {owner: …, total: (…)}",
                "-Local: add",
                "   exception \"no!\"",
                "   n 3",
                "+Closure: add",
            ]
        );
    }

    #[test]
    fn opening_an_object_reads_it_and_what_it_shows_and_getters_when_they_are_run() {
        let mut open = state(&["2/v:todo", "2/v:todo/p:owner", "1", "0"], "");
        open.computed.insert("2/v:todo/p:total".replace('/', "\u{1f}"));
        let rows = rows(&open, 3.0, None);
        assert_eq!(
            lines(&rows),
            [
                "-Block",
                "  -todo Todo {owner: …, total: (…)}",
                "    -owner …",
                "       loading…",
                "     total 7",
                "    +get total …",
                "+Local: add",
                "-Closure: add",
                "   outer true",
            ]
        );
        assert!(rows.is_pending);
        let expressions: Vec<_> = (0..rows.rows.len()).map(|row| rows.expression(row)).collect();
        let expected = [
            None,
            Some("todo"),
            Some("todo.owner"),
            Some("todo.owner"),
            Some("todo.total"),
        ];
        assert_eq!(
            expressions[..5].iter().map(Option::as_deref).collect::<Vec<_>>(),
            expected
        );
    }

    #[test]
    fn searching_shows_what_is_found_and_where() {
        assert_eq!(
            lines(&rows(&state(&[], "own"), 3.0, None)),
            ["-Block", "  -todo Todo {owner: …, total: (…)}", "    +owner …"]
        );
        assert_eq!(lines(&rows(&state(&[], "nowhere"), 3.0, None)), [" searching…"]);
    }

    #[test]
    fn what_changed_since_is_marked() {
        let before = Before::new(&rows(&state(&[], ""), 2.0, None));
        let now = rows(&state(&[], ""), 3.0, Some(&before));
        let changed: Vec<&str> = now
            .rows
            .iter()
            .filter(|row| row.mark == Mark::Changed)
            .map(|row| row.name.as_str())
            .collect();
        assert_eq!(changed, ["n"]);
    }
}
