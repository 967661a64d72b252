//! Where elements lie: which one is under a place of the picture, and the boxes of one in numbers and as shapes.

use components::{box_model::BoxSizes, picture::Highlight};
use wire::dom::{BoxModel, NodeBounds, Rect};

/// Boxes of one element that are drawn: content that breaks over more lines is rare.
const MAX_BOXES: usize = 200;

/// The element at a place of the page, in CSS pixels; `elements` have the topmost first.
pub fn element_at(elements: &[NodeBounds], (x, y): (f64, f64)) -> Option<&NodeBounds> {
    elements.iter().find(|element| {
        let is_in = |rect: &Rect| rect.left <= x && x < rect.right && rect.top <= y && y < rect.bottom;
        let can_be_hit = element.visibility.as_deref() != Some("hidden")
            && element.pointer_events.as_deref() != Some("none");
        let is_shown = element.clip_bounds.is_none_or(|clip| {
            clip.left.is_none_or(|left| left <= x)
                && clip.right.is_none_or(|right| x < right)
                && clip.top.is_none_or(|top| top <= y)
                && clip.bottom.is_none_or(|bottom| y < bottom)
        });
        can_be_hit
            && is_shown
            && match element.rects.is_empty() {
                true => is_in(&element.rect),
                false => element.rects.iter().any(is_in),
            }
    })
}

/// An element's rectangle alone, for as long as its boxes are not known.
pub fn outline(bounds: &NodeBounds, label: String) -> Highlight {
    let Rect {
        left,
        top,
        right,
        bottom,
    } = bounds.rect;
    let quad = [left, top, right, top, right, bottom, left, bottom];
    Highlight {
        label,
        size: (right - left, bottom - top),
        content: vec![quad],
        padding: vec![quad],
        border: vec![quad],
        margin: vec![quad],
    }
}

/// The boxes of an element as they are drawn; None if it has none.
pub fn highlight(model: &BoxModel, label: String) -> Option<Highlight> {
    let quads = |all: &[f64]| {
        let (quads, _) = all.as_chunks::<8>();
        quads.iter().take(MAX_BOXES).copied().collect::<Vec<_>>()
    };
    let border = quads(&model.border);
    let bounds = around(&border)?;
    Some(Highlight {
        label,
        size: (bounds.right - bounds.left, bounds.bottom - bounds.top),
        content: quads(&model.content),
        padding: quads(&model.padding),
        margin: quads(&model.margin),
        border,
    })
}

/// The boxes of an element in numbers; None if it has none.
pub fn sizes(model: &BoxModel) -> Option<BoxSizes> {
    let bounds = |all: &[f64]| {
        let (quads, _) = all.as_chunks::<8>();
        around(quads)
    };
    let (margin, border) = (bounds(&model.margin)?, bounds(&model.border)?);
    let (padding, content) = (bounds(&model.padding)?, bounds(&model.content)?);
    let between = |outer: Rect, inner: Rect| {
        [
            inner.top - outer.top,
            outer.right - inner.right,
            outer.bottom - inner.bottom,
            inner.left - outer.left,
        ]
    };
    Some(BoxSizes {
        position: (border.left, border.top),
        margin: between(margin, border),
        border: between(border, padding),
        padding: between(padding, content),
        content: (content.right - content.left, content.bottom - content.top),
    })
}

/// The smallest rectangle around quadrilaterals.
fn around(quads: &[[f64; 8]]) -> Option<Rect> {
    let corners = || quads.iter().flat_map(|quad| quad.as_chunks::<2>().0);
    let (xs, ys) = (
        || corners().map(|[x, _]| *x).filter(|x| x.is_finite()),
        || corners().map(|[_, y]| *y).filter(|y| y.is_finite()),
    );
    Some(Rect {
        left: xs().reduce(f64::min)?,
        top: ys().reduce(f64::min)?,
        right: xs().reduce(f64::max)?,
        bottom: ys().reduce(f64::max)?,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_topmost_that_can_be_hit_is_under_the_mouse() {
        let elements: Vec<NodeBounds> = serde_json::from_value(json!([
            { "node": "hidden", "rect": [0, 0, 100, 100], "visibility": "hidden" },
            { "node": "through", "rect": [0, 0, 100, 100], "pointerEvents": "none" },
            { "node": "clipped", "rect": [0, 0, 100, 100], "clipBounds": { "right": 10 } },
            { "node": "lines", "rect": [0, 0, 100, 40], "rects": [[50, 0, 100, 20], [0, 20, 30, 40]] },
            { "node": "body", "rect": [0, 0, 100, 100] },
        ]))
        .unwrap();
        let at = |x, y| element_at(&elements, (x, y)).map(|bounds| bounds.node.as_str());
        assert_eq!(
            [at(5.0, 5.0), at(60.0, 5.0), at(40.0, 30.0), at(100.0, 5.0)],
            [Some("clipped"), Some("lines"), Some("body"), None]
        );
    }

    #[test]
    fn widths_are_what_lies_between_the_boxes() {
        let quad = |left: f64, top: f64, right: f64, bottom: f64| {
            vec![left, top, right, top, right, bottom, left, bottom]
        };
        let model = BoxModel {
            node: "n".into(),
            margin: quad(0.0, 10.0, 100.0, 60.0),
            border: quad(5.0, 10.0, 90.0, 60.0),
            padding: quad(6.0, 11.0, 89.0, 59.0),
            content: quad(6.0, 21.0, 89.0, 49.0),
        };
        let sizes = sizes(&model).unwrap();
        assert_eq!(sizes.margin, [0.0, 10.0, 0.0, 5.0]);
        assert_eq!((sizes.border, sizes.padding), ([1.0; 4], [10.0, 0.0, 10.0, 0.0]));
        assert_eq!((sizes.content, sizes.position), ((83.0, 28.0), (5.0, 10.0)));
        assert_eq!(highlight(&model, String::new()).unwrap().size, (85.0, 50.0));
        let nothing = BoxModel {
            border: vec![1.0; 7],
            ..model
        };
        assert!(highlight(&nothing, String::new()).is_none());
    }
}
