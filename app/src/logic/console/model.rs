//! All lines in the order of the execution, and the view of them that a filter leaves.
//!
//! Long for its tests: the order, the view and what is counted only mean something together.
//!
//! Lines come in batches in any order; a batch is sorted by itself and merged into the end that it touches. The view goes on
//! from where it was if lines only came behind the last, and is made anew otherwise; either way each line is looked at once.

use std::collections::{HashMap, HashSet};

use wire::{debugger::Location, experimental::ConsoleCall, ids::SourceId, point::ExecutionPoint};

use super::{
    entry::{Body, Entry, Kind, SourceKey},
    filter::{Filter, Matcher, Needle, Verdict},
};

/// The lines.
#[derive(Debug, Default)]
pub struct Model {
    entries: Vec<Entry>,
    sources: Vec<SourceId>,
    by_source: HashMap<SourceId, u32>,
    n_ids: u32,
    /// Counts what views of it cannot follow by going on: lines in between, lines taken away.
    n_upheavals: u32,
    counts: [u64; 4],
}

impl Model {
    /// Every line.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// How many messages each level has, in the order of [`components::console::Level::ALL`].
    pub fn counts(&self) -> [u64; 4] {
        self.counts
    }

    /// The sources by their numbers.
    pub fn sources(&self) -> &[SourceId] {
        &self.sources
    }

    /// The source of a number.
    pub fn source(&self, number: u32) -> Option<&SourceId> {
        self.sources.get(number as usize)
    }

    /// Where a line was said.
    pub fn location(&self, line: &Entry) -> Option<Location> {
        let place = line.place.as_ref()?;
        Some(Location {
            source_id: self.source(place.source)?.clone(),
            line: place.line,
            column: place.column,
        })
    }

    /// The number of a source, given to it if it has none.
    pub fn intern(&mut self, id: &SourceId) -> u32 {
        if let Some(number) = self.by_source.get(id) {
            return *number;
        }
        let number = self.sources.len() as u32;
        self.sources.push(id.clone());
        self.by_source.insert(id.clone(), number);
        number
    }

    /// Takes lines in, in any order.
    pub fn take_in(&mut self, mut batch: Vec<Entry>) {
        for entry in &mut batch {
            self.n_ids += 1;
            entry.id = self.n_ids;
            if entry.source == SourceKey::MESSAGES {
                self.counts[entry.kind.level() as usize] += 1;
            }
        }
        // Stable, so that lines of one source at a point stay as they came.
        batch.sort_by(|a, b| a.key().cmp(&b.key()));
        let Some(first) = batch.first() else { return };
        let at = match self.entries.last().is_none_or(|last| last.key() <= first.key()) {
            true => self.entries.len(),
            false => self.entries.partition_point(|entry| entry.key() <= first.key()),
        };
        if at == self.entries.len() {
            return self.entries.extend(batch);
        }
        self.n_upheavals += 1;
        let tail = self.entries.split_off(at);
        self.entries.reserve(tail.len() + batch.len());
        let (mut olds, mut news) = (tail.into_iter().peekable(), batch.into_iter().peekable());
        loop {
            let takes_old = match (olds.peek(), news.peek()) {
                (Some(old), Some(new)) => old.key() <= new.key(),
                (old, _) => old.is_some(),
            };
            let next = if takes_old { olds.next() } else { news.next() };
            match next {
                Some(entry) => self.entries.push(entry),
                None => return,
            }
        }
    }

    /// Takes away all lines of a source.
    pub fn remove(&mut self, source: SourceKey) {
        let n_before = self.entries.len();
        self.entries.retain(|entry| entry.source != source);
        if source == SourceKey::MESSAGES {
            self.counts = [0; 4];
        }
        if self.entries.len() != n_before {
            self.n_upheavals += 1;
        }
    }

    /// Replaces all lines of a source.
    pub fn replace(&mut self, source: SourceKey, lines: Vec<Entry>) {
        self.remove(source);
        self.take_in(lines);
    }

