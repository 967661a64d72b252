//! A row of the navigator.

use crate::{primitives::icon::Icon, tree::Branch};

/// One row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NavRow {
    /// How deep it lies; 0 for the top.
    pub depth: usize,
    /// What stands in front.
    pub icon: Option<Icon>,
    /// What it is called, or the text that was found.
    pub name: String,
    /// What to mark in the name, as bytes from and to.
    pub marked: Option<(usize, usize)>,
    /// What is said beside the name, fainter.
    pub detail: String,
    /// What stands at the end of the row, such as a count or a line.
    pub end: String,
    /// What is told when it is pointed at; nothing if empty.
    pub title: String,
    /// Whether it has others under it.
    pub branch: Branch,
    /// Whether it is code, in the font of code.
    pub is_code: bool,
    /// Whether it is less than the others: it did not run.
    pub is_faint: bool,
    /// Whether it is what is shown.
    pub is_current: bool,
    /// Its place among the rows of the same parent, from 1.
    pub position: usize,
    /// How many rows that parent has.
    pub n_siblings: usize,
}
