//! Pausing with what is seen first in one question, of servers that know `pauseAt` (`docs/experimental-commands.md`); of
//! others as the protocol has it, one question after the other.
//!
//! Whether a server knows it is found out by asking: what it refuses the first time is not asked again in this session.

use std::rc::Rc;

use futures::channel::oneshot;
use wire::{
    debugger::PauseDescription,
    experimental::{PAUSE_AT, PauseAt, PauseAtResult, StepKind},
    pause::{GetAllFrames, GetAllFramesResult},
    point::ExecutionPoint,
    session::{ExperimentalCommand, ExperimentalCommandResult},
};

use crate::{
    call::CallError,
    connection::done,
    pause::Pause,
    session::{Session, SessionInner},
};

impl Session {
    /// As [`Session::create_pause`]. The frames and at most `n_scopes` scopes of the running one, from the innermost, come
    /// along if the server can do that: then reading them asks nothing.
    ///
    /// # Errors
    /// As any call.
    pub async fn look_at(&self, point: &ExecutionPoint, n_scopes: u32) -> Result<Pause, CallError> {
        if self.may_bring_along() && !self.inner.pauses.borrow().has(point) {
            self.begin_look(point, n_scopes);
        }
        self.create_pause(point).await
    }

    /// Steps from a point and looks at where that leads, in one question: [`Session::look_at`] finds the pause. None if the
    /// server cannot do that.
    ///
    /// # Errors
    /// As any call.
    pub async fn step_from(
        &self,
        point: &ExecutionPoint,
        step: StepKind,
        n_scopes: u32,
    ) -> Result<Option<PauseDescription>, CallError> {
        let (true, Some(shared)) = (self.may_bring_along(), self.inner.shared()) else {
            return Ok(None);
        };
        let Some(command) = command(point, Some(step), n_scopes) else {
            return Ok(None);
        };
        let (sender, receiver) = oneshot::channel();
        let inner = Rc::downgrade(&self.inner);
        // Also if nobody waits any more: the pause is there and has to be released one day.
        let done = done::<ExperimentalCommand>(move |outcome| {
            let Some(inner) = inner.upgrade() else { return };
            let answer = inner.read_look(outcome);
            let target = answer.map(|answer| {
                let target = answer.as_ref().and_then(|answer| answer.target.clone());
                if let (Some(answer), Some(target)) = (answer, &target) {
                    Self { inner }.keep_look(&target.point, answer);
                }
                target
            });
            drop(sender.send(target));
        });
        shared.start(&self.inner.scope(), &command, None, done);
        receiver.await.unwrap_or(Err(CallError::Gone))
    }

    fn may_bring_along(&self) -> bool {
        self.inner.knows_pause_at.get() != Some(false)
    }

    fn begin_look(&self, point: &ExecutionPoint, n_scopes: u32) {
        let (Some(shared), Some(command)) = (self.inner.shared(), command(point, None, n_scopes)) else {
            return;
        };
        self.expect_pause(point);
        let (inner, at) = (Rc::downgrade(&self.inner), point.clone());
        let done = done::<ExperimentalCommand>(move |outcome| {
            let Some(inner) = inner.upgrade().filter(|inner| inner.shared().is_some()) else {
                return;
            };
            let answer = inner.read_look(outcome);
            let session = Self { inner };
            match answer {
                Ok(Some(answer)) => session.keep_look(&at, answer),
                // Whoever waits asks as of any server.
                Ok(None) => session.expect_no_more(&at),
                Err(error) => session.keep(at, Err(error), |_pause| {}),
            }
        });
        shared.start(&self.inner.scope(), &command, None, done);
    }

    /// Keeps a pause with what came along.
    fn keep_look(&self, point: &ExecutionPoint, answer: PauseAtResult) {
        let PauseAtResult {
            target: _,
            pause_id,
            frames,
            data,
        } = answer;
        let Some(pause_id) = pause_id else { return };
        let prime = |pause: &Pause| pause.learn(&GetAllFrames {}, GetAllFramesResult { frames, data });
        self.keep(point.clone(), Ok(pause_id), prime);
    }
}

impl SessionInner {
    /// What a server answered: None if it does not know the question.
    fn read_look(
        &self,
        outcome: Result<ExperimentalCommandResult, CallError>,
    ) -> Result<Option<PauseAtResult>, CallError> {
        let answer = outcome.map(|answer| serde_json::from_value(answer.rval.unwrap_or_default()).ok());
        match answer {
            Ok(Some(answer)) => {
                self.knows_pause_at.set(Some(true));
                Ok(Some(answer))
            }
            Err(error @ CallError::Protocol { .. }) if self.knows_pause_at.get() == Some(true) => Err(error),
            Ok(None) | Err(CallError::Protocol { .. }) => {
                self.knows_pause_at.set(Some(false));
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

fn command(point: &ExecutionPoint, step: Option<StepKind>, n_scopes: u32) -> Option<ExperimentalCommand> {
    let params = PauseAt {
        point: point.clone(),
        step,
        scope_count: Some(n_scopes),
    };
    Some(ExperimentalCommand {
        name: PAUSE_AT.to_owned(),
        params: Some(serde_json::to_value(params).ok()?),
    })
}
