//! An entry of a HAR (version 1.2, with what Chromium and Playwright add to it), as an exchange.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use recording::{script::Position, value::Text};
use serde::{Deserialize, Deserializer};
use serde_json::Value as Json;

use crate::{
    exchange::{Answer, Exchange, Message, cause},
    story::Bytes,
    time,
};

/// An entry. What is missing is empty; what is of another kind than it should be counts as missing.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Entry {
    #[serde(deserialize_with = "lenient")]
    pub(crate) pageref: Option<String>,
    #[serde(deserialize_with = "lenient")]
    started_date_time: Option<String>,
    #[serde(deserialize_with = "lenient")]
    time: Option<f64>,
    pub(crate) request: Request,
    pub(crate) response: Response,
    #[serde(deserialize_with = "lenient")]
    timings: Option<Timings>,
    #[serde(rename = "serverIPAddress", deserialize_with = "lenient")]
    server_address: Option<String>,
    #[serde(deserialize_with = "lenient")]
    connection: Option<String>,
    #[serde(rename = "_frameref", deserialize_with = "lenient")]
    pub(crate) frame: Option<String>,
    /// When it began, by the clock of the trace.
    #[serde(rename = "_monotonicTime", deserialize_with = "lenient")]
    pub(crate) monotonic_time: Option<f64>,
    #[serde(rename = "_serverPort", deserialize_with = "lenient")]
    server_port: Option<u16>,
    #[serde(rename = "_resourceType", deserialize_with = "lenient")]
    resource_type: Option<String>,
    #[serde(rename = "_initiator", deserialize_with = "lenient")]
    initiator: Option<Initiator>,
    #[serde(rename = "_fromCache", deserialize_with = "lenient")]
    from_cache: Option<Json>,
    #[serde(rename = "_wasAborted", deserialize_with = "lenient")]
    was_aborted: Option<bool>,
    #[serde(rename = "_webSocketMessages", deserialize_with = "lenient")]
    web_socket_messages: Option<Vec<Json>>,
}

/// What was asked.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Request {
    #[serde(deserialize_with = "lenient")]
    method: Option<String>,
    #[serde(deserialize_with = "lenient")]
    url: Option<String>,
    #[serde(deserialize_with = "lenient")]
    headers: Option<Vec<Json>>,
    #[serde(deserialize_with = "lenient")]
    post_data: Option<PostData>,
}

/// What was answered.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Response {
    #[serde(deserialize_with = "lenient")]
    pub(crate) status: Option<i64>,
    #[serde(deserialize_with = "lenient")]
    status_text: Option<String>,
    #[serde(deserialize_with = "lenient")]
    http_version: Option<String>,
    #[serde(deserialize_with = "lenient")]
    headers: Option<Vec<Json>>,
    #[serde(deserialize_with = "lenient")]
    content: Option<Content>,
    #[serde(rename = "redirectURL", deserialize_with = "lenient")]
    redirect_url: Option<String>,
    #[serde(deserialize_with = "lenient")]
    body_size: Option<f64>,
    #[serde(rename = "_transferSize", deserialize_with = "lenient")]
    transfer_size: Option<f64>,
    #[serde(rename = "_failureText", deserialize_with = "lenient")]
    failure_text: Option<String>,
    /// Chromium's word for the same.
    #[serde(rename = "_error", deserialize_with = "lenient")]
    error: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Content {
    #[serde(deserialize_with = "lenient")]
    size: Option<f64>,
    #[serde(deserialize_with = "lenient")]
    mime_type: Option<String>,
    #[serde(deserialize_with = "lenient")]
    text: Option<String>,
    #[serde(deserialize_with = "lenient")]
    encoding: Option<String>,
    #[serde(rename = "_file", deserialize_with = "lenient")]
    file: Option<String>,
    /// The same in older traces: a file in `resources/`.
    #[serde(rename = "_sha1", deserialize_with = "lenient")]
    sha1: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct PostData {
    #[serde(deserialize_with = "lenient")]
    text: Option<String>,
    #[serde(deserialize_with = "lenient")]
    encoding: Option<String>,
    #[serde(deserialize_with = "lenient")]
    params: Option<Vec<Json>>,
    #[serde(rename = "_file", deserialize_with = "lenient")]
    file: Option<String>,
    #[serde(rename = "_sha1", deserialize_with = "lenient")]
    sha1: Option<String>,
}

/// Milliseconds; -1 for what does not apply.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Timings {
    #[serde(deserialize_with = "lenient")]
    blocked: Option<f64>,
    #[serde(deserialize_with = "lenient")]
    dns: Option<f64>,
    #[serde(deserialize_with = "lenient")]
    connect: Option<f64>,
    #[serde(deserialize_with = "lenient")]
    send: Option<f64>,
    #[serde(deserialize_with = "lenient")]
    wait: Option<f64>,
    #[serde(deserialize_with = "lenient")]
    receive: Option<f64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Initiator {
    #[serde(deserialize_with = "lenient")]
    url: Option<String>,
    /// From 0.
    #[serde(deserialize_with = "lenient")]
    line_number: Option<u32>,
    #[serde(deserialize_with = "lenient")]
    stack: Option<Stack>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Stack {
    #[serde(deserialize_with = "lenient")]
    call_frames: Option<Vec<CallFrame>>,
}

/// Lines and columns from 0.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct CallFrame {
    #[serde(deserialize_with = "lenient")]
    url: Option<String>,
    #[serde(deserialize_with = "lenient")]
    line_number: Option<u32>,
    #[serde(deserialize_with = "lenient")]
    column_number: Option<u32>,
}

/// Reads a value, or None if it is of another kind.
pub(crate) fn lenient<'de, D: Deserializer<'de>, T: serde::de::DeserializeOwned>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let json = Json::deserialize(deserializer)?;
    Ok(serde_json::from_value(json).ok())
}

