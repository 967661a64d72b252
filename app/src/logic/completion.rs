//! What can be written next in an expression: names of variables and properties that go on with what stands at the cursor,
//! and whether an expression can be sent at all.
//!
//! Long for its tests, and because everything here rests on the one scanner at its end.
//!
//! None of this parses the language: it looks at brackets, strings, templates, comments and patterns, in one pass.

use std::collections::HashSet;

use wire::pause::{Object, ObjectPreview, Scope, Value};

/// How many names are offered at most.
const MAX_OFFERS: usize = 100;
/// How many bytes in front of the cursor are looked at for what is being written.
const MAX_LOOK_BACK: usize = 2_000;

/// What is being written at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The beginning of the name, which may be empty after a dot.
    pub word: String,
    /// Where the name begins, in bytes from the start of the text.
    pub start: usize,
    /// The expression whose property it is; None for a variable.
    pub object: Option<String>,
}

/// Something that could be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The name.
    pub name: String,
    /// What it is: `variable`, `property`, `method`, `word`.
    pub kind: &'static str,
    /// How far it is: 0 for what is the object's own, or in the innermost scope.
    pub distance: usize,
}

/// Finds out what is being written at `cursor`, in bytes; None where nothing can be offered: in a string or comment, after a
/// number, or where finding the object out would have to call or change something.
pub fn asked(text: &str, cursor: usize) -> Option<Asked> {
    let before = text.get(..cursor)?;
    if !is_code_at_end(before) {
        return None;
    }
    let word_len: usize = before
        .chars()
        .rev()
        .take_while(|char| is_name_char(*char))
        .map(char::len_utf8)
        .sum();
    let start = cursor - word_len;
    let word = &before[start..];
    if word.starts_with(|char: char| char.is_ascii_digit()) {
        return None;
    }
    let rest = before[..start].trim_end();
    let Some(owner) = rest.strip_suffix('.').filter(|owner| !owner.ends_with('.')) else {
        return (!word.is_empty()).then(|| Asked {
            word: word.to_owned(),
            start,
            object: None,
        });
    };
    let owner = owner.strip_suffix('?').unwrap_or(owner);
    let object = expression_at_end(owner)?;
    Some(Asked {
        word: word.to_owned(),
        start,
        object: Some(object.to_owned()),
    })
}

/// The offers that go on with a word, the nearest and most alike first.
pub fn matching(offers: &[Offer], word: &str) -> Vec<Offer> {
    let lower_word = word.to_lowercase();
    let rank = |offer: &Offer| {
        let lower = offer.name.to_lowercase();
        match () {
            () if offer.name == word => None,
            () if offer.name.starts_with(word) => Some(0),
            () if lower.starts_with(&lower_word) => Some(1),
            () if word.len() > 1 && lower.contains(&lower_word) => Some(2),
            () => None,
        }
    };
    // Names that begin with an underscore are meant for nobody; they come last unless asked for.
    let is_hidden = |offer: &Offer| offer.name.starts_with('_') && !word.starts_with('_');
    let mut ranked: Vec<_> = offers
        .iter()
        .filter_map(|offer| rank(offer).map(|rank| (rank, offer.distance, is_hidden(offer), offer)))
        .collect();
    ranked.sort_by(|a, b| (a.0, a.1, a.2, &a.3.name).cmp(&(b.0, b.1, b.2, &b.3.name)));
    ranked
        .into_iter()
        .take(MAX_OFFERS)
        .map(|(_, _, _, offer)| offer.clone())
        .collect()
}

/// The same without names that come a second time.
pub fn unique(offers: Vec<Offer>) -> Vec<Offer> {
    let mut seen = HashSet::new();
    offers
        .into_iter()
        .filter(|offer| seen.insert(offer.name.clone()))
        .collect()
}

/// The variables of a scope.
pub fn of_scope(scope: &Scope) -> impl Iterator<Item = Offer> {
    scope
        .bindings
        .iter()
        .flatten()
        .filter(|binding| is_name(&binding.name))
        .map(|binding| Offer {
            name: binding.name.clone(),
            kind: "variable",
            distance: 0,
        })
}

/// The properties of an object `distance` prototypes away that can be written after a dot.
pub fn of_object<'a>(
    _object: &'a Object,
    preview: &'a ObjectPreview,
    distance: usize,
) -> impl Iterator<Item = Offer> + 'a {
    let own = preview
        .properties
        .iter()
        .flatten()
        .filter(|property| !property.is_symbol)
        .map(|property| property.name.as_str());
    let getters = preview
        .getter_values
        .iter()
        .flatten()
        .map(|value| value.name.as_str());
    own.chain(getters)
        .filter(|name| is_name(name))
        .map(move |name| Offer {
            name: name.to_owned(),
            kind: "property",
            distance,
        })
}

