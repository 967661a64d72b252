//! The timeline: the recording, or a part of it, as a line with what is loaded, what happened, and where we are.
//!
//! The wheel and a pinch zoom where the pointer is, sideways they pan; `+` `-` or `W` `S` zoom at the moment, `A` `D` pan, `F`
//! shows all again. While a part is seen, a map above it shows which.
//!
//! Everything that stays while the playhead moves is drawn once on a canvas; the playhead and the bubble under the pointer
//! are elements of their own, so a frame of scrubbing moves two boxes and draws nothing, however many events there are.

use std::sync::Arc;

use leptos::{
    ev::{KeyboardEvent, MouseEvent, PointerEvent, WheelEvent},
    html::{Canvas, Div},
    prelude::*,
};

use crate::{
    canvas,
    dom::{use_size, use_theme_changes, x_in_element},
    format,
    picture::{Bitmaps, Thumbnail, ThumbnailView},
    primitives::menu::{Menu, MenuItem, MenuPlace},
};

mod geometry;
mod logic;
mod map;
mod markers;
mod series;
mod tracks;
mod types;
pub use geometry::{TrackGeometry, following, panned, view_of, zoomed};
pub use logic::{TRACK_PX, shapes, ticks};
pub use markers::{Lane, PlacedMarker, lanes, place_markers};
pub use series::{Series, Times};
pub use tracks::{Amounts, Content, EventTrack, MarkerAt, Stretches, TrackKind};
pub use types::{Marker, MarkerKind, Regions, Seek, Span};
pub mod demo;

const FONT: &str = "500 10.5px Inter, system-ui, sans-serif";

