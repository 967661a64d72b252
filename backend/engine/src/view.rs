//! One chunk of the log, laid out for lookups: which frame ran each step, who wrote which variable when, how objects
//! changed, how the stack moved. Made by reading the chunk once; then every question is a binary search.

use std::{ops::Range, sync::OnceLock};

use recording::{
    chunk::{Chunk, RecordPosition},
    ids::{BindingId, FunctionId, InstanceId, ObjectId, ScopeId, SiteId},
    point::{Micros, Point},
    record::Record,
    tracker::{OpenFrame, Tracker},
    value::{Text, Value},
};

/// A chunk laid out for lookups. Rows of every table are in the order of the log unless their table says otherwise.
#[derive(Debug)]
pub(crate) struct ChunkView {
    /// The state before the first record.
    pub(crate) start: Tracker,
    /// The state after the last record.
    pub(crate) end: Tracker,
    /// Every step; the first is step number `start.n_steps`.
    pub(crate) steps: Vec<StepRow>,
    /// Frame and index of each of `steps`, ordered; made when first needed, which most chunks never see.
    steps_by_frame: OnceLock<Vec<(InstanceId, u32)>>,
    /// Whatever took a point but is no step.
    pub(crate) happenings: Vec<Happening>,
    /// Frames and scope instances begun here; the first is number `start.next_instance`.
    births: Vec<Birth>,
    /// Writes of variables.
    writes: Vec<WriteRow>,
    /// Owner, variable and index of each of `writes`, ordered.
    writes_by_variable: Vec<(InstanceId, BindingId, u32)>,
    /// Records about objects.
    changes: Vec<ChangeRow>,
    /// Object and index of each of `changes`, ordered.
    changes_by_object: Vec<(ObjectId, u32)>,
    /// Runs of blocks whose variables were captured, ordered by frame, then scope.
    blocks: Vec<BlockRow>,
    /// Pushes and pops of the stack.
    moves: Vec<Move>,
    /// The stack before some of the moves, by their index: where to start from to know it at any place.
    snapshots: Vec<(usize, Vec<StackFrame>)>,
    /// What the clock said, with the first point after it did: one past the last if none followed here.
    pub(crate) ticks: Vec<(Point, Micros)>,
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
#[derive(Clone, Debug)]
pub(crate) struct Happening {
    /// Its point.
    pub(crate) point: Point,
    /// Where in the log.
    pub(crate) position: RecordPosition,
    /// What it was.
    pub(crate) kind: HappeningKind,
}

/// What took a `sub` number.
#[derive(Clone, Debug)]
pub(crate) enum HappeningKind {
    /// A row of an event table.
    Mark,
    /// An exception was thrown.
    Throw(Value),
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
        arguments: Box<[Value]>,
    },
    /// A block began whose variables are captured.
    Scope { scope: ScopeId },
    /// The next iteration of a loop whose variables are captured began.
    ScopeCopy { scope: ScopeId, from: InstanceId },
}

/// A write to a variable.
#[derive(Debug)]
pub(crate) struct WriteRow {
    /// Where in the log.
    pub(crate) position: RecordPosition,
    /// Its new value, or the suffix it grew by.
    pub(crate) value: Value,
    /// Whether `value` is a suffix.
    pub(crate) is_append: bool,
}

/// A record about an object.
#[derive(Debug)]
pub(crate) struct ChangeRow {
    /// Where in the log.
    pub(crate) position: RecordPosition,
    /// The record.
    pub(crate) record: Record,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct BlockRow {
    frame: InstanceId,
    scope: ScopeId,
    position: RecordPosition,
    instance: InstanceId,
}

/// A frame as it stands on the stack at some place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct StackFrame {
    /// Its number.
    pub(crate) instance: InstanceId,
    /// Its function.
    pub(crate) function: FunctionId,
    /// The innermost instance around its function.
    pub(crate) parent: InstanceId,
    /// The last step that began in it, and its site.
    pub(crate) last_step: Option<(u64, SiteId)>,
}

