//! What the viewer and the service said to each other: kept within bounds, paired, counted, and found out which questions
//! were asked twice.
//!
//! Nothing here formats a payload: it is kept as it went over the line, until somebody looks at it. Long by its tests.

use std::{
    collections::{HashMap, VecDeque},
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use wire::{
    command::COMMANDS,
    envelope::{CallId, Incoming, Request},
};

/// Exchanges that are kept; older ones are only counted.
const MAX_ENTRIES: usize = 4_000;
/// Bytes of payloads that are kept, and of one; of others only the size is known. A few hundred steps' worth: what is held
/// here is the greater part of what a long session holds.
const MAX_BYTES: usize = 4 << 20;
const MAX_PAYLOAD: usize = 256 << 10;
/// Questions that are remembered to tell when one is asked again.
const MAX_QUESTIONS: usize = 20_000;

/// What an entry of the log is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A request, with its answer once there is one.
    Request,
    /// An event of the service.
    Event,
    /// Something that happened to the connection.
    Note,
}

/// How a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is not answered.
    Pending,
    /// It was answered.
    Answered,
    /// It was refused.
    Failed,
    /// The connection ended before it was answered.
    Lost,
}

/// One line of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Counts the entries from 1.
    pub number: u64,
    /// What it is.
    pub kind: Kind,
    /// The method, or the words of a note.
    pub name: Arc<str>,
    /// What part of the viewer asked.
    pub asked_by: &'static str,
    /// When it left or came, in ms since the page was opened.
    pub time_ms: f64,
    /// How long the answer took, in ms.
    pub took_ms: Option<f64>,
    /// How it stands.
    pub outcome: Outcome,
    /// Bytes that left.
    pub n_out: usize,
    /// Bytes that came.
    pub n_in: usize,
    /// The number of the request that asked the same before.
    pub same_as: Option<u64>,
    /// The message that left, if it is kept.
    pub request: Option<Arc<str>>,
    /// The message that came, if it is kept.
    pub answer: Option<Arc<str>>,
}

/// What all entries come to, those that are no longer kept included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Requests made.
    pub n_requests: u64,
    /// Requests that asked what had been asked.
    pub n_twice: u64,
    /// Requests that were refused.
    pub n_failed: u64,
    /// Events that came.
    pub n_events: u64,
    /// Bytes that left.
    pub n_out: u64,
    /// Bytes that came.
    pub n_in: u64,
    /// Entries that are no longer kept.
    pub n_dropped: u64,
}

/// Which line of which connection, as the answer has it.
type CallKey = (u32, CallId);

/// The log.
#[derive(Debug, Default)]
pub struct Log {
    entries: VecDeque<Arc<Entry>>,
    next: u64,
    connection: u32,
    pending: HashMap<CallKey, u64>,
    questions: HashMap<u64, u64>,
    /// The question that made each pause, to be forgotten with it.
    pauses: HashMap<String, u64>,
    /// The question of each request for a pause that is under way.
    pausing: HashMap<u64, u64>,
    totals: Totals,
    n_payload: usize,
}

