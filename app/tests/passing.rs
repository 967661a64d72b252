//! Libraries' code over a server of the test's own: which sources steps are told to pass over, and that they lead elsewhere then.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::{cell::RefCell, collections::BTreeSet};

use app::stores::{Step, Stores};
use leptos::prelude::*;
use serde_json::json;
use support::{Answers, Reply, Request, settle};
use wire::point::ExecutionPoint;

/// A page of its own source and a library's, which a step leads into unless it is passed over.
#[derive(Default)]
struct Page {
    passed: RefCell<BTreeSet<String>>,
}
type Server = support::Server<Page>;

impl Answers for Page {
    fn answer(&self, Request { method, params, .. }: &Request) -> Option<Reply> {
        let source = || params["sourceId"].as_str().unwrap().to_owned();
        match method.as_str() {
            "Debugger.findSources" => {
                let source = |id: &str, url: &str| json!({ "sourceId": id, "kind": "scriptSource", "contentId": id, "url": url });
                let sources = [
                    source("own", "https://a.test/app.js"),
                    source("library", "https://a.test/node_modules/library/index.js"),
                ];
                return Some(Reply::events(vec![(
                    "Debugger.newSources",
                    json!({ "sources": sources }),
                )]));
            }
            "Debugger.blackboxSource" => drop(self.passed.borrow_mut().insert(source())),
            "Debugger.unblackboxSource" => drop(self.passed.borrow_mut().remove(&source())),
            "Debugger.findStepInTarget" => {
                let point = match self.passed.borrow().contains("library") {
                    true => "90",
                    false => "80",
                };
                return Some(json!({ "target": { "point": point, "time": 1.0, "reason": "step" } }).into());
            }
            _ => return None,
        }
        Some(json!({}).into())
    }
}

fn with_stores<F: Future<Output = ()>>(test: impl FnOnce(Stores, Server) -> F) {
    support::with_stores(|_| (), test);
}

fn passed(server: &Server) -> Vec<String> {
    server.passed.borrow().iter().cloned().collect()
}

async fn step_in_from(stores: Stores, point: &str) -> String {
    stores.timeline.go_to(1.0, ExecutionPoint::new(point).ok());
    settle(stores).await;
    stores.step(Step::In);
    settle(stores).await;
    let moment = stores.timeline.moment().get_untracked();
    moment.point.unwrap().to_string()
}

#[test]
fn libraries_are_passed_over_unless_a_person_wants_to_walk_through_them() {
    with_stores(|stores, server| async move {
        settle(stores).await;
        assert_eq!(step_in_from(stores, "42").await, "80");
        stores.passing.set(true);
        stores.passing.set(true);
        settle(stores).await;
        assert_eq!(passed(&server), ["library"]);
        // What was known of where steps lead is not believed any more.
        assert_eq!(step_in_from(stores, "42").await, "90");
        stores.passing.set(false);
        settle(stores).await;
        assert_eq!(step_in_from(stores, "42").await, "80");
        assert_eq!(server.n_asked("Debugger.blackboxSource"), 1);
    });
}

#[test]
fn a_new_session_is_told_again() {
    with_stores(|stores, server| async move {
        settle(stores).await;
        stores.passing.set(true);
        settle(stores).await;
        server.vanish();
        server.passed.borrow_mut().clear();
        support::until(|| server.n_asked("Recording.createSession") == 2).await;
        settle(stores).await;
        assert_eq!(passed(&server), ["library"]);
    });
}
