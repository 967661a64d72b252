//! When something changed: the writes of a variable, and what changed an object, in either order and page by page; and
//! an object of one pause at another point.
//!
//! The indexes name the chunks in which a variable was written or an object changed, so only those are read, and only
//! [`MAX_CHUNKS`] of them for one answer.

mod found;
mod object;
mod variable;

use std::collections::BTreeSet;

use recording::{
    chunk::RecordPosition,
    ids::{BindingId, InstanceId, ObjectId},
    point::Point,
    value::Key,
};
use wire::{
    experimental::{
        FindWrites, FindWritesResult, ObjectAt, ObjectAtResult, PropertyRef, Splice, Write, WrittenProperty,
    },
    ids::PauseId,
    pause::ObjectPreviewLevel,
};

use crate::{
    answer::{Answer, Failure, Outbox},
    describe,
    session::Session,
    trace::Trace,
};
use found::{Found, Kept, Place};

/// Writes in one answer unless the client says how many, and if it says more.
const USUAL_COUNT: u32 = 100;
const MAX_COUNT: u32 = 1_000;

/// Chunks read for one answer: at a few milliseconds each it comes while a person still waits for it.
const MAX_CHUNKS: usize = 32;

/// What is asked about.
pub(crate) enum Subject {
    /// A variable, by who holds it.
    Variable(InstanceId, BindingId),
    /// An object, or only one property of it.
    Object(ObjectId, Option<Key>),
}

/// A page of writes.
struct Page {
    found: Vec<Found>,
    /// Where the next begins, or ends.
    next: Option<Place>,
    unknown_before: Option<Place>,
}

impl Session {
    pub(crate) fn find_writes(
        &mut self,
        params: FindWrites,
        outbox: &mut Outbox<'_>,
    ) -> Answer<FindWritesResult> {
        let subject = self.in_pause(&params.pause_id, outbox, |scene| match &params {
            FindWrites {
                variable: Some(variable),
                property: None,
                object: None,
                ..
            } => scene.variable_ref(variable),
            FindWrites {
                variable: None,
                property:
                    Some(PropertyRef {
                        object,
                        name,
                        is_symbol,
                    }),
                object: None,
                ..
            } => scene.object_ref(object, Some((name, *is_symbol))),
            FindWrites {
                variable: None,
                property: None,
                object: Some(object),
                ..
            } => scene.object_ref(object, None),
            _ => Err(Failure::command(
                "findWrites: exactly one of variable, property and object says what to look for",
            )),
        })?;
        let page = self.trace.page_of_writes(&subject, &params)?;
        let end = self.trace.last_shown();
        let bound = |point: &Option<_>, otherwise| {
            point
                .as_ref()
                .map_or(otherwise, |point| self.trace.clamped_point(point))
        };
        let reached = match page.next {
            Some(next) => self.trace.point_until(next)?,
            None if params.backward => bound(&params.begin, self.trace.first_shown()),
            None => bound(&params.end, end),
        };
        let unknown_before = page.unknown_before.map(|place| self.trace.point_until(place));
        let unknown_before = unknown_before.transpose()?;
        let mut writes = Vec::new();
        for found in page.found {
            let write = self.write(found, matches!(subject, Subject::Object(_, None)), outbox)?;
            if self.trace.shows_described(&write.point) {
                writes.push(write);
            }
        }
        Ok(FindWritesResult {
            writes,
            next: page.next.map(|place| place.to_wire()),
            reached: describe::to_wire(reached),
            unknown_before: unknown_before.map(describe::to_wire),
        })
    }

    /// A write as sent, with the pause right after it.
    fn write(&mut self, found: Found, names_property: bool, outbox: &mut Outbox<'_>) -> Answer<Write> {
        let after = self.trace.point_after(found.place)?;
        let (point, function_name) = self.trace.writer_of(found.place, after)?;
        // What the last statement that may be shown wrote is seen right before the next.
        let shown_after = after.min(self.trace.last_shown());
        let after = self.trace.stamped(shown_after)?;
        let pause_id = self.add_pause(shown_after);
        let property = found.property.filter(|_| names_property).map(|key| match key {
            Key::Name(name) => WrittenProperty {
                name: name.to_string(),
                is_symbol: false,
            },
            Key::Index(index) => WrittenProperty {
                name: index.to_string(),
                is_symbol: false,
            },
            Key::Symbol(description) => WrittenProperty {
                name: description.to_string(),
                is_symbol: true,
            },
        });
        let (value, key, splice, data) = self.in_pause(&pause_id, outbox, |mut scene| {
            let value = found.value.map(|value| scene.value(&value));
            let key = found.key.map(|key| scene.value(&key));
            let splice = found.splice.map(|(start, removed_count, inserted)| Splice {
                start,
                removed_count,
                inserted: inserted.iter().map(|value| scene.value(value)).collect(),
            });
            scene.add_mentioned(ObjectPreviewLevel::CanOverflow, 1)?;
            Ok((value, key, splice, scene.into_data()))
        })?;
        Ok(Write {
            kind: found.kind,
            point,
            function_name,
            after,
            value,
            property,
            key,
            splice,
            pause_id,
            data,
        })
    }

