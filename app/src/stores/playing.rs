//! How time runs: its speed, what it repeats, passes over and stops at, and how much of it was shown.
//!
//! What a frame of the screen passes is worked out in [`crate::logic::playing`]; here it is done.

use std::{collections::BTreeSet, sync::Arc};

use client::{CallError, Session};
use leptos::prelude::*;
use wire::{point::ExecutionPoint, recording::TimeStampedPoint};

use super::{
    Stores,
    errand::{Lane, Urgency},
    evaluating::refusal,
};
use crate::logic::{
    playing::{self, ACTIVE, Clock, Course, FrameCount, Next, Passage, Span},
    tracks::{self, EventTrack, TrackKind},
};

/// The word for idle time in what is kept.
const IDLE: &str = "idle";

/// Something to be told in a word or two, for a moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notice {
    /// Counts them: the same words may be told again.
    pub turn: u32,
    /// The words.
    pub text: String,
}

/// How time runs.
#[derive(Clone, Copy)]
pub struct PlayingStore {
    speed: RwSignal<f64>,
    repeats: RwSignal<bool>,
    skips_idle: RwSignal<bool>,
    stops: RwSignal<BTreeSet<TrackKind>>,
    frames: RwSignal<FrameCount>,
    notice: RwSignal<Notice>,
    is_typing: RwSignal<bool>,
    clock: StoredValue<Clock>,
    /// Where time last began to run or was stopped, in ms.
    left_ms: StoredValue<f64>,
}

impl Default for PlayingStore {
    fn default() -> Self {
        Self {
            speed: RwSignal::new(1.0),
            repeats: RwSignal::default(),
            skips_idle: RwSignal::default(),
            stops: RwSignal::default(),
            frames: RwSignal::default(),
            notice: RwSignal::default(),
            is_typing: RwSignal::default(),
            clock: StoredValue::default(),
            left_ms: StoredValue::default(),
        }
    }
}

impl PlayingStore {
    /// How fast time runs, in times of the recording's own.
    pub fn speed(&self) -> Signal<f64> {
        self.speed.into()
    }

    /// Has time run at a speed.
    pub fn set_speed(&self, speed: f64) {
        self.speed.set(speed);
    }

    /// Has time run at the next faster or slower speed.
    pub fn change_speed(&self, is_faster: bool) {
        self.speed
            .update(|speed| *speed = playing::next_speed(*speed, is_faster));
    }

    /// Whether what is selected, or in focus, or all is played again and again.
    pub fn repeats(&self) -> Signal<bool> {
        self.repeats.into()
    }

    /// Has it repeated, or not any more.
    pub fn toggle_repeats(&self) {
        self.repeats.update(|repeats| *repeats = !*repeats);
    }

    /// Whether stretches in which nothing happens are passed over.
    pub fn skips_idle(&self) -> Signal<bool> {
        self.skips_idle.into()
    }

    /// Has them passed over, or not.
    pub fn skip_idle(&self, is_on: bool) {
        self.skips_idle.set(is_on);
    }

    /// What time stops at.
    pub fn stops(&self) -> Signal<BTreeSet<TrackKind>> {
        self.stops.into()
    }

    /// Has time stop at things of a kind, or not any more.
    pub fn toggle_stop(&self, kind: TrackKind) {
        self.stops.update(|stops| {
            if !stops.remove(&kind) {
                stops.insert(kind);
            }
        });
    }

    /// What is to be kept of it, tracked: words with spaces between.
    pub fn kept(&self) -> String {
        let idle = self.skips_idle.get().then_some(IDLE);
        let stops = self.stops.get();
        let words: Vec<&str> = idle
            .into_iter()
            .chain(stops.iter().map(|kind| kind.key()))
            .collect();
        words.join(" ")
    }

    /// Takes up what was kept.
    pub fn restore(&self, kept: &str) {
        self.skips_idle.set(kept.split(' ').any(|word| word == IDLE));
        self.stops
            .set(kept.split(' ').filter_map(TrackKind::of_key).collect());
    }

