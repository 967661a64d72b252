//! Relays a client to other services of the protocol, messages unchanged: a session opened at a service is served by it.
//!
//! A request to open a recording that is not here is offered to each upstream in turn until one takes it; every later
//! message of that session goes there. A connection to an upstream is made when it is first needed, one for each client.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::extract::ws::Message;
use futures::{FutureExt, SinkExt, StreamExt, future::BoxFuture};
use serde::Deserialize;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio_tungstenite::tungstenite;
use wire::{
    authentication::SetAccessToken,
    command::Command,
    envelope::{self, CallId, Incoming, Request},
    error::{ErrorCode, ProtocolError, SessionErrorCode},
    ids::SessionId,
    recording::{CreateSession, ReleaseSession, SessionError},
};

use crate::outgoing::Outgoing;

/// The id of our own calls to an upstream, whose answers the client must not see.
const OWN_CALL: &str = "playhead-forward";

/// The upstreams of one client.
pub(crate) struct Upstreams {
    urls: Arc<[String]>,
    answers: Outgoing,
    state: Arc<Mutex<State>>,
}

/// What is under way between the client and its upstreams.
#[derive(Default)]
struct State {
    /// Open connections, by index of their address.
    links: HashMap<usize, UnboundedSender<String>>,
    /// Which upstream serves a session.
    sessions: HashMap<SessionId, usize>,
    /// Requests sent and not yet answered: where, and the text if it opens a session.
    pending: HashMap<CallId, (usize, Option<String>)>,
    /// What the client last proved itself with.
    access_token: Option<String>,
}

impl Upstreams {
    /// Nothing is connected before it is needed.
    pub(crate) fn new(urls: Vec<String>, answers: Outgoing) -> Self {
        Self {
            urls: urls.into(),
            answers,
            state: Arc::default(),
        }
    }

