//! Sessions, focus, loading, time, and requests that are not as they should be.

use recording::{
    event::{Event, Navigation},
    ids::InstanceId,
    page::Annotation,
};
use serde_json::{Value, json};
use wire::{
    command::Command,
    ids::{PauseId, RecordingId, SessionId},
    pause::GetAllFrames,
    point::ExecutionPoint,
    recording::{
        CreateSession, GlobalExperimentalCommand, ProcessRecording, ReleaseSession, TimeStampedPoint,
    },
    session::{
        Annotations, CreatePause, EnsureProcessed, EnsureRoutineAnnotations, ExperimentalCommand,
        FindAnnotations, FindPoints, FocusWindowRequest, GetAnnotationKinds, GetBuildId, GetEndpoint,
        GetFocusWindow, GetPointNearTime, GetPointStack, GetPointsBoundingTime, HasAnnotationKind,
        ListenForLoadChanges, PointRangeFocusRequest, ReleasePause, RequestFocusRange, RequestFocusWindow,
    },
};

use crate::support::{Client, Code, Log, RECORDING};

/// Six steps at 100, 200, … 600 µs in one function.
fn six_steps() -> (Log, Vec<ExecutionPoint>) {
    let mut code = Code::classic(1, "a();");
    let site = code.site("a()", code.root());
    let top = code.top();
    let mut log = Log::new([code]);
    log.enter(top, InstanceId::STATIC, &[]);
    let points = (0..6).map(|_| log.step(site)).collect();
    log.end();
    (log, points)
}

/// Sends a text and gives all that comes back, as JSON.
fn raw(client: &mut Client, text: &str) -> Vec<Value> {
    let mut frames = Vec::new();
    client.engine.handle(text, &mut frames).unwrap();
    frames
        .iter()
        .map(|frame| serde_json::from_str(frame).unwrap())
        .collect()
}

#[test]
fn a_session_knows_its_recording() {
    let (log, points) = six_steps();
    log.check(|client| {
        assert_eq!(
            client.ask(GetBuildId {}).build_id.as_str(),
            "linux-chromium-20261120-playhead"
        );
        let endpoint = client.ask(GetEndpoint {}).endpoint;
        assert_eq!(
            (endpoint.point.as_str(), endpoint.time),
            ("458752", 0.6),
            "(6 + 1) << 16"
        );
        assert_eq!(points[0].as_str(), "65536");
    });
}

#[test]
fn an_unknown_recording_is_refused_with_the_hosts_words() {
    let (log, _) = six_steps();
    let mut client = Client::without_session(log.file(1));
    let create = |id: &str| CreateSession {
        recording_id: RecordingId::from(id),
        experimental_settings: Some(json!({"disableCache": true})),
        focus_window: None,
        focus_request: None,
    };
    assert_eq!(
        client.error(create("nowhere")),
        (28, "no recording nowhere".to_owned())
    );
    let first = client.ask(create(RECORDING)).session_id;
    let second = client.ask(create(RECORDING)).session_id;
    assert_ne!(first, second);
}

#[test]
fn a_released_session_is_gone_and_ends_its_listeners() {
    let (log, _) = six_steps();
    let mut client = log.open(1);
    let session_id = client.session_id.clone().unwrap();
    let listening =
        json!({"id": "l", "method": "Session.listenForLoadChanges", "sessionId": session_id, "params": {}});
    let told = raw(&mut client, &listening.to_string());
    assert_eq!(told.len(), 1, "an event, no answer: {told:?}");
    assert_eq!(told[0]["method"], "Session.loadedRegions");

    let release = json!({"id": 9, "method": "Recording.releaseSession", "params": {"sessionId": session_id}});
    let frames = raw(&mut client, &release.to_string());
    assert_eq!(
        (&frames[0]["id"], &frames[0]["error"]["code"]),
        (&json!("l"), &json!(66))
    );
    assert_eq!(frames[1], json!({"id": 9, "result": {}}));

    let gone = (59, format!("no such session: {session_id}"));
    assert_eq!(client.error(GetEndpoint {}), gone);
    assert_eq!(
        client.error(ReleaseSession {
            session_id: SessionId::from(session_id.as_str())
        }),
        gone
    );
    client.session_id = None;
    let (code, message) = client.error(GetEndpoint {});
    assert_eq!(
        (code, &*message),
        (59, "Session.getEndpoint: the request names no session")
    );
}

