//! Asks every command there is, with what the recording itself says: points that are in it, frames that were running,
//! objects that were there.

use std::fs;

use client::transport::native;
use serde_json::{Value, json};
use tests::program::Server;
use wire::command::COMMANDS;

use crate::{
    hosts::Sample,
    raw::{Outcome, Raw},
    support::table::Table,
};

/// Bytes of a recording in one message.
const PART: usize = 256 << 10;

/// What a recording offers to ask about; null where it has no such thing.
struct Things {
    recording_id: Value,
    end: Value,
    location: Value,
    point: Value,
    frame: Value,
    scope: Value,
    object: Value,
    function: Value,
    document: Value,
    node: Value,
    request: Value,
    paint: Value,
    resource: Value,
    map: Value,
    breakpoint: Value,
    key: Value,
    /// Whether it is known where elements stood at the point.
    is_laid_out: bool,
}

pub(crate) async fn ask_everything(server: &Server, sample: &Sample, table: &mut Table) {
    let url = format!("ws://127.0.0.1:{}/", server.port());
    let open = || async {
        Raw::new(
            native::open(&url)
                .await
                .unwrap_or_else(|reason| panic!("{url}: {reason}")),
        )
    };
    let mut raw = open().await;
    upload(&mut raw, sample, table).await;
    raw.create_session(sample.id.as_str()).await;
    let mut things = look_around(&mut raw, sample).await;
    let kinds = result(&mut raw, "Session.getAnnotationKinds", json!({})).await;
    for kind in list(&kinds["kinds"]) {
        result(&mut raw, "Session.findAnnotations", json!({ "kind": kind })).await;
    }
    things.resource = resource(&mut raw, table).await;
    for command in COMMANDS {
        let method = command.method;
        let outcome = match method {
            // Asked while uploading, or below.
            "Internal.createRecording" | "Internal.addRecordingData" | "Internal.finishRecording" => continue,
            "Resource.token" | "Resource.exists" | "Resource.create" => continue,
            "Session.listenForLoadChanges" => until_event(&mut raw, method, "Session.loadedRegions").await,
            "Session.listenForProcessingProgress" => {
                until_event(&mut raw, method, "Session.processingProgress").await
            }
            "Session.releasePause" | "Recording.releaseSession" => continue,
            _ => raw.call(method, params(method, &things)).await,
        };
        match (method, &outcome) {
            ("Debugger.setBreakpoint", Ok(result)) => things.breakpoint = result["breakpointId"].clone(),
            ("Internal.beginRecordingResourceUpload", Ok(result)) => things.key = result["key"].clone(),
            ("Recording.addSourceMap", Ok(result)) => things.map = result["id"].clone(),
            _ => {}
        }
        table.asked(method, &outcome);
    }
    let pause = json!({ "pauseId": raw.pause_id });
    table.asked(
        "Session.releasePause",
        &raw.call("Session.releasePause", pause).await,
    );
    let session = json!({ "sessionId": raw.session_id });
    table.asked(
        "Recording.releaseSession",
        &raw.call("Recording.releaseSession", session).await,
    );
    raw.told.iter().for_each(|method| table.told(method));
}

/// Sends the file to the server, which has nothing of it yet.
async fn upload(raw: &mut Raw, sample: &Sample, table: &mut Table) {
    let reader = sample.open();
    let bytes = fs::read(&sample.path).expect("the sample can be read");
    let created = json!({ "buildId": reader.head().build_id, "recordingId": sample.id });
    table.asked(
        "Internal.createRecording",
        &raw.call("Internal.createRecording", created).await,
    );
    for (idx, part) in bytes.chunks(PART).enumerate() {
        let params = json!({ "recordingId": sample.id, "offset": idx * PART, "length": part.len() });
        let outcome = raw
            .call_with_bytes("Internal.addRecordingData", params, part.to_vec())
            .await;
        table.asked("Internal.addRecordingData", &outcome);
    }
    let finished = raw
        .call("Internal.finishRecording", json!({ "recordingId": sample.id }))
        .await;
    assert!(finished.is_ok(), "{}: {finished:?}", sample.name);
    table.asked("Internal.finishRecording", &finished);
}

