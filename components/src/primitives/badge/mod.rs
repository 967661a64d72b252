//! A small label: a state in words, with a dot that repeats it in colour.

use leptos::prelude::*;

mod types;
pub use types::BadgeTone;
pub mod demo;

/// A state in a word or two.
#[component]
pub fn Badge(
    /// The words.
    #[prop(into)]
    text: Signal<String>,
    /// What colour the dot has.
    #[prop(into)]
    tone: Signal<BadgeTone>,
) -> impl IntoView {
    view! {
        <span class=move || format!("ph-badge {}", tone.get().class())>
            <span class="ph-badge__dot" aria-hidden="true"></span>
            {move || text.get()}
        </span>
    }
}
