//! What our recorder and engine saw of the same program: recorded in a page in Chromium, then every step asked for
//! through the protocol.

use std::{collections::BTreeMap, fs, path::Path};

use recording::{reader::Reader, source::FileSource};
use serde_json::{Value as Json, json};
use tests::{
    local::LocalSession,
    pages::Pages,
    program::{self, Recorded},
};

use crate::{
    other::{self, Other},
    v8::{At, Contents, Value},
};

/// The page that loads the program. A program that goes on after its last line says so in a variable `finished`, which
/// is `""` until then.
const PAGE: &str = r#"<!doctype html><meta charset="utf-8"><title>a program</title><body><script src="program.js"></script>
<script>
  const timer = setInterval(() => {
    if (typeof finished === "string" && finished === "") return;
    clearInterval(timer);
    document.body.append(Object.assign(document.createElement("p"), { id: "finished" }));
  }, 20);
</script>"#;

/// All of it.
pub(crate) struct Seen {
    /// Where our engine can stop, in order of position.
    pub(crate) sites: Vec<At>,
    /// Every step of the program, in order.
    pub(crate) steps: Vec<Step>,
    /// What is told by places of other texts of it.
    pub(crate) other: Other,
}

/// One step.
pub(crate) struct Step {
    pub(crate) at: At,
    /// Frames of the program on the stack.
    pub(crate) depth: usize,
    /// As the protocol names the moment.
    pub(crate) point: String,
    /// What runs, by its name.
    pub(crate) function: String,
    /// Source and place of another text of the program.
    pub(crate) mapped: Option<(String, At)>,
    /// Every variable that can be named there.
    pub(crate) variables: BTreeMap<String, Known>,
    /// The same by the names of the original source, if there is one.
    pub(crate) originals: BTreeMap<String, Known>,
}

/// What the engine says of a variable.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Known {
    Value(Value),
    /// Before its declaration.
    Uninitialized,
    /// The engine says that it does not know.
    Unavailable,
}

/// Records the `program.js` of a folder, and walks through it.
pub(crate) fn step_through(folder: &Path) -> Result<Seen, String> {
    let text = |error: std::io::Error| format!("{}: {error}", folder.display());
    fs::write(folder.join("index.html"), PAGE).map_err(text)?;
    let steps = folder.join("steps.json");
    fs::write(
        &steps,
        json!([{ "type": "wait-for", "selector": "#finished" }]).to_string(),
    )
    .map_err(text)?;
    let output = folder.join("program.playhead");
    let pages = Pages::serve(folder, 0).map_err(text)?;
    let recorded = Recorded {
        url: &pages.url(""),
        steps: &steps,
        output: &output,
        size_px: (400, 300),
    };
    program::record(&program::path()?, &recorded)?;

    let source = FileSource::open(&output).map_err(text)?;
    let reader = Reader::open(Box::new(source)).map_err(|error| error.to_string())?;
    let n_steps = reader.manifest().counts.steps;
    let mut session = LocalSession::open(reader)?;
    session.load();
    let sources = sources(&mut session)?;
    let is_program = |source: &&Json| {
        source["url"]
            .as_str()
            .is_some_and(|url| url.ends_with("/program.js"))
            && source["generatedSourceIds"].as_array().is_none_or(Vec::is_empty)
    };
    let source = sources.iter().find(is_program).ok_or("no source program.js")?;
    let source_id = source["sourceId"].as_str().ok_or("a source without an id")?;
    let sites = sites_of(&mut session, source_id)?;
    let steps = (0..n_steps).filter_map(|step| look(&mut session, source_id, step).transpose());
    let steps: Vec<Step> = steps.collect::<Result<_, _>>()?;
    let other = other::ask(&mut session, &sources, source_id, &steps)?;
    Ok(Seen { sites, steps, other })
}

fn sources(session: &mut LocalSession) -> Result<Vec<Json>, String> {
    session.call("Debugger.findSources", json!({}))?;
    let batches = session
        .take_events("Debugger.newSources")
        .into_iter()
        .map(|event| event["sources"].clone());
    let one_by_one = Json::Array(session.take_events("Debugger.newSource"));
    Ok(batches
        .chain([one_by_one])
        .flat_map(|sources| sources.as_array().cloned().unwrap_or_default())
        .collect())
}

