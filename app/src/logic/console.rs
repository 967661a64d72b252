//! The console: lines as small as they can be, in order, and which of them are shown.

mod entry;
mod filter;
mod model;
mod style;
mod table;
mod text;
mod thrown;

pub use entry::{Body, Entry, Kind, MAX_INDENT, Place, Row, SourceKey, StackLine, placed, stack_lines};
pub use filter::{Filter, Matcher, Needle, Verdict, contains};
pub use model::{Model, Shown, View, Wish};
pub use table::{Table, table};
pub use text::{of_value, pieces, whole};
pub use thrown::{ThrownFrame, frames as thrown_frames, headline};
