//! A request, put together from the pieces in which it becomes known.

use std::{collections::HashMap, sync::Arc};

use components::format;
use wire::{
    ids::RequestId,
    network::{Header, RequestEvent, RequestEventInfo, RequestInfo, RequestInitiator, Requests as Batch},
    point::ExecutionPoint,
    recording::TimeStampedPoint,
};

use crate::logic::tracks::first_words;

/// What is known of a request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    /// Its id, the same in every session.
    pub id: String,
    /// Where in the execution it counts as made.
    pub point: ExecutionPoint,
    /// When, in ms.
    pub time_ms: f64,
    /// The code that asked for it.
    pub trigger: Option<TimeStampedPoint>,
    /// What was asked for.
    pub url: String,
    /// HTTP method.
    pub method: String,
    /// Headers sent, as the program knows them.
    pub request_headers: Vec<Header>,
    /// What it is for, such as `fetch`; empty if unknown.
    pub cause: String,
    /// What caused it.
    pub initiator: Option<RequestInitiator>,
    /// Headers sent, as they went over the line.
    pub raw_request: Option<String>,
    /// Address and port of the server.
    pub destination: Option<(String, u32)>,
    /// The answer's HTTP status.
    pub status: Option<u32>,
    /// The words behind it.
    pub status_text: String,
    /// HTTP version.
    pub protocol: String,
    /// Headers received.
    pub response_headers: Vec<Header>,
    /// Headers received, as they came over the line.
    pub raw_response: Option<String>,
    /// Whether the browser had the answer already.
    pub is_from_cache: bool,
    /// When the answer began, in ms.
    pub answered_ms: Option<f64>,
    /// When it was over, one way or the other, in ms.
    pub ended_ms: Option<f64>,
    /// Whether a body was sent, or messages of a websocket.
    pub has_request_body: bool,
    /// Whether a body came, or messages of a websocket.
    pub has_response_body: bool,
    /// Bytes of the answer as transferred.
    pub encoded_size: Option<u64>,
    /// Bytes of the answer's body.
    pub decoded_size: Option<u64>,
    /// Why it came to nothing; empty if it did for an unknown reason.
    pub failure: Option<String>,
}

/// How a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The recording has no answer.
    Pending,
    /// It was answered, and not with an error.
    Good,
    /// It came to nothing, or was answered with an error.
    Failed,
}

impl Request {
    /// How it stands.
    pub fn state(&self) -> State {
        match (&self.failure, self.status) {
            (Some(_), _) => State::Failed,
            (None, Some(400..)) => State::Failed,
            (None, Some(_)) => State::Good,
            (None, None) if self.ended_ms.is_some() => State::Good,
            (None, None) => State::Pending,
        }
    }

    /// Whether it is marked as failing.
    pub fn is_failed(&self) -> bool {
        self.state() == State::Failed
    }

    /// Whether it is the talk of a websocket.
    pub fn is_websocket(&self) -> bool {
        self.cause == "websocket" || self.url.starts_with("ws:") || self.url.starts_with("wss:")
    }

    /// Whether the answer is a stream of events.
    pub fn is_event_source(&self) -> bool {
        self.cause == "eventsource" || self.content_type() == "text/event-stream"
    }

    /// When it was over, or as far as is known, in ms.
    pub fn last_ms(&self) -> f64 {
        [self.ended_ms, self.answered_ms]
            .into_iter()
            .flatten()
            .fold(self.time_ms, f64::max)
    }

    /// How long it took, in ms; None while it is not over.
    pub fn duration_ms(&self) -> Option<f64> {
        self.ended_ms.map(|ended| (ended - self.time_ms).max(0.0))
    }

    /// The answer's MIME type in small letters, without parameters; empty if unknown.
    pub fn content_type(&self) -> String {
        mime(&self.response_headers)
    }

    /// The body's MIME type that the request says, in small letters.
    pub fn request_content_type(&self) -> String {
        mime(&self.request_headers)
    }

    /// The last part of the path with its query; the host where there is no path.
    pub fn name(&self) -> String {
        let (host, path) = self.host_and_path();
        let (path, query) = path.split_at(path.find(['?', '#']).unwrap_or(path.len()));
        let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        match last {
            "" if self.url.starts_with("data:") => self.url.chars().take(60).collect(),
            "" => format!("{host}{query}"),
            last => format!("{last}{query}"),
        }
    }

    /// Host and port; empty for addresses without.
    pub fn host(&self) -> &str {
        self.host_and_path().0
    }

    /// The request in words: `GET /api/week.json 200, 34 ms`.
    pub fn in_words(&self) -> String {
        let (_, path) = self.host_and_path();
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let place = match path {
            "" | "/" => &self.url,
            path => path,
        };
        let mut words = format!("{} {} {}", self.method, first_words(place), self.status_word());
        if let Some(duration_ms) = self.duration_ms() {
            words += &format!(", {}", format::duration(duration_ms));
        }
        words
    }

