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
    /// Counts the moves that a person made, as the browser's history does.
    pub turn: u32,
    /// Whether the playhead is being dragged, so that this moment is only passed through.
    pub is_dragged: bool,
}

/// The moment, how long the recording is, how far the server is with it.
#[derive(Clone, Copy)]
pub struct TimelineStore {
    moment: RwSignal<Moment>,
    duration_ms: RwSignal<f64>,
    is_playing: RwSignal<bool>,
    regions: RwSignal<Option<LoadedRegions>>,
    progress_percent: RwSignal<Option<f64>>,
    intents: Intents,
}

impl TimelineStore {
    pub(super) fn new(intents: Intents) -> Self {
        Self {
            moment: RwSignal::default(),
            duration_ms: RwSignal::default(),
            is_playing: RwSignal::default(),
            regions: RwSignal::default(),
            progress_percent: RwSignal::default(),
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

    /// Moves to a time, or exactly to a point at that time. Time stops.
    pub fn go_to(&self, time_ms: f64, point: Option<ExecutionPoint>) {
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
    }

    /// Passes through a time while the playhead is dragged.
    pub fn drag_to(&self, time_ms: f64) {
        self.is_playing.set(false);
        let time_ms = self.clamped(time_ms);
        self.moment.update(|moment| {
            *moment = Moment {
                time_ms,
                point: None,
                is_dragged: true,
                turn: moment.turn,
            }
        });
    }

    /// Lets time run; from the beginning if it is at the end.
    pub(super) fn play(&self) {
        let end_ms = self.duration_ms.get_untracked();
        self.moment.update(|moment| {
            let time_ms = if moment.time_ms >= end_ms - 1.0 {
                0.0
            } else {
                moment.time_ms
            };
            *moment = Moment {
                time_ms,
                point: None,
                is_dragged: false,
                turn: moment.turn + 1,
            };
        });
        self.is_playing.set(true);
    }

    /// Stops time where it is.
    pub fn stop(&self) {
        let (time_ms, turn) = self.moment.with_untracked(|moment| (moment.time_ms, moment.turn));
        self.settle(time_ms, None, turn);
    }

    /// Lets `elapsed_ms` pass; stops at the end.
    pub fn advance(&self, elapsed_ms: f64) {
        let end_ms = self.duration_ms.get_untracked();
        let time_ms = self.moment.with_untracked(|moment| moment.time_ms) + elapsed_ms;
        if time_ms >= end_ms {
            self.moment.update(|moment| moment.time_ms = end_ms);
            return self.stop();
        }
        self.moment.update(|moment| moment.time_ms = time_ms);
    }

    pub(super) fn set_duration(&self, duration_ms: f64) {
        self.duration_ms.try_set(duration_ms);
    }

    pub(super) fn set_regions(&self, regions: LoadedRegions) {
        self.regions.try_set(Some(regions));
    }

    pub(super) fn set_progress(&self, percent: f64) {
        self.progress_percent
            .try_set((percent < 100.0).then_some(percent));
    }

    /// Stands at the end of a recording that nobody has moved in yet.
    pub(super) fn arrive_at_end(&self, end_ms: f64) {
        self.settle(end_ms, None, 0);
    }

    /// Says which point a moment without one has turned out to have.
    pub(super) fn set_point(&self, at_ms: f64, point: &ExecutionPoint) {
        let is_still_there = self
            .moment
            .try_with_untracked(|moment| moment.time_ms == at_ms && moment.point.is_none());
        if is_still_there == Some(true) && self.is_playing.try_get_untracked() == Some(false) {
            self.moment.update(|moment| moment.point = Some(point.clone()));
        }
    }

    fn settle(&self, time_ms: f64, point: Option<ExecutionPoint>, turn: u32) {
        self.is_playing.set(false);
        let time_ms = self.clamped(time_ms);
        self.moment.set(Moment {
            time_ms,
            point: point.clone(),
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
