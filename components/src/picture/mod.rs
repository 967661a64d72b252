//! The picture: the page as it looked at the current moment, with the recorded mouse and keys over it.
//!
//! All of the page is seen at first; Ctrl and the wheel, a pinch, or the buttons make it larger where the pointer is, then
//! the wheel, dragging, or the arrows move it. Images are drawn from [`Bitmaps`], where they have been decoded already, so a
//! frame of scrubbing waits for nothing: what is here is drawn, and until the next is here the one before stays.

use std::rc::Rc;

use leptos::{
    ev::{KeyboardEvent, MouseEvent, PointerEvent, WheelEvent},
    html::Div,
    prelude::*,
};
use web_sys::HtmlElement;

use crate::{
    box_model::px,
    dom::{use_size, wants_less_motion},
};

mod bitmaps;
mod decoding;
mod image;
mod logic;
mod surface;
mod taking;
mod thumbnail;
mod tools;
mod types;
mod zoom;
pub use bitmaps::{Bitmap, Bitmaps};
pub use image::{ImageKind, check_size, read_image};
pub use logic::{file_name, highlight_shapes, overlay_shapes};
pub use thumbnail::ThumbnailView;
pub use types::{Caption, ClickRing, Highlight, Notice, Overlay, PictureFrame, Quad, Thumbnail};
pub use zoom::{Placement, Zoom};
pub mod demo;

use self::{
    surface::Surface,
    tools::Tools,
    zoom::{Gesture, Looking},
};

/// The height of the label of an element, in CSS pixels.
const LABEL_PX: f64 = 22.0;
/// How far an arrow moves the picture, in CSS pixels.
const ARROW_PX: f64 = 48.0;

/// The way to a picture from elsewhere on the page, such as from a key.
#[derive(Clone, Copy)]
pub struct PictureRef {
    fill_screen: StoredValue<Option<Callback<()>>>,
}

impl PictureRef {
    /// A way to no picture yet.
    pub fn new() -> Self {
        Self {
            fill_screen: StoredValue::new(None),
        }
    }

    /// Has the picture fill the screen, or gives the screen back. Nothing if there is no picture on the page.
    pub fn fill_screen(&self) {
        if let Some(fill_screen) = self.fill_screen.try_get_value().flatten() {
            fill_screen.run(());
        }
    }
}

impl Default for PictureRef {
    fn default() -> Self {
        Self::new()
    }
}

