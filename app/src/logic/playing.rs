//! How time runs: how fast, over what, to where; and how much of it was shown.
//!
//! Time is the browser's clock times the speed, counted from where it began, so that nothing adds up to a drift. What a frame
//! of the screen passes is worked out whole: over idle stretches, to the first thing to stop at, around the end of what is
//! repeated.

use components::format;
pub use components::timeline::Span;

use super::tracks::{Times, TrackKind};

/// The speeds there are, in times of the recording's own.
pub const SPEEDS: [f64; 7] = [0.25, 0.5, 1.0, 1.5, 2.0, 4.0, 8.0];

/// What time can be told to stop at, and what that is called.
pub const STOPS: [(TrackKind, &str); 10] = [
    (TrackKind::Error, "errors"),
    (TrackKind::Warning, "warnings"),
    (TrackKind::Exception, "exceptions"),
    (TrackKind::Print, "print statements"),
    (TrackKind::Breakpoint, "breakpoints"),
    (TrackKind::Watch, "changes of watches"),
    (TrackKind::Comment, "comments"),
    (TrackKind::Navigation, "new pages"),
    (TrackKind::Click, "clicks"),
    (TrackKind::Key, "keys"),
];

/// What shows that something happens: stretches without any of it are idle.
pub const ACTIVE: [TrackKind; 9] = [
    TrackKind::Paint,
    TrackKind::Click,
    TrackKind::Movement,
    TrackKind::Key,
    TrackKind::Navigation,
    TrackKind::Request,
    TrackKind::Warning,
    TrackKind::Error,
    TrackKind::Exception,
];

/// A stretch in which nothing happens is idle from this length on.
pub const IDLE_MS: f64 = 2_000.0;
/// What is kept of it at either end, to see where one comes from and goes to.
pub const KEPT_MS: f64 = 500.0;
/// Frames that are further apart were not watched: the page was hidden, or the computer asleep.
pub const UNWATCHED_MS: f64 = 1_000.0;
/// No shorter stretch is repeated: it would be a flicker.
const LEAST_REPEATED_MS: f64 = 50.0;
/// So close to where time last stopped is the same place: going on from there gets away from it.
const SAME_MS: f64 = 0.5;

/// The next faster or slower speed; the same at either end.
pub fn next_speed(speed: f64, is_faster: bool) -> f64 {
    let next = match is_faster {
        true => SPEEDS.into_iter().find(|other| *other > speed),
        false => SPEEDS.into_iter().rfind(|other| *other < speed),
    };
    next.unwrap_or(speed)
}

/// Which time of the recording it is by the browser's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Clock {
    run: Option<Run>,
}

/// Time that runs at one speed.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Run {
    /// By the browser's clock, in ms.
    began_ms: f64,
    /// In the recording.
    from_ms: f64,
    speed: f64,
    /// The last frame of the screen, by the browser's clock.
    last_ms: f64,
}

/// A frame of the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Due {
    /// The time of the recording that is due in it.
    pub time_ms: f64,
    /// How long after the frame before, in ms of the screen; None for the first that is watched.
    pub gap_ms: Option<f64>,
}

impl Clock {
    /// A frame of the screen at `now_ms` by the browser's clock, while the recording stands at `time_ms`.
    pub fn tick(&mut self, now_ms: f64, time_ms: f64, speed: f64) -> Due {
        let gap_ms = self.run.map(|run| now_ms - run.last_ms);
        let watched = self
            .run
            .filter(|_| gap_ms.is_some_and(|gap_ms| (0.0..=UNWATCHED_MS).contains(&gap_ms)));
        let mut run = match watched {
            Some(run) if run.speed == speed => run,
            // Another speed counts from the frame before.
            Some(run) => Run {
                began_ms: run.last_ms,
                from_ms: time_ms,
                speed,
                ..run
            },
            None => Run {
                began_ms: now_ms,
                from_ms: time_ms,
                speed,
                last_ms: now_ms,
            },
        };
        run.last_ms = now_ms;
        self.run = Some(run);
        Due {
            time_ms: run.from_ms + (now_ms - run.began_ms) * speed,
            gap_ms: gap_ms.filter(|_| watched.is_some()),
        }
    }

