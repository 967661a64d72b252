//! What became of the page's requests: the browser's network events as rows, bodies fetched as they end. Long, for the
//! browser tells of one request in a dozen kinds of events.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use recording::{
    network::{Body, NetworkEvent, RequestEvent},
    point::Point,
    script::Position,
    value::Text,
};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::{
    cdp::Cdp,
    intercept::lock,
    runtime,
    scripts::{Scripts, sha256},
};

/// Bytes that are kept of one body.
const MAX_BODY: usize = 16 << 20;
/// Bytes of bodies that are kept in all.
const MAX_BODIES: usize = 512 << 20;
/// Answers whose originals wait for the end of their request.
const MAX_ORIGINALS: usize = 256;
/// Requests that are followed at a time.
const MAX_REQUESTS: usize = 10_000;
/// How long bodies may still be on their way at the end.
const LAST_BODIES: Duration = Duration::from_secs(3);
/// The page's clock is coarse: a request is placed so much later, after the code that asked.
const COARSENESS_MICROS: u64 = 1000;

/// What `Network.enable` needs so that bodies can be asked for.
pub(crate) fn options() -> Value {
    json!({ "maxTotalBufferSize": 256 << 20, "maxResourceBufferSize": 64 << 20, "maxPostDataSize": MAX_BODY })
}

/// Something of a request, for the file.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) event: NetworkEvent,
    /// The bytes of its body, with whether it was cut.
    pub(crate) bytes: Option<(Vec<u8>, bool)>,
    /// Whether code asked for it: the journal knows the point.
    pub(crate) is_by_code: bool,
}

impl Told {
    /// Names the body by the hash of its bytes; gives them to be stored under it.
    pub(crate) fn name_body(&mut self) -> Option<(String, Vec<u8>)> {
        let (bytes, is_cut) = self.bytes.take()?;
        let body = match &mut self.event.what {
            RequestEvent::RequestBody(body)
            | RequestEvent::ResponseBody(body)
            | RequestEvent::Frame { body, .. } => body,
            _ => return None,
        };
        let hash = sha256(&bytes);
        *body = Body {
            hash: Text::from(hash.as_str()),
            len: bytes.len() as u64,
            is_cut,
        };
        Some((hash, bytes))
    }
}

/// Where the program's code asked for what, until the browser tells of the request.
#[derive(Debug, Default)]
pub(crate) struct Triggers(HashMap<(String, String), VecDeque<Point>>);

impl Triggers {
    /// The code at a point asked.
    pub(crate) fn note(&mut self, method: &str, url: &str, point: Point) {
        if self.0.len() >= MAX_REQUESTS {
            self.0.clear();
        }
        let waiting = self.0.entry(key(method, url)).or_default();
        if waiting.len() < MAX_REQUESTS {
            waiting.push_back(point);
        }
    }

    /// Completes what is told of a new request: the first that asked for it is its trigger.
    pub(crate) fn find(&mut self, told: &mut Told) {
        if !told.is_by_code {
            return;
        }
        if let RequestEvent::Sent {
            url, method, trigger, ..
        } = &mut told.event.what
        {
            let key = key(method, url);
            let waiting = self.0.get_mut(&key);
            *trigger = waiting.and_then(VecDeque::pop_front);
            if self.0.get(&key).is_some_and(VecDeque::is_empty) {
                self.0.remove(&key);
            }
        }
    }
}

/// Requests lack their URL's fragment.
fn key(method: &str, url: &str) -> (String, String) {
    let url = url.split('#').next().unwrap_or_default();
    (method.to_owned(), url.to_owned())
}

/// Answers as they were before they were rewritten, by the browser's name of the request.
#[derive(Clone, Default)]
pub(crate) struct Originals(Arc<Mutex<HashMap<String, Original>>>);

/// An answer as it came.
pub(crate) struct Original {
    pub(crate) headers: Vec<(Text, Text)>,
    pub(crate) body: Vec<u8>,
}

