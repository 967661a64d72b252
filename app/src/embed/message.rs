//! What the page around says: its greeting, and what it asks for. Version 1.
//!
//! | version | what |
//! | --- | --- |
//! | 1 | all there is |
//!
//! What may be left out may also be there and be undefined, so it is an `Option`. Fields that nobody knows are harmless; so are messages of kinds that nobody knows, but one that has an id is answered that it is
//! not known. What marks itself with `ignore` is for somebody else.

use serde::{Deserialize, de::DeserializeOwned};
use wire::point::ExecutionPoint;

use super::failure::{Code, Failure};
use crate::{logic::time, stores::Step};

/// How greetings are told from whatever else is posted to a window.
pub const PROTOCOL: &str = "rrp-embed";
/// The version that this page speaks.
pub const VERSION: u32 = 1;

/// What has come and not been read yet.
pub trait Payload {
    /// Reads it, or says why it is not written so.
    ///
    /// # Errors
    /// The reader's own words.
    fn read<T: DeserializeOwned>(&self) -> Result<T, String>;
}

/// The first message, which hands over the port for all others.
#[derive(Clone, Debug, Deserialize)]
pub struct Hello {
    /// The version it speaks.
    pub v: u32,
    /// To be said back, so that it knows whom it speaks to.
    pub nonce: String,
    /// What it would like to be allowed: `content`.
    pub want: Option<Vec<String>>,
}

impl Hello {
    /// Reads a greeting.
    ///
    /// # Errors
    /// It is of a version that this page does not speak, with its nonce; or it is no greeting at all.
    pub fn read(payload: &impl Payload) -> Result<Self, Option<(String, Failure)>> {
        let hello: Self = payload.read().map_err(|_| None)?;
        if hello.v == VERSION {
            return Ok(hello);
        }
        let message = format!(
            "The page speaks version {} of {PROTOCOL}, the viewer version {VERSION}: use the loader of this server.",
            hello.v
        );
        Err(Some((hello.nonce, Failure::new(Code::Version, message))))
    }
}

/// A message, as much as has to be known to read the rest.
#[derive(Debug, Deserialize)]
struct Envelope {
    #[serde(rename = "type")]
    kind: Option<String>,
    id: Option<f64>,
    ignore: Option<bool>,
}

/// What a message comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Incoming {
    /// Something to do, and the id to answer with if it has one.
    Call(Option<f64>, Call),
    /// Something that cannot be done, to be answered.
    Bad(f64, Failure),
    /// Nothing.
    Ignored,
}

impl Incoming {
    /// Reads a message.
    pub fn read(payload: &impl Payload) -> Self {
        let Ok(Envelope {
            kind: Some(kind),
            id,
            ignore: None | Some(false),
        }) = payload.read()
        else {
            return Self::Ignored;
        };
        match (Call::read(&kind, payload), id) {
            (Ok(call), id) => Self::Call(id, call),
            (Err(failure), Some(id)) => Self::Bad(id, failure),
            (Err(_), None) => Self::Ignored,
        }
    }
}

/// Something to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Call {
    /// Let time run.
    Play,
    /// Stop it.
    Pause,
    /// Go to a moment.
    Seek(Seek),
    /// Go where a step leads.
    Step(Step),
    /// Focus on a part, or on all.
    Focus(Option<Span>),
    /// Change how the page looks and behaves.
    Set(Settings),
    /// Show a place in a source.
    OpenSource(SourcePlace),
    /// Show a frame of the stack.
    Select(usize),
    /// The pointer of the page around is at a time, in ms, or nowhere.
    Hover(Option<f64>),
    /// A key was pressed in the page around.
    Key(Key),
    /// Prove to the service who asks.
    Token(String),
    /// Open another recording. What is opened, if it is no address, is beside the message.
    Load(Load),
    /// Close the recording.
    Close,
    /// Tell what is known.
    GetState,
    /// Tell the address of the moment.
    GetPermalink,
    /// Give the picture of the moment.
    Capture(Capture),
}

