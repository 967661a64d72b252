//! What the page around asks for, done. An answer comes once what it is about is on the screen.

use std::time::Duration;

use futures::{FutureExt, channel::oneshot, select_biased};
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wire::debugger::Location;

use super::{
    capture, consent,
    failure::{Code, Failure},
    frame::Frame,
    message::{Call, Key, Load, Mode, Seek, SourcePlace, Span},
    opening::Opening,
    port, seeing,
    ticket::Ticket,
};
use crate::{
    boot,
    logic::{
        keys::{self, Press},
        layout::Panel,
        place,
    },
    shell::{
        self,
        commands::{self, Page},
    },
    stores::{Step, focus::Edge},
};

/// A frame of the screen takes no longer. Where the browser draws none, as for what is out of sight, nobody waits for one.
const FRAME: Duration = Duration::from_millis(100);

/// Does what was asked for; what it comes to. `message` is the whole of it, for what is not text and numbers.
pub(super) async fn act(frame: Frame, ticket: Ticket, call: Call, message: JsValue) -> Result<JsValue, Failure> {
    match call {
        // The pointer is not worth an answer.
        Call::Hover(time_ms) => {
            frame.host_ms.try_set(time_ms);
            return Ok(JsValue::NULL);
        }
        Call::Key(key) => press(frame, &key),
        Call::Token(token) => {
            frame.token.try_set(Some(token));
        }
        Call::Set(settings) => frame.set(&settings)?,
        Call::GetState => {}
        Call::Close => {
            frame.opening.try_set(None);
        }
        Call::Load(load) => open(frame, ticket, load, &message).await?,
        Call::GetPermalink => return permalink(frame, opened(frame)?).map(JsValue::from),
        Call::Capture(wanted) => {
            let page = opened(frame)?;
            if !untrack(|| seeing::may_read(frame)) {
                return Err(Failure::not_granted());
            }
            seeing::until_loaded(page).await?;
            return capture::take(page, &wanted).await;
        }
        call => {
            let page = opened(frame)?;
            seeing::until_loaded(page).await?;
            in_recording(frame, page, call).await?;
        }
    }
    let state = untrack(|| seeing::state(frame, frame.page()));
    // Numbers and texts always have a form.
    Ok(port::value_of(&state).unwrap_or_default())
}

fn opened(frame: Frame) -> Result<Page, Failure> {
    frame.page().ok_or_else(Failure::closed)
}

/// What is done with the recording that is open.
async fn in_recording(frame: Frame, page: Page, call: Call) -> Result<(), Failure> {
    let stores = page.stores;
    let timeline = stores.timeline;
    match call {
        Call::Play => {
            stores.play();
            return Ok(());
        }
        Call::Pause if timeline.is_playing().get_untracked() => timeline.stop(),
        Call::Seek(to) => return seek(page, to).await,
        Call::Step(step) => return walk(page, step).await,
        Call::Focus(span) => return focus(page, span).await,
        Call::OpenSource(place) => return show_source(frame, page, &place).await,
        Call::Select(index) => {
            seeing::until(page, move || {
                index < stores.pause.frames().len() || stores.connection.is_settled()
            })
            .await?;
            let n_frames = untrack(|| stores.pause.frames().len());
            if index >= n_frames {
                let message = format!("There is no frame {index}: the stack has {n_frames}.");
                return Err(Failure::new(Code::NotFound, message));
            }
            stores.select_frame(index);
        }
        _ => return Ok(()),
    }
    shown(page).await
}

/// Goes to a moment. Who is overtaken by a later wish is answered then.
async fn seek(page: Page, to: Seek) -> Result<(), Failure> {
    let stores = page.stores;
    match to {
        Seek {
            time_ms: Some(time_ms),
            is_passing: true,
            ..
        } => {
            stores.timeline.drag_to(time_ms);
            return Ok(());
        }
        Seek {
            point: Some(point),
            time_ms: Some(time_ms),
            ..
        } => stores.timeline.go_to(time_ms, Some(point)),
        Seek { point: Some(point), .. } => {
            let before = turn(page);
            let told = stores.playing.notice().with_untracked(|notice| notice.turn);
            stores.go_to_point(point);
            // Either it is gone to, or it is said why not.
            let is_over = move || {
                stores.timeline.moment().with(|moment| moment.turn != before)
                    || stores.playing.notice().with(|notice| notice.turn != told)
            };
            seeing::until(page, is_over).await?;
            if turn(page) == before {
                let reason = stores.playing.notice().with_untracked(|notice| notice.text.clone());
                return Err(Failure::new(Code::NotFound, reason));
            }
        }
        Seek {
            time_ms: Some(time_ms), ..
        } => stores.seek(time_ms),
        Seek { .. } => {}
    }
    shown(page).await
}