/// Gives the server a source map, and its proof.
async fn resource(raw: &mut Raw, table: &mut Table) -> Value {
    let content = r#"{"version":3,"sources":["original.ts"],"names":[],"mappings":"AAAA"}"#;
    let created = raw.call("Resource.create", json!({ "content": content })).await;
    table.asked("Resource.create", &created);
    let resource = created
        .map(|result| result["resource"].clone())
        .unwrap_or_default();
    let hash = json!({ "hash": "0".repeat(64) });
    table.asked("Resource.token", &raw.call("Resource.token", hash).await);
    let exists = raw.call("Resource.exists", json!({ "resource": resource })).await;
    table.asked("Resource.exists", &exists);
    resource
}

/// These do not return while the session lives; that they began shows by their first event.
async fn until_event(raw: &mut Raw, method: &str, event: &str) -> Outcome {
    match raw.call_until(method, event).await {
        true => Ok(json!({})),
        false => Err((0, format!("no {event} came"))),
    }
}

async fn look_around(raw: &mut Raw, sample: &Sample) -> Things {
    let mut things = Things {
        recording_id: json!(sample.id),
        end: result(raw, "Session.getEndpoint", json!({})).await["endpoint"].clone(),
        location: Value::Null,
        point: Value::Null,
        frame: Value::Null,
        scope: Value::Null,
        object: Value::Null,
        function: Value::Null,
        document: Value::Null,
        node: Value::Null,
        request: json!("none"),
        paint: Value::Null,
        resource: Value::Null,
        map: json!("none"),
        breakpoint: json!("none"),
        key: Value::Null,
        is_laid_out: false,
    };
    result(raw, "Graphics.findPaints", json!({})).await;
    result(raw, "Network.findRequests", json!({})).await;
    result(raw, "Debugger.findSources", json!({})).await;
    let mut sources = Vec::new();
    for event in raw.take_events() {
        let params = &event["params"];
        match event["method"].as_str().unwrap_or_default() {
            "Debugger.newSource" => sources.push(params["sourceId"].clone()),
            "Debugger.newSources" => {
                sources.extend(
                    list(&params["sources"])
                        .iter()
                        .map(|source| source["sourceId"].clone()),
                );
            }
            "Graphics.paintPoints" if !list(&params["paints"]).is_empty() => {
                things.paint = params["paints"][0]["point"].clone();
            }
            "Network.requests" => {
                // A request whose answer has a body, and if there is one, that has a body itself.
                let bodies = list(&params["events"])
                    .iter()
                    .filter(|event| ["response-body", "request-body"].contains(&kind(event)));
                if let Some(event) = bodies.min_by_key(|event| kind(event) != "request-body") {
                    things.request = event["id"].clone();
                }
            }
            _ => {}
        }
    }
    for source in sources {
        let breakpoints = result(
            raw,
            "Debugger.getPossibleBreakpoints",
            json!({ "sourceId": source }),
        )
        .await;
        let hits = json!({ "sourceId": source, "locations": breakpoints["lineLocations"] });
        let hits = result(raw, "Debugger.getHitCounts", hits).await;
        for hit in list(&hits["hits"]) {
            if is_whole(&things) {
                break;
            }
            if hit["hits"].as_u64().unwrap_or_default() > 0 {
                look_at(raw, &mut things, &hit["location"]).await;
            }
        }
    }
    let document = raw.call("DOM.getDocument", json!({})).await.unwrap_or_default();
    things.document = document["document"].clone();
    let query = json!({ "node": things.document, "selector": "button, h1, p, div" });
    let found = raw.call("DOM.querySelector", query).await.unwrap_or_default();
    things.node = found["result"].clone();
    things
}

