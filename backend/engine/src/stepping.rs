//! Commands of the Debugger domain that ask where the program would stop.

use wire::debugger::{
    FindResumeTarget, FindResumeTargetResult, FindReverseStepOverTarget, FindReverseStepOverTargetResult,
    FindRewindTarget, FindRewindTargetResult, FindStepInTarget, FindStepInTargetResult, FindStepOutTarget,
    FindStepOutTargetResult, FindStepOverTarget, FindStepOverTargetResult,
};

use crate::{
    answer::{Answer, Outbox},
    session::Session,
    steps::Step,
};

impl Session {
    /// The end: there are no breakpoints to stop at before.
    pub(crate) fn find_resume_target(
        &mut self,
        params: FindResumeTarget,
        _: &mut Outbox<'_>,
    ) -> Answer<FindResumeTargetResult> {
        self.trace.point(&params.point)?;
        Ok(FindResumeTargetResult {
            target: self.trace.end_target()?,
        })
    }

    /// The beginning: there are no breakpoints to stop at before.
    pub(crate) fn find_rewind_target(
        &mut self,
        params: FindRewindTarget,
        _: &mut Outbox<'_>,
    ) -> Answer<FindRewindTargetResult> {
        self.trace.point(&params.point)?;
        Ok(FindRewindTargetResult {
            target: self.trace.beginning_target()?,
        })
    }

    pub(crate) fn find_reverse_step_over_target(
        &mut self,
        params: FindReverseStepOverTarget,
        outbox: &mut Outbox<'_>,
    ) -> Answer<FindReverseStepOverTargetResult> {
        let point = self.trace.point(&params.point)?;
        self.load_all(outbox)?;
        Ok(FindReverseStepOverTargetResult {
            target: self.trace.step_target(point, Step::ReverseOver)?,
        })
    }

    pub(crate) fn find_step_over_target(
        &mut self,
        params: FindStepOverTarget,
        outbox: &mut Outbox<'_>,
    ) -> Answer<FindStepOverTargetResult> {
        let point = self.trace.point(&params.point)?;
        self.load_all(outbox)?;
        Ok(FindStepOverTargetResult {
            target: self.trace.step_target(point, Step::Over)?,
        })
    }

    pub(crate) fn find_step_in_target(
        &mut self,
        params: FindStepInTarget,
        outbox: &mut Outbox<'_>,
    ) -> Answer<FindStepInTargetResult> {
        let point = self.trace.point(&params.point)?;
        self.load_all(outbox)?;
        Ok(FindStepInTargetResult {
            target: self.trace.step_target(point, Step::Into)?,
        })
    }

    pub(crate) fn find_step_out_target(
        &mut self,
        params: FindStepOutTarget,
        outbox: &mut Outbox<'_>,
    ) -> Answer<FindStepOutTargetResult> {
        let point = self.trace.point(&params.point)?;
        self.load_all(outbox)?;
        Ok(FindStepOutTargetResult {
            target: self.trace.step_target(point, Step::Out)?,
        })
    }
}
