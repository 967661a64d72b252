//! Brings together what documents log and what the browser tells (pictures, messages), in one order, into the file.
//!
//! Blocks and pictures arrive late and by different roads. Both wait for [`WINDOW`] before they are written; a picture or a
//! message of the browser then goes before the first tick that is not earlier than it, so that times and points rise
//! together.
//!
//! Documents, frames of other origins, windows and workers each have a log, and run at once. Their logs are written task
//! by task, each whole, in the order in which the tasks began: a message is sent before the task that gets it begins. If
//! one falls silent within a task, its frames are put aside (as at an `await`) until it goes on.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    io,
    time::{Duration, Instant},
};

use recording::{
    event::{Event, Message, Paint},
    manifest::Manifest,
    point::{Micros, Point},
    record::Record,
    writer::Writer,
};

use crate::{
    log::{Item, LogDecoder},
    maps::FetchedMap,
    network::{Told, Triggers},
    pictures::Picture,
    redact::Redactor,
    scripts::{Scripts, sha256},
    socket::Block,
};

/// How long what has arrived waits for what is still on its way.
const WINDOW: Duration = Duration::from_millis(400);

/// How long a picture waits for the tick it belongs before, when the page is silent or busy.
const PATIENCE_MICROS: u64 = 2_000_000;

/// How long others wait for the rest of a task.
const TASK_PATIENCE: Duration = Duration::from_secs(2);

/// Logs that are remembered at a time; those longest silent are given up.
const MAX_REALMS: usize = 128;

/// Blocks of one document that wait for one that never comes.
const MAX_WAITING_BLOCKS: usize = 4096;

/// Bytes of all documents that wait to be written, before senders have to wait too.
const MAX_WAITING_BYTES: usize = 128 << 20;

/// Throws whose points are remembered, for the messages of those nobody catches.
const MAX_THROWS: usize = 65_536;

/// Something the browser says happened.
#[derive(Clone, Debug)]
pub(crate) enum External {
    Picture(Picture),
    Message(Message),
    Request(Told),
}

/// One log, as far as it has arrived.
struct Realm {
    name: String,
    decoder: LogDecoder,
    /// The block that is being decoded, and how far it is.
    block: (Vec<u8>, usize),
    /// Whether its frames are off the file's stack, in the middle of a task.
    is_parked: bool,
    last_arrival: Instant,
    /// Where the exception arose that was the last to pass through its frames.
    pending_exception: Option<Point>,
    next_number: u32,
    waiting: BTreeMap<u32, (Instant, Vec<u8>)>,
    throws: VecDeque<Point>,
    n_throws: u32,
    is_broken: bool,
}

/// The file, and everything on its way into it.
pub(crate) struct Journal<W: io::Write> {
    writer: Writer<W>,
    /// What must not be written.
    pub(crate) redactor: Redactor,
    triggers: Triggers,
    /// When the recording began, microseconds since 1970.
    began_at: u64,
    realms: Vec<Realm>,
    /// The one in the middle of a task.
    running: Option<usize>,
    /// Names of logs that have ended.
    ended: HashMap<String, ()>,
    externals: VecDeque<(u64, External)>,
    last_picture: Option<String>,
    /// The exception that already has a message.
    explained: Option<Point>,
    warnings: Vec<String>,
    totals: (u32, u32),
    items: Vec<Item>,
    n_waiting_bytes: usize,
}

impl Realm {
    /// What of the block at hand is left; None for nothing.
    fn rest(&self) -> Option<&[u8]> {
        self.block.0.get(self.block.1..).filter(|rest| !rest.is_empty())
    }
}

impl<W: io::Write> Journal<W> {
    pub(crate) fn new(writer: Writer<W>, began_at: u64) -> Self {
        Self {
            writer,
            redactor: Redactor::default(),
            triggers: Triggers::default(),
            began_at,
            realms: Vec::new(),
            running: None,
            ended: HashMap::new(),
            externals: VecDeque::new(),
            last_picture: None,
            explained: None,
            warnings: Vec::new(),
            totals: (0, 0),
            items: Vec::new(),
            n_waiting_bytes: 0,
        }
    }

