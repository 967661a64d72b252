//! Searches over the execution: points by selector, hit counts. All of it comes from the recording's indexes; chunks are
//! read only for what those do not tell, such as which frames were on the stack.

mod counts;
mod handlers;
mod happenings;
mod places;

pub(crate) use places::SiteRun;

use recording::point::Point;
use wire::{
    debugger::PointDescription,
    point::ExecutionPoint,
    session::{FindPoints, FindPointsResult, FindPointsResults, PointPageLimits, PointSelector},
};

use crate::{
    answer::{Answer, Outbox},
    describe,
    session::Session,
};
use happenings::FrameSteps;

/// Points that one search gives at most. The next page begins where it stopped.
pub(crate) const MAX_POINTS: usize = 10_000;

/// Points in one event: at about 200 bytes each under 256 KiB.
const POINTS_PER_EVENT: usize = 1_000;

/// A part of the recording: its first point, and the first point after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) begin: Point,
    pub(crate) end: Point,
}

impl Span {
    pub(crate) fn contains(&self, point: Point) -> bool {
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
            .unwrap_or(trace.first_shown()),
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
            let wanted = FrameSteps {
                only_entry: *only_frame_entry,
                location_limit: location_limit.map(u64::from),
                depths: min_frame_depth.unwrap_or(0)..=max_frame_depth.unwrap_or(u32::MAX),
            };
            trace.find_frame_steps(&wanted, span, &mut found)?;
        }
        PointSelector::EventHandlers { event_types } => {
            trace.find_handlers(event_types, span, &mut found)?;
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
}
