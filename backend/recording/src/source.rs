//! Where a recording's bytes come from: a file, memory, a `Blob`, HTTP ranges. Reads are synchronous; in the page they
//! happen in a worker, which may block.

use std::io;

/// Bytes that can be read at any place.
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
