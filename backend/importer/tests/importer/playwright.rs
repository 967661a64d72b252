//! Traces of Playwright.

use serde_json::{Value as Json, json};

use crate::{
    outline::{of_recording, of_snapshots},
    support::{Session, check_order, entry, imported, lines, n_left, sample},
};

fn of_type<'e>(events: &'e [Json], kind: &'e str) -> impl Iterator<Item = &'e Json> {
    events.iter().filter(move |event| event["type"] == kind)
}

/// What any trace must come to: told twice, by its own lines and by the engine.
struct Expected {
    events: Vec<Json>,
    entries: Vec<Json>,
}

impl Expected {
    fn of(bytes: &[u8], prefix: &str) -> Self {
        Self {
            events: lines(bytes, &format!("{prefix}.trace")),
            entries: lines(bytes, &format!("{prefix}.network")),
        }
    }

    /// The beginning of the story in the trace's clock, the first thing that is in the recording.
    fn check(&self, session: &mut Session) {
        let n_paints = of_type(&self.events, "screencast-frame").count();
        assert_eq!(session.paints().len(), n_paints, "paints");
        let is_printed = |event: &&Json| event["messageType"] != "endGroup";
        let n_printed = of_type(&self.events, "console").filter(is_printed).count();
        let is_error = |event: &&Json| event["method"] == "pageError";
        let n_errors = of_type(&self.events, "event").filter(is_error).count();
        assert!(n_printed > 0);
        let messages = session.messages();
        assert_eq!(messages.len(), n_printed + n_errors, "messages");
        let requests = session.requests();
        assert_eq!(requests.len(), self.entries.len(), "requests");
        for entry in &self.entries {
            let request = &entry["snapshot"]["request"];
            let is_it = |(_, events): &&(Json, Vec<Json>)| {
                events[0]["event"]["requestUrl"] == request["url"]
                    && events[0]["event"]["requestMethod"] == request["method"]
            };
            let (_, events) = requests.iter().find(is_it).unwrap_or_else(|| panic!("{request}"));
            let status = events
                .iter()
                .find_map(|event| event["event"]["responseStatus"].as_i64());
            assert_eq!(
                status,
                entry["snapshot"]["response"]["status"].as_i64(),
                "{request}"
            );
        }
        let clicks = of_type(&self.events, "before")
            .filter(|event| event["method"] == "click")
            .count();
        let mouse = session.mouse();
        let downs = mouse.iter().filter(|event| event["kind"] == "mousedown").count();
        assert_eq!(downs, clicks, "presses");
        let typed = of_type(&self.events, "before").map(|event| {
            let text = event["params"]["text"].as_str().unwrap_or_default();
            text.chars().count() + usize::from(event["method"] == "keyboardPress")
        });
        let keys = session.keys();
        let downs = keys.iter().filter(|event| event["kind"] == "keydown").count();
        assert_eq!(downs, typed.sum::<usize>(), "keys");
        for events in [&mouse, &keys, &session.paints(), &session.actions()] {
            check_order(events);
        }
    }
}

#[test]
fn a_trace_becomes_a_recording_of_all_that_is_in_it() {
    let bytes = sample("trace.zip");
    let (imported, reader) = imported(&bytes);
    let expected = Expected::of(&bytes, "trace");
    let mut session = Session::new(&reader);
    expected.check(&mut session);
    let n_calls = of_type(&expected.events, "before").count();
    let actions = session.actions();
    assert_eq!(actions.len(), n_calls);
    let titles: Vec<String> = actions
        .iter()
        .map(|action| {
            let contents: Json = serde_json::from_str(action["contents"].as_str().unwrap()).unwrap();
            contents["title"].as_str().unwrap().to_owned()
        })
        .collect();
    for title in [
        "Navigate to http://127.0.0.1:8914/todo/",
        "Type \"buy milk 15m\" #new-todo",
        "Press \"Enter\"",
        "Click #share",
    ] {
        assert!(titles.iter().any(|known| known == title), "{title}: {titles:?}");
    }
    let site = "http://127.0.0.1:8914";
    let expected: Vec<(String, String)> = [
        ("load", "/todo/"),
        ("hashchange", "/todo/#all"),
        ("hashchange", "/todo/#active"),
        ("load", "/checkout/"),
    ]
    .map(|(kind, path)| (kind.to_owned(), format!("{site}{path}")))
    .into();
    assert_eq!(session.navigations(), expected);
    let origin = imported.manifest.origin.as_ref().unwrap();
    assert_eq!(origin.recorder, "Playwright 1.65.1");
    assert_eq!(imported.manifest.title, "A list and an order");
    assert_eq!(imported.manifest.head.viewport, (180, 200));
    assert!(imported.report.left.is_empty(), "{:?}", imported.report.left);
}

