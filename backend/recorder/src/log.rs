//! Decodes the byte log that the runtime in a page writes (`runtime/log.js`, `objects.js`, `probes.js`) into records.
//!
//! One decoder per document: the page numbers its frames and objects from 1, and the decoder puts them after those of the
//! documents before. A page can send anything: what is not a log ends the decoding of that document and nothing else.

use std::{collections::HashMap, sync::Arc};

use recording::{
    event::{Event, KeyKind, Keyboard, Message, MessageLevel, MessageSource, Mouse, MouseKind, Navigation},
    ids::{BindingId, FunctionId, InstanceId, ObjectId, ScopeId, SiteId},
    record::Record,
    script::Position,
    value::{Key, ObjectKind, ObjectState, Property, Slot, Text, Value},
};

use crate::scripts::Scripts;

/// What a log says, in order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Item {
    /// A record for the file; never a tick or a mark.
    Record(Record),
    /// The clock: microseconds since 1970.
    Tick(u64),
    /// Something for the tables.
    Event(Event),
    /// An uncaught error, and which `Throw` of this document it was thrown by, from 1.
    Uncaught {
        /// The message.
        message: Message,
        /// The throw's number; None if the engine threw it.
        thrown_by: Option<u32>,
    },
}

/// Bytes that are no log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} at byte {offset} of its log")]
pub(crate) struct Malformed {
    what: &'static str,
    offset: usize,
}

/// Frames deeper than this are no real stack.
const MAX_DEPTH: usize = 1 << 16;
/// Frames waiting at an `await` or `yield`, before the oldest are given up.
const MAX_SUSPENDED: usize = 1 << 20;
/// The page empties its table well before.
const MAX_STRINGS: usize = 1 << 20;

/// The decoder of one document's log.
pub(crate) struct LogDecoder {
    /// What is added to the page's numbers.
    base_instance: u32,
    base_object: u32,
    n_instances: u32,
    n_objects: u32,
    strings: Vec<Text>,
    recent: [Text; 8],
    last_site: i64,
    /// Microseconds since 1970.
    clock: u64,
    /// Active frames by the page's numbers, as the records so far have them.
    stack: Vec<(u32, FunctionId)>,
    suspended: HashMap<u32, FunctionId>,
    /// Whether an exception is on its way up, for scripts that do not report how their frames end.
    is_throwing: bool,
    /// Records that could not be placed.
    n_misplaced: u64,
}

impl LogDecoder {
    /// For a document that comes after so many instances and objects.
    pub(crate) fn new(n_instances_before: u32, n_objects_before: u32) -> Self {
        Self {
            base_instance: n_instances_before,
            base_object: n_objects_before,
            n_instances: 0,
            n_objects: 0,
            strings: Vec::new(),
            recent: std::array::from_fn(|_| Text::from("")),
            last_site: 0,
            clock: 0,
            stack: Vec::new(),
            suspended: HashMap::new(),
            is_throwing: false,
            n_misplaced: 0,
        }
    }

    /// How many instances and objects there are with this document's.
    pub(crate) fn totals(&self) -> (u32, u32) {
        (
            self.base_instance + self.n_instances,
            self.base_object + self.n_objects,
        )
    }

    /// How many records belonged to no frame that is known.
    pub(crate) fn n_misplaced(&self) -> u64 {
        self.n_misplaced
    }

    /// Reads a block, which holds whole records.
    ///
    /// # Errors
    /// If the bytes are no log; items before the fault have been handed out.
    pub(crate) fn decode(
        &mut self,
        block: &[u8],
        scripts: &Scripts,
        out: &mut Vec<Item>,
    ) -> Result<(), Malformed> {
        let mut bytes = Bytes {
            rest: block,
            n_total: block.len(),
        };
        while !bytes.rest.is_empty() {
            self.record(&mut bytes, scripts, out)?;
        }
        Ok(())
    }

    /// Ends the document: frames that are still open leave.
    pub(crate) fn close(&mut self, out: &mut Vec<Item>) {
        while self.stack.pop().is_some() {
            out.push(Item::Record(Record::End));
            out.push(Item::Record(Record::Leave));
        }
    }

