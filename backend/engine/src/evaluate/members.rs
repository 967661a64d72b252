//! What an object has: own properties, those of its prototypes, and the parts of built-in kinds.

use std::sync::Arc;

use recording::{
    ids::ObjectId,
    value::{Key, ObjectKind, ObjectState, Property, Slot, Text, Value},
};

use super::{
    builtins,
    values::{Eval, Stop, number_text, text, unknown},
    walk::{Operand, Walk, key_of, no_property},
};
use crate::pause::GLOBAL_OBJECT;

/// Prototypes of one object that are followed.
const MAX_PROTOTYPES: usize = 100;

/// An own property.
pub(super) enum Own {
    Value(Value),
    /// It has a getter; None if only a setter.
    Getter(Option<ObjectId>),
}

impl Own {
    pub(super) fn as_value(&self) -> Option<&Value> {
        match self {
            Self::Value(value) => Some(value),
            Self::Getter(_) => None,
        }
    }
}

/// What an object inherits from.
pub(super) struct Prototypes {
    /// Objects of the recording, nearest first.
    pub(super) recorded: Vec<ObjectId>,
    /// The built-in class at their end; None if it is one of the page's host.
    pub(super) builtin: Option<Text>,
    /// The class's name, whichever it is.
    class_name: Text,
}

impl Walk<'_, '_> {
    /// Reads a member.
    pub(super) fn member(&mut self, operand: &Operand, name: &Text) -> Eval<Operand> {
        match operand {
            Operand::Value(Value::Undefined | Value::Uninitialized) => {
                Err(no_property(&Value::Undefined, name))
            }
            Operand::Value(Value::Null) => Err(no_property(&Value::Null, name)),
            Operand::Value(Value::Unavailable) => Err(unknown()),
            Operand::Value(Value::Object(object)) => self.member_of_object(*object, name),
            Operand::Value(primitive) => builtins::member_of_primitive(primitive, name),
            Operand::Builtin("globalThis") => self.member_of_object(GLOBAL_OBJECT, name),
            Operand::Builtin(global) => builtins::member_of_global(global, name),
            Operand::Method(..) | Operand::Arrow(_) => Err(Stop::Beyond),
            Operand::List(_) => Err(Stop::Beyond),
        }
    }

    fn member_of_object(&mut self, object: ObjectId, name: &Text) -> Eval<Operand> {
        let state = self.state_of(object)?;
        if let ObjectKind::Window = state.kind {
            return self.member_of_window(name);
        }
        let key = key_of(name);
        if let Some(own) = own_of(&state, &key)? {
            return self.read(own).map(Operand::Value);
        }
        let prototypes = self.prototypes(object)?;
        for prototype in &prototypes.recorded {
            if let Some(own) = self.own(*prototype, &key)? {
                return self.read(own).map(Operand::Value);
            }
        }
        if name.starts_with('#') {
            let message =
                format!("Cannot read private member {name} from an object whose class did not declare it");
            return Err(Stop::Error("TypeError", message));
        }
        let receiver = Operand::Value(Value::Object(object));
        builtins::member_of_kind(
            receiver,
            &state,
            prototypes.builtin.as_deref(),
            &prototypes.class_name,
            name,
        )
    }

    /// The global object has the global variables that `var` and functions declare, and what is built in.
    fn member_of_window(&mut self, name: &Text) -> Eval<Operand> {
        let found = self.scene.global_property(name);
        if let Some(value) = found.map_err(|failure| Stop::Refuse(failure.0.message))? {
            return Ok(Operand::Value(value));
        }
        let builtin = builtins::global(self, name)?;
        Ok(builtin.unwrap_or(Operand::Value(Value::Undefined)))
    }

    fn read(&mut self, own: Own) -> Eval<Value> {
        match own {
            Own::Value(Value::Uninitialized) => Ok(Value::Unavailable),
            Own::Value(value) => Ok(value),
            Own::Getter(None) => Ok(Value::Undefined),
            Own::Getter(Some(_)) => Err(Stop::Beyond),
        }
    }

