//! The focus, of a service that knows a point each second.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::cell::Cell;

use app::{logic::view::Span, stores::Stores};
use leptos::prelude::*;
use serde_json::json;
use support::{Answers, Reply, Request, settle};

#[derive(Default)]
struct Program {
    refuses: Cell<bool>,
    /// Whether nothing is said about the focus any more.
    is_silent: Cell<bool>,
}
type Server = support::Server<Program>;

impl Answers for Program {
    fn answer(&self, request: &Request) -> Option<Reply> {
        let point = |second: f64| {
            let second = second.clamp(0.0, 9.0);
            json!({ "point": format!("{:.0}", second * 1_000.0), "time": second * 1_000.0 })
        };
        let params = &request.params;
        let answer = match request.method.as_str() {
            "Session.getPointsBoundingTime" if self.is_silent.get() => return Some(Reply::NEVER),
            "Session.getPointsBoundingTime" => {
                let second = params["time"].as_f64().unwrap() / 1_000.0;
                json!({ "before": point(second.floor()), "after": point(second.ceil()) })
            }
            "Session.requestFocusWindow" if self.refuses.get() => return Some(Reply::error(28, "not now")),
            "Session.requestFocusWindow" => {
                json!({ "window": { "begin": params["request"]["begin"], "end": params["request"]["end"] } })
            }
            _ => return None,
        };
        Some(answer.into())
    }
}

fn with_stores<F: Future<Output = ()>>(test: impl FnOnce(Stores, Server) -> F) {
    support::with_stores(|_| (), test);
}

fn span(begin_ms: f64, end_ms: f64) -> Span {
    Span { begin_ms, end_ms }
}

fn shown(stores: Stores) -> Option<Span> {
    stores.focus.span().get_untracked()
}

#[test]
fn a_range_that_is_wanted_is_in_focus_with_what_lies_at_its_ends() {
    with_stores(|stores, _| async move {
        settle(stores).await;
        stores.focus.move_to(span(2_500.0, 6_500.0));
        settle(stores).await;
        assert_eq!(shown(stores), Some(span(2_000.0, 7_000.0)));
    });
}

#[test]
fn a_step_of_an_end_leads_on_however_small_it_is() {
    with_stores(|stores, _| async move {
        settle(stores).await;
        stores.focus.move_to(span(2_000.0, 7_000.0));
        settle(stores).await;
        for (wanted, comes) in [
            (span(2_010.0, 7_000.0), span(3_000.0, 7_000.0)),
            (span(2_990.0, 7_000.0), span(2_000.0, 7_000.0)),
            (span(2_000.0, 7_010.0), span(2_000.0, 8_000.0)),
            (span(2_000.0, 7_990.0), span(2_000.0, 7_000.0)),
        ] {
            stores.focus.move_to(wanted);
            assert_eq!(shown(stores), Some(wanted), "at once as it is asked for");
            settle(stores).await;
            assert_eq!(shown(stores), Some(comes));
        }
    });
}

#[test]
fn a_held_key_adds_up_before_the_service_answers() {
    with_stores(|stores, server| async move {
        settle(stores).await;
        stores.focus.move_to(span(2_000.0, 7_000.0));
        settle(stores).await;
        server.is_silent.set(true);
        for _ in 0..5 {
            let now = shown(stores).unwrap();
            stores.focus.move_to(span(now.begin_ms + 300.0, now.end_ms));
        }
        assert_eq!(shown(stores), Some(span(3_500.0, 7_000.0)));
        server.is_silent.set(false);
        stores.focus.move_to(span(3_500.0, 7_000.0));
        settle(stores).await;
        assert_eq!(
            shown(stores),
            Some(span(4_000.0, 7_000.0)),
            "the last is what counts"
        );
    });
}

#[test]
fn what_is_refused_goes_back_and_says_why() {
    with_stores(|stores, server| async move {
        settle(stores).await;
        stores.focus.move_to(span(2_000.0, 7_000.0));
        settle(stores).await;
        server.refuses.set(true);
        stores.focus.move_to(span(4_000.0, 7_000.0));
        settle(stores).await;
        assert_eq!(shown(stores), Some(span(2_000.0, 7_000.0)));
        assert!(stores.focus.failure().get_untracked().is_some());
    });
}
