//! The icons: one path each on a grid of 16, drawn with a stroke of the text's colour.

use leptos::prelude::*;

mod types;
pub use types::Icon;
pub mod demo;

/// One icon. It is decoration: what it means stands in the text or the label of the control it is in.
#[component]
pub fn IconView(
    /// Which one.
    #[prop(into)]
    icon: Signal<Icon>,
) -> impl IntoView {
    view! {
        <svg class="ph-icon" class:ph-icon--filled=move || icon.get().is_filled() viewBox="0 0 16 16" aria-hidden="true">
            <path d=move || icon.get().path()></path>
        </svg>
    }
}
