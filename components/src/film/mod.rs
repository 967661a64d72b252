//! The film strip: small pictures of the page in line with the track of the timeline, to find a moment by how it looked.
//!
//! One canvas, drawn from decoded images. What is not here yet keeps what stood there before, so zooming never flashes; the
//! picture under the pointer is shown larger. It is another way to what the timeline's slider does, for those who see.

use std::rc::Rc;

use leptos::{
    ev::PointerEvent,
    html::{Canvas, Div},
    prelude::*,
};
use wasm_bindgen::JsValue;
use web_sys::HtmlCanvasElement;

use crate::{
    canvas::{self, Ink, Inks, Shape, ThemeInks},
    dom::x_in_element,
    format,
    picture::{Bitmap, Bitmaps, PictureFrame, Thumbnail, ThumbnailView},
    timeline::{Seek, TrackGeometry},
};

mod logic;
mod types;
pub use logic::slots;
pub use types::Slot;
pub mod demo;

/// How high the strip is, in CSS pixels.
pub const FILM_PX: f64 = 40.0;
/// Between two pictures, in CSS pixels.
const GAP_PX: f64 = 1.0;
/// Half of what is shown under the pointer, so that it stays in the strip, in CSS pixels.
const BUBBLE_HALF_PX: f64 = 92.0;

/// The strip.
#[component]
pub fn FilmStrip(
    /// Where the images are.
    bitmaps: Bitmaps,
    /// The relation of time and place on the track that it stands in line with; None until that is in the page.
    #[prop(into)]
    geometry: Signal<Option<TrackGeometry>>,
    /// The current moment, in ms.
    #[prop(into)]
    time_ms: Signal<f64>,
    /// Width by height of the pictures.
    #[prop(into)]
    aspect: Signal<f64>,
    /// The picture of a time in ms, if it is here. What it reads is tracked.
    #[prop(into)]
    picture: Callback<f64, Option<PictureFrame>>,
    /// Told the times of the pictures that are wanted, in ms.
    #[prop(into)]
    on_slots: Callback<Vec<f64>>,
    /// The picture under the pointer, shown larger.
    #[prop(into)]
    pointed: Signal<Option<Thumbnail>>,
    /// Told the moment under the pointer, None when it leaves.
    #[prop(into)]
    on_hover: Callback<Option<f64>>,
    /// Told the moment the person wants, again and again while dragging.
    #[prop(into)]
    on_seek: Callback<Seek>,
) -> impl IntoView {
    let strip = NodeRef::<Div>::new();
    let slots = Memo::new(move |_| {
        geometry
            .get()
            .map(|geometry| logic::slots(geometry, FILM_PX, aspect.get()))
            .unwrap_or_default()
    });
    Effect::new(move |_| on_slots.run(slots.with(|slots| slots.iter().map(|slot| slot.time_ms).collect())));
    let pointer_x = RwSignal::new(None::<f64>);
    let is_dragged = RwSignal::new(false);
    let hovered_ms = Memo::new(move |_| Some(geometry.get()?.time_at(pointer_x.get()?)));
    Effect::new(move |before: Option<Option<f64>>| {
        let now = hovered_ms.get();
        // Somebody else may point at something.
        if now != before.flatten() {
            on_hover.run(now);
        }
        now
    });
    let point_at = move |event: &PointerEvent| {
        let x = x_in_element(event, &*strip.get_untracked()?);
        pointer_x.set(Some(x));
        Some(geometry.get_untracked()?.time_at(x))
    };
    let seek = move |event: &PointerEvent, is_final| {
        if let Some(time_ms) = point_at(event) {
            on_seek.run(Seek { time_ms, is_final });
        }
    };
    let on_down = move |event: PointerEvent| {
        if let (0, Some(strip)) = (event.button(), strip.get_untracked()) {
            // Refused only for a pointer that is gone; then the drag ends with it.
            strip.set_pointer_capture(event.pointer_id()).ok();
            is_dragged.set(true);
            seek(&event, false);
        }
    };
    let on_move = move |event: PointerEvent| match is_dragged.get_untracked() {
        true => seek(&event, false),
        false => {
            point_at(&event);
        }
    };
    let on_up = move |event: PointerEvent| {
        if is_dragged.get_untracked() {
            is_dragged.set(false);
            seek(&event, true);
        }
    };
    let place = move |time_ms: Option<f64>| {
        let geometry = geometry.get()?;
        time_ms
            .filter(|time_ms| geometry.is_near(*time_ms))
            .map(|time_ms| geometry.x_of(time_ms))
    };
    let bubble_x = move || {
        let width_px = geometry.get()?.width_px;
        let half = BUBBLE_HALF_PX.min(width_px / 2.0);
        Some(place(hovered_ms.get())?.clamp(half, width_px - half))
    };
    let is_pointed = Memo::new(move |_| hovered_ms.get().is_some() && !is_dragged.get());
    view! {
        <div
            class="ph-film"
            class:ph-film--empty=move || slots.with(Vec::is_empty)
            data-testid="film"
            aria-hidden="true"
            node_ref=strip
            on:pointerdown=on_down
            on:pointermove=on_move
            on:pointerup=on_up
            on:pointerleave=move |_| pointer_x.set(None)
            on:lostpointercapture=move |_| is_dragged.set(false)
        >
            <Pictures bitmaps=bitmaps geometry=geometry slots=slots picture=picture/>
            {move || place(Some(time_ms.get())).map(|x| view! { <div class="ph-film__playhead" style:transform=translate_x(x)></div> })}
            <Show when=move || is_pointed.get()>
                <div class="ph-film__anchor" style:transform=move || bubble_x().map(translate_x)>
                    <div class="ph-film__bubble">
                        <ThumbnailView bitmaps=bitmaps thumbnail=pointed/>
                        <span class="ph-number">{move || hovered_ms.get().map(format::clock)}</span>
                    </div>
                </div>
            </Show>
        </div>
    }
}

