//! Requests about a range of the recording that came before its indexes were read. They wait, so that others are answered
//! meanwhile, and are void once the focus window moves: what they would have found depends on it.

use wire::{
    command::Command,
    console::FindMessagesInRange,
    debugger::{GetAllEventHandlerCounts, GetEventHandlerCount, GetEventHandlerCounts, GetHitCounts},
    envelope::{CallId, Request, request_named},
    error::ErrorCode,
    session::{FindPoints, RunEvaluation},
};

use crate::{
    answer::{Failure, Outbox},
    dispatch,
    session::Session,
};

/// Requests that may wait in one session; more are refused, so that a client cannot pile them up.
const MAX_WAITING: usize = 10_000;

/// Commands whose answer depends on the focus window and on the indexes.
const RANGED: [&str; 7] = [
    FindPoints::METHOD,
    RunEvaluation::METHOD,
    GetHitCounts::METHOD,
    GetEventHandlerCount::METHOD,
    GetEventHandlerCounts::METHOD,
    GetAllEventHandlerCounts::METHOD,
    FindMessagesInRange::METHOD,
];

/// A request that waits.
pub(crate) struct Waiting {
    pub(crate) call_id: CallId,
    text: String,
}

impl Session {
    /// Keeps a request for later if it has to wait. Says whether it does.
    pub(crate) fn waits(&mut self, request: &Request<'_>, outbox: &mut Outbox<'_>) -> bool {
        let progress = self.trace.reader.index_progress();
        if progress.chunks_read >= progress.chunks || !RANGED.contains(&&*request.method) {
            return false;
        }
        let Request {
            id,
            method,
            params,
            session_id,
            pause_id,
        } = request;
        let text = request_named(id, method, session_id.as_ref(), pause_id.as_ref(), params);
        match text {
            Ok(text) if self.waiting.len() < MAX_WAITING => self.waiting.push_back(Waiting {
                call_id: id.clone(),
                text,
            }),
            Ok(_) => {
                let message = "too many requests wait for the recording's indexes to be read";
                outbox.refuse(id, Failure::new(ErrorCode::SERVICE_UNAVAILABLE, message));
            }
            Err(error) => outbox.refuse(id, error.into()),
        }
        true
    }

    /// Answers the next request that waited. Says whether there was one.
    pub(crate) fn answer_waiting(&mut self, outbox: &mut Outbox<'_>) -> bool {
        let Some(Waiting { call_id, text }) = self.waiting.pop_front() else {
            return false;
        };
        match Request::decode(&text) {
            Ok(request) => dispatch::answer(self, &request, outbox),
            Err(error) => outbox.refuse(&call_id, error.into()),
        }
        true
    }

    /// Voids what waits, because the focus window moved.
    pub(crate) fn void_waiting(&mut self, outbox: &mut Outbox<'_>) {
        for Waiting { call_id, .. } in self.waiting.drain(..) {
            let message = "the focus window moved before this was answered; ask again";
            outbox.refuse(&call_id, Failure::new(ErrorCode::FOCUS_WINDOW_CHANGE, message));
        }
    }
}
