//! Methods of strings. Positions count UTF-16 code units; a pair that is cut in two becomes U+FFFD.

use recording::value::{Text, Value};

use super::{Given, math};
use crate::evaluate::{
    values::{Eval, Stop, is_space, text, to_integer},
    walk::{Operand, Walk, values_of},
};

/// What strings have.
pub(super) const METHODS: &[&str] = &[
    "at",
    "charAt",
    "charCodeAt",
    "codePointAt",
    "concat",
    "endsWith",
    "includes",
    "indexOf",
    "lastIndexOf",
    "localeCompare",
    "match",
    "matchAll",
    "normalize",
    "padEnd",
    "padStart",
    "repeat",
    "replace",
    "replaceAll",
    "search",
    "slice",
    "split",
    "startsWith",
    "substr",
    "substring",
    "toLowerCase",
    "toString",
    "toUpperCase",
    "trim",
    "trimEnd",
    "trimStart",
    "valueOf",
    "toLocaleLowerCase",
    "toLocaleUpperCase",
    "isWellFormed",
    "toWellFormed",
];

/// One code unit.
pub(super) fn unit_at(whole: &str, index: usize) -> Option<String> {
    let unit = whole.encode_utf16().nth(index)?;
    Some(String::from_utf16_lossy(&[unit]))
}

/// Calls a method of a string.
pub(super) fn call(walk: &mut Walk<'_, '_>, whole: &Text, name: &str, given: Given<'_>) -> Eval<Operand> {
    walk.work(whole.len() / 64)?;
    let given = values_of(given)?;
    let units = || whole.encode_utf16().collect::<Vec<_>>();
    let n_units = whole.encode_utf16().count() as f64;
    Ok(Operand::Value(match name {
        "toString" | "valueOf" => Value::String(whole.clone()),
        "charAt" => {
            let index = integer(walk, &given, 0, 0.0)?;
            text(
                index_in(index, n_units)
                    .and_then(|at| unit_at(whole, at))
                    .unwrap_or_default(),
            )
        }
        "at" => {
            let index = integer(walk, &given, 0, 0.0)?;
            let index = if index < 0.0 { index + n_units } else { index };
            index_in(index, n_units)
                .and_then(|at| unit_at(whole, at))
                .map_or(Value::Undefined, text)
        }
        "charCodeAt" => {
            let index = integer(walk, &given, 0, 0.0)?;
            let unit = index_in(index, n_units).and_then(|at| whole.encode_utf16().nth(at));
            Value::Number(unit.map_or(f64::NAN, f64::from))
        }
        "codePointAt" => {
            let index = integer(walk, &given, 0, 0.0)?;
            let rest = index_in(index, n_units).and_then(|at| units().get(at..).map(<[u16]>::to_vec));
            let Some(rest) = rest else {
                return Ok(Operand::Value(Value::Undefined));
            };
            match char::decode_utf16(rest.iter().copied()).next() {
                Some(Ok(char)) => Value::Number(f64::from(u32::from(char))),
                Some(Err(_)) => Value::Number(rest.first().map_or(f64::NAN, |unit| f64::from(*unit))),
                None => Value::Undefined,
            }
        }
        "slice" | "substring" | "substr" => {
            let begin = integer(walk, &given, 0, 0.0)?;
            let end = integer(walk, &given, 1, f64::INFINITY)?;
            let from_end = |at: f64| {
                if at < 0.0 {
                    (n_units + at).max(0.0)
                } else {
                    at.min(n_units)
                }
            };
            let (begin, end) = match name {
                "slice" => (from_end(begin), from_end(end)),
                "substr" => (from_end(begin), (from_end(begin) + end.max(0.0)).min(n_units)),
                _ => {
                    let (begin, end) = (begin.clamp(0.0, n_units), end.clamp(0.0, n_units));
                    (begin.min(end), begin.max(end))
                }
            };
            let units = units();
            let cut = units.get(begin as usize..end as usize).unwrap_or_default();
            text(String::from_utf16_lossy(cut))
        }
        "indexOf" | "lastIndexOf" | "includes" | "startsWith" | "endsWith" => {
            let wanted = pattern(walk, &given)?;
            let default = if matches!(name, "lastIndexOf" | "endsWith") {
                f64::INFINITY
            } else {
                0.0
            };
            let at = integer(walk, &given, 1, default)?;
            found(name, &units(), &wanted.encode_utf16().collect::<Vec<_>>(), at)
        }
        "toUpperCase" => walk.text(whole.to_uppercase())?,
        "toLowerCase" => walk.text(whole.to_lowercase())?,
        "trim" => text(whole.trim_matches(is_space)),
        "trimStart" => text(whole.trim_start_matches(is_space)),
        "trimEnd" => text(whole.trim_end_matches(is_space)),
        "concat" => {
            let mut all = whole.to_string();
            for value in &given {
                all.push_str(&walk.string_of(value)?);
                walk.room_for_text(all.len())?;
            }
            walk.text(all)?
        }
        "repeat" => {
            let count = integer(walk, &given, 0, 0.0)?;
            if count < 0.0 || count.is_infinite() {
                return Err(Stop::Error("RangeError", format!("Invalid count value: {count}")));
            }
            walk.room_for_text((whole.len() as f64 * count).min(1e15) as usize)?;
            walk.text(whole.repeat(count as usize))?
        }
        "padStart" | "padEnd" => {
            let width = integer(walk, &given, 0, 0.0)?;
            let fill = match given.get(1) {
                None | Some(Value::Undefined) => " ".into(),
                Some(fill) => walk.string_of(fill)?,
            };
            if width <= n_units || fill.is_empty() {
                return Ok(Operand::Value(Value::String(whole.clone())));
            }
            walk.room_for_text(width.min(1e15) as usize)?;
            let n_missing = (width - n_units) as usize;
            let fill: Vec<_> = fill.encode_utf16().cycle().take(n_missing).collect();
            let fill = String::from_utf16_lossy(&fill);
            walk.text(if name == "padStart" {
                format!("{fill}{whole}")
            } else {
                format!("{whole}{fill}")
            })?
        }
        "split" => {
            let limit = match given.get(1) {
                None | Some(Value::Undefined) => usize::MAX,
                Some(limit) => math::number(walk, limit)?.max(0.0) as usize,
            };
            let parts: Vec<String> = match given.first() {
                None | Some(Value::Undefined) => vec![whole.to_string()],
                Some(_) => {
                    let separator = pattern(walk, &given)?;
                    match separator.is_empty() {
                        true => units()
                            .iter()
                            .map(|unit| String::from_utf16_lossy(&[*unit]))
                            .collect(),
                        false => whole.split(&*separator).map(str::to_owned).collect(),
                    }
                }
            };
            walk.work(parts.len())?;
            walk.array(
                parts
                    .into_iter()
                    .take(limit)
                    .map(|part| Some(text(part)))
                    .collect(),
            )?
        }
        "replace" | "replaceAll" => {
            let wanted = pattern(walk, &given)?;
            let by = walk.string_of(given.get(1).unwrap_or(&Value::Undefined))?;
            if by.contains('$') || wanted.is_empty() || matches!(given.get(1), Some(Value::Object(_))) {
                return Err(Stop::Beyond);
            }
            let count = if name == "replace" {
                1
            } else {
                whole.matches(&*wanted).count()
            };
            walk.room_for_text(whole.len().saturating_add(by.len().saturating_mul(count)))?;
            walk.text(whole.replacen(&*wanted, &by, count))?
        }
        _ => return Err(Stop::Beyond),
    }))
}

