//! What the rows of a stack show.

/// One frame of the stack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StackFrame {
    /// The function's name, or what it is if it has none.
    pub name: String,
    /// Where it stands, short: `app.js:12`.
    pub location: String,
    /// Where it stands, in full.
    pub title: String,
    /// Whether it belongs to a library, not to the page's own code.
    pub is_library: bool,
}

/// One row of the stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StackRow {
    /// A frame.
    Frame {
        /// What it shows.
        frame: StackFrame,
        /// Whether it is the selected one.
        is_selected: bool,
        /// Whether it has left the stack: it is of a caller of an asynchronous function.
        is_past: bool,
    },
    /// A run of library frames, which choosing folds and unfolds.
    Fold {
        /// How many there are.
        n_frames: usize,
        /// Whose they are: the names of files, short.
        whose: String,
        /// Whether they follow.
        is_open: bool,
    },
    /// A heading: from here on it is who caused what is above.
    Heading(String),
}
