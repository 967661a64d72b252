//! What an observer of a connection is told: all traffic, and whatever is odd about it.

use wire::{envelope::CallId, ids::SessionId};

use crate::transport::{CloseReason, Frame};

/// Something an observer may want to show or count. Times are the observer's business.
///
/// All but the first two and the last are harmless: what they are about was ignored.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice<'a> {
    /// A message leaves, as text.
    Sent(&'a str),
    /// A frame came.
    Received(&'a Frame),
    /// An answer to a call that has ended: answered before, given up, or its session or pause is gone.
    LateAnswer {
        /// Id of the call.
        id: &'a CallId,
    },
    /// An answer to a call that was never made.
    UnknownAnswer {
        /// Id it names.
        id: &'a CallId,
    },
    /// An event that nobody listens to, unknown ones included.
    UnheardEvent {
        /// `Domain.name`.
        method: &'a str,
        /// The session it names.
        session_id: Option<&'a SessionId>,
    },
    /// A message or payload that is not what the protocol says it is.
    Undecodable {
        /// The method, or `frame` where it is not even a message.
        what: &'a str,
        /// What is wrong with it.
        message: String,
    },
    /// The connection closed.
    Closed(&'a CloseReason),
}
