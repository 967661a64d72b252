//! Records as bytes. A row is one operation byte and its operands; operands are kept small by what came before:
//! sites as the distance from the last site, instances as the distance from the next one, objects from the last one,
//! variables of the running frame without their owner, each distinct string once per chunk.
//!
//! `docs/recording-format.md` has the table of operations; [`Encoder::record`] and [`Decoder::record`] mirror it.

use std::collections::HashMap;

use crate::{
    bytes::{Cursor, DecodeError, put_varint, put_zigzag, unzigzag, zigzag},
    ids::{BindingId, FunctionId, InstanceId, ObjectId, ScopeId, SiteId},
    limits::MAX_LIST_LEN,
    point::Micros,
    record::Record,
    tracker::Tracker,
    value::{Key, ObjectKind, ObjectState, Property, Slot, Text, Value},
};

/// Operations. Bytes from [`op::STEP`] on are steps whose site is near the last one.
mod op {
    pub(super) const TICK: u8 = 0;
    pub(super) const FAR_STEP: u8 = 1;
    pub(super) const ENTER: u8 = 2;
    pub(super) const LEAVE: u8 = 3;
    pub(super) const RETURN: u8 = 4;
    pub(super) const END: u8 = 5;
    pub(super) const THROW: u8 = 6;
    pub(super) const CATCH: u8 = 7;
    pub(super) const SUSPEND: u8 = 8;
    pub(super) const RESUME: u8 = 9;
    pub(super) const WRITE_OWN: u8 = 10;
    pub(super) const WRITE: u8 = 11;
    pub(super) const APPEND_OWN: u8 = 12;
    pub(super) const APPEND: u8 = 13;
    pub(super) const SCOPE: u8 = 14;
    pub(super) const SCOPE_COPY: u8 = 15;
    pub(super) const OBJECT: u8 = 16;
    pub(super) const PROPERTY: u8 = 17;
    pub(super) const PROPERTY_DELETE: u8 = 18;
    pub(super) const SPLICE: u8 = 19;
    pub(super) const MAP_SET: u8 = 20;
    pub(super) const SET_ADD: u8 = 21;
    pub(super) const ENTRY_DELETE: u8 = 22;
    pub(super) const ENTRIES_CLEAR: u8 = 23;
    pub(super) const MARK: u8 = 24;
    /// First of the 224 near steps: distances [`NEAREST`]… of the site from the last one.
    pub(super) const STEP: u8 = 32;
    pub(super) const NEAREST: i64 = -64;
}

/// Tags of values. Bytes from [`tag::SMALL`] on are small integers.
mod tag {
    pub(super) const UNDEFINED: u8 = 0;
    pub(super) const NULL: u8 = 1;
    pub(super) const FALSE: u8 = 2;
    pub(super) const TRUE: u8 = 3;
    pub(super) const UNINITIALIZED: u8 = 4;
    pub(super) const UNAVAILABLE: u8 = 5;
    pub(super) const DOUBLE: u8 = 6;
    pub(super) const STRING: u8 = 7;
    pub(super) const BIG_INT: u8 = 8;
    pub(super) const SYMBOL: u8 = 9;
    pub(super) const OBJECT: u8 = 10;
    pub(super) const INTEGER: u8 = 11;
    /// An array's hole, or no value at all.
    pub(super) const NOTHING: u8 = 12;
    /// First of the 224 small integers, from [`SMALLEST`] on.
    pub(super) const SMALL: u8 = 32;
    pub(super) const SMALLEST: i64 = -16;
}

/// Tags of [`ObjectKind`].
mod kind {
    pub(super) const PLAIN: u8 = 0;
    pub(super) const ARRAY: u8 = 1;
    pub(super) const TYPED_ARRAY: u8 = 2;
    pub(super) const MAP: u8 = 3;
    pub(super) const SET: u8 = 4;
    pub(super) const WEAK: u8 = 5;
    pub(super) const FUNCTION: u8 = 6;
    pub(super) const DATE: u8 = 7;
    pub(super) const REG_EXP: u8 = 8;
    pub(super) const ERROR: u8 = 9;
    pub(super) const PROMISE: u8 = 10;
    pub(super) const BOXED: u8 = 11;
    pub(super) const NODE: u8 = 12;
    pub(super) const PROXY: u8 = 13;
    pub(super) const WINDOW: u8 = 14;
    pub(super) const OPAQUE: u8 = 15;
}

