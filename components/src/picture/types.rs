//! What the picture shows. Positions are CSS pixels of the recorded page.

use std::sync::Arc;

/// An image of the page.
#[derive(Clone, Debug, PartialEq)]
pub struct PictureFrame {
    /// Equal keys mean equal images.
    pub key: Arc<str>,
    /// Where the image is: a `data:` URL, see [`super::image_url`].
    pub url: Arc<str>,
    /// Pixels of the image for one CSS pixel of the page.
    pub scale: f64,
}

/// The recorded mouse at a moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overlay {
    /// Where the pointer is; None before it was first seen.
    pub pointer: Option<(f64, f64)>,
    /// Presses that have just been.
    pub clicks: Vec<ClickRing>,
}

/// A press of the mouse that fades.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClickRing {
    /// Where.
    pub x: f64,
    /// Where.
    pub y: f64,
    /// 0 when it has just been pressed, 1 when it has faded.
    pub age: f64,
}

/// The corners of a box: x and y of four, clockwise from the upper left.
pub type Quad = [f64; 8];

/// The boxes of an element over the picture, each a list because content breaks over lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Highlight {
    /// What it is: `tag#id.class`.
    pub label: String,
    /// Width and height that are shown beside the label.
    pub size: (f64, f64),
    /// Content only.
    pub content: Vec<Quad>,
    /// Content and padding.
    pub padding: Vec<Quad>,
    /// Content, padding and border.
    pub border: Vec<Quad>,
    /// Content, padding, border and margin.
    pub margin: Vec<Quad>,
}
