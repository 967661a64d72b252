//! The steps of one frame over its whole life, and where stepping leads. All of it follows from which frame ran each
//! step and in which chunks a frame went on: nothing in between is looked at.

use recording::{error::ReadError, ids::InstanceId, point::Point};
use wire::{
    debugger::{PauseDescription, PauseReason, PointDescription},
    error::ErrorCode,
};

use crate::{
    answer::{Answer, Failure},
    describe,
    stack::StackFrame,
    trace::{Moment, Trace},
};

/// Steps that one answer lists. A frame with more is a long loop; its points are found by location.
const MAX_FRAME_STEPS: usize = 50_000;

/// Which way to step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// To the next statement of this frame.
    Over,
    /// To the previous statement of this frame.
    ReverseOver,
    /// Into the next call.
    Into,
    /// Out of this frame.
    Out,
}

impl Trace {
    /// Where a step from a point leads.
    pub(crate) fn step_target(&self, point: Point, step: Step) -> Answer<PauseDescription> {
        let moment = self.moment(point)?;
        let stack = moment.stack();
        let target = match step {
            Step::Over => self.step_over(&moment, &stack)?,
            Step::ReverseOver => return self.reverse_step_over(&moment, &stack),
            Step::Into => match self.step_into(&moment, &stack)? {
                Some(step) => Some(step),
                None => self.step_over(&moment, &stack)?,
            },
            Step::Out => self.step_out(&moment, &stack)?,
        };
        match target {
            Some(step) => Ok(describe::with_reason(
                self.describe_step_number(step)?,
                PauseReason::Step,
            )),
            None => self.end_target(),
        }
    }

    /// Where the program stops if nothing stops it.
    pub(crate) fn end_target(&self) -> Answer<PauseDescription> {
        let end = self.moment(self.reader.end_point())?;
        Ok(describe::with_reason(self.describe(&end)?, PauseReason::Endpoint))
    }

    /// Where the program stops if nothing stops it on its way back.
    pub(crate) fn beginning_target(&self) -> Answer<PauseDescription> {
        let beginning = self.moment(Point::BEGINNING)?;
        Ok(describe::with_reason(
            self.describe(&beginning)?,
            PauseReason::Endpoint,
        ))
    }

    /// The next step of the running frame, after an `await` too; if it has none, of the one that called it.
    fn step_over(&self, moment: &Moment, stack: &[StackFrame]) -> Result<Option<u64>, ReadError> {
        let next = moment.point.n_steps();
        for frame in stack.iter().rev() {
            if let Some(step) = self.next_step_of(frame.instance, next)? {
                return Ok(Some(step));
            }
        }
        // Where nothing runs, whatever runs next.
        Ok((stack.is_empty() && next < self.n_steps()).then_some(next))
    }

    /// The very next step, if the running frame is still on the stack below it.
    fn step_into(&self, moment: &Moment, stack: &[StackFrame]) -> Result<Option<u64>, ReadError> {
        let next = moment.point.n_steps();
        if next >= self.n_steps() {
            return Ok(None);
        }
        let Some(frame) = stack.last() else {
            return Ok(Some(next));
        };
        let there = self.moment(Point::before_step(next))?;
        let is_within = there.stack().iter().any(|other| other.instance == frame.instance);
        Ok(is_within.then_some(next))
    }

    /// The next step of the frame that called this one, or of the one that called that.
    fn step_out(&self, moment: &Moment, stack: &[StackFrame]) -> Result<Option<u64>, ReadError> {
        for frame in stack.iter().rev().skip(1) {
            if let Some(step) = self.next_step_of(frame.instance, moment.point.n_steps())? {
                return Ok(Some(step));
            }
        }
        Ok(None)
    }

    fn reverse_step_over(&self, moment: &Moment, stack: &[StackFrame]) -> Answer<PauseDescription> {
        // A point between two statements stands after the one that began last.
        let before = match moment.point.sub() {
            0 => moment.point.n_steps().saturating_sub(1),
            _ => moment.point.n_steps(),
        };
        let mut target = None;
        for (idx, frame) in stack.iter().enumerate().rev() {
            target = match idx + 1 == stack.len() {
                true => self.previous_step_of(frame.instance, before)?,
                false => frame.last_step.map(|(step, _)| step),
            };
            if target.is_some() {
                break;
            }
        }
        if stack.is_empty() {
            target = before.min(self.n_steps()).checked_sub(1);
        }
        match target {
            Some(step) => Ok(describe::with_reason(
                self.describe_step_number(step)?,
                PauseReason::Step,
            )),
            None => self.beginning_target(),
        }
    }

    /// The first step of a frame from a step number on.
    fn next_step_of(&self, frame: InstanceId, from_step: u64) -> Result<Option<u64>, ReadError> {
        let here = self.chunk_of_point(Point::before_step(from_step));
        let chunks = self.chunks_of_frame(frame);
        for chunk_idx in chunks.into_iter().filter(|chunk_idx| *chunk_idx >= here) {
            let view = self.view_unless_lost(chunk_idx)?;
            if let Some(step) = view.and_then(|view| view.first_step_of(frame, from_step)) {
                return Ok(Some(step));
            }
        }
        Ok(None)
    }

    /// The last step of a frame before a step number.
    fn previous_step_of(&self, frame: InstanceId, before_step: u64) -> Result<Option<u64>, ReadError> {
        let here = self.chunk_of_point(Point::before_step(before_step));
        let chunks = self.chunks_of_frame(frame);
        for chunk_idx in chunks.into_iter().rev().filter(|chunk_idx| *chunk_idx <= here) {
            let view = self.view_unless_lost(chunk_idx)?;
            if let Some(step) = view.and_then(|view| view.last_step_of(frame, before_step)) {
                return Ok(Some(step));
            }
        }
        Ok(None)
    }

    /// The chunks in which a frame may have run steps, in order: where it was born, then where it went on.
    fn chunks_of_frame(&self, frame: InstanceId) -> Vec<usize> {
        let mut chunks: Vec<usize> = self.reader.birth_chunk_of_instance(frame).into_iter().collect();
        chunks.extend(self.reader.frame_chunks(frame));
        chunks
    }

    /// Every step of a frame, in order.
    ///
    /// # Errors
    /// There are more than [`MAX_FRAME_STEPS`].
    pub(crate) fn frame_steps(&self, frame: InstanceId) -> Answer<Vec<PointDescription>> {
        let mut steps = Vec::new();
        for chunk_idx in self.chunks_of_frame(frame) {
            let Some(view) = self.view_unless_lost(chunk_idx)? else {
                continue;
            };
            let here = view.steps_of(frame);
            if steps.len() + here.len() > MAX_FRAME_STEPS {
                let message = format!("the frame ran more than {MAX_FRAME_STEPS} steps");
                return Err(Failure::new(ErrorCode::TOO_MANY_POINTS, message));
            }
            for step in here {
                steps.push(self.describe_step(chunk_idx, &view, step)?);
            }
        }
        Ok(steps)
    }
}
