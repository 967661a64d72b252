//! Where we are in the recording.

use leptos::prelude::*;
use wire::{point::ExecutionPoint, session::LoadedRegions};

use super::{Intent, Intents};
use crate::url::Link;

/// A moment of the recording.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moment {
    /// When, in ms.
    pub time_ms: f64,
    /// Where in the execution; None while it is being found, and while time runs.
    pub point: Option<ExecutionPoint>,
    /// When the point was, in ms: of a point that was found near a time a little before or after it. None while there is no
    /// point, and while it is being found out when that of a link was.
    pub point_ms: Option<f64>,
    /// Counts the moves that a person made, as the browser's history does.
    pub turn: u32,
    /// Whether the playhead is being dragged, so that this moment is only passed through.
    pub is_dragged: bool,
}

/// Whether a key is held that moves on with each repeat.
#[derive(Clone, Debug, Default)]
enum Held {
    #[default]
    No,
    /// With where it has led so far.
    Yes(Option<(f64, Option<ExecutionPoint>)>),
}

/// The moment, how long the recording is, how far the server is with it.
#[derive(Clone, Copy)]
pub struct TimelineStore {
    moment: RwSignal<Moment>,
    held: StoredValue<Held>,
    duration_ms: RwSignal<f64>,
    is_playing: RwSignal<bool>,
    regions: RwSignal<Option<LoadedRegions>>,
    progress_percent: RwSignal<Option<f64>>,
    /// While the recording is being made: whether the moment stays at its end.
    live: RwSignal<Option<bool>>,
    /// How long it was when everything was asked for last.
    asked_ms: StoredValue<f64>,
    intents: Intents,
}

impl TimelineStore {
    pub(super) fn new(intents: Intents) -> Self {
        Self {
            moment: RwSignal::default(),
            held: StoredValue::default(),
            duration_ms: RwSignal::default(),
            is_playing: RwSignal::default(),
            regions: RwSignal::default(),
            progress_percent: RwSignal::default(),
            live: RwSignal::default(),
            asked_ms: StoredValue::default(),
            intents,
        }
    }

    /// Where we are.
    pub fn moment(&self) -> Signal<Moment> {
        self.moment.into()
    }

    /// When, in ms.
    pub fn time_ms(&self) -> Signal<f64> {
        let moment = self.moment;
        Signal::derive(move || moment.with(|moment| moment.time_ms))
    }

    /// How long the recording is, in ms; 0 until it is known.
    pub fn duration_ms(&self) -> Signal<f64> {
        self.duration_ms.into()
    }

    /// Whether time is running.
    pub fn is_playing(&self) -> Signal<bool> {
        self.is_playing.into()
    }

    /// What the server has loaded; None until it says so.
    pub fn regions(&self) -> Signal<Option<LoadedRegions>> {
        self.regions.into()
    }

    /// How much the server has processed, while it is not all.
    pub fn progress_percent(&self) -> Signal<Option<f64>> {
        self.progress_percent.into()
    }

    /// While the recording is being made, whether the moment stays at its end, wherever that moves; None once it is finished.
    /// Whoever goes elsewhere stays there, whoever goes to the end stays at the end.
    pub fn live(&self) -> Signal<Option<bool>> {
        self.live.into()
    }

    /// Goes to the end of a recording that is being made and stays there; from there, stops where it is.
    pub fn toggle_live(&self) {
        match self.live.get_untracked() {
            Some(true) => {
                self.stop();
                self.live.set(Some(false));
            }
            Some(false) => self.go_to(self.duration_ms.get_untracked(), None),
            None => {}
        }
    }

