//! One chunk of the log, laid out for lookups: which frame ran each step, who wrote which variable when, how objects
//! changed, how the stack moved. Made by reading the chunk once; then every question is a binary search. The tables hold
//! positions, and what stands there is read from the chunk again: a view takes little more memory than its chunk. Long
//! because the tables are filled in one pass.

use std::{
    ops::Range,
    sync::{Arc, OnceLock},
};

use recording::{
    chunk::{Chunk, Look, RecordPosition, Seen},
    error::ReadError,
    ids::{BindingId, FunctionId, InstanceId, ScopeId, SiteId},
    outline::Outline,
    point::Point,
    reader::Reader,
    record::Record,
    tracker::{OpenFrame, Tracker},
    value::Value,
};

use crate::{
    changes::Changes,
    stack::{Moves, StackFrame},
};

/// Steps of a chunk, if its file is as it should be.
const MAX_STEPS: u64 = 65_536;

/// A chunk laid out for lookups. Rows of every table are in the order of the log unless their table says otherwise.
#[derive(Debug)]
pub(crate) struct ChunkView {
    /// The records. None only for a recording that has none.
    chunk: Option<Arc<Chunk>>,
    /// The state before the first record.
    pub(crate) start: Tracker,
    /// The last point given here or before.
    pub(crate) end_point: Point,
    /// Every step; the first is step number `start.n_steps`.
    pub(crate) steps: Vec<StepRow>,
    /// Frame and index of each of `steps`, ordered; made when first needed, which most chunks never see.
    steps_by_frame: OnceLock<Vec<(InstanceId, u32)>>,
    /// Whatever took a point but is no step.
    pub(crate) happenings: Vec<Happening>,
    /// Frames and scope instances begun here, each with the frame on top of the stack then (for a frame: itself). The
    /// first is number `start.next_instance`.
    births: Vec<(RecordPosition, InstanceId)>,
    /// Writes of variables, ordered by owner, then variable.
    writes: Vec<(InstanceId, BindingId, RecordPosition)>,
    /// Records about objects.
    pub(crate) changes: Changes,
    /// Runs of blocks whose variables were captured, ordered by frame, then scope.
    blocks: Vec<BlockRow>,
    moves: Moves,
    /// About how much memory all this takes, in bytes.
    pub(crate) n_bytes: usize,
}

/// A step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StepRow {
    /// Where in the text.
    pub(crate) site: SiteId,
    /// In which frame, STATIC for none.
    pub(crate) frame: InstanceId,
    /// Number of frames on the stack.
    pub(crate) depth: u32,
    /// Where in the log.
    pub(crate) position: RecordPosition,
}

/// Something that took a `sub` number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Happening {
    /// Its point.
    pub(crate) point: Point,
    /// Where in the log.
    pub(crate) position: RecordPosition,
    /// What it was.
    pub(crate) kind: HappeningKind,
}

/// What took a `sub` number.
#[derive(Clone, Copy, Debug)]
pub(crate) enum HappeningKind {
    /// A row of an event table.
    Mark,
    /// An exception was thrown.
    Throw,
    /// An exception that arose at this point unwound the top frame.
    Unwinding(Point),
}

/// The beginning of a frame or scope instance.
#[derive(Clone, Debug)]
pub(crate) struct Birth {
    /// Where in the log.
    pub(crate) position: RecordPosition,
    /// The frame on top of the stack: for a frame itself.
    pub(crate) frame: InstanceId,
    /// What began.
    pub(crate) kind: BirthKind,
}

/// What began.
#[derive(Clone, Debug)]
pub(crate) enum BirthKind {
    /// A function was called.
    Frame {
        function: FunctionId,
        parent: InstanceId,
        this: Option<Value>,
        arguments: Vec<Value>,
    },
    /// A block began whose variables are captured.
    Scope { scope: ScopeId },
    /// The next iteration of a loop whose variables are captured began.
    ScopeCopy { scope: ScopeId, from: InstanceId },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct BlockRow {
    frame: InstanceId,
    scope: ScopeId,
    position: RecordPosition,
    instance: InstanceId,
}

impl ChunkView {
    /// Reads a whole chunk.
    pub(crate) fn read(reader: &Reader, chunk_idx: usize) -> Result<Self, ReadError> {
        let mut view = Self::empty();
        // Growing would copy the largest of the tables, and touch new memory, several times.
        let n_steps = reader.chunks().get(chunk_idx).map_or(0, |chunk| chunk.n_steps);
        view.steps.reserve(n_steps.min(MAX_STEPS) as usize);
        let chunk = reader.chunk_with(chunk_idx, &mut view)?;
        view.end_point = chunk.end_tracker().point();
        view.writes.sort_unstable();
        view.changes.finish();
        view.blocks.sort_unstable();
        view.moves.finish(&view.steps);
        view.chunk = Some(chunk);
        view.n_bytes = view.count_bytes();
        Ok(view)
    }

