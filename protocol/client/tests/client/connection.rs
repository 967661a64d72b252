//! Calls, ids, errors, closing, sessions side by side, and what the observer is told.

use std::{cell::RefCell, rc::Rc};

use client::{
    CallError, Connection, IdStyle, Notice,
    transport::{CloseReason, Frame, faulty::Fault},
};
use futures::{FutureExt, StreamExt};
use serde_json::json;
use wire::{
    error::{ErrorCode, ProtocolError},
    ids::SessionId,
    internal::AddRecordingData,
    recording::{ProcessRecording, SessionError},
    session::MayDestroy,
};

use crate::peer::{idle, run, run_as, run_faulty};

fn process() -> ProcessRecording {
    ProcessRecording {
        recording_id: "r".into(),
        experimental_settings: None,
    }
}

fn session_id(text: &str) -> SessionId {
    SessionId::from(text)
}

/// What the observer saw that is odd, one word and detail each.
fn oddities(connection: &Connection) -> Rc<RefCell<Vec<String>>> {
    let seen = Rc::<RefCell<Vec<String>>>::default();
    let list = Rc::clone(&seen);
    connection.observe(move |notice| {
        list.borrow_mut().push(match notice {
            Notice::LateAnswer { id } => format!("late {id}"),
            Notice::UnknownAnswer { id } => format!("unknown {id}"),
            Notice::UnheardEvent {
                method,
                session_id: Some(session_id),
            } => format!("unheard {method} {session_id}"),
            Notice::UnheardEvent {
                method,
                session_id: None,
            } => format!("unheard {method}"),
            Notice::Undecodable { what, .. } => format!("undecodable {what}"),
            Notice::Closed(reason) => format!("closed {reason}"),
            _ => return,
        });
    });
    seen
}

#[test]
fn bytes_follow_their_call_and_nothing_comes_between() {
    run(async |connection, mut peer| {
        let params = AddRecordingData {
            recording_id: "r".into(),
            offset: 0,
            length: 3,
        };
        let sent = connection.call_with_bytes(&params, vec![1, 0, 255]);
        let _other = connection.call(&process());
        let request = peer.request("Internal.addRecordingData").await;
        assert_eq!(
            request.params(),
            &json!({ "recordingId": "r", "offset": 0, "length": 3 })
        );
        assert_eq!(peer.bytes().await, [1, 0, 255]);
        peer.request("Recording.processRecording").await;
        peer.answer(&request, json!({})).await;
        assert!(sent.await.is_ok());
        connection.close();
        let late = connection.call_with_bytes(&params, vec![1]).await;
        assert!(matches!(late, Err(CallError::Closed { .. })), "{late:?}");
        peer.expect_end().await;
    });
}

#[test]
fn answers_in_any_order_find_their_calls() {
    run(async |connection, mut peer| {
        let session = connection.session(&session_id("s"));
        let (first, second) = (session.get_build_id(), session.get_endpoint());
        let (asked_first, asked_second) = (peer.any_request().await, peer.any_request().await);
        assert_eq!(
            asked_first.0,
            json!({"id": 1, "method": "Session.getBuildId", "params": {}, "sessionId": "s"})
        );
        peer.answer(&asked_second, json!({"endpoint": {"point": "9", "time": 2.5}}))
            .await;
        peer.answer(&asked_first, json!({"buildId": "b"})).await;
        assert_eq!(second.await.unwrap().endpoint.time, 2.5);
        assert_eq!(first.await.unwrap().build_id.as_str(), "b");
    });
}

#[test]
fn ids_may_be_strings_on_either_side() {
    run_as(IdStyle::Text, async |connection, mut peer| {
        let call = connection.call(&process());
        let asked = peer.request("Recording.processRecording").await;
        assert_eq!(asked.0["id"], json!("1"));
        peer.answer(&asked, json!({})).await;
        call.await.unwrap();
    });
    run(async |connection, mut peer| {
        let call = connection.call(&process());
        peer.request("Recording.processRecording").await;
        peer.send(json!({"id": "1", "result": {}})).await;
        call.await.unwrap();
    });
}

#[test]
fn an_answer_without_result_is_an_empty_one() {
    run(async |connection, mut peer| {
        let call = connection.call(&process());
        let asked = peer.any_request().await;
        peer.send(json!({"id": asked.0["id"]})).await;
        call.await.unwrap();
    });
}

