//! A watch: its value at the moment as a tree, and along the timeline at the hits of a print statement.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use components::{
    format,
    primitives::{button::IconButton, icon::Icon},
};
use leptos::prelude::*;

use super::place_words;
use crate::{
    logic::{contents::Child, library::sentence, points::PointKind, scopes::Found, tree::Root},
    panels::values::InlineValueTree,
    stores::{Stores, objects::TreeKey, points::TracedValue},
};

/// A watch.
pub(super) fn view(stores: Stores, expression: String) -> AnyView {
    let (points, objects) = (stores.points, stores.objects);
    let name = StoredValue::new(expression.clone());
    let number = hash(&expression);
    let tree = TreeKey {
        name: "points.watch",
        number,
    };
    let watched = Memo::new(move |_| name.with_value(|name| points.watched(name)));
    let rows = Memo::new(move |_| {
        let watched = watched.get()?;
        let Found::Ready((value, _)) = watched.value else {
            return None;
        };
        let root = Root::Child(Child::root(name.get_value(), value));
        Some(objects.rows(tree, &watched.pause_id, std::slice::from_ref(&root)))
    });
    let rows = Signal::derive(move || rows.get().unwrap_or_default());
    let pause_id = Signal::derive(move || watched.get().map(|watched| watched.pause_id));
    let note = move || match watched.get().map(|watched| watched.value) {
        Some(Found::Ready((_, true))) => "It throws this here.".to_owned(),
        Some(Found::Ready(_)) => String::new(),
        Some(Found::Failed(reason)) => sentence(&reason),
        Some(Found::Pending) | None => "Not known at this moment.".to_owned(),
    };
    let traced_at = Memo::new(move |_| {
        points.traced().with(|traced| {
            let traced = traced.as_ref()?;
            name.with_value(|name| *name == traced.expression)
                .then_some(traced.point_id)
        })
    });
    let label = expression.clone();
    view! {
        <div class="ph-points__watch" data-testid="watch">
            <div class="ph-points__row">
                <code class="ph-points__code" title=expression.clone()>{expression.clone()}</code>
                {follow(stores, name, traced_at)}
                <IconButton
                    icon=Icon::Close
                    label=format!("Stop watching {expression}")
                    on_press=move |_| name.with_value(|name| points.unwatch(name))
                />
            </div>
            <InlineValueTree
                id=format!("watch-{number:x}")
                label=format!("{label} at this moment")
                tree=tree
                pause_id=pause_id
                rows=rows
            />
            <p class="ph-points__note" role="status">{note}</p>
            {move || traced_at.get().map(|_| trace(stores))}
        </div>
    }
    .into_any()
}

/// Where the watch is followed: at the moment only, or at the hits of a print statement too.
fn follow(stores: Stores, name: StoredValue<String>, traced_at: Memo<Option<u32>>) -> AnyView {
    let points = stores.points;
    let prints = Memo::new(move |_| {
        points.all().with(|all| {
            let prints = all
                .iter()
                .filter(|point| point.kind == PointKind::Print && point.is_enabled);
            prints
                .map(|point| (point.id, place_words(stores, point)))
                .collect::<Vec<_>>()
        })
    });
    let on_change = move |event: web_sys::Event| match event_target_value(&event).parse::<u32>() {
        Ok(id) => name.with_value(|name| points.trace(name, id)),
        Err(_) => points.close_trace(),
    };
    let options = move || {
        let option = |(id, place): (u32, String)| {
            let is_chosen = move || traced_at.get() == Some(id);
            view! { <option value=id.to_string() selected=is_chosen>{format!("at the hits of {place}")}</option> }
        };
        prints.get().into_iter().map(option).collect_view()
    };
    view! {
        <Show when=move || prints.with(|prints| !prints.is_empty())>
            <select
                class="ph-points__follow"
                aria-label=format!("Follow {} along the timeline", name.get_value())
                title="Its values along the timeline, at the hits of a print statement"
                on:change=on_change
            >
                <option value="" selected=move || traced_at.get().is_none()>"at this moment"</option>
                {options}
            </select>
        </Show>
    }
    .into_any()
}

/// How a watch changes along the timeline.
fn trace(stores: Stores) -> AnyView {
    let points = stores.points;
    let content = move || {
        let traced = points.traced().get()?;
        let values = match &traced.values {
            Found::Ready(values) => Arc::clone(values),
            _ => [].into(),
        };
        let note = match &traced.values {
            Found::Pending => "Looking…".to_owned(),
            Found::Failed(reason) => sentence(reason),
            Found::Ready(_) => {
                let n_evaluated = format::count(traced.n_evaluated as u64);
                format!("Evaluated at {n_evaluated} hits; shown where it changes.")
            }
        };
        let value = |value: &TracedValue| {
            let (time_ms, point) = (value.time_ms, value.point.clone());
            view! {
                <li>
                    <button
                        type="button"
                        class="ph-points__value"
                        on:click=move |_| stores.timeline.go_to(time_ms, Some(point.clone()))
                    >
                        <span class="ph-points__when">{format::clock(time_ms)}</span>
                        <span>{value.text.clone()}</span>
                    </button>
                </li>
            }
        };
        let list = values.iter().map(value).collect_view();
        Some(view! {
            <p class="ph-points__note" role="status">{note}</p>
            <ul class="ph-points__trace" aria-label="Values along the timeline" data-testid="watch-trace">{list}</ul>
        })
    };
    content.into_any()
}

/// A number for a text, for the keys of trees and elements.
fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
