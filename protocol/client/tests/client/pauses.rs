//! Pauses: asked once, read at once, never forgetting, gone when dropped.
//!
//! A long file: one short case after the other, all of one subject and with the same few helpers.

use std::{cell::RefCell, rc::Rc};

use client::{CallError, Change, Connection, Lookup, Pause, Session};
use futures::FutureExt;
use serde_json::{Value, json};
use wire::{
    experimental::StepKind,
    graphics::ScreenShot,
    ids::{ObjectId, SessionId},
    pause::{GetObjectPreviews, Object, ObjectPreviewLevel, PauseData},
    point::ExecutionPoint,
};

use crate::peer::{Peer, idle, run};

fn data(value: Value) -> PauseData {
    serde_json::from_value(value).unwrap()
}

fn point(number: u32) -> ExecutionPoint {
    ExecutionPoint::from(u64::from(number))
}

/// An object with so many properties, or with no preview.
fn object(id: &str, n_properties: Option<usize>, has_more: bool) -> Value {
    let Some(n_properties) = n_properties else {
        return json!({"objectId": id, "className": "Object"});
    };
    let properties: Vec<_> = (0..n_properties)
        .map(|idx| json!({"name": idx.to_string(), "value": idx}))
        .collect();
    json!({
        "objectId": id, "className": "Object",
        "preview": {"overflow": has_more, "properties": properties},
    })
}

fn n_properties(object: &Object) -> Option<usize> {
    object
        .preview
        .as_ref()
        .map(|preview| preview.properties.as_ref().map_or(0, Vec::len))
}

fn frame(id: &str, scopes: &[&str]) -> Value {
    json!({"frameId": id, "type": "call", "location": [], "scopeChain": scopes, "this": {}})
}

fn session(connection: &Connection) -> Session {
    connection.session(&SessionId::from("s"))
}

/// A pause, made without traffic, and the changes it tells.
fn pause(session: &Session) -> (Pause, Rc<RefCell<Vec<Change>>>) {
    let pause = session.adopt_pause(&"p".into(), &PauseData::default());
    let changes = Rc::<RefCell<Vec<Change>>>::default();
    let (list, weak) = (Rc::clone(&changes), pause.handle(&"any".into()));
    let subscription = pause.subscribe(move |change| {
        // A subscriber reads the pause; no borrow may be in the way.
        if let Some(pause) = weak.pause() {
            let _ = (pause.known_object(&"o".into()), pause.known_frame(&"f".into()));
        }
        list.borrow_mut().push(change.clone());
    });
    std::mem::forget(subscription); // For the whole test; the pause does not depend on it.
    (pause, changes)
}

async fn answer(peer: &mut Peer, method: &str, result: Value) {
    let asked = peer.request(method).await;
    assert_eq!(asked.0["pauseId"], json!("p"));
    peer.answer(&asked, result).await;
    idle().await;
}

#[test]
fn the_stack_is_asked_once_and_then_read_at_once() {
    run(async |connection, mut peer| {
        let session = session(&connection);
        let (pause, changes) = pause(&session);
        assert!(pause.frames().is_pending());
        assert!(pause.frames().is_pending());
        let waiting = pause.clone();
        let waiting = async move { waiting.until_ready(Pause::frames).await };
        let script = answer(
            &mut peer,
            "Pause.getAllFrames",
            json!({
                "frames": ["young", "old"],
                "data": {"frames": [frame("old", &[]), frame("young", &["scope"])], "objects": [object("o", None, false)]},
            }),
        );
        let (frames, ()) = futures::future::join(waiting, script).await;
        let ids: Vec<_> = frames
            .unwrap()
            .iter()
            .map(|frame| frame.frame_id.to_string())
            .collect();
        assert_eq!(
            ids,
            ["young", "old"],
            "in the order of the answer, not of the data"
        );
        assert_eq!(pause.frames().ready().unwrap().len(), 2);
        assert_eq!(
            pause.top_frame().ready().unwrap().unwrap().frame_id.as_str(),
            "young"
        );
        peer.expect_silence().await;
        let expected = Change {
            frames: vec!["old".into(), "young".into()],
            objects: vec!["o".into()],
            answered: Some("Pause.getAllFrames"),
            ..Change::default()
        };
        assert_eq!(*changes.borrow(), [expected]);
    });
}

