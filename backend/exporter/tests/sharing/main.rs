//! What is handed on is a sound recording, answers as the one it was made from, and holds nothing of what was left out.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod client;
mod parts;
mod planted;
mod redacting;
