//! How deep the syntax of a text can nest, without parsing it: parsers recurse, and a recording that nests without end
//! must not end its reader. Counts brackets, and what nests without them (`!!!a`, `a ? b : c ? d : e`, `if (a) if (b)`,
//! `a.b().c()`), rather too much than too little.
//!
//! Where the text cannot be read for certain without parsing (a `/` after `}`, a string that does not end, JSX), the
//! whole text is taken to nest in itself. Long because a lexer is one subject.

/// Words after which an operand follows, and that nest.
const PREFIXES: [&str; 28] = [
    "abstract",
    "asserts",
    "async",
    "await",
    "case",
    "delete",
    "do",
    "else",
    "extends",
    "for",
    "function",
    "if",
    "in",
    "infer",
    "instanceof",
    "keyof",
    "new",
    "of",
    "readonly",
    "return",
    "throw",
    "typeof",
    "unique",
    "void",
    "while",
    "with",
    "yield",
    "satisfies",
];

/// Words that go on with what stands before them.
const CONTINUATIONS: [&str; 13] = [
    "as",
    "catch",
    "else",
    "extends",
    "finally",
    "from",
    "implements",
    "in",
    "instanceof",
    "is",
    "of",
    "satisfies",
    "while",
];

/// What stood before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// An operator, an opening bracket, the beginning: an operand follows.
    Operator,
    /// A word after which an operand follows.
    Prefix,
    /// An operand's end.
    Operand,
    /// `)` of `if (…)` and the like: a statement follows.
    Head,
    /// `}`: of a block or of an operand.
    Brace,
    /// `++` or `--`: before or behind an operand.
    Step,
}

/// An open bracket.
#[derive(Clone, Copy, Default)]
struct Level {
    /// What nests in the statement at hand, until it ends.
    n_statement: usize,
    /// What nests in the expression at hand, until it or its list element ends.
    n_expression: usize,
    is_head: bool,
    is_template: bool,
}

struct Scan<'t> {
    text: &'t [u8],
    at: usize,
    levels: Vec<Level>,
    /// Levels below the innermost, all together.
    n_below: usize,
    before: Before,
    /// Whether the last word was `if`, `for`, `while` or `with`.
    is_head_next: bool,
    is_after_dot: bool,
    is_after_newline: bool,
    is_after_semicolon: bool,
    /// Whether types can stand in the text, whose lists nest.
    has_types: bool,
    n_all: usize,
    max: usize,
    n_indents: usize,
    is_certain: bool,
}

/// Bounds of how a text nests.
#[derive(Clone, Copy, Debug)]
pub(super) struct Nesting {
    /// How deep.
    pub(super) depth: usize,
    /// How often a line would be moved to the right by one, if the text were laid out.
    pub(super) n_indents: usize,
}

/// Bounds of how a text nests. `has_types`: whether it is TypeScript.
pub(super) fn of(text: &str, has_types: bool) -> Nesting {
    let mut scan = Scan {
        text: text.as_bytes(),
        at: 0,
        levels: vec![Level::default()],
        n_below: 0,
        before: Before::Operator,
        is_head_next: false,
        is_after_dot: false,
        is_after_newline: false,
        is_after_semicolon: false,
        has_types,
        n_all: 0,
        max: 0,
        n_indents: 0,
        is_certain: true,
    };
    scan.run();
    let Scan {
        n_all,
        max,
        n_indents,
        is_certain,
        ..
    } = scan;
    match is_certain {
        true => Nesting {
            depth: max,
            n_indents,
        },
        false => Nesting {
            depth: n_all,
            n_indents: n_all.saturating_mul(text.len()),
        },
    }
}

