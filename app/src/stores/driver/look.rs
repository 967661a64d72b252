//! Looking at a moment: the pause, its frames and scopes, the source they stand in, and where steps lead.

use std::sync::Arc;

use client::{CallError, Pause, Session};
use futures::future::{join, join_all, join4};
use leptos::prelude::{GetUntracked, untrack};
use wire::{
    debugger::PauseDescription,
    experimental::StepKind,
    graphics::{MimeType, PaintPoint},
    point::ExecutionPoint,
};

use super::{Pictures, Stores, words};
use crate::{
    logic::pictures::Picture,
    stores::{
        Step,
        errand::{Lane, Urgency},
        evaluating::refusal,
        pause::Targets,
        pictures::{Size, scale_of},
        playing::time_of,
        sources::bring_text,
    },
};

/// Pauses at a point, or near a time, and shows it once all that is seen first is here.
pub(super) async fn go(
    session: Session,
    stores: Stores,
    time_ms: f64,
    point: Option<ExecutionPoint>,
) -> Result<(), CallError> {
    let looked = look(&session, stores, time_ms, point).await;
    match looked {
        Ok(()) => {
            want_targets(stores);
            want_time(stores);
            Ok(())
        }
        // The driver opens a new session and comes back to this moment.
        Err(error)
            if error.is_session_gone() || matches!(error, CallError::Closed { .. } | CallError::Gone) =>
        {
            Err(error)
        }
        Err(error) => {
            stores.pause.fail(words(&error));
            Ok(())
        }
    }
}

/// Has it found out when the moment was, if a link has said only where.
fn want_time(stores: Stores) {
    let Some(point) = stores.timeline.timeless_point() else {
        return;
    };
    let lane = Some(Lane::named("timeline.time"));
    stores
        .intents
        .run(Urgency::Visible, lane, async move |session, stores| {
            match time_of(&session, &point).await {
                Ok(found) => stores
                    .timeline
                    .set_time_of(&point, found.unwrap_or_else(|end| end.time)),
                Err(error) => stores.playing.tell(refusal(error)?),
            }
            Ok(())
        });
}

/// Has it looked up where steps lead from the selected frame: behind what is seen, and no more once the next moment is wanted.
pub(in crate::stores) fn want_targets(stores: Stores) {
    let lane = Some(Lane::named("pause.targets"));
    stores
        .intents
        .run(Urgency::Visible, lane, async move |session, stores| {
            let turn = stores.focus.turn().try_get_untracked().unwrap_or_default();
            let targets = match standing(&session, stores).await? {
                None => Targets::default(),
                Some(point) => match stores.pause.known_targets(turn, &point) {
                    Some(known) => known,
                    None => targets(&session, stores, turn, &point).await,
                },
            };
            stores.pause.set_targets(targets);
            Ok(())
        });
}

/// Where the selected frame stands, from which steps are taken; the moment itself while that is not on screen yet.
pub(in crate::stores) async fn standing(
    session: &Session,
    stores: Stores,
) -> Result<Option<ExecutionPoint>, CallError> {
    let moment = stores.timeline.moment().try_get_untracked();
    let point = moment.and_then(|moment| moment.point);
    match (stores.pause.selected_at(&point), point) {
        (_, None) => Ok(None),
        (None, Some(point)) => Ok(Some(point)),
        (Some((n_frames, selected)), Some(point)) => {
            let found = stores.stack.point_of(session, &point, n_frames, selected).await;
            match found {
                Err(error) => refusal(error).map(|_| None),
                found => found,
            }
        }
    }
}

/// Scopes that come along with a pause, where the server can do that: as many as are unfolded as a rule.
const N_BROUGHT: u32 = 8;

fn n_brought(stores: Stores) -> u32 {
    if stores.pause.is_watched() { N_BROUGHT } else { 0 }
}

/// Requests that may go out before a moment is on screen. What else it takes is asked for after.
const N_REQUESTS: usize = 4;

