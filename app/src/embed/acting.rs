//! What the page around asks for, done. An answer comes once what it is about is on the screen.

use std::time::Duration;

use futures::{FutureExt, channel::oneshot, select_biased};
use js_sys::Reflect;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wire::{debugger::Location, point::ExecutionPoint};

use super::{
    capture, consent,
    failure::{Code, Failure},
    frame::{Frame, Recording},
    message::{Call, Key, Load, Mode, Seek, SourcePlace, Span},
    opening::Opening,
    port, seeing,
    ticket::Ticket,
};
use crate::{
    boot::{self, opening::greeting},
    logic::{
        keys::{self, Press},
        layout::Panel,
        place,
    },
    shell::{self, commands},
    stores::{Step, Stores, focus::Edge},
};

/// A frame of the screen takes no longer. Where the browser draws none, as for what is out of sight, nobody waits for one.
const FRAME: Duration = Duration::from_millis(100);

/// Does what was asked for; what it comes to. `message` is the whole of it, for what is not text and numbers.
pub(super) async fn act(
    frame: Frame,
    ticket: Ticket,
    call: Call,
    message: JsValue,
) -> Result<JsValue, Failure> {
    match call {
        // The pointer is not worth an answer.
        Call::Hover(time_ms) => {
            frame.host_ms.try_set(time_ms);
            return Ok(JsValue::NULL);
        }
        Call::Key(key) => press(frame, &key),
        Call::Token(token) => tell_token(frame, token),
        Call::Set(settings) => frame.set(&settings)?,
        Call::GetState => {}
        Call::Close => {
            frame.opening.try_set(None);
            // Its page is gone by the next turn of the browser.
            next_turn().await;
        }
        Call::Load(load) => open(frame, ticket, load, &message).await?,
        Call::GetPermalink => return permalink(frame, opened(frame)?).map(JsValue::from),
        Call::Capture(wanted) => {
            let recording = opened(frame)?;
            if !untrack(|| seeing::may_read(frame)) {
                return Err(Failure::not_granted());
            }
            seeing::until_loaded(recording).await?;
            return capture::take(recording, &wanted).await;
        }
        call => {
            let recording = opened(frame)?;
            seeing::until_loaded(recording).await?;
            in_recording(frame, recording, call).await?;
        }
    }
    let state = untrack(|| seeing::state(frame));
    // Numbers and texts always have a form.
    Ok(port::value_of(&state).unwrap_or_default())
}

fn opened(frame: Frame) -> Result<Recording, Failure> {
    frame.recording().ok_or_else(Failure::closed)
}

/// Acts on the stores, or reads them without following them.
fn with<T>(recording: Recording, act: impl FnOnce(&Stores) -> T) -> Result<T, Failure> {
    let outcome = recording.with(|page| untrack(|| act(&page.stores)));
    outcome.ok_or_else(Failure::closed)
}

/// What is done with the recording that is open.
async fn in_recording(frame: Frame, recording: Recording, call: Call) -> Result<(), Failure> {
    match call {
        Call::Play => return with(recording, Stores::play),
        Call::Pause => with(recording, |stores| {
            if stores.timeline.is_playing().get() {
                stores.timeline.stop();
            }
        })?,
        Call::Seek(to) => return seek(recording, to).await,
        Call::Step(step) => return walk(recording, step).await,
        Call::Focus(span) => return focus(recording, span).await,
        Call::OpenSource(place) => return show_source(frame, recording, &place).await,
        Call::Select(index) => select(recording, index).await?,
        _ => {}
    }
    shown(recording).await
}

/// Goes to a moment. Who is overtaken by a later wish is answered then.
async fn seek(recording: Recording, to: Seek) -> Result<(), Failure> {
    match to {
        Seek {
            time_ms: Some(time_ms),
            is_passing: true,
            ..
        } => return with(recording, |stores| stores.timeline.drag_to(time_ms)),
        Seek {
            point: Some(point),
            time_ms: Some(time_ms),
            ..
        } => with(recording, |stores| stores.timeline.go_to(time_ms, Some(point)))?,
        Seek {
            point: Some(point), ..
        } => find(recording, point).await?,
        Seek {
            time_ms: Some(time_ms),
            ..
        } => with(recording, |stores| stores.seek(time_ms))?,
        Seek { .. } => {}
    }
    shown(recording).await
}

/// Goes to a point of which nobody says when it was.
async fn find(recording: Recording, point: ExecutionPoint) -> Result<(), Failure> {
    let told = |stores: &Stores| stores.playing.notice().with(|notice| notice.turn);
    let (turn_before, told_before) = with(recording, |stores| {
        let before = (turn(stores), told(stores));
        stores.go_to_point(point);
        before
    })?;
    // Either it is gone to, or it is said why not.
    seeing::until(recording, move |stores| {
        turn(stores) != turn_before || told(stores) != told_before
    })
    .await?;
    with(recording, |stores| match turn(stores) == turn_before {
        true => Err(Failure::new(Code::NotFound, stores.playing.notice().get().text)),
        false => Ok(()),
    })?
}

async fn walk(recording: Recording, step: Step) -> Result<(), Failure> {
    let before = with(recording, |stores| {
        let before = turn(stores);
        stores.step(step);
        before
    })?;
    seeing::until(recording, move |stores| {
        turn(stores) != before || stores.connection.is_settled()
    })
    .await?;
    shown(recording).await
}

