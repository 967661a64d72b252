//! What in a chunk has a point or a time and is no run of a place: the clock's readings, throws, calls from outside.

use crate::{
    bytes::{Cursor, DecodeError, put_varint},
    ids::SiteId,
    outline::Outline,
    point::{Micros, Point},
    tracker::Applied,
};

use super::Run;

/// What happened in one chunk beside its steps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moments {
    /// The first point given in it; None if there is none.
    pub first_point: Option<Point>,
    /// What the clock said, with the first point after it did: one more than the last point if none followed in the
    /// chunk. Of several readings before one point the first and the last are kept. In order.
    pub ticks: Vec<(Point, Micros)>,
    /// Exceptions that arose in it, in order.
    pub throws: Vec<Thrown>,
    /// Steps that are the first of a frame with no frame below it, where the browser called the program: index in the
    /// chunk, and site. In order.
    pub calls: Vec<(u32, SiteId)>,
    /// Marks that were made while a frame ran, in order.
    pub nested_marks: Vec<Point>,
    /// The most frames that were on the stack at a step.
    pub max_depth: u32,
}

/// An exception, where it arose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thrown {
    /// The point of the throw; where the engine itself threw, the point at which the first frame was unwound.
    pub point: Point,
    /// Site of the last step of the running frame; [`SiteId::IDLE`] if it has run none.
    pub site: SiteId,
    /// Number of frames on the stack.
    pub depth: u32,
}

impl Moments {
    /// Notes readings of the clock, the first and the last before a point.
    pub(super) fn ticked(&mut self, point: Point, first: Micros, last: Micros) {
        self.ticks.push((point, first));
        if last != first {
            self.ticks.push((point, last));
        }
    }

    /// Notes a step.
    #[inline]
    pub(super) fn ran(&mut self, site: SiteId, run: Run) {
        if site != SiteId::IDLE {
            self.max_depth = self.max_depth.max(run.depth);
        }
        if run.is_entry && run.depth == 1 {
            self.calls.push((run.step_idx, site));
        }
    }

    /// Notes what is neither a step nor a tick; `depth` and `site` are those before it.
    pub(super) fn observe(&mut self, outline: &Outline, depth: u32, site: Option<SiteId>, applied: &Applied) {
        let Some(point) = applied.point else { return };
        let has_arisen = match outline {
            Outline::Mark if depth > 0 => {
                self.nested_marks.push(point);
                false
            }
            Outline::Throw => true,
            // Else it arose elsewhere and passes.
            Outline::Leave => applied
                .popped
                .as_ref()
                .is_some_and(|frame| applied.is_unwinding && frame.exception.is_none()),
            _ => false,
        };
        if has_arisen {
            self.throws.push(Thrown {
                point,
                site: site.unwrap_or(SiteId::IDLE),
                depth,
            });
        }
    }

    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        put_varint(out, self.first_point.map_or(0, |point| point.0.saturating_add(1)));
        put_varint(out, u64::from(self.max_depth));
        put_varint(out, self.ticks.len() as u64);
        let (mut last_point, mut last_time) = (0, 0);
        for (point, time) in &self.ticks {
            put_varint(out, point.0.saturating_sub(last_point));
            put_varint(out, time.0.saturating_sub(last_time));
            (last_point, last_time) = (point.0, time.0);
        }
        put_varint(out, self.throws.len() as u64);
        let mut last = 0;
        for thrown in &self.throws {
            put_varint(out, thrown.point.0.saturating_sub(last));
            put_varint(out, u64::from(thrown.site.0));
            put_varint(out, u64::from(thrown.depth));
            last = thrown.point.0;
        }
        put_varint(out, self.calls.len() as u64);
        let mut last = 0;
        for (step_idx, site) in &self.calls {
            put_varint(out, u64::from(step_idx - last));
            put_varint(out, u64::from(site.0));
            last = *step_idx;
        }
        put_varint(out, self.nested_marks.len() as u64);
        let mut last = 0;
        for mark in &self.nested_marks {
            put_varint(out, mark.0.saturating_sub(last));
            last = mark.0;
        }
    }

    pub(super) fn decode(bytes: &mut Cursor<'_>) -> Result<Self, DecodeError> {
        fn further(bytes: &mut Cursor<'_>, last: u64) -> Result<u64, DecodeError> {
            last.checked_add(bytes.varint()?).ok_or(DecodeError::OutOfRange)
        }
        let mut moments = Self {
            first_point: bytes.varint()?.checked_sub(1).map(Point),
            max_depth: bytes.u32()?,
            ..Self::default()
        };
        let (mut point, mut time) = (0, 0);
        for _ in 0..bytes.count(2)? {
            (point, time) = (further(bytes, point)?, further(bytes, time)?);
            moments.ticks.push((Point(point), Micros(time)));
        }
        let mut point = 0;
        for _ in 0..bytes.count(3)? {
            point = further(bytes, point)?;
            moments.throws.push(Thrown {
                point: Point(point),
                site: SiteId(bytes.u32()?),
                depth: bytes.u32()?,
            });
        }
        let mut step_idx = 0;
        for _ in 0..bytes.count(2)? {
            step_idx = further(bytes, step_idx)?;
            let short = u32::try_from(step_idx).map_err(|_| DecodeError::OutOfRange)?;
            moments.calls.push((short, SiteId(bytes.u32()?)));
        }
        let mut point = 0;
        for _ in 0..bytes.count(1)? {
            point = further(bytes, point)?;
            moments.nested_marks.push(Point(point));
        }
        Ok(moments)
    }

    /// About how much memory it takes, in bytes.
    pub(crate) fn n_bytes(&self) -> usize {
        size_of::<Self>()
            + self.ticks.len() * size_of::<(Point, Micros)>()
            + self.throws.len() * size_of::<Thrown>()
            + self.calls.len() * size_of::<(u32, SiteId)>()
            + self.nested_marks.len() * size_of::<Point>()
    }
}
