//! A client of the engine, and answers of two recordings held against each other.

use std::{
    collections::{BTreeSet, HashMap},
    path::Path,
    sync::Arc,
};

use engine::Engine;
use exporter::{Bound, Plan, export};
use recording::{
    reader::Reader,
    share::LeftOut,
    source::{FileSource, MemorySource},
    verify::verify,
};
use serde_json::{Value, json};

/// The id of what is made.
pub(crate) const ID: &str = "3d1b7c52-9f1e-4c8a-8a77-0d5c1b2e3f40";

/// A sample that is part of the project.
pub(crate) fn sample(name: &str) -> Reader {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../public/samples");
    let file = FileSource::open(folder.join(format!("{name}.playhead"))).unwrap();
    Reader::open(Box::new(file)).unwrap()
}

pub(crate) fn open(file: &[u8]) -> Reader {
    Reader::open(Box::new(MemorySource::from(file.to_vec()))).unwrap()
}

/// A plan that leaves nothing out.
pub(crate) fn all() -> Plan {
    Plan {
        left_out: BTreeSet::new(),
        ..Plan::safe(ID.to_owned(), 1_800_000_000_000.0)
    }
}

/// A plan that leaves out what is named.
pub(crate) fn without(left_out: &[LeftOut]) -> Plan {
    Plan {
        left_out: left_out.iter().copied().collect(),
        ..all()
    }
}

/// A plan for a part.
pub(crate) fn part(begin: Bound, end: Bound) -> Plan {
    Plan {
        begin: Some(begin),
        end: Some(end),
        ..all()
    }
}

/// Carries out a plan, and checks that what came of it is sound.
pub(crate) fn made(reader: &Reader, plan: &Plan) -> Vec<u8> {
    let mut file = Vec::new();
    export(reader, plan, &mut file, &mut |_| true).unwrap();
    let problems = verify(&open(&file));
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(open(&file).warnings(), Vec::<String>::new());
    file
}

/// A session of one recording.
pub(crate) struct Client {
    engine: Engine,
    session: String,
    n_calls: u32,
    /// The parameters of events that came, by method.
    events: Vec<(String, Value)>,
}

impl Client {
    pub(crate) fn of(reader: Reader) -> Self {
        let id = reader.head().recording_id.clone();
        let reader = Arc::new(reader);
        let mut client = Self {
            engine: Engine::new(Box::new(move |_| Ok(reader.clone()))),
            session: String::new(),
            n_calls: 0,
            events: Vec::new(),
        };
        let opened = client.ask("Recording.createSession", json!({ "recordingId": id }));
        client.session = opened["sessionId"].as_str().unwrap().to_owned();
        client
    }

    /// The result of a command, or its error.
    pub(crate) fn try_ask(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let answer = self.send(method, params);
        let answer = answer.unwrap_or_else(|| panic!("{method} was not answered"));
        match answer.get("error") {
            Some(error) => Err(error.clone()),
            None => Ok(answer["result"].clone()),
        }
    }

    /// Sends a command. Some are answered when the session ends.
    fn send(&mut self, method: &str, params: Value) -> Option<Value> {
        self.n_calls += 1;
        let pause_id = params.get("pauseId").cloned();
        let mut request = json!({ "id": self.n_calls, "method": method, "params": params });
        if !self.session.is_empty() {
            request["sessionId"] = json!(self.session);
        }
        if let Some(pause_id) = pause_id {
            request["pauseId"] = pause_id;
        }
        let mut frames = Vec::new();
        self.engine.handle(&request.to_string(), &mut frames).unwrap();
        let mut answer = None;
        loop {
            for frame in std::mem::take(&mut frames) {
                let frame: Value = serde_json::from_str(&frame).unwrap();
                match (frame["id"].as_u64(), frame["method"].as_str()) {
                    (Some(id), _) if id == u64::from(self.n_calls) => answer = Some(frame),
                    (_, Some(event)) => self.events.push((event.to_owned(), frame["params"].clone())),
                    _ => {}
                }
            }
            if !self.engine.poll(&mut frames) && frames.is_empty() {
                break;
            }
        }
        answer
    }

    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Value {
        let answer = self.try_ask(method, params);
        answer.unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// The members of all events of a method that a command sends.
    pub(crate) fn list(&mut self, method: &str, event: &str, member: &str) -> Vec<Value> {
        self.events.clear();
        self.send(method, json!({}));
        let of_event = self.events.iter().filter(|(name, _)| name == event);
        of_event
            .flat_map(|(_, params)| match &params[member] {
                Value::Array(list) => list.clone(),
                other => vec![other.clone()],
            })
            .collect()
    }

    /// All that is seen at a point: frames, scopes, variables, objects two levels deep, the document.
    pub(crate) fn seen_at(&mut self, point: &str) -> Value {
        let seen = self.ask(
            "Session.experimentalCommand",
            json!({ "name": "pauseAt", "params": { "point": point, "scopeCount": 32 } }),
        );
        let seen = seen["rval"].clone();
        let pause_id = seen["pauseId"].clone();
        let mut previews = Vec::new();
        let mut known = BTreeSet::new();
        let mut waiting: Vec<String> = objects_in(&seen);
        for _ in 0..2 {
            for object in std::mem::take(&mut waiting) {
                if known.insert(object.clone()) {
                    let preview = self.try_ask(
                        "Pause.getObjectPreview",
                        json!({ "pauseId": pause_id, "object": object, "level": "full" }),
                    );
                    let preview = preview.unwrap_or_else(|error| error["message"].clone());
                    waiting.extend(objects_in(&preview));
                    previews.push(preview);
                }
            }
        }
        let document = self.try_ask("DOM.getDocument", json!({ "pauseId": pause_id }));
        let nodes = document.as_ref().ok().map(|document| {
            self.ask(
                "DOM.querySelector",
                json!({ "pauseId": pause_id, "node": document["document"], "selector": "body" }),
            )
        });
        let boxes = self.try_ask("DOM.getAllBoundingClientRects", json!({ "pauseId": pause_id }));
        json!({
            "seen": seen,
            "previews": previews,
            "document": document.unwrap_or_else(|error| error["message"].clone()),
            "body": nodes,
            "boxes": boxes.unwrap_or_else(|error| error["message"].clone()),
        })
    }
}

/// The ids of objects in an answer.
fn objects_in(answer: &Value) -> Vec<String> {
    let mut found = Vec::new();
    each_member(answer, &mut |name, value| {
        if name == "object"
            && let Some(id) = value.as_str()
        {
            found.push(id.to_owned());
        }
    });
    found
}

fn each_member(value: &Value, see: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                see(name, value);
                each_member(value, see);
            }
        }
        Value::Array(list) => list.iter().for_each(|value| each_member(value, see)),
        _ => {}
    }
}

/// Ids of frames and scopes are those of each recording: numbered here in the order in which they are met.
pub(crate) fn numbered(answer: &Value) -> Value {
    fn number(value: &Value, name: &str, numbers: &mut HashMap<String, usize>) -> Value {
        match value {
            Value::Object(members) => members
                .iter()
                .map(|(name, value)| (name.clone(), number(value, name, numbers)))
                .collect(),
            Value::Array(list) => list.iter().map(|value| number(value, name, numbers)).collect(),
            Value::String(id)
                if matches!(
                    name,
                    "frameId" | "scopeId" | "pauseId" | "frames" | "scopeChain" | "originalScopeChain"
                ) =>
            {
                let next = numbers.len();
                json!(*numbers.entry(format!("{name} {id}")).or_insert(next))
            }
            other => other.clone(),
        }
    }
    number(answer, "", &mut HashMap::new())
}
