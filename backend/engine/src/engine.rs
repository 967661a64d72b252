//! The engine as its host sees it: one per client.

use std::{collections::BTreeMap, sync::Arc};

use recording::reader::Reader;
use thiserror::Error;
use wire::{
    authentication::SetAccessToken,
    command::{COMMANDS, Command, Empty, Scope},
    envelope::{CallId, Request},
    error::ErrorCode,
    ids::{RecordingId, SessionId},
    recording::{CreateSession, CreateSessionResult, ReleaseSession},
};

use crate::{
    answer::{Answer, Failure, Outbox, refuse, respond},
    dispatch,
    session::Session,
};

/// Hands over the recording with this id, or says why it cannot. Engines of several clients may share a reader.
pub type OpenRecording = Box<dyn Fn(&RecordingId) -> Result<Arc<Reader>, String> + Send>;

/// Answers the requests of one client.
pub struct Engine {
    open: OpenRecording,
    sessions: BTreeMap<SessionId, Session>,
    n_sessions: u64,
}

/// A frame to which no answer is possible: it names no request. The host should close the connection.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the frame is not a request: {reason}")]
pub struct NotARequest {
    /// What is wrong with it.
    pub reason: String,
}

impl Engine {
    /// An engine without sessions.
    pub fn new(open: OpenRecording) -> Self {
        Self {
            open,
            sessions: BTreeMap::new(),
            n_sessions: 0,
        }
    }

    /// Takes one request; adds the events and the answer that follow from it to `out`, in the order they are to be
    /// sent. Some requests are answered later: [`Self::poll`] brings what is missing.
    ///
    /// # Errors
    /// The text is no request and names no id an error could be sent to.
    pub fn handle(&mut self, text: &str, out: &mut Vec<String>) -> Result<(), NotARequest> {
        let request = match Request::decode(text) {
            Ok(request) => request,
            Err(error) => {
                let reason = error.to_string();
                let Some(id) = id_of(text) else {
                    return Err(NotARequest { reason });
                };
                let failure = Failure::command(format!("the request cannot be read: {reason}"));
                refuse(out, &id, failure);
                return Ok(());
            }
        };
        match &*request.method {
            CreateSession::METHOD => {
                let answer = dispatch::read(&request).and_then(|params| self.create_session(params));
                respond(out, &request.id, answer);
            }
            ReleaseSession::METHOD => {
                let answer = dispatch::read(&request).and_then(|params| self.release_session(params, out));
                respond(out, &request.id, answer);
            }
            // There are no accounts: whoever reaches the engine may see what its host opens.
            SetAccessToken::METHOD => respond(out, &request.id, Ok(Empty {})),
            method => match scope_of(method) {
                Some(Scope::Session | Scope::Pause) => self.in_session(&request, out),
                Some(Scope::None) | None => refuse(out, &request.id, dispatch::unanswered(method)),
            },
        }
        Ok(())
    }

    /// Does a little of the work that is left, such as reading indexes or sending a long list of messages, and adds
    /// what is to be sent to `out`. Says whether more is left; a host calls it between messages until it is not.
    pub fn poll(&mut self, out: &mut Vec<String>) -> bool {
        let mut is_more = false;
        for session in self.sessions.values_mut() {
            let id = session.id.clone();
            is_more |= session.poll(&mut Outbox::new(out, &id));
        }
        is_more
    }

    fn create_session(&mut self, params: CreateSession) -> Answer<CreateSessionResult> {
        let CreateSession {
            recording_id,
            focus_window,
            focus_request,
            ..
        } = params;
        let reader = (self.open)(&recording_id)
            .map_err(|reason| Failure::new(ErrorCode::SESSION_CREATION_FAILURE, reason))?;
        let session_id = SessionId::from(format!("session-{}", self.n_sessions));
        self.n_sessions += 1;
        let is_by_point = focus_request.is_some();
        let mut session = Session::new(session_id.clone(), reader, focus_request);
        if let Some(window) = focus_window.filter(|_| !is_by_point) {
            session.focus_on_times(window)?;
        }
        self.sessions.insert(session_id.clone(), session);
        Ok(CreateSessionResult { session_id })
    }

    fn release_session(&mut self, params: ReleaseSession, out: &mut Vec<String>) -> Answer<Empty> {
        let ReleaseSession { session_id } = params;
        let session = self
            .sessions
            .remove(&session_id)
            .ok_or_else(|| unknown_session(&session_id))?;
        session.end(out);
        Ok(Empty {})
    }

    fn in_session(&mut self, request: &Request<'_>, out: &mut Vec<String>) {
        let session = match &request.session_id {
            Some(session_id) => self
                .sessions
                .get_mut(session_id)
                .ok_or_else(|| unknown_session(session_id)),
            None => Err(Failure::new(
                ErrorCode::UNKNOWN_SESSION,
                format!("{}: the request names no session", request.method),
            )),
        };
        match session {
            Ok(session) => {
                let id = session.id.clone();
                dispatch::in_session(session, request, &mut Outbox::new(out, &id));
            }
            Err(failure) => refuse(out, &request.id, failure),
        }
    }
}

fn unknown_session(session_id: &SessionId) -> Failure {
    Failure::new(
        ErrorCode::UNKNOWN_SESSION,
        format!("no such session: {session_id}"),
    )
}

/// What a command's request must name; None for those the protocol does not have.
fn scope_of(method: &str) -> Option<Scope> {
    COMMANDS
        .iter()
        .find(|command| command.method == method)
        .map(|command| command.scope)
}

/// The id of a request that is otherwise unreadable.
fn id_of(text: &str) -> Option<CallId> {
    let message: serde_json::Value = serde_json::from_str(text).ok()?;
    serde_json::from_value(message.get("id")?.clone()).ok()
}
