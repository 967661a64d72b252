//! What went wrong, as the timeline shows it: errors, warnings and exceptions, each kind in a series of its own.
//!
//! Messages are taken in as they come. Exceptions that were caught are no messages; whoever searches for them adds them.

use leptos::prelude::*;
use wire::debugger::PointDescription;

use super::ConsoleStore;
use crate::logic::{
    console::{Entry, Kind, Model},
    place,
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
        let none = || RwSignal::new(Said::series());
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
        self.errors.try_set(Said::series());
        self.warnings.try_set(Said::series());
        self.exceptions.try_update(|exceptions| {
            let caught = exceptions.iter().filter(|said| said.is_caught).cloned().collect();
            *exceptions = Said::series();
            exceptions.add(caught);
        });
    }

    /// Takes in what lines said that have come.
    pub(super) fn take_in(self, [errors, warnings, exceptions]: [Vec<Said>; 3]) {
        add(self.errors, errors);
        add(self.warnings, warnings);
        add(self.exceptions, exceptions);
    }
}

/// The errors, warnings and exceptions among some lines, which come from a model or go to it.
pub(super) fn said_in(lines: &[Entry], model: &Model) -> [Vec<Said>; 3] {
    let of = |is_wanted: fn(Kind) -> bool| -> Vec<Said> {
        let wanted = lines.iter().filter(|line| is_wanted(line.kind));
        wanted
            .map(|line| Said::of_line(line, model.location(line)))
            .collect()
    };
    [
        of(|kind| matches!(kind, Kind::Error | Kind::Assert)),
        of(|kind| kind == Kind::Warning),
        of(|kind| kind == Kind::Uncaught),
    ]
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
            let said = points
                .iter()
                .filter(|point| !self.is_uncaught(&point.point))
                .map(thrown);
            said.filter(|said| {
                let before = |other: &Said| (other.time_ms, &other.point) < (said.time_ms, &said.point);
                all.get(all.n_up_to(before)) != Some(said)
            })
            .collect()
        });
        add(all, new.unwrap_or_default());
    }
}

fn thrown(point: &PointDescription) -> Said {
    Said {
        point: point.point.clone(),
        time_ms: point.time,
        text: "".into(),
        is_caught: true,
        place: point.frame.as_deref().and_then(place::preferred).cloned(),
    }
}

fn add(all: RwSignal<Series<Said>>, new: Vec<Said>) {
    if !new.is_empty() {
        all.try_update(|all| all.add(new));
    }
}
