//! Where a recording's bytes come from: a file, memory, a `Blob`, HTTP ranges. Reads are synchronous; in the page they
//! happen in a worker, which may block.

use std::{io, sync::Arc};

/// Bytes that can be read at any place.
#[expect(
    clippy::len_without_is_empty,
    reason = "nobody asks whether a recording is empty"
)]
pub trait ByteSource: Send + Sync {
    /// Number of bytes there are now.
    ///
    /// # Errors
    /// Whatever keeps it from being asked.
    fn len(&self) -> io::Result<u64>;

    /// Fills `buffer` from `offset` on.
    ///
    /// # Errors
    /// `UnexpectedEof` if fewer bytes are there, else whatever kept them from being read.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()>;
}

/// A source that several read.
impl<S: ByteSource + ?Sized> ByteSource for Arc<S> {
    fn len(&self) -> io::Result<u64> {
        (**self).len()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        (**self).read_at(offset, buffer)
    }
}

/// Bytes in memory.
#[derive(Clone, Debug)]
pub struct MemorySource(Vec<u8>);

impl From<Vec<u8>> for MemorySource {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl ByteSource for MemorySource {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.len() as u64)
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let start = usize::try_from(offset).map_err(|_| io::ErrorKind::UnexpectedEof)?;
        let end = start
            .checked_add(buffer.len())
            .ok_or(io::ErrorKind::UnexpectedEof)?;
        buffer.copy_from_slice(self.0.get(start..end).ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}

/// A file on disk, perhaps one that still grows.
#[cfg(any(unix, windows))]
#[derive(Debug)]
pub struct FileSource(std::fs::File);

#[cfg(any(unix, windows))]
impl FileSource {
    /// Opens a file for reading.
    ///
    /// # Errors
    /// Whatever keeps it from being opened.
    pub fn open(path: impl AsRef<std::path::Path>) -> io::Result<Self> {
        std::fs::File::open(path).map(Self)
    }
}

#[cfg(any(unix, windows))]
impl From<std::fs::File> for FileSource {
    fn from(file: std::fs::File) -> Self {
        Self(file)
    }
}

#[cfg(any(unix, windows))]
impl ByteSource for FileSource {
    fn len(&self) -> io::Result<u64> {
        self.0.metadata().map(|metadata| metadata.len())
    }

    #[cfg(unix)]
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(&self.0, buffer, offset)
    }

    #[cfg(windows)]
    fn read_at(&self, mut offset: u64, mut buffer: &mut [u8]) -> io::Result<()> {
        while !buffer.is_empty() {
            let n_read = std::os::windows::fs::FileExt::seek_read(&self.0, buffer, offset)?;
            if n_read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            offset += n_read as u64;
            buffer = buffer.get_mut(n_read..).unwrap_or_default();
        }
        Ok(())
    }
}
