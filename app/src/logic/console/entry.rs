//! A line of the console, as small as it can be: a million of them are kept.

use std::sync::Arc;

use components::console::{Level, Look, Piece, wrap};
use wire::{
    console::{Message, MessageLevel, MessageSource},
    debugger::Location,
    ids::{PauseId, SourceId},
    pause::{Frame, Object, PauseData, Value},
    point::ExecutionPoint,
};

use super::{
    text,
    thrown::{ThrownFrame, frames},
};
use crate::logic::{place, script_place::ScriptPlace, value};

/// Where lines come from: all of one source are taken away together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceKey(pub u32);

impl SourceKey {
    /// What the program printed, and errors that nobody caught.
    pub const MESSAGES: Self = Self(0);
    /// What was thrown and caught.
    pub const EXCEPTIONS: Self = Self(1);
    /// Handlers that ran.
    pub const EVENTS: Self = Self(2);
    /// The first that others may use, such as one for each print statement.
    pub const FIRST_OF_OTHERS: Self = Self(16);
    /// What a person evaluated. The last, so that results stand below what else happened at a point.
    pub const EVALUATIONS: Self = Self(u32::MAX);
}

/// What a line is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// `console.log` and what looks like it.
    #[default]
    Log,
    /// `console.info`.
    Info,
    /// `console.warn`.
    Warning,
    /// `console.error`.
    Error,
    /// A failed `console.assert`.
    Assert,
    /// `console.trace`.
    Trace,
    /// An error that nobody caught.
    Uncaught,
    /// `console.group`.
    Group,
    /// `console.groupCollapsed`.
    FoldedGroup,
    /// `console.table`.
    Table,
    /// `console.clear`.
    Clear,
    /// Something thrown that was caught. Its value is asked for when it is seen.
    Caught,
    /// A handler that ran. Its arguments are asked for when it is seen.
    Event,
    /// An expression that a person evaluated.
    Input,
    /// What it gave.
    Output,
    /// What it threw, or why it could not be evaluated.
    Thrown,
    /// A print statement's.
    Print,
}

impl Kind {
    /// How grave it is.
    pub fn level(self) -> Level {
        match self {
            Self::Error | Self::Assert | Self::Uncaught | Self::Thrown => Level::Error,
            Self::Warning | Self::Caught => Level::Warning,
            Self::Info => Level::Info,
            _ => Level::Log,
        }
    }

    /// The sign in front of it.
    pub fn look(self) -> Look {
        match self {
            Self::Input => Look::Input,
            Self::Output | Self::Thrown => Look::Output,
            Self::Print => Look::Print,
            Self::Event => Look::Event,
            Self::Trace => Look::Trace,
            kind => Look::of(kind.level()),
        }
    }

    /// Whether it heads a group.
    pub fn is_group(self) -> bool {
        matches!(self, Self::Group | Self::FoldedGroup)
    }

    /// Whether its value is asked for only when the line is seen.
    pub fn is_lazy(self) -> bool {
        matches!(self, Self::Caught | Self::Event)
    }
}

/// A place in a source, with the source as a number of the model's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Index of the source in the model.
    pub source: u32,
    /// Line, 1-based.
    pub line: u32,
    /// Column, 0-based.
    pub column: u32,
}

/// A line.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its place in the execution.
    pub point: ExecutionPoint,
    /// When, in ms.
    pub time_ms: f64,
    /// Whose it is.
    pub source: SourceKey,
    /// What it is.
    pub kind: Kind,
    /// How many groups it stands in.
    pub depth: u8,
    /// A number of its own in the model.
    pub id: u32,
    /// How many columns its text takes in one line; None if it has several.
    pub n_columns: Option<u32>,
    /// What it says, as it is searched, filtered and copied.
    pub text: Box<str>,
    /// Where it was said.
    pub place: Option<Place>,
    /// What it holds beyond its text.
    pub body: Option<Arc<Body>>,
}

