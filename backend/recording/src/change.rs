//! What a change makes of an object, and what growing makes of a string.

use crate::{
    record::Record,
    value::{Key, ObjectKind, ObjectState, Property, Slot, Text, Value},
};

/// All flags of a property: writable, configurable, enumerable.
const ORDINARY: u8 = 7;

/// Makes one change.
pub fn apply(state: &mut ObjectState, change: &Record) {
    match change {
        Record::Property { key, value, .. } => set_property(state, key, value),
        Record::PropertyDelete { key, .. } => delete_property(state, key),
        Record::Splice {
            start,
            n_removed,
            inserted,
            ..
        } => splice(state, *start, *n_removed, inserted),
        Record::MapSet { key, value, .. } => {
            let ObjectKind::Map { size, entries } = &mut state.kind else {
                return;
            };
            match entries.iter_mut().find(|(existing, _)| is_same(existing, key)) {
                Some((_, existing)) => *existing = value.clone(),
                None => {
                    *size = size.saturating_add(1);
                    entries.push((key.clone(), value.clone()));
                }
            }
        }
        Record::SetAdd { value, .. } => {
            let ObjectKind::Set { size, entries } = &mut state.kind else {
                return;
            };
            if !entries.iter().any(|existing| is_same(existing, value)) {
                *size = size.saturating_add(1);
                entries.push(value.clone());
            }
        }
        Record::EntryDelete { key, .. } => match &mut state.kind {
            ObjectKind::Map { size, entries } => {
                entries.retain(|(existing, _)| !is_same(existing, key));
                *size = size.saturating_sub(1);
            }
            ObjectKind::Set { size, entries } => {
                entries.retain(|existing| !is_same(existing, key));
                *size = size.saturating_sub(1);
            }
            _ => {}
        },
        Record::EntriesClear { .. } => match &mut state.kind {
            ObjectKind::Map { size, entries } => {
                *size = 0;
                entries.clear();
            }
            ObjectKind::Set { size, entries } => {
                *size = 0;
                entries.clear();
            }
            _ => {}
        },
        _ => {}
    }
}

fn set_property(state: &mut ObjectState, key: &Key, value: &Value) {
    match (key, &mut state.kind) {
        (Key::Index(index), ObjectKind::Array { length, elements }) => {
            set_element(elements, *index as usize, value);
            *length = (*length).max(index.saturating_add(1));
            return;
        }
        (Key::Index(index), ObjectKind::TypedArray { elements, .. }) => {
            if let Some(element) = elements.get_mut(*index as usize) {
                *element = value.clone();
            }
            return;
        }
        (Key::Name(name), ObjectKind::Array { length, elements }) if &**name == "length" => {
            if let Value::Number(number) = value {
                *length = *number as u32;
                elements.truncate(*length as usize);
            }
            return;
        }
        _ => {}
    }
    match state.properties.iter_mut().find(|property| property.key == *key) {
        Some(Property {
            value: slot @ Slot::Value(_),
            ..
        }) => *slot = Slot::Value(value.clone()),
        // A setter ran; what it did was recorded by itself.
        Some(Property {
            value: Slot::Accessor { .. },
            ..
        }) => {}
        None => {
            let value = Slot::Value(value.clone());
            state.properties.push(Property {
                key: key.clone(),
                value,
                flags: ORDINARY,
            });
            state.n_properties = state.n_properties.saturating_add(1);
        }
    }
}

/// Sets an array's element if it adjoins the known ones: beyond the recorder's limit there is nothing to keep it in.
fn set_element(elements: &mut Vec<Option<Value>>, index: usize, value: &Value) {
    const MAX_ELEMENTS: usize = 1000;
    if index >= elements.len() && index < MAX_ELEMENTS {
        elements.resize(index + 1, None);
    }
    if let Some(element) = elements.get_mut(index) {
        *element = Some(value.clone());
    }
}

fn delete_property(state: &mut ObjectState, key: &Key) {
    if let (Key::Index(index), ObjectKind::Array { elements, .. }) = (key, &mut state.kind) {
        if let Some(element) = elements.get_mut(*index as usize) {
            *element = None;
        }
        return;
    }
    let n_before = state.properties.len();
    state.properties.retain(|property| property.key != *key);
    let n_gone = (n_before - state.properties.len()) as u32;
    state.n_properties = state.n_properties.saturating_sub(n_gone);
}

fn splice(state: &mut ObjectState, start: u32, n_removed: u32, inserted: &[Value]) {
    let ObjectKind::Array { length, elements } = &mut state.kind else {
        return;
    };
    let begin = start as usize;
    if begin <= elements.len() {
        let end = begin.saturating_add(n_removed as usize).min(elements.len());
        elements.splice(begin..end, inserted.iter().cloned().map(Some));
    }
    let n_inserted = inserted.len() as u32;
    *length = (*length)
        .max(start)
        .saturating_sub(n_removed)
        .saturating_add(n_inserted);
}

/// Whether a Map or Set takes two values for the same key. Symbols are told apart by description only.
fn is_same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left == right || left.is_nan() && right.is_nan(),
        _ => left == right,
    }
}

/// What a value became by `+=`; `suffixes` come last first.
pub fn appended(value: Value, suffixes: &[Text]) -> Value {
    if suffixes.is_empty() {
        return value;
    }
    let mut text = match value {
        Value::String(text) => text.to_string(),
        Value::Undefined => "undefined".to_owned(),
        Value::Null => "null".to_owned(),
        Value::Boolean(value) => value.to_string(),
        Value::Number(number) if number.is_infinite() => {
            if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
        }
        Value::Number(number) => (number + 0.0).to_string(),
        Value::BigInt(digits) => digits.to_string(),
        Value::Symbol(_) | Value::Object(_) | Value::Uninitialized | Value::Unavailable => {
            return Value::Unavailable;
        }
    };
    suffixes.iter().rev().for_each(|suffix| text.push_str(suffix));
    Value::String(text.into())
}