impl Log {
    /// The entries that are kept, oldest first.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = &Arc<Entry>> + DoubleEndedIterator {
        self.entries.iter()
    }

    /// What they come to.
    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// Another connection has been opened; its ids are its own.
    pub fn connect(&mut self) {
        self.connection += 1;
        self.questions.clear();
        self.pauses.clear();
    }

    /// A message leaves.
    pub fn sent(&mut self, now_ms: f64, asked_by: &'static str, text: &str) {
        let Ok(request) = Request::decode(text) else {
            return;
        };
        let method = &*request.method;
        let question = question(&request);
        if matches!(method, "Session.requestFocusWindow" | "Session.requestFocusRange") {
            // What is in focus decides about most answers, so all may be asked anew.
            self.questions.clear();
        }
        if method == "Session.releasePause"
            && let Some(id) = text_field(request.params.get(), "pauseId")
            && let Some(made_by) = self.pauses.remove(id)
        {
            self.questions.remove(&made_by);
        }
        let is_repeatable = COMMANDS
            .iter()
            .any(|command| command.method == method && command.repeatable);
        let number = self.next + 1;
        let mut same_as = None;
        if is_repeatable {
            if self.questions.len() >= MAX_QUESTIONS {
                self.questions.clear();
            }
            same_as = self.questions.get(&question).copied();
            self.questions.entry(question).or_insert(number);
        }
        if method == "Session.createPause" {
            self.pausing.insert(number, question);
        }
        self.totals.n_requests += 1;
        self.totals.n_twice += u64::from(same_as.is_some());
        self.totals.n_out += text.len() as u64;
        self.pending.insert((self.connection, request.id.clone()), number);
        let name = Arc::from(method);
        let request = self.payload(text);
        self.push(Entry {
            number,
            kind: Kind::Request,
            name,
            asked_by,
            time_ms: now_ms,
            took_ms: None,
            outcome: Outcome::Pending,
            n_out: text.len(),
            n_in: 0,
            same_as,
            request,
            answer: None,
        });
    }

    /// A message comes.
    pub fn received(&mut self, now_ms: f64, text: &str) {
        self.totals.n_in += text.len() as u64;
        match glance(text) {
            Some(Glance::Answer { id, is_error }) => self.answered(now_ms, &id, is_error, text),
            Some(Glance::Event { method }) => {
                self.totals.n_events += 1;
                let answer = self.payload(text);
                let (number, name) = (self.next + 1, method.into());
                self.push(Entry {
                    number,
                    kind: Kind::Event,
                    name,
                    asked_by: "",
                    time_ms: now_ms,
                    took_ms: None,
                    outcome: Outcome::Answered,
                    n_out: 0,
                    n_in: text.len(),
                    same_as: None,
                    request: None,
                    answer,
                });
            }
            None => self.note(now_ms, "a message that is not the protocol's", Outcome::Failed),
        }
    }

    /// Something happened to the connection.
    pub fn note(&mut self, now_ms: f64, words: &str, outcome: Outcome) {
        let (number, name) = (self.next + 1, words.into());
        self.push(Entry {
            number,
            kind: Kind::Note,
            name,
            asked_by: "",
            time_ms: now_ms,
            took_ms: None,
            outcome,
            n_out: 0,
            n_in: 0,
            same_as: None,
            request: None,
            answer: None,
        });
    }

    /// The connection ended: what waits for an answer gets none.
    pub fn closed(&mut self, now_ms: f64, reason: &str) {
        for number in std::mem::take(&mut self.pending).into_values() {
            if let Some(entry) = self.entry_mut(number) {
                entry.outcome = Outcome::Lost;
            }
        }
        self.pausing.clear();
        self.note(now_ms, reason, Outcome::Lost);
    }

    /// Forgets the entries; what was asked stays known.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.n_payload = 0;
        self.totals = Totals::default();
    }

    fn answered(&mut self, now_ms: f64, id: &CallId, is_error: bool, text: &str) {
        let Some(number) = self.pending.remove(&(self.connection, id.clone())) else {
            return;
        };
        self.totals.n_failed += u64::from(is_error);
        if let Some(question) = self.pausing.remove(&number)
            && let Some(id) = text_field(text, "pauseId")
        {
            self.pauses.insert(id.to_owned(), question);
        }
        let answer = self.payload(text);
        if let Some(entry) = self.entry_mut(number) {
            entry.took_ms = Some((now_ms - entry.time_ms).max(0.0));
            entry.outcome = if is_error {
                Outcome::Failed
            } else {
                Outcome::Answered
            };
            entry.n_in += text.len();
            entry.answer = answer;
        } else if let Some(answer) = answer {
            self.n_payload -= answer.len();
        }
    }

    /// An entry that is kept.
    fn entry_mut(&mut self, number: u64) -> Option<&mut Entry> {
        let first = self.entries.front()?.number;
        let at = usize::try_from(number.checked_sub(first)?).ok()?;
        self.entries.get_mut(at).map(Arc::make_mut)
    }

    fn payload(&mut self, text: &str) -> Option<Arc<str>> {
        let is_kept = text.len() <= MAX_PAYLOAD;
        self.n_payload += if is_kept { text.len() } else { 0 };
        is_kept.then(|| Arc::from(text))
    }

    fn push(&mut self, entry: Entry) {
        self.next = entry.number;
        self.entries.push_back(Arc::new(entry));
        while self.entries.len() > MAX_ENTRIES {
            if let Some(oldest) = self.entries.pop_front() {
                self.totals.n_dropped += 1;
                self.n_payload -= n_kept(&oldest);
            }
        }
        let mut at = 0;
        while self.n_payload > MAX_BYTES && at < self.entries.len() {
            if let Some(entry) = self.entries.get_mut(at).filter(|entry| n_kept(entry) > 0) {
                self.n_payload -= n_kept(entry);
                let entry = Arc::make_mut(entry);
                (entry.request, entry.answer) = (None, None);
            }
            at += 1;
        }
    }
}

