//! A recording as the rest of the engine asks it: any moment of it, the time of any point, which chunk a frame, scope
//! instance or object began in. Everything is read from at most a few chunks; nothing ever passes through the whole.

use std::{
    cell::RefCell,
    collections::{HashMap, VecDeque},
    rc::Rc,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use recording::{
    Moments,
    chunk::RecordPosition,
    error::ReadError,
    event::Row,
    ids::{BindingId, InstanceId, ScriptId},
    point::{Micros, Point},
    reader::Reader,
    value::Text,
};

use crate::{
    bounds::Bounds,
    clock::Clock,
    css::StyleLog,
    dom::PageLog,
    graphics::SmallPictures,
    sources::Catalog,
    stack::StackFrame,
    view::{Birth, ChunkView},
};

/// Views kept of a recording, in bytes, whatever the number of sessions: about thirty busy chunks, so that a stack reaching
/// back into many of them stays readable.
const MAX_VIEW_BYTES: usize = 96 << 20;

/// Clocks kept: what a search over a long recording needs, at a few kilobytes each.
const MAX_CLOCKS: usize = 2_048;

/// A recording, with what was worked out of it lately.
pub(crate) struct Trace {
    /// The file.
    pub(crate) reader: Arc<Reader>,
    shared: Arc<Shared>,
    /// Documents, boxes and listeners.
    pub(crate) page: PageLog,
    /// Style sheets.
    pub(crate) styles: StyleLog,
    /// What was worked out about the program's text.
    pub(crate) sources: Catalog,
    /// Top-level variables of all classic scripts by name, once they were asked about.
    pub(crate) global_bindings: RefCell<Option<GlobalBindings>>,
    /// The part of it that may be shown, if not all.
    pub(crate) bounds: Option<Bounds>,
    /// Pauses that hold an engine in which code ran.
    pub(crate) n_running: Rc<std::cell::Cell<usize>>,
}

/// By name, which scripts declare a global variable.
pub(crate) type GlobalBindings = HashMap<Text, Arc<[(ScriptId, BindingId)]>>;

/// A place in the log: what stands before `position` has happened.
#[derive(Clone)]
pub(crate) struct Moment {
    /// Its point: one that exists.
    pub(crate) point: Point,
    /// Which chunk it lies in.
    pub(crate) chunk_idx: usize,
    /// That chunk.
    pub(crate) view: Arc<ChunkView>,
    /// Where in it.
    pub(crate) position: RecordPosition,
}

impl Moment {
    /// The stack, outermost frame first.
    pub(crate) fn stack(&self) -> Vec<StackFrame> {
        self.view.stack_at(self.position)
    }
}

impl Trace {
    pub(crate) fn new(reader: Arc<Reader>) -> Self {
        Self {
            shared: reader.shared(),
            reader,
            sources: Catalog::default(),
            page: PageLog::default(),
            styles: StyleLog::default(),
            global_bindings: RefCell::default(),
            bounds: None,
            n_running: Rc::default(),
        }
    }

    /// The recording as it is now, with what was worked out of it before. Pauses in which code runs hold on to the
    /// recording as they know it; then that is worked out again.
    ///
    /// # Errors
    /// The tables of what was worked out before cannot be read.
    pub(crate) fn grown(before: Rc<Self>, reader: Arc<Reader>) -> Result<Self, ReadError> {
        let grown = Self {
            n_running: before.n_running.clone(),
            ..Self::new(reader)
        };
        match Rc::try_unwrap(before) {
            Ok(before) => Ok(Self {
                page: before.page.grown(&grown.reader)?,
                styles: before.styles.grown(&grown.reader)?,
                sources: before.sources.grown(&grown.reader),
                ..grown
            }),
            Err(before) => {
                grown.sources.set_added(before.sources.added());
                Ok(grown)
            }
        }
    }

    /// A lock whose holder panicked is taken all the same: the cache is whole between any two of its operations.
    fn views(&self) -> MutexGuard<'_, Views> {
        self.shared.views.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The small pictures that were made lately. A holder that panicked leaves it whole as well.
    pub(crate) fn small_pictures(&self) -> MutexGuard<'_, SmallPictures> {
        self.shared
            .small_pictures
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// A chunk, laid out.
    pub(crate) fn view(&self, chunk_idx: usize) -> Result<Arc<ChunkView>, ReadError> {
        if let Some(view) = self.views().get(chunk_idx) {
            return Ok(view);
        }
        let view = Arc::new(match self.reader.chunks().is_empty() {
            true => ChunkView::empty(),
            false => ChunkView::read(&self.reader, chunk_idx)?,
        });
        if !self.reader.chunks().is_empty() {
            self.views().put(chunk_idx, view.clone());
        }
        Ok(view)
    }

    /// A chunk, laid out, or None where it is lost: the recording's warnings tell of it.
    pub(crate) fn view_unless_lost(&self, chunk_idx: usize) -> Result<Option<Arc<ChunkView>>, ReadError> {
        match self.view(chunk_idx) {
            Ok(view) => Ok(Some(view)),
            Err(error @ ReadError::Io { .. }) => Err(error),
            Err(_) => Ok(None),
        }
    }

    /// What happened in a chunk beside its steps, or None where it is lost.
    pub(crate) fn moments_unless_lost(&self, chunk_idx: usize) -> Result<Option<Arc<Moments>>, ReadError> {
        match self.reader.moments(chunk_idx) {
            Ok(moments) => Ok(Some(moments)),
            Err(error @ ReadError::Io { .. }) => Err(error),
            Err(_) => Ok(None),
        }
    }

    /// The moment at a point. Between two points that exist it is the earlier one.
    pub(crate) fn moment(&self, point: Point) -> Result<Moment, ReadError> {
        let chunk_idx = self.chunk_of_point(point);
        let view = self.view(chunk_idx)?;
        if point == Point::BEGINNING {
            return Ok(Moment {
                point,
                chunk_idx,
                view,
                position: RecordPosition::START,
            });
        }
        if point >= self.reader.end_point() {
            let point = self.reader.end_point();
            return Ok(Moment {
                point,
                chunk_idx,
                view,
                position: RecordPosition(u32::MAX),
            });
        }
        Ok(match view.last_until(point) {
            Some((point, position)) => Moment {
                point,
                chunk_idx,
                view,
                position,
            },
            // The point before is one of an earlier chunk.
            None if chunk_idx > 0 && view.start.point() < point => return self.moment(view.start.point()),
            None => Moment {
                point: Point::BEGINNING,
                chunk_idx,
                view,
                position: RecordPosition::START,
            },
        })
    }

    /// The chunk a point lies in; the first or last one for points outside.
    pub(crate) fn chunk_of_point(&self, point: Point) -> usize {
        self.reader.chunk_of_point(point).unwrap_or(0)
    }

    /// How a frame or scope instance began, and in which chunk.
    pub(crate) fn birth(&self, instance: InstanceId) -> Result<Option<(usize, Birth)>, ReadError> {
        let Some(chunk_idx) = self.reader.birth_chunk_of_instance(instance) else {
            return Ok(None);
        };
        let birth = self
            .view_unless_lost(chunk_idx)?
            .and_then(|view| view.birth(instance));
        Ok(birth.map(|birth| (chunk_idx, birth)))
    }

    /// Steps in the whole recording.
    pub(crate) fn n_steps(&self) -> u64 {
        self.reader
            .chunks()
            .last()
            .map_or(0, |chunk| chunk.first_step + chunk.n_steps)
    }

    /// When a point was.
    pub(crate) fn time_of(&self, point: Point) -> Result<Micros, ReadError> {
        if point == Point::BEGINNING {
            return Ok(Micros(0));
        }
        if point >= self.reader.end_point() {
            return Ok(self.reader.duration());
        }
        let chunk_idx = self.chunk_of_point(point);
        match self.clock(chunk_idx) {
            Ok(clock) => Ok(clock.time_of(point)),
            Err(error @ ReadError::Io { .. }) => Err(error),
            Err(_) => {
                let lost = self.reader.chunks().get(chunk_idx);
                Ok(lost.map_or(Micros(0), |chunk| chunk.first_time))
            }
        }
    }

    /// Points at or before and at or after a time.
    pub(crate) fn points_around(&self, time: Micros) -> Result<[(Point, Micros); 2], ReadError> {
        let end = (self.reader.end_point(), self.reader.duration());
        let beginning = (Point::BEGINNING, Micros(0));
        if time >= end.1 {
            return Ok([end, end]);
        }
        // The last chunk that starts at or before the time; what comes before its first point is in earlier ones.
        let chunks = self.reader.chunks();
        let mut chunk_idx = chunks
            .partition_point(|chunk| chunk.first_time <= time)
            .saturating_sub(1);
        let mut after = end;
        loop {
            if let Some(view) = self.view_unless_lost(chunk_idx)? {
                let clock = self.clock(chunk_idx)?;
                let stamped = |point: Point| (point, clock.time_of(point));
                let before = view.last_until(clock.last_point_until(time));
                let before = before
                    .map(|(point, _)| stamped(point))
                    .filter(|(_, at)| *at <= time);
                if let Some(before) = before {
                    let next = view.first_after(before.0).map(stamped);
                    let next = next.map_or_else(|| self.first_point_after_chunk(chunk_idx), Ok)?;
                    return Ok([before, if before.1 == time { before } else { next.min(after) }]);
                }
                after = view.first_after(Point::BEGINNING).map_or(after, stamped);
            }
            match chunk_idx.checked_sub(1) {
                Some(earlier) => chunk_idx = earlier,
                None => return Ok([beginning, if time == Micros(0) { beginning } else { after }]),
            }
        }
    }

    /// The first point after a chunk, and when it is.
    pub(crate) fn first_point_after_chunk(&self, chunk_idx: usize) -> Result<(Point, Micros), ReadError> {
        for later in chunk_idx + 1..self.reader.chunks().len() {
            let view = self.view_unless_lost(later)?;
            if let Some(point) = view.and_then(|view| view.first_after(Point::BEGINNING)) {
                return Ok((point, self.time_of(point)?));
            }
        }
        Ok((self.reader.end_point(), self.reader.duration()))
    }

    /// The clock of a chunk, from its ticks and the events whose time is known.
    pub(crate) fn clock(&self, chunk_idx: usize) -> Result<Arc<Clock>, ReadError> {
        if let Some(clock) = self.views().clocks.get(&chunk_idx) {
            return Ok(clock.clone());
        }
        let moments = match self.reader.chunks().is_empty() {
            true => Arc::default(),
            false => self.reader.moments(chunk_idx)?,
        };
        let info = self.reader.chunks().get(chunk_idx);
        let next = self.reader.chunks().get(chunk_idx + 1);
        let next = next.map(|chunk| (chunk.first_point, chunk.first_time));
        // What follows the last chunk of a recording that is being made is not known; points in it keep their times.
        let last = match self.reader.is_live() {
            true => self.reader.last_point(),
            false => self.reader.end_point(),
        };
        let is_open = self.reader.is_live() && next.is_none();
        let end = next.unwrap_or((last, self.reader.duration()));
        let before = info.map_or(Point::BEGINNING, |chunk| chunk.first_point);
        let begin = (
            moments.first_point.unwrap_or(end.0),
            info.map_or(Micros(0), |chunk| chunk.first_time),
        );
        let mut known = moments.ticks.clone();
        known.extend(self.event_times(before, end.0)?);
        known.sort();
        let clock = Arc::new(Clock::new(begin, known, end));
        if !is_open {
            self.views().put_clock(chunk_idx, clock.clone());
        }
        Ok(clock)
    }

    /// Times of events after one point and up to another. Messages are left out: some stand at the point of an earlier
    /// exception.
    fn event_times(&self, after: Point, until: Point) -> Result<Vec<(Point, Micros)>, ReadError> {
        fn within<E>(rows: &[Row<E>], after: Point, until: Point) -> Vec<(Point, Micros)> {
            let begin = rows.partition_point(|row| row.point <= after);
            rows.iter()
                .skip(begin)
                .take_while(|row| row.point <= until)
                .map(|row| (row.point, row.time))
                .collect()
        }
        let mut times = within(&self.reader.mouse()?, after, until);
        times.extend(within(&self.reader.keyboard()?, after, until));
        times.extend(within(&self.reader.navigations()?, after, until));
        times.extend(within(&self.reader.paints()?, after, until));
        Ok(times)
    }
}

/// What all sessions of a recording share.
#[derive(Default)]
struct Shared {
    views: Mutex<Views>,
    small_pictures: Mutex<SmallPictures>,
}

/// Views and clocks of the chunks used last. Keyed by chunk; what was used longest ago goes once [`MAX_VIEW_BYTES`]
/// are reached; never invalid, a chunk does not change.
#[derive(Default)]
struct Views {
    /// Used longest ago first.
    views: VecDeque<(usize, Arc<ChunkView>)>,
    n_bytes: usize,
    clocks: HashMap<usize, Arc<Clock>>,
}

impl Views {
    fn get(&mut self, chunk_idx: usize) -> Option<Arc<ChunkView>> {
        let at = self.views.iter().rposition(|(key, _)| *key == chunk_idx)?;
        let entry = self.views.remove(at)?;
        let view = entry.1.clone();
        self.views.push_back(entry);
        Some(view)
    }

    fn put(&mut self, chunk_idx: usize, view: Arc<ChunkView>) {
        // Another session may have made it meanwhile.
        if self.get(chunk_idx).is_some() {
            return;
        }
        self.n_bytes += view.n_bytes;
        self.views.push_back((chunk_idx, view));
        while self.n_bytes > MAX_VIEW_BYTES && self.views.len() > 1 {
            if let Some((key, old)) = self.views.pop_front() {
                self.n_bytes -= old.n_bytes;
                self.clocks.remove(&key);
            }
        }
    }

    fn put_clock(&mut self, chunk_idx: usize, clock: Arc<Clock>) {
        // Searches make clocks of chunks whose views nobody needs.
        if self.clocks.len() >= MAX_CLOCKS {
            self.clocks.clear();
        }
        self.clocks.insert(chunk_idx, clock);
    }
}
