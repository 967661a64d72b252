//! The viewer, as a library so that what needs no browser can be tested without one.

#[cfg(target_arch = "wasm32")]
pub mod boot;
pub mod embed;
pub mod logic;
#[cfg(target_arch = "wasm32")]
pub mod panels;
#[cfg(target_arch = "wasm32")]
pub mod shell;
pub mod stores;
pub mod url;
