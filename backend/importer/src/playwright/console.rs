//! Console messages, errors nobody caught, and what the test printed.

use recording::{
    event::{MessageLevel, MessageSource},
    script::Position,
    value::{Text, Value},
};
use serde::Deserialize;
use serde_json::Value as Json;

use super::events::{Argument, Console, Happened, Location, Output, Thrown};
use crate::{
    sketch::Sketch,
    story::{Said, Story, What},
};

/// A console message.
pub(super) fn message(at: f64, message: Console, story: &mut Story) {
    use MessageLevel::{Assert, Error, Info, Trace, Warning};
    let (method, level) = match &*message.message_type {
        "error" => ("error", Error),
        "warning" => ("warn", Warning),
        "info" => ("info", Info),
        "debug" => ("debug", Info),
        "trace" => ("trace", Trace),
        "assert" => ("assert", Assert),
        "dir" => ("dir", Info),
        "dirxml" => ("dirxml", Info),
        "table" => ("table", Info),
        "clear" => ("clear", Info),
        "startGroup" => ("group", Info),
        "startGroupCollapsed" => ("groupCollapsed", Info),
        "endGroup" => ("groupEnd", Info),
        "count" => ("count", Info),
        "timeEnd" => ("timeEnd", Info),
        _ => ("log", Info),
    };
    let arguments = message.args.unwrap_or_default();
    // What has a text and no arguments is the browser's own: of a request that failed, of something that is deprecated.
    let is_own = arguments.is_empty() && matches!(level, Error | Warning) && !message.text.is_empty();
    let says_line = matches!(method, "count" | "timeEnd") || arguments.is_empty();
    let (url, position) = place(message.location);
    let said = Said {
        source: match is_own {
            true => MessageSource::Browser,
            false => MessageSource::ConsoleApi,
        },
        level,
        method: if is_own { "" } else { method },
        text: (says_line && !matches!(method, "groupEnd" | "clear")).then(|| message.text.into()),
        arguments: match says_line {
            true => Vec::new(),
            false => arguments.into_iter().map(argument).collect(),
        },
        url,
        position,
    };
    story.add(at, What::Message(said));
}

/// A value where it is a plain one; of objects only a short text is told.
fn argument(argument: Argument) -> Sketch {
    match (argument.value, &*argument.preview) {
        (Some(Json::Null) | None, "undefined") => Sketch::Value(Value::Undefined),
        (Some(Json::Null) | None, "null") => Sketch::Value(Value::Null),
        (Some(Json::Null) | None, "NaN") => Sketch::Value(Value::Number(f64::NAN)),
        (Some(Json::Null) | None, "Infinity") => Sketch::Value(Value::Number(f64::INFINITY)),
        (Some(Json::Null) | None, "-Infinity") => Sketch::Value(Value::Number(f64::NEG_INFINITY)),
        (Some(Json::Null) | None, preview) => {
            Sketch::of_stack(preview).unwrap_or_else(|| Sketch::opaque(preview))
        }
        (Some(value), _) => Sketch::of_json(&value),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PageError {
    error: Holder,
    location: Option<Location>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Holder {
    error: Option<Thrown>,
    value: Option<Json>,
}

/// What the browser told: errors nobody caught are messages, the rest is left out.
pub(super) fn happened(at: f64, event: &Happened, story: &mut Story) {
    match &*event.method {
        "pageError" | "pageerror" => {}
        "page" | "pageClosed" | "close" => return,
        // Of old traces; the messages themselves are told otherwise since.
        "__create__" | "console" => return,
        "dialog" | "download" => return story.leaving.add("dialogs and downloads"),
        _ => return story.leaving.add("other events of the browser"),
    }
    let error = PageError::deserialize(&event.params).unwrap_or_default();
    let (text, arguments) = match (error.error.error, error.error.value) {
        (Some(thrown), _) => {
            let name = if thrown.name.is_empty() {
                "Error"
            } else {
                &thrown.name
            };
            let text = format!("Uncaught {name}: {}", thrown.message);
            let stack = thrown.stack.as_deref().unwrap_or_default();
            (text, Sketch::of_stack(stack).into_iter().collect())
        }
        (None, Some(value)) => ("Uncaught".to_owned(), vec![Sketch::of_json(&value)]),
        (None, None) => ("Uncaught".to_owned(), Vec::new()),
    };
    let (url, position) = place(error.location);
    story.add(
        at,
        What::Message(Said {
            source: MessageSource::PageError,
            level: MessageLevel::Error,
            method: "",
            text: Some(text.into()),
            arguments,
            url,
            position,
        }),
    );
}

/// What the test printed, not the page.
pub(super) fn output(at: f64, output: &Output, story: &mut Story) {
    let Some(text) = output
        .text
        .as_deref()
        .map(str::trim_end)
        .filter(|text| !text.is_empty())
    else {
        return story.leaving.add("output of the test that is no text");
    };
    let is_error = output.kind == "stderr";
    story.add(
        at,
        What::Message(Said {
            source: MessageSource::Browser,
            level: if is_error {
                MessageLevel::Warning
            } else {
                MessageLevel::Info
            },
            method: "",
            text: Some(format!("{}: {text}", output.kind).into()),
            arguments: Vec::new(),
            url: None,
            position: None,
        }),
    );
}

fn place(location: Option<Location>) -> (Option<Text>, Option<Position>) {
    let Some(location) = location.filter(|location| !location.url.is_empty()) else {
        return (None, None);
    };
    let position = Position {
        line: location.line_number.saturating_add(1),
        column: location.column_number,
    };
    (Some(location.url.into()), Some(position))
}
