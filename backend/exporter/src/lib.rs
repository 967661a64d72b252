//! Makes a recording that can be handed on out of another: cut to a part of it, without what is not to leave.
//!
//! [`export`] reads a recording and writes a new one, a chunk at a time; both may be files, memory, or what a page gives.
//! Nothing is looked up anywhere, and nothing but the log of one chunk, the rows of a batch and what is carried into the
//! part is held in memory. Points and times stay those of the whole, so links to moments in the part stay true. What is
//! left out is gone: it is not hidden, and nobody can bring it back.
//!
//! [`Inventory`] says beforehand what a part holds, and how large each kind of content is.

mod addresses;
mod carry;
mod error;
mod follow;
mod inventory;
mod log;
mod plan;
mod roles;
mod scrub;
mod tables;
mod walk;

pub use error::ExportError;
pub use inventory::{Inventory, Kind, Portion};
pub use log::{Progress, export};
pub use plan::{Bound, Plan, SAFE};
