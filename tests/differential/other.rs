//! Whether a program means the same to somebody who reads another text of it: the original sources of a bundle, or a
//! minified script laid out. Asked by places of those texts, the engine has to tell what it tells by places of the script:
//! how often each was reached, where a breakpoint stops first, where a step over leads, which variables there are.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};
use tests::local::LocalSession;

use crate::{
    ours::{Step, number, sites_of},
    v8::At,
};

/// What was asked by places of other texts.
#[derive(Default)]
pub(crate) struct Other {
    /// Places where the program can stop.
    pub(crate) n_places: usize,
    /// Steps that were counted there.
    pub(crate) n_hits: usize,
    /// Steps over.
    pub(crate) n_overs: usize,
    /// Names of variables that differ from those in the script, by the name the script has; with the function they were
    /// seen in, as its text begins.
    pub(crate) names: BTreeSet<(String, String)>,
    pub(crate) faults: Vec<String>,
}

/// Asks about all sources that were made of a script, or that it was made of.
pub(crate) fn ask(
    session: &mut LocalSession,
    sources: &[Json],
    script: &str,
    steps: &[Step],
) -> Result<Other, String> {
    let mut other = Other::default();
    let is_of_script = |source: &&Json| source["generatedSourceIds"][0] == script;
    for source in sources.iter().filter(is_of_script) {
        let id = source["sourceId"].as_str().unwrap_or_default();
        ask_source(session, id, steps, &mut other)?;
    }
    if other.n_places > 0 {
        step_over(session, steps, &mut other)?;
        ask_names(session, script, steps, &mut other)?;
    }
    Ok(other)
}

fn ask_source(session: &mut LocalSession, id: &str, steps: &[Step], other: &mut Other) -> Result<(), String> {
    let places = sites_of(session, id)?;
    let mut points: BTreeMap<At, Vec<&Step>> = BTreeMap::new();
    for step in steps {
        if let Some((_, at)) = step.mapped.as_ref().filter(|(source, _)| source == id) {
            points.entry(*at).or_default().push(step);
        }
    }
    other.n_places += places.len();

    let locations: Vec<Json> = places
        .iter()
        .map(|(line, column)| json!({ "line": line, "columns": [column] }))
        .collect();
    let answer = session.call(
        "Debugger.getHitCounts",
        json!({ "sourceId": id, "locations": locations }),
    )?;
    let mut counted: BTreeMap<At, usize> = BTreeMap::new();
    for hit in answer["hits"].as_array().into_iter().flatten() {
        let at = (
            number(&hit["location"]["line"])?,
            number(&hit["location"]["column"])?,
        );
        counted.insert(at, hit["hits"].as_u64().unwrap_or_default() as usize);
    }
    for place in places.iter().chain(points.keys()).collect::<BTreeSet<_>>() {
        let n_steps = points.get(place).map_or(0, Vec::len);
        let n_counted = counted.get(place).copied().unwrap_or_default();
        other.n_hits += n_counted;
        if n_steps != n_counted {
            other
                .faults
                .push(format!("{id} {place:?}: {n_steps} steps, {n_counted} counted"));
        }
    }

    for (place, steps) in points {
        let location = json!({ "sourceId": id, "line": place.0, "column": place.1 });
        let set = session.call("Debugger.setBreakpoint", json!({ "location": location }))?;
        let found = session.call("Debugger.findResumeTarget", json!({ "point": "0" }))?;
        session.call(
            "Debugger.removeBreakpoint",
            json!({ "breakpointId": set["breakpointId"] }),
        )?;
        let expected = steps.first().map(|step| step.point.as_str());
        if found["target"]["point"].as_str() != expected {
            other.faults.push(format!(
                "{id} {place:?}: a breakpoint stops at {}, not at {expected:?}",
                found["target"]
            ));
        }
    }
    Ok(())
}

/// From each step the next one of its frame, where that can be told without asking: it is further on in the text of the
/// same function, with as many frames. One further back may be of another call.
fn step_over(session: &mut LocalSession, steps: &[Step], other: &mut Other) -> Result<(), String> {
    for (idx, step) in steps.iter().enumerate() {
        let Some(next) = steps.iter().skip(idx + 1).find(|next| next.depth <= step.depth) else {
            continue;
        };
        if next.depth < step.depth || next.function != step.function || next.at <= step.at {
            continue;
        }
        let found = session.call("Debugger.findStepOverTarget", json!({ "point": step.point }))?;
        other.n_overs += 1;
        if found["target"]["point"].as_str() != Some(&*next.point) {
            other.faults.push(format!(
                "a step over from {:?} leads to {}, not to {:?}",
                step.at, found["target"], next.at
            ));
        }
    }
    Ok(())
}

/// What the script's names are in the original sources.
fn ask_names(
    session: &mut LocalSession,
    script: &str,
    steps: &[Step],
    other: &mut Other,
) -> Result<(), String> {
    let places: BTreeSet<At> = steps.iter().map(|step| step.at).collect();
    let mut maps: BTreeMap<At, Vec<(String, String)>> = BTreeMap::new();
    for place in places {
        let location = json!({ "sourceId": script, "line": place.0, "column": place.1 });
        let answer = session.call("Debugger.getScopeMap", json!({ "location": location }))?;
        let pair = |pair: &Json| Some((pair[0].as_str()?.to_owned(), pair[1].as_str()?.to_owned()));
        let pairs = answer["map"].as_array().into_iter().flatten();
        maps.insert(place, pairs.filter_map(pair).collect());
    }
    for step in steps {
        for (generated, original) in maps.get(&step.at).into_iter().flatten() {
            other.names.insert((generated.clone(), original.clone()));
            // An inner variable of the script may have the name of an outer one in the original, and the other way round.
            let is_hidden =
                |names: &[(String, String)]| names.iter().filter(|(_, name)| name == original).count() > 1;
            if maps.get(&step.at).is_some_and(|names| is_hidden(names)) {
                continue;
            }
            let (ours, theirs) = (step.variables.get(generated), step.originals.get(original));
            if ours != theirs {
                other.faults.push(format!(
                    "{:?}: {generated} is {ours:?}, and as {original} {theirs:?}",
                    step.at
                ));
            }
        }
    }
    Ok(())
}