    fn record(
        &mut self,
        bytes: &mut Bytes<'_>,
        scripts: &Scripts,
        out: &mut Vec<Item>,
    ) -> Result<(), Malformed> {
        let code = bytes.byte()?;
        let record = match code {
            0..=0x7f => return self.step(i64::from(code) - 32, bytes, scripts, out),
            0x80 => {
                let delta = bytes.zigzag()?;
                return self.step(delta, bytes, scripts, out);
            }
            0x81 | 0x82 => return self.enter(code == 0x82, bytes, scripts, out),
            0x83 => {
                self.leave(scripts, out);
                return Ok(());
            }
            0x84 => Record::Return(self.value(bytes)?),
            0x85 => Record::End,
            0x86 => {
                self.is_throwing = true;
                Record::Throw(self.value(bytes)?)
            }
            0x87 => {
                self.is_throwing = false;
                Record::Catch
            }
            0x88 => {
                let Some((serial, function)) = self.stack.pop() else {
                    self.n_misplaced += 1;
                    return Ok(());
                };
                if self.suspended.len() < MAX_SUSPENDED {
                    self.suspended.insert(serial, function);
                }
                Record::Suspend
            }
            0x89 => {
                let serial = self.serial_ago(bytes)?;
                self.resume(serial, out);
                return Ok(());
            }
            0x8a | 0x8c => {
                let binding = BindingId(bytes.varint()?);
                let is_static = scripts
                    .is_static(binding)
                    .ok_or(bytes.malformed("unknown variable"))?;
                let value = self.value(bytes)?;
                let owner = match self.stack.last() {
                    _ if is_static => InstanceId::STATIC,
                    Some(&(serial, _)) => self.instance(serial),
                    None => {
                        self.n_misplaced += 1;
                        return Ok(());
                    }
                };
                write(code == 0x8c, owner, binding, value)
            }
            0x8b | 0x8d => {
                let binding = BindingId(bytes.varint()?);
                scripts
                    .is_static(binding)
                    .ok_or(bytes.malformed("unknown variable"))?;
                let serial = self.serial_ago(bytes)?;
                let value = self.value(bytes)?;
                write(code == 0x8d, self.instance(serial), binding, value)
            }
            0x8e | 0x8f => {
                let scope = ScopeId(bytes.varint()?);
                if !scripts.has_scope(scope) {
                    return Err(bytes.malformed("unknown scope"));
                }
                self.n_instances = self
                    .n_instances
                    .checked_add(1)
                    .ok_or(bytes.malformed("too many frames"))?;
                let parent = self.parent(bytes)?;
                match code {
                    0x8e => Record::Scope { scope, parent },
                    _ => Record::ScopeCopy { scope, from: parent },
                }
            }
            0x90 => self.object_state(bytes, scripts)?,
            0x91 => Record::Property {
                object: self.object(bytes)?,
                key: self.key(bytes)?,
                value: self.value(bytes)?,
            },
            0x92 => Record::PropertyDelete {
                object: self.object(bytes)?,
                key: self.key(bytes)?,
            },
            0x93 => {
                let (object, start, n_removed) = (self.object(bytes)?, bytes.varint()?, bytes.varint()?);
                Record::Splice {
                    object,
                    start,
                    n_removed,
                    inserted: self.values(bytes)?,
                }
            }
            0x94 => Record::MapSet {
                object: self.object(bytes)?,
                key: self.value(bytes)?,
                value: self.value(bytes)?,
            },
            0x95 => Record::SetAdd {
                object: self.object(bytes)?,
                value: self.value(bytes)?,
            },
            0x96 => {
                let key = self.key(bytes)?;
                let value = self.value(bytes)?;
                let Key::Name(name) = key else {
                    return Err(bytes.malformed("unnamed global"));
                };
                // A global that no recorded script declares is a property of the window: not followed.
                let Some(binding) = scripts.global(&name) else {
                    return Ok(());
                };
                write(false, InstanceId::STATIC, binding, value)
            }
            0x97 => Record::EntryDelete {
                object: self.object(bytes)?,
                key: self.value(bytes)?,
            },
            0x98 => {
                self.clock = self.clock.saturating_add(u64::from(bytes.varint()?));
                out.push(Item::Tick(self.clock));
                return Ok(());
            }
            0x99 => {
                self.strings.clear();
                return Ok(());
            }
            0x9a => {
                let message = self.message(bytes)?;
                out.push(Item::Event(Event::Message(message)));
                return Ok(());
            }
            0x9b => {
                let item = self.uncaught(bytes, scripts)?;
                out.push(item);
                return Ok(());
            }
            0x9c => {
                let kind = if bytes.byte()? == 0 {
                    MouseKind::Move
                } else {
                    MouseKind::Down
                };
                let is_synthetic = bytes.byte()? != 0;
                let (client_x, client_y) = (bytes.float()?, bytes.float()?);
                out.push(Item::Event(Event::Mouse(Mouse {
                    kind,
                    client_x,
                    client_y,
                    is_synthetic,
                })));
                return Ok(());
            }
            0x9d => {
                let kind = match bytes.byte()? {
                    0 => KeyKind::Down,
                    1 => KeyKind::Up,
                    _ => KeyKind::Press,
                };
                let is_synthetic = bytes.byte()? != 0;
                let key = bytes.text()?;
                out.push(Item::Event(Event::Keyboard(Keyboard {
                    kind,
                    key,
                    is_synthetic,
                })));
                return Ok(());
            }
            0x9e => {
                let (kind, url) = (bytes.text()?, bytes.text()?);
                out.push(Item::Event(Event::Navigation(Navigation { url, kind })));
                return Ok(());
            }
            0x9f => Record::EntriesClear {
                object: self.object(bytes)?,
            },
            0xa0 => {
                while self.stack.pop().is_some() {
                    out.push(Item::Record(Record::Leave));
                }
                return Ok(());
            }
            0xa2 => {
                let millis = bytes.float()?;
                if !(0.0..1e14).contains(&millis) {
                    return Err(bytes.malformed("impossible time"));
                }
                self.clock = (millis * 1000.0) as u64;
                return Ok(());
            }
            _ => return Err(bytes.malformed("unknown record")),
        };
        out.push(Item::Record(record));
        Ok(())
    }

