//! What the picture shows. Positions are CSS pixels of the recorded page.

use std::sync::Arc;

/// An image of the page that is here.
#[derive(Clone, Debug, PartialEq)]
pub struct PictureFrame {
    /// Its key among the [`super::Bitmaps`]; equal keys mean equal images.
    pub key: Arc<str>,
    /// Its width and height in its own pixels.
    pub size: (u32, u32),
    /// Pixels of the image for one CSS pixel of the page.
    pub scale: f64,
}

impl PictureFrame {
    /// Width and height of the page in its CSS pixels.
    pub fn page(&self) -> (f64, f64) {
        let (width, height) = self.size;
        (f64::from(width) / self.scale, f64::from(height) / self.scale)
    }
}

/// A small image of the page, and the paint that it is of.
#[derive(Clone, Debug, PartialEq)]
pub struct Thumbnail {
    /// The image.
    pub frame: PictureFrame,
    /// Which paint, for those who look for it: its execution point.
    pub paint: Arc<str>,
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

/// What was typed just before a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caption {
    /// Letters typed in a row, as the text they are.
    Text(String),
    /// Any other key, or keys held together.
    Key(String),
}

/// Something that is said over the picture, because it is not what it seems.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What, as a sentence.
    pub text: String,
    /// Whether trying again may help.
    pub can_retry: bool,
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
