//! JSON as it was sent: found out in one pass, without copies, without recursion, keys and numbers as they were written.
//!
//! A general reader would lose the order of the keys and the digits of long numbers, which are just what a person looks
//! for in a message. Long, with the reader, the rows and their tests, which know one layout of values.

use std::{collections::HashSet, sync::Arc};

use crate::{
    preview::{Token, Tone},
    tree::{Branch, TreeRow},
};

/// Values beyond this are not read: the text can be looked at as such.
const MAX_NODES: usize = 2_000_000;
const MAX_DEPTH: usize = 1_000;
/// Children are shown in groups of so many where there are more.
const GROUP: usize = 100;
/// Characters of a value in one line, and of a summary.
const MAX_VALUE: usize = 2_000;
const MAX_SUMMARY: usize = 100;

/// What is wrong with a text that should be JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotJson {
    /// At which byte.
    pub at: usize,
    /// What was expected there.
    pub expected: &'static str,
}

/// A text and the values in it.
#[derive(Debug, PartialEq)]
pub struct Json {
    text: Arc<str>,
    nodes: Vec<Node>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Node {
    kind: Kind,
    /// The key with its quotes; the same twice for none.
    key: (u32, u32),
    /// The value.
    text: (u32, u32),
    n_children: u32,
    /// The index after that of its last descendant.
    end: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Object,
    Array,
    String,
    Number,
    Word,
}

impl Json {
    /// Reads a text.
    ///
    /// # Errors
    /// Where it stops being JSON, or is too much of it.
    pub fn parse(text: Arc<str>) -> Result<Self, NotJson> {
        let mut reader = Reader {
            bytes: text.as_bytes(),
            at: 0,
            nodes: Vec::new(),
        };
        reader.document()?;
        let nodes = reader.nodes;
        Ok(Self { text, nodes })
    }

    fn slice(&self, (from, to): (u32, u32)) -> &str {
        self.text.get(from as usize..to as usize).unwrap_or_default()
    }

    /// The children of a value.
    fn children(&self, parent: usize) -> impl Iterator<Item = usize> + '_ {
        let end = self.nodes.get(parent).map_or(0, |node| node.end as usize);
        let mut next = parent + 1;
        std::iter::from_fn(move || {
            let child = next;
            next = self.nodes.get(child).filter(|_| child < end)?.end as usize;
            Some(child)
        })
    }

    fn name(&self, node: &Node, position: usize) -> String {
        let key = self.slice(node.key);
        match key.len() {
            0 => position.to_string(),
            _ => cut(key.get(1..key.len() - 1).unwrap_or(key), MAX_SUMMARY),
        }
    }
}

/// Which values are not as they are at first: the whole is open, what is in it is closed.
pub(crate) type Toggled = HashSet<Place>;

/// A value, or a group of its children by the first of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    node: u32,
    group: Option<u32>,
}

/// The rows of what is open, and which place each is.
pub(crate) fn rows(json: &Json, toggled: &Toggled) -> (Vec<TreeRow>, Vec<Place>) {
    let mut rows = Rows {
        json,
        toggled,
        rows: Vec::new(),
        places: Vec::new(),
    };
    rows.add(0, "(all)".to_owned(), 0, 1, 1);
    (rows.rows, rows.places)
}

struct Rows<'a> {
    json: &'a Json,
    toggled: &'a Toggled,
    rows: Vec<TreeRow>,
    places: Vec<Place>,
}

impl Rows<'_> {
    /// Adds a value and what is open below it. As deep as a person opened, so recursion is bounded by [`MAX_DEPTH`].
    fn add(&mut self, index: usize, name: String, depth: usize, position: usize, n_siblings: usize) {
        let Some(node) = self.json.nodes.get(index).copied() else {
            return;
        };
        let place = Place {
            node: index as u32,
            group: None,
        };
        let is_open = node.n_children > 0 && ((index == 0) != self.toggled.contains(&place));
        let name_tone = if node.key.0 == node.key.1 {
            Tone::Faint
        } else {
            Tone::Key
        };
        self.push(
            place,
            TreeRow {
                depth,
                name,
                name_tone,
                tokens: tokens(self.json, &node).into(),
                branch: branch(node.n_children > 0, is_open),
                position,
                n_siblings,
                ..TreeRow::default()
            },
        );
        if !is_open {
            return;
        }
        let children: Vec<usize> = self.json.children(index).collect();
        if children.len() <= GROUP {
            return self.add_children(&children, 0, depth + 1);
        }
        let n_groups = children.len().div_ceil(GROUP);
        for (number, group) in children.chunks(GROUP).enumerate() {
            let first = number * GROUP;
            let place = Place {
                node: index as u32,
                group: Some(first as u32),
            };
            let is_open = self.toggled.contains(&place);
            self.push(
                place,
                TreeRow {
                    depth: depth + 1,
                    name: format!("[{first} … {}]", first + group.len() - 1),
                    name_tone: Tone::Faint,
                    branch: branch(true, is_open),
                    position: number + 1,
                    n_siblings: n_groups,
                    ..TreeRow::default()
                },
            );
            if is_open {
                self.add_children(group, first, depth + 2);
            }
        }
    }

    fn add_children(&mut self, children: &[usize], first: usize, depth: usize) {
        for (number, child) in children.iter().enumerate() {
            let name = match self.json.nodes.get(*child) {
                Some(node) => self.json.name(node, first + number),
                None => continue,
            };
            self.add(*child, name, depth, number + 1, children.len());
        }
    }

    fn push(&mut self, place: Place, row: TreeRow) {
        self.rows.push(row);
        self.places.push(place);
    }
}

