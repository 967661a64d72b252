//! The language's own globals and methods, as far as they compute from values alone. Tables of names say what exists;
//! what exists and is not done here is left to the JavaScript engine.

mod arrays;
mod host;
mod json;
mod math;
mod objects;
mod strings;

use recording::value::{ObjectKind, ObjectState, Text, Value};

use super::{
    values::{Eval, Stop, text, to_number, unknown},
    walk::{Operand, Walk, values_of},
};
use crate::pause::GLOBAL_OBJECT;

/// What a method or function is called with.
type Given<'g> = &'g [Operand];

/// A global that the language or the page's host has, if there is one of that name.
pub(super) fn global(walk: &mut Walk<'_, '_>, name: &str) -> Eval<Option<Operand>> {
    Ok(Some(match name {
        "NaN" => Operand::Value(Value::Number(f64::NAN)),
        "Infinity" => Operand::Value(Value::Number(f64::INFINITY)),
        "undefined" => Operand::Value(Value::Undefined),
        "globalThis" | "window" | "self" => Operand::Value(Value::Object(GLOBAL_OBJECT)),
        "arguments" if walk.frame.is_some() => {
            let arguments = arguments(walk)?;
            return Ok(arguments.map(Operand::List));
        }
        _ => match GLOBALS.iter().find(|global| **global == name) {
            Some(global) => Operand::Builtin(global),
            // What is written to it goes nowhere, but the program may run on.
            None if name == CONSOLE => return Err(Stop::Beyond),
            None if host::is_global(name) => return Err(host::refusal(name)),
            None => return Ok(None),
        },
    }))
}

/// Globals of the language, and the object by which clients of the protocol reach a frame's arguments.
const GLOBALS: [&str; 58] = [
    "__RECORD_REPLAY__",
    "AggregateError",
    "Array",
    "ArrayBuffer",
    "Atomics",
    "BigInt",
    "BigInt64Array",
    "BigUint64Array",
    "Boolean",
    "DataView",
    "Date",
    "Error",
    "EvalError",
    "FinalizationRegistry",
    "Float32Array",
    "Float64Array",
    "Function",
    "Int16Array",
    "Int32Array",
    "Int8Array",
    "Intl",
    "Iterator",
    "JSON",
    "Map",
    "Math",
    "Number",
    "Object",
    "Promise",
    "Proxy",
    "RangeError",
    "ReferenceError",
    "Reflect",
    "RegExp",
    "Set",
    "SharedArrayBuffer",
    "String",
    "Symbol",
    "SyntaxError",
    "TypeError",
    "URIError",
    "Uint16Array",
    "Uint32Array",
    "Uint8Array",
    "Uint8ClampedArray",
    "WeakMap",
    "WeakRef",
    "WeakSet",
    "WebAssembly",
    "decodeURI",
    "decodeURIComponent",
    "encodeURI",
    "encodeURIComponent",
    "escape",
    "eval",
    "isFinite",
    "isNaN",
    "parseFloat",
    "parseInt",
];

/// The name of the object that other servers give programs for looking at their own frames.
const RECORD_REPLAY: &str = "__RECORD_REPLAY__";

/// The name of the object by which programs write to the console.
const CONSOLE: &str = "console";

/// Whether a global of this name is the host's.
pub(super) fn is_of_the_page(name: &str) -> bool {
    !GLOBALS.contains(&name) && name != CONSOLE && host::is_global(name)
}

/// Whether the language has a class of this name.
pub(super) fn is_class(name: &str) -> bool {
    let starts_large = name.chars().next().is_some_and(char::is_uppercase);
    starts_large
        && !matches!(name, "Math" | "JSON" | "Reflect" | "Intl" | "Atomics")
        && GLOBALS.contains(&name)
}

/// What the running call was given for its parameters; None where there are none.
fn arguments(walk: &mut Walk<'_, '_>) -> Eval<Option<Vec<Value>>> {
    let Some(frame) = walk.frame else {
        return Ok(None);
    };
    let found = walk.scene.argument_values_recorded(&frame);
    found.map_err(|failure| Stop::Refuse(failure.0.message))
}

/// A member of a primitive value other than null and undefined.
pub(super) fn member_of_primitive(value: &Value, name: &Text) -> Eval<Operand> {
    let (methods, class) = match value {
        Value::String(whole) => {
            let found = match (&**name, name.parse::<usize>()) {
                ("length", _) => Some(Value::Number(whole.encode_utf16().count() as f64)),
                (_, Ok(index)) => Some(strings::unit_at(whole, index).map_or(Value::Undefined, text)),
                _ => None,
            };
            if let Some(found) = found {
                return Ok(Operand::Value(found));
            }
            (strings::METHODS, "String")
        }
        Value::Number(_) => (NUMBER_METHODS, "Number"),
        Value::Symbol(description) if **name == *"description" => {
            return Ok(Operand::Value(Value::String(description.clone())));
        }
        _ => (OTHER_METHODS, "Boolean"),
    };
    method(Operand::Value(value.clone()), methods, class, name)
}