    fn step(
        &mut self,
        delta: i64,
        bytes: &Bytes<'_>,
        scripts: &Scripts,
        out: &mut Vec<Item>,
    ) -> Result<(), Malformed> {
        self.last_site += delta;
        let site = u32::try_from(self.last_site).map_err(|_| bytes.malformed("unknown site"))?;
        let function = scripts
            .function_of_site(site)
            .ok_or(bytes.malformed("unknown site"))?;
        // A top level that threw was never taken off the stack: the next step shows it.
        if self.stack.last().is_none_or(|&(_, top)| top != function) {
            let Some(idx) = self.stack.iter().rposition(|&(_, open)| open == function) else {
                self.n_misplaced += 1;
                return Ok(());
            };
            for _ in idx + 1..self.stack.len() {
                self.stack.pop();
                out.push(Item::Record(Record::Leave));
            }
        }
        out.push(Item::Record(Record::Step(SiteId(site))));
        Ok(())
    }

    fn enter(
        &mut self,
        has_values: bool,
        bytes: &mut Bytes<'_>,
        scripts: &Scripts,
        out: &mut Vec<Item>,
    ) -> Result<(), Malformed> {
        let function = FunctionId(bytes.varint()?);
        if scripts.function(function).is_none() {
            return Err(bytes.malformed("unknown function"));
        }
        if self.stack.len() >= MAX_DEPTH {
            return Err(bytes.malformed("endless stack"));
        }
        self.n_instances = self
            .n_instances
            .checked_add(1)
            .ok_or(bytes.malformed("too many frames"))?;
        let serial = self.n_instances;
        let (mut parent, mut this, mut arguments) = (InstanceId::STATIC, None, Vec::new());
        if has_values {
            parent = self.parent(bytes)?;
            let counts = bytes.varint()?;
            if counts & 1 == 1 {
                this = Some(self.value(bytes)?);
            }
            let n_arguments = bytes.count(counts >> 1)?;
            for _ in 0..n_arguments {
                arguments.push(self.value(bytes)?);
            }
        }
        if self.stack.is_empty() {
            self.is_throwing = false;
        }
        self.stack.push((serial, function));
        out.push(Item::Record(Record::Enter {
            function,
            parent,
            this,
            arguments,
        }));
        Ok(())
    }

    fn leave(&mut self, scripts: &Scripts, out: &mut Vec<Item>) {
        let Some((_, function)) = self.stack.pop() else {
            self.n_misplaced += 1;
            return;
        };
        let info = scripts.function(function);
        // Scripts at level 1 do not say how their frames end: unless something was thrown, normally.
        if info.is_some_and(|info| info.level == 1) && !self.is_throwing {
            out.push(Item::Record(Record::End));
        }
        // An exception goes into the promise of an async function, not up.
        if info.is_some_and(|info| info.is_async) {
            self.is_throwing = false;
        }
        out.push(Item::Record(Record::Leave));
    }

