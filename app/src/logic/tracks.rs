//! Tracks as plain values: what they are made of, and which thing on them comes next.

pub use components::timeline::{Amounts, Content, EventTrack, MarkerAt, Series, Stretches, Times, TrackKind};

use std::sync::Arc;

use components::format;
use wire::{debugger::Location, point::ExecutionPoint};

use super::{
    console::Entry,
    moment::{self, Happening},
    network::Request,
    view::Span,
};

/// Kinds that a person walks from one to the next of: what was done and what went wrong, not what there is all the time.
pub const WALKED: &[TrackKind] = &[
    TrackKind::Click,
    TrackKind::Key,
    TrackKind::Navigation,
    TrackKind::Error,
    TrackKind::Exception,
    TrackKind::Print,
    TrackKind::Breakpoint,
    TrackKind::Watch,
    TrackKind::Comment,
];

/// Something that went wrong, in a few words.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// Where in the execution.
    pub point: ExecutionPoint,
    /// When, in ms.
    pub time_ms: f64,
    /// What was said of it; empty for what was only searched for.
    pub text: Box<str>,
    /// Whether it is no message, but was searched for.
    pub is_caught: bool,
    /// Where it was said or thrown, if that is known.
    pub place: Option<Location>,
}

impl Said {
    /// A series of such things in the order of time, with none in it. Not in that of points: a message about an exception
    /// that nobody caught comes later than the point of the exception, where it stands.
    pub fn series() -> Series<Self> {
        let order = |a: &Self, b: &Self| {
            a.time_ms
                .total_cmp(&b.time_ms)
                .then_with(|| a.point.cmp(&b.point))
        };
        Series::new(order, |said| said.time_ms)
    }

    /// From a line of the console, and where it was said.
    pub fn of_line(line: &Entry, place: Option<Location>) -> Self {
        Self {
            point: line.point.clone(),
            time_ms: line.time_ms,
            text: first_words(&line.text).into(),
            is_caught: false,
            place,
        }
    }
}

impl Happening for Said {
    fn time_ms(&self) -> f64 {
        self.time_ms
    }

    fn point(&self) -> &ExecutionPoint {
        &self.point
    }
}

/// A hit of a print statement or of a breakpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct HitAt {
    /// Where in the execution.
    pub point: ExecutionPoint,
    /// When, in ms.
    pub time_ms: f64,
    /// The number of the print statement or the breakpoint.
    pub id: u32,
}

impl Happening for HitAt {
    fn time_ms(&self) -> f64 {
        self.time_ms
    }

    fn point(&self) -> &ExecutionPoint {
        &self.point
    }
}

/// A part of the recording of which it is worth knowing how busy it was: one of few, so that looking closer and about asks again
/// only now and then. Each is a power of two long, and begins halfway through the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stretch {
    exponent: i32,
    number: i64,
}

impl Stretch {
    /// The one that holds a part which is seen, at least twice as long; None where so much is seen of the recording that all of it
    /// is known finely enough.
    pub fn around(seen: Span, duration_ms: f64) -> Option<Self> {
        /// Of the whole, at this share, a part that is counted is still only some pixels wide.
        const SHARE: f64 = 0.125;
        let length_ms = seen.end_ms - seen.begin_ms;
        if !(length_ms > 0.0 && length_ms < duration_ms * SHARE) {
            return None;
        }
        let exponent = (length_ms * 2.0).log2().ceil() as i32;
        let half_ms = 2_f64.powi(exponent) / 2.0;
        Some(Self {
            exponent,
            number: (seen.begin_ms / half_ms).floor() as i64,
        })
    }

    /// Where it lies.
    pub fn span(self) -> Span {
        let length_ms = 2_f64.powi(self.exponent);
        let begin_ms = self.number as f64 * length_ms / 2.0;
        Span {
            begin_ms,
            end_ms: begin_ms + length_ms,
        }
    }
}

