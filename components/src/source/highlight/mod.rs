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
mod tests {
    use CodeKind::*;

    use super::*;

    /// All spans, read in slices of `slice` bytes.
    fn spans(text: &str, language: Language, slice: usize) -> Vec<CodeSpan> {
        let (mut state, mut spans, mut at) = (State::new(language), Vec::new(), 0);
        while at < text.len() {
            at = run(text, language, at, at + slice, &mut state, &mut spans);
        }
        spans
    }

    #[track_caller]
    fn check(language: Language, text: &str, expected: &[(&str, CodeKind)]) {
        let found: Vec<(&str, CodeKind)> = spans(text, language, usize::MAX / 2)
            .into_iter()
            .filter(|span| span.kind != Punctuation)
            .map(|span| (&text[span.begin as usize..span.end as usize], span.kind))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn words_strings_and_numbers() {
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
    fn elements_stand_in_code() {
        check(
            Language::Script,
            "return <li key={id} a=\"b\">let {name} <b/></li> / 2;",
            &[
                ("return", Keyword),
                ("<li", Type),
                ("key", Key),
                ("a", Key),
                ("\"b\"", String),
                (">", Type),
                ("<b", Type),
                ("/>", Type),
                ("</li>", Type),
                ("2", Number),
            ],
        );
        check(Language::Script, "a<b, c>d", &[]);
        check(Language::Script, "(<>x</>)", &[("<>", Type), ("</>", Type)]);
    }

    #[test]
    fn types_are_no_elements() {
        check(
            Language::TypeScript,
            "interface A { n: number } const x = <T>y;",
            &[
                ("interface", Keyword),
                ("A", Type),
                ("number", Type),
                ("const", Keyword),
                ("T", Type),
            ],
        );
        check(
            Language::Tsx,
            "const f = <T,>(x: T) => <b/>",
            &[
                ("const", Keyword),
                ("T", Type),
                ("T", Type),
                ("<b", Type),
                ("/>", Type),
            ],
        );
    }

    #[test]
    fn scripts_and_styles_in_pages_are_read_as_such() {
        check(
            Language::Html,
            "<p id=\"x\">let</p><script>let y = '</p>'</script><style>a{top:0}</style><!-- z -->",
            &[
                ("<p", Type),
                ("id", Key),
                ("\"x\"", String),
                (">", Type),
                ("</p", Type),
                (">", Type),
                ("<script", Type),
                (">", Type),
                ("let", Keyword),
                ("'</p>'", String),
                ("</script", Type),
                (">", Type),
                ("<style", Type),
                (">", Type),
                ("a", Type),
                ("top", Key),
                ("0", Number),
                ("</style", Type),
                (">", Type),
                ("<!-- z -->", Comment),
            ],
        );
        check(
            Language::Html,
            "<script>`open</script><i>",
            &[
                ("<script", Type),
                (">", Type),
                ("`open", String),
                ("</script", Type),
                (">", Type),
                ("<i", Type),
                (">", Type),
            ],
        );
    }

    #[test]
    fn style_sheets() {
        check(
            Language::Css,
            "@media print { .a:hover { color: #fff; margin: 1.5em auto !important } }/* b */ p::after{content:'x'}",
            &[
                ("@media", Keyword),
                ("print", Type),
                (".a", Type),
                (":hover", Function),
                ("color", Key),
                ("#fff", Number),
                ("margin", Key),
                ("1.5em", Number),
                ("!important", Keyword),
                ("/* b */", Comment),
                ("p", Type),
                ("::after", Function),
                ("content", Key),
                ("'x'", String),
            ],
        );
    }

    #[test]
    fn data_has_keys() {
        check(
            Language::Json,
            r#"{"a": [1, "b"], "c": null}"#,
            &[
                ("\"a\"", Key),
                ("1", Number),
                ("\"b\"", String),
                ("\"c\"", Key),
                ("null", Keyword),
            ],
        );
    }

    /// Texts that break off in the middle of everything, and nest what can be nested.
    fn hostile() -> Vec<std::string::String> {
        let mut texts: Vec<_> = [
            "`${",
            "/",
            "/*",
            "\"\\",
            "<",
            "<!--",
            "<script",
            "}}}}`",
            "${{`",
            "/[",
            "é'ß",
            "<a b='",
            "<a{",
            "(<a>{`${<b c='{d}'>",
            "a{b:c;d",
            "@",
            "#",
            "<style>a{",
            "\\",
            "<a\n/",
            "</",
            "<>",
            "{\"a",
            "-",
            "--x:",
            "<script></SCRIPT></script >é",
            "x=/é/é",
            "日本'日本",
            "a:b{c:d}e{",
        ]
        .map(str::to_owned)
        .into();
        texts.extend(["(<a>{", "`${", "{", "<b ", "(", "a{"].map(|part| part.repeat(2_000)));
        texts
    }

    const ALL: [Language; 7] = [
        Language::Script,
        Language::TypeScript,
        Language::Tsx,
        Language::Html,
        Language::Css,
        Language::Json,
        Language::Plain,
    ];

    #[test]
    fn no_text_breaks_it() {
        for text in hostile() {
            for language in ALL {
                for slice in [1, 7, 1 << 20] {
                    let spans = spans(&text, language, slice);
                    assert!(
                        spans.windows(2).all(|pair| pair[0].end <= pair[1].begin),
                        "{text}"
                    );
                    assert!(
                        spans
                            .iter()
                            .all(|span| text.get(span.begin as usize..span.end as usize).is_some()),
                        "{language:?} in slices of {slice}: {text}"
                    );
                }
            }
        }
    }

    #[test]
    fn slices_make_no_difference() {
        let text = "import { a } from './b.js'; /* one\ntwo */ const t = `x ${ a + `${1}` } y`; // end\n\
                    return <div className={t} id=\"q\">text {a.map((x) => <i key={x}/>)}</div>; /re[/]g/g.test('s');\n";
        for language in [Language::Script, Language::Tsx] {
            let whole = spans(text, language, 1 << 20);
            for slice in [1, 3, 16] {
                let merged = spans(text, language, slice);
                let kind_at = |spans: &[CodeSpan], at: u32| {
                    spans
                        .iter()
                        .find(|span| span.begin <= at && at < span.end)
                        .map(|span| span.kind)
                };
                for at in 0..text.len() as u32 {
                    assert_eq!(
                        kind_at(&merged, at),
                        kind_at(&whole, at),
                        "byte {at} in slices of {slice}"
                    );
                }
            }
        }
    }
}
