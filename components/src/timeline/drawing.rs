//! Everything on the track but what moves with the moment and the pointer, as a plain list of shapes.

use super::{
    EventTrack, PlacedMark, Regions, Span, TrackKind,
    geometry::{INSET_PX, TrackGeometry},
    kinds::kinds_of,
    layout::{BAR_PX, HEAD_PX, LABEL_Y, Layout},
    marks::{push_area, push_mark},
    places,
};
use crate::{
    canvas::{Ink, Shape, TextAnchor},
    format,
};

/// In which order kinds are drawn: the rarest last, on top.
const ORDER: [TrackKind; 14] = [
    TrackKind::Movement,
    TrackKind::Activity,
    TrackKind::Paint,
    TrackKind::Request,
    TrackKind::Key,
    TrackKind::Click,
    TrackKind::Navigation,
    TrackKind::Watch,
    TrackKind::Print,
    TrackKind::Breakpoint,
    TrackKind::Warning,
    TrackKind::Error,
    TrackKind::Exception,
    TrackKind::Comment,
];

/// What was drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawing {
    /// In the order in which they are painted.
    pub shapes: Vec<Shape>,
    /// What can be pointed at.
    pub marks: Vec<PlacedMark>,
}

/// Draws the tracks, the axis, the regions and the progress (0 to 100) over all the lanes that the tracks need.
pub fn draw(
    geometry: TrackGeometry,
    tracks: &[EventTrack],
    regions: &Regions,
    progress_percent: Option<f64>,
) -> Drawing {
    let layout = Layout::of(kinds_of(tracks), geometry.width_px);
    draw_in(geometry, &layout, tracks, regions, progress_percent)
}

/// How high a track is that shows some tracks.
pub fn height_px(tracks: &[EventTrack], width_px: f64) -> f64 {
    Layout::of(kinds_of(tracks), width_px).height_px
}

/// As [`draw`], into lanes that were laid out for other tracks perhaps.
pub(super) fn draw_in(
    geometry: TrackGeometry,
    layout: &Layout,
    tracks: &[EventTrack],
    regions: &Regions,
    progress_percent: Option<f64>,
) -> Drawing {
    let mut shapes = Vec::new();
    let mut marks = places::place(tracks, geometry, layout);
    // Below the lines of the axis, which are seen through it.
    for kind in [TrackKind::Movement, TrackKind::Activity] {
        push_amounts(&mut shapes, geometry, layout, tracks, kind);
    }
    push_ticks(&mut shapes, geometry, layout);
    push_regions(&mut shapes, geometry, layout, regions, progress_percent);
    marks.sort_by_key(|mark| ORDER.iter().position(|kind| *kind == mark.kind));
    marks.iter().for_each(|mark| push_mark(&mut shapes, mark));
    Drawing { shapes, marks }
}

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

fn push_ticks(shapes: &mut Vec<Shape>, geometry: TrackGeometry, layout: &Layout) {
    let (step_ms, ticks) = ticks(geometry);
    let end_x = geometry.x_of(geometry.view.end_ms);
    for time_ms in ticks {
        let x = geometry.x_of(time_ms);
        shapes.push(Shape::Rect {
            x: x - 0.5,
            y: HEAD_PX - 3.0,
            width: 1.0,
            height: layout.bar_y - HEAD_PX + 1.0,
            radius: 0.0,
            ink: Ink::Line,
        });
        if end_x - x > 22.0 || time_ms == geometry.view.end_ms {
            shapes.push(Shape::Text {
                x,
                y: LABEL_Y,
                text: tick_label(time_ms, step_ms),
                anchor: TextAnchor::Middle,
                is_small: false,
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

fn push_amounts(
    shapes: &mut Vec<Shape>,
    geometry: TrackGeometry,
    layout: &Layout,
    tracks: &[EventTrack],
    kind: TrackKind,
) {
    let (Some(lane), Some(track)) = (
        layout.area_of(kind),
        tracks.iter().find(|track| track.kind == kind),
    ) else {
        return;
    };
    let area = places::area(&track.content, geometry);
    push_area(
        shapes,
        kind,
        &area,
        lane,
        INSET_PX..INSET_PX + geometry.inner_px(),
    );
}

/// The regions differ in height and pattern: what is not there is a line, what is being loaded is hatched, what can be looked
/// at is half as high as what can be searched.
fn push_regions(
    shapes: &mut Vec<Shape>,
    geometry: TrackGeometry,
    layout: &Layout,
    regions: &Regions,
    progress_percent: Option<f64>,
) {
    let (top, bottom) = (layout.bar_y, layout.bar_y + BAR_PX);
    let mut push = |span: Span, height: f64, ink: Ink| {
        let (x, end) = (geometry.x_within(span.begin_ms), geometry.x_within(span.end_ms));
        if end <= x {
            return;
        }
        let (y, width) = (bottom - height, end - x);
        shapes.push(match ink {
            Ink::Loading => Shape::Hatch {
                x,
                y,
                width,
                height,
                gap: 4.0,
                ink,
            },
            _ => Shape::Rect {
                x,
                y,
                width,
                height,
                radius: if ink == Ink::Surface { 0.0 } else { 1.0 },
                ink,
            },
        });
    };
    let whole = Span {
        begin_ms: 0.0,
        end_ms: geometry.duration_ms,
    };
    push(whole, 2.0, Ink::Track);
    for (spans, height, ink) in [
        (&regions.loading, BAR_PX, Ink::Loading),
        (&regions.loaded, BAR_PX / 2.0, Ink::Loaded),
        (&regions.indexed, BAR_PX, Ink::Indexed),
    ] {
        for span in spans.iter() {
            push(*span, BAR_PX, Ink::Surface);
            push(*span, height, ink);
        }
    }
    if let Some(percent) = progress_percent {
        shapes.push(Shape::Rect {
            x: INSET_PX,
            y: top + BAR_PX + 2.0,
            width: (percent / 100.0).clamp(0.0, 1.0) * geometry.inner_px(),
            height: 2.0,
            radius: 1.0,
            ink: Ink::Accent,
        });
    }
}

// What reads snapshots is there natively only.
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
