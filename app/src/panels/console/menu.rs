//! What can be done with a message.

use components::primitives::menu::MenuItem;
use leptos::prelude::*;

use super::rows;
use crate::{
    logic::{console::Entry, layout::Panel},
    panels::{link, values::copy},
    stores::{Stores, focus::Edge, preferences::PreferenceStore},
};

/// The message that a menu is of.
#[derive(Clone)]
pub(super) struct MenuTarget {
    entry: Entry,
    index: usize,
    n_times: u32,
}

impl MenuTarget {
    pub(super) fn new(stores: Stores, index: usize) -> Option<Self> {
        let (entry, n_times) = stores.console.shown(index)?;
        Some(Self {
            entry,
            index,
            n_times,
        })
    }

    pub(super) fn items(
        &self,
        stores: Stores,
        preferences: Option<PreferenceStore>,
        notice: RwSignal<&'static str>,
    ) -> Vec<MenuItem> {
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
        let (here, here_too, point, text, link) =
            (edge(), edge(), entry.point.clone(), entry.copied(), link(&entry));
        let time_ms = entry.time_ms;
        let location = console.location(&entry);
        let (id, n_times) = (entry.id, self.n_times);
        let is_unfolded = console.has_repeats_shown(id);
        let held = entry.body.as_ref().and_then(|body| {
            let object = body.arguments.iter().find(|value| value.as_object().is_some());
            Some((body.pause_id.clone()?, object?.clone()))
        });
        let (title, can_pin) = (
            short_title(&entry),
            held.is_some() && untrack(|| stores.changes.has_history()),
        );
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
            MenuItem::new("Pin to compare", move || {
                if let Some((pause_id, value)) = &held {
                    rows::adopt_held(stores, pause_id, index);
                    if let Some(preferences) = preferences {
                        preferences.show_panel(Panel::Compare);
                    }
                    stores.changes.pin(title.clone(), pause_id, value, None);
                }
            })
            .enabled(can_pin),
            MenuItem::new("Show repeats one by one", move || console.toggle_repeats(id))
                .enabled(n_times > 1 || is_unfolded)
                .checked(is_unfolded),
            MenuItem::new("Begin the focus here", move || {
                focus.set(Some(here.clone()), end.clone())
            })
            .group(),
            MenuItem::new("End the focus here", move || {
                focus.set(begin.clone(), Some(here_too.clone()))
            }),
            MenuItem::new("Copy the message", move || copy(&text, notice)).group(),
            MenuItem::new("Copy a link to this moment", move || copy(&link, notice)),
            MenuItem::new("Copy all messages shown", move || copy(&console.text(), notice)),
            MenuItem::new("Clear what was evaluated", move || console.clear_evaluations())
                .group()
                .enabled(untrack(|| console.has_evaluations())),
        ]
    }
}

/// What a pinned object is called: the beginning of its message.
fn short_title(entry: &Entry) -> String {
    entry
        .text
        .lines()
        .next()
        .unwrap_or_default()
        .chars()
        .take(40)
        .collect()
}

/// The page's address with the moment of a message in it.
fn link(entry: &Entry) -> String {
    link::address(|link| link.at(Some(entry.point.clone()), entry.time_ms))
}