    /// What is known of an object.
    pub(super) fn state_of(&mut self, object: ObjectId) -> Eval<Arc<ObjectState>> {
        self.work(1)?;
        if object == GLOBAL_OBJECT {
            return Ok(Arc::new(ObjectState {
                class_name: "Window".into(),
                prototype: None,
                kind: ObjectKind::Window,
                properties: Vec::new(),
                n_properties: 0,
            }));
        }
        self.scene.known_state(object).ok_or_else(unknown)
    }

    /// An own property.
    pub(super) fn own(&mut self, object: ObjectId, key: &Key) -> Eval<Option<Own>> {
        let state = self.state_of(object)?;
        own_of(&state, key)
    }

    pub(super) fn has_own(&mut self, object: ObjectId, key: &Key) -> Eval<bool> {
        Ok(self.own(object, key)?.is_some())
    }

    /// Whether a property is there, own or inherited.
    pub(super) fn has(&mut self, object: ObjectId, key: &Key) -> Eval<bool> {
        if self.has_own(object, key)? {
            return Ok(true);
        }
        for prototype in self.prototypes(object)?.recorded {
            if self.has_own(prototype, key)? {
                return Ok(true);
            }
        }
        let name: Text = match key {
            Key::Name(name) | Key::Symbol(name) => name.clone(),
            Key::Index(index) => index.to_string().into(),
        };
        let inherited = self.member_of_object(object, &name)?;
        Ok(!matches!(inherited, Operand::Value(Value::Undefined)))
    }

    /// What an object inherits from.
    pub(super) fn prototypes(&mut self, object: ObjectId) -> Eval<Prototypes> {
        let mut recorded = Vec::new();
        let mut state = self.state_of(object)?;
        while let Some(prototype) = state.prototype {
            if recorded.len() >= MAX_PROTOTYPES {
                return Err(Stop::Refuse("it has too many prototypes".to_owned()));
            }
            recorded.push(prototype);
            state = self.state_of(prototype)?;
        }
        // A prototype is itself no array, map or error: what it inherits from is told by its class's name.
        let class_name = state.class_name.clone();
        let builtin = builtins::is_class(&class_name).then(|| class_name.clone());
        Ok(Prototypes {
            recorded,
            builtin,
            class_name,
        })
    }

    /// Own enumerable properties that are no symbols, as `Object.entries` has them.
    pub(super) fn own_entries(&mut self, value: &Value) -> Eval<Vec<(Text, Value)>> {
        let object = match value {
            Value::Object(object) => *object,
            Value::String(whole) => {
                let chars = whole.encode_utf16().map(|unit| String::from_utf16_lossy(&[unit]));
                return Ok(chars
                    .enumerate()
                    .map(|(idx, unit)| (idx.to_string().into(), text(unit)))
                    .collect());
            }
            Value::Unavailable | Value::Uninitialized => return Err(unknown()),
            _ => return Ok(Vec::new()),
        };
        let state = self.state_of(object)?;
        self.work(state.properties.len())?;
        let mut entries = Vec::new();
        match &state.kind {
            ObjectKind::Array { length, elements } => {
                is_whole(*length, elements.len())?;
                let present = elements.iter().enumerate();
                entries.extend(
                    present.filter_map(|(idx, element)| Some((idx.to_string().into(), element.clone()?))),
                );
            }
            ObjectKind::TypedArray { length, elements } => {
                is_whole(*length, elements.len())?;
                let present = elements.iter().enumerate();
                entries.extend(present.map(|(idx, element)| (idx.to_string().into(), element.clone())));
            }
            ObjectKind::Proxy | ObjectKind::Opaque | ObjectKind::Window => return Err(unknown()),
            _ => {}
        }
        if !is_complete(&state) {
            return Err(unknown());
        }
        for Property { key, value, flags } in &state.properties {
            let name: Text = match key {
                Key::Name(name) if name.starts_with('#') => continue,
                Key::Name(name) => name.clone(),
                Key::Index(index) => index.to_string().into(),
                Key::Symbol(_) => continue,
            };
            if flags & ENUMERABLE == 0 {
                continue;
            }
            let value = match value {
                Slot::Value(value) => value.clone(),
                Slot::Accessor { get: None, .. } => Value::Undefined,
                Slot::Accessor { get: Some(_), .. } => return Err(Stop::Beyond),
            };
            entries.push((name, value));
        }
        Ok(entries)
    }

