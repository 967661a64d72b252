//! What nobody should have written: every answer is a recording that is sound, or one sentence, and soon.

use std::io::{Cursor, Write};

use importer::ImportError;
use serde_json::{Value as Json, json};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::support::{import, imported, n_left, sample};

/// A ZIP of texts.
fn archive<'a>(entries: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const CONTEXT: &str = r#"{"version":8,"type":"context-options","origin":"library","browserName":"chromium","wallTime":1000,"monotonicTime":0,"options":{}}"#;

/// A trace of some events.
fn trace(events: &[Json]) -> Vec<u8> {
    let lines: String = events.iter().map(|event| format!("{event}\n")).collect();
    archive([("trace.trace", format!("{CONTEXT}\n{lines}").as_bytes())])
}

fn snapshot(at: u64, html: Json) -> Json {
    json!({ "type": "frame-snapshot", "snapshot": {
        "callId": format!("call@{at}"), "snapshotName": format!("before@call@{at}"), "pageId": "page@1", "frameId": "frame@1",
        "frameUrl": "http://a.test/", "html": html, "timestamp": at, "isMainFrame": true,
    } })
}

fn check_refused(bytes: &[u8], expected: &str) {
    let error = import(bytes).map(drop).unwrap_err().to_string();
    assert!(error.contains(expected), "{error}");
    assert!(!error.contains('\n') && error.len() < 400, "{error}");
}

#[test]
fn what_is_none_of_the_kinds_is_refused_with_a_word_on_what_to_give() {
    for bytes in [
        &b""[..],
        b"hello",
        b"<html></html>",
        b"\x89PNG\r\n\x1a\n",
        b"[1,2,3]",
        b"{\"traceEvents\":[]}",
        b"PK",
    ] {
        check_refused(bytes, "give a Playwright trace");
    }
    check_refused(&archive([("a.txt", &b"x"[..])]), "give a Playwright trace");
    check_refused(&archive([("head.json", &b"{}"[..])]), "recording already");
    let report = archive([("index.html", &b"x"[..]), ("data/1a.zip", &b"x"[..])]);
    check_refused(&report, "in its folder data");
    check_refused(CONTEXT.as_bytes(), "import the whole trace.zip");
}

#[test]
fn what_has_nothing_to_show_says_so() {
    check_refused(&trace(&[]), "nothing in it that could be shown");
    check_refused(
        br#"{"log":{"version":"1.2","entries":[]}}"#,
        "there is no request",
    );
    check_refused(br#"{"events":[]}"#, "there is no event");
}

#[test]
fn versions_that_are_too_old_are_refused_and_newer_ones_are_read_with_a_word() {
    let of_version = |version: u32| {
        let context = CONTEXT.replace("\"version\":8", &format!("\"version\":{version}"));
        let before = r#"{"type":"before","callId":"call@1","startTime":5,"class":"Page","method":"goto","params":{"url":"http://a.test/"}}"#;
        archive([(
            "trace.trace",
            format!("{context}\n{before}\n{{\"type\":\"dream\"}}\n").as_bytes(),
        )])
    };
    let error = import(&of_version(4)).map(drop).unwrap_err();
    assert!(matches!(error, ImportError::Version { found: 4, .. }), "{error}");
    let text = error.to_string();
    assert!(
        text.contains("version 4") && text.contains("5 to 10") && text.contains("record it again"),
        "{text}"
    );
    let (imported, _) = imported(&of_version(11));
    let warnings = &imported.manifest.warnings;
    assert!(
        warnings
            .iter()
            .any(|warning| warning.contains("version 11") && warning.contains("10")),
        "{warnings:?}"
    );
    assert_eq!(n_left(&imported, "kind that is not known"), 1);
}

#[test]
fn bombs_are_not_unpacked() {
    // Half a gigabyte of nothing, of which a thousandth is stored.
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let block = vec![b' '; 8 << 20];
    packed
        .write_all(b"[{\"type\":4,\"timestamp\":1,\"data\":{}},")
        .unwrap();
    for _ in 0..65 {
        packed.write_all(&block).unwrap();
    }
    let bomb = packed.finish().unwrap();
    assert!(bomb.len() < 4 << 20);
    check_refused(&bomb, "MiB come out");
}

#[test]
fn an_entry_that_unpacks_to_too_much_ends_the_import() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(
        "trace.trace",
        SimpleFileOptions::default().compression_level(Some(1)),
    )
    .unwrap();
    let block = vec![b'\n'; 8 << 20];
    for _ in 0..65 {
        zip.write_all(&block).unwrap();
    }
    check_refused(&zip.finish().unwrap().into_inner(), "MiB come out of trace.trace");
}