#[test]
fn loading_is_told_as_it_happens() {
    let (log, _) = six_steps();
    // Six chunks are one group of indexes: nothing read, then everything.
    let mut client = log.open(1);
    let session_id = client.session_id.clone().unwrap();
    for method in [
        "Session.listenForLoadChanges",
        "Session.listenForProcessingProgress",
    ] {
        raw(
            &mut client,
            &json!({"id": 1, "method": method, "sessionId": session_id}).to_string(),
        );
    }
    let mut frames = Vec::new();
    while client.engine.poll(&mut frames) {}
    let events: Vec<Value> = frames
        .iter()
        .map(|frame| serde_json::from_str(frame).unwrap())
        .collect();
    let whole = json!([{"begin": {"point": "0", "time": 0.0}, "end": {"point": "458752", "time": 0.6}}]);
    assert_eq!(
        events,
        [
            json!({"method": "Session.loadedRegions", "sessionId": session_id,
                   "params": {"loaded": whole, "loading": whole, "indexed": whole}}),
            json!({"method": "Session.processingProgress", "sessionId": session_id, "params": {"progressPercent": 100.0}}),
        ]
    );
    assert!(!client.engine.poll(&mut frames), "all is done");
    assert_eq!(frames.len(), 2);
}

#[test]
fn a_command_that_needs_the_indexes_tells_of_them_before_its_answer() {
    let (log, points) = six_steps();
    let mut client = log.open(1);
    let session_id = client.session_id.clone().unwrap();
    let listen = json!({"id": 1, "method": ListenForLoadChanges::METHOD, "sessionId": session_id});
    let before = raw(&mut client, &listen.to_string());
    assert_eq!(before[0]["params"]["loaded"], json!([]), "nothing is read yet");
    let outcome = client.send(
        None,
        &CreatePause {
            point: points[0].clone(),
        },
    );
    assert_eq!(outcome.events.len(), 1, "{:?}", outcome.events);
    assert!(
        client.send(None, &EnsureProcessed {}).events.is_empty(),
        "it is read once"
    );
}

#[test]
fn times_and_points_follow_each_other() {
    let (log, points) = six_steps();
    log.check(|client| {
        let mut around = |time: f64| {
            let bounds = client.ask(GetPointsBoundingTime { time });
            let near = client.ask(GetPointNearTime { time }).point;
            let short = |point: TimeStampedPoint| (point.point.to_string(), point.time);
            (short(bounds.before), short(bounds.after), near.point.to_string())
        };
        let at = |idx: usize| (points[idx].to_string(), (idx + 1) as f64 / 10.0);
        let beginning = ("0".to_owned(), 0.0);
        let end = ("458752".to_owned(), 0.6);
        assert_eq!(
            around(-1.0),
            (beginning.clone(), beginning.clone(), "0".to_owned())
        );
        assert_eq!(around(0.3), (at(2), at(2), at(2).0));
        assert_eq!(around(0.33), (at(2), at(3), at(2).0));
        assert_eq!(around(0.37), (at(2), at(3), at(3).0));
        assert_eq!(around(0.6), (end.clone(), end.clone(), end.0.clone()));
        assert_eq!(around(1e9), (end.clone(), end.clone(), end.0.clone()));
    });
}

#[test]
fn between_two_tasks_the_last_point_before_stands() {
    let mut code = Code::classic(1, "a();");
    let site = code.site("a()", code.root());
    let mut log = Log::new([code]);
    let first = log.step(site);
    log.push(recording::record::Record::Tick(recording::point::Micros(150)));
    log.push(recording::record::Record::Tick(recording::point::Micros(9_900)));
    let second = log.step(site);
    let navigation = Navigation {
        url: "https://site.test/2".into(),
        kind: "pushState".into(),
    };
    log.mark(Event::Navigation(navigation));
    log.check(|client| {
        let bounds = client.ask(GetPointsBoundingTime { time: 5.0 });
        assert_eq!((bounds.before.point, bounds.before.time), (first.clone(), 0.1));
        assert_eq!((bounds.after.point, bounds.after.time), (second.clone(), 10.0));
    });
}