async fn look(
    session: &Session,
    stores: Stores,
    time_ms: f64,
    point: Option<ExecutionPoint>,
) -> Result<(), CallError> {
    // The pause and its frames.
    let mut n_requests = 2;
    let point = match point {
        Some(point) => point,
        None => {
            n_requests += 1;
            let near = session.get_point_near_time(time_ms).await?.point;
            stores.timeline.set_point(time_ms, &near.point, near.time);
            near.point
        }
    };
    let pause = session.look_at(&point, n_brought(stores)).await?;
    let frames = pause.until_ready(Pause::frames).await?;
    let turn = stores
        .timeline
        .moment()
        .try_get_untracked()
        .map_or(0, |moment| moment.turn);
    // The same moment in another focus, or session: frame and source stay as they were chosen.
    let is_again = stores.visit.look(turn) && stores.pause.is_at(&pause.point().cloned());
    let selected = match is_again {
        true => stores.pause.selected().try_get_untracked().unwrap_or_default(),
        false => stores.visit.take_frame(pause.point(), frames.len()),
    };
    let Some(top) = frames.get(selected) else {
        stores.pause.show(pause, 0);
        return Ok(());
    };
    let location = untrack(|| stores.sources.preferred(&top.location));
    let is_source_here = location
        .as_ref()
        .is_none_or(|location| stores.sources.is_here(&location.source_id));
    if !is_source_here {
        n_requests += 1;
    }
    // Where the innermost has come along, nothing else is waited for.
    let has_first = client::scope_ids(top)
        .first()
        .is_some_and(|first| pause.known_scope(first).is_some());
    let n_scopes = match stores.pause.is_watched() && !has_first {
        true => N_REQUESTS.saturating_sub(n_requests),
        false => 0,
    };
    let scopes = async {
        let first = client::scope_ids(top).iter().take(n_scopes);
        let scopes = first.map(|id| pause.until_ready(move |pause| pause.scope_of(id)));
        // A scope that cannot be had is said where it would stand.
        drop(join_all(scopes).await);
    };
    let source = async {
        if let Some(location) = &location {
            bring_text(session, stores, &location.source_id).await;
        }
    };
    join(scopes, source).await;
    stores.pause.show(pause, selected);
    let is_chosen = is_again || stores.visit.has_source_at(turn);
    if let Some(location) = location.filter(|_| !is_chosen) {
        stores.sources.follow(location);
    }
    Ok(())
}

/// Finds out where a step leads, and goes there if it leads anywhere.
pub(super) async fn step(session: Session, stores: Stores, step: Step) -> Result<(), CallError> {
    let Some(point) = standing(&session, stores).await? else {
        return Ok(());
    };
    let kind = match step {
        Step::Over => StepKind::Over,
        Step::Back => StepKind::ReverseOver,
        Step::In => StepKind::In,
        Step::Out => StepKind::Out,
    };
    let target = match session.step_from(&point, kind, n_brought(stores)).await? {
        Some(target) => target,
        None => target(&session, step, &point).await?,
    };
    if let Some(target) = Targets::new([Some(target), None, None, None])
        .by_step
        .into_iter()
        .flatten()
        .next()
    {
        stores.go_to_target(&target);
    }
    Ok(())
}

/// Brings a paint's picture, decoded.
pub(super) async fn picture(host: Pictures, session: Session, stores: Stores, paint: PaintPoint, size: Size) {
    let pictures = stores.pictures;
    let Some(key) = pictures.key((&paint, size)) else {
        return;
    };
    let mime_type = paint
        .screen_shots
        .first()
        .map_or(MimeType::Jpeg, |shot| shot.mime_type.clone());
    let height = match size {
        Size::Whole => None,
        Size::Small => Some(host.small_px),
    };
    let begun_ms = (host.now_ms)();
    let screen = match session.get_paint_contents(&paint.point, mime_type, height).await {
        Ok(answer) => answer.screen,
        Err(error @ CallError::Protocol { .. }) if !error.is_session_gone() => {
            return pictures.arrive((&paint, size), Err(words(&error)), 0.0);
        }
        // It is asked for again in the next session.
        Err(_) => return pictures.give_up((&paint, size)),
    };
    let scale = scale_of(&screen);
    let decoded = (host.decode)(Arc::clone(&key), screen.data).await;
    let outcome = match decoded {
        Ok(pixels) => Ok(Picture {
            key,
            size: pixels,
            scale,
        }),
        Err(reason) => Err(format!("the picture {reason}")),
    };
    pictures.arrive((&paint, size), outcome, (host.now_ms)() - begun_ms);
}

/// Where steps lead; what was answered whole is not asked again.
async fn targets(session: &Session, stores: Stores, focus_turn: u32, point: &ExecutionPoint) -> Targets {
    let [over, back, into, out] = Step::ALL.map(|step| target(session, step, point));
    let (over, back, into, out) = join4(over, back, into, out).await;
    let is_whole = over.is_ok() && back.is_ok() && into.is_ok() && out.is_ok();
    let targets = Targets::new([over.ok(), back.ok(), into.ok(), out.ok()]);
    if is_whole {
        stores
            .pause
            .keep_targets(focus_turn, point.clone(), targets.clone());
    }
    targets
}

async fn target(
    session: &Session,
    step: Step,
    point: &ExecutionPoint,
) -> Result<PauseDescription, CallError> {
    match step {
        Step::Over => session
            .find_step_over_target(point)
            .await
            .map(|answer| answer.target),
        Step::Back => session
            .find_reverse_step_over_target(point)
            .await
            .map(|answer| answer.target),
        Step::In => session
            .find_step_in_target(point)
            .await
            .map(|answer| answer.target),
        Step::Out => session
            .find_step_out_target(point)
            .await
            .map(|answer| answer.target),
    }
}
