//! The steps of one frame over its whole life, and where stepping leads. All of it follows from which frame ran each
//! step and in which chunks a frame went on: nothing in between is looked at.

use std::collections::HashSet;

use recording::{
    error::ReadError,
    ids::{InstanceId, SiteId},
    point::Point,
};
use wire::{
    debugger::{PauseDescription, PauseReason, PointDescription},
    error::ErrorCode,
};

use crate::{
    answer::{Answer, Failure},
    describe,
    stack::StackFrame,
    trace::{Moment, Trace},
    view::{ChunkView, StepRow},
};

/// Steps that one answer lists. A frame with more is a long loop; its points are found by location.
const MAX_FRAME_STEPS: usize = 50_000;

/// Calls that asynchronous ones are followed back through; longer chains are loops that restart themselves.
const MAX_ASYNC_CALLERS: usize = 1_000;

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

/// Places that are passed over.
type Blackboxed = HashSet<SiteId>;

impl Trace {
    /// Where a step from a point leads.
    pub(crate) fn step_target(
        &self,
        point: Point,
        step: Step,
        blackboxed: &Blackboxed,
    ) -> Answer<PauseDescription> {
        let moment = self.moment(point)?;
        let stack = moment.stack();
        let target = match step {
            Step::Over => self.step_over(&moment, &stack, blackboxed)?,
            Step::ReverseOver => self.reverse_step_over(&moment, &stack, blackboxed)?,
            Step::Into => match self.step_into(&moment, &stack, blackboxed)? {
                Some(step) => Some(step),
                None => self.step_over(&moment, &stack, blackboxed)?,
            },
            Step::Out => self.step_out(&moment, &stack, blackboxed)?,
        };
        match (target, step) {
            (Some(step), _) => Ok(describe::with_reason(
                self.describe_step_number(step)?,
                PauseReason::Step,
            )),
            (None, Step::ReverseOver) => self.beginning_target(),
            (None, _) => self.end_target(),
        }
    }

    /// Where the program stops if nothing stops it.
    pub(crate) fn end_target(&self) -> Answer<PauseDescription> {
        let end = self.moment(self.last_shown())?;
        Ok(describe::with_reason(self.describe(&end)?, PauseReason::Endpoint))
    }

    /// Where the program stops if nothing stops it on its way back.
    pub(crate) fn beginning_target(&self) -> Answer<PauseDescription> {
        let beginning = self.moment(self.first_shown())?;
        Ok(describe::with_reason(
            self.describe(&beginning)?,
            PauseReason::Endpoint,
        ))
    }

    /// The next step of the running frame, after an `await` too; if it has none, of the one that called it.
    fn step_over(
        &self,
        moment: &Moment,
        stack: &[StackFrame],
        blackboxed: &Blackboxed,
    ) -> Result<Option<u64>, ReadError> {
        let next = moment.point.n_steps();
        let Some(running) = stack.last() else {
            // Where nothing runs, whatever runs next.
            return self.next_step(next, blackboxed, |_| true);
        };
        match self.next_step_of(running.instance, next, blackboxed)? {
            Some(step) => Ok(Some(step)),
            None => self.step_out(moment, stack, blackboxed),
        }
    }

    /// The next step of a frame that this one called.
    fn step_into(
        &self,
        moment: &Moment,
        stack: &[StackFrame],
        blackboxed: &Blackboxed,
    ) -> Result<Option<u64>, ReadError> {
        let next = moment.point.n_steps();
        let Some(running) = stack.last() else {
            return self.next_step(next, blackboxed, |_| true);
        };
        let depth = stack.len() as u32;
        // Once no more frames are left than run now, this one went on, or left: there is no need to look past what is
        // blackboxed.
        let goes_on = |row: &StepRow| row.depth > depth || !blackboxed.contains(&row.site);
        let target = self.next_step(next, blackboxed, goes_on)?;
        let Some(step) = target else { return Ok(None) };
        let there = self.moment(Point::before_step(step))?.stack();
        let is_within = there.iter().any(|frame| frame.instance == running.instance);
        Ok(is_within.then_some(step))
    }

    /// The next step of the frame that called this one, or of the one that called that. Past the outermost, of whoever
    /// called that one when it began: an asynchronous frame was resumed by nobody.
    fn step_out(
        &self,
        moment: &Moment,
        stack: &[StackFrame],
        blackboxed: &Blackboxed,
    ) -> Result<Option<u64>, ReadError> {
        for frame in stack.iter().rev().skip(1) {
            let next = moment.point.n_steps();
            if let Some(step) = self.next_step_of(frame.instance, next, blackboxed)? {
                return Ok(Some(step));
            }
        }
        let mut outermost = stack.first().map(|frame| frame.instance);
        for _ in 0..MAX_ASYNC_CALLERS {
            let Some(frame) = outermost else { break };
            let Some(first) = self.next_step_of(frame, 0, &HashSet::new())? else {
                break;
            };
            let last = self.previous_step_of(frame, u64::MAX, &HashSet::new())?;
            let after = last
                .unwrap_or(first)
                .max(moment.point.n_steps().saturating_sub(1))
                + 1;
            let stack = self.moment(Point::before_step(first))?.stack();
            let callers = stack.iter().rev().filter(|other| other.instance != frame);
            for caller in callers {
                if let Some(step) = self.next_step_of(caller.instance, after, blackboxed)? {
                    return Ok(Some(step));
                }
            }
            outermost = stack
                .first()
                .map(|other| other.instance)
                .filter(|other| *other != frame);
        }
        Ok(None)
    }

