//! The track: what happened when, and going there.

use std::sync::Arc;

use components::{
    format,
    picture::Bitmaps,
    primitives::menu::MenuItem,
    timeline::{Marker, MarkerKind, Seek, Span, Timeline, TrackGeometry},
};
use leptos::prelude::*;

use super::film::Pointing;
use crate::{
    logic::{
        moment,
        tracks::{MarkerAt, TrackKind, times},
    },
    stores::{Stores, focus::Edge},
};

/// The recording as a line.
#[component]
pub(super) fn TimelineTrack(
    /// Told the relation of time and place on the track.
    geometry: RwSignal<Option<TrackGeometry>>,
    /// Where the pointer is.
    pointing: Pointing,
) -> impl IntoView {
    let stores: Stores = expect_context();
    let bitmaps: Bitmaps = expect_context();
    let Stores {
        timeline,
        focus,
        tracks,
        ..
    } = stores;
    Effect::new(move |_| stores.want_tracks());
    let printed = Memo::new(move |_| stores.points.printed());
    // The events, and which things on the tracks they are; behind them come the hits of print statements.
    let events = Memo::new(move |_| {
        let kinds = [
            (TrackKind::Click, MarkerKind::Click),
            (TrackKind::Key, MarkerKind::Key),
            (TrackKind::Navigation, MarkerKind::Navigation),
        ];
        let mut events: Vec<(MarkerAt, Marker)> = Vec::new();
        tracks.all().with(|all| {
            for track in all.iter() {
                let kind = kinds.iter().find(|(kind, _)| *kind == track.kind);
                let (Some((_, kind)), Some(times)) = (kind, times(&track.content)) else {
                    continue;
                };
                events.extend((0..times.len()).map(|index| {
                    let at = MarkerAt {
                        kind: track.kind,
                        index,
                    };
                    let marker = Marker {
                        time_ms: times.time_ms(index),
                        kind: *kind,
                        label: tracks.describe(at),
                    };
                    (at, marker)
                }));
            }
        });
        events.sort_by(|a, b| a.1.time_ms.total_cmp(&b.1.time_ms));
        Arc::<[(MarkerAt, Marker)]>::from(events)
    });
    let markers = Memo::new(move |_| {
        let hits = printed.get().into_iter().map(|hit| Marker {
            time_ms: hit.time_ms,
            kind: MarkerKind::Hit,
            label: "Printed".to_owned(),
        });
        events.with(|all| {
            all.iter()
                .map(|(_, marker)| marker.clone())
                .chain(hits)
                .collect::<Arc<[Marker]>>()
        })
    });
    let regions = Memo::new(move |_| {
        timeline
            .regions()
            .with(|regions| regions.as_ref().map(moment::regions).unwrap_or_default())
    });
    let on_seek = move |seek: Seek| match seek.is_final {
        true => timeline.go_to(seek.time_ms, None),
        false => {
            stores.timeline.drag_to(seek.time_ms);
        }
    };
    let on_marker = move |index: usize| {
        if let Some(at) = events.with_untracked(|events| events.get(index).map(|event| event.0)) {
            return stores.go_to_marker_at(at);
        }
        let n_events = events.with_untracked(|events| events.len());
        let hit = printed.with_untracked(|printed| printed.get(index.checked_sub(n_events)?).cloned());
        if let Some(hit) = hit {
            timeline.go_to(hit.time_ms, Some(hit.point));
        }
    };
    let in_focus = Memo::new(move |_| {
        let window = focus.window().get()?;
        Some(Span {
            begin_ms: window.begin.time,
            end_ms: window.end.time,
        })
    });
    let view = RwSignal::new(None::<Span>);
    let menu = Callback::new(move |time_ms: f64| {
        let edge = move || Edge { time_ms, point: None };
        let focused = in_focus.get_untracked();
        vec![
            MenuItem::new(format!("Go to {}", format::clock(time_ms)), move || {
                timeline.go_to(time_ms, None)
            }),
            MenuItem::new("Begin the focus here", move || focus.begin_at(edge())).group(),
            MenuItem::new("End the focus here", move || focus.end_at(edge())),
            MenuItem::new("Focus on the whole recording", move || focus.clear()).enabled(focused.is_some()),
            MenuItem::new("Show only the focus", move || view.set(focused))
                .enabled(focused.is_some())
                .group(),
            MenuItem::new("Show the whole recording", move || view.set(None))
                .enabled(view.with_untracked(Option::is_some)),
        ]
    });
    view! {
        <Timeline
            duration_ms=timeline.duration_ms()
            time_ms=timeline.time_ms()
            regions=regions
            progress_percent=timeline.progress_percent()
            markers=markers
            hover_image=pointing.image
            bitmaps=bitmaps
            geometry_out=geometry
            on_seek=on_seek
            on_marker=on_marker
            on_hover=move |time_ms| pointing.at_ms.set(time_ms)
            focus=in_focus
            menu=menu
            view=view
        />
    }
}
