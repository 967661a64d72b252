//! Samples, what is in them, and a session of the recording that is made of one.

use std::{
    io::{Cursor, Read},
    path::Path,
    sync::Arc,
};

use engine::Engine;
use importer::{ImportError, Imported};
use recording::{reader::Reader, source::MemorySource};
use serde_json::{Value as Json, json};

/// A file that a recorder wrote.
pub(crate) fn sample(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/importing/samples");
    let path = folder.join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// An entry of a ZIP.
pub(crate) fn entry(archive: &[u8], name: &str) -> Vec<u8> {
    let mut zip = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut bytes = Vec::new();
    zip.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

/// The lines of an entry of a ZIP, each a value.
pub(crate) fn lines(archive: &[u8], name: &str) -> Vec<Json> {
    let text = String::from_utf8(entry(archive, name)).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

pub(crate) fn import(bytes: &[u8]) -> Result<(Imported, Vec<u8>), ImportError> {
    let mut file = Vec::new();
    importer::import(Cursor::new(bytes), &mut file).map(|imported| (imported, file))
}

/// Imports what can be imported, and checks the recording.
pub(crate) fn imported(bytes: &[u8]) -> (Imported, Arc<Reader>) {
    let (imported, file) = import(bytes).unwrap();
    let reader = Reader::open(Box::new(MemorySource::from(file))).unwrap();
    assert!(reader.warnings().is_empty(), "{:?}", reader.warnings());
    assert_eq!(recording::verify::verify(&reader), []);
    assert_eq!(*reader.manifest(), imported.manifest);
    (imported, Arc::new(reader))
}

/// How many of something were left out.
pub(crate) fn n_left(imported: &Imported, what: &str) -> u64 {
    let left = imported.report.left.iter();
    left.filter(|left| left.what.contains(what))
        .map(|left| left.n)
        .sum()
}

/// A session of a recording.
pub(crate) struct Session {
    engine: Engine,
    id: String,
    n_calls: u64,
}

impl Session {
    pub(crate) fn new(reader: &Arc<Reader>) -> Self {
        let reader = Arc::clone(reader);
        let mut session = Self {
            engine: Engine::new(Box::new(move |_| Ok(Arc::clone(&reader)))),
            id: String::new(),
            n_calls: 0,
        };
        let created = session.ask("Recording.createSession", json!({ "recordingId": "any" }));
        session.id = created["sessionId"].as_str().unwrap().to_owned();
        session
    }

    /// The answer to a command.
    pub(crate) fn ask(&mut self, method: &str, params: Json) -> Json {
        self.send(method, params, None).1
    }

    /// The answer to a command of a pause.
    pub(crate) fn ask_in(&mut self, pause: &str, method: &str, params: Json) -> Json {
        self.send(method, params, Some(pause)).1
    }

    /// What a command lists: the members of all events of a kind.
    pub(crate) fn list(&mut self, method: &str, params: Json, event: &str, member: &str) -> Vec<Json> {
        let (events, _) = self.send(method, params, None);
        let of_kind = events.into_iter().filter(|message| message["method"] == event);
        of_kind
            .flat_map(|message| message["params"][member].as_array().cloned().unwrap_or_default())
            .collect()
    }

    fn send(&mut self, method: &str, params: Json, pause: Option<&str>) -> (Vec<Json>, Json) {
        self.n_calls += 1;
        let mut message = json!({ "id": self.n_calls, "method": method, "params": params });
        if !self.id.is_empty() {
            message["sessionId"] = self.id.as_str().into();
        }
        if let Some(pause) = pause {
            message["pauseId"] = pause.into();
        }
        let mut frames = Vec::new();
        self.engine.handle(&message.to_string(), &mut frames).unwrap();
        let mut events = Vec::new();
        loop {
            for frame in std::mem::take(&mut frames) {
                let mut said: Json = serde_json::from_str(&frame).unwrap();
                if said["id"] == self.n_calls {
                    assert!(said["error"].is_null(), "{method}: {said}");
                    return (events, said["result"].take());
                }
                events.push(said);
            }
            assert!(
                self.engine.poll(&mut frames) || !frames.is_empty(),
                "{method} is never answered"
            );
        }
    }

    pub(crate) fn messages(&mut self) -> Vec<Json> {
        let (events, _) = self.send("Console.findMessages", json!({}), None);
        let messages = events
            .into_iter()
            .filter(|said| said["method"] == "Console.newMessage");
        messages.map(|said| said["params"]["message"].clone()).collect()
    }

    pub(crate) fn navigations(&mut self) -> Vec<(String, String)> {
        let method = "Session.findNavigationEvents";
        let events = self.list(method, json!({}), "Session.navigationEvents", "events");
        let text = |json: &Json| json.as_str().unwrap_or_default().to_owned();
        events
            .iter()
            .map(|event| (text(&event["kind"]), text(&event["url"])))
            .collect()
    }

    pub(crate) fn mouse(&mut self) -> Vec<Json> {
        self.list(
            "Session.findMouseEvents",
            json!({}),
            "Session.mouseEvents",
            "events",
        )
    }

    pub(crate) fn keys(&mut self) -> Vec<Json> {
        self.list(
            "Session.findKeyboardEvents",
            json!({}),
            "Session.keyboardEvents",
            "events",
        )
    }

    pub(crate) fn paints(&mut self) -> Vec<Json> {
        self.list("Graphics.findPaints", json!({}), "Graphics.paintPoints", "paints")
    }

    pub(crate) fn actions(&mut self) -> Vec<Json> {
        let params = json!({ "kind": "action" });
        self.list(
            "Session.findAnnotations",
            params,
            "Session.annotations",
            "annotations",
        )
    }

    pub(crate) fn sources(&mut self) -> Vec<Json> {
        let (events, _) = self.send("Debugger.findSources", json!({}), None);
        let sources = events.into_iter().flat_map(|said| match said["method"].as_str() {
            Some("Debugger.newSource") => vec![said["params"].clone()],
            Some("Debugger.newSources") => said["params"]["sources"].as_array().cloned().unwrap(),
            _ => Vec::new(),
        });
        sources.collect()
    }

    /// Requests with the events of each.
    pub(crate) fn requests(&mut self) -> Vec<(Json, Vec<Json>)> {
        let (events, _) = self.send("Network.findRequests", json!({}), None);
        let mut requests: Vec<(Json, Vec<Json>)> = Vec::new();
        for said in events.iter().filter(|said| said["method"] == "Network.requests") {
            let all = |member: &str| said["params"][member].as_array().cloned().unwrap_or_default();
            requests.extend(all("requests").into_iter().map(|info| (info, Vec::new())));
            for event in all("events") {
                let of = requests.iter_mut().find(|(info, _)| info["id"] == event["id"]);
                of.unwrap().1.push(event);
            }
        }
        requests
    }

    /// The body of the answer to a request.
    pub(crate) fn response_body(&mut self, id: &Json) -> Vec<u8> {
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        let method = "Network.getResponseBody";
        let parts = self.list(method, json!({ "id": id }), "Network.responseBodyData", "parts");
        let part = |part: &Json| STANDARD.decode(part["value"].as_str().unwrap()).unwrap();
        parts.iter().flat_map(part).collect()
    }

    /// A pause at the point of something that the service listed.
    pub(crate) fn pause_at(&mut self, point: &Json) -> String {
        let answer = self.ask("Session.createPause", json!({ "point": point }));
        answer["pauseId"].as_str().unwrap().to_owned()
    }

    /// The stack at a pause, the running frame first: function and line.
    pub(crate) fn stack(&mut self, pause: &str) -> Vec<(String, u64)> {
        let all = self.ask_in(pause, "Pause.getAllFrames", json!({}));
        let frames = all["data"]["frames"].as_array().cloned().unwrap_or_default();
        let ids = all["frames"].as_array().cloned().unwrap_or_default();
        ids.iter()
            .map(|id| {
                let frame = frames.iter().find(|frame| frame["frameId"] == *id).unwrap();
                let name = frame["functionName"].as_str().unwrap_or_default();
                (name.to_owned(), frame["location"][0]["line"].as_u64().unwrap())
            })
            .collect()
    }

    /// The text of the first element that a selector finds.
    pub(crate) fn text_of(&mut self, pause: &str, selector: &str) -> Option<String> {
        // What was sent once in a pause is not sent again.
        let mut objects: Vec<Json> = Vec::new();
        let mut ask = |method: &str, params: Json| {
            let answer = self.ask_in(pause, method, params);
            objects.extend(answer["data"]["objects"].as_array().cloned().unwrap_or_default());
            (answer, objects.clone())
        };
        let node = |objects: &[Json], id: &Json| {
            let of = objects.iter().rfind(|object| object["objectId"] == *id);
            of.unwrap_or_else(|| panic!("{id} of {objects:?}"))["preview"]["node"].clone()
        };
        let (document, _) = ask("DOM.getDocument", json!({}));
        let params = json!({ "node": document["document"], "selector": selector });
        let (found, _) = ask("DOM.querySelector", params);
        let id = &found["result"];
        id.as_str()?;
        let (_, objects) = ask("Pause.getObjectPreview", json!({ "object": id, "level": "full" }));
        let mut text = String::new();
        for child in node(&objects, id)["childNodes"].as_array()? {
            let (_, objects) = ask(
                "Pause.getObjectPreview",
                json!({ "object": child, "level": "full" }),
            );
            text += node(&objects, child)["nodeValue"].as_str().unwrap_or_default();
        }
        Some(text)
    }
}

/// The times of things that the service listed rise.
pub(crate) fn check_order(events: &[Json]) {
    let times: Vec<f64> = events
        .iter()
        .map(|event| event["time"].as_f64().unwrap())
        .collect();
    assert!(times.is_sorted(), "{times:?}");
}
