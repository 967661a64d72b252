//! What is told, name by name.

/// A name and what it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fact {
    /// The name.
    pub name: String,
    /// What it is; shown as it is, over several lines if it is long.
    pub value: String,
    /// Whether something is wrong with it.
    pub is_bad: bool,
    /// A stretch drawn under the value, in fractions of the width. None draws nothing.
    pub bar: Option<(f64, f64)>,
}

impl Fact {
    /// A name and its value.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
            ..Self::default()
        }
    }

    /// With a stretch drawn under it, in fractions of the width.
    #[must_use]
    pub fn bar(mut self, from: f64, to: f64) -> Self {
        self.bar = Some((from, to));
        self
    }

    /// Something is wrong with it if `is_bad`.
    #[must_use]
    pub fn bad(mut self, is_bad: bool) -> Self {
        self.is_bad = is_bad;
        self
    }
}

/// Facts under a heading.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FactGroup {
    /// The heading.
    pub title: String,
    /// The facts.
    pub facts: Vec<Fact>,
    /// What is said where there are none; empty leaves such a group out.
    pub when_empty: String,
    /// Whether the group can be copied.
    pub can_copy: bool,
}