impl Call {
    /// What can be asked for, as messages call it.
    pub const KINDS: [&str; 16] = [
        "play",
        "pause",
        "seek",
        "step",
        "focus",
        "set",
        "openSource",
        "select",
        "hover",
        "key",
        "token",
        "load",
        "close",
        "getState",
        "getPermalink",
        "capture",
    ];

    fn read(kind: &str, payload: &impl Payload) -> Result<Self, Failure> {
        #[derive(Deserialize)]
        struct Select {
            frame: usize,
        }
        #[derive(Deserialize)]
        struct Token {
            token: String,
        }
        #[derive(Deserialize)]
        struct Hover {
            t: Option<f64>,
        }
        Ok(match kind {
            "play" => Self::Play,
            "pause" => Self::Pause,
            "seek" => Self::Seek(read::<SeekText>(payload)?.meant()?),
            "step" => Self::Step(read::<StepText>(payload)?.meant()?),
            "focus" => Self::Focus(read::<FocusText>(payload)?.meant()?),
            "set" => Self::Set(read(payload)?),
            "openSource" => Self::OpenSource(read(payload)?),
            "select" => Self::Select(read::<Select>(payload)?.frame),
            "hover" => Self::Hover(read::<Hover>(payload)?.t.map(ms)),
            "key" => Self::Key(read(payload)?),
            "token" => Self::Token(read::<Token>(payload)?.token),
            "load" => Self::Load(read(payload)?),
            "close" => Self::Close,
            "getState" => Self::GetState,
            "getPermalink" => Self::GetPermalink,
            "capture" => Self::Capture(read(payload)?),
            _ => {
                let message = format!("This viewer knows no request “{}”.", cut(kind));
                return Err(Failure::new(Code::UnknownRequest, message));
            }
        })
    }
}

/// A moment to go to.
#[derive(Clone, Debug, PartialEq)]
pub struct Seek {
    /// When, in ms; None if only the point is known.
    pub time_ms: Option<f64>,
    /// Where exactly.
    pub point: Option<ExecutionPoint>,
    /// Whether it is only passed through, as while dragging.
    pub is_passing: bool,
}

/// A part of the recording, in ms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// Its beginning.
    pub begin_ms: f64,
    /// Its end.
    pub end_ms: f64,
}

/// How the page looks and behaves; what is None stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Settings {
    /// What of the viewer is shown.
    pub mode: Option<Mode>,
    /// Which theme: `system`, `light` or `dark`.
    pub theme: Option<String>,
    /// A language, as BCP 47 writes it.
    pub lang: Option<String>,
    /// What keys do.
    pub keyboard: Option<Keyboard>,
    /// How fast time runs.
    pub speed: Option<f64>,
    /// Whether it runs over and over.
    #[serde(rename = "loop")]
    pub repeats: Option<bool>,
    /// Whether it passes over what nothing happens in.
    pub skip_inactive: Option<bool>,
    /// The panels that are shown, by their keys.
    pub panels: Option<Vec<String>>,
}

/// What of the viewer is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// The picture, and one line with the timeline.
    Mini,
    /// The picture, all of the timeline, and the panels that are asked for.
    #[default]
    Player,
    /// Everything.
    Devtools,
}

/// What keys do that are single characters (WCAG 2.1.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Keyboard {
    /// They act while the timeline or the picture has the keyboard.
    #[default]
    Focus,
    /// They do not act.
    Off,
    /// They act wherever nobody types, in the page around too.
    Global,
}

/// A place in a source.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SourcePlace {
    /// The end of its address.
    pub url: String,
    /// The line, from 1.
    pub line: Option<u32>,
    /// The column, from 1.
    pub column: Option<u32>,
}

/// A key that was pressed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Key {
    /// `KeyboardEvent.key`.
    pub key: String,
    /// Whether Shift was held.
    pub shift: Option<bool>,
}

