//! The `.playhead` file: what a recording holds, how it is written and how any part of it is read.
//!
//! A recording is a log of everything a program did ([`record::Record`]), the scripts it ran
//! ([`script::Script`]), the events around it ([`event`]) and a [`manifest::Manifest`]. The file is described in
//! `docs/recording-format.md`.

pub mod event;
pub mod ids;
pub mod manifest;
pub mod point;
pub mod record;
pub mod script;
pub mod source;
pub mod value;
