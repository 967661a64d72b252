//! One chunk of the log: the state at its start, its strings and its records, readable from any record on.

use std::sync::Arc;

use crate::{
    bytes::{Cursor, DecodeError, put_varint},
    codec::{Context, Decoder, Frames, Node},
    ids::SiteId,
    limits::MAX_STRINGS,
    outline::Outline,
    point::Point,
    record::Record,
    tracker::{Applied, Tracker},
    value::Text,
};

/// How many records may have to be skipped to reach one in the middle: starting anywhere costs about half as many.
const RECORDS_PER_CHECKPOINT: usize = 64;

/// Where a record stands in its chunk: an offset into its rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordPosition(pub u32);

impl RecordPosition {
    /// The first record.
    pub const START: Self = Self(0);
}

/// A decoded chunk. Its records were all read once when it was made, so that iterating cannot fail.
#[derive(Debug)]
pub struct Chunk {
    tracker: Tracker,
    strings: Vec<Arc<str>>,
    rows: Vec<u8>,
    frames: Vec<Node>,
    checkpoints: Vec<Checkpoint>,
    n_records: u32,
    end: Tracker,
}

/// Looks at the records of a chunk while they are read.
pub trait Look {
    /// The state before the first record.
    fn begin(&mut self, start: &Tracker);
    /// The next record.
    fn see(&mut self, seen: Seen<'_>);
}

/// Looks at nothing.
impl Look for () {
    fn begin(&mut self, _: &Tracker) {}
    fn see(&mut self, _: Seen<'_>) {}
}

/// A record as it is passed on in order: what it is about, and how the state around it was and is.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// Where it stands.
    pub position: RecordPosition,
    /// What it is about.
    pub outline: Outline,
    /// The point given last before it.
    pub point_before: Point,
    /// The last step of the frame that ran before it, with its site.
    pub step_before: Option<(u64, SiteId)>,
    /// What it changed.
    pub applied: &'a Applied,
    /// The state after it.
    pub tracker: &'a Tracker,
}

impl Seen<'_> {
    #[inline]
    fn apply(tracker: &mut Tracker, position: RecordPosition, outline: Outline, look: &mut impl Look) {
        let point_before = tracker.point();
        let step_before = tracker.top().and_then(|frame| frame.last_step);
        let applied = tracker.apply_outline(&outline);
        look.see(Seen {
            position,
            outline,
            point_before,
            step_before,
            applied: &applied,
            tracker,
        });
    }
}

/// All that is needed to decode from here on.
#[derive(Clone, Copy, Debug)]
struct Checkpoint {
    position: u32,
    context: Context,
    top: Option<u32>,
}

impl Chunk {
    /// Reads a chunk's payload, whole, and passes on every record.
    pub(crate) fn decode_with(payload: &[u8], look: &mut impl Look) -> Result<Self, DecodeError> {
        let mut bytes = Cursor::new(payload);
        let tracker = Tracker::decode(&mut bytes)?;
        let strings = strings(&mut bytes)?;
        let rows = bytes.take(bytes.remaining())?.to_vec();
        if u32::try_from(rows.len()).is_err() {
            return Err(DecodeError::OutOfRange);
        }
        let mut chunk = Self {
            end: tracker.clone(),
            tracker,
            strings,
            rows,
            frames: Vec::new(),
            checkpoints: Vec::new(),
            n_records: 0,
        };
        look.begin(&chunk.tracker);
        chunk.read_through(look)?;
        Ok(chunk)
    }

    /// Passes on every record, as [`Reader::chunk_with`](crate::reader::Reader::chunk_with) does.
    pub fn look_through(&self, look: &mut impl Look) {
        look.begin(&self.tracker);
        let mut tracker = self.tracker.clone();
        let mut records = self.records_from(RecordPosition::START);
        while !records.decoder.is_at_end() {
            let position = records.next_position();
            // Every record was read once in `read_through`: this cannot fail.
            let Ok(outline) = records.decoder.outline() else {
                return;
            };
            Seen::apply(&mut tracker, position, outline, look);
        }
    }