/// Instance operands: [`STATIC`], or this plus the zigzag of the distance below the next instance.
const STATIC: u64 = 0;

/// What the operands of the next record are relative to, but for the frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Context {
    time: u64,
    site: u32,
    next_instance: u32,
    object: u32,
}

impl Context {
    /// At the beginning of a chunk.
    pub(crate) fn at(keyframe: &Tracker) -> Self {
        Self {
            time: keyframe.time.0,
            site: 0,
            next_instance: keyframe.next_instance.0,
            object: 0,
        }
    }
}

/// Writes the records and strings of one chunk.
pub(crate) struct Encoder {
    out: Vec<u8>,
    context: Context,
    frames: Vec<InstanceId>,
    string_ids: HashMap<Text, u64>,
    strings: Vec<Text>,
    n_string_bytes: usize,
}

impl Encoder {
    /// Begins a chunk at this state.
    pub(crate) fn new(keyframe: &Tracker) -> Self {
        Self {
            out: Vec::new(),
            context: Context::at(keyframe),
            frames: keyframe.stack.iter().map(|frame| frame.instance).collect(),
            string_ids: HashMap::new(),
            strings: Vec::new(),
            n_string_bytes: 0,
        }
    }

    /// Bytes of records and strings so far.
    pub(crate) fn n_bytes(&self) -> usize {
        self.out.len() + self.n_string_bytes
    }

    /// The rows, and the strings they number.
    pub(crate) fn finish(self) -> (Vec<u8>, Vec<Text>) {
        (self.out, self.strings)
    }

    /// Appends one record.
    pub(crate) fn record(&mut self, record: &Record) {
        match record {
            Record::Tick(time) => {
                self.out.push(op::TICK);
                put_zigzag(&mut self.out, time.0.wrapping_sub(self.context.time) as i64);
                self.context.time = time.0;
            }
            Record::Step(site) => self.step(*site),
            Record::Enter {
                function,
                parent,
                this,
                arguments,
            } => {
                self.out.push(op::ENTER);
                put_varint(&mut self.out, u64::from(function.0));
                self.instance(*parent);
                put_varint(
                    &mut self.out,
                    (arguments.len() as u64) << 1 | u64::from(this.is_some()),
                );
                this.iter().chain(arguments).for_each(|value| self.value(value));
                let instance = self.begin_instance();
                self.frames.push(instance);
            }
            Record::Leave => {
                self.out.push(op::LEAVE);
                self.frames.pop();
            }
            Record::Return(value) => self.with_value(op::RETURN, value),
            Record::End => self.out.push(op::END),
            Record::Throw(value) => self.with_value(op::THROW, value),
            Record::Catch => self.out.push(op::CATCH),
            Record::Suspend => {
                self.out.push(op::SUSPEND);
                self.frames.pop();
            }
            Record::Resume(instance) => {
                self.out.push(op::RESUME);
                self.instance(*instance);
                self.frames.push(*instance);
            }
            Record::Write {
                owner,
                binding,
                value,
            } => {
                self.variable(op::WRITE_OWN, op::WRITE, *owner, *binding);
                self.value(value);
            }
            Record::Append {
                owner,
                binding,
                suffix,
            } => {
                self.variable(op::APPEND_OWN, op::APPEND, *owner, *binding);
                self.value(suffix);
            }
            Record::Scope { scope, parent } => {
                self.out.push(op::SCOPE);
                put_varint(&mut self.out, u64::from(scope.0));
                self.instance(*parent);
                self.begin_instance();
            }
            Record::ScopeCopy { scope, from } => {
                self.out.push(op::SCOPE_COPY);
                put_varint(&mut self.out, u64::from(scope.0));
                self.instance(*from);
                self.begin_instance();
            }
            Record::Object { object, state } => {
                self.with_object(op::OBJECT, *object);
                self.object_state(state);
            }
            Record::Property { object, key, value } => {
                self.with_object(op::PROPERTY, *object);
                self.key(key);
                self.value(value);
            }
            Record::PropertyDelete { object, key } => {
                self.with_object(op::PROPERTY_DELETE, *object);
                self.key(key);
            }
            Record::Splice {
                object,
                start,
                n_removed,
                inserted,
            } => {
                self.with_object(op::SPLICE, *object);
                put_varint(&mut self.out, u64::from(*start));
                put_varint(&mut self.out, u64::from(*n_removed));
                self.values(inserted);
            }
            Record::MapSet { object, key, value } => {
                self.with_object(op::MAP_SET, *object);
                self.value(key);
                self.value(value);
            }
            Record::SetAdd { object, value } => {
                self.with_object(op::SET_ADD, *object);
                self.value(value);
            }
            Record::EntryDelete { object, key } => {
                self.with_object(op::ENTRY_DELETE, *object);
                self.value(key);
            }
            Record::EntriesClear { object } => self.with_object(op::ENTRIES_CLEAR, *object),
            Record::Mark => self.out.push(op::MARK),
        }
    }

