//! The list of shapes, as text that can be read, at six widths and three zooms.

use std::fmt::Write;

use super::*;
use crate::timeline::kinds::Kinds;
use crate::timeline::testing::{amounts, moments, requests};

fn track() -> TrackGeometry {
    TrackGeometry::whole(1040.0, 10_000.0)
}

#[test]
fn ticks_are_round_and_have_room() {
    let seconds = (0..=10).map(|second| f64::from(second) * 1000.0).collect();
    assert_eq!(ticks(track()), (1_000.0, seconds));
    assert_eq!(ticks(TrackGeometry::whole(390.0, 3_600_000.0)).0, 900_000.0);
    assert_eq!(ticks(TrackGeometry::whole(0.0, 10.0)).1, Vec::<f64>::new());
    let view = Span {
        begin_ms: 4_010.0,
        end_ms: 4_110.0,
    };
    let tens = (0..=10).map(|tick| 4_010.0 + f64::from(tick) * 10.0).collect();
    assert_eq!(ticks(TrackGeometry { view, ..track() }), (10.0, tens));
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
fn regions_differ_without_colour() {
    let span = |begin_ms, end_ms| Span { begin_ms, end_ms };
    let regions = Regions {
        loading: [span(0.0, 10_000.0)].into(),
        loaded: [span(0.0, 6_000.0)].into(),
        indexed: [span(0.0, 3_000.0)].into(),
    };
    let drawn = draw(track(), &[], &regions, Some(50.0));
    let bar_y = Layout::of(Kinds::default(), 1040.0).bar_y;
    let bars: Vec<(f64, f64, Ink)> = drawn
        .shapes
        .into_iter()
        .filter_map(|shape| match shape {
            Shape::Rect {
                y,
                width,
                height,
                ink,
                ..
            } if y >= bar_y => Some((width, height, ink)),
            Shape::Hatch {
                width, height, ink, ..
            } => Some((width, height, ink)),
            _ => None,
        })
        .collect();
    assert_eq!(
        bars,
        [
            (1000.0, 2.0, Ink::Track),
            (1000.0, 6.0, Ink::Surface),
            (1000.0, 6.0, Ink::Loading),
            (600.0, 6.0, Ink::Surface),
            (600.0, 3.0, Ink::Loaded),
            (300.0, 6.0, Ink::Surface),
            (300.0, 6.0, Ink::Indexed),
            (500.0, 2.0, Ink::Accent)
        ]
    );
}

#[test]
fn drawing_many_things_makes_as_few_shapes_as_drawing_some() {
    let n_shapes = |n: u32| {
        let times = |kind| {
            moments(
                kind,
                (0..n).map(move |at| f64::from(at) * 10_000.0 / f64::from(n)),
            )
        };
        let kinds = TrackKind::ALL
            .into_iter()
            .filter(|kind| !matches!(kind, TrackKind::Activity | TrackKind::Request));
        let tracks: Vec<EventTrack> = kinds.map(times).collect();
        draw(track(), &tracks, &Regions::default(), None).shapes.len()
    };
    let (some, many) = (n_shapes(1_000), n_shapes(100_000));
    assert!(many < 1_500 && many <= some + some / 2, "{some} {many}");
}

/// Half a minute with something of every kind, sparse at first and then crowded.
fn every_kind() -> Vec<EventTrack> {
    let every = |from: u32, step: u32, n: u32| (0..n).map(move |at| f64::from(from + at * step));
    let activity = (0..300u64)
        .map(|at| if at % 50 < 20 { at * at % 97 } else { 0 })
        .collect();
    vec![
        moments(
            TrackKind::Movement,
            every(2_500, 16, 80).chain(every(9_000, 16, 60)),
        ),
        moments(TrackKind::Click, [3_100.0, 9_800.0, 21_990.0, 22_000.0, 22_010.0]),
        moments(TrackKind::Key, every(12_000, 130, 14).chain([22_500.0])),
        moments(TrackKind::Navigation, [20.0, 22_050.0]),
        moments(TrackKind::Error, [14_000.0, 14_020.0, 25_000.0]),
        moments(TrackKind::Warning, [6_000.0, 14_020.0]),
        moments(TrackKind::Exception, [14_021.0]),
        moments(TrackKind::Print, every(5_000, 3, 240)),
        moments(TrackKind::Breakpoint, [5_500.0]),
        moments(TrackKind::Watch, [17_000.0]),
        requests([
            (30.0, 900.0),
            (200.0, 420.0),
            (210.0, 2_400.0),
            (22_060.0, 23_000.0),
        ]),
        moments(TrackKind::Paint, every(100, 16, 400)),
        EventTrack {
            kind: TrackKind::Activity,
            content: amounts(0.0, 100.0, activity),
        },
    ]
}

#[test]
fn what_is_drawn_at_six_widths_and_three_zooms() {
    let span = |begin_ms, end_ms| Span { begin_ms, end_ms };
    let regions = Regions {
        loading: [span(0.0, 30_000.0)].into(),
        loaded: [span(0.0, 20_000.0)].into(),
        indexed: [span(0.0, 12_000.0)].into(),
    };
    let views = [
        ("whole", span(0.0, 30_000.0)),
        ("some", span(12_000.0, 15_000.0)),
        ("near", span(21_980.0, 22_060.0)),
    ];
    for width_px in [320.0, 390.0, 768.0, 1040.0, 1440.0, 2560.0] {
        for (name, view) in views {
            let geometry = TrackGeometry {
                view,
                ..TrackGeometry::whole(width_px, 30_000.0)
            };
            let drawn = draw(geometry, &every_kind(), &regions, Some(40.0));
            insta::assert_snapshot!(format!("{width_px}_{name}"), text(&drawn));
        }
    }
}

/// The shapes, one a line; areas as their outline in eighths of their height.
fn text(drawing: &Drawing) -> String {
    let mut text = String::new();
    for shape in &drawing.shapes {
        let line = match shape {
            Shape::Rect {
                x,
                y,
                width,
                height,
                radius,
                ink,
            } => {
                format!(
                    "rect {} {} {}×{} r{} {ink:?}",
                    n(*x),
                    n(*y),
                    n(*width),
                    n(*height),
                    n(*radius)
                )
            }
            Shape::Disc { x, y, radius, ink } => format!("disc {} {} r{} {ink:?}", n(*x), n(*y), n(*radius)),
            Shape::Ring {
                x,
                y,
                radius,
                line,
                ink,
                ..
            } => {
                format!(
                    "ring {} {} r{} line {} {ink:?}",
                    n(*x),
                    n(*y),
                    n(*radius),
                    n(*line)
                )
            }
            Shape::Polygon { points, fill, .. } if points.len() > 8 => {
                format!("area {} {fill:?}", outline(points))
            }
            Shape::Polygon { points, fill, .. } => format!("polygon {} {fill:?}", places(points)),
            Shape::Line { points, .. } if points.len() > 8 => continue,
            Shape::Line { points, line, ink } => format!("line {} {} {ink:?}", places(points), n(*line)),
            Shape::Hatch {
                x,
                y,
                width,
                height,
                ink,
                ..
            } => {
                format!("hatch {} {} {}×{} {ink:?}", n(*x), n(*y), n(*width), n(*height))
            }
            Shape::Text {
                x,
                y,
                text,
                ink,
                is_small,
                ..
            } => {
                let size = if *is_small { " small" } else { "" };
                format!("text {} {}{size} {ink:?} “{text}”", n(*x), n(*y))
            }
        };
        writeln!(text, "{line}").ok();
    }
    text
}

/// To a tenth of a pixel.
fn n(at: f64) -> String {
    let text = format!("{at:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}

fn places(points: &[(f64, f64)]) -> String {
    let places: Vec<String> = points
        .iter()
        .map(|(x, y)| format!("{},{}", n(*x), n(*y)))
        .collect();
    places.join(" ")
}

fn outline(points: &[(f64, f64)]) -> String {
    const EIGHTHS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let (first, last) = (points[0], points[points.len() - 1]);
    let foot = first.1;
    let most = points.iter().map(|point| foot - point.1).fold(1.0, f64::max);
    let hill: String = points[1..points.len() - 1]
        .iter()
        .step_by(8)
        .map(|point| EIGHTHS[(((foot - point.1) / most * 7.0).round() as usize).min(7)])
        .collect();
    format!("{}…{} ↑{} {hill}", n(first.0), n(last.0), n(most))
}
