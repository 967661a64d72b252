//! Follows a recording while it is made: a file that grows, entry by entry, until its writer ends it.
//!
//! Whenever the file has grown, what was added is read, and there is another [`Reader`], which knows more; nothing that an
//! earlier one said of the recording becomes untrue, but for where its end is. An entry that is not whole yet waits for the
//! next look. Once the directory is there the reader is the one that opening the file would give.
//!
//! A file that is being made looks like one that was cut. What tells them apart is a lock (`flock`) that the writer holds;
//! the system lets go of it however the writer ends. Where there are no such locks (Windows has others, that would
//! keep readers out), a program that records tells its own server; others see such a file as cut.

use std::sync::Arc;

use crate::{
    archive::Found,
    error::{OpenError, ReadError},
    reader::{Options, Reader},
    source::ByteSource,
    zip::Walk,
};

/// A recording that is being made.
pub struct Following {
    reader: Arc<Reader>,
    /// Where the next entry will begin.
    at: u64,
    /// How long the file was when it was looked at last.
    file_len: u64,
}

/// What came of a look at the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Growth {
    /// Nothing: the reader is as it was.
    Nothing,
    /// There is a reader that knows more.
    More,
    /// The recording is finished, and the reader that of the whole file.
    Ended,
}

impl Following {
    /// Opens a file that is being written, as far as it is there.
    ///
    /// # Errors
    /// As [`Reader::open`]; `Damaged` as well while it holds nothing yet.
    pub fn open(source: Box<dyn ByteSource>) -> Result<Self, OpenError> {
        Self::open_with(source, Options::default())
    }

    /// As [`Self::open`], within these bounds of memory.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_with(source: Box<dyn ByteSource>, options: Options) -> Result<Self, OpenError> {
        let (reader, at) = Reader::open_growing(source, options)?;
        Ok(Self {
            reader: Arc::new(reader),
            at,
            file_len: 0,
        })
    }

    /// The recording as far as it is known by now.
    pub fn reader(&self) -> &Arc<Reader> {
        &self.reader
    }

    /// Looks whether the file has grown, and reads what was added.
    ///
    /// # Errors
    /// `Io`, after which the same is tried again by the next call; `Damaged` if the file became shorter, and is another.
    pub fn refresh(&mut self) -> Result<Growth, OpenError> {
        if !self.reader.is_live() {
            return Ok(Growth::Nothing);
        }
        let archive = self.reader.archive();
        let file_len = archive.file_len()?;
        if file_len < self.at {
            return Err(OpenError::Damaged(
                "it became shorter while it was made".to_owned(),
            ));
        }
        if file_len == self.file_len {
            return Ok(Growth::Nothing);
        }
        let walk = archive.walk_on(self.at)?;
        let is_complete = walk.is_last && archive.is_complete()?;
        let mut growth = self.take_in(&walk)?;
        if is_complete {
            self.reader = Arc::new(self.reader.ended(&Found::Directory)?);
            growth = Growth::Ended;
        }
        self.file_len = file_len;
        Ok(growth)
    }

    fn take_in(&mut self, walk: &Walk) -> Result<Growth, OpenError> {
        if walk.entries.is_empty() {
            return Ok(Growth::Nothing);
        }
        let grown = self.reader.grown(walk).map_err(|error| match error {
            ReadError::Io { error, .. } => OpenError::Io(error),
            other => OpenError::Damaged(other.to_string()),
        })?;
        self.reader = Arc::new(grown);
        self.at = walk.end;
        Ok(Growth::More)
    }

    /// Whoever wrote the file is gone. If it did not finish, what is there is all there will be, and the reader that of a
    /// file that was cut.
    ///
    /// # Errors
    /// As [`Self::refresh`].
    pub fn end(&mut self) -> Result<(), OpenError> {
        self.refresh()?;
        if self.reader.is_live() {
            let found = self.reader.archive().rescan()?;
            self.reader = Arc::new(self.reader.ended(&found)?);
        }
        Ok(())
    }
}

/// Says to other programs that a file is being written, for as long as it is open. Where there are no such locks, or the
/// file system knows none, nobody hears of it.
pub fn mark_as_growing(file: &std::fs::File) {
    #[cfg(unix)]
    let _ = file.try_lock();
    #[cfg(not(unix))]
    let _ = file;
}

/// Whether some program, this one included, is writing a file right now.
pub fn is_growing(file: &std::fs::File) -> bool {
    #[cfg(unix)]
    return match file.try_lock_shared() {
        Ok(()) => {
            let _ = file.unlock();
            false
        }
        Err(std::fs::TryLockError::WouldBlock) => true,
        Err(std::fs::TryLockError::Error(_)) => false,
    };
    #[cfg(not(unix))]
    {
        let _ = file;
        false
    }
}