#[derive(Clone, Copy, Debug)]
enum Move {
    /// A frame was pushed while the one below it stood at `caller_step`.
    Push {
        position: RecordPosition,
        frame: StackFrame,
        caller_step: Option<(u64, SiteId)>,
    },
    Pop {
        position: RecordPosition,
    },
}

impl Move {
    fn position(&self) -> RecordPosition {
        match self {
            Self::Push { position, .. } | Self::Pop { position } => *position,
        }
    }

    fn make(&self, stack: &mut Vec<StackFrame>) {
        match self {
            Self::Push {
                frame, caller_step, ..
            } => {
                if let Some(caller) = stack.last_mut() {
                    caller.last_step = *caller_step;
                }
                stack.push(*frame);
            }
            Self::Pop { .. } => {
                stack.pop();
            }
        }
    }
}

impl ChunkView {
    /// Reads the whole chunk.
    pub(crate) fn new(chunk: &Chunk) -> Self {
        let mut view = Self::at(chunk.tracker().clone());
        for (position, record) in chunk.records_from(RecordPosition::START) {
            view.read(position, record);
        }
        // Sorting small keys that hold an index is several times faster than sorting the rows, and keeps their order.
        view.writes_by_variable.sort_unstable();
        view.changes_by_object.sort_unstable();
        view.blocks.sort_unstable();
        view.take_snapshots();
        view.n_bytes = view.count_bytes();
        view
    }

    /// Stands for the log of a recording that has none.
    pub(crate) fn empty() -> Self {
        Self::at(Tracker::default())
    }

    fn at(start: Tracker) -> Self {
        Self {
            end: start.clone(),
            start,
            steps: Vec::new(),
            steps_by_frame: OnceLock::new(),
            happenings: Vec::new(),
            births: Vec::new(),
            writes: Vec::new(),
            writes_by_variable: Vec::new(),
            changes: Vec::new(),
            changes_by_object: Vec::new(),
            blocks: Vec::new(),
            moves: Vec::new(),
            snapshots: Vec::new(),
            ticks: Vec::new(),
            n_bytes: 0,
        }
    }

    fn read(&mut self, position: RecordPosition, record: Record) {
        let caller_step = self.end.top().and_then(|frame| frame.last_step);
        let before = self.end.point();
        let applied = self.end.apply(&record);
        if let Some(point) = applied.point {
            // What the clock said since the point before belongs to this one.
            let since = self.ticks.iter_mut().rev().take_while(|(at, _)| *at > before);
            since.for_each(|(at, _)| *at = point);
        }
        let top = self.end.top();
        let frame = top.map_or(InstanceId::STATIC, |frame| frame.instance);
        match record {
            Record::Step(site) => {
                let frame = if site == SiteId::IDLE {
                    InstanceId::STATIC
                } else {
                    frame
                };
                self.steps.push(StepRow {
                    site,
                    frame,
                    depth: self.end.stack.len() as u32,
                    position,
                });
            }
            Record::Tick(_) => self.ticks.push((Point(self.end.point().0 + 1), self.end.time)),
            Record::Enter {
                function,
                parent,
                this,
                arguments,
            } => {
                let kind = BirthKind::Frame {
                    function,
                    parent,
                    this,
                    arguments: arguments.into(),
                };
                self.births.push(Birth {
                    position,
                    frame,
                    kind,
                });
                self.push_frame(position, caller_step);
            }
            Record::Resume(_) => self.push_frame(position, caller_step),
            Record::Leave | Record::Suspend => {
                if applied.popped.is_some() {
                    self.moves.push(Move::Pop { position });
                }
                if let Some(point) = applied.point {
                    let arose_at = self.end.pending_exception.unwrap_or(point);
                    self.happenings.push(Happening {
                        point,
                        position,
                        kind: HappeningKind::Unwinding(arose_at),
                    });
                }
            }
            Record::Throw(value) => {
                let point = self.end.point();
                self.happenings.push(Happening {
                    point,
                    position,
                    kind: HappeningKind::Throw(value),
                });
            }
            Record::Mark => {
                let point = self.end.point();
                self.happenings.push(Happening {
                    point,
                    position,
                    kind: HappeningKind::Mark,
                });
            }
            Record::Write {
                owner,
                binding,
                value,
            } => self.push_write(
                owner,
                binding,
                WriteRow {
                    position,
                    value,
                    is_append: false,
                },
            ),
            Record::Append {
                owner,
                binding,
                suffix,
            } => self.push_write(
                owner,
                binding,
                WriteRow {
                    position,
                    value: suffix,
                    is_append: true,
                },
            ),
            Record::Scope { scope, parent: _ } => {
                self.births.push(Birth {
                    position,
                    frame,
                    kind: BirthKind::Scope { scope },
                });
                self.push_block(position, frame, scope);
            }
            Record::ScopeCopy { scope, from } => {
                self.births.push(Birth {
                    position,
                    frame,
                    kind: BirthKind::ScopeCopy { scope, from },
                });
                self.push_block(position, frame, scope);
            }
            Record::Object { object, .. }
            | Record::Property { object, .. }
            | Record::PropertyDelete { object, .. }
            | Record::Splice { object, .. }
            | Record::MapSet { object, .. }
            | Record::SetAdd { object, .. }
            | Record::EntryDelete { object, .. }
            | Record::EntriesClear { object } => {
                self.changes_by_object.push((object, self.changes.len() as u32));
                self.changes.push(ChangeRow { position, record });
            }
            Record::Return(_) | Record::End | Record::Catch => {}
        }
    }

