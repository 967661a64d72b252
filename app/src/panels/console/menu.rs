//! What can be done with a message.

use components::primitives::menu::MenuItem;
use leptos::prelude::*;

use super::rows;
use crate::{
    logic::console::Entry,
    panels::values::copy,
    stores::{Stores, focus::Edge},
    url::Link,
};

/// The message that a menu is of.
#[derive(Clone)]
pub(super) struct MenuTarget {
    entry: Entry,
    index: usize,
}

impl MenuTarget {
    pub(super) fn new(stores: Stores, index: usize) -> Option<Self> {
        Some(Self {
            entry: stores.console.shown(index)?.0,
            index,
        })
    }

    pub(super) fn items(&self, stores: Stores) -> Vec<MenuItem> {
        let (entry, index) = (self.entry.clone(), self.index);
        let Stores {
            console,
            focus,
            timeline,
            sources,
            ..
        } = stores;
        let edge = || Edge {
            time_ms: entry.time_ms,
            point: Some(entry.point.clone()),
        };
        let ends = focus.window().get_untracked().map(|window| {
            let edge = |at: wire::recording::TimeStampedPoint| Edge {
                time_ms: at.time,
                point: Some(at.point),
            };
            (edge(window.begin), edge(window.end))
        });
        let (begin, end) = ends.map_or((None, None), |(begin, end)| (Some(begin), Some(end)));
        let (here, here_too, point, text, link) = (
            edge(),
            edge(),
            entry.point.clone(),
            entry.text.to_string(),
            link(&entry),
        );
        let time_ms = entry.time_ms;
        let location = console.location(&entry);
        let has_location = location.is_some();
        let has_values = entry.body.as_ref().is_some_and(|body| body.pause_id.is_some());
        vec![
            MenuItem::new("Go to this moment", move || {
                timeline.go_to(time_ms, Some(point.clone()))
            })
            .hint("Enter"),
            MenuItem::new("Show in the source", move || {
                if let Some(location) = location.clone() {
                    sources.open(location);
                }
            })
            .enabled(has_location),
            MenuItem::new("Open what it holds", move || {
                rows::act(stores, index, components::console::Act::Toggle);
            })
            .enabled(has_values)
            .hint("→"),
            MenuItem::new("Begin the focus here", move || {
                focus.set(Some(here.clone()), end.clone())
            })
            .group(),
            MenuItem::new("End the focus here", move || {
                focus.set(begin.clone(), Some(here_too.clone()))
            }),
            MenuItem::new("Copy the message", move || copy(&text)).group(),
            MenuItem::new("Copy a link to this moment", move || copy(&link)),
            MenuItem::new("Copy all messages shown", move || copy(&console.text())),
            MenuItem::new("Clear what was evaluated", move || console.clear_evaluations())
                .group()
                .enabled(untrack(|| console.has_evaluations())),
        ]
    }
}

/// The page's address with the moment of a message in it.
fn link(entry: &Entry) -> String {
    let location = window().location();
    let search = location.search().unwrap_or_default();
    let mut link = Link::parse(&search);
    link.point = Some(entry.point.clone());
    link.time_ms = Some(entry.time_ms);
    let (origin, path) = (
        location.origin().unwrap_or_default(),
        location.pathname().unwrap_or_default(),
    );
    format!("{origin}{path}{}", link.write())
}
