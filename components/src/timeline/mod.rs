//! The timeline: the recording, or a part of it, as a line with what is loaded, what happened, and where we are.
//!
//! A press goes to a moment or to a mark, a drag scrubs. The wheel and a pinch zoom where the pointer is, sideways, with Shift
//! and with the middle button they pan, a double press zooms in. Shift and a drag, or a finger that stays, select a range, to be
//! zoomed to or focused on. While a part is seen, a map above it shows which.
//!
//! Keys, while the track has the focus: arrows, Page Up and Down, Home and End move the moment; `+` `-` or `W` `S` zoom at the
//! moment, `A` `D` pan, `F` shows all again. Ctrl or Alt with arrows walks the marks, up and down to other tracks, Enter goes
//! there. With a range selected Enter zooms to it, `Shift+F` focuses on it, Escape drops it.
//!
//! Everything that stays while the playhead moves is drawn at most once a frame on a canvas; the playhead and the bubble under
//! the pointer are elements of their own, so a frame of scrubbing moves two boxes and draws nothing, however many events there
//! are.

use std::sync::Arc;

use leptos::{context::Provider, html::Div, prelude::*};

use crate::{
    dom::use_size,
    format,
    picture::{Bitmaps, Thumbnail},
    primitives::menu::MenuPlace,
};

mod types;
pub use types::{Regions, Seek, Span};
mod series;
pub use series::{Series, Times};
mod tracks;
pub use tracks::{Amounts, Content, EventTrack, MarkerAt, Stretches, TrackKind};
mod kinds;

mod geometry;
pub use geometry::{TrackGeometry, ViewMove, following, kept, panned, view_after, view_of, zoomed};
mod layout;
mod places;
pub use places::PlacedMark;
mod marks;
pub use marks::legend;
mod drawing;
pub use drawing::{Drawing, draw, height_px, ticks};
mod cursor;
mod keys;
mod pointers;
mod trail;
pub use trail::trail_after;

mod acting;
mod bubble;
mod map;
mod over;
mod range;
mod surface;
mod tools;
pub use over::TimelineOver;
pub use tools::{TimelineTools, TrackChoice};

pub mod demo;
#[cfg(test)]
mod testing;

