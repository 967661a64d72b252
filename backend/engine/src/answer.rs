//! What handlers return, and where they put the events that go before it.

use recording::error::ReadError;
use wire::{
    command::{Command, Empty},
    envelope::{self, CallId},
    error::{ErrorCode, ProtocolError},
    event::Event,
    ids::SessionId,
};

/// The result of a command, or why there is none.
pub(crate) type Answer<T> = Result<T, Failure>;

/// Why a command failed, in the protocol's terms.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) ProtocolError);

impl Failure {
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self(ProtocolError::new(code, message))
    }

    /// The command was understood and cannot be carried out.
    pub(crate) fn command(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::COMMAND_FAILED, message)
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        let code = match error {
            // Nothing is wrong with the recording: somebody wanted it so.
            ReadError::LeftOut { .. } => ErrorCode::COMMAND_FAILED,
            _ => ErrorCode::INVALID_RECORDING,
        };
        Self::new(code, error.to_string())
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::new(
            ErrorCode::INTERNAL_ERROR,
            format!("the answer cannot be written: {error}"),
        )
    }
}

/// Outgoing frames of one session.
pub(crate) struct Outbox<'a> {
    frames: &'a mut Vec<String>,
    session_id: &'a SessionId,
}

impl<'a> Outbox<'a> {
    pub(crate) fn new(frames: &'a mut Vec<String>, session_id: &'a SessionId) -> Self {
        Self { frames, session_id }
    }

    /// Sends an event. Says how many bytes it takes.
    pub(crate) fn event<E: Event>(&mut self, event: &E) -> Answer<usize> {
        let frame = envelope::event(Some(self.session_id), event)?;
        let n_bytes = frame.len();
        self.frames.push(frame);
        Ok(n_bytes)
    }

    /// Sends a long list as several events, each of at most `per_event` items.
    pub(crate) fn batches<T, E: Event>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        per_event: usize,
        event: impl Fn(Vec<T>) -> E,
    ) -> Answer<()> {
        let mut batch = Vec::new();
        for item in items {
            batch.push(item);
            if batch.len() >= per_event {
                self.event(&event(std::mem::take(&mut batch)))?;
            }
        }
        match batch.is_empty() {
            true => Ok(()),
            false => self.event(&event(batch)).map(drop),
        }
    }

    /// Ends a command.
    pub(crate) fn respond<C: Command>(&mut self, id: &CallId, answer: Answer<C::Result>) {
        respond(self.frames, id, answer);
    }

    /// Ends a list, which has no answer but that it is complete.
    pub(crate) fn end(&mut self, id: &CallId, answer: Answer<Empty>) {
        respond(self.frames, id, answer);
    }

    /// Ends a command that failed.
    pub(crate) fn refuse(&mut self, id: &CallId, failure: Failure) {
        refuse(self.frames, id, failure);
    }
}

/// Says why a command failed.
pub(crate) fn refuse(frames: &mut Vec<String>, id: &CallId, failure: Failure) {
    respond::<Empty>(frames, id, Err(failure));
}

/// Sends what a command came to.
pub(crate) fn respond<R: serde::Serialize>(frames: &mut Vec<String>, id: &CallId, answer: Answer<R>) {
    let written = answer.and_then(|result| Ok(envelope::response(id, &result)?));
    let frame = written.or_else(|Failure(error)| envelope::error_response(id, &error));
    // An error is a number and a text: it can always be written.
    frames.extend(frame.ok());
}
