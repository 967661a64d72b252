//! What the editor of a print statement or a breakpoint shows.

/// How the hits stand around the moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HitsShown {
    /// In words: `3 of 12 hits`.
    pub text: String,
    /// What went wrong, as a sentence; empty if nothing did.
    pub failure: String,
    /// Whether there is one before the moment.
    pub has_previous: bool,
    /// Whether there is one after it.
    pub has_next: bool,
    /// What is on the button that brings more; empty for no button.
    pub more: String,
    /// Whether some are being brought, so that the button does nothing meanwhile.
    pub is_pending: bool,
    /// The hits over the whole recording, as the path of a picture 1000 wide and 10 high.
    pub strip: String,
}