    /// What going through something gives.
    pub(super) fn iterated(&mut self, operand: Operand) -> Eval<Vec<Value>> {
        let value = match operand {
            Operand::List(values) => return Ok(values),
            Operand::Value(value) => value,
            _ => return Err(Stop::Error("TypeError", "it is not iterable".to_owned())),
        };
        match &value {
            Value::String(whole) => {
                self.work(whole.len())?;
                Ok(whole.chars().map(|char| text(char.to_string())).collect())
            }
            Value::Object(object) => {
                let state = self.state_of(*object)?;
                let iterator = Key::Symbol("Symbol.iterator".into());
                if self.has_recorded(*object, &iterator)? {
                    return Err(Stop::Beyond);
                }
                match &state.kind {
                    ObjectKind::Array { .. } | ObjectKind::TypedArray { .. } => self.elements(&state),
                    ObjectKind::Set { size, entries } => {
                        is_whole(*size, entries.len())?;
                        self.work(entries.len())?;
                        Ok(entries.clone())
                    }
                    ObjectKind::Map { size, entries } => {
                        is_whole(*size, entries.len())?;
                        let pairs = entries.clone().into_iter();
                        pairs
                            .map(|(key, value)| self.array(vec![Some(key), Some(value)]))
                            .collect()
                    }
                    ObjectKind::Plain if *state.class_name == *"Object" => {
                        Err(Stop::Error("TypeError", "object is not iterable".to_owned()))
                    }
                    _ => Err(Stop::Beyond),
                }
            }
            Value::Unavailable | Value::Uninitialized => Err(unknown()),
            other => {
                let shown = self.string_of(other)?;
                Err(Stop::Error("TypeError", format!("{shown} is not iterable")))
            }
        }
    }

    /// The elements of an array, holes as undefined.
    pub(super) fn elements(&mut self, state: &ObjectState) -> Eval<Vec<Value>> {
        match &state.kind {
            ObjectKind::Array { length, elements } => {
                is_whole(*length, elements.len())?;
                self.work(elements.len())?;
                let elements = elements.iter().cloned();
                Ok(elements
                    .map(|element| element.unwrap_or(Value::Undefined))
                    .collect())
            }
            ObjectKind::TypedArray { length, elements } => {
                is_whole(*length, elements.len())?;
                Ok(elements.clone())
            }
            _ => Err(Stop::Beyond),
        }
    }

