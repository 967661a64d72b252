//! Asks a recording by hand: `ask FILE METHOD [PARAMS [POINT]]` sends one command to a new session, in a pause at POINT
//! if one is given, and prints every frame that comes back. `ask FILE` alone walks through all that a viewer would ask.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a tool for developers"
)]

use std::sync::Arc;

use engine::Engine;
use recording::{reader::Reader, source::FileSource};
use serde_json::{Value, json};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, command @ ..] = &arguments[..] else {
        println!("ask FILE [METHOD [PARAMS [POINT]]]");
        return;
    };
    let mut client = Client::open(file);
    match command {
        [] => client.walk(),
        [method, rest @ ..] => {
            let params = rest
                .first()
                .map_or(json!({}), |params| serde_json::from_str(params).unwrap());
            let pause = rest
                .get(1)
                .map(|point| client.ask("Session.createPause", json!({"point": point}), None));
            let pause_id = pause.map(|created| created["pauseId"].clone());
            if pause_id.is_some() {
                client.ask("Pause.getAllFrames", json!({}), pause_id.as_ref());
            }
            let (events, answer) = client.send(method, params, pause_id.as_ref());
            events.iter().for_each(|event| println!("{event}"));
            println!("{answer}");
        }
    }
}

struct Client {
    engine: Engine,
    session_id: Value,
    n_calls: u64,
}

impl Client {
    fn open(file: &str) -> Self {
        let reader = Arc::new(Reader::open(Box::new(FileSource::open(file).unwrap())).unwrap());
        let engine = Engine::new(Box::new(move |_| Ok(reader.clone())));
        let mut client = Self {
            engine,
            session_id: Value::Null,
            n_calls: 0,
        };
        client.session_id =
            client.ask("Recording.createSession", json!({"recordingId": ""}), None)["sessionId"].clone();
        client
    }

    fn send(&mut self, method: &str, params: Value, pause_id: Option<&Value>) -> (Vec<Value>, Value) {
        self.n_calls += 1;
        let mut request = json!({"id": self.n_calls, "method": method, "params": params});
        if !self.session_id.is_null() {
            request["sessionId"] = self.session_id.clone();
        }
        if let Some(pause_id) = pause_id {
            request["pauseId"] = pause_id.clone();
        }
        let mut frames = Vec::new();
        self.engine.handle(&request.to_string(), &mut frames).unwrap();
        let mut events: Vec<Value> = Vec::new();
        loop {
            events.extend(
                frames
                    .drain(..)
                    .map(|frame| serde_json::from_str::<Value>(&frame).unwrap()),
            );
            if events.last().is_some_and(|event| event["id"] == self.n_calls)
                || !self.engine.poll(&mut frames)
            {
                let answer = events.pop().unwrap_or_default();
                return (events, answer);
            }
        }
    }

    fn ask(&mut self, method: &str, params: Value, pause_id: Option<&Value>) -> Value {
        let (_, answer) = self.send(method, params, pause_id);
        assert!(answer.get("result").is_some(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// Everything a viewer asks for, with counts; then every place that ever ran, held once, frame by frame.
    fn walk(&mut self) {
        for method in [
            "Debugger.findSources",
            "Console.findMessages",
            "Graphics.findPaints",
            "Session.findMouseEvents",
            "Session.findKeyboardEvents",
            "Session.findNavigationEvents",
        ] {
            let (events, answer) = self.send(method, json!({}), None);
            println!("{method}: {} events, {answer}", events.len());
        }
        let (events, _) = self.send("Debugger.findSources", json!({}), None);
        let sources: Vec<Value> = events
            .iter()
            .flat_map(|event| event["params"]["sources"].as_array().unwrap())
            .map(|source| source["sourceId"].clone())
            .collect();
        for source_id in sources {
            self.walk_source(&source_id);
        }
    }

    fn walk_source(&mut self, source_id: &Value) {
        let places = self.ask(
            "Debugger.getPossibleBreakpoints",
            json!({"sourceId": source_id}),
            None,
        );
        let locations = places["lineLocations"].clone();
        let counts = self.ask(
            "Debugger.getHitCounts",
            json!({"sourceId": source_id, "locations": locations}),
            None,
        );
        let (mut n_paused, mut n_frames, mut n_values) = (0, 0, 0);
        for hit in counts["hits"].as_array().unwrap() {
            if hit["hits"] == 0 {
                continue;
            }
            let selector = json!({"kind": "location", "location": hit["location"]});
            let params =
                json!({"findPointsId": "w", "pointSelector": selector, "pointLimits": {"maxCount": 1}});
            let (events, _) = self.send("Session.findPoints", params, None);
            let point = events[0]["params"]["points"][0]["point"].clone();
            n_paused += 1;
            let pause_id = self.ask("Session.createPause", json!({"point": point}), None)["pauseId"].clone();
            let all = self.ask("Pause.getAllFrames", json!({}), Some(&pause_id));
            for frame in all["data"]["frames"].as_array().into_iter().flatten() {
                n_frames += 1;
                for scope in frame["scopeChain"].as_array().unwrap() {
                    let answer = self.ask("Pause.getScope", json!({"scope": scope}), Some(&pause_id));
                    for scope in answer["data"]["scopes"].as_array().into_iter().flatten() {
                        n_values += scope["bindings"].as_array().map_or(0, Vec::len);
                    }
                }
            }
            for step in ["Over", "In", "Out"] {
                self.ask(
                    &format!("Debugger.findStep{step}Target"),
                    json!({"point": point}),
                    None,
                );
            }
            self.ask(
                "Debugger.findReverseStepOverTarget",
                json!({"point": point}),
                None,
            );
        }
        println!("{source_id}: held at {n_paused} places, {n_frames} frames, {n_values} variables");
    }
}