impl Originals {
    /// Keeps the answer of a `Fetch.requestPaused` until its request ends.
    pub(crate) fn keep(&self, event: &Value, body: &[u8]) {
        let id = text(event, "/networkId");
        let mut kept = lock(&self.0);
        if id.is_empty() || kept.len() >= MAX_ORIGINALS {
            return;
        }
        let headers = event
            .get("responseHeaders")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .map(|header| {
                (
                    Text::from(text(header, "/name")),
                    Text::from(text(header, "/value")),
                )
            })
            .collect();
        let body = body.to_vec();
        kept.insert(id.to_owned(), Original { headers, body });
    }

    fn headers(&self, id: &str) -> Option<Vec<(Text, Text)>> {
        lock(&self.0).get(id).map(|original| original.headers.clone())
    }

    fn take_body(&self, id: &str) -> Option<Vec<u8>> {
        lock(&self.0).remove(id).map(|original| original.body)
    }
}

/// A request that has not ended.
struct Request {
    number: u32,
    /// When the last of it happened, microseconds since 1970.
    time: u64,
    is_socket: bool,
    has_raw_headers: bool,
    has_answer: bool,
    n_bytes: u64,
}

/// Headers that came ahead of their request.
#[derive(Default)]
struct Early {
    sent: Option<Text>,
    answered: Option<Text>,
}

/// All requests of a recording.
pub(crate) struct Network {
    scripts: Arc<Mutex<Scripts>>,
    pub(crate) originals: Originals,
    /// What the addresses of the recorder's own requests contain.
    own: String,
    requests: HashMap<String, Request>,
    early: HashMap<String, Early>,
    n_requests: u32,
    /// Microseconds from the browser's own clock to 1970.
    epoch: f64,
    told: Arc<Mutex<Vec<(u64, Told)>>>,
    budget: Arc<Mutex<usize>>,
    bodies: JoinSet<()>,
}

impl Network {
    pub(crate) fn new(scripts: Arc<Mutex<Scripts>>, secret: &str) -> Self {
        Self {
            scripts,
            originals: Originals::default(),
            own: format!("/{secret}/"),
            requests: HashMap::new(),
            early: HashMap::new(),
            n_requests: 0,
            epoch: 0.0,
            told: Arc::default(),
            budget: Arc::new(Mutex::new(MAX_BODIES)),
            bodies: JoinSet::new(),
        }
    }

    /// What has become known since the last time, with its times in microseconds since 1970.
    pub(crate) fn take(&mut self) -> Vec<(u64, Told)> {
        while self.bodies.try_join_next().is_some() {}
        std::mem::take(&mut *lock(&self.told))
    }

