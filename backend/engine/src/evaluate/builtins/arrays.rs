//! Methods of arrays that leave them as they are.

use std::rc::Rc;

use recording::value::{ObjectKind, ObjectState, Value};

use super::{Given, strings::integer};
use crate::evaluate::{
    tree::Arrow,
    values::{Eval, Stop, is_same_value_zero, is_strictly_equal, is_truthy},
    walk::{Operand, Walk, values_of},
};

/// What arrays have.
pub(super) const METHODS: &[&str] = &[
    "at",
    "concat",
    "copyWithin",
    "entries",
    "every",
    "fill",
    "filter",
    "find",
    "findIndex",
    "findLast",
    "findLastIndex",
    "flat",
    "flatMap",
    "forEach",
    "includes",
    "indexOf",
    "join",
    "keys",
    "lastIndexOf",
    "map",
    "pop",
    "push",
    "reduce",
    "reduceRight",
    "reverse",
    "shift",
    "slice",
    "some",
    "sort",
    "splice",
    "toReversed",
    "toSorted",
    "toSpliced",
    "toString",
    "unshift",
    "values",
    "with",
    "subarray",
    "set",
];

/// Calls `Array.isArray` and its like.
pub(super) fn call_static(walk: &mut Walk<'_, '_>, name: &str, given: Given<'_>) -> Eval<Operand> {
    Ok(Operand::Value(match (name, given) {
        ("isArray", [Operand::Value(Value::Object(object)), ..]) => {
            let state = walk.state_of(*object)?;
            match state.kind {
                ObjectKind::Proxy | ObjectKind::Opaque => return Err(crate::evaluate::values::unknown()),
                _ => Value::Boolean(matches!(state.kind, ObjectKind::Array { .. })),
            }
        }
        ("isArray", _) => Value::Boolean(false),
        ("of", given) => {
            let values = values_of(given)?;
            walk.array(values.into_iter().map(Some).collect())?
        }
        ("from", [all]) => {
            let values = walk.iterated(all.clone()).map_err(not_iterable)?;
            walk.array(values.into_iter().map(Some).collect())?
        }
        ("from", [all, Operand::Arrow(arrow)]) => {
            let values = walk.iterated(all.clone()).map_err(not_iterable)?;
            let mut mapped = Vec::new();
            for (idx, value) in values.into_iter().enumerate() {
                mapped.push(Some(
                    walk.call_arrow(arrow, vec![value, Value::Number(idx as f64)])?,
                ));
            }
            walk.array(mapped)?
        }
        _ => return Err(Stop::Beyond),
    }))
}

/// `Array.from` also takes what merely has a length.
fn not_iterable(stop: Stop) -> Stop {
    match stop {
        Stop::Error("TypeError", _) => Stop::Beyond,
        other => other,
    }
}

