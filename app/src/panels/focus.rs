//! The bar that says what part of the recording is in focus, while it is not all of it; above it, what of the link that was
//! opened could not be done.

use components::{
    format,
    primitives::{
        button::{Button, IconButton},
        icon::Icon,
    },
};
use leptos::prelude::*;

use crate::{
    logic::library::sentence,
    stores::{Stores, focus::Edge},
};

/// What is in focus, whether the moment is, and the ways to change that.
#[component]
pub fn FocusBar() -> impl IntoView {
    let Stores { focus, timeline, .. } = expect_context();
    let is_outside = Memo::new(move |_| !focus.contains_time(timeline.time_ms().get()));
    let says = move || {
        focus.window().get().map(|window| {
            format!(
                "In focus: {} to {}",
                format::clock(window.begin.time),
                format::clock(window.end.time)
            )
        })
    };
    let reach = move |_| {
        let moment = timeline.moment().get_untracked();
        focus.reach(Edge {
            time_ms: moment.time_ms,
            point: moment.point,
        });
    };
    view! {
        <LinkNotice/>
        <Show when=move || focus.window().with(Option::is_some) || focus.failure().with(Option::is_some)>
            <div class="ph-focus" role="region" aria-label="Focus" data-testid="focus">
                <span class="ph-focus__says">{says}</span>
                <Show when=move || is_outside.get()>
                    <span class="ph-focus__outside">"This moment lies outside."</span>
                    <Button on_press=reach>"Move the focus here"</Button>
                </Show>
                <span class="ph-focus__failure" role="status">{move || focus.failure().get().map(|why| sentence(&why))}</span>
                <Button on_press=move |_| focus.clear()>"Whole recording"</Button>
            </div>
        </Show>
    }
}

/// What of the link could not be done.
#[component]
fn LinkNotice() -> impl IntoView {
    let Stores { visit, .. } = expect_context();
    let notices = visit.notices();
    view! {
        <Show when=move || notices.with(|notices| !notices.is_empty())>
            <div class="ph-focus" role="status" data-testid="link-notice">
                <span class="ph-focus__failure">{move || notices.get().join(" ")}</span>
                <IconButton icon=Icon::Close label="Dismiss" on_press=move |_| visit.dismiss()/>
            </div>
        </Show>
    }
}
