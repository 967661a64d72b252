//! How often places ran and handlers were called: whole chunks from the index, the two at a range's edges from what ran
//! in them.

use std::{collections::HashMap, ops::Range};

use recording::{ids::SiteId, point::Point};
use wire::{
    debugger::{
        EventHandlerCount, GetAllEventHandlerCounts, GetAllEventHandlerCountsResult, GetEventHandlerCount,
        GetEventHandlerCountResult, GetEventHandlerCounts, GetEventHandlerCountsResult, GetHitCounts,
        GetHitCountsResult, HitCount, Location, SourceLocation,
    },
    error::ErrorCode,
    ids::EventHandlerType,
    recording::PointRange,
};

use super::Span;
use crate::{
    answer::{Answer, Failure, Outbox},
    code,
    session::Session,
    trace::Trace,
};

/// Places counted at once.
const MAX_LOCATIONS: usize = 200_000;

impl Session {
    pub(crate) fn get_hit_counts(
        &mut self,
        params: GetHitCounts,
        outbox: &mut Outbox<'_>,
    ) -> Answer<GetHitCountsResult> {
        let GetHitCounts {
            locations,
            source_id,
            max_hits,
            range,
        } = params;
        let source = self.trace.source(&source_id)?;
        if locations.iter().map(|line| line.columns.len()).sum::<usize>() > MAX_LOCATIONS {
            let message = format!("hit counts of more than {MAX_LOCATIONS} locations at once");
            return Err(Failure::new(ErrorCode::TOO_MANY_LOCATIONS, message));
        }
        let span = self.trace.span_of(range.as_ref()).intersection(self.focus_span());
        self.load_all(outbox)?;
        let counter = Counter::new(&self.trace, span)?;
        let sites = self.trace.sites_of(source)?;
        let mut hits = Vec::new();
        for line in locations {
            for column in line.columns {
                let at = code::position(SourceLocation {
                    line: line.line,
                    column,
                });
                let count: u64 = sites
                    .at(at)
                    .iter()
                    .map(|(_, site)| counter.count(&self.trace, *site))
                    .sum();
                hits.push(HitCount {
                    location: Location {
                        source_id: source_id.clone(),
                        line: line.line,
                        column,
                    },
                    hits: count.min(max_hits.unwrap_or(u64::MAX)),
                });
            }
        }
        Ok(GetHitCountsResult { hits })
    }

    pub(crate) fn get_event_handler_count(
        &mut self,
        params: GetEventHandlerCount,
        outbox: &mut Outbox<'_>,
    ) -> Answer<GetEventHandlerCountResult> {
        let GetEventHandlerCount { event_type, range } = params;
        self.load_all(outbox)?;
        let span = self.trace.span_of(range.as_ref());
        let counts = self
            .trace
            .count_handlers(span, |other| other == event_type.as_str())?;
        Ok(GetEventHandlerCountResult {
            count: counts.values().sum(),
        })
    }

    pub(crate) fn get_event_handler_counts(
        &mut self,
        params: GetEventHandlerCounts,
        outbox: &mut Outbox<'_>,
    ) -> Answer<GetEventHandlerCountsResult> {
        let GetEventHandlerCounts { event_types, range } = params;
        self.load_all(outbox)?;
        let span = self.trace.span_of(range.as_ref());
        let is_wanted = |other: &str| event_types.iter().any(|wanted| wanted.as_str() == other);
        let counts = self.trace.count_handlers(span, is_wanted)?;
        let counts = event_types.into_iter().map(|event_type| EventHandlerCount {
            count: counts.get(event_type.as_str()).copied().unwrap_or_default(),
            event_type,
        });
        Ok(GetEventHandlerCountsResult {
            counts: counts.collect(),
        })
    }

    pub(crate) fn get_all_event_handler_counts(
        &mut self,
        params: GetAllEventHandlerCounts,
        outbox: &mut Outbox<'_>,
    ) -> Answer<GetAllEventHandlerCountsResult> {
        self.load_all(outbox)?;
        let span = self.trace.span_of(params.range.as_ref());
        let counts = self.trace.count_handlers(span, |_| true)?;
        let counts = counts.into_iter().map(|(event_type, count)| EventHandlerCount {
            event_type: EventHandlerType::from(event_type),
            count,
        });
        Ok(GetAllEventHandlerCountsResult {
            counts: counts.collect(),
        })
    }
}

impl Trace {
    /// A range as the protocol writes it, its last point included; None for all that may be shown.
    fn span_of(&self, range: Option<&PointRange>) -> Span {
        let end = range.map_or(self.reader.end_point(), |range| self.clamped_point(&range.end));
        let asked = Span {
            begin: range.map_or(Point::BEGINNING, |range| self.clamped_point(&range.begin)),
            end: Point(end.0 + 1),
        };
        asked.intersection(self.span_shown())
    }
}

/// Counts how often sites ran in a span: whole chunks from the index, the two at its edges from their steps.
struct Counter {
    whole: Range<usize>,
    at_edges: HashMap<SiteId, u64>,
}

impl Counter {
    fn new(trace: &Trace, span: Span) -> Answer<Self> {
        let mut counter = Self {
            whole: 0..0,
            at_edges: HashMap::new(),
        };
        if span.begin >= span.end {
            return Ok(counter);
        }
        let chunks = trace.reader.chunks();
        let first = trace.chunk_of_point(span.begin);
        let last = trace.chunk_of_point(span.end);
        // The steps of a chunk are numbers first_step… and have points from (first_step + 1) << 16 on.
        let is_whole = |idx: usize| {
            chunks.get(idx).is_some_and(|chunk| {
                Point::before_step(chunk.first_step) >= span.begin
                    && Point::before_step((chunk.first_step + chunk.n_steps).saturating_sub(1)) < span.end
            })
        };
        let whole_from = if is_whole(first) { first } else { first + 1 };
        let whole_to = if is_whole(last) { last + 1 } else { last };
        counter.whole = whole_from..whole_to.max(whole_from);
        let mut edges = vec![first, last];
        edges.dedup();
        for chunk_idx in edges.into_iter().filter(|idx| !is_whole(*idx)) {
            let Some(view) = trace.view_unless_lost(chunk_idx)? else {
                continue;
            };
            for (step, row) in (view.start.n_steps..).zip(&view.steps) {
                if span.contains(Point::before_step(step)) {
                    *counter.at_edges.entry(row.site).or_default() += 1;
                }
            }
        }
        Ok(counter)
    }

    fn count(&self, trace: &Trace, site: SiteId) -> u64 {
        let before_end = trace.reader.site_runs_before(site, self.whole.end);
        let before_begin = trace.reader.site_runs_before(site, self.whole.start);
        before_end.saturating_sub(before_begin) + self.at_edges.get(&site).copied().unwrap_or_default()
    }
}
