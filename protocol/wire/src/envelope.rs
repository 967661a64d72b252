//! The frame around every message: whose it is, what it is called, and a payload that stays undecoded JSON text.
//!
//! ```text
//! request   {id, method, params, sessionId?, pauseId?}
//! response  {id, result} or {id, error: {code, message, data?}}
//! event     {method, params, sessionId?}
//! ```
//!
//! Decoding borrows from the text of the message. A payload is decoded where its type is known, by [`read`].

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeOwned, Error, Visitor},
};
use serde_json::value::RawValue;

use crate::{
    command::Command,
    error::ProtocolError,
    event,
    ids::{PauseId, SessionId},
};

/// What ties a response to its request: chosen by the client, repeated by the server, meaningless otherwise.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CallId {
    /// An integer, as most clients use.
    Number(i64),
    /// A string.
    Text(Box<str>),
}

/// A message to a client.
#[derive(Clone, Debug)]
pub enum Incoming<'a> {
    /// The answer to a request.
    Response(Response<'a>),
    /// Something that happened.
    Event(Event<'a>),
}

/// The answer to a request.
#[derive(Clone, Debug)]
pub struct Response<'a> {
    /// The request.
    pub id: CallId,
    /// The result's text (`{}` if it was left out), or why there is none.
    pub outcome: Result<&'a RawValue, ProtocolError>,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Event<'a> {
    /// `Domain.name`.
    pub method: Cow<'a, str>,
    /// The payload's text, `{}` if it was left out.
    pub params: &'a RawValue,
    /// The session it concerns; absent for those of connections and recordings, and from servers that leave it out.
    pub session_id: Option<SessionId>,
}

/// A message to a server.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// What the response must repeat.
    pub id: CallId,
    /// `Domain.name`.
    pub method: Cow<'a, str>,
    /// The parameters' text, `{}` if they were left out.
    pub params: &'a RawValue,
    /// The session it is for.
    pub session_id: Option<SessionId>,
    /// The pause it is for.
    pub pause_id: Option<PauseId>,
}

impl<'a> Incoming<'a> {
    /// Reads a message to a client.
    ///
    /// # Errors
    /// The text is not JSON, or neither a response nor an event.
    pub fn decode(text: &'a str) -> serde_json::Result<Self> {
        let Fields {
            id,
            method,
            params,
            result,
            error,
            session_id,
            pause_id: _,
        } = serde_json::from_str(text)?;
        match (method, id, error) {
            (Some(Text(method)), ..) => Ok(Self::Event(Event {
                method,
                params: or_empty(params)?,
                session_id,
            })),
            (None, Some(id), None) => Ok(Self::Response(Response {
                id,
                outcome: Ok(or_empty(result)?),
            })),
            (None, Some(id), Some(error)) => Ok(Self::Response(Response {
                id,
                outcome: Err(error),
            })),
            (None, None, _) => Err(serde_json::Error::custom("message has neither `id` nor `method`")),
        }
    }
}

impl Event<'_> {
    /// The payload as `E`, whatever the method says.
    ///
    /// # Errors
    /// The payload does not have the shape of `E`.
    pub fn read<E: event::Event>(&self) -> serde_json::Result<E> {
        read(self.params)
    }
}

impl<'a> Request<'a> {
    /// Reads a message to a server.
    ///
    /// # Errors
    /// The text is not JSON, or lacks `id` or `method`.
    pub fn decode(text: &'a str) -> serde_json::Result<Self> {
        let Fields {
            id,
            method,
            params,
            session_id,
            pause_id,
            result: _,
            error: _,
        } = serde_json::from_str(text)?;
        let missing = serde_json::Error::missing_field;
        let Text(method) = method.ok_or_else(|| missing("method"))?;
        Ok(Self {
            id: id.ok_or_else(|| missing("id"))?,
            method,
            params: or_empty(params)?,
            session_id,
            pause_id,
        })
    }

    /// The parameters as `C`, whatever the method says.
    ///
    /// # Errors
    /// The parameters do not have the shape of `C`.
    pub fn read<C: Command>(&self) -> serde_json::Result<C> {
        read(self.params)
    }
}

