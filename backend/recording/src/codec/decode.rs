//! Bytes to records, whatever the bytes.

use super::{Context, Frames, STATIC, as_integer, kind, op, tag};
use crate::{
    bytes::{Cursor, DecodeError, unzigzag},
    ids::{BindingId, FunctionId, InstanceId, ObjectId, ScopeId, SiteId},
    limits::MAX_LIST_LEN,
    point::Micros,
    record::Record,
    value::{Key, ObjectKind, ObjectState, Property, Slot, Text, Value},
};

/// Reads the records of one chunk.
#[derive(Clone)]
pub(crate) struct Decoder<'a> {
    pub(super) bytes: Cursor<'a>,
    pub(super) strings: &'a [Text],
    pub(super) context: Context,
    pub(super) frames: Frames<'a>,
}

impl<'a> Decoder<'a> {
    /// Starts at `position` of `rows`, where the context is as given.
    pub(crate) fn new(
        rows: &'a [u8],
        position: usize,
        strings: &'a [Text],
        context: Context,
        frames: Frames<'a>,
    ) -> Self {
        Self {
            bytes: Cursor::at(rows, position),
            strings,
            context,
            frames,
        }
    }

    pub(crate) fn position(&self) -> usize {
        self.bytes.position()
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(crate) fn context(&self) -> Context {
        self.context
    }

    /// Reads the next record.
    #[inline]
    pub(crate) fn record(&mut self) -> Result<Record, DecodeError> {
        let op = self.bytes.u8()?;
        // About every second record: worth a way of its own.
        if op >= op::STEP {
            return self.step(i64::from(op - op::STEP) + op::NEAREST);
        }
        self.other_record(op)
    }

    fn other_record(&mut self, op: u8) -> Result<Record, DecodeError> {
        Ok(match op {
            op::TICK => {
                let time = self.context.time.wrapping_add(self.bytes.zigzag()? as u64);
                self.context.time = time;
                Record::Tick(Micros(time))
            }
            op::FAR_STEP => {
                let distance = self.bytes.zigzag()?;
                self.step(distance)?
            }
            op::ENTER => {
                let function = FunctionId(self.bytes.u32()?);
                let parent = self.instance()?;
                let header = self.bytes.varint()?;
                let this = if header & 1 == 1 {
                    Some(self.value()?)
                } else {
                    None
                };
                let n_arguments = usize::try_from(header >> 1).map_err(|_| DecodeError::EndsEarly)?;
                let arguments = self.n_values(n_arguments)?;
                let instance = self.begin_instance();
                self.frames.since.push(instance);
                Record::Enter {
                    function,
                    parent,
                    this,
                    arguments,
                }
            }
            op::LEAVE => {
                self.frames.pop();
                Record::Leave
            }
            op::RETURN => Record::Return(self.value()?),
            op::END => Record::End,
            op::THROW => Record::Throw(self.value()?),
            op::CATCH => Record::Catch,
            op::SUSPEND => {
                self.frames.pop();
                Record::Suspend
            }
            op::RESUME => {
                let instance = self.instance()?;
                self.frames.since.push(instance.0);
                Record::Resume(instance)
            }
            op::WRITE_OWN | op::WRITE => {
                let (owner, binding) = self.variable(op == op::WRITE_OWN)?;
                Record::Write {
                    owner,
                    binding,
                    value: self.value()?,
                }
            }
            op::APPEND_OWN | op::APPEND => {
                let (owner, binding) = self.variable(op == op::APPEND_OWN)?;
                Record::Append {
                    owner,
                    binding,
                    suffix: self.value()?,
                }
            }
            op::SCOPE => {
                let record = Record::Scope {
                    scope: ScopeId(self.bytes.u32()?),
                    parent: self.instance()?,
                };
                self.begin_instance();
                record
            }
            op::SCOPE_COPY => {
                let record = Record::ScopeCopy {
                    scope: ScopeId(self.bytes.u32()?),
                    from: self.instance()?,
                };
                self.begin_instance();
                record
            }
            op::OBJECT => Record::Object {
                object: self.object()?,
                state: Box::new(self.object_state()?),
            },
            op::PROPERTY => Record::Property {
                object: self.object()?,
                key: self.key()?,
                value: self.value()?,
            },
            op::PROPERTY_DELETE => Record::PropertyDelete {
                object: self.object()?,
                key: self.key()?,
            },
            op::SPLICE => Record::Splice {
                object: self.object()?,
                start: self.bytes.u32()?,
                n_removed: self.bytes.u32()?,
                inserted: self.values()?,
            },
            op::MAP_SET => Record::MapSet {
                object: self.object()?,
                key: self.value()?,
                value: self.value()?,
            },
            op::SET_ADD => Record::SetAdd {
                object: self.object()?,
                value: self.value()?,
            },
            op::ENTRY_DELETE => Record::EntryDelete {
                object: self.object()?,
                key: self.value()?,
            },
            op::ENTRIES_CLEAR => Record::EntriesClear {
                object: self.object()?,
            },
            op::MARK => Record::Mark,
            _ => {
                return Err(DecodeError::UnknownTag {
                    what: "operation",
                    tag: u64::from(op),
                });
            }
        })
    }

    #[inline]
    fn step(&mut self, distance: i64) -> Result<Record, DecodeError> {
        self.context.site = near(self.context.site, distance)?;
        Ok(Record::Step(SiteId(self.context.site)))
    }

    pub(super) fn begin_instance(&mut self) -> u32 {
        let instance = self.context.next_instance;
        self.context.next_instance = instance.saturating_add(1);
        instance
    }

    pub(super) fn instance(&mut self) -> Result<InstanceId, DecodeError> {
        let Some(below) = self.bytes.varint()?.checked_sub(STATIC + 1) else {
            return Ok(InstanceId::STATIC);
        };
        let below = unzigzag(below).checked_neg().ok_or(DecodeError::OutOfRange)?;
        near(self.context.next_instance, below).map(InstanceId)
    }

    pub(super) fn variable(&mut self, is_own: bool) -> Result<(InstanceId, BindingId), DecodeError> {
        let owner = match is_own {
            true => InstanceId(
                self.frames
                    .top()
                    .ok_or(DecodeError::Dangling("the running frame"))?,
            ),
            false => self.instance()?,
        };
        Ok((owner, BindingId(self.bytes.u32()?)))
    }

    pub(super) fn object(&mut self) -> Result<ObjectId, DecodeError> {
        let distance = self.bytes.zigzag()?;
        self.context.object = near(self.context.object, distance)?;
        Ok(ObjectId(self.context.object))
    }

    pub(super) fn optional_object(&mut self) -> Result<Option<ObjectId>, DecodeError> {
        if self.flag()? {
            self.object().map(Some)
        } else {
            Ok(None)
        }
    }

    pub(super) fn flag(&mut self) -> Result<bool, DecodeError> {
        match self.bytes.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            tag => Err(DecodeError::UnknownTag {
                what: "flag",
                tag: u64::from(tag),
            }),
        }
    }

