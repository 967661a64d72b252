//! The Record Replay Protocol as types: every command, event and value, and nothing that does I/O.
//!
//! Follows the published schema `@replayio/protocol` 0.103.0, one module per domain, all domains but `Nut` (a chat
//! product) and `Target` (spoken between Replay's own recorder and backend). A command is a type: its fields are the
//! parameters, [`command::Command`] says its method, scope and result. An event is a type likewise ([`event::Event`]).
//!
//! Reading is forgiving, writing is exact: unknown fields are skipped, unknown enum strings are kept in an `Other`
//! variant, integers are clamped to what their field can hold, fields that older peers do not know may be absent.
//! Optional fields without a value are left out of the text, as the schema wants.

#[macro_use]
mod macros;
mod lenient;

pub mod command;
pub mod envelope;
pub mod error;
pub mod event;
pub mod ids;
pub mod point;

pub mod authentication;
pub mod connection;
pub mod console;
pub mod css;
pub mod debugger;
pub mod dom;
pub mod experimental;
pub mod graphics;
pub mod internal;
pub mod network;
pub mod pause;
pub mod recording;
pub mod resource;
pub mod session;