#[test]
fn a_stack_with_a_missing_frame_fails() {
    run(async |connection, mut peer| {
        let session = session(&connection);
        let (pause, _changes) = pause(&session);
        let _pending = pause.frames();
        answer(
            &mut peer,
            "Pause.getAllFrames",
            json!({"frames": ["f"], "data": {}}),
        )
        .await;
        let expected = "Pause.getAllFrames: frame f is not in the answer";
        assert!(matches!(pause.frames(), Lookup::Failed(error) if error.to_string() == expected));
    });
}

#[test]
fn scopes_are_all_asked_for_at_once_and_known_ones_are_not() {
    run(async |connection, mut peer| {
        let session = session(&connection);
        let (pause, _changes) = pause(&session);
        let scope =
            |id: &str| json!({"scopeId": id, "type": "block", "bindings": [{"name": "x", "value": 1}]});
        pause.merge(&data(json!({
            "frames": [frame("f", &["1", "2", "3"])],
            "scopes": [scope("2"), {"scopeId": "3", "type": "global"}],
        })));
        let frame = pause.known_frame(&"f".into()).unwrap();
        assert!(pause.scopes(&frame).is_pending());
        assert!(pause.scopes(&frame).is_pending());
        let (one, three) = (
            peer.request("Pause.getScope").await,
            peer.request("Pause.getScope").await,
        );
        assert_eq!(
            [one.params(), three.params()],
            [&json!({"scope": "1"}), &json!({"scope": "3"})]
        );
        peer.answer(
            &three,
            json!({"data": {"scopes": [{"scopeId": "3", "type": "global", "object": "o"}]}}),
        )
        .await;
        peer.answer(&one, json!({"data": {"scopes": [scope("1")]}})).await;
        idle().await;
        let ids: Vec<_> = pause
            .scopes(&frame)
            .ready()
            .unwrap()
            .iter()
            .map(|scope| scope.scope_id.to_string())
            .collect();
        assert_eq!(ids, ["1", "2", "3"]);
        pause.merge(&data(json!({"scopes": [{"scopeId": "1", "type": "block"}]})));
        assert!(
            pause.scope_of(&"1".into()).ready().unwrap().bindings.is_some(),
            "less does not replace more"
        );
        peer.expect_silence().await;
    });
}

#[test]
fn a_fuller_answer_answers_a_lesser_question() {
    use ObjectPreviewLevel::{CanOverflow, Full, NoProperties, None};
    run(async |connection, mut peer| {
        let session = session(&connection);
        let (pause, _changes) = pause(&session);
        let id = ObjectId::from("o");

        // Named without a preview, it answers `none` and nothing else.
        pause.merge(&data(json!({"objects": [object("o", Option::None, false)]})));
        assert_eq!(
            n_properties(&pause.object(&id, None).ready().unwrap()),
            Option::None
        );
        assert!(pause.object(&id, CanOverflow).is_pending());
        assert!(
            pause.object(&id, NoProperties).is_pending(),
            "what is on its way is fuller"
        );
        assert!(
            pause.object(&id, Full).is_pending(),
            "what is on its way is not enough"
        );
        let (some, all) = (peer.any_request().await, peer.any_request().await);
        assert_eq!(some.params(), &json!({"object": "o", "level": "canOverflow"}));
        assert_eq!(all.params(), &json!({"object": "o", "level": "full"}));
        peer.expect_silence().await;

        // The fuller answer comes first; the lesser one must not undo it.
        peer.answer(&all, json!({"data": {"objects": [object("o", Some(3), false)]}}))
            .await;
        peer.answer(&some, json!({"data": {"objects": [object("o", Some(1), true)]}}))
            .await;
        idle().await;
        for level in [None, NoProperties, CanOverflow, Full] {
            assert_eq!(n_properties(&pause.object(&id, level).ready().unwrap()), Some(3));
        }
        peer.expect_silence().await;

        // A preview that does not overflow is all there is, at whatever level it was asked for.
        let other = ObjectId::from("other");
        pause.merge(&data(json!({"objects": [object("other", Some(2), false)]})));
        assert_eq!(
            n_properties(&pause.object(&other, Full).ready().unwrap()),
            Some(2)
        );
        peer.expect_silence().await;
    });
}

