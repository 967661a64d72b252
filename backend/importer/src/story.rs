//! What a file tells, in the order in which it is read and without regard to the order of time: what every importer makes and
//! [`crate::write`] writes down.

use recording::{
    event::{Event, KeyKind, Keyboard, MessageLevel, MessageSource, Mouse, MouseKind, Navigation},
    ids::ObjectId,
    network::RequestEvent,
    origin::{Content, Lack},
    page::{Annotation, DomChange},
    record::Record,
    script::Position,
    value::Text,
};

use crate::{
    limits::{MAX_ALL_NODES, MAX_HAPPENINGS},
    report::Leaving,
    script::Scripts,
    sketch::Sketch,
};

/// See the module.
#[derive(Default)]
pub(crate) struct Story {
    /// Name and version of what made the file.
    pub(crate) recorder: String,
    /// On which system: `linux`; empty if unknown.
    pub(crate) platform: String,
    /// What it is called.
    pub(crate) title: String,
    /// The page it is of; empty: the first that was gone to.
    pub(crate) url: String,
    /// CSS pixels; None if unknown.
    pub(crate) viewport: Option<(u32, u32)>,
    /// Image pixels per CSS pixel.
    pub(crate) device_pixel_ratio: Option<f64>,
    pub(crate) happenings: Vec<Happening>,
    /// Sources, but for those that come as answers to requests.
    pub(crate) scripts: Scripts,
    /// What such a file does not have.
    pub(crate) lacks: Vec<Lack>,
    /// What was in the file and is not in the story.
    pub(crate) leaving: Leaving,
    /// What is to be known of the file, sentences.
    pub(crate) warnings: Vec<String>,
    pub(crate) n_requests: u32,
    n_nodes: u32,
    n_written_nodes: u64,
}

/// Something that happened.
pub(crate) struct Happening {
    /// When, milliseconds since 1970.
    pub(crate) at: f64,
    pub(crate) what: What,
}

/// What happened.
pub(crate) enum What {
    /// As the recording has it.
    Event(Event),
    /// A console message.
    Message(Said),
    /// A picture.
    Paint(Shot),
    /// A body of a request.
    Body(Carried),
    /// Code ran.
    Ran(Vec<Record>),
}

/// A console message whose arguments are not in the recording yet.
pub(crate) struct Said {
    pub(crate) source: MessageSource,
    pub(crate) level: MessageLevel,
    pub(crate) method: &'static str,
    pub(crate) text: Option<Text>,
    pub(crate) arguments: Vec<Sketch>,
    pub(crate) url: Option<Text>,
    pub(crate) position: Option<Position>,
}

/// A picture that belongs to the file.
pub(crate) struct Shot {
    /// Its entry.
    pub(crate) entry: String,
    /// Width of the page in CSS pixels, if known.
    pub(crate) page_width: Option<f64>,
}

/// A body of a request.
pub(crate) struct Carried {
    pub(crate) request: u32,
    pub(crate) of: BodyOf,
    pub(crate) bytes: Bytes,
    /// The address of the script that it is.
    pub(crate) script_url: Option<String>,
}

/// Which body.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum BodyOf {
    Request,
    Response,
    Message { is_sent: bool, is_text: bool },
}

/// Where bytes are.
#[derive(Debug, PartialEq)]
pub(crate) enum Bytes {
    Here(Vec<u8>),
    /// In an entry of the file.
    Entry(String),
}

impl Story {
    /// Adds what happened.
    pub(crate) fn add(&mut self, at: f64, what: What) {
        if !at.is_finite() || at < 0.0 {
            return self.leaving.add("things that happened at no time");
        }
        if self.happenings.len() >= MAX_HAPPENINGS {
            return self.leaving.add("things that happened beyond the four millionth");
        }
        self.happenings.push(Happening { at, what });
    }

    pub(crate) fn event(&mut self, at: f64, event: Event) {
        self.add(at, What::Event(event));
    }

    pub(crate) fn mouse(&mut self, at: f64, kind: MouseKind, x: f64, y: f64) {
        if !x.is_finite() || !y.is_finite() {
            return self.leaving.add("mouse events without a place");
        }
        self.event(
            at,
            Event::Mouse(Mouse {
                kind,
                client_x: x,
                client_y: y,
                is_synthetic: false,
            }),
        );
    }

    pub(crate) fn key(&mut self, at: f64, kind: KeyKind, key: &str) {
        self.event(
            at,
            Event::Keyboard(Keyboard {
                kind,
                key: key.into(),
                is_synthetic: false,
            }),
        );
    }

    pub(crate) fn navigation(&mut self, at: f64, url: &str, kind: &str) {
        self.event(
            at,
            Event::Navigation(Navigation {
                url: url.into(),
                kind: kind.into(),
            }),
        );
    }

    /// Notes what somebody did, by name: how long it took in milliseconds, and why it failed if it did.
    pub(crate) fn action(&mut self, at: f64, title: &str, duration: Option<f64>, error: Option<&str>) {
        let mut contents = serde_json::Map::new();
        contents.insert("title".to_owned(), title.into());
        if let Some(duration) = duration.filter(|duration| duration.is_finite()) {
            contents.insert("duration".to_owned(), duration.max(0.0).into());
        }
        if let Some(error) = error {
            contents.insert("error".to_owned(), error.into());
        }
        self.event(
            at,
            Event::Annotation(Annotation {
                kind: ACTION.into(),
                contents: serde_json::Value::Object(contents).to_string().into(),
            }),
        );
    }

    /// Adds a change of documents, unless all together have become too large.
    pub(crate) fn document(&mut self, at: f64, change: DomChange, n_nodes: usize) {
        self.n_written_nodes += n_nodes as u64;
        if !self.has_room() {
            return self
                .leaving
                .add("documents and changes of them beyond some millions of nodes");
        }
        self.event(at, Event::Dom(change));
    }

    /// Work was done for so many nodes that came to nothing.
    pub(crate) fn waste(&mut self, n_nodes: usize) {
        self.n_written_nodes += n_nodes as u64;
    }

    /// Whether more documents are taken.
    pub(crate) fn has_room(&self) -> bool {
        self.n_written_nodes <= MAX_ALL_NODES
    }

    /// A number for a node that comes into a document.
    pub(crate) fn new_node(&mut self) -> ObjectId {
        self.n_nodes = self.n_nodes.saturating_add(1);
        ObjectId(self.n_nodes)
    }

    /// A number for a request.
    pub(crate) fn new_request(&mut self) -> u32 {
        self.n_requests = self.n_requests.saturating_add(1);
        self.n_requests
    }

    pub(crate) fn request_event(&mut self, at: f64, request: u32, what: RequestEvent) {
        self.event(
            at,
            Event::Network(recording::network::NetworkEvent { request, what }),
        );
    }

    /// Says why something is not in the recording.
    pub(crate) fn lack(&mut self, what: Content, why: impl Into<String>) {
        self.lacks.push(Lack {
            what,
            why: why.into(),
        });
    }
}

/// The kind of annotations that say what somebody did.
pub(crate) const ACTION: &str = "action";