    /// Learns which messages are of which method, and how deep in groups they stand. `calls` are in order.
    pub fn learn_calls(&mut self, calls: &[ConsoleCall]) {
        if calls.is_empty() {
            return;
        }
        self.n_upheavals += 1;
        let mut counts = [0; 4];
        let mut calls = calls.iter().peekable();
        let mut depth = 0;
        for entry in self
            .entries
            .iter_mut()
            .filter(|entry| entry.source == SourceKey::MESSAGES)
        {
            let mut own = None;
            while let Some(call) = calls.next_if(|call| call.point <= entry.point) {
                let opens = u32::from(call.method.starts_with("group") && call.method != "groupEnd");
                depth = call.depth + opens;
                own = (call.point == entry.point).then_some(call).or(own);
            }
            entry.depth = u8::try_from(own.map_or(depth, |call| call.depth)).unwrap_or(u8::MAX);
            if let (Some(call), Kind::Log) = (own, entry.kind) {
                entry.kind = match call.method.as_str() {
                    "group" => Kind::Group,
                    "groupCollapsed" => Kind::FoldedGroup,
                    "table" => Kind::Table,
                    "info" => Kind::Info,
                    "clear" => Kind::Clear,
                    _ => Kind::Log,
                };
                if entry.kind == Kind::Clear && entry.text.is_empty() {
                    entry.text = "Console was cleared".into();
                    entry.n_columns = Some(20);
                }
            }
            counts[entry.kind.level() as usize] += 1;
        }
        self.counts = counts;
    }

    /// Gives a line what was asked for when it was seen.
    pub fn amend(&mut self, line: &Entry, body: Body) {
        let from = self.entries.partition_point(|entry| entry.key() < line.key());
        let found = self.entries.get_mut(from..).and_then(|entries| {
            entries
                .iter_mut()
                .take_while(|entry| entry.key() == line.key())
                .find(|entry| entry.id == line.id)
        });
        if let Some(entry) = found {
            entry.fill(body);
            self.n_upheavals += 1;
        }
    }

    /// The number of the line that came last.
    pub fn last_id(&self) -> u32 {
        self.n_ids
    }

    /// Whether an error at a point is one that nobody caught.
    pub fn has_uncaught(&self, point: &ExecutionPoint) -> bool {
        let from = self.entries.partition_point(|entry| entry.point < *point);
        self.entries
            .iter()
            .skip(from)
            .take_while(|entry| entry.point == *point)
            .any(|entry| entry.kind == Kind::Uncaught)
    }

    /// Whether there is a message at a point.
    pub fn has_message(&self, point: &ExecutionPoint) -> bool {
        let from = self.entries.partition_point(|entry| entry.point < *point);
        self.entries
            .iter()
            .skip(from)
            .take_while(|entry| entry.point == *point)
            .any(|entry| entry.source == SourceKey::MESSAGES)
    }

    /// The index of the first line after a point, or after a time if there is none.
    pub fn n_until(&self, point: Option<&ExecutionPoint>, time_ms: f64) -> usize {
        self.entries.partition_point(|entry| match point {
            Some(point) => entry.point <= *point,
            None => entry.time_ms <= time_ms,
        })
    }
}

impl Entry {
    fn key(&self) -> (&ExecutionPoint, SourceKey) {
        (&self.point, self.source)
    }
}

/// A line that is shown, and how often the same was said in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Index of the first in the model.
    pub at: u32,
    /// How often, at least 1.
    pub n_times: u32,
}

/// What a view is made by.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wish {
    /// What is shown.
    pub filter: Filter,
    /// Numbers of the sources that are libraries'.
    pub libraries: HashSet<u32>,
    /// Ids of groups that are not as they begin: folded or opened by a person.
    pub toggled: HashSet<u32>,
    /// Ids of lines whose repeats are shown one by one.
    pub unfolded: HashSet<u32>,
    /// The focus: what lies outside is not shown but counted.
    pub focus: Option<(ExecutionPoint, ExecutionPoint)>,
}

/// The lines that are shown.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// In order.
    pub shown: Vec<Shown>,
    /// How many a filter by library has hidden.
    pub n_library: usize,
    /// How many lie before and behind the focus.
    pub n_outside: (usize, usize),
    /// Why the pattern cannot be used.
    pub problem: Option<String>,
    wish: Wish,
    needle: Option<Needle>,
    n_seen: usize,
    n_upheavals: u32,
    /// The depth of the folded group that hides what follows.
    folded: Option<u8>,
    /// Changes with every change of the view.
    pub serial: u64,
    work: Work,
}

