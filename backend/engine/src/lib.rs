//! Answers the Record Replay Protocol from a recording: frames of text in, frames of text out.
//!
//! Pure and synchronous: no sockets, no threads, no clock. A host (a server, a worker in the page) hands over what
//! arrives and sends what comes out:
//!
//! ```text
//! for each frame:  engine.handle(frame, &mut out)   then send `out`
//! between frames:  engine.poll(&mut out)            while it says there is more
//! ```
//!
//! From the outside in: [`Engine`] finds the session, `dispatch` the function that answers; the functions of a domain
//! ask the `Trace`, which is the recording by moments, frames, variables and objects; and that reads `ChunkView`s, one
//! chunk of the log each, laid out for lookups.

mod engine;

mod additions;

mod answer;
mod bounds;
mod dispatch;
mod idle;
mod pass;
mod processing;
mod session;
mod waiting;

mod activity;
mod annotations;
mod breakpoints;
mod console;
mod css;
mod dom;
mod finding;
mod graphics;
mod input;
mod live;
mod loading;
mod network;
mod pause;
mod sources;
mod stepping;

mod evaluate;
mod experimental;
mod history;

mod describe;
mod steps;

mod code;
mod environment;
mod objects;
mod trace;
mod variables;

mod changes;
mod clock;
mod stack;
mod view;

pub use additions::{Additions, ReadResource};
pub use engine::{Engine, NotARequest, OpenRecording};
pub use pass::Pass;