    /// Waits, for a while, until all bodies that were asked for are there.
    pub(crate) async fn settle(&mut self) {
        let all = async { while self.bodies.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(LAST_BODIES, all).await;
    }

    /// Takes in an event of the Network domain, of a session of the browser.
    pub(crate) fn on_event(&mut self, cdp: &Cdp, method: &str, params: &Value) {
        let id = text(params, "/requestId");
        match method {
            "Network.requestWillBeSent" => self.sent(cdp, id, params),
            "Network.requestWillBeSentExtraInfo" => {
                let headers = raw(params.get("headers"));
                match self
                    .requests
                    .get_mut(id)
                    .filter(|request| !request.has_raw_headers)
                {
                    Some(request) => {
                        request.has_raw_headers = true;
                        let (number, time) = (request.number, request.time);
                        self.tell(time, number, RequestEvent::RawHeaders(headers), None);
                    }
                    None => self.early(id).sent = Some(headers),
                }
            }
            "Network.responseReceivedExtraInfo" => {
                let headers = match text(params, "/headersText") {
                    "" => raw(params.get("headers")),
                    headers => Text::from(headers),
                };
                match self.requests.get(id).filter(|request| request.has_answer) {
                    Some(request) => {
                        let (number, time) = (request.number, request.time);
                        self.tell(time, number, RequestEvent::ResponseRawHeaders(headers), None);
                    }
                    None => self.early(id).answered = Some(headers),
                }
            }
            "Network.responseReceived" => {
                let time = self.time(params);
                if let Some(response) = params.get("response") {
                    self.answered(id, time, response);
                }
            }
            "Network.dataReceived" => {
                if let Some(request) = self.requests.get_mut(id) {
                    request.n_bytes += params.get("dataLength").and_then(Value::as_u64).unwrap_or(0);
                }
            }
            "Network.loadingFinished" => self.finished(cdp, id, params),
            "Network.loadingFailed" => {
                let reason = match text(params, "/errorText") {
                    "" => text(params, "/blockedReason"),
                    reason => reason,
                };
                self.end(id, self.time(params), RequestEvent::Failed(Text::from(reason)));
            }
            "Network.webSocketCreated" => self.socket_created(id, params),
            "Network.webSocketWillSendHandshakeRequest" => {
                if let (Some(wall), Some(clock)) = (number(params, "/wallTime"), number(params, "/timestamp"))
                {
                    self.epoch = (wall - clock) * 1e6;
                }
                if let Some(request) = self.requests.get(id) {
                    let (number, time) = (request.number, request.time);
                    let headers = raw(params.pointer("/request/headers"));
                    self.tell(time, number, RequestEvent::RawHeaders(headers), None);
                }
            }
            "Network.webSocketHandshakeResponseReceived" => {
                let time = self.time(params);
                if let Some(response) = params.get("response") {
                    self.answered(id, time, response);
                }
            }
            "Network.webSocketFrameSent" | "Network.webSocketFrameReceived" => {
                self.frame(id, method.ends_with("Sent"), params);
            }
            "Network.webSocketFrameError" => {
                let reason = Text::from(text(params, "/errorMessage"));
                self.end(id, self.time(params), RequestEvent::Failed(reason));
            }
            "Network.webSocketClosed" => {
                let size = self.requests.get(id).map_or(0, |request| request.n_bytes);
                let done = RequestEvent::Done {
                    encoded_size: size,
                    decoded_size: size,
                };
                self.end(id, self.time(params), done);
            }
            _ => {}
        }
    }

    fn early(&mut self, id: &str) -> &mut Early {
        if self.early.len() >= MAX_REQUESTS {
            self.early.clear();
        }
        self.early.entry(id.to_owned()).or_default()
    }

    /// Microseconds since 1970 of an event.
    fn time(&self, params: &Value) -> u64 {
        number(params, "/timestamp").map_or(0, |seconds| (seconds * 1e6 + self.epoch).max(0.0) as u64)
    }

    fn tell(&self, time: u64, request: u32, what: RequestEvent, bytes: Option<Vec<u8>>) {
        let told = Told {
            event: NetworkEvent { request, what },
            bytes: bytes.map(|bytes| self.within_budget(bytes)),
            is_by_code: false,
        };
        lock(&self.told).push((time, told));
    }

    fn within_budget(&self, bytes: Vec<u8>) -> (Vec<u8>, bool) {
        cut(bytes, &self.budget)
    }

    fn sent(&mut self, cdp: &Cdp, id: &str, params: &Value) {
        let url = text(params, "/request/url");
        let (wall, clock) = (number(params, "/wallTime"), number(params, "/timestamp"));
        if let (Some(wall), Some(clock)) = (wall, clock) {
            self.epoch = (wall - clock) * 1e6;
        }
        let time = self.time(params) + COARSENESS_MICROS;
        let redirected_from = match params.get("redirectResponse") {
            Some(response) if self.requests.contains_key(id) => {
                let from = self.requests.get(id).map(|request| request.number);
                self.answered(id, time, response);
                let size = response
                    .get("encodedDataLength")
                    .and_then(Value::as_u64)
                    .unwrap_or(0);
                let done = RequestEvent::Done {
                    encoded_size: size,
                    decoded_size: 0,
                };
                self.end(id, time, done);
                from
            }
            _ => None,
        };
        let (initiator, is_by_code, is_own) = self.initiator(params);
        // A data URL is its own answer.
        let is_own =
            is_own || url.contains(&self.own) || text(params, "/request/urlFragment").contains(&self.own);
        if is_own || url.starts_with("data:") || self.requests.len() >= MAX_REQUESTS {
            return;
        }
        let number = self.n_requests;
        self.n_requests += 1;
        let early = self.early.get_mut(id).and_then(|early| early.sent.take());
        let request = Request {
            number,
            time,
            is_socket: false,
            has_raw_headers: early.is_some(),
            has_answer: false,
            n_bytes: 0,
        };
        self.requests.insert(id.to_owned(), request);
        let what = RequestEvent::Sent {
            url: Text::from(url),
            method: Text::from(text(params, "/request/method")),
            headers: headers(params.pointer("/request/headers")),
            cause: Text::from(cause(text(params, "/type"))),
            initiator,
            trigger: None,
            redirected_from,
        };
        let told = Told {
            event: NetworkEvent {
                request: number,
                what,
            },
            bytes: None,
            is_by_code: is_by_code && redirected_from.is_none(),
        };
        lock(&self.told).push((time, told));
        if let Some(headers) = early {
            self.tell(time, number, RequestEvent::RawHeaders(headers), None);
        }
        match posted(params) {
            Some(bytes) => self.tell(time, number, RequestEvent::RequestBody(unnamed()), Some(bytes)),
            None if params.pointer("/request/hasPostData") == Some(&Value::Bool(true)) => {
                let (cdp, id) = (cdp.clone(), id.to_owned());
                let (told, budget) = (self.told.clone(), self.budget.clone());
                self.bodies.spawn(async move {
                    let answer = cdp
                        .call("Network.getRequestPostData", json!({ "requestId": id }))
                        .await;
                    let Ok(answer) = answer else { return };
                    let bytes = text(&answer, "/postData").as_bytes().to_vec();
                    let what = RequestEvent::RequestBody(unnamed());
                    push(&told, time, number, what, cut(bytes, &budget));
                });
            }
            None => {}
        }
    }

    /// Who asked: URL and position; whether that was code, and whether it was the recorder's own.
    fn initiator(&self, params: &Value) -> (Option<(Text, Option<Position>)>, bool, bool) {
        let at = |place: &Value| {
            let url = text(place, "/url");
            let line = place.get("lineNumber").and_then(Value::as_u64)?;
            let column = place.get("columnNumber").and_then(Value::as_u64).unwrap_or(0);
            let position = Position {
                line: line as u32 + 1,
                column: column as u32,
            };
            Some(
                lock(&self.scripts)
                    .original_position(url, position)
                    .unwrap_or(position),
            )
        };
        let initiator = params.get("initiator").unwrap_or(&Value::Null);
        let is_by_code = text(initiator, "/type") == "script";
        let mut stack = initiator.get("stack");
        let mut n_frames = 0;
        while let Some(trace) = stack {
            for frame in trace
                .get("callFrames")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                n_frames += 1;
                let url = text(frame, "/url");
                if !url.is_empty() && !url.contains(runtime::SOURCE_NAME) {
                    return (Some((Text::from(url), at(frame))), is_by_code, false);
                }
            }
            stack = trace.get("parent");
        }
        let url = text(initiator, "/url");
        let place = (!url.is_empty()).then(|| (Text::from(url), at(initiator)));
        let is_own = is_by_code && n_frames > 0;
        (place, is_by_code, is_own)
    }

