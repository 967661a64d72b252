//! What is shown in the console: sources, libraries, exceptions, events, times, repeats.

use components::format;
use leptos::{ev::KeyboardEvent, prelude::*};
use wire::ids::EventHandlerType;

use super::choices::Choices;
use crate::{logic::console::Filter, stores::Stores};

/// The choices, each a box to tick.
#[component]
pub fn FilterPane(
    /// What is kept.
    choices: Choices,
    /// Told that the person wants it closed.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let Stores { console, focus, .. } = expect_context();
    Effect::new(move |_| {
        focus.turn().track();
        console.want_event_counts();
    });
    let on_keydown = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            event.stop_propagation();
            on_close.run(());
        }
    };
    let tick = move |label: &'static str, read: fn(&Filter) -> bool, write: fn(&mut Filter, bool)| {
        let is_on = Signal::derive(move || console.filter().with(read));
        let set = move |is_on: bool| {
            let mut filter = console.filter().get_untracked();
            write(&mut filter, is_on);
            console.set_filter(filter);
        };
        view! { <Tick label=label is_on=is_on on_change=set/> }
    };
    let n_library = Signal::derive(move || match console.n_library() {
        0 => String::new(),
        n => format!("{} hidden", format::count(n as u64)),
    });
    view! {
        <div class="ph-filters" role="group" aria-label="What is shown" data-testid="console-filter-pane" on:keydown=on_keydown>
            <fieldset class="ph-filters__group">
                <legend>"Messages"</legend>
                {tick("Printed by the program", |filter| filter.shows_console, |filter, is_on| filter.shows_console = is_on)}
                {tick("Errors nobody caught", |filter| filter.shows_uncaught, |filter, is_on| filter.shows_uncaught = is_on)}
                <Tick
                    label="Exceptions that were caught"
                    is_on=console.shows_caught()
                    on_change=move |is_on| console.show_caught(is_on)
                    note=Signal::derive(move || if console.caught().with(|extent| extent.is_pending) { "…".to_owned() } else { String::new() })
                />
                {tick("Print statements", |filter| filter.shows_prints, |filter, is_on| filter.shows_prints = is_on)}
                <Tick
                    label="From node_modules"
                    is_on=Signal::derive(move || console.filter().with(|filter| filter.shows_libraries))
                    on_change=move |is_on| {
                        let mut filter = console.filter().get_untracked();
                        filter.shows_libraries = is_on;
                        console.set_filter(filter);
                    }
                    note=n_library
                />
            </fieldset>
            <fieldset class="ph-filters__group">
                <legend>"Look"</legend>
                <Tick label="Times" is_on=choices.shows_time() on_change=move |is_on| choices.show_time(is_on)/>
                {tick("Count repeats", |filter| filter.groups_repeats, |filter, is_on| filter.groups_repeats = is_on)}
            </fieldset>
            <fieldset class="ph-filters__group">
                <legend>"Event handlers"</legend>
                <Events/>
            </fieldset>
        </div>
    }
}

/// Types of events by category, with how often their handlers ran.
#[component]
fn Events() -> impl IntoView {
    let Stores { console, .. } = expect_context();
    move || match console.event_counts().get() {
        None => view! { <p class="ph-filters__note">"Counting…"</p> }.into_any(),
        Some(counts) if counts.is_empty() => {
            view! { <p class="ph-filters__note">"No handler ran."</p> }.into_any()
        }
        Some(counts) => {
            let mut sorted: Vec<(EventHandlerType, u64)> = counts.to_vec();
            sorted.sort_by(|a, b| a.0.as_str().cmp(b.0.as_str()));
            sorted
                .into_iter()
                .map(|(event_type, n)| {
                    let of = event_type.clone();
                    let is_on =
                        Signal::derive(move || console.event_types().with(|types| types.contains(&of)));
                    let label = event_name(event_type.as_str());
                    let change = move |is_on: bool| {
                        let mut types = console.event_types().get_untracked();
                        match is_on {
                            true => types.insert(event_type.clone()),
                            false => types.remove(&event_type),
                        };
                        console.show_events(types);
                    };
                    let note = format::count(n);
                    view! { <Tick label=label is_on=is_on on_change=change note=Signal::stored(note)/> }
                })
                .collect_view()
                .into_any()
        }
    }
}

/// `event.mouse.click` as people say it: `mouse: click`.
fn event_name(event_type: &str) -> String {
    let name = event_type.strip_prefix("event.").unwrap_or(event_type);
    name.replacen('.', ": ", 1)
}

#[component]
fn Tick(
    #[prop(into)] label: String,
    #[prop(into)] is_on: Signal<bool>,
    #[prop(into)] on_change: Callback<bool>,
    #[prop(into, optional)] note: Signal<String>,
) -> impl IntoView {
    view! {
        <label class="ph-filters__tick">
            <input type="checkbox" prop:checked=move || is_on.get() on:change=move |event| on_change.run(event_target_checked(&event))/>
            <span>{label}</span>
            <span class="ph-filters__count ph-number">{move || note.get()}</span>
        </label>
    }
}
