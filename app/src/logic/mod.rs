//! What the viewer works out without a browser, a server or a signal.

pub mod actions;
pub mod backoff;
pub mod completion;
pub mod console;
pub mod contents;
pub mod definitions;
pub mod diff;
pub mod elements;
pub mod events;
pub mod files;
pub mod find;
pub mod json;
pub mod keys;
pub mod layout;
pub mod library;
pub mod literal;
pub mod moment;
pub mod network;
pub mod place;
pub mod points;
pub mod protocol;
pub mod scopes;
pub mod stack;
pub mod tree;
pub mod value;
pub mod writes;
