//! Print statements over a server of the test's own: found page after page, evaluated in chunks, never refused for being many;
//! and running to breakpoints.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{cell::RefCell, rc::Rc};

use app::stores::{Stores, driver};
use client::transport::{Frame, Transport, local};
use futures::{FutureExt, SinkExt, StreamExt};
use leptos::prelude::*;
use serde_json::{Value, json};
use wire::ids::RecordingId;

/// A line that ran at the points 1 to 12,345, a page of 10,000 at a time; the condition holds at even points.
#[derive(Clone, Default)]
struct Server {
    asked: Rc<RefCell<Vec<(String, Value)>>>,
}

const N_HITS: u64 = 12_345;
const KEPT: &str = r#"{"points":[
    {"kind":"Print","source_id":"s","line":3,"content":"n","condition":"even","is_enabled":true},
    {"kind":"Break","source_id":"s","line":4,"condition":"n > 1","is_enabled":true},
    {"kind":"Break","source_id":"s","line":5,"is_enabled":false}]}"#;

impl Server {
    async fn serve(self, transport: Transport) {
        let Transport {
            mut incoming,
            mut outgoing,
        } = transport;
        while let Some(Ok(Frame::Text(text))) = incoming.next().await {
            let request: Value = serde_json::from_str(&text).unwrap();
            let method = request["method"].as_str().unwrap().to_owned();
            let params = &request["params"];
            let (events, result) = answer(&method, params);
            self.asked.borrow_mut().push((method.clone(), params.clone()));
            for (name, params) in events {
                let event = json!({ "method": name, "params": params, "sessionId": "s" });
                outgoing.send(Frame::Text(event.to_string())).await.unwrap();
            }
            if let Some(result) = result {
                let answer = json!({ "id": request["id"], "result": result });
                outgoing.send(Frame::Text(answer.to_string())).await.unwrap();
            }
        }
    }

    fn asked(&self, method: &str) -> Vec<Value> {
        let asked = self.asked.borrow();
        let these = asked.iter().filter(|(asked, _)| asked == method);
        these.map(|(_, params)| params.clone()).collect()
    }
}

type Events = Vec<(&'static str, Value)>;

fn answer(method: &str, params: &Value) -> (Events, Option<Value>) {
    let number = |value: &Value| value.as_str().and_then(|text| text.parse::<u64>().ok());
    let result = match method {
        "Recording.createSession" => json!({ "sessionId": "s" }),
        "Session.listenForLoadChanges" | "Session.listenForProcessingProgress" => return (Vec::new(), None),
        "Session.getEndpoint" => json!({ "endpoint": { "point": "20000", "time": 20000.0 } }),
        "Session.getPointNearTime" => json!({ "point": { "point": "20000", "time": 20000.0 } }),
        "Session.createPause" => json!({ "pauseId": "p" }),
        "Pause.getAllFrames" => json!({ "frames": [], "data": {} }),
        "Debugger.mapExpressionToGeneratedScope" => json!({ "expression": params["expression"] }),
        "Debugger.setBreakpoint" => json!({ "breakpointId": "b" }),
        "Debugger.findResumeTarget" => {
            json!({ "target": { "point": "500", "time": 500.0, "reason": "breakpoint" } })
        }
        "Session.findPoints" => {
            let begin = number(&params["pointLimits"]["begin"]).unwrap_or(1);
            let n = params["pointLimits"]["maxCount"].as_u64().unwrap();
            let end = (begin + n).min(N_HITS + 1);
            let points: Vec<_> = (begin..end)
                .map(|n| json!({ "point": n.to_string(), "time": n as f64 }))
                .collect();
            let event = json!({ "findPointsId": params["findPointsId"], "points": points });
            let next = (end <= N_HITS).then(|| json!({ "nextBegin": end.to_string() }));
            return (
                vec![("Session.findPointsResults", event)],
                Some(next.unwrap_or(json!({}))),
            );
        }
        "Session.runEvaluation" => {
            let points = params["pointSelector"]["points"].as_array().unwrap();
            let result = |point: &Value| {
                let n = number(point).unwrap();
                let array = json!({ "objectId": "a", "className": "Array", "preview": {
                    "properties": [{ "name": "0", "value": n }, { "name": "length", "value": 1 }] } });
                let (returned, objects) = match n % 2 {
                    0 => (json!({ "object": "a" }), json!([array])),
                    _ => (json!({ "value": null }), json!([])),
                };
                json!({ "returned": returned, "data": { "objects": objects }, "pauseId": format!("p{n}"),
                    "point": { "point": point, "time": n as f64 } })
            };
            let results: Vec<_> = points.iter().map(result).collect();
            let event = json!({ "runEvaluationId": params["runEvaluationId"], "results": results });
            return (vec![("Session.runEvaluationResults", event)], Some(json!({})));
        }
        method if method.starts_with("Debugger.find") && method.ends_with("Target") => {
            json!({ "target": { "point": "0", "time": 0.0, "reason": "endpoint" } })
        }
        _ => json!({}),
    };
    (Vec::new(), Some(result))
}

fn with_stores<F: Future<Output = ()>>(test: impl FnOnce(Stores, Server) -> F) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, async {
        // Only the first test of the process can set the executor; it serves the others as well.
        any_spawner::Executor::init_tokio().ok();
        let owner = Owner::new();
        owner.set();
        let server = Server::default();
        let (stores, intents) = Stores::new(RecordingId::from("r"));
        stores.points.restore(KEPT);
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
        test(stores, server).await;
        owner.cleanup();
    });
}