/// Bytes of payloads of an entry that are kept.
fn n_kept(entry: &Entry) -> usize {
    [&entry.request, &entry.answer]
        .into_iter()
        .flatten()
        .map(|payload| payload.len())
        .sum()
}

/// What a message is, as far as its beginning says.
#[derive(Debug, PartialEq)]
enum Glance<'t> {
    Answer { id: CallId, is_error: bool },
    Event { method: &'t str },
}

/// Looks at how a message begins; reads all of it only if it begins otherwise than servers write it.
fn glance(text: &str) -> Option<Glance<'_>> {
    if let Some(rest) = text.strip_prefix("{\"id\":") {
        let n_digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = rest.split_at(n_digits);
        if let Ok(number) = digits.parse::<i64>() {
            let id = CallId::Number(number);
            if rest.starts_with(",\"result\":") {
                return Some(Glance::Answer { id, is_error: false });
            }
            if rest.starts_with(",\"error\":") {
                return Some(Glance::Answer { id, is_error: true });
            }
        }
    }
    if let Some(rest) = text.strip_prefix("{\"method\":\"")
        && let Some((method, _)) = rest.split_once('"')
        && !method.contains('\\')
    {
        return Some(Glance::Event { method });
    }
    match Incoming::decode(text).ok()? {
        Incoming::Response(response) => Some(Glance::Answer {
            id: response.id,
            is_error: response.outcome.is_err(),
        }),
        Incoming::Event(event) => {
            // The text of the method, wherever it stands in the message.
            let at = text.find(&*event.method)?;
            let method = text.get(at..at + event.method.len())?;
            Some(Glance::Event { method })
        }
    }
}

/// What a request asks, whatever its number and the names it gives its events.
fn question(request: &Request<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    request.method.hash(&mut hasher);
    request.session_id.hash(&mut hasher);
    request.pause_id.hash(&mut hasher);
    let mut params = request.params.get();
    for name in ["findPointsId", "runEvaluationId", "searchId"] {
        if let Some(id) = text_field(params, name) {
            let (before, after) = params.split_at(id.as_ptr() as usize - params.as_ptr() as usize);
            before.hash(&mut hasher);
            params = after.get(id.len()..).unwrap_or_default();
        }
    }
    params.hash(&mut hasher);
    hasher.finish()
}

/// The text of a field of a message, by its name; a part of `message`. For fields whose texts have no quotes in them.
fn text_field<'m>(message: &'m str, name: &str) -> Option<&'m str> {
    let mut rest = message;
    loop {
        let (_, after) = rest.split_once(name)?;
        if let Some(value) = after.strip_prefix("\":\"") {
            return value.split_once('"').map(|(value, _)| value);
        }
        rest = after;
    }
}

