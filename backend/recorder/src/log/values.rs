//! Values and objects in a document's log.

use std::sync::Arc;

use recording::{
    ids::{FunctionId, ObjectId},
    record::Record,
    value::{Key, ObjectKind, ObjectState, Property, Slot, Text, Value},
};

use super::{LogDecoder, MAX_STRINGS, Malformed, bytes::Bytes};
use crate::{scripts::Scripts, stack};

impl LogDecoder {
    pub(super) fn object(&mut self, bytes: &mut Bytes<'_>) -> Result<ObjectId, Malformed> {
        let id = bytes.varint()?;
        self.object_id(id, bytes)
    }

    pub(super) fn object_id(&mut self, id: u32, bytes: &Bytes<'_>) -> Result<ObjectId, Malformed> {
        /// Pages number objects as they mention them; a greater step is none of theirs.
        const MAX_AHEAD: u32 = 1 << 24;
        let impossible = bytes.malformed("impossible object");
        if id == 0 || id > self.objects.n().saturating_add(MAX_AHEAD) {
            return Err(impossible);
        }
        self.objects.extend_to(id, &mut self.totals.1).ok_or(impossible)?;
        Ok(ObjectId(self.objects.get(id)))
    }

    pub(super) fn value(&mut self, bytes: &mut Bytes<'_>) -> Result<Value, Malformed> {
        match self.slot(bytes)? {
            Some(value) => Ok(value),
            None => Err(bytes.malformed("hole outside of an array")),
        }
    }

    /// A value, or None for an array's hole.
    pub(super) fn slot(&mut self, bytes: &mut Bytes<'_>) -> Result<Option<Value>, Malformed> {
        let tag = bytes.byte()?;
        Ok(Some(match tag {
            0..=0x7f => Value::Number(f64::from(tag)),
            0x80 => Value::Undefined,
            0x81 => Value::Null,
            0x82 => Value::Boolean(true),
            0x83 => Value::Boolean(false),
            0x84 => Value::Number(bytes.zigzag()? as f64),
            0x85 => Value::Number(bytes.float()?),
            0x86 => {
                let id = bytes.varint()?;
                Value::String(self.known_string(id, bytes)?)
            }
            0x87 => {
                let text = bytes.text()?;
                Value::String(self.new_string(text, bytes)?)
            }
            0x88 => {
                let idx = bytes.byte()?;
                let text = bytes.text()?;
                *self.recent_mut(idx, bytes)? = text.clone();
                Value::String(text)
            }
            0x89 => Value::BigInt(bytes.text()?),
            0x8a => Value::Symbol(bytes.text()?),
            0x8b => {
                let idx = bytes.byte()?;
                Value::String(self.recent_mut(idx, bytes)?.clone())
            }
            0x8c => {
                let idx = bytes.byte()?;
                let suffix = bytes.text()?;
                let recent = self.recent_mut(idx, bytes)?;
                let grown: Text = Arc::from(format!("{recent}{suffix}"));
                *recent = grown.clone();
                Value::String(grown)
            }
            0x8d => Value::String(bytes.text()?),
            0x8e => {
                let id = bytes.varint()?;
                self.last_mentioned = id;
                Value::Object(self.object_id(id, bytes)?)
            }
            0x8f => return Ok(None),
            // How many were made since.
            0x90..=0xaf => {
                let id = self.last_born.checked_sub(u32::from(tag - 0x90));
                Value::Object(self.object_id(id.unwrap_or_default(), bytes)?)
            }
            // The distance from the one mentioned last.
            0xb0..=0xff => {
                let id = self.last_mentioned.checked_add_signed(i32::from(tag) - 0xd0);
                self.last_mentioned = id.unwrap_or_default();
                Value::Object(self.object_id(self.last_mentioned, bytes)?)
            }
        }))
    }

    pub(super) fn values(&mut self, bytes: &mut Bytes<'_>) -> Result<Vec<Value>, Malformed> {
        let n_values = bytes.varint()?;
        let n_values = bytes.count(n_values)?;
        (0..n_values).map(|_| self.value(bytes)).collect()
    }

