//! Values as JSON text: bounded, without running anything, for the clipboard.

use std::rc::Rc;

use wire::{
    ids::ObjectId,
    pause::{Object, Value},
};

use super::{literal, value};

/// How much of a value is written.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// How deep.
    pub depth: usize,
    /// How many objects.
    pub n_objects: usize,
}

impl Bounds {
    /// For the clipboard.
    pub const COPY: Self = Self {
        depth: 8,
        n_objects: 5_000,
    };
}

/// What an object holds that its JSON shows.
pub fn held(object: &Object) -> impl Iterator<Item = &Value> {
    let preview = object.preview.as_ref();
    let properties = preview.and_then(|preview| preview.properties.as_deref());
    let entries = preview.and_then(|preview| preview.container_entries.as_deref());
    properties
        .unwrap_or_default()
        .iter()
        .filter(|property| is_written(object, property))
        .map(|property| &property.value)
        .chain(
            entries
                .unwrap_or_default()
                .iter()
                .flat_map(|entry| entry.key.iter().chain([&entry.value])),
        )
}

/// The text. What JSON cannot say is said in a string: functions, cycles, what lies beyond the bounds.
pub fn text(value: &Value, known: value::Known<'_>, bounds: Bounds) -> String {
    let mut writer = Writer {
        known,
        n_left: bounds.n_objects,
        above: Vec::new(),
        depth: bounds.depth,
        text: String::new(),
    };
    writer.value(value);
    writer.text
}

/// Writes the text itself, because the order of properties is the program's.
struct Writer<'a> {
    known: value::Known<'a>,
    n_left: usize,
    /// The objects that are being written, the outermost first.
    above: Vec<ObjectId>,
    depth: usize,
    text: String,
}

impl Writer<'_> {
    fn value(&mut self, value: &Value) {
        match value {
            Value::Undefined | Value::Null => self.text.push_str("null"),
            Value::Bool(value) => self.text.push_str(&value.to_string()),
            Value::Number(number) if number.is_finite() => self.text.push_str(&literal::number(*number)),
            Value::Number(number) => self.string(&literal::number(*number)),
            Value::String(text) => self.string(text),
            Value::Bigint(digits) => self.string(&format!("{digits}n")),
            Value::Object(id) => self.object(id),
            other => self.string(&shown(other, &|_| None)),
        }
    }

    fn string(&mut self, text: &str) {
        // A string can always be written.
        self.text
            .push_str(&serde_json::to_string(text).unwrap_or_default());
    }

    fn object(&mut self, id: &ObjectId) {
        if self.above.contains(id) {
            return self.string("[circular]");
        }
        let object = (self.known)(id);
        let Some((object, preview)) = object
            .as_ref()
            .and_then(|object| Some((object, object.preview.as_ref()?)))
        else {
            return self.string("[…]");
        };
        let has_own_text = preview.function_name.is_some()
            || preview.function_location.is_some()
            || preview.regexp_string.is_some()
            || preview.date_time.is_some()
            || preview.node.is_some()
            || object.class_name == "Function";
        if has_own_text {
            return match preview.date_time {
                Some(millis) => self.string(&literal::date(millis)),
                None => self.string(&shown(&Value::Object(id.clone()), &|id| (self.known)(id))),
            };
        }
        if self.n_left == 0 || self.above.len() >= self.depth {
            return self.string(&format!("[{}]", object.class_name));
        }
        self.n_left -= 1;
        self.above.push(id.clone());
        self.contents(&Rc::clone(object));
        self.above.pop();
    }

    fn contents(&mut self, object: &Object) {
        let Some(preview) = &object.preview else {
            return self.text.push_str("null");
        };
        if let Some(entries) = &preview.container_entries {
            let named: Option<Vec<(&str, &Value)>> = entries
                .iter()
                .map(|entry| match &entry.key {
                    Some(Value::String(key)) => Some((key.as_str(), &entry.value)),
                    _ => None,
                })
                .collect();
            return match named {
                Some(named) if !named.is_empty() => self.members(&named),
                _ => self.bracketed(["[", "]"], entries, |writer, entry| match &entry.key {
                    Some(key) => writer.bracketed(["[", "]"], &[key, &entry.value], |writer, value| {
                        writer.value(value);
                    }),
                    None => writer.value(&entry.value),
                }),
            };
        }
        let properties = preview.properties.as_deref().unwrap_or_default();
        let written = properties.iter().filter(|property| is_written(object, property));
        if value::is_list(object) {
            let items: Vec<&Value> = written
                .filter(|property| property.name.bytes().all(|byte| byte.is_ascii_digit()))
                .map(|property| &property.value)
                .collect();
            return self.bracketed(["[", "]"], &items, |writer, value| writer.value(value));
        }
        let members: Vec<(&str, &Value)> = written
            .map(|property| (property.name.as_str(), &property.value))
            .collect();
        self.members(&members);
    }

    fn members(&mut self, members: &[(&str, &Value)]) {
        self.bracketed(["{", "}"], members, |writer, (name, value)| {
            writer.string(name);
            writer.text.push_str(": ");
            writer.value(value);
        });
    }

    fn bracketed<T>(&mut self, [open, close]: [&str; 2], items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.text.push_str(open);
        for (index, item) in items.iter().enumerate() {
            self.text.push_str(if index == 0 { "\n" } else { ",\n" });
            self.text.push_str(&"  ".repeat(self.above.len()));
            write(self, item);
        }
        if !items.is_empty() {
            self.text.push('\n');
            self.text
                .push_str(&"  ".repeat(self.above.len().saturating_sub(1)));
        }
        self.text.push_str(close);
    }
}

