//! The console: everything that was printed, thrown, handled and evaluated, and which of it the person wants to see.
//!
//! Policy: lines are kept as long as the page is open, each as small as it can be (see [`crate::logic::console`]). What is
//! asked for only when a line comes into sight (values of exceptions, arguments of handlers, tables) is asked once a session
//! and kept with the line.

mod input;
mod making;
mod missing;
mod points;
mod said;
mod seen;

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    ops::Range,
    sync::Arc,
};

use leptos::prelude::*;
use wire::{debugger::Location, experimental::ConsoleCall, ids::EventHandlerType, point::ExecutionPoint};

pub use self::{input::Peek, points::Extent};
use self::{making::Making, said::Sayings, seen::Seeing};
use super::{Intents, focus::FocusStore, sources::SourceStore, timeline::Moment};
use crate::logic::{
    completion::Offer,
    console::{Entry, Filter, Model, Row, SourceKey, Table, View, Wish},
};

/// How often handlers ran for each type of event.
pub type EventCounts = Arc<[(EventHandlerType, u64)]>;

/// The lines in the order of the execution.
#[derive(Clone, Copy)]
pub struct ConsoleStore {
    model: StoredValue<Model>,
    /// Counts the changes of the model that are to be seen.
    version: RwSignal<u32>,
    /// How many lines have come since the version was counted up.
    n_unseen: StoredValue<usize>,
    filter: RwSignal<Filter>,
    toggled: RwSignal<HashSet<u32>>,
    unfolded: RwSignal<HashSet<u32>>,
    opened: RwSignal<BTreeSet<u32>>,
    wish: Memo<Wish>,
    view: Memo<Arc<View>>,
    making: Making,
    is_complete: RwSignal<bool>,
    has_overflow: RwSignal<bool>,
    /// Whether all messages of the focus are here though the server kept others back; None while that is not known.
    is_focus_whole: RwSignal<Option<bool>>,
    seeing: StoredValue<Seeing>,
    tables: RwSignal<HashMap<u32, Arc<Table>>>,
    shows_caught: RwSignal<bool>,
    caught: RwSignal<Extent>,
    event_types: RwSignal<BTreeSet<EventHandlerType>>,
    event_counts: RwSignal<Option<EventCounts>>,
    events: RwSignal<Extent>,
    peek: RwSignal<Option<Peek>>,
    offers: RwSignal<(usize, Arc<[Offer]>)>,
    completed: StoredValue<Option<input::Completed>>,
    /// The line to bring into sight.
    wanted: RwSignal<Option<u32>>,
    sayings: Sayings,
    /// The pages of exceptions that have been found, by their limits.
    found: StoredValue<points::Pages>,
    focus: FocusStore,
    intents: Intents,
}

impl ConsoleStore {
    pub(super) fn new(sources: SourceStore, focus: FocusStore, intents: Intents) -> Self {
        let model = StoredValue::new(Model::default());
        let version = RwSignal::new(0);
        let (filter, toggled, unfolded) = (
            RwSignal::new(Filter::default()),
            RwSignal::new(HashSet::new()),
            RwSignal::new(HashSet::new()),
        );
        let libraries = Memo::new(move |_| {
            version.track();
            model.with_value(|model| {
                let is_library = |id| sources.url(id).is_some_and(|url| url.contains("node_modules/"));
                let numbered = (0..).zip(model.sources());
                numbered
                    .filter(|(_, id)| is_library(id))
                    .map(|(number, _)| number)
                    .collect::<HashSet<u32>>()
            })
        });
        let wish = Memo::new(move |_| {
            let focus = focus
                .window()
                .get()
                .map(|window| (window.begin.point, window.end.point));
            Wish {
                filter: filter.get(),
                libraries: libraries.get(),
                toggled: toggled.get(),
                unfolded: unfolded.get(),
                focus,
            }
        });
        let making = Making::default();
        let view = making.view(model, version, wish, intents);
        Self {
            model,
            version,
            n_unseen: StoredValue::new(0),
            filter,
            toggled,
            unfolded,
            opened: RwSignal::default(),
            wish,
            view,
            making,
            is_complete: RwSignal::default(),
            has_overflow: RwSignal::default(),
            is_focus_whole: RwSignal::default(),
            seeing: StoredValue::new(Seeing::default()),
            tables: RwSignal::default(),
            shows_caught: RwSignal::default(),
            caught: RwSignal::default(),
            event_types: RwSignal::default(),
            event_counts: RwSignal::default(),
            events: RwSignal::default(),
            peek: RwSignal::default(),
            offers: RwSignal::new((0, [].into())),
            completed: StoredValue::new(None),
            wanted: RwSignal::default(),
            sayings: Sayings::default(),
            found: StoredValue::default(),
            focus,
            intents,
        }
    }

