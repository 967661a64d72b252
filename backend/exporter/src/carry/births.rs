//! How frames and scopes began that a part refers to, and what is around them.

use std::collections::{BTreeMap, BTreeSet};

use recording::{
    chunk::RecordPosition,
    error::ReadError,
    ids::{FunctionId, InstanceId, ScopeId},
    reader::Reader,
    record::Record,
    value::Value,
};

use super::{References, records_before};
use crate::plan::Begin;

/// Chunks in which to look for the block that a frame runs in, as the engine does.
const MAX_CHUNKS_BACK: usize = 64;

/// How a frame or a scope began.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Birth {
    pub(crate) kind: BirthKind,
    chunk_idx: usize,
    position: RecordPosition,
}

/// What began.
#[derive(Clone, Copy, Debug)]
pub(crate) enum BirthKind {
    /// A frame of a function, in a closure.
    Frame {
        function: FunctionId,
        parent: InstanceId,
    },
    /// A run of a block, in a frame and around it.
    Scope {
        scope: ScopeId,
        parent: InstanceId,
        frame: Option<InstanceId>,
    },
}

impl BirthKind {
    /// Frames and scopes without which this one means nothing.
    fn around(&self) -> impl Iterator<Item = InstanceId> + use<> {
        let around = match *self {
            Self::Frame { parent, .. } => [Some(parent), None],
            Self::Scope { parent, frame, .. } => [Some(parent), frame],
        };
        around
            .into_iter()
            .flatten()
            .filter(|instance| *instance != InstanceId::STATIC)
    }
}

/// The frames and scopes that are carried into a part, by their numbers before.
pub(crate) struct Instances {
    pub(crate) born: BTreeMap<InstanceId, Birth>,
}

impl Instances {
    /// Those that a part refers to, and those around them.
    pub(crate) fn of(reader: &Reader, begin: &Begin, references: &References) -> Result<Self, ReadError> {
        let mut by_chunk = ByChunk::default();
        for instance in &references.instances {
            by_chunk.add(reader, *instance);
        }
        for block in blocks_of_live_frames(reader, begin, references)? {
            by_chunk.add(reader, block);
        }
        let mut born = BTreeMap::new();
        // What is around something began before it, so each chunk is looked at once.
        while let Some((chunk_idx, mut wanted)) = by_chunk.0.pop_last() {
            let births = births_in(reader, begin, chunk_idx)?;
            while let Some(instance) = wanted.pop_last() {
                let Some(birth) = births.get(&instance) else {
                    continue;
                };
                born.insert(instance, *birth);
                for around in birth.kind.around().filter(|around| *around < instance) {
                    if births.contains_key(&around) {
                        wanted.insert(around);
                    } else if !born.contains_key(&around) {
                        by_chunk.add(reader, around);
                    }
                }
            }
        }
        Ok(Self { born })
    }

    /// `this` and the arguments that a frame began with.
    pub(crate) fn arguments(
        &self,
        reader: &Reader,
        birth: &Birth,
    ) -> Result<(Option<Value>, Vec<Value>), ReadError> {
        let chunk = reader.chunk(birth.chunk_idx)?;
        let record = chunk.records_from(birth.position).next();
        Ok(match record {
            Some((_, Record::Enter { this, arguments, .. })) => (this, arguments),
            _ => (None, Vec::new()),
        })
    }
}

/// Frames and scopes by the chunk that they began in.
#[derive(Default)]
struct ByChunk(BTreeMap<usize, BTreeSet<InstanceId>>);

impl ByChunk {
    fn add(&mut self, reader: &Reader, instance: InstanceId) {
        if let Some(chunk_idx) = reader.birth_chunk_of_instance(instance) {
            self.0.entry(chunk_idx).or_default().insert(instance);
        }
    }
}

/// All that began in a chunk before a part.
fn births_in(
    reader: &Reader,
    begin: &Begin,
    chunk_idx: usize,
) -> Result<BTreeMap<InstanceId, Birth>, ReadError> {
    let chunk = reader.chunk(chunk_idx)?;
    let mut tracker = chunk.tracker().clone();
    let mut births = BTreeMap::new();
    for (position, record) in records_before(&chunk, chunk_idx, begin) {
        let frame = tracker.top().map(|top| top.instance);
        let kind = match &record {
            Record::Enter { function, parent, .. } => Some(BirthKind::Frame {
                function: *function,
                parent: *parent,
            }),
            Record::Scope { scope, parent } => Some(BirthKind::Scope {
                scope: *scope,
                parent: *parent,
                frame,
            }),
            // What its variables hold is told by itself, so nothing of the round before is needed but what was around it.
            Record::ScopeCopy { scope, .. } => Some(BirthKind::Scope {
                scope: *scope,
                parent: frame.unwrap_or(InstanceId::STATIC),
                frame,
            }),
            _ => None,
        };
        let applied = tracker.apply(&record);
        if let (Some(kind), Some(instance)) = (kind, applied.begun) {
            let birth = Birth {
                kind,
                chunk_idx,
                position,
            };
            births.insert(instance, birth);
        }
    }
    Ok(births)
}

/// The blocks that frames run in which are open when a part begins, or go on in it: the latest run of each.
fn blocks_of_live_frames(
    reader: &Reader,
    begin: &Begin,
    references: &References,
) -> Result<Vec<InstanceId>, ReadError> {
    let open = begin.state.stack.iter().map(|frame| frame.instance);
    let mut frames_by_chunk: BTreeMap<usize, BTreeSet<InstanceId>> = BTreeMap::new();
    for frame in open.chain(references.resumed.iter().copied()) {
        let mut chunks = reader.frame_chunks(frame);
        chunks.retain(|chunk_idx| *chunk_idx <= begin.chunk_idx);
        let n_left_out = chunks.len().saturating_sub(MAX_CHUNKS_BACK);
        let birth = reader.birth_chunk_of_instance(frame);
        for chunk_idx in chunks.into_iter().skip(n_left_out).chain(birth) {
            frames_by_chunk.entry(chunk_idx).or_default().insert(frame);
        }
    }
    let mut latest: BTreeMap<(InstanceId, ScopeId), InstanceId> = BTreeMap::new();
    for (chunk_idx, frames) in frames_by_chunk {
        for (instance, birth) in births_in(reader, begin, chunk_idx)? {
            if let BirthKind::Scope {
                scope,
                frame: Some(frame),
                ..
            } = birth.kind
                && frames.contains(&frame)
            {
                latest.insert((frame, scope), instance);
            }
        }
    }
    Ok(latest.into_values().collect())
}
