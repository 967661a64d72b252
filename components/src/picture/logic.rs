//! What is drawn over the page, and what a picture that is saved is called.

use super::{Highlight, Overlay, Placement, types::Quad};
use crate::canvas::{Ink, Shape};

/// The recorded mouse as shapes over the picture. Rings of presses grow as they fade, unless the person wants less motion.
pub fn overlay_shapes(placement: Placement, overlay: &Overlay, is_still: bool) -> Vec<Shape> {
    /// An arrow with its tip at the origin, 12 by 18 pixels.
    const ARROW: [(f64, f64); 7] = [
        (0.0, 0.0),
        (0.0, 15.6),
        (3.7, 12.4),
        (6.2, 17.8),
        (8.6, 16.7),
        (6.2, 11.4),
        (11.0, 11.0),
    ];
    let place = |x: f64, y: f64| (x * placement.zoom, y * placement.zoom);
    let mut shapes = Vec::new();
    for click in &overlay.clicks {
        let (x, y) = place(click.x, click.y);
        let age = click.age.clamp(0.0, 1.0);
        shapes.push(Shape::Ring {
            x,
            y,
            radius: if is_still { 14.0 } else { 7.0 + 17.0 * age },
            line: 3.0 - 1.5 * age,
            opacity: 1.0 - age,
            ink: Ink::Click,
        });
    }
    if let Some((x, y)) = overlay.pointer {
        let (x, y) = place(x, y);
        let points = ARROW.iter().map(|(dx, dy)| (x + dx, y + dy)).collect();
        shapes.push(Shape::Polygon {
            points,
            fill: Ink::Pointer,
            edge: Some(Ink::PointerEdge),
        });
    }
    shapes
}

/// The boxes of an element as shapes over the picture.
pub fn highlight_shapes(placement: Placement, highlight: &Highlight) -> Vec<Shape> {
    let place = |quad: &Quad| quad.map(|length| length * placement.zoom);
    let mut shapes = Vec::new();
    let mut between = |outer: &[Quad], inner: &[Quad], ink: Ink| {
        for (outer, inner) in outer.iter().zip(inner) {
            let (outer, inner) = (corners(place(outer)), corners(place(inner)));
            for at in 0..4 {
                let next = (at + 1) % 4;
                if outer[at] != inner[at] || outer[next] != inner[next] {
                    shapes.push(Shape::Polygon {
                        points: vec![outer[at], outer[next], inner[next], inner[at]],
                        fill: ink,
                        edge: None,
                    });
                }
            }
        }
    };
    between(&highlight.margin, &highlight.border, Ink::BoxMargin);
    between(&highlight.border, &highlight.padding, Ink::BoxBorder);
    between(&highlight.padding, &highlight.content, Ink::BoxPadding);
    shapes.extend(highlight.content.iter().map(|quad| Shape::Polygon {
        points: corners(place(quad)).to_vec(),
        fill: Ink::BoxContent,
        edge: None,
    }));
    shapes
}

/// Where the label of an element stands: below its boxes, above them where there is no room, and always within the picture.
/// Left and right end of the boxes and the top of the label, in CSS pixels of the viewer from the upper left of the picture; the
/// label is `height_px` high.
pub(super) fn label_place(placement: Placement, highlight: &Highlight, height_px: f64) -> (f64, f64, f64) {
    let corners = || {
        highlight
            .margin
            .iter()
            .flat_map(|quad| corners(quad.map(|length| length * placement.zoom)))
    };
    let left = corners().map(|(x, _)| x).fold(f64::MAX, f64::min);
    let top = corners().map(|(_, y)| y).fold(f64::MAX, f64::min);
    let bottom = corners().map(|(_, y)| y).fold(f64::MIN, f64::max);
    let (width, height) = placement.size_px;
    let y = match (bottom + 4.0 + height_px <= height, top >= height_px + 4.0) {
        (true, _) => bottom + 4.0,
        (false, true) => top - 4.0 - height_px,
        (false, false) => height - height_px - 4.0,
    };
    let right = corners().map(|(x, _)| x).fold(f64::MIN, f64::max);
    let within = |at: f64, length: f64| at.clamp(0.0, length.max(0.0));
    (
        within(left, width),
        within(right, width),
        within(y, height - height_px),
    )
}

