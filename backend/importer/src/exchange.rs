//! A request and its answer, as other recorders have them: whole, with all times.

use std::collections::HashMap;

use recording::{network::RequestEvent, script::Position, value::Text};

use crate::story::{BodyOf, Bytes, Carried, Story, What};

/// A request with what became of it. Times are milliseconds since 1970.
#[derive(Debug, Default)]
pub(crate) struct Exchange {
    pub(crate) url: String,
    pub(crate) method: String,
    /// What it was for, in the words of `backend/recording/src/network.rs`.
    pub(crate) cause: String,
    pub(crate) headers: Vec<(Text, Text)>,
    pub(crate) initiator: Option<(Text, Option<Position>)>,
    pub(crate) began: f64,
    pub(crate) body: Option<Bytes>,
    pub(crate) destination: Option<(Text, u16)>,
    pub(crate) answer: Option<Answer>,
    /// When it was over, and how large the answer's body was, packed and unpacked; None if nobody saw its end.
    pub(crate) ended: Option<(f64, u64, u64)>,
    /// Why it came to nothing.
    pub(crate) failure: Option<(f64, String)>,
    pub(crate) messages: Vec<Message>,
    /// Where it was redirected to.
    pub(crate) redirect: Option<String>,
}

/// The answer to a request.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    /// When its head had come.
    pub(crate) at: f64,
    pub(crate) status: u16,
    pub(crate) status_text: String,
    pub(crate) protocol: String,
    pub(crate) headers: Vec<(Text, Text)>,
    pub(crate) is_from_cache: bool,
    pub(crate) mime_type: String,
    pub(crate) body: Option<Bytes>,
}

/// A message of a websocket.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) at: f64,
    pub(crate) is_sent: bool,
    pub(crate) is_text: bool,
    pub(crate) bytes: Vec<u8>,
}

/// Requests that were redirected, by where to.
#[derive(Default)]
pub(crate) struct Redirects(HashMap<String, u32>);

impl Exchange {
    /// Adds it to a story. Exchanges come in the order in which they began.
    pub(crate) fn tell(self, story: &mut Story, redirects: &mut Redirects) {
        let request = story.new_request();
        let began = self.began;
        let not_before = |at: f64| if at.is_finite() { at.max(began) } else { began };
        let redirected_from = redirects.0.remove(&self.url);
        if let Some(target) = self.redirect {
            redirects.0.insert(target, request);
        }
        let is_page_get = self.method.eq_ignore_ascii_case("GET");
        let sent = RequestEvent::Sent {
            url: self.url.as_str().into(),
            method: self.method.into(),
            headers: self.headers,
            cause: self.cause.into(),
            initiator: self.initiator,
            trigger: None,
            redirected_from,
        };
        story.request_event(began, request, sent);
        let carry = |story: &mut Story, at: f64, of: BodyOf, bytes: Bytes, script_url: Option<String>| {
            let carried = Carried {
                request,
                of,
                bytes,
                script_url,
            };
            story.add(at, What::Body(carried));
        };
        if let Some(bytes) = self.body {
            carry(story, began, BodyOf::Request, bytes, None);
        }
        if let Some((address, port)) = self.destination {
            story.request_event(began, request, RequestEvent::Destination(address, port));
        }
        let end = self.ended.map(|(at, ..)| not_before(at));
        if let Some(answer) = self.answer {
            let mut at = not_before(answer.at);
            if let Some(end) = end {
                at = at.min(end);
            }
            let is_script = is_page_get && answer.status == 200 && is_script(&answer.mime_type);
            let response = RequestEvent::Response {
                status: answer.status,
                status_text: answer.status_text.into(),
                protocol: answer.protocol.into(),
                headers: answer.headers,
                from_cache: answer.is_from_cache,
            };
            story.request_event(at, request, response);
            if let Some(bytes) = answer.body {
                let script_url = is_script.then_some(self.url);
                carry(story, end.unwrap_or(at), BodyOf::Response, bytes, script_url);
            }
        }
        for message in self.messages {
            let of = BodyOf::Message {
                is_sent: message.is_sent,
                is_text: message.is_text,
            };
            carry(
                story,
                not_before(message.at),
                of,
                Bytes::Here(message.bytes),
                None,
            );
        }
        if let Some((at, why)) = self.failure {
            story.request_event(not_before(at), request, RequestEvent::Failed(why.into()));
        } else if let (Some(end), Some((_, encoded_size, decoded_size))) = (end, self.ended) {
            let done = RequestEvent::Done {
                encoded_size,
                decoded_size,
            };
            story.request_event(end, request, done);
        }
    }
}

/// Whether a media type is that of JavaScript.
pub(crate) fn is_script(mime_type: &str) -> bool {
    let essence = mime_type.split(';').next().unwrap_or_default().trim();
    let essence = essence.to_ascii_lowercase();
    essence.ends_with("/javascript") || essence.ends_with("/x-javascript") || essence.ends_with("/ecmascript")
}

/// What a request was for, from the words of browsers and their tools.
pub(crate) fn cause(kind: &str) -> String {
    let kind = kind.to_ascii_lowercase();
    let known = match &*kind {
        "navigation" | "iframe" | "frame" => "document",
        "css" => "stylesheet",
        "image" | "icon" | "input" => "img",
        "link" => "stylesheet",
        "xmlhttprequest" => "xhr",
        "audio" | "video" => "media",
        "ping" => "beacon",
        "texttrack" => "track",
        "cspviolationreport" => "csp-report",
        "body" | "object" | "embed" | "early-hint" | "signedexchange" => "other",
        known => known,
    };
    known.to_owned()
}
