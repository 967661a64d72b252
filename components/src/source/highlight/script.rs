//! JavaScript, TypeScript and JSON, and the elements of JSX.

use super::{CodeKind, Language, Lexer, Mode, is_word};

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

/// Words that TypeScript adds, where no operator or bracket says that they are names.
const TYPE_KEYWORDS: &[&str] = &[
    "abstract",
    "asserts",
    "declare",
    "implements",
    "infer",
    "interface",
    "is",
    "keyof",
    "namespace",
    "override",
    "private",
    "protected",
    "public",
    "readonly",
    "satisfies",
    "type",
];

const TYPE_NAMES: &[&str] = &[
    "any", "bigint", "boolean", "never", "number", "object", "string", "symbol", "unknown",
];

impl Lexer<'_> {
    /// One word, string, number, comment or sign of code.
    pub(super) fn script(&mut self) {
        let begin = self.at;
        match self.peek(0) {
            byte if byte.is_ascii_whitespace() => self.skip_while(|byte| byte.is_ascii_whitespace()),
            b'/' if self.peek(1) == b'/' => {
                self.at += 2;
                self.push(begin, CodeKind::Comment);
                self.enter(Mode::LineComment);
            }
            b'/' if self.peek(1) == b'*' => {
                self.at += 2;
                self.push(begin, CodeKind::Comment);
                self.enter(Mode::BlockComment);
            }
            b'/' if !self.state.is_after_value => {
                self.at += 1;
                self.push(begin, CodeKind::String);
                self.enter(Mode::Regex { is_in_class: false });
            }
            quote @ (b'"' | b'\'') => {
                self.at += 1;
                self.push(begin, CodeKind::String);
                self.enter(Mode::Quoted {
                    quote,
                    ends_with_line: true,
                });
            }
            b'`' => {
                self.at += 1;
                self.push(begin, CodeKind::String);
                self.enter(Mode::Template);
            }
            b'<' if !self.state.is_after_value && self.is_element() => self.open_element(),
            byte if byte.is_ascii_digit() || (byte == b'.' && self.peek(1).is_ascii_digit()) => {
                self.skip_word(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_'));
                self.push(begin, CodeKind::Number);
                self.state.is_after_value = true;
            }
            byte if is_word(byte) => {
                self.skip_word(is_word);
                let kind = self.word_kind(begin);
                self.push(begin, kind);
                self.state.is_after_value = kind != CodeKind::Keyword
                    || matches!(
                        self.bytes.get(begin..self.at),
                        Some(b"this" | b"super" | b"null" | b"true" | b"false" | b"undefined")
                    );
            }
            byte => self.sign(byte),
        }
    }

    fn sign(&mut self, byte: u8) {
        self.punctuation(1);
        self.state.is_after_value = matches!(byte, b')' | b']' | b'}');
        let Mode::Script { depth, ends_at_brace } = self.mode() else {
            return;
        };
        match byte {
            b'{' => self.set_mode(Mode::Script {
                depth: depth.saturating_add(1),
                ends_at_brace,
            }),
            b'}' if depth == 0 && ends_at_brace => self.pop(),
            b'}' => self.set_mode(Mode::Script {
                depth: depth.saturating_sub(1),
                ends_at_brace,
            }),
            _ => {}
        }
    }

    fn word_kind(&self, begin: usize) -> CodeKind {
        let word = self.bytes.get(begin..self.at).unwrap_or_default();
        let before = |n: usize| begin.checked_sub(n).and_then(|at| self.bytes.get(at)).copied();
        let is_property = before(1) == Some(b'.') && before(2) != Some(b'.');
        let is_in = |words: &[&str]| words.binary_search_by(|other| other.as_bytes().cmp(word)).is_ok();
        if !is_property && is_in(KEYWORDS) {
            return CodeKind::Keyword;
        }
        let next = self.next_byte(0);
        if matches!(self.language, Language::TypeScript | Language::Tsx) && !is_property {
            if is_in(TYPE_KEYWORDS) && (is_word(next) || matches!(next, b'{' | b'[')) {
                return CodeKind::Keyword;
            }
            if is_in(TYPE_NAMES) && !matches!(next, b'(' | b'.' | b':') {
                return CodeKind::Type;
            }
        }
        match (next, word.first()) {
            (b'(', _) => CodeKind::Function,
            (_, Some(first)) if first.is_ascii_uppercase() => CodeKind::Type,
            _ => CodeKind::Name,
        }
    }

    pub(super) fn regular_expression(&mut self, mut is_in_class: bool) {
        let begin = self.at;
        let mut has_ended = false;
        while self.at < self.limit && !has_ended {
            match self.peek(0) {
                b'\n' => break,
                b'\\' => self.at += 1,
                b'[' => is_in_class = true,
                b']' => is_in_class = false,
                b'/' if !is_in_class => has_ended = true,
                _ => {}
            }
            self.at = (self.at + 1).min(self.bytes.len());
        }
        if has_ended {
            self.skip_word(|byte| byte.is_ascii_alphabetic());
        }
        self.push(begin, CodeKind::String);
        if has_ended || self.peek(0) == b'\n' || self.at >= self.bytes.len() {
            self.pop();
            self.state.is_after_value = true;
        } else {
            self.set_mode(Mode::Regex { is_in_class });
        }
    }

    /// The text of a template up to its end or its next `${`.
    pub(super) fn template(&mut self) {
        let begin = self.at;
        while self.at < self.limit {
            match (self.peek(0), self.peek(1)) {
                (b'\\', _) => self.at = (self.at + 2).min(self.bytes.len()),
                (b'`', _) => {
                    self.at += 1;
                    self.push(begin, CodeKind::String);
                    self.pop();
                    self.state.is_after_value = true;
                    return;
                }
                (b'$', b'{') => {
                    self.push(begin, CodeKind::String);
                    return self.hole(2);
                }
                _ => self.at += 1,
            }
        }
        self.push(begin, CodeKind::String);
    }

    /// Code in braces, which begins with `len` bytes of punctuation.
    fn hole(&mut self, len: usize) {
        self.punctuation(len);
        self.state.is_after_value = false;
        self.enter(Mode::Script {
            depth: 0,
            ends_at_brace: true,
        });
    }

    /// Whether a `<` where a value is expected begins an element of JSX.
    fn is_element(&self) -> bool {
        if !matches!(self.language, Language::Script | Language::Tsx | Language::Html) {
            return false;
        }
        if self.peek(1) == b'>' {
            return true;
        }
        if !self.peek(1).is_ascii_alphabetic() && !matches!(self.peek(1), b'_' | b'$') {
            return false;
        }
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
        let rest = rest.get(..MAX_NAME).unwrap_or(rest);
        let name = rest
            .iter()
            .position(|byte| !is_element_name(*byte))
            .unwrap_or(rest.len());
        let behind = rest.get(name..).unwrap_or_default().trim_ascii_start();
        // `<T,>` and `<T extends U>` are the parameters of a function.
        match behind.first() {
            Some(b',' | b'=') => false,
            _ => !behind.starts_with(b"extends "),
        }
    }

    fn open_element(&mut self) {
        let begin = self.at;
        self.at += 1;
        if self.peek(0) == b'>' {
            self.at += 1;
            self.push(begin, CodeKind::Type);
            return self.enter(Mode::JsxText);
        }
        self.skip_word(is_element_name);
        self.push(begin, CodeKind::Type);
        self.enter(Mode::JsxTag);
    }

    /// One attribute, or the end, of an element's angle brackets.
    pub(super) fn jsx_tag(&mut self) {
        let begin = self.at;
        match self.peek(0) {
            b'>' => {
                self.at += 1;
                self.push(begin, CodeKind::Type);
                self.set_mode(Mode::JsxText);
            }
            b'/' if self.peek(1) == b'>' => {
                self.at += 2;
                self.push(begin, CodeKind::Type);
                self.leave_element();
            }
            b'/' if self.peek(1) == b'*' => {
                self.at += 2;
                self.push(begin, CodeKind::Comment);
                self.enter(Mode::BlockComment);
            }
            quote @ (b'"' | b'\'') => {
                self.at += 1;
                self.push(begin, CodeKind::String);
                self.enter(Mode::Quoted {
                    quote,
                    ends_with_line: false,
                });
            }
            b'{' => self.hole(1),
            byte if is_word(byte) => {
                self.skip_word(|byte| is_word(byte) || matches!(byte, b'-' | b':' | b'.'));
                self.push(begin, CodeKind::Key);
            }
            byte if byte.is_ascii_whitespace() => self.skip_while(|byte| byte.is_ascii_whitespace()),
            _ => self.punctuation(1),
        }
    }

    pub(super) fn jsx_text(&mut self) {
        self.skip_while(|byte| !matches!(byte, b'<' | b'{'));
        if self.at >= self.limit {
            return;
        }
        match (self.peek(0), self.peek(1)) {
            (b'{', _) => self.hole(1),
            (b'<', b'/') => self.set_mode(Mode::JsxClose),
            (b'<', next) if next == b'>' || next.is_ascii_alphabetic() => self.open_element(),
            _ => self.at += 1,
        }
    }

    pub(super) fn jsx_close(&mut self) {
        let begin = self.at;
        let has_ended = self.skip_past(b">");
        self.push(begin, CodeKind::Type);
        if has_ended {
            self.leave_element();
        }
    }

    fn leave_element(&mut self) {
        self.pop();
        self.state.is_after_value = true;
    }
}

/// The name of an element is not looked at beyond this.
const MAX_NAME: usize = 100;

fn is_element_name(byte: u8) -> bool {
    is_word(byte) || matches!(byte, b'.' | b':' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_searched_by_halves() {
        assert!(KEYWORDS.is_sorted() && TYPE_KEYWORDS.is_sorted() && TYPE_NAMES.is_sorted());
    }
}