#[test]
fn a_refusal_says_what_was_asked_and_all_the_server_said() {
    run(async |connection, mut peer| {
        let call = connection.call(&process());
        let asked = peer.any_request().await;
        let error = json!({"code": 28, "message": "no such recording", "data": {"id": "r"}});
        peer.send(json!({"id": asked.0["id"], "error": error})).await;
        let expected = ProtocolError {
            code: ErrorCode::UNKNOWN_RECORDING,
            message: "no such recording".to_owned(),
            data: Some(json!({"id": "r"})),
        };
        assert_eq!(
            call.await,
            Err(CallError::Protocol {
                method: "Recording.processRecording",
                error: expected
            })
        );
    });
}

#[test]
fn nonsense_from_the_peer_is_harmless_and_reported() {
    run(async |connection, mut peer| {
        let seen = oddities(&connection);
        let session = connection.session(&session_id("s"));
        let mut may_destroy = session.events::<MayDestroy>();
        let call = session.get_build_id();
        let asked = peer.any_request().await;
        peer.send(json!({"id": 77, "result": {}})).await;
        peer.send(json!({"id": "what", "result": {}})).await;
        peer.send(json!({"id": 0, "error": {"code": 1, "message": ""}}))
            .await;
        peer.event("s", "Session.brandNew", json!({"x": 1})).await;
        peer.send(json!({"method": "Target.nobody"})).await;
        peer.event("s", "Session.mayDestroy", json!({"time": "soon"}))
            .await;
        peer.send(json!({"neither": "nor"})).await;
        peer.send(json!([1, 2])).await;
        peer.send_frame(Frame::Text("{\"id\":1,".to_owned())).await;
        peer.send_frame(Frame::Binary(vec![0xff, 0xfe])).await;
        let answer = json!({"id": asked.0["id"], "result": {"buildId": "b"}, "extra": true}).to_string();
        peer.send_frame(Frame::Binary(answer.into_bytes())).await;
        assert_eq!(call.await.unwrap().build_id.as_str(), "b");
        peer.answer(&asked, json!({"buildId": "again"})).await;
        idle().await;
        assert!(may_destroy.next().now_or_never().is_none());
        assert_eq!(
            *seen.borrow(),
            [
                "unknown 77",
                "unknown what",
                "unknown 0",
                "unheard Session.brandNew s",
                "unheard Target.nobody",
                "undecodable Session.mayDestroy",
                "undecodable frame",
                "undecodable frame",
                "undecodable frame",
                "undecodable frame",
                &format!("late {}", asked.0["id"]),
            ]
        );
        assert!(connection.close_reason().is_none());
    });
}

#[test]
fn an_answer_of_the_wrong_shape_ends_its_call() {
    run(async |connection, mut peer| {
        let session = connection.session(&session_id("s"));
        let (wrong_result, wrong_error) = (session.get_endpoint(), session.get_endpoint());
        let (first, second) = (peer.any_request().await, peer.any_request().await);
        peer.answer(&first, json!({"endpoint": 5})).await;
        // Some servers once sent errors as plain strings.
        peer.send(json!({"id": second.0["id"], "error": "boom"})).await;
        for call in [wrong_result, wrong_error] {
            let error = call.await.unwrap_err();
            assert!(
                matches!(
                    error,
                    CallError::Malformed {
                        method: "Session.getEndpoint",
                        ..
                    }
                ),
                "{error:?}"
            );
        }
        assert_eq!(connection.n_pending(), 0);
    });
}

#[test]
fn a_call_given_up_leaves_nothing_behind() {
    run(async |connection, mut peer| {
        let seen = oddities(&connection);
        drop(connection.call(&process()));
        assert_eq!(connection.n_pending(), 0);
        let asked = peer.request("Recording.processRecording").await;
        peer.answer(&asked, json!({})).await;
        idle().await;
        assert_eq!(*seen.borrow(), ["late 1"]);
    });
}

#[test]
fn closing_in_the_middle_ends_everything_and_says_why() {
    run_faulty(async |connection, mut peer, control| {
        let seen = oddities(&connection);
        let session = connection.session(&session_id("s"));
        let call = session.get_build_id();
        let mut messages = session.find_messages();
        let waiting_its_turn = session.find_messages();
        let mut may_destroy = session.events::<MayDestroy>();
        let pause = session.adopt_pause(&"p".into(), &Default::default());
        assert!(pause.frames().is_pending());
        let closed = connection.closed();
        for _request in 0..3 {
            peer.any_request().await;
        }
        assert_eq!(connection.n_pending(), 4);

        let reason = CloseReason::There {
            code: Some(1012),
            reason: "restart".to_owned(),
        };
        control.then([Fault::Pass, Fault::Cut(reason.clone())]);
        let message = json!({
            "source": "ConsoleAPI", "level": "info", "text": "hi", "pauseId": "p", "data": {},
            "point": {"point": "1", "time": 0},
        });
        peer.event("s", "Console.newMessage", json!({"message": message}))
            .await;
        peer.event("s", "Console.newMessage", json!({"message": message}))
            .await;

        assert_eq!(closed.await, reason);
        let expected = CallError::Closed {
            reason: reason.clone(),
        };
        assert_eq!(call.await, Err(expected.clone()));
        // What came before the end is not lost.
        assert_eq!(messages.next().await.unwrap().text, "hi");
        assert!(messages.next().await.is_none());
        assert_eq!(messages.answer().await, Err(expected.clone()));
        assert_eq!(waiting_its_turn.answer().await, Err(expected.clone()));
        assert!(may_destroy.next().await.is_none());
        assert_eq!(pause.frames().ready(), None);
        assert!(!pause.frames().is_pending());
        assert_eq!(
            session.get_endpoint().await,
            Err(expected.clone()),
            "and later calls end at once"
        );
        assert_eq!(
            session.create_pause(&"1".parse().unwrap()).await.unwrap_err(),
            expected
        );
        assert_eq!(connection.n_pending(), 0);
        assert_eq!(
            *seen.borrow(),
            ["closed closed by the other side: restart (code 1012)"]
        );
    });
}