async fn walk(page: Page, step: Step) -> Result<(), Failure> {
    let stores = page.stores;
    let before = turn(page);
    stores.step(step);
    let is_over = move || {
        stores.timeline.moment().with(|moment| moment.turn != before) || stores.connection.is_settled()
    };
    seeing::until(page, is_over).await?;
    shown(page).await
}

async fn focus(page: Page, span: Option<Span>) -> Result<(), Failure> {
    let focus = page.stores.focus;
    let before = focus.turn().get_untracked();
    let edge = |time_ms| Some(Edge { time_ms, point: None });
    match span {
        Some(span) => focus.set(edge(span.begin_ms), edge(span.end_ms)),
        None => focus.clear(),
    }
    let settled = page.stores.connection;
    seeing::until(page, move || focus.turn().get() != before || settled.is_settled()).await?;
    match focus.failure().get_untracked() {
        Some(reason) if focus.turn().get_untracked() == before => Err(Failure::new(Code::Refused, reason)),
        _ => Ok(()),
    }
}

async fn show_source(frame: Frame, page: Page, wanted: &SourcePlace) -> Result<(), Failure> {
    let stores = page.stores;
    seeing::until(page, move || {
        stores.sources.all().with(|all| !all.is_empty()) || stores.connection.is_settled()
    })
    .await?;
    let all = stores.sources.all().get_untracked();
    let found = place::of_link_name(&wanted.url, &all).first().map(|source| source.source_id.clone());
    let Some(source_id) = found else {
        let message = format!("There is no source “{}” in this recording.", wanted.url);
        return Err(Failure::new(Code::NotFound, message));
    };
    frame.preferences.show_panel(Panel::Source);
    if frame.mode.get_untracked() == Mode::Mini {
        frame.mode.set(Mode::Player);
    }
    frame.panels.update(|panels| {
        panels.retain(|panel| *panel != Panel::Source);
        panels.insert(0, Panel::Source);
    });
    stores.sources.show(Location {
        source_id,
        line: wanted.line.unwrap_or(0),
        column: wanted.column.map_or(0, |column| column.saturating_sub(1)),
    });
    shown(page).await
}

/// Opens another recording, if the person has nothing against it.
async fn open(frame: Frame, ticket: Ticket, load: Load, _message: &JsValue) -> Result<(), Failure> {
    let opening = Opening::of_request(&load, ticket)?;
    consent::ask(frame, opening.title.clone()).await?;
    frame.opening.set(Some(opening));
    // The page of the recording is there by the next turn of the browser.
    next_turn().await;
    seeing::until_loaded(opened(frame)?).await?;
    shown(opened(frame)?).await
}

/// The address of the moment, for those who may know what the recording is of with the place in its source.
pub(super) fn permalink(frame: Frame, page: Page) -> Result<String, Failure> {
    let (id, service, has_address) = frame
        .opening
        .with_untracked(|opening| {
            let opening = opening.as_ref()?;
            Some((opening.id.clone(), opening.link.dispatch.clone(), opening.has_address))
        })
        .ok_or_else(Failure::closed)?;
    if !has_address {
        let message = "This recording is open in this page only, so no address leads to it.";
        return Err(Failure::new(Code::Unsupported, message));
    }
    let mut link = untrack(|| boot::link_of(page));
    link.dispatch = service;
    if !untrack(|| seeing::may_read(frame)) {
        link.source = None;
    }
    Ok(format!("{}recording/{id}{}", boot::home_url(), link.write()))
}

/// Does what a key of the page around does, where its keys count.
fn press(frame: Frame, key: &Key) {
    let press = Press {
        key: key.key.clone(),
        has_shift: key.shift,
        ..Press::default()
    };
    let (Some(page), Some(chord)) = (frame.page(), keys::chord(&press, shell::is_mac())) else {
        return;
    };
    let moves = untrack(|| commands::moves(&chord, frame.preferences));
    if let Some(command) = untrack(|| commands::of_chord(&chord, frame.preferences)).filter(|_| moves) {
        (command.run)(page);
    }
}

fn turn(page: Page) -> u32 {
    page.stores.timeline.moment().with_untracked(|moment| moment.turn)
}

/// Waits until what there is to see of the moment is on the screen.
async fn shown(page: Page) -> Result<(), Failure> {
    let stores = page.stores;
    seeing::until(page, move || seeing::is_shown(stores)).await?;
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
