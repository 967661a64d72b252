//! What the targets that need a recording ask about: the sample with the to-do list, and a session paused in its middle.

use std::sync::{Arc, OnceLock};

use engine::{Additions, Engine};
use recording::{reader::Reader, source::MemorySource};
use serde_json::{Value, json};
use wire::command::{COMMANDS, Scope};

static SAMPLE: &[u8] = include_bytes!("../../public/samples/todo.playhead");

/// A session of the sample, with a pause somewhere in the middle.
pub struct Paused {
    pub engine: Engine,
    pub session_id: Value,
    pub pause_id: Value,
    /// Where it is.
    pub point: Value,
    /// The youngest frame of the pause.
    pub frame_id: Value,
    pub recording_id: String,
    /// What the engine said last.
    pub frames: Vec<String>,
    last_id: u64,
}

/// Opened once: readers are shared.
pub fn reader() -> &'static Arc<Reader> {
    static READER: OnceLock<Arc<Reader>> = OnceLock::new();
    READER.get_or_init(|| {
        let source = MemorySource::from(SAMPLE.to_vec());
        Arc::new(Reader::open(Box::new(source)).expect("the sample is a recording"))
    })
}

impl Paused {
    /// `resource` is what any proof is taken to prove.
    pub fn new(resource: String) -> Self {
        let additions = Additions::new(Box::new(move |_| Ok(resource.clone())));
        let engine = Engine::new(Box::new(|_| Ok(reader().clone()))).with_additions(Arc::new(additions));
        let mut paused = Self {
            engine,
            session_id: Value::Null,
            pause_id: Value::Null,
            point: Value::Null,
            frame_id: Value::Null,
            recording_id: reader().head().recording_id.clone(),
            frames: Vec::new(),
            last_id: 0,
        };
        paused.open();
        paused
    }

    /// A new session, which sees what was added to the recording.
    pub fn open(&mut self) {
        let created = self.ask(
            "Recording.createSession",
            json!({ "recordingId": self.recording_id }),
        );
        self.session_id = created["sessionId"].clone();
    }

    /// Stops where the program was in the middle of the recording.
    pub fn pause(&mut self) {
        let end = self.ask("Session.getEndpoint", json!({}));
        let time = end["endpoint"]["time"].as_f64().unwrap_or_default() / 2.0;
        let near = self.ask("Session.getPointNearTime", json!({ "time": time }));
        let point = near["point"]["point"].clone();
        let target = self.ask("Debugger.findStepInTarget", json!({ "point": point }));
        let point = match &target["target"]["point"] {
            Value::Null => point,
            point => point.clone(),
        };
        let pause = self.ask("Session.createPause", json!({ "point": point }));
        self.pause_id = pause["pauseId"].clone();
        self.point = point;
        let frames = self.ask("Pause.getAllFrames", json!({}));
        self.frame_id = frames["frames"][0].clone();
    }

    /// Sends a request with the ids of its scope, lets the engine read on a little, and gives the result, if one came.
    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        self.last_id += 1;
        let mut request = json!({ "id": self.last_id, "method": method, "params": params });
        let scope = COMMANDS
            .iter()
            .find(|command| command.method == method)
            .map(|command| command.scope);
        if matches!(scope, Some(Scope::Session | Scope::Pause)) {
            request["sessionId"] = self.session_id.clone();
        }
        if scope == Some(Scope::Pause) {
            request["pauseId"] = self.pause_id.clone();
        }
        self.frames.clear();
        self.engine
            .handle(&request.to_string(), &mut self.frames)
            .expect("it is a request");
        for _ in 0..100 {
            if !self.engine.poll(&mut self.frames) {
                break;
            }
        }
        for frame in self.frames.drain(..) {
            let message: Value = serde_json::from_str(&frame).expect("the engine sends JSON");
            if message["id"] == self.last_id {
                assert_ne!(
                    message["error"]["code"], 1,
                    "{method}: the engine is at fault: {message}"
                );
                return message["result"].clone();
            }
        }
        Value::Null
    }
}
