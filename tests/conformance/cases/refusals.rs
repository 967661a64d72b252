//! What cannot be done is refused, by name, and does no harm.

use serde_json::{Value, json};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use client::transport::{Frame, Transport};
use futures::{SinkExt, StreamExt};
use wire::command::{COMMANDS, CommandInfo, Scope};

use crate::{hosts::Sample, subject::Subject};

pub(crate) fn wants(_sample: &Sample) -> bool {
    true
}

/// A connection without the client, to send what no client would.
struct Raw {
    transport: Transport,
    last_id: i64,
    session_id: String,
}

impl Raw {
    async fn open(subject: &Subject) -> Self {
        let transport = subject.host.connect().await;
        let mut raw = Self {
            transport,
            last_id: 0,
            session_id: String::new(),
        };
        let params = json!({ "recordingId": subject.sample.id });
        let created = raw
            .ask("Recording.createSession", Cow::Owned(params), json!({}))
            .await;
        raw.session_id = created["result"]["sessionId"]
            .as_str()
            .expect("a session")
            .to_owned();
        raw
    }

    async fn send(&mut self, text: String) {
        self.transport
            .outgoing
            .send(Frame::Text(text))
            .await
            .expect("it is open");
    }

    /// Sends a request with more fields beside the usual, and gives the answer, whichever it is.
    async fn ask(&mut self, method: &str, params: Cow<'_, Value>, more: Value) -> Value {
        self.last_id += 1;
        let mut request = json!({ "id": self.last_id, "method": method, "params": params });
        for (name, value) in more.as_object().into_iter().flatten() {
            request[name] = value.clone();
        }
        self.send(request.to_string()).await;
        loop {
            let frame = self
                .transport
                .incoming
                .next()
                .await
                .unwrap_or_else(|| panic!("{method} ended the connection"));
            let frame = frame.unwrap_or_else(|reason| panic!("{method}: {reason}"));
            let message: Value = serde_json::from_str(frame.as_text().expect("text")).expect("JSON");
            if message["id"] == self.last_id {
                return message;
            }
        }
    }

    async fn ask_in_session(&mut self, method: &str, params: Value) -> Value {
        let session = json!({ "sessionId": self.session_id });
        self.ask(method, Cow::Owned(params), session).await
    }
}

/// Parameters that fit any command well enough to get beyond their decoding.
async fn fitting(raw: &mut Raw, subject: &Subject) -> (Value, String) {
    let point = subject.sample_points(3).await.remove(0).point;
    let created = raw
        .ask_in_session("Session.createPause", json!({ "point": point }))
        .await;
    let pause_id = created["result"]["pauseId"].as_str().expect("a pause").to_owned();
    let script = subject.scripts().await.remove(0).source_id;
    let params = json!({
        "point": point, "time": 1, "pauseId": pause_id, "sessionId": "nobody's", "recordingId": "nobody's",
        "sourceId": script, "location": { "sourceId": script, "line": 1, "column": 0 }, "locations": [],
        "expression": "1", "name": "x", "query": "x", "kind": "x", "accessToken": "x", "searchId": "x",
        "findPointsId": "x", "runEvaluationId": "x", "pointSelector": { "kind": "points", "points": [point] },
        "maxCount": 1, "range": { "begin": point, "end": point }, "request": {}, "mimeType": "image/jpeg",
        "eventType": "x", "eventTypes": [], "breakpointId": "x", "object": "x", "objects": [], "scope": "x",
        "frameId": "x", "node": "x", "selector": "x", "id": "x", "thisValue": {}, "argumentValues": [],
        "baseURL": "x", "parentId": "x", "parentOffset": 0, "resource": { "token": "x", "saltedHash": "x" },
    });
    (params, pause_id)
}

