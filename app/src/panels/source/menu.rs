//! What can be done with a line.

use components::{primitives::menu::MenuItem, source::LineMenu};
use leptos::prelude::*;
use wire::debugger::Location;

use super::{LinePoints, View};
use crate::{
    panels::{link, values::copy},
    stores::sources::Hit,
};

/// The menu of a line.
pub(super) fn items(view: View, points: Option<LinePoints>, wish: &LineMenu) -> Vec<MenuItem> {
    let sources = view.stores.sources;
    let Some(source_id) = view.id.get_untracked() else {
        return Vec::new();
    };
    let at = Location {
        source_id: source_id.clone(),
        line: wish.place.line,
        column: wish.place.column,
    };
    let counts = untrack(|| sources.counts(&source_id));
    let n_hits = counts
        .as_ref()
        .and_then(|counts| counts.n_hits.get(&at.line).copied());
    let can_run = n_hits.is_some();
    let mut items = Vec::new();
    if let Some(points) = points {
        let (print, stop) = (
            (source_id.clone(), at.line, None),
            (source_id.clone(), at.line, None),
        );
        items.push(
            MenuItem::new("Print statement", move || points.on_print.run(print.clone()))
                .hint("Enter")
                .enabled(can_run),
        );
        items.push(
            MenuItem::new("Breakpoint", move || points.on_breakpoint.run(stop.clone())).enabled(can_run),
        );
    }
    let go = |name: &str, hit: Hit| {
        let at = at.clone();
        MenuItem::new(name, move || sources.go_to_hit(at.clone(), hit)).enabled(can_run && n_hits != Some(0))
    };
    items.push(go("Run to this line", Hit::Next).group());
    items.push(go("Back to this line", Hit::Previous));
    items.push(go("First time it ran", Hit::First));
    items.push(go("Last time it ran", Hit::Last));
    let focus = |name: &str, is_begin: bool| {
        let at = at.clone();
        MenuItem::new(name, move || sources.focus_at_hit(at.clone(), is_begin))
            .enabled(can_run && n_hits != Some(0))
    };
    items.push(focus("Focus from its first run", true).group());
    items.push(focus("Focus up to its last run", false));
    if let Some(target) = wish.target.clone() {
        let at = at.clone();
        let name = format!("Go to the definition of {}", target.word);
        let word = target.word;
        items.push(
            MenuItem::new(name, move || sources.go_to_definition(at.clone(), &word))
                .hint("Alt+Enter")
                .group(),
        );
    }
    for other in untrack(|| sources.others(&source_id)) {
        let at = at.clone();
        let name = format!("Show {}", other.name.to_lowercase());
        items.push(MenuItem::new(name, move || sources.switch(at.clone(), &other)).group());
    }
    let url = untrack(|| sources.url(&source_id)).unwrap_or_default();
    let place = format!("{url}:{}:{}", at.line, at.column + 1);
    let (stores, notice) = (view.stores, view.notice);
    items.push(
        MenuItem::new("Copy a link to this line", move || {
            copy(&link::of_line(stores, &at), notice);
        })
        .group(),
    );
    items.push(MenuItem::new("Copy the place", move || copy(&place, notice)));
    items.push(MenuItem::new("Copy the address", move || copy(&url, notice)));
    items
}
