//! The canvas of the track, drawn anew at most once a frame.

#![expect(unreachable_pub, reason = "the component macro makes what it adds public")]

use std::{sync::Arc, time::Duration};

use leptos::{html::Canvas, prelude::*};

use super::{
    Drawing, EventTrack, Regions, TrackGeometry,
    drawing::draw_in,
    kinds::{Kinds, kinds_of},
    layout::Layout,
};
use crate::{
    canvas::{self, Fonts, ThemeInks},
    dom::once_a_frame,
};

const FONTS: Fonts = Fonts {
    normal: "500 10.5px Inter, system-ui, sans-serif",
    small: "600 9px Inter, system-ui, sans-serif",
};

/// The kinds of which there is something, once that has not changed for a moment: tracks that come one after the other shall
/// change the height of the panel once.
pub(super) fn settled_kinds(tracks: Signal<Arc<[EventTrack]>>) -> Signal<Kinds> {
    const SETTLED: Duration = Duration::from_millis(150);
    let kinds = Memo::new(move |_| tracks.with(|tracks| kinds_of(tracks)));
    let settled = RwSignal::new(kinds.get_untracked());
    Effect::new(move |_| {
        let now = kinds.get();
        if now == settled.get_untracked() {
            return;
        }
        let waiting = set_timeout_with_handle(
            move || {
                settled.try_set(now);
            },
            SETTLED,
        )
        .ok();
        on_cleanup(move || {
            if let Some(waiting) = waiting {
                waiting.clear();
            }
        });
    });
    settled.into()
}

/// What stays while the playhead moves.
#[component]
pub(super) fn Surface(
    geometry: Memo<TrackGeometry>,
    layout: Memo<Layout>,
    tracks: Signal<Arc<[EventTrack]>>,
    regions: Signal<Regions>,
    progress_percent: Signal<Option<f64>>,
    /// What was drawn, for the pointer to find its marks in.
    drawing: RwSignal<Arc<Drawing>>,
) -> impl IntoView {
    let surface = NodeRef::<Canvas>::new();
    let inks = ThemeInks::new();
    let draw = move || {
        let Some(canvas) = surface.try_get_untracked().flatten() else {
            return;
        };
        let (geometry, layout) = (geometry.get_untracked(), layout.get_untracked());
        let drawn = tracks.with_untracked(|tracks| {
            regions.with_untracked(|regions| {
                draw_in(
                    geometry,
                    &layout,
                    tracks,
                    regions,
                    progress_percent.get_untracked(),
                )
            })
        });
        let size = (geometry.width_px, layout.height_px);
        let outcome = inks.with(&canvas, |inks| {
            canvas::draw(&canvas, size, FONTS, inks, &drawn.shapes)
        });
        if let Some(Err(error)) = outcome {
            leptos::logging::error!("the timeline could not be drawn: {error:?}");
        }
        drawing.set(Arc::new(drawn));
    };
    let draw_soon = once_a_frame(draw);
    Effect::new(move |_| {
        inks.track();
        surface.track();
        geometry.track();
        layout.track();
        tracks.track();
        regions.track();
        progress_percent.track();
        draw_soon();
    });
    view! { <canvas class="ph-track__surface" aria-hidden="true" node_ref=surface></canvas> }
}
