//! A recording that was imported, from a server of the test's own: what it does not have is said in words, and its actions are a
//! track. Of one that Playhead made nothing of this is asked.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::cell::Cell;

use app::{
    logic::{
        events::Handler,
        tracks::{MarkerAt, TrackKind},
    },
    stores::Stores,
};
use leptos::prelude::*;
use serde_json::{Value, json};
use support::{Answers, Reply, Request, settle};
use wire::experimental::RecordedContent;

/// Tells of actions, and of an origin where it is told to.
#[derive(Default)]
struct Program {
    origin: Cell<Option<Value>>,
}

impl Answers for Program {
    fn answer(&self, request: &Request) -> Option<Reply> {
        let params = &request.params;
        match request.method.as_str() {
            "Session.experimentalCommand" if params["name"] == "liveState" => {
                let origin = self.origin.take();
                let rval = json!({ "isLive": false, "origin": origin });
                self.origin.set(origin);
                Some(json!({ "rval": rval }).into())
            }
            "Session.findAnnotations" => {
                let action = |point: u32, contents: Value| {
                    json!({ "point": point.to_string(), "time": f64::from(point), "kind": params["kind"],
                        "contents": contents.as_str().map_or_else(|| contents.to_string(), str::to_owned) })
                };
                let annotations = json!([
                    action(
                        30,
                        json!({ "title": "Expect to be visible", "error": "Timed out 5000ms\n  waiting for it" })
                    ),
                    action(20, json!({ "title": "Click #pay", "duration": 12.5 })),
                    action(25, json!("no JSON")),
                    action(26, json!({ "duration": 1 })),
                ]);
                let told = json!({ "annotations": annotations });
                Some(Reply::events(vec![("Session.annotations", told)]))
            }
            _ => None,
        }
    }
}

fn origin(lacks: &[(&str, &str)]) -> Value {
    let lacks: Vec<Value> = lacks
        .iter()
        .map(|(what, why)| json!({ "what": what, "why": why }))
        .collect();
    json!({ "recorder": "Other 1.0", "file": "a file", "lacks": lacks })
}

fn with_stores<F: Future<Output = ()>>(
    origin: Option<Value>,
    test: impl FnOnce(Stores, support::Server<Program>) -> F,
) {
    support::with_stores(
        |_| {},
        |stores, server: support::Server<Program>| {
            server.origin.set(origin);
            test(stores, server)
        },
    );
}

/// The actions in words, each with the code it leads to.
fn actions(stores: Stores) -> Vec<(String, Option<Handler>)> {
    let n_actions = stores.tracks.all().with_untracked(|all| {
        let track = all.iter().find(|track| track.kind == TrackKind::Action);
        track.map_or(0, |track| track.n_things())
    });
    let marker = |index| MarkerAt {
        kind: TrackKind::Action,
        index,
    };
    (0..n_actions)
        .map(|index| {
            (
                stores.tracks.describe(marker(index)),
                stores.tracks.code_of(marker(index)),
            )
        })
        .collect()
}

#[test]
fn what_a_file_does_not_have_is_said_and_its_actions_are_a_track() {
    let origin = origin(&[
        ("console", "The file has no messages."),
        ("dreams", "Nobody has."),
    ]);
    with_stores(Some(origin), |stores, _| async move {
        Effect::new(move |_| stores.want_tracks());
        settle(stores).await;
        let lack = |what| untrack(|| stores.recording.lack(&what));
        assert_eq!(
            lack(RecordedContent::Console).as_deref(),
            Some("The file has no messages.")
        );
        assert_eq!(lack(RecordedContent::Network), None);
        assert_eq!(
            lack(RecordedContent::from("dreams")).as_deref(),
            Some("Nobody has.")
        );
        let actions = actions(stores);
        let words: Vec<&str> = actions.iter().map(|(words, _)| words.as_str()).collect();
        assert_eq!(
            words,
            ["Click #pay", "Expect to be visible failed: Timed out 5000ms"]
        );
        // The lines that did it are known where there are sources.
        let code = actions[0].1.as_ref().unwrap();
        assert_eq!((code.time_ms, code.point.as_str()), (20.0, "20"));
    });
}

#[test]
fn actions_of_a_file_without_sources_lead_to_no_code() {
    let origin = origin(&[("sources", "The file has no sources.")]);
    with_stores(Some(origin), |stores, _| async move {
        Effect::new(move |_| stores.want_tracks());
        settle(stores).await;
        let actions = actions(stores);
        assert_eq!(actions.len(), 2);
        assert!(actions.iter().all(|(_, code)| code.is_none()));
    });
}

#[test]
fn of_a_recording_of_our_own_no_actions_are_asked() {
    with_stores(None, |stores, server| async move {
        Effect::new(move |_| stores.want_tracks());
        settle(stores).await;
        assert_eq!(server.n_asked("Session.findAnnotations"), 0);
        assert_eq!(untrack(|| stores.recording.lack(&RecordedContent::Console)), None);
        assert!(!untrack(|| stores.recording.is_imported()));
    });
}
