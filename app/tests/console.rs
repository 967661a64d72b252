//! The console's store over a server of the test's own: what it asks, how often, and what stands in it then.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use app::{
    logic::console::{Filter, Kind, Row, SourceKey},
    stores::Stores,
};
use leptos::prelude::*;
use serde_json::{Value, json};
use support::{Answers, Reply, Request, settle};
use wire::point::ExecutionPoint;

/// Prints four messages, two of them in a group.
#[derive(Default)]
struct Printing;
type Server = support::Server<Printing>;

fn message(point: u32, text: &str) -> (&'static str, Value) {
    let message = json!({
        "source": "ConsoleAPI", "level": "info", "text": "", "pauseId": format!("m{point}"), "data": {},
        "point": { "point": point.to_string(), "time": point },
        "argumentValues": [{ "value": text }],
    });
    ("Console.newMessage", json!({ "message": message }))
}

impl Answers for Printing {
    fn answer(&self, request: &Request) -> Option<Reply> {
        let answer = match request.method.as_str() {
            "Console.findMessages" => {
                let all = [(30, "inside"), (10, "before"), (20, "heading"), (50, "after")];
                return Some(Reply::events(
                    all.map(|(point, text)| message(point, text)).into(),
                ));
            }
            "Session.findPoints" => {
                let id = &request.params["findPointsId"];
                let points = json!({ "findPointsId": id, "points": [{ "point": "40", "time": 40 }] });
                return Some(Reply::events(vec![("Session.findPointsResults", points)]));
            }
            "Pause.getExceptionValue" => json!({ "exception": { "value": "oh no" }, "data": {} }),
            "Pause.evaluateInGlobal" => json!({ "result": { "returned": { "value": 2 }, "data": {} } }),
            "Session.experimentalCommand" => json!({ "rval": { "calls": [
                { "point": "20", "time": 20, "method": "groupCollapsed", "depth": 0 },
                { "point": "40", "time": 40, "method": "groupEnd", "depth": 0 },
            ] } }),
            _ => return None,
        };
        Some(answer.into())
    }
}

fn with_stores<F: Future<Output = ()>>(test: impl FnOnce(Stores, Server) -> F) {
    support::with_stores(
        |_| (),
        |stores, server| async move {
            settle(stores).await;
            test(stores, server).await;
        },
    );
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