    fn host_and_path(&self) -> (&str, &str) {
        let Some((_, rest)) = self.url.split_once("://") else {
            return ("", "");
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        (authority.rsplit('@').next().unwrap_or(authority), path)
    }

    /// The status in a word: `200`, `(failed)`, `(pending)`.
    pub fn status_word(&self) -> String {
        match (self.status, &self.failure) {
            (Some(status), None) => status.to_string(),
            (Some(status), Some(_)) => format!("{status} (failed)"),
            (None, Some(_)) => "(failed)".to_owned(),
            (None, None) if self.ended_ms.is_some() => "(ended)".to_owned(),
            (None, None) => "(pending)".to_owned(),
        }
    }

    fn learn(&mut self, time_ms: f64, event: RequestEvent) {
        match event {
            RequestEvent::Request {
                request_url,
                request_method,
                request_headers,
                request_cause,
                initiator,
            } => {
                self.url = request_url;
                self.method = request_method;
                self.request_headers = request_headers;
                self.cause = request_cause.unwrap_or_default();
                self.initiator = initiator;
            }
            RequestEvent::RequestRawHeaders { request_raw_headers } => {
                self.raw_request = Some(request_raw_headers);
            }
            RequestEvent::RequestDestination {
                destination_address,
                destination_port,
            } => self.destination = Some((destination_address, destination_port)),
            RequestEvent::Response {
                response_headers,
                response_protocol_version,
                response_status,
                response_status_text,
                response_from_cache,
            } => {
                self.status = Some(response_status);
                self.status_text = response_status_text;
                self.protocol = response_protocol_version;
                self.response_headers = response_headers;
                self.is_from_cache = response_from_cache;
                self.answered_ms = Some(time_ms);
            }
            RequestEvent::ResponseRawHeaders {
                response_raw_headers, ..
            } => self.raw_response = Some(response_raw_headers),
            RequestEvent::ResponseBody {} => self.has_response_body = true,
            RequestEvent::RequestBody {} => self.has_request_body = true,
            RequestEvent::RequestDone {
                encoded_body_size,
                decoded_body_size,
            } => {
                self.ended_ms = Some(time_ms);
                self.encoded_size = Some(encoded_body_size);
                self.decoded_size = Some(decoded_body_size.unwrap_or(encoded_body_size));
            }
            RequestEvent::RequestFailed {
                request_failed_reason,
            } => {
                self.ended_ms = Some(time_ms);
                self.failure = Some(request_failed_reason.unwrap_or_default());
            }
            RequestEvent::Other => {}
        }
    }
}

/// Requests as they become known, in any order.
#[derive(Debug, Default)]
pub struct Requests {
    by_id: HashMap<RequestId, Known>,
}

#[derive(Debug, Default)]
struct Known {
    request: Arc<Request>,
    is_announced: bool,
}

impl Requests {
    /// Takes in what a batch says.
    pub fn add(&mut self, batch: Batch) {
        for info in batch.requests {
            let RequestInfo {
                point,
                time,
                id,
                trigger_point,
            } = info;
            let known = self.by_id.entry(id.clone()).or_default();
            known.is_announced = true;
            let request = Arc::make_mut(&mut known.request);
            request.id = id.as_str().to_owned();
            request.point = point;
            request.time_ms = time;
            request.trigger = trigger_point;
        }
        for RequestEventInfo { id, time, event } in batch.events {
            Arc::make_mut(&mut self.by_id.entry(id).or_default().request).learn(time, event);
        }
    }

    /// Those that were announced, in the order of the execution.
    pub fn in_order(&self) -> Arc<[Arc<Request>]> {
        let mut all: Vec<Arc<Request>> = self
            .by_id
            .values()
            .filter(|known| known.is_announced)
            .map(|known| Arc::clone(&known.request))
            .collect();
        all.sort_by(|a, b| {
            a.point
                .cmp(&b.point)
                .then_with(|| a.time_ms.total_cmp(&b.time_ms))
                .then_with(|| (a.id.len(), &a.id).cmp(&(b.id.len(), &b.id)))
        });
        all.into()
    }
}

/// The value of a header, whatever the case of its name.
fn header<'h>(headers: &'h [Header], name: &str) -> Option<&'h str> {
    headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case(name))
        .map(|header| header.value.as_str())
}

fn mime(headers: &[Header]) -> String {
    let value = header(headers, "content-type").unwrap_or_default();
    let kind = value.split(';').next().unwrap_or_default();
    kind.trim().to_ascii_lowercase()
}

/// The lines of headers as they went over the line.
fn raw_lines(raw: Option<&String>) -> impl Iterator<Item = (&str, &str)> {
    raw.map(String::as_str)
        .unwrap_or_default()
        .lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim(), value.trim()))
}

