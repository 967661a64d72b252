//! How fast the engine answers what reads much: evaluation at many points, search through much text, the first pause of a
//! recording that was just opened.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use engine::Engine;
use recording::{
    ids::{BindingId, FunctionId, ScopeId, ScriptId, SiteId},
    manifest::Head,
    reader::Reader,
    script::{Function, FunctionKind, Position, Scope, ScopeKind, Script, ScriptKind},
    source::MemorySource,
    writer::Writer,
};
use serde_json::{Value as Json, json};
use tests::local::LocalSession;

use crate::{Bench, Line, engine as asked, megabytes, millis, opening};

/// Points evaluated at, the protocol's own limit.
const N_EVALUATIONS: u64 = 500;

/// Scripts searched through, and the bytes of each.
const N_SCRIPTS: u32 = 40;
const SCRIPT_BYTES: usize = 512 << 10;

/// runEvaluation of a member expression at 500 points of a sample.
pub(crate) fn evaluation(_: &Bench) -> Result<Vec<Line>, String> {
    let path = asked::samples_folder().join("pathfinding.playhead");
    let mut session = LocalSession::open(opening::open(&path)?)?;
    session.load();
    let (location, expression) = a_member(&mut session)?;
    let params = json!({
        "runEvaluationId": "bench",
        "pointSelector": { "kind": "location", "location": location },
        "pointLimits": { "maxCount": N_EVALUATIONS },
        "expression": expression,
        "frameIndex": 0,
    });
    let mut best: Option<(Duration, usize, usize)> = None;
    for _ in 0..5 {
        let started = Instant::now();
        session.call("Session.runEvaluation", params.clone())?;
        let time = started.elapsed();
        let events = session.take_events("Session.runEvaluationResults");
        let results = || {
            events
                .iter()
                .filter_map(|event| event["results"].as_array())
                .flatten()
        };
        let n_values = results()
            .filter(|result| result.get("returned").is_some())
            .count();
        if best.is_none_or(|(least, ..)| time < least) {
            best = Some((time, results().count(), n_values));
        }
    }
    let (time, n_results, n_values) = best.ok_or("nothing was asked")?;
    Ok(vec![Line {
        name: "evaluation".to_owned(),
        value: millis(time),
        bound: "<= 250 ms",
        how: format!(
            "runEvaluation of {expression} in pathfinding, {n_results} points, {n_values} values, best of 5"
        ),
    }])
}

/// A place that ran often enough, and a property of an object that a variable holds there.
fn a_member(session: &mut LocalSession) -> Result<(Json, String), String> {
    session.call("Debugger.findSources", json!({}))?;
    let announced = session.take_events("Debugger.newSources");
    let sources = announced
        .iter()
        .filter_map(|event| event["sources"].as_array())
        .flatten();
    let ids: Vec<Json> = sources.map(|source| source["sourceId"].clone()).collect();
    for source in ids {
        let places = session.call("Debugger.getPossibleBreakpoints", json!({ "sourceId": source }))?;
        let locations = &places["lineLocations"];
        let hits = session.call(
            "Debugger.getHitCounts",
            json!({ "sourceId": source, "locations": locations }),
        )?;
        let busy = hits["hits"].as_array().into_iter().flatten();
        let busy = busy.filter(|hit| hit["hits"].as_u64() >= Some(N_EVALUATIONS));
        for hit in busy.take(50) {
            if let Some(expression) = member_at(session, &hit["location"])? {
                return Ok((hit["location"].clone(), expression));
            }
        }
    }
    Err("no variable holds an object where the program was busy".to_owned())
}

