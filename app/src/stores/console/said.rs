//! What went wrong, as the timeline shows it: errors, warnings and exceptions, each kind in a series of its own.
//!
//! Messages are taken in as they come. Exceptions that were caught are no messages; whoever searches for them adds them.

use leptos::prelude::*;
use wire::debugger::PointDescription;

use super::ConsoleStore;
use crate::logic::{
    console::{Entry, Kind},
    moment, place,
    tracks::{Said, Series},
};

/// The series.
#[derive(Clone, Copy)]
pub(super) struct Sayings {
    errors: RwSignal<Series<Said>>,
    warnings: RwSignal<Series<Said>>,
    exceptions: RwSignal<Series<Said>>,
}

impl Default for Sayings {
    fn default() -> Self {
        let none = || RwSignal::new(moment::series());
        Self {
            errors: none(),
            warnings: none(),
            exceptions: none(),
        }
    }
}

impl Sayings {
    /// A new session tells all messages again. What was found beside them stays found.
    pub(super) fn clear(self) {
        self.errors.try_set(moment::series());
        self.warnings.try_set(moment::series());
        self.exceptions.try_update(|exceptions| {
            let caught = exceptions.iter().filter(|said| said.is_caught).cloned().collect();
            *exceptions = moment::series();
            exceptions.add(caught);
        });
    }

    /// Takes lines in that have come.
    pub(super) fn take_in(self, lines: &[Entry]) {
        let of = |is_wanted: fn(Kind) -> bool| -> Vec<Said> {
            let wanted = lines.iter().filter(|line| is_wanted(line.kind));
            wanted.map(Said::of_line).collect()
        };
        add(self.errors, of(|kind| matches!(kind, Kind::Error | Kind::Assert)));
        add(self.warnings, of(|kind| kind == Kind::Warning));
        add(self.exceptions, of(|kind| kind == Kind::Uncaught));
    }
}

impl ConsoleStore {
    /// The errors that were printed.
    pub fn errors(&self) -> Signal<Series<Said>> {
        self.sayings.errors.into()
    }

    /// The warnings.
    pub fn warnings(&self) -> Signal<Series<Said>> {
        self.sayings.warnings.into()
    }

    /// The exceptions that are known: those that nobody caught, and those that were searched for.
    pub fn exceptions(&self) -> Signal<Series<Said>> {
        self.sayings.exceptions.into()
    }

    /// Takes in exceptions that were searched for. Those that are here already are what nobody caught.
    pub(in crate::stores) fn add_thrown(&self, points: &[PointDescription]) {
        let all = self.sayings.exceptions;
        let new = all.try_with_untracked(|all| -> Vec<Said> {
            let is_new = |point: &&PointDescription| {
                let before = all.n_up_to(|said| said.point < point.point);
                all.get(before).is_none_or(|said| said.point != point.point)
            };
            let new = points.iter().filter(is_new);
            new.map(|point| Said {
                point: point.point.clone(),
                time_ms: point.time,
                text: "".into(),
                is_caught: true,
                place: point.frame.as_deref().and_then(place::preferred).cloned(),
            })
            .collect()
        });
        add(all, new.unwrap_or_default());
    }
}

fn add(all: RwSignal<Series<Said>>, new: Vec<Said>) {
    if !new.is_empty() {
        all.try_update(|all| all.add(new));
    }
}
