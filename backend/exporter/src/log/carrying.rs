//! Writes what was there when a part begins, from what was found of it.

use std::{collections::BTreeMap, io};

use recording::{
    ids::{BindingId, InstanceId, SiteId},
    record::Record,
    share::Part,
    tracker::{OpenFrame, Tracker},
    value::Value,
};

use super::{Log, Work};
use crate::{
    ExportError,
    carry::{BirthKind, Instances, Objects, PageBefore, References, variables},
    plan::{Begin, Span},
};

/// Marks that stand between two steps, at most; the writer puts in a step where there would be more than 60,000.
const MARKS_PER_STEP: u64 = 50_000;

/// Frames and scopes of a part have numbers of their own, because those that stay behind leave none free.
pub(crate) struct Numbers {
    /// Of those that were carried into the part.
    carried: BTreeMap<InstanceId, InstanceId>,
    /// The first that begins in the part, as it was numbered and as it is.
    first: (InstanceId, InstanceId),
}

impl Numbers {
    pub(crate) fn of(&self, instance: InstanceId) -> InstanceId {
        let (was, is) = self.first;
        match instance.0.checked_sub(was.0) {
            Some(distance) => InstanceId(is.0 + distance),
            None => self.carried.get(&instance).copied().unwrap_or(InstanceId::STATIC),
        }
    }
}

impl<W: io::Write> Log<'_, W> {
    /// Writes what was there when a part begins, and goes on in the state of then.
    pub(super) fn carry_into(
        &mut self,
        span: &Span,
        begin: &Begin,
        work: &mut Work<'_>,
    ) -> Result<Part, ExportError> {
        let reader = self.reader;
        let scrub = &self.scrub;
        let mut references =
            References::of(reader, span, begin, |what| scrub.leaves_out(what), || work.step())?;
        let instances = Instances::of(reader, begin, &references)?;
        let page = PageBefore::of(reader, begin.point, span.end, &mut self.scrub.roles)?;
        self.writer.go_on_from(state_before(begin, page.events.len()))?;
        let carried: BTreeMap<_, _> = instances
            .born
            .keys()
            .copied()
            .zip((1..).map(InstanceId))
            .collect();
        let next = InstanceId(carried.len() as u32 + 1);
        let numbers = Numbers {
            carried,
            first: (begin.state.next_instance, next),
        };
        let state = state_at(begin, &numbers, &instances);
        self.numbers = Some(numbers);
        self.instances(&instances, &mut references)?;
        let mut written: Vec<(InstanceId, BindingId, Value)> = Vec::new();
        variables(reader, begin, &instances, |owner, binding, value| {
            references.note_value(&value);
            written.push((owner, binding, value));
        })?;
        for (owner, binding, value) in written {
            self.push(Record::Write {
                owner,
                binding,
                value,
            })?;
        }
        self.end_frames(begin, &instances)?;
        let has_left = Objects::new(reader, begin).carry(references.take_objects(), |object, state| {
            let state = Box::new(state);
            self.push(Record::Object { object, state })
        })?;
        if has_left {
            self.warning = Some(
                "there were more objects than are taken along into a part: those farthest from what runs in it are not here",
            );
        }
        for mut event in page.events {
            self.scrub.event(&mut event);
            self.blobs
                .bring(reader, &mut self.writer, &mut self.scrub, &mut event)?;
            self.writer.mark(begin.state.time, event)?;
        }
        // Steps are counted on from chunk to chunk; these belong to no place.
        while self.writer.tracker().n_steps < state.n_steps {
            self.push(Record::Step(SiteId::IDLE))?;
        }
        Ok(Part {
            begin: begin.point,
            begin_time: begin.state.time,
            first_chunk: self.writer.go_on_from(state)?,
            n_steps_before: begin.state.n_steps,
        })
    }

    /// Frames and scopes, in the order in which they began. A frame waits after it was told of, and goes on for each of its
    /// blocks: so a block is known to be in it.
    fn instances(&mut self, instances: &Instances, references: &mut References) -> Result<(), ExportError> {
        for (instance, birth) in &instances.born {
            match birth.kind {
                BirthKind::Frame { function, parent } => {
                    let (this, arguments) = instances.arguments(self.reader, birth)?;
                    this.iter()
                        .chain(&arguments)
                        .for_each(|value| references.note_value(value));
                    self.push(Record::Enter {
                        function,
                        parent,
                        this,
                        arguments,
                    })?;
                    self.push(Record::Suspend)?;
                }
                BirthKind::Scope { scope, parent, frame } => {
                    let frame = frame.filter(|frame| frame < instance && instances.born.contains_key(frame));
                    if let Some(frame) = frame {
                        self.push(Record::Resume(frame))?;
                    }
                    self.push(Record::Scope { scope, parent })?;
                    if frame.is_some() {
                        self.push(Record::Suspend)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// The frames that are over by the time a part begins, and are there for their variables only.
    fn end_frames(&mut self, begin: &Begin, instances: &Instances) -> Result<(), ExportError> {
        for (instance, birth) in &instances.born {
            let is_open = begin.state.stack.iter().any(|frame| frame.instance == *instance)
                || begin.state.suspended.contains_key(instance);
            if matches!(birth.kind, BirthKind::Frame { .. }) && !is_open {
                self.push(Record::Resume(*instance))?;
                self.push(Record::End)?;
                self.push(Record::Leave)?;
            }
        }
        Ok(())
    }
}

/// A state just before a part, with room for so many marks before its first point.
fn state_before(begin: &Begin, n_marks: usize) -> Tracker {
    Tracker {
        n_steps: begin
            .state
            .n_steps
            .saturating_sub(1 + n_marks as u64 / MARKS_PER_STEP),
        time: begin.state.time,
        ..Tracker::default()
    }
}

/// The state in which a part begins, as it is numbered in the new recording, without frames that wait and nothing in the
/// part refers to.
fn state_at(begin: &Begin, numbers: &Numbers, instances: &Instances) -> Tracker {
    let renumbered = |frame: &OpenFrame| OpenFrame {
        instance: numbers.of(frame.instance),
        parent: numbers.of(frame.parent),
        ..frame.clone()
    };
    let Tracker {
        n_steps,
        sub,
        time,
        next_object,
        pending_exception,
        ..
    } = begin.state;
    let suspended = begin.state.suspended.values();
    let suspended = suspended.filter(|frame| instances.born.contains_key(&frame.instance));
    Tracker {
        n_steps,
        sub,
        time,
        next_instance: numbers.first.1,
        next_object,
        stack: begin.state.stack.iter().map(renumbered).collect(),
        suspended: suspended
            .map(renumbered)
            .map(|frame| (frame.instance, frame))
            .collect(),
        pending_exception,
    }
}