    /// Stands for the log of a recording that has none.
    pub(crate) fn empty() -> Self {
        Self::at(Tracker::default())
    }

    fn at(start: Tracker) -> Self {
        Self {
            chunk: None,
            end_point: start.point(),
            moves: Moves::new(&start),
            start,
            steps: Vec::new(),
            steps_by_frame: OnceLock::new(),
            happenings: Vec::new(),
            births: Vec::new(),
            writes: Vec::new(),
            changes: Changes::default(),
            blocks: Vec::new(),
            n_bytes: 0,
        }
    }

    /// The records.
    pub(crate) fn chunk(&self) -> Option<&Chunk> {
        self.chunk.as_deref()
    }

    /// What stands at a position that a table of this view names.
    pub(crate) fn record_at(&self, position: RecordPosition) -> Option<Record> {
        let (_, record) = self.chunk.as_ref()?.records_from(position).next()?;
        Some(record)
    }

    /// The last step or happening here whose point is not after `point`, and where it stands.
    pub(crate) fn last_until(&self, point: Point) -> Option<(Point, RecordPosition)> {
        let n_happenings = self
            .happenings
            .partition_point(|happening| happening.point <= point);
        let happening = n_happenings
            .checked_sub(1)
            .and_then(|idx| self.happenings.get(idx));
        let happening = happening.map(|happening| (happening.point, happening.position));
        // Step s has point (s + 1) << 16, so `n_steps` of them stand at or before `point`.
        let n_steps = point
            .n_steps()
            .saturating_sub(self.start.n_steps)
            .min(self.steps.len() as u64);
        let step = n_steps.checked_sub(1).and_then(|idx| {
            let row = self.steps.get(idx as usize)?;
            Some((Point::before_step(self.start.n_steps + idx), row.position))
        });
        happening.max(step)
    }

    /// The first point here that is greater than `point`.
    pub(crate) fn first_after(&self, point: Point) -> Option<Point> {
        let happening_idx = self
            .happenings
            .partition_point(|happening| happening.point <= point);
        let happening = self
            .happenings
            .get(happening_idx)
            .map(|happening| happening.point);
        let step_idx = point.n_steps().saturating_sub(self.start.n_steps);
        let step =
            (step_idx < self.steps.len() as u64).then(|| Point::before_step(self.start.n_steps + step_idx));
        happening.into_iter().chain(step).min()
    }

    /// What took exactly this point, unless a step did.
    pub(crate) fn happening(&self, point: Point) -> Option<&Happening> {
        let idx = self
            .happenings
            .binary_search_by_key(&point, |happening| happening.point)
            .ok()?;
        self.happenings.get(idx)
    }

    /// A step by its number in the recording.
    pub(crate) fn step(&self, step: u64) -> Option<&StepRow> {
        let step_idx = usize::try_from(step.checked_sub(self.start.n_steps)?).ok()?;
        self.steps.get(step_idx)
    }

    /// Where the next step stands after `position`; the end of the log if there is none.
    pub(crate) fn next_step_position(&self, position: RecordPosition) -> RecordPosition {
        let idx = self.steps.partition_point(|step| step.position <= position);
        self.steps
            .get(idx)
            .map_or(RecordPosition(u32::MAX), |step| step.position)
    }

    /// Numbers of all steps here of one frame, in order.
    pub(crate) fn steps_of(&self, frame: InstanceId) -> impl ExactSizeIterator<Item = u64> + '_ {
        self.step_indexes_of(frame)
            .iter()
            .map(|(_, step_idx)| self.start.n_steps + u64::from(*step_idx))
    }

    /// The first step here of a frame, from this step number on.
    pub(crate) fn first_step_of(&self, frame: InstanceId, from_step: u64) -> Option<u64> {
        let from_idx = from_step.saturating_sub(self.start.n_steps);
        let indexes = self.step_indexes_of(frame);
        let at = indexes.partition_point(|(_, step_idx)| u64::from(*step_idx) < from_idx);
        indexes
            .get(at)
            .map(|(_, step_idx)| self.start.n_steps + u64::from(*step_idx))
    }

