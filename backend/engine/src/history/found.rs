//! A write that was found, where it stands in the log, and what a page keeps of many.

use std::collections::VecDeque;

use recording::{
    chunk::RecordPosition,
    ids::SiteId,
    point::Point,
    script::FunctionKind,
    value::{Key, Value},
};
use wire::{debugger::PointDescription, experimental::WriteKind};

use crate::{
    answer::Answer,
    code,
    trace::{Moment, Trace},
};

/// A place in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) chunk_idx: usize,
    pub(super) position: RecordPosition,
}

impl Place {
    pub(super) const END: Self = Self::new(usize::MAX, RecordPosition(u32::MAX));

    pub(super) const fn new(chunk_idx: usize, position: RecordPosition) -> Self {
        Self { chunk_idx, position }
    }

    pub(super) fn to_wire(self) -> String {
        format!("{}.{}", self.chunk_idx, self.position.0)
    }

    pub(super) fn from_wire(text: &str) -> Option<Self> {
        let (chunk_idx, position) = text.split_once('.')?;
        Some(Self::new(
            chunk_idx.parse().ok()?,
            RecordPosition(position.parse().ok()?),
        ))
    }
}

/// A write.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) place: Place,
    pub(super) kind: WriteKind,
    pub(super) value: Option<Value>,
    pub(super) property: Option<Key>,
    pub(super) key: Option<Value>,
    /// First index, how many went, what came.
    pub(super) splice: Option<(u32, u32, Vec<Value>)>,
}

impl Found {
    pub(super) fn new(place: Place, kind: WriteKind, value: Option<Value>) -> Self {
        Self {
            place,
            kind,
            value,
            property: None,
            key: None,
            splice: None,
        }
    }
}

/// The first or the last of what a chunk has, one more than there is room for: it says where the next page is.
pub(super) struct Kept {
    is_backward: bool,
    room: usize,
    found: VecDeque<Found>,
}

impl Kept {
    pub(super) fn new(is_backward: bool, room: usize) -> Self {
        Self {
            is_backward,
            room,
            found: VecDeque::new(),
        }
    }

    /// Whether a write given now would be kept.
    pub(super) fn has_room(&self) -> bool {
        self.is_backward || self.found.len() <= self.room
    }

    /// Takes the next write in the order of the log.
    pub(super) fn push(&mut self, found: Found) {
        if self.has_room() {
            self.found.push_back(found);
        }
        if self.found.len() > self.room + 1 {
            self.found.pop_front();
        }
    }

    /// Which of so many writes in the order of the log will be kept.
    pub(super) fn range_of(&self, n_found: usize) -> std::ops::Range<usize> {
        match self.is_backward {
            true => n_found.saturating_sub(self.room + 1)..n_found,
            false => 0..n_found.min(self.room + 1),
        }
    }

    /// What fits, in the order asked for, and where the next page begins or ends if there is more.
    pub(super) fn into_page(self) -> (Vec<Found>, Option<Place>) {
        let mut found = Vec::from(self.found);
        if self.is_backward {
            found.reverse();
        }
        let beyond = found.get(self.room).map(|found| found.place);
        found.truncate(self.room);
        let next = match self.is_backward {
            true => beyond.and(found.last().map(|last| last.place)),
            false => beyond,
        };
        (found, next)
    }
}

impl Trace {
    /// The last point that is not after a place: what is to be seen there stands before the place.
    pub(super) fn point_until(&self, place: Place) -> Answer<Point> {
        let Some(chunk) = self.reader.chunks().get(place.chunk_idx) else {
            return Ok(self.reader.end_point());
        };
        if place.position == RecordPosition::START {
            return Ok(chunk.first_point);
        }
        let view = self.view_unless_lost(place.chunk_idx)?;
        Ok(view.map_or(chunk.first_point, |view| view.point_until(place.position)))
    }

    /// The first point after a place; the end of the recording if there is none.
    pub(super) fn point_after(&self, place: Place) -> Answer<Point> {
        let here = self.view(place.chunk_idx)?.point_after(place.position);
        Ok(match here {
            Some(point) => point,
            None => self.first_point_after_chunk(place.chunk_idx)?.0,
        })
    }

    /// The statement that wrote at a place, and its function's name. Where no statement runs there (a function called by
    /// the engine, before its first statement), it is what runs at the point after.
    pub(super) fn writer_of(&self, place: Place, after: Point) -> Answer<(PointDescription, Option<String>)> {
        let view = self.view(place.chunk_idx)?;
        let stack = view.stack_at(place.position);
        if let Some(top) = stack.last()
            && let Some((step, site)) = top.last_step
        {
            let mut description = self.describe_step_number(step)?;
            // A frame that waited and was resumed has another depth than at its step, but never another place.
            description.frame_depth = description
                .frame_depth
                .map(|_| stack.len().saturating_sub(1) as u32);
            return Ok((description, self.function_name_at_site(site)?));
        }
        let moment: Moment = self.moment(after)?;
        let site = moment
            .stack()
            .last()
            .and_then(|top| top.last_step)
            .map(|(_, site)| site);
        let name = site.map(|site| self.function_name_at_site(site)).transpose()?;
        Ok((self.describe(&moment)?, name.flatten()))
    }

    /// The function that a site is in, as its original source calls it; None at top level and in functions without a name.
    fn function_name_at_site(&self, site: SiteId) -> Answer<Option<String>> {
        let Some(script) = self.script_of_site(site)? else {
            return Ok(None);
        };
        let Some(site) = code::site(&script, site) else {
            return Ok(None);
        };
        let Some(function) = code::function(&script, site.function) else {
            return Ok(None);
        };
        if function.kind == FunctionKind::TopLevel {
            return Ok(None);
        }
        let recorded = (!function.name.is_empty()).then(|| function.name.clone());
        Ok(self.original_function_name(&script, site.position).or(recorded))
    }
}