/// The class that a primitive value takes its methods from.
pub fn class_of(value: &Value) -> Option<&'static str> {
    match value {
        Value::String(_) => Some("String"),
        Value::Number(_) => Some("Number"),
        Value::Bool(_) => Some("Boolean"),
        Value::Bigint(_) => Some("BigInt"),
        Value::Symbol(_) => Some("Symbol"),
        _ => None,
    }
}

/// What a primitive value has of its own.
pub fn of_primitive(value: &Value) -> Vec<Offer> {
    match value {
        Value::String(_) => vec![Offer {
            name: "length".to_owned(),
            kind: "property",
            distance: 0,
        }],
        _ => Vec::new(),
    }
}

/// The words of the language that expressions are made of.
pub fn words_of_the_language() -> impl Iterator<Item = Offer> {
    [
        "this",
        "typeof",
        "instanceof",
        "undefined",
        "null",
        "true",
        "false",
        "new",
        "await",
        "async",
        "function",
        "void",
        "in",
    ]
    .into_iter()
    .map(|word| Offer {
        name: word.to_owned(),
        kind: "word",
        distance: MAX_OFFERS,
    })
}

/// What keeps an expression from being sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Something is still open, so more lines are to come: `(`, a template, a comment.
    Unfinished(&'static str),
    /// Something that no further line can mend.
    Wrong(&'static str),
}

impl Problem {
    /// As a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Unfinished(sentence) | Self::Wrong(sentence) => sentence,
        }
    }
}

/// Looks for what would keep an expression from being understood; most that is wrong only the server sees.
pub fn problem(text: &str) -> Option<Problem> {
    let mut scanner = Scanner::default();
    for char in text.chars() {
        scanner.take(char);
        if let Some(problem) = scanner.wrong {
            return Some(problem);
        }
    }
    scanner.take('\n');
    if let Some(problem) = scanner.wrong {
        return Some(problem);
    }
    match (&scanner.within, scanner.open.last()) {
        (Within::Template, _) => Some(Problem::Unfinished("The template is not closed.")),
        (Within::Comment { .. }, _) => Some(Problem::Unfinished("The comment is not closed.")),
        (_, Some('(')) => Some(Problem::Unfinished("A “(” is not closed.")),
        (_, Some('[')) => Some(Problem::Unfinished("A “[” is not closed.")),
        (_, Some('$')) => Some(Problem::Unfinished("A “${” is not closed.")),
        (_, Some(_)) => Some(Problem::Unfinished("A “{” is not closed.")),
        (_, None) => None,
    }
}

/// Whether an expression plainly would change something if it ran: it assigns, counts up or down, or deletes. Such a one is
/// not tried while it is being written.
pub fn changes_something(text: &str) -> bool {
    let mut scanner = Scanner::default();
    let mut before = [' '; 3];
    let mut word = String::new();
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        let was_code = scanner.is_code();
        scanner.take(char);
        if !was_code || !scanner.is_code() {
            word.clear();
            before = [' '; 3];
            continue;
        }
        if is_name_char(char) {
            word.push(char);
        } else {
            if word == "delete" {
                return true;
            }
            word.clear();
        }
        let next = chars.peek().copied().unwrap_or(' ');
        let [_, two, one] = before;
        // `=` that is no `==`, `=>`, `<=`, `>=`, `!=`; but `<<=`, `>>=` and `>>>=` are.
        let is_assignment = char == '='
            && !matches!(next, '=' | '>')
            && !matches!(one, '=' | '!')
            && (!matches!(one, '<' | '>') || two == one);
        let is_count = matches!(char, '+' | '-') && char == one;
        if is_assignment || is_count {
            return true;
        }
        before = [before[1], before[2], char];
    }
    word == "delete"
}

/// Whether a name can be written without quotes.
pub fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.chars().all(is_name_char)
        && !name.starts_with(|char: char| char.is_ascii_digit())
}

fn is_name_char(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '_' | '$')
}

