//! Event handlers: the frames that ran because an event was dispatched. A dispatch has its own point; its handlers are the
//! frames called from outside after it, until the next one. Where a script dispatches an event itself, with frames on the
//! stack, they are the frames called right from there, until the script goes on.

use std::collections::BTreeMap;

use recording::{event::Row, page::Dispatch, point::Point};
use wire::ids::EventHandlerType;

use super::{
    Found, Span,
    happenings::is_entry,
    places::{Places, SiteRun},
};
use crate::{answer::Answer, trace::Trace};

/// A handler's first step, and the chunk it is in.
type Handler = (usize, SiteRun);

impl Trace {
    /// The first step of every handler of some types of event.
    pub(super) fn find_handlers(
        &self,
        types: &[EventHandlerType],
        span: Span,
        found: &mut Found,
    ) -> Answer<()> {
        let mut handlers = Vec::new();
        self.each_dispatch(span, |event_type, ran| {
            if types.iter().any(|wanted| wanted.as_str() == event_type) {
                handlers.extend(ran()?);
            }
            Ok(())
        })?;
        handlers.sort_unstable_by_key(|(_, run)| run.step);
        handlers.dedup();
        let mut places = Places::default();
        for (chunk_idx, run) in handlers {
            let point = Point::before_step(run.step);
            if !found.take(point, || places.describe(self, chunk_idx, run))? {
                break;
            }
        }
        Ok(())
    }

    /// How many handlers ran, by type of event; only of types that `is_wanted`.
    pub(super) fn count_handlers(
        &self,
        span: Span,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Answer<BTreeMap<String, u64>> {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        self.each_dispatch(span, |event_type, ran| {
            if is_wanted(event_type) {
                let n_handlers = ran()?.len() as u64;
                if n_handlers > 0 {
                    *counts.entry(event_type.to_owned()).or_default() += n_handlers;
                }
            }
            Ok(())
        })?;
        Ok(counts)
    }

    /// Passes on every dispatch whose handlers may have run in a span: its type, and how to find those that did.
    fn each_dispatch(
        &self,
        span: Span,
        mut pass_on: impl FnMut(&str, &dyn Fn() -> Answer<Vec<Handler>>) -> Answer<()>,
    ) -> Answer<()> {
        let rows = self.reader.dispatches()?;
        // The last dispatch from outside, and those of scripts after it, may have handlers in the span.
        let mut first = rows.partition_point(|row| row.point < span.begin);
        while let Some(before) = first.checked_sub(1) {
            first = before;
            if !self.is_nested(rows.get(before))? {
                break;
            }
        }
        for (row_idx, row) in rows.iter().enumerate().skip(first) {
            if row.point >= span.end {
                break;
            }
            let ran = || {
                let mut handlers = match self.is_nested(Some(row))? {
                    true => self.called_within(&rows, row_idx)?,
                    false => self.called_from_outside(&rows, row_idx)?,
                };
                handlers.retain(|(_, run)| span.contains(Point::before_step(run.step)));
                Ok(handlers)
            };
            pass_on(&row.event.event_type, &ran)?;
        }
        Ok(())
    }

    /// Whether a script dispatched it.
    fn is_nested(&self, row: Option<&Row<Dispatch>>) -> Answer<bool> {
        let Some(row) = row else { return Ok(false) };
        let moments = self.moments_unless_lost(self.chunk_of_point(row.point))?;
        Ok(moments.is_some_and(|moments| moments.nested_marks.binary_search(&row.point).is_ok()))
    }

    fn called_from_outside(&self, rows: &[Row<Dispatch>], row_idx: usize) -> Answer<Vec<Handler>> {
        let begin = rows.get(row_idx).map_or(Point::BEGINNING, |row| row.point);
        let mut end = self.reader.end_point();
        for next in rows.iter().skip(row_idx + 1) {
            if !self.is_nested(Some(next))? {
                end = next.point;
                break;
            }
        }
        let span = Span { begin, end };
        let mut handlers = Vec::new();
        for chunk_idx in self.chunks_of_span(span) {
            let (Some(moments), Some(chunk)) = (
                self.moments_unless_lost(chunk_idx)?,
                self.reader.chunks().get(chunk_idx),
            ) else {
                continue;
            };
            let step = |step_idx: u32| chunk.first_step + u64::from(step_idx);
            let from = moments
                .calls
                .partition_point(|(step_idx, _)| Point::before_step(step(*step_idx)) < begin);
            let calls = moments.calls.iter().skip(from);
            let calls = calls.take_while(|(step_idx, _)| Point::before_step(step(*step_idx)) < end);
            handlers.extend(calls.map(|(step_idx, site)| {
                let run = SiteRun {
                    step: step(*step_idx),
                    site: *site,
                    depth: 1,
                };
                (chunk_idx, run)
            }));
        }
        Ok(handlers)
    }

    fn called_within(&self, rows: &[Row<Dispatch>], row_idx: usize) -> Answer<Vec<Handler>> {
        let Some(row) = rows.get(row_idx) else {
            return Ok(Vec::new());
        };
        let depth = self.moment(row.point)?.stack().len() as u32;
        let mut next_rows = rows.iter().skip(row_idx + 1).peekable();
        let mut handlers = Vec::new();
        for chunk_idx in self.chunk_of_point(row.point)..self.reader.chunks().len() {
            let Some(view) = self.view_unless_lost(chunk_idx)? else {
                break;
            };
            let from = row.point.n_steps().saturating_sub(view.start.n_steps) as usize;
            for (step_idx, step) in view.steps.iter().enumerate().skip(from) {
                let number = view.start.n_steps + step_idx as u64;
                let mut is_over = step.depth <= depth;
                while let Some(next) = next_rows.next_if(|next| next.point < Point::before_step(number)) {
                    is_over |= self.moment(next.point)?.stack().len() as u32 <= depth;
                }
                if is_over {
                    return Ok(handlers);
                }
                if step.depth == depth + 1 && is_entry(&view, step.frame, number) {
                    let run = SiteRun {
                        step: number,
                        site: step.site,
                        depth: step.depth,
                    };
                    handlers.push((chunk_idx, run));
                }
            }
        }
        Ok(handlers)
    }
}
