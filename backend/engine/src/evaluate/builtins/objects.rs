//! Functions of `Object`, methods that all objects have, and those of maps and sets.

use recording::{
    ids::ObjectId,
    value::{Key, ObjectKind, ObjectState, Value},
};

use super::Given;
use crate::evaluate::{
    members::is_whole,
    values::{Eval, Stop, is_same_value_zero, text, unknown},
    walk::{Operand, Walk, is_nullish, key_of, values_of},
};

/// What every object has.
pub(super) const METHODS: &[&str] = &[
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "toLocaleString",
    "toString",
    "valueOf",
];

/// What maps and sets have.
pub(super) const CONTAINER_METHODS: &[&str] = &[
    "add", "clear", "delete", "entries", "forEach", "get", "has", "keys", "set", "values",
];

/// Functions of `Object`.
pub(super) const FUNCTIONS: &[&str] = &["entries", "fromEntries", "hasOwn", "is", "keys", "values"];

/// Calls a function of `Object`.
pub(super) fn call(walk: &mut Walk<'_, '_>, name: &str, given: Given<'_>) -> Eval<Operand> {
    if let ("fromEntries", [all]) = (name, given) {
        let mut properties = Vec::new();
        for pair in walk.iterated(all.clone())? {
            let pair = walk.iterated(Operand::Value(pair))?;
            let [key, value] = [0, 1].map(|idx| pair.get(idx).cloned().unwrap_or(Value::Undefined));
            properties.push((walk.property_name(&key)?, value));
        }
        return walk.plain(properties).map(Operand::Value);
    }
    let given = values_of(given)?;
    let [first, second] = [0, 1].map(|idx| given.get(idx).cloned().unwrap_or(Value::Undefined));
    if name != "is" && is_nullish(&first) {
        let message = "Cannot convert undefined or null to object".to_owned();
        return Err(Stop::Error("TypeError", message));
    }
    Ok(Operand::Value(match name {
        "is" => match (&first, &second) {
            (Value::Number(left), Value::Number(right)) => {
                Value::Boolean(left.to_bits() == right.to_bits() || left.is_nan() && right.is_nan())
            }
            _ => Value::Boolean(is_same_value_zero(&first, &second)?),
        },
        "hasOwn" => {
            let Value::Object(object) = first else {
                return Err(Stop::Beyond);
            };
            let key = walk.property_name(&second)?;
            Value::Boolean(walk.has_own(object, &key_of(&key))?)
        }
        "keys" | "values" | "entries" => {
            let mut listed = Vec::new();
            for (key, value) in walk.own_entries(&first)? {
                listed.push(Some(match name {
                    "keys" => Value::String(key),
                    "values" => value,
                    _ => walk.array(vec![Some(Value::String(key)), Some(value)])?,
                }));
            }
            walk.array(listed)?
        }
        _ => return Err(Stop::Beyond),
    }))
}

/// Calls a method that every object has; None if its kind has one of its own.
pub(super) fn call_common(
    walk: &mut Walk<'_, '_>,
    object: ObjectId,
    name: &str,
    given: Given<'_>,
) -> Eval<Option<Value>> {
    let kind = walk.state_of(object)?.kind.clone();
    Ok(Some(match name {
        "hasOwnProperty" => {
            let given = values_of(given)?;
            let key = walk.property_name(given.first().unwrap_or(&Value::Undefined))?;
            Value::Boolean(walk.has_own(object, &key_of(&key))?)
        }
        "valueOf" if !matches!(kind, ObjectKind::Date(_) | ObjectKind::Boxed(_)) => Value::Object(object),
        "toString"
            if matches!(
                kind,
                ObjectKind::Plain | ObjectKind::Error { .. } | ObjectKind::Map { .. }
            ) =>
        {
            let tag = Key::Symbol("Symbol.toStringTag".into());
            if walk.has_recorded(object, &tag)? {
                return Err(Stop::Beyond);
            }
            match kind {
                ObjectKind::Plain => text("[object Object]"),
                _ => walk.primitive(&Value::Object(object), true)?,
            }
        }
        _ => return Ok(None),
    }))
}

/// Calls a method of a map or set.
pub(super) fn call_on_container(
    walk: &mut Walk<'_, '_>,
    state: &ObjectState,
    name: &str,
    given: &[Value],
) -> Eval<Operand> {
    let wanted = given.first().unwrap_or(&Value::Undefined);
    match &state.kind {
        ObjectKind::Map { size, entries } => {
            walk.work(entries.len())?;
            let mut found = None;
            if matches!(name, "get" | "has") {
                for (key, value) in entries {
                    if is_same_value_zero(key, wanted)? {
                        found = Some(value.clone());
                        break;
                    }
                }
                if found.is_none() {
                    is_whole(*size, entries.len())?;
                }
            }
            Ok(match name {
                "get" => Operand::Value(found.unwrap_or(Value::Undefined)),
                "has" => Operand::Value(Value::Boolean(found.is_some())),
                "keys" | "values" | "entries" => {
                    is_whole(*size, entries.len())?;
                    let mut listed = Vec::new();
                    for (key, value) in entries.clone() {
                        listed.push(match name {
                            "keys" => key,
                            "values" => value,
                            _ => walk.array(vec![Some(key), Some(value)])?,
                        });
                    }
                    Operand::List(listed)
                }
                _ => return Err(Stop::Beyond),
            })
        }
        ObjectKind::Set { size, entries } => {
            walk.work(entries.len())?;
            match name {
                "has" => {
                    for entry in entries {
                        if is_same_value_zero(entry, wanted)? {
                            return Ok(Operand::Value(Value::Boolean(true)));
                        }
                    }
                    is_whole(*size, entries.len())?;
                    Ok(Operand::Value(Value::Boolean(false)))
                }
                "keys" | "values" => {
                    is_whole(*size, entries.len())?;
                    Ok(Operand::List(entries.clone()))
                }
                _ => Err(Stop::Beyond),
            }
        }
        _ => Err(unknown()),
    }
}