/// The page at a moment.
#[component]
pub fn PictureView(
    /// Where the images are.
    bitmaps: Bitmaps,
    /// What the page looked like, an image that is among the bitmaps; None shows `children`.
    #[prop(into)]
    frame: Signal<Option<PictureFrame>>,
    /// The recorded mouse at the moment.
    #[prop(into)]
    overlay: Signal<Overlay>,
    /// What was typed just before the moment, oldest first.
    #[prop(into)]
    captions: Signal<Vec<Caption>>,
    /// What the picture shows, for those who do not see it.
    #[prop(into)]
    label: Signal<String>,
    /// What is said over the picture. Default: nothing.
    #[prop(into, optional)]
    notice: Signal<Option<Notice>>,
    /// Told that the person wants what the notice says could not be had to be tried again. Default: ignored.
    #[prop(into, default = Callback::new(|_| ()))]
    on_retry: Callback<()>,
    /// What a file with the picture is called, without its ending. Default: `picture`.
    #[prop(into, default = Signal::stored("picture".to_owned()))]
    name: Signal<String>,
    /// Set to lead to this picture. Default: nobody needs to.
    #[prop(optional)]
    handle: PictureRef,
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
    let size = use_size(area);
    let shown = use_shown(bitmaps, frame);
    let zoom = RwSignal::new(Zoom::Fit);
    let looking = Memo::new(move |_| {
        let page = shown.with(|shown| shown.as_ref().map(|shown| shown.frame.page()))?;
        Some(Looking {
            page,
            area: size.get(),
            zoom: zoom.get(),
        })
    });
    let placement = Memo::new(move |_| looking.get().map(Looking::placement));
    let is_cut = Memo::new(move |_| {
        placement
            .get()
            .is_some_and(|placement| placement.is_cut(size.get()))
    });
    let has_frame = Memo::new(move |_| frame.with(Option::is_some));
    let children = StoredValue::new(children);
    let see = move |wanted: &dyn Fn(Looking) -> Zoom| {
        if let Some(looking) = looking.get_untracked() {
            zoom.set(wanted(looking));
        }
    };
    let gestures = Gestures {
        area,
        zoom,
        looking,
        gesture: StoredValue::default(),
    };
    let on_page = move |event: &MouseEvent| {
        let at = gestures.in_area(event)?;
        placement.get_untracked()?.on_page(at)
    };
    let on_pointermove = move |event: PointerEvent| {
        if gestures.go_on(&event) {
            return;
        }
        if is_picking.get_untracked() {
            on_point.run(on_page(&event));
        }
    };
    let on_pointerup = move |event: PointerEvent| {
        let has_moved = gestures.end(&event);
        if let (true, false, Some(at)) = (is_picking.get_untracked(), has_moved, on_page(&event)) {
            event.prevent_default();
            on_point.run(Some(at));
            on_pick.run(at);
        }
    };
    let on_keydown = move |event: KeyboardEvent| {
        let has_modifier = event.ctrl_key() || event.alt_key() || event.meta_key();
        // With Shift on many keyboards.
        let step = match event.key().as_str() {
            "+" | "=" => Some(true),
            "-" | "_" => Some(false),
            _ => None,
        };
        if let (Some(is_closer), false) = (step, has_modifier) {
            event.prevent_default();
            event.stop_propagation();
            return see(&|looking| looking.step(is_closer));
        }
        let by = match event.key().as_str() {
            "ArrowLeft" => (ARROW_PX, 0.0),
            "ArrowRight" => (-ARROW_PX, 0.0),
            "ArrowUp" => (0.0, ARROW_PX),
            "ArrowDown" => (0.0, -ARROW_PX),
            _ => return,
        };
        if is_cut.get_untracked() && !has_modifier && !event.shift_key() {
            event.prevent_default();
            event.stop_propagation();
            see(&|looking| looking.moved(by));
        }
    };
    let is_still = wants_less_motion();
    view! {
        <div
            class="ph-picture"
            class:ph-picture--cut=move || is_cut.get()
            class:ph-picture--picking=move || is_picking.get()
            data-testid="picture-area"
            data-zoom=move || placement.get().map(|placement| format!("{:.3}", placement.zoom))
            tabindex=move || if is_cut.get() { "0" } else { "-1" }
            role="group"
            aria-label="Picture of the page"
            node_ref=area
            on:wheel=move |event| gestures.wheel(&event)
            on:pointerdown=move |event| gestures.begin(&event, is_picking.get_untracked())
            on:pointermove=on_pointermove
            on:pointerup=on_pointerup
            on:pointercancel=move |event| { gestures.end(&event); }
            on:pointerleave=move |_| if is_picking.get_untracked() { on_point.run(None) }
            on:dblclick=move |event| if !is_picking.get_untracked() && let Some(at) = gestures.in_area(&event) {
                see(&|looking| looking.other(at));
            }
            on:keydown=on_keydown
        >
            <Surface
                shown=shown
                placement=placement
                size=size
                overlay=overlay
                highlight=highlight
                label=label
                is_still=is_still
            />
            <Show when=move || !has_frame.get()>
                <div class="ph-picture__instead">{children.with_value(|children| children())}</div>
            </Show>
            <BoxLabel placement=placement highlight=highlight size=size/>
            <Captions captions=captions/>
            <Said notice=notice on_retry=on_retry/>
            <Show when=move || has_frame.get()>
                <Tools
                    area=area
                    shown=shown
                    looking=looking
                    on_zoom=move |wanted| zoom.set(wanted)
                    name=name
                    handle=handle
                />
            </Show>
        </div>
    }
}

/// An image that is drawn, which is held for as long.
#[derive(Clone)]
struct Shown {
    frame: PictureFrame,
    bitmap: Rc<Bitmap>,
}

/// The newest image that was here when it was wanted.
fn use_shown(
    bitmaps: Bitmaps,
    frame: Signal<Option<PictureFrame>>,
) -> ReadSignal<Option<Shown>, LocalStorage> {
    let (shown, set_shown) = signal_local(None::<Shown>);
    Effect::new(move |_| match frame.get() {
        None => set_shown.set(None),
        Some(frame) => {
            if let Some(bitmap) = bitmaps.get(&frame.key) {
                set_shown.set(Some(Shown { frame, bitmap }));
            }
        }
    });
    shown
}

/// What hands do to the picture.
#[derive(Clone, Copy)]
struct Gestures {
    area: NodeRef<Div>,
    zoom: RwSignal<Zoom>,
    looking: Memo<Option<Looking>>,
    gesture: StoredValue<Gesture>,
}

impl Gestures {
    fn in_area(self, event: &MouseEvent) -> Option<(f64, f64)> {
        let area: HtmlElement = self.area.get_untracked()?.into();
        let rect = area.get_bounding_client_rect();
        let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
        Some((x - rect.left(), y - rect.top()))
    }

