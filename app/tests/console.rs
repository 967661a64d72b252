//! The console's store over a server of the test's own: what it asks, how often, and what stands in it then.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{cell::RefCell, rc::Rc};

use app::{
    logic::console::{Filter, Kind, Row, SourceKey},
    stores::{Stores, driver},
};
use client::transport::{Frame, Transport, local};
use futures::{FutureExt, SinkExt, StreamExt};
use leptos::prelude::*;
use serde_json::{Value, json};
use wire::{ids::RecordingId, point::ExecutionPoint};

#[derive(Clone, Default)]
struct Server {
    asked: Rc<RefCell<Vec<(String, Value)>>>,
}

fn message(point: u32, text: &str) -> Value {
    json!({ "method": "Console.newMessage", "sessionId": "s", "params": { "message": {
        "source": "ConsoleAPI", "level": "info", "text": "", "pauseId": format!("m{point}"), "data": {},
        "point": { "point": point.to_string(), "time": point },
        "argumentValues": [{ "value": text }],
    } } })
}

impl Server {
    async fn serve(self, transport: Transport) {
        let Transport {
            mut incoming,
            mut outgoing,
        } = transport;
        while let Some(Ok(Frame::Text(text))) = incoming.next().await {
            let request: Value = serde_json::from_str(&text).unwrap();
            let (method, params) = (request["method"].as_str().unwrap(), &request["params"]);
            self.asked.borrow_mut().push((method.to_owned(), params.clone()));
            if method.starts_with("Session.listenFor") {
                continue;
            }
            if method == "Console.findMessages" {
                for (point, text) in [(30, "inside"), (10, "before"), (20, "heading"), (50, "after")] {
                    outgoing
                        .send(Frame::Text(message(point, text).to_string()))
                        .await
                        .unwrap();
                }
            }
            if method == "Session.findPoints" {
                let points = json!({ "method": "Session.findPointsResults", "sessionId": "s", "params": {
                    "findPointsId": params["findPointsId"], "points": [{ "point": "40", "time": 40 }],
                } });
                outgoing.send(Frame::Text(points.to_string())).await.unwrap();
            }
            let answer = json!({ "id": request["id"], "result": answer(method, params) });
            if outgoing.send(Frame::Text(answer.to_string())).await.is_err() {
                return;
            }
        }
    }

    fn asked(&self, method: &str) -> Vec<Value> {
        let asked = self.asked.borrow();
        asked
            .iter()
            .filter(|(other, _)| other == method)
            .map(|(_, params)| params.clone())
            .collect()
    }
}

fn answer(method: &str, params: &Value) -> Value {
    match method {
        "Recording.createSession" => json!({ "sessionId": "s" }),
        "Session.getEndpoint" => json!({ "endpoint": { "point": "9000", "time": 9000.0 } }),
        "Session.getPointNearTime" => json!({ "point": { "point": "77", "time": params["time"] } }),
        "Session.createPause" => json!({ "pauseId": format!("p{}", params["point"].as_str().unwrap()) }),
        "Pause.getAllFrames" => json!({ "frames": [], "data": {} }),
        "Pause.getExceptionValue" => json!({ "exception": { "value": "oh no" }, "data": {} }),
        "Pause.evaluateInGlobal" => json!({ "result": { "returned": { "value": 2 }, "data": {} } }),
        "Session.experimentalCommand" => json!({ "rval": { "calls": [
            { "point": "20", "time": 20, "method": "groupCollapsed", "depth": 0 },
            { "point": "40", "time": 40, "method": "groupEnd", "depth": 0 },
        ] } }),
        method if method.starts_with("Debugger.find") && method.ends_with("Target") => {
            json!({ "target": { "point": "0", "time": 0.0, "reason": "endpoint" } })
        }
        _ => json!({}),
    }
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
        settle(stores).await;
        test(stores, server).await;
        owner.cleanup();
    });
}