    pub(crate) fn warn(&mut self, warning: String) {
        const MAX_WARNINGS: usize = 200;
        if self.warnings.len() < MAX_WARNINGS && !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// Stores a source map, or warns that there is none.
    pub(crate) fn add_source_map(&mut self, fetched: Result<FetchedMap, String>) -> io::Result<()> {
        match fetched {
            Ok(FetchedMap { text_hash, json }) => self.writer.add_source_map(&text_hash, &json),
            Err(warning) => {
                self.warn(warning);
                Ok(())
            }
        }
    }

    /// Whether more blocks can be taken in before some have been written.
    pub(crate) fn has_room(&self) -> bool {
        self.n_waiting_bytes < MAX_WAITING_BYTES
    }

    /// Statements recorded so far.
    pub(crate) fn n_steps(&self) -> u64 {
        self.writer.tracker().n_steps
    }

    /// Adds a block; one that was there before is passed over.
    pub(crate) fn add_block(&mut self, block: Block) {
        if self.ended.contains_key(&block.realm) {
            return;
        }
        let now = Instant::now();
        let found = self.realms.iter().position(|realm| realm.name == block.realm);
        let idx = found.unwrap_or_else(|| {
            self.realms.push(Realm {
                name: block.realm,
                decoder: LogDecoder::new(0, 0),
                block: (Vec::new(), 0),
                is_parked: false,
                last_arrival: now,
                pending_exception: None,
                next_number: 1,
                waiting: BTreeMap::new(),
                throws: VecDeque::new(),
                n_throws: 0,
                is_broken: false,
            });
            self.realms.len() - 1
        });
        let Some(realm) = self.realms.get_mut(idx) else {
            return;
        };
        realm.last_arrival = now;
        if block.number >= realm.next_number && realm.waiting.len() < MAX_WAITING_BLOCKS {
            let n_bytes = block.bytes.len();
            let before = realm.waiting.len();
            realm.waiting.entry(block.number).or_insert((now, block.bytes));
            if realm.waiting.len() > before {
                self.n_waiting_bytes += n_bytes;
            }
        }
    }

    /// Whether all blocks of a log up to a number have arrived.
    pub(crate) fn has_arrived(&self, realm_name: &str, number: u32) -> bool {
        match self.realms.iter().find(|realm| realm.name == realm_name) {
            Some(realm) => (realm.next_number..=number).all(|n| realm.waiting.contains_key(&n)),
            None => number == 0 || self.ended.contains_key(realm_name),
        }
    }

    /// Adds what the browser told, at microseconds since 1970.
    pub(crate) fn add_external(&mut self, time: u64, external: External) {
        let at = self.externals.partition_point(|(other, _)| *other <= time);
        self.externals.insert(at, (time, external));
    }

    /// Writes what has waited long enough; everything, if it `is_last`.
    pub(crate) fn advance(&mut self, scripts: &mut Scripts, now: u64, is_last: bool) -> io::Result<()> {
        for (script, text) in scripts.take_pending() {
            self.writer.add_script(&script, &text)?;
        }
        for warning in scripts.take_warnings() {
            self.warn(warning);
        }
        while let Some(idx) = self.next_realm(is_last) {
            self.write_unit(idx, scripts)?;
        }
        let n_realms = self.realms.len();
        if is_last || n_realms > MAX_REALMS {
            self.end_realms(if is_last { n_realms } else { n_realms - MAX_REALMS })?;
        }
        // Nothing of the page is expected any more for these.
        let overdue = if is_last {
            u64::MAX
        } else {
            now.saturating_sub(PATIENCE_MICROS)
        };
        self.write_externals(overdue)
    }

    /// The log whose turn it is: the one in the middle of a task, else the one whose next task began first.
    fn next_realm(&mut self, is_last: bool) -> Option<usize> {
        let is_due = |arrived: &Instant| is_last || arrived.elapsed() >= WINDOW;
        for realm in &mut self.realms {
            if realm.block.1 < realm.block.0.len() {
                continue;
            }
            let next = realm.waiting.get(&realm.next_number);
            if next.is_some_and(|(arrived, _)| is_due(arrived))
                && let Some((_, bytes)) = realm.waiting.remove(&realm.next_number)
            {
                self.n_waiting_bytes = self.n_waiting_bytes.saturating_sub(bytes.len());
                realm.next_number += 1;
                realm.block = (bytes, 0);
            }
        }
        let running = self.running.and_then(|idx| Some((idx, self.realms.get(idx)?)));
        if let Some((idx, realm)) = running {
            if realm.rest().is_some() {
                return Some(idx);
            }
            let is_silent = realm.last_arrival.elapsed() >= TASK_PATIENCE || realm.is_broken;
            if !is_last && !is_silent && self.n_waiting_bytes < MAX_WAITING_BYTES {
                return None;
            }
        }
        let with_time = self.realms.iter().enumerate().filter_map(|(idx, realm)| {
            let rest = realm.rest()?;
            Some((realm.decoder.next_time(rest), idx))
        });
        with_time.min().map(|(_, idx)| idx)
    }

    /// Writes what one log holds up to where nothing runs in it.
    fn write_unit(&mut self, idx: usize, scripts: &Scripts) -> io::Result<()> {
        if let Some(other) = self.running.filter(|&other| other != idx)
            && let Some(realm) = self.realms.get_mut(other)
        {
            realm.is_parked = true;
            realm.decoder.park(&mut self.items);
            self.write_items(other)?;
        }
        let Some(realm) = self.realms.get_mut(idx) else {
            return Ok(());
        };
        if std::mem::take(&mut realm.is_parked) {
            realm.decoder.unpark(&mut self.items);
        }
        realm.decoder.totals = self.totals;
        let rest = realm.block.0.get(realm.block.1..).unwrap_or_default();
        let result = match realm.is_broken {
            true => Ok(rest.len()),
            false => realm.decoder.decode_unit(rest, scripts, &mut self.items),
        };
        let mut warning = None;
        match result {
            Ok(n_bytes) => realm.block.1 += n_bytes,
            Err(error) => {
                realm.is_broken = true;
                realm.block = (Vec::new(), 0);
                realm.decoder.close(&mut self.items);
                warning = Some(format!("a document was not recorded to its end: {error}"));
            }
        }
        self.totals = realm.decoder.totals;
        self.running = realm.decoder.is_running().then_some(idx);
        let before = self.writer.tracker().pending_exception;
        self.write_items(idx)?;
        let after = self.writer.tracker().pending_exception;
        if let Some(realm) = self.realms.get_mut(idx).filter(|_| before != after) {
            realm.pending_exception = after;
        }
        if let Some(warning) = warning {
            self.warn(warning);
        }
        Ok(())
    }

    /// Gives up so many logs, those longest silent.
    fn end_realms(&mut self, n: usize) -> io::Result<()> {
        for _ in 0..n {
            let oldest = self
                .realms
                .iter()
                .enumerate()
                .min_by_key(|(_, realm)| realm.last_arrival);
            let Some((idx, _)) = oldest else { return Ok(()) };
            let mut realm = self.realms.remove(idx);
            if !realm.waiting.is_empty() {
                self.warn("part of a document's log did not arrive".to_owned());
            }
            let n_misplaced = realm.decoder.n_misplaced();
            if n_misplaced > 0 {
                self.warn(format!("{n_misplaced} records of a document could not be placed"));
            }
            if self.running == Some(idx) {
                realm.decoder.close(&mut self.items);
                for item in std::mem::take(&mut self.items) {
                    if let Item::Record(record) = item {
                        self.writer.push(record)?;
                    }
                }
            }
            self.running = match self.running {
                Some(running) if running > idx => Some(running - 1),
                Some(running) if running == idx => None,
                running => running,
            };
            self.ended.insert(realm.name, ());
        }
        Ok(())
    }

    fn write_items(&mut self, idx: usize) -> io::Result<()> {
        let mut items = std::mem::take(&mut self.items);
        for item in items.drain(..) {
            match item {
                Item::Record(mut record) => {
                    self.redactor.record(&mut record);
                    let is_throw = matches!(record, Record::Throw(_));
                    let point = self.writer.push(record)?;
                    if let (true, Some(point)) = (is_throw, point) {
                        self.note_throw(idx, point);
                    }
                }
                Item::Tick(time) => {
                    self.write_externals(time)?;
                    // Of two that ran at once the one that began later is told later: the clock waits.
                    let time = self.micros(time).max(self.writer.tracker().time);
                    self.writer.push(Record::Tick(time))?;
                }
                Item::Event(mut event) => {
                    self.redactor.event(&mut event);
                    let time = self.writer.tracker().time;
                    self.writer.mark(time, event)?;
                }
                Item::Warning(warning) => self.warn(warning),
                Item::Secret(secret) => self.redactor.note_secret(secret),
                Item::Asked { method, url } => {
                    let point = self.writer.tracker().point();
                    self.triggers.note(&method, &url, point);
                }
                Item::Uncaught {
                    mut message,
                    thrown_by,
                } => {
                    self.redactor.message(&mut message);
                    self.write_uncaught(idx, message, thrown_by)?;
                }
            }
        }
        self.items = items;
        Ok(())
    }

    fn note_throw(&mut self, idx: usize, point: Point) {
        if let Some(realm) = self.realms.get_mut(idx) {
            realm.n_throws += 1;
            realm.throws.push_back(point);
            if realm.throws.len() > MAX_THROWS {
                realm.throws.pop_front();
            }
        }
    }

    /// The message stands where the exception arose, if that is known.
    fn write_uncaught(&mut self, idx: usize, message: Message, thrown_by: Option<u32>) -> io::Result<()> {
        let time = self.writer.tracker().time;
        let realm = self.realms.get(idx);
        let thrown_at = thrown_by.and_then(|number| {
            let realm = realm?;
            let n_newer = realm.n_throws.checked_sub(number)? as usize;
            realm.throws.iter().rev().nth(n_newer).copied()
        });
        // The engine's own errors are seen as they leave the first frame; each explains one message.
        let arose_at = realm
            .and_then(|realm| realm.pending_exception)
            .filter(|&point| self.explained != Some(point));
        match thrown_at.or(arose_at) {
            Some(point) => {
                self.explained = Some(point);
                self.writer.mark_at(point, time, Event::Message(message))
            }
            None => self.writer.mark(time, Event::Message(message)).map(|_| ()),
        }
    }

    fn micros(&self, epoch: u64) -> Micros {
        Micros(epoch.saturating_sub(self.began_at))
    }

    /// Writes what the browser told up to a time.
    fn write_externals(&mut self, until: u64) -> io::Result<()> {
        while let Some((time, external)) = self.externals.pop_front_if(|(time, _)| *time <= until) {
            let time = self.micros(time).max(self.writer.tracker().time);
            match external {
                External::Request(mut told) => {
                    self.triggers.find(&mut told);
                    told.bytes = told
                        .bytes
                        .map(|(bytes, is_cut)| (self.redactor.bytes(bytes), is_cut));
                    if let Some((hash, bytes)) = told.name_body() {
                        self.writer.add_body(&hash, &bytes)?;
                    }
                    let mut event = Event::Network(told.event);
                    self.redactor.event(&mut event);
                    self.writer.mark(time, event)?;
                }
                External::Message(mut message) => {
                    self.redactor.message(&mut message);
                    self.writer.mark(time, Event::Message(message))?;
                }
                External::Picture(picture) => self.write_picture(time, &picture)?,
            }
        }
        Ok(())
    }

    fn write_picture(&mut self, time: Micros, picture: &Picture) -> io::Result<()> {
        let hash = sha256(&picture.bytes);
        if self.last_picture.as_deref() == Some(&hash) {
            return Ok(());
        }
        const MIME_TYPE: &str = "image/jpeg";
        self.writer.add_paint_image(&hash, MIME_TYPE, &picture.bytes)?;
        let paint = Paint {
            hash: hash.as_str().into(),
            mime_type: MIME_TYPE.into(),
            width: picture.width,
            height: picture.height,
            scale: picture.scale,
        };
        self.writer.mark(time, Event::Paint(paint))?;
        self.last_picture = Some(hash);
        Ok(())
    }

    /// Makes all of it safe against a kill.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.writer.flush_chunk()
    }

    /// Writes everything and ends the file.
    pub(crate) fn finish(mut self, scripts: &mut Scripts, title: String) -> io::Result<Manifest> {
        self.advance(scripts, u64::MAX, true)?;
        let title = self
            .redactor
            .redacted(&title)
            .map_or(title, |title| title.to_string());
        let redactions = self.redactor.report();
        self.writer.finish(title, self.warnings, redactions)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails where it stands")]
mod tests;