    fn step(&mut self, site: SiteId) {
        let distance = i64::from(site.0) - i64::from(self.context.site);
        self.context.site = site.0;
        match u8::try_from(distance - op::NEAREST) {
            Ok(near) if near < u8::MAX - op::STEP + 1 => self.out.push(op::STEP + near),
            _ => {
                self.out.push(op::FAR_STEP);
                put_zigzag(&mut self.out, distance);
            }
        }
    }

    fn begin_instance(&mut self) -> InstanceId {
        let instance = self.context.next_instance;
        self.context.next_instance = instance.saturating_add(1);
        InstanceId(instance)
    }

    fn instance(&mut self, instance: InstanceId) {
        let below = i64::from(self.context.next_instance) - i64::from(instance.0);
        put_varint(
            &mut self.out,
            if instance == InstanceId::STATIC {
                STATIC
            } else {
                zigzag(below) + 1
            },
        );
    }

    fn variable(&mut self, own: u8, other: u8, owner: InstanceId, binding: BindingId) {
        if self.frames.last() == Some(&owner) {
            self.out.push(own);
        } else {
            self.out.push(other);
            self.instance(owner);
        }
        put_varint(&mut self.out, u64::from(binding.0));
    }

    fn with_value(&mut self, op: u8, value: &Value) {
        self.out.push(op);
        self.value(value);
    }

    fn with_object(&mut self, op: u8, object: ObjectId) {
        self.out.push(op);
        self.object(object);
    }

    fn object(&mut self, object: ObjectId) {
        put_zigzag(
            &mut self.out,
            i64::from(object.0) - i64::from(self.context.object),
        );
        self.context.object = object.0;
    }

    fn optional_object(&mut self, object: Option<ObjectId>) {
        self.out.push(u8::from(object.is_some()));
        if let Some(object) = object {
            self.object(object);
        }
    }

    fn text(&mut self, text: &Text) {
        let next = self.strings.len() as u64;
        let id = match self.string_ids.get(text) {
            Some(id) => *id,
            None => {
                self.string_ids.insert(text.clone(), next);
                self.strings.push(text.clone());
                self.n_string_bytes += text.len();
                next
            }
        };
        put_varint(&mut self.out, id);
    }

    fn key(&mut self, key: &Key) {
        match key {
            Key::Name(name) => {
                self.out.push(0);
                self.text(name);
            }
            Key::Index(index) => {
                self.out.push(1);
                put_varint(&mut self.out, u64::from(*index));
            }
            Key::Symbol(description) => {
                self.out.push(2);
                self.text(description);
            }
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Undefined => self.out.push(tag::UNDEFINED),
            Value::Null => self.out.push(tag::NULL),
            Value::Boolean(false) => self.out.push(tag::FALSE),
            Value::Boolean(true) => self.out.push(tag::TRUE),
            Value::Uninitialized => self.out.push(tag::UNINITIALIZED),
            Value::Unavailable => self.out.push(tag::UNAVAILABLE),
            Value::Number(number) => self.number(*number),
            Value::String(text) => self.with_text(tag::STRING, text),
            Value::BigInt(digits) => self.with_text(tag::BIG_INT, digits),
            Value::Symbol(description) => self.with_text(tag::SYMBOL, description),
            Value::Object(object) => {
                self.out.push(tag::OBJECT);
                self.object(*object);
            }
        }
    }

    fn with_text(&mut self, tag: u8, text: &Text) {
        self.out.push(tag);
        self.text(text);
    }

