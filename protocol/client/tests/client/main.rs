//! The client against a scripted peer: every behaviour that a viewer relies on, without a network, a clock or a sleep.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod connection;
mod pauses;
mod peer;
mod streams;
mod transports;
