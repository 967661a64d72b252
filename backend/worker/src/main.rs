//! The engine in a worker of the page, so that reading a recording never blocks the picture.
//!
//! Once it runs, the worker says `"ready"`. From then on it takes messages, each with some of
//!
//! ```text
//! recordings: [Blob | ArrayBuffer | string, …]   files, bytes or addresses of recordings to open
//! tag: anything                                  said with everything that is answered to `recordings`
//! port: MessagePort                              a client, which may open any of them
//! interpreter: string                            the folder's address, `/` at its end, that has the JavaScript engine:
//!                                                `worker_interpreter.js` and `worker_interpreter_bg.wasm`
//! share: string, from: as a recording            a plan as JSON, of what is to be handed on of a recording ([`exporter::Plan`]);
//!   inventory: bool                              or only what is in it. See `sharing`
//! shown: string                                  what the worker's own server is shown with every request: a token, or the secret
//!                                                of a link
//! ```
//!
//! and answers `recordings` with `{ recordings: [{ id, title, url, …, readAs, imported } | { error }, …], tag }`; `readAs` is
//! `file`, `bytes`, `ranges` of an address, or `whole` where its host sends no ranges; `imported` is null, or what another
//! recorder had written, which it says before as `{ importing, tag }`. While something is read whole it says
//! `{ nRead, nAll, tag }`, in bytes; `nAll` is null if nobody knows. A client sends and receives the protocol's frames of text,
//! and says farewell with `null`. `client::transport::worker` is its other end.

#[cfg(target_arch = "wasm32")]
mod clients;
#[cfg(target_arch = "wasm32")]
mod fetching;
#[cfg(target_arch = "wasm32")]
mod importing;
#[cfg(target_arch = "wasm32")]
mod interpreting;
#[cfg(target_arch = "wasm32")]
mod library;
#[cfg(target_arch = "wasm32")]
mod sharing;
#[cfg(target_arch = "wasm32")]
mod sink;
#[cfg(target_arch = "wasm32")]
mod sources;

#[cfg(target_arch = "wasm32")]
fn main() {
    clients::listen();
}

/// There are no workers outside a page.
#[cfg(not(target_arch = "wasm32"))]
fn main() {}