pub(crate) async fn every_command_is_answered(subject: &Subject) {
    let mut raw = Raw::open(subject).await;
    let (params, pause_id) = fitting(&mut raw, subject).await;
    let mut refused = BTreeMap::new();
    for CommandInfo { method, scope, .. } in COMMANDS {
        if method.starts_with("Session.listenFor") {
            continue; // Not answered while the session lives.
        }
        let mut params = params.clone();
        if *method == "Session.requestFocusRange" || method.starts_with("Network.") {
            params["range"] = json!({});
        }
        if *method == "Session.releasePause" {
            params["pauseId"] = json!("nobody's");
        }
        let ids = match scope {
            Scope::None => json!({}),
            Scope::Session => json!({ "sessionId": raw.session_id }),
            Scope::Pause => json!({ "sessionId": raw.session_id, "pauseId": pause_id }),
        };
        let answer = raw.ask(method, Cow::Owned(params), ids).await;
        match answer.get("error") {
            None => assert!(answer["result"].is_object(), "{answer}"),
            Some(error) => {
                let message = error["message"].as_str().unwrap_or_default().to_owned();
                assert!(
                    error["code"].as_i64().is_some_and(|code| code > 0),
                    "{method}: {error}"
                );
                assert!(!message.is_empty(), "{method} is refused without a word");
                assert_ne!(error["code"], 1, "{method}: the server is at fault: {message}");
                refused.insert(*method, message);
            }
        }
    }
    // Without these no viewer works; everything else may be refused where a recording does not have it.
    let needed: BTreeSet<&str> = [
        "Console.findMessages",
        "Console.findMessagesInRange",
        "Debugger.findSources",
        "Debugger.findStepOverTarget",
        "Debugger.findReverseStepOverTarget",
        "Debugger.findStepInTarget",
        "Debugger.findStepOutTarget",
        "Debugger.getHitCounts",
        "Debugger.getMappedLocation",
        "Debugger.getPossibleBreakpoints",
        "Debugger.getSourceContents",
        "Debugger.streamSourceContents",
        "Graphics.findPaints",
        "Graphics.getDevicePixelRatio",
        "Pause.getAllFrames",
        "Pause.getExceptionValue",
        "Pause.getTopFrame",
        "Session.createPause",
        "Session.ensureProcessed",
        "Session.findKeyboardEvents",
        "Session.findMouseEvents",
        "Session.findNavigationEvents",
        "Session.findPoints",
        "Session.getBuildId",
        "Session.getEndpoint",
        "Session.getFocusWindow",
        "Session.getPointFrameSteps",
        "Session.getPointNearTime",
        "Session.getPointStack",
        "Session.getPointsBoundingTime",
        "Session.requestFocusRange",
        "Session.requestFocusWindow",
    ]
    .into();
    let missing: Vec<_> = refused
        .iter()
        .filter(|(method, _)| needed.contains(*method))
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
    println!("refused: {refused:#?}");
}

pub(crate) async fn unknown_commands_are_refused_by_name(subject: &Subject) {
    let mut raw = Raw::open(subject).await;
    for method in ["Session.teleport", "Nowhere.nothing", "", "no dot at all"] {
        let answer = raw.ask_in_session(method, json!({})).await;
        let message = answer["error"]["message"].as_str().expect("it is refused");
        assert!(message.contains(method), "{method:?} is not named in {message:?}");
    }
    let answer = raw
        .ask("Session.getEndpoint", Cow::Owned(json!({})), json!({}))
        .await;
    assert!(
        answer["error"]["message"].is_string(),
        "a session's command without a session: {answer}"
    );
    let session = json!({ "sessionId": raw.session_id });
    let answer = raw
        .ask("Pause.getAllFrames", Cow::Owned(json!({})), session)
        .await;
    assert!(
        answer["error"]["message"].is_string(),
        "a pause's command without a pause: {answer}"
    );
}

pub(crate) async fn wrong_parameters_are_refused_and_harmless(subject: &Subject) {
    let mut raw = Raw::open(subject).await;
    for (method, params) in [
        ("Session.createPause", json!({})),
        ("Session.createPause", json!({ "point": "not a number" })),
        ("Session.createPause", json!({ "point": -1 })),
        ("Session.createPause", json!({ "point": "9".repeat(60) })),
        ("Session.getPointNearTime", json!({ "time": "noon" })),
        (
            "Session.findPoints",
            json!({ "findPointsId": "x", "pointSelector": { "kind": "astrology" } }),
        ),
        ("Debugger.getHitCounts", json!({ "locations": {} })),
        ("Debugger.findStepOverTarget", json!({ "point": "" })),
        ("Graphics.getPaintContents", json!({ "point": "0" })),
        ("Debugger.getSourceContents", json!([])),
        ("Console.findMessagesInRange", json!(null)),
    ] {
        let answer = raw.ask_in_session(method, params.clone()).await;
        let message = answer["error"]["message"].as_str();
        assert!(
            message.is_some_and(|message| !message.is_empty()),
            "{method} {params}: {answer}"
        );
    }
    // Ids of any kind come back as they went.
    raw.send(
        json!({ "id": "a string", "method": "Session.getEndpoint", "sessionId": raw.session_id }).to_string(),
    )
    .await;
    let frame = raw.transport.incoming.next().await.unwrap().unwrap();
    let answer: Value = serde_json::from_str(frame.as_text().unwrap()).unwrap();
    assert_eq!(answer["id"], "a string");
    assert_eq!(
        answer["result"]["endpoint"]["point"],
        json!(subject.endpoint.point)
    );
}