    /// What narrows the lines.
    pub fn filter(&self) -> Signal<Filter> {
        self.filter.into()
    }

    /// Narrows or widens what is shown.
    pub fn set_filter(&self, filter: Filter) {
        self.filter.set(filter);
    }

    /// How many messages each level has, in the order of the levels.
    pub fn counts(&self) -> [u64; 4] {
        self.version.track();
        self.model.with_value(Model::counts)
    }

    /// How many lines there are, shown or not.
    pub fn n_lines(&self) -> usize {
        self.version.track();
        self.model.with_value(|model| model.entries().len())
    }

    /// How many lines are shown.
    pub fn n_shown(&self) -> usize {
        self.view.with(|view| view.shown.len())
    }

    /// How many lines of libraries are hidden.
    pub fn n_library(&self) -> usize {
        self.view.with(|view| view.n_library)
    }

    /// How many lines lie before and behind the focus.
    pub fn n_outside(&self) -> (usize, usize) {
        self.view.with(|view| view.n_outside)
    }

    /// Why the filter's pattern cannot be used.
    pub fn problem(&self) -> Option<String> {
        self.view.with(|view| view.problem.clone())
    }

    /// Whether all messages have come.
    pub fn is_complete(&self) -> Signal<bool> {
        self.is_complete.into()
    }

    /// Whether the server kept some back because there were too many.
    pub fn has_overflow(&self) -> Signal<bool> {
        self.has_overflow.into()
    }

    /// Reads again whatever was read of the lines when they change.
    pub fn track(&self) {
        self.version.track();
        self.view.track();
    }

    /// The line shown as the `index`-th, and how often it was said in a row. Not tracked.
    pub fn shown(&self, index: usize) -> Option<(Entry, u32)> {
        self.read(index, |entry, n_times| (entry.clone(), n_times))
    }

    /// Reads the line shown as the `index`-th without copying it. Not tracked.
    pub fn read<T>(&self, index: usize, read: impl FnOnce(&Entry, u32) -> T) -> Option<T> {
        self.view.with_untracked(|view| {
            let shown = view.shown.get(index)?;
            self.model.with_value(|model| {
                model
                    .entries()
                    .get(shown.at as usize)
                    .map(|entry| read(entry, shown.n_times))
            })
        })
    }

    /// Calls back with each line shown, in order. Not tracked.
    pub fn each_shown(&self, mut each: impl FnMut(&Entry)) {
        self.view.with_untracked(|view| {
            self.model.with_value(|model| {
                let entries = view
                    .shown
                    .iter()
                    .filter_map(|shown| model.entries().get(shown.at as usize));
                entries.for_each(&mut each);
            });
        });
    }

    /// The place that a line stands for, in the source.
    pub fn location(&self, entry: &Entry) -> Option<Location> {
        let place = entry.place?;
        let source_id = self
            .model
            .with_value(|model| model.source(place.source).cloned())?;
        Some(Location {
            source_id,
            line: place.line,
            column: place.column,
        })
    }

    /// How many of those shown lie at or before a moment.
    pub fn n_before(&self, moment: &Moment) -> usize {
        self.version.track();
        let n_until = self
            .model
            .with_value(|model| model.n_until(moment.point.as_ref(), moment.time_ms));
        self.view.with(|view| view.n_before(n_until))
    }

