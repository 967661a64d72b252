//! Tracks over a server of the test's own: events that stream in out of order, and what is asked for beside them.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::{cell::Cell, collections::BTreeSet};

use app::{
    logic::{
        tracks::{Content, MarkerAt, TrackKind, WALKED},
        view::Span,
    },
    stores::Stores,
};
use leptos::prelude::*;
use serde_json::{Value, json};
use support::{Answers, Reply, Request, settle, until};

/// Events of the mouse; every thousandth is a press.
const N_EVENTS: usize = 200_000;
const N_IN_BATCH: usize = 1_500;

#[derive(Default)]
struct Program {
    has_many: Cell<bool>,
}
type Server = support::Server<Program>;

impl Answers for Program {
    fn answer(&self, request: &Request) -> Option<Reply> {
        let params = &request.params;
        let answer = match request.method.as_str() {
            "Session.findMouseEvents" if self.has_many.get() => return Some(Reply::events(mouse())),
            "Session.findMouseEvents" => {
                let events = json!({ "events": [mouse_event(100), mouse_event(1_000)] });
                return Some(Reply::events(vec![("Session.mouseEvents", events)]));
            }
            // A recorder that tells of presses first, and of keys going down only later.
            "Session.findKeyboardEvents" => {
                let event = |n: usize, kind: &str| json!({ "point": n.to_string(), "time": n as f64 / 10.0, "kind": kind, "key": "a" });
                let presses = json!({ "events": [event(2_001, "keypress"), event(2_501, "keypress")] });
                let downs = json!({ "events": [event(2_500, "keydown"), event(2_000, "keydown")] });
                return Some(Reply::events(vec![
                    ("Session.keyboardEvents", presses),
                    ("Session.keyboardEvents", downs),
                ]));
            }
            "Console.findMessages" => {
                let message = |n: usize, source: &str, level: &str, text: &str| {
                    json!({ "message": { "source": source, "level": level, "text": text, "pauseId": "m", "data": {},
                        "point": { "point": n.to_string(), "time": n as f64 / 10.0 }, "argumentValues": [] } })
                };
                return Some(Reply::events(vec![
                    (
                        "Console.newMessage",
                        message(5_000, "PageError", "error", "Error: no price\n  at pay"),
                    ),
                    (
                        "Console.newMessage",
                        message(3_000, "ConsoleAPI", "error", "out of stock"),
                    ),
                    (
                        "Console.newMessage",
                        message(4_000, "ConsoleAPI", "warning", "slow"),
                    ),
                ]));
            }
            "Session.findPoints" => {
                let is_thrown = params["pointSelector"]["kind"] == "exceptions";
                let points = if is_thrown {
                    vec![5_000, 6_000]
                } else {
                    vec![7_000, 7_500]
                };
                let points: Vec<Value> = points
                    .into_iter()
                    .map(|n| json!({ "point": n.to_string(), "time": n as f64 / 10.0, "frame": [{ "sourceId": "1", "line": 12, "column": 2 }] }))
                    .collect();
                let found = json!({ "findPointsId": params["findPointsId"], "points": points });
                return Some(Reply::events(vec![("Session.findPointsResults", found)]));
            }
            "Network.findRequests" => {
                let told = json!({
                    "requests": [{ "id": "1", "point": "2200", "time": 220.0 }],
                    "events": [
                        { "id": "1", "time": 220.0, "event": { "kind": "request", "requestUrl": "http://a.test/api/week.json",
                            "requestMethod": "GET", "requestHeaders": [], "requestCause": "fetch" } },
                        { "id": "1", "time": 250.0, "event": { "kind": "response", "responseHeaders": [], "responseProtocolVersion": "h2",
                            "responseStatus": 200, "responseStatusText": "", "responseFromCache": false } },
                        { "id": "1", "time": 254.0, "event": { "kind": "request-done", "encodedBodySize": 5 } },
                    ],
                });
                return Some(Reply::events(vec![("Network.requests", told)]));
            }
            "Session.experimentalCommand" if params["name"] == "activity" => {
                json!({ "rval": { "begin": 0, "end": 9000, "steps": [0, 12, 1] } })
            }
            _ => return None,
        };
        Some(answer.into())
    }
}

fn mouse_event(n: usize) -> Value {
    let kind = if n % 1_000 == 0 { "mousedown" } else { "mousemove" };
    json!({ "point": n.to_string(), "time": n as f64 / 10.0, "kind": kind, "clientX": n % 777, "clientY": 7 })
}

/// All events, of which every third batch comes too late and each is the wrong way round.
fn mouse() -> Vec<(&'static str, Value)> {
    let numbers: Vec<usize> = (1..=N_EVENTS).collect();
    let batch = |numbers: &[usize]| {
        let events: Vec<Value> = numbers.iter().rev().map(|n| mouse_event(*n)).collect();
        ("Session.mouseEvents", json!({ "events": events }))
    };
    let batches: Vec<_> = numbers.chunks(N_IN_BATCH).map(batch).collect();
    let (late, early): (Vec<_>, Vec<_>) = batches.into_iter().enumerate().partition(|(at, _)| at % 3 == 1);
    early.into_iter().chain(late).map(|(_, batch)| batch).collect()
}

