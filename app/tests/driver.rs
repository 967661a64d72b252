//! The session driver over a server of the test's own: what the stores say when it refuses, vanishes, or answers late.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{cell::RefCell, rc::Rc};

use app::{
    stores::{Stores, connection::Phase, driver, pause::Look},
    url::Link,
};
use client::transport::{Frame, Transport, local};
use futures::{FutureExt, SinkExt, StreamExt};
use leptos::prelude::*;
use serde_json::{Value, json};
use wire::ids::RecordingId;

/// A server in this process, and what it has been asked.
#[derive(Clone, Default)]
struct Server {
    asked: Rc<RefCell<Vec<(String, Value)>>>,
    peers: Rc<RefCell<Vec<tokio::task::JoinHandle<()>>>>,
    has_recording: Rc<RefCell<bool>>,
    /// Whether something runs at every point: a function in five scopes.
    has_frames: Rc<RefCell<bool>>,
    /// The point whose pause is never answered.
    mute_point: Rc<RefCell<Option<String>>>,
}

impl Server {
    fn open(&self) -> Transport {
        let (ours, theirs) = local::pair();
        let server = self.clone();
        self.peers
            .borrow_mut()
            .push(tokio::task::spawn_local(server.serve(theirs)));
        ours
    }

    async fn serve(self, transport: Transport) {
        let Transport {
            mut incoming,
            mut outgoing,
        } = transport;
        while let Some(Ok(Frame::Text(text))) = incoming.next().await {
            let request: Value = serde_json::from_str(&text).unwrap();
            let method = request["method"].as_str().unwrap();
            self.asked
                .borrow_mut()
                .push((method.to_owned(), request["params"].clone()));
            let answer = match self.answer(method, &request["params"]) {
                Some(Ok(result)) => json!({ "id": request["id"], "result": result }),
                Some(Err((code, message))) => {
                    json!({ "id": request["id"], "error": { "code": code, "message": message } })
                }
                None => continue,
            };
            if outgoing.send(Frame::Text(answer.to_string())).await.is_err() {
                return;
            }
        }
    }

    /// None leaves a request without an answer, as the protocol has it for those that last as long as the session.
    fn answer(&self, method: &str, params: &Value) -> Option<Result<Value, (i32, &'static str)>> {
        let point = params["point"].as_str().unwrap_or_default();
        Some(Ok(match method {
            "Recording.createSession" if !*self.has_recording.borrow() => {
                return Some(Err((28, "no such recording")));
            }
            "Recording.createSession" => json!({ "sessionId": "s" }),
            "Session.listenForLoadChanges" | "Session.listenForProcessingProgress" => return None,
            "Session.createPause" if self.mute_point.borrow().as_deref() == Some(point) => return None,
            "Session.getEndpoint" => json!({ "endpoint": { "point": "9000", "time": 9000.0 } }),
            "Session.getPointNearTime" => json!({ "point": { "point": "77", "time": params["time"] } }),
            "Session.createPause" => json!({ "pauseId": format!("pause-{point}") }),
            "Pause.getAllFrames" if *self.has_frames.borrow() => {
                let frame = json!({
                    "frameId": "f", "type": "call", "functionName": "add", "this": {},
                    "location": [{ "sourceId": "1", "line": 3, "column": 0 }],
                    "scopeChain": ["block", "function", "closure", "module", "global"],
                });
                json!({ "frames": ["f"], "data": { "frames": [frame] } })
            }
            "Pause.getAllFrames" => json!({ "frames": [], "data": {} }),
            "Pause.getScope" => {
                let scope = params["scope"].as_str().unwrap();
                let kind = if scope == "block" { "block" } else { "function" };
                let bindings = json!([{ "name": "n", "value": 1 }]);
                json!({ "data": { "scopes": [{ "scopeId": scope, "type": kind, "bindings": bindings }] } })
            }
            "Debugger.streamSourceContents" => return Some(Err((33, "no text"))),
            "Pause.getExceptionValue" => json!({ "data": {} }),
            "Debugger.findStepOverTarget" => {
                json!({ "target": { "point": "78", "time": 5.0, "reason": "step" } })
            }
            method if method.starts_with("Debugger.find") && method.ends_with("Target") => {
                json!({ "target": { "point": "0", "time": 0.0, "reason": "endpoint" } })
            }
            _ => json!({}),
        }))
    }

    fn n_asked(&self, method: &str) -> usize {
        self.asked
            .borrow()
            .iter()
            .filter(|(asked, _)| asked == method)
            .count()
    }

