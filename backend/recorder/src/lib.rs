//! Records a page: rewrites its scripts, runs it in stock Chromium and writes what happened to a recording.

pub mod instrument;
pub mod runtime;
pub mod scripts;

mod log;
mod stack;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails where it stands")]
mod behaviour;
