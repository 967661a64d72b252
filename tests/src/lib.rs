//! What the test programs and measurements of the whole project share: an engine in memory, the program `playhead`, a
//! server of test pages, and a Chromium to drive.

pub mod chromium;
pub mod local;
pub mod pages;
pub mod program;
