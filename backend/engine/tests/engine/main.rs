//! What a client sees of recordings made by hand.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod page;
mod support;

mod confined;
mod console;
mod css;
mod damage;
mod dom;
mod evaluation;
mod finding;
mod graphics;
mod history;
mod hostile;
mod live;
mod network;
mod objects;
mod oracle;
mod pauses;
mod sessions;
mod sources;
mod stepping;
