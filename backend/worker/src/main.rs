//! The engine in a worker of the page, so that reading a recording never blocks the picture.
//!
//! Once it runs, the worker says `"ready"`. From then on it takes messages, each with one or both of
//!
//! ```text
//! recordings: [Blob | ArrayBuffer | string, …]   files, bytes or addresses of recordings to open
//! port: MessagePort                              a client, which may open any of them
//! ```
//!
//! and answers the first with `{ recordings: [{ id, title, url } | { error }, …] }`. A client sends and receives the
//! protocol's frames of text, and says farewell with `null`. `client::transport::worker` is its other end.

#[cfg(target_arch = "wasm32")]
mod clients;
#[cfg(target_arch = "wasm32")]
mod library;
#[cfg(target_arch = "wasm32")]
mod sources;

#[cfg(target_arch = "wasm32")]
fn main() {
    clients::listen();
}

/// There are no workers outside a page.
#[cfg(not(target_arch = "wasm32"))]
fn main() {}