    /// The last step here of a frame, before this step number.
    pub(crate) fn last_step_of(&self, frame: InstanceId, before_step: u64) -> Option<u64> {
        let before_idx = before_step.saturating_sub(self.start.n_steps);
        let indexes = self.step_indexes_of(frame);
        let at = indexes.partition_point(|(_, step_idx)| u64::from(*step_idx) < before_idx);
        indexes
            .get(at.checked_sub(1)?)
            .map(|(_, step_idx)| self.start.n_steps + u64::from(*step_idx))
    }

    fn step_indexes_of(&self, frame: InstanceId) -> &[(InstanceId, u32)] {
        let by_frame = self.steps_by_frame.get_or_init(|| {
            let mut by_frame: Vec<_> = self.steps.iter().map(|step| step.frame).zip(0..).collect();
            by_frame.sort_unstable();
            by_frame
        });
        let range = range_of(by_frame, |(other, _)| other.cmp(&frame));
        by_frame.get(range).unwrap_or_default()
    }

    /// How a frame or scope instance began, if it did here.
    pub(crate) fn birth(&self, instance: InstanceId) -> Option<Birth> {
        let birth_idx = instance.0.checked_sub(self.start.next_instance.0)?;
        let (position, frame) = *self.births.get(birth_idx as usize)?;
        let kind = match self.record_at(position)? {
            Record::Enter {
                function,
                parent,
                this,
                arguments,
            } => BirthKind::Frame {
                function,
                parent,
                this,
                arguments,
            },
            Record::Scope { scope, .. } => BirthKind::Scope { scope },
            Record::ScopeCopy { scope, from } => BirthKind::ScopeCopy { scope, from },
            _ => return None,
        };
        Some(Birth {
            position,
            frame,
            kind,
        })
    }

    /// Writes here to one variable before `position`, the last one first.
    pub(crate) fn writes_before(
        &self,
        owner: InstanceId,
        binding: BindingId,
        position: RecordPosition,
    ) -> impl Iterator<Item = Record> {
        let variable = (owner, binding);
        let range = range_of(&self.writes, |(owner, binding, _)| {
            (*owner, *binding).cmp(&variable)
        });
        let writes = self.writes.get(range).unwrap_or_default();
        let before = writes.iter().rev().skip_while(move |(.., at)| *at >= position);
        before.filter_map(|(.., at)| self.record_at(*at))
    }

    /// Where one variable is written here, in order.
    pub(crate) fn positions_of_writes(&self, owner: InstanceId, binding: BindingId) -> Vec<RecordPosition> {
        let variable = (owner, binding);
        let range = range_of(&self.writes, |(owner, binding, _)| {
            (*owner, *binding).cmp(&variable)
        });
        let writes = self.writes.get(range).unwrap_or_default();
        writes.iter().map(|(.., position)| *position).collect()
    }

    /// The last point here that does not stand after `position`; the one before the chunk if there is none.
    pub(crate) fn point_until(&self, position: RecordPosition) -> Point {
        let n_steps = self.steps.partition_point(|step| step.position <= position);
        let step = n_steps
            .checked_sub(1)
            .map(|idx| Point::before_step(self.start.n_steps + idx as u64));
        let n_happenings = self
            .happenings
            .partition_point(|happening| happening.position <= position);
        let happening = n_happenings
            .checked_sub(1)
            .and_then(|idx| self.happenings.get(idx));
        let happening = happening.map(|happening| happening.point);
        step.max(happening).unwrap_or(self.start.point())
    }

    /// The first point here that stands after `position`.
    pub(crate) fn point_after(&self, position: RecordPosition) -> Option<Point> {
        let step_idx = self.steps.partition_point(|step| step.position <= position);
        let step =
            (step_idx < self.steps.len()).then(|| Point::before_step(self.start.n_steps + step_idx as u64));
        let happening_idx = self
            .happenings
            .partition_point(|happening| happening.position <= position);
        let happening = self
            .happenings
            .get(happening_idx)
            .map(|happening| happening.point);
        step.into_iter().chain(happening).min()
    }

    /// The latest run of a block in a frame that began here before `position`.
    pub(crate) fn block_before(
        &self,
        frame: InstanceId,
        scope: ScopeId,
        position: RecordPosition,
    ) -> Option<InstanceId> {
        let end = self
            .blocks
            .partition_point(|row| (row.frame, row.scope, row.position) < (frame, scope, position));
        let row = self.blocks.get(end.checked_sub(1)?)?;
        (row.frame == frame && row.scope == scope).then_some(row.instance)
    }

