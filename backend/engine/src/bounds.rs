//! The part of a recording that a session may show, where it may not show all of it: points outside are refused, and
//! lists leave out what lies there. The program's state at a point inside is what it was, whenever it came about.

use recording::{
    error::ReadError,
    event::{Paint, Row},
    point::Point,
};
use wire::{debugger::PointDescription, error::ErrorCode, point::ExecutionPoint};

use crate::{
    answer::{Answer, Failure},
    describe::{around_millis, to_wire},
    finding::Span,
    trace::Trace,
};

/// First and last point that may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    begin: Point,
    end: Point,
}

impl Trace {
    /// The recording confined to what lies between two times, in ms.
    ///
    /// # Errors
    /// It cannot be read which points those are.
    pub(crate) fn confined(mut self, range: Option<(f64, f64)>) -> Result<Self, ReadError> {
        let Some((begin, end)) = range else {
            return Ok(self);
        };
        let [_, begin] = self.points_around(around_millis(begin)[1])?;
        let [end, _] = self.points_around(around_millis(end)[0])?;
        // Between two points that exist there may be none; then it is the one before.
        self.bounds = Some(Bounds {
            begin: begin.0.min(end.0),
            end: end.0,
        });
        Ok(self)
    }

    /// The first point that may be shown.
    pub(crate) fn first_shown(&self) -> Point {
        self.bounds.map_or(Point::BEGINNING, |bounds| bounds.begin)
    }

    /// The last point that may be shown; without bounds, just past the recording's last.
    pub(crate) fn last_shown(&self) -> Point {
        self.bounds.map_or(self.reader.end_point(), |bounds| bounds.end)
    }

    /// The points that may be shown.
    pub(crate) fn span_shown(&self) -> Span {
        Span {
            begin: self.first_shown(),
            end: Point(self.last_shown().0 + 1),
        }
    }

    /// Whether a point may be shown.
    pub(crate) fn shows(&self, point: Point) -> bool {
        self.bounds.is_none() || self.span_shown().contains(point)
    }

    /// Whether a point that was found may be told.
    pub(crate) fn shows_described(&self, found: &PointDescription) -> bool {
        self.bounds.is_none()
            || self
                .parsed_point(&found.point)
                .is_ok_and(|point| self.shows(point))
    }

    /// The first of the paints that may be shown: what the page looked like where the bounds begin.
    pub(crate) fn first_paint_shown(&self, paints: &[Row<Paint>]) -> usize {
        match self.bounds {
            None => 0,
            Some(bounds) => paints
                .partition_point(|row| row.point <= bounds.begin)
                .saturating_sub(1),
        }
    }

    /// A point, unless it lies outside.
    ///
    /// # Errors
    /// It does.
    pub(crate) fn within_bounds(&self, point: Point) -> Answer<Point> {
        if self.shows(point) {
            return Ok(point);
        }
        let [begin, end]: [ExecutionPoint; 2] = [self.first_shown(), self.last_shown()].map(to_wire);
        let message = format!("point {point} lies outside of what may be seen here, {begin} to {end}");
        Err(Failure::new(ErrorCode::ACCESS_DENIED, message))
    }
}
