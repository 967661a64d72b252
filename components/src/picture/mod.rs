//! The picture: the page as it looked at the current moment, with the recorded mouse and keys over it.

use std::sync::Arc;

use leptos::{
    ev::PointerEvent,
    html::{Canvas, Div},
    prelude::*,
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{HtmlCanvasElement, HtmlImageElement};

use crate::{
    box_model::px,
    canvas::{self, Shape},
    dom::{use_size, use_theme_changes},
};

mod logic;
mod types;
pub use logic::{Placement, highlight_shapes, image_url, overlay_shapes};
pub use types::{ClickRing, Highlight, Overlay, PictureFrame, Quad};
pub mod demo;

/// Decoded images kept, so that going back and forth over the same paints decodes nothing. A full-screen image takes
/// about 5 MB decoded.
const N_IMAGES: usize = 24;

/// The height of the label of an element, in CSS pixels.
const LABEL_PX: f64 = 22.0;

/// The page at a moment. While a new image is being decoded the one before stays, so that scrubbing never flashes.
#[component]
pub fn PictureView(
    /// What the page looked like; None shows `children`.
    #[prop(into)]
    frame: Signal<Option<PictureFrame>>,
    /// The recorded mouse at the moment.
    #[prop(into)]
    overlay: Signal<Overlay>,
    /// The keys pressed just before the moment, oldest first.
    #[prop(into)]
    keys: Signal<Vec<String>>,
    /// What the picture shows, for those who do not see it.
    #[prop(into)]
    label: Signal<String>,
    /// The element whose boxes are shown over the picture. Default: none.
    #[prop(into, optional)]
    highlight: Signal<Option<Highlight>>,
    /// Whether the person is pointing out an element. Default: no.
    #[prop(into, optional)]
    is_picking: Signal<bool>,
    /// Told where on the page the pointer is while picking, in CSS pixels; None when it leaves. Default: ignored.
    #[prop(into, default = Callback::new(|_| ()))]
    on_point: Callback<Option<(f64, f64)>>,
    /// Told where on the page was pressed while picking. Default: ignored.
    #[prop(into, default = Callback::new(|_| ()))]
    on_pick: Callback<(f64, f64)>,
    /// What stands in its place when there is no frame.
    children: ChildrenFn,
) -> impl IntoView {
    let area = NodeRef::<Div>::new();
    let surface = NodeRef::<Canvas>::new();
    let size = use_size(area);
    let theme = use_theme_changes();
    let image = use_image(frame);
    let has_frame = Memo::new(move |_| frame.with(Option::is_some));
    let children = StoredValue::new(children);

    Effect::new(move |_| {
        theme.track();
        let Some(surface) = surface.get() else { return };
        image.with(|image| {
            let Some((image, scale)) = image else { return };
            let (overlay, highlight) = (overlay.get(), highlight.get());
            let placement = place(image, *scale, size.get());
            let mut shapes = match &highlight {
                Some(highlight) => highlight_shapes(placement, highlight),
                None => Vec::new(),
            };
            shapes.extend(overlay_shapes(placement, &overlay));
            if let Err(error) = draw(&surface, image, placement, &shapes) {
                leptos::logging::error!("the picture could not be drawn: {error:?}");
            }
        });
    });

    // The picture may be drawn smaller than the page was.
    let on_page = move |event: &PointerEvent| {
        let surface = surface.get_untracked()?;
        let rect = surface.get_bounding_client_rect();
        let zoom = image.with_untracked(|image| {
            let (image, scale) = image.as_ref()?;
            Some(place(image, *scale, size.get_untracked()).zoom)
        })?;
        let x = (f64::from(event.client_x()) - rect.left()) / zoom;
        let y = (f64::from(event.client_y()) - rect.top()) / zoom;
        (zoom > 0.0).then_some((x, y))
    };
    let label_of = move || {
        let highlight = highlight.get()?;
        let area = size.get();
        let (left, right, top) = image.with(|image| {
            let (image, scale) = image.as_ref()?;
            let placement = place(image, *scale, area);
            let (left, right, top) = logic::label_place(placement, &highlight, LABEL_PX);
            let (width, height) = placement.size_px;
            let (beside, above) = ((area.0 - width) / 2.0, (area.1 - height) / 2.0);
            Some((left + beside, right + beside, top + above))
        })?;
        let (width, height) = highlight.size;
        // In the right half the label grows to the left, so that it stays in the window.
        let is_at_end = left > area.0 / 2.0;
        Some(view! {
            <div
                class="ph-picture__label"
                data-testid="highlight"
                aria-hidden="true"
                style:left=(!is_at_end).then(|| format!("{left}px"))
                style:right=is_at_end.then(|| format!("{}px", area.0 - right))
                style:top=format!("{top}px")
            >
                <span class="ph-picture__tag">{highlight.label.clone()}</span>
                <span class="ph-picture__size">{format!("{} × {}", px(width), px(height))}</span>
            </div>
        })
    };
    let pressed = move |event: PointerEvent| {
        if let (true, Some(at)) = (is_picking.get_untracked(), on_page(&event)) {
            event.prevent_default();
            on_point.run(Some(at));
            on_pick.run(at);
        }
    };
    view! {
        <div class="ph-picture" node_ref=area>
            <canvas
                class="ph-picture__surface"
                class:ph-picture__surface--empty=move || !has_frame.get()
                class:ph-picture__surface--picking=move || is_picking.get()
                on:pointermove=move |event| if is_picking.get_untracked() { on_point.run(on_page(&event)) }
                on:pointerleave=move |_| if is_picking.get_untracked() { on_point.run(None) }
                on:pointerup=pressed
                node_ref=surface
                data-testid="picture"
                data-frame=move || frame.with(|frame| frame.as_ref().map(|frame| frame.key.to_string()))
                role="img"
                aria-label=move || label.get()
            ></canvas>
            <Show when=move || !has_frame.get()>
                <div class="ph-picture__instead">{children.with_value(|children| children())}</div>
            </Show>
            {label_of}
            <div class="ph-picture__keys" aria-hidden="true">
                {move || keys.get().into_iter().map(|key| view! { <kbd class="ph-key">{key}</kbd> }).collect_view()}
            </div>
        </div>
    }
}

type Decoded = (HtmlImageElement, f64);

/// The newest wanted image that has been decoded, and its scale.
fn use_image(frame: Signal<Option<PictureFrame>>) -> ReadSignal<Option<Decoded>, LocalStorage> {
    let (shown, set_shown) = signal_local(None::<Decoded>);
    let cache = StoredValue::new_local(Vec::<(Arc<str>, HtmlImageElement, Closure<dyn FnMut()>)>::new());
    let wanted = StoredValue::new(None::<Arc<str>>);
    Effect::new(move |_| {
        let Some(PictureFrame { key, url, scale }) = frame.get() else {
            wanted.set_value(None);
            set_shown.set(None);
            return;
        };
        wanted.set_value(Some(Arc::clone(&key)));
        let found = cache.with_value(|cache| {
            cache
                .iter()
                .find(|(have, ..)| *have == key)
                .map(|(_, image, _)| image.clone())
        });
        if let Some(image) = found {
            // One that is still loading shows itself when it has been.
            if image.complete() {
                set_shown.set(Some((image, scale)));
            }
            return;
        }
        let Ok(image) = HtmlImageElement::new() else {
            return;
        };
        let loaded = image.clone();
        let loaded_key = Arc::clone(&key);
        let on_load = Closure::<dyn FnMut()>::new(move || {
            if wanted.try_get_value().flatten().as_ref() == Some(&loaded_key) {
                set_shown.set(Some((loaded.clone(), scale)));
            }
        });
        image.set_onload(Some(on_load.as_ref().unchecked_ref()));
        image.set_src(&url);
        cache.update_value(|cache| {
            if cache.len() >= N_IMAGES {
                let (_, oldest, _) = cache.remove(0);
                oldest.set_onload(None);
            }
            cache.push((key, image, on_load));
        });
    });
    on_cleanup(move || {
        cache.try_with_value(|cache| cache.iter().for_each(|(_, image, _)| image.set_onload(None)));
    });
    shown
}

/// How an image lies in an area.
fn place(image: &HtmlImageElement, scale: f64, area: (f64, f64)) -> Placement {
    let page = (
        f64::from(image.natural_width()) / scale,
        f64::from(image.natural_height()) / scale,
    );
    Placement::fit(page, area)
}

fn draw(
    surface: &HtmlCanvasElement,
    image: &HtmlImageElement,
    placement: Placement,
    shapes: &[Shape],
) -> Result<(), JsValue> {
    let (width, height) = placement.size_px;
    let style = surface.unchecked_ref::<web_sys::HtmlElement>().style();
    style.set_property("width", &format!("{width}px"))?;
    style.set_property("height", &format!("{height}px"))?;
    let context = canvas::prepare(surface, (width, height))?;
    context.set_image_smoothing_enabled(true);
    js_sys::Reflect::set(&context, &"imageSmoothingQuality".into(), &"high".into())?;
    context.draw_image_with_html_image_element_and_dw_and_dh(image, 0.0, 0.0, width, height)?;
    canvas::add(&context, surface, shapes)
}
