//! Searches over the execution: points by selector, hit counts. Where a place ran comes from its posting list; only the
//! chunks that have it, or that the range cuts, are read.

use std::collections::{BTreeMap, HashMap};

use recording::{
    ids::{InstanceId, SiteId},
    point::Point,
};
use wire::{
    debugger::{GetHitCounts, GetHitCountsResult, HitCount, Location, PointDescription, SourceLocation},
    error::ErrorCode,
    point::ExecutionPoint,
    session::{FindPoints, FindPointsResult, FindPointsResults, PointPageLimits, PointSelector},
};

use crate::{
    answer::{Answer, Failure, Outbox},
    code, describe,
    session::Session,
    trace::Trace,
    view::HappeningKind,
};

/// Points that one search gives at most. The next page begins where it stopped.
pub(crate) const MAX_POINTS: usize = 10_000;

/// Points in one event: at about 200 bytes each under 256 KiB.
const POINTS_PER_EVENT: usize = 1_000;

/// Places counted at once.
const MAX_LOCATIONS: usize = 200_000;

/// A part of the recording: its first point, and the first point after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) begin: Point,
    pub(crate) end: Point,
}

impl Span {
    fn contains(&self, point: Point) -> bool {
        self.begin <= point && point < self.end
    }

    pub(crate) fn intersection(self, other: Self) -> Self {
        Self {
            begin: self.begin.max(other.begin),
            end: self.end.min(other.end),
        }
    }
}

/// What is found, up to a limit.
struct Found {
    points: Vec<PointDescription>,
    max_count: usize,
    next_begin: Option<Point>,
}

impl Found {
    /// Takes a point, or notes it as the next page's first. Says whether to go on.
    fn take(&mut self, point: Point, describe: impl FnOnce() -> Answer<PointDescription>) -> Answer<bool> {
        if self.points.len() >= self.max_count {
            self.next_begin = Some(point);
            return Ok(false);
        }
        self.points.push(describe()?);
        Ok(true)
    }
}

/// Points that a selector finds, in order, and where the next page begins if there are more.
#[derive(Debug)]
pub(crate) struct Selected {
    pub(crate) points: Vec<PointDescription>,
    pub(crate) next_begin: Option<ExecutionPoint>,
}

/// What a selector finds within the focus window and the client's limits, at most `max_count` points of it. Sends
/// nothing but news of the indexes it has to read.
pub(crate) fn select(
    session: &mut Session,
    selector: &PointSelector,
    limits: Option<&PointPageLimits>,
    max_count: usize,
    outbox: &mut Outbox<'_>,
) -> Answer<Selected> {
    session.load_all(outbox)?;
    let trace = &session.trace;
    let end = trace.reader.end_point();
    let bound = |point: &Option<ExecutionPoint>| point.as_ref().map(|point| trace.clamped_point(point));
    let asked = Span {
        begin: limits
            .and_then(|limits| bound(&limits.begin))
            .unwrap_or(Point::BEGINNING),
        end: limits
            .and_then(|limits| bound(&limits.end))
            .unwrap_or(Point(end.0 + 1)),
    };
    let asked_count = limits.and_then(|limits| limits.max_count);
    let asked_count = asked_count.map_or(max_count, |count| usize::try_from(count).unwrap_or(usize::MAX));
    let mut found = Found {
        points: Vec::new(),
        max_count: asked_count.min(max_count),
        next_begin: None,
    };
    let span = asked.intersection(session.focus_span());
    match selector {
        PointSelector::Location {
            location,
            on_stack_frame,
        } => {
            let frame = on_stack_frame
                .as_ref()
                .map(|point| trace.frame_at(trace.point(point)?))
                .transpose()?;
            trace.find_locations(std::slice::from_ref(location), frame, span, &mut found)?;
        }
        PointSelector::Locations { locations } => {
            trace.find_locations(locations, None, span, &mut found)?;
        }
        PointSelector::Exceptions {} => trace.find_exceptions(span, &mut found)?,
        PointSelector::Points { points } => {
            let points = points
                .iter()
                .map(|point| trace.point(point))
                .collect::<Answer<Vec<_>>>()?;
            trace.find_given(points, span, &mut found)?;
        }
        PointSelector::FrameSteps {
            only_frame_entry,
            location_limit,
            min_frame_depth,
            max_frame_depth,
        } => {
            let limit = location_limit.map_or(u64::MAX, u64::from);
            let depths = min_frame_depth.unwrap_or(0)..=max_frame_depth.unwrap_or(u32::MAX);
            trace.find_frame_steps(*only_frame_entry, limit, &depths, span, &mut found)?;
        }
        PointSelector::EventHandlers { .. } => {
            return Err(Failure::command(
                "Session.findPoints: event handlers are not told apart in this recording",
            ));
        }
    }
    Ok(Selected {
        points: found.points,
        next_begin: found.next_begin.map(describe::to_wire),
    })
}