fn member_at(session: &mut LocalSession, location: &Json) -> Result<Option<String>, String> {
    let selector = json!({ "kind": "location", "location": location });
    session.call(
        "Session.findPoints",
        json!({ "findPointsId": "one", "pointSelector": selector, "pointLimits": { "maxCount": 1 } }),
    )?;
    let found = session.take_events("Session.findPointsResults");
    let Some(point) = found.first().map(|event| event["points"][0]["point"].clone()) else {
        return Ok(None);
    };
    let pause = session.call("Session.createPause", json!({ "point": point }))?;
    let pause_id = pause["pauseId"]
        .as_str()
        .ok_or("a pause without an id")?
        .to_owned();
    let frames = session.call_in(&pause_id, "Pause.getAllFrames", json!({}))?;
    let top = &frames["frames"][0];
    let frames = frames["data"]["frames"].as_array().into_iter().flatten();
    let top = frames.into_iter().find(|frame| frame["frameId"] == *top);
    let chain = top.and_then(|frame| frame["scopeChain"].as_array());
    // The last is the global one, whose variables hold what is the same all the time.
    let scopes = chain.and_then(|chain| chain.split_last());
    for scope in scopes.map_or(&[][..], |(_, scopes)| scopes) {
        let data = session.call_in(&pause_id, "Pause.getScope", json!({ "scope": scope }))?;
        let bindings = data["data"]["scopes"].as_array().into_iter().flatten();
        let bindings = bindings
            .filter_map(|scope| scope["bindings"].as_array())
            .flatten();
        for binding in bindings.filter(|binding| binding["object"].is_string()) {
            let preview = session.call_in(
                &pause_id,
                "Pause.getObjectPreview",
                json!({ "object": binding["object"], "level": "full" }),
            )?;
            // What came with the scope is not sent again.
            let objects = [&data, &preview].map(|answer| answer["data"]["objects"].as_array());
            let property = objects
                .into_iter()
                .flatten()
                .flatten()
                .filter(|object| object["objectId"] == binding["object"])
                .filter(|object| object["className"] != "Function")
                .find_map(|object| object["preview"]["properties"][0]["name"].as_str());
            if let (Some(variable), Some(property)) = (binding["name"].as_str(), property) {
                return Ok(Some(format!("{variable}[{}]", json!(property))));
            }
        }
    }
    Ok(None)
}

/// Until the first match of a search through 20 MB of text, and until its end.
pub(crate) fn search(_: &Bench) -> Result<Vec<Line>, String> {
    let reader = Arc::new(texts()?);
    let mut engine = Engine::new(Box::new(move |_| Ok(reader.clone())));
    let mut frames = Vec::new();
    let mut ask = |engine: &mut Engine,
                   request: Json,
                   wanted: &str|
     -> Result<(Option<Duration>, Duration, Json), String> {
        let started = Instant::now();
        let mut first = None;
        engine
            .handle(&request.to_string(), &mut frames)
            .map_err(|error| error.to_string())?;
        loop {
            for frame in frames.drain(..) {
                let message: Json = serde_json::from_str(&frame).map_err(|error| error.to_string())?;
                if message["method"] == wanted && message["params"]["matches"][0].is_object() {
                    first = first.or(Some(started.elapsed()));
                }
                if message["id"] == request["id"] {
                    return Ok((first, started.elapsed(), message["result"].clone()));
                }
            }
            if !engine.poll(&mut frames) && frames.is_empty() {
                return Err(format!("{} was never answered", request["method"]));
            }
        }
    };
    let create =
        json!({ "id": 1, "method": "Recording.createSession", "params": { "recordingId": "texts" } });
    let (.., created) = ask(&mut engine, create, "")?;
    let mut search = |id: u32, query: &str| {
        let request = json!({
            "id": id,
            "sessionId": created["sessionId"],
            "method": "Debugger.searchSourceContents",
            "params": { "searchId": "bench", "query": query },
        });
        ask(&mut engine, request, "Debugger.searchSourceContentsMatches")
    };
    let (common, ..) = search(2, "value")?;
    let (rare, end, _) = search(3, "needle")?;
    let n_bytes = u64::from(N_SCRIPTS) * SCRIPT_BYTES as u64;
    let shown = |time: Option<Duration>| time.map_or_else(|| "none".to_owned(), millis);
    Ok(vec![Line {
        name: "search".to_owned(),
        value: format!("{} / {} / {}", shown(common), shown(rare), millis(end)),
        bound: "<= 200 ms",
        how: format!(
            "searchSourceContents of {} in {N_SCRIPTS} scripts never read before: first match of a common word / of one in the last script alone / end",
            megabytes(n_bytes)
        ),
    }])
}

