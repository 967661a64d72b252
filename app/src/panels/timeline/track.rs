//! The track: what happened when, and going there.

use std::sync::Arc;

use components::{
    format,
    picture::Bitmaps,
    primitives::menu::{Menu, MenuItem, MenuPlace},
    timeline::{Seek, Span, Timeline, TimelineTools, TrackChoice, TrackGeometry, TrackKind},
};
use leptos::prelude::*;

use super::film::Pointing;
use crate::{
    logic::moment,
    stores::{Stores, focus::Edge, preferences::PreferenceStore},
};

/// The relation of time and place on the track, for what stands in line with it; None until that is in the page.
pub(crate) type Geometry = RwSignal<Option<TrackGeometry>>;

/// The recording as a line.
#[component]
pub(super) fn TimelineTrack(
    /// Told the relation.
    geometry: Geometry,
    /// Where the pointer is.
    pointing: Pointing,
    /// Where its menu was asked for.
    menu: AskedMenu,
    /// What lies over it.
    over: ViewFn,
) -> impl IntoView {
    let stores: Stores = expect_context();
    let bitmaps: Bitmaps = expect_context();
    let Stores {
        timeline,
        focus,
        tracks,
        view,
        ..
    } = stores;
    Effect::new(move |_| stores.want_tracks());
    let regions = Memo::new(move |_| {
        timeline
            .regions()
            .with(|regions| regions.as_ref().map(moment::regions).unwrap_or_default())
    });
    let on_seek = move |seek: Seek| match seek.is_final {
        true => timeline.go_to(seek.time_ms, None),
        false => timeline.drag_to(seek.time_ms),
    };
    // Told anew when the focus could not be moved, too: then the thumbs go back.
    let in_focus = Signal::derive(move || {
        focus.failure().track();
        focus.span().get()
    });
    let on_focus = move |(span, is_final): (Span, bool)| {
        if is_final {
            focus.move_to(span);
        }
    };
    view! {
        <Timeline
            duration_ms=timeline.duration_ms()
            time_ms=timeline.time_ms()
            regions=regions
            progress_percent=timeline.progress_percent()
            tracks=tracks.shown()
            describe=move |marker| tracks.describe(marker)
            hover_image=pointing.image
            bitmaps=bitmaps
            on_seek=on_seek
            on_marker=move |marker| stores.go_to_marker_at(marker)
            on_hover=move |time_ms| pointing.at_ms.set(time_ms)
            focus=in_focus
            on_focus=on_focus
            on_menu=move |asked| menu.set(Some(asked))
            view=view.view()
            trail=view.trail()
            selection=view.selection()
            geometry_out=geometry
            over=over
        />
    }
}

/// Where a menu of the track was asked for, on the screen and in ms, while it is open.
pub(super) type AskedMenu = RwSignal<Option<(MenuPlace, f64)>>;

/// What can be done at the moment where the menu was asked for.
#[component]
pub(super) fn TrackMenu() -> impl IntoView {
    let (stores, asked): (Stores, AskedMenu) = (expect_context(), expect_context());
    let place = RwSignal::new(None);
    Effect::new(move |_| place.set(asked.get().map(|(place, _)| place)));
    let items = move |()| {
        let time_ms = asked.get_untracked().map_or(0.0, |(_, time_ms)| time_ms);
        items_at(stores, time_ms)
    };
    view! { <Menu label="At this moment" place=place items=items/> }
}

fn items_at(stores: Stores, time_ms: f64) -> Vec<MenuItem> {
    let Stores {
        timeline,
        focus,
        view,
        ..
    } = stores;
    let edge = move |time_ms: f64| Edge { time_ms, point: None };
    let focused = focus.span().get_untracked();
    let see = move |part: Option<Span>| match part {
        Some(part) => view.see(part),
        None => view.fit(),
    };
    vec![
        MenuItem::new(format!("Go to {}", format::clock(time_ms)), move || {
            timeline.go_to(time_ms, None)
        }),
        MenuItem::new("Begin the focus here", move || focus.begin_at(edge(time_ms))).group(),
        MenuItem::new("End the focus here", move || focus.end_at(edge(time_ms))),
        MenuItem::new("Focus on the whole recording", move || focus.clear()).enabled(focused.is_some()),
        MenuItem::new("Show only the focus", move || see(focused))
            .enabled(focused.is_some())
            .group(),
        MenuItem::new("Show the whole recording", move || see(None))
            .enabled(view.view().with_untracked(Option::is_some)),
    ]
}

/// What stands beside the track: which tracks are shown, zoom, and the way back.
#[component]
pub(super) fn TrackTools() -> impl IntoView {
    let stores: Stores = expect_context();
    let preferences: PreferenceStore = expect_context();
    let hidden = Memo::new(move |_| {
        let keys = preferences.hidden_tracks().get();
        let is_hidden = |kind: &TrackKind| keys.contains(kind.key());
        TrackKind::ALL.into_iter().filter(is_hidden).collect::<Arc<[_]>>()
    });
    let choose = move |choice: TrackChoice| preferences.show_track(choice.kind.key(), choice.is_shown);
    view! {
        <TimelineTools
            duration_ms=stores.timeline.duration_ms()
            time_ms=stores.timeline.time_ms()
            tracks=stores.tracks.all()
            hidden=hidden
            is_cut=move |kind| untrack(|| stores.tracks.is_cut(kind))
            on_choose=choose
            view=stores.view.view()
            trail=stores.view.trail()
            selection=stores.view.selection()
        />
    }
}
