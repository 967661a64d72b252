//! Where the page lies in the area it has, what is drawn over it, and which images are shown at all.

use super::Overlay;
use crate::canvas::{Ink, Shape};

/// How a page lies in an area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placement {
    /// CSS pixels of the viewer for one of the page.
    pub zoom: f64,
    /// The size of the picture in CSS pixels of the viewer.
    pub size_px: (f64, f64),
}

impl Placement {
    /// The whole page, as large as the area allows but never larger than it was.
    pub fn fit(page: (f64, f64), area: (f64, f64)) -> Self {
        let zoom = match page.0 > 0.0 && page.1 > 0.0 {
            true => (area.0 / page.0).min(area.1 / page.1).min(1.0),
            false => 1.0,
        };
        Self {
            zoom,
            size_px: ((page.0 * zoom).floor(), (page.1 * zoom).floor()),
        }
    }
}

/// The recorded mouse as shapes over the picture.
pub fn overlay_shapes(placement: Placement, overlay: &Overlay) -> Vec<Shape> {
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
            radius: 7.0 + 17.0 * age,
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

/// The URL of an image that came as base64: only of kinds that are pictures and nothing else, told by their first bytes
/// and not by what the sender calls them. None for anything else.
pub fn image_url(base64: &str) -> Option<String> {
    const KINDS: [(&str, &str); 4] = [
        ("/9j/", "image/jpeg"),
        ("iVBORw0KGgo", "image/png"),
        ("UklGR", "image/webp"),
        ("AAAAIGZ0eXBhdmlm", "image/avif"),
    ];
    let (_, kind) = KINDS.into_iter().find(|(magic, _)| base64.starts_with(magic))?;
    let is_base64 = base64
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='));
    is_base64.then(|| format!("data:{kind};base64,{base64}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::ClickRing;

    #[test]
    fn a_page_fits_whole_and_is_never_magnified() {
        assert_eq!(
            Placement::fit((1280.0, 800.0), (640.0, 600.0)),
            Placement {
                zoom: 0.5,
                size_px: (640.0, 400.0)
            }
        );
        assert_eq!(
            Placement::fit((320.0, 200.0), (640.0, 600.0)),
            Placement {
                zoom: 1.0,
                size_px: (320.0, 200.0)
            }
        );
        assert_eq!(Placement::fit((0.0, 0.0), (640.0, 600.0)).size_px, (0.0, 0.0));
    }

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
            },
            &overlay,
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
    fn only_pictures_become_urls() {
        assert_eq!(
            image_url("/9j/4AAQ").as_deref(),
            Some("data:image/jpeg;base64,/9j/4AAQ")
        );
        assert_eq!(image_url("PHN2ZyB4bWxucz0"), None, "svg can carry scripts");
        assert_eq!(image_url("/9j/\"><script>"), None);
    }
}
