//! The writes of a variable: each assignment, what the function was called with, and what each round of a loop took over.

use std::ops::Range;

use recording::{
    chunk::RecordPosition,
    ids::{BindingId, InstanceId},
    record::Record,
    value::Value,
};
use wire::experimental::WriteKind;

use super::{
    Subject,
    found::{Found, Kept, Place},
};
use crate::{
    answer::Answer,
    trace::{Moment, Trace},
    view::{BirthKind, ChunkView},
};

/// Rounds of a loop to follow a variable back through, and chunks to read for it.
const MAX_ROUNDS: usize = 10_000;
const MAX_CHUNKS_OF_ROUNDS: usize = 32;

/// Bytes of a text that grew: more than are ever sent of one.
const MAX_TEXT: usize = 40_008;

/// A time during which something was held by one instance.
pub(super) struct Life {
    pub(super) owner: InstanceId,
    /// The chunks in which it was born or written, in order.
    pub(super) chunks: Vec<usize>,
    /// Until here it is the one that is asked about.
    pub(super) end: Place,
    /// There are earlier ones, which begin before this place.
    pub(super) unknown_before: Option<Place>,
}

impl Trace {
    /// Where to look for what changed a thing, in the order of the log.
    pub(super) fn lives(&self, subject: &Subject) -> Answer<Vec<Life>> {
        let (mut owner, binding) = match subject {
            Subject::Variable(owner, binding) => (*owner, *binding),
            Subject::Object(object, _) => {
                let born = self.reader.birth_chunk_of_object(*object);
                return Ok(vec![Life {
                    owner: InstanceId::STATIC,
                    chunks: with_birth(born, self.reader.object_chunks(*object)),
                    end: Place::END,
                    unknown_before: None,
                }]);
            }
        };
        let mut lives = Vec::new();
        let mut end = Place::END;
        let mut chunks_read = 0;
        loop {
            let born = match owner {
                InstanceId::STATIC => None,
                owner => self.reader.birth_chunk_of_instance(owner),
            };
            lives.push(Life {
                owner,
                chunks: with_birth(born, self.reader.write_chunks(owner, binding)),
                end,
                unknown_before: None,
            });
            let birth = match owner {
                InstanceId::STATIC => None,
                owner => self.birth(owner)?,
            };
            let Some((chunk_idx, birth)) = birth else { break };
            let BirthKind::ScopeCopy { from, .. } = birth.kind else {
                break;
            };
            let begin = Place::new(chunk_idx, birth.position);
            if chunk_idx != end.chunk_idx {
                chunks_read += 1;
            }
            if lives.len() >= MAX_ROUNDS || chunks_read > MAX_CHUNKS_OF_ROUNDS {
                lives
                    .iter_mut()
                    .for_each(|life| life.unknown_before = Some(begin));
                break;
            }
            (owner, end) = (from, begin);
        }
        lives.reverse();
        Ok(lives)
    }

    /// The writes of a variable in a part of a chunk.
    pub(super) fn writes_in(
        &self,
        view: &std::sync::Arc<ChunkView>,
        chunk_idx: usize,
        (owner, binding): (InstanceId, BindingId),
        span: Range<RecordPosition>,
        kept: &mut Kept,
    ) -> Answer<()> {
        if let Some(birth) = view.birth(owner).filter(|birth| span.contains(&birth.position))
            && let BirthKind::Frame {
                function, arguments, ..
            } = birth.kind
            && let Some(argument) = self.argument(function, binding, &arguments)?
        {
            let place = Place::new(chunk_idx, birth.position);
            kept.push(Found::new(place, WriteKind::Argument, Some(argument)));
        }
        let positions: Vec<_> = view.positions_of_writes(owner, binding);
        let begin = positions.partition_point(|position| *position < span.start);
        let end = positions.partition_point(|position| *position < span.end);
        let positions = positions.get(begin..end).unwrap_or_default();
        let wanted = kept.range_of(positions.len());
        // What the variable held after the last of these: a text that grows is not put together anew each time.
        let mut held = None;
        let mut grown: Option<String> = None;
        for position in positions.get(wanted).unwrap_or_default() {
            let value = match view.record_at(*position) {
                Some(Record::Write { value, .. }) => {
                    grown = None;
                    let shown = beginning(&value);
                    held = Some(value);
                    shown
                }
                Some(Record::Append {
                    suffix: Value::String(suffix),
                    ..
                }) => {
                    let text = match (grown.take(), held.take()) {
                        (Some(text), _) => Some(text + &suffix),
                        (None, Some(Value::String(text))) => Some(format!("{text}{suffix}")),
                        (None, _) => {
                            let after = Moment {
                                point: view.start.point(),
                                chunk_idx,
                                view: view.clone(),
                                position: RecordPosition(position.0.saturating_add(1)),
                            };
                            match self.variable(owner, binding, &after)? {
                                Some(Value::String(text)) => Some(text.to_string()),
                                _ => None,
                            }
                        }
                    };
                    let shown = text.as_deref().map_or(Value::Unavailable, cut);
                    grown = text;
                    shown
                }
                _ => continue,
            };
            // A block that begins anew: its variables are not declared yet.
            if value != Value::Uninitialized {
                let place = Place::new(chunk_idx, *position);
                kept.push(Found::new(place, WriteKind::Set, Some(value)));
            }
        }
        Ok(())
    }
}

/// As much of a value as is ever sent: many states of a long text would not fit.
fn beginning(value: &Value) -> Value {
    match value {
        Value::String(text) if text.len() > MAX_TEXT => cut(text),
        other => other.clone(),
    }
}

fn cut(text: &str) -> Value {
    let end = text.floor_char_boundary(MAX_TEXT);
    Value::String(text.get(..end).unwrap_or_default().into())
}

/// The chunk something was born in, and those its index names.
fn with_birth(born: Option<usize>, indexed: Vec<usize>) -> Vec<usize> {
    let mut chunks = indexed;
    chunks.extend(born);
    chunks.sort_unstable();
    chunks.dedup();
    chunks
}
