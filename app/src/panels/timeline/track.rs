//! The track: what happened when, and going there.

use std::sync::Arc;

use components::{
    format,
    primitives::menu::MenuItem,
    timeline::{
        Content, EventTrack, MarkerAt, MarkerKind, Seek, Series, Span, Timeline, TimelineTools, TrackChoice,
        TrackGeometry, TrackKind,
    },
};
use leptos::prelude::*;
use wire::point::ExecutionPoint;

use crate::{
    logic::moment,
    stores::{Stores, focus::Edge, preferences::PreferenceStore},
};

/// The recording as a line.
#[component]
pub(super) fn TimelineTrack(
    /// Told the relation of time and place.
    geometry: RwSignal<Option<TrackGeometry>>,
) -> impl IntoView {
    let stores: Stores = expect_context();
    let preferences: PreferenceStore = expect_context();
    let Stores {
        recording,
        timeline,
        pictures,
        focus,
        view,
        ..
    } = stores;
    let known = tracks(stores);
    let tracks = Memo::new(move |_| {
        let hidden = preferences.hidden_tracks().get();
        known.with(|known| {
            let is_shown = |known: &&KnownTrack| !hidden.iter().any(|key| key == known.track.kind.key());
            let shown = known.iter().filter(is_shown);
            shown.map(|known| known.track.clone()).collect::<Arc<[_]>>()
        })
    });
    let thing = move |marker: MarkerAt| {
        known.with_untracked(|known| {
            let track = known.iter().find(|known| known.track.kind == marker.kind)?;
            track.things.get(marker.index).cloned()
        })
    };
    let regions = Memo::new(move |_| {
        timeline
            .regions()
            .with(|regions| regions.as_ref().map(moment::regions).unwrap_or_default())
    });
    let hovered_ms = RwSignal::new(None::<f64>);
    let hovered = Memo::new(move |_| {
        let time_ms = hovered_ms.get()?;
        recording
            .paints()
            .with(|paints| moment::paint_at(paints, time_ms).cloned())
    });
    Effect::new(move |_| {
        if let Some(paint) = hovered.get() {
            pictures.want(&paint);
        }
    });
    let hover_image = Memo::new(move |_| hovered.with(|paint| Some(pictures.of(paint.as_ref()?)?.url)));
    let on_seek = move |seek: Seek| match seek.is_final {
        true => timeline.go_to(seek.time_ms, None),
        false => timeline.drag_to(seek.time_ms),
    };
    let on_marker = move |marker: MarkerAt| {
        if let Some(thing) = thing(marker) {
            timeline.go_to(thing.time_ms, Some(thing.point));
        }
    };
    // Told anew when the focus could not be moved, too: then the thumbs go back.
    let in_focus = Signal::derive(move || {
        focus.failure().track();
        let window = focus.window().get()?;
        Some(Span {
            begin_ms: window.begin.time,
            end_ms: window.end.time,
        })
    });
    let edge = move |time_ms: f64| Edge { time_ms, point: None };
    let on_focus = move |(span, is_final): (Span, bool)| {
        if is_final {
            focus.set(Some(edge(span.begin_ms)), Some(edge(span.end_ms)));
        }
    };
    let menu = Callback::new(move |time_ms: f64| {
        let focused = in_focus.get_untracked();
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
    });
    view! {
        <Timeline
            duration_ms=timeline.duration_ms()
            time_ms=timeline.time_ms()
            regions=regions
            progress_percent=timeline.progress_percent()
            tracks=tracks
            describe=move |marker| thing(marker).map(|thing| thing.label).unwrap_or_default()
            hover_image=hover_image
            on_seek=on_seek
            on_marker=on_marker
            on_hover=move |time_ms| hovered_ms.set(time_ms)
            focus=in_focus
            on_focus=on_focus
            menu=menu
            view=view.view()
            trail=view.trail()
            selection=view.selection()
            geometry_out=geometry
        />
    }
}

/// What stands beside the track: which tracks are shown, zoom, and the way back.
#[component]
pub(super) fn TrackTools() -> impl IntoView {
    let stores: Stores = expect_context();
    let preferences: PreferenceStore = expect_context();
    let known = tracks(stores);
    let tracks = Memo::new(move |_| {
        known.with(|known| {
            known
                .iter()
                .map(|known| known.track.clone())
                .collect::<Arc<[_]>>()
        })
    });
    let hidden = Memo::new(move |_| {
        let keys = preferences.hidden_tracks().get();
        let is_hidden = |kind: &TrackKind| keys.iter().any(|key| key == kind.key());
        TrackKind::ALL.into_iter().filter(is_hidden).collect::<Arc<[_]>>()
    });
    let choose = move |choice: TrackChoice| preferences.show_track(choice.kind.key(), choice.is_shown);
    view! {
        <TimelineTools
            duration_ms=stores.timeline.duration_ms()
            time_ms=stores.timeline.time_ms()
            tracks=tracks
            hidden=hidden
            on_choose=choose
            view=stores.view.view()
            trail=stores.view.trail()
            selection=stores.view.selection()
        />
    }
}

/// A thing on a track, and where a click on it leads.
#[derive(Clone)]
struct Thing {
    time_ms: f64,
    point: ExecutionPoint,
    label: String,
}

/// A track and what is on it.
#[derive(Clone, PartialEq)]
struct KnownTrack {
    track: EventTrack,
    things: Series<Thing>,
}

/// The tracks as far as they are known: what the person did, and what was printed.
fn tracks(stores: Stores) -> Memo<Arc<[KnownTrack]>> {
    let of_kind = |kind: TrackKind, of: Vec<Thing>| {
        let mut things = Series::new(
            |a: &Thing, b: &Thing| a.time_ms.total_cmp(&b.time_ms),
            |thing| thing.time_ms,
        );
        things.add(of);
        KnownTrack {
            track: EventTrack {
                kind,
                content: Content::Moments(Arc::new(things.clone())),
            },
            things,
        }
    };
    Memo::new(move |_| {
        let marked = |kind: MarkerKind| -> Vec<Thing> {
            stores.recording.markers().with(|all| {
                let of_kind = all.iter().filter(|marked| marked.marker.kind == kind);
                let thing = |marked: &moment::Marked| Thing {
                    time_ms: marked.marker.time_ms,
                    point: marked.point.clone(),
                    label: marked.marker.label.clone(),
                };
                of_kind.map(thing).collect()
            })
        };
        let printed = stores.points.printed().into_iter().map(|(time_ms, point)| Thing {
            time_ms,
            point,
            label: "Printed".to_owned(),
        });
        [
            of_kind(TrackKind::Click, marked(MarkerKind::Click)),
            of_kind(TrackKind::Key, marked(MarkerKind::Key)),
            of_kind(TrackKind::Navigation, marked(MarkerKind::Navigation)),
            of_kind(TrackKind::Print, printed.collect()),
        ]
        .into()
    })
}