/// What a line holds beyond its text.
#[derive(Debug, Default)]
pub struct Body {
    /// The pause that the values live in, if there are objects among them.
    pub pause_id: Option<PauseId>,
    /// The text that stands in front of the arguments.
    pub text: Box<str>,
    /// What it was given to print.
    pub arguments: Vec<Value>,
    /// What is known of the objects.
    pub objects: Vec<Object>,
    /// The stack it was printed on, the running frame first; empty where that is not shown.
    pub stack: Vec<StackLine>,
    /// A sign chosen by a person, for print statements.
    pub badge: Option<String>,
    /// Whether strings are values and not words.
    pub is_value: bool,
}

/// A frame of a stack.
#[derive(Clone, Debug, PartialEq)]
pub struct StackLine {
    /// The function.
    pub name: String,
    /// Where in it.
    pub location: Option<Location>,
}

/// What someone else has printed in the console, such as a print statement at one of its hits.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// Its place in the execution.
    pub point: ExecutionPoint,
    /// When, in ms.
    pub time_ms: f64,
    /// Where in the source.
    pub location: Option<Location>,
    /// What it gave; strings are shown as values if `is_value`.
    pub values: Vec<Value>,
    /// The pause that objects among the values live in.
    pub pause_id: Option<PauseId>,
    /// What came with the values.
    pub data: PauseData,
    /// Whether it is an exception.
    pub is_error: bool,
    /// Whether strings are quoted, as results are.
    pub is_value: bool,
    /// A sign that a person chose for it.
    pub badge: Option<String>,
}

impl Body {
    /// What it says, in pieces.
    pub fn pieces(&self) -> Vec<Piece> {
        if !self.is_value {
            return text::pieces(&self.text, &self.arguments, &self.objects);
        }
        let known = |id: &wire::ids::ObjectId| {
            let found = self.objects.iter().find(|object| object.object_id == *id)?;
            Some(std::rc::Rc::new(found.clone()))
        };
        let mut pieces = Vec::new();
        for argument in &self.arguments {
            if !pieces.is_empty() {
                pieces.push(Piece::plain(" "));
            }
            pieces.extend(text::of_value(argument, &known));
        }
        pieces
    }

    /// The frames of the first error among the arguments: where it was made.
    pub fn thrown(&self) -> Vec<ThrownFrame> {
        let object = |value: &Value| {
            let id = value.as_object()?;
            self.objects.iter().find(|object| object.object_id == *id)
        };
        let preview = |object: &'_ Object| object.preview.as_ref().and_then(value::stack_of).map(frames);
        let mut objects = self.arguments.iter().filter_map(object);
        objects.find_map(preview).unwrap_or_default()
    }

    /// Whether there is something to open.
    pub fn can_open(&self) -> bool {
        !self.stack.is_empty() || self.arguments.iter().any(|value| value.as_object().is_some())
    }
}

impl Entry {
    /// A line without a place in a model yet.
    pub fn new(point: ExecutionPoint, time_ms: f64, source: SourceKey, kind: Kind, text: String) -> Self {
        Self {
            point,
            time_ms,
            source,
            kind,
            depth: 0,
            id: 0,
            n_columns: columns(&text),
            text: text.into(),
            place: None,
            body: None,
        }
    }