    fn resume(&mut self, serial: u32, out: &mut Vec<Item>) {
        if let Some(function) = self.suspended.remove(&serial) {
            self.stack.push((serial, function));
            out.push(Item::Record(Record::Resume(self.instance(serial))));
        } else if let Some(idx) = self.stack.iter().rposition(|&(open, _)| open == serial) {
            for _ in idx + 1..self.stack.len() {
                self.stack.pop();
                out.push(Item::Record(Record::Leave));
            }
        } else {
            self.n_misplaced += 1;
        }
    }

    fn instance(&self, serial: u32) -> InstanceId {
        InstanceId(self.base_instance + serial)
    }

    /// An instance told by how many began since.
    fn serial_ago(&self, bytes: &mut Bytes<'_>) -> Result<u32, Malformed> {
        let ago = bytes.varint()?;
        self.n_instances
            .checked_sub(ago)
            .filter(|&serial| serial > 0)
            .ok_or(bytes.malformed("unknown frame"))
    }

    /// The same, 0 standing for none.
    fn parent(&self, bytes: &mut Bytes<'_>) -> Result<InstanceId, Malformed> {
        match bytes.varint()? {
            0 => Ok(InstanceId::STATIC),
            ago => {
                let serial = self.n_instances.checked_sub(ago).filter(|&serial| serial > 0);
                serial
                    .map(|serial| self.instance(serial))
                    .ok_or(bytes.malformed("unknown frame"))
            }
        }
    }

    fn object(&mut self, bytes: &mut Bytes<'_>) -> Result<ObjectId, Malformed> {
        let id = bytes.varint()?;
        self.object_id(id, bytes)
    }

    fn object_id(&mut self, id: u32, bytes: &Bytes<'_>) -> Result<ObjectId, Malformed> {
        self.n_objects = self.n_objects.max(id);
        match self.base_object.checked_add(id) {
            Some(global) if id > 0 && global < u32::MAX => Ok(ObjectId(global)),
            _ => Err(bytes.malformed("impossible object")),
        }
    }

    fn value(&mut self, bytes: &mut Bytes<'_>) -> Result<Value, Malformed> {
        match self.slot(bytes)? {
            Some(value) => Ok(value),
            None => Err(bytes.malformed("hole outside of an array")),
        }
    }

