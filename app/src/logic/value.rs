//! Values in one line, from what is known of them: `Todo {title: "buy milk", done: false}`.

mod lists;

use std::rc::Rc;

use components::preview::{Token, Tone};
use wire::{
    ids::ObjectId,
    pause::{ContainerEntry, Object, ObjectPreview, Value},
};

use super::{
    console::headline,
    literal::{date, number, quoted},
};
use lists::push_list;
pub use lists::{is_list, list_len};

/// How much of an object a line may say.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// How many properties or entries.
    n_items: usize,
    /// How many characters of a string.
    n_chars: usize,
    /// How deep objects within objects are written out.
    depth: usize,
}

impl Budget {
    /// For a console, where the line is all there is.
    pub const WIDE: Self = Self {
        n_items: 8,
        n_chars: 4000,
        depth: 1,
    };
    /// For a tree, where the rest is a click away.
    pub const NARROW: Self = Self {
        n_items: 5,
        n_chars: 500,
        depth: 1,
    };

    fn inside(self) -> Self {
        Self {
            n_items: 3,
            n_chars: 60,
            depth: self.depth.saturating_sub(1),
        }
    }
}

/// What is known of an object now; asks nothing.
pub type Known<'a> = &'a dyn Fn(&ObjectId) -> Option<Rc<Object>>;

/// A value as pieces of text.
pub fn tokens(value: &Value, known: Known<'_>, budget: Budget) -> Vec<Token> {
    let mut tokens = Vec::new();
    push(&mut tokens, value, known, budget);
    tokens
}

/// Adds a value's pieces.
pub fn push(tokens: &mut Vec<Token>, value: &Value, known: Known<'_>, budget: Budget) {
    let (tone, text) = match value {
        Value::Undefined => (Tone::Faint, "undefined".to_owned()),
        Value::Null => (Tone::Faint, "null".to_owned()),
        Value::Bool(value) => (Tone::Keyword, value.to_string()),
        Value::Number(value) => (Tone::Number, number(*value)),
        Value::String(text) => (Tone::String, quoted(text, budget.n_chars)),
        Value::Bigint(digits) => (Tone::Number, format!("{digits}n")),
        Value::Symbol(text) if text.starts_with("Symbol(") => (Tone::Literal, text.clone()),
        Value::Symbol(text) => (Tone::Literal, format!("Symbol({text})")),
        Value::Uninitialized => (Tone::Faint, "not initialized yet".to_owned()),
        Value::Unavailable => (Tone::Faint, "unavailable".to_owned()),
        Value::Object(id) => return push_object(tokens, known(id).as_deref(), known, budget),
    };
    tokens.push(Token::new(tone, text));
}

fn push_object(tokens: &mut Vec<Token>, object: Option<&Object>, known: Known<'_>, budget: Budget) {
    let Some(object) = object else {
        return tokens.push(Token::new(Tone::Faint, "…"));
    };
    let class = object.class_name.as_str();
    let Some(preview) = &object.preview else {
        return tokens.push(Token::new(Tone::Class, class));
    };
    if class == "Function" || preview.function_name.is_some() || preview.function_parameter_names.is_some() {
        return tokens.push(Token::new(Tone::Function, function(preview)));
    }
    if let Some(text) = special(object, preview) {
        return tokens.push(text);
    }
    let is_list = is_list(object);
    if budget.depth == 0 {
        let text = if is_list {
            format!("{class}({})", list_len(preview))
        } else {
            format!("{class} {{…}}")
        };
        return tokens.push(Token::new(Tone::Class, text));
    }
    if let Some(entries) = &preview.container_entries {
        let n_entries = preview.container_entry_count.unwrap_or(entries.len() as u64);
        tokens.push(Token::new(Tone::Class, format!("{class}({n_entries}) ")));
        let n_shown = entries.len().min(budget.n_items);
        push_in(
            tokens,
            ["{", "}"],
            n_shown,
            (n_entries as usize).saturating_sub(n_shown),
            |tokens, index| {
                push_entry(tokens, &entries[index], known, budget.inside());
            },
        );
    } else if is_list {
        push_list(tokens, class, preview, known, budget);
    } else {
        push_properties(tokens, class, preview, known, budget);
    }
}

