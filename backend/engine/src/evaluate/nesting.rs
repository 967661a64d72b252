//! How deeply a text may nest: the parser, and whatever walks its tree, take stack for each level, and a text comes
//! from anybody.
//!
//! The measure only has to be an upper bound, quickly had. A level is an open bracket, or a token since the last comma
//! or semicolon of the same brackets: no construct nests without at least one of the two.

/// Source text that is looked at, in bytes. Programs that other viewers send have a few ten thousand.
const MAX_BYTES: usize = 1 << 20;

/// Stack taken by a bracket, in that of a token.
const BRACKET: usize = 16;

/// Measured: a thread of 2 MiB, unoptimised, parses and walks twice as much.
const MAX_DEPTH: usize = 1_600;

/// Whether a text can be parsed without running out of stack.
pub(super) fn is_bearable(text: &str) -> bool {
    text.len() <= MAX_BYTES && depth(text) <= MAX_DEPTH
}

/// An upper bound for how deeply the text nests.
fn depth(text: &str) -> usize {
    let bytes = text.as_bytes();
    // Comments from the days of HTML: what they hide depends on where they stand.
    if text.contains("<!--") || text.contains("-->") {
        return depth_of_any(bytes);
    }
    let mut scan = Scan::default();
    let mut at = 0;
    // What a slash means after the token before it.
    let mut slash = Slash::RegExp;
    // Brackets that are templates' `${`.
    let mut templates: Vec<usize> = Vec::new();
    while let Some(byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            b'/' if bytes.get(at + 1) == Some(&b'/') => at = end_of_line(bytes, at),
            b'/' if bytes.get(at + 1) == Some(&b'*') => match find(bytes, at + 2, b"*/") {
                Some(end) => at = end + 2,
                None => return scan.deepest,
            },
            // A regular expression ends in its line.
            b'/' if slash == Slash::Unclear && has_slash(bytes, at + 1) => return depth_of_any(bytes),
            b'/' if slash == Slash::RegExp => {
                scan.token();
                at = end_of_regexp(bytes, at + 1);
                slash = Slash::Division;
            }
            b'"' | b'\'' => {
                scan.token();
                at = end_of_string(bytes, at + 1, *byte);
                slash = Slash::Division;
            }
            b'`' => {
                scan.token();
                at = template_text(bytes, at + 1, &mut scan, &mut templates);
                slash = if bytes.get(at - 1) == Some(&b'`') {
                    Slash::Division
                } else {
                    Slash::RegExp
                };
            }
            b'}' if templates.last() == Some(&scan.levels.len()) => {
                templates.pop();
                scan.close();
                at = template_text(bytes, at + 1, &mut scan, &mut templates);
                slash = if bytes.get(at - 1) == Some(&b'`') {
                    Slash::Division
                } else {
                    Slash::RegExp
                };
            }
            b'(' | b'[' | b'{' => {
                scan.open();
                at += 1;
                slash = Slash::RegExp;
            }
            b')' | b']' | b'}' => {
                scan.close();
                at += 1;
                slash = if *byte == b']' {
                    Slash::Division
                } else {
                    Slash::Unclear
                };
            }
            b',' | b';' => {
                scan.separate();
                at += 1;
                slash = Slash::RegExp;
            }
            byte if is_word(*byte) => {
                let end = (at..bytes.len())
                    .find(|at| !bytes.get(*at).is_some_and(|byte| is_word(*byte)))
                    .unwrap_or(bytes.len());
                scan.token();
                slash = match bytes.get(at..end) {
                    Some(word) if KEYWORDS.contains(&word) => Slash::Unclear,
                    _ => Slash::Division,
                };
                at = end;
            }
            byte => {
                scan.token();
                // `++` and `--` stand before or after.
                slash = match (byte, slash) {
                    (b'+' | b'-', _) if bytes.get(at + 1) == Some(byte) => Slash::Unclear,
                    (b'+' | b'-', Slash::Unclear) if at > 0 && bytes.get(at - 1) == Some(byte) => {
                        Slash::Unclear
                    }
                    _ => Slash::RegExp,
                };
                at += 1;
            }
        }
    }
    scan.deepest
}

/// What a slash would be at some place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slash {
    RegExp,
    Division,
    Unclear,
}

/// Words after which a slash may begin a regular expression.
const KEYWORDS: [&[u8]; 15] = [
    b"return",
    b"typeof",
    b"case",
    b"in",
    b"of",
    b"delete",
    b"void",
    b"instanceof",
    b"new",
    b"throw",
    b"else",
    b"do",
    b"yield",
    b"await",
    b"extends",
];

/// Where the text is, in levels.
#[derive(Default)]
struct Scan {
    /// Tokens since the last separator, of each open bracket.
    levels: Vec<usize>,
    /// The same outside of brackets.
    outermost: usize,
    /// Sum of both, and of the brackets.
    depth: usize,
    deepest: usize,
}

impl Scan {
    fn token(&mut self) {
        *self.levels.last_mut().unwrap_or(&mut self.outermost) += 1;
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
    }