    /// The one of those shown whose point is the moment's; the first of several.
    pub fn current(&self, moment: &Moment) -> Option<usize> {
        let point = moment.point.as_ref()?;
        let mut found = None;
        for index in (0..self.n_before(moment)).rev() {
            match self.read(index, |entry, _| entry.point == *point) {
                Some(true) => found = Some(index),
                _ => break,
            }
        }
        found
    }

    /// The line to bring into sight, by its index among those shown.
    pub fn wanted(&self) -> Option<usize> {
        let id = self.wanted.get()?;
        self.track();
        let n_shown = self.view.with_untracked(|view| view.shown.len());
        (0..n_shown)
            .rev()
            .find(|index| self.read(*index, |entry, _| entry.id == id) == Some(true))
    }

    /// Whether a group shows what is in it.
    pub fn is_unfolded(&self, entry: &Entry) -> bool {
        let wish = self.toggled.with(|toggled| Wish {
            toggled: toggled.iter().filter(|id| **id == entry.id).copied().collect(),
            ..Wish::default()
        });
        !wish.is_folded(entry)
    }

    /// Folds a group, or opens it.
    pub fn toggle_group(&self, id: u32) {
        self.toggled.update(|toggled| flip(toggled, id));
    }

    /// Shows the repeats of a line one by one, or together again.
    pub fn toggle_repeats(&self, id: u32) {
        self.unfolded.update(|unfolded| flip(unfolded, id));
    }

    /// Whether the repeats of a line are shown one by one.
    pub fn has_repeats_shown(&self, id: u32) -> bool {
        self.unfolded.with_untracked(|unfolded| unfolded.contains(&id))
    }

    /// The lines whose values or stacks are shown.
    pub fn opened(&self) -> Signal<BTreeSet<u32>> {
        self.opened.into()
    }

    /// Shows the values or the stack of a line, or hides them.
    pub fn toggle(&self, id: u32) {
        self.opened.update(|opened| {
            if !opened.remove(&id) {
                opened.insert(id);
            }
        });
    }

    /// The index among those shown of each of some lines. Looks at every line shown, so it is for the few that are open.
    pub fn indices_of(&self, ids: &BTreeSet<u32>) -> Vec<(usize, u32)> {
        if ids.is_empty() {
            return Vec::new();
        }
        self.view.with_untracked(|view| {
            self.model.with_value(|model| {
                let entries = view
                    .shown
                    .iter()
                    .map(|shown| model.entries().get(shown.at as usize));
                let numbered = entries
                    .enumerate()
                    .filter_map(|(index, entry)| Some((index, entry?.id)));
                numbered.filter(|(_, id)| ids.contains(id)).collect()
            })
        })
    }

    /// The first line after `from`, or before it, that a test is passed by; goes around the ends.
    pub fn find(
        &self,
        from: Option<usize>,
        is_forward: bool,
        is_it: impl Fn(&Entry) -> bool,
    ) -> Option<usize> {
        let n = self.view.with_untracked(|view| view.shown.len());
        let start = match (from, is_forward) {
            (Some(at), true) => at + 1,
            (Some(at), false) => at + n.saturating_sub(1),
            (None, true) => 0,
            (None, false) => n.saturating_sub(1),
        };
        (0..n)
            .map(|step| {
                if is_forward {
                    (start + step) % n
                } else {
                    (start + n - step) % n
                }
            })
            .find(|index| self.read(*index, |entry, _| is_it(entry)) == Some(true))
    }

    /// The indices among some of those shown that a test is passed by. Not tracked.
    pub fn found_in(&self, indices: Range<usize>, is_it: impl Fn(&Entry) -> bool) -> Vec<u32> {
        self.view.with_untracked(|view| {
            self.model.with_value(|model| {
                let is_found = |index: &usize| view.entry(model, *index).is_some_and(&is_it);
                let indices = indices.start..indices.end.min(view.shown.len());
                indices.filter(is_found).map(|index| index as u32).collect()
            })
        })
    }

