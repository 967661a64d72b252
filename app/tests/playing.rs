//! Playing over a server of the test's own: what runs by, what is passed over and stopped at, what is asked meanwhile.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use app::{
    logic::{time, tracks::TrackKind, view::Span},
    stores::Stores,
};
use leptos::prelude::*;
use serde_json::json;
use support::{Answers, Reply, Request, settle, until};
use wire::point::ExecutionPoint;

/// A recording of nine seconds that is painted at its beginning and its end, and pressed in between. Its points are its times
/// in ms, of which the server knows every tenth.
#[derive(Default)]
struct Page;
type Server = support::Server<Page>;

impl Answers for Page {
    fn answer(&self, request: &Request) -> Option<Reply> {
        let time_ms = request.params["time"].as_f64().unwrap_or_default();
        let at = |time_ms: f64| json!({ "point": format!("{time_ms:.0}"), "time": time_ms });
        let answer = match request.method.as_str() {
            "Graphics.findPaints" => {
                let paint = |time_ms: f64| json!({ "point": format!("{time_ms:.0}"), "time": time_ms, "screenShots": [{ "mimeType": "image/jpeg", "hash": "h" }] });
                let paints = json!({ "paints": [paint(100.0), paint(8_500.0)] });
                return Some(Reply::events(vec![("Graphics.paintPoints", paints)]));
            }
            "Session.findMouseEvents" => {
                let press = json!({ "point": "6000", "time": 6_000.0, "kind": "mousedown", "clientX": 1, "clientY": 2 });
                let events = json!({ "events": [press] });
                return Some(Reply::events(vec![("Session.mouseEvents", events)]));
            }
            "Session.getPointNearTime" => json!({ "point": at((time_ms / 10.0).round() * 10.0) }),
            "Session.getPointsBoundingTime" => {
                let (before, after) = ((time_ms / 10.0).floor() * 10.0, (time_ms / 10.0).ceil() * 10.0);
                json!({ "before": at(before), "after": at(after) })
            }
            _ => return None,
        };
        Some(answer.into())
    }
}

fn with_stores<F: Future<Output = ()>>(test: impl FnOnce(Stores, Server) -> F) {
    support::with_stores(|_| {}, test);
}

fn now(stores: Stores) -> f64 {
    stores.timeline.time_ms().get_untracked()
}

/// Frames of the screen from one time to another, every 10 ms.
fn watch(stores: Stores, from_ms: u32, until_ms: u32) {
    (from_ms..=until_ms)
        .step_by(10)
        .for_each(|now_ms| stores.tick(f64::from(now_ms)));
}

fn point(text: &str) -> Option<ExecutionPoint> {
    ExecutionPoint::new(text).ok()
}

#[test]
fn time_runs_by_the_screens_frames_at_any_speed_and_ends() {
    with_stores(|stores, _| async move {
        settle(stores).await;
        assert_eq!(now(stores), 9_000.0);
        stores.play();
        assert_eq!(now(stores), 0.0, "at the end it begins at the beginning");
        watch(stores, 0, 500);
        assert_eq!(now(stores), 500.0);
        stores.playing.change_speed(true);
        stores.playing.change_speed(true);
        watch(stores, 510, 1_000);
        assert_eq!(now(stores), 1_500.0);
        // Another page was looked at for a minute.
        stores.tick(61_000.0);
        assert_eq!(now(stores), 1_500.0);
        stores.seek(8_990.0);
        assert!(
            stores.timeline.is_playing().get_untracked(),
            "it plays on from there"
        );
        stores.tick(61_010.0);
        assert!(!stores.timeline.is_playing().get_untracked());
        assert_eq!(now(stores), 9_000.0);
        let frames = stores.playing.frames().get_untracked();
        assert_eq!(frames.n_due, 103);
    });
}

#[test]
fn what_is_selected_is_repeated() {
    with_stores(|stores, _| async move {
        settle(stores).await;
        let selected = Span {
            begin_ms: 2_000.0,
            end_ms: 2_400.0,
        };
        stores.view.selection().set(Some(selected));
        stores.playing.toggle_repeats();
        stores.play();
        assert_eq!(now(stores), 2_000.0);
        watch(stores, 0, 450);
        assert_eq!(now(stores), 2_050.0);
        stores.timeline.stop();
        stores.view.selection().set(None);
        stores.play();
        stores.seek(8_995.0);
        watch(stores, 1_000, 1_010);
        assert_eq!(now(stores), 5.0, "without a selection all is");
        stores.timeline.stop();
        settle(stores).await;
    });
}

