//! One client's websocket: frames in, answered by an engine on its own thread or by upstream services, frames out.

use std::sync::{Arc, mpsc};

use axum::{
    body::Bytes,
    extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code},
    response::Response,
};
use engine::Engine;
use futures::{SinkExt, StreamExt};

use crate::{forward::Upstreams, http::Site};

/// The largest request taken. Requests are small; uploads, when they come, are binary and in parts.
const MAX_REQUEST_BYTES: usize = 1 << 20;
/// How much may wait to be sent before the socket pushes back.
const MAX_WRITE_BUFFER_BYTES: usize = 8 << 20;
/// How many frames of answers may wait for the socket before the engine pauses.
const MAX_WAITING_FRAMES: usize = 64;

/// Accepts the upgrade and serves the client until it goes.
pub(crate) fn accept(site: Arc<Site>, upgrade: WebSocketUpgrade) -> Response {
    upgrade
        .max_message_size(MAX_REQUEST_BYTES)
        .max_frame_size(MAX_REQUEST_BYTES)
        .max_write_buffer_size(MAX_WRITE_BUFFER_BYTES)
        .on_upgrade(move |socket| serve(site, socket))
}

async fn serve(site: Arc<Site>, socket: WebSocket) {
    let (mut to_client, mut from_client) = socket.split();
    let (requests, requests_in) = mpsc::channel();
    let (answers, mut answers_out) = tokio::sync::mpsc::channel(MAX_WAITING_FRAMES);
    let mut upstreams = Upstreams::new(site.upstreams.clone(), answers.clone());
    let engine = {
        let site = site.clone();
        let answers = answers.clone();
        std::thread::spawn(move || answer(&site, &requests_in, &answers))
    };
    drop(answers);

    let writer = tokio::spawn(async move {
        while let Some(answer) = answers_out.recv().await {
            let last = matches!(answer, Message::Close(_));
            if to_client.send(answer).await.is_err() || last {
                break;
            }
        }
    });
    while let Some(Ok(message)) = from_client.next().await {
        match message {
            Message::Text(text) => {
                let text = text.to_string();
                if upstreams.take(&text, |id| site.library.open(id).is_ok()).await {
                    continue;
                }
                if requests.send(text).is_err() {
                    break;
                }
            }
            Message::Binary(_) => {
                upstreams.close("this server takes text messages only").await;
                break;
            }
            Message::Close(_) => break,
            Message::Ping(_) | Message::Pong(_) => {}
        }
    }
    // Ends the engine's thread, which then lets go of its side of `answers`, which ends the writer.
    drop(requests);
    drop(upstreams);
    let _ = writer.await;
    let _ = tokio::task::spawn_blocking(move || engine.join()).await;
}

/// The engine's thread: answers what comes, and reads on in the recording while nothing does.
fn answer(site: &Arc<Site>, requests: &mpsc::Receiver<String>, answers: &tokio::sync::mpsc::Sender<Message>) {
    let library = site.clone();
    let mut engine = Engine::new(Box::new(move |id| library.library.open(id.as_str())));
    let mut frames = Vec::new();
    loop {
        let request = match requests.try_recv() {
            Ok(request) => request,
            Err(mpsc::TryRecvError::Disconnected) => return,
            Err(mpsc::TryRecvError::Empty) => {
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
                match requests.recv() {
                    Ok(request) => request,
                    Err(mpsc::RecvError) => return,
                }
            }
        };
        let outcome = engine.handle(&request, &mut frames);
        if !send(&mut frames, answers) {
            return;
        }
        if let Err(error) = outcome {
            let _ = answers.blocking_send(close(close_code::PROTOCOL, &error.to_string()));
            return;
        }
    }
}

/// Hands frames to the socket, waiting while it is behind; false once the client is gone.
fn send(frames: &mut Vec<String>, answers: &tokio::sync::mpsc::Sender<Message>) -> bool {
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