impl Scan<'_> {
    fn run(&mut self) {
        while let Some(byte) = self.peek(0) {
            match byte {
                b'\n' | b'\r' => {
                    self.is_after_newline = true;
                    self.at += 1;
                }
                b' ' | b'\t' | 0x0b | 0x0c => self.at += 1,
                b'/' if self.peek(1) == Some(b'/') => self.skip_line(),
                b'/' if self.peek(1) == Some(b'*') => self.skip_comment(),
                // `<!--` and `-->` are comments in old scripts; in modules they are not.
                b'<' if self
                    .text
                    .get(self.at..)
                    .is_some_and(|rest| rest.starts_with(b"<!--")) =>
                {
                    self.is_certain = false;
                    self.operator(byte);
                }
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'$' | b'#' | b'\\' | 0x80.. => self.word(),
                _ => {
                    self.end_statement_before(None);
                    self.punctuator(byte);
                    self.is_after_newline = false;
                }
            }
        }
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.get(self.at + ahead).copied()
    }

    fn top(&mut self) -> Option<&mut Level> {
        self.levels.last_mut()
    }

    fn count(&mut self, is_statement: bool) {
        self.n_all += 1;
        let Some(top) = self.levels.last_mut() else { return };
        match is_statement {
            true => top.n_statement += 1,
            false => top.n_expression += 1,
        }
        let depth = self.n_below + top.n_statement + top.n_expression;
        self.max = self.max.max(depth);
    }

    fn end_statement(&mut self) {
        if let Some(top) = self.top() {
            top.n_statement = 0;
            top.n_expression = 0;
        }
    }

    /// Forgets a statement's nesting once it is sure that it is over: before the token that follows it.
    fn end_statement_before(&mut self, word: Option<&str>) {
        let is_over = match word {
            Some(word) if !self.is_after_dot && CONTINUATIONS.contains(&word) => false,
            Some(_) => {
                let is_line_over =
                    self.is_after_newline && self.before == Before::Operand && !self.is_after_dot;
                self.is_after_semicolon || self.before == Before::Brace || is_line_over
            }
            None => self.is_after_semicolon,
        };
        self.is_after_semicolon = false;
        if is_over {
            self.end_statement();
        }
    }

    fn word(&mut self) {
        let text = self.text;
        let begin = self.at;
        let is_number = text.get(begin).is_some_and(u8::is_ascii_digit);
        while self.peek(0).is_some_and(|byte| {
            byte.is_ascii_alphanumeric()
                || matches!(byte, b'_' | b'$' | b'#' | b'\\' | 0x80..)
                || is_number && byte == b'.'
        }) {
            self.at += 1;
        }
        // U+2028 and U+2029 end lines, and the spaces of Unicode part words: neither is told from letters here.
        let word = text
            .get(begin..self.at)
            .and_then(|word| std::str::from_utf8(word).ok());
        if word.is_none_or(|word| {
            word.contains(['\u{2028}', '\u{2029}', '\u{feff}']) || word.contains(char::is_whitespace)
        }) {
            self.is_certain = false;
        }
        let word = word.unwrap_or_default();
        self.end_statement_before(Some(word));
        let is_after_dot = std::mem::take(&mut self.is_after_dot);
        let is_prefix = !is_after_dot && PREFIXES.contains(&word);
        self.is_head_next = !is_after_dot && matches!(word, "if" | "for" | "while" | "with")
            || self.is_head_next && word == "await";
        if is_prefix || matches!(self.before, Before::Operand | Before::Prefix) {
            self.count(matches!(word, "if" | "else" | "for" | "while" | "do" | "with"));
        }
        self.before = match word {
            // These may also be names: what follows may be an operator.
            "await" | "yield" | "of" | "async" if is_prefix => Before::Step,
            _ if is_prefix => Before::Prefix,
            _ => Before::Operand,
        };
        self.is_after_newline = false;
    }

    fn punctuator(&mut self, byte: u8) {
        let is_head = std::mem::take(&mut self.is_head_next) && byte == b'(';
        self.is_after_dot = false;
        if matches!(byte, b';' | b',' | b'{' | b'}')
            && let Some(top) = self.levels.last()
        {
            self.n_indents += self.n_below + top.n_statement + top.n_expression;
        }
        match byte {
            b'"' | b'\'' => self.string(byte),
            b'`' => {
                self.open(false);
                self.at += 1;
                self.template();
            }
            b'/' => self.slash(),
            b'(' | b'[' | b'{' => {
                self.open(is_head);
                self.at += 1;
                self.before = Before::Operator;
            }
            b')' | b']' | b'}' => {
                self.at += 1;
                let closed = self.close();
                if closed.is_template && byte == b'}' {
                    return self.template();
                }
                self.before = match byte {
                    b'}' => Before::Brace,
                    b')' if closed.is_head => Before::Head,
                    _ => Before::Operand,
                };
            }
            b';' => {
                self.at += 1;
                self.is_after_semicolon = true;
                self.before = Before::Operator;
            }
            b',' => {
                self.at += 1;
                if let Some(top) = self.top() {
                    top.n_expression = 0;
                }
                self.before = Before::Operator;
            }
            _ => self.operator(byte),
        }
    }

    fn operator(&mut self, byte: u8) {
        self.count(self.has_types && byte == b'<');
        self.is_after_dot = byte == b'.' && self.peek(1) != Some(b'.');
        let is_step = matches!(byte, b'+' | b'-') && self.peek(1) == Some(byte);
        self.at += 1 + usize::from(is_step);
        self.before = if is_step { Before::Step } else { Before::Operator };
    }

    fn open(&mut self, is_head: bool) {
        self.count(is_head);
        if let Some(top) = self.levels.last() {
            self.n_below += top.n_statement + top.n_expression;
        }
        self.levels.push(Level {
            is_head,
            ..Level::default()
        });
    }

    fn close(&mut self) -> Level {
        if self.levels.len() < 2 {
            // More is closed than was opened.
            self.is_certain = false;
            return Level::default();
        }
        let closed = self.levels.pop().unwrap_or_default();
        if let Some(top) = self.levels.last() {
            self.n_below = self.n_below.saturating_sub(top.n_statement + top.n_expression);
        }
        closed
    }

    fn string(&mut self, quote: u8) {
        self.at += 1;
        loop {
            match self.peek(0) {
                Some(b'\\') => self.at += 2,
                Some(b'\n') | None => {
                    self.is_certain = false;
                    break;
                }
                Some(byte) => {
                    self.at += 1;
                    if byte == quote {
                        break;
                    }
                }
            }
        }
        self.before = Before::Operand;
    }

    /// The text of a template, whose level is open, to its end or to the next expression in it.
    fn template(&mut self) {
        loop {
            match self.peek(0) {
                Some(b'\\') => self.at += 2,
                Some(b'`') => {
                    self.at += 1;
                    self.close();
                    self.before = Before::Operand;
                    return;
                }
                Some(b'$') if self.peek(1) == Some(b'{') => {
                    self.at += 2;
                    self.open(false);
                    if let Some(top) = self.top() {
                        top.is_template = true;
                    }
                    self.before = Before::Operator;
                    return;
                }
                Some(_) => self.at += 1,
                None => {
                    self.is_certain = false;
                    return;
                }
            }
        }
    }

    fn slash(&mut self) {
        match self.before {
            Before::Operand => self.operator(b'/'),
            Before::Operator | Before::Prefix | Before::Head => self.pattern(),
            Before::Brace | Before::Step => {
                self.is_certain = false;
                self.operator(b'/');
            }
        }
    }

    fn pattern(&mut self) {
        self.at += 1;
        let mut is_in_class = false;
        // Patterns are parsed too.
        self.open(false);
        loop {
            match self.peek(0) {
                Some(b'\\') => self.at += 2,
                Some(b'\n') | None => {
                    self.is_certain = false;
                    break;
                }
                Some(byte) => {
                    self.at += 1;
                    match byte {
                        b'[' => is_in_class = true,
                        b']' => is_in_class = false,
                        b'/' if !is_in_class => break,
                        b'(' | b'|' => self.count(false),
                        _ => {}
                    }
                }
            }
        }
        self.close();
        self.before = Before::Operand;
    }

    fn skip_line(&mut self) {
        while self.peek(0).is_some_and(|byte| !matches!(byte, b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn skip_comment(&mut self) {
        self.at += 2;
        loop {
            match self.peek(0) {
                Some(b'*') if self.peek(1) == Some(b'/') => {
                    self.at += 2;
                    return;
                }
                Some(byte) => {
                    self.is_after_newline |= byte == b'\n';
                    self.at += 1;
                }
                None => {
                    self.is_certain = false;
                    return;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn what_nests_counts() {
        const N: usize = 1000;
        for (open, close) in [
            ("(", ")"),
            ("[", "]"),
            ("{", "}"),
            ("!", "a"),
            ("a?b:", "c"),
            ("a=", "b"),
            ("a=>", "b"),
            ("a+", "b"),
            ("a.", "b"),
            ("a()", ""),
            ("typeof ", "a"),
            ("typeof\n", "a"),
            ("new ", "a"),
            ("if(a)", "b"),
            ("if(a)\n", "b"),
            ("if(a)b;else ", "c"),
            ("if(a)b,c;else ", "c"),
            ("if(a){}else ", "c"),
            ("if(a)b\nelse ", "c"),
            ("if(a)do b;while(c)else ", "c"),
            ("a:", "b"),
            ("a:\n", "b"),
            ("for(;;)", "b"),
            ("do ", "b"),
            ("do\n", "b"),
            ("`${", "}`"),
            ("function a(){", "}"),
            ("()=>{", "}"),
            ("class a{b(){", "}}"),
            ("-';'", ""),
            ("-/;/", ""),
            ("-`;`", ""),
            ("{}/';'-", ""),
            ("<a>", "</a>"),
        ] {
            let text = format!("{}{}", open.repeat(N), close.repeat(N));
            let counted = of(&text, false).depth;
            assert!(counted >= N, "{open:?} counts {counted}");
        }
        let types = format!("let a: {}b{}", "A<c, ".repeat(N), ">".repeat(N));
        assert!(of(&types, true).depth >= N);
        let keyof = format!("type a = {}b", "keyof\n".repeat(N));
        assert!(of(&keyof, true).depth >= N);
    }

    #[test]
    fn what_stands_side_by_side_does_not_count() {
        for line in [
            "let a = b + c.d(e);",
            "a = b(c)\n",
            "function a(b) { if (b) { return -b } else { c() } }",
            "x = [1, -2, a ? b : c];\n",
            "!function () { }(), ",
            "class a { b() { } get c() { } }\n",
            "if (a) b(); else if (c) d();",
            "// don't\n/* can't */ a('it is', \"so\") / 2;",
            "a = b / c / d; e = /[/'\"]/g.test(f);",
            "`one ${two + three} four`;\n",
        ] {
            let counted = of(&line.repeat(1000), false).depth;
            assert!(counted < 60, "{line:?} counts {counted}");
        }
    }
}