    /// Time has gone elsewhere than by running: it counts from there.
    pub fn jump(&mut self, time_ms: f64) {
        if let Some(run) = &mut self.run {
            (run.began_ms, run.from_ms) = (run.last_ms, time_ms);
        }
    }

    /// Nobody watches until the next frame.
    pub fn look_away(&mut self) {
        self.run = None;
    }
}

/// What time runs over.
pub struct Course<'a> {
    /// Where the recording ends, in ms.
    pub end_ms: f64,
    /// What is repeated, if anything.
    pub repeated: Option<Span>,
    /// The times of whatever happens, if stretches without any are passed over.
    pub happenings: Option<&'a [&'a dyn Times]>,
    /// The times of what is stopped at.
    pub stops: &'a [&'a dyn Times],
    /// Where time last stopped or began to run, in ms.
    pub left_ms: f64,
}

/// What a frame of the screen has passed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Passage {
    /// Where time stands, in ms.
    pub time_ms: f64,
    /// How much was passed over, in ms.
    pub skipped_ms: f64,
    /// Whether it has gone elsewhere than by running.
    pub is_jump: bool,
    /// Whether it runs on.
    pub next: Next,
}

/// How time goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Next {
    /// It runs.
    #[default]
    Runs,
    /// It stops at the thing that happened then.
    Stops,
    /// The recording is over.
    Ends,
}

impl Course<'_> {
    /// What time passes on its way from one time to the one that is due.
    pub fn pass(&self, from_ms: f64, due_ms: f64) -> Passage {
        let idle = self.idle_at(from_ms).filter(|idle| idle.begin_ms < due_ms);
        let run_to_ms = idle.map_or(due_ms, |idle| idle.begin_ms.max(from_ms));
        let around = self.repeated.filter(|range| due_ms >= range.end_ms);
        let last_ms = around.map_or(run_to_ms, |range| run_to_ms.min(range.end_ms));
        if let Some(stop_ms) = self.stop_after(from_ms).filter(|stop_ms| *stop_ms <= last_ms) {
            return Passage {
                time_ms: stop_ms,
                next: Next::Stops,
                ..Passage::default()
            };
        }
        let mut passage = match idle {
            Some(idle) => Passage {
                time_ms: idle.end_ms + (due_ms - run_to_ms),
                skipped_ms: idle.end_ms - run_to_ms,
                is_jump: true,
                next: Next::Runs,
            },
            None => Passage {
                time_ms: due_ms,
                ..Passage::default()
            },
        };
        match self.repeated {
            Some(range) if passage.time_ms >= range.end_ms => {
                let over_ms = if from_ms < range.end_ms && idle.is_none() {
                    due_ms - range.end_ms
                } else {
                    0.0
                };
                passage = Passage {
                    time_ms: range.begin_ms + over_ms % (range.end_ms - range.begin_ms),
                    is_jump: true,
                    ..Passage::default()
                };
            }
            None if passage.time_ms >= self.end_ms => {
                passage.time_ms = self.end_ms;
                passage.next = Next::Ends;
            }
            _ => {}
        }
        passage
    }

    /// The first thing to stop at after a time.
    fn stop_after(&self, time_ms: f64) -> Option<f64> {
        let is_where_left = (time_ms - self.left_ms).abs() <= SAME_MS;
        let after_ms = if is_where_left {
            self.left_ms + SAME_MS
        } else {
            time_ms
        };
        self.stops
            .iter()
            .filter_map(|times| first_after(*times, after_ms))
            .min_by(f64::total_cmp)
    }

    /// What is passed over of the idle stretch around a time.
    fn idle_at(&self, time_ms: f64) -> Option<Span> {
        let happenings = || self.happenings.iter().copied().flatten().chain(self.stops);
        let before = happenings().filter_map(|times| last_until(*times, time_ms));
        let after = happenings().filter_map(|times| first_after(*times, time_ms));
        let begin_ms = before.max_by(f64::total_cmp).unwrap_or(0.0);
        let end_ms = after.min_by(f64::total_cmp).unwrap_or(self.end_ms);
        let idle = Span {
            begin_ms: begin_ms + KEPT_MS,
            end_ms: end_ms - KEPT_MS,
        };
        let is_idle = end_ms - begin_ms >= IDLE_MS && time_ms < idle.end_ms;
        (self.happenings.is_some() && is_idle).then_some(idle)
    }
}