    /// Reads every record once: notes the checkpoints, the frames they refer to, and the state at the end.
    fn read_through(&mut self, look: &mut impl Look) -> Result<(), DecodeError> {
        let mut frames = Vec::new();
        let mut stack: Vec<u32> = Vec::new();
        let mut push = |stack: &mut Vec<u32>, instance: u32| {
            frames.push(Node {
                instance,
                below: stack.last().copied(),
            });
            stack.push(frames.len() as u32 - 1);
        };
        for frame in &self.tracker.stack {
            push(&mut stack, frame.instance.0);
        }
        let mut checkpoints = Vec::new();
        // The decoder keeps the whole stack by itself here: nobody has noted the frames yet.
        let initial: Vec<Node> = (0..)
            .zip(&self.tracker.stack)
            .map(|(depth, frame): (u32, _)| Node {
                instance: frame.instance.0,
                below: depth.checked_sub(1),
            })
            .collect();
        let top = (initial.len() as u32).checked_sub(1);
        let mut decoder = Decoder::new(
            &self.rows,
            0,
            &self.strings,
            Context::at(&self.tracker),
            Frames::new(&initial, top),
        );
        let mut n_records = 0;
        while !decoder.is_at_end() {
            if n_records % RECORDS_PER_CHECKPOINT == 0 {
                checkpoints.push(Checkpoint {
                    position: decoder.position() as u32,
                    context: decoder.context(),
                    top: stack.last().copied(),
                });
            }
            let position = RecordPosition(decoder.position() as u32);
            let outline = decoder.outline()?;
            n_records += 1;
            Seen::apply(&mut self.end, position, outline, look);
            match outline {
                Outline::Enter { .. } | Outline::Resume(_) => {
                    let instance = self.end.stack.last().map_or(0, |frame| frame.instance.0);
                    push(&mut stack, instance);
                }
                Outline::Leave | Outline::Suspend => {
                    stack.pop();
                }
                _ => {}
            }
        }
        self.frames = frames;
        self.checkpoints = checkpoints;
        self.n_records = n_records as u32;
        Ok(())
    }

    /// The state before the first record.
    pub fn tracker(&self) -> &Tracker {
        &self.tracker
    }

    /// The state after the last record.
    pub fn end_tracker(&self) -> &Tracker {
        &self.end
    }

    /// How many records it holds.
    pub fn n_records(&self) -> usize {
        self.n_records as usize
    }

    /// The position just past the last record.
    pub fn end(&self) -> RecordPosition {
        RecordPosition(self.rows.len() as u32)
    }

    /// All records from the first one at or after `position`, each with its position.
    pub fn records_from(&self, position: RecordPosition) -> Records<'_> {
        let after = self
            .checkpoints
            .partition_point(|checkpoint| checkpoint.position <= position.0);
        let Some(checkpoint) = after.checked_sub(1).and_then(|idx| self.checkpoints.get(idx)) else {
            let none = Frames::new(&[], None);
            return Records {
                decoder: Decoder::new(&[], 0, &[], Context::at(&self.tracker), none),
            };
        };
        let Checkpoint {
            position: start,
            context,
            top,
        } = *checkpoint;
        let frames = Frames::new(&self.frames, top);
        let mut records = Records {
            decoder: Decoder::new(&self.rows, start as usize, &self.strings, context, frames),
        };
        records.skip_to(position);
        records
    }

    /// About how much memory it takes, in bytes.
    pub(crate) fn n_bytes(&self) -> usize {
        let n_frames = self.tracker.stack.len() + self.tracker.suspended.len();
        size_of::<Self>()
            + self.rows.len()
            + self.strings.iter().map(|string| string.len() + 32).sum::<usize>()
            + self.frames.len() * size_of::<Node>()
            + self.checkpoints.len() * size_of::<Checkpoint>()
            + n_frames * 2 * size_of::<crate::tracker::OpenFrame>()
    }
}

/// The records of a chunk, in order, each with its position.
#[derive(Clone)]
pub struct Records<'a> {
    decoder: Decoder<'a>,
}

impl Records<'_> {
    /// Passes over what stands before a position, without decoding its values.
    pub fn skip_to(&mut self, position: RecordPosition) {
        while self.decoder.position() < position.0 as usize && !self.decoder.is_at_end() {
            // Every record was read once in `Chunk::read_through`: this cannot fail.
            if self.decoder.outline().is_err() {
                return;
            }
        }
    }

    /// Where the next record stands, or the end of the chunk.
    pub fn next_position(&self) -> RecordPosition {
        RecordPosition(self.decoder.position() as u32)
    }
}

impl Iterator for Records<'_> {
    type Item = (RecordPosition, Record);

    fn next(&mut self) -> Option<Self::Item> {
        if self.decoder.is_at_end() {
            return None;
        }
        let position = self.next_position();
        // Every record was read once in `Chunk::read_through`: this cannot fail.
        self.decoder.record().ok().map(|record| (position, record))
    }
}

/// The string table: the number of strings, their lengths in bytes, then their bytes.
fn strings(bytes: &mut Cursor<'_>) -> Result<Vec<Arc<str>>, DecodeError> {
    let n_strings = bytes.count(1)?;
    if n_strings > MAX_STRINGS {
        return Err(DecodeError::OutOfRange);
    }
    let lengths = (0..n_strings)
        .map(|_| bytes.varint())
        .collect::<Result<Vec<_>, _>>()?;
    let string = |length: u64| {
        let length = usize::try_from(length).map_err(|_| DecodeError::EndsEarly)?;
        let string = std::str::from_utf8(bytes.take(length)?).map_err(|_| DecodeError::NotUtf8)?;
        Ok(Arc::from(string))
    };
    lengths.into_iter().map(string).collect()
}

