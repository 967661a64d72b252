//! Tells the words of JavaScript and HTML apart, in one pass over the bytes.
//!
//! A lexer and no parser: it never fails, and what it cannot know (whether a slash divides or begins a regular
//! expression) it takes from the word before. Time is linear in the length for any text, recorded pages being hostile.

use super::{CodeKind, Language};
use crate::source::types::CodeSpan;

const KEYWORDS: &[&str] = &[
    "as",
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
    "enum",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "from",
    "function",
    "get",
    "if",
    "import",
    "in",
    "instanceof",
    "let",
    "new",
    "null",
    "of",
    "return",
    "set",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "undefined",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

/// The spans of a text in order, without overlaps.
pub(super) fn spans(text: &str, language: Language) -> Vec<CodeSpan> {
    let mut lexer = Lexer {
        bytes: text.as_bytes(),
        at: 0,
        spans: Vec::new(),
    };
    match language {
        Language::Script => lexer.script(text.len()),
        Language::Html => lexer.html(),
        Language::Plain => {}
    }
    lexer.spans
}

struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    spans: Vec<CodeSpan>,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn push(&mut self, begin: usize, kind: CodeKind) {
        if kind != CodeKind::Name && self.at > begin {
            self.spans.push(CodeSpan {
                begin: begin as u32,
                end: self.at as u32,
                kind,
            });
        }
    }

    fn skip_while(&mut self, end: usize, is_wanted: impl Fn(u8) -> bool) {
        while self.at < end && is_wanted(self.bytes[self.at]) {
            self.at += 1;
        }
    }

    /// Past the next `needle`, or to the end.
    fn skip_past(&mut self, end: usize, needle: &[u8]) {
        while self.at < end {
            if self.bytes[self.at..end].starts_with(needle) {
                self.at += needle.len();
                return;
            }
            self.at += 1;
        }
    }

    fn script(&mut self, end: usize) {
        // For each template that is open, how many braces are open inside its `${`.
        let mut templates: Vec<u32> = Vec::new();
        // Whether a slash here would divide: it does after a value.
        let mut is_after_value = false;
        while self.at < end {
            let begin = self.at;
            match self.peek(0) {
                byte if byte.is_ascii_whitespace() => self.at += 1,
                b'/' if self.peek(1) == b'/' => {
                    self.skip_while(end, |byte| byte != b'\n');
                    self.push(begin, CodeKind::Comment);
                }
                b'/' if self.peek(1) == b'*' => {
                    self.at += 2;
                    self.skip_past(end, b"*/");
                    self.push(begin, CodeKind::Comment);
                }
                b'/' if !is_after_value => {
                    self.regular_expression(end);
                    self.push(begin, CodeKind::String);
                    is_after_value = true;
                }
                quote @ (b'"' | b'\'') => {
                    self.quoted(end, quote);
                    self.push(begin, CodeKind::String);
                    is_after_value = true;
                }
                b'`' => {
                    self.at += 1;
                    is_after_value = self.template(end, begin, &mut templates);
                }
                b'}' if templates.last() == Some(&0) => {
                    self.at += 1;
                    self.push(begin, CodeKind::Punctuation);
                    templates.pop();
                    let rest = self.at;
                    is_after_value = self.template(end, rest, &mut templates);
                }
                byte if byte.is_ascii_digit() || (byte == b'.' && self.peek(1).is_ascii_digit()) => {
                    self.skip_while(end, |byte| {
                        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_')
                    });
                    self.push(begin, CodeKind::Number);
                    is_after_value = true;
                }
                byte if is_word(byte) => {
                    self.skip_while(end, is_word);
                    let kind = self.word_kind(begin, end);
                    self.push(begin, kind);
                    is_after_value = kind != CodeKind::Keyword
                        || matches!(
                            &self.bytes[begin..self.at],
                            b"this" | b"super" | b"null" | b"true" | b"false"
                        );
                }
                byte => {
                    match (byte, templates.last_mut()) {
                        (b'{', Some(depth)) => *depth += 1,
                        (b'}', Some(depth)) => *depth = depth.saturating_sub(1),
                        _ => {}
                    }
                    self.at += 1;
                    self.push(begin, CodeKind::Punctuation);
                    is_after_value = matches!(byte, b')' | b']' | b'}');
                }
            }
        }
    }

    fn word_kind(&self, begin: usize, end: usize) -> CodeKind {
        let word = &self.bytes[begin..self.at];
        let is_property =
            begin > 0 && self.bytes[begin - 1] == b'.' && !(begin > 2 && self.bytes[begin - 2] == b'.');
        if !is_property
            && KEYWORDS
                .binary_search_by(|keyword| keyword.as_bytes().cmp(word))
                .is_ok()
        {
            return CodeKind::Keyword;
        }
        let rest = &self.bytes[self.at..end];
        // A few blanks at most: this looks ahead from every word.
        let next = rest.iter().take(8).find(|byte| !byte.is_ascii_whitespace());
        match (next, word.first()) {
            (Some(b'('), _) => CodeKind::Function,
            (_, Some(first)) if first.is_ascii_uppercase() => CodeKind::Type,
            _ => CodeKind::Name,
        }
    }

    /// A string in quotes; ends at the line's end if it is not closed.
    fn quoted(&mut self, end: usize, quote: u8) {
        self.at += 1;
        while self.at < end {
            match self.bytes[self.at] {
                b'\\' => self.at += 2,
                b'\n' => break,
                byte => {
                    self.at += 1;
                    if byte == quote {
                        break;
                    }
                }
            }
        }
        self.at = self.at.min(end);
    }

    fn regular_expression(&mut self, end: usize) {
        self.at += 1;
        let mut is_in_class = false;
        while self.at < end {
            match self.bytes[self.at] {
                b'\\' => self.at += 1,
                b'[' => is_in_class = true,
                b']' => is_in_class = false,
                b'/' if !is_in_class => break,
                b'\n' => return,
                _ => {}
            }
            self.at += 1;
        }
        self.at = (self.at + 1).min(end);
        self.skip_while(end, |byte| byte.is_ascii_alphabetic());
    }

    /// The text of a template up to its end or its next `${`; true if it has ended, so that a value stands before.
    fn template(&mut self, end: usize, begin: usize, templates: &mut Vec<u32>) -> bool {
        while self.at < end {
            match (self.bytes[self.at], self.peek(1)) {
                (b'\\', _) => self.at = (self.at + 2).min(end),
                (b'`', _) => {
                    self.at += 1;
                    self.push(begin, CodeKind::String);
                    return true;
                }
                (b'$', b'{') => {
                    self.push(begin, CodeKind::String);
                    let brace = self.at;
                    self.at = (self.at + 2).min(end);
                    self.push(brace, CodeKind::Punctuation);
                    templates.push(0);
                    return false;
                }
                _ => self.at += 1,
            }
        }
        self.push(begin, CodeKind::String);
        true
    }

    fn html(&mut self) {
        let end = self.bytes.len();
        while self.at < end {
            self.skip_while(end, |byte| byte != b'<');
            let begin = self.at;
            if self.bytes[self.at..].starts_with(b"<!--") {
                self.skip_past(end, b"-->");
                self.push(begin, CodeKind::Comment);
                continue;
            }
            self.at = (self.at + 1).min(end);
            if self.peek(0) == b'/' || self.peek(0) == b'!' {
                self.at += 1;
            }
            let name_begin = self.at;
            self.skip_while(end, |byte| byte.is_ascii_alphanumeric() || byte == b'-');
            let is_script =
                self.bytes[name_begin..self.at].eq_ignore_ascii_case(b"script") && name_begin == begin + 1;
            self.push(begin, CodeKind::Type);
            self.attributes(end);
            if is_script {
                let script_end = find_script_end(self.bytes, self.at);
                self.script(script_end);
                self.at = script_end;
            }
        }
    }

    fn attributes(&mut self, end: usize) {
        while self.at < end {
            let begin = self.at;
            match self.bytes[self.at] {
                b'>' => {
                    self.at += 1;
                    self.push(begin, CodeKind::Type);
                    return;
                }
                quote @ (b'"' | b'\'') => {
                    self.at += 1;
                    self.skip_past(end, &[quote]);
                    self.push(begin, CodeKind::String);
                }
                byte if is_word(byte) => {
                    self.skip_while(end, |byte| is_word(byte) || matches!(byte, b'-' | b':'));
                    self.push(begin, CodeKind::Function);
                }
                _ => self.at += 1,
            }
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'#' | b'@') || byte >= 0x80
}

fn find_script_end(bytes: &[u8], from: usize) -> usize {
    const CLOSE: &[u8] = b"</script";
    bytes[from..]
        .windows(CLOSE.len())
        .position(|window| window.eq_ignore_ascii_case(CLOSE))
        .map_or(bytes.len(), |at| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(language: Language, text: &str, expected: &[(&str, CodeKind)]) {
        let found: Vec<(&str, CodeKind)> = spans(text, language)
            .into_iter()
            .filter(|span| span.kind != CodeKind::Punctuation)
            .map(|span| (&text[span.begin as usize..span.end as usize], span.kind))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn words_strings_and_numbers() {
        use CodeKind::*;
        assert!(KEYWORDS.is_sorted(), "they are searched by halves");
        check(
            Language::Script,
            "const n = add(1.5, 'it\\'s'); // sum",
            &[
                ("const", Keyword),
                ("add", Function),
                ("1.5", Number),
                ("'it\\'s'", String),
                ("// sum", Comment),
            ],
        );
        check(Language::Script, "x.default.of", &[]);
        check(Language::Script, "new Map", &[("new", Keyword), ("Map", Type)]);
        check(
            Language::Script,
            "'open\nlet",
            &[("'open", String), ("let", Keyword)],
        );
    }

    #[test]
    fn a_slash_divides_after_a_value_and_begins_a_pattern_elsewhere() {
        use CodeKind::*;
        check(Language::Script, "a / b / c", &[]);
        check(
            Language::Script,
            "x = /[/]\\//gi / 2",
            &[("/[/]\\//gi", String), ("2", Number)],
        );
        check(
            Language::Script,
            "return /a/",
            &[("return", Keyword), ("/a/", String)],
        );
    }

    #[test]
    fn templates_nest() {
        use CodeKind::*;
        check(
            Language::Script,
            "`a${ f({b: `c`}) }d`;1",
            &[
                ("`a", String),
                ("f", Function),
                ("`c`", String),
                ("d`", String),
                ("1", Number),
            ],
        );
    }

    #[test]
    fn scripts_in_pages_are_read_as_scripts() {
        use CodeKind::*;
        check(
            Language::Html,
            "<p id=\"x\">let</p><script>let y</script><!-- z -->",
            &[
                ("<p", Type),
                ("id", Function),
                ("\"x\"", String),
                (">", Type),
                ("</p", Type),
                (">", Type),
                ("<script", Type),
                (">", Type),
                ("let", Keyword),
                ("</script", Type),
                (">", Type),
                ("<!-- z -->", Comment),
            ],
        );
    }

    #[test]
    fn no_text_breaks_it() {
        for text in [
            "`${", "/", "/*", "\"\\", "<", "<!--", "<script", "}}}}`", "${{`", "/[", "é'ß",
        ] {
            for language in [Language::Script, Language::Html, Language::Plain] {
                let spans = spans(text, language);
                assert!(spans.is_sorted_by_key(|span| span.begin), "{text}");
                assert!(
                    spans
                        .iter()
                        .all(|span| text.get(span.begin as usize..span.end as usize).is_some()),
                    "{text}"
                );
            }
        }
    }
}