fn branch(has_children: bool, is_open: bool) -> Branch {
    match (has_children, is_open) {
        (false, _) => Branch::Leaf,
        (true, false) => Branch::Closed,
        (true, true) => Branch::Open,
    }
}

/// A value in one line.
fn tokens(json: &Json, node: &Node) -> Vec<Token> {
    let text = json.slice(node.text);
    match node.kind {
        Kind::Object | Kind::Array => vec![Token::new(Tone::Faint, summary(json, node))],
        _ => vec![Token::new(tone(node.kind), cut(text, MAX_VALUE))],
    }
}

fn tone(kind: Kind) -> Tone {
    match kind {
        Kind::String => Tone::String,
        Kind::Number => Tone::Number,
        Kind::Word => Tone::Keyword,
        Kind::Object | Kind::Array => Tone::Faint,
    }
}

/// What a container begins with: its text without line breaks and indentation.
fn summary(json: &Json, node: &Node) -> String {
    let text = json.slice(node.text);
    let mut short = String::new();
    let mut is_in_string = false;
    let mut is_escaped = false;
    for (n_chars, char) in text.chars().enumerate() {
        if short.len() >= MAX_SUMMARY || n_chars > 8 * MAX_SUMMARY {
            short.push('…');
            break;
        }
        match char {
            '"' if !is_escaped => is_in_string = !is_in_string,
            ' ' | '\n' | '\r' | '\t' if !is_in_string => continue,
            _ => {}
        }
        is_escaped = char == '\\' && !is_escaped;
        short.push(char);
        if matches!(char, ':' | ',') && !is_in_string {
            short.push(' ');
        }
    }
    match node.kind {
        Kind::Array => format!("({}) {short}", node.n_children),
        _ => short,
    }
}

fn cut(text: &str, max_chars: usize) -> String {
    match text.char_indices().nth(max_chars) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    nodes: Vec<Node>,
}

