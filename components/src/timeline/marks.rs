//! What marks look like: each kind has a shape of its own, and a colour.

use super::{
    PlacedMark, TrackKind,
    layout::Lane,
    places::{Area, HALF_PX, count_x},
};
use crate::{
    canvas::{Ink, Shape, TextAnchor},
    format,
};

/// The side of the square in which [`legend`] draws, in CSS pixels.
pub(super) const LEGEND_PX: f64 = 16.0;

/// How thick a request is.
const REQUEST_PX: f64 = 3.0;

/// A thing of a kind alone, as in a legend: in a square of 16 by 16 CSS pixels.
pub fn legend(kind: TrackKind) -> Vec<Shape> {
    let middle = LEGEND_PX / 2.0;
    let mut mark = PlacedMark {
        kind,
        x: middle,
        y: middle,
        x_last: middle,
        first: 0,
        n: 1,
        has_count: false,
    };
    let mut shapes = Vec::new();
    match kind {
        TrackKind::Movement | TrackKind::Activity => {
            let lane = Lane {
                top: 3.0,
                height: 10.0,
            };
            let area = Area {
                x: 1.0,
                column_px: 2.0,
                shares: vec![0.2, 0.5, 0.9, 0.6, 0.4, 0.8, 0.3],
            };
            push_area(&mut shapes, kind, &area, lane, 1.0..15.0);
        }
        TrackKind::Request => {
            (mark.x, mark.x_last) = (2.0, 14.0);
            push_mark(&mut shapes, &mark);
        }
        TrackKind::Navigation => {
            mark.x -= 3.5;
            push_mark(&mut shapes, &mark);
        }
        _ => push_mark(&mut shapes, &mark),
    }
    shapes
}

/// A mark and its number, where there is room for it.
pub(super) fn push_mark(shapes: &mut Vec<Shape>, mark: &PlacedMark) {
    let (x, y, ink) = (mark.x, mark.y, mark.kind.ink());
    let around = |offsets: &[(f64, f64)]| offsets.iter().map(|(dx, dy)| (x + dx, y + dy)).collect();
    let rect = |left: f64, top: f64, width: f64, height: f64, radius: f64, ink: Ink| Shape::Rect {
        x: left,
        y: top,
        width,
        height,
        radius,
        ink,
    };
    let cut_out = |offsets: &[(f64, f64)]| Shape::Polygon {
        points: around(offsets),
        fill: ink,
        edge: Some(Ink::Surface),
    };
    match mark.kind {
        TrackKind::Click => shapes.extend([
            Shape::Disc {
                x,
                y,
                radius: HALF_PX + 0.8,
                ink: Ink::Surface,
            },
            Shape::Ring {
                x,
                y,
                radius: 4.2,
                line: 1.6,
                opacity: 1.0,
                ink,
            },
            Shape::Disc {
                x,
                y,
                radius: 1.6,
                ink,
            },
        ]),
        TrackKind::Key => {
            shapes.push(rect(x - 2.5, y - 2.5, mark.x_last - x + 5.0, 5.0, 1.5, ink));
        }
        TrackKind::Navigation => shapes.extend([
            rect(x - 0.75, y - 7.0, 1.5, 24.0, 0.0, ink),
            Shape::Polygon {
                points: around(&[(0.0, -7.0), (9.0, -3.5), (0.0, 0.0)]),
                fill: ink,
                edge: None,
            },
        ]),
        // A disc with a bar through it, as at the end of a road.
        TrackKind::Error => shapes.extend([
            Shape::Disc {
                x,
                y,
                radius: HALF_PX + 0.6,
                ink: Ink::Surface,
            },
            Shape::Disc {
                x,
                y,
                radius: HALF_PX - 0.3,
                ink,
            },
            rect(x - 2.75, y - 0.75, 5.5, 1.5, 0.0, Ink::Surface),
        ]),
        TrackKind::Warning => shapes.extend([
            cut_out(&[(0.0, -5.5), (5.8, 4.8), (-5.8, 4.8)]),
            rect(x - 0.6, y - 1.5, 1.2, 3.2, 0.0, Ink::Surface),
        ]),
        TrackKind::Exception => {
            const ARM: f64 = 3.7;
            let stroke = |from: (f64, f64), to: (f64, f64), line: f64, ink: Ink| Shape::Line {
                points: around(&[from, to]),
                line,
                ink,
            };
            for (line, ink) in [(4.0, Ink::Surface), (2.2, ink)] {
                shapes.push(stroke((-ARM, -ARM), (ARM, ARM), line, ink));
                shapes.push(stroke((ARM, -ARM), (-ARM, ARM), line, ink));
            }
        }
        TrackKind::Print => shapes.push(cut_out(&[(0.0, -5.4), (5.0, 0.0), (0.0, 5.4), (-5.0, 0.0)])),
        // A tag that points along.
        TrackKind::Breakpoint => shapes.push(cut_out(&[
            (-5.0, -4.4),
            (1.2, -4.4),
            (5.6, 0.0),
            (1.2, 4.4),
            (-5.0, 4.4),
        ])),
        // An eye.
        TrackKind::Watch => shapes.extend([
            cut_out(&[
                (-6.2, 0.0),
                (-3.4, -3.2),
                (0.0, -4.4),
                (3.4, -3.2),
                (6.2, 0.0),
                (3.4, 3.2),
                (0.0, 4.4),
                (-3.4, 3.2),
            ]),
            Shape::Disc {
                x,
                y,
                radius: 1.7,
                ink: Ink::Surface,
            },
        ]),
        // What somebody says.
        TrackKind::Comment => shapes.push(cut_out(&[
            (-5.4, -4.8),
            (5.4, -4.8),
            (5.4, 2.2),
            (0.8, 2.2),
            (-2.2, 5.4),
            (-2.2, 2.2),
            (-5.4, 2.2),
        ])),
        TrackKind::Request => {
            let width = (mark.x_last - x).max(2.0);
            let top = y - REQUEST_PX / 2.0;
            // Where it begins it is set off from one that still lasts.
            shapes.push(rect(x - 1.0, top, 1.0, REQUEST_PX, 0.0, Ink::Surface));
            shapes.push(rect(x, top, width, REQUEST_PX, 0.0, ink));
        }
        TrackKind::Paint => shapes.push(rect(x, y - 2.5, 1.0, 5.0, 0.0, ink)),
        TrackKind::Movement | TrackKind::Activity => {}
    }
    if mark.has_count {
        shapes.push(Shape::Text {
            x: count_x(mark),
            y: y + 0.5,
            text: format::count_short(mark.n as u64),
            anchor: TextAnchor::Start,
            is_small: true,
            ink: Ink::Label,
        });
    }
}

