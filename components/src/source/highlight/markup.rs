//! HTML, with where the scripts and styles in it end.

use super::{CodeKind, Holds, Lexer, Mode, is_word};

impl Lexer<'_> {
    /// Text up to the next element, and the name of that.
    pub(super) fn markup(&mut self) {
        self.skip_while(|byte| byte != b'<');
        if self.at >= self.limit {
            return;
        }
        let begin = self.at;
        if self.starts_with(b"<!--") {
            self.at += 4;
            self.push(begin, CodeKind::Comment);
            return self.enter(Mode::MarkupComment);
        }
        self.at += 1;
        let is_close = self.peek(0) == b'/';
        if is_close || self.peek(0) == b'!' {
            self.at += 1;
        }
        let name_begin = self.at;
        self.skip_word(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let name = self.bytes.get(name_begin..self.at).unwrap_or_default();
        if name.is_empty() {
            // A lone `<` is text.
            return;
        }
        let holds = match () {
            () if !is_close && name.eq_ignore_ascii_case(b"script") => Holds::Script,
            () if !is_close && name.eq_ignore_ascii_case(b"style") => Holds::Style,
            () => Holds::Markup,
        };
        self.push(begin, CodeKind::Type);
        self.enter(Mode::Tag { holds });
    }

    /// One attribute, or the end, of an element's angle brackets.
    pub(super) fn tag(&mut self, holds: Holds) {
        let begin = self.at;
        match self.peek(0) {
            b'>' => {
                self.at += 1;
                self.push(begin, CodeKind::Type);
                self.pop();
                self.embed(holds);
            }
            quote @ (b'"' | b'\'') => {
                self.at += 1;
                self.push(begin, CodeKind::String);
                self.enter(Mode::Quoted {
                    quote,
                    ends_with_line: false,
                });
            }
            byte if is_word(byte) => {
                self.skip_word(|byte| is_word(byte) || matches!(byte, b'-' | b':' | b'.'));
                self.push(begin, CodeKind::Key);
            }
            _ => self.at += 1,
        }
    }

    fn embed(&mut self, holds: Holds) {
        let (close, mode): (&[u8], _) = match holds {
            Holds::Markup => return,
            Holds::Script => (
                b"</script",
                Mode::Script {
                    depth: 0,
                    ends_at_brace: false,
                },
            ),
            Holds::Style => (
                b"</style",
                Mode::Style {
                    depth: 0,
                    is_value: false,
                },
            ),
        };
        self.state.embedded_end = Some(find(self.bytes, self.at, close));
        self.state.is_after_value = false;
        self.enter(mode);
    }
}

/// Where `needle`, which begins with `<`, is found from `from` on, in either case; else the end. Every byte is looked at
/// once for each element that holds a script, which ends there, so once altogether.
fn find(bytes: &[u8], from: usize, needle: &[u8]) -> usize {
    let mut at = from;
    while let Some(next) = bytes
        .get(at..)
        .and_then(|rest| rest.iter().position(|byte| *byte == b'<'))
    {
        at += next;
        if bytes
            .get(at..at + needle.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(needle))
        {
            return at;
        }
        at += 1;
    }
    bytes.len()
}