#[test]
fn the_focus_window_is_as_asked_within_the_recording() {
    let (log, points) = six_steps();
    log.check(|client| {
        let whole = client.ask(GetFocusWindow {}).window;
        assert_eq!(
            (whole.begin.point.as_str(), whole.end.point.as_str()),
            ("0", "458752")
        );
        let at = |idx: usize| {
            Some(TimeStampedPoint {
                point: points[idx].clone(),
                time: 0.0,
            })
        };
        let request = PointRangeFocusRequest {
            begin: at(1),
            end: at(3),
            bias: None,
        };
        let window = client.ask(RequestFocusWindow { request }).window;
        assert_eq!((&window.begin.point, &window.end.point), (&points[1], &points[3]));
        assert_eq!((window.begin.time, window.end.time), (0.2, 0.4));
        assert_eq!(client.ask(GetFocusWindow {}).window, window);
        let range = FocusWindowRequest {
            begin: Some(0.25),
            end: Some(99.0),
            bias: None,
        };
        let window = client.ask(RequestFocusRange { range }).window;
        assert_eq!(
            (&window.begin.point, window.end.point.as_str()),
            (&points[1], "458752")
        );
    });
}

#[test]
fn a_point_past_the_end_is_refused_and_one_between_two_is_the_earlier() {
    let (log, points) = six_steps();
    log.check(|client| {
        let past = ExecutionPoint::new("458753").unwrap();
        let message = "point 458753 lies past the end of the recording, 458752";
        assert_eq!(
            client.error(CreatePause { point: past }),
            (33, message.to_owned())
        );
        let huge = ExecutionPoint::new(&"9".repeat(60)).unwrap();
        assert_eq!(client.error(CreatePause { point: huge }).0, 33);
        // Nothing took the 7th number after the second step.
        let between = ExecutionPoint::from(points[1].to_u128().unwrap() + 7);
        assert_eq!(client.stack_text(&between), client.stack_text(&points[1]));
    });
}

#[test]
fn a_released_pause_is_gone() {
    let (log, points) = six_steps();
    let mut client = log.open(3);
    let pause_id = client.pause(&points[0]);
    client.ask(ReleasePause {
        pause_id: pause_id.clone(),
    });
    let gone = (33, format!("no such pause: {pause_id}"));
    assert_eq!(client.error_in(&pause_id, GetAllFrames {}), gone);
    assert_eq!(client.error(ReleasePause { pause_id }), gone);
    assert_eq!(
        client.error(GetAllFrames {}),
        (33, "Pause.getAllFrames: the request names no pause".to_owned())
    );
    let never = PauseId::from("m0.0");
    assert_eq!(
        client.error_in(&never, GetAllFrames {}),
        (33, "no such pause: m0.0".to_owned())
    );
}

#[test]
fn what_is_not_supported_says_so_by_name() {
    let (log, _) = six_steps();
    let mut client = log.open(3);
    let experiment = |name: &str| ExperimentalCommand {
        name: name.to_owned(),
        params: None,
    };
    assert_eq!(
        client.error(experiment("fly")),
        (33, "this server has no experimental command \"fly\"".to_owned())
    );
    let global = GlobalExperimentalCommand {
        name: "fly".to_owned(),
        params: None,
    };
    assert_eq!(
        client.error(global),
        (33, "this server has no experimental command \"fly\"".to_owned())
    );
}

