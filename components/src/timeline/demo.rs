//! A timeline with every kind of track and region.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    Amounts, Content, EventTrack, MarkerAt, Regions, Seek, Series, Span, Stretches, Timeline, TimelineTools,
    Times, TrackChoice, TrackKind,
};

/// The gallery's page for the timeline.
#[component]
pub fn TimelineDemo() -> impl IntoView {
    let time_ms = RwSignal::new(8_300.0);
    let span = |begin_ms, end_ms| Span { begin_ms, end_ms };
    let regions = Regions {
        loading: [span(0.0, 34_000.0)].into(),
        loaded: [span(0.0, 26_000.0)].into(),
        indexed: [span(0.0, 15_000.0)].into(),
    };
    let focus = RwSignal::new(Some(span(2_000.0, 30_000.0)));
    let (view, trail, selection) = (
        RwSignal::new(None),
        RwSignal::new(Vec::new()),
        RwSignal::new(None),
    );
    let all: Arc<[EventTrack]> = tracks().into();
    let hidden = RwSignal::new(Arc::<[TrackKind]>::default());
    let choose = move |choice: TrackChoice| {
        hidden.update(|hidden| {
            let others = hidden.iter().copied().filter(|kind| *kind != choice.kind);
            *hidden = others.chain((!choice.is_shown).then_some(choice.kind)).collect();
        });
    };
    let of = all.clone();
    let shown = Memo::new(move |_| {
        let hidden = hidden.get();
        let is_shown = |track: &&EventTrack| !hidden.contains(&track.kind);
        of.iter().filter(is_shown).cloned().collect::<Arc<[_]>>()
    });
    let of = all.clone();
    let on_marker = move |marker: MarkerAt| {
        let track = of.iter().find(|track| track.kind == marker.kind);
        if let Some(times) = track.and_then(EventTrack::times) {
            time_ms.set(times.time_ms(marker.index));
        }
    };
    view! {
        <div class="gallery__box gallery__timeline">
            <div class="gallery__row">
                <TimelineTools
                    duration_ms=40_000.0
                    time_ms=time_ms
                    tracks=all
                    hidden=hidden
                    on_choose=choose
                    view=view
                    trail=trail
                    selection=selection
                />
            </div>
            <Timeline
                duration_ms=40_000.0
                time_ms=time_ms
                regions=regions
                progress_percent=Some(62.0)
                tracks=shown
                describe=move |marker: MarkerAt| format!("One of the {}: {}", marker.kind.name().to_lowercase(), marker.index + 1)
                on_seek=move |seek: Seek| time_ms.set(seek.time_ms)
                on_marker=on_marker
                focus=focus
                on_focus=move |(span, _)| focus.set(Some(span))
                view=view
                trail=trail
                selection=selection
            />
        </div>
    }
}

fn tracks() -> Vec<EventTrack> {
    let of = |kind, times_ms: Vec<f64>| EventTrack {
        kind,
        content: Content::Moments(Arc::new(series(times_ms))),
    };
    let every = |from: u32, step: u32, n: u32| (0..n).map(move |at| f64::from(from + at * step));
    let moves = every(2_400, 40, 20)
        .chain(every(8_900, 16, 70))
        .chain(every(20_000, 100, 40));
    let busy = (0..400u64).map(|at| {
        if at % 90 < 34 {
            (at * at) % 83 + at % 7
        } else {
            at % 3
        }
    });
    vec![
        of(
            TrackKind::Click,
            vec![3_100.0, 9_800.0, 10_400.0, 10_450.0, 10_500.0, 31_000.0],
        ),
        of(TrackKind::Movement, moves.collect()),
        of(TrackKind::Key, every(12_000, 130, 14).chain([22_000.0]).collect()),
        of(TrackKind::Navigation, vec![20.0, 22_050.0]),
        of(TrackKind::Error, vec![10_600.0, 27_000.0]),
        of(TrackKind::Warning, vec![5_000.0, 10_610.0, 10_700.0, 10_720.0]),
        of(TrackKind::Exception, vec![10_602.0, 33_000.0]),
        of(TrackKind::Print, every(14_000, 7, 300).collect()),
        of(TrackKind::Breakpoint, vec![6_000.0, 18_000.0]),
        of(TrackKind::Watch, vec![7_000.0, 25_000.0]),
        of(TrackKind::Comment, vec![12_500.0]),
        EventTrack {
            kind: TrackKind::Request,
            content: Content::Stretches(Arc::new(Lasting(
                [
                    (30.0, 900.0),
                    (400.0, 640.0),
                    (420.0, 3_400.0),
                    (10_500.0, 10_580.0),
                    (22_060.0, 24_000.0),
                ]
                .to_vec(),
            ))),
        },
        of(TrackKind::Paint, every(100, 170, 160).collect()),
        EventTrack {
            kind: TrackKind::Activity,
            content: Content::Amounts(Arc::new(Amounts {
                begin_ms: 0.0,
                part_ms: 100.0,
                amounts: busy.collect(),
            })),
        },
    ]
}

fn series(times_ms: Vec<f64>) -> Series<f64> {
    let mut series = Series::new(f64::total_cmp, |time_ms| *time_ms);
    series.add(times_ms);
    series
}

/// Beginnings and ends, in the order of the beginnings.
struct Lasting(Vec<(f64, f64)>);

impl Times for Lasting {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn time_ms(&self, index: usize) -> f64 {
        self.0.get(index).map_or(f64::INFINITY, |of| of.0)
    }

    fn n_before(&self, time_ms: f64) -> usize {
        self.0.partition_point(|of| of.0 < time_ms)
    }
}

impl Stretches for Lasting {
    fn end_ms(&self, index: usize) -> f64 {
        self.0.get(index).map_or(f64::INFINITY, |of| of.1)
    }
}