    fn text(&mut self) -> Result<Text, DecodeError> {
        let id = usize::try_from(self.bytes.varint()?).map_err(|_| DecodeError::OutOfRange)?;
        self.strings
            .get(id)
            .cloned()
            .ok_or(DecodeError::Dangling("a string"))
    }

    fn key(&mut self) -> Result<Key, DecodeError> {
        match self.bytes.u8()? {
            0 => self.text().map(Key::Name),
            1 => self.bytes.u32().map(Key::Index),
            2 => self.text().map(Key::Symbol),
            tag => Err(DecodeError::UnknownTag {
                what: "key",
                tag: u64::from(tag),
            }),
        }
    }

    fn value(&mut self) -> Result<Value, DecodeError> {
        let tag = self.bytes.u8()?;
        self.tagged_value(tag)
    }

    #[inline]
    fn tagged_value(&mut self, tag: u8) -> Result<Value, DecodeError> {
        if tag >= tag::SMALL {
            return Ok(Value::Number(
                (i64::from(tag - tag::SMALL) + tag::SMALLEST) as f64,
            ));
        }
        Ok(match tag {
            tag::UNDEFINED => Value::Undefined,
            tag::NULL => Value::Null,
            tag::FALSE => Value::Boolean(false),
            tag::TRUE => Value::Boolean(true),
            tag::UNINITIALIZED => Value::Uninitialized,
            tag::UNAVAILABLE => Value::Unavailable,
            tag::DOUBLE => Value::Number(self.double()?),
            tag::STRING => Value::String(self.text()?),
            tag::BIG_INT => Value::BigInt(self.text()?),
            tag::SYMBOL => Value::Symbol(self.text()?),
            tag::OBJECT => Value::Object(self.object()?),
            tag::INTEGER => Value::Number(self.integer()?),
            tag::AGAIN..tag::NEAR => Value::Number(self.context.latest.get(tag - tag::AGAIN)),
            tag::NEAR..tag::AFTER_NEAR => Value::Number(self.near_number(tag - tag::NEAR)?),
            _ => {
                return Err(DecodeError::UnknownTag {
                    what: "value",
                    tag: u64::from(tag),
                });
            }
        })
    }

    #[inline]
    pub(super) fn double(&mut self) -> Result<f64, DecodeError> {
        let number = f64::from_le_bytes(self.bytes.array()?);
        self.context.latest.push(number);
        Ok(number)
    }

    #[inline]
    pub(super) fn integer(&mut self) -> Result<f64, DecodeError> {
        let number = self.bytes.zigzag()? as f64;
        self.context.latest.push(number);
        Ok(number)
    }

    /// An integer, by its distance from one after which so many numbers came.
    #[inline]
    pub(super) fn near_number(&mut self, n_since: u8) -> Result<f64, DecodeError> {
        let distance = self.bytes.zigzag()?;
        let base = as_integer(self.context.latest.get(n_since)).ok_or(DecodeError::OutOfRange)?;
        let number = base.checked_add(distance).ok_or(DecodeError::OutOfRange)? as f64;
        self.context.latest.push(number);
        Ok(number)
    }

