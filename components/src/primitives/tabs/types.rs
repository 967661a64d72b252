//! What a tab is.

/// One tab of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tab {
    /// What the program calls it; part of an element's id.
    pub key: &'static str,
    /// What people call it.
    pub name: &'static str,
}