/// The track: a slider over the time of the recording.
#[component]
pub fn Timeline(
    /// How long the recording is, in ms.
    #[prop(into)]
    duration_ms: Signal<f64>,
    /// The current moment, in ms.
    #[prop(into)]
    time_ms: Signal<f64>,
    /// What the server has loaded.
    #[prop(into)]
    regions: Signal<Regions>,
    /// How much of the recording has been processed, 0 to 100; None when nothing is under way.
    #[prop(into)]
    progress_percent: Signal<Option<f64>>,
    /// What happened, in the order of time.
    #[prop(into)]
    markers: Signal<Arc<[Marker]>>,
    /// A picture of the moment under the pointer. Default: none.
    #[prop(into, optional)]
    hover_image: Signal<Option<Thumbnail>>,
    /// Where the images of such pictures are. Default: there are none.
    #[prop(optional)]
    bitmaps: Option<Bitmaps>,
    /// Told the moment the person wants, again and again while dragging.
    #[prop(into)]
    on_seek: Callback<Seek>,
    /// Told the index of the marker that the person chose.
    #[prop(into)]
    on_marker: Callback<usize>,
    /// Told the moment under the pointer, None when it leaves. Default: ignored.
    #[prop(into, default = Callback::new(|_| ()))]
    on_hover: Callback<Option<f64>>,
    /// What part is in focus; the rest is hatched. Default: all of it.
    #[prop(into, optional)]
    focus: Signal<Option<Span>>,
    /// What can be done at the moment (in ms) where the menu was asked for. Default: nothing, and the browser's own menu.
    #[prop(optional)]
    menu: Option<Callback<f64, Vec<MenuItem>>>,
    /// The part that is seen; None for all of it. Default: the timeline keeps it for itself.
    #[prop(optional)]
    view: RwSignal<Option<Span>>,
    /// Told the relation of time and place, for what is to stand in line with the track. Default: nobody.
    #[prop(optional)]
    geometry_out: Option<RwSignal<Option<TrackGeometry>>>,
) -> impl IntoView {
    let track = NodeRef::<Div>::new();
    let size = use_size(track);
    let geometry = Memo::new(move |_| {
        let whole = TrackGeometry::whole(size.get().0, duration_ms.get());
        match view.get() {
            Some(view) => TrackGeometry {
                view: view_of(view, whole.duration_ms),
                ..whole
            },
            None => whole,
        }
    });
    if let Some(out) = geometry_out {
        // Out of the component, whose size nobody else knows.
        Effect::new(move |_| out.set(Some(geometry.get())));
    }
    let see = move |wanted: Span| {
        let is_all = wanted.end_ms - wanted.begin_ms >= duration_ms.get_untracked();
        view.set((!is_all).then_some(wanted));
    };
    follow(geometry, time_ms, see);
    let lanes = Memo::new(move |_| markers.with(|markers| lanes(markers)));
    let placed = Memo::new(move |_| lanes.with(|lanes| place_markers(lanes, geometry.get())));
    let pointer_x = RwSignal::new(None::<f64>);
    let hover = Memo::new(move |_| {
        let x = pointer_x.get()?;
        Some(Hover {
            time_ms: geometry.get().time_at(x),
            marker: placed.with(|placed| markers::marker_at(placed, x)),
        })
    });
    Effect::new(move |_| on_hover.run(hover.get().map(|hover| hover.time_ms)));
    let is_dragged = RwSignal::new(false);

    let seek_to = move |time_ms: f64, is_final: bool| on_seek.run(Seek { time_ms, is_final });
    let hover_at = move |event: &PointerEvent| {
        pointer_x.set(Some(x_in_element(event, &*track.get_untracked()?)));
        hover.get_untracked()
    };
    let on_pointerdown = move |event: PointerEvent| {
        let (Some(at), Some(track)) = (hover_at(&event), track.get_untracked()) else {
            return;
        };
        if event.button() != 0 {
            return;
        }
        match at.marker.filter(|_| !is_dragged.get_untracked()) {
            Some(marker) => on_marker.run(marker),
            None => {
                // Refused only for a pointer that is gone; then the drag ends with it.
                track.set_pointer_capture(event.pointer_id()).ok();
                is_dragged.set(true);
                seek_to(at.time_ms, false);
            }
        }
    };
    let on_pointermove = move |event: PointerEvent| {
        let Some(at) = hover_at(&event) else { return };
        if is_dragged.get_untracked() {
            seek_to(at.time_ms, false);
        }
    };
    let on_pointerup = move |event: PointerEvent| {
        if let (true, Some(at)) = (is_dragged.get_untracked(), hover_at(&event)) {
            is_dragged.set(false);
            seek_to(at.time_ms, true);
        }
    };
    let menu_place = RwSignal::new(None::<MenuPlace>);
    let menu_ms = StoredValue::new(0.0);
    let on_contextmenu = move |event: MouseEvent| {
        let Some(track) = track.get_untracked().filter(|_| menu.is_some()) else {
            return;
        };
        event.prevent_default();
        let place = MenuPlace::of(&event);
        let by_key = event.client_x() == 0 && event.client_y() == 0;
        let x = place.x - track.get_bounding_client_rect().left();
        let at_pointer = geometry.get_untracked().time_at(x);
        menu_ms.set_value(if by_key {
            time_ms.get_untracked()
        } else {
            at_pointer
        });
        menu_place.set(Some(place));
    };
    let on_wheel = move |event: WheelEvent| {
        let Some(track) = track.get_untracked() else {
            return;
        };
        event.prevent_default();
        let geometry = geometry.get_untracked();
        let around_ms = geometry.time_at(x_in_element(&event, &track));
        if let Some(view) = logic::view_after_wheel(geometry, &wheel(&event), around_ms) {
            see(view);
        }
    };
    let on_keydown = move |event: KeyboardEvent| {
        let has_modifier = event.ctrl_key() || event.alt_key() || event.meta_key();
        let seen = logic::view_after_key(&event.key(), geometry.get_untracked(), time_ms.get_untracked());
        if let (false, Some(seen)) = (has_modifier, seen) {
            event.prevent_default();
            event.stop_propagation();
            return see(seen);
        }
        if let (false, Some(to)) = (
            has_modifier,
            logic::time_after_key(&event.key(), time_ms.get_untracked(), duration_ms.get_untracked()),
        ) {
            event.prevent_default();
            event.stop_propagation();
            seek_to(to, true);
        }
    };
    // Read aloud at most ten times a second while playing.
    let spoken_ms = Memo::new(move |_| (time_ms.get() / 100.0).round() * 100.0);
    view! {
        <div
            class="ph-track"
            class:ph-track--dragged=move || is_dragged.get()
            class:ph-track--on-marker=move || hover.get().is_some_and(|hover| hover.marker.is_some())
            node_ref=track
            data-testid="timeline"
            role="slider"
            tabindex="0"
            aria-label="Moment in the recording"
            aria-valuemin="0"
            aria-valuemax=move || format!("{:.0}", duration_ms.get())
            aria-valuenow=move || format!("{:.0}", spoken_ms.get().min(duration_ms.get()))
            aria-valuetext=move || format!("{} of {}", format::spoken(spoken_ms.get()), format::spoken(duration_ms.get()))
            on:pointerdown=on_pointerdown
            on:pointermove=on_pointermove
            on:pointerup=on_pointerup
            on:pointerleave=move |_| pointer_x.set(None)
            on:lostpointercapture=move |_| is_dragged.set(false)
            on:keydown=on_keydown
            on:wheel=on_wheel
            on:contextmenu=on_contextmenu
        >
            <Track geometry=geometry regions=regions progress_percent=progress_percent placed=placed/>
            <Outside geometry=geometry focus=focus/>
            <Show when=move || geometry.get().is_near(time_ms.get())>
                <div class="ph-track__playhead" style:transform=move || translate_x(geometry.get().x_of(time_ms.get()))></div>
            </Show>
            <map::TrackMap geometry=geometry time_ms=time_ms on_see=see/>
            <HoverBubble geometry=geometry hover=hover markers=markers image=hover_image bitmaps=bitmaps/>
        </div>
        {menu.map(|menu| view! {
            <Menu label="At this moment" place=menu_place items=move |()| menu.run(menu_ms.get_value())/>
        })}
    }
}