impl Entry {
    /// When it began, milliseconds since 1970.
    pub(crate) fn began(&self) -> Option<f64> {
        time::of_iso(self.started_date_time.as_deref()?)
    }

    pub(crate) fn url(&self) -> &str {
        self.request.url.as_deref().unwrap_or_default()
    }

    /// Whether the answer was that what is wanted is elsewhere.
    pub(crate) fn is_redirect(&self) -> bool {
        let is_elsewhere = |status: i64| (300..400).contains(&status) && status != 304;
        self.response.status.is_some_and(is_elsewhere)
    }

    /// What it was for, as the file says or as the browser told the server; empty if nobody does.
    pub(crate) fn kind(&self) -> &str {
        match (self.resource_type.as_deref(), self.header("sec-fetch-dest")) {
            (Some(kind), _) => kind,
            (None, Some("style")) => "stylesheet",
            (None, Some("empty")) => "fetch",
            (None, Some("worker" | "sharedworker" | "serviceworker")) => "script",
            (None, Some(kind)) => kind,
            (None, None) => "",
        }
    }

    /// Whether the answer became a page that a person sees, and not one in a frame: as far as can be told.
    pub(crate) fn is_page(&self) -> bool {
        self.kind() == "document"
            && !self.is_redirect()
            && self.response.status.is_some_and(|status| status > 0)
            && !matches!(self.header("sec-fetch-dest"), Some("iframe" | "frame"))
    }

    /// A header of the request.
    fn header(&self, name: &str) -> Option<&str> {
        let headers = self.request.headers.iter().flatten();
        let mut found = headers.filter(|header| {
            header["name"]
                .as_str()
                .is_some_and(|known| known.eq_ignore_ascii_case(name))
        });
        found.next()?["value"].as_str()
    }

    /// When its head had come and when it was over, for one that began then.
    fn times(&self, began: f64) -> (f64, f64) {
        let known = |time: Option<f64>| time.filter(|time| time.is_finite()).unwrap_or(0.0).max(0.0);
        let total = known(self.time);
        let Some(timings) = &self.timings else {
            return (began + total, began + total);
        };
        let parts = [
            timings.blocked,
            timings.dns,
            timings.connect,
            timings.send,
            timings.wait,
        ];
        let head: f64 = parts.into_iter().map(known).sum();
        let total = total.max(head + known(timings.receive));
        (began + head, began + total)
    }

