//! What follows from the log alone: how many steps ran, what time it is, which frames are open. The writer, the
//! indexes and the engine all keep one, so that they number points alike.

use std::collections::BTreeMap;

use crate::{
    bytes::{Cursor, DecodeError, put_varint},
    ids::{FunctionId, InstanceId, ObjectId, SiteId},
    outline::Outline,
    point::{Micros, Point},
    record::Record,
};

/// The state of the program at one place of its log, as far as the order of records tells it.
///
/// It takes any sequence of records: a `Leave` or `Suspend` without a frame does nothing, a `Resume` of a frame never
/// suspended pushes one of [`FunctionId::UNKNOWN`].
#[derive(Clone, Debug, PartialEq)]
pub struct Tracker {
    /// Statements begun so far.
    pub n_steps: u64,
    /// Points given since the last step.
    pub sub: u16,
    /// The clock, as the last tick told it.
    pub time: Micros,
    /// The number the next frame or scope instance takes.
    pub next_instance: InstanceId,
    /// One more than the largest object whose state or change the log has shown.
    pub next_object: ObjectId,
    /// Active frames, the running one last.
    pub stack: Vec<OpenFrame>,
    /// Frames waiting at an `await` or `yield`.
    pub suspended: BTreeMap<InstanceId, OpenFrame>,
    /// Where the latest exception arose that no recorded code has caught. A message of an uncaught error belongs there.
    pub pending_exception: Option<Point>,
}

/// A frame that has begun and not ended.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenFrame {
    /// Its number.
    pub instance: InstanceId,
    /// Its function.
    pub function: FunctionId,
    /// The innermost instance around its function: its closure.
    pub parent: InstanceId,
    /// [`Tracker::n_steps`] when it was entered: the step number its first statement took, if it had one at once.
    pub entered_at: u64,
    /// The last step that ran in it, and its site.
    pub last_step: Option<(u64, SiteId)>,
    /// Whether it has returned or run off its end, and will leave without an exception. A `finally` block may still
    /// run steps; a throw in it takes this back.
    pub is_ending: bool,
    /// Where the exception arose that is now leaving this frame or running its `finally`.
    pub exception: Option<Point>,
}

/// What one record changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Applied {
    /// The point the record took, if it takes one (`Step`, `Mark`, `Throw`, an unwinding `Leave`).
    pub point: Option<Point>,
    /// The instance the record began (`Enter`, `Scope`, `ScopeCopy`).
    pub begun: Option<InstanceId>,
    /// The frame that left the stack (`Leave`, `Suspend`).
    pub popped: Option<OpenFrame>,
    /// Whether `popped` was unwound by an exception.
    pub is_unwinding: bool,
}

impl Default for Tracker {
    /// Before the first record.
    fn default() -> Self {
        Self {
            n_steps: 0,
            sub: 0,
            time: Micros(0),
            next_instance: InstanceId(1),
            next_object: ObjectId(1),
            stack: Vec::new(),
            suspended: BTreeMap::new(),
            pending_exception: None,
        }
    }
}

impl Tracker {
    /// The point last given: `Point(0)` before any.
    pub fn point(&self) -> Point {
        Point::after_steps(self.n_steps, self.sub)
    }

    /// The running frame.
    pub fn top(&self) -> Option<&OpenFrame> {
        self.stack.last()
    }

    /// Moves past one record.
    #[inline]
    pub fn apply(&mut self, record: &Record) -> Applied {
        self.apply_outline(&record.outline())
    }

    /// Moves past the record of this outline.
    #[inline]
    pub fn apply_outline(&mut self, outline: &Outline) -> Applied {
        match outline {
            Outline::Step(site) => Applied {
                point: Some(self.step(*site)),
                ..Applied::default()
            },
            _ => self.apply_other(outline),
        }
    }

    fn apply_other(&mut self, outline: &Outline) -> Applied {
        let mut applied = Applied::default();
        match outline {
            Outline::Tick(time) => self.time = self.time.max(*time),
            Outline::Enter { function, parent } => {
                let instance = self.begin_instance();
                self.stack.push(OpenFrame {
                    instance,
                    function: *function,
                    parent: *parent,
                    entered_at: self.n_steps,
                    last_step: None,
                    is_ending: false,
                    exception: None,
                });
                applied.begun = Some(instance);
            }
            Outline::Scope { .. } => applied.begun = Some(self.begin_instance()),
            Outline::Leave => self.leave(&mut applied),
            Outline::Ending => {
                if let Some(top) = self.stack.last_mut() {
                    top.is_ending = true;
                }
            }
            Outline::Throw => {
                let point = self.next_sub();
                if let Some(top) = self.stack.last_mut() {
                    top.is_ending = false;
                    top.exception = Some(point);
                }
                self.pending_exception = Some(point);
                applied.point = Some(point);
            }
            Outline::Catch => {
                let caught = self.stack.last_mut().and_then(|top| top.exception.take());
                if caught.is_some() && caught == self.pending_exception {
                    self.pending_exception = None;
                }
            }
            Outline::Suspend => {
                applied.popped = self.stack.pop();
                if let Some(frame) = &applied.popped {
                    self.suspended.insert(frame.instance, frame.clone());
                }
            }
            Outline::Resume(instance) => {
                let frame = self.suspended.remove(instance).unwrap_or(OpenFrame {
                    instance: *instance,
                    function: FunctionId::UNKNOWN,
                    parent: InstanceId::STATIC,
                    entered_at: self.n_steps,
                    last_step: None,
                    is_ending: false,
                    exception: None,
                });
                self.stack.push(frame);
            }
            Outline::Mark => applied.point = Some(self.next_sub()),
            Outline::Object { object, .. } => {
                self.next_object = self.next_object.max(ObjectId(object.0.saturating_add(1)));
            }
            Outline::Write { .. } | Outline::Step(_) => {}
        }
        applied
    }

