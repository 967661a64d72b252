//! What part of the recording the timeline shows, without the timeline.

use components::timeline::{self, ViewMove};

/// A stretch of time.
pub type Span = timeline::Span;

/// A way to look elsewhere.
pub type Move = ViewMove;

/// What is seen after looking elsewhere; None for all of the recording.
pub fn after(step: Move, view: Option<Span>, now_ms: f64, duration_ms: f64) -> Option<Span> {
    let whole = Span {
        begin_ms: 0.0,
        end_ms: duration_ms,
    };
    let seen = timeline::view_of(view.unwrap_or(whole), duration_ms);
    timeline::kept(timeline::view_after(step, seen, now_ms, duration_ms), duration_ms)
}

/// What is seen when a part is to be; None for all of the recording.
pub fn part(wanted: Span, duration_ms: f64) -> Option<Span> {
    timeline::kept(timeline::view_of(wanted, duration_ms), duration_ms)
}

/// The parts that lead to a part which is zoomed to, from the one that was seen.
pub fn trail(before: &[Span], seen: Option<Span>, part: Span) -> Vec<Span> {
    let to_seen = match seen {
        Some(seen) => timeline::trail_after(before, seen),
        None => before.to_vec(),
    };
    timeline::trail_after(&to_seen, part)
}