    /// The exchange, which began then.
    pub(crate) fn into_exchange(self, began: f64) -> Exchange {
        let (head_at, end_at) = self.times(began);
        let cause = cause(self.kind());
        let Entry {
            request,
            response,
            initiator,
            ..
        } = self;
        let content = response.content.unwrap_or_default();
        let status = response.status.and_then(|status| u16::try_from(status).ok());
        let status = status.filter(|status| *status > 0);
        let port = self
            .server_port
            .or_else(|| self.connection.as_deref()?.parse().ok());
        let failure = response
            .failure_text
            .or(response.error)
            .filter(|why| !why.is_empty());
        let failure = match (failure, status) {
            (Some(why), _) => Some(why),
            (None, None) if self.was_aborted == Some(true) => Some("aborted".to_owned()),
            (None, None) => Some("no answer was recorded".to_owned()),
            (None, Some(_)) => None,
        };
        let mime_type = content.mime_type.clone().filter(|kind| kind != "x-unknown");
        let (encoded_size, decoded_size) = (
            size(response.transfer_size.or(response.body_size)),
            size(content.size),
        );
        let answer = status.map(|status| Answer {
            at: head_at,
            status,
            status_text: response.status_text.unwrap_or_default(),
            protocol: response.http_version.unwrap_or_default(),
            headers: headers(response.headers),
            is_from_cache: is_from_cache(self.from_cache.as_ref()),
            mime_type: mime_type.unwrap_or_default(),
            body: content.bytes(),
        });
        Exchange {
            url: request.url.unwrap_or_default(),
            method: request.method.unwrap_or_else(|| "GET".to_owned()),
            cause,
            headers: headers(request.headers),
            initiator: initiator.and_then(Initiator::place),
            began,
            body: request.post_data.and_then(PostData::bytes),
            destination: self
                .server_address
                .filter(|address| !address.is_empty())
                .map(|address| (address.into(), port.unwrap_or(0))),
            answer,
            ended: failure.is_none().then_some((end_at, encoded_size, decoded_size)),
            failure: failure.map(|why| (end_at, why)),
            messages: self
                .web_socket_messages
                .into_iter()
                .flatten()
                .filter_map(|message| message_of(&message))
                .collect(),
            redirect: response.redirect_url.filter(|url| !url.is_empty()),
        }
    }
}

impl Content {
    fn bytes(self) -> Option<Bytes> {
        match (self.text, self.file, self.sha1) {
            (Some(text), ..) if !text.is_empty() => decoded(text, self.encoding.as_deref()),
            (_, Some(file), _) => Some(Bytes::Entry(file)),
            (_, _, Some(sha1)) => Some(Bytes::Entry(format!("resources/{sha1}"))),
            // An empty text stands for an empty body, or for one that was not kept.
            (Some(_), None, None) if self.size == Some(0.0) => Some(Bytes::Here(Vec::new())),
            _ => None,
        }
    }
}

impl PostData {
    fn bytes(self) -> Option<Bytes> {
        let params = self.params.unwrap_or_default();
        match (self.text, self.file, self.sha1) {
            (Some(text), ..) if !text.is_empty() => decoded(text, self.encoding.as_deref()),
            (_, Some(file), _) => Some(Bytes::Entry(file)),
            (_, _, Some(sha1)) => Some(Bytes::Entry(format!("resources/{sha1}"))),
            _ if !params.is_empty() => {
                // A form of which only the fields are told.
                let part = |param: &Json| {
                    let text = |name: &str| param[name].as_str().unwrap_or_default();
                    format!("{}={}", text("name"), text("value"))
                };
                let form: Vec<String> = params.iter().map(part).collect();
                Some(Bytes::Here(form.join("&").into_bytes()))
            }
            _ => None,
        }
    }
}

impl Initiator {
    fn place(self) -> Option<(Text, Option<Position>)> {
        let frame = self.stack.and_then(|stack| stack.call_frames);
        let frame = frame.and_then(|frames| frames.into_iter().next());
        let (url, line, column) = match frame {
            Some(frame) => (frame.url, frame.line_number, frame.column_number),
            None => (self.url, self.line_number, None),
        };
        let position = line.map(|line| Position {
            line: line.saturating_add(1),
            column: column.unwrap_or(0),
        });
        let url = url.filter(|url| !url.is_empty())?;
        Some((url.into(), position))
    }
}