    /// Everything shown as one text, a line for each message.
    pub fn text(&self) -> String {
        self.view.with_untracked(|view| {
            self.model.with_value(|model| {
                let mut text = String::new();
                for index in 0..view.shown.len() {
                    if let Some(entry) = view.entry(model, index) {
                        text.push_str(&entry.text);
                        text.push('\n');
                    }
                }
                text
            })
        })
    }

    /// Puts someone else's lines in the place of those that the same source key had: a print statement's hits, each with its
    /// values and badge. Keys from [`SourceKey::FIRST_OF_OTHERS`] on are free to use; no lines take the source away.
    pub fn set_rows_of(&self, key: SourceKey, rows: Vec<Row>) {
        self.model.try_update_value(|model| {
            let lines = rows
                .into_iter()
                .map(|row| Entry::of_row(row, key, &mut |id| model.intern(id)))
                .collect();
            model.replace(key, lines);
        });
        self.show();
    }

    /// Takes the results of evaluations away.
    pub fn clear_evaluations(&self) {
        self.model
            .try_update_value(|model| model.remove(SourceKey::EVALUATIONS));
        self.show();
    }

    /// Whether there are results of evaluations.
    pub fn has_evaluations(&self) -> bool {
        self.version.track();
        // They are few; a search from the end finds one soon where there is one at the moment of the end.
        self.model.with_value(|model| {
            model
                .entries()
                .iter()
                .rev()
                .take(10_000)
                .any(|entry| entry.source == SourceKey::EVALUATIONS)
        })
    }

    /// The table of a line, once it is known.
    pub fn table(&self, id: u32) -> Option<Arc<Table>> {
        self.tables.with(|tables| tables.get(&id).cloned())
    }

    /// The lines whose tables are known.
    pub fn table_ids(&self) -> Vec<u32> {
        self.tables.with(|tables| tables.keys().copied().collect())
    }

    /// Takes messages in; the first of a session replace what an earlier session brought. They are shown whenever they have
    /// become a quarter more, and at the end: laying a million out takes a while, and must not be done for each.
    pub(super) fn add(&self, messages: Vec<wire::console::Message>, is_first: bool) {
        let n_new = messages.len();
        if is_first {
            self.sayings.clear();
        }
        let taken = self.model.try_update_value(|model| {
            if is_first {
                model.remove(SourceKey::MESSAGES);
            }
            let lines: Vec<Entry> = messages
                .into_iter()
                .map(|message| Entry::of_message(message, &mut |id| model.intern(id)))
                .collect();
            let said = said::said_in(&lines, model);
            model.take_in(lines);
            (model.entries().len(), said)
        });
        let Some((n_lines, said)) = taken else { return };
        self.sayings.take_in(said);
        let n_unseen = self.n_unseen.try_update_value(|n_unseen| {
            *n_unseen += n_new;
            *n_unseen
        });
        if n_unseen.unwrap_or_default() * 4 >= n_lines {
            self.show();
        }
    }

    pub(super) fn finish(&self, has_overflow: bool) {
        self.is_complete.try_set(true);
        self.has_overflow.try_set(has_overflow);
        self.show();
        self.bring_focused();
    }

    pub(super) fn learn_calls(&self, calls: &[ConsoleCall]) {
        self.model.try_update_value(|model| model.learn_calls(calls));
        self.show();
    }

    /// Pauses and objects of the session before mean nothing any more; what is shown of them stays.
    pub(super) fn ask_again(&self) {
        self.seeing.try_update_value(|seeing| *seeing = Seeing::default());
        self.completed.try_update_value(|completed| *completed = None);
        self.ask_points_again();
    }

    fn show(&self) {
        self.n_unseen.try_update_value(|n_unseen| *n_unseen = 0);
        self.version.try_update(|version| *version += 1);
    }

    /// The point of every error that nobody caught.
    fn is_uncaught(&self, point: &ExecutionPoint) -> bool {
        self.model
            .try_with_value(|model| model.has_uncaught(point))
            .unwrap_or_default()
    }
}

fn flip(ids: &mut HashSet<u32>, id: u32) {
    if !ids.remove(&id) {
        ids.insert(id);
    }
}