#[test]
fn a_full_preview_that_still_overflows_is_not_asked_again() {
    use ObjectPreviewLevel::{CanOverflow, Full};
    run(async |connection, mut peer| {
        let session = session(&connection);
        let (pause, _changes) = pause(&session);
        let id = ObjectId::from("huge");
        pause.merge(&data(json!({"objects": [object("huge", Some(5), true)]})));
        assert_eq!(
            n_properties(&pause.object(&id, CanOverflow).ready().unwrap()),
            Some(5)
        );
        assert!(pause.object(&id, Full).is_pending());
        answer(
            &mut peer,
            "Pause.getObjectPreview",
            json!({"data": {"objects": [object("huge", Some(500), true)]}}),
        )
        .await;
        assert_eq!(n_properties(&pause.object(&id, Full).ready().unwrap()), Some(500));
        pause.merge(&data(json!({"objects": [object("huge", Some(5), true)]})));
        assert_eq!(
            n_properties(&pause.known_object(&id).unwrap()),
            Some(500),
            "more of the same level stays"
        );
        peer.expect_silence().await;
    });
}

#[test]
fn an_answer_that_repeats_nothing_still_raises_the_level() {
    run(async |connection, mut peer| {
        let session = session(&connection);
        let (pause, changes) = pause(&session);
        let id = ObjectId::from("o");
        pause.merge(&data(json!({"objects": [object("o", Some(5), true)]})));
        changes.borrow_mut().clear();
        assert!(pause.object(&id, ObjectPreviewLevel::Full).is_pending());
        answer(&mut peer, "Pause.getObjectPreview", json!({"data": {}})).await;
        assert_eq!(
            changes.borrow()[0].objects,
            std::slice::from_ref(&id),
            "a pending read is to be read again"
        );
        assert_eq!(
            n_properties(&pause.object(&id, ObjectPreviewLevel::Full).ready().unwrap()),
            Some(5)
        );
        peer.expect_silence().await;
    });
}

#[test]
fn what_was_asked_for_fully_in_one_go_answers_each_read() {
    run(async |connection, mut peer| {
        let session = session(&connection);
        let (pause, _changes) = pause(&session);
        let (one, two) = (ObjectId::from("1"), ObjectId::from("2"));
        let call = pause.call(&GetObjectPreviews {
            objects: vec![one.clone(), two.clone()],
            level: Some(ObjectPreviewLevel::Full),
        });
        let bare = json!({"objectId": "2", "className": "Huge", "preview": {"overflow": true}});
        let objects = json!([object("1", Some(3), true), bare]);
        answer(
            &mut peer,
            "Pause.getObjectPreviews",
            json!({"data": {"objects": objects}}),
        )
        .await;
        call.await.unwrap();
        // Both still overflow, but there is no more to be had.
        for id in [&one, &two] {
            for level in [ObjectPreviewLevel::CanOverflow, ObjectPreviewLevel::Full] {
                assert!(pause.object(id, level).ready().is_some(), "{id} at {level:?}");
            }
        }
        peer.expect_silence().await;
    });
}

