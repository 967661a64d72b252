//! A recording in the library: what it looked like, what it is of, how long it is.

use leptos::prelude::*;

use crate::{
    format,
    preview::visible,
    primitives::icon::{Icon, IconView},
};

mod types;
pub use types::CardContent;
pub mod demo;

/// A card that leads to a recording.
#[component]
pub fn RecordingCard(
    /// What it shows.
    content: CardContent,
) -> impl IntoView {
    let CardContent {
        title,
        url,
        href,
        poster,
        duration_ms,
        recorded,
        size,
        facts,
        is_live,
    } = content;
    let has_poster = RwSignal::new(poster.is_some());
    view! {
        <a class="ph-card" href=href data-testid="recording">
            <div class="ph-card__poster">
                <Show when=move || has_poster.get() fallback=|| view! { <IconView icon=Icon::Film/> }>
                    <img
                        class="ph-card__image"
                        src=poster.clone()
                        alt=""
                        loading="lazy"
                        decoding="async"
                        on:error=move |_| has_poster.set(false)
                    />
                </Show>
                {is_live.then(|| view! { <span class="ph-card__live" data-testid="live">"Live"</span> })}
                <span class="ph-card__duration ph-number">{format::clock_seconds(duration_ms)}</span>
            </div>
            <div class="ph-card__body">
                <h2 class="ph-card__title">{visible(title)}</h2>
                <p class="ph-card__url">{visible(url)}</p>
                <p class="ph-card__facts">
                    <span>{recorded}</span>
                    <span class="ph-number">{format::bytes(size)}</span>
                    {facts.into_iter().map(|fact| view! { <span class="ph-number">{fact}</span> }).collect_view()}
                </p>
            </div>
        </a>
    }
}