    /// The points that pauses were asked for at, in order.
    fn points(&self) -> Vec<String> {
        let asked = self.asked.borrow();
        asked
            .iter()
            .filter(|(method, _)| method == "Session.createPause")
            .map(|(_, params)| params["point"].as_str().unwrap().to_owned())
            .collect()
    }

    fn vanish(&self) {
        self.peers.borrow_mut().drain(..).for_each(|peer| peer.abort());
    }
}

/// Runs a test on stores whose driver talks to `server`, which has the recording.
fn with_stores<F: Future<Output = ()>>(test: impl FnOnce(Stores, Server) -> F) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, async {
        // Only the first test of the process can set the executor; it serves the others as well.
        any_spawner::Executor::init_tokio().ok();
        let owner = Owner::new();
        owner.set();
        let server = Server::default();
        *server.has_recording.borrow_mut() = true;
        let (stores, intents) = Stores::new(RecordingId::from("r"));
        let opener = server.clone();
        let host = driver::Host {
            open: Rc::new(move || Ok(opener.open())),
            sleep: Rc::new(|_ms| tokio::task::yield_now().boxed_local()),
            random: || 0.5,
            spawn: |task| drop(tokio::task::spawn_local(task)),
        };
        tokio::task::spawn_local(driver::run(host, stores, intents));
        test(stores, server).await;
        owner.cleanup();
    });
}

/// Lets everything run until nothing is under way; a test that never gets there has failed.
async fn until(mut is_so: impl FnMut() -> bool) {
    for _ in 0..10_000 {
        if is_so() {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("it never came to that");
}

async fn settle(stores: Stores) {
    until(|| stores.is_idle()).await;
}

#[test]
fn it_opens_at_the_end_and_a_link_leads_elsewhere() {
    with_stores(|stores, server| async move {
        settle(stores).await;
        let moment = stores.timeline.moment().get_untracked();
        assert_eq!((moment.time_ms, moment.turn), (9000.0, 0));
        assert_eq!(server.points(), ["77"]);
        stores.timeline.visit(&Link::parse("?point=42&time=4200"));
        settle(stores).await;
        assert_eq!(server.points(), ["77", "42"]);
        assert_eq!(stores.pause.look().get_untracked(), Look::Held);
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
        assert_eq!(server.points(), ["77", "42", "42"]);
        assert_eq!(server.n_asked("Console.findMessages"), 2);
        assert_eq!(stores.timeline.moment().get_untracked().time_ms, 4200.0);
    });
}

#[test]
fn a_refusal_says_why_and_waits_to_be_asked_again() {
    with_stores(|stores, server| async move {
        *server.has_recording.borrow_mut() = false;
        settle(stores).await;
        assert_eq!(
            stores.connection.phase().get_untracked(),
            Phase::Refused {
                reason: "No such recording.".to_owned()
            }
        );
        assert_eq!(server.n_asked("Recording.createSession"), 1);
        *server.has_recording.borrow_mut() = true;
        stores.retry();
        until(|| stores.connection.phase().get_untracked() == Phase::Ready).await;
    });
}

#[test]
fn the_latest_move_counts_even_if_an_earlier_one_is_never_answered() {
    with_stores(|stores, server| async move {
        settle(stores).await;
        *server.mute_point.borrow_mut() = Some("13".to_owned());
        stores
            .timeline
            .go_to(1300.0, wire::point::ExecutionPoint::new("13").ok());
        until(|| server.points().contains(&"13".to_owned())).await;
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
        assert_eq!(server.points(), ["77", "78"]);
    });
}

#[test]
fn the_page_being_left_ends_the_driver() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, async {
        any_spawner::Executor::init_tokio().ok();
        let owner = Owner::new();
        owner.set();
        let server = Server::default();
        *server.has_recording.borrow_mut() = true;
        let (stores, intents) = Stores::new(RecordingId::from("r"));
        let opener = server.clone();
        let host = driver::Host {
            open: Rc::new(move || Ok(opener.open())),
            sleep: Rc::new(|_ms| tokio::task::yield_now().boxed_local()),
            random: || 0.5,
            spawn: |task| drop(tokio::task::spawn_local(task)),
        };
        let driver = tokio::task::spawn_local(driver::run(host, stores, intents));
        settle(stores).await;
        owner.cleanup();
        until(|| driver.is_finished()).await;
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
        *server.has_frames.borrow_mut() = true;
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
                .map(|(method, _)| method.as_str())
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
        *server.has_frames.borrow_mut() = true;
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
        *server.has_frames.borrow_mut() = true;
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
