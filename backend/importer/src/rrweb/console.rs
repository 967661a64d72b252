//! What rrweb's console plugin tells: arguments as JSON, each a text.

use std::collections::HashMap;

use recording::{
    event::{MessageLevel, MessageSource},
    script::Position,
    value::{Text, Value},
};
use serde::Deserialize;
use serde_json::Value as Json;

use crate::{
    json,
    sketch::Sketch,
    story::{Said, Story, What},
};

/// What is behind the stack of an error.
const END_OF_STACK: &str = "\nEnd of stack for Error object";

#[derive(Deserialize)]
struct Logged {
    level: String,
    #[serde(default)]
    trace: Vec<String>,
    #[serde(default)]
    payload: Vec<String>,
}

/// Counters and timers, which the plugin tells only by their names.
#[derive(Default)]
pub(super) struct Console {
    counts: HashMap<String, u64>,
    timers: HashMap<String, f64>,
}

impl Console {
    /// Takes what a call of `console` left. Says whether it can be read.
    pub(super) fn take(&mut self, at: f64, payload: &str, story: &mut Story) -> bool {
        let Ok(logged) = json::read::<Logged>(payload) else {
            return false;
        };
        let (method, level) = match &*logged.level {
            "log" => ("log", MessageLevel::Info),
            "info" => ("info", MessageLevel::Info),
            "debug" => ("debug", MessageLevel::Info),
            "warn" => ("warn", MessageLevel::Warning),
            "error" => ("error", MessageLevel::Error),
            "assert" => ("assert", MessageLevel::Assert),
            "trace" => ("trace", MessageLevel::Trace),
            "dir" => ("dir", MessageLevel::Info),
            "dirxml" => ("dirxml", MessageLevel::Info),
            "table" => ("table", MessageLevel::Info),
            "group" => ("group", MessageLevel::Info),
            "groupCollapsed" => ("groupCollapsed", MessageLevel::Info),
            "groupEnd" => ("groupEnd", MessageLevel::Info),
            "clear" => ("clear", MessageLevel::Info),
            "count" => ("count", MessageLevel::Info),
            "timeLog" => ("timeLog", MessageLevel::Info),
            "timeEnd" => ("timeEnd", MessageLevel::Info),
            "countReset" => {
                self.counts.remove(&label(&logged.payload));
                return true;
            }
            "time" => {
                self.timers.insert(label(&logged.payload), at);
                return true;
            }
            _ => return false,
        };
        let mut arguments = logged
            .payload
            .iter()
            .map(|text| argument(text))
            .collect::<Vec<_>>();
        let mut text = None;
        let mut source = MessageSource::ConsoleApi;
        match method {
            "count" => {
                let label = label(&logged.payload);
                let count = self.counts.entry(label.clone()).or_default();
                *count += 1;
                text = Some(format!("{label}: {count}"));
                arguments.clear();
            }
            "timeLog" | "timeEnd" => {
                let label = label(&logged.payload);
                if let Some(began) = self.timers.get(&label) {
                    text = Some(format!("{label}: {} ms", (at - began).max(0.0).round()));
                    arguments = arguments.split_off(arguments.len().min(1));
                }
            }
            "error" => {
                // An error that nobody caught is told as a message of the console's.
                if let Some(uncaught) = uncaught(&logged.payload) {
                    text = Some(uncaught);
                    arguments.clear();
                    source = MessageSource::PageError;
                }
            }
            _ => {}
        }
        let (url, position) = logged.trace.first().and_then(|frame| place(frame)).unzip();
        story.add(
            at,
            What::Message(Said {
                method: if source == MessageSource::PageError {
                    ""
                } else {
                    method
                },
                source,
                level,
                text: text.map(Text::from),
                arguments,
                url,
                position,
            }),
        );
        true
    }
}

fn label(payload: &[String]) -> String {
    let label = payload.first().and_then(|label| json::read::<String>(label).ok());
    label.unwrap_or_else(|| "default".to_owned())
}

fn argument(text: &str) -> Sketch {
    match Sketch::read(text) {
        Some(Sketch::Value(Value::String(text))) => match text.strip_suffix(END_OF_STACK) {
            Some(stack) => Sketch::of_stack(stack).unwrap_or_else(|| Sketch::string(stack)),
            None => Sketch::Value(Value::String(text)),
        },
        Some(sketch) => sketch,
        None => Sketch::string(text),
    }
}

/// The text of an error that nobody caught, if that is what a message is.
fn uncaught(payload: &[String]) -> Option<String> {
    let texts = payload.iter().map(|text| match json::read::<Json>(text) {
        Ok(Json::String(text)) => text,
        _ => text.clone(),
    });
    let text = texts.collect::<Vec<_>>().join(" ");
    (payload.len() <= 2 && text.starts_with("Uncaught ")).then_some(text)
}

/// Where a frame stands: `name (url:line:column)` or `url:line:column`, both from 1.
fn place(frame: &str) -> Option<(Text, Position)> {
    let frame = match frame.rsplit_once('(') {
        Some((_, place)) => place.strip_suffix(')')?,
        None => frame,
    };
    let (rest, column) = frame.rsplit_once(':')?;
    let (url, line) = rest.rsplit_once(':')?;
    let position = Position {
        line: line.parse().ok()?,
        column: column.parse::<u32>().ok()?.saturating_sub(1),
    };
    Some((url.into(), position))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_say_where_they_stand() {
        let check = |frame: &str, expected: Option<(&str, u32, u32)>| {
            let found = place(frame);
            let found = found.as_ref().map(|(url, at)| (&**url, at.line, at.column));
            assert_eq!(found, expected, "{frame}");
        };
        check(
            "save (http://a.test:80/app.js:64:11)",
            Some(("http://a.test:80/app.js", 64, 10)),
        );
        check(
            "http://a.test/app.js:131:48",
            Some(("http://a.test/app.js", 131, 47)),
        );
        check("<anonymous>", None);
        check("", None);
    }
}
