//! Under whose permission sessions are open. The engine knows no tokens: its host says what may be seen of a recording
//! opened from now on, and when that is over.

use std::{collections::BTreeMap, sync::Arc};

use wire::{envelope, error::SessionErrorCode, ids::SessionId, recording::SessionError};

use crate::engine::Engine;

/// What a client may see of the recordings that it opens.
#[derive(Clone, Debug, PartialEq)]
pub struct Pass {
    /// By which the host ends it. Sessions opened under passes of one name end together.
    pub name: Arc<str>,
    /// First and last time that may be seen, in ms; None: all of it.
    pub range: Option<(f64, f64)>,
}

/// Why sessions ended that were not released, as later requests are told.
#[derive(Default)]
pub(crate) struct Ended {
    reasons: BTreeMap<SessionId, Arc<str>>,
}

/// More are forgotten, the lowest ids first: those that ask once more are told that there is no such session.
const MAX_ENDED: usize = 1_000;

impl Ended {
    pub(crate) fn insert(&mut self, session_id: SessionId, reason: Arc<str>) {
        if self.reasons.len() >= MAX_ENDED {
            self.reasons.pop_first();
        }
        self.reasons.insert(session_id, reason);
    }

    pub(crate) fn reason(&self, session_id: &SessionId) -> Option<&str> {
        self.reasons.get(session_id).map(|reason| &**reason)
    }
}

impl Engine {
    /// Says what may be seen of recordings that are opened from now on. Sessions that are open stay as they are.
    pub fn set_pass(&mut self, pass: Option<Pass>) {
        self.pass = pass;
    }

    /// Ends the sessions that were opened under the pass of this name, and tells their client why.
    pub fn end_pass(&mut self, name: &str, reason: &str, out: &mut Vec<String>) {
        let is_over = |open: &crate::engine::Open| {
            let pass = open.session.pass.as_ref();
            pass.is_some_and(|pass| *pass.name == *name)
        };
        let over = self.sessions.iter().filter(|(_, open)| is_over(open));
        let over: Vec<SessionId> = over.map(|(id, _)| id.clone()).collect();
        for session_id in over {
            let Some(open) = self.sessions.remove(&session_id) else {
                continue;
            };
            open.session.end(reason, out);
            let error = SessionError {
                session_id: session_id.clone(),
                code: SessionErrorCode::ACCESS_ENDED,
                message: reason.to_owned(),
            };
            // An id, a number and a text: it can always be written.
            out.extend(envelope::event(None, &error).ok());
            self.ended.insert(session_id, reason.into());
        }
        if self.pass.as_ref().is_some_and(|pass| *pass.name == *name) {
            self.pass = None;
        }
    }
}
