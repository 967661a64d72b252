//! The controls beside the track: play, the events before and after, and what time it is.

use leptos::prelude::*;

use crate::{
    format,
    primitives::{button::IconButton, icon::Icon},
};

pub mod demo;

/// Play and pause, the previous and the next event, the current time and the duration.
#[component]
pub fn Transport(
    /// The current moment, in ms.
    #[prop(into)]
    time_ms: Signal<f64>,
    /// How long the recording is, in ms.
    #[prop(into)]
    duration_ms: Signal<f64>,
    /// Whether time is running.
    #[prop(into)]
    is_playing: Signal<bool>,
    /// Told that the person wants to play or to pause.
    #[prop(into)]
    on_toggle_play: Callback<()>,
    /// Told that the person wants the event before.
    #[prop(into)]
    on_previous: Callback<()>,
    /// Told that the person wants the event after.
    #[prop(into)]
    on_next: Callback<()>,
) -> impl IntoView {
    let icon = Signal::derive(move || if is_playing.get() { Icon::Pause } else { Icon::Play });
    let label = Signal::derive(move || (if is_playing.get() { "Pause" } else { "Play" }).to_owned());
    view! {
        <div class="ph-transport" role="group" aria-label="Playback">
            <IconButton icon=Icon::Previous label="Previous event" key_hint="[" on_press=move |_| on_previous.run(())/>
            <IconButton icon=icon label=label key_hint="Space" on_press=move |_| on_toggle_play.run(())/>
            <IconButton icon=Icon::Next label="Next event" key_hint="]" on_press=move |_| on_next.run(())/>
            <div class="ph-transport__clock ph-number">
                <span class="ph-transport__now" data-testid="time">{move || format::clock(time_ms.get())}</span>
                <span class="ph-transport__all">{move || format!("/ {}", format::clock(duration_ms.get()))}</span>
            </div>
        </div>
    }
}
