//! What lies over the track: the map, the ranges, the bubble. Nobody needs it before the track is there, so whoever shows the track
//! may bring it later.

#![expect(unreachable_pub, reason = "the component macro makes what it adds public")]

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    EventTrack, MarkerAt, Span, Target,
    acting::Acting,
    bubble::Bubble,
    map::TrackMap,
    range::{Band, Thumbs},
};
use crate::picture::{Bitmaps, Thumbnail};

/// What the track shares with what lies over it.
#[derive(Clone, Copy)]
pub(super) struct Shared {
    pub(super) acting: Acting,
    pub(super) tracks: Signal<Arc<[EventTrack]>>,
    /// The part in focus, as it is being dragged.
    pub(super) focused: Signal<Option<Span>>,
    pub(super) change_focus: Callback<(Span, bool)>,
    /// What the bubble is about.
    pub(super) target: Memo<Option<Target>>,
    pub(super) describe: Callback<MarkerAt, String>,
    pub(super) image: Signal<Option<Thumbnail>>,
    pub(super) bitmaps: Option<Bitmaps>,
}

/// All of it. Only in a track: see the property `over` of [`super::Timeline`].
#[component]
pub fn TimelineOver() -> impl IntoView {
    let Shared {
        acting,
        tracks,
        focused,
        change_focus,
        target,
        describe,
        image,
        bitmaps,
    } = expect_context();
    let Acting {
        geometry, time_ms, ..
    } = acting;
    view! {
        <TrackMap geometry=geometry time_ms=time_ms focus=focused on_see=move |seen| acting.see(seen)/>
        <Thumbs geometry=geometry range=focused name="Focus" class="ph-track__thumb--focus" on_change=change_focus/>
        <Band acting=acting/>
        {move || acting.cursor_place().map(|(x, y)| view! {
            <div class="ph-track__cursor" style:transform=format!("translate({x:.2}px, {y:.2}px)")></div>
        })}
        <Bubble geometry=geometry target=target tracks=tracks describe=describe image=image bitmaps=bitmaps/>
        <div class="ph-hidden" aria-live="polite" data-testid="timeline-said">{move || acting.said(describe)}</div>
    }
}
