//! Opening recordings in the page: files and addresses, answered by the engine in a worker, with no server; and services that
//! have to be told a token first. All of it comes in a file of its own: pages of the own server never wait for it.

#![expect(unreachable_pub, reason = "the component macro makes what it adds public")]

mod access;
mod arriving;
pub(crate) mod engine;
mod files;
mod kept;
mod network;
mod opener;
mod page;
mod waiting;

pub(crate) use self::{
    access::{AccessPanel, greeting},
    arriving::{LibraryWays, PageWays},
    opener::{entry, is_recording, source},
    page::OpeningPage,
    waiting::WaitingPanel,
};
