//! The viewer in a frame of somebody else's page: the page of `/embed/ID`, and the contract `rrp-embed` by which the page around it
//! speaks to it. What of that others rely on is in `docs/embedding.md`.
//!
//! What is said is typed here ([`message`], [`state`], [`failure`]) and is the same for whoever carries it: the page gets values of
//! JavaScript, the tests JSON. The rest needs a browser.

pub mod failure;
pub mod message;
pub mod options;
pub mod state;

#[cfg(target_arch = "wasm32")]
mod acting;
#[cfg(target_arch = "wasm32")]
mod capture;
#[cfg(target_arch = "wasm32")]
mod consent;
#[cfg(target_arch = "wasm32")]
mod greeting;
#[cfg(target_arch = "wasm32")]
mod layout;
#[cfg(target_arch = "wasm32")]
mod opening;
#[cfg(target_arch = "wasm32")]
mod page;
#[cfg(target_arch = "wasm32")]
mod port;
#[cfg(target_arch = "wasm32")]
mod telling;
#[cfg(target_arch = "wasm32")]
mod ticket;

#[cfg(target_arch = "wasm32")]
pub(crate) use self::page::EmbedPage;
