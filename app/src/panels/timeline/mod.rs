//! The panel with the timeline and the controls of time.

mod film;
mod playing;
mod track;

use leptos::prelude::*;

use self::{
    film::{Film, Pointing},
    playing::Playing,
    track::TimelineTrack,
};

/// Play, seek, and what happened when.
#[component]
pub fn TimelinePanel() -> impl IntoView {
    let geometry = RwSignal::new(None);
    let pointing = Pointing::new(expect_context());
    view! {
        <section class="ph-timeline ph-area" aria-label="Timeline">
            <Playing/>
            <div class="ph-timeline__tracks">
                <Film geometry=geometry pointing=pointing/>
                <TimelineTrack geometry=geometry pointing=pointing/>
            </div>
        </section>
    }
}
