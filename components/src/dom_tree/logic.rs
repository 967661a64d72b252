//! Where keys lead in the tree of a document, and how wide it is.

use super::{DomRow, DomRowKind};
use crate::tree::Branch;

/// Characters of a row that are let be seen by scrolling aside.
const MAX_CHARS: usize = 400;

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyAction {
    /// Open or close the row.
    Toggle,
    /// Go to another row.
    Move(usize),
}

/// Right opens and then goes in; left closes and then goes out. None for other keys and where there is no way.
pub(crate) fn after_key(rows: &[DomRow], key: &str, index: usize) -> Option<KeyAction> {
    let row = rows.get(index)?;
    match (key, row.branch) {
        ("ArrowRight", Branch::Closed) | ("ArrowLeft", Branch::Open) => Some(KeyAction::Toggle),
        ("ArrowRight", Branch::Open) => rows
            .get(index + 1)
            .filter(|child| child.depth > row.depth && child.kind != DomRowKind::End)
            .map(|_| KeyAction::Move(index + 1)),
        ("ArrowLeft", _) => rows
            .get(..index)?
            .iter()
            .rposition(|above| above.depth < row.depth)
            .map(KeyAction::Move),
        _ => None,
    }
}

/// The row to go to when a key leads to `wanted` from `now`: ends of elements are passed over.
pub(crate) fn landing(rows: &[DomRow], wanted: usize, now: Option<usize>) -> Option<usize> {
    let can_land = |index: &usize| rows.get(*index).is_some_and(|row| row.kind != DomRowKind::End);
    let up = (0..=wanted).rev().find(can_land);
    match now {
        Some(now) if wanted < now => up,
        _ => (wanted..rows.len()).find(can_land).or(up),
    }
}

/// The row that an end belongs to; the row itself for any other.
pub(crate) fn owner(rows: &[DomRow], index: usize) -> usize {
    let Some(row) = rows.get(index).filter(|row| row.kind == DomRowKind::End) else {
        return index;
    };
    let above = rows.get(..index).unwrap_or_default();
    above
        .iter()
        .rposition(|above| above.depth <= row.depth && above.kind != DomRowKind::End)
        .unwrap_or(index)
}

/// The most characters that a row takes, those that set it in included.
pub(crate) fn width_chars(rows: &[DomRow]) -> usize {
    let chars = |row: &DomRow| {
        let text: usize = row.tokens.iter().map(|token| token.text.chars().count()).sum();
        text.min(MAX_CHARS) + 2 * row.depth + 6
    };
    rows.iter().map(chars).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<DomRow> {
        let row = |depth, branch, kind| DomRow {
            depth,
            branch,
            kind,
            ..DomRow::default()
        };
        vec![
            row(0, Branch::Open, DomRowKind::Node),
            row(1, Branch::Open, DomRowKind::Node),
            row(2, Branch::Leaf, DomRowKind::Node),
            row(1, Branch::Leaf, DomRowKind::End),
            row(1, Branch::Closed, DomRowKind::Node),
            row(0, Branch::Leaf, DomRowKind::End),
        ]
    }

    #[test]
    fn keys_pass_over_the_ends_of_elements() {
        let rows = rows();
        assert_eq!(landing(&rows, 3, Some(2)), Some(4));
        assert_eq!(landing(&rows, 3, Some(4)), Some(2));
        assert_eq!(landing(&rows, 5, Some(4)), Some(4));
        assert_eq!(landing(&[], 0, None), None);
        assert_eq!(
            [owner(&rows, 3), owner(&rows, 5), owner(&rows, 2), owner(&rows, 9)],
            [1, 0, 2, 9]
        );
    }

    #[test]
    fn arrows_open_enter_close_and_leave() {
        let rows = rows();
        assert_eq!(after_key(&rows, "ArrowRight", 0), Some(KeyAction::Move(1)));
        assert_eq!(after_key(&rows, "ArrowRight", 4), Some(KeyAction::Toggle));
        assert_eq!(after_key(&rows, "ArrowLeft", 1), Some(KeyAction::Toggle));
        assert_eq!(after_key(&rows, "ArrowLeft", 2), Some(KeyAction::Move(1)));
        assert_eq!(after_key(&rows, "ArrowRight", 2), None);
    }
}
