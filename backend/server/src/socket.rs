//! One client's websocket: frames in, answered by an engine on its own thread or by upstream services, frames out.
//! Uploads are taken on that thread too.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::{
    body::Bytes,
    extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code},
    response::Response,
};
use engine::Engine;
use futures::{SinkExt, StreamExt};
use recording::reader::Reader;
use tokio::{
    sync::mpsc::{self, error::TryRecvError},
    task::JoinSet,
    time::Instant,
};
use wire::{
    command::Command,
    connection::{CloseTimestamp, WillDisconnect},
    envelope::{self, Request},
    recording::{AwaitingSourcemaps, CreateSession},
};

use crate::{embed::Access, forward::Upstreams, http::Site, uploading::Uploading};

/// The largest request taken. Requests are small.
const MAX_REQUEST_BYTES: usize = 1 << 20;
/// The largest taken where uploads are: a source map comes in one, a recording in as many as its sender likes.
const MAX_UPLOAD_BYTES: usize = 16 << 20;
/// How many requests may wait for the engine before the socket is read no further.
const MAX_WAITING_REQUESTS: usize = 16;
/// How often at most and at least the engine is told the time, where sessions end for lack of use.
const MIN_TICK: Duration = Duration::from_millis(100);
const MAX_TICK: Duration = Duration::from_secs(10);
/// How long before it stops the server tells its clients: enough to say goodbye, and nobody has to wait for it.
pub(crate) const NOTICE: Duration = Duration::from_millis(500);
/// How much may wait to be sent before the socket pushes back.
const MAX_WRITE_BUFFER_BYTES: usize = 8 << 20;
/// How many frames of answers may wait for the socket before the engine pauses.
const MAX_WAITING_FRAMES: usize = 64;

/// Accepts the upgrade and serves the client until it goes.
pub(crate) fn accept(site: Arc<Site>, upgrade: WebSocketUpgrade, access: Access) -> Response {
    let max_bytes = match takes_uploads(&site, &access) {
        true => MAX_UPLOAD_BYTES,
        false => MAX_REQUEST_BYTES,
    };
    upgrade
        .max_message_size(max_bytes)
        .max_frame_size(max_bytes)
        .max_write_buffer_size(MAX_WRITE_BUFFER_BYTES)
        .on_upgrade(move |socket| serve(site, socket, access))
}

/// Who may see one recording only may send none.
fn takes_uploads(site: &Site, access: &Access) -> bool {
    site.uploads.is_some() && *access == Access::Everything
}

async fn serve(site: Arc<Site>, socket: WebSocket, access: Access) {
    let (mut to_client, mut from_client) = socket.split();
    let (requests, requests_in) = mpsc::channel(MAX_WAITING_REQUESTS);
    let (answers, mut answers_out) = mpsc::channel(MAX_WAITING_FRAMES);
    let mut upstreams = Upstreams::new(site.upstreams.clone(), answers.clone());
    let engine = {
        let site = site.clone();
        let (answers, access) = (answers.clone(), access.clone());
        std::thread::spawn(move || answer(&site, access, requests_in, &answers))
    };
    // Requests that wait until a recording's source maps are here; they end with the connection.
    let mut waiting = JoinSet::new();
    if let Some(limit) = site.idle_limit {
        let requests = requests.clone();
        waiting.spawn(async move {
            let mut clock = tokio::time::interval((limit / 100).clamp(MIN_TICK, MAX_TICK));
            while requests.send(Frame::Tick).await.is_ok() {
                clock.tick().await;
            }
        });
    }

    let writer = tokio::spawn(async move {
        while let Some(answer) = answers_out.recv().await {
            let last = matches!(answer, Message::Close(_));
            if to_client.send(answer).await.is_err() || last {
                break;
            }
        }
    });
    let mut stopping = site.is_stopping.subscribe();
    let mut grown = site.grown.subscribe();
    let mut end = None;
    loop {
        let message = tokio::select! {
            message = from_client.next() => message,
            changed = stopping.changed(), if end.is_none() => {
                end = Some(Instant::now() + NOTICE);
                if changed.is_ok() && let Ok(notice) = will_disconnect() {
                    let _ = answers.send(Message::Text(notice.into())).await;
                }
                continue;
            }
            Ok(()) = grown.changed() => {
                if requests.send(Frame::Grew).await.is_err() {
                    break;
                }
                continue;
            }
            () = until(end) => {
                let _ = answers.send(close(close_code::AWAY, "the server stops")).await;
                break;
            }
        };
        let Some(Ok(message)) = message else { break };
        match message {
            Message::Text(text) => {
                let text = text.to_string();
                // What may not be opened is asked for here, and refused.
                let is_ours = |id: &str| !access.includes(id) || site.library.open(id).is_ok();
                if upstreams.take(&text, is_ours).await {
                    continue;
                }
                if let Some((locked, notice)) = locked_recording(&site, &text) {
                    let _ = answers.send(Message::Text(notice.into())).await;
                    let (site, requests) = (site.clone(), requests.clone());
                    waiting.spawn(async move {
                        if let Some(uploads) = &site.uploads {
                            uploads.unlocked(&locked).await;
                        }
                        let _ = requests.send(Frame::Text(text)).await;
                    });
                    continue;
                }
                if requests.send(Frame::Text(text)).await.is_err() {
                    break;
                }
            }
            Message::Binary(_) if !takes_uploads(&site, &access) => {
                upstreams.close("this server takes text messages only").await;
                break;
            }
            Message::Binary(bytes) => {
                if requests.send(Frame::Binary(bytes)).await.is_err() {
                    break;
                }
            }
            Message::Close(_) => break,
            Message::Ping(_) | Message::Pong(_) => {}
        }
    }
    // Ends the engine's thread, which then lets go of its side of `answers`, which ends the writer.
    waiting.shutdown().await;
    drop(requests);
    drop(answers);
    drop(upstreams);
    let _ = writer.await;
    let _ = tokio::task::spawn_blocking(move || engine.join()).await;
}

