//! What a frame shows.

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