/// The expression that a text ends with, as far as evaluating it calls nothing: names, members, indices.
fn expression_at_end(text: &str) -> Option<&str> {
    let text = text.trim_end();
    let floor = text.len().saturating_sub(MAX_LOOK_BACK);
    let mut start = text.len();
    loop {
        let rest = text.get(..start)?;
        if start <= floor {
            return None;
        }
        start = match rest.chars().next_back()? {
            ']' => opening(rest, floor)?,
            ')' => return None,
            quote @ ('"' | '\'' | '`') => {
                let inside = rest.get(..rest.len() - 1)?;
                return text.get(inside.rfind(quote)?..);
            }
            char if is_name_char(char) => {
                let len: usize = rest
                    .chars()
                    .rev()
                    .take_while(|char| is_name_char(*char))
                    .map(char::len_utf8)
                    .sum();
                let begin = rest.len() - len;
                match rest[..begin].trim_end().strip_suffix('.') {
                    Some(owner) if !owner.ends_with('.') => {
                        start = owner.strip_suffix('?').unwrap_or(owner).trim_end().len();
                        continue;
                    }
                    _ => return text.get(begin..),
                }
            }
            _ => return None,
        };
        // What is indexed stands right in front; without it this is an array written out.
        let owner = text.get(..start)?.trim_end();
        let owner = owner.strip_suffix("?.").unwrap_or(owner);
        if !owner.ends_with(|char: char| is_name_char(char) || matches!(char, ']' | '"' | '\'' | '`')) {
            return text.get(start..);
        }
        start = owner.len();
    }
}

