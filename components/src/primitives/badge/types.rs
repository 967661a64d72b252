//! What a badge can say by colour.

/// The colour of a badge's dot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BadgeTone {
    /// Nothing to notice.
    #[default]
    Neutral,
    /// All is well.
    Good,
    /// Something is under way; the dot pulses.
    Busy,
    /// Something is wrong.
    Bad,
}

impl BadgeTone {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Neutral => "ph-badge--neutral",
            Self::Good => "ph-badge--good",
            Self::Busy => "ph-badge--busy",
            Self::Bad => "ph-badge--bad",
        }
    }
}
