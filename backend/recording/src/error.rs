//! What can go wrong with a recording, in words a person can act on.

use std::io;

use thiserror::Error;

use crate::{bytes::DecodeError, share::LeftOut};

/// Why a recording cannot be opened at all.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The bytes could not be read.
    #[error("the recording cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It is something else.
    #[error("this is not a recording")]
    NotARecording,
    /// It was written by a newer version of this program.
    #[error("the recording has format version {found}, and this program reads versions up to {supported}")]
    NewerFormat {
        /// The file's version.
        found: u32,
        /// The newest this code reads.
        supported: u32,
    },
    /// It is one, but nothing in it can be used.
    #[error("the recording is damaged beyond use: {0}")]
    Damaged(String),
}

/// Why a part of a recording cannot be had. The rest of it can still be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The bytes could not be read.
    #[error("{entry} cannot be read: {error}")]
    Io {
        /// The entry of the file.
        entry: String,
        /// Why.
        #[source]
        error: io::Error,
    },
    /// The bytes are not what they should be.
    #[error("{entry} is damaged: {error}")]
    Damaged {
        /// The entry of the file.
        entry: String,
        /// How.
        #[source]
        error: DecodeError,
    },
    /// It is not there because somebody left it out.
    #[error("{} were left out when this recording was shared", kind.words())]
    LeftOut {
        /// What kind of content it is of.
        kind: LeftOut,
    },
    /// There is no such thing in the file.
    #[error("{entry} is not in the recording")]
    Missing {
        /// The entry of the file, or what was asked for.
        entry: String,
    },
}
