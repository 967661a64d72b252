//! The two tables read at opening: where each chunk of the log lies, and the scripts without their contents.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::{
    bytes::{Cursor, DecodeError, put_varint},
    ids::{InstanceId, ObjectId, ScriptId},
    manifest::Counts,
    point::{Micros, Point},
    script::{Script, ScriptKind},
    tracker::{MAX_STEPS, Tracker},
    zip::Entry,
};

/// One chunk of the log: what it spans and where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChunkInfo {
    /// Steps before it: the number of its first step.
    pub first_step: u64,
    /// Steps in it.
    pub n_steps: u64,
    /// The last point given before it. Its own points are greater than this one, up to and including the next
    /// chunk's `first_point`.
    pub first_point: Point,
    /// The clock at its start.
    pub first_time: Micros,
    /// The clock at its end.
    pub end_time: Micros,
    /// The first frame or scope instance born in it is this one, if any is.
    pub first_instance: InstanceId,
    /// Objects from this one on, and before the next chunk's, count as born in it.
    pub first_object: ObjectId,
    /// Where its entry (its local header) stands in the file.
    pub offset: u64,
    /// How many bytes the entry holds, compressed. 0 if the chunk is lost.
    pub len: u64,
}

impl ChunkInfo {
    /// The row of a chunk that begins at `keyframe`, ends at `end` and was written as `entry`.
    pub(crate) fn between(keyframe: &Tracker, end: &Tracker, entry: &Entry) -> Self {
        Self {
            first_step: keyframe.n_steps,
            n_steps: end.n_steps - keyframe.n_steps,
            first_point: keyframe.point(),
            first_time: keyframe.time,
            end_time: end.time,
            first_instance: keyframe.next_instance,
            first_object: keyframe.next_object,
            offset: entry.offset,
            len: entry.len,
        }
    }
}

impl ChunkInfo {
    /// The row of a chunk that is lost, between `end` of the one before and the step `until`.
    pub(crate) fn lost(end: End, until: u64) -> Self {
        Self {
            first_step: end.n_steps,
            n_steps: until.saturating_sub(end.n_steps),
            first_point: end.last_point(),
            first_time: end.time,
            end_time: end.time,
            first_instance: end.next_instance,
            first_object: end.next_object,
            offset: 0,
            len: 0,
        }
    }
}

/// All chunks, and what follows the last.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ChunkTable {
    pub(crate) chunks: Vec<ChunkInfo>,
    pub(crate) end: End,
}

/// The state after the last record, as far as the tables need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct End {
    pub(crate) n_steps: u64,
    pub(crate) sub: u16,
    pub(crate) time: Micros,
    pub(crate) next_instance: InstanceId,
    pub(crate) next_object: ObjectId,
}

impl End {
    pub(crate) fn of(tracker: &Tracker) -> Self {
        Self {
            n_steps: tracker.n_steps,
            sub: tracker.sub,
            time: tracker.time,
            next_instance: tracker.next_instance,
            next_object: tracker.next_object,
        }
    }

    /// The state before a chunk.
    pub(crate) fn before(chunk: &ChunkInfo) -> Self {
        Self {
            n_steps: chunk.first_step,
            sub: chunk.first_point.sub(),
            time: chunk.first_time,
            next_instance: chunk.first_instance,
            next_object: chunk.first_object,
        }
    }

    /// Whether a later state can follow on this one.
    pub(crate) fn is_at_most(&self, later: &Self) -> bool {
        self.last_point() <= later.last_point()
            && self.time <= later.time
            && self.next_instance <= later.next_instance
            && self.next_object <= later.next_object
    }

    pub(crate) fn last_point(&self) -> Point {
        Point::after_steps(self.n_steps, self.sub)
    }
}

impl Counts {
    /// With the counts that follow from the end of the log.
    pub(crate) fn at(self, end: End) -> Self {
        let n_before = |next: u32| next.saturating_sub(1);
        Self {
            steps: end.n_steps,
            instances: n_before(end.next_instance.0),
            objects: n_before(end.next_object.0),
            ..self
        }
    }
}

/// Each number is written as its growth since the row before: they only rise.
pub(crate) fn encode_chunks(chunks: &[ChunkInfo], end: End, out: &mut Vec<u8>) {
    put_varint(out, chunks.len() as u64);
    let mut last = Row::default();
    for chunk in chunks {
        Row::of(chunk).encode(last, out);
        put_varint(out, chunk.n_steps);
        put_varint(out, chunk.end_time.0.saturating_sub(chunk.first_time.0));
        put_varint(out, chunk.len);
        last = Row::of(chunk);
    }
    let end = Row([
        end.n_steps,
        u64::from(end.sub),
        end.time.0,
        u64::from(end.next_instance.0),
        u64::from(end.next_object.0),
        0,
    ]);
    end.encode(last, out);
}

/// The rising numbers of a chunk: steps, sub, time, instance, object, offset. `sub` is not rising and written whole.
#[derive(Clone, Copy, Default)]
struct Row([u64; 6]);

impl Row {
    const SUB: usize = 1;

    fn of(chunk: &ChunkInfo) -> Self {
        Self([
            chunk.first_step,
            u64::from(chunk.first_point.sub()),
            chunk.first_time.0,
            u64::from(chunk.first_instance.0),
            u64::from(chunk.first_object.0),
            chunk.offset,
        ])
    }

    fn encode(self, last: Self, out: &mut Vec<u8>) {
        for (idx, (number, last)) in self.0.into_iter().zip(last.0).enumerate() {
            put_varint(
                out,
                if idx == Self::SUB {
                    number
                } else {
                    number.saturating_sub(last)
                },
            );
        }
    }

