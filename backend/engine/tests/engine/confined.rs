//! Sessions that may show only a part of a recording, and those that end with the permission they were opened under.

use engine::Pass;
use recording::{
    event::{
        Event, KeyKind, Keyboard, Message, MessageLevel, MessageSource, Mouse, MouseKind, Navigation, Paint,
    },
    ids::InstanceId,
    network::{Body, NetworkEvent, RequestEvent},
    page::Annotation,
    script::BindingKind,
};
use serde_json::{Value, json};
use wire::{
    ids::{RecordingId, RequestId},
    network::GetResponseBody,
    point::ExecutionPoint,
    recording::{CreateSession, TimeStampedPoint},
    session::{
        CreatePause, FocusWindowRequest, GetAnnotationKinds, GetEndpoint, GetFocusWindow, GetPointNearTime,
        GetPointsBoundingTime, PointRangeFocusRequest, RequestFocusRange, RequestFocusWindow,
    },
};

use crate::support::{Client, Code, Log, RECORDING};

const JPEG: &[u8] = &[0xff, 0xd8, 0xff, 0xd9];

/// Six statements at 100, 280, … 1000 µs; after each, within 80 µs, one of everything that happens around a program,
/// named by its number.
fn eventful() -> (Log, Vec<ExecutionPoint>) {
    let mut code = Code::classic(1, "let x; a();");
    let root = code.root();
    let site = code.site("a()", root);
    let x = code.binding("x", BindingKind::Let, root, "x");
    let top = code.top();
    let mut log = Log::new([code]);
    let instance = log.enter(top, InstanceId::STATIC, &[]);
    log.image("pic", JPEG);
    log.body("secret", b"secret");
    let mut points = Vec::new();
    for n in 0..6 {
        points.push(log.step(site));
        log.write(instance, x, n);
        let name = format!("n{n}");
        let text = |of: &str| format!("{of}{n}").as_str().into();
        log.mark(Event::Message(Message {
            source: MessageSource::ConsoleApi,
            level: MessageLevel::Info,
            method: "log".into(),
            text: Some(text("message-")),
            arguments: Vec::new(),
            url: None,
            position: None,
        }));
        log.mark(Event::Mouse(Mouse {
            kind: MouseKind::Move,
            client_x: f64::from(n),
            client_y: 0.0,
            is_synthetic: false,
        }));
        log.mark(Event::Keyboard(Keyboard {
            kind: KeyKind::Down,
            key: text("key-"),
            is_synthetic: false,
        }));
        log.mark(Event::Navigation(Navigation {
            url: text("https://site.test/"),
            kind: "load".into(),
        }));
        log.mark(Event::Paint(Paint {
            hash: "pic".into(),
            mime_type: "image/jpeg".into(),
            width: 8,
            height: 6,
            scale: 1.0,
        }));
        log.mark(Event::Annotation(Annotation {
            kind: name.as_str().into(),
            contents: text("note-"),
        }));
        let request = n as u32;
        let sent = RequestEvent::Sent {
            url: text("https://site.test/request-"),
            method: "GET".into(),
            headers: Vec::new(),
            cause: "fetch".into(),
            initiator: None,
            trigger: None,
            redirected_from: None,
        };
        log.mark(Event::Network(NetworkEvent { request, what: sent }));
        let what = RequestEvent::ResponseBody(Body {
            hash: "secret".into(),
            len: 6,
            is_cut: false,
        });
        log.mark(Event::Network(NetworkEvent { request, what }));
    }
    log.end();
    (log, points)
}

fn create() -> CreateSession {
    CreateSession {
        recording_id: RecordingId::from(RECORDING),
        experimental_settings: None,
        focus_window: None,
        focus_request: None,
    }
}

/// A client that may see what happened from the third statement to the fifth.
fn confined(log: &Log, steps_per_chunk: u64) -> Client {
    let mut client = Client::without_session(log.file(steps_per_chunk));
    client.engine.set_pass(Some(Pass {
        name: "link".into(),
        range: Some((0.46, 0.82)),
    }));
    client.session_id = Some(client.ask(create()).session_id);
    client
}

/// Sends a command of the session and gives all that comes of it.
fn tell(client: &mut Client, method: &str, params: &Value) -> Vec<Value> {
    let session_id = client.session_id.clone().unwrap();
    let request = json!({"id": 7, "method": method, "sessionId": session_id, "params": params});
    let mut frames = Vec::new();
    client.engine.handle(&request.to_string(), &mut frames).unwrap();
    while client.engine.poll(&mut frames) {}
    frames
        .iter()
        .map(|frame| serde_json::from_str(frame).unwrap())
        .collect()
}

/// Calls `look` with the value of every field of this name.
fn each_field(value: &Value, name: &str, look: &mut impl FnMut(&Value)) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| {
            if key == name {
                look(value);
            }
            each_field(value, name, look);
        }),
        Value::Array(values) => values.iter().for_each(|value| each_field(value, name, look)),
        _ => {}
    }
}

