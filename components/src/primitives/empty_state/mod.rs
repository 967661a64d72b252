//! What stands where there is nothing to show: why, and what to do.

use leptos::prelude::*;

use super::icon::{Icon, IconView};

pub mod demo;

/// A place with nothing in it, explained.
#[component]
pub fn EmptyState(
    /// A picture of the kind of thing that is missing.
    icon: Icon,
    /// What is so, in a few words.
    #[prop(into)]
    title: Signal<String>,
    /// What to do about it. Default: nothing.
    #[prop(into, optional)]
    text: Signal<String>,
    /// Buttons that do it. Default: none.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="ph-empty">
            <IconView icon=icon/>
            <p class="ph-empty__title">{move || title.get()}</p>
            <p class="ph-empty__text">{move || text.get()}</p>
            {children.map(|children| view! { <div class="ph-empty__actions">{children()}</div> })}
        </div>
    }
}
