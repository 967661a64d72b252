//! Why a file could not be imported, each as a sentence that says what to do.

use std::io;

/// See the module.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// None of the kinds that are known.
    #[error(
        "this is not a file that can be imported: give a Playwright trace (trace.zip), rrweb events (JSON) or a HAR file"
    )]
    Unknown,
    /// A recording of Playhead.
    #[error("this is a recording already: open it as it is")]
    IsRecording,
    /// An HTML report of Playwright.
    #[error(
        "this is a Playwright report: its traces are the .zip files in its folder data, import one of those"
    )]
    IsReport,
    /// The events of a trace without the archive they came in.
    #[error(
        "these are the events of a Playwright trace without what belongs to them: import the whole trace.zip"
    )]
    IsBareTrace,
    /// A version of the format that is not known.
    #[error("{format} version {found} is not supported, only versions {oldest} to {newest}: {remedy}")]
    Version {
        /// Which format.
        format: &'static str,
        /// Which version the file is of.
        found: u32,
        /// The oldest that is supported.
        oldest: u32,
        /// The newest that is supported.
        newest: u32,
        /// What to do.
        remedy: &'static str,
    },
    /// The file has nothing in it that could be shown.
    #[error("{file} has nothing in it that could be shown: {why}")]
    Empty {
        /// What the file is.
        file: &'static str,
        /// What was looked for.
        why: &'static str,
    },
    /// More comes out of it than is taken.
    #[error("more than {mebibytes} MiB come out of {what}: this is more than can be imported")]
    TooLarge {
        /// Of which part of the file.
        what: String,
        /// The limit.
        mebibytes: u64,
    },
    /// A part of it cannot be read.
    #[error("{what} is damaged: {why}")]
    Damaged {
        /// Which part.
        what: String,
        /// What is wrong with it.
        why: String,
    },
    /// The file itself cannot be read.
    #[error("the file cannot be read: {0}")]
    Read(io::Error),
    /// The recording cannot be written.
    #[error("the recording cannot be written: {0}")]
    Write(io::Error),
}

impl ImportError {
    /// A part of the file that is not as it should be.
    pub(crate) fn damaged(what: impl Into<String>, why: impl ToString) -> Self {
        Self::Damaged {
            what: what.into(),
            why: why.to_string(),
        }
    }
}
