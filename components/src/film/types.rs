//! What a film strip is made of.

/// A picture in the strip: where it stands, and of what time it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slot {
    /// Its left, in CSS pixels from the strip's; outside of the strip where only a part of it is seen.
    pub x: f64,
    /// How wide it is, in CSS pixels.
    pub width_px: f64,
    /// The time in its middle, in ms: what the page looked like then is shown.
    pub time_ms: f64,
}