fn with_stores<F: Future<Output = ()>>(test: impl FnOnce(Stores, Server) -> F) {
    support::with_stores(|_| (), test);
}

#[test]
fn what_is_known_stays_while_another_session_tells_it_again() {
    with_stores(|stores, server| async move {
        server.has_many.set(true);
        settle(stores).await;
        assert_eq!(n_of(stores, TrackKind::Movement), N_EVENTS);
        let least = RwSignal::new(usize::MAX);
        Effect::new(move |_| {
            let mouse = stores.recording.mouse();
            let clicks = stores.recording.clicks();
            let n = mouse
                .with(|mouse| mouse.len())
                .min(clicks.with(|clicks| clicks.len() * 1_000));
            least.update_untracked(|least| *least = n.min(*least));
        });
        server.vanish();
        until(|| server.n_asked("Session.findMouseEvents") == 2).await;
        settle(stores).await;
        assert_eq!(n_of(stores, TrackKind::Movement), N_EVENTS);
        assert_eq!(least.get_untracked(), N_EVENTS, "nothing was gone at any moment");
        // A service that knows less by now is believed at the end.
        server.has_many.set(false);
        server.vanish();
        until(|| server.n_asked("Session.findMouseEvents") == 3).await;
        settle(stores).await;
        assert_eq!(n_of(stores, TrackKind::Movement), 2);
    });
}

/// Shows the tracks, as the timeline does.
fn look_on(stores: Stores) {
    Effect::new(move |_| stores.want_tracks());
}

fn n_of(stores: Stores, kind: TrackKind) -> usize {
    stores.tracks.all().with_untracked(|all| {
        let track = all.iter().find(|track| track.kind == kind);
        track.map_or(0, |track| match &track.content {
            Content::Moments(moments) => moments.len(),
            Content::Stretches(stretches) => stretches.len(),
            Content::Amounts(amounts) => amounts.amounts.len(),
        })
    })
}

fn words(stores: Stores, kind: TrackKind) -> Vec<String> {
    (0..n_of(stores, kind))
        .map(|index| stores.tracks.describe(MarkerAt { kind, index }))
        .collect()
}

#[test]
fn events_that_stream_in_out_of_order_stand_in_order() {
    with_stores(|stores, server| async move {
        server.has_many.set(true);
        settle(stores).await;
        assert_eq!(n_of(stores, TrackKind::Movement), N_EVENTS);
        assert_eq!(n_of(stores, TrackKind::Click), N_EVENTS / 1_000);
        stores.recording.mouse().with_untracked(|mouse| {
            let times: Vec<f64> = mouse.iter().map(|place| place.time_ms).collect();
            assert!(times.is_sorted());
        });
        let at = |kind, time_ms, is_forward| stores.tracks.neighbour(&[kind], time_ms, is_forward);
        let click = |index| {
            Some(MarkerAt {
                kind: TrackKind::Click,
                index,
            })
        };
        assert_eq!(at(TrackKind::Click, 0.0, true), click(0));
        assert_eq!(at(TrackKind::Click, 100.0, true), click(1));
        assert_eq!(at(TrackKind::Click, 100.0, false), None);
        assert_eq!(at(TrackKind::Click, 12_345.0, false), click(122));
        assert_eq!(at(TrackKind::Click, 20_000.0, true), None);
        assert_eq!(stores.tracks.describe(click(1).unwrap()), "Click at 446, 7");
        let (time_ms, point) = stores.tracks.moment(click(1).unwrap()).unwrap();
        assert_eq!((time_ms, point.unwrap().as_str()), (200.0, "2000"));
    });
}

#[test]
fn a_key_is_one_press_however_a_recorder_tells_it() {
    with_stores(|stores, _| async move {
        settle(stores).await;
        assert_eq!(words(stores, TrackKind::Key), ["Key a", "Key a"]);
        let first = MarkerAt {
            kind: TrackKind::Key,
            index: 0,
        };
        assert_eq!(stores.tracks.moment(first).unwrap().1.unwrap().as_str(), "2000");
    });
}

#[test]
fn what_went_wrong_is_on_tracks_of_its_own() {
    with_stores(|stores, _| async move {
        look_on(stores);
        settle(stores).await;
        assert_eq!(words(stores, TrackKind::Error), ["Error: out of stock"]);
        assert_eq!(words(stores, TrackKind::Warning), ["Warning: slow"]);
        // What nobody caught is found as an exception as well, and stands there once.
        let exceptions = words(stores, TrackKind::Exception);
        assert_eq!(exceptions.len(), 2);
        assert_eq!(exceptions[0], "Exception: Error: no price");
        assert!(
            exceptions[1].starts_with("Exception thrown at "),
            "{exceptions:?}"
        );
        assert_eq!(
            words(stores, TrackKind::Request),
            ["GET /api/week.json 200, 34 ms"]
        );
        assert_eq!(n_of(stores, TrackKind::Activity), 3);
        assert_eq!(words(stores, TrackKind::Activity)[1], "12 steps in 3.0 s");
    });
}

