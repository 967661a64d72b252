//! Takes out of a recording what must not be in it: what was typed into password fields, texts that match a pattern,
//! and headers that let others in.
//!
//! Everything that is written passes here as it is decoded. Pictures and the texts of scripts stay as they are.

use std::collections::VecDeque;

use recording::{
    event::{Event, Message},
    network::{RequestEvent, is_secret_header},
    page::{DomChange, DomNode, DomOp},
    record::Record,
    value::{Key, ObjectKind, ObjectState, Slot, Text, Value},
};

/// What stands in the place of what was taken out.
const REMOVED: &str = "[redacted]";
/// Shorter texts are taken out only where they stand alone: parts of words would go with them.
const MIN_CONTAINED: usize = 4;
/// Texts of any length that were typed last.
const MAX_LAST: usize = 8;
/// Texts that are remembered to the end.
const MAX_SECRETS: usize = 1000;

/// What is to be taken out of a recording.
#[derive(Clone, Debug, Default)]
pub struct Redaction {
    /// Elements whose text, values and keyboard input are not recorded: a CSS selector.
    pub mask: Option<String>,
    /// Texts that are not recorded.
    pub patterns: Vec<Pattern>,
    /// Whether headers that let others in (`Authorization`, `Cookie`, `Set-Cookie`, …) are recorded all the same.
    pub keeps_keys: bool,
}

/// Which texts are not to be recorded: a regular expression.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: regex::Regex,
    bytes: regex::bytes::Regex,
}

/// A pattern that is no regular expression.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct PatternError(String);

impl Pattern {
    /// Reads a regular expression.
    ///
    /// # Errors
    /// If it is none, or matches the empty text, which is everywhere.
    pub fn new(pattern: &str) -> Result<Self, PatternError> {
        let told = |error: regex::Error| PatternError(error.to_string());
        let text = regex::Regex::new(pattern).map_err(told)?;
        if text.is_match("") {
            return Err(PatternError("it matches the empty text".to_owned()));
        }
        let bytes = regex::bytes::Regex::new(pattern).map_err(told)?;
        Ok(Self { text, bytes })
    }
}

/// Redacts one recording.
#[derive(Debug, Default)]
pub(crate) struct Redactor {
    options: Redaction,
    /// Taken out wherever they are contained, in each of their spellings; the longest first.
    secrets: Vec<String>,
    /// Taken out where they are all of a text.
    last: VecDeque<Text>,
    /// How often each pattern matched.
    n_matches: Vec<u64>,
    n_secrets: u64,
    n_keys: u64,
}

impl Redactor {
    pub(crate) fn new(options: Redaction) -> Self {
        Self {
            n_matches: vec![0; options.patterns.len()],
            options,
            ..Self::default()
        }
    }

    /// What was taken out, in words.
    pub(crate) fn report(&self) -> Vec<String> {
        let mut report = Vec::new();
        if self.options.mask.is_some() {
            report.push("text and values of the elements chosen by --mask were not recorded".to_owned());
        }
        if self.n_secrets > 0 {
            let n_secrets = self.n_secrets;
            report.push(format!(
                "what was typed into password fields and masked elements was removed in {n_secrets} places"
            ));
        }
        for (idx, n_matches) in self.n_matches.iter().enumerate() {
            // The pattern itself may be what it hides.
            let number = idx + 1;
            report.push(format!(
                "text that matches --redact number {number} was removed in {n_matches} places"
            ));
        }
        if self.n_keys > 0 {
            let n_keys = self.n_keys;
            report.push(format!(
                "{n_keys} values of headers that let others in (Authorization, Cookie and the like) were removed"
            ));
        }
        report
    }

    /// A text that was typed, or is in a field, where it must not be recorded.
    pub(crate) fn note_secret(&mut self, secret: Text) {
        self.last.push_back(secret.clone());
        if self.last.len() > MAX_LAST {
            self.last.pop_front();
        }
        if secret.chars().count() < MIN_CONTAINED || self.secrets.len() >= MAX_SECRETS {
            return;
        }
        let as_form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        let as_url = as_form.replace('+', "%20");
        let as_json = serde_json::to_string(&*secret).unwrap_or_default();
        let as_json = as_json.trim_matches('"').to_owned();
        for spelling in [secret.to_string(), as_form, as_url, as_json] {
            if !self.secrets.contains(&spelling) {
                self.secrets.push(spelling);
            }
        }
        self.secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    }

    fn is_idle(&self) -> bool {
        self.options.patterns.is_empty() && self.last.is_empty()
    }

    /// The text as it may be written; None if it is as it was.
    pub(crate) fn redacted(&mut self, text: &str) -> Option<Text> {
        if self.is_idle() {
            return None;
        }
        if self.last.iter().any(|secret| **secret == *text) {
            self.n_secrets += 1;
            return Some(Text::from(REMOVED));
        }
        let mut changed: Option<String> = None;
        for secret in &self.secrets {
            let now = changed.as_deref().unwrap_or(text);
            if now.contains(secret.as_str()) {
                self.n_secrets += 1;
                changed = Some(now.replace(secret.as_str(), REMOVED));
            }
        }
        for (pattern, n_matches) in self.options.patterns.iter().zip(&mut self.n_matches) {
            let now = changed.as_deref().unwrap_or(text);
            if pattern.text.is_match(now) {
                *n_matches += 1;
                changed = Some(pattern.text.replace_all(now, REMOVED).into_owned());
            }
        }
        changed.map(Text::from)
    }