#[test]
fn malformed_requests_get_an_error_where_one_can_be_sent() {
    let (log, _) = six_steps();
    let mut client = log.open(3);
    let session_id = client.session_id.clone().unwrap();
    let mut error_of = |text: &str| raw(&mut client, text).remove(0);

    let unknown =
        error_of(&json!({"id": "a", "method": "Session.dance", "sessionId": session_id}).to_string());
    assert_eq!(
        unknown,
        json!({"id": "a", "error": {"code": 33, "message": "there is no command Session.dance"}})
    );

    let no_method = error_of(r#"{"id": 3}"#);
    assert_eq!(
        (&no_method["id"], &no_method["error"]["code"]),
        (&json!(3), &json!(33))
    );

    let wrong = error_of(
        &json!({"id": 4, "method": "Session.createPause", "sessionId": session_id, "params": {"point": "x"}})
            .to_string(),
    );
    assert_eq!(wrong["error"]["code"], 33);
    let message = wrong["error"]["message"].as_str().unwrap();
    assert!(
        message.starts_with("Session.createPause: the parameters are not as they should be"),
        "{message}"
    );

    for text in ["", "{", "[]", "null", r#"{"method": "Session.getEndpoint"}"#] {
        let mut frames = Vec::new();
        assert!(client.engine.handle(text, &mut frames).is_err(), "{text}");
        assert!(frames.is_empty());
    }
}

#[test]
fn annotations_are_told_by_kind() {
    let (mut log, _) = six_steps();
    let mut note = |kind: &str, contents: &str| {
        log.mark(Event::Annotation(Annotation {
            kind: kind.into(),
            contents: contents.into(),
        }))
    };
    let first = note("redux", "{\"n\":1}");
    note("other", "2");
    let last = note("redux", "3");
    log.check(|client| {
        assert_eq!(client.ask(GetAnnotationKinds {}).kinds, ["other", "redux"]);
        let has = |kind: &str| HasAnnotationKind {
            kind: kind.to_owned(),
        };
        assert!(client.ask(has("redux")).has_kind);
        assert!(!client.ask(has("Redux")).has_kind);
        let find = FindAnnotations {
            kind: "redux".to_owned(),
        };
        let found: Vec<_> = client
            .send(None, &find)
            .events::<Annotations>()
            .into_iter()
            .flat_map(|event| event.annotations)
            .map(|annotation| (annotation.point, annotation.kind, annotation.contents))
            .collect();
        let redux = "redux".to_owned();
        assert_eq!(
            found,
            [
                (first.clone(), redux.clone(), "{\"n\":1}".to_owned()),
                (last.clone(), redux, "3".to_owned())
            ]
        );
        client.ask(EnsureRoutineAnnotations {});
    });
}

#[test]
fn a_session_that_nobody_uses_ends_after_two_notices() {
    let (log, _) = six_steps();
    let mut client = log.open(1);
    let session_id = client.session_id.clone().unwrap();
    while client.engine.poll(&mut Vec::new()) {}
    let listen = json!({"id": "l", "method": ListenForLoadChanges::METHOD, "sessionId": session_id});
    raw(&mut client, &listen.to_string());
    let tick = |client: &mut Client, seconds: f64| {
        let mut frames = Vec::new();
        let again = client.engine.tick(seconds * 1000.0, &mut frames);
        let frames: Vec<Value> = frames
            .iter()
            .map(|frame| serde_json::from_str(frame).unwrap())
            .collect();
        (again, frames)
    };
    assert_eq!(
        tick(&mut client, 0.0),
        (None, vec![]),
        "there is no limit unless a host sets one"
    );
    client.engine.set_idle_limit(Some(100_000.0));

    assert_eq!(tick(&mut client, 1_000.0), (Some(50_000.0), vec![]));
    let may = |time: Value| json!({"method": "Session.mayDestroy", "sessionId": session_id, "params": time});
    let (again, told) = tick(&mut client, 1_050.0);
    assert_eq!(again, Some(40_000.0));
    assert_eq!(
        told,
        [may(json!({"time": {"absolute": 1_100.0, "relative": 50.0}}))]
    );
    assert_eq!(
        tick(&mut client, 1_061.0).1,
        Vec::<Value>::new(),
        "it is told once"
    );

    client.ask(GetEndpoint {});
    assert_eq!(tick(&mut client, 1_070.0), (Some(50_000.0), vec![may(json!({}))]));
    let (again, told) = tick(&mut client, 9_000.0);
    assert_eq!(
        (again, told.len()),
        (Some(40_000.0), 1),
        "a host that slept warns first"
    );
    let (again, told) = tick(&mut client, 9_042.0);
    assert_eq!(
        (again, &told[0]["method"]),
        (Some(8_000.0), &json!("Session.willDestroy"))
    );
    assert_eq!(
        told[0]["params"],
        json!({"time": {"absolute": 9_050.0, "relative": 8.0}})
    );
    client.ask(GetEndpoint {});
    let (again, told) = tick(&mut client, 9_051.0);
    assert_eq!(again, None);
    assert_eq!(
        (&told[0]["id"], &told[0]["error"]["code"]),
        (&json!("l"), &json!(66))
    );
    assert_eq!(told[1]["method"], "Recording.sessionError");
    assert_eq!(told[1]["sessionId"], Value::Null);
    assert_eq!(
        (&told[1]["params"]["sessionId"], &told[1]["params"]["code"]),
        (&json!(session_id), &json!(10))
    );
    assert_eq!(client.error(GetEndpoint {}).0, 66);
}

#[test]
fn a_recording_is_processed_without_a_session() {
    let (log, _) = six_steps();
    let mut client = Client::without_session(log.file(1));
    let process = |id: &str| {
        json!({"id": 1, "method": ProcessRecording::METHOD, "params": {"recordingId": id}}).to_string()
    };
    assert_eq!(raw(&mut client, &process("nowhere"))[0]["error"]["code"], 28);
    assert_eq!(raw(&mut client, &process(RECORDING)), Vec::<Value>::new());
    let mut frames = Vec::new();
    while client.engine.poll(&mut frames) {}
    let told: Vec<Value> = frames
        .iter()
        .map(|frame| serde_json::from_str(frame).unwrap())
        .collect();
    assert_eq!(
        told,
        [
            json!({"method": "Recording.processRecordingProgress",
                   "params": {"recordingId": RECORDING, "progressPercent": 100.0}}),
            json!({"id": 1, "result": {}})
        ]
    );
}

#[test]
fn a_ranged_request_waits_for_the_indexes_and_is_void_once_the_focus_moves() {
    let (log, points) = six_steps();
    let mut client = log.open(1);
    let session_id = client.session_id.clone().unwrap();
    let find = |id: u32| {
        let params = json!({"findPointsId": "f", "pointSelector": {"kind": "points", "points": [points[1]]}});
        json!({"id": id, "method": FindPoints::METHOD, "sessionId": session_id, "params": params}).to_string()
    };
    assert_eq!(raw(&mut client, &find(1)), Vec::<Value>::new());
    let focus = json!({"id": 2, "method": RequestFocusRange::METHOD, "sessionId": session_id,
                       "params": {"range": {"begin": 0.0}}});
    let told = raw(&mut client, &focus.to_string());
    assert_eq!(
        (&told[0]["id"], &told[0]["error"]["code"]),
        (&json!(1), &json!(76))
    );
    assert_eq!(told[1]["id"], 2);

    assert_eq!(raw(&mut client, &find(3)), Vec::<Value>::new());
    let mut frames = Vec::new();
    while client.engine.poll(&mut frames) {}
    assert_eq!(frames.len(), 2, "{frames:?}");
    assert_eq!(frames[1], r#"{"id":3,"result":{}}"#);
    assert_eq!(
        raw(&mut client, &find(4)).len(),
        2,
        "nothing has to be waited for any more"
    );
}

#[test]
fn a_stack_says_where_the_focus_window_cuts_it() {
    let mut code = Code::classic(1, "call();\nfunction call() { inner(); }");
    let (call, in_call) = code.call("call", "function call", code.root());
    let (outer, inner) = (code.site("call();", code.root()), code.site("inner()", in_call));
    let top = code.top();
    let mut log = Log::new([code]);
    log.enter(top, InstanceId::STATIC, &[]);
    log.step(outer);
    log.enter(call, InstanceId::STATIC, &[]);
    let first = log.step(inner);
    let second = log.step(inner);
    log.end();
    log.end();
    log.check(|client| {
        let ask = || GetPointStack {
            point: second.clone(),
            max_count: 10,
        };
        let whole = client.ask(ask());
        assert_eq!((whole.frames.len(), whole.hit_focus_begin), (2, false));
        let begin = Some(TimeStampedPoint {
            point: first.clone(),
            time: 0.0,
        });
        let request = PointRangeFocusRequest {
            begin,
            end: None,
            bias: None,
        };
        client.ask(RequestFocusWindow { request });
        let cut = client.ask(ask());
        assert_eq!((cut.frames.len(), cut.hit_focus_begin), (1, true));
    });
}
