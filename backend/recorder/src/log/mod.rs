//! Decodes the byte log that the runtime in a page writes (`runtime/log.js`, `objects.js`, `probes.js`) into records.
//!
//! One decoder per log: each numbers its frames and objects from 1, and the decoder gives them numbers of the file, in the
//! order in which the logs are decoded. A page can send anything: what is not a log ends the decoding of that document and nothing else.
//!
//! It is long because one function reads the table of all records.

use std::{collections::HashMap, sync::Arc};

use recording::{
    event::{Event, Message},
    ids::{BindingId, FunctionId, InstanceId, ScopeId, SiteId},
    record::Record,
    value::{Key, Text, Value},
};

use crate::scripts::Scripts;
use bytes::Bytes;
use numbers::Numbers;

mod bytes;
mod events;
mod layout;
mod numbers;
mod page;
mod values;

/// What a log says, in order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Item {
    /// A record for the file; never a tick or a mark.
    Record(Record),
    /// The clock: microseconds since 1970.
    Tick(u64),
    /// Something for the tables.
    Event(Event),
    /// Text that must not be written: what was typed into a password field or a masked element.
    Secret(Text),
    /// The program's code asked for something of the network.
    Asked {
        /// HTTP method.
        method: Text,
        /// The whole URL.
        url: Text,
    },
    /// Something could not be recorded.
    Warning(String),
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

/// The record of the clock.
const TICK: u8 = 0x98;
/// Frames deeper than this are no real stack.
const MAX_DEPTH: usize = 1 << 16;
/// Frames waiting at an `await` or `yield`, before the oldest are given up.
const MAX_SUSPENDED: usize = 1 << 20;
/// The page empties its table well before.
const MAX_STRINGS: usize = 1 << 20;

/// The decoder of one document's log.
pub(crate) struct LogDecoder {
    instances: Numbers,
    objects: Numbers,
    /// How many instances and objects the file has; to be brought up to date before decoding.
    pub(crate) totals: (u32, u32),
    /// Top-level variables of the classic scripts that have run: every script can write them.
    globals: HashMap<Arc<str>, BindingId>,
    strings: Vec<Text>,
    /// Names of the properties of what object literals make, by the literal's number.
    literals: HashMap<u32, Box<[Text]>>,
    /// The object mentioned last as a value, by the page's number.
    last_mentioned: u32,
    /// The last that a literal made.
    last_born: u32,
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
    layouts: layout::Layouts,
}

impl LogDecoder {
    /// For a document that comes after so many instances and objects.
    pub(crate) fn new(n_instances_before: u32, n_objects_before: u32) -> Self {
        Self {
            instances: Numbers::default(),
            objects: Numbers::default(),
            totals: (n_instances_before, n_objects_before),
            globals: HashMap::new(),
            strings: Vec::new(),
            literals: HashMap::new(),
            last_mentioned: 0,
            last_born: 0,
            recent: std::array::from_fn(|_| Text::from("")),
            last_site: 0,
            clock: 0,
            stack: Vec::new(),
            suspended: HashMap::new(),
            is_throwing: false,
            n_misplaced: 0,
            layouts: layout::Layouts::default(),
        }
    }

    /// How many records belonged to no frame that is known.
    pub(crate) fn n_misplaced(&self) -> u64 {
        self.n_misplaced
    }

    /// Reads a block, which holds whole records.
    ///
    /// # Errors
    /// If the bytes are no log; items before the fault have been handed out.
    #[cfg(test)]
    pub(crate) fn decode(
        &mut self,
        block: &[u8],
        scripts: &Scripts,
        out: &mut Vec<Item>,
    ) -> Result<(), Malformed> {
        let mut bytes = Bytes::new(block);
        while !bytes.is_empty() {
            self.record(&mut bytes, scripts, out)?;
        }
        Ok(())
    }

    /// Reads one unit of what is left of a block: up to where nothing runs and the clock is told next. Gives the number of
    /// bytes read.
    ///
    /// # Errors
    /// As [`Self::decode`].
    pub(crate) fn decode_unit(
        &mut self,
        block: &[u8],
        scripts: &Scripts,
        out: &mut Vec<Item>,
    ) -> Result<usize, Malformed> {
        let mut bytes = Bytes::new(block);
        while !bytes.is_empty() {
            self.record(&mut bytes, scripts, out)?;
            if self.stack.is_empty() && bytes.peek() == Some(TICK) {
                break;
            }
        }
        Ok(block.len() - bytes.n_left())
    }

    /// When what is left of a block begins: microseconds since 1970.
    pub(crate) fn next_time(&self, block: &[u8]) -> u64 {
        let mut bytes = Bytes::new(block);
        match bytes.byte() {
            Ok(TICK) => self.clock + u64::from(bytes.varint().unwrap_or(0)),
            _ => self.clock,
        }
    }

    /// Whether the log is in the middle of a task.
    pub(crate) fn is_running(&self) -> bool {
        !self.stack.is_empty()
    }

