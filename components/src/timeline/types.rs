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

/// Where the person wants to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seek {
    /// The moment.
    pub time_ms: f64,
    /// False while the pointer is still dragging.
    pub is_final: bool,
}
