//! What a write shows.

use std::sync::Arc;

use crate::preview::Token;

/// One write of a variable or object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WriteItem {
    /// When, in words: `1:02.345`.
    pub time: String,
    /// What was done, where a value was not just set; empty otherwise.
    pub verb: &'static str,
    /// The value written.
    pub tokens: Arc<[Token]>,
    /// The function that did it; empty at top level.
    pub function: String,
    /// Where the statement stands, short: `app.js:12`.
    pub location: String,
}
