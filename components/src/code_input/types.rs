//! What an input for code offers and keeps.

use std::sync::Arc;

/// Something that could be written next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodeOffer {
    /// What takes the place of the text from [`CodeOffers::start`] to the cursor.
    pub name: String,
    /// What it is, in a word; shown faintly behind the name.
    pub kind: &'static str,
}

/// What could be written at the cursor. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodeOffers {
    /// Where the word that is being written begins, in bytes.
    pub start: usize,
    /// The offers, the best first; none closes the list.
    pub offers: Arc<[CodeOffer]>,
}

/// What the person did, as the caller has to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The text now.
    pub text: String,
    /// Where the cursor stands, in bytes from the start of the text.
    pub cursor: usize,
}

/// What keeps a text from being sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It goes on: Enter begins another line.
    Unfinished,
    /// It is wrong, for this reason, as a sentence.
    Wrong(String),
}