async fn focus(recording: Recording, span: Option<Span>) -> Result<(), Failure> {
    let edge = |time_ms| Some(Edge { time_ms, point: None });
    let before = with(recording, |stores| {
        let before = stores.focus.turn().get();
        match span {
            Some(span) => stores.focus.set(edge(span.begin_ms), edge(span.end_ms)),
            None => stores.focus.clear(),
        }
        before
    })?;
    seeing::until(recording, move |stores| {
        stores.focus.turn().get() != before || stores.connection.is_settled()
    })
    .await?;
    with(recording, |stores| match stores.focus.failure().get() {
        Some(reason) if stores.focus.turn().get() == before => Err(Failure::new(Code::Refused, reason)),
        _ => Ok(()),
    })?
}

async fn select(recording: Recording, index: usize) -> Result<(), Failure> {
    seeing::until(recording, move |stores| {
        index < stores.pause.frames().len() || stores.connection.is_settled()
    })
    .await?;
    with(recording, |stores| {
        let n_frames = stores.pause.frames().len();
        if index >= n_frames {
            let message = format!("There is no frame {index}: the stack has {n_frames}.");
            return Err(Failure::new(Code::NotFound, message));
        }
        stores.select_frame(index);
        Ok(())
    })?
}

async fn show_source(frame: Frame, recording: Recording, wanted: &SourcePlace) -> Result<(), Failure> {
    seeing::until(recording, |stores| {
        stores.sources.all().with(|all| !all.is_empty()) || stores.connection.is_settled()
    })
    .await?;
    with(recording, |stores| {
        let all = stores.sources.all().get();
        let found = place::of_link_name(&wanted.url, &all);
        let Some(source) = found.first() else {
            let message = format!("There is no source “{}” in this recording.", wanted.url);
            return Err(Failure::new(Code::NotFound, message));
        };
        stores.sources.show(Location {
            source_id: source.source_id.clone(),
            line: wanted.line.unwrap_or(0),
            column: wanted.column.map_or(0, |column| column.saturating_sub(1)),
        });
        Ok(())
    })??;
    frame.preferences.show_panel(Panel::Source);
    if frame.mode.get_untracked() == Mode::Mini {
        frame.mode.set(Mode::Player);
    }
    frame.panels.update(|panels| {
        panels.retain(|panel| *panel != Panel::Source);
        panels.insert(0, Panel::Source);
    });
    shown(recording).await
}

/// Opens another recording, if the person has nothing against it.
async fn open(frame: Frame, ticket: Ticket, load: Load, message: &JsValue) -> Result<(), Failure> {
    consent::ask(frame, load.title.clone()).await?;
    let data = Reflect::get(message, &JsValue::from_str("data")).unwrap_or_default();
    let opening = Opening::of_request(frame, ticket, load, data).await?;
    frame.opening.try_set(Some(opening));
    // The page of the recording is there by the next turn of the browser.
    next_turn().await;
    seeing::until_loaded(opened(frame)?).await?;
    shown(opened(frame)?).await
}

/// Proves to the service who asks: now, if it has refused to answer without.
fn tell_token(frame: Frame, token: String) {
    if let Some(recording) = frame.recording() {
        recording.with(|page| {
            page.stores.connection.set_greeting(greeting(&token));
            page.stores.retry();
        });
    }
    frame.token.try_set(Some(token));
}

/// The address of the moment, for those who may know what the recording is of with the place in its source.
pub(super) fn permalink(frame: Frame, recording: Recording) -> Result<String, Failure> {
    let opening = frame.opening.get_untracked().ok_or_else(Failure::closed)?;
    let Some(path) = opening.path() else {
        let message = "This recording is open in this page only, so no address leads to it.";
        return Err(Failure::new(Code::Unsupported, message));
    };
    let link = recording.with(|page| untrack(|| boot::link_of(*page)));
    let mut link = link.ok_or_else(Failure::closed)?;
    link.dispatch = opening.link.dispatch;
    if opening.link.from.is_some() {
        link.recording = Some(opening.id.as_str().to_owned());
        link.from = opening.link.from;
    }
    if !untrack(|| seeing::may_read(frame)) {
        link.source = None;
    }
    Ok(format!("{}{path}{}", boot::home_url(), link.write()))
}

/// Does what a key of the page around does, where its keys count.
fn press(frame: Frame, key: &Key) {
    let press = Press {
        key: key.key.clone(),
        has_shift: key.shift.unwrap_or(false),
        ..Press::default()
    };
    let (Some(recording), Some(chord)) = (frame.recording(), keys::chord(&press, shell::is_mac())) else {
        return;
    };
    let moves = untrack(|| commands::moves(&chord, frame.preferences));
    if let Some(command) = untrack(|| commands::of_chord(&chord, frame.preferences)).filter(|_| moves) {
        recording.with(|page| (command.run)(*page));
    }
}

/// Counts the moves. Tracked.
fn turn(stores: &Stores) -> u32 {
    stores.timeline.moment().with(|moment| moment.turn)
}

/// Waits until what there is to see of the moment is on the screen.
async fn shown(recording: Recording) -> Result<(), Failure> {
    seeing::until(recording, seeing::is_shown).await?;
    let (sender, drawn) = oneshot::channel::<()>();
    request_animation_frame(move || {
        // Nobody waits any more if that took too long.
        sender.send(()).ok();
    });
    let (sender, late) = oneshot::channel::<()>();
    set_timeout(
        move || {
            // Nobody waits any more if it is drawn.
            sender.send(()).ok();
        },
        FRAME,
    );
    select_biased! {
        _ = drawn.fuse() => {}
        _ = late.fuse() => {}
    }
    Ok(())
}

/// Lets the browser go on.
async fn next_turn() {
    let (sender, receiver) = oneshot::channel::<()>();
    set_timeout(
        move || {
            // Somebody always waits.
            sender.send(()).ok();
        },
        Duration::ZERO,
    );
    receiver.await.ok();
}