#[test]
fn a_peer_that_vanishes_closes_the_connection() {
    run(async |connection, peer| {
        let call = connection.call(&process());
        drop(peer);
        assert_eq!(
            call.await,
            Err(CallError::Closed {
                reason: CloseReason::vanished()
            })
        );
        assert_eq!(connection.close_reason(), Some(CloseReason::vanished()));
    });
}

#[test]
fn closing_here_tells_the_peer() {
    run(async |connection, mut peer| {
        let call = connection.call(&process());
        connection.close();
        assert_eq!(
            call.await,
            Err(CallError::Closed {
                reason: CloseReason::Here
            }),
            "without waiting for anyone"
        );
        peer.any_request().await;
        peer.expect_end().await;
        assert_eq!(connection.closed().await, CloseReason::Here);
    });
}

#[test]
fn dropping_the_last_handle_closes_and_its_children_are_gone() {
    run(async |connection, mut peer| {
        let session = connection.session(&session_id("s"));
        let call = session.get_build_id();
        let pause = session.adopt_pause(&"p".into(), &Default::default());
        let other_handle = connection.clone();
        drop(connection);
        peer.any_request().await;
        peer.expect_silence().await;
        drop(other_handle);
        assert_eq!(call.await, Err(CallError::Gone));
        assert_eq!(session.get_build_id().await, Err(CallError::Gone));
        assert!(pause.is_gone());
        peer.expect_end().await;
    });
}

#[test]
fn dropping_the_driver_closes() {
    let (here, _there) = client::transport::local::pair();
    let (connection, driver) = Connection::open(here);
    let call = connection.call(&process());
    drop(driver);
    let outcome = futures::executor::block_on(call);
    assert_eq!(
        outcome,
        Err(CallError::Closed {
            reason: CloseReason::Here
        })
    );
}

#[test]
fn the_observer_sees_all_traffic_and_may_use_the_connection() {
    run(async |connection, mut peer| {
        let seen = Rc::<RefCell<Vec<String>>>::default();
        let (list, weak) = (Rc::clone(&seen), connection.clone());
        connection.observe(move |notice| {
            // Reading and calling from inside must not trip over a borrow.
            let _ = (weak.n_pending(), weak.close_reason());
            match notice {
                Notice::Sent(text) => list.borrow_mut().push(format!("> {text}")),
                Notice::Received(frame) => list.borrow_mut().push(format!("< {} bytes", frame.size())),
                _ => {}
            }
        });
        let call = connection.set_access_token("t");
        let asked = peer.any_request().await;
        peer.answer(&asked, json!({})).await;
        call.await.unwrap();
        let sent = r#"> {"id":1,"method":"Authentication.setAccessToken","params":{"accessToken":"t"}}"#;
        assert_eq!(*seen.borrow(), [sent, "< 20 bytes"]);
        connection.observe(|_notice| {});
    });
}