/// What lies outside the focus, on either side of it.
#[component]
fn Outside(geometry: Memo<TrackGeometry>, focus: Signal<Option<Span>>) -> impl IntoView {
    move || {
        focus.get().map(|focus| {
            let geometry = geometry.get();
            let (begin, end) = (geometry.x_within(focus.begin_ms), geometry.x_within(focus.end_ms));
            view! {
                <div class="ph-track__outside" style:left="0" style:width=format!("{begin:.2}px")></div>
                <div class="ph-track__outside" style:left=format!("{end:.2}px") style:right="0"></div>
            }
        })
    }
}

/// Keeps the moment in sight while time runs, and where it is moved to.
fn follow(geometry: Memo<TrackGeometry>, time_ms: Signal<f64>, see: impl Fn(Span) + 'static) {
    /// A step of time that is longer is a move, not time that runs.
    const MOVE_MS: f64 = 250.0;
    Effect::new(move |before: Option<f64>| {
        let now_ms = time_ms.get();
        let geometry = geometry.get_untracked();
        let before_ms = before.unwrap_or(now_ms);
        let was_seen = (geometry.view.begin_ms..=geometry.view.end_ms).contains(&before_ms);
        let view = following(geometry.view, now_ms, geometry.duration_ms);
        if view != geometry.view && (was_seen || (now_ms - before_ms).abs() > MOVE_MS) {
            see(view);
        }
        now_ms
    });
}

/// How far a wheel was turned, in pixels.
fn wheel(event: &WheelEvent) -> logic::Wheel {
    const LINE_PX: f64 = 16.0;
    let unit = match event.delta_mode() {
        WheelEvent::DOM_DELTA_PIXEL => 1.0,
        _ => LINE_PX,
    };
    logic::Wheel {
        x_px: event.delta_x() * unit,
        y_px: event.delta_y() * unit,
        is_pinch: event.ctrl_key() || event.meta_key(),
        is_sideways: event.shift_key(),
    }
}

/// Where the pointer is.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Hover {
    time_ms: f64,
    /// The marker under it.
    marker: Option<usize>,
}

fn translate_x(x: f64) -> String {
    format!("translateX({x:.2}px)")
}

/// What stays while the playhead moves.
#[component]
fn Track(
    geometry: Memo<TrackGeometry>,
    regions: Signal<Regions>,
    progress_percent: Signal<Option<f64>>,
    placed: Memo<Vec<PlacedMarker>>,
) -> impl IntoView {
    let surface = NodeRef::<Canvas>::new();
    let theme = use_theme_changes();
    Effect::new(move |_| {
        theme.track();
        let Some(surface) = surface.get() else { return };
        let geometry = geometry.get();
        let list = regions
            .with(|regions| placed.with(|placed| shapes(geometry, regions, progress_percent.get(), placed)));
        if let Err(error) = canvas::draw(&surface, (geometry.width_px, TRACK_PX), FONT, &list) {
            leptos::logging::error!("the timeline could not be drawn: {error:?}");
        }
    });
    view! { <canvas class="ph-track__surface" aria-hidden="true" node_ref=surface></canvas> }
}

/// The time under the pointer, the marker's name if there is one, and a picture if there is one.
#[component]
fn HoverBubble(
    geometry: Memo<TrackGeometry>,
    hover: Memo<Option<Hover>>,
    markers: Signal<Arc<[Marker]>>,
    image: Signal<Option<Thumbnail>>,
    bitmaps: Option<Bitmaps>,
) -> impl IntoView {
    let is_shown = Memo::new(move |_| hover.get().is_some());
    let time_ms = move || {
        let Some(Hover { time_ms, marker }) = hover.get() else {
            return 0.0;
        };
        let of_marker = marker
            .and_then(|marker| markers.with(|markers| markers.get(marker).map(|marker| marker.time_ms)));
        of_marker.unwrap_or(time_ms)
    };
    let name = move || {
        let marker = hover.get()?.marker?;
        markers.with(|markers| markers.get(marker).map(|marker| marker.label.clone()))
    };
    // Kept inside the track: half of the bubble's greatest width from either end.
    let bubble_x = move || {
        let geometry = geometry.get();
        let half: f64 = if image.with(Option::is_some) { 92.0 } else { 44.0 };
        geometry.x_of(time_ms()).clamp(
            half.min(geometry.width_px / 2.0),
            (geometry.width_px - half).max(geometry.width_px / 2.0),
        )
    };
    view! {
        <Show when=move || is_shown.get()>
            <div class="ph-track__hairline" style:transform=move || translate_x(geometry.get().x_of(time_ms()))></div>
            <div class="ph-track__anchor" style:transform=move || translate_x(bubble_x())>
                <div class="ph-track__bubble">
                    {bitmaps.map(|bitmaps| view! { <ThumbnailView bitmaps=bitmaps thumbnail=image/> })}
                    {move || name().map(|name| view! { <span class="ph-track__name">{name}</span> })}
                    <span class="ph-number">{move || format::clock(time_ms())}</span>
                </div>
            </div>
        </Show>
    }
}
