//! A refusal as clients meet it: a code for programs and a sentence for people, over HTTP and over the protocol.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use wire::error::{ErrorCode, ProtocolError};

use crate::links::Invalid;

/// Why something is refused. Codes are for ever; `docs/serving.md` lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Code {
    /// Say who is asking.
    TokenNeeded,
    /// That is not the token.
    TokenWrong,
    /// The link is none of this server's.
    LinkInvalid,
    /// The link's time is over.
    LinkExpired,
    /// The link was taken back.
    LinkRevoked,
    /// The link does not permit that.
    LinkScope,
    /// The server does not answer to that name.
    WrongHost,
    /// Pages of that site may not ask.
    WrongOrigin,
    /// The request came through a proxy, and the server was not told of one.
    Proxied,
    /// Too much at once; later.
    TooMany,
    /// More than is taken.
    TooLarge,
    /// There is no such thing.
    NotFound,
    /// The request is not as it should be.
    BadRequest,
    /// The server was not started with that.
    TurnedOff,
    /// The server, or its store, cannot.
    Failed,
}

impl Code {
    fn status(self) -> StatusCode {
        match self {
            Self::TokenNeeded
            | Self::TokenWrong
            | Self::LinkInvalid
            | Self::LinkExpired
            | Self::LinkRevoked => StatusCode::UNAUTHORIZED,
            Self::LinkScope | Self::WrongOrigin | Self::Proxied | Self::TurnedOff => StatusCode::FORBIDDEN,
            Self::WrongHost => StatusCode::MISDIRECTED_REQUEST,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::Failed => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The protocol's number.
    fn number(self) -> ErrorCode {
        match self.status() {
            StatusCode::UNAUTHORIZED => ErrorCode::ACCESS_TOKEN_NEEDED,
            StatusCode::FORBIDDEN => ErrorCode::ACCESS_DENIED,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => ErrorCode::SERVICE_UNAVAILABLE,
            _ => ErrorCode::COMMAND_FAILED,
        }
    }
}

/// That something is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Refusal {
    pub(crate) code: Code,
    pub(crate) message: String,
}

impl Refusal {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    pub(crate) fn of_link(invalid: Invalid) -> Self {
        let code = match invalid {
            Invalid::Unknown => Code::LinkInvalid,
            Invalid::Expired => Code::LinkExpired,
            Invalid::Revoked => Code::LinkRevoked,
        };
        Self::new(code, invalid.to_string())
    }

    /// As the answer to a request of the protocol.
    pub(crate) fn to_protocol(&self) -> ProtocolError {
        ProtocolError {
            code: self.code.number(),
            message: self.message.clone(),
            data: serde_json::to_value(self).ok(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = self.code.status();
        let mut response = (status, Json(serde_json::json!({ "error": self }))).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match status {
            StatusCode::UNAUTHORIZED => {
                headers.insert(
                    header::WWW_AUTHENTICATE,
                    HeaderValue::from_static("Bearer realm=\"playhead\""),
                );
            }
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
            }
            _ => {}
        }
        response
    }
}