/// Pauses where a location was hit last, and looks for an object and a function.
async fn look_at(raw: &mut Raw, things: &mut Things, location: &Value) {
    let select =
        json!({ "findPointsId": "1", "pointSelector": { "kind": "location", "location": location } });
    result(raw, "Session.findPoints", select).await;
    let events = raw.take_events();
    let points: Vec<&Value> = events
        .iter()
        .flat_map(|event| list(&event["params"]["points"]))
        .collect();
    let Some(point) = points.last() else {
        return;
    };
    let pause = result(raw, "Session.createPause", json!({ "point": point["point"] })).await;
    raw.pause_id = pause["pauseId"].clone();
    things.is_laid_out = raw.call("DOM.getAllBoundingClientRects", json!({})).await.is_ok();
    let frames = result(raw, "Pause.getAllFrames", json!({})).await;
    let youngest = &frames["frames"][0];
    let frame = list(&frames["data"]["frames"])
        .iter()
        .find(|frame| frame["frameId"] == *youngest);
    things.location = location.clone();
    things.point = point["point"].clone();
    things.frame = youngest.clone();
    (things.object, things.function) = (Value::Null, Value::Null);
    for scope in list(&frame.map(|frame| frame["scopeChain"].clone()).unwrap_or_default()) {
        things.scope = scope.clone();
        let data = result(raw, "Pause.getScope", json!({ "scope": scope })).await;
        for object in list(&data["data"]["objects"]) {
            let is_function = object["className"] == "Function";
            let found = if is_function {
                &mut things.function
            } else {
                &mut things.object
            };
            *found = object["objectId"].clone();
        }
        if is_whole(things) {
            return;
        }
    }
}

fn is_whole(things: &Things) -> bool {
    things.is_laid_out && !things.object.is_null() && !things.function.is_null()
}