    fn reverse_step_over(
        &self,
        moment: &Moment,
        stack: &[StackFrame],
        blackboxed: &Blackboxed,
    ) -> Result<Option<u64>, ReadError> {
        // A point between two statements stands after the one that began last.
        let before = match moment.point.sub() {
            0 => moment.point.n_steps().saturating_sub(1),
            _ => moment.point.n_steps(),
        };
        for frame in stack.iter().rev() {
            if let Some(step) = self.previous_step_of(frame.instance, before, blackboxed)? {
                return Ok(Some(step));
            }
        }
        match stack.is_empty() {
            true => self.previous_step(before, blackboxed),
            false => Ok(None),
        }
    }

    /// The first step from a number on that is not blackboxed, if all before it satisfy `goes_on` and it does too.
    fn next_step(
        &self,
        from_step: u64,
        blackboxed: &Blackboxed,
        goes_on: impl Fn(&StepRow) -> bool,
    ) -> Result<Option<u64>, ReadError> {
        for chunk_idx in self.chunk_of_point(Point::before_step(from_step))..self.reader.chunks().len() {
            let Some(view) = self.view_unless_lost(chunk_idx)? else {
                continue;
            };
            let skipped = from_step.saturating_sub(view.start.n_steps) as usize;
            for (number, row) in (view.start.n_steps..).zip(&view.steps).skip(skipped) {
                if !goes_on(row) {
                    return Ok(None);
                }
                if !blackboxed.contains(&row.site) {
                    return Ok(Some(number));
                }
            }
        }
        Ok(None)
    }

    /// The last step before a number that is not blackboxed.
    fn previous_step(&self, before_step: u64, blackboxed: &Blackboxed) -> Result<Option<u64>, ReadError> {
        let before_step = before_step.min(self.n_steps());
        for chunk_idx in (0..=self.chunk_of_point(Point::before_step(before_step))).rev() {
            let Some(view) = self.view_unless_lost(chunk_idx)? else {
                continue;
            };
            let n_before = before_step.saturating_sub(view.start.n_steps) as usize;
            let before = view
                .steps
                .get(..n_before.min(view.steps.len()))
                .unwrap_or_default();
            if let Some(step_idx) = before.iter().rposition(|row| !blackboxed.contains(&row.site)) {
                return Ok(Some(view.start.n_steps + step_idx as u64));
            }
        }
        Ok(None)
    }

    /// The first step of a frame from a step number on.
    fn next_step_of(
        &self,
        frame: InstanceId,
        from_step: u64,
        blackboxed: &Blackboxed,
    ) -> Result<Option<u64>, ReadError> {
        let here = self.chunk_of_point(Point::before_step(from_step));
        let chunks = self.chunks_of_frame(frame);
        for chunk_idx in chunks.into_iter().filter(|chunk_idx| *chunk_idx >= here) {
            let Some(view) = self.view_unless_lost(chunk_idx)? else {
                continue;
            };
            let mut next = view.first_step_of(frame, from_step);
            while let Some(step) = next {
                if !is_blackboxed(&view, step, blackboxed) {
                    return Ok(next);
                }
                next = view.first_step_of(frame, step + 1);
            }
        }
        Ok(None)
    }

    /// The last step of a frame before a step number.
    fn previous_step_of(
        &self,
        frame: InstanceId,
        before_step: u64,
        blackboxed: &Blackboxed,
    ) -> Result<Option<u64>, ReadError> {
        let here = self.chunk_of_point(Point::before_step(before_step.min(self.n_steps())));
        let chunks = self.chunks_of_frame(frame);
        for chunk_idx in chunks.into_iter().rev().filter(|chunk_idx| *chunk_idx <= here) {
            let Some(view) = self.view_unless_lost(chunk_idx)? else {
                continue;
            };
            let mut previous = view.last_step_of(frame, before_step);
            while let Some(step) = previous {
                if !is_blackboxed(&view, step, blackboxed) {
                    return Ok(previous);
                }
                previous = view.last_step_of(frame, step);
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
        let chunks = self.chunks_of_frame(frame);
        // Counted before any is described, so that a frame with too many costs little to refuse.
        let mut n_steps = 0;
        for chunk_idx in &chunks {
            n_steps += self
                .view_unless_lost(*chunk_idx)?
                .map_or(0, |view| view.steps_of(frame).len());
            if n_steps > MAX_FRAME_STEPS {
                let message = format!("the frame ran more than {MAX_FRAME_STEPS} steps");
                return Err(Failure::new(ErrorCode::TOO_MANY_POINTS, message));
            }
        }
        let mut steps = Vec::with_capacity(n_steps);
        for chunk_idx in chunks {
            let Some(view) = self.view_unless_lost(chunk_idx)? else {
                continue;
            };
            for step in view.steps_of(frame) {
                if self.shows(Point::before_step(step)) {
                    steps.push(self.describe_step(chunk_idx, &view, step)?);
                }
            }
        }
        Ok(steps)
    }
}

fn is_blackboxed(view: &ChunkView, step: u64, blackboxed: &Blackboxed) -> bool {
    view.step(step).is_some_and(|row| blackboxed.contains(&row.site))
}