    fn decode(last: Self, bytes: &mut Cursor<'_>) -> Result<Self, DecodeError> {
        let mut row = [0; 6];
        for (idx, (number, last)) in row.iter_mut().zip(last.0).enumerate() {
            let read = bytes.varint()?;
            let sum = if idx == Self::SUB {
                Some(read)
            } else {
                last.checked_add(read)
            };
            *number = sum.ok_or(DecodeError::OutOfRange)?;
        }
        Ok(Self(row))
    }

    fn end(self) -> Result<End, DecodeError> {
        let [n_steps, sub, time, instance, object, _] = self.0;
        let small = |number| u32::try_from(number).map_err(|_| DecodeError::OutOfRange);
        if n_steps > MAX_STEPS {
            return Err(DecodeError::OutOfRange);
        }
        Ok(End {
            n_steps,
            sub: u16::try_from(sub).map_err(|_| DecodeError::OutOfRange)?,
            time: Micros(time),
            next_instance: InstanceId(small(instance)?),
            next_object: ObjectId(small(object)?),
        })
    }
}

/// Reads what [`encode_chunks`] wrote.
pub(crate) fn decode_chunks(bytes: &mut Cursor<'_>) -> Result<ChunkTable, DecodeError> {
    let n_chunks = bytes.count(9)?;
    let mut last = Row::default();
    let mut chunks = Vec::with_capacity(n_chunks);
    for _ in 0..n_chunks {
        last = Row::decode(last, bytes)?;
        let start = last.end()?;
        let n_steps = bytes.varint()?;
        let end_time = start
            .time
            .0
            .checked_add(bytes.varint()?)
            .ok_or(DecodeError::OutOfRange)?;
        chunks.push(ChunkInfo {
            first_step: start.n_steps,
            n_steps,
            first_point: start.last_point(),
            first_time: start.time,
            end_time: Micros(end_time),
            first_instance: start.next_instance,
            first_object: start.next_object,
            offset: last.0[5],
            len: bytes.varint()?,
        });
    }
    let end = Row::decode(last, bytes)?.end()?;
    let starts = chunks.iter().skip(1).map(End::before).chain([end]);
    for (chunk, next) in chunks.iter().zip(starts) {
        let is_long = chunk.first_step.checked_add(chunk.n_steps) == Some(next.n_steps);
        if !is_long || chunk.end_time != next.time || !End::before(chunk).is_at_most(&next) {
            return Err(DecodeError::Malformed(
                "a chunk does not follow on the one before it",
            ));
        }
    }
    Ok(ChunkTable { chunks, end })
}

/// A script without its contents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScriptInfo {
    /// As in [`Script`].
    pub id: ScriptId,
    /// As in [`Script`].
    pub url: String,
    /// As in [`Script`].
    pub kind: ScriptKind,
    /// As in [`Script`].
    pub level: u8,
    /// As in [`Script`].
    pub hash: String,
    /// As in [`Script`].
    pub n_code_units: u32,
    /// As in [`Script`].
    pub n_lines: u32,
    /// As in [`Script`].
    pub document_line: u32,
    /// As in [`Script`].
    pub source_map_url: Option<String>,
    /// The numbers of its sites.
    pub sites: Range<u32>,
    /// The numbers of its functions.
    pub functions: Range<u32>,
    /// The numbers of its scopes.
    pub scopes: Range<u32>,
    /// The numbers of its bindings.
    pub bindings: Range<u32>,
}

impl ScriptInfo {
    /// What the table keeps of a script.
    pub fn of(script: &Script) -> Self {
        let range = |first: u32, len: usize| first..first.saturating_add(len as u32);
        Self {
            id: script.id,
            url: script.url.clone(),
            kind: script.kind,
            level: script.level,
            hash: script.hash.clone(),
            n_code_units: script.n_code_units,
            n_lines: script.n_lines,
            document_line: script.document_line,
            source_map_url: script.source_map_url.clone(),
            sites: range(script.first_site.0, script.sites.len()),
            functions: range(script.first_function.0, script.functions.len()),
            scopes: range(script.first_scope.0, script.scopes.len()),
            bindings: range(script.first_binding.0, script.bindings.len()),
        }
    }
}

/// Which script each id belongs to: ranges of ids, rising.
pub(crate) struct Owners {
    pub(crate) sites: Vec<Owned>,
    pub(crate) functions: Vec<Owned>,
    pub(crate) scopes: Vec<Owned>,
    pub(crate) bindings: Vec<Owned>,
}

/// First id, just past the last, and whose they are.
pub(crate) type Owned = (u32, u32, ScriptId);

impl Owners {
    pub(crate) fn new(scripts: &[ScriptInfo]) -> Self {
        let ranges = |range: fn(&ScriptInfo) -> &Range<u32>| {
            let mut ranges: Vec<Owned> = scripts
                .iter()
                .map(|script| (range(script).start, range(script).end, script.id))
                .collect();
            ranges.retain(|(start, end, _)| start < end);
            ranges.sort_unstable();
            ranges
        };
        Self {
            sites: ranges(|script| &script.sites),
            functions: ranges(|script| &script.functions),
            scopes: ranges(|script| &script.scopes),
            bindings: ranges(|script| &script.bindings),
        }
    }
}

/// Whose range holds an id.
pub(crate) fn owner(ranges: &[Owned], id: u32) -> Option<ScriptId> {
    let after = ranges.partition_point(|(start, ..)| *start <= id);
    let (_, end, script) = ranges.get(after.checked_sub(1)?)?;
    (id < *end).then_some(*script)
}