    /// Moves to a time, or exactly to a point at that time. Time stops. While a key is [held](Self::hold) the moment is only
    /// passed through.
    pub fn go_to(&self, time_ms: f64, point: Option<ExecutionPoint>) {
        let is_held = self.held.try_update_value(|held| match held {
            Held::Yes(reached) => {
                *reached = Some((time_ms, point.clone()));
                true
            }
            Held::No => false,
        });
        if is_held == Some(true) {
            return self.drag_to(time_ms);
        }
        let turn = self.moment.with_untracked(|moment| moment.turn + 1);
        self.settle(time_ms, point, turn);
    }

    /// Moves to where a link leads, without counting it as a move: the browser's history has made it already.
    pub fn visit(&self, link: &Link) {
        if link.time_ms.is_none() && link.point.is_none() {
            return;
        }
        let turn = self.moment.with_untracked(|moment| moment.turn);
        self.settle(link.time_ms.unwrap_or(0.0), link.point.clone(), turn);
        if link.time_ms.is_none() {
            self.moment.update(|moment| moment.point_ms = None);
        }
    }

    /// The point of the moment, if nobody has said when that was.
    pub(super) fn timeless_point(&self) -> Option<ExecutionPoint> {
        self.moment
            .with_untracked(|moment| moment.point.clone().filter(|_| moment.point_ms.is_none()))
    }

    /// Says when a point was, in ms, to a moment that knows only the point.
    pub(super) fn set_time_of(&self, point: &ExecutionPoint, time_ms: f64) {
        if self.timeless_point().as_ref() == Some(point) {
            let time_ms = self.clamped(time_ms);
            self.moment.update(|moment| {
                moment.time_ms = time_ms;
                moment.point_ms = Some(time_ms);
            });
        }
    }

    /// Passes through a time while the playhead is dragged.
    pub fn drag_to(&self, time_ms: f64) {
        self.is_playing.set(false);
        let time_ms = self.clamped(time_ms);
        self.stand_at(time_ms);
        self.moment.update(|moment| {
            *moment = Moment {
                time_ms,
                is_dragged: true,
                turn: moment.turn,
                ..Moment::default()
            }
        });
    }

    /// A key that moves is held: until it is [let go](Self::let_go) moves pass through moments and ask nothing of them.
    pub fn hold(&self) {
        self.held.try_update_value(|held| {
            if matches!(held, Held::No) {
                *held = Held::Yes(None);
            }
        });
    }

    /// The key is let go: the moment that it has led to is gone to.
    pub fn let_go(&self) {
        let held = self.held.try_update_value(std::mem::take);
        if let Some(Held::Yes(Some((time_ms, point)))) = held {
            self.go_to(time_ms, point);
        }
    }

    /// Lets time run, from a time in ms.
    pub(super) fn play_from(&self, time_ms: f64) {
        self.stand_at(time_ms);
        self.moment.update(|moment| {
            *moment = Moment {
                time_ms,
                turn: moment.turn + 1,
                ..Moment::default()
            };
        });
        self.is_playing.set(true);
    }

    /// Stops time where it is.
    pub fn stop(&self) {
        let (time_ms, turn) = self.moment.with_untracked(|moment| (moment.time_ms, moment.turn));
        self.settle(time_ms, None, turn);
    }

    /// Time that runs has come to a time, in ms.
    pub(super) fn run_to(&self, time_ms: f64) {
        let time_ms = self.clamped(time_ms);
        self.moment.update(|moment| moment.time_ms = time_ms);
    }

    pub(super) fn set_duration(&self, duration_ms: f64) {
        self.duration_ms.try_set(duration_ms);
        if self.live.try_get_untracked() == Some(Some(true)) {
            self.run_with_the_end(duration_ms);
        }
    }

    /// What is loaded tells where the end is by now, once it was told how long the recording is.
    pub(super) fn set_regions(&self, regions: LoadedRegions) {
        let ends = regions.loading.iter().map(|region| region.end.time);
        let end_ms = ends.fold(0.0, f64::max);
        self.regions.try_set(Some(regions));
        let known_ms = self.duration_ms.try_get_untracked().unwrap_or_default();
        if known_ms > 0.0 && end_ms > known_ms {
            self.set_duration(end_ms);
        }
    }