/// Another recording.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Load {
    /// The address of a file, or of a service.
    pub src: Option<String>,
    /// Its id, at a service.
    pub recording: Option<String>,
    /// What it is called.
    pub title: Option<String>,
}

/// A picture of the moment.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Capture {
    /// `image/png`, `image/jpeg` or `image/webp`; None as it was recorded.
    pub mime_type: Option<String>,
    /// How wide it is at most, in its own pixels.
    pub max_width: Option<u32>,
}

/// A time as a number of seconds or as clocks show it.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Clock {
    Seconds(f64),
    Text(String),
}

impl Clock {
    fn ms(&self) -> Result<f64, Failure> {
        let ms = match self {
            Self::Seconds(seconds) => Some(ms(*seconds)).filter(|ms| time::is_time(*ms)),
            Self::Text(text) => time::clock_ms(text),
        };
        ms.ok_or_else(|| bad("a time is a number of seconds, or a text such as 1:02.5"))
    }
}

#[derive(Deserialize)]
struct SeekText {
    t: Option<Clock>,
    point: Option<String>,
    scrub: Option<bool>,
}

impl SeekText {
    fn meant(self) -> Result<Seek, Failure> {
        let time_ms = self.t.map(|clock| clock.ms()).transpose()?;
        let point = match self.point.map(|point| ExecutionPoint::new(&point)) {
            Some(Err(_)) => return Err(bad("a point is a whole number, written as text")),
            Some(Ok(point)) => Some(point),
            None => None,
        };
        if time_ms.is_none() && point.is_none() {
            return Err(bad("seek takes a time t, or a point"));
        }
        Ok(Seek {
            time_ms,
            point,
            is_passing: self.scrub.unwrap_or(false),
        })
    }
}

#[derive(Deserialize)]
struct StepText {
    kind: Option<String>,
    direction: Option<String>,
}

impl StepText {
    fn meant(self) -> Result<Step, Failure> {
        let kind = self.kind.as_deref().unwrap_or("over");
        let direction = self.direction.as_deref().unwrap_or("forward");
        match (kind, direction) {
            ("over", "forward") => Ok(Step::Over),
            ("over", "back") => Ok(Step::Back),
            ("in", "forward") => Ok(Step::In),
            ("out", "forward") => Ok(Step::Out),
            ("in" | "out", "back") => {
                let message = "Steps in and out lead forward only; seek to a point to go back.";
                Err(Failure::new(Code::Unsupported, message))
            }
            _ => Err(bad("a step is over, in or out, forward or back")),
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RangeText {
    Text(String),
    Ends { begin: Clock, end: Clock },
}

#[derive(Deserialize)]
struct FocusText {
    range: Option<RangeText>,
}

impl FocusText {
    fn meant(self) -> Result<Option<Span>, Failure> {
        let Some(range) = self.range else { return Ok(None) };
        let (begin_ms, end_ms) = match range {
            RangeText::Ends { begin, end } => (begin.ms()?, end.ms()?),
            RangeText::Text(text) => {
                let ends = text.split_once('-');
                let ends = ends.and_then(|(begin, end)| time::clock_ms(begin).zip(time::clock_ms(end)));
                ends.ok_or_else(|| bad("a range is written as 1.5-12"))?
            }
        };
        match begin_ms < end_ms {
            true => Ok(Some(Span { begin_ms, end_ms })),
            false => Err(bad("a range begins before it ends")),
        }
    }
}

fn read<T: DeserializeOwned>(payload: &impl Payload) -> Result<T, Failure> {
    payload.read().map_err(|error| bad(&error))
}

/// Why a request is not what it has to be; the reason may quote it.
fn bad(reason: &str) -> Failure {
    Failure::new(
        Code::BadRequest,
        format!("This is not what the viewer takes: {}.", cut(reason)),
    )
}

fn ms(seconds: f64) -> f64 {
    (seconds * 1e6).round() / 1e3
}

fn cut(text: &str) -> String {
    text.chars().take(120).collect()
}

#[cfg(test)]
mod tests;