/// A chunk's payload, before compression.
pub(crate) fn encode(keyframe: &Tracker, strings: &[Text], rows: &[u8]) -> Vec<u8> {
    let mut payload = Vec::with_capacity(rows.len() + 1024);
    keyframe.encode(&mut payload);
    put_varint(&mut payload, strings.len() as u64);
    strings
        .iter()
        .for_each(|string| put_varint(&mut payload, string.len() as u64));
    strings
        .iter()
        .for_each(|string| payload.extend(string.as_bytes()));
    payload.extend(rows);
    payload
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        codec::Encoder,
        ids::{BindingId, FunctionId, InstanceId, ObjectId, SiteId},
        value::{Key, ObjectKind, ObjectState, Value},
    };

    /// A payload with a keyframe of two frames, strings, and rows with lists, keys and objects.
    fn payload() -> Vec<u8> {
        let mut keyframe = Tracker::default();
        let enter = |argument: &str| Record::Enter {
            function: FunctionId(1),
            parent: InstanceId::STATIC,
            this: Some(Value::Null),
            arguments: vec![Value::String(argument.into()), Value::Number(0.5)],
        };
        [enter("a"), Record::Step(SiteId(3)), enter("b"), Record::Suspend]
            .iter()
            .for_each(|record| {
                keyframe.apply(record);
            });
        let mut encoder = Encoder::new(&keyframe);
        let elements = vec![Some(Value::Object(ObjectId(2))), None];
        let state = ObjectState {
            class_name: "Array".into(),
            prototype: None,
            kind: ObjectKind::Array { length: 2, elements },
            properties: Vec::new(),
            n_properties: 0,
        };
        let records = [
            Record::Step(SiteId(4)),
            Record::Resume(InstanceId(2)),
            Record::Object {
                object: ObjectId(1),
                state: Box::new(state),
            },
            Record::Property {
                object: ObjectId(1),
                key: Key::Index(0),
                value: Value::String("c".into()),
            },
            Record::Splice {
                object: ObjectId(1),
                start: 0,
                n_removed: 1,
                inserted: vec![Value::Undefined; 3],
            },
            Record::Write {
                owner: InstanceId(2),
                binding: BindingId(3),
                value: Value::BigInt("12".into()),
            },
            enter("d"),
            Record::Leave,
        ];
        records.iter().for_each(|record| encoder.record(record));
        let (rows, strings) = encoder.finish();
        encode(&keyframe, &strings, &rows)
    }

    fn decode(payload: &[u8]) -> Result<Chunk, DecodeError> {
        Chunk::decode_with(payload, &mut ())
    }

    #[test]
    fn a_payload_cut_anywhere_is_an_error_or_fewer_records() {
        let payload = payload();
        let whole: Vec<_> = decode(&payload)
            .unwrap()
            .records_from(RecordPosition::START)
            .collect();
        for len in 0..payload.len() {
            if let Ok(chunk) = decode(&payload[..len]) {
                let records: Vec<_> = chunk.records_from(RecordPosition::START).collect();
                assert_eq!(records[..], whole[..records.len()]);
            }
        }
    }

    #[test]
    fn a_position_inside_a_record_starts_at_the_next() {
        let chunk = decode(&payload()).unwrap();
        let positions: Vec<_> = chunk
            .records_from(RecordPosition::START)
            .map(|(position, _)| position)
            .collect();
        for offset in 0..chunk.end().0 {
            let next = positions.iter().copied().find(|position| position.0 >= offset);
            assert_eq!(
                chunk
                    .records_from(RecordPosition(offset))
                    .next()
                    .map(|(position, _)| position),
                next
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn any_bytes_decode_or_give_an_error(
            changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..5),
            tail in proptest::collection::vec(any::<u8>(), 0..40),
        ) {
            let mut payload = payload();
            payload.extend(tail);
            for (place, byte) in changes {
                let place = place.index(payload.len());
                payload[place] = byte;
            }
            if let Ok(chunk) = decode(&payload) {
                // What was passed over can be read, and is what it was taken for.
                struct Outlines(Vec<(RecordPosition, Outline)>);
                impl Look for Outlines {
                    fn begin(&mut self, _: &Tracker) {}
                    fn see(&mut self, seen: Seen<'_>) {
                        self.0.push((seen.position, seen.outline));
                    }
                }
                let mut outlines = Outlines(Vec::new());
                chunk.look_through(&mut outlines);
                let Outlines(seen) = outlines;
                assert_eq!(seen.len(), chunk.n_records());
                let records = chunk.records_from(RecordPosition::START);
                assert_eq!(records.map(|(at, record)| (at, record.outline())).collect::<Vec<_>>(), seen);
            }
        }
    }
}
