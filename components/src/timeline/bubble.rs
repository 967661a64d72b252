//! What is told of the place under the pointer.

#![expect(unreachable_pub, reason = "the component macro makes what it adds public")]

use std::sync::Arc;

use leptos::prelude::*;

use super::{EventTrack, MarkerAt, TrackGeometry, cursor, translate_x};
use crate::{
    format,
    picture::{Bitmaps, Thumbnail, ThumbnailView},
};

/// What is pointed at, or walked to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Target {
    /// The time under the pointer.
    pub(super) pointer_ms: f64,
    /// The thing under it, and how many it stands for.
    pub(super) mark: Option<(MarkerAt, usize)>,
}

/// The time, what is there if there is something, and a picture if there is one.
#[component]
pub(super) fn Bubble(
    geometry: Memo<TrackGeometry>,
    target: Memo<Option<Target>>,
    tracks: Signal<Arc<[EventTrack]>>,
    describe: Callback<MarkerAt, String>,
    image: Signal<Option<Thumbnail>>,
    /// Where the images of such pictures are.
    bitmaps: Option<Bitmaps>,
) -> impl IntoView {
    let is_shown = Memo::new(move |_| target.get().is_some());
    let mark = Memo::new(move |_| target.get()?.mark);
    let time_ms = move || {
        let Some(Target { pointer_ms, mark }) = target.get() else {
            return 0.0;
        };
        let of_mark = mark.and_then(|(marker, _)| tracks.with(|tracks| cursor::time_of(tracks, marker)));
        of_mark.unwrap_or(pointer_ms)
    };
    let number = move || {
        let (marker, n) = mark.get().filter(|(_, n)| *n > 1)?;
        Some(format!(
            "{} {}",
            format::count(n as u64),
            marker.kind.name().to_ascii_lowercase()
        ))
    };
    let name = move || mark.get().map(|(marker, _)| describe.run(marker));
    // Kept inside the track: half of the bubble's greatest width from either end.
    let bubble_x = move || {
        let geometry = geometry.get();
        let half: f64 = match (image.with(Option::is_some), mark.get().is_some()) {
            (_, true) => 134.0,
            (true, false) => 92.0,
            (false, false) => 44.0,
        };
        geometry.x_of(time_ms()).clamp(
            half.min(geometry.width_px / 2.0),
            (geometry.width_px - half).max(geometry.width_px / 2.0),
        )
    };
    view! {
        <Show when=move || is_shown.get()>
            <div class="ph-track__hairline" style:transform=move || translate_x(geometry.get().x_of(time_ms()))></div>
            <div class="ph-track__anchor" style:transform=move || translate_x(bubble_x())>
                <div class="ph-track__bubble" data-testid="timeline-bubble">
                    {bitmaps.map(|bitmaps| view! { <ThumbnailView bitmaps=bitmaps thumbnail=image/> })}
                    {move || number().map(|number| view! { <span class="ph-track__number">{number}</span> })}
                    {move || name().map(|name| view! { <span class="ph-track__name">{name}</span> })}
                    <span class="ph-number">{move || format::clock(time_ms())}</span>
                </div>
            </div>
        </Show>
    }
}
