//! What the slider of steps shows.

/// A step in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepLabel {
    /// Where it stands: `app.js:34`.
    pub place: String,
    /// What stands there, if the text is at hand; cut to what fits a line.
    pub text: String,
}
