//! The `.playhead` file: what a recording holds, how it is written and how any part of it is read.
//!
//! A recording is a log of everything a program did ([`record::Record`]), the scripts it ran
//! ([`script::Script`]), the events around it ([`event`]) and a [`manifest::Manifest`]. The file is described in
//! `docs/recording-format.md`.

mod archive;
mod bytes;
pub mod change;
pub mod chunk;
mod codec;
mod compress;
mod details;
pub mod error;
pub mod event;
pub mod following;
pub mod ids;
mod index;
mod limits;
mod lru;
pub mod manifest;
mod names;
pub mod network;
mod opening;
pub mod origin;
pub mod outline;
pub mod page;
pub mod point;
pub mod reader;
pub mod record;
pub mod script;
pub mod share;
pub mod source;
pub mod table;
pub mod tracker;
pub mod value;
pub mod verify;
pub mod writer;
mod zip;

pub use bytes::DecodeError;
pub use details::{Moments, Run, Thrown};
