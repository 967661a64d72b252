//! Tells the words of JavaScript, TypeScript, JSX, HTML, CSS and JSON apart, piece by piece.
//!
//! A lexer and no parser: it never fails, and what it cannot know (whether a slash divides or begins a regular
//! expression) it takes from the word before. It can stop at any place and go on from there with a small [`State`], so a
//! text of any length is read in slices, and read again from the nearest state that was kept. Time is linear in the length
//! for any text, recorded pages being hostile: every look ahead is bounded.

mod markup;
mod script;
mod style;

use super::types::{CodeKind, CodeSpan, Language};

/// What the lexer is in the middle of. The outermost comes first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    stack: Vec<Mode>,
    /// Whether a slash here would divide: it does after a value.
    is_after_value: bool,
    /// Where the script or style inside of a page ends.
    embedded_end: Option<usize>,
}

/// How the text is read just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// Code; with how many braces are open, and whether one more closing brace ends it.
    Script {
        depth: u32,
        ends_at_brace: bool,
    },
    BlockComment,
    LineComment,
    /// A string in these quotes; whether it ends with the line.
    Quoted {
        quote: u8,
        ends_with_line: bool,
    },
    Template,
    Regex {
        is_in_class: bool,
    },
    /// Inside of the angle brackets of a JSX element.
    JsxTag,
    JsxText,
    JsxClose,
    Markup,
    MarkupComment,
    /// Inside of the angle brackets of an HTML element, and what follows it.
    Tag {
        holds: Holds,
    },
    Style {
        depth: u32,
        is_value: bool,
    },
    Plain,
}

/// What an element of a page holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    Markup,
    Script,
    Style,
}

/// Nothing is nested deeper than this; what would be is read as if it were not nested.
const MAX_DEPTH: usize = 256;
/// A word is read whole up to this length, even over the end of a slice.
const MAX_WORD: usize = 128;

impl State {
    /// At the beginning of a text.
    pub(super) fn new(language: Language) -> Self {
        let mode = match language {
            Language::Script | Language::TypeScript | Language::Tsx | Language::Json => Mode::Script {
                depth: 0,
                ends_at_brace: false,
            },
            Language::Html => Mode::Markup,
            Language::Css => Mode::Style {
                depth: 0,
                is_value: false,
            },
            Language::Plain => Mode::Plain,
        };
        Self {
            stack: vec![mode],
            is_after_value: false,
            embedded_end: None,
        }
    }
}

/// Reads on from `at`, at least to `limit` unless the text ends before, and by no more than a word beyond; says where it
/// stopped. The spans are added in order, without overlaps; what lies between is [`CodeKind::Name`].
pub(super) fn run(
    text: &str,
    language: Language,
    at: usize,
    limit: usize,
    state: &mut State,
    spans: &mut Vec<CodeSpan>,
) -> usize {
    let mut lexer = Lexer {
        bytes: text.as_bytes(),
        language,
        at,
        limit: limit.min(text.len()),
        state,
        spans,
    };
    let mut n_stalled = 0;
    while lexer.at < lexer.limit {
        let before = lexer.at;
        lexer.step();
        // A step may only change how the text is read, but not twice in a row.
        n_stalled = if lexer.at == before { n_stalled + 1 } else { 0 };
        if n_stalled > 2 {
            lexer.at += 1;
        }
    }
    lexer.at
}

struct Lexer<'a> {
    bytes: &'a [u8],
    language: Language,
    at: usize,
    limit: usize,
    state: &'a mut State,
    spans: &'a mut Vec<CodeSpan>,
}