fn push_properties(
    tokens: &mut Vec<Token>,
    class: &str,
    preview: &ObjectPreview,
    known: Known<'_>,
    budget: Budget,
) {
    if class != "Object" {
        tokens.push(Token::new(Tone::Class, format!("{class} ")));
    }
    if let Some(promise) = &preview.promise_state {
        tokens.push(Token::new(Tone::Faint, format!("<{}", promise.state)));
        if let Some(value) = &promise.value {
            tokens.push(Token::new(Tone::Faint, ": "));
            push(tokens, value, known, budget.inside());
        }
        return tokens.push(Token::new(Tone::Faint, ">"));
    }
    if let Some(proxy) = &preview.proxy_state {
        tokens.push(Token::new(Tone::Faint, "of "));
        return push(tokens, &proxy.target, known, budget.inside());
    }
    let properties = preview.properties.as_deref().unwrap_or_default();
    let n_shown = properties.len().min(budget.n_items);
    let n_more = (properties.len() - n_shown).max(usize::from(preview.overflow));
    push_in(tokens, ["{", "}"], n_shown, n_more, |tokens, index| {
        let property = &properties[index];
        tokens.push(Token::new(Tone::Key, property.name.clone()));
        tokens.push(Token::new(Tone::Faint, ": "));
        match property.get.is_some() || property.set.is_some() {
            true => tokens.push(Token::new(Tone::Faint, "(…)")),
            false => push(tokens, &property.value, known, budget.inside()),
        }
    });
}

fn push_entry(tokens: &mut Vec<Token>, entry: &ContainerEntry, known: Known<'_>, budget: Budget) {
    if let Some(key) = &entry.key {
        push(tokens, key, known, budget);
        tokens.push(Token::new(Tone::Faint, " → "));
    }
    push(tokens, &entry.value, known, budget);
}

/// Items between brackets, with commas, and a sign for those left out.
fn push_in(
    tokens: &mut Vec<Token>,
    [open, close]: [&str; 2],
    n_shown: usize,
    n_more: usize,
    mut item: impl FnMut(&mut Vec<Token>, usize),
) {
    tokens.push(Token::new(Tone::Faint, open));
    for index in 0..n_shown {
        if index > 0 {
            tokens.push(Token::new(Tone::Faint, ", "));
        }
        item(tokens, index);
    }
    if n_more > 0 {
        tokens.push(Token::new(Tone::Faint, if n_shown > 0 { ", …" } else { "…" }));
    }
    tokens.push(Token::new(Tone::Faint, close));
}

fn function(preview: &ObjectPreview) -> String {
    let name = preview.function_name.as_deref().unwrap_or_default();
    let parameters = preview.function_parameter_names.as_deref().unwrap_or_default();
    format!("ƒ {name}({})", parameters.join(", "))
}

/// Objects that have a text of their own: errors, dates, patterns, elements.
fn special(object: &Object, preview: &ObjectPreview) -> Option<Token> {
    if let Some(pattern) = &preview.regexp_string {
        return Some(Token::new(Tone::String, pattern.clone()));
    }
    if let Some(time) = preview.date_time {
        return Some(Token::new(Tone::Literal, date(time)));
    }
    if let Some(node) = &preview.node {
        let text = node
            .node_value
            .as_ref()
            .filter(|_| node.node_name.starts_with('#'));
        return Some(match text {
            Some(text) => Token::new(Tone::String, quoted(text, 60)),
            None => Token::new(Tone::Literal, element(node)),
        });
    }
    if object.class_name.ends_with("Error") || object.class_name == "DOMException" {
        let text = |name: &str| {
            let property = preview
                .properties
                .iter()
                .flatten()
                .find(|property| property.name == name)?;
            match &property.value {
                Value::String(text) => Some(text.clone()),
                _ => None,
            }
        };
        // The frames below the headline are shown by their original places where there is room.
        let stack = stack_of(preview).map(|stack| headline(stack).to_owned());
        let shown = stack.or_else(|| Some(format!("{}: {}", object.class_name, text("message")?)));
        return Some(Token::new(
            Tone::Error,
            shown.unwrap_or_else(|| object.class_name.clone()),
        ));
    }
    None
}

/// The stack that an error carries as text.
pub fn stack_of(preview: &ObjectPreview) -> Option<&str> {
    let properties = || preview.properties.iter().flatten();
    match &properties().find(|property| property.name == "stack")?.value {
        Value::String(stack) => Some(stack),
        _ => None,
    }
}

