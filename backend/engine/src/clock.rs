//! How time passes between the points of a chunk.

use recording::point::{Micros, Point};

/// How time passes within a chunk: moments whose time is known, and straight lines between them.
pub(crate) struct Clock {
    /// Rising in every field.
    known: Vec<Known>,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    point: Point,
    /// The first time the clock showed after the point before: until then that one's statement ran.
    from: Micros,
    /// The last time it showed before this point: when this one was. In between, as between two tasks, nothing ran.
    to: Micros,
}

impl Clock {
    /// A clock from the first point of a chunk, what is known within it in order of points, and where it ends.
    pub(crate) fn new(begin: (Point, Micros), known: Vec<(Point, Micros)>, end: (Point, Micros)) -> Self {
        let mut last = Known {
            point: begin.0,
            from: begin.1,
            to: begin.1,
        };
        let mut rising = Vec::with_capacity(known.len() + 2);
        for (point, time) in known.into_iter().chain([end]) {
            let time = time.max(last.to);
            if point > last.point {
                rising.push(last);
                last = Known {
                    point,
                    from: time,
                    to: time,
                };
            } else if point == last.point {
                last.to = time;
            }
        }
        rising.push(last);
        Self { known: rising }
    }

    /// When a point of this chunk was.
    pub(crate) fn time_of(&self, point: Point) -> Micros {
        let after = self.known.partition_point(|known| known.point <= point);
        let before = after.checked_sub(1).and_then(|idx| self.known.get(idx));
        match (before, self.known.get(after)) {
            (Some(left), Some(right)) => {
                let part = (point.0 - left.point.0) as f64 / (right.point.0 - left.point.0) as f64;
                Micros(left.to.0 + ((right.from.0 - left.to.0) as f64 * part) as u64)
            }
            (Some(known), None) => known.to,
            (None, first) => first.map_or(Micros(0), |known| known.from),
        }
    }

    /// The last point, existing or not, whose time is not after this one.
    pub(crate) fn last_point_until(&self, time: Micros) -> Point {
        let after = self.known.partition_point(|known| known.to <= time);
        let Some(left) = after.checked_sub(1).and_then(|idx| self.known.get(idx)) else {
            return Point::BEGINNING;
        };
        let Some(right) = self.known.get(after) else {
            return left.point;
        };
        let last = right.point.0 - 1;
        if time >= right.from {
            return Point(last);
        }
        // `time_of` cuts to whole microseconds: all up to one microsecond further fits.
        let part = (time.0 + 1 - left.to.0) as f64 / (right.from.0 - left.to.0) as f64;
        let point = left.point.0 + ((right.point.0 - left.point.0) as f64 * part) as u64;
        Point(point.saturating_sub(1).clamp(left.point.0, last))
    }
}