    pub(super) fn known_string(&self, id: u32, bytes: &Bytes<'_>) -> Result<Text, Malformed> {
        self.strings
            .get(id as usize)
            .cloned()
            .ok_or(bytes.malformed("unknown string"))
    }

    pub(super) fn new_string(&mut self, text: Text, bytes: &Bytes<'_>) -> Result<Text, Malformed> {
        if self.strings.len() >= MAX_STRINGS {
            return Err(bytes.malformed("too many strings"));
        }
        self.strings.push(text.clone());
        Ok(text)
    }

    pub(super) fn recent_mut(&mut self, idx: u8, bytes: &Bytes<'_>) -> Result<&mut Text, Malformed> {
        self.recent
            .get_mut(usize::from(idx))
            .ok_or(bytes.malformed("unknown string"))
    }

    pub(super) fn key(&mut self, bytes: &mut Bytes<'_>) -> Result<Key, Malformed> {
        Ok(match bytes.varint()? {
            0 => {
                let text = bytes.text()?;
                Key::Name(self.new_string(text, bytes)?)
            }
            1 => Key::Index(bytes.varint()?),
            2 => Key::Symbol(bytes.text()?),
            id => Key::Name(self.known_string(id - 3, bytes)?),
        })
    }

    /// What an object literal calls the properties of what it makes.
    pub(super) fn literal(&mut self, bytes: &mut Bytes<'_>) -> Result<(), Malformed> {
        let literal = bytes.varint()?;
        let n_keys = bytes.varint()?;
        let n_keys = bytes.count(n_keys)?;
        let keys = (0..n_keys)
            .map(|_| match self.key(bytes)? {
                Key::Name(name) => Ok(name),
                Key::Index(_) | Key::Symbol(_) => Err(bytes.malformed("unnamed property")),
            })
            .collect::<Result<_, _>>()?;
        self.literals.insert(literal, keys);
        Ok(())
    }

    /// What an object literal has made.
    pub(super) fn object_birth(&mut self, bytes: &mut Bytes<'_>) -> Result<Record, Malformed> {
        let literal = bytes.varint()?;
        let object = self.born_object(bytes)?;
        let keys = self.literals.get(&literal).cloned();
        let keys = keys.ok_or(bytes.malformed("unknown literal"))?;
        let mut properties = Vec::with_capacity(keys.len());
        for key in keys {
            properties.push(Property {
                key: Key::Name(key),
                value: Slot::Value(self.value(bytes)?),
                flags: 7,
            });
        }
        let n_properties = properties.len() as u32;
        Ok(born(
            object,
            "Object",
            ObjectKind::Plain,
            properties,
            n_properties,
        ))
    }

    /// The same of an array literal.
    pub(super) fn array_birth(&mut self, bytes: &mut Bytes<'_>) -> Result<Record, Malformed> {
        let length = bytes.varint()?;
        let n_elements = bytes.count(length)?;
        let object = self.born_object(bytes)?;
        let elements = (0..n_elements)
            .map(|_| self.slot(bytes))
            .collect::<Result<_, _>>()?;
        Ok(born(
            object,
            "Array",
            ObjectKind::Array { length, elements },
            Vec::new(),
            0,
        ))
    }

    /// An object that has just been made, told by how many got numbers since the last such.
    fn born_object(&mut self, bytes: &mut Bytes<'_>) -> Result<ObjectId, Malformed> {
        self.last_born = self.last_born.saturating_add(bytes.varint()?);
        self.object_id(self.last_born, bytes)
    }

    pub(super) fn object_state(
        &mut self,
        bytes: &mut Bytes<'_>,
        scripts: &Scripts,
    ) -> Result<Record, Malformed> {
        let object = self.object(bytes)?;
        let Key::Name(class_name) = self.key(bytes)? else {
            return Err(bytes.malformed("class without a name"));
        };
        let prototype = match bytes.varint()? {
            0 => None,
            id => Some(self.object_id(id - 1, bytes)?),
        };
        let kind = self.object_kind(bytes, scripts)?;
        let n_properties = bytes.varint()?;
        let n_written = bytes.varint()?;
        let n_written = bytes.count(n_written)?;
        let mut properties = Vec::with_capacity(n_written);
        for _ in 0..n_written {
            let key = self.key(bytes)?;
            let flags = bytes.byte()?;
            let value = if flags & 8 == 0 {
                Slot::Value(self.value(bytes)?)
            } else {
                Slot::Accessor {
                    get: self.optional_object(bytes)?,
                    set: self.optional_object(bytes)?,
                }
            };
            properties.push(Property {
                key,
                value,
                flags: flags & 7,
            });
        }
        let state = Box::new(ObjectState {
            class_name,
            prototype,
            kind,
            properties,
            n_properties,
        });
        Ok(Record::Object { object, state })
    }