    fn optional_value(&mut self) -> Result<Option<Value>, DecodeError> {
        match self.bytes.u8()? {
            tag::NOTHING => Ok(None),
            tag => self.tagged_value(tag).map(Some),
        }
    }

    pub(super) fn number(&mut self) -> Result<f64, DecodeError> {
        match self.value()? {
            Value::Number(number) => Ok(number),
            _ => Err(DecodeError::Malformed("a number was expected")),
        }
    }

    fn values(&mut self) -> Result<Vec<Value>, DecodeError> {
        let n_values = self.count(1)?;
        self.n_values(n_values)
    }

    pub(super) fn count(&mut self, min_bytes: usize) -> Result<usize, DecodeError> {
        let count = self.bytes.count(min_bytes)?;
        if count > MAX_LIST_LEN {
            Err(DecodeError::OutOfRange)
        } else {
            Ok(count)
        }
    }

    pub(super) fn check_n_values(&self, n_values: usize) -> Result<(), DecodeError> {
        match n_values > self.bytes.remaining().min(MAX_LIST_LEN) {
            true => Err(DecodeError::EndsEarly),
            false => Ok(()),
        }
    }

    fn n_values(&mut self, n_values: usize) -> Result<Vec<Value>, DecodeError> {
        self.check_n_values(n_values)?;
        let mut values = Vec::with_capacity(n_values);
        for _ in 0..n_values {
            values.push(self.value()?);
        }
        Ok(values)
    }

    fn object_state(&mut self) -> Result<ObjectState, DecodeError> {
        let class_name = self.text()?;
        let prototype = self.optional_object()?;
        let kind = self.object_kind()?;
        let n_properties = self.bytes.u32()?;
        let n_stored = self.count(4)?;
        let properties = (0..n_stored).map(|_| self.property()).collect::<Result<_, _>>()?;
        Ok(ObjectState {
            class_name,
            prototype,
            kind,
            properties,
            n_properties,
        })
    }

    fn property(&mut self) -> Result<Property, DecodeError> {
        let key = self.key()?;
        let flags = self.bytes.u8()?;
        let value = match self.optional_value()? {
            Some(value) => Slot::Value(value),
            None => Slot::Accessor {
                get: self.optional_object()?,
                set: self.optional_object()?,
            },
        };
        Ok(Property { key, value, flags })
    }

    fn object_kind(&mut self) -> Result<ObjectKind, DecodeError> {
        Ok(match self.bytes.u8()? {
            kind::PLAIN => ObjectKind::Plain,
            kind::ARRAY => {
                let length = self.bytes.u32()?;
                let n_elements = self.count(1)?;
                let elements = (0..n_elements)
                    .map(|_| self.optional_value())
                    .collect::<Result<_, _>>()?;
                ObjectKind::Array { length, elements }
            }
            kind::TYPED_ARRAY => ObjectKind::TypedArray {
                length: self.bytes.u32()?,
                elements: self.values()?,
            },
            kind::MAP => {
                let size = self.bytes.u32()?;
                let n_entries = self.count(2)?;
                let entries = (0..n_entries)
                    .map(|_| Ok((self.value()?, self.value()?)))
                    .collect::<Result<_, _>>()?;
                ObjectKind::Map { size, entries }
            }
            kind::SET => ObjectKind::Set {
                size: self.bytes.u32()?,
                entries: self.values()?,
            },
            kind::WEAK => ObjectKind::Weak,
            kind::FUNCTION => {
                let name = self.text()?;
                let function = match self.bytes.varint()?.checked_sub(1) {
                    None => None,
                    Some(id) => Some(FunctionId(
                        u32::try_from(id).map_err(|_| DecodeError::OutOfRange)?,
                    )),
                };
                ObjectKind::Function { name, function }
            }
            kind::DATE => ObjectKind::Date(self.number()?),
            kind::REG_EXP => ObjectKind::RegExp(self.text()?),
            kind::ERROR => ObjectKind::Error {
                message: self.text()?,
                stack: self.text()?,
            },
            kind::PROMISE => ObjectKind::Promise,
            kind::BOXED => ObjectKind::Boxed(self.value()?),
            kind::NODE => {
                let node_type = self.bytes.u8()?;
                let node_name = self.text()?;
                let node_value = if self.flag()? { Some(self.text()?) } else { None };
                let n_attributes = self.count(2)?;
                let attributes = (0..n_attributes)
                    .map(|_| Ok((self.text()?, self.text()?)))
                    .collect::<Result<_, _>>()?;
                ObjectKind::Node {
                    node_type,
                    node_name,
                    node_value,
                    attributes,
                }
            }
            kind::PROXY => ObjectKind::Proxy,
            kind::WINDOW => ObjectKind::Window,
            kind::OPAQUE => ObjectKind::Opaque,
            tag => {
                return Err(DecodeError::UnknownTag {
                    what: "object kind",
                    tag: u64::from(tag),
                });
            }
        })
    }
}

/// An id at a distance from another.
#[inline]
pub(super) fn near(id: u32, distance: i64) -> Result<u32, DecodeError> {
    i64::from(id)
        .checked_add(distance)
        .and_then(|sum| u32::try_from(sum).ok())
        .ok_or(DecodeError::OutOfRange)
}