/// Ends at a time, if there is one.
async fn until(end: Option<Instant>) {
    match end {
        Some(end) => tokio::time::sleep_until(end).await,
        None => std::future::pending().await,
    }
}

/// The event that says that the server stops.
fn will_disconnect() -> serde_json::Result<String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let time = CloseTimestamp {
        absolute: (now + NOTICE).as_secs_f64(),
        relative: NOTICE.as_secs_f64(),
    };
    envelope::event(None, &WillDisconnect { time })
}

/// What a client sends, the clock, and news of recordings that are being made.
enum Frame {
    Text(String),
    Binary(Bytes),
    Tick,
    Grew,
}

/// The recording that a request would open, if its source maps are being sent right now, and the event that says so.
fn locked_recording(site: &Site, text: &str) -> Option<(String, String)> {
    let uploads = site.uploads.as_ref()?;
    let request = Request::decode(text).ok()?;
    if request.method != CreateSession::METHOD {
        return None;
    }
    let recording_id = request.read::<CreateSession>().ok()?.recording_id;
    if !uploads.is_locked(recording_id.as_str()) {
        return None;
    }
    let locked = recording_id.as_str().to_owned();
    let notice = envelope::event(None, &AwaitingSourcemaps { recording_id }).ok()?;
    Some((locked, notice))
}

/// The engine's thread: answers what comes, and reads on in the recording while nothing does.
fn answer(
    site: &Arc<Site>,
    access: Access,
    mut requests: mpsc::Receiver<Frame>,
    answers: &mpsc::Sender<Message>,
) {
    let library = site.clone();
    let may_send = access == Access::Everything;
    let mut engine = Engine::new(Box::new(move |id| match access.includes(id.as_str()) {
        true => open(&library, id.as_str()),
        false => Err(format!("this page may not open recording {id}")),
    }));
    if let Some(uploads) = &site.uploads {
        engine = engine.with_additions(uploads.additions.clone());
    }
    engine.set_idle_limit(site.idle_limit.map(|limit| limit.as_secs_f64() * 1e3));
    let mut uploading = Uploading::new(site);
    let mut frames = Vec::new();
    loop {
        let request = match requests.try_recv() {
            Ok(request) => request,
            Err(TryRecvError::Disconnected) => return,
            Err(TryRecvError::Empty) => {
                let has_more = engine.poll(&mut frames);
                if !frames.is_empty() {
                    if !send(&mut frames, answers) {
                        return;
                    }
                    continue;
                }
                if has_more {
                    continue;
                }
                match requests.blocking_recv() {
                    Some(request) => request,
                    None => return,
                }
            }
        };
        let outcome = match request {
            Frame::Tick => {
                let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                engine.tick(now.as_secs_f64() * 1e3, &mut frames);
                Ok(())
            }
            Frame::Grew => {
                engine.grew(&mut frames);
                Ok(())
            }
            Frame::Binary(bytes) => uploading.take_bytes(&bytes, &mut frames),
            Frame::Text(text) if may_send && uploading.take(&text, &mut frames) => Ok(()),
            Frame::Text(text) => engine
                .handle(&text, &mut frames)
                .map_err(|error| error.to_string()),
        };
        if !send(&mut frames, answers) {
            return;
        }
        if let Err(reason) = outcome {
            let _ = answers.blocking_send(close(close_code::PROTOCOL, &reason));
            return;
        }
    }
}

/// A recording of the library, or why it is not there: perhaps it is still being sent.
fn open(site: &Site, id: &str) -> Result<Arc<Reader>, String> {
    let arrived = || site.uploads.as_ref().and_then(|uploads| uploads.arrived(id));
    site.library.open(id).map_err(|missing| match arrived() {
        Some(n_bytes) => format!("recording {id} is not here yet: {n_bytes} bytes of it have arrived"),
        None => missing,
    })
}

/// Hands frames to the socket, waiting while it is behind; false once the client is gone.
fn send(frames: &mut Vec<String>, answers: &mpsc::Sender<Message>) -> bool {
    frames
        .drain(..)
        .all(|frame| answers.blocking_send(Message::Text(frame.into())).is_ok())
}

/// A close frame with a reason, cut to what such a frame can hold.
pub(crate) fn close(code: u16, reason: &str) -> Message {
    let mut end = reason.len().min(120);
    while !reason.is_char_boundary(end) {
        end -= 1;
    }
    let reason = Bytes::copy_from_slice(&reason.as_bytes()[..end]);
    let reason = reason.try_into().unwrap_or_default();
    Message::Close(Some(CloseFrame { code, reason }))
}
