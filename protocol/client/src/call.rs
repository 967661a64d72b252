//! One call: on its way from the moment it is made, ended by exactly one result or error.

use std::{
    fmt,
    pin::Pin,
    rc::Weak,
    task::{Context, Poll},
};

use futures::{FutureExt, channel::oneshot};
use wire::error::{ErrorCode, ProtocolError};

use crate::{connection::Shared, transport::CloseReason};

/// Why a call has no result.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// The server refused, or failed.
    #[error("{method}: {error}")]
    Protocol {
        /// What was asked, `Domain.name`.
        method: &'static str,
        /// What the server says.
        error: ProtocolError,
    },
    /// The connection closed before the answer came, or was closed already.
    #[error("{reason}")]
    Closed {
        /// Why it closed.
        reason: CloseReason,
    },
    /// The connection, session or pause that the call belongs to was dropped or released.
    #[error("what this belongs to is gone")]
    Gone,
    /// The answer came and is not what the protocol says it is, or does not hold what was asked for.
    #[error("{method}: {message}")]
    Malformed {
        /// What was asked, `Domain.name`.
        method: &'static str,
        /// What is wrong with it.
        message: String,
    },
}

impl CallError {
    /// The server's code, if it was the server that refused.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Protocol { error, .. } => Some(error.code),
            _ => None,
        }
    }

    /// Whether the server says that the session is no more.
    pub fn is_session_gone(&self) -> bool {
        self.code().is_some_and(ErrorCode::is_session_gone)
    }
}

/// A call that was made. Dropping it gives the answer up; the request itself cannot be taken back.
#[must_use = "dropping a call gives its answer up"]
pub struct Call<R> {
    pub(crate) receiver: oneshot::Receiver<Result<R, CallError>>,
    /// Forgets the call when dropped.
    pub(crate) _entry: Entry,
}

impl<R> Call<R> {
    /// A call of something that is gone already.
    pub(crate) fn gone() -> Self {
        let (_sender, receiver) = oneshot::channel();
        Self {
            receiver,
            _entry: Entry {
                id: 0,
                shared: Weak::new(),
            },
        }
    }
}

impl<R> Future for Call<R> {
    type Output = Result<R, CallError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.receiver
            .poll_unpin(context)
            .map(|outcome| outcome.unwrap_or(Err(CallError::Gone)))
    }
}

impl<R> fmt::Debug for Call<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Call({})", self._entry.id)
    }
}

/// A call's place in its connection's list.
pub(crate) struct Entry {
    pub(crate) id: i64,
    pub(crate) shared: Weak<Shared>,
}

impl Drop for Entry {
    fn drop(&mut self) {
        if let Some(shared) = self.shared.upgrade() {
            shared.abandon(self.id);
        }
    }
}
