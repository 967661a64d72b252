//! Drawing on a canvas from a plain list of shapes, so that what is drawn can be tested without drawing it.
//!
//! Not a component: it has no gallery page of its own; the timeline and the picture show it.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::dom::pixel_ratio;

mod inks;
mod types;
pub use inks::{Inks, ThemeInks};
pub use types::{Ink, Shape, TextAnchor};

/// The fonts of a drawing, as CSS has them.
#[derive(Clone, Copy, Debug)]
pub struct Fonts {
    /// Of most texts.
    pub normal: &'static str,
    /// Of the smaller ones.
    pub small: &'static str,
}

/// Sizes the canvas for the screen's density, clears it and draws the shapes in their order.
///
/// `width` and `height` are CSS pixels, which are also the unit of the shapes.
///
/// # Errors
/// The browser's reason for refusing a context or a shape.
pub fn draw(
    canvas: &HtmlCanvasElement,
    (width, height): (f64, f64),
    fonts: Fonts,
    inks: &Inks,
    shapes: &[Shape],
) -> Result<(), JsValue> {
    let context = prepare(canvas, (width, height))?;
    paint_all(&context, Some(fonts), inks, shapes)
}

/// Draws shapes, without texts, over what a context has drawn already.
///
/// # Errors
/// The browser's reason for refusing a shape.
pub fn add(context: &CanvasRenderingContext2d, inks: &Inks, shapes: &[Shape]) -> Result<(), JsValue> {
    paint_all(context, None, inks, shapes)
}

/// Sizes and clears the canvas; the context it returns draws in CSS pixels.
///
/// # Errors
/// The browser's reason for refusing a context.
pub fn prepare(
    canvas: &HtmlCanvasElement,
    (width, height): (f64, f64),
) -> Result<CanvasRenderingContext2d, JsValue> {
    let ratio = pixel_ratio();
    let (device_width, device_height) = ((width * ratio).round() as u32, (height * ratio).round() as u32);
    // Setting the size, even to the same, reallocates the canvas.
    if (canvas.width(), canvas.height()) != (device_width, device_height) {
        canvas.set_width(device_width);
        canvas.set_height(device_height);
    }
    let context = canvas
        .get_context("2d")?
        .ok_or_else(|| JsValue::from_str("no 2d context"))?;
    let context: CanvasRenderingContext2d = context.unchecked_into();
    context.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0)?;
    context.clear_rect(0.0, 0.0, width, height);
    Ok(context)
}

fn paint_all(
    context: &CanvasRenderingContext2d,
    fonts: Option<Fonts>,
    inks: &Inks,
    shapes: &[Shape],
) -> Result<(), JsValue> {
    let mut brush = Brush {
        context,
        inks,
        fonts,
        ratio: pixel_ratio(),
        fill: None,
        stroke: None,
        is_small: None,
    };
    shapes.iter().try_for_each(|shape| brush.paint(shape))
}

/// A context and what it was told last: telling it again costs more than most shapes.
struct Brush<'a> {
    context: &'a CanvasRenderingContext2d,
    inks: &'a Inks,
    fonts: Option<Fonts>,
    ratio: f64,
    fill: Option<Ink>,
    stroke: Option<Ink>,
    is_small: Option<bool>,
}

impl Brush<'_> {
    fn fill_with(&mut self, ink: Ink) {
        if self.fill != Some(ink) {
            self.inks
                .with(ink, |colour| self.context.set_fill_style_str(colour));
            self.fill = Some(ink);
        }
    }

    fn stroke_with(&mut self, ink: Ink, line: f64) {
        if self.stroke != Some(ink) {
            self.inks
                .with(ink, |colour| self.context.set_stroke_style_str(colour));
            self.stroke = Some(ink);
        }
        self.context.set_line_width(line);
    }

    /// The edge of a pixel of the screen that is nearest.
    fn crisp(&self, at: f64) -> f64 {
        (at * self.ratio).round() / self.ratio
    }

    fn follow(&self, points: &[(f64, f64)]) {
        self.context.begin_path();
        for (index, (x, y)) in points.iter().enumerate() {
            match index {
                0 => self.context.move_to(*x, *y),
                _ => self.context.line_to(*x, *y),
            }
        }
    }

    fn paint(&mut self, shape: &Shape) -> Result<(), JsValue> {
        let context = self.context;
        match *shape {
            Shape::Rect {
                x,
                y,
                width,
                height,
                radius,
                ink,
            } => {
                self.fill_with(ink);
                let (left, top) = (self.crisp(x), self.crisp(y));
                // What is there at all is seen: a pixel of the screen at least.
                let (right, bottom) = (self.crisp(x + width), self.crisp(y + height));
                let least = 1.0 / self.ratio;
                let (width, height) = ((right - left).max(least), (bottom - top).max(least));
                if radius == 0.0 {
                    context.fill_rect(left, top, width, height);
                } else {
                    context.begin_path();
                    context.round_rect_with_f64(left, top, width, height, radius)?;
                    context.fill();
                }
            }
            Shape::Disc { x, y, radius, ink } => {
                self.fill_with(ink);
                context.begin_path();
                context.arc(x, y, radius, 0.0, std::f64::consts::TAU)?;
                context.fill();
            }
            Shape::Ring {
                x,
                y,
                radius,
                line,
                opacity,
                ink,
            } => {
                context.set_global_alpha(opacity);
                self.stroke_with(ink, line);
                context.begin_path();
                context.arc(x, y, radius, 0.0, std::f64::consts::TAU)?;
                context.stroke();
                context.set_global_alpha(1.0);
            }
            Shape::Polygon {
                ref points,
                fill,
                edge,
            } => {
                self.follow(points);
                context.close_path();
                self.fill_with(fill);
                context.fill();
                if let Some(edge) = edge {
                    self.stroke_with(edge, 1.2);
                    context.set_line_join("round");
                    context.stroke();
                }
            }
            Shape::Line {
                ref points,
                line,
                ink,
            } => {
                self.stroke_with(ink, line);
                context.set_line_join("round");
                self.follow(points);
                context.stroke();
            }
            Shape::Hatch {
                x,
                y,
                width,
                height,
                gap,
                ink,
            } => self.hatch((x, y, width, height), gap, ink),
            Shape::Text {
                x,
                y,
                ref text,
                anchor,
                is_small,
                ink,
            } => {
                if let Some(fonts) = self.fonts.filter(|_| self.is_small != Some(is_small)) {
                    context.set_font(if is_small { fonts.small } else { fonts.normal });
                    context.set_text_baseline("middle");
                    self.is_small = Some(is_small);
                }
                self.fill_with(ink);
                context.set_text_align(match anchor {
                    TextAnchor::Start => "start",
                    TextAnchor::Middle => "center",
                    TextAnchor::End => "end",
                });
                context.fill_text(text, x, y)?;
            }
        }
        Ok(())
    }

    /// The lines stand where they would stand over the whole plane, so that they do not run when what they fill grows.
    fn hatch(&mut self, (x, y, width, height): (f64, f64, f64, f64), gap: f64, ink: Ink) {
        let context = self.context;
        context.save();
        context.begin_path();
        context.rect(self.crisp(x), y, self.crisp(x + width) - self.crisp(x), height);
        context.clip();
        self.stroke_with(ink, 1.0);
        context.begin_path();
        let mut at = ((x - height) / gap).floor() * gap;
        while at < x + width {
            context.move_to(at, y + height);
            context.line_to(at + height, y);
            at += gap;
        }
        context.stroke();
        context.restore();
        // What was told within is forgotten with it.
        self.stroke = None;
    }
}