    /// How much of the time that ran on this page was shown.
    pub fn frames(&self) -> Signal<FrameCount> {
        self.frames.into()
    }

    /// What is to be told, the last.
    pub fn notice(&self) -> Signal<Notice> {
        self.notice.into()
    }

    /// Tells something for a moment.
    pub fn tell(&self, text: impl Into<String>) {
        let text = text.into();
        self.notice.try_update(|notice| {
            *notice = Notice {
                turn: notice.turn + 1,
                text,
            };
        });
    }

    /// Whether the time is being typed.
    pub fn is_typing(&self) -> RwSignal<bool> {
        self.is_typing
    }

    /// The page cannot be seen for a while; what happens meanwhile does not run.
    pub fn look_away(&self) {
        self.clock.try_update_value(Clock::look_away);
    }
}

impl Stores {
    /// Begins to play; from the beginning if we are at the end, of all or of what is repeated.
    pub fn play(&self) {
        let end_ms = self.timeline.duration_ms().get_untracked();
        let from_ms = self.timeline.time_ms().get_untracked();
        let from_ms = playing::begins_at(from_ms, self.repeated(), end_ms);
        self.playing.look_away();
        self.playing.left_ms.set_value(from_ms);
        self.timeline.play_from(from_ms);
        self.pause.leave();
    }

    /// Plays, or pauses where we are.
    pub fn toggle_play(&self) {
        if self.timeline.is_playing().get_untracked() {
            self.timeline.stop();
        } else {
            self.play();
        }
    }

    /// Moves to a time, in ms. If time runs it runs on from there.
    pub fn seek(&self, time_ms: f64) {
        if !self.timeline.is_playing().get_untracked() {
            return self.timeline.go_to(time_ms, None);
        }
        self.timeline.run_to(time_ms);
        let time_ms = self.timeline.time_ms().get_untracked();
        self.playing.clock.update_value(|clock| clock.jump(time_ms));
    }

    /// A frame of the screen, at a time by the browser's clock in ms: time that runs comes to what is due in it.
    pub fn tick(&self, now_ms: f64) {
        let Self {
            timeline, playing, ..
        } = *self;
        if timeline.is_playing().try_get_untracked() != Some(true) {
            return;
        }
        let from_ms = timeline.time_ms().get_untracked();
        let speed = playing.speed.get_untracked();
        let Some(due) = playing
            .clock
            .try_update_value(|clock| clock.tick(now_ms, from_ms, speed))
        else {
            return;
        };
        let passage = self.pass(from_ms, due.time_ms);
        let has_picture = self.has_picture(passage.time_ms);
        playing
            .frames
            .update(|frames| frames.count(due.gap_ms, has_picture));
        if passage.is_jump {
            playing.clock.update_value(|clock| clock.jump(passage.time_ms));
        }
        if passage.skipped_ms > 0.0 {
            playing.tell(playing::skipped_words(passage.skipped_ms));
        }
        timeline.run_to(passage.time_ms);
        match passage.next {
            Next::Runs => {}
            Next::Ends => timeline.stop(),
            Next::Stops => self.stop_at(passage.time_ms),
        }
    }

    /// Whether the program is held at a point and can be looked at there. Tracked.
    pub fn is_held_at(&self, point: &Option<ExecutionPoint>) -> bool {
        let pause = self.pause.current();
        point.is_some() && pause.as_ref().and_then(client::Pause::point) == point.as_ref()
    }

    /// Goes to a point, once it has been found out when that was.
    pub fn go_to_point(&self, point: ExecutionPoint) {
        let lane = Some(Lane::named("timeline.point"));
        self.intents
            .run(Urgency::Now, lane, async move |session, stores| {
                match time_of(&session, &point).await {
                    Ok(Ok(time_ms)) => stores.timeline.go_to(time_ms, Some(point)),
                    Ok(Err(end)) => stores
                        .playing
                        .tell(format!("The recording ends before that, at point {}", end.point)),
                    Err(error) => stores.playing.tell(refusal(error)?),
                }
                Ok(())
            });
    }