    fn push_write(&mut self, owner: InstanceId, binding: BindingId, row: WriteRow) {
        self.writes_by_variable
            .push((owner, binding, self.writes.len() as u32));
        self.writes.push(row);
    }

    fn take_snapshots(&mut self) {
        const MOVES_BETWEEN: usize = 1024;
        const MAX_DEPTH: usize = 512; // Deeper stacks are rare, and many copies of one would fill the cache.
        let mut stack: Vec<StackFrame> = self.start.stack.iter().map(StackFrame::from).collect();
        for (move_idx, row) in self.moves.iter().enumerate() {
            if move_idx > 0 && move_idx % MOVES_BETWEEN == 0 && stack.len() <= MAX_DEPTH {
                self.snapshots.push((move_idx, stack.clone()));
            }
            row.make(&mut stack);
        }
    }

    fn push_frame(&mut self, position: RecordPosition, caller_step: Option<(u64, SiteId)>) {
        if let Some(frame) = self.end.top() {
            self.moves.push(Move::Push {
                position,
                frame: StackFrame::from(frame),
                caller_step,
            });
        }
    }

    fn push_block(&mut self, position: RecordPosition, frame: InstanceId, scope: ScopeId) {
        let instance = InstanceId(self.end.next_instance.0.saturating_sub(1));
        self.blocks.push(BlockRow {
            frame,
            scope,
            position,
            instance,
        });
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
            Some((
                Point::before_step(self.start.n_steps + idx),
                self.steps.get(idx as usize)?.position,
            ))
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
    pub(crate) fn steps_of(
        &self,
        frame: InstanceId,
    ) -> impl DoubleEndedIterator<Item = u64> + ExactSizeIterator + '_ {
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
    pub(crate) fn birth(&self, instance: InstanceId) -> Option<&Birth> {
        let birth_idx = instance.0.checked_sub(self.start.next_instance.0)?;
        self.births.get(birth_idx as usize)
    }

    /// Writes here to one variable before `position`, the last one first.
    pub(crate) fn writes_before(
        &self,
        owner: InstanceId,
        binding: BindingId,
        position: RecordPosition,
    ) -> impl Iterator<Item = &WriteRow> {
        let range = range_of(&self.writes_by_variable, |(other, name, _)| {
            (*other, *name).cmp(&(owner, binding))
        });
        let indexes = self.writes_by_variable.get(range).unwrap_or_default();
        let row = |idx: u32| self.writes.get(idx as usize);
        let n_before =
            indexes.partition_point(|(.., idx)| row(*idx).is_some_and(|row| row.position < position));
        indexes
            .iter()
            .take(n_before)
            .rev()
            .filter_map(move |(.., idx)| row(*idx))
    }

    /// Records here about one object, in order.
    pub(crate) fn changes_of(&self, object: ObjectId) -> impl DoubleEndedIterator<Item = &ChangeRow> {
        let range = range_of(&self.changes_by_object, |(other, _)| other.cmp(&object));
        let indexes = self.changes_by_object.get(range).unwrap_or_default();
        indexes
            .iter()
            .filter_map(|(_, idx)| self.changes.get(*idx as usize))
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
        let n_moves = self.moves.partition_point(|row| row.position() < position);
        let n_snapshots = self
            .snapshots
            .partition_point(|(move_idx, _)| *move_idx <= n_moves);
        let snapshot = n_snapshots.checked_sub(1).and_then(|idx| self.snapshots.get(idx));
        let (from, mut stack) = match snapshot {
            Some((move_idx, stack)) => (*move_idx, stack.clone()),
            None => (0, self.start.stack.iter().map(StackFrame::from).collect()),
        };
        self.moves
            .get(from..n_moves)
            .unwrap_or_default()
            .iter()
            .for_each(|row| row.make(&mut stack));
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
        let inside_births: usize = self
            .births
            .iter()
            .map(|birth| match &birth.kind {
                BirthKind::Frame { arguments, .. } => size_of_val(&**arguments),
                BirthKind::Scope { .. } | BirthKind::ScopeCopy { .. } => 0,
            })
            .sum();
        let inside_changes: usize = self.changes.iter().map(|row| n_bytes_inside(&row.record)).sum();
        let open_frames = self.start.stack.len() + self.start.suspended.len();
        size_of::<Self>()
            + 2 * open_frames * size_of::<OpenFrame>()
            + rows(&self.steps)
            + self.steps.len() * size_of::<(InstanceId, u32)>()
            + rows(&self.happenings)
            + rows(&self.births)
            + inside_births
            + rows(&self.writes)
            + rows(&self.writes_by_variable)
            + rows(&self.changes)
            + rows(&self.changes_by_object)
            + inside_changes
            + rows(&self.blocks)
            + rows(&self.moves)
            + rows(&self.snapshots)
            + self.snapshots.iter().map(|(_, stack)| rows(stack)).sum::<usize>()
            + rows(&self.ticks)
    }
}

impl From<&OpenFrame> for StackFrame {
    fn from(frame: &OpenFrame) -> Self {
        let OpenFrame {
            instance,
            function,
            parent,
            last_step,
            ..
        } = frame;
        Self {
            instance: *instance,
            function: *function,
            parent: *parent,
            last_step: *last_step,
        }
    }
}

/// The rows of a sorted table that compare equal.
fn range_of<T>(rows: &[T], compare: impl Fn(&T) -> std::cmp::Ordering) -> Range<usize> {
    let begin = rows.partition_point(|row| compare(row).is_lt());
    let end = rows.partition_point(|row| compare(row).is_le());
    begin..end
}

/// What a record holds on the heap. Strings belong to the chunk's table and are not counted.
fn n_bytes_inside(record: &Record) -> usize {
    use recording::value::{ObjectKind, Property};
    match record {
        Record::Object { state, .. } => {
            let inside = match &state.kind {
                ObjectKind::Array { elements, .. } => elements.len() * size_of::<Option<Value>>(),
                ObjectKind::TypedArray { elements, .. }
                | ObjectKind::Set {
                    entries: elements, ..
                } => elements.len() * size_of::<Value>(),
                ObjectKind::Map { entries, .. } => entries.len() * size_of::<(Value, Value)>(),
                ObjectKind::Node { attributes, .. } => attributes.len() * size_of::<(Text, Text)>(),
                _ => 0,
            };
            size_of_val(&**state) + state.properties.len() * size_of::<Property>() + inside
        }
        Record::Splice { inserted, .. } => inserted.len() * size_of::<Value>(),
        _ => 0,
    }
}
