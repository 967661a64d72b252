//! What can keep a recording from being handed on.

use std::io;

use recording::{error::ReadError, writer::CopyError};
use thiserror::Error;

/// Why a recording could not be handed on.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ExportError {
    /// A part of it cannot be read.
    #[error("{0}; choose a part of the recording without it")]
    Read(#[from] ReadError),
    /// The copy cannot be written.
    #[error("the copy cannot be written: {0}")]
    Write(#[from] io::Error),
    /// Nothing happened in the part asked for.
    #[error("nothing was recorded in this part of the recording; choose a longer one")]
    Empty,
    /// Whoever asked for it wants it no more.
    #[error("it was stopped")]
    Stopped,
}

impl From<CopyError> for ExportError {
    fn from(error: CopyError) -> Self {
        match error {
            CopyError::Read(error) => Self::Read(error),
            CopyError::Write(error) => Self::Write(error),
            other => Self::Write(io::Error::other(other.to_string())),
        }
    }
}
