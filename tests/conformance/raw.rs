//! A connection without the client, to send what no client would. Whatever comes over it must be what the published
//! schema says it may be.

use std::{collections::BTreeSet, sync::LazyLock};

use client::transport::{Frame, Transport};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tests::{schema::Schema, valid::wrongs_of};
use wire::command::{COMMANDS, Scope};

/// Read once: all traffic is held against it.
pub(crate) static SCHEMA: LazyLock<Schema> = LazyLock::new(Schema::load);

/// What a request came to: its result, or code and sentence of its refusal.
pub(crate) type Outcome = Result<Value, (i64, String)>;

pub(crate) struct Raw {
    pub(crate) transport: Transport,
    last_id: i64,
    /// Put into requests of sessions.
    pub(crate) session_id: Value,
    /// Put into requests of pauses.
    pub(crate) pause_id: Value,
    /// Every event that came and was not taken.
    events: Vec<Value>,
    /// The method of every event that ever came.
    pub(crate) told: BTreeSet<String>,
}

impl Raw {
    pub(crate) fn new(transport: Transport) -> Self {
        Self {
            transport,
            last_id: 0,
            session_id: Value::Null,
            pause_id: Value::Null,
            events: Vec::new(),
            told: BTreeSet::new(),
        }
    }

    /// Makes a session of a recording; later requests are of it.
    pub(crate) async fn create_session(&mut self, recording_id: &str) {
        let params = json!({ "recordingId": recording_id });
        let created = self.call("Recording.createSession", params).await;
        self.session_id = created.expect("a session")["sessionId"].clone();
    }

    pub(crate) async fn send(&mut self, frame: Frame) {
        self.transport.outgoing.send(frame).await.expect("it is open");
    }

    /// The next message, whichever it is.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        let frame = self.transport.incoming.next().await?.ok()?;
        let message: Value = serde_json::from_str(frame.as_text().expect("text")).expect("JSON");
        if message.get("method").is_some() {
            let wrongs = wrongs_of(&SCHEMA, &message, None);
            assert!(wrongs.is_empty(), "{wrongs:?} in {message}");
        }
        Some(message)
    }

    /// Sends a request with more fields beside the usual, and gives the whole answer.
    pub(crate) async fn ask(&mut self, method: &str, params: Value, more: Value) -> Value {
        self.begin(method, params, more).await;
        self.answer(method).await
    }

    /// Sends a request with the ids of its scope.
    pub(crate) async fn call(&mut self, method: &str, params: Value) -> Outcome {
        let answer = self.ask(method, params, self.ids(method)).await;
        outcome(&answer)
    }

    /// Sends a request with the ids of its scope, and a binary frame after it.
    pub(crate) async fn call_with_bytes(&mut self, method: &str, params: Value, bytes: Vec<u8>) -> Outcome {
        self.begin(method, params, self.ids(method)).await;
        self.send(Frame::Binary(bytes)).await;
        outcome(&self.answer(method).await)
    }

    /// Sends a request and waits for an event instead of its answer; false if the answer comes first.
    pub(crate) async fn call_until(&mut self, method: &str, event: &str) -> bool {
        self.begin(method, json!({}), self.ids(method)).await;
        while let Some(message) = self.next().await {
            if message["id"] == self.last_id {
                return false;
            }
            let is_it = message["method"] == event;
            self.keep(message);
            if is_it {
                return true;
            }
        }
        false
    }

    /// All events that came since they were last taken.
    pub(crate) fn take_events(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.events)
    }

    fn ids(&self, method: &str) -> Value {
        let scope = COMMANDS.iter().find(|command| command.method == method);
        match scope.map(|command| command.scope) {
            Some(Scope::Session) => json!({ "sessionId": self.session_id }),
            Some(Scope::Pause) => json!({ "sessionId": self.session_id, "pauseId": self.pause_id }),
            Some(Scope::None) | None => json!({}),
        }
    }

    async fn begin(&mut self, method: &str, params: Value, more: Value) {
        self.last_id += 1;
        let mut request = json!({ "id": self.last_id, "method": method, "params": params });
        for (name, value) in more.as_object().into_iter().flatten() {
            request[name] = value.clone();
        }
        self.send(Frame::Text(request.to_string())).await;
    }

    async fn answer(&mut self, method: &str) -> Value {
        loop {
            let message = self.next().await;
            let message = message.unwrap_or_else(|| panic!("{method} ended the connection"));
            if message["id"] == self.last_id {
                let is_known = COMMANDS.iter().any(|command| command.method == method);
                let wrongs = wrongs_of(&SCHEMA, &message, is_known.then_some(method));
                assert!(wrongs.is_empty(), "{wrongs:?} in {message}");
                return message;
            }
            self.keep(message);
        }
    }

    fn keep(&mut self, message: Value) {
        if let Some(method) = message["method"].as_str() {
            self.told.insert(method.to_owned());
            self.events.push(message);
        }
    }
}

fn outcome(answer: &Value) -> Outcome {
    match answer.get("error") {
        None => Ok(answer["result"].clone()),
        Some(error) => Err((
            error["code"].as_i64().unwrap_or_default(),
            error["message"].as_str().unwrap_or_default().to_owned(),
        )),
    }
}
