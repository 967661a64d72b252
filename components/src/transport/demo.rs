//! The controls of time over ten seconds.

use leptos::prelude::*;

use super::Transport;

/// The gallery's page for the controls of time.
#[component]
pub fn TransportDemo() -> impl IntoView {
    let time_ms = RwSignal::new(8_300.0);
    let is_playing = RwSignal::new(false);
    view! {
        <div class="gallery__box">
            <Transport
                time_ms=time_ms
                duration_ms=40_000.0
                is_playing=is_playing
                on_toggle_play=move |()| is_playing.update(|is_playing| *is_playing = !*is_playing)
                on_previous=move |()| time_ms.update(|time_ms| *time_ms = (*time_ms - 1_000.0).max(0.0))
                on_next=move |()| time_ms.update(|time_ms| *time_ms = (*time_ms + 1_000.0).min(40_000.0))
            />
        </div>
    }
}
