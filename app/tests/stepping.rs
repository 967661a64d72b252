//! Stepping over a server of the test's own: the steps of a frame as a list to move along, steps from a frame further out, and
//! links that lead to a frame and to a place in a source.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use app::{
    stores::{Step, Stores, stack::FrameSteps},
    url::Link,
};
use leptos::prelude::*;
use serde_json::{Value, json};
use support::{Answers, Reply, Request, settle};
use wire::point::ExecutionPoint;

/// A program that stands at `point` in `inner`, which `outer` called at 20. `inner` took the steps 30 to 34, `outer` 10, 20
/// and 40; what runs at 9000 took more than can be listed.
#[derive(Default)]
struct Program;
type Server = support::Server<Program>;

impl Answers for Program {
    fn answer(&self, request: &Request) -> Option<Reply> {
        if request.method == "Debugger.findSources" {
            let source = |id: &str| {
                json!({ "sourceId": id, "kind": "scriptSource", "contentId": id,
                    "url": format!("https://a.test/{id}.js") })
            };
            let sources = json!({ "sources": [source("1"), source("2")] });
            return Some(Reply::events(vec![("Debugger.newSources", sources)]));
        }
        match answer(&request.method, request.point())? {
            Ok(result) => Some(result.into()),
            Err((code, message)) => Some(Reply::error(code, message)),
        }
    }
}

fn answer(method: &str, point: &str) -> Option<Result<Value, (i32, &'static str)>> {
    let at = |number: u32| json!({ "point": number.to_string(), "time": f64::from(number) });
    let place = |line: u32| json!([{ "sourceId": "1", "line": line, "column": 0 }]);
    Some(Ok(match method {
        "Session.getEndpoint" => json!({ "endpoint": at(9000) }),
        "Session.getPointNearTime" => json!({ "point": at(9000) }),
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
        _ => return None,
    }))
}

/// Runs a test on stores whose driver talks to the server, with the call stack in sight.
fn with_stores<F: Future<Output = ()>>(test: impl FnOnce(Stores, Server) -> F) {
    support::with_stores(
        |stores| {
            Effect::new(move |_| stores.want_stack());
        },
        |stores, server| async move {
            settle(stores).await;
            test(stores, server).await;
        },
    );
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
