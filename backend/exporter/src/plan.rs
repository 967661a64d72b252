//! What is to be handed on of a recording, and where in its log the part begins and ends that is asked for.

use std::{collections::BTreeSet, ops::RangeInclusive};

use recording::{
    chunk::{Chunk, RecordPosition},
    point::{Micros, Point},
    reader::Reader,
    share::LeftOut,
    tracker::Tracker,
};
use serde::{Deserialize, Serialize};

use crate::ExportError;

/// What is left out unless somebody asks for it: everything that tells more than what ran and how. What the program held
/// stays, without which there is nothing to debug.
pub const SAFE: [LeftOut; 8] = [
    LeftOut::Sources,
    LeftOut::Bodies,
    LeftOut::Headers,
    LeftOut::Console,
    LeftOut::Typed,
    LeftOut::Texts,
    LeftOut::Pictures,
    LeftOut::Queries,
];

/// What is to be handed on of a recording.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// Where the part begins; None: at the beginning.
    #[serde(default)]
    pub begin: Option<Bound>,
    /// Where it ends; None: at the end.
    #[serde(default)]
    pub end: Option<Bound>,
    /// What is left out.
    #[serde(default = "safe")]
    pub left_out: BTreeSet<LeftOut>,
    /// The new recording's id, a UUID: it is another recording.
    pub recording_id: String,
    /// When it is made, milliseconds since 1970.
    pub at: f64,
    /// Comments that go with it, JSON text.
    #[serde(default)]
    pub comments: Option<String>,
}

fn safe() -> BTreeSet<LeftOut> {
    SAFE.into()
}

/// Where a part begins or ends.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Bound {
    /// At a point, which is in the part.
    Point(Point),
    /// At a time: nothing that is known to lie outside is in the part.
    Time(Micros),
}

impl Plan {
    /// A plan for the whole recording without what is left out unless somebody asks for it.
    pub fn safe(recording_id: String, at: f64) -> Self {
        Self {
            begin: None,
            end: None,
            left_out: safe(),
            recording_id,
            at,
            comments: None,
        }
    }
}

/// A part of a log.
pub(crate) struct Span {
    /// Where it begins; None where that is the beginning of the recording.
    pub(crate) begin: Option<Begin>,
    /// The last point that is in it.
    pub(crate) end: Point,
    /// Whether the recording goes on after it.
    pub(crate) is_cut_off: bool,
    /// The chunks that it lies in.
    pub(crate) chunks: RangeInclusive<usize>,
}

/// Where a part begins.
pub(crate) struct Begin {
    /// Its first point.
    pub(crate) point: Point,
    pub(crate) chunk_idx: usize,
    /// The record that takes the point.
    pub(crate) position: RecordPosition,
    /// The state before it.
    pub(crate) state: Tracker,
}

impl Span {
    /// Finds what a plan asks for.
    pub(crate) fn of(reader: &Reader, plan: &Plan) -> Result<Self, ExportError> {
        let n_chunks = reader.chunks().len();
        let asked = plan.begin.unwrap_or(Bound::Point(Point::BEGINNING));
        let is_whole_begin = match asked {
            Bound::Point(point) => point <= reader.begin_point(),
            Bound::Time(time) => time <= reader.begin_time(),
        };
        // What only says what was there before is never handed on as it is, even if all that follows is asked for.
        let asked = match (is_whole_begin, reader.first_chunk()) {
            (true, 0) => None,
            (true, _) => Some(Bound::Point(reader.begin_point())),
            (false, _) => Some(asked),
        };
        let begin = match asked {
            Some(bound) => Some(find_begin(reader, bound)?.ok_or(ExportError::Empty)?),
            None => None,
        };
        let (end, last_chunk) = match plan.end {
            Some(bound) => find_end(reader, bound)?,
            None => (reader.last_point(), n_chunks.saturating_sub(1)),
        };
        let first_point = begin.as_ref().map_or(Point::BEGINNING, |begin| begin.point);
        if end < first_point {
            return Err(ExportError::Empty);
        }
        let first_chunk = begin.as_ref().map_or(0, |begin| begin.chunk_idx);
        Ok(Self {
            begin,
            end,
            is_cut_off: end < reader.last_point(),
            chunks: first_chunk..=last_chunk.max(first_chunk),
        })
    }

    /// Whether it is all of the recording.
    pub(crate) fn is_whole(&self) -> bool {
        self.begin.is_none() && !self.is_cut_off
    }

    /// The first point that is in it.
    pub(crate) fn first_point(&self) -> Point {
        self.begin.as_ref().map_or(Point::BEGINNING, |begin| begin.point)
    }
}

/// The first record that takes a point at or after a bound.
fn find_begin(reader: &Reader, bound: Bound) -> Result<Option<Begin>, ExportError> {
    let first = match bound {
        Bound::Point(point) => reader.chunk_of_point(point),
        Bound::Time(time) => Some(reader.chunks().partition_point(|chunk| chunk.end_time < time)),
    };
    // What is told of the time before a part has no time of its own.
    let first = first.unwrap_or(0).max(reader.first_chunk());
    for chunk_idx in first..reader.chunks().len() {
        let chunk = reader.chunk(chunk_idx)?;
        let mut tracker = chunk.tracker().clone();
        for (position, record) in chunk.records_from(RecordPosition::START) {
            let Some(point) = tracker.apply(&record).point else {
                continue;
            };
            let is_there = match bound {
                Bound::Point(first) => point >= first,
                Bound::Time(time) => tracker.time >= time,
            };
            if is_there {
                return Ok(Some(Begin {
                    point,
                    chunk_idx,
                    position,
                    state: state_before(&chunk, position),
                }));
            }
        }
    }
    Ok(None)
}

/// The last point at or before a bound, and the chunk it is in.
fn find_end(reader: &Reader, bound: Bound) -> Result<(Point, usize), ExportError> {
    let end = (reader.last_point(), reader.chunks().len().saturating_sub(1));
    let chunk_idx = match bound {
        Bound::Point(point) if point >= end.0 => return Ok(end),
        Bound::Time(time) if time >= reader.duration() => return Ok(end),
        Bound::Point(point) => reader.chunk_of_point(point).unwrap_or(0),
        Bound::Time(time) => reader
            .chunks()
            .partition_point(|chunk| chunk.first_time <= time)
            .saturating_sub(1),
    };
    let chunk = reader.chunk(chunk_idx)?;
    let mut tracker = chunk.tracker().clone();
    let mut last = tracker.point();
    for (_, record) in chunk.records_from(RecordPosition::START) {
        let Some(point) = tracker.apply(&record).point else {
            continue;
        };
        let is_past = match bound {
            Bound::Point(end) => point > end,
            Bound::Time(end) => tracker.time > end,
        };
        if is_past {
            break;
        }
        last = point;
    }
    Ok((last, chunk_idx))
}

/// The state before a record.
fn state_before(chunk: &Chunk, position: RecordPosition) -> Tracker {
    let mut tracker = chunk.tracker().clone();
    let before = chunk.records_from(RecordPosition::START);
    for (_, record) in before.take_while(|(at, _)| *at < position) {
        tracker.apply(&record);
    }
    tracker
}
