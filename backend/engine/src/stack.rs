//! How the stack moved within a chunk, and what it was at any place of it.

use std::collections::BTreeMap;

use recording::{
    chunk::RecordPosition,
    ids::{FunctionId, InstanceId, SiteId},
    tracker::{OpenFrame, Tracker},
};

use crate::view::StepRow;

/// Moves between two snapshots: making so many takes a few microseconds.
const MOVES_BETWEEN_SNAPSHOTS: usize = 1024;

/// Deeper stacks are rare, and many copies of one would fill the cache: they are made again from an earlier snapshot.
const MAX_SNAPSHOT_DEPTH: usize = 512;

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

/// The pushes and pops of a chunk.
#[derive(Debug, Default)]
pub(crate) struct Moves {
    first_step: u64,
    /// The stack before the first move.
    start: Vec<StackFrame>,
    /// Last steps of the frames that wait at the chunk's start.
    suspended: BTreeMap<InstanceId, Option<(u64, SiteId)>>,
    rows: Vec<Move>,
    /// The stack before some of the moves, by their index.
    snapshots: Vec<(usize, Vec<StackFrame>)>,
}

/// A push, or, where the instance is STATIC, a pop.
#[derive(Clone, Copy, Debug)]
struct Move {
    position: RecordPosition,
    instance: InstanceId,
    function: FunctionId,
    parent: InstanceId,
    /// The last step of the frame below.
    caller_step: StepHere,
    /// The last step of a frame that is resumed.
    own_step: StepHere,
}

/// A step of this chunk, by one more than its index; 0 for none or one of an earlier chunk.
type StepHere = u32;

impl Moves {
    pub(crate) fn new(start: &Tracker) -> Self {
        let suspended = start
            .suspended
            .iter()
            .map(|(instance, frame)| (*instance, frame.last_step));
        Self {
            first_step: start.n_steps,
            start: start.stack.iter().map(StackFrame::from).collect(),
            suspended: suspended.collect(),
            rows: Vec::new(),
            snapshots: Vec::new(),
        }
    }

    /// Notes that the tracker's top frame was pushed, while the one below stood at `caller_step`.
    pub(crate) fn push(
        &mut self,
        position: RecordPosition,
        pushed: &OpenFrame,
        caller_step: Option<(u64, SiteId)>,
    ) {
        self.rows.push(Move {
            position,
            instance: pushed.instance,
            function: pushed.function,
            parent: pushed.parent,
            caller_step: self.here(caller_step),
            own_step: self.here(pushed.last_step),
        });
    }

    /// Notes that the top frame was popped.
    pub(crate) fn pop(&mut self, position: RecordPosition) {
        self.rows.push(Move {
            position,
            instance: InstanceId::STATIC,
            function: FunctionId::UNKNOWN,
            parent: InstanceId::STATIC,
            caller_step: 0,
            own_step: 0,
        });
    }

    fn here(&self, step: Option<(u64, SiteId)>) -> StepHere {
        let idx = step.and_then(|(step, _)| step.checked_sub(self.first_step));
        idx.and_then(|idx| StepHere::try_from(idx + 1).ok()).unwrap_or(0)
    }

    /// Once all moves are known: takes the snapshots.
    pub(crate) fn finish(&mut self, steps: &[StepRow]) {
        let mut stack = self.start.clone();
        let mut snapshots = Vec::new();
        for (move_idx, row) in self.rows.iter().enumerate() {
            if move_idx > 0 && move_idx % MOVES_BETWEEN_SNAPSHOTS == 0 && stack.len() <= MAX_SNAPSHOT_DEPTH {
                snapshots.push((move_idx, stack.clone()));
            }
            self.make(row, &mut stack, steps);
        }
        self.snapshots = snapshots;
        self.rows.shrink_to_fit();
    }

    /// The stack once all before `position` has happened, outermost frame first. The last step of the top frame is that
    /// of when it was pushed.
    pub(crate) fn stack_at(&self, position: RecordPosition, steps: &[StepRow]) -> Vec<StackFrame> {
        let n_moves = self.rows.partition_point(|row| row.position < position);
        let n_snapshots = self
            .snapshots
            .partition_point(|(move_idx, _)| *move_idx <= n_moves);
        let snapshot = n_snapshots.checked_sub(1).and_then(|idx| self.snapshots.get(idx));
        let (from, mut stack) = match snapshot {
            Some((move_idx, stack)) => (*move_idx, stack.clone()),
            None => (0, self.start.clone()),
        };
        for row in self.rows.get(from..n_moves).unwrap_or_default() {
            self.make(row, &mut stack, steps);
        }
        stack
    }

    fn make(&self, row: &Move, stack: &mut Vec<StackFrame>, steps: &[StepRow]) {
        if row.instance == InstanceId::STATIC {
            stack.pop();
            return;
        }
        let step = |here: StepHere| {
            let idx = here.checked_sub(1)?;
            Some((self.first_step + u64::from(idx), steps.get(idx as usize)?.site))
        };
        if let Some(caller) = stack.last_mut() {
            caller.last_step = step(row.caller_step).or(caller.last_step);
        }
        let own_step = step(row.own_step);
        stack.push(StackFrame {
            instance: row.instance,
            function: row.function,
            parent: row.parent,
            last_step: own_step.or_else(|| self.suspended.get(&row.instance).copied().flatten()),
        });
    }

    /// About how much memory it takes, in bytes.
    pub(crate) fn n_bytes(&self) -> usize {
        let frames = self.snapshots.iter().map(|(_, stack)| stack.len()).sum::<usize>() + self.start.len();
        size_of::<Self>()
            + self.rows.len() * size_of::<Move>()
            + frames * size_of::<StackFrame>()
            + self.suspended.len() * 64
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