fn element(node: &wire::dom::Node) -> String {
    let attribute = |name: &str| {
        let found = node.attributes.iter().find(|attribute| attribute.name == name)?;
        (!found.value.is_empty()).then_some(found.value.as_str())
    };
    let id = attribute("id").map(|id| format!("#{id}")).unwrap_or_default();
    let classes: String = attribute("class")
        .unwrap_or_default()
        .split_whitespace()
        .map(|class| format!(".{class}"))
        .collect();
    format!("<{}{id}{classes}>", node.node_name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use wire::pause::{PromiseState, PromiseStateData, Property};

    use super::*;

    fn property(name: &str, value: impl Into<Value>) -> Property {
        Property {
            name: name.to_owned(),
            value: value.into(),
            flags: Default::default(),
            get: None,
            set: None,
            is_symbol: false,
        }
    }

    fn object(id: &str, class: &str, preview: ObjectPreview) -> Object {
        Object {
            object_id: ObjectId::from(id),
            class_name: class.to_owned(),
            preview: Some(preview),
            persistent_id: None,
        }
    }

    fn with_properties(properties: Vec<Property>) -> ObjectPreview {
        ObjectPreview {
            properties: Some(properties),
            ..ObjectPreview::default()
        }
    }

    fn check(objects: &[Object], value: Value, expected: &str) {
        let known = |id: &ObjectId| {
            objects
                .iter()
                .find(|object| object.object_id == *id)
                .cloned()
                .map(Rc::new)
        };
        let text: String = tokens(&value, &known, Budget::NARROW)
            .into_iter()
            .map(|token| token.text)
            .collect();
        assert_eq!(text, expected);
    }

    #[test]
    fn primitives_read_as_in_javascript() {
        for (value, expected) in [
            (Value::Undefined, "undefined"),
            (Value::from(-0.0), "-0"),
            (Value::from(f64::NAN), "NaN"),
            (Value::from(1e21), "1e+21"),
            (Value::from(5e-7), "5e-7"),
            (Value::from(0.1 + 0.2), "0.30000000000000004"),
            (Value::from("a\"b\n"), "\"a\\\"b\\n\""),
            (Value::Bigint("12".to_owned()), "12n"),
            (Value::Symbol("Symbol(x)".to_owned()), "Symbol(x)"),
            (Value::Object(ObjectId::from("unknown")), "…"),
        ] {
            check(&[], value, expected);
        }
    }

    #[test]
    fn objects_say_their_class_and_first_properties() {
        let todo = object(
            "1",
            "Todo",
            with_properties(vec![
                property("title", "milk"),
                property("tags", ObjectId::from("2")),
            ]),
        );
        let tags = object(
            "2",
            "Array",
            with_properties(vec![property("0", "a"), property("length", 1.0)]),
        );
        let many = object(
            "3",
            "Object",
            with_properties((0..7).map(|index| property(&format!("p{index}"), true)).collect()),
        );
        let all = [todo, tags, many];
        check(
            &all,
            ObjectId::from("1").into(),
            "Todo {title: \"milk\", tags: Array(1)}",
        );
        check(&all, ObjectId::from("2").into(), "(1) [\"a\"]");
        check(
            &all,
            ObjectId::from("3").into(),
            "{p0: true, p1: true, p2: true, p3: true, p4: true, …}",
        );
    }

    #[test]
    fn some_objects_have_a_text_of_their_own() {
        let error = with_properties(vec![property("message", "no title")]);
        let map = ObjectPreview {
            container_entries: Some(vec![ContainerEntry {
                key: Some("k".into()),
                value: 1.0.into(),
            }]),
            container_entry_count: Some(3),
            ..ObjectPreview::default()
        };
        let promise = ObjectPreview {
            promise_state: Some(PromiseStateData {
                state: PromiseState::Fulfilled,
                value: Some(2.0.into()),
            }),
            ..ObjectPreview::default()
        };
        let function = ObjectPreview {
            function_name: Some("add".to_owned()),
            function_parameter_names: Some(vec!["a".to_owned(), "b".to_owned()]),
            ..ObjectPreview::default()
        };
        let thrown = with_properties(vec![
            property("message", "no price"),
            property("stack", "Error: no price\n    at price (a.js:1:2)"),
        ]);
        let with_holes = with_properties(vec![
            property("0", 1.0),
            property("2", 2.0),
            property("length", 5.0),
        ]);
        let all = [
            object("6", "Error", thrown),
            object("7", "Array", with_holes),
            object("1", "TypeError", error),
            object("2", "Map", map),
            object("3", "Promise", promise),
            object("4", "Function", function),
            object(
                "5",
                "Date",
                ObjectPreview {
                    date_time: Some(1_795_205_700_123),
                    ..ObjectPreview::default()
                },
            ),
        ];
        let text = |id: &str| Value::Object(ObjectId::from(id));
        check(&all, text("1"), "TypeError: no title");
        check(&all, text("6"), "Error: no price");
        check(&all, text("7"), "(5) [1, empty, 2, empty × 2]");
        check(&all, text("2"), "Map(3) {\"k\" → 1, …}");
        check(&all, text("3"), "Promise <fulfilled: 2>");
        check(&all, text("4"), "ƒ add(a, b)");
        check(&all, text("5"), "2026-11-20T20:15:00.123Z");
    }
}
