//! Messages, paints, and what a person did.

use recording::{
    event::{
        Event, KeyKind, Keyboard, Message, MessageLevel, MessageSource, Mouse, MouseKind, Navigation, Paint,
    },
    ids::{InstanceId, ObjectId},
    record::Record,
    script::Position,
    value::{ObjectKind, Value},
};
use wire::{
    console::{FindMessages, FindMessagesInRange, NewMessage},
    graphics::{FindPaints, GetDevicePixelRatio, GetPaintContents, MimeType, PaintPoints},
    pause::{GetAllFrames, GetObjectPreview, GetScope},
    point::ExecutionPoint,
    recording::PointRange,
    session::{
        FindKeyboardEvents, FindMouseEvents, FindNavigationEvents, KeyboardEvents, MouseEvents,
        NavigationEvents, ReleasePause,
    },
};

use crate::support::{Client, Code, Log, number, object_value, of_kind, plain, value_text};

const STATIC: InstanceId = InstanceId::STATIC;

fn log_message(arguments: Vec<Value>) -> Event {
    Event::Message(Message {
        source: MessageSource::ConsoleApi,
        level: MessageLevel::Info,
        method: "log".into(),
        text: None,
        arguments,
        url: None,
        position: None,
    })
}

/// All messages of a recording, and how many events brought them.
fn messages(client: &mut Client) -> Vec<wire::console::Message> {
    let outcome = client.send(None, &FindMessages {});
    let events = outcome.events::<NewMessage>();
    assert!(!outcome.result.unwrap().overflow);
    events.into_iter().map(|event| event.message).collect()
}

/// A script that logs an object and then fails.
fn logging() -> (Log, ExecutionPoint, ExecutionPoint) {
    let mut code = Code::classic(1, "console.log({a: {b: 1}}, 'x');\nfail();");
    let root = code.root();
    let (s_log, s_fail) = (code.site("console", root), code.site("fail()", root));
    let top = code.top();
    let mut log = Log::new([code]);
    log.enter(top, STATIC, &[]);
    log.step(s_log);
    let at_log = log.mark(log_message(vec![object_value(1), Value::String("x".into())]));
    // The recorder may write an object right after the record that mentions it.
    log.object(1, plain(&[("a", object_value(2))]));
    log.object(2, plain(&[("b", number(1))]));
    log.step(s_fail);
    log.object(
        3,
        of_kind(
            "TypeError",
            ObjectKind::Error {
                message: "no".into(),
                stack: "".into(),
            },
            &[],
        ),
    );
    let thrown = log.push(Record::Throw(Value::Object(ObjectId(3)))).unwrap();
    log.push(Record::Leave);
    log.mark_at(
        thrown,
        Event::Message(Message {
            source: MessageSource::PageError,
            level: MessageLevel::Error,
            method: "".into(),
            text: Some("Uncaught TypeError: no".into()),
            arguments: vec![object_value(3)],
            url: None,
            position: None,
        }),
    );
    log.mark(Event::Message(Message {
        source: MessageSource::Browser,
        level: MessageLevel::Warning,
        method: "".into(),
        text: Some("404".into()),
        arguments: Vec::new(),
        url: Some("https://site.test/1.js".into()),
        position: Some(Position { line: 2, column: 3 }),
    }));
    (log, at_log, ExecutionPoint::from(thrown.0))
}

#[test]
fn messages_come_with_their_frames_and_objects() {
    let (log, at_log, thrown) = logging();
    log.check(|client| {
        let messages = messages(client);
        let [logged, failed, browser] = &messages[..] else {
            panic!("{messages:?}")
        };
        assert_eq!(
            (logged.source.as_str(), logged.level.as_str(), &*logged.text),
            ("ConsoleAPI", "info", "")
        );
        assert_eq!(logged.point.point, at_log);
        assert_eq!(
            (logged.url.as_deref(), logged.line),
            (Some("https://site.test/1.js"), Some(1))
        );
        assert_eq!(
            logged.argument_values.iter().map(value_text).collect::<Vec<_>>(),
            ["#1", "'x'"]
        );
        assert_eq!(logged.stack.as_ref().unwrap().len(), 1);
        assert_eq!(logged.data.frames[0].location[0].line, 1);
        let ids: Vec<_> = logged
            .data
            .objects
            .iter()
            .map(|object| object.object_id.as_str())
            .collect();
        assert_eq!(
            ids,
            ["1", "2", "global"],
            "the argument, what it holds, and `this`"
        );
        assert!(logged.data.objects[1].preview.is_some());

        assert_eq!(
            (failed.source.as_str(), failed.level.as_str()),
            ("PageError", "error")
        );
        assert_eq!((&*failed.text, failed.line), ("Uncaught TypeError: no", Some(2)));
        assert_eq!(failed.point.point, thrown);

        assert_eq!((browser.stack.clone(), browser.point.frame.clone()), (None, None));
        let source = browser.source_id.as_ref().unwrap().as_str();
        assert_eq!((source, browser.line, browser.column), ("s1", Some(2), Some(3)));
    });
}

