//! A row of the tree.

use std::sync::Arc;

use crate::preview::{Token, Tone};

/// Whether a row has others under it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Branch {
    /// It has none.
    #[default]
    Leaf,
    /// It has, and they are not shown.
    Closed,
    /// It has, and they follow.
    Open,
}

/// What can be pressed at the end of a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RowAction {
    /// Nothing.
    #[default]
    None,
    /// `(…)`: finds out what a getter gives.
    Compute,
    /// Goes to where a function stands: `app.js:12`.
    Place(String),
    /// Goes to the node in the document.
    Element,
}

/// How a row differs from what it is held against.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mark {
    /// It does not.
    #[default]
    None,
    /// Its value is another.
    Changed,
    /// It was not there.
    Added,
    /// It is not there any more.
    Removed,
    /// It is what is searched for.
    Found,
}

/// One row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TreeRow {
    /// How deep it lies; 0 for the top.
    pub depth: usize,
    /// The name of the property, scope or variable.
    pub name: String,
    /// The colour of the name.
    pub name_tone: Tone,
    /// The value in one line; empty for a heading.
    pub tokens: Arc<[Token]>,
    /// What it was before, in one line; empty where that is not asked.
    pub before: Arc<[Token]>,
    /// What can be pressed at its end.
    pub action: RowAction,
    /// How it differs from what it is held against.
    pub mark: Mark,
    /// Whether it is of a moment before, until what it is now has come.
    pub is_stale: bool,
    /// Whether it has others under it.
    pub branch: Branch,
    /// Whether it is the heading of a group, such as a scope.
    pub is_heading: bool,
    /// Its place among the rows of the same parent, from 1.
    pub position: usize,
    /// How many rows that parent has.
    pub n_siblings: usize,
}