    /// A value, or None for an array's hole.
    fn slot(&mut self, bytes: &mut Bytes<'_>) -> Result<Option<Value>, Malformed> {
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
                let object = self.object(bytes)?;
                Value::Object(object)
            }
            0x8f => return Ok(None),
            _ => return Err(bytes.malformed("unknown value")),
        }))
    }

    fn values(&mut self, bytes: &mut Bytes<'_>) -> Result<Vec<Value>, Malformed> {
        let n_values = bytes.varint()?;
        let n_values = bytes.count(n_values)?;
        (0..n_values).map(|_| self.value(bytes)).collect()
    }

    fn known_string(&self, id: u32, bytes: &Bytes<'_>) -> Result<Text, Malformed> {
        self.strings
            .get(id as usize)
            .cloned()
            .ok_or(bytes.malformed("unknown string"))
    }

    fn new_string(&mut self, text: Text, bytes: &Bytes<'_>) -> Result<Text, Malformed> {
        if self.strings.len() >= MAX_STRINGS {
            return Err(bytes.malformed("too many strings"));
        }
        self.strings.push(text.clone());
        Ok(text)
    }

    fn recent_mut(&mut self, idx: u8, bytes: &Bytes<'_>) -> Result<&mut Text, Malformed> {
        self.recent
            .get_mut(usize::from(idx))
            .ok_or(bytes.malformed("unknown string"))
    }

    fn key(&mut self, bytes: &mut Bytes<'_>) -> Result<Key, Malformed> {
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

    fn object_state(&mut self, bytes: &mut Bytes<'_>, scripts: &Scripts) -> Result<Record, Malformed> {
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

    fn optional_object(&mut self, bytes: &mut Bytes<'_>) -> Result<Option<ObjectId>, Malformed> {
        match bytes.varint()? {
            0 => Ok(None),
            id => self.object_id(id, bytes).map(Some),
        }
    }

    fn object_kind(&mut self, bytes: &mut Bytes<'_>, scripts: &Scripts) -> Result<ObjectKind, Malformed> {
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
                    stack: Arc::from(crate::stack::clean(&stack, scripts)),
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

    fn node(&mut self, bytes: &mut Bytes<'_>) -> Result<ObjectKind, Malformed> {
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

    fn message(&mut self, bytes: &mut Bytes<'_>) -> Result<Message, Malformed> {
        let method = bytes.text()?;
        let level = match bytes.byte()? {
            0 => MessageLevel::Info,
            1 => MessageLevel::Warning,
            2 => MessageLevel::Error,
            3 => MessageLevel::Assert,
            4 => MessageLevel::Trace,
            _ => return Err(bytes.malformed("unknown level")),
        };
        let text = if bytes.byte()? == 0 {
            None
        } else {
            Some(bytes.text()?)
        };
        let arguments = self.values(bytes)?;
        let source = MessageSource::ConsoleApi;
        Ok(Message {
            source,
            level,
            method,
            text,
            arguments,
            url: None,
            position: None,
        })
    }

    fn uncaught(&mut self, bytes: &mut Bytes<'_>, scripts: &Scripts) -> Result<Item, Malformed> {
        let _is_rejection = bytes.byte()?;
        let text = bytes.text()?;
        let reason = self.value(bytes)?;
        let url = bytes.text()?;
        let (line, column) = (bytes.varint()?, bytes.varint()?);
        let thrown_by = Some(bytes.varint()?).filter(|&number| number > 0);
        // Browsers count columns from 1.
        let position = Position {
            line,
            column: column.saturating_sub(1),
        };
        let position = (line > 0).then(|| scripts.original_position(&url, position).unwrap_or(position));
        let message = Message {
            source: MessageSource::PageError,
            level: MessageLevel::Error,
            method: Text::from(""),
            text: Some(text),
            arguments: vec![reason],
            url: Some(url).filter(|url| !url.is_empty()),
            position,
        };
        Ok(Item::Uncaught { message, thrown_by })
    }
}

fn write(is_append: bool, owner: InstanceId, binding: BindingId, value: Value) -> Record {
    if is_append {
        Record::Append {
            owner,
            binding,
            suffix: value,
        }
    } else {
        Record::Write {
            owner,
            binding,
            value,
        }
    }
}

/// The bytes of a block that are still to be read.
struct Bytes<'b> {
    rest: &'b [u8],
    n_total: usize,
}

impl<'b> Bytes<'b> {
    fn malformed(&self, what: &'static str) -> Malformed {
        Malformed {
            what,
            offset: self.n_total - self.rest.len(),
        }
    }

    fn take(&mut self, n_bytes: usize) -> Result<&'b [u8], Malformed> {
        let Some((taken, rest)) = self.rest.split_at_checked(n_bytes) else {
            return Err(self.malformed("cut record"));
        };
        self.rest = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, Malformed> {
        let Some((&byte, rest)) = self.rest.split_first() else {
            return Err(self.malformed("cut record"));
        };
        self.rest = rest;
        Ok(byte)
    }

    fn varint(&mut self) -> Result<u32, Malformed> {
        let mut number = 0_u32;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.byte()?;
            number |= u32::from(byte & 127).checked_shl(shift).unwrap_or(0);
            if byte & 128 == 0 {
                return Ok(number);
            }
        }
        Err(self.malformed("endless number"))
    }

    fn zigzag(&mut self) -> Result<i64, Malformed> {
        let number = self.varint()?;
        Ok(i64::from((number >> 1) as i32 ^ -((number & 1) as i32)))
    }

    fn float(&mut self) -> Result<f64, Malformed> {
        let bytes = self.take(8)?;
        Ok(bytes.try_into().map(f64::from_le_bytes).unwrap_or(f64::NAN))
    }

    fn text(&mut self) -> Result<Text, Malformed> {
        let n_bytes = self.varint()? as usize;
        Ok(Text::from(String::from_utf8_lossy(self.take(n_bytes)?)))
    }

    /// A number of things each at least a byte long.
    fn count(&self, n: u32) -> Result<usize, Malformed> {
        let n = n as usize;
        if n > self.rest.len() {
            Err(self.malformed("impossible length"))
        } else {
            Ok(n)
        }
    }
}
