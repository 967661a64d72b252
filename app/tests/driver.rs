//! The session driver over a server of the test's own: what the stores say when it refuses, vanishes, or answers late.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use app::{
    stores::{Stores, connection::Phase, pause::Look},
    url::Link,
};
use futures::FutureExt;
use leptos::prelude::*;
use serde_json::json;
use support::{Answers, Reply, Request, settle, until};

/// What the server has.
#[derive(Default)]
struct Program {
    has_no_recording: Cell<bool>,
    refuses_token: Cell<bool>,
    /// Whether something runs at every point: a function in five scopes.
    has_frames: Cell<bool>,
    /// The point whose pause is never answered.
    mute_point: RefCell<Option<&'static str>>,
}
type Server = support::Server<Program>;

impl Answers for Program {
    fn answer(&self, request: &Request) -> Option<Reply> {
        let answer = match request.method.as_str() {
            "Recording.createSession" if self.has_no_recording.get() => {
                return Some(Reply::error(28, "no such recording"));
            }
            "Authentication.setAccessToken" if self.refuses_token.get() => {
                return Some(Reply::error(33, "invalid token"));
            }
            "Authentication.setAccessToken" => json!({}),
            "Session.createPause" if *self.mute_point.borrow() == Some(request.point()) => {
                return Some(Reply::NEVER);
            }
            "Pause.getAllFrames" if self.has_frames.get() => {
                let frame = json!({
                    "frameId": "f", "type": "call", "functionName": "add", "this": {},
                    "location": [{ "sourceId": "1", "line": 3, "column": 0 }],
                    "scopeChain": ["block", "function", "closure", "module", "global"],
                });
                json!({ "frames": ["f"], "data": { "frames": [frame] } })
            }
            "Pause.getScope" => {
                let scope = request.params["scope"].as_str().unwrap();
                let kind = if scope == "block" { "block" } else { "function" };
                let bindings = json!([{ "name": "n", "value": 1 }]);
                json!({ "data": { "scopes": [{ "scopeId": scope, "type": kind, "bindings": bindings }] } })
            }
            "Debugger.streamSourceContents" => return Some(Reply::error(33, "no text")),
            "Debugger.findStepOverTarget" => {
                json!({ "target": { "point": "78", "time": 5.0, "reason": "step" } })
            }
            _ => return None,
        };
        Some(answer.into())
    }
}

/// The points that pauses were asked for at, in order.
fn pauses(server: &Server) -> Vec<String> {
    server.points("Session.createPause")
}

fn with_stores<F: Future<Output = ()>>(test: impl FnOnce(Stores, Server) -> F) {
    support::with_stores(|_| (), test);
}

#[test]
fn it_opens_at_the_end_and_a_link_leads_elsewhere() {
    with_stores(|stores, server| async move {
        settle(stores).await;
        let moment = stores.timeline.moment().get_untracked();
        assert_eq!((moment.time_ms, moment.turn), (9000.0, 0));
        assert_eq!(pauses(&server), ["77"]);
        stores.timeline.visit(&Link::parse("?point=42&time=4200"));
        settle(stores).await;
        assert_eq!(pauses(&server), ["77", "42"]);
        assert_eq!(stores.pause.look().get_untracked(), Look::Held);
    });
}

#[test]
fn a_link_to_a_point_finds_out_when_that_was() {
    with_stores(|stores, _| async move {
        stores.timeline.visit(&Link::parse("?point=4200"));
        settle(stores).await;
        let moment = stores.timeline.moment().get_untracked();
        assert!((moment.time_ms - 4_200.0).abs() < 1.0, "{moment:?}");
        assert_eq!(moment.point_ms, Some(moment.time_ms));
        assert_eq!(
            moment.point.map(|point| point.to_string()).as_deref(),
            Some("4200")
        );
    });
}

#[test]
fn a_lost_server_is_found_again_at_the_same_moment() {
    with_stores(|stores, server| async move {
        settle(stores).await;
        stores
            .timeline
            .go_to(4200.0, wire::point::ExecutionPoint::new("42").ok());
        settle(stores).await;
        server.vanish();
        until(|| server.n_asked("Recording.createSession") == 2).await;
        settle(stores).await;
        assert_eq!(stores.connection.phase().get_untracked(), Phase::Ready);
        assert_eq!(pauses(&server), ["77", "42", "42"]);
        assert_eq!(server.n_asked("Console.findMessages"), 2);
        assert_eq!(stores.timeline.moment().get_untracked().time_ms, 4200.0);
    });
}

#[test]
fn a_refusal_says_why_and_waits_to_be_asked_again() {
    with_stores(|stores, server| async move {
        server.has_no_recording.set(true);
        settle(stores).await;
        assert_eq!(
            stores.connection.phase().get_untracked(),
            Phase::Refused {
                reason: "No such recording.".to_owned()
            }
        );
        assert_eq!(server.n_asked("Recording.createSession"), 1);
        server.has_no_recording.set(false);
        stores.retry();
        until(|| stores.connection.phase().get_untracked() == Phase::Ready).await;
    });
}

