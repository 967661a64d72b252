//! The events of a trace, one a line, as far as they are read: those of versions 5 to 10 of the format. Times are milliseconds
//! of the trace's own clock.

use serde::Deserialize;
use serde_json::{Value as Json, value::RawValue};

use crate::{
    har::{Entry, lenient},
    json,
};

/// An event.
pub(super) enum Event {
    Context(Context),
    Before(Box<Before>),
    Input(Input),
    After(After),
    Log(Log),
    Console(Box<Console>),
    Happened(Happened),
    Picture(Picture),
    Snapshot(Box<Snapshot>),
    Resource(Box<Entry>),
    Output(Output),
    Failure(Failure),
    /// Something that is left out: what.
    Left(&'static str),
}

impl Event {
    /// Reads a line; an `action` of old traces is several events in one.
    ///
    /// # Errors
    /// It is no event, or not as it should be.
    pub(super) fn read(line: &str) -> Result<Vec<Self>, String> {
        let Kind { kind } = json::read(line)?;
        let event = match &*kind {
            "context-options" => Self::Context(json::read(line)?),
            "before" => Self::Before(json::read(line)?),
            "input" => Self::Input(json::read(line)?),
            "after" => Self::After(json::read(line)?),
            "action" => {
                return Ok(vec![
                    Self::Before(json::read(line)?),
                    Self::After(json::read(line)?),
                ]);
            }
            "log" => Self::Log(json::read(line)?),
            "console" => Self::Console(json::read(line)?),
            "event" => Self::Happened(json::read(line)?),
            "screencast-frame" => Self::Picture(json::read(line)?),
            "frame-snapshot" => Self::Snapshot(json::read::<Holder<Box<Snapshot>>>(line)?.snapshot),
            "resource-snapshot" => Self::Resource(json::read::<Holder<Box<Entry>>>(line)?.snapshot),
            "stdout" | "stderr" => Self::Output(json::read(line)?),
            "error" => Self::Failure(json::read(line)?),
            "screenshot" => {
                Self::Left("screenshots taken by the program (the pictures of the page are there)")
            }
            "video" => Self::Left("videos"),
            "aria-snapshot" => Self::Left("accessibility snapshots"),
            _ => Self::Left("events of a kind that is not known"),
        };
        Ok(vec![event])
    }
}

#[derive(Deserialize)]
struct Kind {
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Holder<T> {
    snapshot: T,
}

/// The first event: what the trace is of.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Context {
    pub(super) version: u32,
    /// `testRunner` or `library`.
    #[serde(deserialize_with = "lenient")]
    pub(super) origin: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) playwright_version: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) platform: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) title: Option<String>,
    /// Milliseconds since 1970, at `monotonic_time` of the trace's clock.
    #[serde(deserialize_with = "lenient")]
    pub(super) wall_time: Option<f64>,
    #[serde(deserialize_with = "lenient")]
    pub(super) monotonic_time: Option<f64>,
    #[serde(deserialize_with = "lenient")]
    pub(super) options: Option<Options>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Options {
    #[serde(deserialize_with = "lenient")]
    pub(super) viewport: Option<Size>,
    #[serde(deserialize_with = "lenient")]
    pub(super) device_scale_factor: Option<f64>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct Size {
    pub(super) width: f64,
    pub(super) height: f64,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

/// A call begins.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Before {
    pub(super) call_id: String,
    pub(super) start_time: f64,
    #[serde(default)]
    pub(super) class: String,
    #[serde(default)]
    pub(super) method: String,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) title: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) subtitle: Option<String>,
    /// Instead of a title, to version 7.
    #[serde(default, deserialize_with = "lenient")]
    pub(super) api_name: Option<String>,
    /// To version 6, milliseconds since 1970.
    #[serde(default, deserialize_with = "lenient")]
    pub(super) wall_time: Option<f64>,
    #[serde(default)]
    pub(super) params: Json,
    /// The step of the test runner that it is, in versions 7 to 9.
    #[serde(default, deserialize_with = "lenient")]
    pub(super) step_id: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) stack: Option<Vec<StackFrame>>,
}

/// A frame of the program that drives the browser; lines and columns from 1.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct StackFrame {
    pub(super) file: String,
    #[serde(default)]
    pub(super) line: u32,
    #[serde(default)]
    pub(super) column: u32,
    #[serde(default)]
    pub(super) function: Option<String>,
}

/// Where a call acts.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Input {
    pub(super) call_id: String,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) point: Option<Point>,
}

