//! The panel with the timeline and the controls of time.

mod film;
mod playing;
mod track;

use components::timeline::TimelineOver;
use leptos::prelude::*;

pub use self::film::Film;
pub(crate) use self::{film::Pointing, track::Geometry};
use self::{
    playing::Playing,
    track::{AskedMenu, TimelineTrack, TrackMenu, TrackTools},
};
use crate::stores::{Stores, preferences::PreferenceStore};

/// What happened when, and going there. What stands beside and above the track comes when it has been loaded.
#[component]
pub fn TimelinePanel(
    /// [`Controls`].
    #[prop(into)]
    controls: ViewFn,
    /// [`Film`].
    #[prop(into)]
    film: ViewFn,
    /// [`Over`].
    #[prop(into)]
    over: ViewFn,
) -> impl IntoView {
    let (stores, preferences): (Stores, PreferenceStore) = (expect_context(), expect_context());
    let geometry: Geometry = RwSignal::new(None);
    let pointing = Pointing::new(stores);
    // The strip has its room before it comes, so that nothing jumps.
    let has_film = Memo::new(move |_| {
        let may_have_pictures = stores.paint_index(0.0).is_some() || !stores.connection.is_settled();
        preferences.has_film() && may_have_pictures
    });
    let menu: AskedMenu = RwSignal::new(None);
    provide_context(geometry);
    provide_context(menu);
    provide_context(pointing);
    view! {
        <section class="ph-timeline ph-area" aria-label="Timeline">
            <div class="ph-timeline__controls">{controls.run()}</div>
            <div class="ph-timeline__track">
                <div class="ph-timeline__film" class:ph-timeline__film--kept=move || has_film.get()>{film.run()}</div>
                <TimelineTrack geometry=geometry pointing=pointing menu=menu over=over/>
            </div>
        </section>
    }
}

/// What lies over the track.
#[component]
pub fn Over() -> impl IntoView {
    view! { <TimelineOver/> }
}

/// Play, seek, what the track shows, and what can be done on it.
#[component]
pub fn Controls() -> impl IntoView {
    view! {
        <Playing/>
        <TrackTools/>
        <TrackMenu/>
    }
}
