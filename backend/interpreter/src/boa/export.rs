//! Values of the engine as values of the recording: objects of the recording by their numbers, others as they are now.

use std::{collections::VecDeque, rc::Rc};

use boa_engine::{
    Context, JsResult, JsString, JsValue, JsVariant, js_string,
    object::{
        JsObject,
        builtins::{JsDate, JsMap, JsRegExp, JsSet, JsTypedArray},
    },
    property::{PropertyDescriptor, PropertyKey},
};
use recording::{
    ids::ObjectId,
    value::{Key, ObjectKind, ObjectState, Property, Slot, Text, Value},
};

use super::state::State;

/// Objects that one value brings along, nearest first; those beyond are not available.
const MAX_OBJECTS: usize = 1_000;

/// Elements and properties of one object, as many as the recorder keeps.
pub(crate) const MAX_PARTS: usize = 1_000;

/// A value as the host has it. New objects are kept there, with what they refer to.
pub(crate) fn value(state: &Rc<State>, context: &mut Context, value: &JsValue) -> Value {
    let mut export = Export::new(state, context);
    let value = export.value(value);
    export.finish();
    value
}

/// What an object is now. Objects that it refers to and that the host does not know are kept there, or not available.
pub(crate) fn described(
    state: &Rc<State>,
    context: &mut Context,
    object: &JsObject,
    may_keep: bool,
) -> ObjectState {
    let mut export = Export::new(state, context);
    if !may_keep {
        export.n_objects = MAX_OBJECTS;
    }
    let described = export.described(object);
    export.finish();
    described
}

/// A property as the host has it.
pub(crate) fn property(
    state: &Rc<State>,
    context: &mut Context,
    key: Key,
    descriptor: &PropertyDescriptor,
) -> Property {
    let mut export = Export::new(state, context);
    let property = export.property(key, descriptor);
    export.finish();
    property
}

/// Whether a property of an object is not listed, because its kind tells it.
pub(crate) fn is_not_listed(object: &JsObject, key: &Key) -> bool {
    let Key::Name(name) = key else { return false };
    match &**name {
        "length" => object.is_array() || object.is_callable(),
        "name" | "prototype" => object.is_callable(),
        "message" | "stack" => object.is::<boa_engine::builtins::error::Error>(),
        _ => false,
    }
}

struct Export<'e> {
    state: &'e Rc<State>,
    context: &'e mut Context,
    /// Objects that are named and not yet described.
    waiting: VecDeque<(JsObject, ObjectId)>,
    n_objects: usize,
}

impl<'e> Export<'e> {
    fn new(state: &'e Rc<State>, context: &'e mut Context) -> Self {
        Self {
            state,
            context,
            waiting: VecDeque::new(),
            n_objects: 0,
        }
    }

    /// Describing an object names others; they are numbered as they are named.
    fn finish(mut self) {
        while let Some((object, id)) = self.waiting.pop_front() {
            let described = self.described(&object);
            self.state.host.replace(id, described.clone());
            self.state.keep_bare(id, object, described);
        }
    }
}

