//! Events of rrweb.

use std::io::Read;

use flate2::read::GzDecoder;
use importer::Kind;
use recording::origin::Content;
use serde_json::{Value as Json, json};

use crate::{
    outline::{Replay, of_recording},
    support::{Session, check_order, imported, sample},
};

fn events() -> Vec<Json> {
    let mut text = String::new();
    GzDecoder::new(&*sample("rrweb.json.gz"))
        .read_to_string(&mut text)
        .unwrap();
    serde_json::from_str(&text).unwrap()
}

fn of_source(events: &[Json], source: u64) -> impl Iterator<Item = &Json> {
    events
        .iter()
        .filter(move |event| event["type"] == 3 && event["data"]["source"] == source)
}

fn of_plugin<'e>(events: &'e [Json], plugin: &'e str) -> impl Iterator<Item = &'e Json> {
    events
        .iter()
        .filter(move |event| event["type"] == 6 && event["data"]["plugin"] == plugin)
}

#[test]
fn events_become_a_recording_of_all_that_is_in_them() {
    let (imported, reader) = imported(&sample("rrweb.json.gz"));
    assert_eq!(imported.kind, Kind::Rrweb);
    let events = events();
    let mut session = Session::new(&reader);
    let mouse = session.mouse();
    let n_moves: usize = of_source(&events, 1)
        .map(|event| event["data"]["positions"].as_array().unwrap().len())
        .sum();
    let n_downs = of_source(&events, 2)
        .filter(|event| event["data"]["type"] == 1)
        .count();
    let of_kind = |kind: &str| mouse.iter().filter(|event| event["kind"] == kind).count();
    assert!(n_moves > 0 && n_downs > 0);
    assert_eq!((of_kind("mousemove"), of_kind("mousedown")), (n_moves, n_downs));
    check_order(&mouse);
    let messages = session.messages();
    assert_eq!(messages.len(), of_plugin(&events, "rrweb/console@1").count());
    let navigations: Vec<String> = session.navigations().into_iter().map(|(_, url)| url).collect();
    assert_eq!(
        navigations,
        [
            "http://127.0.0.1:8914/todo/#all",
            "http://127.0.0.1:8914/checkout/"
        ]
    );
    assert_eq!(imported.manifest.head.viewport, (400, 400));
    assert_eq!(imported.manifest.title, "Checkout");
    let n_scrolls = of_source(&events, 3).count() as u64;
    assert_eq!(crate::support::n_left(&imported, "scrolls"), n_scrolls);
    let n_early = of_source(&events, 5)
        .filter(|event| event["data"]["id"] == -1)
        .count() as u64;
    assert_eq!(
        crate::support::n_left(&imported, "not in the document yet"),
        n_early
    );
    assert_eq!(imported.report.left.len(), 2, "{:?}", imported.report.left);
    for content in [
        Content::Pictures,
        Content::Sources,
        Content::Execution,
        Content::Keyboard,
    ] {
        assert!(
            imported.manifest.lack(content).unwrap().contains("rrweb"),
            "{content:?}"
        );
    }
    assert_eq!(imported.manifest.lack(Content::Console), None);
    assert_eq!(imported.manifest.lack(Content::Documents), None);
}

#[test]
fn documents_are_those_of_the_events() {
    let (_, reader) = imported(&sample("rrweb.json.gz"));
    let events = events();
    let began = reader.head().recorded_at;
    let time = |event: &Json| ((event["timestamp"].as_f64().unwrap() - began) * 1000.0) as u64;
    let changes: Vec<usize> = (0..events.len())
        .filter(|nth| {
            let data = &events[*nth]["data"];
            events[*nth]["type"] == 2
                || events[*nth]["type"] == 3 && (data["source"] == 0 || data["source"] == 5)
        })
        .collect();
    let times: Vec<u64> = changes.iter().map(|nth| time(&events[*nth])).collect();
    let outlines = of_recording(&reader, &times);
    let mut replay = Replay::default();
    let mut n_compared = 0;
    for (nth, (at, outline)) in changes.iter().zip(&outlines).enumerate() {
        replay.take(&events[*at]);
        // Of several at one time only the last is to be seen.
        if times.get(nth + 1) != times.get(nth) {
            assert_eq!(*outline, replay.outline(), "event {at}");
            n_compared += 1;
        }
    }
    assert!(n_compared > 20, "{n_compared}");
}

#[test]
fn messages_have_their_values() {
    let (_, reader) = imported(&sample("rrweb.json.gz"));
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
    let added = find("#3 add");
    let object = &added["data"]["objects"][0];
    assert_eq!(object["objectId"], added["argumentValues"][1]["object"]);
    let properties = object["preview"]["properties"].as_array().unwrap();
    let text = properties
        .iter()
        .find(|property| property["name"] == "text")
        .unwrap();
    assert_eq!(text["value"], "buy milk");
    assert_eq!(
        (&added["url"], &added["line"], &added["column"]),
        (
            &json!("http://127.0.0.1:8914/todo/app.js"),
            &json!(103),
            &json!(10)
        )
    );
    let uncaught = find("Uncaught TypeError");
    assert_eq!(
        (&uncaught["source"], &uncaught["level"]),
        (&json!("PageError"), &json!("error"))
    );
}

