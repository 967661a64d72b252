//! How fast the engine answers, natively, text of the protocol in and out.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use serde_json::{Value as Json, json};
use tests::local::LocalSession;

use crate::{Bench, Line, millis, opening, quantile};

/// Random points asked for in each recording.
const N_POINTS: u64 = 1_000;

/// createPause, getAllFrames and every scope of every frame, at random points of each recording.
pub(crate) fn pause(bench: &Bench) -> Result<Vec<Line>, String> {
    let mut lines = Vec::new();
    for path in recordings(bench)? {
        let reader = opening::open(&path)?;
        let n_steps = reader.manifest().counts.steps;
        let mut session = LocalSession::open(reader)?;
        session.load();
        let mut random = 1_u64;
        let mut times = Vec::new();
        let mut n_scopes = 0;
        for _ in 0..N_POINTS {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let step = (random >> 20) % n_steps.max(1);
            let started = Instant::now();
            n_scopes += look(&mut session, step)?;
            times.push(started.elapsed());
        }
        let how = format!(
            "createPause + getAllFrames + all scopes ({:.1} on average), {N_POINTS} random points of {n_steps} steps",
            n_scopes as f64 / N_POINTS as f64
        );
        let [p50, p99] = [0.5, 0.99].map(|fraction| quantile(&mut times, fraction));
        lines.push(Line {
            name: format!("pause: {} p50 / p99", name(&path)),
            value: format!("{} / {}", millis(p50), millis(p99)),
            bound: "p99 <= 5 ms",
            how,
        });
    }
    Ok(lines)
}

/// Hit counts of the largest file, and 10,000 points of its busiest line.
pub(crate) fn hit_counts(bench: &Bench) -> Result<Vec<Line>, String> {
    let path = opening::recording(bench)?;
    let mut session = LocalSession::open(opening::open(&path)?)?;
    session.load();
    session.call("Debugger.findSources", json!({}))?;
    let sources = session.take_events("Debugger.newSources");
    let source = &sources.first().ok_or("no source was announced")?["sources"][0]["sourceId"];
    let places = session.call("Debugger.getPossibleBreakpoints", json!({ "sourceId": source }))?;
    let locations = &places["lineLocations"];
    let n_lines = locations.as_array().map_or(0, Vec::len);
    let (counted, hits) = best_of(5, || {
        session.call(
            "Debugger.getHitCounts",
            json!({ "sourceId": source, "locations": locations, "maxHits": 10_000 }),
        )
    })?;
    let total: u64 = hits["hits"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|hit| hit["hits"].as_u64())
        .sum();
    let mut lines = vec![Line {
        name: "hit counts".to_owned(),
        value: millis(counted),
        bound: "<= 20 ms",
        how: format!("getHitCounts of {n_lines} lines of a 10,000-line file, {total} hits, best of 5"),
    }];
    let first = &locations[0];
    let location = json!({ "sourceId": source, "line": first["line"], "column": first["columns"][0] });
    let points = best_of(5, || {
        let selector = json!({ "kind": "location", "location": location });
        let limits = json!({ "maxCount": 10_000 });
        session.call(
            "Session.findPoints",
            json!({ "findPointsId": "bench", "pointSelector": selector, "pointLimits": limits }),
        )?;
        let events = session.take_events("Session.findPointsResults");
        Ok(json!(
            events
                .iter()
                .filter_map(|event| event["points"].as_array())
                .map(Vec::len)
                .sum::<usize>()
        ))
    });
    if let Ok((time, n_points)) = points {
        lines.push(Line {
            name: "points".to_owned(),
            value: millis(time),
            bound: "<= 20 ms",
            how: format!("findPoints of one line, {n_points} points, best of 5"),
        });
    }
    Ok(lines)
}

fn best_of(n: usize, mut ask: impl FnMut() -> Result<Json, String>) -> Result<(Duration, Json), String> {
    let mut best: Option<(Duration, Json)> = None;
    for _ in 0..n {
        let started = Instant::now();
        let answer = ask()?;
        let time = started.elapsed();
        if best.as_ref().is_none_or(|(least, _)| time < *least) {
            best = Some((time, answer));
        }
    }
    best.ok_or_else(|| "nothing was asked".to_owned())
}

/// Pauses before a step and reads all there is on the stack; returns the number of scopes.
fn look(session: &mut LocalSession, step: u64) -> Result<usize, String> {
    let pause = session.call(
        "Session.createPause",
        json!({ "point": ((step + 1) << 16).to_string() }),
    )?;
    let pause_id = pause["pauseId"]
        .as_str()
        .ok_or("a pause without an id")?
        .to_owned();
    let frames = session.call_in(&pause_id, "Pause.getAllFrames", json!({}))?;
    let mut scopes: Vec<&str> = frames["data"]["frames"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|frame| frame["scopeChain"].as_array().into_iter().flatten())
        .filter_map(Json::as_str)
        .collect();
    scopes.sort_unstable();
    scopes.dedup();
    for scope in &scopes {
        session.call_in(&pause_id, "Pause.getScope", json!({ "scope": scope }))?;
    }
    let n_scopes = scopes.len();
    session.call("Session.releasePause", json!({ "pauseId": pause_id }))?;
    Ok(n_scopes)
}

/// The samples and the synthetic recording.
fn recordings(bench: &Bench) -> Result<Vec<PathBuf>, String> {
    let mut paths = samples()?;
    paths.push(opening::recording(bench)?);
    Ok(paths)
}

/// The samples of the project.
pub(crate) fn samples() -> Result<Vec<PathBuf>, String> {
    let folder = samples_folder();
    let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "playhead"))
        .collect();
    paths.sort();
    Ok(paths)
}

/// Where the samples are.
pub(crate) fn samples_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../public/samples")
}

/// The recording's file name without its ending.
pub(crate) fn name(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
