//! What part of the recording the timeline shows, and what is selected on it.

use leptos::prelude::*;

use super::timeline::TimelineStore;
use crate::logic::view::{self, Move, Span};

/// The part that is seen, the parts that led there, and the range that is selected. The timeline changes them too: they are
/// its values as much as ours.
#[derive(Clone, Copy)]
pub struct ViewStore {
    view: RwSignal<Option<Span>>,
    trail: RwSignal<Vec<Span>>,
    selection: RwSignal<Option<Span>>,
    timeline: TimelineStore,
}

impl ViewStore {
    pub(super) fn new(timeline: TimelineStore) -> Self {
        Self {
            view: RwSignal::default(),
            trail: RwSignal::default(),
            selection: RwSignal::default(),
            timeline,
        }
    }

    /// The part that is seen; None for all of the recording.
    pub fn view(&self) -> RwSignal<Option<Span>> {
        self.view
    }

    /// The parts that were zoomed to, each in the one before it.
    pub fn trail(&self) -> RwSignal<Vec<Span>> {
        self.trail
    }

    /// The range that is selected.
    pub fn selection(&self) -> RwSignal<Option<Span>> {
        self.selection
    }

    /// Looks closer at the moment.
    pub fn zoom_in(&self) {
        self.step(Move::In);
    }

    /// Looks from further away.
    pub fn zoom_out(&self) {
        self.step(Move::Out);
    }

    /// Looks at what comes later, or earlier.
    pub fn pan(&self, is_later: bool) {
        self.step(if is_later { Move::Later } else { Move::Earlier });
    }

    /// Looks at all of the recording.
    pub fn fit(&self) {
        self.step(Move::All);
    }

    /// Looks at a part, with a way back.
    pub fn see(&self, wanted: Span) {
        let part = view::part(wanted, self.timeline.duration_ms().get_untracked());
        if let Some(part) = part {
            let seen = self.view.get_untracked();
            self.trail.update(|trail| *trail = view::trail(trail, seen, part));
        }
        self.view.set(part);
    }

    fn step(&self, step: Move) {
        let (now_ms, duration_ms) = (
            self.timeline.time_ms().get_untracked(),
            self.timeline.duration_ms().get_untracked(),
        );
        self.view
            .update(|view| *view = view::after(step, *view, now_ms, duration_ms));
    }
}