    /// Whether the program gave an object, or its prototypes, a property.
    pub(super) fn has_recorded(&mut self, object: ObjectId, key: &Key) -> Eval<bool> {
        if self.has_own(object, key)? {
            return Ok(true);
        }
        for prototype in self.prototypes(object)?.recorded {
            if self.has_own(prototype, key)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// An object as a primitive value, if no code of the program has a say in it.
    pub(super) fn primitive(&mut self, value: &Value, as_text: bool) -> Eval<Value> {
        let Value::Object(object) = value else {
            return Ok(value.clone());
        };
        let state = self.state_of(*object)?;
        for key in [
            Key::Symbol("Symbol.toPrimitive".into()),
            Key::Name("toString".into()),
            Key::Name("valueOf".into()),
        ] {
            if self.has_recorded(*object, &key)? {
                return Err(Stop::Beyond);
            }
        }
        match &state.kind {
            ObjectKind::Array { .. } => {
                let elements = self.elements(&state)?;
                self.joined(&elements, ",")
            }
            ObjectKind::Boxed(inner) => Ok(inner.clone()),
            ObjectKind::Date(millis) if !as_text => Ok(Value::Number(*millis)),
            ObjectKind::RegExp(source) => Ok(Value::String(source.clone())),
            ObjectKind::Error { message, .. } if message.is_empty() => {
                Ok(Value::String(state.class_name.clone()))
            }
            ObjectKind::Error { message, .. } => self.text(format!("{}: {message}", state.class_name)),
            ObjectKind::Plain
                if *state.class_name == *"Object" || !self.prototypes(*object)?.recorded.is_empty() =>
            {
                if self.has_recorded(*object, &Key::Symbol("Symbol.toStringTag".into()))? {
                    return Err(Stop::Beyond);
                }
                Ok(text("[object Object]"))
            }
            ObjectKind::Map { .. } | ObjectKind::Set { .. } | ObjectKind::Promise => {
                Ok(text(format!("[object {}]", state.class_name)))
            }
            _ => Err(Stop::Beyond),
        }
    }

    /// An operand of `+` or `==`: primitive, and dates as texts.
    pub(super) fn sum_operand(&mut self, value: &Value) -> Eval<Value> {
        let is_date = match value {
            Value::Object(object) => matches!(self.state_of(*object)?.kind, ObjectKind::Date(_)),
            _ => false,
        };
        self.primitive(value, is_date)
    }

    /// Elements as one string.
    pub(super) fn joined(&mut self, elements: &[Value], separator: &str) -> Eval<Value> {
        let mut whole = String::new();
        for (idx, element) in elements.iter().enumerate() {
            if idx > 0 {
                whole.push_str(separator);
            }
            if !matches!(element, Value::Undefined | Value::Null) {
                self.nest()?;
                let part = self.string_of(element);
                self.unnest();
                whole.push_str(&part?);
            }
            self.room_for_text(whole.len())?;
        }
        self.text(whole)
    }
}

pub(super) const ENUMERABLE: u8 = 4;

/// Whether everything the program put into a list was recorded.
pub(super) fn is_whole(length: u32, n_known: usize) -> Eval<()> {
    match n_known as u64 >= u64::from(length) {
        true => Ok(()),
        false => Err(Stop::Refuse(format!(
            "only the first {n_known} of {} were recorded",
            number_text(f64::from(length))
        ))),
    }
}

/// Whether all own properties of an object are known.
fn is_complete(state: &ObjectState) -> bool {
    state.n_properties as usize <= state.properties.len()
}

fn own_of(state: &ObjectState, key: &Key) -> Eval<Option<Own>> {
    let found = |value: Value| Ok(Some(Own::Value(value)));
    match (&state.kind, key) {
        (ObjectKind::Array { length, elements }, Key::Index(index)) => {
            return match elements.get(*index as usize) {
                Some(element) => Ok(element.clone().map(Own::Value)),
                None if index < length => Err(unknown()),
                None => Ok(None),
            };
        }
        (ObjectKind::TypedArray { length, elements }, Key::Index(index)) => {
            return match elements.get(*index as usize) {
                Some(element) => found(element.clone()),
                None if index < length => Err(unknown()),
                None => Ok(None),
            };
        }
        (ObjectKind::Array { length, .. }, Key::Name(name)) if **name == *"length" => {
            return found(Value::Number(f64::from(*length)));
        }
        (ObjectKind::Boxed(Value::String(_)), _) => return Err(Stop::Beyond),
        (ObjectKind::Proxy, _) => {
            return Err(Stop::Refuse(
                "what a proxy stands before is not recorded".to_owned(),
            ));
        }
        (ObjectKind::Opaque, _) => {
            return Err(Stop::Refuse(
                "the recorder could not look into this object".to_owned(),
            ));
        }
        _ => {}
    }
    if let Some(property) = state.properties.iter().find(|property| property.key == *key) {
        return Ok(Some(match &property.value {
            Slot::Value(value) => Own::Value(value.clone()),
            Slot::Accessor { get, .. } => Own::Getter(*get),
        }));
    }
    match (&state.kind, key) {
        (ObjectKind::Function { name, .. }, Key::Name(key)) if **key == *"name" => {
            found(Value::String(name.clone()))
        }
        (ObjectKind::Error { message, .. }, Key::Name(key)) if **key == *"message" => {
            found(Value::String(message.clone()))
        }
        (ObjectKind::Error { stack, .. }, Key::Name(key)) if **key == *"stack" => {
            found(Value::String(stack.clone()))
        }
        _ if is_complete(state) => Ok(None),
        _ => Err(unknown()),
    }
}
