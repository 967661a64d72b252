//! What is asked for as soon as a session is open: how long the recording is, and everything that happened in it.

use client::{CallError, Session, Streaming};
use futures::{FutureExt, Stream, StreamExt, select_biased};
use leptos::prelude::{GetUntracked, WithUntracked};
use wire::{
    debugger::Source,
    experimental::{
        CONSOLE_CALLS, ConsoleCall, ConsoleCalls, ConsoleCallsResult, LIVE_STATE, LiveStateResult,
    },
    session::ExperimentalCommand,
};

use super::{Live, Stores, Task};

/// Messages are taken in by this many, so that a long stream is sorted in once in a while and not for each.
const N_MESSAGES: usize = 4096;
/// More calls than this are not asked for; what follows stands outside of groups.
const MAX_CALLS: usize = 1_000_000;

/// Keeps the loaded regions up to date, as long as the session lives.
pub(super) fn regions(session: &Session, stores: Stores) -> Task {
    let mut regions = session.listen_for_load_changes();
    async move {
        while let Some(now) = regions.next().await {
            stores.timeline.set_regions(now);
            if stores.timeline.has_grown() {
                stores.grew();
            }
        }
        regions.answer().await.map(drop)
    }
    .boxed_local()
}

/// Keeps the progress up to date, until all is processed.
pub(super) fn progress(session: &Session, stores: Stores) -> Task {
    let mut progress = session.listen_for_processing_progress();
    async move {
        while let Some(percent) = progress.next().await {
            stores.timeline.set_progress(percent);
        }
        progress.answer().await.map(drop)
    }
    .boxed_local()
}

/// Asks whether the recording is still being made, and by whom it was; other servers refuse to say, theirs are finished.
pub(super) fn live(session: &Session, stores: Stores) -> Live {
    let session = session.clone();
    async move {
        let answer = session
            .call(&ExperimentalCommand {
                name: LIVE_STATE.to_owned(),
                params: None,
            })
            .await;
        let told: Option<LiveStateResult> = match answer {
            Ok(answer) => serde_json::from_value(answer.rval.unwrap_or_default()).ok(),
            Err(CallError::Protocol { .. }) => None,
            // Another session will ask again.
            Err(_) => return false,
        };
        let is_live = told.as_ref().is_some_and(|told| told.is_live);
        stores.timeline.set_live(is_live);
        stores.recording.set_origin(told.and_then(|told| told.origin));
        is_live
    }
    .boxed_local()
    .shared()
}

/// A list of what was recorded is answered once there will be no more of it: then the recording is what it will stay.
async fn finish(session: &Session, stores: Stores) -> Result<(), CallError> {
    if stores.timeline.live().try_get_untracked().flatten().is_none() {
        return Ok(());
    }
    let endpoint = session.get_endpoint().await?.endpoint;
    stores.timeline.set_duration(endpoint.time);
    stores.timeline.set_live(false);
    stores.grew();
    Ok(())
}

/// What the timeline shows; each ends when it has all come.
pub(super) fn first(session: &Session, stores: Stores) -> Vec<Task> {
    let endpoint = session.get_endpoint();
    let recording = stores.recording;
    let whole = session.clone();
    let paints = batches(
        session.find_paints(),
        move |batch, is_first| recording.add_paints(batch, is_first),
        move || recording.end_paints(),
    );
    vec![
        async move {
            let endpoint = endpoint.await?.endpoint;
            stores.timeline.set_duration(endpoint.time);
            begin_at_end(stores, endpoint.time);
            Ok(())
        }
        .boxed_local(),
        async move {
            paints.await?;
            finish(&whole, stores).await
        }
        .boxed_local(),
        batches(
            session.find_mouse_events(),
            move |batch, is_first| recording.add_mouse(batch, is_first),
            move || recording.end_mouse(),
        ),
        batches(
            session.find_keyboard_events(),
            move |batch, is_first| recording.add_keyboard(batch, is_first),
            move || recording.end_keyboard(),
        ),
        batches(
            session.find_navigation_events(),
            move |batch, is_first| recording.add_navigations(batch, is_first),
            move || recording.end_navigations(),
        ),
    ]
}

/// What panels show besides; each ends when it has all come.
pub(super) fn rest(session: &Session, stores: Stores, live: &Live) -> Vec<Task> {
    vec![
        sources(session, stores, live.clone()),
        messages(session, stores, live.clone()),
    ]
}