const NUMBER_METHODS: &[&str] = &[
    "toFixed",
    "toString",
    "toPrecision",
    "toExponential",
    "toLocaleString",
    "valueOf",
];
const OTHER_METHODS: &[&str] = &["toString", "toLocaleString", "valueOf"];
const DATE_METHODS: &[&str] = &["getTime", "valueOf", "toISOString", "toJSON"];
const FUNCTION_METHODS: &[&str] = &["call", "apply", "bind", "toString"];

/// A method that a built-in class has.
fn method(receiver: Operand, methods: &[&str], class: &str, name: &Text) -> Eval<Operand> {
    if methods.contains(&&**name) || objects::METHODS.contains(&&**name) {
        return Ok(Operand::Method(Box::new(receiver), name.clone()));
    }
    match &**name {
        "constructor" => Ok(GLOBALS
            .iter()
            .find(|global| **global == class)
            .map_or(Operand::Value(Value::Undefined), |global| {
                Operand::Builtin(global)
            })),
        "__proto__" => Err(Stop::Beyond),
        _ => Ok(Operand::Value(Value::Undefined)),
    }
}

/// A member that an object has for its kind, after its own and those of the program's prototypes.
pub(super) fn member_of_kind(
    receiver: Operand,
    state: &ObjectState,
    builtin: Option<&str>,
    class_name: &str,
    name: &Text,
) -> Eval<Operand> {
    let methods = match (&state.kind, &**name) {
        (ObjectKind::Map { size, .. } | ObjectKind::Set { size, .. }, "size") => {
            return Ok(Operand::Value(Value::Number(f64::from(*size))));
        }
        (ObjectKind::TypedArray { length, .. }, "length") => {
            return Ok(Operand::Value(Value::Number(f64::from(*length))));
        }
        (ObjectKind::RegExp(_), "source" | "flags" | "global" | "ignoreCase" | "multiline" | "lastIndex") => {
            return Err(Stop::Beyond);
        }
        (ObjectKind::Error { .. }, "name") => return Ok(Operand::Value(text(builtin.unwrap_or("Error")))),
        (ObjectKind::Function { .. }, "length" | "prototype") => {
            return Err(Stop::Beyond);
        }
        (ObjectKind::Node { .. }, _) => return host::member_of_node(receiver, state, name),
        (ObjectKind::Array { .. } | ObjectKind::TypedArray { .. }, _) => arrays::METHODS,
        (ObjectKind::Map { .. } | ObjectKind::Set { .. }, _) => objects::CONTAINER_METHODS,
        (ObjectKind::Date(_), name) if name.starts_with("get") || name.starts_with("to") => {
            if DATE_METHODS.contains(&name) {
                DATE_METHODS
            } else {
                return Err(Stop::Beyond);
            }
        }
        (ObjectKind::Function { .. }, _) => FUNCTION_METHODS,
        (ObjectKind::Boxed(_), _) => return Err(Stop::Beyond),
        (ObjectKind::RegExp(_) | ObjectKind::Promise | ObjectKind::Weak, _) => {
            return Err(Stop::Beyond);
        }
        _ => &[],
    };
    let Some(builtin) = builtin else {
        return Err(host::refusal(&format!("{class_name}.{name}")));
    };
    // What stands at the end of the prototypes may be some other built-in class.
    if matches!(state.kind, ObjectKind::Plain) && builtin != "Object" {
        return Err(Stop::Beyond);
    }
    method(receiver, methods, builtin, name)
}

/// A member of a built-in global.
pub(super) fn member_of_global(global: &'static str, name: &Text) -> Eval<Operand> {
    if let Some(constant) = math::constant(global, name) {
        return Ok(Operand::Value(Value::Number(constant)));
    }
    let is_known = match global {
        RECORD_REPLAY => **name == *"getFrameArgumentsArray",
        "Math" => math::METHODS.contains(&&**name),
        "Number" => math::NUMBER_FUNCTIONS.contains(&&**name),
        "Object" => objects::FUNCTIONS.contains(&&**name),
        "Array" => matches!(&**name, "isArray" | "from" | "of"),
        "JSON" => **name == *"stringify",
        "String" => matches!(&**name, "fromCharCode"),
        "Date" => {
            if **name == *"now" {
                return Err(Stop::Refuse(
                    "Date.now would need the program to run on".to_owned(),
                ));
            }
            false
        }
        _ => false,
    };
    if is_known {
        return Ok(Operand::Method(Box::new(Operand::Builtin(global)), name.clone()));
    }
    match &**name {
        "name" if is_class(global) => Ok(Operand::Value(text(global))),
        _ => Err(Stop::Beyond),
    }
}

