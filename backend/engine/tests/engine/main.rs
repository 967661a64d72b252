//! What a client sees of recordings made by hand.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod support;

mod console;
mod damage;
mod evaluation;
mod finding;
mod objects;
mod oracle;
mod pauses;
mod sessions;
mod stepping;
