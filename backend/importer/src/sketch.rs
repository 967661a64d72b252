//! Values as other recorders wrote them down: primitive ones, and objects as far as they were told of.

use std::{cell::Cell, fmt};

use recording::{
    ids::ObjectId,
    record::Record,
    value::{Key, ObjectKind, ObjectState, Property, Slot, Text, Value},
};
use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::Value as Json;

use crate::{
    json,
    limits::{MAX_MEMBERS, MAX_SKETCH},
};

/// How deep objects are told of; what is deeper counts as not recorded.
const MAX_DEPTH: usize = 16;

/// All flags of a property: writable, configurable, enumerable.
const ORDINARY: u8 = 7;

/// A value, not yet in a recording.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Sketch {
    /// What is no object.
    Value(Value),
    /// An object.
    Object {
        class_name: Text,
        shape: Shape,
        properties: Vec<(Text, Sketch)>,
        /// More than `properties` if some were left out.
        n_properties: u32,
    },
}

/// What kind of object it is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shape {
    Plain,
    Array {
        length: u32,
        elements: Vec<Sketch>,
    },
    Error {
        message: Text,
        stack: Text,
    },
    /// Only its class is known.
    Opaque,
}

impl Sketch {
    pub(crate) fn string(text: &str) -> Self {
        Self::Value(Value::String(text.into()))
    }

    /// An object of which nothing but a short text is known.
    pub(crate) fn opaque(class_name: &str) -> Self {
        Self::Object {
            class_name: class_name.into(),
            shape: Shape::Opaque,
            properties: Vec::new(),
            n_properties: 0,
        }
    }

    /// What a text of JSON says, members in their order.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let left = Cell::new(MAX_SKETCH);
        let seed = OfText {
            left: &left,
            depth: MAX_DEPTH,
        };
        json::read_with(text, seed).ok()
    }

    /// What JSON says, members by name.
    pub(crate) fn of_json(json: &Json) -> Self {
        let mut left = MAX_SKETCH;
        of_json(json, &mut left, MAX_DEPTH)
    }

    /// An error, if a text is the stack of one: `TypeError: why\n    at …`.
    pub(crate) fn of_stack(text: &str) -> Option<Self> {
        let (head, _) = text.split_once("\n    at ")?;
        let (class_name, message) = head.split_once(": ").unwrap_or((head, ""));
        let is_name = class_name.ends_with("Error") || class_name.ends_with("Exception");
        if !is_name || class_name.contains(|char: char| !char.is_alphanumeric() && char != '_') {
            return None;
        }
        Some(Self::Object {
            class_name: class_name.into(),
            shape: Shape::Error {
                message: message.into(),
                stack: text.into(),
            },
            properties: Vec::new(),
            n_properties: 0,
        })
    }

    /// The value as the log has it; objects take the next numbers, and the records that show them are added, inner ones first.
    pub(crate) fn into_value(self, next_object: &mut u32, records: &mut Vec<Record>) -> Value {
        let (class_name, shape, properties, n_properties) = match self {
            Self::Value(value) => return value,
            Self::Object {
                class_name,
                shape,
                properties,
                n_properties,
            } => (class_name, shape, properties, n_properties),
        };
        let kind = match shape {
            Shape::Plain => ObjectKind::Plain,
            Shape::Opaque => ObjectKind::Opaque,
            Shape::Error { message, stack } => ObjectKind::Error { message, stack },
            Shape::Array { length, elements } => ObjectKind::Array {
                length,
                elements: elements
                    .into_iter()
                    .map(|element| Some(element.into_value(next_object, records)))
                    .collect(),
            },
        };
        let properties = properties
            .into_iter()
            .map(|(name, value)| Property {
                key: Key::Name(name),
                value: Slot::Value(value.into_value(next_object, records)),
                flags: ORDINARY,
            })
            .collect();
        let object = ObjectId(*next_object);
        *next_object = next_object.saturating_add(1);
        records.push(Record::Object {
            object,
            state: Box::new(ObjectState {
                class_name,
                prototype: None,
                kind,
                properties,
                n_properties,
            }),
        });
        Value::Object(object)
    }
}

/// Reads a value; beyond the limits nothing is kept.
#[derive(Clone, Copy)]
struct OfText<'l> {
    left: &'l Cell<usize>,
    depth: usize,
}

