//! Commands of the Debugger domain that ask where a step leads.

use recording::point::Point;
use wire::{
    debugger::{
        FindReverseStepOverTarget, FindReverseStepOverTargetResult, FindStepInTarget, FindStepInTargetResult,
        FindStepOutTarget, FindStepOutTargetResult, FindStepOverTarget, FindStepOverTargetResult,
        PauseDescription,
    },
    point::ExecutionPoint,
};

use crate::{
    answer::{Answer, Outbox},
    session::Session,
    steps::Step,
};

impl Session {
    pub(crate) fn find_reverse_step_over_target(
        &mut self,
        params: FindReverseStepOverTarget,
        outbox: &mut Outbox<'_>,
    ) -> Answer<FindReverseStepOverTargetResult> {
        let target = self.step_target(&params.point, Step::ReverseOver, outbox)?;
        Ok(FindReverseStepOverTargetResult { target })
    }

    pub(crate) fn find_step_over_target(
        &mut self,
        params: FindStepOverTarget,
        outbox: &mut Outbox<'_>,
    ) -> Answer<FindStepOverTargetResult> {
        let target = self.step_target(&params.point, Step::Over, outbox)?;
        Ok(FindStepOverTargetResult { target })
    }

    pub(crate) fn find_step_in_target(
        &mut self,
        params: FindStepInTarget,
        outbox: &mut Outbox<'_>,
    ) -> Answer<FindStepInTargetResult> {
        let target = self.step_target(&params.point, Step::Into, outbox)?;
        Ok(FindStepInTargetResult { target })
    }

    pub(crate) fn find_step_out_target(
        &mut self,
        params: FindStepOutTarget,
        outbox: &mut Outbox<'_>,
    ) -> Answer<FindStepOutTargetResult> {
        let target = self.step_target(&params.point, Step::Out, outbox)?;
        Ok(FindStepOutTargetResult { target })
    }

    /// Where a step leads, within the focus.
    pub(crate) fn step_target(
        &mut self,
        point: &ExecutionPoint,
        step: Step,
        outbox: &mut Outbox<'_>,
    ) -> Answer<PauseDescription> {
        let point: Point = self.trace.point(point)?;
        self.load_all(outbox)?;
        let target = self.trace.step_target(point, step, &self.stops.blackboxed)?;
        self.within_focus(target)
    }
}
