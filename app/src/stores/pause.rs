//! The program at the moment: its frames, the scopes of the selected one, where steps lead.
//!
//! The pause before stays until everything the first look at the next one needs is here, so stepping changes the page once
//! and never empties it. Each pause has an owner of its own; leaving it ends its subscription with it.

use std::{collections::HashSet, rc::Rc, sync::Arc};

use client::{Lookup, Pause};
use leptos::prelude::*;
use wire::{
    debugger::{Location, PauseDescription, PauseReason},
    ids::ObjectId,
    pause::{Frame, ObjectPreviewLevel},
};

use super::Step;
use crate::logic::{
    place,
    scopes::{self, Found, Rows},
};

/// What there is to see of the program.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Look {
    /// Nothing: time is running, or no moment has been looked at yet.
    #[default]
    Away,
    /// The first moment is being looked at.
    Pending,
    /// The program is held.
    Held,
    /// It could not be held there, for this reason.
    Failed {
        /// The server's words.
        reason: String,
    },
}

/// The pause that is shown.
#[derive(Clone, Copy)]
pub struct PauseStore {
    look: RwSignal<Look>,
    pause: StoredValue<Option<(Pause, Owner)>, LocalStorage>,
    frames: StoredValue<Vec<Rc<Frame>>, LocalStorage>,
    /// Counts what has become known of the pause, and the pauses.
    changes: RwSignal<u32>,
    selected: RwSignal<usize>,
    toggled: RwSignal<HashSet<String>>,
    targets: RwSignal<Option<Targets>>,
    rows: Memo<Arc<Rows>>,
    owner: StoredValue<Option<Owner>>,
}

/// Where each step leads, in the order of [`Step::ALL`]; None where there is nowhere to go.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Targets {
    /// The targets.
    pub by_step: [Option<PauseDescription>; 4],
}

impl PauseStore {
    pub(super) fn new() -> Self {
        let pause = StoredValue::new_local(None::<(Pause, Owner)>);
        let (changes, selected, toggled) =
            (RwSignal::new(0), RwSignal::new(0), RwSignal::new(HashSet::new()));
        let rows = Memo::new(move |before: Option<&Arc<Rows>>| {
            changes.track();
            match pause.with_value(|pause| pause.as_ref().map(|(pause, _)| pause.clone())) {
                None => Arc::default(),
                // The connection is lost: what was seen stays until it is back.
                Some(pause) if pause.is_gone() => before.cloned().unwrap_or_default(),
                Some(pause) => Arc::new(toggled.with(|toggled| rows(&pause, selected.get(), toggled))),
            }
        });
        Self {
            look: RwSignal::default(),
            pause,
            frames: StoredValue::new_local(Vec::new()),
            changes,
            selected,
            toggled,
            targets: RwSignal::default(),
            rows,
            owner: StoredValue::new(Owner::current()),
        }
    }

    /// What there is to see.
    pub fn look(&self) -> Signal<Look> {
        self.look.into()
    }

    /// The frames, the youngest first.
    pub fn frames(&self) -> Vec<Rc<Frame>> {
        self.changes.track();
        self.frames.get_value()
    }

    /// The index of the selected frame.
    pub fn selected(&self) -> Signal<usize> {
        self.selected.into()
    }

    /// Where the selected frame stands.
    pub fn selected_location(&self) -> Option<Location> {
        let selected = self.selected.get();
        self.frames()
            .get(selected)
            .and_then(|frame| place::preferred(&frame.location).cloned())
    }

    /// The scopes of the selected frame as rows.
    pub fn rows(&self) -> Memo<Arc<Rows>> {
        self.rows
    }

    /// Whether a step leads anywhere; true while that is not known.
    pub fn can_step(&self, step: Step) -> bool {
        self.look.get() == Look::Held
            && self.targets.with(|targets| {
                targets
                    .as_ref()
                    .is_none_or(|targets| targets.by_step[step as usize].is_some())
            })
    }

