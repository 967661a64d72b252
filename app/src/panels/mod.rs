//! Panels wire stores to components: signals down, callbacks up, nothing kept in between.

#![expect(unreachable_pub, reason = "the component macro makes what it adds public")]

pub mod access;
pub(crate) mod clipboard;
pub mod comments;
pub mod compare;
pub mod console;
pub(crate) mod copying;
pub mod elements;
pub mod events;
pub mod focus;
pub mod header;
pub mod library;
pub(crate) mod link;
pub mod network;
pub mod nothing;
pub mod opening;
pub mod picture;
pub mod points;
pub mod protocol;
pub(crate) mod saving;
pub mod scopes;
pub mod sharing;
pub mod source;
pub mod stack;
pub mod timeline;
mod values;
