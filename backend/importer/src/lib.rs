//! Makes recordings of what other recorders wrote: Playwright traces, rrweb events, HAR files. What is taken from each and
//! what is not is in `docs/importing.md`.
//!
//! It knows no files, threads or clocks, and runs in the page too. What it reads is hostile: nothing is believed about lengths,
//! nesting or order, memory is bounded ([`limits`]), and what cannot be read is counted and left out.

mod container;
mod error;
mod exchange;
mod har;
mod hash;
mod json;
mod kind;
mod limits;
mod picture;
mod playwright;
mod report;
mod rrweb;
mod script;
mod sketch;
mod story;
mod time;
mod write;

use std::io::{Read, Seek, Write};

use recording::manifest::Manifest;

pub use error::ImportError;
pub use kind::Kind;
pub use report::{Left, Report};

/// What came of an import.
#[derive(Debug)]
#[non_exhaustive]
pub struct Imported {
    /// What the file was.
    pub kind: Kind,
    /// What the recording came to hold.
    pub manifest: Manifest,
    /// What was taken from the file, and what was not.
    pub report: Report,
}

/// What a file is, by its content.
///
/// # Errors
/// It cannot be read, or is none of the kinds that can be imported: a sentence that says so.
pub fn kind_of(source: impl Read + Seek) -> Result<Kind, ImportError> {
    container::Input::open(source).map(|input| input.kind())
}

/// Reads a file and writes a recording of the same. The same file gives the same recording, id included.
///
/// # Errors
/// It is none of the kinds that can be imported, too damaged or too large; or reading or writing fails.
pub fn import(mut source: impl Read + Seek, sink: impl Write) -> Result<Imported, ImportError> {
    let id = hash::recording_id(&mut source)?;
    let input = container::Input::open(source)?;
    let kind = input.kind();
    let (story, resources) = match kind {
        Kind::Playwright => playwright::read(input)?,
        Kind::Rrweb => rrweb::read(input)?,
        Kind::Har => har::read(input)?,
    };
    write::write(kind, id, story, resources, sink)
}
