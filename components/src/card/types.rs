//! What a card shows.

/// A recording as the library lists it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CardContent {
    /// Its title.
    pub title: String,
    /// The address that was recorded.
    pub url: String,
    /// Where the card leads.
    pub href: String,
    /// A picture of it, as a URL; None shows a sign in its place.
    pub poster: Option<String>,
    /// How long it is, in ms.
    pub duration_ms: f64,
    /// When it was made, in words.
    pub recorded: String,
    /// How large it is, in bytes.
    pub size: u64,
    /// A few more facts in a word or two each: `12 messages`.
    pub facts: Vec<String>,
    /// Whether it is still being made.
    pub is_live: bool,
}