#[test]
fn pictures_are_those_of_the_trace() {
    let bytes = sample("trace.zip");
    let (_, reader) = imported(&bytes);
    let events = lines(&bytes, "trace.trace");
    let mut session = Session::new(&reader);
    let paints = session.paints();
    for (paint, frame) in paints.iter().zip(of_type(&events, "screencast-frame")) {
        let params = json!({ "point": paint["point"], "mimeType": "image/jpeg" });
        let contents = session.ask("Graphics.getPaintContents", params);
        let data = contents["screen"]["data"].as_str().unwrap();
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        let expected = entry(&bytes, frame["file"].as_str().unwrap());
        assert!(STANDARD.decode(data).unwrap() == expected, "{frame}");
    }
    let row = &reader.paints().unwrap()[3];
    assert_eq!((row.event.width, row.event.scale), (180, 1.0));
}

#[test]
fn errors_and_objects_in_messages_are_values() {
    let (_, reader) = imported(&sample("trace.zip"));
    let mut session = Session::new(&reader);
    let messages = session.messages();
    let find = |text: &str| {
        let holds = |message: &&Json| {
            let first = message["argumentValues"][0]["value"].as_str().unwrap_or_default();
            message["text"].as_str().unwrap().starts_with(text) || first.starts_with(text)
        };
        messages
            .iter()
            .find(holds)
            .unwrap_or_else(|| panic!("no message begins with {text}"))
    };
    let class_of = |message: &Json, argument: usize| {
        let id = &message["argumentValues"][argument]["object"];
        let objects = message["data"]["objects"].as_array().unwrap();
        let object = objects.iter().find(|object| object["objectId"] == *id);
        object.unwrap_or_else(|| panic!("{message}"))["className"].clone()
    };
    let unreadable = find("settings were unreadable");
    assert_eq!(class_of(unreadable, 1), "SyntaxError");
    assert_eq!(
        (&unreadable["line"], &unreadable["column"]),
        (&json!(15), &json!(14))
    );
    assert_eq!(class_of(find("#1 add"), 1), "Todo");
    assert_eq!(find("saved")["argumentValues"][1]["value"], 2);
    let uncaught = find("Uncaught TypeError: Cannot read properties of undefined");
    assert_eq!(uncaught["source"], "PageError");
    assert_eq!(class_of(uncaught, 0), "TypeError");
    assert_eq!(uncaught["url"], "http://127.0.0.1:8914/todo/app.js");
    assert_eq!(uncaught["line"], 96);
    let calls = session.ask("Session.experimentalCommand", json!({ "name": "consoleCalls" }));
    let methods: Vec<&str> = calls["rval"]["calls"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|call| call["method"].as_str())
        .collect();
    assert_eq!(methods, ["group", "groupEnd", "info", "debug"]);
}

/// Each snapshot of a frame, written out by itself, against the rows of the recording at its time.
fn check_documents(name: &str, prefix: &str) {
    let bytes = sample(name);
    let (_, reader) = imported(&bytes);
    let events = lines(&bytes, &format!("{prefix}.trace"));
    let snapshots: Vec<&Json> = of_type(&events, "frame-snapshot")
        .map(|event| &event["snapshot"])
        .collect();
    assert!(snapshots.len() > 5);
    let context = of_type(&events, "context-options").next().unwrap();
    let before = of_type(&events, "before").next().unwrap();
    let clock = match context["monotonicTime"].as_f64() {
        Some(own) => context["wallTime"].as_f64().unwrap() - own,
        None => before["wallTime"].as_f64().unwrap() - before["startTime"].as_f64().unwrap(),
    };
    let began = reader.head().recorded_at;
    let time = |snapshot: &Json| ((snapshot["timestamp"].as_f64().unwrap() + clock - began) * 1000.0) as u64;
    let times: Vec<u64> = snapshots.iter().map(|snapshot| time(snapshot)).collect();
    let outlines = of_recording(&reader, &times);
    for (nth, outline) in outlines.iter().enumerate() {
        let expected = of_snapshots(&snapshots[..=nth]);
        assert_eq!(*outline, expected, "snapshot {nth} of {name}");
    }
}

#[test]
fn documents_are_those_of_the_snapshots() {
    for (name, prefix) in [
        ("trace.zip", "trace"),
        ("trace-test.zip", "1-trace"),
        ("trace-v6.zip", "trace"),
        ("trace-v7.zip", "trace"),
        ("trace-v8.zip", "trace"),
    ] {
        check_documents(name, prefix);
    }
}

#[test]
fn a_node_stays_the_same_while_the_document_changes() {
    let (_, reader) = imported(&sample("trace.zip"));
    let rows = reader.dom().unwrap();
    let is_document = |row: &&recording::event::Row<recording::page::DomChange>| {
        matches!(row.event, recording::page::DomChange::Document { .. })
    };
    // An empty page, the list, the shop: everything else is a change.
    assert_eq!(rows.iter().filter(is_document).count(), 3);
    assert!(rows.len() >= 10, "{}", rows.len());
}