impl Session {
    pub(crate) fn find_points(
        &mut self,
        params: FindPoints,
        outbox: &mut Outbox<'_>,
    ) -> Answer<FindPointsResult> {
        let FindPoints {
            find_points_id,
            point_selector,
            point_limits,
        } = params;
        let Selected { points, next_begin } =
            select(self, &point_selector, point_limits.as_ref(), MAX_POINTS, outbox)?;
        outbox.batches(points, POINTS_PER_EVENT, |points| FindPointsResults {
            find_points_id: find_points_id.clone(),
            points,
        })?;
        Ok(FindPointsResult { next_begin })
    }

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
        let script = self.trace.known_script(&source_id)?;
        if locations.iter().map(|line| line.columns.len()).sum::<usize>() > MAX_LOCATIONS {
            let message = format!("hit counts of more than {MAX_LOCATIONS} locations at once");
            return Err(Failure::new(ErrorCode::TOO_MANY_LOCATIONS, message));
        }
        // A range's end is its last point; a span's is the first one after.
        let asked = range.map(|range| Span {
            begin: self.trace.clamped_point(&range.begin),
            end: Point(self.trace.clamped_point(&range.end).0 + 1),
        });
        let focus = self.focus_span();
        let span = asked.map_or(focus, |asked| asked.intersection(focus));
        self.load_all(outbox)?;
        let counter = Counter::new(&self.trace, span)?;
        let sites = self.trace.site_table(script)?;
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
}

/// Counts how often sites ran in a span: whole chunks from the index, the two at its edges from their steps.
struct Counter {
    whole: std::ops::Range<usize>,
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

impl Trace {
    /// The frame that runs at a point.
    fn frame_at(&self, point: Point) -> Answer<InstanceId> {
        let top = self.moment(point)?.stack().last().map(|frame| frame.instance);
        top.ok_or_else(|| Failure::command(format!("no frame is on the stack at point {point}")))
    }

    fn find_locations(
        &self,
        locations: &[Location],
        on_stack: Option<InstanceId>,
        span: Span,
        found: &mut Found,
    ) -> Answer<()> {
        let mut sites = Vec::new();
        for location in locations {
            let Location {
                source_id,
                line,
                column,
            } = location;
            let script = self.known_script(source_id)?;
            let at = code::position(SourceLocation {
                line: *line,
                column: *column,
            });
            sites.extend(self.site_table(script)?.at(at).iter().map(|(_, site)| *site));
        }
        sites.sort_unstable();
        sites.dedup();
        let mut chunks: BTreeMap<usize, u64> = BTreeMap::new();
        for site in &sites {
            for (chunk_idx, count) in self.reader.site_chunks(*site) {
                *chunks.entry(chunk_idx).or_default() += count;
            }
        }
        let (first, last) = (self.chunk_of_point(span.begin), self.chunk_of_point(span.end));
        for (chunk_idx, _) in chunks.range(first..=last) {
            let Some(view) = self.view_unless_lost(*chunk_idx)? else {
                continue;
            };
            for (step, row) in (view.start.n_steps..).zip(&view.steps) {
                let point = Point::before_step(step);
                if sites.binary_search(&row.site).is_err() || !span.contains(point) {
                    continue;
                }
                if let Some(frame) = on_stack
                    && !view
                        .stack_at(row.position)
                        .iter()
                        .any(|on_stack| on_stack.instance == frame)
                {
                    continue;
                }
                if !found.take(point, || self.describe_step(*chunk_idx, &view, step))? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Every throw. There is no index of them, so the chunks of the span are read one after the other.
    fn find_exceptions(&self, span: Span, found: &mut Found) -> Answer<()> {
        for chunk_idx in self.chunk_of_point(span.begin)..=self.chunk_of_point(span.end) {
            let Some(view) = self.view_unless_lost(chunk_idx)? else {
                continue;
            };
            for happening in &view.happenings {
                let is_throw = match happening.kind {
                    HappeningKind::Throw => true,
                    // The engine itself threw, at no statement of ours: seen where it left the first frame.
                    HappeningKind::Unwinding(arose_at) => arose_at == happening.point,
                    HappeningKind::Mark => false,
                };
                let point = happening.point;
                if is_throw
                    && span.contains(point)
                    && !found.take(point, || self.describe(&self.moment(point)?))?
                {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn find_given(&self, mut points: Vec<Point>, span: Span, found: &mut Found) -> Answer<()> {
        points.sort_unstable();
        points.dedup();
        for point in points.into_iter().filter(|point| span.contains(*point)) {
            if !found.take(point, || self.describe(&self.moment(point)?))? {
                break;
            }
        }
        Ok(())
    }

    fn find_frame_steps(
        &self,
        only_entry: bool,
        location_limit: u64,
        depths: &std::ops::RangeInclusive<u32>,
        span: Span,
        found: &mut Found,
    ) -> Answer<()> {
        let mut per_site: HashMap<SiteId, u64> = HashMap::new();
        for chunk_idx in self.chunk_of_point(span.begin)..=self.chunk_of_point(span.end) {
            let Some(view) = self.view_unless_lost(chunk_idx)? else {
                continue;
            };
            for (step, row) in (view.start.n_steps..).zip(&view.steps) {
                let point = Point::before_step(step);
                let is_wanted = row.frame != InstanceId::STATIC
                    && span.contains(point)
                    && depths.contains(&row.depth.saturating_sub(1))
                    && (!only_entry || self.is_entry(&view, row.frame, step));
                if !is_wanted {
                    continue;
                }
                let n_here = per_site.entry(row.site).or_default();
                *n_here += 1;
                if *n_here <= location_limit
                    && !found.take(point, || self.describe_step(chunk_idx, &view, step))?
                {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Whether a step is the first of its frame.
    fn is_entry(&self, view: &crate::view::ChunkView, frame: InstanceId, step: u64) -> bool {
        let had_steps =
            |open: &recording::tracker::OpenFrame| open.instance == frame && open.last_step.is_some();
        view.first_step_of(frame, 0) == Some(step)
            && !view.start.stack.iter().any(had_steps)
            && !view.start.suspended.get(&frame).is_some_and(had_steps)
    }
}
