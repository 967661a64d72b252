//! Records a page: rewrites its scripts, runs it in stock Chromium and writes what happened to a recording.
//!
//! [`record`] does it all. The road: Chromium is started with a fresh profile and led by its DevTools (`cdp`,
//! `chromium`); documents and scripts are rewritten on their way in (`intercept`, `html`, [`instrument`]) so that they
//! report to a runtime in the page ([`mod@runtime`]), whose log comes back over a websocket (`socket`), is decoded (`log`)
//! and merged with pictures and browser messages into the file (`journal`).

pub mod chromium;
pub mod instrument;
pub mod runtime;
pub mod scripts;

mod cdp;
mod head;
mod html;
mod intercept;
mod journal;
mod levels;
mod log;
mod maps;
mod network;
#[cfg(unix)]
pub mod node;
mod pictures;
mod questions;
mod record;
mod redact;
mod session;
mod socket;
mod stack;
mod steps;
mod targets;

pub use cdp::CdpError;
pub use chromium::ChromiumError;
pub use levels::Glob;
pub use record::{EndedBy, Progress, RecordError, RecordOptions, Summary, record};
pub use redact::{Pattern, PatternError, Redaction};
pub use steps::{StepAction, StepError, parse_steps};

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails where it stands"
)]
mod behaviour;