#[test]
fn nothing_is_asked_twice_and_all_again_after_a_loss() {
    with_stores(|stores, server| async move {
        look_on(stores);
        settle(stores).await;
        let asked = || {
            [
                "Network.findRequests",
                "Session.findPoints",
                "Session.experimentalCommand",
            ]
            .map(|method| server.n_asked(method))
        };
        let first = asked();
        assert_eq!((first[0], first[1]), (1, 1));
        // The list of requests and the console's lines are made of the same answers.
        stores.network.want();
        stores.console.show_caught(true);
        stores.timeline.go_to(4200.0, None);
        settle(stores).await;
        assert_eq!((asked()[0], asked()[1]), (1, 1));
        server.vanish();
        until(|| server.n_asked("Recording.createSession") == 2).await;
        settle(stores).await;
        assert_eq!((asked()[0], asked()[1]), (1, 2));
        assert_eq!(words(stores, TrackKind::Exception).len(), 2);
        let activity = server.asked("Session.experimentalCommand");
        let n_activity = activity
            .iter()
            .filter(|params| params["name"] == "activity")
            .count();
        assert_eq!(n_activity, 1);
    });
}

#[test]
fn hits_of_a_breakpoint_are_found_once_it_is_there() {
    with_stores(|stores, server| async move {
        look_on(stores);
        let kept = json!({ "points": [{ "id": 3, "kind": "Break", "source_id": "1", "line": 12, "column": 2, "is_enabled": true }], "watches": [] });
        stores.points.restore(&kept.to_string());
        settle(stores).await;
        assert_eq!(n_of(stores, TrackKind::Breakpoint), 2);
        assert!(words(stores, TrackKind::Breakpoint)[0].ends_with(":12"));
        let n_asked = server.n_asked("Session.findPoints");
        stores.timeline.go_to(4200.0, None);
        settle(stores).await;
        assert_eq!(server.n_asked("Session.findPoints"), n_asked);
        stores.points.toggle_all_breakpoints(stores);
        until(|| n_of(stores, TrackKind::Breakpoint) == 0).await;
    });
}

#[test]
fn what_is_hidden_is_neither_walked_nor_asked_for() {
    with_stores(|stores, server| async move {
        let keys = [TrackKind::Click, TrackKind::Request].map(|kind| kind.key().to_owned());
        let hidden = RwSignal::new(BTreeSet::from(keys));
        stores.tracks.hide(hidden.into());
        look_on(stores);
        settle(stores).await;
        assert_eq!(server.n_asked("Network.findRequests"), 0);
        let next = |time_ms| {
            stores
                .tracks
                .neighbour(WALKED, time_ms, true)
                .map(|marker| marker.kind)
        };
        assert_eq!(next(0.0), Some(TrackKind::Key));
        assert_eq!(next(300.0 - 1.0), Some(TrackKind::Error));
        hidden.set(Default::default());
        until(|| server.n_asked("Network.findRequests") == 1).await;
        settle(stores).await;
        assert_eq!(next(0.0), Some(TrackKind::Click));
        stores.timeline.go_to(0.0, None);
        stores.go_to_marker(true);
        settle(stores).await;
        assert_eq!(stores.timeline.moment().get_untracked().time_ms, 100.0);
    });
}

#[test]
fn how_busy_it_was_is_asked_again_of_what_is_seen_closely() {
    with_stores(|stores, server| async move {
        look_on(stores);
        settle(stores).await;
        let asked = || -> Vec<(Option<f64>, Option<f64>)> {
            let asked = server.asked("Session.experimentalCommand");
            let these = asked.iter().filter(|params| params["name"] == "activity");
            let ends = these.map(|params| {
                (
                    params["params"]["begin"].as_f64(),
                    params["params"]["end"].as_f64(),
                )
            });
            ends.collect()
        };
        let see = |begin_ms, end_ms| stores.view.view().set(Some(Span { begin_ms, end_ms }));
        see(4_000.0, 8_000.0);
        settle(stores).await;
        assert_eq!(asked(), [(None, None)]);
        see(4_000.0, 4_100.0);
        until(|| asked().len() == 2).await;
        settle(stores).await;
        assert_eq!(asked()[1], (Some(3_968.0), Some(4_224.0)));
        // What lies in the same stretch, and what was looked at before, is known.
        see(4_010.0, 4_110.0);
        see(0.0, 9_000.0);
        see(4_000.0, 4_100.0);
        settle(stores).await;
        stores.timeline.go_to(4_000.0, None);
        settle(stores).await;
        assert_eq!(asked().len(), 2);
    });
}