    pub(super) fn optional_object(&mut self, bytes: &mut Bytes<'_>) -> Result<Option<ObjectId>, Malformed> {
        match bytes.varint()? {
            0 => Ok(None),
            id => self.object_id(id, bytes).map(Some),
        }
    }

    pub(super) fn object_kind(
        &mut self,
        bytes: &mut Bytes<'_>,
        scripts: &Scripts,
    ) -> Result<ObjectKind, Malformed> {
        Ok(match bytes.byte()? {
            0 => ObjectKind::Plain,
            1 => {
                let length = bytes.varint()?;
                let n_elements = bytes.varint()?;
                let n_elements = bytes.count(n_elements)?;
                let elements = (0..n_elements)
                    .map(|_| self.slot(bytes))
                    .collect::<Result<_, _>>()?;
                ObjectKind::Array { length, elements }
            }
            2 => ObjectKind::TypedArray {
                length: bytes.varint()?,
                elements: self.values(bytes)?,
            },
            3 => {
                let size = bytes.varint()?;
                let n_entries = bytes.varint()?;
                let n_entries = bytes.count(n_entries)?;
                let entries = (0..n_entries)
                    .map(|_| Ok((self.value(bytes)?, self.value(bytes)?)))
                    .collect::<Result<_, _>>()?;
                ObjectKind::Map { size, entries }
            }
            4 => ObjectKind::Set {
                size: bytes.varint()?,
                entries: self.values(bytes)?,
            },
            5 => ObjectKind::Weak,
            6 => {
                let name = bytes.text()?;
                let id = bytes.varint()?;
                // The number stands in the function's own text: a page may have written any.
                let function = id
                    .checked_sub(1)
                    .map(FunctionId)
                    .filter(|&id| scripts.function(id).is_some());
                ObjectKind::Function { name, function }
            }
            7 => ObjectKind::Date(bytes.float()?),
            8 => ObjectKind::RegExp(bytes.text()?),
            9 => {
                let message = bytes.text()?;
                let stack = bytes.text()?;
                ObjectKind::Error {
                    message,
                    stack: Arc::from(stack::clean(&stack, scripts)),
                }
            }
            10 => ObjectKind::Promise,
            11 => ObjectKind::Boxed(self.value(bytes)?),
            12 => self.node(bytes)?,
            13 => ObjectKind::Proxy,
            14 => ObjectKind::Window,
            15 => ObjectKind::Opaque,
            _ => return Err(bytes.malformed("unknown kind of object")),
        })
    }

    pub(super) fn node(&mut self, bytes: &mut Bytes<'_>) -> Result<ObjectKind, Malformed> {
        let node_type = bytes.byte()?;
        let node_name = bytes.text()?;
        let node_value = if bytes.byte()? == 0 {
            None
        } else {
            Some(bytes.text()?)
        };
        let n_attributes = bytes.varint()?;
        let n_attributes = bytes.count(n_attributes)?;
        let attributes = (0..n_attributes)
            .map(|_| Ok((bytes.text()?, bytes.text()?)))
            .collect::<Result<_, _>>()?;
        Ok(ObjectKind::Node {
            node_type,
            node_name,
            node_value,
            attributes,
        })
    }
}

fn born(
    object: ObjectId,
    class_name: &str,
    kind: ObjectKind,
    properties: Vec<Property>,
    n_properties: u32,
) -> Record {
    let state = ObjectState {
        class_name: Arc::from(class_name),
        prototype: None,
        kind,
        properties,
        n_properties,
    };
    Record::Object {
        object,
        state: Box::new(state),
    }
}