#[test]
fn lists_searches_and_counts_leave_out_what_lies_outside() {
    let (log, points) = eventful();
    let location = json!({"sourceId": "s1", "line": 1, "column": 7});
    for steps_per_chunk in [1, 3, 65_536] {
        let mut client = confined(&log, steps_per_chunk);
        // Points of statements 2, 3 and 4, and of what happened in between.
        let shown = points[2].to_u128().unwrap()..=points[4].to_u128().unwrap();
        let pause = tell(&mut client, "Session.createPause", &json!({"point": points[3]}));
        let pause_id = pause[0]["result"]["pauseId"].clone();
        let frame = tell(
            &mut client,
            "Session.experimentalCommand",
            &json!({"name": "pauseAt", "params": {"point": points[3]}}),
        );
        let frame = frame[0]["result"]["rval"]["frames"][0].clone();
        let whole = json!({"begin": "0", "end": "458752"});
        let writes = json!({"name": "findWrites", "params": {"pauseId": pause_id, "variable": {"name": "x", "frameId": frame}}});
        let activity = json!({"name": "activity", "params": {"nParts": 6}});
        let mut n_points = 0;
        for (method, params) in [
            ("Session.listenForLoadChanges", json!({})),
            ("Session.findMouseEvents", json!({})),
            ("Session.findKeyboardEvents", json!({})),
            ("Session.findNavigationEvents", json!({})),
            ("Session.findAnnotations", json!({"kind": "n3"})),
            ("Session.findAnnotations", json!({"kind": "n5"})),
            ("Console.findMessages", json!({})),
            ("Console.findMessagesInRange", json!({"range": whole})),
            ("Session.experimentalCommand", json!({"name": "consoleCalls"})),
            ("Network.findRequests", json!({})),
            (
                "Session.findPoints",
                json!({"findPointsId": "f", "pointSelector": {"kind": "location", "location": location}}),
            ),
            (
                "Session.getPointStack",
                json!({"point": points[3], "maxCount": 9}),
            ),
            ("Session.getPointFrameSteps", json!({"point": points[3]})),
            ("Debugger.findResumeTarget", json!({"point": points[3]})),
            ("Debugger.findRewindTarget", json!({"point": points[3]})),
            ("Session.getEndpoint", json!({})),
            ("Session.experimentalCommand", writes),
        ] {
            for frame in tell(&mut client, method, &params) {
                assert!(frame["error"].is_null(), "{method}: {frame}");
                each_field(&frame, "point", &mut |point| {
                    let Some(point) = point.as_str() else { return };
                    n_points += 1;
                    let number: u128 = point.parse().unwrap();
                    assert!(shown.contains(&number), "{method}: {point} in {frame}");
                });
                let text = frame.to_string();
                for n in [0, 1, 4, 5] {
                    for name in ["message-", "key-", "note-", "site.test/", "request-"] {
                        assert!(!text.contains(&format!("{name}{n}\"")), "{method}: {frame}");
                    }
                }
            }
        }
        assert!(n_points > 25, "only {n_points} points were told");
        let lines = json!({"sourceId": "s1", "locations": [{"line": 1, "columns": [7]}]});
        let hits = tell(&mut client, "Debugger.getHitCounts", &lines);
        assert_eq!(hits.last().unwrap()["result"]["hits"][0]["hits"], 3);
        let activity = tell(&mut client, "Session.experimentalCommand", &activity);
        // The bounds end where the third statement inside begins.
        let steps = &activity[0]["result"]["rval"]["steps"];
        let n_steps: u64 = steps
            .as_array()
            .unwrap()
            .iter()
            .map(|n| n.as_u64().unwrap())
            .sum();
        assert_eq!(n_steps, 2, "{activity:?}");
        assert_eq!(client.ask(GetAnnotationKinds {}).kinds, ["n2", "n3"]);
    }
}

#[test]
fn without_bounds_the_same_lists_tell_of_all_of_it() {
    let (log, points) = eventful();
    let mut client = log.open(3);
    let first = points[2].to_u128().unwrap();
    for method in [
        "Session.findMouseEvents",
        "Session.findKeyboardEvents",
        "Session.findNavigationEvents",
        "Console.findMessages",
        "Network.findRequests",
        "Graphics.findPaints",
    ] {
        let mut n_before = 0;
        for frame in tell(&mut client, method, &json!({})) {
            each_field(&frame, "point", &mut |point| {
                let number = point.as_str().and_then(|point| point.parse::<u128>().ok());
                n_before += usize::from(number.is_some_and(|number| number < first));
            });
        }
        assert!(n_before >= 2, "{method}: {n_before}");
    }
}

