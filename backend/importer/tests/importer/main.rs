//! The importer over what real recorders wrote (`tests/importing`), looked at through the engine, and over what nobody should
//! have written.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test panics to fail")]

mod har;
mod hostile;
mod outline;
mod playwright;
mod rrweb;
mod support;
