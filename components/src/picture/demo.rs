//! A picture with the mouse over it, and a place without one.

use leptos::prelude::*;

use super::{ClickRing, Overlay, PictureFrame, PictureView};
use crate::primitives::{empty_state::EmptyState, icon::Icon};

/// A small drawing of a page, made for this demo.
const DRAWING: &str = include_str!("demo.png.base64");

/// The gallery's page for the picture.
#[component]
pub fn PictureDemo() -> impl IntoView {
    let has_frame = RwSignal::new(true);
    let frame = Signal::derive(move || {
        let url = super::image_url(DRAWING.trim())?;
        has_frame.get().then(|| PictureFrame {
            key: "demo".into(),
            url: url.into(),
            scale: 1.0,
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
    view! {
        <label><input type="checkbox" checked on:change=move |event| has_frame.set(event_target_checked(&event))/>" has a paint"</label>
        <div class="gallery__box gallery__tall">
            <PictureView frame=frame overlay=overlay keys=vec!["m".to_owned(), "i".to_owned(), "Enter".to_owned()] label="A page with a button">
                <EmptyState icon=Icon::Film title="No picture" text="This recording has no paints."/>
            </PictureView>
        </div>
    }
}
