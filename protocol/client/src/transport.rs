//! Transports carry whole frames, text or binary, and close. They know no ids and no JSON.
//!
//! A [`Transport`] is data: a stream of what arrives and a sink for what leaves. Each module here makes one kind;
//! whatever else can be expressed as a stream and a sink is a transport as well ([`Transport::new`]).
//!
//! * the stream yields `Ok(frame)` and ends after the first `Err(reason)`; ending without one means the other side is
//!   gone and said nothing;
//! * the sink may hold frames back until it is flushed; closing it tells the other side;
//! * dropping both halves closes the transport without further ado.

use std::{fmt, pin::Pin};

use futures::{Sink, Stream, StreamExt, stream::LocalBoxStream};

pub mod faulty;
pub mod local;
#[cfg(not(target_arch = "wasm32"))]
pub mod native;
pub mod transcript;
#[cfg(target_arch = "wasm32")]
pub mod websocket;
#[cfg(target_arch = "wasm32")]
pub mod worker;

/// What a transport carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// Text, as most peers speak it.
    Text(String),
    /// Bytes; a connection reads them as UTF-8 text.
    Binary(Vec<u8>),
}

impl Frame {
    /// Bytes of payload.
    pub fn size(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
        }
    }

    /// The payload as text, if it is text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Binary(bytes) => std::str::from_utf8(bytes).ok(),
        }
    }
}

/// Why nothing more will come.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CloseReason {
    /// This side closed.
    #[error("closed by this side")]
    Here,
    /// The other side closed, or vanished. Code and reason are the websocket's, where there is one.
    #[error("closed by the other side{}", Suffix(.code, .reason))]
    There {
        /// The websocket's close code; `None` where the transport has none.
        code: Option<u16>,
        /// What the other side said, often nothing.
        reason: String,
    },
    /// It could not be opened, or broke.
    #[error("connection failed: {message}")]
    Failed {
        /// What the layer below says.
        message: String,
    },
}

impl CloseReason {
    /// The other side vanished without a word.
    pub fn vanished() -> Self {
        Self::There {
            code: None,
            reason: String::new(),
        }
    }
}

/// What arrives: frames, then at most one reason.
pub type Incoming = LocalBoxStream<'static, Result<Frame, CloseReason>>;

/// Where frames leave.
pub type Outgoing = Pin<Box<dyn Sink<Frame, Error = CloseReason>>>;

/// One open way to a peer.
pub struct Transport {
    /// What arrives.
    pub incoming: Incoming,
    /// What leaves.
    pub outgoing: Outgoing,
}

impl Transport {
    /// Makes a transport of any stream and sink of frames.
    pub fn new(
        incoming: impl Stream<Item = Result<Frame, CloseReason>> + 'static,
        outgoing: impl Sink<Frame, Error = CloseReason> + 'static,
    ) -> Self {
        Self {
            incoming: incoming.boxed_local(),
            outgoing: Box::pin(outgoing),
        }
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Transport")
    }
}

/// How a websocket's code and reason are said, if there are any.
struct Suffix<'a>(&'a Option<u16>, &'a String);

impl fmt::Display for Suffix<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0, self.1.as_str()) {
            (None, "") => Ok(()),
            (None, reason) => write!(f, ": {reason}"),
            (Some(code), "") => write!(f, " (code {code})"),
            (Some(code), reason) => write!(f, ": {reason} (code {code})"),
        }
    }
}
