//! The timeline without a browser: time to pixels and back, ticks, where markers stand, and the list of shapes.

use super::{Marker, MarkerKind, Regions, Span};
use crate::{
    canvas::{Ink, Shape, TextAnchor},
    format,
};

/// The height of the track.
pub const TRACK_PX: f64 = 66.0;

/// Room at either end for half a label and half the playhead.
const INSET_PX: f64 = 20.0;
const LABEL_Y: f64 = 10.0;
const EVENTS_Y: f64 = 29.0;
const KEYS_Y: f64 = 43.0;
const BAR_Y: f64 = 52.0;
const BAR_PX: f64 = 6.0;

/// The one relation of time and place on the track. `x` is in CSS pixels from the track's left edge.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TrackGeometry {
    /// How wide the track is.
    pub width_px: f64,
    /// The time its full length stands for.
    pub duration_ms: f64,
}

impl TrackGeometry {
    /// Where a time stands; times outside the recording stand at its ends.
    pub fn x_of(self, time_ms: f64) -> f64 {
        match self.duration_ms > 0.0 {
            true => INSET_PX + (time_ms / self.duration_ms).clamp(0.0, 1.0) * self.inner_px(),
            false => INSET_PX,
        }
    }

    /// The time that stands at `x`; the inverse of [`Self::x_of`].
    pub fn time_at(self, x: f64) -> f64 {
        match self.inner_px() > 0.0 {
            true => ((x - INSET_PX) / self.inner_px()).clamp(0.0, 1.0) * self.duration_ms,
            false => 0.0,
        }
    }

    fn inner_px(self) -> f64 {
        (self.width_px - 2.0 * INSET_PX).max(0.0)
    }
}

/// The times that get a label, and how far apart they are: a round number, with room for its labels.
pub fn ticks(geometry: TrackGeometry) -> (f64, Vec<f64>) {
    const STEPS_MS: [f64; 25] = [
        1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1e3, 2e3, 5e3, 10e3, 15e3, 30e3, 60e3, 120e3,
        300e3, 600e3, 900e3, 1800e3, 3600e3, 7200e3, 14400e3, 43200e3,
    ];
    const ROOM_PX: f64 = 84.0;
    let (inner, duration) = (geometry.inner_px(), geometry.duration_ms);
    if inner < ROOM_PX || duration <= 0.0 {
        return (0.0, Vec::new());
    }
    let least = duration * ROOM_PX / inner;
    let step = STEPS_MS
        .into_iter()
        .find(|step| *step >= least)
        .unwrap_or_else(|| (least / 86400e3).ceil() * 86400e3);
    (
        step,
        (0..=(duration / step) as u32)
            .map(|index| f64::from(index) * step)
            .collect(),
    )
}

/// A marker, or neighbours of one kind too close to tell apart, as they stand on the track.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlacedMarker {
    /// What kind.
    pub kind: MarkerKind,
    /// Where the first stands.
    pub x: f64,
    /// Where the last stands; the same for one alone.
    pub x_last: f64,
    /// The index of the first.
    pub first: usize,
    /// How many there are.
    pub n_markers: usize,
}

/// Joins markers that would cover each other. The result has at most a few per pixel, however many markers there are.
pub fn place_markers(markers: &[Marker], geometry: TrackGeometry) -> Vec<PlacedMarker> {
    let mut placed: Vec<PlacedMarker> = Vec::new();
    let mut latest: [Option<usize>; 4] = [None; 4];
    for (index, marker) in markers.iter().enumerate() {
        let x = geometry.x_of(marker.time_ms);
        let (slot, room) = match marker.kind {
            MarkerKind::Click => (0, 5.0),
            MarkerKind::Key => (1, 7.0),
            MarkerKind::Navigation => (2, 6.0),
            MarkerKind::Hit => (3, 5.0),
        };
        match latest[slot].and_then(|at| placed.get_mut(at)) {
            // Keys grow into a bar; of other kinds, one mark stands for those it covers.
            Some(near)
                if x - (if marker.kind == MarkerKind::Key {
                    near.x_last
                } else {
                    near.x
                }) < room =>
            {
                near.n_markers += 1;
                near.x_last = x;
            }
            _ => {
                latest[slot] = Some(placed.len());
                placed.push(PlacedMarker {
                    kind: marker.kind,
                    x,
                    x_last: x,
                    first: index,
                    n_markers: 1,
                });
            }
        }
    }
    placed
}

/// The marker under a pointer at `x`, by its index: the nearest click or navigation within reach, else the nearest key.
pub(crate) fn marker_at(placed: &[PlacedMarker], x: f64) -> Option<usize> {
    const REACH_PX: f64 = 5.0;
    let distance = |marker: &PlacedMarker| (marker.x - x).max(x - marker.x_last).max(0.0);
    let nearest = |is_wanted: fn(&PlacedMarker) -> bool| {
        let within = placed
            .iter()
            .filter(|marker| is_wanted(marker) && distance(marker) <= REACH_PX);
        within.min_by(|a, b| distance(a).total_cmp(&distance(b)))
    };
    let found = nearest(|marker| marker.kind != MarkerKind::Key)
        .or_else(|| nearest(|marker| marker.kind == MarkerKind::Key && marker.n_markers == 1))?;
    Some(found.first)
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
    // Drawn with the rarest kind last, so that it lies on top.
    for kind in [
        MarkerKind::Hit,
        MarkerKind::Key,
        MarkerKind::Click,
        MarkerKind::Navigation,
    ] {
        placed
            .iter()
            .filter(|marker| marker.kind == kind)
            .for_each(|marker| push_marker(&mut shapes, marker));
    }
    shapes
}