/// What is still to be looked at for a view.
#[derive(Clone, Debug, Default)]
enum Work {
    /// Nothing.
    #[default]
    Done,
    /// The lines from the first index to the second.
    Lines(usize, usize),
    /// Those that were shown, from an index on.
    Shown(Vec<Shown>, usize),
}

impl View {
    /// Follows the model and what is wished for. Says whether anything is different.
    pub fn follow(&mut self, model: &Model, wish: &Wish) -> bool {
        let is_new = self.begin(model, wish);
        self.go_on(model, usize::MAX);
        is_new
    }

    /// Whether it may stay for a moment though something else is wished for: it shows lines that are still where they were.
    pub fn can_wait(&self, model: &Model, wish: &Wish) -> bool {
        self.needle.is_some() && self.n_upheavals == model.n_upheavals && !self.is_of(wish)
    }

    /// Whether it was made by that wish.
    pub fn is_of(&self, wish: &Wish) -> bool {
        self.wish.is_same(wish)
    }

    /// Whether its lines are where they were when it was made.
    pub fn stands_on(&self, model: &Model) -> bool {
        self.n_upheavals == model.n_upheavals
    }

    /// Takes up what is wished for; [`Self::go_on`] does it. Says whether there is anything to do.
    pub fn begin(&mut self, model: &Model, wish: &Wish) -> bool {
        let is_same_wish = self.needle.is_some() && self.wish.is_same(wish);
        if is_same_wish && self.n_upheavals == model.n_upheavals && self.n_seen == model.entries.len() {
            return false;
        }
        self.serial += 1;
        let needle = match Needle::read(&wish.filter.state.text) {
            Ok(needle) => {
                self.problem = None;
                needle
            }
            Err(problem) => {
                self.problem = Some(problem);
                Needle::Any
            }
        };
        let goes_on =
            is_same_wish && self.n_upheavals == model.n_upheavals && self.n_seen <= model.entries.len();
        // A longer word is looked for only in what has the shorter one.
        let narrows = !goes_on
            && self.n_upheavals == model.n_upheavals
            && self.n_seen == model.entries.len()
            && self.n_library == 0
            && !wish.filter.groups_repeats
            && self.folded.is_none()
            && self.wish.differs_in_text_only(wish)
            && self.needle.as_ref().is_some_and(|before| before.widens(&needle));
        self.work = if narrows {
            Work::Shown(std::mem::take(&mut self.shown), 0)
        } else {
            if !goes_on {
                self.shown.clear();
                self.n_library = 0;
                self.folded = None;
                self.n_seen = 0;
            }
            let window = window(model, wish);
            self.n_outside = (window.start, model.entries.len() - window.end);
            Work::Lines(self.n_seen.max(window.start), window.end)
        };
        self.n_seen = model.entries.len();
        self.n_upheavals = model.n_upheavals;
        self.wish = wish.clone();
        self.needle = Some(needle);
        true
    }

    /// Looks at some more lines. Says whether more are left. The model may have got more lines at its end since.
    pub fn go_on(&mut self, model: &Model, n_lines: usize) -> bool {
        let (wish, needle) = (std::mem::take(&mut self.wish), self.needle.take());
        let any = Needle::Any;
        let matcher = Matcher {
            filter: &wish.filter,
            needle: needle.as_ref().unwrap_or(&any),
            libraries: &wish.libraries,
        };
        self.work = match std::mem::take(&mut self.work) {
            Work::Done => Work::Done,
            Work::Lines(from, end) => {
                let to = end.min(from.saturating_add(n_lines));
                for at in from..to {
                    self.look_at(model, &wish, &matcher, at);
                }
                match to < end {
                    true => Work::Lines(to, end),
                    false => Work::Done,
                }
            }
            Work::Shown(before, from) => {
                let to = before.len().min(from.saturating_add(n_lines));
                let is_shown = |shown: &&Shown| {
                    let entry = model.entries.get(shown.at as usize);
                    entry.is_some_and(|entry| matcher.judge(entry) == Verdict::Shown)
                };
                let some = before.get(from..to).unwrap_or_default();
                self.shown.extend(some.iter().filter(is_shown));
                match to < before.len() {
                    true => Work::Shown(before, to),
                    false => Work::Done,
                }
            }
        };
        (self.wish, self.needle) = (wish, needle);
        !matches!(self.work, Work::Done)
    }

