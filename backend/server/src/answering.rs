//! One client's engine, on a thread of its own: answers what the socket hands over, takes what the client sends, and reads on
//! in the recording while there is nothing to answer.

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use axum::{
    body::Bytes,
    extract::ws::{Message, close_code},
};
use engine::{Engine, Pass};
use recording::reader::Reader;
use tokio::sync::mpsc::{self, error::TryRecvError};

use crate::{http::Site, limits::MAX_SESSIONS, outgoing::Outgoing, socket::close, uploading::Uploading};

/// What a client sends, the clock, and news of recordings that are being made and of links.
pub(crate) enum Frame {
    Text(String),
    Binary(Bytes),
    Tick,
    Grew,
    /// What sessions may show that are opened from now on.
    Pass(Option<Pass>),
    /// Sessions opened under the pass of this name end, for this reason.
    EndPass(Arc<str>, String),
}

/// Answers until nothing more can come.
pub(crate) fn answer(site: &Arc<Site>, mut requests: mpsc::Receiver<Frame>, answers: &Outgoing) {
    let library = site.clone();
    let mut engine = Engine::new(Box::new(move |id| open(&library, id.as_str())));
    if let Some(uploads) = &site.uploads {
        engine = engine.with_additions(uploads.additions.clone());
    }
    engine.set_max_sessions(MAX_SESSIONS);
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
            Frame::Pass(pass) => {
                engine.set_pass(pass);
                Ok(())
            }
            Frame::EndPass(name, reason) => {
                engine.end_pass(&name, &reason, &mut frames);
                Ok(())
            }
            Frame::Binary(bytes) => uploading.take_bytes(&bytes, &mut frames),
            Frame::Text(text) if uploading.take(&text, &mut frames) => Ok(()),
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
fn send(frames: &mut Vec<String>, answers: &Outgoing) -> bool {
    frames
        .drain(..)
        .all(|frame| answers.blocking_send(Message::Text(frame.into())).is_ok())
}
