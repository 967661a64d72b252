//! The timeline without a browser: ticks, keys, the wheel, and the list of shapes.

use super::{
    MarkerKind, PlacedMarker, Regions, Span,
    geometry::{INSET_PX, TrackGeometry, panned, zoomed},
};
use crate::{
    canvas::{Ink, Shape, TextAnchor},
    format,
};

/// The height of the track.
pub const TRACK_PX: f64 = 66.0;

const LABEL_Y: f64 = 10.0;
const EVENTS_Y: f64 = 29.0;
const KEYS_Y: f64 = 43.0;
const BAR_Y: f64 = 52.0;
const BAR_PX: f64 = 6.0;

/// The times that get a label, and how far apart they are: a round number, with room for its labels.
pub fn ticks(geometry: TrackGeometry) -> (f64, Vec<f64>) {
    const STEPS_MS: [f64; 25] = [
        1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1e3, 2e3, 5e3, 10e3, 15e3, 30e3, 60e3, 120e3,
        300e3, 600e3, 900e3, 1800e3, 3600e3, 7200e3, 14400e3, 43200e3,
    ];
    const ROOM_PX: f64 = 84.0;
    let (inner, seen_ms) = (geometry.inner_px(), geometry.view_ms());
    if inner < ROOM_PX || seen_ms <= 0.0 {
        return (0.0, Vec::new());
    }
    let least = seen_ms * ROOM_PX / inner;
    let step = STEPS_MS
        .into_iter()
        .find(|step| *step >= least)
        .unwrap_or_else(|| (least / 86400e3).ceil() * 86400e3);
    let first = (geometry.view.begin_ms / step).ceil();
    let n_ticks = ((geometry.view.end_ms / step).floor() - first) as u32;
    (
        step,
        (0..=n_ticks)
            .map(|index| (first + f64::from(index)) * step)
            .collect(),
    )
}

/// The time after a key of a slider, None for other keys.
pub(crate) fn time_after_key(key: &str, time_ms: f64, duration_ms: f64) -> Option<f64> {
    let to = match key {
        "ArrowLeft" | "ArrowDown" => time_ms - 5000.0,
        "ArrowRight" | "ArrowUp" => time_ms + 5000.0,
        "PageDown" => time_ms - duration_ms / 10.0,
        "PageUp" => time_ms + duration_ms / 10.0,
        "Home" => 0.0,
        "End" => duration_ms,
        _ => return None,
    };
    Some(to.clamp(0.0, duration_ms))
}

/// A turn of the wheel, or a pinch, which browsers tell as one with Ctrl.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wheel {
    pub(crate) x_px: f64,
    pub(crate) y_px: f64,
    pub(crate) is_pinch: bool,
    pub(crate) is_sideways: bool,
}

/// What is seen after the wheel was turned at a time; None if that changes nothing.
pub(crate) fn view_after_wheel(geometry: TrackGeometry, wheel: &Wheel, around_ms: f64) -> Option<Span> {
    let is_pan = wheel.is_sideways || wheel.x_px.abs() > wheel.y_px.abs();
    let view = match is_pan {
        true => {
            let by_px = if wheel.x_px == 0.0 { wheel.y_px } else { wheel.x_px };
            let share = by_px / geometry.inner_px().max(1.0);
            panned(geometry.view, share.clamp(-1.0, 1.0), geometry.duration_ms)
        }
        false => {
            // A notch of a wheel is 100 px or so and takes a quarter away; a pinch comes in small steps.
            let speed = if wheel.is_pinch { 0.01 } else { 0.003 };
            let factor = (wheel.y_px * speed).clamp(-1.0, 1.0).exp();
            zoomed(geometry.view, factor, around_ms, geometry.duration_ms)
        }
    };
    (view != geometry.view).then_some(view)
}

/// What is seen after a key that zooms or pans, None for other keys. Zooms stay at the moment if that is in sight.
pub(crate) fn view_after_key(key: &str, geometry: TrackGeometry, time_ms: f64) -> Option<Span> {
    const FACTOR: f64 = 1.5;
    const SHARE: f64 = 0.25;
    let TrackGeometry {
        duration_ms, view, ..
    } = geometry;
    let around_ms = match (view.begin_ms..=view.end_ms).contains(&time_ms) {
        true => time_ms,
        false => (view.begin_ms + view.end_ms) / 2.0,
    };
    Some(match key {
        "+" | "=" | "w" | "W" => zoomed(view, 1.0 / FACTOR, around_ms, duration_ms),
        "-" | "s" | "S" => zoomed(view, FACTOR, around_ms, duration_ms),
        "a" | "A" => panned(view, -SHARE, duration_ms),
        "d" | "D" => panned(view, SHARE, duration_ms),
        "f" | "F" => TrackGeometry::whole(0.0, duration_ms).view,
        _ => return None,
    })
}

