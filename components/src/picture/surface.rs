//! The canvas with the page and what is drawn over it: as large as what is seen of the picture, whatever its size, so that
//! a page looked at from near costs no more than one seen whole.

#![expect(unreachable_pub, reason = "the component macro makes what it adds public")]

use leptos::{html::Canvas, prelude::*};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlCanvasElement, HtmlElement};

use super::{Highlight, Overlay, Placement, Shown, highlight_shapes, overlay_shapes};
use crate::{
    canvas::{self, Shape},
    dom::{pixel_ratio, use_theme_changes},
};

/// From as many device pixels for one of the image on, its pixels are shown as they are: who goes so near wants to see them.
const PIXELS_FROM: f64 = 3.0;

#[component]
pub(super) fn Surface(
    shown: ReadSignal<Option<Shown>, LocalStorage>,
    placement: Memo<Option<Placement>>,
    size: Signal<(f64, f64)>,
    overlay: Signal<Overlay>,
    highlight: Signal<Option<Highlight>>,
    label: Signal<String>,
    is_still: Signal<bool>,
) -> impl IntoView {
    let surface = NodeRef::<Canvas>::new();
    let theme = use_theme_changes();
    Effect::new(move |_| {
        theme.track();
        let (Some(surface), Some(placement)) = (surface.get(), placement.get()) else {
            return;
        };
        let area = size.get();
        let mut shapes = highlight
            .with(|highlight| {
                highlight
                    .as_ref()
                    .map(|highlight| highlight_shapes(placement, highlight))
            })
            .unwrap_or_default();
        shapes.extend(overlay.with(|overlay| overlay_shapes(placement, overlay, is_still.get())));
        shown.with(|shown| {
            let Some(shown) = shown else { return };
            if let Err(error) = draw(&surface, shown, placement, area, &shapes) {
                leptos::logging::error!("the picture could not be drawn: {error:?}");
            }
        });
    });
    let has_image = Memo::new(move |_| shown.with(Option::is_some));
    view! {
        <canvas
            class="ph-picture__surface"
            class:ph-picture__surface--empty=move || !has_image.get()
            node_ref=surface
            data-testid="picture"
            data-frame=move || shown.with(|shown| shown.as_ref().map(|shown| shown.frame.key.to_string()))
            role="img"
            aria-label=move || label.get()
        ></canvas>
    }
}

fn draw(
    surface: &HtmlCanvasElement,
    Shown { frame, bitmap }: &Shown,
    placement: Placement,
    area: (f64, f64),
    shapes: &[Shape],
) -> Result<(), JsValue> {
    let seen = placement.seen(area);
    let style = surface.unchecked_ref::<HtmlElement>().style();
    for (name, length) in [
        ("left", seen.left),
        ("top", seen.top),
        ("width", seen.width),
        ("height", seen.height),
    ] {
        style.set_property(name, &format!("{length}px"))?;
    }
    let context = canvas::prepare(surface, (seen.width, seen.height))?;
    let (x, y) = (placement.at_px.0 - seen.left, placement.at_px.1 - seen.top);
    let (width, height) = placement.size_px;
    context.translate(x, y)?;
    let magnified = placement.zoom * pixel_ratio() / frame.scale;
    context.set_image_smoothing_enabled(magnified < PIXELS_FROM);
    js_sys::Reflect::set(&context, &"imageSmoothingQuality".into(), &"high".into())?;
    context.draw_image_with_image_bitmap_and_dw_and_dh(&bitmap.image, 0.0, 0.0, width, height)?;
    canvas::add(&context, surface, shapes)
}
