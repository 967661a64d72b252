//! The messages, and which of them the person wants to see.

use std::sync::Arc;

use leptos::prelude::*;

use super::timeline::Moment;
use crate::logic::console::{self, Counts, Filter, Line};

/// The messages in the order of the execution.
#[derive(Clone, Copy)]
pub struct ConsoleStore {
    lines: RwSignal<Arc<[Arc<Line>]>>,
    filter: RwSignal<Filter>,
    shown: Memo<Arc<[u32]>>,
    is_complete: RwSignal<bool>,
    has_overflow: RwSignal<bool>,
}

impl ConsoleStore {
    pub(super) fn new() -> Self {
        let lines = RwSignal::new(Arc::<[Arc<Line>]>::from([]));
        let filter = RwSignal::new(Filter::default());
        let shown = Memo::new(move |_| {
            lines.with(|lines| filter.with(|filter| console::filter(lines, filter).into()))
        });
        Self {
            lines,
            filter,
            shown,
            is_complete: RwSignal::default(),
            has_overflow: RwSignal::default(),
        }
    }

    /// Every message.
    pub fn lines(&self) -> Signal<Arc<[Arc<Line>]>> {
        self.lines.into()
    }

    /// The indices of those that are shown.
    pub fn shown(&self) -> Memo<Arc<[u32]>> {
        self.shown
    }

    /// What narrows them.
    pub fn filter(&self) -> Signal<Filter> {
        self.filter.into()
    }

    /// How many there are of each level.
    pub fn counts(&self) -> Counts {
        self.lines.with(|lines| console::counts(lines))
    }

    /// Whether all have come.
    pub fn is_complete(&self) -> Signal<bool> {
        self.is_complete.into()
    }

    /// Whether the server kept some back because there were too many.
    pub fn has_overflow(&self) -> Signal<bool> {
        self.has_overflow.into()
    }

    /// The message shown as the `index`-th.
    pub fn line(&self, index: usize) -> Option<Arc<Line>> {
        let at = self.shown.with(|shown| shown.get(index).copied())? as usize;
        self.lines.with(|lines| lines.get(at).cloned())
    }

    /// How many of those shown lie at or before a moment.
    pub fn n_before(&self, moment: &Moment) -> usize {
        let is_before = |line: &Line| match &moment.point {
            Some(point) => line.point() <= point,
            None => line.message.point.time <= moment.time_ms,
        };
        self.lines.with(|lines| {
            self.shown.with(|shown| {
                shown.partition_point(|at| lines.get(*at as usize).is_some_and(|line| is_before(line)))
            })
        })
    }

    /// The one of those shown whose point is the moment's.
    pub fn current(&self, moment: &Moment) -> Option<usize> {
        let point = moment.point.as_ref()?;
        let latest = self.n_before(moment).checked_sub(1)?;
        self.line(latest)
            .filter(|line| line.point() == point)
            .map(|_| latest)
    }

    /// Narrows or widens what is shown.
    pub fn set_filter(&self, filter: Filter) {
        self.filter.set(filter);
    }

    /// Adds messages; the first of a session replace what an earlier session brought.
    pub(super) fn add(&self, new: Vec<Line>, is_first: bool) {
        self.lines
            .try_update(|lines| *lines = console::merge(if is_first { &[] } else { &lines[..] }, new).into());
    }

    pub(super) fn complete(&self, has_overflow: bool) {
        self.is_complete.try_set(true);
        self.has_overflow.try_set(has_overflow);
    }
}