#[test]
fn idle_time_is_passed_over_and_said() {
    with_stores(|stores, _| async move {
        settle(stores).await;
        stores.playing.restore("idle");
        stores.timeline.go_to(500.0, None);
        stores.play();
        watch(stores, 0, 100);
        assert_eq!(now(stores), 600.0, "half a second after the paint");
        stores.tick(110.0);
        assert_eq!(now(stores), 5_510.0, "half a second before the press");
        assert_eq!(stores.playing.notice().get_untracked().text, "Skipped 4.9 s");
        assert_eq!(stores.playing.kept(), "idle");
        stores.timeline.stop();
        settle(stores).await;
    });
}

#[test]
fn time_stops_exactly_at_what_was_asked_for() {
    with_stores(|stores, server| async move {
        settle(stores).await;
        stores.playing.toggle_stop(TrackKind::Click);
        stores.timeline.go_to(5_900.0, None);
        settle(stores).await;
        stores.play();
        watch(stores, 0, 200);
        settle(stores).await;
        let moment = stores.timeline.moment().get_untracked();
        assert_eq!((moment.time_ms, moment.point.clone()), (6_000.0, point("6000")));
        assert!(stores.is_held_at(&moment.point));
        assert_eq!(
            stores.playing.notice().get_untracked().text,
            "Stopped: Click at 1, 2"
        );
        // Playing on gets away from it, and asks nothing.
        let n_before = server.asked.borrow().len();
        stores.play();
        watch(stores, 1_000, 1_500);
        assert_eq!(now(stores), 6_500.0);
        assert_eq!(server.asked.borrow().len(), n_before);
        stores.timeline.stop();
        settle(stores).await;
    });
}

#[test]
fn a_held_key_asks_once_where_it_is_let_go() {
    with_stores(|stores, server| async move {
        settle(stores).await;
        let n_before = server.asked.borrow().len();
        stores.timeline.hold();
        for step in 1..=40 {
            stores.seek(f64::from(step) * 100.0);
            assert!(stores.timeline.moment().get_untracked().is_dragged);
        }
        stores.timeline.go_to(4_100.0, point("4100"));
        settle(stores).await;
        assert_eq!(server.asked.borrow().len(), n_before);
        stores.timeline.let_go();
        settle(stores).await;
        let moment = stores.timeline.moment().get_untracked();
        assert_eq!((moment.time_ms, moment.point), (4_100.0, point("4100")));
        assert_eq!(server.n_asked("Session.createPause"), 2);
        stores.timeline.let_go();
        settle(stores).await;
        assert_eq!(
            server.n_asked("Session.createPause"),
            2,
            "nothing is held any more"
        );
    });
}

#[test]
fn it_is_known_how_far_the_program_is_from_the_time() {
    with_stores(|stores, _| async move {
        settle(stores).await;
        stores.timeline.go_to(4_203.0, None);
        settle(stores).await;
        let moment = stores.timeline.moment().get_untracked();
        assert_eq!((moment.time_ms, moment.point_ms), (4_203.0, Some(4_200.0)));
        stores.timeline.go_to(4_203.0, point("4203"));
        assert_eq!(stores.timeline.moment().get_untracked().point_ms, Some(4_203.0));
        stores.timeline.drag_to(100.0);
        assert_eq!(stores.timeline.moment().get_untracked().point_ms, None);
        settle(stores).await;
    });
}

#[test]
fn the_time_of_a_typed_point_is_found() {
    with_stores(|stores, server| async move {
        settle(stores).await;
        for (typed, expected) in [
            ("@4200", 4_200.0),
            ("point 4203", 4_200.0),
            ("@0", 0.0),
            ("@9000", 9_000.0),
        ] {
            let time::Typed::Point(point) = time::read(typed).unwrap() else {
                panic!("{typed}");
            };
            let turn = stores.timeline.moment().get_untracked().turn;
            stores.go_to_point(point.clone());
            until(|| stores.timeline.moment().get_untracked().turn > turn).await;
            settle(stores).await;
            let moment = stores.timeline.moment().get_untracked();
            assert!((moment.time_ms - expected).abs() <= 10.0, "{typed}: {moment:?}");
            assert_eq!(moment.point, Some(point));
        }
        let n_asked = server.n_asked("Session.getPointsBoundingTime");
        assert!(n_asked <= 4 * 20, "{n_asked}");
        let before = now(stores);
        stores.go_to_point(point("99999999").unwrap());
        settle(stores).await;
        assert_eq!(now(stores), before);
        let said = stores.playing.notice().get_untracked().text;
        assert_eq!(said, "The recording ends before that, at point 9000");
    });
}