    fn number(&mut self, number: f64) {
        let integer = number as i64;
        // -0 and NaN differ in their bits from what the integer gives back.
        if (integer as f64).to_bits() != number.to_bits() || integer.unsigned_abs() > 1 << 53 {
            self.out.push(tag::DOUBLE);
            self.out.extend(number.to_le_bytes());
            return;
        }
        match u8::try_from(integer - tag::SMALLEST) {
            Ok(small) if small < u8::MAX - tag::SMALL + 1 => self.out.push(tag::SMALL + small),
            _ => {
                self.out.push(tag::INTEGER);
                put_zigzag(&mut self.out, integer);
            }
        }
    }

    fn values(&mut self, values: &[Value]) {
        put_varint(&mut self.out, values.len() as u64);
        values.iter().for_each(|value| self.value(value));
    }

    fn object_state(&mut self, state: &ObjectState) {
        let ObjectState {
            class_name,
            prototype,
            kind,
            properties,
            n_properties,
        } = state;
        self.text(class_name);
        self.optional_object(*prototype);
        self.object_kind(kind);
        put_varint(&mut self.out, u64::from(*n_properties));
        put_varint(&mut self.out, properties.len() as u64);
        for Property { key, value, flags } in properties {
            self.key(key);
            self.out.push(*flags);
            match value {
                Slot::Value(value) => self.value(value),
                Slot::Accessor { get, set } => {
                    self.out.push(tag::NOTHING);
                    self.optional_object(*get);
                    self.optional_object(*set);
                }
            }
        }
    }

    fn object_kind(&mut self, object_kind: &ObjectKind) {
        match object_kind {
            ObjectKind::Plain => self.out.push(kind::PLAIN),
            ObjectKind::Array { length, elements } => {
                self.out.push(kind::ARRAY);
                put_varint(&mut self.out, u64::from(*length));
                put_varint(&mut self.out, elements.len() as u64);
                for element in elements {
                    match element {
                        Some(value) => self.value(value),
                        None => self.out.push(tag::NOTHING),
                    }
                }
            }
            ObjectKind::TypedArray { length, elements } => {
                self.out.push(kind::TYPED_ARRAY);
                put_varint(&mut self.out, u64::from(*length));
                self.values(elements);
            }
            ObjectKind::Map { size, entries } => {
                self.out.push(kind::MAP);
                put_varint(&mut self.out, u64::from(*size));
                put_varint(&mut self.out, entries.len() as u64);
                for (key, value) in entries {
                    self.value(key);
                    self.value(value);
                }
            }
            ObjectKind::Set { size, entries } => {
                self.out.push(kind::SET);
                put_varint(&mut self.out, u64::from(*size));
                self.values(entries);
            }
            ObjectKind::Weak => self.out.push(kind::WEAK),
            ObjectKind::Function { name, function } => {
                self.out.push(kind::FUNCTION);
                self.text(name);
                put_varint(
                    &mut self.out,
                    function.map_or(0, |function| u64::from(function.0) + 1),
                );
            }
            ObjectKind::Date(millis) => {
                self.out.push(kind::DATE);
                self.number(*millis);
            }
            ObjectKind::RegExp(source) => self.with_text(kind::REG_EXP, source),
            ObjectKind::Error { message, stack } => {
                self.with_text(kind::ERROR, message);
                self.text(stack);
            }
            ObjectKind::Promise => self.out.push(kind::PROMISE),
            ObjectKind::Boxed(value) => self.with_value(kind::BOXED, value),
            ObjectKind::Node {
                node_type,
                node_name,
                node_value,
                attributes,
            } => {
                self.out.push(kind::NODE);
                self.out.push(*node_type);
                self.text(node_name);
                self.out.push(u8::from(node_value.is_some()));
                node_value.iter().for_each(|text| self.text(text));
                put_varint(&mut self.out, attributes.len() as u64);
                for (name, value) in attributes {
                    self.text(name);
                    self.text(value);
                }
            }
            ObjectKind::Proxy => self.out.push(kind::PROXY),
            ObjectKind::Window => self.out.push(kind::WINDOW),
            ObjectKind::Opaque => self.out.push(kind::OPAQUE),
        }
    }
}

/// Instances of the active frames: those below a place, shared by all who start there, and those entered since.
#[derive(Clone, Debug)]
pub(crate) struct Frames<'a> {
    nodes: &'a [Node],
    below: Option<u32>,
    since: Vec<u32>,
}