    /// Reads a message once and keeps of it what cannot be had again. `intern` gives the number of a source.
    pub fn of_message(message: Message, intern: &mut dyn FnMut(&SourceId) -> u32) -> Self {
        let kind = kind(&message);
        let location = location(&message);
        let Message {
            point,
            text,
            argument_values: arguments,
            pause_id,
            stack,
            data,
            url,
            ..
        } = message;
        let stack = match kind {
            Kind::Warning | Kind::Error | Kind::Assert | Kind::Trace | Kind::Uncaught => {
                stack_lines(&stack.unwrap_or_default(), &data.frames)
            }
            _ => Vec::new(),
        };
        let text = match kind {
            Kind::Assert if text.is_empty() => ASSERTION.to_owned(),
            _ => blamed(text, url.as_deref().filter(|_| location.is_none())),
        };
        let pieces = text::pieces(&text, &arguments, &data.objects);
        let whole = text::whole(&pieces);
        let has_objects = arguments.iter().any(|value| value.as_object().is_some());
        // Most messages are words: nothing else of them is kept.
        let is_plain = stack.is_empty()
            && arguments.iter().all(|value| matches!(value, Value::String(_)))
            && pieces.iter().all(|piece| piece.style.is_none());
        let n_padded = pieces.iter().filter(|piece| piece.is_padded()).count();
        let body = (!is_plain).then(|| {
            Arc::new(Body {
                pause_id: has_objects.then_some(pause_id),
                text: text.into(),
                arguments,
                objects: if has_objects { data.objects } else { Vec::new() },
                stack,
                ..Body::default()
            })
        });
        let mut entry = Self::new(point.point, point.time, SourceKey::MESSAGES, kind, whole);
        entry.n_columns = entry.n_columns.map(|columns| columns + 4 * n_padded as u32);
        entry.place = location.map(|location| placed(&location, intern));
        entry.body = body;
        entry
    }

    /// A row that someone else has printed.
    pub fn of_row(row: Row, source: SourceKey, intern: &mut dyn FnMut(&SourceId) -> u32) -> Self {
        let body = Body {
            pause_id: row.pause_id,
            arguments: row.values,
            objects: row.data.objects,
            badge: row.badge,
            is_value: row.is_value,
            ..Body::default()
        };
        let kind = if row.is_error { Kind::Thrown } else { Kind::Print };
        let mut entry = Self::new(row.point, row.time_ms, source, kind, text::whole(&body.pieces()));
        entry.place = row.location.map(|location| placed(&location, intern));
        entry.body = Some(Arc::new(body));
        entry
    }

    /// Takes what was asked for later.
    pub(super) fn fill(&mut self, body: Body) {
        let text = text::whole(&body.pieces());
        let text = if text.is_empty() {
            body.text.to_string()
        } else {
            text
        };
        if !text.is_empty() {
            self.n_columns = columns(&text);
            self.text = text.into();
        }
        self.body = Some(Arc::new(body));
    }

    /// What it says, in pieces.
    pub fn pieces(&self) -> Arc<[Piece]> {
        match &self.body {
            Some(body) if !body.arguments.is_empty() => body.pieces().into(),
            _ => [Piece::plain(&self.text)].into(),
        }
    }

    /// What it says, as it is copied: an error with its stack, as the browser wrote it.
    pub fn copied(&self) -> String {
        let mut text = self.text.to_string();
        for frame in self.body.iter().flat_map(|body| body.thrown()) {
            let ScriptPlace { url, line, column } = frame.place;
            let place = format!("{url}:{line}:{}", column + 1);
            text += &match frame.name.is_empty() {
                true => format!("\n    at {place}"),
                false => format!("\n    at {} ({place})", frame.name),
            };
        }
        text
    }

    /// How many lines its text takes at a number of columns.
    pub fn n_lines(&self, columns: usize) -> usize {
        // Two columns for each group, as the style sets them in.
        let columns = columns
            .saturating_sub(2 * usize::from(self.depth.min(MAX_INDENT)))
            .max(12);
        match self.n_columns {
            Some(n_columns) if n_columns as usize <= columns => 1,
            _ => wrap([&*self.text], columns).n_lines,
        }
    }
}

/// What stands in front of a failed assertion, as in Chrome.
const ASSERTION: &str = "Assertion failed:";

/// Deeper groups are not set in further.
pub const MAX_INDENT: u8 = 12;