/// Everything on the track but the playhead.
pub fn shapes(
    geometry: TrackGeometry,
    regions: &Regions,
    progress_percent: Option<f64>,
    placed: &[PlacedMarker],
) -> Vec<Shape> {
    let mut shapes = Vec::new();
    push_ticks(&mut shapes, geometry);
    push_span(
        &mut shapes,
        geometry,
        Span {
            begin_ms: 0.0,
            end_ms: geometry.duration_ms,
        },
        Ink::Track,
    );
    for (spans, ink) in [
        (&regions.loading, Ink::Loading),
        (&regions.loaded, Ink::Loaded),
        (&regions.indexed, Ink::Indexed),
    ] {
        for span in spans.iter() {
            push_span(&mut shapes, geometry, *span, ink);
        }
    }
    if let Some(percent) = progress_percent {
        let width = (percent / 100.0).clamp(0.0, 1.0) * geometry.inner_px();
        shapes.push(Shape::Rect {
            x: INSET_PX,
            y: BAR_Y + BAR_PX + 2.0,
            width,
            height: 2.0,
            radius: 1.0,
            ink: Ink::Accent,
        });
    }
    placed.iter().for_each(|marker| push_marker(&mut shapes, marker));
    shapes
}

fn push_ticks(shapes: &mut Vec<Shape>, geometry: TrackGeometry) {
    let (step_ms, ticks) = ticks(geometry);
    let end_x = geometry.x_of(geometry.view.end_ms);
    for time_ms in ticks {
        let x = geometry.x_of(time_ms);
        shapes.push(Shape::Rect {
            x: x.round(),
            y: 20.0,
            width: 1.0,
            height: BAR_Y - 24.0,
            radius: 0.0,
            ink: Ink::Line,
        });
        if end_x - x > 22.0 || time_ms == geometry.view.end_ms {
            let text = tick_label(time_ms, step_ms);
            shapes.push(Shape::Text {
                x,
                y: LABEL_Y,
                text,
                anchor: TextAnchor::Middle,
                ink: Ink::Label,
            });
        }
    }
}

/// A time with as many decimals as neighbours need to differ.
fn tick_label(time_ms: f64, step_ms: f64) -> String {
    let n_cut = match step_ms {
        ..10.0 => 0,
        10.0..100.0 => 1,
        100.0..1000.0 => 2,
        _ => return format::clock_seconds(time_ms),
    };
    let mut text = format::clock(time_ms);
    text.truncate(text.len() - n_cut);
    text
}

fn push_span(shapes: &mut Vec<Shape>, geometry: TrackGeometry, span: Span, ink: Ink) {
    let (x, end) = (geometry.x_within(span.begin_ms), geometry.x_within(span.end_ms));
    if end <= x {
        return;
    }
    shapes.push(Shape::Rect {
        x,
        y: BAR_Y,
        width: end - x,
        height: BAR_PX,
        radius: 3.0,
        ink,
    });
}