/// Lets everything run until nothing is under way; a test that never gets there has failed.
async fn settle(stores: Stores) {
    for _ in 0..10_000 {
        if stores.is_idle() {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("it never came to rest");
}

fn shown(stores: Stores) -> Vec<(String, Kind)> {
    let lines = (0..stores.console.n_shown()).map(|index| stores.console.shown(index).unwrap().0);
    lines.map(|line| (line.text.to_string(), line.kind)).collect()
}

fn texts(stores: Stores) -> Vec<String> {
    shown(stores).into_iter().map(|(text, _)| text).collect()
}

#[test]
fn messages_stand_in_order_and_groups_are_folded_as_they_were_printed() {
    with_stores(|stores, _| async move {
        assert_eq!(texts(stores), ["before", "heading", "after"]);
        let heading = stores.console.shown(1).unwrap().0;
        assert_eq!(heading.kind, Kind::FoldedGroup);
        stores.console.toggle_group(heading.id);
        assert_eq!(texts(stores), ["before", "heading", "inside", "after"]);
        stores.console.set_filter(Filter {
            state: components::console::FilterState {
                text: "/^[ab]/".to_owned(),
                ..Default::default()
            },
            ..Filter::default()
        });
        assert_eq!(texts(stores), ["before", "after"]);
    });
}

#[test]
fn a_look_ahead_is_pure_asked_once_and_never_tried_for_what_would_change_something() {
    with_stores(|stores, server| async move {
        for expression in ["1 + 1", "n = 10", "f(", "", "1 + 1"] {
            stores.console.peek(expression.to_owned());
            settle(stores).await;
        }
        let asked = server.asked("Pause.evaluateInGlobal");
        assert_eq!(asked.len(), 1, "{asked:?}");
        assert_eq!(
            (&asked[0]["expression"], &asked[0]["pure"]),
            (&json!("1 + 1"), &json!(true))
        );
        assert_eq!(
            stores.console.peeked().get_untracked().unwrap().expression,
            "1 + 1"
        );
        // Only the last of several is asked for.
        for expression in ["a", "ab", "abc"] {
            stores.console.peek(expression.to_owned());
        }
        settle(stores).await;
        assert_eq!(server.asked("Pause.evaluateInGlobal").len(), 2);
    });
}

#[test]
fn results_stand_below_their_expression_at_the_moment_until_they_are_cleared() {
    with_stores(|stores, server| async move {
        stores.timeline.go_to(20.0, ExecutionPoint::new("20").ok());
        settle(stores).await;
        stores.console.evaluate("1 + 1".to_owned());
        settle(stores).await;
        let expected = [
            ("before", Kind::Log),
            ("heading", Kind::FoldedGroup),
            ("1 + 1", Kind::Input),
            ("2", Kind::Output),
        ];
        let lines = shown(stores);
        for (line, (text, kind)) in lines.iter().zip(expected) {
            assert_eq!((line.0.as_str(), line.1), (text, kind));
        }
        assert_eq!(server.asked("Pause.evaluateInGlobal")[0].get("pure"), None);
        assert_eq!(stores.console.wanted(), Some(3));
        stores.console.clear_evaluations();
        assert_eq!(texts(stores), ["before", "heading", "after"]);
    });
}

#[test]
fn the_value_of_an_exception_is_asked_for_when_it_is_seen_and_once() {
    with_stores(|stores, server| async move {
        stores.console.show_caught(true);
        settle(stores).await;
        assert_eq!(texts(stores), ["before", "heading", "Exception", "after"]);
        assert_eq!(server.asked("Pause.getExceptionValue").len(), 0);
        for _ in 0..2 {
            stores.console.see(2);
            settle(stores).await;
        }
        assert_eq!(server.asked("Pause.getExceptionValue").len(), 1);
        assert_eq!(texts(stores)[2], "\"oh no\"");
        stores.console.show_caught(false);
        assert_eq!(texts(stores), ["before", "heading", "after"]);
    });
}

#[test]
fn rows_of_others_come_and_go_by_their_key() {
    with_stores(|stores, _| async move {
        let row = |point: u128| Row {
            point: point.into(),
            time_ms: point as f64,
            values: vec!["hit".into(), 3.0.into()],
            badge: Some("★".to_owned()),
            ..Row::default()
        };
        let key = SourceKey(SourceKey::FIRST_OF_OTHERS.0 + 1);
        stores.console.set_rows_of(key, vec![row(60), row(5)]);
        assert_eq!(texts(stores), ["hit 3", "before", "heading", "after", "hit 3"]);
        stores.console.set_rows_of(key, vec![row(15)]);
        assert_eq!(texts(stores), ["before", "hit 3", "heading", "after"]);
        stores.console.set_rows_of(key, Vec::new());
        assert_eq!(texts(stores), ["before", "heading", "after"]);
    });
}