pub(crate) fn sites_of(session: &mut LocalSession, source_id: &str) -> Result<Vec<At>, String> {
    let answer = session.call(
        "Debugger.getPossibleBreakpoints",
        json!({ "sourceId": source_id }),
    )?;
    let mut sites = Vec::new();
    for line in answer["lineLocations"].as_array().into_iter().flatten() {
        for column in line["columns"].as_array().into_iter().flatten() {
            sites.push((number(&line["line"])?, number(column)?));
        }
    }
    sites.sort_unstable();
    sites.dedup();
    Ok(sites)
}

/// Pauses before a step; None if it is not the program's.
fn look(session: &mut LocalSession, source_id: &str, step: u64) -> Result<Option<Step>, String> {
    let point = ((step + 1) << 16).to_string();
    let pause = session.call("Session.createPause", json!({ "point": &point }))?;
    let pause_id = pause["pauseId"]
        .as_str()
        .ok_or("a pause without an id")?
        .to_owned();
    let answer = session.call_in(&pause_id, "Pause.getAllFrames", json!({}))?;
    let mut data = Data::default();
    data.add(&answer["data"]);
    let own = |id: &Json| {
        let frame = data.frames.get(id.as_str()?)?;
        (frame["location"][0]["sourceId"] == source_id).then(|| frame.clone())
    };
    let frames: Vec<Json> = answer["frames"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(own)
        .collect();
    let step = match frames.first() {
        Some(top) if answer["frames"][0] == top["frameId"] => {
            let location = &top["location"][0];
            let mapped = &top["location"][1];
            let mapped = match mapped["sourceId"].as_str() {
                Some(id) => Some((
                    id.to_owned(),
                    (number(&mapped["line"])?, number(&mapped["column"])?),
                )),
                None => None,
            };
            Some(Step {
                at: (number(&location["line"])?, number(&location["column"])?),
                depth: frames.len(),
                point,
                function: top["functionName"].as_str().unwrap_or_default().to_owned(),
                mapped,
                variables: variables(session, &pause_id, &mut data, &top["scopeChain"])?,
                originals: variables(session, &pause_id, &mut data, &top["originalScopeChain"])?,
            })
        }
        _ => None,
    };
    session.call("Session.releasePause", json!({ "pauseId": pause_id }))?;
    Ok(step)
}

/// What the answers about a pause have said so far.
#[derive(Default)]
struct Data {
    frames: BTreeMap<String, Json>,
    scopes: BTreeMap<String, Json>,
    objects: BTreeMap<String, Json>,
}

impl Data {
    fn add(&mut self, data: &Json) {
        let Self {
            frames,
            scopes,
            objects,
        } = self;
        for (kind, id, kept) in [
            ("frames", "frameId", frames),
            ("scopes", "scopeId", scopes),
            ("objects", "objectId", objects),
        ] {
            for item in data[kind].as_array().into_iter().flatten() {
                if let Some(id) = item[id].as_str() {
                    kept.insert(id.to_owned(), item.clone());
                }
            }
        }
    }
}

fn variables(
    session: &mut LocalSession,
    pause_id: &str,
    data: &mut Data,
    scope_chain: &Json,
) -> Result<BTreeMap<String, Known>, String> {
    let mut variables = BTreeMap::new();
    for id in scope_chain.as_array().into_iter().flatten() {
        let id = id.as_str().ok_or("a scope without an id")?;
        if !data
            .scopes
            .get(id)
            .is_some_and(|scope| !scope["bindings"].is_null() || !scope["object"].is_null())
        {
            let answer = session.call_in(pause_id, "Pause.getScope", json!({ "scope": id }))?;
            data.add(&answer["data"]);
        }
        let bindings = data
            .scopes
            .get(id)
            .map(|scope| scope["bindings"].clone())
            .unwrap_or_default();
        for binding in bindings.as_array().into_iter().flatten() {
            let name = binding["name"].as_str().ok_or("a variable without a name")?;
            if !variables.contains_key(name) {
                let known = known(session, pause_id, data, binding)?;
                variables.insert(name.to_owned(), known);
            }
        }
    }
    Ok(variables)
}

fn known(session: &mut LocalSession, pause_id: &str, data: &mut Data, value: &Json) -> Result<Known, String> {
    if value["uninitialized"] == true {
        return Ok(Known::Uninitialized);
    }
    if value["unavailable"] == true {
        return Ok(Known::Unavailable);
    }
    let Some(id) = value["object"].as_str() else {
        return Ok(Known::Value(Value::Primitive(primitive(value))));
    };
    let answer = session.call_in(
        pause_id,
        "Pause.getObjectPreview",
        json!({ "object": id, "level": "full" }),
    )?;
    data.add(&answer["data"]);
    let Some(object) = data.objects.get(id) else {
        return Err(format!("no preview of {id} in {answer}"));
    };
    Ok(Known::Value(Value::Object(contents(object))))
}

/// As `describe` of `step.mjs` makes it.
fn contents(object: &Json) -> Contents {
    let preview = &object["preview"];
    let list = |value: &Json| value.as_array().cloned().unwrap_or_default();
    let properties = list(&preview["properties"]);
    let plain = || {
        let named = properties
            .iter()
            .filter(|property| property["get"].is_null() && property["set"].is_null());
        let named = named.filter(|property| property["isSymbol"] != true);
        named
            .map(|property| {
                (
                    property["name"].as_str().unwrap_or_default().to_owned(),
                    primitive(property),
                )
            })
            .collect()
    };
    match object["className"].as_str().unwrap_or_default() {
        "Array" => Contents {
            array: Some(elements(&properties)),
            ..Contents::default()
        },
        "Map" => {
            let entries = list(&preview["containerEntries"]);
            let map = entries
                .iter()
                .map(|entry| (primitive(&entry["key"]), primitive(&entry["value"])));
            Contents {
                map: Some(map.collect()),
                ..Contents::default()
            }
        }
        "Set" => {
            let entries = list(&preview["containerEntries"]);
            let set = entries.iter().map(|entry| primitive(&entry["value"])).collect();
            Contents {
                set: Some(set),
                ..Contents::default()
            }
        }
        _ => Contents {
            object: Some(plain()),
            ..Contents::default()
        },
    }
}

/// Elements by index up to `length`; what has no property is a hole.
fn elements(properties: &[Json]) -> Vec<Option<String>> {
    let length = properties.iter().find(|property| property["name"] == "length");
    let length = length
        .and_then(|property| property["value"].as_u64())
        .unwrap_or_default();
    let mut elements = vec![None; length as usize];
    for property in properties {
        let idx = property["name"]
            .as_str()
            .and_then(|name| name.parse::<usize>().ok());
        if let Some(slot) = idx.and_then(|idx| elements.get_mut(idx)) {
            *slot = Some(primitive(property));
        }
    }
    elements
}

/// `type:text` of a protocol value, `object` of one with identity.
fn primitive(value: &Json) -> String {
    if !value["object"].is_null() {
        return "object".to_owned();
    }
    if let Some(text) = value["unserializableNumber"].as_str() {
        return format!("number:{text}");
    }
    if let Some(text) = value["bigint"].as_str() {
        return format!("bigint:{text}");
    }
    if let Some(text) = value["symbol"].as_str() {
        return format!("symbol:{text}");
    }
    for mark in ["unavailable", "uninitialized"] {
        if value[mark] == true {
            return mark.to_owned();
        }
    }
    match value.get("value") {
        None => "undefined:undefined".to_owned(),
        Some(Json::Null) => "null:null".to_owned(),
        Some(Json::Bool(value)) => format!("boolean:{value}"),
        Some(Json::String(value)) => format!("string:{value}"),
        Some(value) => format!("number:{}", number_text(value.as_f64().unwrap_or(f64::NAN))),
    }
}

/// A number as JavaScript's `String` writes it.
fn number_text(number: f64) -> String {
    let magnitude = number.abs();
    if number.fract() == 0.0 && magnitude < 1e21 {
        return format!("{number:.0}");
    }
    if (1e-6..1e21).contains(&magnitude) {
        return format!("{number}");
    }
    let text = format!("{number:e}");
    match text.split_once('e') {
        Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}e+{exponent}"),
        _ => text,
    }
}

pub(crate) fn number(value: &Json) -> Result<u32, String> {
    let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
    number.ok_or_else(|| format!("expected a position, found {value}"))
}