use self::{
    acting::Acting, bubble::Target, layout::Layout, over::Shared, pointers::Pointers, surface::Surface,
};

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
    /// What happened: the tracks that are shown. Those of nothing take no room.
    #[prop(into)]
    tracks: Signal<Arc<[EventTrack]>>,
    /// What a thing on a track is, in words: `Click at 120, 45`. Asked only for what is pointed at or walked to.
    #[prop(into)]
    describe: Callback<MarkerAt, String>,
    /// A picture of the moment under the pointer. Default: none.
    #[prop(into, optional)]
    hover_image: Signal<Option<Thumbnail>>,
    /// Where the images of such pictures are. Default: there are none.
    #[prop(optional)]
    bitmaps: Option<Bitmaps>,
    /// Told the moment the person wants, again and again while dragging.
    #[prop(into)]
    on_seek: Callback<Seek>,
    /// Told what the person chose on a track.
    #[prop(into)]
    on_marker: Callback<MarkerAt>,
    /// Told the moment under the pointer, None when it leaves. Default: ignored.
    #[prop(into, default = Callback::new(|_| ()))]
    on_hover: Callback<Option<f64>>,
    /// What part is in focus; the rest is hatched. Default: all of it.
    #[prop(into, optional)]
    focus: Signal<Option<Span>>,
    /// Told the part to focus on, and whether that is final: not while one of its ends is dragged. Default: ignored.
    #[prop(into, default = Callback::new(|_| ()))]
    on_focus: Callback<(Span, bool)>,
    /// Told where a menu was asked for, on the screen and in ms. Default: nobody, and the browser shows its own.
    #[prop(into, optional)]
    on_menu: Option<Callback<(MenuPlace, f64)>>,
    /// The part that is seen; None for all of it. Default: the timeline keeps it for itself.
    #[prop(optional)]
    view: RwSignal<Option<Span>>,
    /// The parts that were zoomed to, each in the one before it. Default: the timeline keeps them for itself.
    #[prop(optional)]
    trail: RwSignal<Vec<Span>>,
    /// The range that is selected. Default: the timeline keeps it for itself.
    #[prop(optional)]
    selection: RwSignal<Option<Span>>,
    /// Told the relation of time and place, for what is to stand in line with the track. Default: nobody.
    #[prop(optional)]
    geometry_out: Option<RwSignal<Option<TrackGeometry>>>,
    /// What lies over the track, [`TimelineOver`]; for those who bring that later. Default: that.
    #[prop(into, default = ViewFn::from(|| view! { <TimelineOver/> }))]
    over: ViewFn,
) -> impl IntoView {
    let node = NodeRef::<Div>::new();
    let size = use_size(node);
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
    let kinds = surface::settled_kinds(tracks);
    let layout = Memo::new(move |_| Layout::of(kinds.get(), geometry.with(|geometry| geometry.width_px)));
    let acting = Acting {
        node,
        geometry,
        layout,
        time_ms,
        tracks,
        view,
        trail,
        selection,
        drawing: RwSignal::new(Arc::default()),
        pointers: RwSignal::new(Pointers::Idle),
        pointer: RwSignal::new(None),
        cursor: RwSignal::new(None),
        on_seek,
        on_marker,
        on_focus,
    };
    let hover = Memo::new(move |_| acting.hovered());
    Effect::new(move |_| on_hover.run(hover.get().map(|hover| hover.pointer_ms)));
    follow(geometry, time_ms, move |seen| acting.see(seen));
    let focus_draft = draft_of(focus);
    let focused = Signal::derive(move || focus_draft.get().or_else(|| focus.get()));
    let change_focus = move |(span, is_final)| {
        focus_draft.set(Some(span));
        on_focus.run((span, is_final));
    };
    let target = Memo::new(move |_| hover.get().or_else(|| acting.target_of_cursor()));
    let shared = Shared {
        acting,
        tracks,
        focused,
        change_focus: Callback::new(change_focus),
        target,
        describe,
        image: hover_image,
        bitmaps,
    };
    view! {
        <div
            class="ph-track"
            class:ph-track--dragged=move || acting.pointers.get().is_scrubbing()
            class:ph-track--on-mark=move || hover.get().is_some_and(|hover| hover.mark.is_some())
            node_ref=node
            style:height=move || format!("{}px", layout.get().height_px)
            on:pointerdown=move |event| acting.on_down(&event)
            on:pointermove=move |event| acting.on_move(&event)
            on:pointerup=move |event| acting.on_up(&event)
            on:pointercancel=move |event| acting.on_cancel(&event)
            on:lostpointercapture=move |event| acting.on_cancel(&event)
            on:pointerleave=move |_| acting.pointer.set(None)
            on:dblclick=move |event| acting.on_double(&event)
            on:keydown=move |event| acting.on_key(&event)
            on:wheel=move |event| acting.on_wheel(&event)
            on:contextmenu=move |event| {
                if let Some(on_menu) = on_menu && let Some(asked) = acting.menu_at(&event) {
                    on_menu.run(asked);
                }
            }
        >
            // What a reader meets in a slider is nothing but its value, so the thumbs and the buttons stand beside it.
            <div
                class="ph-track__slider"
                data-testid="timeline"
                role="slider"
                tabindex="0"
                aria-label="Moment in the recording"
                aria-valuemin="0"
                aria-valuemax=move || format!("{:.0}", duration_ms.get())
                aria-valuenow=move || format!("{:.0}", time_ms.get().min(duration_ms.get()))
                aria-valuetext=spoken_value(time_ms, duration_ms, tracks)
                on:blur=move |_| acting.cursor.set(None)
            >
                <Surface
                    geometry=geometry
                    layout=layout
                    tracks=tracks
                    regions=regions
                    progress_percent=progress_percent
                    drawing=acting.drawing
                />
            </div>
            <Outside geometry=geometry focus=focused/>
            <Show when=move || geometry.get().is_near(time_ms.get())>
                <div class="ph-track__playhead" style:transform=move || translate_x(geometry.get().x_of(time_ms.get()))></div>
            </Show>
            <Provider value=shared>{over.run()}</Provider>
        </div>
    }
}

/// A value that stands in for another until that is set anew.
fn draft_of(value: Signal<Option<Span>>) -> RwSignal<Option<Span>> {
    let draft = RwSignal::new(None);
    Effect::new(move |_| {
        value.track();
        draft.set(None);
    });
    draft
}

/// The moment in words, with the number of events until then; told at most ten times a second while time runs.
fn spoken_value(
    time_ms: Signal<f64>,
    duration_ms: Signal<f64>,
    tracks: Signal<Arc<[EventTrack]>>,
) -> impl Fn() -> String + Clone {
    let spoken_ms = Memo::new(move |_| (time_ms.get() / 100.0).round() * 100.0);
    move || {
        let (now, all) = (format::spoken(spoken_ms.get()), format::spoken(duration_ms.get()));
        match tracks.with(|tracks| cursor::count(tracks, time_ms.get_untracked())) {
            (_, 0) => format!("{now} of {all}"),
            (n_until, n_all) => format!("{now} of {all}, {n_until} of {n_all} events"),
        }
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

fn translate_x(x: f64) -> String {
    format!("translateX({x:.2}px)")
}