fn corners([ax, ay, bx, by, cx, cy, dx, dy]: Quad) -> [(f64, f64); 4] {
    [(ax, ay), (bx, by), (cx, cy), (dx, dy)]
}

/// A name for a file with the picture, without its ending: `<title>-0m12.345s`. Only what every file system takes is left of
/// the title.
pub fn file_name(title: &str, time_ms: f64) -> String {
    const MAX_LETTERS: usize = 60;
    let mut name = String::new();
    for letter in title.chars().take(MAX_LETTERS) {
        match letter.is_alphanumeric() || matches!(letter, '.' | '_') {
            true => name.push(letter),
            false if name.is_empty() || name.ends_with('-') => {}
            false => name.push('-'),
        }
    }
    let name = name.trim_matches(['-', '.']);
    let name = if name.is_empty() { "picture" } else { name };
    let millis = time_ms.max(0.0).round() as u64;
    let (minutes, seconds) = (millis / 60_000, millis % 60_000);
    format!("{name}-{minutes}m{}.{:03}s", seconds / 1_000, seconds % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::ClickRing;

    #[test]
    fn the_mouse_stands_where_the_page_had_it() {
        let overlay = Overlay {
            pointer: Some((100.0, 50.0)),
            clicks: vec![ClickRing {
                x: 100.0,
                y: 50.0,
                age: 1.0,
            }],
        };
        let shapes = overlay_shapes(
            Placement {
                zoom: 0.5,
                size_px: (640.0, 400.0),
                at_px: (0.0, 0.0),
            },
            &overlay,
            false,
        );
        assert_eq!(
            shapes[0],
            Shape::Ring {
                x: 50.0,
                y: 25.0,
                radius: 24.0,
                line: 1.5,
                opacity: 0.0,
                ink: Ink::Click
            }
        );
        assert!(matches!(&shapes[1], Shape::Polygon { points, .. } if points[0] == (50.0, 25.0)));
    }

    #[test]
    fn boxes_are_drawn_around_one_another_and_their_label_stays_in_the_picture() {
        let quad = |from: f64, to: f64| [from, from, to, from, to, to, from, to];
        let placement = Placement {
            zoom: 0.5,
            size_px: (100.0, 100.0),
            at_px: (0.0, 0.0),
        };
        let highlight = |margin| Highlight {
            content: vec![quad(30.0, 40.0)],
            padding: vec![quad(30.0, 40.0)],
            border: vec![quad(20.0, 50.0)],
            margin: vec![margin],
            ..Highlight::default()
        };
        let low = highlight(quad(20.0, 50.0));
        let shapes = highlight_shapes(placement, &low);
        let fills: Vec<_> = shapes
            .iter()
            .map(|shape| match shape {
                Shape::Polygon { fill, .. } => *fill,
                other => panic!("{other:?}"),
            })
            .collect();
        // No margin and no padding: four sides of the border, then the content.
        assert_eq!(
            fills,
            [[Ink::BoxBorder; 4].as_slice(), &[Ink::BoxContent]].concat()
        );
        assert_eq!(label_place(placement, &low, 20.0), (10.0, 25.0, 29.0));
        let high = highlight(quad(100.0, 190.0));
        assert_eq!(label_place(placement, &high, 20.0), (50.0, 95.0, 26.0));
        let large = highlight(quad(-50.0, 400.0));
        assert_eq!(label_place(placement, &large, 20.0), (0.0, 100.0, 76.0));
    }

    #[test]
    fn files_are_named_for_what_they_show_and_when() {
        assert_eq!(
            file_name("To-do: <b>my list</b>", 12_345.2),
            "To-do-b-my-list-b-0m12.345s"
        );
        assert_eq!(file_name("../..", 754_000.0), "picture-12m34.000s");
        assert_eq!(
            file_name("http://localhost:80/", 0.0),
            "http-localhost-80-0m0.000s"
        );
    }
}