/// Lets everything run until nothing is under way; a test that never gets there has failed.
async fn settle(stores: Stores) {
    for _ in 0..100_000 {
        if stores.is_idle() {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("it never came to that");
}

fn print(stores: Stores, content: &str) {
    stores
        .points
        .change(stores, 0, |point| point.content = content.to_owned());
}

/// How many were printed, how many are not evaluated, and whether there are more to be found.
fn state(stores: Stores) -> (usize, usize, bool) {
    let standing = stores.points.standing(stores, 0);
    let has_more = stores.points.with_hits(0, |hits| hits.next.is_some()).unwrap();
    (standing.n_printed, standing.n_unknown, has_more)
}

#[test]
fn many_hits_are_evaluated_a_chunk_at_a_time_and_more_when_asked() {
    with_stores(|stores, server| async move {
        settle(stores).await;
        assert_eq!(state(stores), (500, 9_000, true));
        assert_eq!(server.asked("Session.findPoints").len(), 1);
        // Another expression is evaluated at the same hits, the nearest to the moment first, which is the end.
        print(stores, "n + 1");
        settle(stores).await;
        assert_eq!(state(stores), (500, 9_000, true));
        assert_eq!(server.asked("Session.findPoints").len(), 1);
        let runs = server.asked("Session.runEvaluation");
        assert_eq!(runs.len(), 20);
        assert_eq!(runs[10]["expression"], "(even\n) ? [n + 1\n] : undefined");
        let first = &runs[10]["pointSelector"]["points"];
        assert_eq!((&first[0], &first[99]), (&json!("9901"), &json!("10000")));
        assert_eq!(stores.console.n_lines(), 500);
        for _ in 0..9 {
            stores.points.more(stores, 0);
            settle(stores).await;
        }
        assert_eq!(state(stores), (5_000, 0, true));
        stores.points.more(stores, 0);
        settle(stores).await;
        assert_eq!(state(stores), (5_500, 1_345, false));
        assert_eq!(server.asked("Session.runEvaluation").len(), 120);
    });
}

#[test]
fn hits_are_gone_through_and_what_is_off_prints_nothing() {
    with_stores(|stores, server| async move {
        settle(stores).await;
        print(stores, "n + 1");
        settle(stores).await;
        stores.points.go_to_hit(stores, 0, false);
        settle(stores).await;
        stores.points.go_to_hit(stores, 0, false);
        settle(stores).await;
        let moment = stores.timeline.moment().get_untracked();
        assert_eq!(moment.point.unwrap().as_str(), "9998");
        stores.points.change(stores, 0, |point| point.is_enabled = false);
        settle(stores).await;
        assert_eq!(stores.console.n_lines(), 0);
        assert_eq!(server.asked("Session.findPoints").len(), 1);
    });
}

#[test]
fn running_sets_each_breakpoint_in_force_once() {
    with_stores(|stores, server| async move {
        settle(stores).await;
        for _ in 0..2 {
            stores.points.run(true);
            settle(stores).await;
            let moment = stores.timeline.moment().get_untracked();
            assert_eq!(moment.point.unwrap().as_str(), "500");
        }
        let set = server.asked("Debugger.setBreakpoint");
        assert_eq!(set.len(), 1);
        assert_eq!(
            (&set[0]["location"]["line"], &set[0]["condition"]),
            (&json!(4), &json!("n > 1"))
        );
        stores.points.remove(stores, 1);
        stores.points.run(true);
        settle(stores).await;
        assert_eq!(server.asked("Debugger.removeBreakpoint").len(), 1);
    });
}
