//! The page, and over it what belongs to the moment.
//!
//! The page is a canvas with the pixels of its image, one for one, which the browser lays out as large as it is looked at:
//! drawing costs a copy, and looking nearer or moving it costs no drawing at all. What is drawn over it has the pixels of
//! the screen, on a canvas as large as what is seen.

#![expect(unreachable_pub, reason = "the component macro makes what it adds public")]

use leptos::{html::Canvas, prelude::*};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement};

use super::{Highlight, Overlay, Placement, Shown, highlight_shapes, overlay_shapes, zoom::Seen};
use crate::{
    canvas::{self, Inks, Shape, ThemeInks},
    dom::pixel_ratio,
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
    Effect::new(move |_| {
        let Some(surface) = surface.get() else { return };
        shown.with(|shown| {
            if let Some(shown) = shown
                && let Err(error) = copy(&surface, shown)
            {
                leptos::logging::error!("the picture could not be drawn: {error:?}");
            }
        });
    });
    let has_image = Memo::new(move |_| shown.with(Option::is_some));
    let place = move |of: fn(Placement) -> f64| {
        move || placement.get().map(|placement| format!("{}px", of(placement)))
    };
    let scale = Memo::new(move |_| shown.with(|shown| shown.as_ref().map_or(1.0, |shown| shown.frame.scale)));
    let shows_pixels = Memo::new(move |_| {
        placement
            .get()
            .is_some_and(|placement| placement.zoom * pixel_ratio() / scale.get() >= PIXELS_FROM)
    });
    view! {
        <div class="ph-picture__page">
            <canvas
                class="ph-picture__surface"
                class:ph-picture__surface--empty=move || !has_image.get()
                class:ph-picture__surface--pixels=move || shows_pixels.get()
                node_ref=surface
                data-testid="picture"
                data-frame=move || shown.with(|shown| shown.as_ref().map(|shown| shown.frame.key.to_string()))
                role="img"
                aria-label=move || label.get()
                style:left=place(|placement| placement.at_px.0)
                style:top=place(|placement| placement.at_px.1)
                style:width=place(|placement| placement.size_px.0)
                style:height=place(|placement| placement.size_px.1)
            ></canvas>
            <Over placement=placement size=size overlay=overlay highlight=highlight is_still=is_still/>
        </div>
    }
}

/// Copies an image to a canvas of its size.
fn copy(surface: &HtmlCanvasElement, Shown { bitmap, .. }: &Shown) -> Result<(), JsValue> {
    let (width, height) = (bitmap.image.width(), bitmap.image.height());
    // Setting the size, even to the same, reallocates the canvas.
    if (surface.width(), surface.height()) != (width, height) {
        surface.set_width(width);
        surface.set_height(height);
    }
    let context = surface.get_context("2d")?.ok_or("no 2d context")?;
    let context: CanvasRenderingContext2d = context.unchecked_into();
    // Images with holes show none of the one before.
    context.set_global_composite_operation("copy")?;
    context.draw_image_with_image_bitmap(&bitmap.image, 0.0, 0.0)
}

/// The recorded mouse, and the boxes of an element.
#[component]
fn Over(
    placement: Memo<Option<Placement>>,
    size: Signal<(f64, f64)>,
    overlay: Signal<Overlay>,
    highlight: Signal<Option<Highlight>>,
    is_still: Signal<bool>,
) -> impl IntoView {
    let surface = NodeRef::<Canvas>::new();
    let inks = ThemeInks::new();
    let shapes = Memo::new(move |_| {
        let placement = placement.get()?;
        let mut shapes = highlight
            .with(|highlight| {
                highlight
                    .as_ref()
                    .map(|highlight| highlight_shapes(placement, highlight))
            })
            .unwrap_or_default();
        shapes.extend(overlay.with(|overlay| overlay_shapes(placement, overlay, is_still.get())));
        Some((placement, shapes))
    });
    Effect::new(move |_| {
        inks.track();
        let (Some(surface), area) = (surface.get(), size.get()) else {
            return;
        };
        shapes.with(|shapes| {
            let Some((placement, shapes)) = shapes else { return };
            let outcome = inks.with(&surface, |inks| draw(&surface, inks, *placement, area, shapes));
            if let Some(Err(error)) = outcome {
                leptos::logging::error!("what lies over the picture could not be drawn: {error:?}");
            }
        });
    });
    // Styles are told to the browser when they change, not with each move of the mouse.
    Effect::new(move |before: Option<Option<Seen>>| {
        let (surface, placement) = (surface.get()?, placement.get()?);
        let seen = placement.seen(size.get());
        if before.flatten() != Some(seen)
            && let Err(error) = lay(&surface, seen)
        {
            leptos::logging::error!("what lies over the picture could not be laid out: {error:?}");
        }
        Some(seen)
    });
    view! { <canvas class="ph-picture__over" node_ref=surface aria-hidden="true"></canvas> }
}

fn lay(surface: &HtmlCanvasElement, seen: Seen) -> Result<(), JsValue> {
    let style = surface.unchecked_ref::<HtmlElement>().style();
    for (name, length) in [
        ("left", seen.left),
        ("top", seen.top),
        ("width", seen.width),
        ("height", seen.height),
    ] {
        style.set_property(name, &format!("{length}px"))?;
    }
    Ok(())
}

fn draw(
    surface: &HtmlCanvasElement,
    inks: &Inks,
    placement: Placement,
    area: (f64, f64),
    shapes: &[Shape],
) -> Result<(), JsValue> {
    let seen = placement.seen(area);
    let context = canvas::prepare(surface, (seen.width, seen.height))?;
    context.translate(placement.at_px.0 - seen.left, placement.at_px.1 - seen.top)?;
    canvas::add(&context, inks, shapes)
}
