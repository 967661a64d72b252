//! The pictures over a server of the test's own: which are asked for, in what order, and which are not.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::cell::Cell;

use app::stores::{Stores, pictures::Trail};
use leptos::prelude::*;
use serde_json::{Value, json};
use support::{Answers, Reply, Request, settle, until};

/// A page that was painted ninety times, every 100 ms; every third time it looked as it had before.
#[derive(Default)]
struct Page {
    /// Whether it says nothing when it is asked for pictures.
    is_mute: Cell<bool>,
}
type Server = support::Server<Page>;

const N_PAINTS: usize = 90;

fn hash(index: usize) -> String {
    format!("h{}", index - usize::from(index % 3 == 2))
}

fn point(index: usize) -> String {
    (index * 100 + 1).to_string()
}

impl Answers for Page {
    fn answer(&self, request: &Request) -> Option<Reply> {
        match request.method.as_str() {
            "Graphics.findPaints" => {
                let shots = |index| json!([{ "mimeType": "image/jpeg", "hash": hash(index) }]);
                let paints: Vec<Value> = (0..N_PAINTS)
                    .map(|index| json!({ "point": point(index), "time": index * 100, "screenShots": shots(index) }))
                    .collect();
                Some(Reply::events(vec![(
                    "Graphics.paintPoints",
                    json!({ "paints": paints }),
                )]))
            }
            "Graphics.getPaintContents" if self.is_mute.get() => Some(Reply::NEVER),
            "Graphics.getPaintContents" if request.point() == point(40) => {
                Some(Reply::error(50, "it is lost"))
            }
            "Graphics.getPaintContents" => {
                let screen = json!({ "hash": "any", "mimeType": "image/jpeg", "data": "/9j/", "scale": 2.0 });
                Some(json!({ "screen": screen }).into())
            }
            _ => None,
        }
    }
}

fn with_stores<F: Future<Output = ()>>(test: impl FnOnce(Stores, Server) -> F) {
    support::with_stores(|_| (), test);
}

/// What has been asked for since the last time: the index of each paint, and whether it was wanted small.
fn asked(server: &Server) -> Vec<(usize, bool)> {
    let mut asked = server.asked.borrow_mut();
    let these: Vec<_> = asked
        .iter()
        .filter(|request| request.method == "Graphics.getPaintContents")
        .map(|request| {
            let index = request.point().parse::<usize>().unwrap() / 100;
            (index, request.params["resizeHeight"] == json!(112))
        })
        .collect();
    asked.clear();
    these
}

fn follow(stores: Stores) {
    Effect::new(move |before: Option<Trail>| stores.want_pictures(before.unwrap_or_default()));
}

#[test]
fn the_picture_of_the_moment_comes_first_and_its_neighbours_when_there_is_nothing_else() {
    with_stores(|stores, server| async move {
        follow(stores);
        settle(stores).await;
        let whole = |indexes: &[usize]| indexes.iter().map(|index| (*index, false)).collect::<Vec<_>>();
        // At the end. The last paint looks like the one before it.
        assert_eq!(asked(&server), whole(&[89]));
        stores.timeline.go_to(1_050.0, None);
        settle(stores).await;
        // The move was back, so back is where the next is sought first; one in three looks like the one before it.
        assert_eq!(asked(&server), whole(&[10, 9, 8, 6, 5, 3, 2, 0]));
        stores.timeline.go_to(1_250.0, None);
        settle(stores).await;
        assert_eq!(
            asked(&server),
            whole(&[12, 13, 15, 16, 18, 19, 21, 22, 24, 25]),
            "nothing twice"
        );
        let sight = stores.sight(12, None).unwrap();
        assert_eq!(
            (sight.index, sight.picture.size, sight.picture.scale),
            (12, (1280, 800), 2.0)
        );
    });
}

#[test]
fn what_was_overtaken_is_never_asked_for() {
    with_stores(|stores, server| async move {
        follow(stores);
        settle(stores).await;
        asked(&server);
        // Dragged over most of it before anything is answered.
        server.is_mute.set(true);
        for step in 0..60 {
            stores.timeline.drag_to(f64::from(step) * 100.0);
            leptos::task::tick().await;
        }
        let n_asked = asked(&server).len();
        assert!((1..=4).contains(&n_asked), "{n_asked}");
        // In the next session only what is wanted now is asked for.
        server.is_mute.set(false);
        server.vanish();
        until(|| server.n_asked("Recording.createSession") == 1).await;
        settle(stores).await;
        let again = asked(&server);
        // The last paint of those looks like the one before it.
        assert_eq!(again.first().map(|(index, _)| hash(*index)), Some(hash(59)));
        assert!(again.len() < 20, "{again:?}");
        assert_eq!(
            stores.sight(59, None).unwrap().index,
            59,
            "the newest wish is fulfilled"
        );
    });
}

#[test]
fn small_pictures_are_wanted_under_the_pointer_then_along_its_way_and_in_the_strip() {
    with_stores(|stores, server| async move {
        settle(stores).await;
        asked(&server);
        let trail = stores.want_pointed(Some(3_020.0), Trail::default());
        settle(stores).await;
        let first = asked(&server);
        assert_eq!(first[0], (30, true));
        assert!(first.iter().all(|(_, is_small)| *is_small), "{first:?}");
        assert!(
            stores
                .small_picture(3_020.0)
                .is_some_and(|(_, paint)| *paint == *point(30))
        );
        let trail = stores.want_pointed(Some(3_600.0), trail);
        settle(stores).await;
        assert_eq!(asked(&server)[0], (36, true));
        stores.want_pointed(None, trail);
        stores.want_strip(&[50.0, 60.0, 4_500.0, 8_950.0]);
        settle(stores).await;
        assert_eq!(asked(&server), [(0, true), (45, true), (89, true)]);
    });
}

#[test]
fn what_could_not_be_had_is_said_and_tried_again_when_asked() {
    with_stores(|stores, server| async move {
        follow(stores);
        settle(stores).await;
        stores.timeline.go_to(4_000.0, None);
        settle(stores).await;
        let paint = stores.paint(40).unwrap();
        assert_eq!(stores.pictures.failure(&paint).as_deref(), Some("it is lost"));
        assert_eq!(
            stores.sight(40, None).unwrap().index,
            39,
            "the nearest that is here"
        );
        asked(&server);
        stores.pictures.retry();
        settle(stores).await;
        assert_eq!(asked(&server), [(40, false)]);
    });
}