    /// Turning the wheel moves what is larger than its area; with Ctrl, which is also what a pinch on a touchpad says, it
    /// makes it larger or smaller.
    fn wheel(self, event: &WheelEvent) {
        const LINE_PX: f64 = 16.0;
        /// A notch of a wheel is 100 px or more, a pinch a few at a time.
        const MOST_PX: f64 = 60.0;
        let (Some(looking), Some(at)) = (self.looking.get_untracked(), self.in_area(event)) else {
            return;
        };
        let unit = match event.delta_mode() {
            WheelEvent::DOM_DELTA_PIXEL => 1.0,
            _ => LINE_PX,
        };
        let (x, y) = (event.delta_x() * unit, event.delta_y() * unit);
        if event.ctrl_key() || event.meta_key() {
            event.prevent_default();
            let factor = (-y.clamp(-MOST_PX, MOST_PX) * 0.006).exp();
            self.zoom.set(looking.by(factor, at));
        } else if looking.placement().is_cut(looking.area) {
            event.prevent_default();
            let (x, y) = if event.shift_key() { (y, x) } else { (x, y) };
            self.zoom.set(looking.moved((-x, -y)));
        }
    }

    /// One finger or the mouse moves the picture, unless it picks; two fingers always do.
    fn begin(self, event: &PointerEvent, is_picking: bool) {
        if event.button() != 0 {
            return;
        }
        let (Some(at), Some(looking)) = (self.in_area(event), self.looking.get_untracked()) else {
            return;
        };
        let is_touch = event.pointer_type() == "touch";
        let can_move = looking.placement().is_cut(looking.area) && !is_picking;
        if !is_touch && !can_move {
            return;
        }
        self.gesture
            .update_value(|gesture| gesture.begin(event.pointer_id(), at));
        if let Some(area) = self.area.get_untracked() {
            // Refused only for a pointer that is gone; then the gesture ends with it.
            area.set_pointer_capture(event.pointer_id()).ok();
        }
    }

    /// Whether the pointer belongs to a gesture that does something.
    fn go_on(self, event: &PointerEvent) -> bool {
        let (Some(at), Some(looking)) = (self.in_area(event), self.looking.get_untracked()) else {
            return false;
        };
        let id = event.pointer_id();
        let change = self
            .gesture
            .try_update_value(|gesture| gesture.moved(id, at))
            .flatten();
        if let Some(change) = change {
            let moved = Looking {
                zoom: looking.moved(change.by_px),
                ..looking
            };
            let wanted = match change.factor == 1.0 {
                true => moved.zoom,
                false => moved.by(change.factor, change.about),
            };
            self.zoom.set(wanted);
        }
        change.is_some() || self.gesture.with_value(|gesture| gesture.n_pointers() > 1)
    }

    /// Whether the picture was moved.
    fn end(self, event: &PointerEvent) -> bool {
        self.gesture
            .try_update_value(|gesture| {
                gesture.end(event.pointer_id());
                gesture.has_moved
            })
            .unwrap_or_default()
            && event.pointer_type() == "touch"
    }
}

/// What an element is called, beside its boxes.
#[component]
fn BoxLabel(
    placement: Memo<Option<Placement>>,
    highlight: Signal<Option<Highlight>>,
    size: Signal<(f64, f64)>,
) -> impl IntoView {
    move || {
        let highlight = highlight.get()?;
        let area = size.get();
        let placement = placement.get()?;
        let (left, right, top) = logic::label_place(placement, &highlight, LABEL_PX);
        let along = |at: f64, from: f64, most: f64| (at + from).clamp(0.0, most.max(0.0));
        let (left, right) = (
            along(left, placement.at_px.0, area.0),
            along(right, placement.at_px.0, area.0),
        );
        let top = along(top, placement.at_px.1, area.1 - LABEL_PX);
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
    }
}

/// What was typed: text as text, other keys as keys.
#[component]
fn Captions(captions: Signal<Vec<Caption>>) -> impl IntoView {
    let shown = move || {
        captions
            .get()
            .into_iter()
            .map(|caption| match caption {
                Caption::Text(text) => view! { <span class="ph-typed">{text}</span> }.into_any(),
                Caption::Key(key) => view! { <kbd class="ph-key">{key}</kbd> }.into_any(),
            })
            .collect_view()
    };
    view! { <div class="ph-picture__keys" data-testid="captions" aria-hidden="true">{shown}</div> }
}

/// What has to be said of the picture, where it is not what it seems.
#[component]
fn Said(notice: Signal<Option<Notice>>, on_retry: Callback<()>) -> impl IntoView {
    let shown = move || {
        notice.get().map(|notice| {
            view! {
                <div class="ph-picture__notice" data-testid="picture-notice">
                    <span>{notice.text}</span>
                    {notice.can_retry.then(|| view! {
                        <button type="button" class="ph-picture__retry" on:click=move |_| on_retry.run(())>"Try again"</button>
                    })}
                </div>
            }
        })
    };
    view! { <div class="ph-picture__notices" role="status">{shown}</div> }
}