/// What narrows the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Words that must all stand in the method or in what asked; with a minus, must not.
    pub text: String,
    /// Only entries of this kind.
    pub kind: Option<Kind>,
    /// Only what failed.
    pub is_failed_only: bool,
    /// Only what was asked twice.
    pub is_twice_only: bool,
}

/// Whether the filter lets an entry through.
pub fn matches(filter: &Filter, entry: &Entry) -> bool {
    let is_failed = matches!(entry.outcome, Outcome::Failed | Outcome::Lost);
    filter.kind.is_none_or(|kind| kind == entry.kind)
        && (!filter.is_failed_only || is_failed)
        && (!filter.is_twice_only || entry.same_as.is_some())
        && filter.text.split_whitespace().all(|word| {
            let word = word.to_lowercase();
            let has = |word: &str| entry.name.to_lowercase().contains(word) || entry.asked_by.contains(word);
            match word.strip_prefix('-').filter(|word| !word.is_empty()) {
                Some(word) => !has(word),
                None => has(&word),
            }
        })
}

/// An entry as one line of JSON, with its messages as they went over the line.
pub fn json_line(entry: &Entry) -> String {
    let string = |text: &str| serde_json::Value::from(text).to_string();
    let kind = match entry.kind {
        Kind::Request => "request",
        Kind::Event => "event",
        Kind::Note => "note",
    };
    let mut line = format!(
        "{{\"n\":{},\"kind\":\"{kind}\",\"name\":{},\"timeMs\":{:.1}",
        entry.number,
        string(&entry.name),
        entry.time_ms
    );
    if !entry.asked_by.is_empty() {
        line += &format!(",\"askedBy\":{}", string(entry.asked_by));
    }
    if let Some(took) = entry.took_ms {
        line += &format!(",\"tookMs\":{took:.1}");
    }
    if let Some(same_as) = entry.same_as {
        line += &format!(",\"sameAs\":{same_as}");
    }
    line += &format!(",\"bytesOut\":{},\"bytesIn\":{}", entry.n_out, entry.n_in);
    for (name, payload) in [("sent", &entry.request), ("received", &entry.answer)] {
        if let Some(payload) = payload {
            // Both were read as JSON before they came here, and a line break in one would end the line.
            line += &format!(",\"{name}\":{}", payload.replace(['\n', '\r'], " "));
        }
    }
    line.push('}');
    line
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
    use super::*;

    fn ask(log: &mut Log, id: u32, method: &str, params: &str) {
        log.sent(
            f64::from(id),
            "test",
            &format!(r#"{{"id":{id},"method":"{method}","params":{params},"sessionId":"s"}}"#),
        );
    }

    fn same(log: &Log) -> Vec<Option<u64>> {
        log.entries().map(|entry| entry.same_as).collect()
    }

    #[test]
    fn an_answer_is_put_to_its_request() {
        let mut log = Log::default();
        log.connect();
        ask(&mut log, 1, "Session.getEndpoint", "{}");
        ask(&mut log, 2, "Session.createPause", r#"{"point":"5"}"#);
        log.received(
            3.0,
            r#"{"method":"Session.mouseEvents","params":{},"sessionId":"s"}"#,
        );
        log.received(4.0, r#"{"id":2,"error":{"code":5,"message":"no"}}"#);
        log.received(9.0, r#"{ "result": {}, "id": 1 }"#);
        log.received(9.5, r#"{"id":77,"result":{}}"#);
        log.received(9.6, "nonsense");
        ask(&mut log, 3, "Network.findRequests", "{}");
        log.closed(10.0, "gone");
        let told: Vec<_> = log
            .entries()
            .map(|entry| (entry.name.to_string(), entry.outcome, entry.took_ms))
            .collect();
        assert_eq!(
            told,
            [
                ("Session.getEndpoint".to_owned(), Outcome::Answered, Some(8.0)),
                ("Session.createPause".to_owned(), Outcome::Failed, Some(2.0)),
                ("Session.mouseEvents".to_owned(), Outcome::Answered, None),
                (
                    "a message that is not the protocol's".to_owned(),
                    Outcome::Failed,
                    None
                ),
                ("Network.findRequests".to_owned(), Outcome::Lost, None),
                ("gone".to_owned(), Outcome::Lost, None),
            ]
        );
        let Totals {
            n_requests,
            n_failed,
            n_events,
            ..
        } = log.totals();
        assert_eq!((n_requests, n_failed, n_events), (3, 1, 1));
    }

    #[test]
    fn a_question_asked_again_is_marked_unless_something_changed() {
        let mut log = Log::default();
        log.connect();
        let find = |id: u32, line: u32| {
            format!(r#"{{"findPointsId":"{id}","pointSelector":{{"kind":"location","line":{line}}}}}"#)
        };
        ask(&mut log, 1, "Session.findPoints", &find(1, 7));
        ask(&mut log, 2, "Session.findPoints", &find(2, 7));
        ask(&mut log, 3, "Session.findPoints", &find(3, 8));
        assert_eq!(same(&log), [None, Some(1), None]);
        // A pause that was let go may be made again.
        ask(&mut log, 4, "Session.createPause", r#"{"point":"5"}"#);
        log.received(5.0, r#"{"id":4,"result":{"pauseId":"p1"}}"#);
        ask(&mut log, 5, "Session.releasePause", r#"{"pauseId":"p1"}"#);
        ask(&mut log, 6, "Session.createPause", r#"{"point":"5"}"#);
        ask(&mut log, 7, "Session.createPause", r#"{"point":"5"}"#);
        assert_eq!(same(&log)[3..], [None, None, None, Some(6)]);
        ask(&mut log, 8, "Session.requestFocusWindow", r#"{"request":{}}"#);
        ask(&mut log, 9, "Session.findPoints", &find(9, 7));
        assert_eq!(same(&log).last(), Some(&None));
        log.connect();
        ask(&mut log, 1, "Session.findPoints", &find(9, 7));
        assert_eq!(log.totals().n_twice, 2);
    }

    #[test]
    fn only_so_much_is_kept_and_all_is_counted() {
        let mut log = Log::default();
        let event = |size: usize| {
            format!(
                r#"{{"method":"Graphics.paintPoints","params":{{"x":"{}"}}}}"#,
                "x".repeat(size)
            )
        };
        log.received(0.0, &event(MAX_PAYLOAD));
        assert_eq!(log.entries().next().unwrap().answer, None);
        for _ in 0..200 {
            log.received(0.0, &event(MAX_PAYLOAD / 2));
        }
        assert!(log.n_payload <= MAX_BYTES);
        assert_eq!(
            log.n_payload,
            log.entries().map(|entry| n_kept(entry)).sum::<usize>()
        );
        assert!(log.entries().last().unwrap().answer.is_some());
        for _ in 0..MAX_ENTRIES {
            log.received(0.0, &event(0));
        }
        assert_eq!((log.entries().len(), log.totals().n_dropped), (MAX_ENTRIES, 201));
        assert_eq!(log.totals().n_events as usize, MAX_ENTRIES + 201);
        log.clear();
        assert_eq!((log.entries().len(), log.n_payload), (0, 0));
    }

    #[test]
    fn a_line_is_json_again() {
        let mut log = Log::default();
        ask(&mut log, 1, "Session.getEndpoint", "{}");
        log.received(4.0, "{\"id\":1,\"result\":{\"a\":\n1}}");
        let line = json_line(log.entries().next().unwrap());
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(value["received"]["result"]["a"], 1);
        assert_eq!(
            (line.lines().count(), value["askedBy"].as_str()),
            (1, Some("test"))
        );
        let filter = |text: &str| Filter {
            text: text.to_owned(),
            ..Filter::default()
        };
        let entry = Arc::clone(log.entries().next().unwrap());
        assert!(matches(&filter("endpoint test"), &entry));
        assert!(!matches(&filter("-endpoint"), &entry));
    }
}
