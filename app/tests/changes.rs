//! What is pinned, over a server of the test's own that goes away and comes back.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use app::logic::scopes::Found;
use leptos::prelude::*;
use serde_json::json;
use support::{Answers, Reply, Request, settle, until};
use wire::{ids::ObjectId, pause::Value, point::ExecutionPoint};

/// A function runs everywhere, whose `todo` is an object.
#[derive(Default)]
struct Running;

impl Answers for Running {
    fn answer(&self, request: &Request) -> Option<Reply> {
        let result = match request.method.as_str() {
            "Pause.getAllFrames" => {
                let frame = json!({ "frameId": "f", "type": "call", "functionName": "add", "this": {},
                    "location": [{ "sourceId": "1", "line": 3, "column": 0 }], "scopeChain": [] });
                json!({ "frames": ["f"], "data": { "frames": [frame] } })
            }
            "Pause.evaluateInFrame" => json!({ "result": { "returned": { "object": "o" }, "data": {
                "objects": [{ "objectId": "o", "className": "Todo" }] } } }),
            // The same object at the moment.
            "Session.experimentalCommand" => {
                json!({ "rval": { "pauseId": "pause-50", "objectId": "o", "data": {} } })
            }
            _ => return None,
        };
        Some(result.into())
    }
}

#[test]
fn what_is_pinned_is_found_again_after_a_loss() {
    support::with_stores(
        |_| {},
        |stores, server: support::Server<Running>| async move {
            settle(stores).await;
            stores.timeline.go_to(42.0, ExecutionPoint::new("42").ok());
            settle(stores).await;
            let pause_id = stores.pause.pause_id().unwrap();
            let todo = Value::Object(ObjectId::from("o"));
            let path = Some((0, "todo".to_owned()));
            stores.changes.pin("todo".to_owned(), &pause_id, &todo, path);
            stores.changes.pin("a message".to_owned(), &pause_id, &todo, None);
            stores.timeline.go_to(50.0, ExecutionPoint::new("50").ok());
            settle(stores).await;
            server.vanish();
            until(|| server.n_asked("Recording.createSession") == 2).await;
            settle(stores).await;
            let pins = stores.changes.pins().get_untracked();
            assert!(matches!(pins[0].now, Found::Ready(Some(_))), "{:?}", pins[0].now);
            assert!(matches!(&pins[1].now, Found::Failed(why) if why.contains("lost")));
            let asked = server.asked("Pause.evaluateInFrame");
            assert_eq!((asked.len(), &asked[0]["expression"]), (1, &json!("todo")));
        },
    );
}
