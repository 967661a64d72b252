//! Where a program stands: an execution point, and time in microseconds.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A place in the order of everything that happened: `(step + 1) << 16 | sub`.
///
/// `step` counts executed statements from 0. `sub` 0 stands before the statement runs; 1… number what happened after
/// it and before the next one (a console message, an event's arrival, a paint, an exception leaving a frame). What
/// happened before the first statement has `step + 1 = 0`; `Point(0)` is the beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Point(pub u64);

impl Point {
    /// The beginning of every recording.
    pub const BEGINNING: Self = Self(0);

    /// The point before the `step`-th statement (from 0) runs.
    pub fn before_step(step: u64) -> Self {
        Self((step + 1) << 16)
    }

    /// The `sub`-th happening once `n_steps` statements have begun.
    pub fn after_steps(n_steps: u64, sub: u16) -> Self {
        Self(n_steps << 16 | u64::from(sub))
    }

    /// How many statements have begun at this point, not counting the one it stands before.
    ///
    /// At sub 0 of step s this is `s + 1`: the point names that statement although it has not run.
    pub fn n_steps(self) -> u64 {
        self.0 >> 16
    }

    /// The number of the happening between two statements; 0 stands before the statement itself.
    pub fn sub(self) -> u16 {
        (self.0 & 0xffff) as u16
    }

    /// The step this point belongs to: the one about to run (`sub` 0) or the last one begun. None before the first.
    pub fn step(self) -> Option<u64> {
        self.n_steps().checked_sub(1)
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Microseconds since the recording began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Micros(pub u64);

impl Micros {
    /// The same in milliseconds, the protocol's unit.
    pub fn as_millis(self) -> f64 {
        self.0 as f64 / 1000.0
    }
}