    fn look_at(&mut self, model: &Model, wish: &Wish, matcher: &Matcher<'_>, at: usize) {
        let Some(entry) = model.entries.get(at) else {
            return;
        };
        if entry.source == SourceKey::MESSAGES {
            match self.folded {
                Some(depth) if entry.depth > depth => return,
                _ => self.folded = None,
            }
        }
        match matcher.judge(entry) {
            Verdict::Unwanted => return,
            Verdict::Library => return self.n_library += 1,
            Verdict::Shown => {}
        }
        if entry.kind.is_group() && wish.is_folded(entry) {
            self.folded = Some(entry.depth);
        }
        if wish.filter.groups_repeats
            && let Some(last) = self.shown.last_mut()
            && let Some(first) = model.entries.get(last.at as usize)
            && says_the_same(first, entry)
            && !wish.unfolded.contains(&first.id)
        {
            last.n_times += 1;
            return;
        }
        self.shown.push(Shown {
            at: at as u32,
            n_times: 1,
        });
    }

    /// The line shown as the `index`-th.
    pub fn entry<'m>(&self, model: &'m Model, index: usize) -> Option<&'m Entry> {
        model.entries.get(self.shown.get(index)?.at as usize)
    }

    /// How many of those shown stand before the `n_until`-th line of the model.
    pub fn n_before(&self, n_until: usize) -> usize {
        self.shown.partition_point(|shown| (shown.at as usize) < n_until)
    }
}

impl Wish {
    /// Whether a group shows only its heading.
    pub fn is_folded(&self, entry: &Entry) -> bool {
        (entry.kind == Kind::FoldedGroup) != self.toggled.contains(&entry.id)
    }

    fn is_same(&self, other: &Self) -> bool {
        self.filter == other.filter && self.is_same_but_for_filter(other)
    }

    fn is_same_but_for_filter(&self, other: &Self) -> bool {
        self.libraries == other.libraries
            && self.toggled == other.toggled
            && self.unfolded == other.unfolded
            && self.focus == other.focus
    }

    fn differs_in_text_only(&self, other: &Self) -> bool {
        let mut filter = self.filter.clone();
        filter.state.text.clone_from(&other.filter.state.text);
        filter == other.filter && self.is_same_but_for_filter(other)
    }
}

/// The part of the model that is in focus.
fn window(model: &Model, wish: &Wish) -> std::ops::Range<usize> {
    let entries = &model.entries;
    match &wish.focus {
        None => 0..entries.len(),
        Some((begin, end)) => {
            let start = entries.partition_point(|entry| entry.point < *begin);
            let end = entries.partition_point(|entry| entry.point <= *end);
            start..end.max(start)
        }
    }
}

