//! The frame around messages: ids of both kinds, payloads that are left out, and what is no message at all.

use serde_json::{Value as Json, json};
use wire::{
    command::Empty,
    debugger::FindSources,
    envelope::{self, CallId, Incoming, Request},
    error::{ErrorCode, ProtocolError},
    ids::{PauseId, SessionId},
    pause::EvaluateInGlobal,
    point::ExecutionPoint,
    session::{CreatePause, CreatePauseResult, ProcessingProgress},
};

fn json(text: &str) -> Json {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_request_carries_exactly_the_ids_of_its_scope() {
    let (session, pause) = (SessionId::from("s"), PauseId::from("p"));
    let text = envelope::request(&CallId::Number(1), Some(&session), None, &FindSources {}).unwrap();
    assert_eq!(
        json(&text),
        json!({"id": 1, "method": "Debugger.findSources", "params": {}, "sessionId": "s"})
    );

    let evaluate = EvaluateInGlobal {
        expression: "a".into(),
        pure: false,
    };
    let text = envelope::request(&"x".into(), Some(&session), Some(&pause), &evaluate).unwrap();
    let request = Request::decode(&text).unwrap();
    assert_eq!(
        (request.id.clone(), &*request.method),
        (CallId::Text("x".into()), "Pause.evaluateInGlobal")
    );
    assert_eq!(
        (&request.session_id, &request.pause_id),
        (&Some(session), &Some(pause))
    );
    assert_eq!(request.read::<EvaluateInGlobal>().unwrap(), evaluate);
}

#[test]
fn ids_are_integers_or_strings_and_come_back_as_they_were() {
    for id in [
        json!(0),
        json!(-7),
        json!(9_007_199_254_740_991_i64),
        json!(""),
        json!("7"),
        json!("a\"b"),
    ] {
        let text = json!({"id": id, "method": "Session.getEndpoint"}).to_string();
        let request = Request::decode(&text).unwrap();
        let answer = envelope::response(&request.id, &Empty {}).unwrap();
        assert_eq!(json(&answer), json!({"id": id, "result": {}}));
    }
    assert_ne!(CallId::from(7), CallId::from("7"));
    for id in [json!(1.5), json!(true), json!([]), json!(u64::MAX)] {
        assert!(
            Request::decode(&json!({"id": id, "method": "m"}).to_string()).is_err(),
            "{id}"
        );
    }
}

#[test]
fn parameters_that_are_left_out_are_empty() {
    for text in [
        r#"{"id":1,"method":"Debugger.findSources"}"#,
        r#"{"id":1,"method":"m","params":null}"#,
    ] {
        let request = Request::decode(text).unwrap();
        assert_eq!(request.params.get(), "{}");
        assert_eq!(request.read::<FindSources>().unwrap(), FindSources {});
    }
}

#[test]
fn a_request_without_id_or_method_is_an_error() {
    for text in [
        r#"{"method":"m"}"#,
        r#"{"id":1}"#,
        "{}",
        "[]",
        "",
        "nonsense",
        r#"{"id":1,"method":"m""#,
    ] {
        assert!(Request::decode(text).is_err(), "{text}");
    }
}

#[test]
fn wrong_parameters_are_found_when_they_are_read_and_not_before() {
    let request =
        Request::decode(r#"{"id":1,"method":"Session.createPause","params":{"point":"x"}}"#).unwrap();
    assert!(request.read::<CreatePause>().is_err());
}

#[test]
fn an_answer_is_a_result_or_an_error() {
    let result = CreatePauseResult { pause_id: "p".into() };
    let text = envelope::response(&CallId::Number(3), &result).unwrap();
    let Incoming::Response(response) = Incoming::decode(&text).unwrap() else {
        panic!("not a response: {text}")
    };
    assert_eq!(response.id, CallId::Number(3));
    assert_eq!(
        envelope::read::<CreatePauseResult>(response.outcome.unwrap()).unwrap(),
        result
    );

    let error = ProtocolError::new(ErrorCode::UNKNOWN_SESSION, "gone");
    let text = envelope::error_response(&CallId::Number(3), &error).unwrap();
    assert_eq!(
        json(&text),
        json!({"id": 3, "error": {"code": 59, "message": "gone"}})
    );
    let Incoming::Response(response) = Incoming::decode(&text).unwrap() else {
        panic!("not a response: {text}")
    };
    assert_eq!(response.outcome.unwrap_err(), error);
    assert!(error.code.is_session_gone());
}

#[test]
fn an_answer_without_result_is_empty() {
    let Incoming::Response(response) = Incoming::decode(r#"{"id":3}"#).unwrap() else {
        panic!("not a response")
    };
    assert_eq!(response.outcome.unwrap().get(), "{}");
}

#[test]
fn codes_without_a_name_keep_their_number() {
    let text = r#"{"id":1,"error":{"code":4711,"message":"","data":{"a":1}}}"#;
    let Incoming::Response(response) = Incoming::decode(text).unwrap() else {
        panic!("not a response")
    };
    let error = response.outcome.unwrap_err();
    assert_eq!(
        (error.code, error.code.name(), error.to_string()),
        (ErrorCode(4711), None, "code 4711".to_owned())
    );
    assert_eq!(error.data, Some(json!({"a": 1})));
}

#[test]
fn an_event_names_its_session_or_not() {
    let progress = ProcessingProgress {
        progress_percent: 12.5,
    };
    for session in [Some(SessionId::from("s")), None] {
        let text = envelope::event(session.as_ref(), &progress).unwrap();
        let Incoming::Event(event) = Incoming::decode(&text).unwrap() else {
            panic!("not an event: {text}")
        };
        assert_eq!(
            (&*event.method, &event.session_id),
            ("Session.processingProgress", &session)
        );
        assert_eq!(event.read::<ProcessingProgress>().unwrap(), progress);
    }
}

#[test]
fn an_unknown_event_stays_text() {
    let text = r#"{"method":"Future.sur\u0070rise","params":{"a":[1, 2]},"extra":0}"#;
    let Incoming::Event(event) = Incoming::decode(text).unwrap() else {
        panic!("not an event")
    };
    assert_eq!(
        (&*event.method, event.params.get()),
        ("Future.surprise", r#"{"a":[1, 2]}"#)
    );
}

#[test]
fn neither_response_nor_event_is_an_error() {
    for text in ["{}", r#"{"result":{}}"#, "[]", "", "1"] {
        assert!(Incoming::decode(text).is_err(), "{text}");
    }
}

#[test]
fn a_payload_can_be_passed_on_unread() {
    let text =
        r#"{"id":1,"method":"Session.createPause","params":{"point":"12","later":true},"sessionId":"s"}"#;
    let request = Request::decode(text).unwrap();
    let onward = envelope::request_named(
        &9.into(),
        &request.method,
        request.session_id.as_ref(),
        None,
        request.params,
    )
    .unwrap();
    let expected = json!({
        "id": 9, "method": "Session.createPause", "params": {"point": "12", "later": true}, "sessionId": "s"
    });
    assert_eq!(json(&onward), expected);
    assert_eq!(
        request.read::<CreatePause>().unwrap().point,
        ExecutionPoint::from(12_u64)
    );
}
