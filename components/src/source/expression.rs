//! Which expression a word of a line stands for: what is asked for when it is pointed at.

use super::{HoverTarget, SourcePlace};

/// An expression is not looked for further than this from its word.
const MAX_LEN: usize = 400;

/// The word at a byte of a line, and the expression that ends with it; None where there is no name. `begin_unit` is the
/// column of the first byte of `line`, `line_no` its line.
///
/// Only what can be read without running anything: names, members, brackets around names, numbers and strings.
pub(crate) fn target_at(line: &str, byte: usize, line_no: u32, begin_unit: u32) -> Option<HoverTarget> {
    let bytes = line.as_bytes();
    let end = byte
        + bytes
            .get(byte..)?
            .iter()
            .position(|byte| !is_name(*byte))
            .unwrap_or(bytes.len() - byte);
    let begin = name_begin(bytes, end);
    let word = line.get(begin..end).filter(|word| !word.is_empty())?;
    if word.starts_with(|first: char| first.is_ascii_digit()) || is_reserved(word) {
        return None;
    }
    let from = chain_begin(line, begin)?;
    let expression = line.get(from..end)?;
    let column = begin_unit + line.get(..begin)?.encode_utf16().count() as u32;
    Some(HoverTarget {
        place: SourcePlace {
            line: line_no,
            column,
        },
        word: word.to_owned(),
        expression: expression.to_owned(),
    })
}

/// Where the expression begins that ends with the name at `begin`; None if it is a key of a literal or a member of
/// something that would have to be run.
fn chain_begin(line: &str, mut begin: usize) -> Option<usize> {
    let bytes = line.as_bytes();
    let floor = begin.saturating_sub(MAX_LEN);
    loop {
        let object_end = match (byte_before(bytes, begin, 1), byte_before(bytes, begin, 2)) {
            (b'.', b'?') => begin - 2,
            // Three dots spread what follows.
            (b'.', b'.') => return Some(begin),
            (b'.', _) => begin - 1,
            _ => return Some(begin),
        };
        begin = primary_begin(line, object_end, floor)?;
    }
}

/// Where the name, or the brackets behind one, begin that end at `end`.
fn primary_begin(line: &str, end: usize, floor: usize) -> Option<usize> {
    let bytes = line.as_bytes();
    let mut at = end;
    while byte_before(bytes, at, 1) == b']' {
        let open = bytes
            .get(floor..at - 1)?
            .iter()
            .rposition(|byte| matches!(byte, b'[' | b']' | b'('))?
            + floor;
        if bytes.get(open) != Some(&b'[') {
            return None;
        }
        at = open;
        if byte_before(bytes, at, 1) == b'.' && byte_before(bytes, at, 2) == b'?' {
            at -= 2;
        }
    }
    let begin = name_begin(bytes, at);
    let word = line.get(begin..at)?;
    let is_object = !word.is_empty() && (!is_reserved(word) || byte_before(bytes, begin, 1) == b'.');
    (is_object && begin >= floor).then_some(begin)
}

fn name_begin(bytes: &[u8], end: usize) -> usize {
    let before = bytes.get(..end).unwrap_or_default();
    before
        .iter()
        .rposition(|byte| !is_name(*byte))
        .map_or(0, |at| at + 1)
}

fn byte_before(bytes: &[u8], at: usize, n: usize) -> u8 {
    at.checked_sub(n)
        .and_then(|at| bytes.get(at))
        .copied()
        .unwrap_or(0)
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'#') || byte >= 0x80
}

/// Words that have no value of their own. `this` has.
fn is_reserved(word: &str) -> bool {
    const RESERVED: &[&str] = &[
        "async",
        "await",
        "break",
        "case",
        "catch",
        "class",
        "const",
        "continue",
        "debugger",
        "default",
        "delete",
        "do",
        "else",
        "export",
        "extends",
        "false",
        "finally",
        "for",
        "function",
        "if",
        "import",
        "in",
        "instanceof",
        "let",
        "new",
        "null",
        "return",
        "static",
        "super",
        "switch",
        "throw",
        "true",
        "try",
        "typeof",
        "var",
        "void",
        "while",
        "with",
        "yield",
    ];
    RESERVED.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::*;

    #[track_caller]
    fn check(line: &str, expected: Option<&str>) {
        let at = line.find('^').unwrap();
        let line = line.replace('^', "");
        let target = target_at(&line, at, 1, 0);
        assert_eq!(
            target.as_ref().map(|target| target.expression.as_str()),
            expected,
            "{line}"
        );
    }

    #[test]
    fn a_name_comes_with_what_it_is_a_member_of() {
        check("return ^total + 1", Some("total"));
        check("x = cart.it^ems.length", Some("cart.items"));
        check("x = cart.items.^length;", Some("cart.items.length"));
        check("this.^rows", Some("this.rows"));
        check("a?.^b", Some("a?.b"));
        check("a.b[c].^d", Some("a.b[c].d"));
        check("a.b[^c]", Some("c"));
        check("a[0]['k'].^d", Some("a[0]['k'].d"));
        check("f(...^rest)", Some("rest"));
        check("größe.^x", Some("größe.x"));
        check("a.default.^b", Some("a.default.b"));
    }

    #[test]
    fn what_would_have_to_be_run_is_not_asked_for() {
        check("f(x).^y", None);
        check("list[f(1)].^y", None);
        check("^return x", None);
        check("12^3", None);
        check("a ^+ b", None);
        check("[1].^length", None);
        check("'abc'.^length", None);
    }

    #[test]
    fn the_column_counts_code_units() {
        let target = target_at("'😀'.x + yy", 11, 3, 100);
        let target = target.unwrap();
        assert_eq!(
            (target.place.line, target.place.column, target.word.as_str()),
            (3, 109, "yy")
        );
    }
}
