//! Panels wire stores to components: signals down, callbacks up, nothing kept in between.

pub mod console;
pub mod header;
pub mod library;
pub mod picture;
pub mod scopes;
pub mod source;
pub mod stack;
pub mod timeline;
