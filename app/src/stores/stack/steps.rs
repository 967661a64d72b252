//! The steps of the selected frame, and where a frame further out stands.
//!
//! Keys and sizes: the steps of the last [`N_FRAMES_KEPT`] frames, found again by any of their steps, so that moving within
//! a frame asks for nothing; the points of the last [`N_STACKS_KEPT`] stacks, so that going back and forth asks for none twice.

use std::{rc::Rc, sync::Arc};

use client::{CallError, Pause, Session};
use leptos::prelude::*;
use wire::{
    debugger::PointDescription, error::ErrorCode, pause::Frame, point::ExecutionPoint,
    session::PointStackFrame,
};

use super::StackStore;
use crate::{logic::library::sentence, stores::evaluating::refusal};

/// Frames whose steps are kept. One has at most some ten thousand.
const N_FRAMES_KEPT: usize = 12;
/// Stacks whose points are kept, a few hundred bytes for each frame.
const N_STACKS_KEPT: usize = 64;

/// The steps of the selected frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum FrameSteps {
    /// There is no frame, or nobody has asked.
    #[default]
    None,
    /// They are known.
    Known {
        /// Each, in order.
        all: Arc<[PointDescription]>,
        /// The index of the one that the frame stands at; None before the first.
        now: Option<usize>,
    },
    /// They cannot be had, for this reason.
    Failed(String),
}

/// Steps of a frame, and the point they were asked for at, which need not be a step.
#[derive(Clone)]
pub(super) struct KnownSteps {
    asked_at: ExecutionPoint,
    steps: Arc<[PointDescription]>,
}

/// The frames of a stack with their points, the youngest first.
#[derive(Clone)]
pub(super) struct PointStack {
    at: ExecutionPoint,
    n_asked: u32,
    pub(super) frames: Arc<[PointStackFrame]>,
    /// Whether there may be more that the focus leaves out.
    pub(super) hit_focus_begin: bool,
}

impl StackStore {
    /// The steps of the selected frame, as far as they are known.
    pub fn steps(&self) -> Signal<FrameSteps> {
        self.late().steps.into()
    }

    /// Finds the steps of one of a pause's frames. Within an errand.
    pub(super) async fn bring_steps(
        &self,
        session: &Session,
        pause: &Pause,
        frames: &[Rc<Frame>],
        selected: usize,
    ) -> Result<(), CallError> {
        let (Some(point), Some(frame)) = (pause.point(), frames.get(selected)) else {
            self.late().steps.try_set(FrameSteps::None);
            return Ok(());
        };
        let found = async {
            let Some(at) = self.point_of(session, point, frames.len(), selected).await? else {
                return Ok((Arc::from([]), point.clone()));
            };
            let steps = match self.steps_at(session, &at).await {
                // A service that tells steps only of what is held.
                Err(error)
                    if selected == 0
                        && error
                            .code()
                            .is_some_and(|code| code != ErrorCode::TOO_MANY_POINTS)
                        && !error.is_session_gone() =>
                {
                    let steps = |pause: &Pause| pause.frame_steps(&frame.frame_id);
                    Arc::from(&*pause.until_ready(steps).await?)
                }
                steps => steps?,
            };
            Ok((steps, at))
        };
        let steps = match found.await {
            Ok((all, at)) => FrameSteps::Known {
                now: all.partition_point(|step| step.point <= at).checked_sub(1),
                all,
            },
            Err(error) => FrameSteps::Failed(sentence(&refusal(error)?)),
        };
        // The same steps at the same place change nothing on the page.
        if self.late().steps.try_with_untracked(|known| *known != steps) == Some(true) {
            self.late().steps.try_set(steps);
        }
        Ok(())
    }

    /// Where one of the frames of a point stands: the point itself for the running one, the call for those further out. None
    /// if that cannot be told. Within an errand.
    ///
    /// # Errors
    /// As any call.
    pub(crate) async fn point_of(
        &self,
        session: &Session,
        point: &ExecutionPoint,
        n_frames: usize,
        index: usize,
    ) -> Result<Option<ExecutionPoint>, CallError> {
        if index == 0 {
            return Ok(Some(point.clone()));
        }
        let stack = self.stack_at(session, point, n_frames.max(index + 1)).await?;
        let frame = stack.frames.get(index).and_then(|frame| frame.point.as_ref());
        Ok(frame.map(|step| step.point.clone()))
    }

    /// The stack at a point, asked for once.
    pub(super) async fn stack_at(
        &self,
        session: &Session,
        point: &ExecutionPoint,
        n_frames: usize,
    ) -> Result<PointStack, CallError> {
        let n_frames = u32::try_from(n_frames).unwrap_or(u32::MAX);
        let is_it = |known: &&PointStack| known.at == *point && known.n_asked >= n_frames;
        let known = self
            .late()
            .stacks
            .try_with_value(|stacks| stacks.iter().find(is_it).cloned());
        if let Some(known) = known.flatten() {
            return Ok(known);
        }
        let answer = session.get_point_stack(point, n_frames).await?;
        let stack = PointStack {
            at: point.clone(),
            n_asked: n_frames,
            frames: answer.frames.into(),
            hit_focus_begin: answer.hit_focus_begin,
        };
        self.late().stacks.try_update_value(|stacks| {
            stacks.truncate(N_STACKS_KEPT - 1);
            stacks.push_front(stack.clone());
        });
        Ok(stack)
    }

    /// The steps of the frame that runs at a point, asked for once.
    pub(super) async fn steps_at(
        &self,
        session: &Session,
        point: &ExecutionPoint,
    ) -> Result<Arc<[PointDescription]>, CallError> {
        if let Some(known) = self.known_steps(point) {
            return Ok(known);
        }
        let mut steps = session.get_point_frame_steps(point).await?.steps;
        steps.sort_by(|one, other| one.point.cmp(&other.point));
        let steps: Arc<[PointDescription]> = steps.into();
        let known = KnownSteps {
            asked_at: point.clone(),
            steps: Arc::clone(&steps),
        };
        self.late().frames.try_update_value(|frames| {
            frames.truncate(N_FRAMES_KEPT - 1);
            frames.push_front(known);
        });
        Ok(steps)
    }

    fn known_steps(&self, point: &ExecutionPoint) -> Option<Arc<[PointDescription]>> {
        self.late().frames.try_with_value(|frames| {
            let known = frames.iter().find(|known| {
                known.asked_at == *point || known.steps.binary_search_by(|step| step.point.cmp(point)).is_ok()
            });
            known.map(|known| Arc::clone(&known.steps))
        })?
    }
}

impl PointStack {
    /// The outermost frame that was asked for.
    pub(super) fn last(&self) -> Option<&PointStackFrame> {
        self.frames.last()
    }
}