    /// The stack as it stands at `position`, outermost frame first. A step that stands there has begun, anything else
    /// there has not.
    pub(crate) fn stack_at(&self, position: RecordPosition) -> Vec<StackFrame> {
        let mut stack = self.moves.stack_at(position, &self.steps);
        if let Some(top) = stack.last_mut() {
            let n_begun = self.steps.partition_point(|step| step.position <= position) as u64;
            let before = self.start.n_steps + n_begun;
            let is_own = |step: &u64| self.step(*step).is_some_and(|row| row.frame == top.instance);
            let last_here = before.checked_sub(1).filter(is_own);
            let last_here = last_here.or_else(|| self.last_step_of(top.instance, before));
            let last_here = last_here.and_then(|number| Some((number, self.step(number)?.site)));
            top.last_step = last_here.or(top.last_step);
        }
        stack
    }

    fn count_bytes(&self) -> usize {
        fn rows<T>(table: &Vec<T>) -> usize {
            table.capacity() * size_of::<T>()
        }
        // The strings of a chunk cannot be asked for; they are about as much as its records.
        let chunk = self.chunk.as_ref().map_or(0, |chunk| 2 * chunk.end().0 as usize);
        let open_frames = self.start.stack.len() + self.start.suspended.len();
        size_of::<Self>()
            + chunk
            + 2 * open_frames * size_of::<OpenFrame>()
            + rows(&self.steps)
            + self.steps.len() * size_of::<(InstanceId, u32)>()
            + rows(&self.happenings)
            + rows(&self.births)
            + rows(&self.writes)
            + self.changes.n_bytes()
            + rows(&self.blocks)
            + self.moves.n_bytes()
    }
}

impl Look for ChunkView {
    fn begin(&mut self, start: &Tracker) {
        let mut steps = std::mem::take(&mut self.steps);
        steps.clear();
        *self = Self {
            steps,
            ..Self::at(start.clone())
        };
    }

    #[inline]
    fn see(&mut self, seen: Seen<'_>) {
        let Seen {
            position,
            outline,
            step_before,
            applied,
            tracker,
            ..
        } = seen;
        let frame = || tracker.top().map_or(InstanceId::STATIC, |frame| frame.instance);
        let happened = |kind| Happening {
            point: tracker.point(),
            position,
            kind,
        };
        match outline {
            Outline::Step(site) => {
                let frame = match site {
                    SiteId::IDLE => InstanceId::STATIC,
                    _ => frame(),
                };
                self.steps.push(StepRow {
                    site,
                    frame,
                    depth: tracker.stack.len() as u32,
                    position,
                });
            }
            Outline::Enter { .. } => {
                self.births.push((position, frame()));
                self.push_frame(position, tracker.top(), step_before);
            }
            Outline::Resume(_) => self.push_frame(position, tracker.top(), step_before),
            Outline::Leave | Outline::Suspend => {
                if applied.popped.is_some() {
                    self.moves.pop(position);
                }
                if let Some(point) = applied.point {
                    let arose_at = tracker.pending_exception.unwrap_or(point);
                    self.happenings.push(happened(HappeningKind::Unwinding(arose_at)));
                }
            }
            Outline::Throw => self.happenings.push(happened(HappeningKind::Throw)),
            Outline::Mark => self.happenings.push(happened(HappeningKind::Mark)),
            Outline::Write { owner, binding } => self.writes.push((owner, binding, position)),
            Outline::Scope { scope } => {
                self.births.push((position, frame()));
                let instance = applied.begun.unwrap_or_default();
                self.blocks.push(BlockRow {
                    frame: frame(),
                    scope,
                    position,
                    instance,
                });
            }
            Outline::Object { object, is_whole } => self.changes.push(object, position, is_whole),
            Outline::Tick(_) | Outline::Ending | Outline::Catch => {}
        }
    }
}

impl ChunkView {
    fn push_frame(
        &mut self,
        position: RecordPosition,
        pushed: Option<&OpenFrame>,
        caller_step: Option<(u64, SiteId)>,
    ) {
        if let Some(pushed) = pushed {
            self.moves.push(position, pushed, caller_step);
        }
    }
}

/// The rows of a sorted table that compare equal.
pub(crate) fn range_of<T>(rows: &[T], compare: impl Fn(&T) -> std::cmp::Ordering) -> Range<usize> {
    let begin = rows.partition_point(|row| compare(row).is_lt());
    let end = rows.partition_point(|row| compare(row).is_le());
    begin..end
}