    fn answered(&mut self, id: &str, time: u64, response: &Value) {
        let Some(request) = self.requests.get_mut(id) else {
            return;
        };
        request.time = request.time.max(time);
        request.has_answer = true;
        let (number, time, is_socket) = (request.number, request.time, request.is_socket);
        if let (false, address) = (is_socket, text(response, "/remoteIPAddress"))
            && !address.is_empty()
        {
            let port = response.get("remotePort").and_then(Value::as_u64).unwrap_or(0);
            let destination = RequestEvent::Destination(Text::from(address), port as u16);
            self.tell(time, number, destination, None);
        }
        let is = |name: &str| response.get(name) == Some(&Value::Bool(true));
        let what = RequestEvent::Response {
            status: response.get("status").and_then(Value::as_u64).unwrap_or(0) as u16,
            status_text: Text::from(text(response, "/statusText")),
            protocol: Text::from(text(response, "/protocol")),
            headers: self
                .originals
                .headers(id)
                .unwrap_or_else(|| headers(response.get("headers"))),
            from_cache: is("fromDiskCache") || is("fromPrefetchCache"),
        };
        self.tell(time, number, what, None);
        let raw_headers = match text(response, "/headersText") {
            "" => self.early.get_mut(id).and_then(|early| early.answered.take()),
            headers => Some(Text::from(headers)),
        };
        if let Some(headers) = raw_headers {
            self.tell(time, number, RequestEvent::ResponseRawHeaders(headers), None);
        }
    }

