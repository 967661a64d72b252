//! What is known of a recording's page, for those who wait for it and those who are told.

use futures::channel::oneshot;
use leptos::prelude::*;

use super::{
    failure::{Code, Failure},
    frame::{Frame, Recording},
    state::{Content, Phase, Range, SourceShown, State, seconds},
};
use crate::stores::{Stores, connection};

/// How far the recording is. Tracked.
pub(super) fn phase(stores: &Stores) -> Phase {
    match stores.connection.phase().get() {
        connection::Phase::Connecting => Phase::Loading,
        connection::Phase::Reconnecting { .. } => Phase::Reconnecting,
        connection::Phase::Refused { .. } => Phase::Failed,
        connection::Phase::Ready if is_loaded(stores) => Phase::Ready,
        connection::Phase::Ready => Phase::Loading,
    }
}

/// Whether the recording can be moved in. Tracked.
pub(super) fn is_loaded(stores: &Stores) -> bool {
    stores.timeline.duration_ms().get() > 0.0 && stores.is_complete()
}

/// Whether what there is to see of the moment is on the screen. Tracked.
pub(super) fn is_shown(stores: &Stores) -> bool {
    let moment = stores.timeline.moment().get();
    let is_found = moment.point.is_some() || moment.is_dragged || stores.timeline.is_playing().get();
    let has_picture = || match stores.paint_index(moment.time_ms).and_then(|at| stores.paint(at)) {
        Some(paint) => stores.pictures.of(&paint).is_some() || stores.pictures.failure(&paint).is_some(),
        None => false,
    };
    (is_found && has_picture()) || stores.connection.is_settled()
}

/// What is known. Tracked.
pub(super) fn state(frame: Frame) -> State {
    let preferences = frame.preferences;
    let looks = State {
        mode: frame.mode.get(),
        keyboard: frame.keyboard.get(),
        theme: preferences.theme().get(),
        lang: "en",
        speed: 1.0,
        ..State::default()
    };
    let recording = frame.recording();
    let known = recording.and_then(|recording| recording.with(|page| state_of(frame, &page.stores, &looks)));
    known.unwrap_or(looks)
}

fn state_of(frame: Frame, stores: &Stores, looks: &State) -> State {
    let moment = stores.timeline.moment().get();
    let playing = stores.playing;
    State {
        phase: phase(stores),
        t: seconds(moment.time_ms),
        point: moment.point.map(|point| point.to_string()),
        duration: seconds(stores.timeline.duration_ms().get()),
        playing: stores.timeline.is_playing().get(),
        speed: playing.speed().get(),
        repeats: playing.repeats().get(),
        skip_inactive: playing.skips_idle().get(),
        live: stores.timeline.live().get().is_some(),
        focus: focus(stores),
        frame: stores.pause.selected().get(),
        content: may_read(frame).then(|| Content {
            title: title(frame, stores),
            url: stores.recording.url_at(moment.time_ms),
            source: source(stores),
        }),
        ..looks.clone()
    }
}

/// Whether the page around may know what the recording is of. Tracked.
pub(super) fn may_read(frame: Frame) -> bool {
    let is_hosts = frame
        .opening
        .with(|opening| opening.as_ref().is_some_and(|opening| opening.is_hosts));
    frame.may_read.get() || is_hosts
}

/// What the recording is called. Tracked.
pub(super) fn title(frame: Frame, stores: &Stores) -> String {
    let told = frame
        .opening
        .with(|opening| opening.as_ref().and_then(|opening| opening.title.clone()));
    told.unwrap_or_else(|| stores.recording.title().get())
}

/// What part is in focus. Tracked.
pub(super) fn focus(stores: &Stores) -> Option<Range> {
    stores.focus.window().with(|window| {
        window.as_ref().map(|window| Range {
            begin: seconds(window.begin.time),
            end: seconds(window.end.time),
        })
    })
}

/// The place in a source that is shown. Tracked.
pub(super) fn source(stores: &Stores) -> Option<SourceShown> {
    let shown = stores.sources.shown().get()?;
    Some(SourceShown {
        url: stores.sources.url(&shown.source_id),
        line: shown.line,
        column: shown.column + 1,
    })
}

/// Waits until something is so of the stores. It reads what is tracked.
///
/// # Errors
/// The recording has been closed before.
pub(super) async fn until(
    recording: Recording,
    is_so: impl Fn(&Stores) -> bool + 'static,
) -> Result<(), Failure> {
    let (sender, receiver) = oneshot::channel();
    let sender = StoredValue::new_local(Some(sender));
    // It ends with the recording's page, whose signals it reads.
    let owner = recording
        .with(|page| page.owner.try_with_value(Owner::child))
        .flatten();
    let owner = owner.ok_or_else(Failure::closed)?;
    owner.with(|| {
        Effect::new(move |_| {
            if recording.with(|page| is_so(&page.stores)) == Some(true)
                && let Some(sender) = sender.try_update_value(Option::take).flatten()
            {
                // Nobody waits any more if the request has been given up.
                sender.send(()).ok();
            }
        })
    });
    let outcome = receiver.await.map_err(|_| Failure::closed());
    owner.cleanup();
    outcome
}

/// Waits until the recording can be moved in.
///
/// # Errors
/// It never can, for which reason.
pub(super) async fn until_loaded(recording: Recording) -> Result<(), Failure> {
    until(recording, |stores| {
        is_loaded(stores) || phase(stores) == Phase::Failed
    })
    .await?;
    match recording.with(|page| page.stores.connection.phase().get_untracked()) {
        Some(connection::Phase::Refused { reason }) => Err(Failure::new(Code::Refused, reason)),
        _ => Ok(()),
    }
}
