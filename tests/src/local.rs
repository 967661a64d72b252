//! A recording opened by an engine in this process, spoken to in the protocol's own messages.

use std::sync::Arc;

use engine::Engine;
use recording::reader::Reader;
use serde_json::{Value, json};

/// One session of one recording.
pub struct LocalSession {
    engine: Engine,
    session_id: String,
    last_id: u64,
    events: Vec<Value>,
}

impl LocalSession {
    /// Opens the recording and creates a session.
    ///
    /// # Errors
    /// The engine's refusal, in its words.
    pub fn open(reader: Reader) -> Result<Self, String> {
        Self::of(Arc::new(reader))
    }

    /// As [`Self::open`], of a reader that others have too.
    ///
    /// # Errors
    /// The engine's refusal, in its words.
    pub fn of(reader: Arc<Reader>) -> Result<Self, String> {
        let recording_id = reader.head().recording_id.clone();
        let engine = Engine::new(Box::new(move |_| Ok(reader.clone())));
        let mut session = Self {
            engine,
            session_id: String::new(),
            last_id: 0,
            events: Vec::new(),
        };
        let created = session.send(
            "Recording.createSession",
            json!({ "recordingId": recording_id }),
            None,
        )?;
        session.session_id = text(&created["sessionId"])?;
        Ok(session)
    }

    /// Sends a command of the session, and returns its result.
    ///
    /// # Errors
    /// The engine's refusal, with the command.
    pub fn call(&mut self, method: &str, params: Value) -> Result<Value, String> {
        self.send(method, params, None)
    }

    /// Sends a command of a pause, and returns its result.
    ///
    /// # Errors
    /// The engine's refusal, with the command.
    pub fn call_in(&mut self, pause_id: &str, method: &str, params: Value) -> Result<Value, String> {
        self.send(method, params, Some(pause_id))
    }

    /// The parameters of all events of a method since they were last taken.
    pub fn take_events(&mut self, method: &str) -> Vec<Value> {
        let (taken, kept) = std::mem::take(&mut self.events)
            .into_iter()
            .partition(|event| event["method"] == method);
        self.events = kept;
        taken
            .into_iter()
            .map(|mut event: Value| event["params"].take())
            .collect()
    }

    /// Lets the engine read on in the recording until it has read all it wants.
    pub fn load(&mut self) {
        let mut frames = Vec::new();
        while self.engine.poll(&mut frames) {}
        self.events
            .extend(frames.iter().filter_map(|frame| serde_json::from_str(frame).ok()));
    }

    fn send(&mut self, method: &str, params: Value, pause_id: Option<&str>) -> Result<Value, String> {
        self.last_id += 1;
        let mut request = json!({ "id": self.last_id, "method": method, "params": params });
        if !self.session_id.is_empty() {
            request["sessionId"] = json!(self.session_id);
        }
        if let Some(pause_id) = pause_id {
            request["pauseId"] = json!(pause_id);
        }
        let mut frames = Vec::new();
        self.engine
            .handle(&request.to_string(), &mut frames)
            .map_err(|error| format!("{method}: {error}"))?;
        let mut result = self.take_answer(method, &mut frames)?;
        // An answer may wait for parts of the recording that are still to be read.
        while result.is_none() {
            let has_more = self.engine.poll(&mut frames);
            result = self.take_answer(method, &mut frames)?;
            if !has_more && result.is_none() {
                return Err(format!("{method} {}: no answer came", request["params"]));
            }
        }
        result.ok_or_else(|| format!("{method}: no answer came"))
    }

    fn take_answer(&mut self, method: &str, frames: &mut Vec<String>) -> Result<Option<Value>, String> {
        let mut answer = None;
        for frame in frames.drain(..) {
            let mut message: Value =
                serde_json::from_str(&frame).map_err(|error| format!("{method}: {error} in {frame}"))?;
            if message["id"] == self.last_id {
                answer = Some(match message.get("error") {
                    Some(error) => Err(format!("{method}: {error}")),
                    None => Ok(message["result"].take()),
                });
            } else {
                self.events.push(message);
            }
        }
        answer.transpose()
    }
}

fn text(value: &Value) -> Result<String, String> {
    value
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| format!("expected a string, found {value}"))
}