/// A call ends.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct After {
    pub(super) call_id: String,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) end_time: Option<f64>,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) error: Option<Thrown>,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) point: Option<Point>,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) attachments: Option<Vec<Json>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Thrown {
    pub(super) name: String,
    pub(super) message: String,
    #[serde(deserialize_with = "lenient")]
    pub(super) stack: Option<String>,
}

/// What a call says of its progress.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Log {
    pub(super) call_id: String,
    #[serde(default)]
    pub(super) time: f64,
    #[serde(default)]
    pub(super) message: String,
}

/// A console message. Lines and columns from 0.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Console {
    pub(super) time: f64,
    #[serde(default)]
    pub(super) message_type: String,
    #[serde(default)]
    pub(super) text: String,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) args: Option<Vec<Argument>>,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) location: Option<Location>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Location {
    pub(super) url: String,
    #[serde(alias = "line")]
    pub(super) line_number: u32,
    #[serde(alias = "column")]
    pub(super) column_number: u32,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Argument {
    #[serde(default)]
    pub(super) preview: String,
    pub(super) value: Option<Json>,
}

/// Something that the browser told.
#[derive(Debug, Deserialize)]
pub(super) struct Happened {
    pub(super) time: f64,
    #[serde(default)]
    pub(super) method: String,
    #[serde(default)]
    pub(super) params: Json,
}

/// A picture of a page.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Picture {
    pub(super) page_id: String,
    #[serde(default, deserialize_with = "lenient")]
    file: Option<String>,
    /// A name in `resources/`, to version 8.
    #[serde(default, deserialize_with = "lenient")]
    sha1: Option<String>,
    /// Of the page, CSS pixels.
    #[serde(default, deserialize_with = "lenient")]
    pub(super) width: Option<f64>,
    pub(super) timestamp: f64,
}

impl Picture {
    /// The entry of the archive.
    pub(super) fn entry(&self) -> Option<String> {
        let old = self.sha1.as_ref().map(|name| format!("resources/{name}"));
        self.file.clone().or(old)
    }
}

/// What a document was.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Snapshot {
    #[serde(default)]
    pub(super) call_id: String,
    /// `before`, `action` or `after`; in older versions the beginning of `snapshot_name`, and `input` for `action`.
    #[serde(default, deserialize_with = "lenient")]
    phase: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    snapshot_name: Option<String>,
    #[serde(default)]
    pub(super) page_id: String,
    pub(super) frame_id: String,
    #[serde(default)]
    pub(super) frame_url: String,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) doctype: Option<String>,
    pub(super) html: Box<RawValue>,
    pub(super) timestamp: f64,
    #[serde(default)]
    pub(super) is_main_frame: bool,
}

impl Snapshot {
    /// Whether it was taken when the call acted.
    pub(super) fn is_of_action(&self) -> bool {
        let phase = self.phase.as_deref().or(self.snapshot_name.as_deref());
        phase.is_some_and(|phase| {
            phase == "action" || phase.starts_with("input@") || phase.starts_with("action@")
        })
    }

    /// What it has in common with those of other frames at the same moment.
    pub(super) fn moment(&self) -> (&str, &str) {
        let phase = self.phase.as_deref().or(self.snapshot_name.as_deref());
        (&self.call_id, phase.unwrap_or_default())
    }
}

/// What the test printed.
#[derive(Debug, Deserialize)]
pub(super) struct Output {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) timestamp: f64,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) text: Option<String>,
}

/// Why the test failed. It says no time.
#[derive(Debug, Deserialize)]
pub(super) struct Failure {
    #[serde(default)]
    pub(super) message: String,
}

/// The stacks of calls, which stand in a file of their own.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Stacks {
    files: Vec<String>,
    stacks: Vec<(Json, Vec<(usize, u32, u32, String)>)>,
}

impl Stacks {
    /// Each call's stack, the innermost frame first.
    pub(super) fn by_call(self) -> impl Iterator<Item = (String, Vec<StackFrame>)> {
        let Self { files, stacks } = self;
        stacks.into_iter().map(move |(call, frames)| {
            let call = match call {
                // To version 9.
                Json::Number(number) => format!("call@{number}"),
                Json::String(call) => call,
                _ => String::new(),
            };
            let frames = frames.into_iter().filter_map(|(file, line, column, function)| {
                Some(StackFrame {
                    file: files.get(file)?.clone(),
                    line,
                    column,
                    function: Some(function),
                })
            });
            (call, frames.collect())
        })
    }
}