    /// What is played again and again, if anything: what is selected, or else in focus, or else all.
    fn repeated(&self) -> Option<Span> {
        if !self.playing.repeats.get_untracked() {
            return None;
        }
        let selected = self.view.selection().get_untracked();
        let focused = || {
            let window = self.focus.window().get_untracked()?;
            Some(Span {
                begin_ms: window.begin.time,
                end_ms: window.end.time,
            })
        };
        let end_ms = self.timeline.duration_ms().get_untracked();
        playing::repeatable(selected.or_else(focused), end_ms)
    }

    /// Whether the picture of a time is here, or there is none to be had. While time runs quickly, one from since the frame before
    /// is as good: not every paint is asked for then.
    fn has_picture(&self, time_ms: f64) -> bool {
        const FRAME_MS: f64 = 1_000.0 / 60.0;
        let since_ms = time_ms - (self.playing.speed.get_untracked() - 1.0).max(0.0) * FRAME_MS;
        self.recording.paints().with_untracked(|paints| {
            let [first, last] = [since_ms, time_ms].map(|at_ms| paints.n_until(at_ms).saturating_sub(1));
            let mut here = paints.iter_from(first).take(last - first + 1);
            paints.is_empty() || here.any(|paint| untrack(|| self.pictures.of(paint)).is_some())
        })
    }

    /// What time passes on its way from one time to the one that is due.
    fn pass(&self, from_ms: f64, due_ms: f64) -> Passage {
        let playing = self.playing;
        let skips_idle = playing.skips_idle.get_untracked();
        let kinds = playing.stops.get_untracked();
        self.tracks.all().with_untracked(|all| {
            let stops = tracks::times_of(all, |kind| kinds.contains(&kind));
            let happenings = skips_idle.then(|| tracks::times_of(all, |kind| ACTIVE.contains(&kind)));
            let course = Course {
                end_ms: self.timeline.duration_ms().get_untracked(),
                repeated: self.repeated(),
                happenings: happenings.as_deref(),
                stops: &stops,
                left_ms: playing.left_ms.get_value(),
            };
            course.pass(from_ms, due_ms)
        })
    }

    /// Stops at the thing of a kind to stop at that happened then.
    fn stop_at(&self, time_ms: f64) {
        /// Neighbours are at least half a millisecond away.
        const BEFORE_MS: f64 = 0.6;
        self.playing.left_ms.set_value(time_ms);
        let kinds: Vec<TrackKind> = self.playing.stops.get_untracked().into_iter().collect();
        let thing = self.tracks.all().with_untracked(|all: &Arc<[EventTrack]>| {
            tracks::neighbour(all, &kinds, time_ms - BEFORE_MS, true)
        });
        let Some(thing) = thing else {
            return self.timeline.stop();
        };
        self.playing
            .tell(format!("Stopped: {}", self.tracks.describe(thing)));
        self.go_to_marker_at(thing);
    }
}

/// When a point was, in ms, to be found by asking what lies around times and halving; if the recording ends before it, where
/// it ends.
pub(super) async fn time_of(
    session: &Session,
    point: &ExecutionPoint,
) -> Result<Result<f64, TimeStampedPoint>, CallError> {
    /// Points that are as close as this are at the same time to everybody.
    const CLOSE_MS: f64 = 0.01;
    let end = session.get_endpoint().await?.endpoint;
    if *point > end.point {
        return Ok(Err(end));
    }
    let (mut from_ms, mut until_ms) = (0.0, end.time);
    while until_ms - from_ms > CLOSE_MS {
        let middle_ms = from_ms.midpoint(until_ms);
        let around = session.get_points_bounding_time(middle_ms).await?;
        let (before, after) = (around.before, around.after);
        if *point == before.point {
            return Ok(Ok(before.time));
        }
        if *point == after.point {
            return Ok(Ok(after.time));
        }
        match (*point < before.point, *point > after.point) {
            (true, _) => until_ms = before.time.min(middle_ms),
            (_, true) => from_ms = after.time.max(middle_ms),
            // Between neighbours that have a time: it is as close to the first as can be said.
            _ => return Ok(Ok(before.time)),
        }
    }
    Ok(Ok(from_ms))
}