/// Where the bracket that a text ends with was opened.
fn opening(text: &str, floor: usize) -> Option<usize> {
    let mut depth = 0_u32;
    for (at, char) in text.char_indices().rev() {
        match char {
            ']' => depth += 1,
            '[' => depth -= 1,
            // A call may change something, and so may what is in quotes be anything.
            '(' | ')' | '=' => return None,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
        if at < floor {
            return None;
        }
    }
    None
}

fn is_code_at_end(text: &str) -> bool {
    let mut scanner = Scanner::default();
    text.chars().for_each(|char| scanner.take(char));
    scanner.is_code()
}

/// Where in the text a reader stands.
#[derive(Clone, Debug, Default, PartialEq)]
enum Within {
    #[default]
    Code,
    String(char),
    Template,
    LineComment,
    Comment {
        is_starred: bool,
    },
    Pattern {
        is_class: bool,
    },
}

/// Reads a text once, from the left.
#[derive(Debug, Default)]
struct Scanner {
    within: Within,
    /// What is open, outermost first: brackets, and `$` for the code within a template.
    open: Vec<char>,
    is_escaped: bool,
    /// A slash was read whose meaning the next character tells.
    has_slash: bool,
    /// The last character of code that is not blank.
    last: Option<char>,
    previous: Option<char>,
    wrong: Option<Problem>,
}

impl Scanner {
    fn is_code(&self) -> bool {
        self.within == Within::Code && !self.has_slash
    }

    fn take(&mut self, char: char) {
        if std::mem::take(&mut self.is_escaped) {
            return;
        }
        match self.within.clone() {
            Within::Code => self.take_code(char),
            Within::String(quote) => match char {
                '\\' => self.is_escaped = true,
                '\n' => self.wrong = Some(Problem::Wrong("The string is not closed.")),
                char if char == quote => self.end(char),
                _ => {}
            },
            Within::Template => match char {
                '\\' => self.is_escaped = true,
                '`' => self.end(char),
                '{' if self.previous == Some('$') => {
                    self.open.push('$');
                    self.within = Within::Code;
                    self.last = None;
                }
                _ => {}
            },
            Within::LineComment => {
                if char == '\n' {
                    self.within = Within::Code;
                }
            }
            Within::Comment { is_starred } => match char {
                '/' if is_starred => self.within = Within::Code,
                char => {
                    self.within = Within::Comment {
                        is_starred: char == '*',
                    }
                }
            },
            Within::Pattern { is_class } => match char {
                '\\' => self.is_escaped = true,
                '\n' => self.wrong = Some(Problem::Wrong("The pattern is not closed.")),
                '[' => self.within = Within::Pattern { is_class: true },
                ']' => self.within = Within::Pattern { is_class: false },
                '/' if !is_class => self.end(char),
                _ => {}
            },
        }
        self.previous = Some(char);
    }

    fn take_code(&mut self, char: char) {
        if std::mem::take(&mut self.has_slash) {
            match char {
                '/' => return self.within = Within::LineComment,
                '*' => return self.within = Within::Comment { is_starred: false },
                // After a value it divides; elsewhere a pattern begins.
                _ if self.ends_value() => self.last = Some('/'),
                _ => {
                    self.within = Within::Pattern {
                        is_class: char == '[',
                    };
                    self.is_escaped = char == '\\';
                    return;
                }
            }
        }
        match char {
            '/' => return self.has_slash = true,
            '"' | '\'' => self.within = Within::String(char),
            '`' => self.within = Within::Template,
            '(' | '[' | '{' => self.open.push(char),
            ')' => self.close('(', "A “)” closes nothing."),
            ']' => self.close('[', "A “]” closes nothing."),
            '}' if self.open.last() == Some(&'$') => {
                self.open.pop();
                self.within = Within::Template;
            }
            '}' => self.close('{', "A “}” closes nothing."),
            _ => {}
        }
        if !char.is_whitespace() {
            self.last = Some(char);
        }
    }

    fn close(&mut self, opening: char, sentence: &'static str) {
        if self.open.pop() != Some(opening) {
            self.wrong = Some(Problem::Wrong(sentence));
        }
    }

    fn end(&mut self, char: char) {
        self.within = Within::Code;
        self.last = Some(char);
    }

    fn ends_value(&self) -> bool {
        self.last.is_some_and(|last| {
            is_name_char(last) || matches!(last, ')' | ']' | '}' | '"' | '\'' | '`' | '/')
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_end(text: &str) -> Option<(String, Option<String>)> {
        asked(text, text.len()).map(|asked| (asked.word, asked.object))
    }

    #[test]
    fn what_is_written_is_a_variable_or_a_property() {
        let is = |word: &str, object: Option<&str>| Some((word.to_owned(), object.map(str::to_owned)));
        assert_eq!(at_end("1 + tot"), is("tot", None));
        assert_eq!(at_end("todo."), is("", Some("todo")));
        assert_eq!(
            at_end("f(this.items[i + 1]?.na"),
            is("na", Some("this.items[i + 1]"))
        );
        assert_eq!(at_end("[1, 2].ma"), is("ma", Some("[1, 2]")));
        assert_eq!(at_end("a + \"b\".le"), is("le", Some("\"b\"")));
        assert_eq!(at_end("a?.b . c.d"), is("d", Some("a?.b . c")));
        assert_eq!(at_end("`x ${tot"), is("tot", None));
        for nothing in [
            "", "3", "3.1", "\"a.b", "f().", "// a.b", "...", "a[f()].b", "/x.y",
        ] {
            assert_eq!(at_end(nothing), None, "{nothing}");
        }
        assert_eq!(asked("tot", 99), None);
    }

    #[test]
    fn the_nearest_and_most_alike_comes_first() {
        let offer = |name: &str, distance| Offer {
            name: name.to_owned(),
            kind: "property",
            distance,
        };
        let offers = [
            offer("toString", 1),
            offer("_total", 0),
            offer("subtotal", 0),
            offer("Total", 0),
            offer("total", 0),
        ];
        let names = |word: &str| -> Vec<String> {
            matching(&offers, word)
                .into_iter()
                .map(|offer| offer.name)
                .collect()
        };
        assert_eq!(names("to"), ["total", "toString", "Total", "subtotal", "_total"]);
        assert_eq!(names(""), ["Total", "subtotal", "total", "_total", "toString"]);
        assert_eq!(names("total"), ["Total", "subtotal", "_total"]);
    }

    #[test]
    fn what_is_open_asks_for_more_and_what_is_wrong_is_said() {
        for fine in [
            "",
            "a",
            "f(a)[1]",
            "`a ${b + `c`} d`",
            "/[/\"]+/.test(x)",
            "a / b / c",
            "// (",
            "/* ( */ 1",
            "'\\''",
            "x = /a/g",
        ] {
            assert_eq!(problem(fine), None, "{fine}");
        }
        for more in ["f(", "[1,", "x => {", "`a", "`a ${b", "/* a"] {
            assert!(matches!(problem(more), Some(Problem::Unfinished(_))), "{more}");
        }
        for wrong in ["a)", "(]", "'a", "\"a\nb\"", "/a"] {
            assert!(matches!(problem(wrong), Some(Problem::Wrong(_))), "{wrong}");
        }
    }

    #[test]
    fn assignments_are_seen_without_running_them() {
        for changing in [
            "a = 1",
            "a.b += 2",
            "i++",
            "--i",
            "a >>= 1",
            "a ??= b",
            "delete a.b",
            "f(a = 1)",
        ] {
            assert!(changes_something(changing), "{changing}");
        }
        for harmless in [
            "a == 1", "a === b", "a <= b", "a >= b", "a != b", "x => x", "'a = 1'", "a + +b", "f(1)", "`=`",
            "a - b",
        ] {
            assert!(!changes_something(harmless), "{harmless}");
        }
    }
}