fn found(name: &str, units: &[u16], wanted: &[u16], at: f64) -> Value {
    let at = at.clamp(0.0, units.len() as f64) as usize;
    let is_at = |at: usize| units.get(at..).is_some_and(|rest| rest.starts_with(wanted));
    let first = || (at..=units.len()).find(|at| is_at(*at));
    let index = |found: Option<usize>| Value::Number(found.map_or(-1.0, |at| at as f64));
    match name {
        "indexOf" => index(first()),
        "lastIndexOf" => index((0..=at).rev().find(|at| is_at(*at))),
        "includes" => Value::Boolean(first().is_some()),
        "startsWith" => Value::Boolean(is_at(at)),
        _ => Value::Boolean(units.get(..at).is_some_and(|head| head.ends_with(wanted))),
    }
}

/// A string to look for. Regular expressions are not ours.
fn pattern(walk: &mut Walk<'_, '_>, given: &[Value]) -> Eval<Text> {
    match given.first() {
        Some(Value::Object(_)) => Err(Stop::Beyond),
        Some(value) => walk.string_of(value),
        None => Ok("undefined".into()),
    }
}

fn index_in(index: f64, n_units: f64) -> Option<usize> {
    (0.0..n_units).contains(&index).then_some(index as usize)
}

/// An argument as an integer.
pub(super) fn integer(walk: &mut Walk<'_, '_>, given: &[Value], idx: usize, default: f64) -> Eval<f64> {
    match given.get(idx) {
        None | Some(Value::Undefined) => Ok(default),
        Some(value) => Ok(to_integer(math::number(walk, value)?)),
    }
}
