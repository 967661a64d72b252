//! Whole recordings and parts of them, with nothing left out.

use exporter::{Bound, ExportError, export};
use recording::{
    chunk::RecordPosition,
    point::{Micros, Point},
    reader::Reader,
};
use serde_json::json;

use crate::client::{Client, all, made, numbered, open, part, sample};

/// Some points of a recording between two, about as many as asked for.
fn some_points(reader: &Reader, first: Point, last: Point, n_points: usize) -> Vec<Point> {
    let mut points = Vec::new();
    for chunk_idx in 0..reader.chunks().len() {
        let chunk = reader.chunk(chunk_idx).unwrap();
        let mut tracker = chunk.tracker().clone();
        for (_, record) in chunk.records_from(RecordPosition::START) {
            points.extend(tracker.apply(&record).point);
        }
    }
    points.retain(|point| (first..=last).contains(point));
    let every = (points.len() / n_points).max(1);
    let mut some: Vec<Point> = points.iter().copied().step_by(every).collect();
    some.extend([points[0], points[points.len() - 1]]);
    some
}

/// That two recordings say the same of some points.
fn assert_same_answers(whole: Reader, made: Reader, points: &[Point]) {
    let (mut whole, mut made) = (Client::of(whole), Client::of(made));
    let (mut n_frames, mut n_previews, mut n_documents) = (0, 0, 0);
    for point in points {
        let (expected, seen) = (
            whole.seen_at(&point.to_string()),
            made.seen_at(&point.to_string()),
        );
        let (expected, seen) = (numbered(&expected), numbered(&seen));
        for member in ["seen", "previews", "document", "body", "boxes"] {
            assert_eq!(
                serde_json::to_string_pretty(&seen[member]).unwrap(),
                serde_json::to_string_pretty(&expected[member]).unwrap(),
                "{member} at point {point}"
            );
        }
        n_frames += expected["seen"]["frames"].as_array().map_or(0, Vec::len);
        n_previews += expected["previews"].as_array().map_or(0, Vec::len);
        n_documents += usize::from(expected["document"]["document"].is_string());
    }
    assert!(
        n_frames > 0 && n_previews > 0 && n_documents > 0,
        "{n_frames} {n_previews}"
    );
}

#[test]
fn all_of_a_recording_answers_as_it_did() {
    for name in ["todo", "pathfinding"] {
        let whole = sample(name);
        let copy = made(&whole, &all());
        let points = some_points(&whole, Point(0), whole.end_point(), 25);
        assert_same_answers(sample(name), open(&copy), &points);
        let mut clients = [Client::of(sample(name)), Client::of(open(&copy))];
        for (method, event, member) in [
            ("Console.findMessages", "Console.newMessage", "message"),
            ("Graphics.findPaints", "Graphics.paintPoints", "paints"),
            ("Network.findRequests", "Network.requests", "requests"),
            ("Session.findMouseEvents", "Session.mouseEvents", "events"),
            ("Session.findKeyboardEvents", "Session.keyboardEvents", "events"),
            ("Debugger.findSources", "Debugger.newSources", "sources"),
        ] {
            let [expected, seen] = clients
                .each_mut()
                .map(|client| numbered(&json!(client.list(method, event, member))));
            assert_eq!(seen, expected, "{method}");
            assert!(
                expected.as_array().is_some_and(|list| !list.is_empty()),
                "{method}"
            );
        }
    }
}

#[test]
fn a_part_answers_as_the_whole_does() {
    for (name, begin, end) in [
        ("todo", 4_000, 7_500),
        ("todo", 8_000, 20_000),
        ("pathfinding", 1_500, 3_500),
    ] {
        let whole = sample(name);
        let plan = part(
            Bound::Time(Micros(begin * 1_000)),
            Bound::Time(Micros(end * 1_000)),
        );
        let file = made(&whole, &plan);
        let cut = open(&file);
        let begin = cut.begin_point();
        assert!(begin > Point(0), "{name}");
        assert!(cut.begin_time() >= Micros(4_000_000) || name != "todo");
        let points = some_points(&whole, begin, cut.last_point(), 25);
        assert!(points.len() > 5, "{name}: {}", points.len());
        assert_same_answers(sample(name), cut, &points);
    }
}

#[test]
fn a_part_of_a_part_answers_as_the_whole_does() {
    let bound = |millis: u64| Bound::Time(Micros(millis * 1_000));
    let first = made(&sample("todo"), &part(bound(2_000), bound(9_000)));
    let second = made(&open(&first), &part(bound(5_000), bound(7_000)));
    let third = open(&made(&open(&second), &all()));
    assert_eq!(
        third.manifest().part().map(|part| part.begin),
        open(&second).manifest().part().map(|part| part.begin)
    );
    let points = some_points(&third, third.begin_point(), third.last_point(), 15);
    assert_same_answers(sample("todo"), third, &points);
}

