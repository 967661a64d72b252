//! The panel with the timeline and the controls of time.

mod playing;
mod track;

use leptos::prelude::*;

use self::{playing::Playing, track::TimelineTrack};

/// Play, seek, and what happened when.
#[component]
pub fn TimelinePanel() -> impl IntoView {
    view! {
        <section class="ph-timeline ph-area" aria-label="Timeline">
            <Playing/>
            <TimelineTrack/>
        </section>
    }
}
