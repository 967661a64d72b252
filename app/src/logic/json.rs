//! Values as JSON text: bounded, without running anything, for the clipboard.

use std::rc::Rc;

use serde_json::{Map, Value as Json};
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
    };
    let json = writer.value(value);
    serde_json::to_string_pretty(&json).unwrap_or_default()
}

struct Writer<'a> {
    known: value::Known<'a>,
    n_left: usize,
    /// The objects that are being written, the outermost first.
    above: Vec<ObjectId>,
    depth: usize,
}

impl Writer<'_> {
    fn value(&mut self, value: &Value) -> Json {
        match value {
            Value::Undefined | Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            Value::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => {
                Json::from(*number as i64)
            }
            Value::Number(number) => serde_json::Number::from_f64(*number)
                .map_or_else(|| Json::String(literal::number(*number)), Json::Number),
            Value::String(text) => Json::String(text.clone()),
            Value::Bigint(digits) => Json::String(format!("{digits}n")),
            Value::Object(id) => self.object(id),
            other => Json::String(shown(other, &|_| None)),
        }
    }

    fn object(&mut self, id: &ObjectId) -> Json {
        if self.above.contains(id) {
            return Json::String("[circular]".to_owned());
        }
        let object = (self.known)(id);
        let Some((object, preview)) = object
            .as_ref()
            .and_then(|object| Some((object, object.preview.as_ref()?)))
        else {
            return Json::String("[…]".to_owned());
        };
        let has_own_text = preview.function_name.is_some()
            || preview.function_location.is_some()
            || preview.regexp_string.is_some()
            || preview.date_time.is_some()
            || preview.node.is_some()
            || object.class_name == "Function";
        if has_own_text {
            return Json::String(match preview.date_time {
                Some(millis) => literal::date(millis),
                None => shown(&Value::Object(id.clone()), &|id| (self.known)(id)),
            });
        }
        if self.n_left == 0 || self.above.len() >= self.depth {
            return Json::String(format!("[{}]", object.class_name));
        }
        self.n_left -= 1;
        self.above.push(id.clone());
        let json = self.contents(&Rc::clone(object));
        self.above.pop();
        json
    }

    fn contents(&mut self, object: &Object) -> Json {
        let Some(preview) = &object.preview else {
            return Json::Null;
        };
        if let Some(entries) = &preview.container_entries {
            let is_map = entries.iter().any(|entry| entry.key.is_some());
            let has_names = entries
                .iter()
                .all(|entry| matches!(entry.key, Some(Value::String(_))));
            let named = |writer: &mut Self| {
                let pairs = entries.iter().filter_map(|entry| match &entry.key {
                    Some(Value::String(key)) => Some((key.clone(), writer.value(&entry.value))),
                    _ => None,
                });
                Json::Object(pairs.collect())
            };
            return match (is_map, has_names) {
                (true, true) => named(self),
                (true, false) => {
                    let pairs = entries.iter().map(|entry| {
                        let key = entry.key.as_ref().map_or(Json::Null, |key| self.value(key));
                        Json::Array(vec![key, self.value(&entry.value)])
                    });
                    Json::Array(pairs.collect())
                }
                (false, _) => Json::Array(entries.iter().map(|entry| self.value(&entry.value)).collect()),
            };
        }
        let properties = preview.properties.as_deref().unwrap_or_default();
        let written = properties.iter().filter(|property| is_written(object, property));
        if value::is_list(object) {
            let items = written.filter(|property| property.name.bytes().all(|byte| byte.is_ascii_digit()));
            return Json::Array(items.map(|property| self.value(&property.value)).collect());
        }
        let mut map = Map::new();
        for property in written {
            map.insert(property.name.clone(), self.value(&property.value));
        }
        Json::Object(map)
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
