//! Stepping over a server of the test's own: the steps of a frame as a list to move along, steps from a frame further out, and
//! links that lead to a frame and to a place in a source.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{cell::RefCell, rc::Rc};

use app::{
    stores::{Step, Stores, driver, stack::FrameSteps},
    url::Link,
};
use client::transport::{Frame, Transport, local};
use futures::{FutureExt, SinkExt, StreamExt};
use leptos::prelude::*;
use serde_json::{Value, json};
use wire::{ids::RecordingId, point::ExecutionPoint};

/// A program that stands at `point` in `inner`, which `outer` called at 20. `inner` took the steps 30 to 34, `outer` 10, 20
/// and 40; what runs at 9000 took more than can be listed.
#[derive(Clone, Default)]
struct Server {
    asked: Rc<RefCell<Vec<(String, String)>>>,
}

impl Server {
    async fn serve(self, transport: Transport) {
        let Transport {
            mut incoming,
            mut outgoing,
        } = transport;
        while let Some(Ok(Frame::Text(text))) = incoming.next().await {
            let request: Value = serde_json::from_str(&text).unwrap();
            let method = request["method"].as_str().unwrap().to_owned();
            let point = request["params"]["point"].as_str().unwrap_or_default().to_owned();
            self.asked.borrow_mut().push((method.clone(), point.clone()));
            let answer = match answer(&method, &point) {
                Some(Ok(result)) => json!({ "id": request["id"], "result": result }),
                Some(Err((code, message))) => {
                    json!({ "id": request["id"], "error": { "code": code, "message": message } })
                }
                None => continue,
            };
            if method == "Debugger.findSources" {
                let source = |id: &str| {
                    json!({ "sourceId": id, "kind": "scriptSource", "contentId": id,
                        "url": format!("https://a.test/{id}.js") })
                };
                let event = json!({ "method": "Debugger.newSources", "sessionId": "s",
                    "params": { "sources": [source("1"), source("2")] } });
                outgoing.send(Frame::Text(event.to_string())).await.unwrap();
            }
            outgoing.send(Frame::Text(answer.to_string())).await.unwrap();
        }
    }

    fn points(&self, method: &str) -> Vec<String> {
        let asked = self.asked.borrow();
        let these = asked.iter().filter(|(asked, _)| asked == method);
        these.map(|(_, point)| point.clone()).collect()
    }
}

fn answer(method: &str, point: &str) -> Option<Result<Value, (i32, &'static str)>> {
    let at = |number: u32| json!({ "point": number.to_string(), "time": f64::from(number) });
    let place = |line: u32| json!([{ "sourceId": "1", "line": line, "column": 0 }]);
    Some(Ok(match method {
        "Recording.createSession" => json!({ "sessionId": "s" }),
        "Session.listenForLoadChanges" | "Session.listenForProcessingProgress" => return None,
        "Session.getEndpoint" => json!({ "endpoint": at(9000) }),
        "Session.getPointNearTime" => json!({ "point": at(9000) }),
        "Session.createPause" => json!({ "pauseId": format!("pause-{point}") }),
        "Pause.getAllFrames" => {
            let frame = |id: &str| {
                json!({ "frameId": id, "type": "call", "functionName": id, "this": {},
                    "location": place(3), "scopeChain": [] })
            };
            json!({ "frames": ["inner", "outer"], "data": { "frames": [frame("inner"), frame("outer")] } })
        }
        "Session.getPointStack" => {
            let own = point.parse().unwrap();
            json!({ "frames": [
                { "functionLocation": place(1), "point": at(own) },
                { "functionLocation": place(1), "point": at(20) },
            ], "hitFocusBegin": false })
        }
        "Session.getPointFrameSteps" => match point {
            "10" | "20" | "40" => json!({ "steps": [at(10), at(20), at(40)] }),
            "9000" => return Some(Err((55, "the frame ran more than 50000 steps"))),
            _ => json!({ "steps": [at(30), at(31), at(32), at(33), at(34)] }),
        },
        "Debugger.findStepOverTarget" if point == "20" => {
            json!({ "target": { "point": "40", "time": 40.0, "reason": "step" } })
        }
        "Debugger.streamSourceContents" => return Some(Err((33, "no text"))),
        "Pause.getExceptionValue" => json!({ "data": {} }),
        method if method.starts_with("Debugger.find") && method.ends_with("Target") => {
            json!({ "target": { "point": "0", "time": 0.0, "reason": "endpoint" } })
        }
        _ => json!({}),
    }))
}

/// Runs a test on stores whose driver talks to the server, with the call stack in sight.
fn with_stores<F: Future<Output = ()>>(test: impl FnOnce(Stores, Server) -> F) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, async {
        // Only the first test of the process can set the executor; it serves the others as well.
        any_spawner::Executor::init_tokio().ok();
        let owner = Owner::new();
        owner.set();
        let server = Server::default();
        let (stores, intents) = Stores::new(RecordingId::from("r"));
        let opener = server.clone();
        let host = driver::Host {
            open: Rc::new(move || {
                let (ours, theirs) = local::pair();
                tokio::task::spawn_local(opener.clone().serve(theirs));
                Ok(ours)
            }),
            sleep: Rc::new(|_ms| tokio::task::yield_now().boxed_local()),
            random: || 0.5,
            spawn: |task| drop(tokio::task::spawn_local(task)),
        };
        tokio::task::spawn_local(driver::run(host, stores, intents));
        Effect::new(move |_| stores.want_stack());
        settle(stores).await;
        test(stores, server).await;
        owner.cleanup();
    });
}