impl Export<'_> {
    fn value(&mut self, value: &JsValue) -> Value {
        match value.variant() {
            JsVariant::Undefined => Value::Undefined,
            JsVariant::Null => Value::Null,
            JsVariant::Boolean(value) => Value::Boolean(value),
            JsVariant::Integer32(number) => Value::Number(f64::from(number)),
            JsVariant::Float64(number) => Value::Number(number),
            JsVariant::String(text) => Value::String(lossy(&text)),
            JsVariant::BigInt(number) => Value::BigInt(number.to_string_radix(10).into()),
            JsVariant::Symbol(symbol) => {
                Value::Symbol(symbol.description().map_or("".into(), |text| lossy(&text)))
            }
            JsVariant::Object(object) => self.object(&object),
        }
    }

    fn object(&mut self, object: &JsObject) -> Value {
        if let Some(known) = self.state.ids.borrow().get(object) {
            return Value::Object(*known);
        }
        if self.n_objects >= MAX_OBJECTS {
            return Value::Unavailable;
        }
        let Some(id) = self.state.host.make(empty()) else {
            return Value::Unavailable;
        };
        self.n_objects += 1;
        self.state.ids.borrow_mut().insert(object.clone(), id);
        self.state.objects.borrow_mut().insert(id, object.clone());
        self.waiting.push_back((object.clone(), id));
        Value::Object(id)
    }

    fn described(&mut self, object: &JsObject) -> ObjectState {
        self.try_described(object).unwrap_or_else(|_| ObjectState {
            kind: ObjectKind::Opaque,
            ..empty()
        })
    }

    fn try_described(&mut self, object: &JsObject) -> JsResult<ObjectState> {
        if object.is::<boa_engine::builtins::proxy::Proxy>() {
            return Ok(ObjectState {
                class_name: "Proxy".into(),
                kind: ObjectKind::Proxy,
                ..empty()
            });
        }
        let keys = object.own_property_keys(self.context)?;
        let mut properties = Vec::new();
        let mut elements = Vec::new();
        let is_array = object.is_array();
        let mut n_properties = 0;
        for key in keys {
            let Some(descriptor) = object.borrow().properties().get(&key) else {
                continue;
            };
            let name = key_of(&key);
            if let (Key::Index(index), true) = (&name, is_array) {
                if (*index as usize) < MAX_PARTS {
                    let value = descriptor.value().cloned().unwrap_or_default();
                    elements.resize(*index as usize + 1, None);
                    if let Some(element) = elements.get_mut(*index as usize) {
                        *element = Some(self.value(&value));
                    }
                }
                continue;
            }
            if is_not_listed(object, &name) {
                continue;
            }
            n_properties += 1;
            if properties.len() < MAX_PARTS {
                properties.push(self.property(name, &descriptor));
            }
        }
        let kind = self.kind(object, elements)?;
        let (class_name, prototype) = self.class(object, &kind);
        Ok(ObjectState {
            class_name,
            prototype,
            kind,
            properties,
            n_properties,
        })
    }

    fn property(&mut self, key: Key, descriptor: &PropertyDescriptor) -> Property {
        let flags = u8::from(descriptor.writable().unwrap_or_default())
            | u8::from(descriptor.configurable().unwrap_or_default()) << 1
            | u8::from(descriptor.enumerable().unwrap_or_default()) << 2;
        let value = match descriptor.is_accessor_descriptor() {
            true => Slot::Accessor {
                get: self.accessor(descriptor.get()),
                set: self.accessor(descriptor.set()),
            },
            false => Slot::Value(self.value(&descriptor.value().cloned().unwrap_or_default())),
        };
        Property { key, value, flags }
    }

    fn accessor(&mut self, function: Option<&JsValue>) -> Option<ObjectId> {
        match self.value(function?) {
            Value::Object(id) => Some(id),
            _ => None,
        }
    }

    fn kind(&mut self, object: &JsObject, elements: Vec<Option<Value>>) -> JsResult<ObjectKind> {
        if object.is_array() {
            let length = object
                .get(js_string!("length"), self.context)?
                .to_length(self.context)?;
            return Ok(ObjectKind::Array {
                length: u32::try_from(length).unwrap_or(u32::MAX),
                elements,
            });
        }
        if object.is_callable() {
            let name = object.borrow().properties().get(&js_string!("name").into());
            let name = name.and_then(|name| name.value().and_then(JsValue::as_string));
            return Ok(ObjectKind::Function {
                name: name.map_or("".into(), |name| lossy(&name)),
                function: None,
            });
        }
        if let Ok(map) = JsMap::from_object(object.clone()) {
            let mut entries = Vec::new();
            let mut size = 0_u32;
            map.for_each_native(|key, value| {
                size += 1;
                if entries.len() < MAX_PARTS {
                    entries.push((key, value));
                }
                Ok(())
            })?;
            let entries = entries
                .iter()
                .map(|(key, entry)| (self.value(key), self.value(entry)))
                .collect();
            return Ok(ObjectKind::Map { size, entries });
        }
        if let Ok(set) = JsSet::from_object(object.clone()) {
            let mut entries = Vec::new();
            let mut size = 0_u32;
            set.for_each_native(|value| {
                size += 1;
                if entries.len() < MAX_PARTS {
                    entries.push(value);
                }
                Ok(())
            })?;
            let entries = entries.iter().map(|entry| self.value(entry)).collect();
            return Ok(ObjectKind::Set { size, entries });
        }
        if let Ok(date) = JsDate::from_object(object.clone()) {
            return Ok(ObjectKind::Date(
                date.get_time(self.context)?.as_number().unwrap_or(f64::NAN),
            ));
        }
        if let Ok(pattern) = JsRegExp::from_object(object.clone()) {
            let text = format!(
                "/{}/{}",
                pattern.source(self.context)?,
                pattern.flags(self.context)?
            );
            return Ok(ObjectKind::RegExp(text.into()));
        }
        if let Ok(typed) = JsTypedArray::from_object(object.clone()) {
            let length = typed.length(self.context)?;
            let mut elements = Vec::new();
            for idx in 0..length.min(MAX_PARTS) {
                let element = typed.at(idx as i64, self.context)?;
                elements.push(self.value(&element));
            }
            return Ok(ObjectKind::TypedArray {
                length: length as u32,
                elements,
            });
        }
        if object.is::<boa_engine::builtins::error::Error>() {
            let text = |name: &str, context: &mut Context| -> JsResult<String> {
                Ok(object
                    .get(js_string!(name), context)?
                    .to_string(context)?
                    .to_std_string_lossy())
            };
            let (name, message) = (text("name", self.context)?, text("message", self.context)?);
            let stack = format!("{name}: {message}");
            return Ok(ObjectKind::Error {
                message: message.into(),
                stack: stack.into(),
            });
        }
        if object.is::<boa_engine::builtins::promise::Promise>() {
            return Ok(ObjectKind::Promise);
        }
        Ok(ObjectKind::Plain)
    }

    /// The name of an object's class, and its prototype if that is one of the recording.
    fn class(&mut self, object: &JsObject, kind: &ObjectKind) -> (Text, Option<ObjectId>) {
        let mut prototype = object.prototype();
        let recorded = prototype
            .as_ref()
            .and_then(|prototype| self.state.ids.borrow().get(prototype).copied());
        let default = match kind {
            ObjectKind::Array { .. } => "Array",
            ObjectKind::Function { .. } => "Function",
            ObjectKind::Map { .. } => "Map",
            ObjectKind::Set { .. } => "Set",
            ObjectKind::Date(_) => "Date",
            ObjectKind::RegExp(_) => "RegExp",
            ObjectKind::Error { .. } => "Error",
            ObjectKind::Promise => "Promise",
            _ => "Object",
        };
        if matches!(kind, ObjectKind::Function { .. }) {
            return (default.into(), recorded);
        }
        let constructor: PropertyKey = js_string!("constructor").into();
        for _ in 0..100 {
            let Some(at) = prototype else { break };
            // Of a recorded prototype the class is recorded.
            let behind = self.state.ids.borrow().get(&at).copied();
            if let Some(name) = behind.and_then(|id| self.recorded_class(id)) {
                return (name, recorded);
            }
            let class = at.borrow().properties().get(&constructor);
            let class = class.and_then(|class| class.value().and_then(JsValue::as_object));
            let name = class.and_then(|class| class.borrow().properties().get(&js_string!("name").into()));
            if let Some(name) = name.and_then(|name| name.value().and_then(JsValue::as_string)) {
                return (lossy(&name), recorded);
            }
            prototype = at.prototype();
        }
        (default.into(), recorded)
    }

    fn recorded_class(&self, prototype: ObjectId) -> Option<Text> {
        let state = self.state.host.state(prototype)?;
        let constructor = Key::Name("constructor".into());
        let own = state
            .properties
            .iter()
            .find(|property| property.key == constructor)?;
        let Slot::Value(Value::Object(class)) = own.value else {
            return None;
        };
        match &self.state.host.state(class)?.kind {
            ObjectKind::Function { name, .. } => Some(name.clone()),
            _ => None,
        }
    }
}

fn empty() -> ObjectState {
    ObjectState {
        class_name: "Object".into(),
        prototype: None,
        kind: ObjectKind::Plain,
        properties: Vec::new(),
        n_properties: 0,
    }
}

/// A property's key as the host has it.
pub(crate) fn key_of(key: &PropertyKey) -> Key {
    match key {
        PropertyKey::String(name) => Key::Name(lossy(name)),
        PropertyKey::Symbol(symbol) => {
            Key::Symbol(symbol.description().map_or("".into(), |text| lossy(&text)))
        }
        PropertyKey::Index(index) => Key::Index(index.get()),
    }
}

fn lossy(text: &JsString) -> Text {
    text.to_std_string_lossy().into()
}