    /// Takes a request if it belongs to an upstream; false if it is for our own engine.
    pub(crate) async fn take(&mut self, text: &str, is_here: impl AsyncFnOnce(String) -> bool) -> bool {
        if self.urls.is_empty() {
            return false;
        }
        let Ok(request) = Request::decode(text) else {
            return false;
        };
        if request.method == SetAccessToken::METHOD {
            // Our own engine answers it; upstreams get it when they are connected to.
            self.state().access_token = request
                .read::<SetAccessToken>()
                .ok()
                .map(|params| params.access_token);
            return false;
        }
        let opens = request.method == CreateSession::METHOD;
        let upstream = match &request.session_id {
            Some(session) => self.state().sessions.get(session).copied(),
            None if request.method == ReleaseSession::METHOD => {
                let params = request.read::<ReleaseSession>().ok();
                params.and_then(|params| self.state().sessions.get(&params.session_id).copied())
            }
            None if opens => match request.read::<CreateSession>() {
                Ok(params) => (!is_here(params.recording_id.as_str().to_owned()).await).then_some(0),
                Err(_) => None,
            },
            None => None,
        };
        let Some(upstream) = upstream else { return false };
        let relay = Relay {
            urls: self.urls.clone(),
            answers: self.answers.clone(),
            state: self.state.clone(),
        };
        relay.send(upstream, request.id, text.to_owned(), opens).await;
        true
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl Drop for Upstreams {
    /// The client is gone: without their senders the links close, and their tasks end.
    fn drop(&mut self) {
        self.state().links.clear();
    }
}

/// What the tasks of the links share.
#[derive(Clone)]
struct Relay {
    urls: Arc<[String]>,
    answers: Outgoing,
    state: Arc<Mutex<State>>,
}

impl Relay {
    /// Sends a request to an upstream; one that opens a session is offered to the next if this one cannot be reached.
    ///
    /// Boxed, because a link's task comes back here when its service refuses a session.
    fn send(&self, first: usize, id: CallId, text: String, opens: bool) -> BoxFuture<'_, ()> {
        self.offer(first, id, text, opens).boxed()
    }

    async fn offer(&self, first: usize, id: CallId, text: String, opens: bool) {
        let mut why = String::new();
        for upstream in first..self.urls.len() {
            match self.link(upstream).await {
                Ok(link) => {
                    lock(&self.state)
                        .pending
                        .insert(id.clone(), (upstream, opens.then(|| text.clone())));
                    if link.send(text.clone()).is_ok() {
                        return;
                    }
                    lock(&self.state).pending.remove(&id);
                    why = format!("{} closed the connection", self.urls[upstream]);
                }
                Err(error) => why = error,
            }
            if !opens {
                break;
            }
        }
        self.refuse(
            &id,
            format!("the service behind this server cannot be reached: {why}"),
        )
        .await;
    }

    /// The connection to an upstream, made now if there is none.
    async fn link(&self, upstream: usize) -> Result<UnboundedSender<String>, String> {
        if let Some(link) = lock(&self.state).links.get(&upstream) {
            return Ok(link.clone());
        }
        let url = self.urls.get(upstream).ok_or("there is no such upstream")?;
        let (socket, _) = tokio_tungstenite::connect_async(url)
            .await
            .map_err(|error| format!("{url}: {error}"))?;
        let (mut to_service, mut from_service) = socket.split();
        let (link, mut requests) = unbounded_channel::<String>();
        let token = {
            let mut state = lock(&self.state);
            state.links.insert(upstream, link.clone());
            state.access_token.clone()
        };
        if let Some(access_token) = token
            && let Ok(text) =
                envelope::request(&OWN_CALL.into(), None, None, &SetAccessToken { access_token })
        {
            let _ = link.send(text);
        }
        tokio::spawn(async move {
            while let Some(text) = requests.recv().await {
                if to_service.send(tungstenite::Message::text(text)).await.is_err() {
                    break;
                }
            }
            let _ = to_service.close().await;
        });
        let relay = self.clone();
        tokio::spawn(async move {
            while let Some(Ok(message)) = from_service.next().await {
                if let tungstenite::Message::Text(text) = message
                    && !relay.relay(upstream, text.as_str()).await
                {
                    return;
                }
            }
            relay.lost(upstream).await;
        });
        Ok(link)
    }

    /// Hands a service's message to the client; false once the client is gone.
    async fn relay(&self, upstream: usize, text: &str) -> bool {
        if let Ok(Incoming::Response(response)) = Incoming::decode(text) {
            if response.id == CallId::from(OWN_CALL) {
                return true;
            }
            let pending = lock(&self.state).pending.remove(&response.id);
            match (pending, &response.outcome) {
                (Some((_, Some(_))), Ok(result)) => {
                    /// What matters of the answer to `Recording.createSession`.
                    #[derive(Deserialize)]
                    #[serde(rename_all = "camelCase")]
                    struct Opened {
                        session_id: SessionId,
                    }
                    if let Ok(opened) = envelope::read::<Opened>(result) {
                        lock(&self.state).sessions.insert(opened.session_id, upstream);
                    }
                }
                (Some((_, Some(request))), Err(_)) if upstream + 1 < self.urls.len() => {
                    self.send(upstream + 1, response.id, request, true).await;
                    return true;
                }
                _ => {}
            }
        }
        self.answers
            .send(Message::Text(text.to_owned().into()))
            .await
            .is_ok()
    }

    /// An upstream went away: its sessions are over, and every call to it ends.
    async fn lost(&self, upstream: usize) {
        let (sessions, calls) = {
            let mut state = lock(&self.state);
            state.links.remove(&upstream);
            let sessions: Vec<SessionId> = state
                .sessions
                .iter()
                .filter(|(_, at)| **at == upstream)
                .map(|(id, _)| id.clone())
                .collect();
            state.sessions.retain(|_, at| *at != upstream);
            let calls: Vec<CallId> = state
                .pending
                .iter()
                .filter(|(_, (at, _))| *at == upstream)
                .map(|(id, _)| id.clone())
                .collect();
            state.pending.retain(|_, (at, _)| *at != upstream);
            (sessions, calls)
        };
        let message = "the service behind this server closed the connection";
        for call in calls {
            self.refuse(&call, message.to_owned()).await;
        }
        for session_id in sessions {
            let code = SessionErrorCode::UNEXPECTED_CLOSE;
            if let Ok(text) = envelope::event(
                None,
                &SessionError {
                    session_id,
                    code,
                    message: message.to_owned(),
                },
            ) {
                let _ = self.answers.send(Message::Text(text.into())).await;
            }
        }
    }

    async fn refuse(&self, id: &CallId, message: String) {
        let error = ProtocolError::new(ErrorCode::SERVICE_UNAVAILABLE, message);
        if let Ok(text) = envelope::error_response(id, &error) {
            let _ = self.answers.send(Message::Text(text.into())).await;
        }
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
