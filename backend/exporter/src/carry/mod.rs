//! What was there when a part begins: a part is read on its own, so the state that it starts from has to be told at its
//! beginning. That is the frames that are open, the closures, variables and objects that something in the part refers
//! to, with what they refer to in turn, and the page as it stood. What nothing in the part can see stays behind.

mod births;
mod objects;
mod page;
mod variables;

pub(crate) use births::{BirthKind, Instances};
pub(crate) use objects::Objects;
pub(crate) use page::PageBefore;
pub(crate) use variables::variables;

use std::collections::{BTreeSet, HashMap};

use recording::{
    chunk::{Chunk, RecordPosition},
    error::ReadError,
    event::Message,
    ids::{InstanceId, ObjectId},
    page::ListenerChange,
    reader::Reader,
    record::Record,
    share::LeftOut,
    value::Value,
};

use crate::{
    plan::{Begin, Span},
    walk::{self, Visit},
};

/// What a part refers to of what was there before it.
#[derive(Default)]
pub(crate) struct References {
    next_instance: InstanceId,
    next_object: ObjectId,
    /// Frames and scopes.
    pub(crate) instances: BTreeSet<InstanceId>,
    /// Frames that go on in it after they waited.
    pub(crate) resumed: BTreeSet<InstanceId>,
    /// Objects.
    pub(crate) objects: BTreeSet<ObjectId>,
}

impl References {
    /// Reads a part, and gathers what it refers to.
    pub(crate) fn of(
        reader: &Reader,
        span: &Span,
        begin: &Begin,
        leaves_out: impl Fn(LeftOut) -> bool,
        mut on_chunk: impl FnMut() -> Result<(), crate::ExportError>,
    ) -> Result<Self, crate::ExportError> {
        let mut references = Self {
            next_instance: begin.state.next_instance,
            next_object: begin.state.next_object,
            ..Self::default()
        };
        for chunk_idx in span.chunks.clone() {
            let chunk = reader.chunk(chunk_idx)?;
            for mut record in records_of(&chunk, chunk_idx, span) {
                if let Record::Resume(instance) = record
                    && instance < begin.state.next_instance
                {
                    references.resumed.insert(instance);
                }
                walk::record(&mut record, &mut references);
            }
            on_chunk()?;
        }
        for frame in &begin.state.stack {
            references.instances.insert(frame.instance);
            references.note_instance(frame.parent);
        }
        let resumed: Vec<_> = references.resumed.iter().copied().collect();
        references.instances.extend(resumed);
        if !leaves_out(LeftOut::Console) {
            for batch in reader.batches::<Message>() {
                let rows = batch?.into_iter();
                for row in rows.filter(|row| (begin.point..=span.end).contains(&row.point)) {
                    let values = row.event.arguments.iter();
                    values.for_each(|value| references.note_value(value));
                }
            }
        }
        for batch in reader.batches::<ListenerChange>() {
            for row in batch?.into_iter().filter(|row| row.point <= span.end) {
                references.note_object(row.event.handler);
                references.note_object(row.event.target);
            }
        }
        Ok(references)
    }

    fn note_instance(&mut self, instance: InstanceId) {
        if instance != InstanceId::STATIC && instance < self.next_instance {
            self.instances.insert(instance);
        }
    }

    fn note_object(&mut self, object: ObjectId) {
        if object < self.next_object {
            self.objects.insert(object);
        }
    }

    /// Takes note of the object that a value is.
    pub(crate) fn note_value(&mut self, value: &Value) {
        if let Value::Object(object) = value {
            self.note_object(*object);
        }
    }
}

impl Visit for References {
    fn value(&mut self, _: &mut Value) {}

    fn object(&mut self, object: ObjectId) {
        self.note_object(object);
    }

    fn instance(&mut self, instance: &mut InstanceId) {
        self.note_instance(*instance);
    }
}

/// The records of a chunk that lie in a part: from the one that takes its first point to what the one at its last point
/// did before the clock went on.
pub(crate) fn records_of<'c>(
    chunk: &'c Chunk,
    chunk_idx: usize,
    span: &Span,
) -> impl Iterator<Item = Record> + use<'c> {
    let first = match &span.begin {
        Some(begin) if begin.chunk_idx == chunk_idx => Some(begin.position),
        _ => None,
    };
    let (end, is_last) = (span.end, span.is_cut_off && chunk_idx == *span.chunks.end());
    let mut tracker = chunk.tracker().clone();
    let records = chunk.records_from(RecordPosition::START);
    let records = records.map_while(move |(position, record)| {
        if !is_last {
            return Some((position, record));
        }
        let is_after = tracker.point() >= end;
        let is_past = tracker.apply(&record).point.is_some_and(|point| point > end);
        let is_later = is_after && matches!(record, Record::Tick(_));
        (!is_past && !is_later).then_some((position, record))
    });
    records
        .filter(move |(position, _)| first.is_none_or(|first| *position >= first))
        .map(|(_, record)| record)
}

/// The records of a chunk that come before a part, each with its position.
fn records_before<'c>(
    chunk: &'c Chunk,
    chunk_idx: usize,
    begin: &Begin,
) -> impl Iterator<Item = (RecordPosition, Record)> + use<'c> {
    let until = match chunk_idx == begin.chunk_idx {
        true => begin.position,
        false => RecordPosition(u32::MAX),
    };
    let records = chunk.records_from(RecordPosition::START);
    records.take_while(move |(position, _)| *position < until)
}

/// Something worked out of a few chunks at a time, for as long as those are asked about again and again.
struct Kept<T> {
    by_chunk: HashMap<usize, T>,
    /// Used longest ago first.
    order: Vec<usize>,
}

/// How many chunks: as many as a graph of objects goes back and forth between.
const MAX_KEPT: usize = 8;

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self {
            by_chunk: HashMap::new(),
            order: Vec::new(),
        }
    }
}

impl<T> Kept<T> {
    /// What was worked out of a chunk, now or before.
    fn get(
        &mut self,
        chunk_idx: usize,
        make: impl FnOnce() -> Result<T, ReadError>,
    ) -> Result<&T, ReadError> {
        self.order.retain(|other| *other != chunk_idx);
        if !self.by_chunk.contains_key(&chunk_idx) && self.order.len() >= MAX_KEPT {
            self.by_chunk.remove(&self.order.remove(0));
        }
        self.order.push(chunk_idx);
        match self.by_chunk.entry(chunk_idx) {
            std::collections::hash_map::Entry::Occupied(kept) => Ok(kept.into_mut()),
            std::collections::hash_map::Entry::Vacant(free) => Ok(free.insert(make()?)),
        }
    }
}
