//! Speaks the Record Replay Protocol over any transport.
//!
//! ```no_run
//! # async fn example(spawn: impl Fn(client::Driver)) -> Result<(), client::CallError> {
//! use client::{Connection, Lookup, transport};
//! use futures::StreamExt;
//! use wire::{ids::RecordingId, pause::ObjectPreviewLevel};
//!
//! let (transport, _peer) = transport::local::pair(); // or transport::websocket::open(url)?
//! let (connection, driver) = Connection::open(transport);
//! spawn(driver); // spawn_local in the page, a LocalSet natively: nothing moves without it
//!
//! let session = connection.open_session(&RecordingId::from("…")).await?;
//! let endpoint = session.get_endpoint().await?.endpoint;
//!
//! let mut messages = session.find_messages(); // the request is on its way
//! while let Some(message) = messages.next().await {
//!     // `message.pause_id` becomes a pause that knows the arguments:
//!     let pause = session.adopt_pause(&message.pause_id, &message.data);
//! }
//! let has_more = messages.answer().await?.overflow;
//!
//! let pause = session.create_pause(&endpoint.point).await?; // one per point, however often it is asked for
//! let _redraw = pause.subscribe(|change| { /* re-read what depends on change.objects, … */ });
//! if let Lookup::Ready(frames) = pause.frames() {
//!     // Pending the first time; the subscription tells when to read again.
//!     if let Some(object) = frames.first().and_then(|frame| frame.this.as_object()) {
//!         let _preview = pause.object(object, ObjectPreviewLevel::CanOverflow);
//!     }
//! }
//! # Ok(()) }
//! ```
//!
//! Concepts, from the outside in:
//!
//! * a [`transport`] moves frames and knows nothing;
//! * a [`Connection`] owns message ids, pending calls and who hears which event. Every call ends, with a result or a
//!   [`CallError`]. It is driven by its [`Driver`], a future that the host spawns; this crate spawns nothing;
//! * a [`Session`] adds the session id: one method per command that a viewer uses, [`Session::call`] for the rest;
//! * a [`Pause`] adds the pause id, keeps everything ever said about the pause, asks each question once
//!   ([`Lookup`]), and tells its subscribers what changed;
//! * an [`ObjectHandle`] is an object with its pause.
//!
//! Lifetimes are that tree. Children hold their parent weakly: when the last handle of a parent is dropped its calls
//! end and its children report [`CallError::Gone`]. Handles are cheap to clone, belong to one thread, and never hold a
//! borrow over an `await`, so they may be used from callbacks and drop handlers alike.

mod call;
mod connection;
mod lookup;
mod notify;
mod pause;
mod session;
mod stream;
pub mod transport;

pub use call::{Call, CallError};
pub use connection::{Connection, Driver, IdStyle, Notice};
pub use lookup::Lookup;
pub use notify::Subscription;
pub use pause::{Change, ObjectHandle, Pause, PauseCommand, scope_ids};
pub use session::{PauseChange, Session, debugger::SourceContents};
pub use stream::{Events, Streaming};