fn push_ticks(shapes: &mut Vec<Shape>, geometry: TrackGeometry) {
    let (step_ms, ticks) = ticks(geometry);
    let end_x = geometry.x_of(geometry.duration_ms);
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
        if end_x - x > 22.0 || time_ms == geometry.duration_ms {
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
    let (x, end) = (geometry.x_of(span.begin_ms), geometry.x_of(span.end_ms));
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
    use super::*;

    const GEOMETRY: TrackGeometry = TrackGeometry {
        width_px: 1040.0,
        duration_ms: 10_000.0,
    };

    fn marker(time_ms: f64, kind: MarkerKind) -> Marker {
        Marker {
            time_ms,
            kind,
            label: String::new(),
        }
    }

    #[test]
    fn place_and_time_are_inverse() {
        for time_ms in [0.0, 1.0, 3333.0, 10_000.0] {
            assert!((GEOMETRY.time_at(GEOMETRY.x_of(time_ms)) - time_ms).abs() < 1e-9);
        }
        assert_eq!(GEOMETRY.x_of(5_000.0), 520.0);
        assert_eq!(
            (GEOMETRY.time_at(-50.0), GEOMETRY.time_at(5_000.0)),
            (0.0, 10_000.0)
        );
        assert_eq!(TrackGeometry::default().time_at(5.0), 0.0);
    }

    #[test]
    fn ticks_are_round_and_have_room() {
        assert_eq!(
            ticks(GEOMETRY),
            (
                1_000.0,
                (0..=10).map(|second| f64::from(second) * 1000.0).collect()
            )
        );
        assert_eq!(
            ticks(TrackGeometry {
                width_px: 390.0,
                duration_ms: 3_600_000.0
            })
            .0,
            900_000.0
        );
        assert_eq!(
            ticks(TrackGeometry {
                width_px: 0.0,
                duration_ms: 10.0
            })
            .1,
            Vec::<f64>::new()
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
    fn markers_that_would_cover_each_other_are_joined() {
        let many: Vec<Marker> = (0..100_000)
            .map(|index| marker(f64::from(index) / 10.0, MarkerKind::Click))
            .collect();
        let placed = place_markers(&many, GEOMETRY);
        assert!(placed.len() <= 201, "{}", placed.len());
        assert_eq!(
            placed.iter().map(|marker| marker.n_markers).sum::<usize>(),
            100_000
        );

        let typed: Vec<Marker> = (0..5)
            .map(|index| marker(1_000.0 + f64::from(index) * 60.0, MarkerKind::Key))
            .collect();
        let placed = place_markers(&typed, GEOMETRY);
        assert_eq!(
            placed,
            [PlacedMarker {
                kind: MarkerKind::Key,
                x: 120.0,
                x_last: 144.0,
                first: 0,
                n_markers: 5
            }]
        );
    }

    #[test]
    fn the_pointer_finds_the_marker_it_is_on() {
        let markers = [
            marker(1_000.0, MarkerKind::Key),
            marker(1_030.0, MarkerKind::Click),
            marker(5_000.0, MarkerKind::Navigation),
        ];
        let placed = place_markers(&markers, GEOMETRY);
        assert_eq!(marker_at(&placed, 121.0), Some(1));
        assert_eq!(marker_at(&placed, 116.0), Some(0));
        assert_eq!(marker_at(&placed, 523.0), Some(2));
        assert_eq!(marker_at(&placed, 300.0), None);
    }

    #[test]
    fn regions_lie_over_the_track_in_the_order_of_their_depth() {
        let span = |begin_ms, end_ms| Span { begin_ms, end_ms };
        let regions = Regions {
            loading: [span(0.0, 10_000.0)].into(),
            loaded: [span(0.0, 6_000.0)].into(),
            indexed: [span(0.0, 3_000.0)].into(),
        };
        let bars: Vec<(f64, f64, Ink)> = shapes(GEOMETRY, &regions, Some(50.0), &[])
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
            let placed = place_markers(&[marker(5_000.0, kind)], GEOMETRY);
            let all = shapes(GEOMETRY, &Regions::default(), None, &placed);
            let plain = shapes(GEOMETRY, &Regions::default(), None, &[]).len();
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
    fn slider_keys_stay_within_the_recording() {
        assert_eq!(time_after_key("ArrowRight", 8_000.0, 10_000.0), Some(10_000.0));
        assert_eq!(time_after_key("PageDown", 500.0, 10_000.0), Some(0.0));
        assert_eq!(time_after_key("x", 500.0, 10_000.0), None);
    }
}