/// How much of something there is: a hill for each stretch in which there is any, between two places.
pub(super) fn push_area(
    shapes: &mut Vec<Shape>,
    kind: TrackKind,
    area: &Area,
    lane: Lane,
    within: std::ops::Range<f64>,
) {
    let foot = lane.bottom();
    let x_of = |column: usize, part: f64| {
        (area.x + (column as f64 + part) * area.column_px).clamp(within.start, within.end)
    };
    let mut at = 0;
    while at < area.shares.len() {
        if area.shares[at] <= 0.0 {
            at += 1;
            continue;
        }
        let n = area.shares[at..].iter().take_while(|share| **share > 0.0).count();
        // Little is still seen: a pixel and a half.
        let height = |share: f64| 1.5 + share * (lane.height - 1.5);
        let top: Vec<(f64, f64)> = area.shares[at..at + n]
            .iter()
            .enumerate()
            .map(|(nth, share)| (x_of(at + nth, 0.5), foot - height(*share)))
            .collect();
        let (left, right) = (x_of(at, 0.0), x_of(at + n, 0.0));
        let mut points = vec![(left, foot)];
        points.extend(&top);
        points.push((right, foot));
        shapes.push(Shape::Polygon {
            points,
            fill: kind.ink(),
            edge: None,
        });
        if kind == TrackKind::Activity && top.len() > 1 {
            shapes.push(Shape::Line {
                points: top,
                line: 1.0,
                ink: Ink::ActivityEdge,
            });
        }
        at += n;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_differ_in_shape_and_not_only_in_colour() {
        let without_colour = |kind| {
            let mut text = format!("{:?}", legend(kind));
            for ink in [kind.ink(), Ink::ActivityEdge] {
                text = text.replace(&format!("{ink:?}"), "ink");
            }
            text
        };
        for (nth, kind) in TrackKind::ALL.into_iter().enumerate() {
            assert!(!legend(kind).is_empty(), "{kind:?}");
            for other in &TrackKind::ALL[nth + 1..] {
                assert_ne!(without_colour(kind), without_colour(*other), "{kind:?} {other:?}");
                assert_ne!(kind.ink(), other.ink());
                assert_ne!(kind.key(), other.key());
            }
        }
    }
}
