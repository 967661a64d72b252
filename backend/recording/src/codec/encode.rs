//! Records to bytes.

use std::collections::HashMap;

use super::{Context, N_LATEST, STATIC, as_integer, kind, op, tag};
use crate::{
    bytes::{put_varint, put_zigzag, zigzag},
    ids::{BindingId, InstanceId, ObjectId, SiteId},
    record::Record,
    tracker::Tracker,
    value::{Key, ObjectKind, ObjectState, Property, Slot, Text, Value},
};

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
        let integer = as_integer(number);
        let small = integer.and_then(|integer| u8::try_from(integer - tag::SMALLEST).ok());
        if let Some(small) = small.filter(|&small| small < u8::MAX - tag::SMALL + 1) {
            return self.out.push(tag::SMALL + small);
        }
        let latest = self.context.latest;
        let again = (0..N_LATEST).find(|&n| latest.get(n).to_bits() == number.to_bits());
        if let Some(n_since) = again {
            return self.out.push(tag::AGAIN + n_since);
        }
        self.context.latest.push(number);
        let Some(integer) = integer else {
            self.out.push(tag::DOUBLE);
            return self.out.extend(number.to_le_bytes());
        };
        let distance = |n_since| Some(integer - as_integer(latest.get(n_since))?);
        let near = (0..N_LATEST).find_map(|n_since| {
            let distance = distance(n_since).filter(|distance| (-64..64).contains(distance))?;
            Some((n_since, distance))
        });
        match near {
            Some((n_since, distance)) => {
                self.out.push(tag::NEAR + n_since);
                put_zigzag(&mut self.out, distance);
            }
            None => {
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
