//! A small picture: a canvas of the size of its image, drawn at once from what is decoded.

#![expect(unreachable_pub, reason = "the component macro makes what it adds public")]

use leptos::{html::Canvas, prelude::*};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement};

use super::{Bitmaps, Thumbnail};
use crate::dom::pixel_ratio;

/// A small picture. Until the next is here the one before stays.
#[component]
pub fn ThumbnailView(
    /// Where the images are.
    bitmaps: Bitmaps,
    /// What is shown, an image that is among the bitmaps.
    #[prop(into)]
    thumbnail: Signal<Option<Thumbnail>>,
) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    let paint = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        let (Some(canvas), Some(wanted)) = (canvas.get(), thumbnail.get()) else {
            return;
        };
        match draw(bitmaps, &canvas, &wanted) {
            Ok(true) => paint.set(Some(wanted.paint.to_string())),
            Ok(false) => {}
            Err(error) => leptos::logging::error!("a small picture could not be drawn: {error:?}"),
        }
    });
    view! {
        <canvas
            class="ph-thumbnail"
            class:ph-thumbnail--empty=move || paint.with(Option::is_none)
            node_ref=canvas
            data-testid="thumbnail"
            data-paint=move || paint.get()
            aria-hidden="true"
        ></canvas>
    }
}

/// Draws an image if it is here.
fn draw(bitmaps: Bitmaps, canvas: &HtmlCanvasElement, thumbnail: &Thumbnail) -> Result<bool, JsValue> {
    let Some(bitmap) = bitmaps.get(&thumbnail.frame.key) else {
        return Ok(false);
    };
    let (width, height) = (bitmap.image.width(), bitmap.image.height());
    if (canvas.width(), canvas.height()) != (width, height) {
        canvas.set_width(width);
        canvas.set_height(height);
        let style = canvas.unchecked_ref::<HtmlElement>().style();
        let ratio = pixel_ratio();
        style.set_property("width", &format!("{}px", f64::from(width) / ratio))?;
        style.set_property("aspect-ratio", &format!("{width} / {height}"))?;
    }
    let context = canvas.get_context("2d")?.ok_or("no 2d context")?;
    let context: CanvasRenderingContext2d = context.unchecked_into();
    context.draw_image_with_image_bitmap(&bitmap.image, 0.0, 0.0)?;
    Ok(true)
}