/// Whether two messages are the same to a reader. Those with objects are not: each shows its own.
fn says_the_same(one: &Entry, other: &Entry) -> bool {
    let is_countable = |entry: &Entry| {
        entry.source == SourceKey::MESSAGES
            && !entry.kind.is_group()
            && entry.body.as_ref().is_none_or(|body| body.pause_id.is_none())
    };
    is_countable(one)
        && is_countable(other)
        && one.kind == other.kind
        && one.depth == other.depth
        && one.place == other.place
        && one.text == other.text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(point: u128, text: &str) -> Entry {
        Entry::new(
            point.into(),
            point as f64,
            SourceKey::MESSAGES,
            Kind::Log,
            text.to_owned(),
        )
    }

    fn of(source: SourceKey, point: u128, text: &str) -> Entry {
        Entry {
            source,
            ..entry(point, text)
        }
    }

    fn texts(model: &Model) -> Vec<&str> {
        model.entries().iter().map(|entry| &*entry.text).collect()
    }

    fn shown<'m>(model: &'m Model, view: &View) -> Vec<(&'m str, u32)> {
        view.shown
            .iter()
            .map(|shown| (&*model.entries[shown.at as usize].text, shown.n_times))
            .collect()
    }

    fn call(point: u128, method: &str, depth: u32) -> ConsoleCall {
        ConsoleCall {
            point: point.into(),
            time: 0.0,
            method: method.to_owned(),
            depth,
        }
    }

    #[test]
    fn lines_come_in_any_order_and_stand_in_one() {
        let mut model = Model::default();
        model.take_in(vec![entry(70, "c"), entry(8, "a")]);
        model.take_in(vec![entry(9, "b"), entry(8, "also a"), entry(100, "d")]);
        model.take_in(vec![of(SourceKey::EVALUATIONS, 8, "result")]);
        assert_eq!(texts(&model), ["a", "also a", "result", "b", "c", "d"]);
        model.remove(SourceKey::EVALUATIONS);
        assert_eq!(texts(&model), ["a", "also a", "b", "c", "d"]);
        assert_eq!(model.counts(), [0, 0, 0, 5]);
    }

    #[test]
    fn the_view_goes_on_and_is_made_anew_to_the_same() {
        let mut model = Model::default();
        let mut wish = Wish::default();
        wish.filter.state.text = "a".to_owned();
        let mut view = View::default();
        for points in [[1, 2, 3], [4, 5, 6], [0, 7, 8]] {
            model.take_in(
                points
                    .map(|point| entry(point, if point % 2 == 0 { "a" } else { "b" }))
                    .into(),
            );
            assert!(view.follow(&model, &wish));
            assert!(!view.follow(&model, &wish), "nothing is new");
            let mut anew = View::default();
            anew.follow(&model, &wish);
            assert_eq!(view.shown, anew.shown);
        }
        assert_eq!(shown(&model, &view), [("a", 5)]);
        wish.filter.groups_repeats = false;
        view.follow(&model, &wish);
        wish.filter.state.text = "ab".to_owned();
        view.follow(&model, &wish);
        assert_eq!(shown(&model, &view), []);
    }

    #[test]
    fn what_is_said_again_is_counted_until_it_is_unfolded() {
        let mut model = Model::default();
        model.take_in(vec![entry(1, "a"), entry(2, "a"), entry(3, "b"), entry(4, "a")]);
        let mut wish = Wish::default();
        let mut view = View::default();
        view.follow(&model, &wish);
        assert_eq!(shown(&model, &view), [("a", 2), ("b", 1), ("a", 1)]);
        wish.unfolded.insert(model.entries()[0].id);
        view.follow(&model, &wish);
        assert_eq!(shown(&model, &view), [("a", 1), ("a", 1), ("b", 1), ("a", 1)]);
    }

    #[test]
    fn folded_groups_hide_what_is_in_them() {
        let mut model = Model::default();
        let lines = ["out", "group", "in", "inner", "deep", "in again", "out again"];
        model.take_in(
            (1..)
                .zip(lines)
                .map(|(point, text)| entry(point * 10, text))
                .collect(),
        );
        model.learn_calls(&[
            call(20, "group", 0),
            call(40, "groupCollapsed", 1),
            call(55, "groupEnd", 1),
            call(65, "groupEnd", 0),
        ]);
        let depths: Vec<u8> = model.entries().iter().map(|entry| entry.depth).collect();
        assert_eq!(depths, [0, 0, 1, 1, 2, 1, 0]);
        let mut wish = Wish::default();
        let mut view = View::default();
        let names = |model: &Model, view: &View| -> Vec<String> {
            shown(model, view)
                .into_iter()
                .map(|(text, _)| text.to_owned())
                .collect()
        };
        view.follow(&model, &wish);
        assert_eq!(
            names(&model, &view),
            ["out", "group", "in", "inner", "in again", "out again"]
        );
        wish.toggled.insert(model.entries()[1].id);
        view.follow(&model, &wish);
        assert_eq!(names(&model, &view), ["out", "group", "out again"]);
    }

    #[test]
    fn what_lies_outside_the_focus_is_counted() {
        let mut model = Model::default();
        model.take_in((1..=10).map(|point| entry(point, &point.to_string())).collect());
        let wish = Wish {
            focus: Some((3_u64.into(), 8_u64.into())),
            ..Wish::default()
        };
        let mut view = View::default();
        view.follow(&model, &wish);
        assert_eq!((view.n_outside, view.shown.len()), ((2, 2), 6));
        assert_eq!(view.n_before(model.n_until(Some(&5_u64.into()), 0.0)), 3);
        assert_eq!(view.n_before(model.n_until(None, 8.5)), 6);
    }

    #[test]
    fn libraries_are_hidden_and_counted() {
        let mut model = Model::default();
        let source = model.intern(&SourceId::from("lib"));
        let mut line = entry(1, "from a library");
        line.place = Some(super::super::entry::Place {
            source,
            line: 1,
            column: 0,
        });
        let mut uncaught = line.clone();
        uncaught.kind = Kind::Uncaught;
        model.take_in(vec![line, uncaught]);
        let mut wish = Wish::default();
        wish.libraries.insert(source);
        let mut view = View::default();
        view.follow(&model, &wish);
        assert_eq!((view.n_library, view.shown.len()), (1, 1));
        wish.filter.shows_libraries = true;
        view.follow(&model, &wish);
        assert_eq!((view.n_library, view.shown.len()), (0, 2));
    }

    #[test]
    fn a_view_made_in_slices_is_the_same() {
        let mut model = Model::default();
        let entries = |range: std::ops::Range<u128>| {
            let texts = ["saved", "sold", "saved again"];
            let entry = |point: u128| entry(point, texts[(point / 3) as usize % texts.len()]);
            range.map(entry).collect::<Vec<_>>()
        };
        model.take_in(entries(0..100));
        let mut shown = View::default();
        shown.follow(&model, &Wish::default());
        for groups_repeats in [true, false] {
            let mut wish = Wish::default();
            wish.filter.groups_repeats = groups_repeats;
            let mut before = View::default();
            before.follow(&model, &wish);
            for text in ["s", "sa", "save", "o", "/so|ag/"] {
                wish.filter.state.text = text.to_owned();
                assert!(before.can_wait(&model, &wish) && !before.is_of(&wish));
                let mut view = before.clone();
                view.begin(&model, &wish);
                let mut n_slices = 1;
                while view.go_on(&model, 7) {
                    n_slices += 1;
                    if n_slices == 3 && model.entries().len() < 200 {
                        let from = model.entries().len() as u128;
                        model.take_in(entries(from..from + 5));
                    }
                }
                assert!(n_slices > 3 && view.is_of(&wish));
                view.follow(&model, &wish);
                let mut whole = View::default();
                whole.follow(&model, &wish);
                assert_eq!(view.shown, whole.shown, "{text}, {groups_repeats}");
                before = view;
            }
        }
        model.take_in(vec![entry(50, "in between")]);
        assert!(!shown.can_wait(&model, &Wish::default()));
    }

    #[test]
    fn a_million_lines_are_kept_filtered_and_found() {
        const N: u32 = 1_000_000;
        let mut model = Model::default();
        let mut view = View::default();
        let mut wish = Wish::default();
        for batch in 0..(N / 4_000) {
            let first = batch * 4_000;
            let lines = (first..first + 4_000).map(|n| entry(u128::from(n) << 16, &format!("message {n}")));
            model.take_in(lines.collect());
            view.follow(&model, &wish);
        }
        assert_eq!(
            (model.entries().len(), view.shown.len()),
            (N as usize, N as usize)
        );
        wish.filter.state.text = "message 99999".to_owned();
        view.follow(&model, &wish);
        let found: Vec<&str> = shown(&model, &view).into_iter().map(|(text, _)| text).collect();
        assert_eq!(
            (found.len(), found[0], found[10]),
            (11, "message 99999", "message 999999")
        );
        wish.filter.state.text = String::new();
        model.take_in(vec![of(SourceKey::EVALUATIONS, 500_000 << 16, "result")]);
        view.follow(&model, &wish);
        let at = view.n_before(model.n_until(Some(&(500_000_u128 << 16).into()), 0.0));
        assert_eq!(at, 500_002);
        assert_eq!(
            view.entry(&model, at - 1).map(|entry| &*entry.text),
            Some("result")
        );
        assert!(size_of::<Entry>() <= 96, "{}", size_of::<Entry>());
    }
}
