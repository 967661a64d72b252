//! Domain Network: requests the program made, what became of them, and their bodies.
//!
//! Every command and event here carries `sessionId`. What is known of a request comes in pieces, in any order, before
//! or after the request itself.

use serde::{Deserialize, Deserializer, Serialize, de::Error};

use crate::{
    command::Empty,
    ids::RequestId,
    lenient::Object,
    point::ExecutionPoint,
    recording::{TimeStamp, TimeStampedPoint},
};

message! {
    /// A request.
    pub struct RequestInfo {
        /// When it is counted as made.
        pub point: ExecutionPoint,
        /// When it is counted as made.
        pub time: TimeStamp,
        /// Id of the request.
        pub id: RequestId,
        /// The code that caused it, which redirects share; absent if no code did.
        pub trigger_point: Option<TimeStampedPoint>,
    }

    /// Something that became known of a request.
    pub struct RequestEventInfo {
        /// The request.
        pub id: RequestId,
        /// When.
        pub time: TimeStamp,
        /// What.
        pub event: RequestEvent,
    }

    /// An HTTP header.
    #[derive(Eq)]
    pub struct Header {
        /// Its name, in the case it was sent.
        pub name: String,
        /// Its value.
        pub value: String,
    }

    /// What caused a request.
    #[derive(Eq)]
    pub struct RequestInitiator {
        /// URL of the page or script.
        pub url: String,
        /// Line in it, 1-based, if known.
        pub line: Option<u32>,
        /// Column in it, 0-based, if known.
        pub column: Option<u32>,
    }

    /// What part of a body to send, in bytes.
    #[derive(Copy, Default, Eq)]
    pub struct BodyRange {
        /// First byte; absent means 0.
        pub start: Option<u64>,
        /// First byte after it; absent means the body's length.
        pub end: Option<u64>,
    }

    /// A piece of a body.
    #[derive(Eq)]
    pub struct BodyData {
        /// Its first byte's place in the body.
        pub offset: u64,
        /// Its length in bytes.
        pub length: u64,
        /// The bytes, base64.
        pub value: String,
    }

    /// A piece of a request's body.
    pub struct RequestBodyData {
        /// Its first byte's place in the body.
        pub offset: u64,
        /// Its length in bytes.
        pub length: u64,
        /// The bytes, base64.
        pub value: String,
        /// When it was sent, where the body was sent bit by bit.
        pub point: Option<TimeStampedPoint>,
    }
}

/// A piece of a response's body.
pub type ResponseBodyData = BodyData;

/// Something that became known of a request.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum RequestEvent {
    /// It was opened.
    Request {
        /// What is asked for.
        request_url: String,
        /// HTTP method.
        request_method: String,
        /// Headers sent.
        request_headers: Vec<Header>,
        /// What it is for, such as `img`, `fetch` or `document`; absent if unknown.
        #[serde(skip_serializing_if = "Option::is_none")]
        request_cause: Option<String>,
        /// What caused it; absent if unknown.
        #[serde(skip_serializing_if = "Option::is_none")]
        initiator: Option<RequestInitiator>,
    },
    /// Its headers as they went over the line.
    RequestRawHeaders {
        /// The bytes, as text.
        request_raw_headers: String,
    },
    /// Where it goes.
    RequestDestination {
        /// IP address.
        destination_address: String,
        /// TCP or UDP port.
        destination_port: u32,
    },
    /// It was answered.
    Response {
        /// Headers received.
        response_headers: Vec<Header>,
        /// HTTP version, such as `HTTP/1.1`.
        response_protocol_version: String,
        /// HTTP status code.
        response_status: u32,
        /// HTTP status text, empty if the version has none.
        response_status_text: String,
        /// Whether the browser had the answer already.
        response_from_cache: bool,
    },
    /// The headers of its answer as they came over the line.
    ResponseRawHeaders {
        /// The bytes, as text.
        response_raw_headers: String,
    },
    /// Its answer has a body, to be had with [`GetResponseBody`].
    ResponseBody {},
    /// It has a body, to be had with [`GetRequestBody`].
    RequestBody {},
    /// It is over.
    RequestDone {
        /// Bytes of the answer's body as transferred.
        encoded_body_size: u64,
        /// Bytes of the body when unpacked; absent if it was not packed.
        #[serde(skip_serializing_if = "Option::is_none")]
        decoded_body_size: Option<u64>,
    },
    /// It came to nothing.
    RequestFailed {
        /// Why; absent if unknown.
        #[serde(skip_serializing_if = "Option::is_none")]
        request_failed_reason: Option<String>,
    },
    /// Something this version does not know.
    Other,
}