fn params(method: &str, things: &Things) -> Value {
    let (point, source) = (&things.point, &things.location["sourceId"]);
    let range = json!({ "begin": "0", "end": things.end["point"] });
    // A recording without documents is asked all the same, and says so itself.
    let [document, node] = [&things.document, &things.node].map(|node| match node {
        Value::Null => json!("none"),
        node => node.clone(),
    });
    let line = json!([{ "line": things.location["line"], "columns": [things.location["column"]] }]);
    let selector = json!({ "kind": "location", "location": things.location });
    match method {
        "Recording.createSession"
        | "Recording.processRecording"
        | "Internal.beginRecordingResourceUpload" => {
            json!({ "recordingId": things.recording_id })
        }
        "Recording.addSourceMap" => json!({
            "recordingId": things.recording_id, "resource": things.resource, "baseURL": "http://localhost/",
            "targetURLHash": "0".repeat(64),
        }),
        "Recording.addOriginalSource" => json!({
            "recordingId": things.recording_id, "resource": things.resource, "parentId": things.map,
            "parentOffset": 0,
        }),
        "Recording.globalExperimentalCommand" => json!({ "name": "any" }),
        "Session.experimentalCommand" => json!({ "name": "consoleCalls" }),
        "Authentication.setAccessToken" => json!({ "accessToken": "none" }),
        "Session.findAnnotations" | "Session.hasAnnotationKind" => json!({ "kind": "any" }),
        "Session.getPointNearTime" | "Session.getPointsBoundingTime" => {
            json!({ "time": things.end["time"].as_f64().unwrap_or_default() / 2.0 })
        }
        "Session.findPoints" => json!({ "findPointsId": "1", "pointSelector": selector }),
        "Session.runEvaluation" => json!({
            "runEvaluationId": "1", "pointSelector": { "kind": "points", "points": [point] }, "expression": "1 + 1",
            "frameIndex": 0,
        }),
        "Session.getPointStack" => json!({ "point": point, "maxCount": 3 }),
        "Session.requestFocusRange" => json!({ "range": { "begin": 0, "end": things.end["time"] } }),
        "Session.requestFocusWindow" => {
            json!({ "request": { "begin": { "point": "0", "time": 0 }, "end": things.end } })
        }
        "Graphics.getPaintContents" => json!({ "point": things.paint, "mimeType": "image/jpeg" }),
        "Debugger.getPossibleBreakpoints"
        | "Debugger.streamSourceContents"
        | "Debugger.getSourceContents"
        | "Debugger.getSourceMap"
        | "Debugger.getSourceOutline"
        | "Debugger.blackboxSource"
        | "Debugger.unblackboxSource" => json!({ "sourceId": source }),
        "Debugger.getScopeMap" | "Debugger.getMappedLocation" | "Debugger.setBreakpoint" => {
            json!({ "location": things.location })
        }
        "Debugger.mapExpressionToGeneratedScope" => json!({ "location": things.location, "expression": "x" }),
        "Debugger.getHitCounts" => json!({ "sourceId": source, "locations": line }),
        "Debugger.getEventHandlerCount" => json!({ "eventType": "event.mouse.click" }),
        "Debugger.getEventHandlerCounts" => json!({ "eventTypes": ["event.mouse.click"] }),
        "Debugger.searchSourceContents" | "Debugger.searchFunctions" => {
            json!({ "searchId": "1", "query": "e" })
        }
        "Debugger.removeBreakpoint" => json!({ "breakpointId": things.breakpoint }),
        "Console.findMessagesInRange" => json!({ "range": range }),
        "Pause.evaluateInFrame" => json!({ "frameId": things.frame, "expression": "1 + 1" }),
        "Pause.evaluateInGlobal" => json!({ "expression": "1 + 1" }),
        "Pause.getObjectProperty" => json!({ "object": things.object, "name": "constructor" }),
        "Pause.callFunction" => json!({ "object": things.function, "thisValue": {}, "argumentValues": [] }),
        "Pause.callObjectProperty" => {
            json!({ "object": things.object, "name": "toString", "argumentValues": [] })
        }
        "Pause.getObjectPreview" => json!({ "object": things.object }),
        "Pause.getObjectPreviews" => json!({ "objects": [things.object] }),
        "Pause.getScope" => json!({ "scope": things.scope }),
        "Pause.getFrameArguments" | "Pause.getFrameSteps" => json!({ "frameId": things.frame }),
        "DOM.querySelector" => json!({ "node": document, "selector": "*" }),
        "DOM.performSearch" => json!({ "query": "button" }),
        "DOM.getParentNodes"
        | "DOM.getEventListeners"
        | "DOM.getBoxModel"
        | "DOM.getBoundingClientRect"
        | "CSS.getComputedStyle"
        | "CSS.getAppliedRules" => json!({ "node": node }),
        "Network.getRequestBody" | "Network.getResponseBody" => json!({ "id": things.request }),
        "Internal.beginRecordingUpload" | "Internal.beginRecordingMultipartUpload" => {
            json!({ "buildId": "any", "recordingSize": 1, "recordingId": things.recording_id })
        }
        "Internal.endRecordingUpload" => json!({ "recordingId": things.recording_id }),
        "Internal.endRecordingMultipartUpload" => {
            json!({ "recordingId": things.recording_id, "uploadId": "any", "partIds": [] })
        }
        "Internal.setRecordingMetadata" => json!({ "recordingData": {
            "id": things.recording_id, "url": "http://localhost/", "title": "any", "duration": 1,
            "lastScreenData": "", "lastScreenMimeType": "", "operations": { "scriptDomains": [] },
        } }),
        "Internal.endRecordingResourceUpload" => json!({ "key": things.key }),
        "Internal.echo" => json!({ "str": "any", "count": 2 }),
        "Internal.reportCrash" => json!({ "data": {} }),
        // The rest ask for nothing, or for a point.
        _ => json!({ "point": point }),
    }
}

async fn result(raw: &mut Raw, method: &str, params: Value) -> Value {
    raw.call(method, params).await.unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn kind(event: &Value) -> &str {
    event["event"]["kind"].as_str().unwrap_or_default()
}