    /// Whether the recording is being made. Whoever stands at the end then stays at the end.
    pub(super) fn set_live(&self, is_live: bool) {
        let before = self.live.try_get_untracked().flatten();
        let follows = || self.is_at_end(self.moment.with_untracked(|moment| moment.time_ms));
        self.live.try_set(is_live.then(|| before.unwrap_or_else(follows)));
        if !is_live && before == Some(true) {
            let turn = self.moment.with_untracked(|moment| moment.turn);
            self.settle(self.duration_ms.get_untracked(), None, turn);
        }
    }

    /// Whether the recording has become so much longer that what was counted in it is worth being asked for again. By parts of
    /// itself, so that asking costs a few times what it costs at the end, however long it becomes.
    pub(super) fn has_grown(&self) -> bool {
        const SHARE: f64 = 0.25;
        const LEAST_MS: f64 = 2_000.0;
        let end_ms = self.duration_ms.try_get_untracked().unwrap_or_default();
        let is_live = self.live.try_get_untracked().flatten().is_some();
        let has_grown = self.asked_ms.try_update_value(|asked_ms| {
            let has_grown = is_live && end_ms >= *asked_ms + (*asked_ms * SHARE).max(LEAST_MS);
            if has_grown {
                *asked_ms = end_ms;
            }
            has_grown
        });
        has_grown == Some(true)
    }

    /// The end has moved on, and the moment with it. As while time runs nothing is asked of the moments passed through.
    fn run_with_the_end(&self, end_ms: f64) {
        self.moment.try_update(|moment| {
            if !moment.is_dragged && moment.time_ms < end_ms {
                *moment = Moment {
                    time_ms: end_ms,
                    turn: moment.turn,
                    ..Moment::default()
                };
            }
        });
    }

    /// Notes whether this is at the end of a recording that is being made.
    fn stand_at(&self, time_ms: f64) {
        if self.live.get_untracked().is_some() {
            let follows = Some(self.is_at_end(time_ms));
            if self.live.get_untracked() != follows {
                self.live.set(follows);
            }
        }
    }

    fn is_at_end(&self, time_ms: f64) -> bool {
        time_ms >= self.duration_ms.get_untracked()
    }

    pub(super) fn set_progress(&self, percent: f64) {
        self.progress_percent
            .try_set((percent < 100.0).then_some(percent));
    }

    /// Stands at the end of a recording that nobody has moved in yet.
    pub(super) fn arrive_at_end(&self, end_ms: f64) {
        self.settle(end_ms, None, 0);
    }

    /// Says which point a moment without one has turned out to have, and when that was, in ms.
    pub(super) fn set_point(&self, at_ms: f64, point: &ExecutionPoint, point_ms: f64) {
        let is_still_there = self
            .moment
            .try_with_untracked(|moment| moment.time_ms == at_ms && moment.point.is_none());
        if is_still_there == Some(true) && self.is_playing.try_get_untracked() == Some(false) {
            self.moment.update(|moment| {
                moment.point = Some(point.clone());
                moment.point_ms = Some(point_ms);
            });
        }
    }

    fn settle(&self, time_ms: f64, point: Option<ExecutionPoint>, turn: u32) {
        self.is_playing.set(false);
        let time_ms = self.clamped(time_ms);
        self.stand_at(time_ms);
        self.moment.set(Moment {
            time_ms,
            point: point.clone(),
            point_ms: point.as_ref().map(|_| time_ms),
            turn,
            is_dragged: false,
        });
        self.intents.send(Intent::Go { time_ms, point });
    }

    /// Within the recording, once it is known how long that is.
    fn clamped(&self, time_ms: f64) -> f64 {
        match self.duration_ms.get_untracked() {
            end_ms if end_ms > 0.0 => time_ms.clamp(0.0, end_ms),
            _ => time_ms.max(0.0),
        }
    }
}
