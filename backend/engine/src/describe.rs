//! Points as the protocol writes them: parsed, timed, and described with the frame that ran there.

use recording::{
    error::ReadError,
    ids::{FunctionId, SiteId},
    point::{Micros, Point},
};
use wire::{
    debugger::{MappedLocation, PauseDescription, PauseReason, PointDescription},
    point::ExecutionPoint,
    recording::TimeStampedPoint,
};

use crate::{
    answer::{Answer, Failure},
    code,
    stack::StackFrame,
    trace::{Moment, Trace},
    view::ChunkView,
};

impl Trace {
    /// A point of this recording that a client names.
    ///
    /// # Errors
    /// It lies past the end, or outside of what may be shown.
    pub(crate) fn point(&self, point: &ExecutionPoint) -> Answer<Point> {
        self.within_bounds(self.parsed_point(point)?)
    }

    /// A point of this recording, whether it may be shown or not.
    ///
    /// # Errors
    /// It lies past the end.
    pub(crate) fn parsed_point(&self, point: &ExecutionPoint) -> Answer<Point> {
        let end = self.reader.end_point();
        let number = point.to_u128().and_then(|number| u64::try_from(number).ok());
        number.map(Point).filter(|point| *point <= end).ok_or_else(|| {
            Failure::command(format!("point {point} lies past the end of the recording, {end}"))
        })
    }

    /// A point of this recording, or the nearest that may be shown.
    pub(crate) fn clamped_point(&self, point: &ExecutionPoint) -> Point {
        let number = point.to_u128().and_then(|number| u64::try_from(number).ok());
        number
            .map_or(self.reader.end_point(), Point)
            .clamp(self.first_shown(), self.last_shown())
    }

    /// A point with its time.
    pub(crate) fn stamped(&self, point: Point) -> Answer<TimeStampedPoint> {
        Ok(stamped(point, self.time_of(point)?))
    }

    /// What ran at a moment, and when it was.
    pub(crate) fn describe(&self, moment: &Moment) -> Answer<PointDescription> {
        let stack = moment.stack();
        let frame = stack
            .last()
            .map(|top| self.location_of_frame(top))
            .transpose()?
            .flatten();
        Ok(PointDescription {
            point: to_wire(moment.point),
            time: self.time_of(moment.point)?.as_millis(),
            frame_depth: frame.is_some().then(|| stack.len().saturating_sub(1) as u32),
            frame,
        })
    }

    /// Describes a step of the chunk at hand.
    pub(crate) fn describe_step(
        &self,
        chunk_idx: usize,
        view: &ChunkView,
        step: u64,
    ) -> Answer<PointDescription> {
        let point = Point::before_step(step);
        let row = view.step(step);
        let frame = row
            .map(|row| self.location_of_site(row.site))
            .transpose()?
            .flatten();
        Ok(PointDescription {
            point: to_wire(point),
            time: self.clock(chunk_idx)?.time_of(point).as_millis(),
            frame_depth: row
                .filter(|_| frame.is_some())
                .map(|row| row.depth.saturating_sub(1)),
            frame,
        })
    }

    /// Describes a step, wherever it is.
    pub(crate) fn describe_step_number(&self, step: u64) -> Answer<PointDescription> {
        let chunk_idx = self.chunk_of_point(Point::before_step(step));
        let view = self.view(chunk_idx)?;
        self.describe_step(chunk_idx, &view, step)
    }

    /// Where a frame stands; where its body begins if it has not run a statement yet.
    pub(crate) fn location_of_frame(&self, frame: &StackFrame) -> Result<Option<MappedLocation>, ReadError> {
        match frame.last_step {
            Some((_, site)) => self.location_of_site(site),
            None => self.location_in_function(frame.function, |function| function.body),
        }
    }

    /// A place that a function names.
    pub(crate) fn location_in_function(
        &self,
        function: FunctionId,
        place: impl Fn(&recording::script::Function) -> recording::script::Position,
    ) -> Result<Option<MappedLocation>, ReadError> {
        let Some(script) = self.script_of_function(function)? else {
            return Ok(None);
        };
        Ok(code::function(&script, function).map(|function| self.mapped(&script, place(function))))
    }

    /// Where a site lies.
    pub(crate) fn location_of_site(&self, site: SiteId) -> Result<Option<MappedLocation>, ReadError> {
        let Some(script) = self.script_of_site(site)? else {
            return Ok(None);
        };
        Ok(code::site(&script, site).map(|site| self.mapped(&script, site.position)))
    }
}

/// A point as sent.
pub(crate) fn to_wire(point: Point) -> ExecutionPoint {
    ExecutionPoint::from(point.0)
}

/// A point with its time, as sent.
pub(crate) fn stamped(point: Point, time: Micros) -> TimeStampedPoint {
    TimeStampedPoint {
        point: to_wire(point),
        time: time.as_millis(),
    }
}

/// A time as it was received: negative ones and such as are no number become the beginning.
pub(crate) fn from_millis(millis: f64) -> Micros {
    Micros((millis * 1000.0).round().max(0.0) as u64)
}

/// The last microsecond at or before a time as it was received, and the first at or after it.
pub(crate) fn around_millis(millis: f64) -> [Micros; 2] {
    let nearest = from_millis(millis);
    if nearest.as_millis() > millis {
        [Micros(nearest.0.saturating_sub(1)), nearest]
    } else if nearest.as_millis() < millis {
        [nearest, Micros(nearest.0.saturating_add(1))]
    } else {
        [nearest; 2]
    }
}

/// Why the program would stop at a described point.
pub(crate) fn with_reason(description: PointDescription, reason: PauseReason) -> PauseDescription {
    let PointDescription {
        point,
        time,
        frame,
        frame_depth,
    } = description;
    PauseDescription {
        point,
        time,
        frame,
        frame_depth,
        reason,
    }
}