impl Reader<'_> {
    fn document(&mut self) -> Result<(), NotJson> {
        // The containers that are open, by index.
        let mut open: Vec<usize> = Vec::new();
        let mut key = (0, 0);
        loop {
            self.space();
            let index = self.nodes.len();
            if self.value(key)? {
                if open.len() >= MAX_DEPTH {
                    return Err(self.wrong("no deeper nesting"));
                }
                open.push(index);
                self.space();
                if !matches!(self.peek(), Some(b'}' | b']')) {
                    key = self.member(index)?;
                    continue;
                }
            }
            // A value is over, or a container without any: what it was in ends, or goes on behind a comma.
            loop {
                self.space();
                let Some(parent) = open.last().copied() else {
                    return match self.at == self.bytes.len() {
                        true => Ok(()),
                        false => Err(self.wrong("the end")),
                    };
                };
                match (self.peek(), self.is_object(parent)) {
                    (Some(b'}'), true) | (Some(b']'), false) => {
                        self.at += 1;
                        open.pop();
                        let (at, end) = (self.at as u32, self.nodes.len() as u32);
                        if let Some(node) = self.nodes.get_mut(parent) {
                            node.text.1 = at;
                            node.end = end;
                        }
                    }
                    (Some(b','), _) => {
                        self.at += 1;
                        key = self.member(parent)?;
                        break;
                    }
                    (_, true) => return Err(self.wrong("`,` or `}`")),
                    (_, false) => return Err(self.wrong("`,` or `]`")),
                }
            }
        }
    }

    fn is_object(&self, index: usize) -> bool {
        self.nodes
            .get(index)
            .is_some_and(|node| node.kind == Kind::Object)
    }

    /// Counts another child of a container, and reads its key if it has one.
    fn member(&mut self, parent: usize) -> Result<(u32, u32), NotJson> {
        if let Some(node) = self.nodes.get_mut(parent) {
            node.n_children += 1;
        }
        if !self.is_object(parent) {
            return Ok((0, 0));
        }
        self.space();
        let from = self.at;
        if self.peek() != Some(b'"') {
            return Err(self.wrong("a key in quotes"));
        }
        self.string()?;
        let key = (from as u32, self.at as u32);
        self.space();
        if self.peek() != Some(b':') {
            return Err(self.wrong("`:`"));
        }
        self.at += 1;
        Ok(key)
    }

    /// Reads a value, or the beginning of a container, which is said.
    fn value(&mut self, key: (u32, u32)) -> Result<bool, NotJson> {
        let from = self.at;
        let kind = match self.peek() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(b'"') => Kind::String,
            Some(b'-' | b'0'..=b'9') => Kind::Number,
            Some(b't' | b'f' | b'n') => Kind::Word,
            _ => return Err(self.wrong("a value")),
        };
        match kind {
            Kind::Object | Kind::Array => self.at += 1,
            Kind::String => self.string()?,
            Kind::Number => self.number()?,
            Kind::Word => self.word()?,
        }
        if self.nodes.len() >= MAX_NODES || u32::try_from(self.bytes.len()).is_err() {
            return Err(self.wrong("fewer values"));
        }
        self.nodes.push(Node {
            kind,
            key,
            text: (from as u32, self.at as u32),
            n_children: 0,
            end: self.nodes.len() as u32 + 1,
        });
        Ok(matches!(kind, Kind::Object | Kind::Array))
    }

    fn string(&mut self) -> Result<(), NotJson> {
        self.at += 1;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => self.at += 2,
                Some(0..=0x1f) => return Err(self.wrong("no control character in a string")),
                Some(_) => self.at += 1,
                None => {
                    self.at = self.bytes.len();
                    return Err(self.wrong("`\"`"));
                }
            }
        }
    }

    fn number(&mut self) -> Result<(), NotJson> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), NotJson> {
        let from = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        match self.at > from {
            true => Ok(()),
            false => Err(self.wrong("a digit")),
        }
    }

    fn word(&mut self) -> Result<(), NotJson> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        for word in ["true", "false", "null"] {
            if rest.starts_with(word.as_bytes()) {
                self.at += word.len();
                return Ok(());
            }
        }
        Err(self.wrong("a value"))
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn wrong(&self, expected: &'static str) -> NotJson {
        NotJson {
            at: self.at,
            expected,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
    use super::*;

    fn shown(text: &str, toggle: &[usize]) -> Vec<String> {
        let json = Json::parse(text.into()).unwrap();
        let mut toggled = Toggled::new();
        for row in toggle {
            let (_, places) = rows(&json, &toggled);
            toggled.insert(places[*row]);
        }
        let line = |row: &TreeRow| {
            let value: String = row.tokens.iter().map(|token| token.text.as_str()).collect();
            format!("{}{}={value}", " ".repeat(row.depth), row.name)
        };
        rows(&json, &toggled).0.iter().map(line).collect()
    }

    #[test]
    fn keys_and_numbers_stay_as_they_were_written() {
        let text = r#" {"z": 12345678901234567890.10, "a\n": [true, null, {}], "s": "é\"x"} "#;
        assert_eq!(
            shown(text, &[2]),
            [
                r#"(all)={"z": 12345678901234567890.10, "a\n": [true, null, {}], "s": "é\"x"}"#,
                " z=12345678901234567890.10",
                r" a\n=(3) [true, null, {}]",
                "  0=true",
                "  1=null",
                "  2={}",
                r#" s="é\"x""#,
            ]
        );
        assert_eq!(shown("7", &[]), ["(all)=7"]);
        assert_eq!(shown("[]", &[]), ["(all)=(0) []"]);
        assert_eq!(shown("[[],[1]]", &[0]), ["(all)=(2) [[], [1]]"]);
    }

    #[test]
    fn many_children_come_in_groups() {
        let text = format!("[{}]", vec!["0"; 250].join(","));
        let rows = shown(&text, &[3]);
        assert_eq!(rows.len(), 4 + 50);
        assert_eq!(
            rows[1..5],
            [" [0 … 99]=", " [100 … 199]=", " [200 … 249]=", "  200=0"]
        );
    }

    #[test]
    fn what_is_no_json_is_told_where() {
        let wrong = |text: &str| Json::parse(text.into()).unwrap_err().at;
        for (text, at) in [
            ("", 0),
            ("{", 1),
            ("[1,]", 3),
            ("{\"a\" 1}", 5),
            ("[1 2]", 3),
            ("{]", 1),
            ("01", 1),
            ("\"ab", 3),
            ("[1]x", 3),
            ("nul", 0),
            ("[,1]", 1),
            ("\"a\\", 3),
        ] {
            assert_eq!(wrong(text), at, "{text}");
        }
        let deep = "[".repeat(5_000);
        assert_eq!(
            Json::parse(deep.into()).unwrap_err().expected,
            "no deeper nesting"
        );
    }
}
