//! Print statements, breakpoints and watches: where they stand, what they gave, where running leads to.
//!
//! `hits` finds and evaluates the hits of print statements, `running` runs to breakpoints and steps in reverse, `watches`
//! evaluates what is watched. All of them are kept per recording by whoever holds [`PointStore::kept`].

mod breaks;
mod hits;
mod printed;
mod running;
mod watches;

use std::collections::{BTreeSet, HashMap};

use leptos::prelude::*;
use wire::{
    debugger::Location,
    ids::{BreakpointId, SourceId},
};

pub use self::{
    hits::Hits,
    watches::{Traced, TracedValue, Watched},
};
use super::{Intents, Stores, late::Late};
use crate::logic::{
    place,
    points::{Kept, MAX_KEPT, Point, PointKind},
};

/// The points of the recording.
#[derive(Clone, Copy)]
pub struct PointStore {
    late: Late<Signals>,
    intents: Intents,
}

/// The points, their hits, and what is watched.
#[derive(Clone, Copy, Default)]
struct Signals {
    points: RwSignal<Vec<Point>>,
    /// The points whose editors are open.
    edited: RwSignal<BTreeSet<u32>>,
    /// The point whose editor was opened last, until that has the focus.
    focused: StoredValue<Option<u32>>,
    /// The hits of print statements, by the point's number. Policy: the points of hits are kept until the focus moves or
    /// the session is another, what was evaluated until the statement changes.
    hits: RwSignal<HashMap<u32, Hits>>,
    breaks: RwSignal<HashMap<u32, breaks::Breaks>>,
    watches: RwSignal<Vec<String>>,
    watched: RwSignal<HashMap<String, Watched>>,
    traced: RwSignal<Option<Traced>>,
    /// The breakpoints that the service knows in this session.
    set: StoredValue<HashMap<u32, (Location, String, BreakpointId)>>,
    /// Why something could not be done when it was asked for, as a sentence.
    notice: RwSignal<Option<String>>,
    is_restored: StoredValue<bool>,
}

impl PointStore {
    pub(super) fn new(intents: Intents) -> Self {
        Self {
            late: Late::new(),
            intents,
        }
    }

    fn late(&self) -> Signals {
        self.late.get()
    }

    /// Every print statement and breakpoint, the newest last.
    pub fn all(&self) -> Signal<Vec<Point>> {
        self.late().points.into()
    }

    /// A point by its number, tracked.
    pub fn point(&self, id: u32) -> Option<Point> {
        self.late()
            .points
            .with(|points| points.iter().find(|point| point.id == id).cloned())
    }

    /// The points whose editors are open.
    pub fn edited(&self) -> Signal<BTreeSet<u32>> {
        self.late().edited.into()
    }

    /// Why the last thing asked for could not be done, as a sentence.
    pub fn notice(&self) -> Signal<Option<String>> {
        self.late().notice.into()
    }

    /// Takes the sentence away.
    pub fn dismiss_notice(&self) {
        self.late().notice.set(None);
    }

    /// Whether a point's editor was just opened, so that it is to have the focus. Says so once.
    pub fn take_focus(&self, id: u32) -> bool {
        let is_wanted = self.late().focused.get_value() == Some(id);
        if is_wanted {
            self.late().focused.set_value(None);
        }
        is_wanted
    }

    /// Opens or closes the editor of a point.
    pub fn edit(&self, id: u32, is_open: bool) {
        self.late().focused.set_value(is_open.then_some(id));
        self.late().edited.update(|edited| {
            if is_open {
                edited.insert(id);
            } else {
                edited.remove(&id);
            }
        });
    }

    /// Adds a print statement to a line that can run, or opens the editor of the one that is there. An open one is closed,
    /// and taken away again if nothing has been written into it.
    pub fn toggle_print(&self, stores: Stores, source_id: &SourceId, line: u32, column: Option<u32>) {
        let Some((line, column)) = place_of(stores, source_id, line, column) else {
            return;
        };
        let content = first_content(stores, source_id, line);
        match self.at(PointKind::Print, source_id, line, column) {
            Some(point) if untrack(|| self.late().edited.with(|edited| edited.contains(&point.id))) => {
                match point.content == content && point.condition.is_empty() && point.badge.is_empty() {
                    true => self.remove(stores, point.id),
                    false => self.edit(point.id, false),
                }
            }
            Some(point) => self.edit(point.id, true),
            None => {
                let added = self.add(Point {
                    kind: PointKind::Print,
                    source_id: source_id.as_str().to_owned(),
                    line,
                    column,
                    content,
                    is_enabled: true,
                    ..Point::default()
                });
                if let Some(id) = added {
                    self.edit(id, true);
                    self.find_hits(stores, id);
                }
            }
        }
    }

