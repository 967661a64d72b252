//! Tracks for tests.

use std::sync::Arc;

use super::{Amounts, Content, EventTrack, Stretches, Times, TrackKind};

/// Sorted beginnings with their ends.
struct Sorted(Vec<(f64, f64)>);

impl Times for Sorted {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn time_ms(&self, index: usize) -> f64 {
        self.0.get(index).map_or(f64::INFINITY, |item| item.0)
    }

    fn n_before(&self, time_ms: f64) -> usize {
        self.0.partition_point(|item| item.0 < time_ms)
    }
}

impl Stretches for Sorted {
    fn end_ms(&self, index: usize) -> f64 {
        self.0.get(index).map_or(f64::INFINITY, |item| item.1)
    }
}

/// A track of moments.
pub(super) fn moments(kind: TrackKind, times_ms: impl IntoIterator<Item = f64>) -> EventTrack {
    let times = times_ms.into_iter().map(|time_ms| (time_ms, time_ms)).collect();
    EventTrack {
        kind,
        content: Content::Moments(Arc::new(Sorted(times))),
    }
}

/// A track of requests.
pub(super) fn requests(stretches: impl IntoIterator<Item = (f64, f64)>) -> EventTrack {
    EventTrack {
        kind: TrackKind::Request,
        content: Content::Stretches(Arc::new(Sorted(stretches.into_iter().collect()))),
    }
}

/// Amounts by time.
pub(super) fn amounts(begin_ms: f64, part_ms: f64, amounts: Vec<u64>) -> Content {
    Content::Amounts(Arc::new(Amounts {
        begin_ms,
        part_ms,
        amounts,
    }))
}
