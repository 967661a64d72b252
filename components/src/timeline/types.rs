//! What the timeline shows and reports. Times are milliseconds from the beginning of the recording.

use std::sync::Arc;

/// A stretch of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// Its beginning.
    pub begin_ms: f64,
    /// Its end.
    pub end_ms: f64,
}

/// How far the server is with which parts: each includes the one after it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Regions {
    /// Asked for.
    pub loading: Arc<[Span]>,
    /// Can be looked at.
    pub loaded: Arc<[Span]>,
    /// Can be searched.
    pub indexed: Arc<[Span]>,
}

/// What kind of event a marker stands for; each has its own shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkerKind {
    /// A press of the mouse: a ring.
    Click,
    /// A key: a bar, joined with its neighbours.
    Key,
    /// A new page: a flag.
    Navigation,
    /// Something that a print statement printed: a diamond.
    Hit,
}

impl MarkerKind {
    /// Every kind; the rarest last, so that it is drawn on top.
    pub const ALL: [Self; 4] = [Self::Hit, Self::Key, Self::Click, Self::Navigation];
}

/// An event on the timeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Marker {
    /// When.
    pub time_ms: f64,
    /// What.
    pub kind: MarkerKind,
    /// In words: `Click at 120, 45`.
    pub label: String,
}

/// Where the person wants to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seek {
    /// The moment.
    pub time_ms: f64,
    /// False while the pointer is still dragging.
    pub is_final: bool,
}