/// The cookies that were sent, name and value. Browsers tell them only as they went over the line.
pub fn cookies(request: &Request) -> Vec<(String, String)> {
    let told = header(&request.request_headers, "cookie");
    let on_the_line = raw_lines(request.raw_request.as_ref())
        .filter(|(name, _)| name.eq_ignore_ascii_case("cookie"))
        .map(|(_, value)| value);
    told.into_iter()
        .chain(on_the_line)
        .next()
        .into_iter()
        .flat_map(|value| value.split(';'))
        .map(|pair| pair.split_once('=').unwrap_or(("", pair)))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .filter(|(name, value)| !name.is_empty() || !value.is_empty())
        .collect()
}

/// The cookies that the answer sets: name, value, and the rest as it was said.
pub fn set_cookies(request: &Request) -> Vec<(String, String, String)> {
    let is_set_cookie = |name: &str| name.eq_ignore_ascii_case("set-cookie");
    let on_the_line: Vec<&str> = raw_lines(request.raw_response.as_ref())
        .filter(|(name, _)| is_set_cookie(name))
        .map(|(_, value)| value)
        .collect();
    let values = match on_the_line.is_empty() {
        false => on_the_line,
        true => request
            .response_headers
            .iter()
            .filter(|header| is_set_cookie(&header.name))
            .flat_map(|header| header.value.split('\n'))
            .collect(),
    };
    values
        .into_iter()
        .map(|value| {
            let (pair, rest) = value.split_once(';').unwrap_or((value, ""));
            let (name, value) = pair.split_once('=').unwrap_or(("", pair));
            (
                name.trim().to_owned(),
                value.trim().to_owned(),
                rest.trim().to_owned(),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(id: &str, point: u128, time: f64) -> RequestInfo {
        RequestInfo {
            point: ExecutionPoint::from(point),
            time,
            id: RequestId::from(id),
            trigger_point: None,
        }
    }

    fn event(id: &str, time: f64, event: RequestEvent) -> RequestEventInfo {
        RequestEventInfo {
            id: RequestId::from(id),
            time,
            event,
        }
    }

    fn opened(url: &str) -> RequestEvent {
        RequestEvent::Request {
            request_url: url.to_owned(),
            request_method: "GET".to_owned(),
            request_headers: Vec::new(),
            request_cause: Some("fetch".to_owned()),
            initiator: None,
        }
    }

    #[test]
    fn pieces_come_in_any_order() {
        let mut requests = Requests::default();
        requests.add(Batch {
            requests: Vec::new(),
            events: vec![
                event(
                    "2",
                    30.0,
                    RequestEvent::RequestFailed {
                        request_failed_reason: None,
                    },
                ),
                event("9", 30.0, opened("http://never.announced/")),
            ],
        });
        requests.add(Batch {
            requests: vec![info("2", 50, 20.0), info("1", 40, 10.0)],
            events: vec![
                event("2", 20.0, opened("http://a.b/c/d.json?x=1")),
                event(
                    "1",
                    15.0,
                    RequestEvent::Response {
                        response_headers: vec![Header {
                            name: "Content-Type".to_owned(),
                            value: "Text/HTML; charset=utf-8".to_owned(),
                        }],
                        response_protocol_version: "h2".to_owned(),
                        response_status: 200,
                        response_status_text: String::new(),
                        response_from_cache: false,
                    },
                ),
            ],
        });
        let all = requests.in_order();
        let told: Vec<_> = all
            .iter()
            .map(|request| (request.id.as_str(), request.status_word(), request.state()))
            .collect();
        assert_eq!(
            told,
            [
                ("1", "200".to_owned(), State::Good),
                ("2", "(failed)".to_owned(), State::Failed)
            ]
        );
        assert_eq!(all[0].content_type(), "text/html");
        assert_eq!((all[1].name(), all[1].host()), ("d.json?x=1".to_owned(), "a.b"));
        assert_eq!(all[1].duration_ms(), Some(10.0));
    }

    #[test]
    fn names_are_what_tells_requests_apart() {
        for (url, name) in [
            ("https://u:p@h.test:8/a/b/?q=1", "b?q=1"),
            ("https://h.test/", "h.test"),
            ("https://h.test?q", "h.test?q"),
            ("data:image/png;base64,AAAA", "data:image/png;base64,AAAA"),
            ("", ""),
        ] {
            let request = Request {
                url: url.to_owned(),
                ..Request::default()
            };
            assert_eq!(request.name(), name, "{url}");
        }
    }

    #[test]
    fn cookies_are_read_where_they_are_told() {
        let request = Request {
            raw_request: Some("GET / HTTP/1.1\r\nCookie: a=1; b==2;  ; c\r\nX: y\r\n".to_owned()),
            raw_response: Some("HTTP/1.1 200 OK\r\nset-cookie: s=x; Path=/; HttpOnly\r\n".to_owned()),
            response_headers: vec![Header {
                name: "Set-Cookie".to_owned(),
                value: "ignored=1".to_owned(),
            }],
            ..Request::default()
        };
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            cookies(&request),
            [pair("a", "1"), pair("b", "=2"), pair("", "c")]
        );
        assert_eq!(
            set_cookies(&request),
            [("s".to_owned(), "x".to_owned(), "Path=/; HttpOnly".to_owned())]
        );
    }
}
