//! What the arrow keys do in a tree.

use super::{Branch, TreeRow};

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyAction {
    /// Open or close the row.
    Toggle,
    /// Go to another row.
    Move(usize),
}

/// Right opens and then goes in; left closes and then goes out. None for other keys and where there is no way.
pub(crate) fn after_key(rows: &[TreeRow], key: &str, index: usize) -> Option<KeyAction> {
    let row = rows.get(index)?;
    match (key, row.branch) {
        ("ArrowRight", Branch::Closed) | ("ArrowLeft", Branch::Open) => Some(KeyAction::Toggle),
        ("ArrowRight", Branch::Open) => rows
            .get(index + 1)
            .filter(|child| child.depth > row.depth)
            .map(|_| KeyAction::Move(index + 1)),
        ("ArrowLeft", _) => rows[..index]
            .iter()
            .rposition(|above| above.depth < row.depth)
            .map(KeyAction::Move),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_open_enter_close_and_leave() {
        let row = |depth, branch| TreeRow {
            depth,
            branch,
            ..TreeRow::default()
        };
        let rows = [row(0, Branch::Open), row(1, Branch::Closed), row(1, Branch::Leaf)];
        assert_eq!(after_key(&rows, "ArrowRight", 0), Some(KeyAction::Move(1)));
        assert_eq!(after_key(&rows, "ArrowRight", 1), Some(KeyAction::Toggle));
        assert_eq!(after_key(&rows, "ArrowRight", 2), None);
        assert_eq!(after_key(&rows, "ArrowLeft", 2), Some(KeyAction::Move(0)));
        assert_eq!(after_key(&rows, "ArrowLeft", 0), Some(KeyAction::Toggle));
        assert_eq!(after_key(&rows, "ArrowLeft", 9), None);
    }
}