#[test]
fn json_that_nests_too_deep_is_left_out() {
    let deep = |n: usize| "[\"DIV\",{},".repeat(n) + "\"x\"" + &"]".repeat(n);
    for n in [300, 1_000, 200_000] {
        let snapshot = snapshot(1, json!(["HTML"]))
            .to_string()
            .replace("[\"HTML\"]", &deep(n));
        let file = archive([(
            "trace.trace",
            format!("{CONTEXT}\n{snapshot}\n{}\n", snapshot_text(2)).as_bytes(),
        )]);
        let (imported, reader) = imported(&file);
        let n_unread = u64::from(n > 400);
        assert_eq!(n_left(&imported, "cannot be read"), n_unread, "{n}");
        assert_eq!(reader.dom().unwrap().len() as u64, 2 - n_unread, "{n}");
    }
    let deep =
        "{\"type\":2,\"id\":9,\"tagName\":\"i\",\"childNodes\":[".repeat(50_000) + &"]}".repeat(50_000);
    let events = format!(
        "[{{\"type\":4,\"timestamp\":5,\"data\":{{\"href\":\"a\",\"width\":1,\"height\":1}}}},{{\"type\":2,\"timestamp\":6,\"data\":{{\"node\":{deep}}}}}]"
    );
    let (imported, _) = imported(events.as_bytes());
    assert_eq!(n_left(&imported, "cannot be read"), 1);
}

fn snapshot_text(at: u64) -> String {
    snapshot(at, json!(["HTML", {}, ["BODY", {}, "x"]])).to_string()
}

/// Each snapshot is twice the one before: a few lines that stand for more nodes than there is memory.
#[test]
fn references_that_double_are_cut() {
    let mut events = vec![snapshot(1, json!(["HTML", {}, "x"]))];
    for at in 2..50_u64 {
        // The root of the one before is its last node.
        let root = if at == 2 { 1 } else { 0 };
        events.push(snapshot(at, json!(["HTML", {}, [[1, root]], [[1, root]]])));
    }
    let (imported, reader) = imported(&trace(&events));
    assert!(n_left(&imported, "too large") > 0, "{:?}", imported.report.left);
    assert!(reader.dom().unwrap().len() < 40);
}

#[test]
fn references_to_nowhere_and_in_circles_are_harmless() {
    let wild = [
        json!([[0, 0]]),
        json!([[7, 3]]),
        json!([[1, 99_999]]),
        json!([
            "HTML",
            {},
            [[0, 1]],
            [[1, 0]],
            [[18_446_744_073_709_551_615_u64, 0]]
        ]),
        json!(["HTML", {}, ["BODY", {}, [[1, 2]], [[2, 0]], [[2, 1]]]]),
        json!(["BODY", {}, ["HTML", {}, [[1, 0]], [[1, 1]]]]),
        json!([]),
        json!(7),
        json!([{}]),
        json!(["HTML", []]),
        json!(["HTML", { "class": 3 }]),
    ];
    let mut events = Vec::new();
    for (nth, html) in wild.iter().cycle().take(60).enumerate() {
        let nth = nth as u64 * 2 + 1;
        events.push(snapshot(
            nth,
            json!(["HTML", {}, ["BODY", {}, "a", ["P", {}, "b"]]]),
        ));
        events.push(snapshot(nth + 1, html.clone()));
    }
    let (_, reader) = imported(&trace(&events));
    let outlines = crate::outline::of_recording(&reader, &[u64::MAX]);
    assert!(outlines[0].len() > 2, "{outlines:?}");
}

