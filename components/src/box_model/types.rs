//! Boxes in numbers.

/// The widths around the content of an element, in CSS pixels; of four the top comes first, then clockwise.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BoxSizes {
    /// The upper left corner of the border box, from that of the window.
    pub position: (f64, f64),
    /// The margin.
    pub margin: [f64; 4],
    /// The border.
    pub border: [f64; 4],
    /// The padding.
    pub padding: [f64; 4],
    /// Width and height of the content.
    pub content: (f64, f64),
}
