//! What narrows the console: a text, and the levels.

use leptos::prelude::*;

use super::{FilterState, Level, LevelCounts};
use crate::{
    format,
    primitives::icon::{Icon, IconView},
};

/// The row above the messages.
#[component]
pub fn ConsoleFilter(
    /// What is shown.
    #[prop(into)]
    state: Signal<FilterState>,
    /// How many messages each level has in the recording.
    #[prop(into)]
    counts: Signal<LevelCounts>,
    /// Told what the person wants to see.
    #[prop(into)]
    on_change: Callback<FilterState>,
    /// Why the text cannot be used as a pattern; None if it can. Default: it can.
    #[prop(into, optional)]
    problem: Signal<Option<String>>,
) -> impl IntoView {
    let toggles = Level::ALL
        .into_iter()
        .map(|level| {
            let is_on = move || state.with(|state| state.shows(level));
            let toggle = move |_| on_change.run(state.get_untracked().toggled(level));
            let n_messages = move || counts.get().of(level);
            view! {
                <button
                    type="button"
                    class=format!("ph-filter__level {}", level.class())
                    aria-pressed=move || if is_on() { "true" } else { "false" }
                    title=move || {
                        let verb = if is_on() { "Hide" } else { "Show" };
                        format!("{verb} {} {}", format::count(n_messages()), level.plural())
                    }
                    aria-label=move || format!("{} {}", format::count_short(n_messages()), level.plural())
                    on:click=toggle
                >
                    <IconView icon=level.icon()/>
                    <span class="ph-number">{move || format::count_short(n_messages())}</span>
                </button>
            }
        })
        .collect_view();
    view! {
        <div class="ph-filter" role="search" aria-label="Filter messages">
            <label
                class="ph-search"
                class:ph-search--wrong=move || problem.with(Option::is_some)
                title=move || problem.get().unwrap_or_else(|| "Words, or a pattern such as /sav(e|ing)/i".to_owned())
            >
                <IconView icon=Icon::Filter/>
                <input
                    class="ph-search__input"
                    type="search"
                    placeholder="Filter"
                    aria-label="Filter messages by text"
                    spellcheck="false"
                    aria-invalid=move || problem.with(Option::is_some).then_some("true")
                    prop:value=move || state.with(|state| state.text.clone())
                    on:input=move |event| on_change.run(FilterState { text: event_target_value(&event), ..state.get_untracked() })
                />
            </label>
            <div class="ph-filter__levels" role="group" aria-label="Levels">{toggles}</div>
        </div>
    }
}