    fn text(&mut self, text: &mut Text) {
        if let Some(redacted) = self.redacted(text) {
            *text = redacted;
        }
    }

    fn texts<'t>(&mut self, texts: impl IntoIterator<Item = &'t mut Text>) {
        texts.into_iter().for_each(|text| self.text(text));
    }

    /// A body, of any encoding.
    pub(crate) fn bytes(&mut self, bytes: Vec<u8>) -> Vec<u8> {
        if self.is_idle() {
            return bytes;
        }
        if let Ok(text) = std::str::from_utf8(&bytes) {
            return self
                .redacted(text)
                .map_or_else(|| bytes.clone(), |text| text.as_bytes().to_vec());
        }
        let mut bytes = bytes;
        for secret in &self.secrets {
            while let Some(at) = bytes
                .windows(secret.len())
                .position(|window| window == secret.as_bytes())
            {
                self.n_secrets += 1;
                bytes.splice(at..at + secret.len(), REMOVED.bytes());
            }
        }
        for (pattern, n_matches) in self.options.patterns.iter().zip(&mut self.n_matches) {
            if pattern.bytes.is_match(&bytes) {
                *n_matches += 1;
                bytes = pattern.bytes.replace_all(&bytes, REMOVED.as_bytes()).into_owned();
            }
        }
        bytes
    }

    /// A record of the log.
    pub(crate) fn record(&mut self, record: &mut Record) {
        if self.is_idle() {
            return;
        }
        match record {
            Record::Enter { this, arguments, .. } => {
                this.iter_mut()
                    .chain(arguments)
                    .for_each(|value| self.value(value));
            }
            Record::Return(value) | Record::Throw(value) => self.value(value),
            Record::Write { value, .. } | Record::SetAdd { value, .. } => self.value(value),
            Record::Append { suffix, .. } => self.value(suffix),
            Record::Object { state, .. } => self.state(state),
            Record::Property { key, value, .. } => {
                self.key(key);
                self.value(value);
            }
            Record::PropertyDelete { key, .. } => self.key(key),
            Record::Splice { inserted, .. } => inserted.iter_mut().for_each(|value| self.value(value)),
            Record::MapSet { key, value, .. } => {
                self.value(key);
                self.value(value);
            }
            Record::EntryDelete { key, .. } => self.value(key),
            _ => {}
        }
    }

    fn value(&mut self, value: &mut Value) {
        if let Value::String(text) | Value::BigInt(text) | Value::Symbol(text) = value {
            self.text(text);
        }
    }

    fn key(&mut self, key: &mut Key) {
        if let Key::Name(text) | Key::Symbol(text) = key {
            self.text(text);
        }
    }

    fn state(&mut self, state: &mut ObjectState) {
        match &mut state.kind {
            ObjectKind::Array { elements, .. } => {
                elements.iter_mut().flatten().for_each(|value| self.value(value));
            }
            ObjectKind::TypedArray { elements, .. }
            | ObjectKind::Set {
                entries: elements, ..
            } => {
                elements.iter_mut().for_each(|value| self.value(value));
            }
            ObjectKind::Map { entries, .. } => {
                for (key, value) in entries {
                    self.value(key);
                    self.value(value);
                }
            }
            ObjectKind::RegExp(source) => self.text(source),
            ObjectKind::Error { message, stack } => self.texts([message, stack]),
            ObjectKind::Boxed(value) => self.value(value),
            ObjectKind::Node {
                node_value,
                attributes,
                ..
            } => self.texts(
                node_value
                    .iter_mut()
                    .chain(attributes.iter_mut().map(|(_, value)| value)),
            ),
            _ => {}
        }
        for property in &mut state.properties {
            self.key(&mut property.key);
            if let Slot::Value(value) = &mut property.value {
                self.value(value);
            }
        }
    }

    /// Something for the tables.
    pub(crate) fn event(&mut self, event: &mut Event) {
        if let Event::Network(event) = event {
            self.request(&mut event.what);
        }
        if self.is_idle() {
            return;
        }
        match event {
            Event::Message(message) => self.message(message),
            Event::Keyboard(keyboard) => self.text(&mut keyboard.key),
            Event::Navigation(navigation) => self.text(&mut navigation.url),
            Event::Annotation(annotation) => self.text(&mut annotation.contents),
            Event::Dom(DomChange::Document { url, nodes }) => {
                self.text(url);
                nodes.iter_mut().for_each(|node| self.node(node));
            }
            Event::Dom(DomChange::Changes(ops)) => ops.iter_mut().for_each(|op| match op {
                DomOp::Insert { nodes, .. } => nodes.iter_mut().for_each(|node| self.node(node)),
                DomOp::Attribute { value, .. } => self.texts(value),
                DomOp::Value { value, .. } => self.text(value),
                DomOp::Url { url, .. } => self.text(url),
                DomOp::Remove { .. } => {}
            }),
            _ => {}
        }
    }

    pub(crate) fn message(&mut self, message: &mut Message) {
        if self.is_idle() {
            return;
        }
        self.texts(message.text.iter_mut().chain(&mut message.url));
        message.arguments.iter_mut().for_each(|value| self.value(value));
    }

    fn node(&mut self, node: &mut DomNode) {
        self.texts(
            node.value
                .iter_mut()
                .chain(node.attributes.iter_mut().map(|(_, value)| value)),
        );
    }

    fn request(&mut self, what: &mut RequestEvent) {
        match what {
            RequestEvent::Sent { url, headers, .. } => {
                self.text(url);
                self.headers(headers);
            }
            RequestEvent::Response { headers, .. } => self.headers(headers),
            RequestEvent::RawHeaders(lines) | RequestEvent::ResponseRawHeaders(lines) => {
                *lines = self.lines(lines);
                self.text(lines);
            }
            RequestEvent::Failed(reason) => self.text(reason),
            _ => {}
        }
    }

    fn headers(&mut self, headers: &mut [(Text, Text)]) {
        for (name, value) in headers {
            match self.is_key(name) {
                true => {
                    self.n_keys += 1;
                    *value = Text::from(REMOVED);
                }
                false => self.text(value),
            }
        }
    }

    fn is_key(&self, name: &str) -> bool {
        !self.options.keeps_keys && is_secret_header(name)
    }

    /// Headers, one on each line.
    fn lines(&mut self, lines: &str) -> Text {
        let mut kept = String::with_capacity(lines.len());
        for line in lines.split_inclusive('\n') {
            match line.split_once(':') {
                Some((name, value)) if self.is_key(name) => {
                    self.n_keys += 1;
                    let end = value.trim_end_matches(|c| c != '\r' && c != '\n');
                    let end = if end.ends_with("\r\n") { "\r\n" } else { "\n" };
                    kept.push_str(&format!("{name}: {REMOVED}{end}"));
                }
                _ => kept.push_str(line),
            }
        }
        Text::from(kept)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn with_patterns(patterns: &[&str]) -> Redactor {
        Redactor::new(Redaction {
            patterns: patterns
                .iter()
                .map(|pattern| Pattern::new(pattern).unwrap())
                .collect(),
            ..Redaction::default()
        })
    }

    #[test]
    fn patterns_are_taken_out_of_values_and_keys_and_counted() {
        let mut redactor = with_patterns(&[r"\d{4}-\d{4}"]);
        let mut record = Record::Property {
            object: recording::ids::ObjectId(1),
            key: Key::Name("of 1234-5678".into()),
            value: Value::String("card 1234-5678 and 8765-4321".into()),
        };
        redactor.record(&mut record);
        let Record::Property { key, value, .. } = record else {
            unreachable!("it was one")
        };
        assert_eq!(key, Key::Name("of [redacted]".into()));
        assert_eq!(value, Value::String("card [redacted] and [redacted]".into()));
        assert_eq!(
            redactor.report(),
            ["text that matches --redact number 1 was removed in 2 places"]
        );
        assert!(Pattern::new("a*").is_err());
    }

    #[test]
    fn secrets_are_found_in_all_spellings_and_short_ones_where_they_stand_alone() {
        let mut redactor = Redactor::default();
        for typed in ["h", "h\"", "h\"4 &ü"] {
            redactor.note_secret(typed.into());
        }
        for (text, expected) in [
            ("h", Some("[redacted]")),
            ("hello", None),
            ("pass=h%224+%26%C3%BC", Some("pass=[redacted]")),
            ("?q=h%224%20%26%C3%BC", Some("?q=[redacted]")),
            (r#"{"p":"h\"4 &ü"}"#, Some(r#"{"p":"[redacted]"}"#)),
        ] {
            assert_eq!(redactor.redacted(text).as_deref(), expected, "{text}");
        }
        let body = redactor.bytes(b"\xff\xfe--h\"4 &\xc3\xbc--".to_vec());
        assert_eq!(body, b"\xff\xfe--[redacted]--");
    }

    #[test]
    fn headers_that_let_others_in_are_taken_out_unless_kept() {
        let lines = "HTTP/1.1 200 OK\r\nSet-Cookie: id=1\r\nAge: 3\r\n";
        let mut redactor = Redactor::default();
        assert_eq!(
            &*redactor.lines(lines),
            "HTTP/1.1 200 OK\r\nSet-Cookie: [redacted]\r\nAge: 3\r\n"
        );
        let mut headers = [
            ("Authorization".into(), "Bearer x".into()),
            ("Accept".into(), "*/*".into()),
        ];
        redactor.headers(&mut headers);
        assert_eq!(headers.map(|(_, value)| value.to_string()), ["[redacted]", "*/*"]);
        redactor.options.keeps_keys = true;
        assert_eq!(&*redactor.lines(lines), lines);
    }
}
