//! Print statements over a server of the test's own: found page after page, evaluated in chunks, never refused for being many;
//! and running to breakpoints.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use app::stores::Stores;
use leptos::prelude::*;
use serde_json::{Value, json};
use support::{Answers, Reply, Request, settle};

/// A line that ran at the points 1 to 12,345, a page of 10,000 at a time; the condition holds at even points.
#[derive(Default)]
struct Line;
type Server = support::Server<Line>;

const N_HITS: u64 = 12_345;
const KEPT: &str = r#"{"points":[
    {"kind":"Print","source_id":"s","line":3,"content":"n","condition":"even","is_enabled":true},
    {"kind":"Break","source_id":"s","line":4,"condition":"n > 1","is_enabled":true},
    {"kind":"Break","source_id":"s","line":5,"is_enabled":false}]}"#;

impl Answers for Line {
    fn answer(&self, Request { method, params, .. }: &Request) -> Option<Reply> {
        answer(method, params)
    }
}

fn answer(method: &str, params: &Value) -> Option<Reply> {
    let number = |value: &Value| value.as_str().and_then(|text| text.parse::<u64>().ok());
    let result = match method {
        "Session.getEndpoint" => json!({ "endpoint": { "point": "20000", "time": 20000.0 } }),
        "Session.getPointNearTime" => json!({ "point": { "point": "20000", "time": 20000.0 } }),
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
            return Some(Reply {
                events: vec![("Session.findPointsResults", event)],
                answer: Some(Ok(next.unwrap_or(json!({})))),
            });
        }
        "Session.runEvaluation" => {
            let points = params["pointSelector"]["points"].as_array().unwrap();
            let expression = params["expression"].as_str().unwrap();
            let result = |point: &Value| {
                let n = number(point).unwrap();
                // One part of the expression throws at every third point, the other at every fifth.
                if (expression.contains("bad()") && n % 3 == 0)
                    || (expression.contains("worse()") && n % 5 == 0)
                {
                    return json!({ "exception": { "value": format!("thrown at {n}") }, "data": {},
                        "pauseId": format!("p{n}"), "point": { "point": point, "time": n as f64 } });
                }
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
            return Some(Reply::events(vec![("Session.runEvaluationResults", event)]));
        }
        _ => return None,
    };
    Some(result.into())
}

fn with_stores<F: Future<Output = ()>>(test: impl FnOnce(Stores, Server) -> F) {
    support::with_stores(|stores| stores.points.restore(KEPT), test);
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
fn a_condition_that_throws_is_told_and_prints_nothing() {
    with_stores(|stores, _server| async move {
        settle(stores).await;
        stores.points.change(stores, 0, |point| {
            point.condition = "bad()".to_owned();
            point.content = "worse()".to_owned();
        });
        settle(stores).await;
        // The thousand hits before the end, 9001 to 10000: what is printed, and what is thrown in printing, at those where the
        // condition did not throw.
        let printed = (9_001..=10_000)
            .filter(|n| n % 3 != 0 && (n % 2 == 0 || n % 5 == 0))
            .count();
        assert_eq!(state(stores), (printed, 9_000, true));
        assert_eq!(stores.console.n_lines(), printed);
        let thrown = stores
            .points
            .with_hits(0, |hits| hits.thrown.clone())
            .unwrap()
            .unwrap();
        assert_eq!(thrown, (333, "\"thrown at 9903\"".to_owned()));
        // Another condition is another matter.
        stores
            .points
            .change(stores, 0, |point| point.condition = "even".to_owned());
        settle(stores).await;
        assert!(stores.points.with_hits(0, |hits| hits.thrown.is_none()).unwrap());
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