    fn separate(&mut self) {
        let n_tokens = std::mem::take(self.levels.last_mut().unwrap_or(&mut self.outermost));
        self.depth = self.depth.saturating_sub(n_tokens);
    }

    fn open(&mut self) {
        self.token();
        self.levels.push(0);
        self.depth += BRACKET;
        self.deepest = self.deepest.max(self.depth);
    }

    fn close(&mut self) {
        if let Some(n_tokens) = self.levels.pop() {
            self.depth = self.depth.saturating_sub(n_tokens + BRACKET);
        }
    }
}

/// An upper bound for texts whose tokens cannot be told apart without a parser: every bracket counts, wherever it is.
fn depth_of_any(bytes: &[u8]) -> usize {
    let mut deepest = 0;
    let mut depth = 0_usize;
    for byte in bytes {
        match byte {
            b'(' | b'[' | b'{' | b'`' => depth += BRACKET,
            b' ' | b'\n' | b')' | b']' | b'}' => {}
            byte if is_word(*byte) => {}
            _ => depth += 1,
        }
        deepest = deepest.max(depth);
    }
    let n_words = bytes
        .windows(2)
        .filter(|pair| matches!(pair, [a, b] if is_word(*a) && !is_word(*b)));
    deepest + n_words.count()
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'#' | b'.' | b'\\') || byte >= 0x80
}

fn end_of_line(bytes: &[u8], at: usize) -> usize {
    (at..bytes.len())
        .find(|at| bytes.get(*at) == Some(&b'\n'))
        .unwrap_or(bytes.len())
}

fn has_slash(bytes: &[u8], from: usize) -> bool {
    bytes
        .get(from..end_of_line(bytes, from))
        .is_some_and(|rest| rest.contains(&b'/'))
}

fn find(bytes: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    let rest = bytes.get(from..)?;
    rest.windows(what.len())
        .position(|window| window == what)
        .map(|at| from + at)
}

/// Just past a string's quote, or at the line's end if it is not closed there, which no parser goes beyond.
fn end_of_string(bytes: &[u8], mut at: usize, quote: u8) -> usize {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'\n' => return at,
            byte if *byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn end_of_regexp(bytes: &[u8], mut at: usize) -> usize {
    let mut is_in_class = false;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'\n' => return at,
            b'/' if !is_in_class => return at + 1,
            byte => {
                is_in_class = (is_in_class || *byte == b'[') && *byte != b']';
                at += 1;
            }
        }
    }
    bytes.len()
}

/// Passes over a template's text, to just past its end or into its next `${`.
fn template_text(bytes: &[u8], mut at: usize, scan: &mut Scan, templates: &mut Vec<usize>) -> usize {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'`' => return at + 1,
            b'$' if bytes.get(at + 1) == Some(&b'{') => {
                scan.open();
                templates.push(scan.levels.len());
                return at + 2;
            }
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::{depth, is_bearable};
    use crate::evaluate::lower::parse;

    #[test]
    fn long_programs_are_not_deep() {
        assert!(is_bearable(&"f(a, b);\n".repeat(10_000)));
        assert!(is_bearable(&format!("[{}1]", "1, ".repeat(10_000))));
        assert!(is_bearable("a / b / c; /[(/]{2}/.test('((((')"));
        assert_eq!(depth("'(' + /[(]/ // ("), 3);
    }

    #[test]
    fn what_nests_is_measured_however_it_hides() {
        for (open, close) in [
            ("(", ")"),
            ("[", "]"),
            ("!", ""),
            ("- ", ""),
            ("a=>", ""),
            ("a?b:", ""),
            ("`${", "}`"),
            ("typeof ", ""),
            ("new ", ""),
            ("if(a)", ""),
            ("a:", ""),
            ("x=", ""),
            ("{", "}"),
            ("a**", ""),
            ("function f(){", "}"),
            ("else if(a){}", ""),
        ] {
            for hidden in ["", "if (a) /'/; ", "x++ /'/ ", "f() /\"(/ "] {
                let text = format!("{hidden}{}1{}", open.repeat(4_000), close.repeat(4_000));
                assert!(!is_bearable(&text), "{open} after {hidden}");
            }
        }
    }

    #[test]
    fn what_is_bearable_is_borne_by_a_small_stack() {
        let small = std::thread::Builder::new().stack_size(2 << 20);
        let thread = small.spawn(|| {
            for (open, close) in [
                ("(", ")"),
                ("[", "]"),
                ("!", ""),
                ("a=>", ""),
                ("`${", "}`"),
                ("a?b:", ""),
                ("f(", ")"),
                ("{a:", "}"),
                ("new ", ""),
                ("x=", ""),
            ] {
                let text = |n: usize| format!("({}1{})", open.repeat(n), close.repeat(n));
                let n = (1..).find(|n| !is_bearable(&text(*n))).unwrap_or(1) - 1;
                assert!(n >= 60, "{open} {n}");
                drop(parse(&text(n)));
            }
            let sum = format!("1{}", " + 1".repeat(700));
            drop(parse(&sum));
        });
        thread
            .map(|thread| thread.join().is_ok())
            .map_or_else(|_| panic!(), |is_ok| assert!(is_ok));
    }
}
