//! The engine as its host sees it: one per client.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use recording::reader::Reader;
use thiserror::Error;
use wire::{
    authentication::SetAccessToken,
    command::{COMMANDS, Command, Empty, Scope},
    envelope::{self, CallId, Request},
    error::ErrorCode,
    ids::{RecordingId, SessionId},
    recording::{
        AddOriginalSource, AddSourceMap, AddSourceMapResult, CreateSession, CreateSessionResult,
        GlobalExperimentalCommand, GlobalExperimentalCommandResult, ProcessRecording, ReleaseSession,
    },
};

use crate::{
    additions::Additions,
    answer::{Answer, Failure, Outbox, refuse, respond},
    dispatch,
    experimental::unknown_experiment,
    idle::{self, Idle, Tick},
    pass::{Ended, Pass},
    processing::Processing,
    session::Session,
};

/// Hands over the recording with this id, or says in a sentence that there is none. Engines of several clients may share a
/// reader.
pub type OpenRecording = Box<dyn Fn(&RecordingId) -> Result<Arc<Reader>, String> + Send>;

/// Answers the requests of one client.
pub struct Engine {
    open: OpenRecording,
    pub(crate) sessions: BTreeMap<SessionId, Open>,
    n_sessions: u64,
    max_sessions: usize,
    /// Sessions that were ended rather than released.
    pub(crate) ended: Ended,
    /// Under which recordings are opened now.
    pub(crate) pass: Option<Pass>,
    idle_limit_millis: Option<f64>,
    processing: VecDeque<Processing>,
    additions: Option<Arc<Additions>>,
}

/// A session, and when it was used.
pub(crate) struct Open {
    pub(crate) session: Session,
    idle: Idle,
}