/// A frame's stack in lines.
pub fn stack_lines(stack: &[wire::ids::FrameId], frames: &[Frame]) -> Vec<StackLine> {
    stack
        .iter()
        .filter_map(|id| frames.iter().find(|frame| frame.frame_id == *id))
        .map(|frame| StackLine {
            name: place::frame_name(frame),
            location: place::preferred(&frame.location).cloned(),
        })
        .collect()
}

/// A location as the model keeps it.
pub fn placed(location: &Location, intern: &mut dyn FnMut(&SourceId) -> u32) -> Place {
    Place {
        source: intern(&location.source_id),
        line: location.line,
        column: location.column,
    }
}

/// A browser's message with the address that it is about, where that is all that is known of its place.
fn blamed(text: String, url: Option<&str>) -> String {
    match url {
        Some(url) if !text.is_empty() && !text.contains(url) => format!("{text}: {url}"),
        _ => text,
    }
}

fn columns(text: &str) -> Option<u32> {
    match text.contains('\n') {
        true => None,
        false => u32::try_from(components::preview::n_columns(text)).ok(),
    }
}

fn kind(message: &Message) -> Kind {
    match (&message.source, &message.level) {
        (MessageSource::PageError, MessageLevel::Warning) => Kind::Warning,
        (MessageSource::PageError, _) => Kind::Uncaught,
        (MessageSource::UnknownMessageError, _) | (_, MessageLevel::Warning) => Kind::Warning,
        (_, MessageLevel::Error) => Kind::Error,
        (_, MessageLevel::Assert) => Kind::Assert,
        (_, MessageLevel::Trace) => Kind::Trace,
        _ => Kind::Log,
    }
}

/// The most original place: the frame's, or what the message itself says.
fn location(message: &Message) -> Option<Location> {
    let of_frame = message
        .point
        .frame
        .as_ref()
        .and_then(|frame| place::preferred(frame).cloned());
    let of_message = || {
        Some(Location {
            source_id: message.source_id.clone()?,
            line: message.line?,
            column: message.column.unwrap_or(0),
        })
    };
    of_frame.or_else(of_message)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde_json::{Value, json};

    use super::*;

    fn entry(change: impl FnOnce(&mut Value)) -> Entry {
        let mut message = json!({
            "source": "ConsoleAPI", "level": "error", "text": "", "pauseId": "p", "data": {},
            "point": { "point": "65536", "time": 1.0 }, "argumentValues": [],
        });
        change(&mut message);
        Entry::of_message(serde_json::from_value(message).unwrap(), &mut |_| 0)
    }

    #[test]
    fn a_failed_assertion_says_so() {
        let entry = entry(|message| {
            message["level"] = json!("assert");
            message["argumentValues"] = json!([{ "value": "a lot" }]);
        });
        assert_eq!(&*entry.text, "Assertion failed: a lot");
    }

    #[test]
    fn a_message_without_a_place_says_what_it_is_about() {
        let failed = |place: Value| {
            entry(|message| {
                message["text"] = json!("404 (Not Found)");
                message["url"] = json!("http://a.b/c.json");
                message["sourceId"] = place.clone();
                message["line"] = if place.is_null() { place } else { json!(3) };
            })
        };
        assert_eq!(&*failed(Value::Null).text, "404 (Not Found): http://a.b/c.json");
        assert_eq!(&*failed(json!("1")).text, "404 (Not Found)");
    }

    #[test]
    fn an_error_is_copied_with_its_stack() {
        let entry = entry(|message| {
            let stack =
                "Error: no price\n    at price (http://a.b/app.js:9:31)\n    at http://a.b/app.js:1:2";
            message["argumentValues"] = json!([{ "object": "1" }]);
            message["data"] = json!({ "objects": [{ "objectId": "1", "className": "Error", "preview": {
                "properties": [{ "name": "stack", "value": stack }] } }] });
        });
        assert_eq!(&*entry.text, "Error: no price");
        assert_eq!(
            entry.copied(),
            "Error: no price\n    at price (http://a.b/app.js:9:31)\n    at http://a.b/app.js:1:2"
        );
    }
}
