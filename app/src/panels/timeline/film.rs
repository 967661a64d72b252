//! The film strip, and the small picture under the pointer, on the strip and on the track.

use components::{
    film::FilmStrip,
    picture::{Bitmaps, Thumbnail},
    timeline::Seek,
};
use leptos::prelude::*;

use super::track::Geometry;
use crate::stores::{Stores, pictures::Trail, preferences::PreferenceStore};

/// Width by height of a page before any has been seen.
const ASPECT: f64 = 1.6;

/// Where the pointer is in time, and what the page looked like then.
#[derive(Clone, Copy)]
pub(crate) struct Pointing {
    /// Where, in ms.
    pub(crate) at_ms: RwSignal<Option<f64>>,
    /// The small picture. While it is on its way, the one before stays.
    pub(super) image: Signal<Option<Thumbnail>>,
}

impl Pointing {
    /// Begins to look after the pointer.
    pub(super) fn new(stores: Stores) -> Self {
        let at_ms = RwSignal::new(None::<f64>);
        Effect::new(move |before: Option<Trail>| {
            stores.want_pointed(at_ms.get(), before.unwrap_or_default())
        });
        let image = Memo::new(move |shown: Option<&Option<Thumbnail>>| {
            let here = stores.small_picture(at_ms.get()?);
            let here = here.map(|(frame, paint)| Thumbnail { frame, paint });
            here.or_else(|| shown.cloned().flatten())
        });
        Self {
            at_ms,
            image: image.into(),
        }
    }
}

/// Pictures in line with the track.
#[component]
pub fn Film() -> impl IntoView {
    let (geometry, pointing): (Geometry, Pointing) = (expect_context(), expect_context());
    let stores: Stores = expect_context();
    let preferences: PreferenceStore = expect_context();
    let bitmaps: Bitmaps = expect_context();
    let timeline = stores.timeline;
    let is_shown = Memo::new(move |_| preferences.has_film() && stores.paint_index(0.0).is_some());
    let on_seek = move |seek: Seek| match seek.is_final {
        true => timeline.go_to(seek.time_ms, None),
        false => timeline.drag_to(seek.time_ms),
    };
    let times = RwSignal::new(Vec::<f64>::new());
    Effect::new(move |before: Option<Vec<f64>>| {
        let times = if is_shown.get() { times.get() } else { Vec::new() };
        let is_live = timeline.live().get().is_some();
        if let Some(before) = before.filter(|before| is_live && are_close(before, &times)) {
            return before;
        }
        stores.want_strip(&times);
        times
    });
    view! {
        <Show when=move || is_shown.get()>
            <FilmStrip
                bitmaps=bitmaps
                geometry=geometry
                time_ms=timeline.time_ms()
                aspect=Signal::derive(move || stores.pictures.aspect().get().unwrap_or(ASPECT))
                picture=move |time_ms| stores.small_picture(time_ms).map(|(frame, _)| frame)
                on_slots=move |wanted| times.set(wanted)
                pointed=pointing.image
                on_hover=move |at_ms| pointing.at_ms.set(at_ms)
                on_seek=on_seek
            />
        </Show>
    }
}

/// Whether the times of a strip are so close to others that its pictures do for them: the end of a recording that is being made
/// moves all the time, and with it every place on the strip.
fn are_close(before: &[f64], now: &[f64]) -> bool {
    /// What of the strip's length is not seen.
    const SHARE: f64 = 1.0 / 16.0;
    let (Some((first, last)), Some((new_first, new_last))) =
        (before.first().zip(before.last()), now.first().zip(now.last()))
    else {
        return false;
    };
    let unseen_ms = (last - first) * SHARE;
    before.len() == now.len() && (new_first - first).abs() < unseen_ms && (new_last - last).abs() < unseen_ms
}
