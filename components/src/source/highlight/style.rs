//! CSS and what is made into it.

use super::{CodeKind, Lexer, Mode, is_word};

/// How far a declaration is looked along to tell it from a selector. More only matters to selectors longer than that.
const MAX_LOOK: usize = 160;

impl Lexer<'_> {
    /// One word, string, number, comment or sign of a style sheet.
    pub(super) fn style(&mut self, depth: u32, is_value: bool) {
        let begin = self.at;
        let set = |lexer: &mut Self, depth, is_value| lexer.set_mode(Mode::Style { depth, is_value });
        match self.peek(0) {
            byte if byte.is_ascii_whitespace() => self.skip_while(|byte| byte.is_ascii_whitespace()),
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
                    ends_with_line: true,
                });
            }
            b'{' => {
                self.punctuation(1);
                set(self, depth.saturating_add(1), false);
            }
            b'}' => {
                self.punctuation(1);
                set(self, depth.saturating_sub(1), false);
            }
            b';' => {
                self.punctuation(1);
                set(self, depth, false);
            }
            b'@' => self.named(begin, CodeKind::Keyword),
            b'!' if is_value => self.named(begin, CodeKind::Keyword),
            b'#' if is_value => self.named(begin, CodeKind::Number),
            b'.' | b'#' if !is_value => self.named(begin, CodeKind::Type),
            b':' if !is_value => {
                if self.peek(1) == b':' {
                    self.at += 1;
                }
                self.named(begin, CodeKind::Function);
            }
            byte if byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+') && self.is_number() => {
                self.at += 1;
                self.skip_word(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'%'));
                self.push(begin, CodeKind::Number);
            }
            byte if is_name(byte) => {
                self.skip_word(is_name);
                let kind = match () {
                    () if self.peek(0) == b'(' => CodeKind::Function,
                    () if is_value => CodeKind::Name,
                    () if self.is_declaration() => CodeKind::Key,
                    () => CodeKind::Type,
                };
                self.push(begin, kind);
                if kind == CodeKind::Key {
                    self.skip_while(|byte| byte.is_ascii_whitespace());
                    self.punctuation(1);
                    set(self, depth, true);
                }
            }
            _ => self.punctuation(1),
        }
    }

    fn named(&mut self, begin: usize, kind: CodeKind) {
        self.at += 1;
        self.skip_word(is_name);
        self.push(begin, kind);
    }

    fn is_number(&self) -> bool {
        self.peek(1).is_ascii_digit() || self.peek(1) == b'.' && self.peek(2).is_ascii_digit()
    }

    /// Whether the word before is a property: a colon follows, and the end of a declaration before any brace opens.
    fn is_declaration(&self) -> bool {
        if self.next_byte(0) != b':' {
            return false;
        }
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let sign = rest
            .iter()
            .take(MAX_LOOK)
            .find(|byte| matches!(byte, b'{' | b'}' | b';'));
        sign != Some(&b'{')
    }
}

fn is_name(byte: u8) -> bool {
    is_word(byte) && !matches!(byte, b'#' | b'@') || byte == b'-'
}
