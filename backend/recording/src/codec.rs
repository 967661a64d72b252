//! Records as bytes. A row is one operation byte and its operands; operands are kept small by what came before:
//! sites as the distance from the last site, instances as the distance from the next one, objects from the last one,
//! variables of the running frame without their owner, each distinct string once per chunk.
//!
//! `docs/recording-format.md` has the table of operations; [`Encoder::record`] and [`Decoder::record`] mirror it.

mod decode;
mod encode;
mod outline;

pub(crate) use decode::Decoder;
pub(crate) use encode::Encoder;

use crate::tracker::Tracker;

/// Operations. Bytes from [`op::STEP`] on are steps whose site is near the last one.
mod op {
    pub(super) const TICK: u8 = 0;
    pub(super) const FAR_STEP: u8 = 1;
    pub(super) const ENTER: u8 = 2;
    pub(super) const LEAVE: u8 = 3;
    pub(super) const RETURN: u8 = 4;
    pub(super) const END: u8 = 5;
    pub(super) const THROW: u8 = 6;
    pub(super) const CATCH: u8 = 7;
    pub(super) const SUSPEND: u8 = 8;
    pub(super) const RESUME: u8 = 9;
    pub(super) const WRITE_OWN: u8 = 10;
    pub(super) const WRITE: u8 = 11;
    pub(super) const APPEND_OWN: u8 = 12;
    pub(super) const APPEND: u8 = 13;
    pub(super) const SCOPE: u8 = 14;
    pub(super) const SCOPE_COPY: u8 = 15;
    pub(super) const OBJECT: u8 = 16;
    pub(super) const PROPERTY: u8 = 17;
    pub(super) const PROPERTY_DELETE: u8 = 18;
    pub(super) const SPLICE: u8 = 19;
    pub(super) const MAP_SET: u8 = 20;
    pub(super) const SET_ADD: u8 = 21;
    pub(super) const ENTRY_DELETE: u8 = 22;
    pub(super) const ENTRIES_CLEAR: u8 = 23;
    pub(super) const MARK: u8 = 24;
    /// First of the 224 near steps: distances [`NEAREST`]… of the site from the last one.
    pub(super) const STEP: u8 = 32;
    pub(super) const NEAREST: i64 = -64;
}

/// Tags of values. Bytes from [`tag::SMALL`] on are small integers.
mod tag {
    pub(super) const UNDEFINED: u8 = 0;
    pub(super) const NULL: u8 = 1;
    pub(super) const FALSE: u8 = 2;
    pub(super) const TRUE: u8 = 3;
    pub(super) const UNINITIALIZED: u8 = 4;
    pub(super) const UNAVAILABLE: u8 = 5;
    pub(super) const DOUBLE: u8 = 6;
    pub(super) const STRING: u8 = 7;
    pub(super) const BIG_INT: u8 = 8;
    pub(super) const SYMBOL: u8 = 9;
    pub(super) const OBJECT: u8 = 10;
    pub(super) const INTEGER: u8 = 11;
    /// An array's hole, or no value at all.
    pub(super) const NOTHING: u8 = 12;
    /// First of the numbers that are one of the latest, by how many came since.
    pub(super) const AGAIN: u8 = 13;
    /// First of the integers told by their distance from one of the latest, likewise.
    pub(super) const NEAR: u8 = 21;
    pub(super) const AFTER_NEAR: u8 = NEAR + 8;
    /// First of the 224 small integers, from [`SMALLEST`] on.
    pub(super) const SMALL: u8 = 32;
    pub(super) const SMALLEST: i64 = -16;
}

/// Tags of [`ObjectKind`].
mod kind {
    pub(super) const PLAIN: u8 = 0;
    pub(super) const ARRAY: u8 = 1;
    pub(super) const TYPED_ARRAY: u8 = 2;
    pub(super) const MAP: u8 = 3;
    pub(super) const SET: u8 = 4;
    pub(super) const WEAK: u8 = 5;
    pub(super) const FUNCTION: u8 = 6;
    pub(super) const DATE: u8 = 7;
    pub(super) const REG_EXP: u8 = 8;
    pub(super) const ERROR: u8 = 9;
    pub(super) const PROMISE: u8 = 10;
    pub(super) const BOXED: u8 = 11;
    pub(super) const NODE: u8 = 12;
    pub(super) const PROXY: u8 = 13;
    pub(super) const WINDOW: u8 = 14;
    pub(super) const OPAQUE: u8 = 15;
}

/// Instance operands: [`STATIC`], or this plus the zigzag of the distance below the next instance.
const STATIC: u64 = 0;

/// What the operands of the next record are relative to, but for the frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Context {
    time: u64,
    site: u32,
    next_instance: u32,
    object: u32,
    latest: Latest,
}

/// The latest numbers of more than a byte, as their bits: programs pass the same on, and count from the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Latest {
    bits: [u64; N_LATEST as usize],
    /// How many there were, as far as that says where the next goes.
    n: u8,
}

const N_LATEST: u8 = 8;

impl Latest {
    /// All are 0 at first.
    const NONE: Self = Self {
        bits: [0; N_LATEST as usize],
        n: 0,
    };

    /// The one after which so many came.
    #[inline]
    fn get(&self, n_since: u8) -> f64 {
        let idx = self.n.wrapping_sub(1).wrapping_sub(n_since) % N_LATEST;
        f64::from_bits(self.bits.get(usize::from(idx)).copied().unwrap_or_default())
    }

    #[inline]
    fn push(&mut self, number: f64) {
        if let Some(bits) = self.bits.get_mut(usize::from(self.n % N_LATEST)) {
            *bits = number.to_bits();
        }
        self.n = self.n.wrapping_add(1);
    }
}

impl Context {
    /// At the beginning of a chunk.
    pub(crate) fn at(keyframe: &Tracker) -> Self {
        Self {
            time: keyframe.time.0,
            site: 0,
            next_instance: keyframe.next_instance.0,
            object: 0,
            latest: Latest::NONE,
        }
    }
}

/// The integer that gives back a number to the bit: there is none for -0, NaN and what is beyond 2^53.
#[inline]
fn as_integer(number: f64) -> Option<i64> {
    let integer = number as i64;
    let is_same = (integer as f64).to_bits() == number.to_bits() && integer.unsigned_abs() <= 1 << 53;
    is_same.then_some(integer)
}

/// Instances of the active frames: those below a place, shared by all who start there, and those entered since.
#[derive(Clone, Debug)]
pub(crate) struct Frames<'a> {
    nodes: &'a [Node],
    below: Option<u32>,
    since: Vec<u32>,
}

/// A frame, and the one below it by its place in the list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    /// Its instance.
    pub(crate) instance: u32,
    /// Where the frame below it stands.
    pub(crate) below: Option<u32>,
}

impl<'a> Frames<'a> {
    pub(crate) fn new(nodes: &'a [Node], top: Option<u32>) -> Self {
        Self {
            nodes,
            below: top,
            since: Vec::new(),
        }
    }

    fn node(&self) -> Option<Node> {
        self.nodes.get(self.below? as usize).copied()
    }

    fn top(&self) -> Option<u32> {
        self.since
            .last()
            .copied()
            .or_else(|| self.node().map(|node| node.instance))
    }

    fn pop(&mut self) {
        if self.since.pop().is_none() {
            self.below = self.node().and_then(|node| node.below);
        }
    }
}
