//! What became of network requests. Bodies are stored apart, by hash.

use serde::{Deserialize, Serialize};

use crate::{point::Point, script::Position, value::Text};

/// Headers whose values let whoever has them in.
pub const SECRET_HEADERS: [&str; 8] = [
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
    "x-api-key",
    "x-auth-token",
    "x-csrf-token",
    "x-xsrf-token",
];

/// Whether a header of this name lets whoever has its value in.
pub fn is_secret_header(name: &str) -> bool {
    SECRET_HEADERS
        .iter()
        .any(|secret| name.trim().eq_ignore_ascii_case(secret))
}

/// Something that became known of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NetworkEvent {
    /// The request, by a number unique in the recording. Redirects are requests of their own.
    pub request: u32,
    /// What.
    pub what: RequestEvent,
}

/// What became known of a request; `Sent` comes first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum RequestEvent {
    /// It was made.
    Sent {
        /// What is asked for.
        url: Text,
        /// HTTP method.
        method: Text,
        /// Headers.
        headers: Vec<(Text, Text)>,
        /// What it is for: `document`, `script`, `img`, `stylesheet`, `fetch`, `xhr`, `font`, `media`, `websocket`, …
        cause: Text,
        /// Who asked, if known: URL and position in the original text.
        initiator: Option<(Text, Option<Position>)>,
        /// The point of the code that asked, if code did.
        trigger: Option<Point>,
        /// The request this one was redirected from.
        redirected_from: Option<u32>,
    },
    /// Its headers as they went over the line.
    RawHeaders(Text),
    /// Where it went: address and port.
    Destination(Text, u16),
    /// It carries a body.
    RequestBody(Body),
    /// It was answered.
    Response {
        /// HTTP status code.
        status: u16,
        /// HTTP status text.
        status_text: Text,
        /// Such as `HTTP/1.1`.
        protocol: Text,
        /// Headers.
        headers: Vec<(Text, Text)>,
        /// Whether the browser had the answer already.
        from_cache: bool,
    },
    /// The headers of the answer as they came over the line.
    ResponseRawHeaders(Text),
    /// The answer has a body.
    ResponseBody(Body),
    /// It is over.
    Done {
        /// Bytes of the answer's body as transferred.
        encoded_size: u64,
        /// Bytes of the body when unpacked.
        decoded_size: u64,
    },
    /// It came to nothing.
    Failed(Text),
    /// A websocket message.
    Frame {
        /// From the page, else to it.
        is_sent: bool,
        /// Text, else binary.
        is_text: bool,
        /// Its bytes.
        body: Body,
    },
}

/// The bytes of a body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// sha-256 of the bytes, hexadecimal; names the entry. Empty where the bytes were left out.
    pub hash: Text,
    /// How many bytes there are.
    pub len: u64,
    /// Whether it was longer and was cut.
    #[serde(default)]
    pub is_cut: bool,
}

impl RequestEvent {
    /// The body it brought.
    pub fn body(&self) -> Option<&Body> {
        match self {
            Self::RequestBody(body) | Self::ResponseBody(body) | Self::Frame { body, .. } => Some(body),
            _ => None,
        }
    }

    /// The body it brought, to be changed.
    pub fn body_mut(&mut self) -> Option<&mut Body> {
        match self {
            Self::RequestBody(body) | Self::ResponseBody(body) | Self::Frame { body, .. } => Some(body),
            _ => None,
        }
    }
}
