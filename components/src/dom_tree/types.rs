//! A row of the tree of a document.

use std::sync::Arc;

use crate::{preview::Token, tree::Branch};

/// What a row is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DomRowKind {
    /// A node.
    #[default]
    Node,
    /// The end of an element that is open; it belongs to the row that begins it.
    End,
    /// Stands for siblings that are not shown; pressing it shows more.
    More,
}

/// One row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DomRow {
    /// How deep it lies; 0 for the top.
    pub depth: usize,
    /// What it is.
    pub kind: DomRowKind,
    /// What it says, in one line.
    pub tokens: Arc<[Token]>,
    /// Whether it has others under it.
    pub branch: Branch,
    /// Its place among the rows of the same parent, from 1.
    pub position: usize,
    /// How many rows that parent has.
    pub n_siblings: usize,
}