/// Reads a payload into its type.
///
/// # Errors
/// The payload does not have the type's shape.
pub fn read<T: DeserializeOwned>(payload: &RawValue) -> serde_json::Result<T> {
    serde_json::from_str(payload.get())
}

/// Writes a request.
///
/// # Errors
/// None with the types of this crate; serde's signature allows for types that cannot be written.
pub fn request<C: Command>(
    id: &CallId,
    session_id: Option<&SessionId>,
    pause_id: Option<&PauseId>,
    params: &C,
) -> serde_json::Result<String> {
    request_named(id, C::METHOD, session_id, pause_id, params)
}

/// Writes a request whose method and parameters are known only at run time; a [`RawValue`] will do for `params`.
///
/// # Errors
/// `params` cannot be written.
pub fn request_named<P: Serialize + ?Sized>(
    id: &CallId,
    method: &str,
    session_id: Option<&SessionId>,
    pause_id: Option<&PauseId>,
    params: &P,
) -> serde_json::Result<String> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Message<'a, P: ?Sized> {
        id: &'a CallId,
        method: &'a str,
        params: &'a P,
        #[serde(skip_serializing_if = "Option::is_none")]
        session_id: Option<&'a SessionId>,
        #[serde(skip_serializing_if = "Option::is_none")]
        pause_id: Option<&'a PauseId>,
    }
    serde_json::to_string(&Message {
        id,
        method,
        params,
        session_id,
        pause_id,
    })
}

/// Writes the answer to a request that succeeded.
///
/// # Errors
/// `result` cannot be written.
pub fn response<R: Serialize + ?Sized>(id: &CallId, result: &R) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Message<'a, R: ?Sized> {
        id: &'a CallId,
        result: &'a R,
    }
    serde_json::to_string(&Message { id, result })
}

/// Writes the answer to a request that failed.
///
/// # Errors
/// None in practice; see [`request`].
pub fn error_response(id: &CallId, error: &ProtocolError) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Message<'a> {
        id: &'a CallId,
        error: &'a ProtocolError,
    }
    serde_json::to_string(&Message { id, error })
}

/// Writes an event.
///
/// # Errors
/// None with the types of this crate; see [`request`].
pub fn event<E: event::Event>(session_id: Option<&SessionId>, params: &E) -> serde_json::Result<String> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Message<'a, E> {
        method: &'a str,
        params: &'a E,
        #[serde(skip_serializing_if = "Option::is_none")]
        session_id: Option<&'a SessionId>,
    }
    serde_json::to_string(&Message {
        method: E::METHOD,
        params,
        session_id,
    })
}

/// Every field that a message of any kind may have.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields<'a> {
    id: Option<CallId>,
    #[serde(borrow)]
    method: Option<Text<'a>>,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
    error: Option<ProtocolError>,
    session_id: Option<SessionId>,
    pause_id: Option<PauseId>,
}

/// A string, borrowed unless it has escapes. Serde borrows a `Cow` only directly in a field, not in an `Option`.
#[derive(Deserialize)]
#[serde(transparent)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// A payload that was left out, or is `null`, has no fields.
fn or_empty(payload: Option<&RawValue>) -> serde_json::Result<&RawValue> {
    match payload {
        Some(payload) => Ok(payload),
        None => serde_json::from_str("{}"),
    }
}

impl From<i64> for CallId {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for CallId {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl fmt::Display for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.pad(text),
        }
    }
}

impl fmt::Debug for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "CallId({number})"),
            Self::Text(text) => write!(f, "CallId({text:?})"),
        }
    }
}

impl Serialize for CallId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => serializer.serialize_i64(*number),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

impl<'de> Deserialize<'de> for CallId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CallIdVisitor)
    }
}

struct CallIdVisitor;

impl Visitor<'_> for CallIdVisitor {
    type Value = CallId;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an integer or a string")
    }

    fn visit_i64<E>(self, number: i64) -> Result<CallId, E> {
        Ok(CallId::Number(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<CallId, E> {
        i64::try_from(number)
            .map(CallId::Number)
            .map_err(|_| E::custom("message id exceeds 63 bits"))
    }

    fn visit_str<E>(self, text: &str) -> Result<CallId, E> {
        Ok(CallId::Text(text.into()))
    }
}