/// Calls a method of an array.
pub(super) fn call(
    walk: &mut Walk<'_, '_>,
    array: &Value,
    state: &ObjectState,
    name: &str,
    given: Given<'_>,
) -> Eval<Operand> {
    let is_typed = matches!(state.kind, ObjectKind::TypedArray { .. });
    let has_holes = match &state.kind {
        ObjectKind::Array { elements, .. } => elements.iter().any(Option::is_none),
        _ => false,
    };
    if is_typed && matches!(name, "map" | "filter" | "slice" | "concat") {
        return Err(Stop::Beyond);
    }
    let elements = walk.elements(state)?;
    if let [Operand::Arrow(arrow), rest @ ..] = given {
        // Callbacks are not called for holes by most methods: leave them to the engine.
        if has_holes {
            return Err(Stop::Beyond);
        }
        let arrow = arrow.clone();
        return with_callback(walk, array, elements, name, &arrow, rest).map(Operand::Value);
    }
    let given = values_of(given)?;
    let n = elements.len() as f64;
    let from_end = |at: f64| if at < 0.0 { (n + at).max(0.0) } else { at.min(n) } as usize;
    Ok(Operand::Value(match name {
        "at" => {
            let at = integer(walk, &given, 0, 0.0)?;
            let at = if at < 0.0 { n + at } else { at };
            let element = (at >= 0.0).then(|| elements.get(at as usize).cloned()).flatten();
            element.unwrap_or(Value::Undefined)
        }
        "join" => {
            let separator = match given.first() {
                None | Some(Value::Undefined) => ",".into(),
                Some(separator) => walk.string_of(separator)?,
            };
            walk.joined(&elements, &separator)?
        }
        "toString" => walk.joined(&elements, ",")?,
        "includes" | "indexOf" | "lastIndexOf" => {
            let wanted = given.first().unwrap_or(&Value::Undefined);
            if given.len() > 1 || has_holes {
                return Err(Stop::Beyond);
            }
            let mut all = elements.iter().enumerate();
            let mut found = None;
            let is_same = if name == "includes" {
                is_same_value_zero
            } else {
                is_strictly_equal
            };
            while let Some((idx, element)) = if name == "lastIndexOf" {
                all.next_back()
            } else {
                all.next()
            } {
                if is_same(element, wanted)? {
                    found = Some(idx);
                    break;
                }
            }
            match name {
                "includes" => Value::Boolean(found.is_some()),
                _ => Value::Number(found.map_or(-1.0, |idx| idx as f64)),
            }
        }
        "slice" if !has_holes => {
            let begin = from_end(integer(walk, &given, 0, 0.0)?);
            let end = from_end(integer(walk, &given, 1, f64::INFINITY)?);
            let cut = elements.get(begin..end).unwrap_or_default();
            walk.array(cut.iter().cloned().map(Some).collect())?
        }
        "concat" if !has_holes => {
            let mut all: Vec<_> = elements.into_iter().map(Some).collect();
            for value in given {
                let part = match &value {
                    Value::Object(object) => {
                        let state = walk.state_of(*object)?;
                        match &state.kind {
                            ObjectKind::Array { .. } => Some(walk.elements(&state)?),
                            _ => None,
                        }
                    }
                    _ => None,
                };
                match part {
                    Some(elements) => all.extend(elements.into_iter().map(Some)),
                    None => all.push(Some(value)),
                }
                walk.work(all.len() / 8)?;
            }
            walk.array(all)?
        }
        "toReversed" => walk.array(elements.into_iter().rev().map(Some).collect())?,
        "values" => return Ok(Operand::List(elements)),
        "keys" => {
            return Ok(Operand::List(
                (0..elements.len()).map(|idx| Value::Number(idx as f64)).collect(),
            ));
        }
        "entries" => {
            let mut entries = Vec::new();
            for (idx, element) in elements.into_iter().enumerate() {
                entries.push(walk.array(vec![Some(Value::Number(idx as f64)), Some(element)])?);
            }
            return Ok(Operand::List(entries));
        }
        _ => return Err(Stop::Beyond),
    }))
}

fn with_callback(
    walk: &mut Walk<'_, '_>,
    array: &Value,
    elements: Vec<Value>,
    name: &str,
    arrow: &Rc<Arrow>,
    rest: Given<'_>,
) -> Eval<Value> {
    let call = |walk: &mut Walk<'_, '_>, idx: usize, element: &Value| {
        walk.call_arrow(
            arrow,
            vec![element.clone(), Value::Number(idx as f64), array.clone()],
        )
    };
    let indexed = elements.iter().enumerate();
    match name {
        "map" => {
            let mapped: Eval<Vec<_>> = indexed
                .map(|(idx, element)| call(walk, idx, element).map(Some))
                .collect();
            walk.array(mapped?)
        }
        "filter" => {
            let mut kept = Vec::new();
            for (idx, element) in indexed {
                if is_truthy(&call(walk, idx, element)?)? {
                    kept.push(Some(element.clone()));
                }
            }
            walk.array(kept)
        }
        "forEach" => {
            for (idx, element) in indexed {
                call(walk, idx, element)?;
            }
            Ok(Value::Undefined)
        }
        "some" | "every" | "find" | "findIndex" => {
            let wanted = name != "every";
            for (idx, element) in indexed {
                if is_truthy(&call(walk, idx, element)?)? == wanted {
                    return Ok(match name {
                        "find" => element.clone(),
                        "findIndex" => Value::Number(idx as f64),
                        _ => Value::Boolean(wanted),
                    });
                }
            }
            Ok(match name {
                "find" => Value::Undefined,
                "findIndex" => Value::Number(-1.0),
                _ => Value::Boolean(!wanted),
            })
        }
        "reduce" => {
            let mut elements = indexed;
            let mut sum = match (rest.first(), elements.len()) {
                (Some(Operand::Value(initial)), _) => initial.clone(),
                (Some(_), _) => return Err(Stop::Beyond),
                (None, 0) => {
                    let message = "Reduce of empty array with no initial value".to_owned();
                    return Err(Stop::Error("TypeError", message));
                }
                (None, _) => elements
                    .next()
                    .map_or(Value::Undefined, |(_, first)| first.clone()),
            };
            for (idx, element) in elements {
                let arguments = vec![sum, element.clone(), Value::Number(idx as f64), array.clone()];
                sum = walk.call_arrow(arrow, arguments)?;
            }
            Ok(sum)
        }
        _ => Err(Stop::Beyond),
    }
}