#[test]
fn many_objects_take_one_request_and_what_it_leaves_out_one_of_its_own() {
    run(async |connection, mut peer| {
        let session = session(&connection);
        let (pause, _changes) = pause(&session);
        let ids = ["1", "2", "3"].map(ObjectId::from);
        let full = ObjectPreviewLevel::Full;
        pause.request_objects(&ids, full);
        // On its way already, also for who asks one by one.
        pause.request_objects(&ids[..2], full);
        assert!(
            pause
                .object(&ids[0], ObjectPreviewLevel::CanOverflow)
                .is_pending()
        );
        let asked = peer.request("Pause.getObjectPreviews").await;
        assert_eq!(
            asked.params(),
            &json!({"objects": ["1", "2", "3"], "level": "full"})
        );
        let objects = json!([object("1", Some(1), false), object("2", Some(2), false)]);
        peer.answer(&asked, json!({"data": {"objects": objects}})).await;
        let alone = peer.request("Pause.getObjectPreview").await;
        assert_eq!(alone.params(), &json!({"object": "3", "level": "full"}));
        peer.refuse(&alone, 33, "no such object").await;
        idle().await;
        assert!(pause.object(&ids[1], full).ready().is_some());
        assert!(matches!(pause.object(&ids[2], full), Lookup::Failed(_)));
        pause.request_objects(&ids, full);
        peer.expect_silence().await;
    });
}

#[test]
fn a_service_without_previews_of_many_is_asked_one_by_one() {
    run(async |connection, mut peer| {
        let session = session(&connection);
        let (pause, _changes) = pause(&session);
        let ids = ["1", "2"].map(ObjectId::from);
        pause.request_objects(&ids, ObjectPreviewLevel::Full);
        let asked = peer.request("Pause.getObjectPreviews").await;
        peer.refuse(&asked, 33, "no such command").await;
        for id in ["1", "2"] {
            let alone = peer.request("Pause.getObjectPreview").await;
            assert_eq!(alone.params()["object"], json!(id));
        }
    });
}

#[test]
fn a_frame_is_shown_with_the_scopes_of_its_original_source() {
    run(async |connection, mut peer| {
        let session = session(&connection);
        let (pause, _changes) = pause(&session);
        let frame = json!({
            "frameId": "f", "type": "call", "location": [], "this": {},
            "scopeChain": ["generated"], "originalScopeChain": ["original"],
        });
        let frame: wire::pause::Frame = serde_json::from_value(frame).unwrap();
        assert!(pause.scopes(&frame).is_pending());
        let asked = peer.request("Pause.getScope").await;
        assert_eq!(asked.params()["scope"], json!("original"));
        peer.expect_silence().await;
    });
}

#[test]
fn an_object_that_the_answer_does_not_hold_fails() {
    run(async |connection, mut peer| {
        let session = session(&connection);
        let (pause, _changes) = pause(&session);
        let read = || pause.object(&"o".into(), ObjectPreviewLevel::CanOverflow);
        assert!(read().is_pending());
        answer(&mut peer, "Pause.getObjectPreview", json!({"data": {}})).await;
        assert!(matches!(read(), Lookup::Failed(CallError::Malformed { .. })));
    });
}

#[test]
fn failures_are_kept_until_they_are_forgotten() {
    run(async |connection, mut peer| {
        let session = session(&connection);
        let (pause, changes) = pause(&session);
        assert!(pause.document().is_pending());
        let asked = peer.request("DOM.getDocument").await;
        peer.refuse(&asked, 45, "no document").await;
        idle().await;
        assert_eq!(changes.borrow()[0].answered, Some("DOM.getDocument"));
        for _read in 0..2 {
            assert!(matches!(pause.document(), Lookup::Failed(error) if error.code().unwrap().0 == 45));
        }
        peer.expect_silence().await;
        pause.forget_failures();
        assert!(pause.document().is_pending());
        answer(
            &mut peer,
            "DOM.getDocument",
            json!({"document": "d", "data": {"objects": [object("d", None, false)]}}),
        )
        .await;
        assert_eq!(pause.document().ready(), Some("d".into()));
        assert!(pause.known_object(&"d".into()).is_some());
    });
}