/// A recording of scripts that do nothing, 20 MB of them.
fn texts() -> Result<Reader, String> {
    let mut file = Vec::new();
    let head = Head {
        format: 0,
        recording_id: "texts".to_owned(),
        build_id: "linux-chromium-20261120-playhead".to_owned(),
        url: "http://localhost/texts/".to_owned(),
        recorded_at: 0.0,
        viewport: (800, 600),
        device_pixel_ratio: 1.0,
    };
    let written = (|| {
        let mut writer = Writer::create(&mut file, head)?;
        for id in 0..N_SCRIPTS {
            let mut text = String::with_capacity(SCRIPT_BYTES + 100);
            let mut line = 0_u64;
            while text.len() < SCRIPT_BYTES {
                let mixed = (line + u64::from(id) * 1_000_003).wrapping_mul(6_364_136_223_846_793_005) >> 40;
                text += &format!("const value_{line} = combine({mixed}, \"text {mixed:x}\");\n");
                line += 1;
            }
            if id + 1 == N_SCRIPTS {
                text += "needle();\n";
            }
            writer.add_script(&script(id, &text), &text)?;
        }
        writer.finish("Texts".to_owned(), Vec::new(), Vec::new())
    })();
    written.map_err(|error: std::io::Error| error.to_string())?;
    Reader::open(Box::new(MemorySource::from(file))).map_err(|error| error.to_string())
}

fn script(id: u32, text: &str) -> Script {
    let start = Position { line: 1, column: 0 };
    Script {
        id: ScriptId(id),
        url: format!("http://localhost/texts/{id}.js"),
        kind: ScriptKind::External,
        level: 1,
        hash: format!("{id:064x}"),
        n_code_units: text.len() as u32,
        n_lines: text.lines().count() as u32 + 1,
        document_line: 0,
        source_map_url: None,
        first_site: SiteId(1),
        sites: Vec::new(),
        first_function: FunctionId(id),
        functions: vec![Function {
            name: String::new(),
            kind: FunctionKind::TopLevel,
            is_async: false,
            is_generator: false,
            start,
            end: start,
            body: start,
            parameters: Vec::new(),
            parent: None,
            scope: ScopeId(id),
        }],
        first_scope: ScopeId(id),
        scopes: vec![Scope {
            kind: ScopeKind::Script,
            parent: None,
            function: FunctionId(id),
            start,
            end: start,
            bindings: Vec::new(),
            has_instances: false,
        }],
        first_binding: BindingId(1),
        bindings: Vec::new(),
    }
}

/// What is read of a file, and how long it takes, until the stack of a first pause is there.
pub(crate) fn first_pause(bench: &Bench) -> Result<Vec<Line>, String> {
    let path = opening::recording(bench)?;
    let size = std::fs::metadata(&path).map_err(|error| error.to_string())?.len();
    let started = Instant::now();
    let reader = Arc::new(opening::open(&path)?);
    let n_steps = reader.manifest().counts.steps;
    let mut session = LocalSession::of(reader.clone())?;
    let point = ((n_steps / 2 + 1) << 16).to_string();
    let pause = session.call("Session.createPause", json!({ "point": point }))?;
    let pause_id = pause["pauseId"]
        .as_str()
        .ok_or("a pause without an id")?
        .to_owned();
    session.call_in(&pause_id, "Pause.getAllFrames", json!({}))?;
    let time = started.elapsed();
    let n_bytes = reader.bytes_read();
    Ok(vec![Line {
        name: "first pause".to_owned(),
        value: format!(
            "{} ({:.2} %), {}",
            megabytes(n_bytes),
            n_bytes as f64 / size as f64 * 100.0,
            millis(time)
        ),
        bound: "",
        how: format!(
            "bytes read and time from opening to getAllFrames in the middle; {n_steps} steps, {}",
            megabytes(size)
        ),
    }])
}
