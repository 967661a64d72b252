//! What holds for all traffic, whatever is asked: messages are what the published schema says they may be, answers answer
//! something, events belong to what was asked and come before its answer, and nothing is said twice about a pause.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use client::{Connection, Notice};
use serde_json::Value;
use tests::valid::{wrongs_of, wrongs_of_request};

use crate::raw::SCHEMA;

/// Everything a connection carried, as far as the checks need it.
#[derive(Default)]
pub(crate) struct Traffic {
    asked: RefCell<BTreeMap<i64, Asked>>,
    told: RefCell<BTreeMap<(String, String), Told>>,
    wrong: RefCell<Vec<String>>,
}

struct Asked {
    method: String,
    params: Value,
    session_id: String,
    pause_id: Option<String>,
    is_answered: bool,
}

/// What was said of a pause.
#[derive(Default)]
struct Told {
    frames: BTreeSet<String>,
    scopes: BTreeSet<String>,
    /// How much of each object: 0 without preview, 1 with an overflowing one, 2 with all; and its number of parts.
    objects: BTreeMap<String, (u8, usize)>,
}

/// Which command an event belongs to, and which parameter of both must be the same.
const STREAMS: &[(&str, &str, &str)] = &[
    (
        "Recording.processRecordingProgress",
        "Recording.processRecording",
        "recordingId",
    ),
    ("Console.newMessage", "Console.findMessages", ""),
    ("Debugger.newSource", "Debugger.findSources", ""),
    ("Debugger.newSources", "Debugger.findSources", ""),
    (
        "Debugger.sourceContentsInfo",
        "Debugger.streamSourceContents",
        "sourceId",
    ),
    (
        "Debugger.sourceContentsChunk",
        "Debugger.streamSourceContents",
        "sourceId",
    ),
    (
        "Debugger.searchSourceContentsMatches",
        "Debugger.searchSourceContents",
        "searchId",
    ),
    (
        "Debugger.functionsMatches",
        "Debugger.searchFunctions",
        "searchId",
    ),
    ("Graphics.paintPoints", "Graphics.findPaints", ""),
    ("Network.requests", "Network.findRequests", ""),
    ("Network.requestBodyData", "Network.getRequestBody", "id"),
    ("Network.responseBodyData", "Network.getResponseBody", "id"),
    (
        "Recording.processRecordingProgress",
        "Recording.processRecording",
        "recordingId",
    ),
    ("Session.annotations", "Session.findAnnotations", ""),
    ("Session.findPointsResults", "Session.findPoints", "findPointsId"),
    ("Session.keyboardEvents", "Session.findKeyboardEvents", ""),
    ("Session.loadedRegions", "Session.listenForLoadChanges", ""),
    ("Session.mouseEvents", "Session.findMouseEvents", ""),
    ("Session.navigationEvents", "Session.findNavigationEvents", ""),
    (
        "Session.processingProgress",
        "Session.listenForProcessingProgress",
        "",
    ),
    (
        "Session.runEvaluationResults",
        "Session.runEvaluation",
        "runEvaluationId",
    ),
];

/// Events that come of themselves.
const UNASKED: &[&str] = &[
    "Session.mayDestroy",
    "Session.willDestroy",
    "Recording.sessionError",
];

impl Traffic {
    /// Watches a connection from now on.
    pub(crate) fn watch(connection: &Connection) -> Rc<Self> {
        let traffic = Rc::new(Self::default());
        let watcher = Rc::clone(&traffic);
        connection.observe(move |notice| match notice {
            Notice::Sent(text) => watcher.sent(text),
            Notice::Received(frame) => match frame.as_text().and_then(|text| serde_json::from_str(text).ok())
            {
                Some(message) => watcher.received(&message),
                None => watcher.complain("a frame is not JSON".to_owned()),
            },
            Notice::Undecodable { what, message } => watcher.complain(format!("{what}: {message}")),
            Notice::UnknownAnswer { id } => {
                watcher.complain(format!("an answer to {id}, which was never asked"))
            }
            _ => {}
        });
        traffic
    }

    /// Panics with all that was wrong.
    pub(crate) fn check(&self) {
        let wrong = self.wrong.borrow();
        assert!(
            wrong.is_empty(),
            "{} wrongs in the traffic:\n{}",
            wrong.len(),
            wrong.join("\n")
        );
    }