/// Why a session ended that nobody used.
const UNUSED: &str = "the session ended because it was not used";

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
            max_sessions: usize::MAX,
            ended: Ended::default(),
            pass: None,
            idle_limit_millis: None,
            processing: VecDeque::new(),
            additions: None,
        }
    }

    /// With source maps that clients add, shared with the host's other engines. Without it they are refused.
    #[must_use]
    pub fn with_additions(mut self, additions: Arc<Additions>) -> Self {
        self.additions = Some(additions);
        self
    }

    /// Ends sessions that were not used for so many milliseconds, from now on; None ends none. A host that sets this
    /// calls [`Self::tick`].
    pub fn set_idle_limit(&mut self, limit_millis: Option<f64>) {
        self.idle_limit_millis = limit_millis.filter(|limit| *limit > 0.0);
    }

    /// How many sessions may be open at the same time.
    pub fn set_max_sessions(&mut self, max_sessions: usize) {
        self.max_sessions = max_sessions;
    }

    /// Tells clients of sessions that end for lack of use, and ends those whose time has come. `now_millis` is the Unix
    /// time. Says in how many milliseconds to call it again; None: not before there is another session.
    pub fn tick(&mut self, now_millis: f64, out: &mut Vec<String>) -> Option<f64> {
        let limit_millis = self.idle_limit_millis?;
        let mut over = Vec::new();
        let mut next: Option<f64> = None;
        for (id, Open { session, idle }) in &mut self.sessions {
            if session.is_busy() {
                idle.used();
            }
            // A notice is two numbers: it can always be written.
            match idle.tick(now_millis, limit_millis, &mut Outbox::new(out, id)) {
                Ok(Tick::Over) => over.push(id.clone()),
                Ok(Tick::Again(after)) => next = Some(next.map_or(after, |next| next.min(after))),
                Err(_) => {}
            }
        }
        for id in over {
            if let Some(Open { session, .. }) = self.sessions.remove(&id) {
                let error = idle::error(&session, limit_millis);
                session.end(UNUSED, out);
                out.extend(envelope::event(None, &error).ok());
                self.ended.insert(id, UNUSED.into());
            }
        }
        next
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
            ProcessRecording::METHOD => {
                let begun = dispatch::read(&request)
                    .and_then(|params| self.process_recording(request.id.clone(), params));
                if let Err(failure) = begun {
                    refuse(out, &request.id, failure);
                }
            }
            GlobalExperimentalCommand::METHOD => {
                let answer: Answer<GlobalExperimentalCommandResult> = dispatch::read(&request)
                    .and_then(|params: GlobalExperimentalCommand| Err(unknown_experiment(&params.name)));
                respond(out, &request.id, answer);
            }
            AddSourceMap::METHOD => {
                let answer = dispatch::read(&request).and_then(|params| self.add_source_map(params));
                respond(out, &request.id, answer);
            }
            AddOriginalSource::METHOD => {
                let answer = dispatch::read(&request).and_then(|params| self.add_original_source(params));
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
        if let Some(processing) = self.processing.pop_front() {
            if !processing.poll(out) {
                self.processing.push_back(processing);
            }
            is_more = true;
        }
        for (id, Open { session, .. }) in &mut self.sessions {
            is_more |= session.poll(&mut Outbox::new(out, id));
        }
        is_more
    }

    /// Recordings that are being made may have grown, or be finished: asks the host for them once more, and sends their
    /// sessions what there is to know. Costs nothing where none is.
    pub fn grew(&mut self, out: &mut Vec<String>) {
        for (id, Open { session, .. }) in &mut self.sessions {
            let before = &session.trace.reader;
            if !before.is_live() {
                continue;
            }
            let recording_id = RecordingId::from(&*before.head().recording_id);
            // A file that cannot be read now may be later; until then the session has what it had.
            if let Ok(reader) = (self.open)(&recording_id)
                && !Arc::ptr_eq(&reader, before)
                && reader.end_point() >= before.end_point()
            {
                session.grow(reader, &mut Outbox::new(out, id));
            }
        }
    }

    fn create_session(&mut self, params: CreateSession) -> Answer<CreateSessionResult> {
        let CreateSession {
            recording_id,
            focus_window,
            focus_request,
            ..
        } = params;
        if self.sessions.len() >= self.max_sessions {
            let message = format!(
                "this connection has {} sessions open, which is as many as it may; release one",
                self.max_sessions
            );
            return Err(Failure::new(ErrorCode::SESSION_CREATION_FAILURE, message));
        }
        let reader = self.reader(&recording_id)?;
        let session_id = SessionId::from(format!("session-{}", self.n_sessions));
        self.n_sessions += 1;
        let is_by_point = focus_request.is_some();
        let mut session = Session::new(session_id.clone(), reader, self.pass.clone(), focus_request)?;
        if let Some(window) = focus_window.filter(|_| !is_by_point) {
            session.focus_on_times(window)?;
        }
        if let Some(additions) = &self.additions {
            session.trace.sources.set_added(additions.maps_of(&recording_id));
        }
        let idle = Idle::default();
        self.sessions.insert(session_id.clone(), Open { session, idle });
        Ok(CreateSessionResult { session_id })
    }

    fn reader(&self, recording_id: &RecordingId) -> Answer<Arc<Reader>> {
        (self.open)(recording_id).map_err(|reason| Failure::new(ErrorCode::UNKNOWN_RECORDING, reason))
    }

    fn process_recording(&mut self, call_id: CallId, params: ProcessRecording) -> Answer<()> {
        let recording_id = params.recording_id;
        let reader = self.reader(&recording_id)?;
        self.processing.push_back(Processing {
            call_id,
            recording_id,
            reader,
        });
        Ok(())
    }

    fn add_source_map(&self, params: AddSourceMap) -> Answer<AddSourceMapResult> {
        let additions = self.additions(AddSourceMap::METHOD)?;
        self.reader(&params.recording_id)?;
        additions.add_map(params)
    }

    fn add_original_source(&self, params: AddOriginalSource) -> Answer<Empty> {
        self.additions(AddOriginalSource::METHOD)?.add_original(params)
    }

    fn additions(&self, method: &str) -> Answer<&Additions> {
        let additions = self.additions.as_deref();
        additions
            .ok_or_else(|| Failure::command(format!("{method}: this server keeps no files of its clients")))
    }

    fn release_session(&mut self, params: ReleaseSession, out: &mut Vec<String>) -> Answer<Empty> {
        let ReleaseSession { session_id } = params;
        let Some(Open { session, .. }) = self.sessions.remove(&session_id) else {
            return Err(self.no_session(&session_id));
        };
        session.end("the session was released", out);
        Ok(Empty {})
    }

    fn in_session(&mut self, request: &Request<'_>, out: &mut Vec<String>) {
        let Some(session_id) = &request.session_id else {
            let message = format!("{}: the request names no session", request.method);
            refuse(
                out,
                &request.id,
                Failure::new(ErrorCode::UNKNOWN_SESSION, message),
            );
            return;
        };
        match self.sessions.get_mut(session_id) {
            Some(Open { session, idle }) => {
                idle.used();
                dispatch::in_session(session, request, &mut Outbox::new(out, session_id));
            }
            None => refuse(out, &request.id, self.no_session(session_id)),
        }
    }

    /// Why there is no such session.
    fn no_session(&self, session_id: &SessionId) -> Failure {
        match self.ended.reason(session_id) {
            Some(reason) => Failure::new(ErrorCode::SESSION_DESTROYED, format!("{reason}: {session_id}")),
            None => unknown_session(session_id),
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
