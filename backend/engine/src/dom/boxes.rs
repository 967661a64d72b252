//! Boxes of an element, from where the recording saw it laid out.

use recording::page::ElementLayout;
use wire::dom::{BoxModel, ClipBounds, NodeBounds, Quads, Rect};

use super::layouts::LaidOut;
use crate::pause::object_id;

/// Top, right, bottom, left.
type Edges = [f64; 4];

/// The four boxes, worked out from the border boxes and the widths around them.
///
/// Content that breaks over lines has several: the widths at the left belong to the first of them, those at the right to
/// the last, and margins above and below have no effect.
pub(super) fn model(element: &ElementLayout) -> BoxModel {
    let alone = [element.rect];
    let rects = match element.rects.is_empty() {
        true => &alone[..],
        false => &element.rects,
    };
    let [margin, border, padding] = element.edges;
    let mut model = BoxModel {
        node: object_id(element.id),
        content: Quads::new(),
        padding: Quads::new(),
        border: Quads::new(),
        margin: Quads::new(),
    };
    for (rect_idx, rect) in rects.iter().enumerate() {
        let of_this = |[top, right, bottom, left]: Edges| {
            let left = if rect_idx == 0 { left } else { 0.0 };
            let right = if rect_idx + 1 == rects.len() { right } else { 0.0 };
            [top, right, bottom, left]
        };
        let margin = match of_this(margin) {
            [_, right, _, left] if rects.len() > 1 => [0.0, right, 0.0, left],
            margin => margin,
        };
        let within_border = inset(*rect, of_this(border), 1.0);
        model.margin.extend(quad(inset(*rect, margin, -1.0)));
        model.border.extend(quad(*rect));
        model.padding.extend(quad(within_border));
        model
            .content
            .extend(quad(inset(within_border, of_this(padding), 1.0)));
    }
    model
}

/// Where an element is drawn, and whether it can be seen and clicked.
pub(super) fn bounds(element: &ElementLayout, layout: &LaidOut) -> NodeBounds {
    let marks = layout.marks(element.style);
    NodeBounds {
        node: object_id(element.id),
        rect: Rect::from(element.rect),
        rects: element.rects.iter().copied().map(Rect::from).collect(),
        clip_bounds: element.clip.map(|[left, top, right, bottom]| ClipBounds {
            left,
            top,
            right,
            bottom,
        }),
        visibility: marks.is_hidden.then(|| "hidden".to_owned()),
        pointer_events: marks.ignores_pointer.then(|| "none".to_owned()),
    }
}

/// A rectangle with its sides moved inwards.
fn inset([left, top, right, bottom]: [f64; 4], edges: Edges, factor: f64) -> [f64; 4] {
    let [edge_top, edge_right, edge_bottom, edge_left] = edges.map(|edge| edge * factor);
    [
        left + edge_left,
        top + edge_top,
        right - edge_right,
        bottom - edge_bottom,
    ]
}

/// The corners, clockwise from the upper left.
fn quad([left, top, right, bottom]: [f64; 4]) -> [f64; 8] {
    [left, top, right, top, right, bottom, left, bottom]
}