async fn settle(stores: Stores) {
    for _ in 0..10_000 {
        if stores.is_idle() {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("it never came to rest");
}

async fn go(stores: Stores, point: &str) {
    let point = ExecutionPoint::new(point).ok();
    stores.timeline.go_to(1.0, point);
    settle(stores).await;
}

/// The points of the known steps, and which of them the frame stands at.
fn steps(stores: Stores) -> (Vec<String>, Option<usize>) {
    match stores.stack.steps().get_untracked() {
        FrameSteps::Known { all, now } => (all.iter().map(|step| step.point.to_string()).collect(), now),
        other => panic!("{other:?}"),
    }
}

fn moment(stores: Stores) -> String {
    let moment = stores.timeline.moment().get_untracked();
    moment.point.unwrap().to_string()
}

#[test]
fn the_steps_of_a_frame_are_asked_for_once_and_moved_along() {
    with_stores(|stores, server| async move {
        go(stores, "31").await;
        let n_before = server.points("Session.getPointFrameSteps").len();
        let all = ["30", "31", "32", "33", "34"].map(str::to_owned).to_vec();
        assert_eq!(steps(stores), (all.clone(), Some(1)));
        stores.go_to_frame_step(3);
        settle(stores).await;
        assert_eq!(moment(stores), "33");
        assert_eq!(steps(stores), (all, Some(3)));
        assert_eq!(server.points("Session.getPointFrameSteps").len(), n_before);
    });
}

#[test]
fn a_frame_further_out_has_its_own_steps_and_is_stepped_from() {
    with_stores(|stores, server| async move {
        go(stores, "31").await;
        stores.select_frame(1);
        settle(stores).await;
        let outer = ["10", "20", "40"].map(str::to_owned).to_vec();
        assert_eq!(steps(stores), (outer.clone(), Some(1)));
        assert!(stores.pause.can_step(Step::Over));
        assert!(!stores.pause.can_step(Step::Back), "nothing was before the call");
        stores.step(Step::Over);
        settle(stores).await;
        assert_eq!(moment(stores), "40");
        assert!(
            server
                .points("Debugger.findStepOverTarget")
                .contains(&"20".to_owned())
        );
    });
}

#[test]
fn a_step_pressed_before_its_target_is_known_is_taken_from_the_selected_frame() {
    with_stores(|stores, _server| async move {
        go(stores, "31").await;
        stores.select_frame(1);
        stores.step(Step::Over);
        settle(stores).await;
        assert_eq!(moment(stores), "40");
    });
}

#[test]
fn a_frame_with_too_many_steps_says_so() {
    with_stores(|stores, _server| async move {
        go(stores, "9000").await;
        match stores.stack.steps().get_untracked() {
            FrameSteps::Failed(why) => assert!(why.contains("50000"), "{why}"),
            other => panic!("{other:?}"),
        }
    });
}

#[test]
fn a_link_leads_to_a_frame_and_to_a_place_in_a_source() {
    with_stores(|stores, _server| async move {
        let shown = || {
            let shown = stores.sources.shown().get_untracked();
            shown.map(|shown| (shown.source_id.to_string(), shown.line))
        };
        stores.visit(&Link::parse("?point=31&time=31&frame=1"));
        settle(stores).await;
        assert_eq!(
            (moment(stores).as_str(), stores.pause.selected().get_untracked()),
            ("31", 1)
        );
        assert_eq!(shown(), Some(("1".to_owned(), 3)));
        stores.visit(&Link::parse("?point=32&time=32&src=2.js:7"));
        settle(stores).await;
        assert_eq!(
            (stores.pause.selected().get_untracked(), shown()),
            (0, Some(("2".to_owned(), 7)))
        );
        // A move of one's own shows where it leads.
        go(stores, "33").await;
        assert_eq!(shown(), Some(("1".to_owned(), 3)));
        // Back at the same moment only the frame and the source change.
        stores.visit(&Link::parse("?point=33&time=33&frame=1&src=2.js:9"));
        settle(stores).await;
        assert_eq!(
            (stores.pause.selected().get_untracked(), shown()),
            (1, Some(("2".to_owned(), 9)))
        );
        assert_eq!(stores.visit.notices().get_untracked(), Vec::<String>::new());
    });
}

#[test]
fn what_a_link_asks_for_in_vain_is_told() {
    with_stores(|stores, _server| async move {
        stores.visit(&Link::parse("?point=31&time=31&frame=7&src=gone.js:3"));
        settle(stores).await;
        assert_eq!(stores.pause.selected().get_untracked(), 0);
        let shown = stores.sources.shown().get_untracked();
        assert_eq!(shown.map(|shown| shown.line), Some(3));
        assert_eq!(
            stores.visit.notices().get_untracked(),
            [
                "The link's source, “gone.js”, is not in this recording.",
                "The link's frame 7 is not there: the stack has 2.",
            ]
        );
    });
}
