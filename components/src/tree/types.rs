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
    /// Whether it has others under it.
    pub branch: Branch,
    /// Whether it is the heading of a group, such as a scope.
    pub is_heading: bool,
    /// Its place among the rows of the same parent, from 1.
    pub position: usize,
    /// How many rows that parent has.
    pub n_siblings: usize,
}