    fn step(&mut self, site: SiteId) -> Point {
        let step = self.n_steps;
        self.n_steps = step.saturating_add(1);
        self.sub = 0;
        if site != SiteId::IDLE
            && let Some(top) = self.stack.last_mut()
        {
            top.last_step = Some((step, site));
        }
        self.point()
    }

    fn leave(&mut self, applied: &mut Applied) {
        let Some(frame) = self.stack.pop() else { return };
        if !frame.is_ending {
            let point = self.next_sub();
            let arose_at = frame.exception.unwrap_or(point);
            if let Some(caller) = self.stack.last_mut() {
                caller.exception = Some(arose_at);
            }
            self.pending_exception = Some(arose_at);
            applied.point = Some(point);
            applied.is_unwinding = true;
        }
        applied.popped = Some(frame);
    }

    fn begin_instance(&mut self) -> InstanceId {
        let instance = self.next_instance;
        self.next_instance = InstanceId(instance.0.saturating_add(1));
        instance
    }

    fn next_sub(&mut self) -> Point {
        self.sub = self.sub.saturating_add(1);
        self.point()
    }

    /// Writes it all: the keyframe of a chunk.
    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        put_varint(out, self.n_steps);
        put_varint(out, u64::from(self.sub));
        put_varint(out, self.time.0);
        put_varint(out, u64::from(self.next_instance.0));
        put_varint(out, u64::from(self.next_object.0));
        put_point(out, self.pending_exception);
        put_varint(out, self.stack.len() as u64);
        self.stack.iter().for_each(|frame| frame.encode(out));
        put_varint(out, self.suspended.len() as u64);
        self.suspended.values().for_each(|frame| frame.encode(out));
    }

    /// Reads what [`Self::encode`] wrote.
    pub(crate) fn decode(bytes: &mut Cursor<'_>) -> Result<Self, DecodeError> {
        let n_steps = bytes.varint()?;
        if n_steps > MAX_STEPS {
            return Err(DecodeError::OutOfRange);
        }
        let sub = u16::try_from(bytes.varint()?).map_err(|_| DecodeError::OutOfRange)?;
        let time = Micros(bytes.varint()?);
        let next_instance = InstanceId(bytes.u32()?);
        let next_object = ObjectId(bytes.u32()?);
        let pending_exception = point(bytes)?;
        let n_frames = bytes.count(OpenFrame::MIN_BYTES)?;
        let stack = (0..n_frames)
            .map(|_| OpenFrame::decode(bytes))
            .collect::<Result<_, _>>()?;
        let n_suspended = bytes.count(OpenFrame::MIN_BYTES)?;
        let suspended = (0..n_suspended)
            .map(|_| OpenFrame::decode(bytes).map(|frame| (frame.instance, frame)))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            n_steps,
            sub,
            time,
            next_instance,
            next_object,
            stack,
            suspended,
            pending_exception,
        })
    }
}

/// Points have 48 bits for steps; half of that leaves room to count on.
pub(crate) const MAX_STEPS: u64 = 1 << 47;

const IS_ENDING: u8 = 1;
const HAS_STEP: u8 = 2;

impl OpenFrame {
    const MIN_BYTES: usize = 6;

    fn encode(&self, out: &mut Vec<u8>) {
        put_varint(out, u64::from(self.instance.0));
        put_varint(out, u64::from(self.function.0));
        put_varint(out, u64::from(self.parent.0));
        put_varint(out, self.entered_at);
        out.push((u8::from(self.is_ending) * IS_ENDING) | (u8::from(self.last_step.is_some()) * HAS_STEP));
        if let Some((step, site)) = self.last_step {
            put_varint(out, step);
            put_varint(out, u64::from(site.0));
        }
        put_point(out, self.exception);
    }

    fn decode(bytes: &mut Cursor<'_>) -> Result<Self, DecodeError> {
        let instance = InstanceId(bytes.u32()?);
        let function = FunctionId(bytes.u32()?);
        let parent = InstanceId(bytes.u32()?);
        let entered_at = bytes.varint()?;
        let flags = bytes.u8()?;
        let last_step = match flags & HAS_STEP {
            0 => None,
            _ => Some((bytes.varint()?, SiteId(bytes.u32()?))),
        };
        let exception = point(bytes)?;
        Ok(Self {
            instance,
            function,
            parent,
            entered_at,
            last_step,
            is_ending: flags & IS_ENDING != 0,
            exception,
        })
    }
}

/// A point that may be missing: 0 for none, else one more than it (points stay below 2^63).
fn put_point(out: &mut Vec<u8>, point: Option<Point>) {
    put_varint(out, point.map_or(0, |point| point.0.saturating_add(1)));
}

fn point(bytes: &mut Cursor<'_>) -> Result<Option<Point>, DecodeError> {
    Ok(bytes.varint()?.checked_sub(1).map(Point))
}
