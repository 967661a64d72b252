//! A picture with the mouse over it, and a place without one.

use leptos::prelude::*;

use super::{Bitmaps, Caption, ClickRing, Notice, Overlay, PictureFrame, PictureView};
use crate::primitives::{empty_state::EmptyState, icon::Icon};

/// A small drawing of a page, made for this demo.
pub(crate) const DRAWING: &str = include_str!("demo.png.base64");

/// The drawing, once it is decoded.
pub(crate) fn use_drawing(bitmaps: Bitmaps) -> RwSignal<Option<PictureFrame>> {
    let frame = RwSignal::new(None);
    leptos::task::spawn_local(async move {
        match bitmaps.bring("demo".into(), DRAWING.trim().to_owned()).await {
            Ok(size) => {
                frame.try_set(Some(PictureFrame {
                    key: "demo".into(),
                    size,
                    scale: 1.0,
                }));
            }
            Err(reason) => leptos::logging::error!("the drawing {reason}"),
        }
    });
    frame
}

/// The gallery's page for the picture.
#[component]
pub fn PictureDemo() -> impl IntoView {
    let bitmaps = Bitmaps::new();
    let drawing = use_drawing(bitmaps);
    let has_frame = RwSignal::new(true);
    let is_stale = RwSignal::new(false);
    let frame = Signal::derive(move || drawing.get().filter(|_| has_frame.get()));
    let notice = Signal::derive(move || {
        is_stale.get().then(|| Notice {
            text: "The picture of this moment could not be had".to_owned(),
            can_retry: true,
        })
    });
    let overlay = Overlay {
        pointer: Some((150.0, 96.0)),
        clicks: vec![ClickRing {
            x: 150.0,
            y: 96.0,
            age: 0.35,
        }],
    };
    let captions = vec![
        Caption::Text("buy milk".to_owned()),
        Caption::Key("Enter".to_owned()),
        Caption::Key("Ctrl+Z".to_owned()),
    ];
    view! {
        <label><input type="checkbox" checked on:change=move |event| has_frame.set(event_target_checked(&event))/>" has a paint"</label>
        <label><input type="checkbox" on:change=move |event| is_stale.set(event_target_checked(&event))/>" could not be had"</label>
        <div class="gallery__box gallery__tall">
            <PictureView
                bitmaps=bitmaps
                frame=frame
                overlay=overlay
                captions=captions
                label="A page with a button"
                notice=notice
                on_retry=move |()| is_stale.set(false)
            >
                <EmptyState icon=Icon::Film title="No picture" text="This recording has no paints."/>
            </PictureView>
        </div>
    }
}
