//! Drawing on a canvas from a plain list of shapes, so that what is drawn can be tested without drawing it.
//!
//! Not a component: it has no gallery page of its own; the timeline and the picture show it.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::dom::pixel_ratio;

mod types;
pub use types::{Ink, Shape, TextAnchor};

/// Sizes the canvas for the screen's density, clears it and draws the shapes in their order.
///
/// `width` and `height` are CSS pixels, which are also the unit of the shapes. Colours are read from the element's
/// `--ink-…` variables and `font` is a CSS font.
///
/// # Errors
/// The browser's reason for refusing a context or a shape.
pub fn draw(
    canvas: &HtmlCanvasElement,
    (width, height): (f64, f64),
    font: &str,
    shapes: &[Shape],
) -> Result<(), JsValue> {
    let context = prepare(canvas, (width, height))?;
    context.set_font(font);
    add(&context, canvas, shapes)
}

/// Draws shapes over what a context of this canvas has drawn already.
///
/// # Errors
/// The browser's reason for refusing a shape.
pub fn add(
    context: &CanvasRenderingContext2d,
    canvas: &HtmlCanvasElement,
    shapes: &[Shape],
) -> Result<(), JsValue> {
    let style = leptos::prelude::window().get_computed_style(canvas)?;
    let colour = |ink: Ink| match &style {
        Some(style) => style.get_property_value(ink.variable()).unwrap_or_default(),
        None => String::new(),
    };
    shapes.iter().try_for_each(|shape| paint(context, shape, &colour))
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

fn paint(
    context: &CanvasRenderingContext2d,
    shape: &Shape,
    colour: &impl Fn(Ink) -> String,
) -> Result<(), JsValue> {
    match *shape {
        Shape::Rect {
            x,
            y,
            width,
            height,
            radius,
            ink,
        } => {
            context.set_fill_style_str(&colour(ink));
            context.begin_path();
            context.round_rect_with_f64(x, y, width, height, radius)?;
            context.fill();
        }
        Shape::Disc { x, y, radius, ink } => {
            context.set_fill_style_str(&colour(ink));
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
            context.set_stroke_style_str(&colour(ink));
            context.set_line_width(line);
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
            context.begin_path();
            for (index, (x, y)) in points.iter().enumerate() {
                match index {
                    0 => context.move_to(*x, *y),
                    _ => context.line_to(*x, *y),
                }
            }
            context.close_path();
            context.set_fill_style_str(&colour(fill));
            context.fill();
            if let Some(edge) = edge {
                context.set_stroke_style_str(&colour(edge));
                context.set_line_width(1.2);
                context.set_line_join("round");
                context.stroke();
            }
        }
        Shape::Text {
            x,
            y,
            ref text,
            anchor,
            ink,
        } => {
            context.set_fill_style_str(&colour(ink));
            context.set_text_align(match anchor {
                TextAnchor::Start => "start",
                TextAnchor::Middle => "center",
                TextAnchor::End => "end",
            });
            context.set_text_baseline("middle");
            context.fill_text(text, x, y)?;
        }
    }
    Ok(())
}
