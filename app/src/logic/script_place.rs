//! A place in a script by the script's address, as the browser names it.

/// A place in what the browser was sent, which is not always what a person wrote.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ScriptPlace {
    /// The script's address.
    pub url: String,
    /// Line, 1-based.
    pub line: u32,
    /// Column, 0-based.
    pub column: u32,
}
