//! Running to breakpoints, forward and backward, and the steps that the protocol has no command for: back to the call of the
//! frame, and back into the call before.

use client::{CallError, Session};
use leptos::prelude::*;
use wire::{
    debugger::{
        FindResumeTarget, FindRewindTarget, PauseDescription, PointDescription, RemoveBreakpoint,
        SetBreakpoint,
    },
    point::ExecutionPoint,
    session::{PointPageLimits, PointSelector},
};

use super::{PointStore, hits::generated};
use crate::{
    logic::points::{Point, PointKind},
    stores::{
        Stores,
        driver::look::standing,
        errand::{Lane, Urgency},
        evaluating::refusal,
    },
};

/// Points of called frames that are asked for at once, looking for the last of them.
const N_POINTS: u64 = 10_000;
/// Pages of them that are read.
const MAX_PAGES: usize = 20;

impl PointStore {
    /// Runs to the next or the previous hit of any breakpoint in force, and to the end or the beginning without one.
    pub fn run(&self, is_forward: bool) {
        let store = *self;
        self.with_point(async move |session, stores, point| {
            store.set_breakpoints(&session).await?;
            let target = match is_forward {
                true => session.call(&FindResumeTarget { point }).await?.target,
                false => session.call(&FindRewindTarget { point }).await?.target,
            };
            stores.go_to_target(&target);
            Ok(())
        });
    }

    /// Goes back to where the selected frame was called.
    pub fn step_to_caller(&self) {
        let store = *self;
        self.with_point(async move |session, stores, point| {
            let n_further = stores
                .pause
                .selected_at(&Some(point.clone()))
                .map_or(0, |(_, selected)| selected);
            let n_asked = u32::try_from(n_further + 2).unwrap_or(u32::MAX);
            let stack = session.get_point_stack(&point, n_asked).await?;
            let caller = stack.frames.into_iter().nth(n_further + 1);
            match caller.and_then(|frame| frame.point) {
                Some(call) => stores.timeline.go_to(call.time, Some(call.point)),
                None => store.tell("Nothing that can be shown called this function."),
            }
            Ok(())
        });
    }

    /// Goes to the last step of the call that returned last in the selected frame; a step back where nothing was called.
    pub fn step_back_in(&self) {
        self.with_point(async move |session, stores, point| {
            let point = standing(&session, stores).await?.unwrap_or(point);
            let before = session.find_reverse_step_over_target(&point).await?.target;
            match last_called(&session, &before, &point).await? {
                Some(last) => stores.timeline.go_to(last.time, Some(last.point)),
                None => stores.go_to_target(&before),
            }
            Ok(())
        });
    }

    fn tell(self, sentence: &str) {
        self.late().notice.try_set(Some(sentence.to_owned()));
    }

    /// Does something from the moment's point on, and tells why it could not be done.
    fn with_point<F>(&self, work: impl FnOnce(Session, Stores, ExecutionPoint) -> F + 'static)
    where
        F: Future<Output = Result<(), CallError>> + 'static,
    {
        let store = *self;
        let lane = Some(Lane::named("points.run"));
        self.late().notice.set(None);
        self.intents
            .run(Urgency::Now, lane, async move |session, stores| {
                let point = stores
                    .timeline
                    .moment()
                    .with_untracked(|moment| moment.point.clone());
                let Some(point) = point else {
                    store.tell("Time is running. Pause first.");
                    return Ok(());
                };
                if let Err(error) = work(session, stores, point).await {
                    store.tell(&crate::logic::library::sentence(&refusal(error)?));
                }
                Ok(())
            });
    }

    /// Makes the service's breakpoints those that are in force. What is set already is not set again.
    async fn set_breakpoints(self, session: &Session) -> Result<(), CallError> {
        let wanted: Vec<Point> = self.late().points.with_untracked(|points| {
            points
                .iter()
                .filter(|point| point.kind == PointKind::Break && point.is_enabled)
                .cloned()
                .collect()
        });
        let is_wanted = |id: &u32, location: &_, condition: &String| {
            wanted.iter().any(|point| {
                point.id == *id && point.location() == *location && point.condition == *condition
            })
        };
        let stale: Vec<_> = self.late().set.with_value(|set| {
            set.iter()
                .filter(|(id, (location, condition, _))| !is_wanted(id, location, condition))
                .map(|(id, (_, _, breakpoint))| (*id, breakpoint.clone()))
                .collect()
        });
        for (id, breakpoint) in stale {
            let params = RemoveBreakpoint {
                breakpoint_id: breakpoint,
            };
            session.call(&params).await?;
            self.late().set.try_update_value(|set| drop(set.remove(&id)));
        }
        for point in wanted {
            if self.late().set.with_value(|set| set.contains_key(&point.id)) {
                continue;
            }
            let location = point.location();
            let condition = match point.condition.trim() {
                "" => None,
                condition => Some(generated(session, condition, location.clone()).await?.to_string()),
            };
            let params = SetBreakpoint {
                location: location.clone(),
                condition,
            };
            let answer = session.call(&params).await?;
            self.late().set.try_update_value(|set| {
                drop(set.insert(point.id, (location, point.condition, answer.breakpoint_id)));
            });
        }
        Ok(())
    }
}

/// The last step, before `now`, of what the frame of `now` called after its step at `before`.
async fn last_called(
    session: &Session,
    before: &PauseDescription,
    now: &ExecutionPoint,
) -> Result<Option<PointDescription>, CallError> {
    let here = PointSelector::Points {
        points: vec![now.clone()],
    };
    let (here, _) = session.find_points(here, None).flat().await?;
    let Some(depth) = here.first().and_then(|here| here.frame_depth) else {
        return Ok(None);
    };
    let selector = PointSelector::FrameSteps {
        only_frame_entry: false,
        location_limit: None,
        min_frame_depth: Some(depth + 1),
        max_frame_depth: Some(depth + 1),
    };
    let mut limits = PointPageLimits {
        begin: Some(before.point.clone()),
        end: Some(now.clone()),
        max_count: Some(N_POINTS),
    };
    let mut last = None;
    for _ in 0..MAX_PAGES {
        let (points, answer) = session
            .find_points(selector.clone(), Some(limits.clone()))
            .flat()
            .await?;
        last = points.into_iter().last().or(last);
        match answer.next_begin {
            Some(next) if limits.begin.as_ref() < Some(&next) => limits.begin = Some(next),
            _ => break,
        }
    }
    Ok(last)
}