/// Goes to the end of the recording, where everything has happened, unless somebody has gone somewhere by then.
fn begin_at_end(stores: Stores, end_ms: f64) {
    let is_untouched = stores
        .timeline
        .moment()
        .try_with_untracked(|moment| moment.turn == 0 && moment.time_ms == 0.0 && moment.point.is_none());
    if is_untouched == Some(true) && stores.timeline.is_playing().try_get_untracked() == Some(false) {
        stores.timeline.arrive_at_end(end_ms);
    }
}

fn batches<T: 'static, R: 'static>(
    mut stream: Streaming<Vec<T>, R>,
    mut add: impl FnMut(Vec<T>, bool) + 'static,
    end: impl FnOnce() + 'static,
) -> Task {
    async move {
        let mut is_first = true;
        while let Some(batch) = stream.next().await {
            add(batch, is_first);
            is_first = false;
        }
        stream.answer().await?;
        end();
        Ok(())
    }
    .boxed_local()
}

fn sources(session: &Session, stores: Stores, live: Live) -> Task {
    let mut sources = session.find_sources();
    async move {
        let mut all: Vec<Source> = Vec::new();
        let show = |all: &[Source]| {
            stores.sources.set_all(all.to_vec());
            stores.find_awaited_source();
        };
        let mut live = live.fuse();
        let mut is_live = false;
        loop {
            select_biased! {
                batch = sources.next().fuse() => match batch {
                    Some(batch) => {
                        all.extend(batch);
                        // All at once where they all come at once.
                        if is_live {
                            show(&all);
                        }
                    }
                    None => break,
                },
                now = live => {
                    is_live = now;
                    if is_live {
                        show(&all);
                    }
                }
            }
        }
        sources.answer().await?;
        show(&all);
        Ok(())
    }
    .boxed_local()
}

fn messages(session: &Session, stores: Stores, live: Live) -> Task {
    let mut messages = session.find_messages();
    let session = session.clone();
    async move {
        let mut is_first = true;
        let mut live = live.fuse();
        loop {
            select_biased! {
                batch = next_batch(&mut messages).boxed_local().fuse() => match batch {
                    Some(batch) => {
                        stores.console.add(batch, is_first);
                        is_first = false;
                    }
                    None => break,
                },
                // What is there can be read; more is added as it comes.
                is_live = live => if is_live {
                    stores.console.finish(false);
                }
            }
        }
        let outcome = messages.answer().await;
        stores
            .console
            .finish(outcome.as_ref().is_ok_and(|answer| answer.overflow));
        outcome?;
        console_calls(&session, stores).await
    }
    .boxed_local()
}

/// Learns which messages head groups and print tables, from servers that tell.
async fn console_calls(session: &Session, stores: Stores) -> Result<(), CallError> {
    let mut calls: Vec<ConsoleCall> = Vec::new();
    let mut asked = ConsoleCalls::default();
    while calls.len() < MAX_CALLS {
        let Ok(params) = serde_json::to_value(&asked) else {
            break;
        };
        let answer = session.call(&ExperimentalCommand {
            name: CONSOLE_CALLS.to_owned(),
            params: Some(params),
        });
        let answer: ConsoleCallsResult = match answer.await {
            Ok(answer) => match serde_json::from_value(answer.rval.unwrap_or_default()) {
                Ok(answer) => answer,
                Err(_) => break,
            },
            // Other servers refuse; their messages have no groups.
            Err(CallError::Protocol { .. }) => break,
            Err(error) => return Err(error),
        };
        calls.extend(answer.calls);
        match answer.next_begin {
            Some(next) if asked.begin.as_ref() < Some(&next) => asked.begin = Some(next),
            _ => break,
        }
    }
    stores.console.learn_calls(&calls);
    Ok(())
}

/// What has come by now, at least one, or None at the end.
async fn next_batch<S: Stream + Unpin>(stream: &mut S) -> Option<Vec<S::Item>> {
    let mut batch = vec![stream.next().await?];
    while batch.len() < N_MESSAGES {
        match stream.next().now_or_never() {
            Some(Some(item)) => batch.push(item),
            _ => break,
        }
    }
    Some(batch)
}
