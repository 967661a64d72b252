//! What a table is told: its columns, and how to make a row when it comes into sight.

use std::{fmt, sync::Arc};

use crate::primitives::icon::Icon;

/// A column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// What the program calls it.
    pub key: &'static str,
    /// What stands above it.
    pub name: &'static str,
    /// Its width, as a track of a CSS grid: `80px`, `minmax(120px, 2fr)`.
    pub width: &'static str,
    /// It is left out of tables that are not at least so wide, in CSS pixels.
    pub from_table_px: f64,
    /// Whether its texts end at its right edge, as numbers do.
    pub is_at_end: bool,
    /// Whether a press on its name sorts by it.
    pub is_sortable: bool,
}

impl Column {
    /// A column that is always there and sortable, its texts at the left.
    pub const fn new(key: &'static str, name: &'static str, width: &'static str) -> Self {
        Self {
            key,
            name,
            width,
            from_table_px: 0.0,
            is_at_end: false,
            is_sortable: true,
        }
    }

    /// Only in tables at least so wide, in CSS pixels.
    #[must_use]
    pub const fn from_px(mut self, from_table_px: f64) -> Self {
        self.from_table_px = from_table_px;
        self
    }

    /// With its texts at the right.
    #[must_use]
    pub const fn at_end(mut self) -> Self {
        self.is_at_end = true;
        self
    }

    /// That cannot be sorted by.
    #[must_use]
    pub const fn unsorted(mut self) -> Self {
        self.is_sortable = false;
        self
    }
}

/// By what the rows are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The key of the column.
    pub column: &'static str,
    /// Whether the greatest stands first.
    pub is_descending: bool,
}

impl Sort {
    /// What a press on a column's name leads to: rising, then falling, then unsorted.
    pub fn after_press(now: Option<Self>, column: &'static str) -> Option<Self> {
        match now {
            Some(sort) if sort.column == column && sort.is_descending => None,
            Some(sort) if sort.column == column => Some(Self {
                is_descending: true,
                ..sort
            }),
            _ => Some(Self {
                column,
                is_descending: false,
            }),
        }
    }
}

/// How a cell's text looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CellTone {
    /// As any text.
    #[default]
    Plain,
    /// Less important.
    Faint,
    /// Something went wrong.
    Bad,
    /// Worth a look.
    Warning,
    /// A link within the viewer, pressed for [`super::Table`]'s `on_link`.
    Link,
}

impl CellTone {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Plain | Self::Link => "",
            Self::Faint => "ph-table__cell--faint",
            Self::Bad => "ph-table__cell--bad",
            Self::Warning => "ph-table__cell--warning",
        }
    }
}

/// How a bar looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BarLook {
    /// A thin line: waiting.
    Thin,
    /// Full: at work.
    Full,
    /// Full, and it came to nothing.
    Bad,
}

impl BarLook {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Thin => "ph-table__bar ph-table__bar--thin",
            Self::Full => "ph-table__bar",
            Self::Bad => "ph-table__bar ph-table__bar--bad",
        }
    }
}

/// A stretch of a cell, in fractions of its width.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Where it begins, 0 to 1.
    pub from: f64,
    /// Where it ends, 0 to 1.
    pub to: f64,
    /// How it looks.
    pub look: BarLook,
}

/// A button in a cell. The keyboard reaches it by what the table's owner does for the row.
#[derive(Clone, Debug, PartialEq)]
pub struct CellButton {
    /// Its words.
    pub label: String,
    /// What it does, or why it cannot.
    pub title: String,
    /// Whether it can be pressed.
    pub is_enabled: bool,
}

/// A cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// In front of the text.
    pub icon: Option<Icon>,
    /// The text.
    pub text: String,
    /// Shown when pointed at. Empty means the text.
    pub title: String,
    /// How the text looks.
    pub tone: CellTone,
    /// Drawn instead of text.
    pub bars: Arc<[Bar]>,
    /// Pressed for [`super::Table`]'s `on_link`.
    pub button: Option<CellButton>,
}

impl Cell {
    /// A plain text.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    /// In a tone.
    #[must_use]
    pub fn tone(mut self, tone: CellTone) -> Self {
        self.tone = tone;
        self
    }

    /// With more to say when pointed at.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// With an icon in front.
    #[must_use]
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }
}

/// A row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableRow {
    /// One cell a column, in the columns' order.
    pub cells: Vec<Cell>,
    /// Its place in time among all rows, whatever they are sorted by.
    pub order: usize,
    /// Whether something is wrong with it.
    pub is_bad: bool,
    /// Whether it lies outside of what matters now.
    pub is_dim: bool,
}

/// The rows, each made when it comes into sight.
#[derive(Clone)]
pub struct TableRows {
    /// How many there are.
    pub n_rows: usize,
    /// Makes the row of an index below `n_rows`.
    pub row: Arc<dyn Fn(usize) -> TableRow + Send + Sync>,
}

impl Default for TableRows {
    fn default() -> Self {
        Self {
            n_rows: 0,
            row: Arc::new(|_| TableRow::default()),
        }
    }
}

impl fmt::Debug for TableRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TableRows({})", self.n_rows)
    }
}
