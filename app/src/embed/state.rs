//! What the page tells the page around: what is known of the recording and of the moment, and that something happened.

use serde::Serialize;

use super::{
    failure::Failure,
    message::{Keyboard, Mode},
};

/// An answer to the greeting.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Greeting<'a> {
    /// Whoever greeted may go on.
    Ready {
        /// The version that is spoken.
        v: u32,
        /// What was said in the greeting.
        nonce: &'a str,
        /// The version of the viewer.
        version: &'static str,
        /// What can be asked for, and `content` if what is shown can be read.
        caps: Vec<&'static str>,
        /// The keys of the page around that this page would like to hear of, as `KeyboardEvent.key` has them.
        keys: Vec<String>,
    },
    /// Whoever greeted may not.
    Refused {
        /// The version that is spoken.
        v: u32,
        /// What was said in the greeting.
        nonce: &'a str,
        /// Why.
        error: Failure,
    },
}

/// How far the recording is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// There is none.
    #[default]
    Closed,
    /// It is being opened.
    Loading,
    /// It can be moved in.
    Ready,
    /// The connection is gone, and is tried again.
    Reconnecting,
    /// It cannot be opened.
    Failed,
}

/// What is known of the recording and the moment. Times are in seconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct State {
    /// How far the recording is.
    pub phase: Phase,
    /// The moment.
    pub t: f64,
    /// Where exactly; None while that is not known, and while time runs.
    pub point: Option<String>,
    /// How long the recording is; 0 until that is known.
    pub duration: f64,
    /// Whether time runs.
    pub playing: bool,
    /// How fast.
    pub speed: f64,
    /// Whether over and over.
    #[serde(rename = "loop")]
    pub repeats: bool,
    /// Whether it passes over what nothing happens in.
    pub skip_inactive: bool,
    /// Whether the recording is still being made.
    pub live: bool,
    /// What part is in focus; None for all.
    pub focus: Option<Range>,
    /// Which frame is selected, from the running one, 0.
    pub frame: usize,
    /// What of the viewer is shown.
    pub mode: Mode,
    /// What keys do.
    pub keyboard: Keyboard,
    /// Which theme: `system`, `light` or `dark`.
    pub theme: String,
    /// Which language the page has.
    pub lang: &'static str,
    /// What may only be known to those who may read: what the recording is of.
    #[serde(flatten)]
    pub content: Option<Content>,
}

/// What a recording is of, and where it stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Content {
    /// What it is called.
    pub title: String,
    /// The page at the moment.
    pub url: String,
    /// The place in a source that is shown.
    pub source: Option<SourceShown>,
}

/// A place in a source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SourceShown {
    /// Its address.
    pub url: Option<String>,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

/// A part of a recording, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Range {
    /// Its beginning.
    pub begin: f64,
    /// Its end.
    pub end: f64,
}

/// Something happened. The page around hears of it under the name that is written here.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "name", content = "detail", rename_all = "lowercase")]
pub enum Event {
    /// A recording is being opened.
    #[serde(rename = "load-start")]
    LoadStart {},
    /// So much of it has been read.
    #[serde(rename = "load-progress")]
    LoadProgress {
        /// 0 to 100.
        percent: f64,
    },
    /// It can be moved in.
    Loaded {
        /// How long it is, in seconds.
        duration: f64,
        /// Whether it is still being made.
        live: bool,
    },
    /// It cannot be opened, or something that was under way has failed.
    Error(Failure),
    /// Time begins to run.
    Play {},
    /// Time stops.
    Pause {},
    /// The moment is another; told four times a second at most.
    TimeUpdate {
        /// In seconds.
        t: f64,
    },
    /// Somebody is going to a moment.
    Seeking {
        /// In seconds.
        t: f64,
    },
    /// The moment is shown that somebody went to.
    Seeked {
        /// In seconds.
        t: f64,
        /// Where exactly, if the program can be held there.
        point: Option<String>,
    },
    /// The program is held at another point.
    PointChange {
        /// In seconds.
        t: f64,
        /// Where.
        point: String,
    },
    /// Another part is in focus; None for all.
    FocusChange {
        /// The part.
        range: Option<Range>,
    },
    /// Another frame is selected.
    SelectionChange {
        /// From the running one, 0.
        frame: usize,
    },
    /// Another place in a source is shown: which, for those who may read.
    SourceOpen {
        /// The place.
        source: Option<SourceShown>,
    },
    /// So large would show the picture without bars beside it.
    Resize {
        /// In CSS pixels.
        width: f64,
        /// In CSS pixels.
        height: f64,
    },
    /// The connection to the service is another.
    Connection {
        /// How it stands.
        phase: Phase,
    },
    /// The pointer is at a time of the timeline, or nowhere.
    Hover {
        /// In seconds.
        t: Option<f64>,
    },
}

impl Event {
    /// What the page around hears of, by name.
    pub const NAMES: [&str; 16] = [
        "load-start",
        "load-progress",
        "loaded",
        "error",
        "play",
        "pause",
        "timeupdate",
        "seeking",
        "seeked",
        "pointchange",
        "focuschange",
        "selectionchange",
        "sourceopen",
        "resize",
        "connection",
        "hover",
    ];
}

/// A message to the page around.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Outgoing<'a> {
    /// Something happened, and what is known now.
    Event {
        /// What happened.
        #[serde(flatten)]
        event: &'a Event,
        /// What is known now; None where it has not changed.
        #[serde(skip_serializing_if = "Option::is_none")]
        state: Option<&'a State>,
    },
    /// Something could not be done.
    Failed {
        /// Which request.
        id: f64,
        /// Why.
        error: Failure,
    },
}

/// Seconds of a time in ms.
pub fn seconds(ms: f64) -> f64 {
    ms / 1e3
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn written(value: &impl Serialize) -> Value {
        serde_json::to_value(value).unwrap_or_default()
    }

    #[test]
    fn events_are_written_with_their_names() {
        let event = Event::PointChange {
            t: 1.5,
            point: "65536".to_owned(),
        };
        assert_eq!(
            written(&Outgoing::Event {
                event: &event,
                state: None
            }),
            json!({"type": "event", "name": "pointchange", "detail": {"t": 1.5, "point": "65536"}})
        );
        assert_eq!(written(&Event::Play {}), json!({"name": "play", "detail": {}}));
        assert_eq!(
            written(&Event::Hover { t: None }),
            json!({"name": "hover", "detail": {"t": null}})
        );
        let failed = Event::Error(Failure::closed());
        assert_eq!(written(&failed)["detail"]["code"], "closed");
    }

    #[test]
    fn names_are_those_of_the_documentation_and_the_types() {
        let docs = include_str!("../../../docs/embedding.md");
        let types = include_str!("../../../public/embed/v1.d.ts");
        for name in Event::NAMES {
            assert!(
                docs.contains(&format!("| `{name}` |")),
                "docs/embedding.md says nothing of {name}"
            );
            let is_typed = types.contains(&format!("{name}:")) || types.contains(&format!("\"{name}\":"));
            assert!(is_typed, "v1.d.ts says nothing of {name}");
        }
    }

    #[test]
    fn what_may_not_be_read_is_not_there_at_all() {
        let closed = written(&State::default());
        assert_eq!(
            (&closed["phase"], &closed["mode"], closed.get("title")),
            (&json!("closed"), &json!("player"), None)
        );
        let read = State {
            content: Some(Content {
                title: "Cart".to_owned(),
                ..Content::default()
            }),
            ..State::default()
        };
        assert_eq!(written(&read)["title"], "Cart");
    }
}
