//! Requests of the program: put together from what became known of each, narrowed, sorted, and given away as commands.

mod body;
mod commands;
mod filter;
mod request;

pub use body::{Kind as BodyKind, Message, base64_bytes, event_messages, hex_rows, kind_of, socket_messages};
pub use commands::{curl, fetch};
pub use filter::{Category, Filter, arrange, matches};
pub use request::{Request, Requests, State, cookies, set_cookies};
