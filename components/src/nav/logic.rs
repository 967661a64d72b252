//! Where keys lead in the navigator.

use super::NavRow;
use crate::tree::Branch;

/// What a key does to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyAction {
    /// Opens or closes it.
    Toggle,
    /// Moves to another.
    Move(usize),
}

/// What a key does to a row; None for nothing.
pub(crate) fn after_key(rows: &[NavRow], key: &str, index: usize) -> Option<KeyAction> {
    let row = rows.get(index)?;
    match (key, row.branch) {
        ("ArrowRight", Branch::Closed) | ("ArrowLeft", Branch::Open) => Some(KeyAction::Toggle),
        ("ArrowRight", Branch::Open) => Some(KeyAction::Move(index + 1)),
        ("ArrowLeft", _) => {
            let before = rows.get(..index)?;
            before
                .iter()
                .rposition(|other| other.depth < row.depth)
                .map(KeyAction::Move)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_open_close_and_lead_to_the_parent() {
        let row = |depth, branch| NavRow {
            depth,
            branch,
            ..NavRow::default()
        };
        let rows = [row(0, Branch::Open), row(1, Branch::Leaf), row(0, Branch::Closed)];
        let key = |key, index| after_key(&rows, key, index);
        assert_eq!(key("ArrowRight", 2), Some(KeyAction::Toggle));
        assert_eq!(key("ArrowRight", 0), Some(KeyAction::Move(1)));
        assert_eq!(key("ArrowLeft", 0), Some(KeyAction::Toggle));
        assert_eq!(key("ArrowLeft", 1), Some(KeyAction::Move(0)));
        assert_eq!(key("ArrowLeft", 2), None);
        assert_eq!(key("Enter", 0), None);
    }
}