#[test]
fn who_asks_is_told_on_each_connection_before_the_session() {
    let greet = |stores: Stores| {
        stores.connection.set_greeting(Rc::new(|connection| {
            connection
                .set_access_token("t")
                .map(|told| told.map(drop))
                .boxed_local()
        }));
    };
    let methods = |server: &Server| -> Vec<String> {
        let asked = server.asked.borrow();
        let first = asked.iter().map(|request| request.method.clone());
        first
            .filter(|method| method.starts_with("Auth") || method.ends_with("createSession"))
            .collect()
    };
    support::with_stores(greet, |stores, server: Server| async move {
        settle(stores).await;
        let once = ["Authentication.setAccessToken", "Recording.createSession"];
        assert_eq!(methods(&server), once);
        assert_eq!(
            server.asked("Authentication.setAccessToken"),
            [json!({ "accessToken": "t" })]
        );
        // A new connection knows nothing of it.
        server.vanish();
        until(|| server.n_asked("Recording.createSession") == 2).await;
        assert_eq!(methods(&server), [once, once].concat());
        settle(stores).await;
        // A service that does not take it is not asked for a session.
        server.refuses_token.set(true);
        server.vanish();
        let is_refused = || matches!(stores.connection.phase().get_untracked(), Phase::Refused { .. });
        until(is_refused).await;
        assert_eq!(server.n_asked("Recording.createSession"), 2);
    });
}

#[test]
fn the_latest_move_counts_even_if_an_earlier_one_is_never_answered() {
    with_stores(|stores, server| async move {
        settle(stores).await;
        *server.mute_point.borrow_mut() = Some("13");
        stores
            .timeline
            .go_to(1300.0, wire::point::ExecutionPoint::new("13").ok());
        until(|| pauses(&server).contains(&"13".to_owned())).await;
        stores
            .timeline
            .go_to(4200.0, wire::point::ExecutionPoint::new("42").ok());
        settle(stores).await;
        assert_eq!(stores.timeline.moment().get_untracked().time_ms, 4200.0);
        assert_eq!(stores.pause.look().get_untracked(), Look::Held);
    });
}

#[test]
fn a_step_goes_where_the_server_says_and_an_end_leads_nowhere() {
    with_stores(|stores, server| async move {
        settle(stores).await;
        let can: Vec<bool> = app::stores::Step::ALL
            .map(|step| stores.pause.can_step(step))
            .to_vec();
        assert_eq!(can, [true, false, false, false]);
        stores.step(app::stores::Step::Over);
        settle(stores).await;
        assert_eq!(
            stores.timeline.moment().get_untracked().point.unwrap().as_str(),
            "78"
        );
        stores.step(app::stores::Step::In);
        settle(stores).await;
        assert_eq!(pauses(&server), ["77", "78"]);
    });
}

/// Shows the scopes and the stack, as their panels do.
fn look_on(stores: Stores) {
    stores.pause.watch_scopes();
    let rows = stores.pause.rows();
    Effect::new(move |_| rows.track());
    Effect::new(move |_| stores.want_stack());
}

fn at(point: &str) -> Option<wire::point::ExecutionPoint> {
    wire::point::ExecutionPoint::new(point).ok()
}

#[test]
fn a_moment_is_on_screen_after_four_requests_at_most_and_the_rest_follows() {
    with_stores(|stores, server| async move {
        server.has_frames.set(true);
        look_on(stores);
        settle(stores).await;
        for point in ["42", "43", "44"] {
            let n_before = server.asked.borrow().len();
            let n_at_first_sight = StoredValue::new(0);
            let asked = StoredValue::new_local(Rc::clone(&server.asked));
            let id = format!("pause-{point}");
            let effect = ImmediateEffect::new(move || {
                let is_seen = stores.pause.pause_id().is_some_and(|now| now.as_str() == id);
                if is_seen && n_at_first_sight.get_value() == 0 {
                    n_at_first_sight.set_value(asked.with_value(|asked| asked.borrow().len()));
                }
            });
            stores.timeline.go_to(4200.0, at(point));
            settle(stores).await;
            drop(effect);
            let asked = server.asked.borrow();
            let methods: Vec<&str> = asked[n_before..]
                .iter()
                .map(|request| request.method.as_str())
                .collect();
            let n_first = n_at_first_sight.get_value() - n_before;
            assert!((3..=4).contains(&n_first), "{n_first} of {methods:?}");
            let names: Vec<String> = stores
                .pause
                .rows()
                .get_untracked()
                .rows
                .iter()
                .map(|row| row.name.clone())
                .collect();
            assert_eq!(
                names,
                ["Block", "n", "Local", "n", "Closure", "Closure", "Closure"]
            );
        }
    });
}

#[test]
fn a_thousand_moments_leave_no_more_behind_than_a_few_dozen() {
    with_stores(|stores, server| async move {
        server.has_frames.set(true);
        look_on(stores);
        settle(stores).await;
        let n_live =
            |server: &Server| server.n_asked("Session.createPause") - server.n_asked("Session.releasePause");
        let mut n_most = 0;
        for number in 0..1_000 {
            stores
                .timeline
                .go_to(f64::from(number), at(&(100 + number).to_string()));
            settle(stores).await;
            n_most = n_most.max(n_live(&server)).max(stores.objects.n_pauses());
        }
        assert_eq!(server.n_asked("Session.createPause"), 1_001);
        assert!(n_most <= 40, "{n_most}");
    });
}

#[test]
fn nothing_is_asked_twice_of_a_moment_that_is_come_back_to() {
    with_stores(|stores, server| async move {
        server.has_frames.set(true);
        look_on(stores);
        stores.timeline.go_to(1.0, at("42"));
        settle(stores).await;
        stores.timeline.go_to(2.0, at("43"));
        settle(stores).await;
        let of_pauses = |server: &Server| -> usize {
            [
                "Session.createPause",
                "Pause.getAllFrames",
                "Pause.getScope",
                "Pause.getExceptionValue",
            ]
            .iter()
            .map(|method| server.n_asked(method))
            .sum()
        };
        let n_before = of_pauses(&server);
        stores.timeline.go_to(1.0, at("42"));
        settle(stores).await;
        assert_eq!(of_pauses(&server), n_before);
        assert_eq!(stores.pause.look().get_untracked(), Look::Held);
    });
}