fn push_marker(shapes: &mut Vec<Shape>, marker: &PlacedMarker) {
    let x = marker.x;
    match marker.kind {
        MarkerKind::Key => {
            let width = marker.x_last - x + 5.0;
            shapes.push(Shape::Rect {
                x: x - 2.5,
                y: KEYS_Y - 2.5,
                width,
                height: 5.0,
                radius: 1.5,
                ink: Ink::Key,
            });
        }
        MarkerKind::Click => {
            shapes.push(Shape::Disc {
                x,
                y: EVENTS_Y,
                radius: 5.6,
                ink: Ink::Surface,
            });
            shapes.push(Shape::Ring {
                x,
                y: EVENTS_Y,
                radius: 4.2,
                line: 1.6,
                opacity: 1.0,
                ink: Ink::Click,
            });
            shapes.push(Shape::Disc {
                x,
                y: EVENTS_Y,
                radius: 1.6,
                ink: Ink::Click,
            });
        }
        MarkerKind::Hit => {
            let points = vec![
                (x, EVENTS_Y - 4.5),
                (x + 4.0, EVENTS_Y),
                (x, EVENTS_Y + 4.5),
                (x - 4.0, EVENTS_Y),
            ];
            shapes.push(Shape::Polygon {
                points,
                fill: Ink::Accent,
                edge: None,
            });
        }
        MarkerKind::Navigation => {
            let (top, foot) = (EVENTS_Y - 8.0, EVENTS_Y + 7.0);
            shapes.push(Shape::Rect {
                x: x - 0.75,
                y: top,
                width: 1.5,
                height: foot - top,
                radius: 0.0,
                ink: Ink::Navigation,
            });
            let points = vec![(x, top), (x + 9.0, top + 3.5), (x, top + 7.0)];
            shapes.push(Shape::Polygon {
                points,
                fill: Ink::Navigation,
                edge: None,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::timeline::{Marker, lanes, place_markers};

    fn track() -> TrackGeometry {
        TrackGeometry::whole(1040.0, 10_000.0)
    }

    fn place(markers: &[Marker], geometry: TrackGeometry) -> Vec<PlacedMarker> {
        place_markers(&lanes(markers), geometry)
    }

    fn marker(time_ms: f64, kind: MarkerKind) -> Marker {
        Marker {
            time_ms,
            kind,
            label: String::new(),
        }
    }

    #[test]
    fn ticks_are_round_and_have_room() {
        assert_eq!(
            ticks(track()),
            (
                1_000.0,
                (0..=10).map(|second| f64::from(second) * 1000.0).collect()
            )
        );
        assert_eq!(ticks(TrackGeometry::whole(390.0, 3_600_000.0)).0, 900_000.0);
        assert_eq!(ticks(TrackGeometry::whole(0.0, 10.0)).1, Vec::<f64>::new());
        let zoomed = TrackGeometry {
            view: Span {
                begin_ms: 4_010.0,
                end_ms: 4_110.0,
            },
            ..track()
        };
        assert_eq!(
            ticks(zoomed),
            (
                10.0,
                (0..=10).map(|tick| 4_010.0 + f64::from(tick) * 10.0).collect()
            )
        );
        assert_eq!(
            [
                tick_label(1_500.0, 500.0),
                tick_label(1_000.0, 1_000.0),
                tick_label(25.0, 5.0)
            ],
            ["0:01.5", "0:01", "0:00.025"]
        );
    }

    #[test]
    fn regions_lie_over_the_track_in_the_order_of_their_depth() {
        let span = |begin_ms, end_ms| Span { begin_ms, end_ms };
        let regions = Regions {
            loading: [span(0.0, 10_000.0)].into(),
            loaded: [span(0.0, 6_000.0)].into(),
            indexed: [span(0.0, 3_000.0)].into(),
        };
        let bars: Vec<(f64, f64, Ink)> = shapes(track(), &regions, Some(50.0), &[])
            .into_iter()
            .filter_map(|shape| match shape {
                Shape::Rect { x, y, width, ink, .. } if y >= BAR_Y => Some((x, width, ink)),
                _ => None,
            })
            .collect();
        assert_eq!(
            bars,
            [
                (20.0, 1000.0, Ink::Track),
                (20.0, 1000.0, Ink::Loading),
                (20.0, 600.0, Ink::Loaded),
                (20.0, 300.0, Ink::Indexed),
                (20.0, 500.0, Ink::Accent)
            ]
        );
    }

    #[test]
    fn kinds_differ_in_shape_and_not_only_in_colour() {
        let names = |kind| -> Vec<&str> {
            let placed = place(&[marker(5_000.0, kind)], track());
            let all = shapes(track(), &Regions::default(), None, &placed);
            let plain = shapes(track(), &Regions::default(), None, &[]).len();
            let name = |shape: &Shape| match shape {
                Shape::Rect { .. } => "rect",
                Shape::Disc { .. } => "disc",
                Shape::Ring { .. } => "ring",
                Shape::Polygon { .. } => "polygon",
                Shape::Text { .. } => "text",
            };
            all[plain..].iter().map(name).collect()
        };
        assert_eq!(names(MarkerKind::Click), ["disc", "ring", "disc"]);
        assert_eq!(names(MarkerKind::Key), ["rect"]);
        assert_eq!(names(MarkerKind::Navigation), ["rect", "polygon"]);
    }

    #[test]
    fn the_wheel_zooms_where_it_is_and_pans_sideways() {
        let turn = |geometry: TrackGeometry, x_px: f64, y_px: f64, is_sideways: bool| {
            let wheel = Wheel {
                x_px,
                y_px,
                is_pinch: false,
                is_sideways,
            };
            view_after_wheel(geometry, &wheel, 2_000.0)
        };
        assert_eq!(turn(track(), 0.0, 100.0, false), None, "all is seen already");
        let view = turn(track(), 0.0, -100.0, false).unwrap();
        let near = TrackGeometry { view, ..track() };
        assert!((near.x_of(2_000.0) - track().x_of(2_000.0)).abs() < 1e-9);
        assert!(near.view_ms() < 8_000.0);
        let later = turn(near, 0.0, 100.0, true).unwrap();
        assert!((later.begin_ms - view.begin_ms - near.view_ms() / 10.0).abs() < 1e-9);
        assert_eq!(Some(later), turn(near, 100.0, 3.0, false));
        assert_eq!(view_after_key("f", near, 0.0), Some(track().view));
        assert_eq!(view_after_key("x", near, 0.0), None);
    }

    #[test]
    fn slider_keys_stay_within_the_recording() {
        assert_eq!(time_after_key("ArrowRight", 8_000.0, 10_000.0), Some(10_000.0));
        assert_eq!(time_after_key("PageDown", 500.0, 10_000.0), Some(0.0));
        assert_eq!(time_after_key("x", 500.0, 10_000.0), None);
    }
}
