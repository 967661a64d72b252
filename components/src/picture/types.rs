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