    pub(crate) fn object_at(&mut self, params: ObjectAt, outbox: &mut Outbox<'_>) -> Answer<ObjectAtResult> {
        let ObjectAt {
            pause_id,
            object_id,
            at,
        } = params;
        let at = self.trace.point(&at)?;
        self.in_pause(&pause_id, outbox, |scene| scene.lasting_object(&object_id))?;
        let point = self.trace.moment(at)?.point;
        let there: PauseId = self.add_pause(point);
        let (is_known, data) = self.in_pause(&there, outbox, |mut scene| {
            let is_known = scene.show_lasting(&object_id)?;
            Ok((is_known, scene.into_data()))
        })?;
        Ok(ObjectAtResult {
            pause_id: there,
            object_id: is_known.then_some(object_id),
            data,
        })
    }
}

impl Trace {
    /// The writes that a page has.
    fn page_of_writes(&self, subject: &Subject, params: &FindWrites) -> Answer<Page> {
        let place_of = |point: &Option<_>, otherwise: Point, open: Place| {
            let point = match point {
                Some(point) => self.clamped_point(point),
                None if self.bounds.is_none() => return Ok(open),
                None => otherwise,
            };
            let moment = self.moment(point)?;
            Ok::<_, Failure>(Place::new(moment.chunk_idx, moment.position))
        };
        let mut begin = place_of(&params.begin, self.first_shown(), Place::FIRST)?;
        let mut end = place_of(&params.end, self.last_shown(), Place::END)?;
        if let Some(from) = &params.from {
            let from = Place::from_wire(from);
            let from = from.ok_or_else(|| Failure::command("findWrites: from is what next said before"))?;
            match params.backward {
                true => end = end.min(from),
                false => begin = begin.max(from),
            }
        }
        let lives = self.lives(subject)?;
        let mut chunks = BTreeSet::new();
        lives.iter().for_each(|life| chunks.extend(&life.chunks));
        let mut chunks: Vec<usize> = chunks
            .into_iter()
            .filter(|chunk_idx| (begin.chunk_idx..=end.chunk_idx).contains(chunk_idx))
            .collect();
        if params.backward {
            chunks.reverse();
        }
        let max_count = params.max_count.unwrap_or(USUAL_COUNT).clamp(1, MAX_COUNT) as usize;
        let mut page = Page {
            found: Vec::new(),
            next: None,
            unknown_before: lives.first().and_then(|life| life.unknown_before),
        };
        for (n_read, chunk_idx) in chunks.into_iter().enumerate() {
            let room = max_count - page.found.len();
            if n_read >= MAX_CHUNKS || room == 0 {
                page.next = Some(match params.backward {
                    true => Place::new(chunk_idx, RecordPosition(u32::MAX)),
                    false => Place::new(chunk_idx, RecordPosition::START),
                });
                return Ok(page);
            }
            // What stands in a lost chunk is not known; the recording's warnings tell of it.
            let Some(view) = self.view_unless_lost(chunk_idx)? else {
                continue;
            };
            let from = match chunk_idx == begin.chunk_idx {
                true => begin.position,
                false => RecordPosition::START,
            };
            let until = match chunk_idx == end.chunk_idx {
                true => end.position,
                false => RecordPosition(u32::MAX),
            };
            let mut kept = Kept::new(params.backward, room);
            for life in lives.iter().filter(|life| life.chunks.contains(&chunk_idx)) {
                let until = match life.end.chunk_idx == chunk_idx {
                    true => until.min(life.end.position),
                    false => until,
                };
                match subject {
                    Subject::Variable(_, binding) => {
                        self.writes_in(&view, chunk_idx, (life.owner, *binding), from..until, &mut kept)?;
                    }
                    Subject::Object(object, key) => {
                        let is_first = life.chunks.first() == Some(&chunk_idx);
                        let span = from..until;
                        self.changes_in(
                            &view,
                            chunk_idx,
                            (*object, key.as_ref()),
                            is_first,
                            span,
                            &mut kept,
                        )?;
                    }
                }
            }
            let (found, next) = kept.into_page();
            page.found.extend(found);
            if next.is_some() {
                page.next = next;
                return Ok(page);
            }
        }
        Ok(page)
    }
}