    fn finished(&mut self, cdp: &Cdp, id: &str, params: &Value) {
        let time = self.time(params);
        let Some(request) = self.requests.remove(id) else {
            return;
        };
        self.early.remove(id);
        let time = time.max(request.time);
        let encoded = number(params, "/encodedDataLength").map_or(0, |size| size.max(0.0) as u64);
        let original = self.originals.take_body(id);
        let number = request.number;
        let (told, budget) = (self.told.clone(), self.budget.clone());
        let done = move |n_bytes: u64| RequestEvent::Done {
            encoded_size: if encoded == 0 { n_bytes } else { encoded },
            decoded_size: n_bytes,
        };
        if let Some(bytes) = original {
            let size = bytes.len() as u64;
            self.tell(time, number, RequestEvent::ResponseBody(unnamed()), Some(bytes));
            return self.tell(time, number, done(size), None);
        }
        let (cdp, id) = (cdp.clone(), id.to_owned());
        self.bodies.spawn(async move {
            let answer = cdp
                .call("Network.getResponseBody", json!({ "requestId": id }))
                .await;
            let bytes = answer.ok().map(|answer| body_of(&answer));
            let size = bytes.as_ref().map_or(request.n_bytes, |bytes| bytes.len() as u64);
            if let Some(bytes) = bytes.filter(|bytes| !bytes.is_empty()) {
                let what = RequestEvent::ResponseBody(unnamed());
                push(&told, time, number, what, cut(bytes, &budget));
            }
            let event = NetworkEvent {
                request: number,
                what: done(size),
            };
            let done = Told {
                event,
                bytes: None,
                is_by_code: false,
            };
            lock(&told).push((time, done));
        });
    }

    fn end(&mut self, id: &str, time: u64, what: RequestEvent) {
        let Some(request) = self.requests.remove(id) else {
            return;
        };
        self.early.remove(id);
        self.originals.take_body(id);
        self.tell(time.max(request.time), request.number, what, None);
    }

    fn socket_created(&mut self, id: &str, params: &Value) {
        let url = text(params, "/url");
        let (initiator, _, is_own) = self.initiator(params);
        if is_own || url.contains(&self.own) || self.requests.len() >= MAX_REQUESTS {
            return;
        }
        let now = std::time::SystemTime::now();
        let since = now.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        // The browser does not say when.
        let time = since.as_micros() as u64;
        let number = self.n_requests;
        self.n_requests += 1;
        let request = Request {
            number,
            time,
            is_socket: true,
            has_raw_headers: true,
            has_answer: false,
            n_bytes: 0,
        };
        self.requests.insert(id.to_owned(), request);
        let what = RequestEvent::Sent {
            url: Text::from(url),
            method: Text::from("GET"),
            headers: Vec::new(),
            cause: Text::from("websocket"),
            initiator,
            trigger: None,
            redirected_from: None,
        };
        let event = NetworkEvent {
            request: number,
            what,
        };
        let told = Told {
            event,
            bytes: None,
            is_by_code: true,
        };
        lock(&self.told).push((time, told));
    }

