//! A film strip of one drawing, again and again.

use leptos::prelude::*;

use super::FilmStrip;
use crate::{
    picture::{Bitmaps, Thumbnail, demo::use_drawing},
    timeline::{Seek, TrackGeometry},
};

/// The gallery's page for the film strip.
#[component]
pub fn FilmStripDemo() -> impl IntoView {
    let bitmaps = Bitmaps::new();
    let drawing = use_drawing(bitmaps);
    let time_ms = RwSignal::new(12_000.0);
    let aspect = Signal::derive(move || {
        drawing.get().map_or(1.6, |frame| {
            let (width, height) = frame.page();
            width / height
        })
    });
    let pointed = Signal::derive(move || {
        Some(Thumbnail {
            frame: drawing.get()?,
            paint: "0".into(),
        })
    });
    view! {
        <div class="gallery__film">
            <FilmStrip
                bitmaps=bitmaps
                geometry=Some(TrackGeometry::whole(560.0, 60_000.0))
                time_ms=time_ms
                aspect=aspect
                picture=move |_| drawing.get()
                on_slots=|_| {}
                pointed=pointed
                on_hover=|_| {}
                on_seek=move |seek: Seek| time_ms.set(seek.time_ms)
            />
        </div>
    }
}