#[test]
fn evaluations_run_anew_and_their_data_is_there_first() {
    run(async |connection, mut peer| {
        let session = session(&connection);
        let (pause, _changes) = pause(&session);
        for id in ["1", "2"] {
            let script = answer(
                &mut peer,
                "Pause.evaluateInFrame",
                json!({"result": {"returned": {"object": id}, "data": {"objects": [object(id, Some(1), false)]}}}),
            );
            let frame_id = "f".into();
            let evaluation = async {
                let result = pause.evaluate(Some(&frame_id), "({})").await.unwrap();
                let object = result.returned.unwrap().as_object().unwrap().clone();
                assert!(
                    pause.known_object(&object).is_some(),
                    "by the time the result is there"
                );
                object
            };
            let (object, ()) = futures::future::join(evaluation, script).await;
            assert_eq!(object.as_str(), id);
        }
    });
}

#[test]
fn a_picture_sent_once_per_session_is_remembered() {
    run(async |connection, mut peer| {
        let session = session(&connection);
        let (pause, _changes) = pause(&session);
        let description = json!({"mimeType": "image/jpeg", "hash": "h"});
        let picture = json!({"mimeType": "image/jpeg", "hash": "h", "data": "AA==", "scale": 2});
        assert!(pause.repaint().is_pending());
        answer(
            &mut peer,
            "DOM.repaintGraphics",
            json!({"description": description, "screenShot": picture}),
        )
        .await;
        let expected: ScreenShot = serde_json::from_value(picture).unwrap();
        assert_eq!(*pause.repaint().ready().unwrap(), expected);
        let elsewhere = session.adopt_pause(&"q".into(), &PauseData::default());
        assert!(elsewhere.repaint().is_pending());
        let asked = peer.any_request().await;
        peer.answer(&asked, json!({"description": description})).await;
        idle().await;
        assert_eq!(*elsewhere.repaint().ready().unwrap(), expected);
    });
}

#[test]
fn data_of_a_message_is_merged_into_the_pause_it_names() {
    run(async |connection, mut peer| {
        let session = session(&connection);
        let (pause, changes) = pause(&session);
        let same = session.adopt_pause(
            &"p".into(),
            &data(json!({"objects": [object("o", Some(1), false)]})),
        );
        assert_eq!(same, pause);
        assert!(
            pause
                .object(&"o".into(), ObjectPreviewLevel::Full)
                .ready()
                .is_some()
        );
        assert_eq!(changes.borrow().len(), 1);
        session.adopt_pause(
            &"p".into(),
            &data(json!({"objects": [object("o", Some(1), false)]})),
        );
        assert_eq!(changes.borrow().len(), 1, "the same again is no change");
        peer.expect_silence().await;
    });
}

#[test]
fn a_point_is_paused_at_once_however_often_it_is_asked_for() {
    run(async |connection, mut peer| {
        let session = session(&connection);
        let told = Rc::<RefCell<Vec<_>>>::default();
        let list = Rc::clone(&told);
        let _subscription =
            session.subscribe_pauses(move |change| list.borrow_mut().push(change.point.clone()));
        assert!(session.pause_at(&point(5)).is_pending());
        // Points are integers: a leading zero makes no other point.
        assert!(session.pause_at(&"005".parse().unwrap()).is_pending());
        let script = async {
            let asked = peer.request("Session.createPause").await;
            assert_eq!(asked.params(), &json!({"point": "5"}));
            peer.answer(&asked, json!({"pauseId": "p5"})).await;
        };
        let five = point(5);
        let (pause, ()) = futures::future::join(session.create_pause(&five), script).await;
        let pause = pause.unwrap();
        assert_eq!(pause.id().as_str(), "p5");
        assert_eq!(pause.point(), Some(&five));
        assert_eq!(session.pause_at(&five).ready(), Some(pause.clone()));
        assert_eq!(session.known_pause(pause.id()), Some(pause));
        assert_eq!(*told.borrow(), [Some(point(5))]);
        peer.expect_silence().await;
    });
}