    /// Opens or closes a row of the scopes.
    pub fn toggle(&self, row: usize) {
        let Some(path) = self.rows.with_untracked(|rows| rows.paths.get(row).cloned()) else {
            return;
        };
        self.toggled.update(|toggled| {
            if !toggled.remove(&path) {
                toggled.insert(path);
            }
        });
    }

    pub(super) fn select_frame(&self, index: usize) {
        self.selected.set(index);
    }

    pub(super) fn target(&self, step: Step) -> Option<PauseDescription> {
        self.targets
            .with_untracked(|targets| targets.as_ref()?.by_step[step as usize].clone())
    }

    /// A moment is being looked at; what is shown stays until it can be.
    pub(super) fn approach(&self) {
        self.targets.try_set(None);
        if self
            .look
            .try_get_untracked()
            .is_some_and(|look| look == Look::Away)
        {
            self.look.set(Look::Pending);
        }
    }

    /// Shows a pause, whose frames are known.
    pub(super) fn show(&self, pause: Pause) {
        let Some(Some(parent)) = self.owner.try_get_value() else {
            return;
        };
        self.drop_pause();
        let owner = parent.child();
        let changes = self.changes;
        owner.with(|| {
            let subscription = pause.subscribe(move |_| {
                changes.try_update(|n| *n += 1);
            });
            let held = StoredValue::new_local(Some(subscription));
            on_cleanup(move || drop(held.try_update_value(Option::take)));
        });
        self.frames.set_value(pause.frames().ready().unwrap_or_default());
        self.pause.set_value(Some((pause, owner)));
        self.selected.set(0);
        self.look.set(Look::Held);
        self.changes.update(|n| *n += 1);
    }

    pub(super) fn set_targets(&self, targets: Targets) {
        self.targets.try_set(Some(targets));
    }

    /// The moment cannot be looked at.
    pub(super) fn fail(&self, reason: String) {
        self.drop_pause();
        self.look.try_set(Look::Failed { reason });
        self.changes.try_update(|n| *n += 1);
    }

    /// Lets go of the pause: time runs on.
    pub(super) fn leave(&self) {
        self.drop_pause();
        self.look.try_set(Look::Away);
        self.targets.try_set(None);
        self.changes.try_update(|n| *n += 1);
    }

    fn drop_pause(&self) {
        self.frames.try_set_value(Vec::new());
        if let Some((_, owner)) = self.pause.try_update_value(Option::take).flatten() {
            owner.cleanup();
        }
    }
}

impl Targets {
    /// From the answers, in the order of [`Step::ALL`]. A target that is an end of the recording leads nowhere.
    pub(super) fn new(answers: [Option<PauseDescription>; 4]) -> Self {
        Self {
            by_step: answers.map(|target| target.filter(|target| target.reason != PauseReason::Endpoint)),
        }
    }
}

fn rows(pause: &Pause, selected: usize, toggled: &HashSet<String>) -> Rows {
    let Lookup::Ready(frames) = pause.frames() else {
        return Rows::default();
    };
    let Some(frame) = frames.get(selected) else {
        return Rows::default();
    };
    let read = |id: &ObjectId, level: ObjectPreviewLevel| match level {
        ObjectPreviewLevel::None => pause.known_object(id).map_or(Found::Pending, Found::Ready),
        _ => found(pause.object(id, level)),
    };
    match pause.scopes(frame) {
        Lookup::Ready(scopes) => scopes::rows(frame, &scopes, toggled, &read),
        Lookup::Pending => Rows {
            is_pending: true,
            ..Rows::default()
        },
        Lookup::Failed(_) => Rows::default(),
    }
}

fn found<T>(lookup: Lookup<T>) -> Found<T> {
    match lookup {
        Lookup::Ready(value) => Found::Ready(value),
        Lookup::Pending => Found::Pending,
        Lookup::Failed(error) => Found::Failed(error.to_string()),
    }
}