/// What can be repeated of a stretch: all of the recording if there is none, nothing if it is too short.
pub fn repeatable(range: Option<Span>, end_ms: f64) -> Option<Span> {
    let whole = Span {
        begin_ms: 0.0,
        end_ms,
    };
    let range = range.map_or(whole, |range| Span {
        begin_ms: range.begin_ms.max(0.0),
        end_ms: range.end_ms.min(end_ms),
    });
    (range.end_ms - range.begin_ms >= LEAST_REPEATED_MS).then_some(range)
}

/// Where time begins to run that stands at a time: at the beginning if it stands at the end, of all or of what is repeated.
pub fn begins_at(time_ms: f64, repeated: Option<Span>, end_ms: f64) -> f64 {
    let range = repeated.unwrap_or(Span {
        begin_ms: 0.0,
        end_ms,
    });
    let is_within = time_ms >= range.begin_ms && time_ms < range.end_ms - 1.0;
    if is_within { time_ms } else { range.begin_ms }
}

/// What was passed over, in words.
pub fn skipped_words(skipped_ms: f64) -> String {
    format!("Skipped {}", format::duration(skipped_ms))
}

fn first_after(times: &dyn Times, time_ms: f64) -> Option<f64> {
    let index = times.n_before(time_ms.next_up());
    (index < times.len()).then(|| times.time_ms(index))
}

fn last_until(times: &dyn Times, time_ms: f64) -> Option<f64> {
    let index = times.n_before(time_ms.next_up()).checked_sub(1)?;
    Some(times.time_ms(index))
}

/// How much of the time that ran was shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FrameCount {
    /// Frames of the screen while time ran.
    pub n_due: u64,
    /// Those of them that showed no picture or an older one than was due.
    pub n_dropped: u64,
    /// The last gaps between frames, in ms; see [`FrameCount::interval_ms`].
    gaps: [f32; 16],
}

impl FrameCount {
    /// Counts a frame, and those that the screen would have shown since the one before.
    pub fn count(&mut self, gap_ms: Option<f64>, has_picture: bool) {
        /// A frame that is later than this, in intervals, has had others before it that are lost.
        const LATE: f64 = 1.5;
        let mut n_lost = 0;
        if let Some(gap_ms) = gap_ms {
            self.gaps.rotate_right(1);
            self.gaps[0] = gap_ms as f32;
            let n_intervals = gap_ms / self.interval_ms();
            if n_intervals > LATE {
                n_lost = (n_intervals.round() as u64).saturating_sub(1);
            }
        }
        self.n_due += n_lost + 1;
        self.n_dropped += n_lost + u64::from(!has_picture);
    }

    /// How often the screen shows a frame: 60 times a second, or more often if the quicker half of the last gaps says so.
    fn interval_ms(&self) -> f64 {
        const USUAL_MS: f64 = 1_000.0 / 60.0;
        let mut gaps = self.gaps;
        gaps.sort_by(f32::total_cmp);
        let quick = f64::from(gaps[gaps.len() / 2]);
        if quick > 1.0 {
            quick.min(USUAL_MS)
        } else {
            USUAL_MS
        }
    }

    /// The count in words; None before there was any.
    pub fn words(&self) -> Option<String> {
        let percent = self.n_dropped as f64 / self.n_due.max(1) as f64 * 100.0;
        (self.n_due > 0).then(|| {
            format!(
                "{} of {} frames dropped ({percent:.1} %)",
                format::count(self.n_dropped),
                format::count(self.n_due)
            )
        })
    }
}

#[cfg(test)]
mod tests;