    fn sent(&self, text: &str) {
        let mut message: Value = serde_json::from_str(text).expect("we send JSON");
        self.complain_all(wrongs_of_request(&SCHEMA, &message));
        let asked = Asked {
            method: text_of(&message["method"]),
            params: message["params"].take(),
            session_id: text_of(&message["sessionId"]),
            pause_id: message["pauseId"].as_str().map(str::to_owned),
            is_answered: false,
        };
        self.asked
            .borrow_mut()
            .insert(message["id"].as_i64().expect("ids are numbers"), asked);
    }

    fn received(&self, message: &Value) {
        match message["id"].as_i64() {
            Some(id) => self.answered(id, message),
            None => self.happened(message),
        }
    }

    fn answered(&self, id: i64, message: &Value) {
        let mut all_asked = self.asked.borrow_mut();
        let Some(asked) = all_asked.get_mut(&id) else {
            return;
        };
        let Asked {
            method,
            session_id,
            pause_id,
            ..
        } = asked;
        self.complain_all(wrongs_of(&SCHEMA, message, Some(method)));
        if std::mem::replace(&mut asked.is_answered, true) {
            self.complain(format!("{method} was answered twice"));
        }
        // Whether a refusal says why, the schema's check has seen.
        if let (Some(result), None) = (message.get("result"), message.get("error")) {
            if let Some(pause_id) = pause_id {
                self.said(method, session_id, pause_id, data_of(result));
            }
            for message in result["messages"].as_array().into_iter().flatten() {
                let pause_id = text_of(&message["pauseId"]);
                self.said(method, session_id, &pause_id, &message["data"]);
            }
        }
    }

    fn happened(&self, message: &Value) {
        let (method, params) = (text_of(&message["method"]), &message["params"]);
        let session_id = text_of(&message["sessionId"]);
        self.complain_all(wrongs_of(&SCHEMA, message, None));
        if UNASKED.contains(&method.as_str()) {
            return;
        }
        let Some((_, command, same)) = STREAMS.iter().find(|(event, ..)| *event == method) else {
            return self.complain(format!("{method} is no event of a session: {message}"));
        };
        let is_asked_for = self.asked.borrow().values().any(|asked| {
            asked.method == *command
                && asked.session_id == session_id
                && !asked.is_answered
                && (same.is_empty() || asked.params[same] == params[same])
        });
        if !is_asked_for {
            self.complain(format!(
                "{method} came although no {command} is waiting for its answer"
            ));
        }
        if let Some(message) = params.get("message") {
            self.said(
                &method,
                &session_id,
                &text_of(&message["pauseId"]),
                &message["data"],
            );
        }
        for result in params["results"].as_array().into_iter().flatten() {
            self.said(
                &method,
                &session_id,
                &text_of(&result["pauseId"]),
                &result["data"],
            );
        }
    }

    /// Pause data came.
    fn said(&self, by: &str, session_id: &str, pause_id: &str, data: &Value) {
        let told = &mut *self.told.borrow_mut();
        let told = told
            .entry((session_id.to_owned(), pause_id.to_owned()))
            .or_default();
        for frame in list(data, "frames") {
            let id = text_of(&frame["frameId"]);
            if !told.frames.insert(id.clone()) {
                self.complain(format!("{by} says frame {id} of pause {pause_id} again"));
            }
        }
        for scope in list(data, "scopes") {
            let id = text_of(&scope["scopeId"]);
            if !told.scopes.insert(id.clone()) {
                self.complain(format!("{by} says scope {id} of pause {pause_id} again"));
            }
        }
        for object in list(data, "objects") {
            let id = text_of(&object["objectId"]);
            let fullness = fullness(object);
            let before = told.objects.insert(id.clone(), fullness);
            if before.is_some_and(|before| before >= fullness) {
                self.complain(format!(
                    "{by} says no more of object {id} of pause {pause_id} than before"
                ));
            }
        }
    }

    fn complain_all(&self, wrongs: Vec<String>) {
        self.wrong.borrow_mut().extend(wrongs);
    }

    fn complain(&self, wrong: String) {
        self.wrong.borrow_mut().push(wrong);
    }
}

/// Pause data of an answer, wherever it is.
fn data_of(result: &Value) -> &Value {
    result.get("data").unwrap_or(&result["result"]["data"])
}

fn fullness(object: &Value) -> (u8, usize) {
    let Some(preview) = object.get("preview") else {
        return (0, 0);
    };
    let n_parts = ["properties", "containerEntries", "getterValues"]
        .iter()
        .map(|part| list(preview, part).len())
        .sum();
    match preview["overflow"].as_bool() {
        Some(true) => (1, n_parts),
        _ => (2, n_parts),
    }
}

fn list<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value[field].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
