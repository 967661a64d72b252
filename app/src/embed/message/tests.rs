use serde_json::{Value, json};

use super::*;

impl Payload for Value {
    fn read<T: DeserializeOwned>(&self) -> Result<T, String> {
        T::deserialize(self).map_err(|error| error.to_string())
    }
}

fn call(message: Value) -> Call {
    match Incoming::read(&message) {
        Incoming::Call(_, call) => call,
        other => panic!("{message} is {other:?}"),
    }
}

fn failure(message: Value) -> Failure {
    match Incoming::read(&message) {
        Incoming::Bad(_, failure) => failure,
        other => panic!("{message} is {other:?}"),
    }
}

#[test]
fn greetings_are_of_this_version_or_refused_with_their_nonce() {
    let hello =
        Hello::read(&json!({"t": "rrp-embed", "v": 1, "nonce": "n", "want": ["content"], "later": {}}));
    assert!(
        matches!(hello, Ok(Hello { v: 1, want, .. }) if want.as_deref() == Some(&["content".to_owned()][..]))
    );
    let Err(Some((nonce, failure))) = Hello::read(&json!({"t": "rrp-embed", "v": 2, "nonce": "n"})) else {
        panic!("a later version is refused");
    };
    assert_eq!(
        (nonce.as_str(), failure.code, failure.recoverable),
        ("n", Code::Version, false)
    );
    for foreign in [
        json!(null),
        json!("hello"),
        json!({"v": 1}),
        json!({"v": -1, "nonce": "n"}),
    ] {
        assert!(matches!(Hello::read(&foreign), Err(None)), "{foreign}");
    }
}

#[test]
fn moments_are_said_in_seconds_as_clocks_do_or_exactly() {
    let seek = |fields: Value| {
        let mut message = json!({"id": 1, "type": "seek"});
        for (name, value) in fields.as_object().into_iter().flatten() {
            message[name] = value.clone();
        }
        message
    };
    let moment = |time_ms, point: Option<&str>| {
        Call::Seek(Seek {
            time_ms,
            point: point.and_then(|point| ExecutionPoint::new(point).ok()),
            is_passing: false,
        })
    };
    assert_eq!(call(seek(json!({"t": 12.5}))), moment(Some(12_500.0), None));
    assert_eq!(call(seek(json!({"t": "1:02.5"}))), moment(Some(62_500.0), None));
    let huge = "123456789012345678901234567890";
    assert_eq!(call(seek(json!({"point": huge}))), moment(None, Some(huge)));
    for wrong in [
        json!({}),
        json!({"t": -1}),
        json!({"t": "soon"}),
        json!({"t": []}),
        json!({"point": "x"}),
        json!({"point": 5}),
    ] {
        assert_eq!(failure(seek(wrong.clone())).code, Code::BadRequest, "{wrong}");
    }
}

#[test]
fn what_nobody_knows_is_ignored_or_said_to_be_unknown() {
    assert_eq!(
        failure(json!({"id": 7, "type": "dance"})).code,
        Code::UnknownRequest
    );
    for nothing in [
        json!({"type": "dance"}),
        json!({"type": "play", "ignore": true, "id": 1}),
        json!({"id": 1}),
        json!({"source": "react-devtools-bridge"}),
        json!(7),
        json!(null),
    ] {
        assert_eq!(Incoming::read(&nothing), Incoming::Ignored, "{nothing}");
    }
    assert_eq!(
        Incoming::read(&json!({"id": 1, "type": "play", "later": 5})),
        Incoming::Call(Some(1.0), Call::Play)
    );
}

#[test]
fn every_kind_is_read() {
    for kind in Call::KINDS {
        let message = json!({
            "id": 1, "type": kind, "t": 1, "frame": 0, "token": "t", "key": "k", "url": "a.js"
        });
        assert!(matches!(Incoming::read(&message), Incoming::Call(..)), "{kind}");
    }
}

#[test]
fn parts_and_steps_are_checked() {
    let focus = |range: Value| json!({"id": 1, "type": "focus", "range": range});
    let span = Call::Focus(Some(Span {
        begin_ms: 1_500.0,
        end_ms: 12_000.0,
    }));
    assert_eq!(call(focus(json!({"begin": 1.5, "end": "0:12"}))), span);
    assert_eq!(call(focus(json!("1.5-12"))), span);
    assert_eq!(call(focus(json!(null))), Call::Focus(None));
    assert_eq!(call(json!({"id": 1, "type": "focus"})), Call::Focus(None));
    assert_eq!(
        failure(focus(json!({"begin": 5, "end": 5}))).code,
        Code::BadRequest
    );
    let step =
        |kind: &str, direction: &str| json!({"id": 1, "type": "step", "kind": kind, "direction": direction});
    assert_eq!(call(step("over", "back")), Call::Step(Step::Back));
    assert_eq!(call(json!({"id": 1, "type": "step"})), Call::Step(Step::Over));
    assert_eq!(failure(step("in", "back")).code, Code::Unsupported);
    assert_eq!(failure(step("sideways", "forward")).code, Code::BadRequest);
}

#[test]
fn settings_are_taken_one_by_one() {
    let Call::Set(settings) = call(json!({
        "type": "set", "mode": "devtools", "loop": true, "skipInactive": false, "panels": ["console"], "keyboard": "off"
    })) else {
        panic!("settings");
    };
    assert_eq!(settings.mode, Some(Mode::Devtools));
    assert_eq!(
        (settings.repeats, settings.skip_inactive),
        (Some(true), Some(false))
    );
    assert_eq!((settings.keyboard, settings.speed), (Some(Keyboard::Off), None));
    assert_eq!(
        failure(json!({"id": 1, "type": "set", "mode": "huge"})).code,
        Code::BadRequest
    );
}
