//! Tracks as plain values: what they are made of, and which thing on them comes next.

pub use components::timeline::{Amounts, Content, EventTrack, MarkerAt, Series, Stretches, Times, TrackKind};

use std::sync::Arc;

use components::format;
use wire::{debugger::Location, point::ExecutionPoint};

use super::{
    console::Entry,
    moment::{self, Happening},
    network::Request,
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
    /// Where it was thrown, if that is all that is known of it.
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

    /// From a line of the console.
    pub fn of_line(line: &Entry) -> Self {
        Self {
            point: line.point.clone(),
            time_ms: line.time_ms,
            text: first_words(&line.text).into(),
            is_caught: false,
            place: None,
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
