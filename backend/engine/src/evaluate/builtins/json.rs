//! `JSON.stringify`.

use recording::{
    ids::ObjectId,
    value::{Key, ObjectKind, Value},
};

use super::math;
use crate::evaluate::{
    values::{Eval, Stop, number_text, unknown},
    walk::Walk,
};

/// Writes a value, with an indent if one is given. A replacer is not ours.
pub(super) fn stringify(walk: &mut Walk<'_, '_>, given: &[Value]) -> Eval<Value> {
    if !matches!(given.get(1), None | Some(Value::Null | Value::Undefined)) {
        return Err(Stop::Beyond);
    }
    let indent = match given.get(2) {
        None | Some(Value::Undefined) => String::new(),
        Some(Value::Number(number)) => " ".repeat(number.clamp(0.0, 10.0) as usize),
        Some(Value::String(indent)) => indent.chars().take(10).collect(),
        Some(_) => return Err(Stop::Beyond),
    };
    let mut writer = Writer {
        out: String::new(),
        indent,
        open: Vec::new(),
    };
    let value = given.first().unwrap_or(&Value::Undefined);
    match writer.write(walk, value)? {
        true => walk.text(writer.out),
        false => Ok(Value::Undefined),
    }
}

struct Writer {
    out: String,
    indent: String,
    open: Vec<ObjectId>,
}

impl Writer {
    /// Writes a value; says whether there is anything to write of it.
    fn write(&mut self, walk: &mut Walk<'_, '_>, value: &Value) -> Eval<bool> {
        walk.room_for_text(self.out.len())?;
        match value {
            Value::Undefined | Value::Symbol(_) => return Ok(false),
            Value::Null => self.out.push_str("null"),
            Value::Boolean(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Value::Number(number) if number.is_finite() => self.out.push_str(&number_text(*number)),
            Value::Number(_) => self.out.push_str("null"),
            Value::String(text) => self.quote(text),
            Value::BigInt(_) => {
                let message = "Do not know how to serialize a BigInt".to_owned();
                return Err(Stop::Error("TypeError", message));
            }
            Value::Object(object) => return self.write_object(walk, *object),
            Value::Uninitialized | Value::Unavailable => return Err(unknown()),
        }
        Ok(true)
    }

    fn write_object(&mut self, walk: &mut Walk<'_, '_>, object: ObjectId) -> Eval<bool> {
        let state = walk.state_of(object)?;
        if walk.has_recorded(object, &Key::Name("toJSON".into()))? {
            return Err(Stop::Beyond);
        }
        if self.open.contains(&object) {
            let message = "Converting circular structure to JSON".to_owned();
            return Err(Stop::Error("TypeError", message));
        }
        let entries = match &state.kind {
            ObjectKind::Function { .. } => return Ok(false),
            ObjectKind::Boxed(inner) => return self.write(walk, inner),
            ObjectKind::Date(millis) => {
                match math::iso_date(*millis) {
                    Some(iso) => self.quote(&iso),
                    None => self.out.push_str("null"),
                }
                return Ok(true);
            }
            ObjectKind::Array { .. } => None,
            _ => Some(walk.own_entries(&Value::Object(object))?),
        };
        walk.nest()?;
        self.open.push(object);
        match entries {
            None => {
                let elements = walk.elements(&state)?;
                self.out.push('[');
                for (idx, element) in elements.iter().enumerate() {
                    self.separate(idx == 0);
                    if !self.write(walk, element)? {
                        self.out.push_str("null");
                    }
                }
                self.close(elements.is_empty(), ']');
            }
            Some(entries) => {
                self.out.push('{');
                let mut is_empty = true;
                for (key, value) in &entries {
                    let before = self.out.len();
                    self.separate(is_empty);
                    self.quote(key);
                    self.out.push_str(if self.indent.is_empty() { ":" } else { ": " });
                    match self.write(walk, value)? {
                        true => is_empty = false,
                        false => self.out.truncate(before),
                    }
                }
                self.close(is_empty, '}');
            }
        }
        walk.unnest();
        Ok(true)
    }

    fn separate(&mut self, is_first: bool) {
        if !is_first {
            self.out.push(',');
        }
        self.break_line();
    }

    fn close(&mut self, is_empty: bool, bracket: char) {
        self.open.pop();
        if !is_empty {
            self.break_line();
        }
        self.out.push(bracket);
    }

    fn break_line(&mut self) {
        if !self.indent.is_empty() {
            self.out.push('\n');
            self.open.iter().for_each(|_| self.out.push_str(&self.indent));
        }
    }

    fn quote(&mut self, text: &str) {
        self.out.push('"');
        for char in text.chars() {
            match char {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                '\u{8}' => self.out.push_str("\\b"),
                '\u{c}' => self.out.push_str("\\f"),
                char if char < ' ' => self.out.push_str(&format!("\\u{:04x}", u32::from(char))),
                char => self.out.push(char),
            }
        }
        self.out.push('"');
    }
}