/// As `JSON.stringify` has it: enumerable, no symbols, no getters; also what an error says, which it would leave out.
fn is_written(object: &Object, property: &wire::pause::Property) -> bool {
    let is_error = object.class_name.ends_with("Error");
    let is_shown = property.flags.is_enumerable() || is_error;
    is_shown
        && !property.is_symbol
        && !property.name.starts_with('#')
        && property.get.is_none()
        && property.set.is_none()
        && (property.value != Value::Undefined || value::is_list(object))
}

fn shown(value: &Value, known: value::Known<'_>) -> String {
    let tokens = value::tokens(value, known, value::Budget::NARROW);
    super::tree::text(&tokens)
}

#[cfg(test)]
mod tests {
    use wire::pause::{ContainerEntry, ObjectPreview, Property};

    use super::*;

    #[test]
    fn what_json_cannot_say_is_said_in_a_string() {
        let id = |text: &str| Value::Object(ObjectId::from(text));
        let property = |name: &str, value: Value| Property {
            name: name.to_owned(),
            value,
            flags: Default::default(),
            get: None,
            set: None,
            is_symbol: false,
        };
        let object = |name: &str, class: &str, preview: ObjectPreview| {
            Rc::new(Object {
                object_id: ObjectId::from(name),
                class_name: class.to_owned(),
                preview: Some(preview),
                persistent_id: None,
            })
        };
        let cart = ObjectPreview {
            properties: Some(vec![
                property("items", id("items")),
                property("self", id("cart")),
                property("count", 2.0.into()),
                property("ratio", f64::NAN.into()),
                property("gone", Value::Undefined),
                property("#secret", 1.0.into()),
            ]),
            ..ObjectPreview::default()
        };
        let items = ObjectPreview {
            container_entries: Some(vec![ContainerEntry {
                key: Some("a".into()),
                value: Value::Null,
            }]),
            ..ObjectPreview::default()
        };
        let all = [object("cart", "Cart", cart), object("items", "Map", items)];
        let known = |id: &ObjectId| all.iter().find(|object| object.object_id == *id).cloned();
        let text = text(&id("cart"), &known, Bounds::COPY);
        assert_eq!(
            text.split_whitespace().collect::<String>(),
            r#"{"items":{"a":null},"self":"[circular]","count":2,"ratio":"NaN"}"#
        );
    }
}