fn decoded(text: String, encoding: Option<&str>) -> Option<Bytes> {
    match encoding {
        Some("base64") => STANDARD.decode(text.trim()).ok().map(Bytes::Here),
        _ => Some(Bytes::Here(text.into_bytes())),
    }
}

fn headers(headers: Option<Vec<Json>>) -> Vec<(Text, Text)> {
    let headers = headers.into_iter().flatten();
    headers
        .filter_map(|header| Some((header["name"].as_str()?.into(), header["value"].as_str()?.into())))
        .collect()
}

fn is_from_cache(json: Option<&Json>) -> bool {
    match json {
        Some(Json::String(which)) => !which.is_empty(),
        Some(Json::Bool(is)) => *is,
        _ => false,
    }
}

/// -1 and the like stand for unknown.
fn size(size: Option<f64>) -> u64 {
    size.filter(|size| size.is_finite()).unwrap_or(0.0).max(0.0) as u64
}

/// A message of a websocket: `type`, `time` in seconds since 1970, `opcode` 1 for text, `data`.
fn message_of(json: &Json) -> Option<Message> {
    let is_text = json["opcode"].as_i64()? == 1;
    let data = json["data"].as_str()?;
    Some(Message {
        at: json["time"].as_f64()? * 1000.0,
        is_sent: json["type"].as_str()? == "send",
        is_text,
        bytes: match is_text {
            true => data.as_bytes().to_vec(),
            false => STANDARD.decode(data).ok()?,
        },
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn entry(json: Json) -> Exchange {
        let entry: Entry = crate::json::read(&json.to_string()).unwrap();
        let began = entry.began().unwrap();
        entry.into_exchange(began)
    }

    #[test]
    fn times_are_those_of_the_timings() {
        let exchange = entry(serde_json::json!({
            "startedDateTime": "1970-01-01T00:00:01Z", "time": 100,
            "request": { "method": "GET", "url": "http://a.test/" },
            "response": { "status": 200, "content": { "size": 2, "mimeType": "text/plain", "text": "aGk=", "encoding": "base64" } },
            "timings": { "blocked": -1, "dns": 10, "connect": 20, "ssl": 15, "send": 1, "wait": 30, "receive": 39 },
        }));
        let answer = exchange.answer.unwrap();
        assert_eq!(
            (exchange.began, answer.at, exchange.ended),
            (1000.0, 1061.0, Some((1100.0, 0, 2)))
        );
        assert_eq!(answer.body, Some(Bytes::Here(b"hi".to_vec())));
    }

    #[test]
    fn what_got_no_answer_failed() {
        let failure = |response: Json| {
            let json = serde_json::json!({
                "startedDateTime": "1970-01-01T00:00:00Z", "time": 5, "request": { "url": "http://a.test/" }, "response": response,
            });
            entry(json).failure.map(|(_, why)| why)
        };
        let check =
            |response: Json, expected: Option<&str>| assert_eq!(failure(response).as_deref(), expected);
        check(
            serde_json::json!({ "status": 0, "_error": "net::ERR_ABORTED" }),
            Some("net::ERR_ABORTED"),
        );
        check(
            serde_json::json!({ "status": -1 }),
            Some("no answer was recorded"),
        );
        check(
            serde_json::json!({ "status": "200" }),
            Some("no answer was recorded"),
        );
        check(serde_json::json!({ "status": 404 }), None);
    }

    #[test]
    fn messages_of_websockets_are_told_in_both_directions() {
        let exchange = entry(serde_json::json!({
            "startedDateTime": "1970-01-01T00:00:00Z", "time": 5, "request": { "url": "ws://a.test/" },
            "response": { "status": 101 }, "_resourceType": "websocket",
            "_webSocketMessages": [
                { "type": "send", "time": 0.002, "opcode": 1, "data": "hello" },
                { "type": "receive", "time": 0.003, "opcode": 2, "data": "AAEC" },
                { "type": "receive", "time": 0.003, "opcode": 2, "data": "?" },
            ],
        }));
        let told: Vec<_> = exchange
            .messages
            .iter()
            .map(|message| (message.at, message.is_sent, &*message.bytes))
            .collect();
        assert_eq!(told, [(2.0, true, &b"hello"[..]), (3.0, false, &[0, 1, 2])]);
        assert_eq!(exchange.cause, "websocket");
    }
}
