//! What the test programs and measurements of the whole project share: an engine in memory, the program `playhead`, a
//! server of test pages, a browser to drive, and the published schema.

pub mod browser;
pub mod hosting;
pub mod huge;
pub mod local;
pub mod pages;
pub mod program;
pub mod schema;
pub mod valid;