#[test]
fn a_message_names_a_pause_that_goes_on_from_what_it_told() {
    let (log, ..) = logging();
    log.check(|client| {
        let logged = messages(client).remove(0);
        let all = client.ask_in(&logged.pause_id, GetAllFrames {});
        assert_eq!(
            (Some(all.frames), all.data),
            (logged.stack, Default::default()),
            "its frames were sent"
        );
        let object = logged.data.objects[0].object_id.clone();
        let data = client
            .ask_in(&logged.pause_id, GetObjectPreview { object, level: None })
            .data;
        assert_eq!(data, Default::default(), "nothing more is known of it");
        let scope = logged.data.frames[0].scope_chain[0].clone();
        assert_eq!(
            client
                .ask_in(&logged.pause_id, GetScope { scope })
                .data
                .scopes
                .len(),
            1
        );
        client.ask(ReleasePause {
            pause_id: logged.pause_id.clone(),
        });
        assert_eq!(client.error_in(&logged.pause_id, GetAllFrames {}).0, 33);
    });
}

#[test]
fn messages_of_a_range_have_pauses_of_their_own() {
    let (log, at_log, _) = logging();
    log.check(|client| {
        let first = messages(client).remove(0);
        let range = PointRange {
            begin: ExecutionPoint::beginning(),
            end: at_log.clone(),
        };
        let answer = client.ask(FindMessagesInRange { range });
        assert_eq!(answer.messages.len(), 1);
        assert_ne!(answer.messages[0].pause_id, first.pause_id);
        assert_eq!(answer.messages[0].data, first.data);
    });
}

#[test]
fn many_messages_are_sent_in_turns() {
    let mut code = Code::classic(1, "log();");
    let site = code.site("log()", code.root());
    let top = code.top();
    let mut log = Log::new([code]);
    log.enter(top, STATIC, &[]);
    for idx in 0..2_500 {
        log.step(site);
        log.mark(log_message(vec![number(idx)]));
    }
    let mut client = log.open(1_000);
    let mut frames = Vec::new();
    let session_id = client.session_id.clone().unwrap();
    let text = format!(r#"{{"id": 77, "method": "Console.findMessages", "sessionId": "{session_id}"}}"#);
    client.engine.handle(&text, &mut frames).unwrap();
    assert!(
        frames.len() < 2_500 && !frames.is_empty(),
        "{} at once",
        frames.len()
    );
    while client.engine.poll(&mut frames) {}
    assert_eq!(frames.len(), 2_501);
    assert_eq!(frames[2_500], r#"{"id":77,"result":{}}"#, "the answer comes last");
}

#[test]
fn what_a_person_did_is_found() {
    let mut log = Log::new([]);
    let moved = log.mark(Event::Mouse(Mouse {
        kind: MouseKind::Move,
        client_x: 10.4,
        client_y: 20.6,
        is_synthetic: false,
    }));
    log.mark(Event::Keyboard(Keyboard {
        kind: KeyKind::Press,
        key: "a".into(),
        is_synthetic: true,
    }));
    log.mark(Event::Navigation(Navigation {
        url: "https://site.test/2".into(),
        kind: "load".into(),
    }));
    log.check(|client| {
        let mouse = client
            .send(None, &FindMouseEvents {})
            .events::<MouseEvents>()
            .remove(0)
            .events;
        assert_eq!(
            (mouse[0].kind.as_str(), mouse[0].client_x, mouse[0].client_y),
            ("mousemove", 10, 21)
        );
        assert_eq!(
            (&mouse[0].point, mouse[0].time, mouse[0].synthetic),
            (&moved, 0.01, false)
        );
        let keys = client
            .send(None, &FindKeyboardEvents {})
            .events::<KeyboardEvents>()
            .remove(0)
            .events;
        assert_eq!(
            (keys[0].kind.as_str(), &*keys[0].key, keys[0].synthetic),
            ("keypress", "a", true)
        );
        let navigations = client
            .send(None, &FindNavigationEvents {})
            .events::<NavigationEvents>()
            .remove(0)
            .events;
        assert_eq!(
            (navigations[0].kind.as_deref(), &*navigations[0].url),
            (Some("load"), "https://site.test/2")
        );
        assert!(client.stack_text(&moved).is_empty(), "nothing runs");
    });
}

#[test]
fn paints_have_their_pictures() {
    let mut log = Log::new([]);
    log.image("abc", b"picture");
    let paint = Paint {
        hash: "abc".into(),
        mime_type: "image/jpeg".into(),
        width: 8,
        height: 6,
        scale: 2.0,
    };
    let painted = log.mark(Event::Paint(paint));
    log.check(|client| {
        let paints = client
            .send(None, &FindPaints {})
            .events::<PaintPoints>()
            .remove(0)
            .paints;
        assert_eq!(
            (&paints[0].point, paints[0].screen_shots[0].hash.as_str()),
            (&painted, "abc")
        );
        let contents = |point: &ExecutionPoint, mime_type| GetPaintContents {
            point: point.clone(),
            mime_type,
            resize_height: None,
        };
        let screen = client.ask(contents(&painted, MimeType::Jpeg)).screen;
        assert_eq!((&*screen.data, screen.scale), ("cGljdHVyZQ==", 2.0));
        assert_eq!(
            client
                .error(contents(&ExecutionPoint::beginning(), MimeType::Jpeg))
                .0,
            65
        );
        assert_eq!(client.error(contents(&painted, MimeType::Png)).0, 65);
        assert_eq!(client.ask(GetDevicePixelRatio {}).ratio, 2.0);
    });
}

#[test]
fn an_empty_recording_answers_too() {
    let log = Log::new([]);
    let mut client = log.open(1);
    assert!(messages(&mut client).is_empty());
    assert!(client.send(None, &FindPaints {}).events.is_empty());
    let end = client.ask(wire::session::GetEndpoint {}).endpoint;
    assert!(client.stack_text(&end.point).is_empty());
    assert!(client.stack_text(&ExecutionPoint::beginning()).is_empty());
}
