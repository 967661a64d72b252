//! Moving through history and offers, and counting in the units of the browser.

/// Where a cursor that the browser counts in UTF-16 units stands in bytes.
pub(super) fn byte_of_unit(text: &str, unit: usize) -> usize {
    let mut units = 0;
    for (byte, char) in text.char_indices() {
        if units >= unit {
            return byte;
        }
        units += char.len_utf16();
    }
    text.len()
}

/// The other way.
pub(super) fn unit_of_byte(text: &str, byte: usize) -> usize {
    text.get(..byte).map_or_else(
        || text.encode_utf16().count(),
        |before| before.encode_utf16().count(),
    )
}

/// Puts a name in the place of `start..cursor`; gives the text and where the cursor then stands, in bytes.
pub(super) fn complete(text: &str, start: usize, cursor: usize, name: &str) -> Option<(String, usize)> {
    let (before, after) = (text.get(..start)?, text.get(cursor.max(start)..)?);
    Some((format!("{before}{name}{after}"), start + name.len()))
}

/// Where a key leads in the list of offers; None where it leads out of it.
pub(super) fn offer_after_key(key: &str, active: Option<usize>, n_offers: usize) -> Option<usize> {
    let last = n_offers.checked_sub(1)?;
    match (key, active) {
        ("ArrowDown", None) => Some(0),
        ("ArrowDown", Some(at)) => Some(if at >= last { 0 } else { at + 1 }),
        ("ArrowUp", Some(at)) => Some(if at == 0 { last } else { at - 1 }),
        ("PageDown", Some(at)) => Some((at + 8).min(last)),
        ("PageUp", Some(at)) => Some(at.saturating_sub(8)),
        _ => None,
    }
}

/// Where in the history a step leads: None is the text that is being written. The latest comes last.
pub(super) fn history_step(now: Option<usize>, is_back: bool, n_entries: usize) -> Option<Option<usize>> {
    match (now, is_back) {
        (None, true) => n_entries.checked_sub(1).map(Some),
        (Some(0), true) | (None, false) => None,
        (Some(at), true) => Some(Some(at - 1)),
        (Some(at), false) if at + 1 < n_entries => Some(Some(at + 1)),
        (Some(_), false) => Some(None),
    }
}

/// How many lines the box shows.
pub(super) fn n_lines(text: &str) -> usize {
    (text.matches('\n').count() + 1).min(8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_are_counted_both_ways() {
        let text = "a😀é";
        for (unit, byte) in [(0, 0), (1, 1), (3, 5), (4, 7), (9, 7)] {
            assert_eq!(byte_of_unit(text, unit), byte);
        }
        assert_eq!(unit_of_byte(text, 5), 3);
        assert_eq!(
            complete("a.to + b", 2, 4, "total"),
            Some(("a.total + b".to_owned(), 7))
        );
        assert_eq!(complete(text, 2, 3, "x"), None, "inside of a character");
    }

    #[test]
    fn history_ends_where_writing_begins() {
        assert_eq!(history_step(None, true, 2), Some(Some(1)));
        assert_eq!(history_step(Some(0), true, 2), None);
        assert_eq!(history_step(Some(0), false, 2), Some(Some(1)));
        assert_eq!(history_step(Some(1), false, 2), Some(None));
        assert_eq!(history_step(None, false, 2), None);
        assert_eq!(history_step(None, true, 0), None);
    }

    #[test]
    fn offers_go_around() {
        assert_eq!(offer_after_key("ArrowDown", None, 2), Some(0));
        assert_eq!(offer_after_key("ArrowDown", Some(1), 2), Some(0));
        assert_eq!(offer_after_key("ArrowUp", Some(0), 2), Some(1));
        assert_eq!(
            offer_after_key("ArrowUp", None, 2),
            None,
            "that is for the history"
        );
        assert_eq!(offer_after_key("ArrowDown", None, 0), None);
    }
}