    /// Takes the frames off the file's stack, for another log to be written.
    pub(crate) fn park(&self, out: &mut Vec<Item>) {
        out.extend(self.stack.iter().map(|_| Item::Record(Record::Suspend)));
    }

    /// Puts them back.
    pub(crate) fn unpark(&self, out: &mut Vec<Item>) {
        let resume = |&(serial, _): &(u32, FunctionId)| Item::Record(Record::Resume(self.instance(serial)));
        out.extend(self.stack.iter().map(resume));
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
            0x81 => return self.enter(Entry::Position, bytes, scripts, out),
            0x82 => return self.enter(Entry::Counted, bytes, scripts, out),
            0xc0..=0xc9 | 0xd0..=0xd9 => return self.enter(Entry::Shaped(code), bytes, scripts, out),
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
                self.new_instance(bytes)?;
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
                let Some(&binding) = self.globals.get(&name) else {
                    return Ok(());
                };
                write(false, InstanceId::STATIC, binding, value)
            }
            0x97 => Record::EntryDelete {
                object: self.object(bytes)?,
                key: self.value(bytes)?,
            },
            TICK => {
                self.clock = self.clock.saturating_add(u64::from(bytes.varint()?));
                out.push(Item::Tick(self.clock));
                return Ok(());
            }
            0x99 => {
                self.strings.clear();
                return Ok(());
            }
            0x9a..=0x9e => {
                let item = self.event(code, bytes, scripts)?;
                out.push(item);
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
            0xa1 => return Err(bytes.malformed("the page was faster than the recorder")),
            0xa2 => {
                let millis = bytes.float()?;
                if !(0.0..1e14).contains(&millis) {
                    return Err(bytes.malformed("impossible time"));
                }
                self.clock = (millis * 1000.0) as u64;
                return Ok(());
            }
            0xa3 => {
                self.literal(bytes)?;
                return Ok(());
            }
            0xa4 => self.object_birth(bytes)?,
            0xa5 => self.array_birth(bytes)?,
            0xb0..=0xbf => {
                let item = self.page(code, bytes, scripts)?;
                out.push(item);
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
        entry: Entry,
        bytes: &mut Bytes<'_>,
        scripts: &Scripts,
        out: &mut Vec<Item>,
    ) -> Result<(), Malformed> {
        let function = FunctionId(bytes.varint()?);
        let Some(info) = scripts.function(function) else {
            return Err(bytes.malformed("unknown function"));
        };
        if info.has_globals {
            self.globals.extend(scripts.globals_of(function));
        }
        if self.stack.len() >= MAX_DEPTH {
            return Err(bytes.malformed("endless stack"));
        }
        let serial = self.new_instance(bytes)?;
        let (mut parent, mut this, mut arguments) = (InstanceId::STATIC, None, Vec::new());
        let (has_parent, counts) = match entry {
            Entry::Position => (false, 0),
            Entry::Counted => (true, 0),
            Entry::Shaped(code) => (code >= 0xd0, u32::from(code & 0xf)),
        };
        if has_parent {
            parent = self.parent(bytes)?;
        }
        let counts = match entry {
            Entry::Counted => bytes.varint()?,
            _ => counts,
        };
        if counts & 1 == 1 {
            this = Some(self.value(bytes)?);
        }
        let n_arguments = bytes.count(counts >> 1)?;
        for _ in 0..n_arguments {
            arguments.push(self.value(bytes)?);
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
        InstanceId(self.instances.get(serial))
    }

    fn new_instance(&mut self, bytes: &Bytes<'_>) -> Result<u32, Malformed> {
        let serial = self.instances.n().saturating_add(1);
        self.instances
            .extend_to(serial, &mut self.totals.0)
            .ok_or(bytes.malformed("too many frames"))?;
        Ok(serial)
    }

    /// An instance told by how many began since.
    fn serial_ago(&self, bytes: &mut Bytes<'_>) -> Result<u32, Malformed> {
        let ago = bytes.varint()?;
        self.instances
            .n()
            .checked_sub(ago)
            .filter(|&serial| serial > 0)
            .ok_or(bytes.malformed("unknown frame"))
    }

    /// The same, 0 standing for none.
    fn parent(&self, bytes: &mut Bytes<'_>) -> Result<InstanceId, Malformed> {
        match bytes.varint()? {
            0 => Ok(InstanceId::STATIC),
            ago => {
                let serial = self.instances.n().checked_sub(ago).filter(|&serial| serial > 0);
                serial
                    .map(|serial| self.instance(serial))
                    .ok_or(bytes.malformed("unknown frame"))
            }
        }
    }
}

/// How a frame's record says what it holds.
#[derive(Clone, Copy)]
enum Entry {
    /// The function alone.
    Position,
    /// With its parent and, counted, its arguments.
    Counted,
    /// The record's own number says whether there is a parent (from 0xd0), how many arguments (its low bits, from bit 1), and
    /// whether there is a `this` (bit 0).
    Shaped(u8),
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