    fn frame(&mut self, id: &str, is_sent: bool, params: &Value) {
        const TEXT: u64 = 1;
        let time = self.time(params);
        let Some(request) = self.requests.get_mut(id) else {
            return;
        };
        request.time = request.time.max(time);
        let payload = text(params, "/response/payloadData");
        let is_text = params.pointer("/response/opcode").and_then(Value::as_u64) == Some(TEXT);
        let bytes = match is_text {
            true => payload.as_bytes().to_vec(),
            false => BASE64.decode(payload).unwrap_or_default(),
        };
        request.n_bytes += if is_sent { 0 } else { bytes.len() as u64 };
        let (number, time) = (request.number, request.time);
        let body = unnamed();
        self.tell(
            time,
            number,
            RequestEvent::Frame {
                is_sent,
                is_text,
                body,
            },
            Some(bytes),
        );
    }
}

fn push(told: &Mutex<Vec<(u64, Told)>>, time: u64, request: u32, what: RequestEvent, bytes: (Vec<u8>, bool)) {
    let told_now = Told {
        event: NetworkEvent { request, what },
        bytes: Some(bytes),
        is_by_code: false,
    };
    lock(told).push((time, told_now));
}

/// Keeps what there is room for; tells if that is not all.
fn cut(mut bytes: Vec<u8>, budget: &Mutex<usize>) -> (Vec<u8>, bool) {
    let mut left = lock(budget);
    let n_kept = bytes.len().min(MAX_BODY).min(*left);
    *left -= n_kept;
    let is_cut = n_kept < bytes.len();
    bytes.truncate(n_kept);
    (bytes, is_cut)
}

/// A body that gets its name when it is written.
fn unnamed() -> Body {
    Body {
        hash: Text::from(""),
        len: 0,
        is_cut: false,
    }
}

fn body_of(answer: &Value) -> Vec<u8> {
    let body = text(answer, "/body");
    if answer.get("base64Encoded") == Some(&Value::Bool(true)) {
        return BASE64.decode(body).unwrap_or_default();
    }
    body.as_bytes().to_vec()
}

/// The body of a request, if it came along with it.
fn posted(params: &Value) -> Option<Vec<u8>> {
    let entries = params
        .pointer("/request/postDataEntries")
        .and_then(Value::as_array);
    let bytes: Option<Vec<Vec<u8>>> = entries
        .into_iter()
        .flatten()
        .map(|entry| {
            BASE64
                .decode(text(entry, "/bytes"))
                .ok()
                .filter(|bytes| !bytes.is_empty())
        })
        .collect();
    match bytes {
        Some(parts) if !parts.is_empty() => Some(parts.concat()),
        _ => params
            .pointer("/request/postData")
            .and_then(Value::as_str)
            .map(|posted| posted.as_bytes().to_vec()),
    }
}

/// What a request is for, from the browser's word for it.
fn cause(kind: &str) -> &'static str {
    match kind {
        "Document" => "document",
        "Stylesheet" => "stylesheet",
        "Image" => "img",
        "Media" => "media",
        "Font" => "font",
        "Script" => "script",
        "XHR" => "xhr",
        "Fetch" => "fetch",
        "WebSocket" => "websocket",
        "EventSource" => "eventsource",
        "Ping" => "beacon",
        "Manifest" => "manifest",
        "Preflight" => "preflight",
        "CSPViolationReport" => "csp-report",
        "TextTrack" => "track",
        "Prefetch" => "prefetch",
        _ => "other",
    }
}

/// Headers as the browser lists them; those that came more than once, each.
fn headers(object: Option<&Value>) -> Vec<(Text, Text)> {
    let all = object.and_then(Value::as_object).into_iter().flatten();
    all.flat_map(|(name, value)| {
        let values = value.as_str().unwrap_or_default().split('\n');
        values.map(|value| (Text::from(name.as_str()), Text::from(value)))
    })
    .collect()
}

/// Headers as lines.
fn raw(object: Option<&Value>) -> Text {
    let lines = headers(object)
        .into_iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"));
    Text::from(lines.collect::<String>())
}

fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn number(value: &Value, pointer: &str) -> Option<f64> {
    value.pointer(pointer).and_then(Value::as_f64)
}
