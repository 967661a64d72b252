//! Messages that a server of the test's own keeps back: said to be missing, and those of the focus asked for.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use app::stores::Stores;
use leptos::prelude::*;
use serde_json::{Value, json};
use support::{Answers, Reply, Request, settle};
use wire::point::ExecutionPoint;

/// Sends the messages at 10 and 20 and says that there are more; those up to 40 are in any range.
#[derive(Default)]
struct Full;

fn message(point: u32) -> Value {
    json!({
        "source": "ConsoleAPI", "level": "info", "text": "", "pauseId": format!("m{point}"), "data": {},
        "point": { "point": point.to_string(), "time": point },
        "argumentValues": [{ "value": point }],
    })
}

impl Answers for Full {
    fn answer(&self, request: &Request) -> Option<Reply> {
        match request.method.as_str() {
            "Console.findMessages" => {
                let sent = [10, 20].map(|point| ("Console.newMessage", json!({ "message": message(point) })));
                Some(Reply {
                    events: sent.to_vec(),
                    answer: Some(Ok(json!({ "overflow": true }))),
                })
            }
            "Console.findMessagesInRange" => {
                let edge =
                    |name: &str| -> u32 { request.params["range"][name].as_str().unwrap().parse().unwrap() };
                let inside = [10, 20, 30, 40]
                    .into_iter()
                    .filter(|at| (edge("begin")..=edge("end")).contains(at));
                let messages: Vec<Value> = inside.map(message).collect();
                Some(json!({ "messages": messages }).into())
            }
            "Session.requestFocusWindow" => Some(json!({ "window": request.params["request"] }).into()),
            _ => None,
        }
    }
}

fn focus(stores: Stores, begin: u32, end: u32) {
    let edge = |at: u32| {
        Some(app::stores::focus::Edge {
            time_ms: f64::from(at),
            point: ExecutionPoint::new(&at.to_string()).ok(),
        })
    };
    stores.focus.set(edge(begin), edge(end));
}

#[test]
fn what_the_server_keeps_back_is_asked_for_where_the_focus_is() {
    support::with_stores(
        |_| {},
        |stores, server: support::Server<Full>| async move {
            settle(stores).await;
            let console = stores.console;
            assert!(console.has_overflow().get_untracked());
            assert_eq!(console.is_focus_whole().get_untracked(), None);
            assert_eq!(console.n_lines(), 2);
            focus(stores, 15, 35);
            settle(stores).await;
            assert_eq!(console.is_focus_whole().get_untracked(), Some(true));
            // What was there already is not there twice.
            assert_eq!(console.n_lines(), 3);
            focus(stores, 35, 50);
            settle(stores).await;
            assert_eq!(console.n_lines(), 4);
            assert_eq!(server.asked("Console.findMessagesInRange").len(), 2);
            stores.focus.clear();
            settle(stores).await;
            assert_eq!(server.asked("Console.findMessagesInRange").len(), 2);
        },
    );
}