#[test]
fn points_outside_are_refused_and_the_focus_stays_inside() {
    let (log, points) = eventful();
    let mut client = confined(&log, 1);
    for outside in [&points[0], &points[1], &points[5], &ExecutionPoint::beginning()] {
        let (code, message) = client.error(CreatePause {
            point: outside.clone(),
        });
        assert_eq!(code, 403, "{message}");
        assert!(message.contains("outside of what may be seen"), "{message}");
    }
    for method in [
        "Session.getPointStack",
        "Session.getPointFrameSteps",
        "Debugger.findStepOverTarget",
        "Debugger.findResumeTarget",
    ] {
        let refused = tell(&mut client, method, &json!({"point": points[5], "maxCount": 1}));
        assert_eq!(refused[0]["error"]["code"], 403, "{method}: {refused:?}");
    }
    // Stepping past the end is refused as it is at the end of a focus.
    let target = tell(
        &mut client,
        "Debugger.findStepOverTarget",
        &json!({"point": points[4]}),
    );
    assert_eq!(target[0]["error"]["code"], 38, "{target:?}");
    assert_eq!(client.ask(GetEndpoint {}).endpoint.point, points[4]);
    for time in [0.0, 0.3, 9.0] {
        let near = client.ask(GetPointNearTime { time }).point.point;
        assert!(near == points[2] || near == points[4], "{time}: {near}");
        let bounding = client.ask(GetPointsBoundingTime { time });
        assert!(bounding.before.point >= points[2] && bounding.after.point <= points[4]);
    }
    let at = |point: &ExecutionPoint| {
        Some(TimeStampedPoint {
            point: point.clone(),
            time: 0.0,
        })
    };
    let window = client
        .ask(RequestFocusWindow {
            request: PointRangeFocusRequest {
                begin: at(&points[0]),
                end: at(&points[5]),
                bias: None,
            },
        })
        .window;
    assert_eq!(
        (window.begin.point, window.end.point),
        (points[2].clone(), points[4].clone())
    );
    let range = FocusWindowRequest {
        begin: Some(0.0),
        end: None,
        bias: None,
    };
    client.ask(RequestFocusRange { range });
    let window = client.ask(GetFocusWindow {}).window;
    assert_eq!((window.begin.time, window.end.time), (0.46, 0.82));
}

#[test]
fn bodies_and_pictures_from_outside_cannot_be_named() {
    let (log, points) = eventful();
    let mut client = confined(&log, 3);
    for (request, is_shown) in [("0", false), ("2", true), ("3", true), ("5", false)] {
        let asked = GetResponseBody {
            id: RequestId::from(request),
            range: None,
        };
        assert_eq!(client.send(None, &asked).result.is_ok(), is_shown, "{request}");
    }
    let mut paints = Vec::new();
    for frame in tell(&mut client, "Graphics.findPaints", &json!({})) {
        for paint in frame["params"]["paints"].as_array().into_iter().flatten() {
            paints.push(paint["point"].clone());
        }
    }
    // The first is what the page looked like where the bounds begin.
    assert_eq!(paints.len(), 3, "{paints:?}");
    let first: u128 = paints[0].as_str().unwrap().parse().unwrap();
    assert!(first < points[2].to_u128().unwrap());
    for (paint, is_shown) in [
        (&paints[0], true),
        (&paints[2], true),
        (&json!((first - 65_536).to_string()), false),
    ] {
        let params = json!({"point": paint, "mimeType": "image/jpeg"});
        let answer = tell(&mut client, "Graphics.getPaintContents", &params);
        assert_eq!(answer[0]["error"].is_null(), is_shown, "{answer:?}");
    }
}

#[test]
fn sessions_end_with_their_pass_and_others_go_on() {
    let (log, points) = eventful();
    let mut client = confined(&log, 1);
    let of_link = client.session_id.clone();
    client.engine.set_pass(None);
    client.session_id = Some(client.ask(create()).session_id);
    // The pass counts when a session is opened.
    client.ask(CreatePause {
        point: points[0].clone(),
    });
    let mut frames = Vec::new();
    client.engine.end_pass("another", "no reason", &mut frames);
    assert_eq!(frames, Vec::<String>::new());
    client
        .engine
        .end_pass("link", "the link was revoked", &mut frames);
    let told: Vec<Value> = frames
        .iter()
        .map(|it| serde_json::from_str(it).unwrap())
        .collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["method"], "Recording.sessionError");
    assert_eq!(told[0]["params"]["code"], 403);
    assert_eq!(told[0]["params"]["sessionId"], json!(of_link));
    client.ask(GetEndpoint {});
    client.session_id = of_link;
    let (code, message) = client.error(GetEndpoint {});
    assert_eq!(code, 66);
    assert!(message.starts_with("the link was revoked"), "{message}");
}

#[test]
fn a_connection_has_so_many_sessions_and_no_more() {
    let (log, _) = eventful();
    let mut client = Client::without_session(log.file(1));
    client.engine.set_max_sessions(2);
    let first = client.ask(create()).session_id;
    client.ask(create());
    let (code, message) = client.error(create());
    assert_eq!(code, 72);
    assert!(message.contains("release one"), "{message}");
    client.ask(wire::recording::ReleaseSession { session_id: first });
    client.ask(create());
}
