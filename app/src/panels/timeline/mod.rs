//! The panel with the timeline and the controls of time.

mod film;
mod playing;
mod track;

use leptos::prelude::*;

use self::{
    film::{Film, Pointing},
    playing::Playing,
    track::{TimelineTrack, TrackTools},
};

/// Play, seek, and what happened when.
#[component]
pub fn TimelinePanel() -> impl IntoView {
    // The relation of time and place on the track, for what stands in line with it.
    let geometry = RwSignal::new(None);
    let pointing = Pointing::new(expect_context());
    view! {
        <section class="ph-timeline ph-area" aria-label="Timeline">
            <div class="ph-timeline__controls">
                <Playing/>
                <TrackTools/>
            </div>
            <div class="ph-timeline__track">
                <Film geometry=geometry pointing=pointing/>
                <TimelineTrack geometry=geometry pointing=pointing/>
            </div>
        </section>
    }
}