#[test]
fn a_pause_that_failed_is_tried_again_only_on_demand() {
    run(async |connection, mut peer| {
        let session = session(&connection);
        assert!(session.pause_at(&point(5)).is_pending());
        let asked = peer.any_request().await;
        peer.refuse(&asked, 76, "focus moved").await;
        idle().await;
        assert!(matches!(session.pause_at(&point(5)), Lookup::Failed(_)));
        peer.expect_silence().await;
        let five = point(5);
        let script = async {
            let asked = peer.any_request().await;
            peer.answer(&asked, json!({"pauseId": "p5"})).await;
        };
        let (pause, ()) = futures::future::join(session.create_pause(&five), script).await;
        assert_eq!(pause.unwrap().id().as_str(), "p5");
    });
}

#[test]
fn the_least_recent_unused_pause_is_released() {
    run(async |connection, mut peer| {
        let session = session(&connection);
        let adopted = session.adopt_pause(&"adopted".into(), &PauseData::default());
        drop(adopted);
        let mut held = None;
        for number in 0..34 {
            assert!(session.pause_at(&point(number)).is_pending());
            let asked = peer.request("Session.createPause").await;
            peer.answer(&asked, json!({"pauseId": format!("p{number}")}))
                .await;
            idle().await;
            let pause = session.pause_at(&point(number)).ready().unwrap();
            if number == 0 {
                held = Some(pause);
            }
            if number == 20 {
                assert!(
                    session.pause_at(&point(1)).ready().is_some(),
                    "used again, so no longer the least recent"
                );
            }
        }
        // 33 besides the one held: one too many.
        let asked = peer.request("Session.releasePause").await;
        assert_eq!(asked.0["params"], json!({"pauseId": "p2"}));
        assert_eq!(asked.0["sessionId"], json!("s"));
        peer.expect_silence().await;
        let held = held.unwrap();
        assert!(!held.is_gone());
        assert!(session.known_pause(&"adopted".into()).is_some());
        assert!(session.known_pause(&"p2".into()).is_none());
        assert!(session.pause_at(&point(2)).is_pending(), "and made anew");

        session.release_pause(&held);
        assert!(held.is_gone());
        peer.request("Session.createPause").await;
        assert_eq!(
            peer.request("Session.releasePause").await.params(),
            &json!({"pauseId": "p0"})
        );
        session.release_pause(&held);
        peer.expect_silence().await;
    });
}

#[test]
fn a_late_answer_for_a_pause_that_is_gone_is_thrown_away() {
    run(async |connection, mut peer| {
        let late = Rc::new(RefCell::new(0));
        let counter = Rc::clone(&late);
        connection.observe(move |notice| {
            if matches!(notice, client::Notice::LateAnswer { .. }) {
                *counter.borrow_mut() += 1;
            }
        });
        let session = session(&connection);
        let (pause, changes) = pause(&session);
        let handle = pause.handle(&"o".into());
        assert!(handle.object(ObjectPreviewLevel::CanOverflow).is_pending());
        let call = pause.call(&wire::pause::GetAllFrames {});
        let waiting = {
            let pause = pause.clone();
            async move { pause.until_ready(Pause::exception).await }
        };
        let mut waiting = Box::pin(waiting);
        assert!((&mut waiting).now_or_never().is_none());
        let mut asked = Vec::new();
        for _request in 0..3 {
            asked.push(peer.any_request().await);
        }
        session.release_pause(&pause);
        assert_eq!(connection.n_pending(), 1, "only the release itself");
        assert!(changes.borrow().last().unwrap().is_gone);
        assert_eq!(call.await, Err(CallError::Gone));
        assert_eq!(waiting.await, Err(CallError::Gone));
        for request in &asked {
            peer.answer(
                request,
                json!({"frames": [], "data": {"objects": [object("o", Some(1), false)]}}),
            )
            .await;
        }
        idle().await;
        assert_eq!(*late.borrow(), 3);
        assert_eq!(pause.known_object(&"o".into()), None);
        assert!(matches!(pause.frames(), Lookup::Failed(CallError::Gone)));
        assert!(matches!(
            handle.object(ObjectPreviewLevel::None),
            Lookup::Failed(CallError::Gone)
        ));
        assert_eq!(
            changes
                .borrow()
                .iter()
                .filter(|change| change.answered.is_some())
                .count(),
            0
        );
    });
}

