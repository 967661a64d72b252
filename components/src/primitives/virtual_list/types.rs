//! What the list is told: where rows lie, how they are drawn, which to bring into sight.

use std::sync::Arc;

use leptos::prelude::{AnyView, ViewFn};

/// Draws the row of an index; the text is the id its element must have.
pub type RowView = Arc<dyn Fn(usize, String) -> AnyView + Send + Sync>;

/// What the rows are to a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListKind {
    /// Options of which one is chosen (`role="option"`).
    Listbox,
    /// Items with levels (`role="treeitem"`).
    Tree,
    /// Lines of a text; the arrow keys scroll and choose nothing.
    Text,
    /// Rows of cells (`role="row"`), below a row of headings.
    Grid,
}

impl ListKind {
    pub(crate) fn role(self) -> &'static str {
        match self {
            Self::Listbox => "listbox",
            Self::Tree => "tree",
            Self::Text => "group",
            Self::Grid => "grid",
        }
    }
}

/// Where each row lies, in CSS pixels from the top of the first. Cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub enum RowLayout {
    /// All rows are equally high.
    Uniform {
        /// How many there are.
        n_rows: usize,
        /// The height of each.
        row_px: f64,
    },
    /// Row `i` reaches from `edges_px[i]` to `edges_px[i + 1]`; the edges rise and begin at 0.
    Stacked {
        /// One more than there are rows, or none.
        edges_px: Arc<[f64]>,
    },
}

impl Default for RowLayout {
    fn default() -> Self {
        Self::Uniform {
            n_rows: 0,
            row_px: 0.0,
        }
    }
}

impl RowLayout {
    /// Rows one under the other from their heights.
    pub fn stacked(heights_px: impl IntoIterator<Item = f64>) -> Self {
        let mut edge = 0.0;
        let rest = heights_px.into_iter().map(|height| {
            edge += height;
            edge
        });
        Self::Stacked {
            edges_px: std::iter::once(0.0).chain(rest).collect(),
        }
    }

    /// How many rows there are.
    pub fn n_rows(&self) -> usize {
        match self {
            Self::Uniform { n_rows, .. } => *n_rows,
            Self::Stacked { edges_px } => edges_px.len().saturating_sub(1),
        }
    }

    /// Where row `index` begins; the end of all rows for an index beyond them.
    pub fn top_px(&self, index: usize) -> f64 {
        match self {
            Self::Uniform { n_rows, row_px } => index.min(*n_rows) as f64 * row_px,
            Self::Stacked { edges_px } => edges_px.get(index).or(edges_px.last()).copied().unwrap_or(0.0),
        }
    }

    /// How high row `index` is; 0 beyond the last.
    pub fn height_px(&self, index: usize) -> f64 {
        self.top_px(index + 1) - self.top_px(index)
    }

    /// How high all rows are together.
    pub fn total_px(&self) -> f64 {
        self.top_px(self.n_rows())
    }

    /// The row at `y_px`, the last one for a position below.
    pub fn row_at(&self, y_px: f64) -> usize {
        let last = self.n_rows().saturating_sub(1);
        match self {
            Self::Uniform { row_px, .. } if *row_px > 0.0 => ((y_px.max(0.0) / row_px) as usize).min(last),
            Self::Uniform { .. } => 0,
            Self::Stacked { edges_px } => edges_px
                .partition_point(|edge| *edge <= y_px)
                .saturating_sub(1)
                .min(last),
        }
    }
}

/// What stays above the rows while they scroll down, and scrolls aside with them.
#[derive(Clone)]
pub struct ListHeader {
    /// Its height in CSS pixels.
    pub height_px: f64,
    /// Draws it.
    pub view: ViewFn,
}

/// A wish to have a row in sight. Two wishes differ by `turn`, so the same row can be asked for again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reveal {
    /// The row.
    pub row: usize,
    /// Whether the row should stand in the middle when it was out of sight; else just inside the edge.
    pub is_centered: bool,
    /// Any number; a new one repeats the wish.
    pub turn: u32,
}

impl Reveal {
    /// The row, moved by as little as shows it.
    pub fn nearest(row: usize) -> Self {
        Self {
            row,
            is_centered: false,
            turn: 0,
        }
    }

    /// The row, in the middle of the window unless it is in sight already.
    pub fn centered(row: usize) -> Self {
        Self {
            row,
            is_centered: true,
            turn: 0,
        }
    }
}