#[test]
fn a_part_begins_and_ends_where_it_is_said_to() {
    let whole = sample("pathfinding");
    let points = some_points(&whole, Point(0), whole.end_point(), 9);
    let (first, last) = (points[3], points[6]);
    let file = made(&whole, &part(Bound::Point(first), Bound::Point(last)));
    let cut = open(&file);
    assert_eq!((cut.begin_point(), cut.last_point()), (first, last));
    assert!(file.len() < 1_000_000, "{}", file.len());
    let n_steps = last.n_steps() - first.n_steps() + 1;
    assert!(
        cut.manifest().counts.steps.abs_diff(n_steps) <= 1,
        "{}",
        cut.manifest().counts.steps
    );

    let mut client = Client::of(cut);
    let regions = client.list("Session.listenForLoadChanges", "Session.loadedRegions", "loading");
    assert_eq!(regions[0]["begin"]["point"], first.to_string());
    let before = client.ask("Session.getPointNearTime", json!({ "time": 0 }));
    assert_eq!(before["point"]["point"], first.to_string());
    // What lies before is its beginning.
    let seen = client.seen_at("0");
    assert_eq!(numbered(&seen), numbered(&client.seen_at(&first.to_string())));
    let past = client.try_ask(
        "Session.createPause",
        json!({ "point": Point(last.0 + (9 << 16)).to_string() }),
    );
    assert!(
        past.unwrap_err()["message"]
            .as_str()
            .unwrap()
            .contains("past the end")
    );
    // Steps back end where the part begins.
    let back = client.ask(
        "Debugger.findReverseStepOverTarget",
        json!({ "point": first.to_string() }),
    );
    assert_eq!(back["target"]["point"], first.to_string());
    let activity = client.ask(
        "Session.experimentalCommand",
        json!({ "name": "activity", "params": { "nParts": 50 } }),
    );
    let steps = activity["rval"]["steps"].as_array().unwrap().iter();
    let sum: u64 = steps.map(|steps| steps.as_u64().unwrap()).sum();
    assert!(sum.abs_diff(n_steps) <= 1, "{sum} of {n_steps}");
}

#[test]
fn only_the_end_may_be_cut_off() {
    let whole = sample("todo");
    let plan = exporter::Plan {
        begin: None,
        ..part(Bound::Point(Point(0)), Bound::Time(Micros(3_000_000)))
    };
    let cut = open(&made(&whole, &plan));
    assert_eq!(cut.begin_point(), Point(0));
    assert!(cut.duration() <= Micros(3_000_000));
    let points = some_points(&whole, Point(0), cut.last_point(), 10);
    assert_same_answers(sample("todo"), cut, &points);
}

#[test]
fn pictures_of_a_part_are_those_that_were_seen_in_it() {
    let whole = sample("todo");
    let cut = open(&made(
        &whole,
        &part(Bound::Time(Micros(5_000_000)), Bound::Time(Micros(7_000_000))),
    ));
    let begin = cut.begin_point();
    let mut client = Client::of(cut);
    let paints = client.list("Graphics.findPaints", "Graphics.paintPoints", "paints");
    let first = &paints[0];
    assert_eq!(first["point"], begin.to_string());
    let mut known = Client::of(sample("todo"));
    for paint in &paints {
        let params = json!({ "point": paint["point"], "mimeType": paint["screenShots"][0]["mimeType"] });
        let shown = client.ask("Graphics.getPaintContents", params);
        assert_eq!(shown["screen"]["hash"], paint["screenShots"][0]["hash"]);
    }
    for point in some_points(&whole, begin, Point(u64::MAX >> 1), 5) {
        let [here, there] = [&mut client, &mut known].map(|client| {
            let pause = client.try_ask("Session.createPause", json!({ "point": point.to_string() }));
            let pause_id = pause.ok()?["pauseId"].clone();
            Some(client.ask("DOM.repaintGraphics", json!({ "pauseId": pause_id }))["description"].clone())
        });
        if here.is_some() {
            assert_eq!(here, there, "at {point}");
        }
    }
}

#[test]
fn nothing_outside_of_a_part_is_in_it() {
    let whole = sample("todo");
    let cut = open(&made(
        &whole,
        &part(Bound::Time(Micros(5_000_000)), Bound::Time(Micros(7_000_000))),
    ));
    let (begin, end) = (cut.begin_time(), cut.duration());
    let outside = whole.messages().unwrap();
    let outside: Vec<_> = outside
        .iter()
        .filter(|row| row.time < begin || row.time > end)
        .collect();
    assert!(!outside.is_empty());
    assert!(
        cut.messages()
            .unwrap()
            .iter()
            .all(|row| (begin..=end).contains(&row.time))
    );
    assert!(
        cut.mouse()
            .unwrap()
            .iter()
            .all(|row| (begin..=end).contains(&row.time))
    );
    assert!(
        cut.keyboard()
            .unwrap()
            .iter()
            .all(|row| (begin..=end).contains(&row.time))
    );
    // No step that is not in the part, but for those that only count.
    let steps = |reader: &Reader, chunk_idx| {
        let chunk = reader.chunk(chunk_idx).unwrap();
        let records = chunk
            .records_from(RecordPosition::START)
            .map(|(_, record)| record);
        records
            .filter(|record| matches!(record, recording::record::Record::Step(site) if site.0 != 0))
            .count() as u64
    };
    let n_steps: u64 = (0..cut.chunks().len()).map(|idx| steps(&cut, idx)).sum();
    assert_eq!(n_steps, cut.manifest().counts.steps);
}

#[test]
fn a_part_in_which_nothing_happened_is_refused() {
    let whole = sample("todo");
    let nothing = part(Bound::Time(Micros(3_000_001)), Bound::Time(Micros(3_000_001)));
    let refused = export(&whole, &nothing, Vec::new(), &mut |_| true);
    assert!(matches!(refused, Err(ExportError::Empty)), "{refused:?}");
    let past = part(
        Bound::Time(Micros(u64::MAX / 2)),
        Bound::Time(Micros(u64::MAX / 2)),
    );
    assert!(matches!(
        export(&whole, &past, Vec::new(), &mut |_| true),
        Err(ExportError::Empty)
    ));
}

#[test]
fn it_can_be_stopped() {
    let mut seen = Vec::new();
    let stopped = export(&sample("todo"), &all(), Vec::new(), &mut |progress| {
        seen.push(progress);
        false
    });
    assert!(matches!(stopped, Err(ExportError::Stopped)));
    assert!(
        seen.len() == 1 && seen[0].done > 0.0 && seen[0].n_bytes > 0,
        "{seen:?}"
    );
}
