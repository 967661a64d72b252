//! What cannot be done is refused, by name, and does no harm.

use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

use client::transport::Frame;
use wire::command::{COMMANDS, CommandInfo};

use crate::{hosts::Sample, raw::Raw, subject::Subject};

pub(crate) fn wants(_sample: &Sample) -> bool {
    true
}

async fn open(subject: &Subject) -> Raw {
    let mut raw = Raw::new(subject.host.connect().await);
    raw.create_session(subject.sample.id.as_str()).await;
    raw
}

/// Parameters that fit any command well enough to get beyond their decoding.
async fn fitting(raw: &mut Raw, subject: &Subject) -> Value {
    let point = subject.sample_points(3).await.remove(0).point;
    let created = raw.call("Session.createPause", json!({ "point": point })).await;
    raw.pause_id = created.expect("a pause")["pauseId"].clone();
    let pause_id = &raw.pause_id;
    let script = subject.scripts().await.remove(0).source_id;
    json!({
        "point": point, "time": 1, "pauseId": pause_id, "sessionId": "nobody's", "recordingId": "nobody's",
        "sourceId": script, "location": { "sourceId": script, "line": 1, "column": 0 }, "locations": [],
        "expression": "1", "name": "x", "query": "x", "kind": "x", "accessToken": "x", "searchId": "x",
        "findPointsId": "x", "runEvaluationId": "x", "pointSelector": { "kind": "points", "points": [point] },
        "maxCount": 1, "range": { "begin": point, "end": point }, "request": {}, "mimeType": "image/jpeg",
        "eventType": "x", "eventTypes": [], "breakpointId": "x", "object": "x", "objects": [], "scope": "x",
        "frameId": "x", "node": "x", "selector": "x", "id": "x", "thisValue": {}, "argumentValues": [],
        "baseURL": "x", "parentId": "x", "parentOffset": 0, "resource": { "token": "x", "saltedHash": "x" },
    })
}

pub(crate) async fn every_command_is_answered(subject: &Subject) {
    let mut raw = open(subject).await;
    let params = fitting(&mut raw, subject).await;
    let mut refused = BTreeMap::new();
    for CommandInfo { method, .. } in COMMANDS {
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
        if let Err((code, message)) = raw.call(method, params).await {
            assert!(code > 0, "{method}: code {code}");
            assert_ne!(code, 1, "{method}: the server is at fault: {message}");
            refused.insert(*method, message);
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
    let mut raw = open(subject).await;
    for method in ["Session.teleport", "Nowhere.nothing", "", "no dot at all"] {
        let session = json!({ "sessionId": raw.session_id });
        let answer = raw.ask(method, json!({}), session).await;
        let message = answer["error"]["message"].as_str().expect("it is refused");
        assert!(message.contains(method), "{method:?} is not named in {message:?}");
    }
    let answer = raw.ask("Session.getEndpoint", json!({}), json!({})).await;
    assert!(
        answer["error"]["message"].is_string(),
        "a session's command without a session: {answer}"
    );
    let session = json!({ "sessionId": raw.session_id });
    let answer = raw.ask("Pause.getAllFrames", json!({}), session).await;
    assert!(
        answer["error"]["message"].is_string(),
        "a pause's command without a pause: {answer}"
    );
}

pub(crate) async fn wrong_parameters_are_refused_and_harmless(subject: &Subject) {
    let mut raw = open(subject).await;
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
        let outcome = raw.call(method, params.clone()).await;
        assert!(outcome.is_err(), "{method} {params}: {outcome:?}");
    }
    // Ids of any kind come back as they went.
    let request = json!({ "id": "a string", "method": "Session.getEndpoint", "sessionId": raw.session_id });
    raw.send(Frame::Text(request.to_string())).await;
    let answer = raw.next().await.expect("an answer");
    assert_eq!(answer["id"], "a string");
    assert_eq!(
        answer["result"]["endpoint"]["point"],
        json!(subject.endpoint.point)
    );
}