impl OfText<'_> {
    /// For what is one level further in; None if that is too deep, or if there is too much already.
    fn deeper(self) -> Option<Self> {
        self.left.set(self.left.get().checked_sub(1)?);
        let depth = self.depth.checked_sub(1)?;
        Some(Self { depth, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for OfText<'_> {
    type Value = Sketch;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Sketch, D::Error> {
        match self.deeper() {
            Some(seed) => deserializer.deserialize_any(seed),
            None => {
                deserializer.deserialize_ignored_any(IgnoredAny)?;
                Ok(Sketch::Value(Value::Unavailable))
            }
        }
    }
}

impl<'de> Visitor<'de> for OfText<'_> {
    type Value = Sketch;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Sketch, E> {
        Ok(Sketch::Value(Value::Null))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Sketch, E> {
        Ok(Sketch::Value(Value::Boolean(value)))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Sketch, E> {
        self.visit_f64(number as f64)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Sketch, E> {
        self.visit_f64(number as f64)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Sketch, E> {
        Ok(Sketch::Value(Value::Number(number)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Sketch, E> {
        Ok(Sketch::string(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Sketch, A::Error> {
        let mut elements = Vec::new();
        let mut length: u32 = 0;
        loop {
            let is_kept = elements.len() < MAX_MEMBERS && self.left.get() > 0;
            let is_there = match is_kept {
                true => parts
                    .next_element_seed(self)?
                    .map(|element| elements.push(element))
                    .is_some(),
                false => parts.next_element::<IgnoredAny>()?.is_some(),
            };
            if !is_there {
                break;
            }
            length = length.saturating_add(1);
        }
        Ok(Sketch::Object {
            class_name: "Array".into(),
            shape: Shape::Array { length, elements },
            properties: Vec::new(),
            n_properties: 0,
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Sketch, A::Error> {
        let mut properties = Vec::new();
        let mut n_properties: u32 = 0;
        while let Some(name) = members.next_key::<String>()? {
            n_properties = n_properties.saturating_add(1);
            if properties.len() < MAX_MEMBERS && self.left.get() > 0 {
                properties.push((name.into(), members.next_value_seed(self)?));
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Sketch::Object {
            class_name: "Object".into(),
            shape: Shape::Plain,
            properties,
            n_properties,
        })
    }
}

fn of_json(json: &Json, left: &mut usize, depth: usize) -> Sketch {
    let (Some(fewer), Some(depth)) = (left.checked_sub(1), depth.checked_sub(1)) else {
        return Sketch::Value(Value::Unavailable);
    };
    *left = fewer;
    match json {
        Json::Null => Sketch::Value(Value::Null),
        Json::Bool(value) => Sketch::Value(Value::Boolean(*value)),
        Json::Number(number) => Sketch::Value(Value::Number(number.as_f64().unwrap_or(f64::NAN))),
        Json::String(text) => Sketch::string(text),
        Json::Array(elements) => Sketch::Object {
            class_name: "Array".into(),
            shape: Shape::Array {
                length: u32::try_from(elements.len()).unwrap_or(u32::MAX),
                elements: elements
                    .iter()
                    .take(MAX_MEMBERS.min(*left))
                    .map(|element| of_json(element, left, depth))
                    .collect(),
            },
            properties: Vec::new(),
            n_properties: 0,
        },
        Json::Object(members) => Sketch::Object {
            class_name: "Object".into(),
            shape: Shape::Plain,
            n_properties: u32::try_from(members.len()).unwrap_or(u32::MAX),
            properties: members
                .iter()
                .take(MAX_MEMBERS.min(*left))
                .map(|(name, value)| (name.as_str().into(), of_json(value, left, depth)))
                .collect(),
        },
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn objects_are_shown_before_what_holds_them() {
        let json = serde_json::json!({ "id": 3, "tags": ["a", { "b": null }] });
        let (mut next_object, mut records) = (10, Vec::new());
        let value = Sketch::of_json(&json).into_value(&mut next_object, &mut records);
        assert_eq!(value, Value::Object(ObjectId(12)));
        let shown: Vec<_> = records.iter().map(|record| record.object().unwrap().0).collect();
        assert_eq!(shown, [10, 11, 12]);
        assert_eq!(next_object, 13);
    }

    #[test]
    fn what_is_large_or_deep_is_cut() {
        let many = Json::Array(vec![Json::Null; 5000]);
        let Sketch::Object {
            shape: Shape::Array { length, elements },
            ..
        } = Sketch::of_json(&many)
        else {
            panic!("an array")
        };
        assert_eq!((length, elements.len()), (5000, MAX_MEMBERS));
        let deep = (0..100).fold(Json::Null, |inner, _| Json::Array(vec![inner]));
        assert!(format!("{:?}", Sketch::of_json(&deep)).contains("Unavailable"));
        let wide = Json::Array(vec![Json::Array(vec![Json::Null; 900]); 900]);
        let mut records = Vec::new();
        Sketch::of_json(&wide).into_value(&mut 1, &mut records);
        assert!(records.len() < 20, "{}", records.len());
    }

    #[test]
    fn texts_of_json_keep_their_order_and_are_cut_alike() {
        let Some(Sketch::Object { properties, .. }) = Sketch::read(r#"{"z":1,"a":[true,null,"x"],"m":{}}"#)
        else {
            panic!("an object")
        };
        let names: Vec<&str> = properties.iter().map(|(name, _)| &**name).collect();
        assert_eq!(names, ["z", "a", "m"]);
        let json = serde_json::json!([[1, 2.5, -3], { "a": { "b": [null, false, "text"] } }]);
        assert_eq!(Sketch::read(&json.to_string()), Some(Sketch::of_json(&json)));
        let deep = (0..100).fold(Json::Null, |inner, _| Json::Array(vec![inner]));
        assert_eq!(Sketch::read(&deep.to_string()), Some(Sketch::of_json(&deep)));
        let wide = Json::Array(vec![Json::Array(vec![Json::Null; 900]); 900]);
        let mut records = Vec::new();
        Sketch::read(&wide.to_string())
            .unwrap()
            .into_value(&mut 1, &mut records);
        assert!(records.len() < 20, "{}", records.len());
        assert_eq!(Sketch::read("{"), None);
    }

    #[test]
    fn errors_are_told_by_their_stacks() {
        let check = |text: &str, expected: Option<(&str, &str)>| {
            let found = Sketch::of_stack(text).map(|sketch| match sketch {
                Sketch::Object {
                    class_name,
                    shape: Shape::Error { message, .. },
                    ..
                } => (class_name.to_string(), message.to_string()),
                other => panic!("{other:?}"),
            });
            let expected = expected.map(|(name, message)| (name.to_owned(), message.to_owned()));
            assert_eq!(found, expected, "{text}");
        };
        check("TypeError: no\n    at f (a.js:1:2)", Some(("TypeError", "no")));
        check("DOMException\n    at a.js:1:2", Some(("DOMException", "")));
        check("TypeError: no", None);
        check("an Error: no\n    at a", None);
    }
}