#[test]
fn the_end_of_a_session_reaches_its_pauses_and_their_objects() {
    run(async |connection, mut peer| {
        let session = session(&connection);
        let (pause, changes) = pause(&session);
        pause.merge(&data(json!({"objects": [object("o", Some(1), false)]})));
        let handle = pause.handle(&"o".into());
        let weak_object = Rc::downgrade(&handle.object(ObjectPreviewLevel::Full).ready().unwrap());
        assert!(pause.frames().is_pending());
        let five = point(5);
        let creating = {
            let session = session.clone();
            async move { session.create_pause(&point(5)).await }
        };
        let mut creating = Box::pin(creating);
        assert!((&mut creating).now_or_never().is_none());
        let _call = session.release();
        assert_eq!(creating.await.unwrap_err(), CallError::Gone);
        assert!(changes.borrow().last().unwrap().is_gone);
        assert!(
            weak_object.upgrade().is_none(),
            "the cache is emptied even while a handle is held"
        );
        assert!(pause.is_gone() && handle.pause().is_none());
        assert!(matches!(session.pause_at(&five), Lookup::Failed(CallError::Gone)));
        for _request in 0..2 {
            peer.any_request().await;
        }
        peer.request("Recording.releaseSession").await;
        peer.expect_silence().await;
    });
}

#[test]
fn nothing_of_a_session_outlives_it() {
    run(async |connection, _peer| {
        let session = session(&connection);
        let pause = session.adopt_pause(
            &"p".into(),
            &data(json!({
                "frames": [frame("f", &[])],
                "objects": [object("o", Some(1), false)],
            })),
        );
        let weak_frame = Rc::downgrade(&pause.known_frame(&"f".into()).unwrap());
        let weak_object = Rc::downgrade(&pause.known_object(&"o".into()).unwrap());
        let sentinel = Rc::new(());
        let weak_sentinel = Rc::downgrade(&sentinel);
        std::mem::forget(pause.subscribe(move |_change| assert_eq!(Rc::strong_count(&sentinel), 1)));
        assert!(pause.frames().is_pending());
        drop(pause);
        assert!(weak_object.upgrade().is_some(), "the session keeps it");
        drop(session);
        assert!(weak_frame.upgrade().is_none());
        assert!(weak_object.upgrade().is_none());
        assert!(
            weak_sentinel.upgrade().is_none(),
            "pending questions hold a pause weakly"
        );
        assert_eq!(connection.n_pending(), 0);
    });
}

#[test]
fn asking_once_the_connection_is_closed_fails_at_once_and_tells_nobody() {
    run(async |connection, mut peer| {
        let session = session(&connection);
        let (pause, changes) = pause(&session);
        connection.close();
        assert!(matches!(pause.frames(), Lookup::Failed(CallError::Closed { .. })));
        assert!(matches!(
            session.pause_at(&point(1)),
            Lookup::Failed(CallError::Closed { .. })
        ));
        assert_eq!(
            *changes.borrow(),
            [],
            "who asks while drawing is not told to draw again"
        );
        peer.expect_end().await;
    });
}

