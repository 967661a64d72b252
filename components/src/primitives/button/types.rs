//! How buttons look.

/// How much a button asks for attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonLook {
    /// No frame until pointed at: tools that stand in rows.
    #[default]
    Quiet,
    /// A frame: an action among others.
    Framed,
    /// Filled with the accent: the one thing to do here.
    Primary,
}

impl ButtonLook {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Quiet => "",
            Self::Framed => "ph-button--framed",
            Self::Primary => "ph-button--primary",
        }
    }
}
