//! The viewer in a frame of somebody else's page: the page of `/embed/ID`, and the contract `rrp-embed` by which the page around it
//! speaks to it. What of that others rely on is in `docs/embedding.md`.
//!
//! What is said is typed here ([`message`], [`state`], [`failure`]) and is the same for whoever carries it: the page gets values of
//! JavaScript, the tests JSON. The rest needs a browser.

#![cfg_attr(
    target_arch = "wasm32",
    expect(unreachable_pub, reason = "the component macro makes what it adds public")
)]

pub mod failure;
pub mod keys;
pub mod message;
pub mod options;
pub mod state;
pub mod trust;

#[cfg(target_arch = "wasm32")]
mod acting;
#[cfg(target_arch = "wasm32")]
mod capture;
#[cfg(target_arch = "wasm32")]
mod consent;
#[cfg(target_arch = "wasm32")]
mod frame;
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
mod seeing;
#[cfg(target_arch = "wasm32")]
mod telling;
#[cfg(target_arch = "wasm32")]
mod ticket;

#[cfg(target_arch = "wasm32")]
pub(crate) use self::page::EmbedPage;

/// What the server has written into the page's head under a name.
#[cfg(target_arch = "wasm32")]
fn meta(name: &str) -> Option<String> {
    let selector = format!("meta[name=\"{name}\"]");
    let meta = leptos::prelude::document().query_selector(&selector).ok()??;
    meta.get_attribute("content")
        .filter(|content| !content.is_empty())
}