    /// Adds a breakpoint to a line that can run, or takes away the one that is there.
    pub fn toggle_breakpoint(&self, stores: Stores, source_id: &SourceId, line: u32, column: Option<u32>) {
        let Some((line, column)) = place_of(stores, source_id, line, column) else {
            return;
        };
        match self.at(PointKind::Break, source_id, line, column) {
            Some(point) => self.remove(stores, point.id),
            None => drop(self.add(Point {
                kind: PointKind::Break,
                source_id: source_id.as_str().to_owned(),
                line,
                column,
                is_enabled: true,
                ..Point::default()
            })),
        }
    }

    /// Puts every breakpoint out of force if any is in it, and else all into it.
    pub fn toggle_all_breakpoints(&self, stores: Stores) {
        let breakpoints: Vec<(u32, bool)> = self.late().points.with_untracked(|points| {
            let breakpoints = points.iter().filter(|point| point.kind == PointKind::Break);
            breakpoints.map(|point| (point.id, point.is_enabled)).collect()
        });
        let is_any_on = breakpoints.iter().any(|(_, is_enabled)| *is_enabled);
        for (id, _) in breakpoints {
            self.change(stores, id, |point| point.is_enabled = !is_any_on);
        }
    }

    /// Changes a point; what it prints is evaluated anew if that may have changed.
    pub fn change(&self, stores: Stores, id: u32, change: impl FnOnce(&mut Point)) {
        let changed = self.late().points.try_update(|points| {
            let point = points.iter_mut().find(|point| point.id == id)?;
            let before = point.clone();
            change(point);
            Some((before, point.clone()))
        });
        let Some((before, now)) = changed.flatten() else {
            return;
        };
        if before == now || now.kind == PointKind::Break {
            return;
        }
        let is_same = before.expression() == now.expression() && before.is_enabled == now.is_enabled;
        match is_same {
            // The sign in front of what is printed has changed.
            true => self.show_rows(stores, id),
            false => self.evaluate_again(stores, id),
        }
    }

    /// Takes a point away.
    pub fn remove(&self, stores: Stores, id: u32) {
        self.edit(id, false);
        self.late()
            .points
            .update(|points| points.retain(|point| point.id != id));
        self.forget_hits(stores, id);
    }

    /// Takes in what was kept of this recording, once.
    pub fn restore(&self, text: &str) {
        if self.late().is_restored.get_value() {
            return;
        }
        self.late().is_restored.set_value(true);
        let kept = Kept::read(text);
        self.late().points.set(kept.points);
        self.late().watches.set(kept.watches);
    }

    /// What is to be kept, tracked.
    pub fn kept(&self) -> String {
        let kept = Kept {
            points: self.late().points.get(),
            watches: self.late().watches.get(),
        };
        kept.write()
    }

    /// Whether there is any point or watch. Not tracked.
    pub fn has_any(&self) -> bool {
        self.late().points.with_untracked(|points| !points.is_empty())
            || self.late().watches.with_untracked(|watches| !watches.is_empty())
    }

    fn at(&self, kind: PointKind, source_id: &SourceId, line: u32, column: u32) -> Option<Point> {
        let is_it = |point: &&Point| {
            point.kind == kind
                && point.source_id == source_id.as_str()
                && point.line == line
                && point.column == column
        };
        self.late()
            .points
            .with_untracked(|points| points.iter().find(is_it).cloned())
    }

    fn add(&self, point: Point) -> Option<u32> {
        self.late().points.try_update(|points| {
            if points.len() >= MAX_KEPT {
                self.late().notice.set(Some(format!(
                    "No more than {MAX_KEPT} print statements and breakpoints are kept."
                )));
                return None;
            }
            let id = points.iter().map(|point| point.id + 1).max().unwrap_or(0);
            points.push(Point { id, ..point });
            Some(id)
        })?
    }

    /// There is a new session: hits of the one before hold pauses that are gone, and breakpoints are to be set again.
    pub(super) fn ask_again(&self, stores: Stores) {
        self.late().set.try_update_value(HashMap::clear);
        self.late().watched.try_set(HashMap::new());
        self.late().traced.try_set(None);
        self.late().breaks.try_update(HashMap::clear);
        self.find_all_hits(stores);
    }
}

/// The place in a line where a program can be stopped: the one asked for, or the line's first.
fn place_of(stores: Stores, source_id: &SourceId, line: u32, column: Option<u32>) -> Option<(u32, u32)> {
    let counts = untrack(|| stores.sources.counts(source_id))?;
    let columns = counts.columns.get(&line)?;
    match column.filter(|column| columns.contains(column)) {
        Some(column) => Some((line, column)),
        None => Some((line, columns.first().copied()?)),
    }
}

/// What a new print statement prints: the place, in quotes.
fn first_content(stores: Stores, source_id: &SourceId, line: u32) -> String {
    let url = untrack(|| stores.sources.url(source_id));
    let name = place::short_name(url.as_deref());
    // Strings always have a form in JSON, which is one of JavaScript too.
    serde_json::to_string(&format!("{name}:{line}")).unwrap_or_default()
}