/// How much ran in a part of the time, in words.
pub fn steps_in_words(n_steps: u64, part_ms: f64) -> String {
    let steps = if n_steps == 1 { "step" } else { "steps" };
    format!(
        "{} {steps} in {}",
        format::count(n_steps),
        format::duration(part_ms)
    )
}

/// The beginning of a text in one line, as long as can be read at a glance.
pub fn first_words(text: &str) -> String {
    const N_CHARS: usize = 80;
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(N_CHARS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

impl Happening for Arc<Request> {
    fn time_ms(&self) -> f64 {
        self.time_ms
    }

    fn point(&self) -> &ExecutionPoint {
        &self.point
    }
}

/// Requests as stretches of time.
pub struct Lasting(pub Series<Arc<Request>>);

impl Times for Lasting {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn time_ms(&self, index: usize) -> f64 {
        Times::time_ms(&self.0, index)
    }

    fn n_before(&self, time_ms: f64) -> usize {
        self.0.n_before(time_ms)
    }
}

impl Stretches for Lasting {
    fn end_ms(&self, index: usize) -> f64 {
        self.0
            .get(index)
            .map_or(f64::INFINITY, |request| request.last_ms())
    }
}

/// When what a track is made of was; None for amounts, which are no single things.
pub fn times(content: &Content) -> Option<&dyn Times> {
    match content {
        Content::Moments(moments) => Some(&**moments),
        Content::Stretches(stretches) => Some(&**stretches),
        Content::Amounts(_) => None,
    }
}

/// When what the tracks of some kinds are made of was.
pub fn times_of(tracks: &[EventTrack], is_wanted: impl Fn(TrackKind) -> bool) -> Vec<&dyn Times> {
    let wanted = tracks.iter().filter(|track| is_wanted(track.kind));
    wanted.filter_map(|track| times(&track.content)).collect()
}

/// The same to keep.
pub fn shared_times(content: &Content) -> Option<Arc<dyn Times>> {
    match content {
        Content::Moments(moments) => Some(Arc::clone(moments)),
        Content::Stretches(stretches) => Some(Arc::clone(stretches) as Arc<dyn Times>),
        Content::Amounts(_) => None,
    }
}

/// The thing after a time, or before it, on the tracks of some kinds.
pub fn neighbour(
    tracks: &[EventTrack],
    kinds: &[TrackKind],
    time_ms: f64,
    is_forward: bool,
) -> Option<MarkerAt> {
    let nearest = |track: &EventTrack| {
        let times = times(&track.content)?;
        let index = moment::neighbour(times, time_ms, is_forward)?;
        let marker = MarkerAt {
            kind: track.kind,
            index,
        };
        Some((times.time_ms(index), marker))
    };
    let found = tracks
        .iter()
        .filter(|track| kinds.contains(&track.kind))
        .filter_map(nearest);
    let nearest = match is_forward {
        true => found.min_by(|a, b| a.0.total_cmp(&b.0)),
        false => found.max_by(|a, b| a.0.total_cmp(&b.0)),
    };
    nearest.map(|(_, marker)| marker)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_stretches_hold_whatever_is_seen() {
        let seen = |begin_ms: f64, end_ms: f64| Stretch::around(Span { begin_ms, end_ms }, 100_000.0);
        assert_eq!(seen(0.0, 50_000.0), None);
        let mut all = std::collections::HashSet::new();
        for at in 0..1_000 {
            let (begin_ms, end_ms) = (f64::from(at) * 10.0, f64::from(at) * 10.0 + 900.0);
            let stretch = seen(begin_ms, end_ms).unwrap_or_else(|| panic!("{at}"));
            let span = stretch.span();
            assert!(
                span.begin_ms <= begin_ms && end_ms <= span.end_ms,
                "{at}: {span:?}"
            );
            all.insert(stretch);
        }
        assert!(all.len() <= 11, "{}", all.len());
    }

    #[test]
    fn a_glance_takes_in_one_short_line() {
        assert_eq!(first_words("Error: no price\n  at pay"), "Error: no price");
        assert_eq!(first_words(&"ö".repeat(100)), format!("{}…", "ö".repeat(80)));
    }
}