#[test]
fn times_and_places_that_are_none_are_left_out() {
    let events: Vec<Json> = vec![
        json!({ "type": 4, "timestamp": 1000, "data": { "href": "http://a.test/", "width": 1e300, "height": -5 } }),
        json!({ "type": 3, "timestamp": 1e308, "data": { "source": 2, "type": 1, "x": 1e308, "y": -1e308 } }),
        json!({ "type": 3, "timestamp": -5, "data": { "source": 2, "type": 1, "x": 1, "y": 1 } }),
        json!({ "type": 3, "timestamp": "now", "data": { "source": 0 } }),
        json!({ "type": 3, "data": { "source": 0 } }),
        json!({ "type": 99, "timestamp": 1001 }),
        json!({ "type": 3, "timestamp": 1002, "data": { "source": 1, "positions": [{ "x": 1, "y": 1, "timeOffset": -1e300 }] } }),
        json!({ "type": 3, "timestamp": 1003, "data": { "source": 0, "removes": [{ "id": 5 }], "adds": [{ "parentId": 1, "nextId": 2, "node": { "id": 2 } }] } }),
        json!({ "type": 6, "timestamp": 1004, "data": { "plugin": "rrweb/console@1", "payload": { "level": 7 } } }),
        json!({ "type": 6, "timestamp": 1004, "data": { "plugin": "other", "payload": {} } }),
        json!(null),
        json!("packed?"),
    ];
    let (imported, reader) = imported(Json::from(events).to_string().as_bytes());
    assert_eq!(n_left(&imported, "say no time"), 2);
    assert_eq!(n_left(&imported, "at no time"), 1);
    assert_eq!(n_left(&imported, "not there"), 2);
    assert_eq!(n_left(&imported, "plugins that are not known"), 1);
    assert_eq!(n_left(&imported, "cannot be unpacked"), 1);
    assert_eq!(reader.head().viewport, (1280, 800));
}

/// Nodes that wait for each other, or for themselves.
#[test]
fn nodes_that_are_added_in_circles_are_harmless() {
    let node = |id: i64| json!({ "type": 2, "id": id, "tagName": "p", "attributes": {}, "childNodes": [] });
    let add =
        |id: i64, parent: i64, next: i64| json!({ "parentId": parent, "nextId": next, "node": node(id) });
    let root = json!({ "type": 0, "id": 1, "childNodes": [node(2)] });
    let adds = [
        add(3, 2, 4),
        add(4, 2, 3),
        add(5, 6, 1),
        add(6, 5, 1),
        add(7, 7, 7),
        add(2, 2, 2),
        add(8, 3, 9),
    ];
    let events = json!([
        { "type": 4, "timestamp": 5, "data": { "href": "a", "width": 1, "height": 1 } },
        { "type": 2, "timestamp": 6, "data": { "node": root } },
        { "type": 3, "timestamp": 7, "data": { "source": 0, "adds": adds, "removes": [], "texts": [], "attributes": [] } },
    ]);
    let (imported, reader) = imported(events.to_string().as_bytes());
    assert!(
        n_left(&imported, "parents are not there") >= 2,
        "{:?}",
        imported.report.left
    );
    assert_eq!(reader.dom().unwrap().len(), 2);
}

