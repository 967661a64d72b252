//! The requests, the events and the protocol's log over a server of the test's own: what is asked, once, and what is told.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::cell::Cell;

use app::{
    logic::{
        events::{Category, Jump},
        network::Filter,
        protocol::{Kind, Outcome},
        scopes::Found,
        tracks::TrackKind,
    },
    stores::{
        Stores,
        network::{Listing, Side},
    },
};
use leptos::prelude::*;
use serde_json::{Value, json};
use support::{Answers, Reply, Request, settle};

/// A page that was pressed twice, scrolled, and asked for two things.
#[derive(Default)]
struct Page {
    /// Whether it refuses to tell of requests.
    is_mute: Cell<bool>,
}
type Server = support::Server<Page>;

impl Answers for Page {
    fn answer(&self, Request { method, params, .. }: &Request) -> Option<Reply> {
        let answer = match method.as_str() {
            "Session.getAnnotationKinds" => json!({ "kinds": [] }),
            "Debugger.getAllEventHandlerCounts" => {
                json!({ "counts": [{ "type": "event.control.scroll", "count": 3 }] })
            }
            "Session.findMouseEvents" => {
                let event = |point: &str, time: f64| json!({ "point": point, "time": time, "kind": "mousedown", "clientX": 1, "clientY": 2 });
                let events = json!({ "events": [event("100", 100.0), event("300", 300.0)] });
                return Some(Reply::events(vec![("Session.mouseEvents", events)]));
            }
            "Session.findPoints" => {
                let points = json!({
                    "findPointsId": params["findPointsId"],
                    "points": [{ "point": "110", "time": 110.0, "frame": [{ "sourceId": "1", "line": 5, "column": 2 }] }],
                });
                return Some(Reply::events(vec![("Session.findPointsResults", points)]));
            }
            "Network.findRequests" if self.is_mute.get() => {
                return Some(Reply::error(33, "requests are not told"));
            }
            "Network.findRequests" => return Some(Reply::events(requests())),
            "Network.getResponseBody" => {
                let (start, end) = (
                    params["range"]["start"].as_u64().unwrap(),
                    params["range"]["end"].as_u64(),
                );
                let body: Vec<u8> = (0..400_000_u32).map(|n| b'a' + (n % 26) as u8).collect();
                let end = end.unwrap_or(u64::MAX).min(body.len() as u64);
                // The later half first: pieces come in any order.
                let middle = (start + end) / 2;
                let part = |from: u64, to: u64| {
                    let bytes = &body[from as usize..to as usize];
                    json!({ "offset": from, "length": to - from, "value": base64(bytes) })
                };
                let parts = json!({ "id": params["id"], "parts": [part(middle, end), part(start, middle)] });
                return Some(Reply::events(vec![("Network.responseBodyData", parts)]));
            }
            _ => return None,
        };
        Some(answer.into())
    }
}

fn requests() -> Vec<(&'static str, Value)> {
    let opened = |id: &str, url: &str| {
        json!({ "id": id, "time": 120.0, "event": {
            "kind": "request", "requestUrl": url, "requestMethod": "GET", "requestHeaders": [], "requestCause": "fetch",
        } })
    };
    let answered = json!({ "id": "2", "time": 150.0, "event": {
        "kind": "response", "responseHeaders": [], "responseProtocolVersion": "h2", "responseStatus": 500,
        "responseStatusText": "", "responseFromCache": false,
    } });
    // What happened to a request may be told before the request itself.
    let first = json!({ "requests": [], "events": [opened("2", "http://a.test/pay"), answered] });
    let request = |id: &str, point: &str| json!({ "id": id, "point": point, "time": 120.0, "triggerPoint": { "point": "115", "time": 115.0 } });
    let second = json!({ "requests": [request("2", "120"), request("1", "90")], "events": [opened("1", "http://a.test/")] });
    vec![("Network.requests", first), ("Network.requests", second)]
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = three
            .iter()
            .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
            << (8 * (3 - three.len()));
        for place in 0..=three.len() {
            text.push(char::from(LETTERS[(bits >> (18 - 6 * place) & 63) as usize]));
        }
    }
    text
}

fn with_stores<F: Future<Output = ()>>(test: impl FnOnce(Stores, Server) -> F) {
    support::with_stores(|_| (), test);
}

#[test]
fn requests_are_asked_for_when_they_are_seen_and_once() {
    with_stores(|stores, server| async move {
        settle(stores).await;
        assert_eq!(server.n_asked("Network.findRequests"), 0);
        stores.network.want();
        stores.network.want();
        settle(stores).await;
        stores.network.want();
        settle(stores).await;
        assert_eq!(server.n_asked("Network.findRequests"), 1);
        assert_eq!(stores.network.listing().get_untracked(), Listing::Complete);
        let ids: Vec<String> = (0..2)
            .map(|index| stores.network.request(index).unwrap().1.id.clone())
            .collect();
        assert_eq!(ids, ["1", "2"]);
        stores.network.set_filter(Filter {
            text: "is:failed".to_owned(),
            ..Filter::default()
        });
        assert_eq!(stores.network.request(0).unwrap().1.url, "http://a.test/pay");
        assert_eq!(stores.network.request(1), None);
        stores.network.select(Some("1".to_owned()));
        assert_eq!(stores.network.selected_index(), None);
        assert_eq!(stores.network.selected().unwrap().url, "http://a.test/");
    });
}

