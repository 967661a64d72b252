//! HAR files.

use importer::Kind;
use recording::origin::Content;
use serde_json::Value as Json;

use crate::support::{Session, check_order, entry, imported, sample};

/// Checks every request of a HAR against what the engine tells of it.
fn check(har: &Json, session: &mut Session) {
    let entries = har["log"]["entries"].as_array().unwrap();
    let requests = session.requests();
    assert_eq!(requests.len(), entries.len());
    let infos: Vec<Json> = requests.iter().map(|(info, _)| info.clone()).collect();
    check_order(&infos);
    for expected in entries {
        let (url, method) = (&expected["request"]["url"], &expected["request"]["method"]);
        let is_it = |(_, events): &&(Json, Vec<Json>)| {
            events[0]["event"]["requestUrl"] == *url && events[0]["event"]["requestMethod"] == *method
        };
        let (_, events) = requests.iter().find(is_it).unwrap_or_else(|| panic!("{url}"));
        let n_headers = |json: &Json| json.as_array().map(Vec::len);
        assert_eq!(
            n_headers(&events[0]["event"]["requestHeaders"]),
            n_headers(&expected["request"]["headers"]),
            "{url}"
        );
        let response = events
            .iter()
            .find(|event| event["event"]["kind"] == "response")
            .unwrap();
        assert_eq!(
            response["event"]["responseStatus"], expected["response"]["status"],
            "{url}"
        );
        assert_eq!(
            n_headers(&response["event"]["responseHeaders"]),
            n_headers(&expected["response"]["headers"]),
            "{url}"
        );
        let done = events
            .iter()
            .find(|event| event["event"]["kind"] == "request-done")
            .unwrap();
        let took = done["time"].as_f64().unwrap() - events[0]["time"].as_f64().unwrap();
        assert!(
            (took - expected["time"].as_f64().unwrap()).abs() < 0.01,
            "{url}: {took}"
        );
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// What the page asked for and got, whichever file says so.
fn check_bodies(session: &mut Session, reader: &recording::reader::Reader) {
    let requests = session.requests();
    let find = |end: &str| {
        let is_it = |(_, events): &&(Json, Vec<Json>)| {
            events[0]["event"]["requestUrl"].as_str().unwrap().ends_with(end)
        };
        requests
            .iter()
            .find(is_it)
            .unwrap_or_else(|| panic!("no request of {end}"))
            .0["id"]
            .clone()
    };
    let page = |path: &str| {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../tests/pages")
            .join(path);
        std::fs::read_to_string(path).unwrap()
    };
    for path in [
        "todo/suggestions.json",
        "todo/style.css",
        "todo/app.js",
        "checkout/orders.js",
    ] {
        assert_eq!(text(session.response_body(&find(path))), page(path), "{path}");
    }
    let sources = session.sources();
    let source = sources
        .iter()
        .find(|source| source["url"] == "http://127.0.0.1:8914/todo/app.js");
    let id = &source.unwrap_or_else(|| panic!("{sources:?}"))["sourceId"];
    let contents = session.ask(
        "Debugger.getSourceContents",
        serde_json::json!({ "sourceId": id }),
    );
    assert_eq!(contents["contents"], page("todo/app.js"));
    assert_eq!(reader.manifest().counts.steps, 0);
    let navigations = session.navigations();
    let urls: Vec<&str> = navigations.iter().map(|(_, url)| url.as_str()).collect();
    assert_eq!(
        urls,
        ["http://127.0.0.1:8914/todo/", "http://127.0.0.1:8914/checkout/"]
    );
}

#[test]
fn a_har_becomes_a_recording_of_its_requests() {
    let bytes = sample("session.har");
    let (imported, reader) = imported(&bytes);
    assert_eq!(imported.kind, Kind::Har);
    let mut session = Session::new(&reader);
    check(&serde_json::from_slice(&bytes).unwrap(), &mut session);
    check_bodies(&mut session, &reader);
    assert!(imported.report.left.is_empty(), "{:?}", imported.report.left);
    assert_eq!(
        imported.manifest.origin.as_ref().unwrap().recorder,
        "Playwright 1.65.1"
    );
    for content in [
        Content::Console,
        Content::Pictures,
        Content::Documents,
        Content::Execution,
    ] {
        assert!(
            imported.manifest.lack(content).unwrap().contains("HAR"),
            "{content:?}"
        );
    }
    assert_eq!(imported.manifest.lack(Content::Network), None);
    assert_eq!(imported.manifest.lack(Content::Sources), None);
}

#[test]
fn a_zipped_har_has_its_bodies_beside_it() {
    let bytes = sample("session.har.zip");
    let (imported, reader) = imported(&bytes);
    assert_eq!(imported.kind, Kind::Har);
    let mut session = Session::new(&reader);
    check(
        &serde_json::from_slice(&entry(&bytes, "har.har")).unwrap(),
        &mut session,
    );
    check_bodies(&mut session, &reader);
    assert!(imported.report.left.is_empty(), "{:?}", imported.report.left);
}

#[test]
fn a_har_without_its_files_says_what_is_missing() {
    let bytes = entry(&sample("session.har.zip"), "har.har");
    let (imported, _) = imported(&bytes);
    let har: Json = serde_json::from_slice(&bytes).unwrap();
    let has_file = |entry: &&Json| !entry["response"]["content"]["_file"].is_null();
    let entries = har["log"]["entries"].as_array().unwrap();
    let n_posted = entries
        .iter()
        .filter(|entry| !entry["request"]["postData"]["_file"].is_null())
        .count();
    let n_files = entries.iter().filter(has_file).count() + n_posted;
    assert_eq!(crate::support::n_left(&imported, "files beside"), n_files as u64);
    assert!(imported.manifest.lack(Content::Sources).is_some());
}

#[test]
fn the_same_file_is_the_same_recording() {
    let bytes = sample("session.har");
    let (first, file) = crate::support::import(&bytes).unwrap();
    let (second, again) = crate::support::import(&bytes).unwrap();
    assert_eq!(first.manifest, second.manifest);
    assert!(file == again);
}