#[test]
fn what_is_seen_first_comes_in_one_question_where_the_server_can() {
    run(async |connection, mut peer| {
        let session = session(&connection);
        let (five, six) = (point(5), point(6));
        let brought = json!({"rval": {
            "pauseId": "p5",
            "frames": ["f"],
            "data": {"frames": [frame("f", &["s"])], "scopes": [{"scopeId": "s", "type": "function", "bindings": []}]},
        }});
        let script = async {
            let asked = peer.request("Session.experimentalCommand").await;
            assert_eq!(
                asked.params(),
                &json!({"name": "pauseAt", "params": {"point": "5", "scopeCount": 2}})
            );
            peer.answer(&asked, brought).await;
        };
        let (pause, ()) = futures::future::join(session.look_at(&five, 2), script).await;
        let pause = pause.unwrap();
        assert_eq!(pause.frames().ready().map(|frames| frames.len()), Some(1));
        assert!(pause.scope_of(&"s".into()).ready().is_some());
        assert_eq!(session.look_at(&five, 2).await.unwrap(), pause);

        // A step and what it leads to, in one.
        let script = async {
            let asked = peer.request("Session.experimentalCommand").await;
            assert_eq!(asked.params()["params"]["step"], json!("in"));
            let target = json!({"point": "6", "time": 1, "reason": "step"});
            let answer = json!({"rval": {"target": target, "pauseId": "p6", "frames": [], "data": {}}});
            peer.answer(&asked, answer).await;
        };
        let (target, ()) = futures::future::join(session.step_from(&five, StepKind::In, 2), script).await;
        assert_eq!(target.unwrap().map(|target| target.point), Some(six.clone()));
        assert_eq!(session.look_at(&six, 2).await.unwrap().id().as_str(), "p6");

        // What it refuses now, it refuses for a reason.
        let script = async {
            let asked = peer.request("Session.experimentalCommand").await;
            peer.refuse(&asked, 38, "outside the focus").await;
        };
        let (refused, ()) = futures::future::join(session.step_from(&five, StepKind::Out, 2), script).await;
        assert!(matches!(refused, Err(CallError::Protocol { .. })));
        peer.expect_silence().await;
    });
}

#[test]
fn a_server_that_cannot_is_asked_as_any_and_not_again() {
    run(async |connection, mut peer| {
        let session = session(&connection);
        let (five, six) = (point(5), point(6));
        let script = async {
            let asked = peer.request("Session.experimentalCommand").await;
            peer.refuse(&asked, 33, "no such command").await;
            let asked = peer.request("Session.createPause").await;
            peer.answer(&asked, json!({"pauseId": "p5"})).await;
        };
        let (pause, ()) = futures::future::join(session.look_at(&five, 2), script).await;
        assert_eq!(pause.unwrap().id().as_str(), "p5");
        assert_eq!(session.step_from(&five, StepKind::Over, 2).await, Ok(None));
        let script = async {
            let asked = peer.request("Session.createPause").await;
            peer.answer(&asked, json!({"pauseId": "p6"})).await;
        };
        let (pause, ()) = futures::future::join(session.look_at(&six, 2), script).await;
        assert_eq!(pause.unwrap().id().as_str(), "p6");
    });
}

#[test]
fn two_ways_to_one_moment_lead_to_one_pause() {
    run(async |connection, mut peer| {
        let session = session(&connection);
        let script = async {
            let step = peer.request("Session.experimentalCommand").await;
            let look = peer.request("Session.experimentalCommand").await;
            peer.answer(
                &look,
                json!({"rval": {"pauseId": "looked", "frames": [], "data": {}}}),
            )
            .await;
            let target = json!({"point": "6", "time": 1, "reason": "step"});
            let answer = json!({"rval": {"target": target, "pauseId": "stepped", "frames": [], "data": {}}});
            peer.answer(&step, answer).await;
            let asked = peer.request("Session.releasePause").await;
            assert_eq!(asked.params(), &json!({"pauseId": "stepped"}));
        };
        let five = point(5);
        let (stepped, looked, ()) = futures::future::join3(
            session.step_from(&five, StepKind::In, 2),
            session.look_at(&point(6), 2),
            script,
        )
        .await;
        assert!(stepped.is_ok());
        assert_eq!(looked.unwrap().id().as_str(), "looked");
    });
}