#[test]
fn two_sessions_on_one_socket_do_not_hear_each_other() {
    run(async |connection, mut peer| {
        let seen = oddities(&connection);
        let (one, two) = (
            connection.session(&session_id("1")),
            connection.session(&session_id("2")),
        );
        let mut heard_by_one = one.events::<MayDestroy>();
        let mut heard_by_two = two.events::<MayDestroy>();
        let (mut paints_of_one, mut paints_of_two) = (one.find_paints(), two.find_paints());
        let (asked_one, asked_two) = (peer.any_request().await, peer.any_request().await);
        assert_eq!([&asked_one.0["sessionId"], &asked_two.0["sessionId"]], ["1", "2"]);

        let paint = |point: &str| json!({"paints": [{"point": point, "time": 0, "screenShots": []}]});
        peer.event("2", "Graphics.paintPoints", paint("2")).await;
        peer.event("1", "Graphics.paintPoints", paint("1")).await;
        peer.event("3", "Graphics.paintPoints", paint("3")).await;
        peer.event("2", "Session.mayDestroy", json!({})).await;
        // Without a session id it could be either's.
        peer.send(json!({"method": "Session.mayDestroy", "params": {}}))
            .await;
        peer.answer(&asked_one, json!({})).await;
        peer.answer(&asked_two, json!({})).await;

        assert_eq!(paints_of_one.next().await.unwrap()[0].point.as_str(), "1");
        assert_eq!(paints_of_two.next().await.unwrap()[0].point.as_str(), "2");
        assert!(paints_of_one.next().await.is_none() && paints_of_two.next().await.is_none());
        assert_eq!(heard_by_two.next().await, Some(MayDestroy { time: None }));
        idle().await;
        assert!(heard_by_one.next().now_or_never().is_none());
        assert_eq!(
            *seen.borrow(),
            ["unheard Graphics.paintPoints 3", "unheard Session.mayDestroy"]
        );

        drop((two, heard_by_two));
        peer.send(json!({"method": "Session.mayDestroy", "params": {}}))
            .await;
        assert_eq!(
            heard_by_one.next().await,
            Some(MayDestroy { time: None }),
            "now it can only be this one's"
        );
    });
}

#[test]
fn dropping_a_session_ends_its_calls_and_streams_and_no_others() {
    run(async |connection, mut peer| {
        let (one, two) = (
            connection.session(&session_id("1")),
            connection.session(&session_id("2")),
        );
        let (call_of_one, call_of_two) = (one.get_build_id(), two.get_build_id());
        let messages = one.find_messages();
        let mut load = one.listen_for_load_changes();
        let mut events = one.events::<MayDestroy>();
        let mut requests = Vec::new();
        for _request in 0..4 {
            requests.push(peer.any_request().await);
        }
        let same = connection.session(&session_id("1"));
        assert_eq!(same, one);
        drop(one);
        assert!(events.next().now_or_never().is_none(), "a handle is left");
        drop(same);
        assert_eq!(call_of_one.await, Err(CallError::Gone));
        assert_eq!(messages.answer().await, Err(CallError::Gone));
        assert!(load.next().await.is_none());
        assert!(events.next().await.is_none());
        assert_eq!(connection.n_pending(), 1);
        peer.answer(&requests[1], json!({"buildId": "b"})).await;
        assert_eq!(call_of_two.await.unwrap().build_id.as_str(), "b");
        assert!(
            connection
                .session(&session_id("1"))
                .get_build_id()
                .now_or_never()
                .is_none(),
            "it can be attached again"
        );
    });
}

#[test]
fn releasing_a_session_asks_the_server_and_ends_it_here() {
    run(async |connection, mut peer| {
        let session = connection.session(&session_id("s"));
        let same = session.clone();
        let call = session.release();
        assert_eq!(same.get_build_id().await, Err(CallError::Gone));
        let asked = peer.request("Recording.releaseSession").await;
        assert_eq!(
            asked.0,
            json!({"id": 1, "method": "Recording.releaseSession", "params": {"sessionId": "s"}})
        );
        peer.answer(&asked, json!({})).await;
        call.await.unwrap();
        assert_eq!(same.release().await, Err(CallError::Gone));
        peer.expect_silence().await;
    });
}

#[test]
fn events_of_the_connection_itself_are_heard() {
    run(async |connection, mut peer| {
        let mut errors = connection.events::<SessionError>();
        let params = json!({"sessionId": "s", "code": 10, "message": "idle"});
        peer.send(json!({"method": "Recording.sessionError", "params": params}))
            .await;
        assert_eq!(errors.next().await.unwrap().message, "idle");
    });
}

#[test]
fn nothing_leaks_once_the_connection_is_dropped() {
    let sentinel = Rc::new(());
    let weak = Rc::downgrade(&sentinel);
    run(async |connection, mut peer| {
        let in_observer = Rc::clone(&sentinel);
        drop(sentinel);
        connection.observe(move |_notice| assert_eq!(Rc::strong_count(&in_observer), 1));
        let session = connection.session(&session_id("s"));
        let _load = session.listen_for_load_changes();
        let _events = session.events::<MayDestroy>();
        let pause = session.adopt_pause(&"p".into(), &Default::default());
        assert!(pause.frames().is_pending());
        let _subscription = pause.subscribe(|_change| {});
        peer.any_request().await;
        // The driver holds the connection weakly, and so do the children that outlive it here.
        drop(connection);
        idle().await;
        assert!(weak.upgrade().is_none());
    });
}