fn translate_x(x: f64) -> String {
    format!("translateX({x:.2}px)")
}

/// What is drawn in a slot. It is held for as long.
type Drawn = (Slot, Option<Rc<Bitmap>>);

#[component]
fn Pictures(
    bitmaps: Bitmaps,
    geometry: Signal<Option<TrackGeometry>>,
    slots: Memo<Vec<Slot>>,
    picture: Callback<f64, Option<PictureFrame>>,
) -> impl IntoView {
    let surface = NodeRef::<Canvas>::new();
    let inks = ThemeInks::new();
    let drawn = StoredValue::new_local((Vec::<Slot>::new(), Vec::<Option<Rc<Bitmap>>>::new()));
    let n_here = RwSignal::new(0);
    Effect::new(move |_| {
        inks.track();
        let (Some(surface), Some(geometry)) = (surface.get(), geometry.get()) else {
            return;
        };
        let now: Vec<Drawn> = slots.with(|slots| {
            let draw = |slot: &Slot| {
                let here = picture
                    .run(slot.time_ms)
                    .and_then(|frame| bitmaps.get(&frame.key));
                let before = || {
                    drawn.with_value(|(slots, images)| images.get(logic::standing_at(slots, slot)?)?.clone())
                };
                let is_new = here.is_some();
                (is_new, (*slot, here.or_else(before)))
            };
            let drawn: Vec<_> = slots.iter().map(draw).collect();
            n_here.set(drawn.iter().filter(|(is_new, _)| *is_new).count());
            drawn.into_iter().map(|(_, drawn)| drawn).collect()
        });
        let outcome = inks.with(&surface, |inks| draw(&surface, inks, geometry, &now));
        if let Some(Err(error)) = outcome {
            leptos::logging::error!("the film strip could not be drawn: {error:?}");
        }
        drawn.set_value(now.into_iter().unzip());
    });
    view! {
        <canvas
            class="ph-film__surface"
            node_ref=surface
            data-testid="film-pictures"
            data-slots=move || slots.with(Vec::len)
            data-here=move || n_here.get()
        ></canvas>
    }
}

fn draw(
    surface: &HtmlCanvasElement,
    inks: &Inks,
    geometry: TrackGeometry,
    slots: &[Drawn],
) -> Result<(), JsValue> {
    let (left, right) = logic::ends(geometry);
    let context = canvas::prepare(surface, (geometry.width_px, FILM_PX))?;
    context.save();
    context.begin_path();
    context.round_rect_with_f64(left, 0.0, (right - left).max(0.0), FILM_PX, 3.0)?;
    context.clip();
    let ground = slots.iter().map(|(slot, _)| Shape::Rect {
        x: slot.x.round(),
        y: 0.0,
        width: slot.width_px - GAP_PX,
        height: FILM_PX,
        radius: 0.0,
        ink: Ink::Track,
    });
    canvas::add(&context, inks, &ground.collect::<Vec<_>>())?;
    context.set_image_smoothing_enabled(true);
    js_sys::Reflect::set(&context, &"imageSmoothingQuality".into(), &"medium".into())?;
    for (slot, bitmap) in slots {
        let Some(bitmap) = bitmap else { continue };
        let image = &bitmap.image;
        let size = (f64::from(image.width()), f64::from(image.height()));
        let x = slot.x.round();
        let width = (slot.x + slot.width_px).round() - x - GAP_PX;
        let (from_x, from_y, from_width, from_height) = logic::filling(size, (width, FILM_PX));
        context.draw_image_with_image_bitmap_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
            image,
            from_x,
            from_y,
            from_width,
            from_height,
            x,
            0.0,
            width,
            FILM_PX,
        )?;
    }
    context.restore();
    Ok(())
}