impl Lexer<'_> {
    fn step(&mut self) {
        let limit = self.limit;
        if let Some(end) = self.state.embedded_end {
            if self.at >= end {
                self.state.stack.truncate(1);
                self.state.embedded_end = None;
                return;
            }
            self.limit = limit.min(end);
        }
        let begin = self.at;
        match self.mode() {
            Mode::Script { .. } => self.script(),
            Mode::BlockComment => {
                if self.skip_past(b"*/") {
                    self.pop();
                }
                self.push(begin, CodeKind::Comment);
            }
            Mode::MarkupComment => {
                if self.skip_past(b"-->") {
                    self.pop();
                }
                self.push(begin, CodeKind::Comment);
            }
            Mode::LineComment => {
                self.skip_while(|byte| byte != b'\n');
                self.push(begin, CodeKind::Comment);
                if self.at < self.limit || self.at == self.bytes.len() {
                    self.pop();
                }
            }
            Mode::Quoted {
                quote,
                ends_with_line,
            } => self.quoted(quote, ends_with_line),
            Mode::Template => self.template(),
            Mode::Regex { is_in_class } => self.regular_expression(is_in_class),
            Mode::JsxTag => self.jsx_tag(),
            Mode::JsxText => self.jsx_text(),
            Mode::JsxClose => self.jsx_close(),
            Mode::Markup => self.markup(),
            Mode::Tag { holds } => self.tag(holds),
            Mode::Style { depth, is_value } => self.style(depth, is_value),
            Mode::Plain => self.at = self.limit,
        }
        self.limit = limit;
    }

    fn mode(&self) -> Mode {
        self.state.stack.last().copied().unwrap_or(Mode::Plain)
    }

    fn set_mode(&mut self, mode: Mode) {
        if let Some(last) = self.state.stack.last_mut() {
            *last = mode;
        }
    }

    fn enter(&mut self, mode: Mode) {
        if self.state.stack.len() < MAX_DEPTH {
            self.state.stack.push(mode);
        }
    }

    /// Leaves what was entered last; the outermost stays.
    fn pop(&mut self) {
        if self.state.stack.len() > 1 {
            self.state.stack.pop();
        }
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn starts_with(&self, needle: &[u8]) -> bool {
        self.bytes
            .get(self.at..)
            .is_some_and(|rest| rest.starts_with(needle))
    }

    /// The first byte that is no blank, from `ahead` on; looks at a few only, because this is asked after every word.
    fn next_byte(&self, ahead: usize) -> u8 {
        let rest = self.bytes.get(self.at + ahead..).unwrap_or_default();
        let next = rest.iter().take(8).find(|byte| !byte.is_ascii_whitespace());
        next.copied().unwrap_or(0)
    }

    fn push(&mut self, begin: usize, kind: CodeKind) {
        if kind == CodeKind::Name || self.at <= begin {
            return;
        }
        let (begin, end) = (begin as u32, self.at as u32);
        match self.spans.last_mut() {
            // The rest of what a slice or an opening quote has cut.
            Some(last)
                if last.end == begin
                    && last.kind == kind
                    && matches!(kind, CodeKind::String | CodeKind::Comment | CodeKind::Key) =>
            {
                last.end = end;
            }
            _ => self.spans.push(CodeSpan { begin, end, kind }),
        }
    }

    fn punctuation(&mut self, len: usize) {
        let begin = self.at;
        self.at = (self.at + len).min(self.bytes.len());
        self.push(begin, CodeKind::Punctuation);
    }

    fn skip_while(&mut self, is_wanted: impl Fn(u8) -> bool) {
        let rest = self.bytes.get(self.at..self.limit).unwrap_or_default();
        self.at += rest
            .iter()
            .position(|byte| !is_wanted(*byte))
            .unwrap_or(rest.len());
    }

    /// Over a word, whole if it is of bearable length.
    fn skip_word(&mut self, is_wanted: impl Fn(u8) -> bool) {
        let limit = self.limit;
        let most = (self.at + MAX_WORD).max(limit).min(self.bytes.len());
        self.limit = self.state.embedded_end.map_or(most, |end| most.min(end));
        self.skip_while(is_wanted);
        self.limit = limit;
    }

    /// Past the next `needle`, true, or to the limit.
    fn skip_past(&mut self, needle: &[u8]) -> bool {
        while self.at < self.limit {
            if self.starts_with(needle) {
                self.at += needle.len();
                return true;
            }
            self.at += 1;
        }
        false
    }

    fn quoted(&mut self, quote: u8, ends_with_line: bool) {
        let begin = self.at;
        let mut has_ended = false;
        while self.at < self.limit && !has_ended {
            match self.peek(0) {
                b'\\' if ends_with_line => self.at = (self.at + 2).min(self.bytes.len()),
                b'\n' if ends_with_line => break,
                byte => {
                    self.at += 1;
                    has_ended = byte == quote;
                }
            }
        }
        let is_key = self.language == Language::Json && has_ended && self.next_byte(0) == b':';
        if is_key {
            // The opening quote is a piece of its own kind already, unless a slice ended here.
            if let Some(last) = self.spans.last_mut().filter(|last| last.end as usize == begin) {
                last.kind = CodeKind::Key;
            }
        }
        self.push(begin, if is_key { CodeKind::Key } else { CodeKind::String });
        if has_ended || self.peek(0) == b'\n' && ends_with_line || self.at >= self.bytes.len() {
            self.pop();
            self.state.is_after_value = true;
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'#' | b'@') || byte >= 0x80
}

#[cfg(test)]
mod tests;
