//! A choice from a short list, as the browser's own menu: it works with every keyboard and reader.

use std::sync::Arc;

use leptos::prelude::*;

use super::icon::{Icon, IconView};

mod types;
pub use types::Choice;
pub mod demo;

/// One choice out of a few.
#[component]
pub fn Select(
    /// What is chosen, for those who do not see it.
    #[prop(into)]
    label: String,
    /// The choices in their order.
    #[prop(into)]
    choices: Signal<Arc<[Choice]>>,
    /// The key of the chosen one.
    #[prop(into)]
    chosen: Signal<String>,
    /// Told the key of what the person chose.
    #[prop(into)]
    on_choose: Callback<String>,
) -> impl IntoView {
    let options = move || {
        let option = |Choice { key, name }: Choice| {
            let is_chosen = {
                let key = key.clone();
                move || chosen.with(|chosen| *chosen == key)
            };
            view! { <option value=key selected=is_chosen>{name}</option> }
        };
        choices.with(|choices| choices.iter().cloned().map(option).collect_view())
    };
    view! {
        <span class="ph-select">
            <select
                class="ph-select__control"
                aria-label=label.clone()
                title=label
                prop:value=move || chosen.get()
                on:change=move |event| on_choose.run(event_target_value(&event))
            >
                {options}
            </select>
            <IconView icon=Icon::ChevronDown/>
        </span>
    }
}
