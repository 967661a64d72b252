//! Along which axis a splitter works.

/// How the two panels stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SplitAxis {
    /// Side by side; the line is vertical.
    Row,
    /// One above the other; the line is horizontal.
    Column,
}

impl SplitAxis {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Row => "ph-splitter--row",
            Self::Column => "ph-splitter--column",
        }
    }

    pub(crate) fn orientation(self) -> &'static str {
        match self {
            Self::Row => "vertical",
            Self::Column => "horizontal",
        }
    }

    pub(crate) fn along(self, x: i32, y: i32) -> f64 {
        match self {
            Self::Row => f64::from(x),
            Self::Column => f64::from(y),
        }
    }
}