#[test]
fn requests_have_their_bodies_and_times() {
    let (_, reader) = imported(&sample("rrweb.json.gz"));
    let events = events();
    // The plugin tells some twice.
    let mut expected: Vec<(String, u64)> = of_plugin(&events, "rrweb/network@1")
        .flat_map(|event| event["data"]["payload"]["requests"].as_array().unwrap())
        .map(|request| {
            (
                request["name"].as_str().unwrap().to_owned(),
                request["status"].as_u64().unwrap(),
            )
        })
        .collect();
    expected.sort();
    expected.dedup();
    let mut session = Session::new(&reader);
    let requests = session.requests();
    let mut found: Vec<(String, u64)> = requests
        .iter()
        .map(|(_, events)| {
            let status = events
                .iter()
                .find_map(|event| event["event"]["responseStatus"].as_u64());
            (
                events[0]["event"]["requestUrl"].as_str().unwrap().to_owned(),
                status.unwrap(),
            )
        })
        .collect();
    found.sort();
    assert_eq!(found, expected);
    let of = |end: &str| {
        let is_it = |(_, events): &&(Json, Vec<Json>)| {
            events[0]["event"]["requestUrl"].as_str().unwrap().ends_with(end)
        };
        requests.iter().find(is_it).unwrap()
    };
    let (info, posted) = of("/reservations");
    assert_eq!(posted[0]["event"]["requestMethod"], "POST");
    assert_eq!(
        session.response_body(&info["id"]),
        b"{\"error\":\"the shop is closed\"}"
    );
    // It was asked for by the press of the button, and refused before the page said so.
    let refused = session
        .messages()
        .into_iter()
        .find(|message| message["argumentValues"][0]["value"] == "the order failed:");
    let (asked, told) = (
        info["time"].as_f64().unwrap(),
        refused.unwrap()["point"]["time"].as_f64().unwrap(),
    );
    assert!(asked < told && told - asked < 100.0, "{asked} {told}");
}

#[test]
fn typing_is_told_once_and_the_field_has_it() {
    let (_, reader) = imported(&sample("rrweb.json.gz"));
    let mut session = Session::new(&reader);
    let actions = session.actions();
    let titles: Vec<&str> = actions
        .iter()
        .map(|action| action["contents"].as_str().unwrap())
        .collect();
    let typed: Vec<&&str> = titles.iter().filter(|title| title.contains("Type ")).collect();
    assert_eq!(typed.len(), 1, "{titles:?}");
    assert!(
        typed[0].contains(r#"Type \"buy milk 15m\" into input#new-todo"#),
        "{typed:?}"
    );
    assert!(
        titles.iter().any(|title| title.contains("Click button#share")),
        "{titles:?}"
    );
}

/// However the events are packed, they are the same.
#[test]
fn events_may_be_packed_in_several_ways() {
    let events = events();
    let counts = |bytes: &[u8]| imported(bytes).0.manifest.counts;
    let expected = counts(&sample("rrweb.json.gz"));
    let array = serde_json::to_vec(&events).unwrap();
    let lines: String = events.iter().map(|event| format!("{event}\n")).collect();
    let batches: String = events
        .chunks(7)
        .map(|events| format!("{}\n", Json::from(events)))
        .collect();
    let object = json!({ "id": "session", "events": events }).to_string();
    let pretty = serde_json::to_string_pretty(&json!({ "events": events })).unwrap();
    let texts: Vec<String> = events.iter().map(Json::to_string).collect();
    for (what, bytes) in [
        ("array", array.clone()),
        ("marked", [b"\xef\xbb\xbf", &array[..]].concat()),
        ("lines", lines.into_bytes()),
        ("batches", batches.into_bytes()),
        ("object", object.into_bytes()),
        ("pretty", pretty.into_bytes()),
        ("texts", serde_json::to_vec(&texts).unwrap()),
        ("packed", serde_json::to_vec(&packed(&events)).unwrap()),
        ("zipped", zipped("events.json", &array)),
    ] {
        let mut found = counts(&bytes);
        found.chunks = expected.chunks;
        assert_eq!(found, expected, "{what}");
    }
}

/// As rrweb's packer does it: zlib, each byte a character.
fn packed(events: &[Json]) -> Vec<String> {
    use std::io::Write;
    let pack = |event: &Json| {
        let mut event = event.clone();
        event["v"] = "v1".into();
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(event.to_string().as_bytes()).unwrap();
        encoder.finish().unwrap().into_iter().map(char::from).collect()
    };
    events.iter().map(pack).collect()
}

fn zipped(name: &str, bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file(name, zip::write::SimpleFileOptions::default())
        .unwrap();
    zip.write_all(bytes).unwrap();
    zip.finish().unwrap().into_inner()
}