/// A frame, and the one below it by its place in the list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    /// Its instance.
    pub(crate) instance: u32,
    /// Where the frame below it stands.
    pub(crate) below: Option<u32>,
}

impl<'a> Frames<'a> {
    pub(crate) fn new(nodes: &'a [Node], top: Option<u32>) -> Self {
        Self {
            nodes,
            below: top,
            since: Vec::new(),
        }
    }

    fn node(&self) -> Option<Node> {
        self.nodes.get(self.below? as usize).copied()
    }

    fn top(&self) -> Option<u32> {
        self.since
            .last()
            .copied()
            .or_else(|| self.node().map(|node| node.instance))
    }

    fn pop(&mut self) {
        if self.since.pop().is_none() {
            self.below = self.node().and_then(|node| node.below);
        }
    }
}

/// Reads the records of one chunk.
#[derive(Clone)]
pub(crate) struct Decoder<'a> {
    bytes: Cursor<'a>,
    strings: &'a [Text],
    context: Context,
    frames: Frames<'a>,
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
    pub(crate) fn record(&mut self) -> Result<Record, DecodeError> {
        let op = self.bytes.u8()?;
        if op >= op::STEP {
            return self.step(i64::from(op - op::STEP) + op::NEAREST);
        }
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

    fn begin_instance(&mut self) -> u32 {
        let instance = self.context.next_instance;
        self.context.next_instance = instance.saturating_add(1);
        instance
    }

    fn instance(&mut self) -> Result<InstanceId, DecodeError> {
        let Some(below) = self.bytes.varint()?.checked_sub(STATIC + 1) else {
            return Ok(InstanceId::STATIC);
        };
        let below = unzigzag(below).checked_neg().ok_or(DecodeError::OutOfRange)?;
        near(self.context.next_instance, below).map(InstanceId)
    }

    fn variable(&mut self, is_own: bool) -> Result<(InstanceId, BindingId), DecodeError> {
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

    fn object(&mut self) -> Result<ObjectId, DecodeError> {
        let distance = self.bytes.zigzag()?;
        self.context.object = near(self.context.object, distance)?;
        Ok(ObjectId(self.context.object))
    }

    fn optional_object(&mut self) -> Result<Option<ObjectId>, DecodeError> {
        if self.flag()? {
            self.object().map(Some)
        } else {
            Ok(None)
        }
    }

    fn flag(&mut self) -> Result<bool, DecodeError> {
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
            tag::DOUBLE => Value::Number(f64::from_le_bytes(self.bytes.array()?)),
            tag::STRING => Value::String(self.text()?),
            tag::BIG_INT => Value::BigInt(self.text()?),
            tag::SYMBOL => Value::Symbol(self.text()?),
            tag::OBJECT => Value::Object(self.object()?),
            tag::INTEGER => Value::Number(self.bytes.zigzag()? as f64),
            _ => {
                return Err(DecodeError::UnknownTag {
                    what: "value",
                    tag: u64::from(tag),
                });
            }
        })
    }

    fn optional_value(&mut self) -> Result<Option<Value>, DecodeError> {
        match self.bytes.u8()? {
            tag::NOTHING => Ok(None),
            tag => self.tagged_value(tag).map(Some),
        }
    }

    fn number(&mut self) -> Result<f64, DecodeError> {
        match self.value()? {
            Value::Number(number) => Ok(number),
            _ => Err(DecodeError::Malformed("a number was expected")),
        }
    }

    fn values(&mut self) -> Result<Vec<Value>, DecodeError> {
        let n_values = self.count(1)?;
        self.n_values(n_values)
    }

    fn count(&mut self, min_bytes: usize) -> Result<usize, DecodeError> {
        let count = self.bytes.count(min_bytes)?;
        if count > MAX_LIST_LEN {
            Err(DecodeError::OutOfRange)
        } else {
            Ok(count)
        }
    }

    fn n_values(&mut self, n_values: usize) -> Result<Vec<Value>, DecodeError> {
        if n_values > self.bytes.remaining().min(MAX_LIST_LEN) {
            return Err(DecodeError::EndsEarly);
        }
        (0..n_values).map(|_| self.value()).collect()
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
fn near(id: u32, distance: i64) -> Result<u32, DecodeError> {
    i64::from(id)
        .checked_add(distance)
        .and_then(|sum| u32::try_from(sum).ok())
        .ok_or(DecodeError::OutOfRange)
}