#[test]
fn huge_texts_are_bounded() {
    // A line beyond the limit is passed over; what is behind it is read.
    let long = format!(
        "{{\"type\":\"stdout\",\"timestamp\":1,\"text\":\"{}\"}}",
        "x".repeat(65 << 20)
    );
    let before =
        r#"{"type":"before","callId":"call@1","startTime":5,"class":"Page","method":"goto","params":{}}"#;
    let file = archive([("trace.trace", format!("{CONTEXT}\n{long}\n{before}\n").as_bytes())]);
    let (imported_trace, _) = imported(&file);
    assert_eq!(n_left(&imported_trace, "too long"), 1);
    assert_eq!(imported_trace.manifest.counts.annotations, 1);
    // A body beyond the limit is cut, and said to be.
    let entry = json!({
        "startedDateTime": "2026-12-01T00:00:00Z", "time": 1, "request": { "method": "GET", "url": "http://a.test/" },
        "response": { "status": 200, "headers": [], "content": { "size": 5, "mimeType": "text/plain", "text": "x".repeat(17 << 20) } },
    });
    let har = json!({ "log": { "version": "1.2", "entries": [entry] } });
    let (_, reader) = imported(har.to_string().as_bytes());
    let rows = reader.network().unwrap();
    let body = rows.iter().find_map(|row| row.event.what.body()).unwrap();
    assert_eq!((body.len, body.is_cut), (16 << 20, true));
}

#[test]
fn a_file_that_was_cut_is_read_as_far_as_it_goes() {
    let har = sample("session.har");
    let (whole, _) = imported(&har);
    let (cut, _) = imported(&har[..har.len() / 2]);
    let n_requests = |imported: &importer::Imported| {
        imported
            .report
            .taken
            .iter()
            .find(|(_, what)| *what == "requests")
            .unwrap()
            .0
    };
    assert!(n_requests(&cut) > 0 && n_requests(&cut) < n_requests(&whole));
    assert!(
        cut.manifest
            .warnings
            .iter()
            .any(|warning| warning.contains("damaged")),
        "{:?}",
        cut.manifest.warnings
    );
    check_refused(&har[..60], "damaged");
    let rrweb = sample("rrweb.json.gz");
    let (cut, _) = imported(&rrweb[..rrweb.len() / 2]);
    assert!(
        cut.manifest
            .warnings
            .iter()
            .any(|warning| warning.contains("damaged")),
        "{:?}",
        cut.manifest.warnings
    );
    let trace = sample("trace.zip");
    check_refused(&trace[..trace.len() / 2], "damaged");
}

/// Whatever bytes are changed, nothing panics, and what comes out is sound.
#[test]
fn damaged_files_are_refused_or_read() {
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = move |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random % below.max(1) as u64) as usize
    };
    let mut n_read = 0;
    for name in [
        "trace-v8.zip",
        "trace-test.zip",
        "session.har",
        "session.har.zip",
        "rrweb.json.gz",
    ] {
        let whole = sample(name);
        for _ in 0..60 {
            let mut bytes = whole.clone();
            for _ in 0..1 + next(4) {
                let at = next(bytes.len());
                bytes[at] = next(256) as u8;
            }
            if next(4) == 0 {
                bytes.truncate(next(bytes.len()));
            }
            match import(&bytes) {
                Ok((_, file)) => {
                    let source = recording::source::MemorySource::from(file);
                    let reader = recording::reader::Reader::open(Box::new(source)).unwrap();
                    assert_eq!(recording::verify::verify(&reader), []);
                    n_read += 1;
                }
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
    }
    assert!(n_read > 50, "{n_read}");
}

/// Lengths in a ZIP's directory that are not those of its entries.
#[test]
fn lying_lengths_are_not_believed() {
    let whole = sample("trace-v8.zip");
    let directory = whole.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    for (field, value) in [
        (20, u32::MAX - 1),
        (24, u32::MAX - 1),
        (24, 1),
        (42, u32::MAX - 1),
        (42, 7),
    ] {
        let mut bytes = whole.clone();
        bytes[directory + field..directory + field + 4].copy_from_slice(&value.to_le_bytes());
        if let Ok((_, file)) = import(&bytes) {
            let source = recording::source::MemorySource::from(file);
            let reader = recording::reader::Reader::open(Box::new(source)).unwrap();
            assert_eq!(recording::verify::verify(&reader), [], "{field} {value}");
        }
    }
}
