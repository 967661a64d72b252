//! Finding a text in a text: every place of it, in one pass.

use components::source::FoundRange;

/// More places than this are not found.
pub const MAX_FOUND: usize = 20_000;

/// The places of `needle` in `text`, in order, with whether there are more. Without `is_case_sensitive` letters of ASCII match
/// in either case; with `is_whole_word` only where no letter, digit or `_` stands beside. Never across lines.
pub fn find(
    text: &str,
    needle: &str,
    is_case_sensitive: bool,
    is_whole_word: bool,
) -> (Vec<FoundRange>, bool) {
    let mut found = Vec::new();
    let needle_bytes = needle.as_bytes();
    let Some(first) = needle_bytes.first().copied() else {
        return (found, false);
    };
    let is_same = |one: u8, other: u8| match is_case_sensitive {
        true => one == other,
        false => one.eq_ignore_ascii_case(&other),
    };
    let n_units = needle.encode_utf16().count() as u32;
    for (line_idx, line) in text.split('\n').enumerate() {
        let bytes = line.as_bytes();
        // The column up to which code units have been counted, so that a long line is counted once.
        let (mut counted, mut units) = (0, 0_u32);
        let mut at = 0;
        while let Some(next) = bytes
            .get(at..)
            .and_then(|rest| rest.iter().position(|byte| is_same(*byte, first)))
        {
            let begin = at + next;
            at = begin + 1;
            let Some(candidate) = bytes.get(begin..begin + needle_bytes.len()) else {
                break;
            };
            let is_here = candidate
                .iter()
                .zip(needle_bytes)
                .all(|(one, other)| is_same(*one, *other));
            if !is_here || is_whole_word && !is_whole(bytes, begin, begin + needle_bytes.len()) {
                continue;
            }
            let Some(between) = line.get(counted..begin) else {
                continue;
            };
            if found.len() >= MAX_FOUND {
                return (found, true);
            }
            units += between.encode_utf16().count() as u32;
            counted = begin;
            found.push(FoundRange {
                line: line_idx as u32 + 1,
                begin: units,
                end: units + n_units,
            });
            at = begin + needle_bytes.len();
        }
    }
    (found, false)
}

fn is_whole(bytes: &[u8], begin: usize, end: usize) -> bool {
    let is_word = |byte: Option<&u8>| {
        byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80)
    };
    let before = begin.checked_sub(1).and_then(|at| bytes.get(at));
    !is_word(before) && !is_word(bytes.get(end))
}

/// The index of the place that follows a place, the first after the last.
pub fn next(all: &[FoundRange], line: u32, column: u32) -> Option<usize> {
    let at = all.partition_point(|found| (found.line, found.begin) < (line, column));
    (!all.is_empty()).then_some(at % all.len().max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, needle: &str, case: bool, word: bool, expected: &[(u32, u32, u32)]) {
        let (found, _) = find(text, needle, case, word);
        let found: Vec<_> = found
            .iter()
            .map(|found| (found.line, found.begin, found.end))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn places_are_found_in_order() {
        check(
            "total Total\n subtotal",
            "total",
            false,
            false,
            &[(1, 0, 5), (1, 6, 11), (2, 4, 9)],
        );
        check(
            "total Total\n subtotal",
            "total",
            true,
            false,
            &[(1, 0, 5), (2, 4, 9)],
        );
        check(
            "total Total\n subtotal",
            "total",
            false,
            true,
            &[(1, 0, 5), (1, 6, 11)],
        );
        check("aaaa", "aa", true, false, &[(1, 0, 2), (1, 2, 4)]);
        check("😀é x😀é", "é", true, false, &[(1, 2, 3), (1, 7, 8)]);
        check("abc", "", true, false, &[]);
        check("ab", "abc", true, false, &[]);
        assert!(find(&"a".repeat(MAX_FOUND + 1), "a", true, false).1);
    }

    #[test]
    fn the_next_one_comes_around() {
        let (found, _) = find("a b a", "a", true, false);
        assert_eq!(
            [next(&found, 1, 0), next(&found, 1, 1), next(&found, 2, 0)],
            [Some(0), Some(1), Some(0)]
        );
        assert_eq!(next(&[], 1, 1), None);
    }
}