#[test]
fn calls_stand_in_the_lines_that_made_them() {
    let (_, reader) = imported(&sample("trace.zip"));
    let mut session = Session::new(&reader);
    let actions = session.actions();
    let action = |title: &str| {
        let found = actions
            .iter()
            .find(|action| action["contents"].as_str().unwrap().contains(title));
        found.unwrap_or_else(|| panic!("no action {title}"))["point"].clone()
    };
    let pause = session.pause_at(&action("Click #pay"));
    let stack = session.stack(&pause);
    assert_eq!(stack[0], ("order".to_owned(), 23), "{stack:?}");
    assert!(stack[1].0.ends_with("trace"), "{stack:?}");
    let pause = session.pause_at(&action("Click #share"));
    assert_eq!(session.stack(&pause)[0], ("tell".to_owned(), 16));
    let sources = session.sources();
    let story = sources
        .iter()
        .find(|source| source["url"] == "file:///tmp/playhead-importing/story.mjs");
    let id = &story.unwrap_or_else(|| panic!("{sources:?}"))["sourceId"];
    let text = session.ask("Debugger.getSourceContents", json!({ "sourceId": id }));
    assert!(
        text["contents"]
            .as_str()
            .unwrap()
            .contains("Leaves the list for the shop")
    );
    // The line ran once, whatever came after it.
    let hits = session.ask(
        "Debugger.getHitCounts",
        json!({ "sourceId": id, "locations": [{ "line": 23, "columns": [15] }], "maxHits": 100 }),
    );
    assert_eq!(hits["hits"][0]["hits"], 1, "{hits}");
    // Between the calls, nothing of it runs: what the page prints is not said to come from the test.
    let message = session
        .messages()
        .into_iter()
        .find(|message| message["text"] == "" && message["argumentValues"][0]["value"] == "saved");
    let pause = session.pause_at(&message.unwrap()["point"]["point"]);
    assert_eq!(session.stack(&pause), []);
}

#[test]
fn a_trace_of_the_test_runner_has_the_steps_of_the_test() {
    let bytes = sample("trace-test.zip");
    let (imported, reader) = imported(&bytes);
    let mut session = Session::new(&reader);
    let steps = lines(&bytes, "test.trace");
    let is_step = |event: &&Json| !matches!(event["method"].as_str(), Some("hook" | "fixture"));
    let n_steps = of_type(&steps, "before").filter(is_step).count();
    // What the library did that is no step of the test is there too.
    let own = lines(&bytes, "1-trace.trace");
    let ids: Vec<&Json> = of_type(&steps, "before").map(|event| &event["callId"]).collect();
    let n_own = of_type(&own, "before")
        .filter(|event| !ids.contains(&&event["callId"]))
        .count();
    let actions = session.actions();
    assert_eq!(actions.len(), n_steps + n_own);
    let contents: Vec<&str> = actions
        .iter()
        .map(|action| action["contents"].as_str().unwrap())
        .collect();
    for title in [
        "\"order\"",
        "Click locator('#terms')",
        "Expect \\\"toHaveText\\\" locator('#status')",
    ] {
        assert!(
            contents.iter().any(|known| known.contains(title)),
            "{title}: {contents:?}"
        );
    }
    assert_eq!(
        n_left(&imported, "hooks and fixtures"),
        (of_type(&steps, "before").count() - n_steps) as u64
    );
    let printed = session.messages();
    assert!(
        printed.iter().any(|message| message["text"] == "stdout: ordered"),
        "{printed:?}"
    );
    let n_paints = of_type(&own, "screencast-frame").count();
    assert_eq!(session.paints().len(), n_paints);
    let mouse = session.mouse();
    assert_eq!(
        mouse.iter().filter(|event| event["kind"] == "mousedown").count(),
        2
    );
    assert_eq!(imported.manifest.title, "order.spec.mjs:5 › an order is refused");
}

#[test]
fn traces_of_older_versions_open() {
    for (name, version) in [("trace-v6.zip", 6), ("trace-v7.zip", 7), ("trace-v8.zip", 8)] {
        let bytes = sample(name);
        let expected = Expected::of(&bytes, "trace");
        assert_eq!(expected.events[0]["version"], version);
        let (imported, reader) = imported(&bytes);
        let mut session = Session::new(&reader);
        expected.check(&mut session);
        let n_calls = of_type(&expected.events, "before").count();
        let actions = session.actions();
        assert_eq!(actions.len(), n_calls, "{name}");
        let clicked = actions
            .iter()
            .find(|action| action["contents"].as_str().unwrap().contains("#pay"));
        let pause = session.pause_at(&clicked.unwrap()["point"]);
        assert_eq!(session.stack(&pause)[0], ("order".to_owned(), 23), "{name}");
        assert_eq!(
            session.text_of(&pause, "#status").as_deref(),
            Some("Nothing ordered yet"),
            "{name}"
        );
        assert!(
            imported.report.left.is_empty(),
            "{name}: {:?}",
            imported.report.left
        );
    }
}