#[test]
fn a_body_comes_in_ranges_and_whole_only_if_wanted() {
    with_stores(|stores, server| async move {
        settle(stores).await;
        stores.network.want_body("2", Side::Response);
        stores.network.want_body("2", Side::Response);
        settle(stores).await;
        let head = stores.network.body("2", Side::Response).unwrap();
        assert_eq!((head.bytes.len(), head.is_whole), (256 << 10, false));
        stores.network.want_all_of_body("2", Side::Response);
        settle(stores).await;
        let body = stores.network.body("2", Side::Response).unwrap();
        assert_eq!((body.bytes.len(), body.is_whole), (400_000, true));
        let is_right = |(at, byte): (usize, &u8)| *byte == b'a' + (at % 26) as u8;
        assert!(body.bytes.iter().enumerate().all(is_right));
        stores.network.want_all_of_body("2", Side::Response);
        settle(stores).await;
        let asked = server.asked("Network.getResponseBody");
        let ranges: Vec<Value> = asked.iter().map(|params| params["range"].clone()).collect();
        assert_eq!(
            ranges,
            [json!({ "start": 0, "end": 262_144 }), json!({ "start": 262_144 })]
        );
    });
}

#[test]
fn a_service_that_cannot_tell_says_why_and_a_lost_one_is_asked_again() {
    with_stores(|stores, server| async move {
        server.is_mute.set(true);
        stores.network.want();
        settle(stores).await;
        assert_eq!(
            stores.network.listing().get_untracked(),
            Listing::Failed("requests are not told".to_owned())
        );
    });
    with_stores(|stores, server| async move {
        settle(stores).await;
        stores.network.want();
        server.vanish();
        settle(stores).await;
        for _ in 0..1_000 {
            tokio::task::yield_now().await;
        }
        settle(stores).await;
        assert_eq!(stores.network.listing().get_untracked(), Listing::Complete);
        assert_eq!(server.n_asked("Recording.createSession"), 2);
    });
}

#[test]
fn the_stack_that_asked_is_that_of_the_trigger() {
    with_stores(|stores, server| async move {
        settle(stores).await;
        stores.network.want();
        settle(stores).await;
        let request = stores.network.request(1).unwrap().1;
        stores.network.want_callers(&request);
        stores.network.want_callers(&request);
        settle(stores).await;
        assert_eq!(stores.network.callers("2"), Some(Found::Ready([].into())));
        let pauses = server.points("Session.createPause");
        assert_eq!(pauses.iter().filter(|point| *point == "115").count(), 1);
    });
}

#[test]
fn an_event_leads_to_the_code_that_ran_because_of_it() {
    with_stores(|stores, server| async move {
        settle(stores).await;
        let jump = |index| stores.events.jump(&stores.events.event(index).unwrap());
        assert_eq!((stores.events.n_shown(), jump(0)), (2, Jump::Unknown));
        stores.events.want();
        stores.events.want();
        settle(stores).await;
        assert_eq!(server.n_asked("Session.findPoints"), 1);
        assert!(matches!(jump(0), Jump::To { .. }));
        assert!(matches!(jump(1), Jump::Nowhere(_)));
        assert_eq!(stores.events.n_of(Category::Scroll), Some(3));
        stores.events.go_to_code(0);
        settle(stores).await;
        assert_eq!(stores.timeline.moment().get_untracked().time_ms, 110.0);
        let clicks = Category::Track(TrackKind::Click);
        assert_eq!(stores.events.n_of(clicks), Some(2));
        stores.events.set_shown(clicks, false);
        assert_eq!((stores.events.n_shown(), stores.events.has_any()), (0, true));
    });
}

#[test]
fn everything_that_is_said_is_in_the_log_with_who_asked() {
    with_stores(|stores, server| async move {
        settle(stores).await;
        stores.network.want();
        settle(stores).await;
        let shown = stores.protocol.shown();
        let of = |name: &str| shown.iter().find(|entry| &*entry.name == name).cloned().unwrap();
        let asked_by = |name: &str| of(name).asked_by;
        assert_eq!(
            [
                asked_by("Recording.createSession"),
                asked_by("Session.findMouseEvents"),
                asked_by("Session.createPause"),
                asked_by("Network.findRequests"),
            ],
            ["session", "opening", "moment", "network.list"]
        );
        assert_eq!(of("Network.findRequests").outcome, Outcome::Answered);
        assert!(of("Network.requests").kind == Kind::Event);
        let n_asked = server.asked.borrow().len() as u64;
        assert_eq!(stores.protocol.totals().n_requests, n_asked);
        assert_eq!(asked_twice(stores), [""; 0]);
        // Back and forth: what is known is not asked again.
        for point in ["42", "43", "42", "43"] {
            stores
                .timeline
                .go_to(4_200.0, wire::point::ExecutionPoint::new(point).ok());
            settle(stores).await;
        }
        assert_eq!(asked_twice(stores), [""; 0]);
        server.vanish();
        for _ in 0..1_000 {
            tokio::task::yield_now().await;
        }
        settle(stores).await;
        assert!(
            stores
                .protocol
                .shown()
                .iter()
                .any(|entry| entry.kind == Kind::Note)
        );
        assert_eq!(asked_twice(stores), [""; 0]);
    });
}

/// What was asked although it was known.
fn asked_twice(stores: Stores) -> Vec<String> {
    let entries = stores.protocol.shown();
    let twice = entries.iter().filter(|entry| entry.same_as.is_some());
    twice.map(|entry| entry.name.to_string()).collect()
}