/// Calls a built-in global function.
pub(super) fn call_global(walk: &mut Walk<'_, '_>, global: &'static str, given: Given<'_>) -> Eval<Operand> {
    let first = given.first().cloned().unwrap_or(Operand::Value(Value::Undefined));
    let Operand::Value(first) = first else {
        return Err(Stop::Beyond);
    };
    Ok(Operand::Value(match global {
        "Number" if given.is_empty() => Value::Number(0.0),
        "Number" => match walk.primitive(&first, false)? {
            Value::BigInt(digits) => Value::Number(digits.parse().unwrap_or(f64::NAN)),
            value => Value::Number(to_number(&value)?),
        },
        "String" if given.is_empty() => text(""),
        "String" => match &first {
            Value::Symbol(description) => walk.text(format!("Symbol({description})"))?,
            value => Value::String(walk.string_of(value)?),
        },
        "Boolean" => Value::Boolean(super::values::is_truthy(&first)?),
        "isNaN" => Value::Boolean(math::number(walk, &first)?.is_nan()),
        "isFinite" => Value::Boolean(math::number(walk, &first)?.is_finite()),
        "parseInt" | "parseFloat" => math::parse(walk, global, &values_of(given)?)?,
        "Array" => match (&first, given.len()) {
            (Value::Number(_), 1) => return Err(Stop::Beyond),
            _ => {
                let values = values_of(given)?;
                walk.array(values.into_iter().map(Some).collect())?
            }
        },
        _ => return Err(Stop::Beyond),
    }))
}

/// Calls a built-in method.
pub(super) fn call_method(
    walk: &mut Walk<'_, '_>,
    receiver: &Operand,
    name: &Text,
    given: Given<'_>,
) -> Eval<Operand> {
    walk.work(1)?;
    match receiver {
        Operand::Builtin(RECORD_REPLAY) => {
            let arguments = arguments(walk)?.unwrap_or_default();
            walk.array(arguments.into_iter().map(Some).collect())
                .map(Operand::Value)
        }
        Operand::Builtin("Math") => math::call(walk, name, &values_of(given)?).map(Operand::Value),
        Operand::Builtin("Number") => math::call_number(walk, name, &values_of(given)?).map(Operand::Value),
        Operand::Builtin("Object") => objects::call(walk, name, given),
        Operand::Builtin("Array") => arrays::call_static(walk, name, given),
        Operand::Builtin("JSON") => json::stringify(walk, &values_of(given)?).map(Operand::Value),
        Operand::Builtin("String") => {
            let mut units = Vec::new();
            for value in values_of(given)? {
                units.push(super::values::to_int32(math::number(walk, &value)?) as u16);
            }
            walk.text(String::from_utf16_lossy(&units)).map(Operand::Value)
        }
        Operand::Value(Value::String(whole)) => strings::call(walk, whole, name, given),
        Operand::Value(Value::Number(number)) => {
            math::call_on_number(walk, *number, name, &values_of(given)?).map(Operand::Value)
        }
        Operand::Value(Value::Object(object)) => {
            if let Some(result) = objects::call_common(walk, *object, name, given)? {
                return Ok(Operand::Value(result));
            }
            let state = walk.state_of(*object)?;
            match &state.kind {
                ObjectKind::Array { .. } | ObjectKind::TypedArray { .. } => {
                    arrays::call(walk, &Value::Object(*object), &state, name, given)
                }
                ObjectKind::Map { .. } | ObjectKind::Set { .. } => {
                    objects::call_on_container(walk, &state, name, &values_of(given)?)
                }
                ObjectKind::Date(millis) => match (&**name, math::iso_date(*millis)) {
                    ("getTime" | "valueOf", _) => Ok(Operand::Value(Value::Number(*millis))),
                    ("toISOString" | "toJSON", Some(iso)) => Ok(Operand::Value(text(iso))),
                    ("toISOString", None) => Err(Stop::Error("RangeError", "Invalid time value".to_owned())),
                    _ => Err(Stop::Beyond),
                },
                ObjectKind::Node { attributes, .. } => {
                    host::call_on_node(attributes, name, &values_of(given)?).map(Operand::Value)
                }
                _ => Err(Stop::Beyond),
            }
        }
        Operand::Value(Value::Unavailable) => Err(unknown()),
        Operand::Value(value) => match &**name {
            "toString" => match value {
                Value::Symbol(description) => walk.text(format!("Symbol({description})")).map(Operand::Value),
                value => Ok(Operand::Value(Value::String(walk.string_of(value)?))),
            },
            "valueOf" => Ok(Operand::Value(value.clone())),
            _ => Err(Stop::Beyond),
        },
        _ => Err(Stop::Beyond),
    }
}
