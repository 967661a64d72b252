//! What the timeline shows beside the regions: tracks, each of one kind of thing that happened.

use std::{fmt, sync::Arc};

use super::series::Times;

/// What a track is of. Each kind has a shape of its own as well as a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TrackKind {
    /// How busy the program was: steps by time.
    Activity,
    /// When the page was painted.
    Paint,
    /// How much the mouse moved.
    Movement,
    /// Presses of the mouse.
    Click,
    /// Presses of keys.
    Key,
    /// New pages.
    Navigation,
    /// Requests over the network, from their beginning to their end.
    Request,
    /// Warnings in the console.
    Warning,
    /// Errors in the console.
    Error,
    /// Exceptions that were thrown.
    Exception,
    /// Hits of print statements.
    Print,
    /// Hits of breakpoints.
    Breakpoint,
    /// Changes of watched expressions.
    Watch,
    /// What people said of moments.
    Comment,
}

impl TrackKind {
    /// Every kind, in the order in which they are listed.
    pub const ALL: [Self; 14] = [
        Self::Click,
        Self::Movement,
        Self::Key,
        Self::Navigation,
        Self::Error,
        Self::Warning,
        Self::Exception,
        Self::Print,
        Self::Breakpoint,
        Self::Watch,
        Self::Comment,
        Self::Request,
        Self::Paint,
        Self::Activity,
    ];

    /// The kind that is kept by that key, if there is one.
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

/// A track: things of one kind.
#[derive(Clone)]
pub struct EventTrack {
    /// Of what.
    pub kind: TrackKind,
    /// What happened when.
    pub content: Content,
}

/// What a track is made of.
#[derive(Clone)]
pub enum Content {
    /// Single moments.
    Moments(Arc<dyn Times>),
    /// Stretches of time, in the order of their beginnings.
    Stretches(Arc<dyn Stretches>),
    /// Amounts by time.
    Amounts(Arc<Amounts>),
}

/// Things that last.
pub trait Stretches: Times {
    /// When one ended, in ms.
    fn end_ms(&self, index: usize) -> f64;
}

/// How much there was of something in equal parts of a stretch of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Amounts {
    /// When the first part begins, in ms.
    pub begin_ms: f64,
    /// How long each is, in ms.
    pub part_ms: f64,
    /// Of each.
    pub amounts: Vec<u64>,
}

/// One thing on a track.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarkerAt {
    /// The track.
    pub kind: TrackKind,
    /// Which of those on it, in the order of time.
    pub index: usize,
}

/// Tracks are equal that share what they are made of.
impl PartialEq for EventTrack {
    fn eq(&self, other: &Self) -> bool {
        let same = match (&self.content, &other.content) {
            (Content::Moments(a), Content::Moments(b)) => Arc::ptr_eq(a, b),
            (Content::Stretches(a), Content::Stretches(b)) => Arc::ptr_eq(a, b),
            (Content::Amounts(a), Content::Amounts(b)) => Arc::ptr_eq(a, b),
            _ => false,
        };
        self.kind == other.kind && same
    }
}

impl fmt::Debug for EventTrack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventTrack")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}