/// Every field that an event of any kind may have. Serde's own way with tags first copies each event into a tree, which
/// takes time and, in the page, much code.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields {
    kind: String,
    request_url: Option<String>,
    request_method: Option<String>,
    request_headers: Option<Vec<Header>>,
    request_cause: Option<String>,
    initiator: Option<RequestInitiator>,
    request_raw_headers: Option<String>,
    destination_address: Option<String>,
    destination_port: Option<f64>,
    response_headers: Option<Vec<Header>>,
    response_protocol_version: Option<String>,
    response_status: Option<f64>,
    response_status_text: Option<String>,
    response_from_cache: Option<bool>,
    response_raw_headers: Option<String>,
    encoded_body_size: Option<f64>,
    decoded_body_size: Option<f64>,
    request_failed_reason: Option<String>,
}

impl<'de> Deserialize<'de> for RequestEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Fields::deserialize(Object(deserializer))?;
        let missing = D::Error::missing_field;
        Ok(match fields.kind.as_str() {
            "request" => Self::Request {
                request_url: fields.request_url.ok_or_else(|| missing("requestUrl"))?,
                request_method: fields.request_method.ok_or_else(|| missing("requestMethod"))?,
                request_headers: fields.request_headers.ok_or_else(|| missing("requestHeaders"))?,
                request_cause: fields.request_cause,
                initiator: fields.initiator,
            },
            "request-raw-headers" => Self::RequestRawHeaders {
                request_raw_headers: fields
                    .request_raw_headers
                    .ok_or_else(|| missing("requestRawHeaders"))?,
            },
            "request-destination" => Self::RequestDestination {
                destination_address: fields
                    .destination_address
                    .ok_or_else(|| missing("destinationAddress"))?,
                destination_port: fields
                    .destination_port
                    .ok_or_else(|| missing("destinationPort"))? as u32,
            },
            "response" => Self::Response {
                response_headers: fields
                    .response_headers
                    .ok_or_else(|| missing("responseHeaders"))?,
                response_protocol_version: fields
                    .response_protocol_version
                    .ok_or_else(|| missing("responseProtocolVersion"))?,
                response_status: fields.response_status.ok_or_else(|| missing("responseStatus"))? as u32,
                response_status_text: fields
                    .response_status_text
                    .ok_or_else(|| missing("responseStatusText"))?,
                response_from_cache: fields
                    .response_from_cache
                    .ok_or_else(|| missing("responseFromCache"))?,
            },
            "response-raw-headers" => Self::ResponseRawHeaders {
                response_raw_headers: fields
                    .response_raw_headers
                    .ok_or_else(|| missing("responseRawHeaders"))?,
            },
            "response-body" => Self::ResponseBody {},
            "request-body" => Self::RequestBody {},
            "request-done" => Self::RequestDone {
                encoded_body_size: fields
                    .encoded_body_size
                    .ok_or_else(|| missing("encodedBodySize"))? as u64,
                decoded_body_size: fields.decoded_body_size.map(|size| size as u64),
            },
            "request-failed" => Self::RequestFailed {
                request_failed_reason: fields.request_failed_reason,
            },
            _ => Self::Other,
        })
    }
}

commands! { Session:
    read "Network.getRequestBody" GetRequestBody => Empty;
    read "Network.getResponseBody" GetResponseBody => Empty;
    read "Network.findRequests" FindRequests => Empty;
}

message! {
    /// Asks for a request's body; [`RequestBodyDataEvent`]s bring it before the answer.
    pub struct GetRequestBody {
        /// The request.
        pub id: RequestId,
        /// What part; absent means all of it.
        pub range: Option<BodyRange>,
    }

    /// Asks for a response's body; [`ResponseBodyDataEvent`]s bring it before the answer.
    pub struct GetResponseBody {
        /// The request.
        pub id: RequestId,
        /// What part; absent means all of it.
        pub range: Option<BodyRange>,
    }

    /// Finds every request; [`Requests`] events bring them before the answer.
    pub struct FindRequests {}
}

events! { Session:
    "Network.requestBodyData" RequestBodyDataEvent;
    "Network.responseBodyData" ResponseBodyDataEvent;
    "Network.requests" Requests;
}

message! {
    /// Some of a request's body. Pieces come in any order.
    pub struct RequestBodyDataEvent {
        /// The request.
        pub id: RequestId,
        /// The pieces of this batch.
        pub parts: Vec<RequestBodyData>,
    }

    /// Some of a response's body. Pieces come in any order.
    pub struct ResponseBodyDataEvent {
        /// The request.
        pub id: RequestId,
        /// The pieces of this batch.
        pub parts: Vec<ResponseBodyData>,
    }

    /// Some of what [`FindRequests`] finds.
    pub struct Requests {
        /// Requests of this batch.
        pub requests: Vec<RequestInfo>,
        /// What became known of these or other requests.
        pub events: Vec<RequestEventInfo>,
    }
}
