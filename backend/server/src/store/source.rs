//! The bytes of one object as the reader of recordings wants them: at any place, at once.

use std::{io, ops::Range, sync::Arc};

use axum::body::Bytes;
use object_store::{GetOptions, ObjectMeta, ObjectStore, path::Path};
use recording::source::ByteSource;
use tokio::runtime::Handle;

use super::{
    REQUEST_TIMEOUT,
    blocks::{BLOCK_BYTES, Blocks},
    said,
};

/// What is longer is not kept: it would push out everything else, and nobody reads it twice.
const MAX_KEPT_BYTES: u64 = 16 << 20;

/// An object as it was when it was found. One that was replaced since is not read, but said to be another.
pub(crate) struct StoreSource {
    objects: Arc<dyn ObjectStore>,
    blocks: Arc<Blocks>,
    runtime: Handle,
    path: Path,
    len: u64,
    e_tag: Option<String>,
    object: u64,
}

impl StoreSource {
    pub(super) fn new(
        objects: Arc<dyn ObjectStore>,
        blocks: Arc<Blocks>,
        runtime: Handle,
        meta: &ObjectMeta,
    ) -> Self {
        Self {
            object: blocks.object(&state_of(meta)),
            objects,
            blocks,
            runtime,
            path: meta.location.clone(),
            len: meta.size,
            e_tag: meta.e_tag.clone(),
        }
    }

    /// Fetches a range. May be called where waiting is allowed: on threads of engines and of blocking work.
    fn fetch(&self, range: Range<u64>) -> io::Result<Bytes> {
        let n_bytes = range.end - range.start;
        let options = GetOptions {
            range: Some(range.into()),
            if_match: self.e_tag.clone(),
            ..GetOptions::default()
        };
        let got = async {
            let got = self.objects.get_opts(&self.path, options).await?;
            got.bytes().await
        };
        let got = async { tokio::time::timeout(REQUEST_TIMEOUT * 2, got).await };
        let bytes = self
            .runtime
            .block_on(got)
            .map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "the store does not answer"))?
            .map_err(|error| match error {
                object_store::Error::NotFound { .. } => {
                    io::Error::new(io::ErrorKind::NotFound, "it is not in the store any more")
                }
                object_store::Error::Precondition { .. } => {
                    io::Error::other("it was replaced by another in the store; open it again")
                }
                error => io::Error::other(said(&error)),
            })?;
        match bytes.len() as u64 == n_bytes {
            true => Ok(bytes),
            false => Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the store sent fewer bytes than it has",
            )),
        }
    }

    fn fetch_blocks(&self, run: Range<u64>) -> io::Result<Vec<Bytes>> {
        let start = run.start * BLOCK_BYTES;
        let end = (run.end * BLOCK_BYTES).min(self.len);
        let bytes = self.fetch(start..end)?;
        let cut = |block: u64| {
            let from = ((block - run.start) * BLOCK_BYTES) as usize;
            let until = (from + BLOCK_BYTES as usize).min(bytes.len());
            // Of its own, so that a block that stays does not hold the whole answer.
            Bytes::copy_from_slice(bytes.get(from..until).unwrap_or_default())
        };
        Ok(run.clone().map(cut).collect())
    }
}

/// What tells one content of a path from another.
pub(crate) fn state_of(meta: &ObjectMeta) -> String {
    let version = meta.e_tag.as_ref().or(meta.version.as_ref());
    match version {
        Some(version) => format!("{} {version} {}", meta.location, meta.size),
        None => format!("{} {} {}", meta.location, meta.last_modified, meta.size),
    }
}

impl ByteSource for StoreSource {
    fn len(&self) -> io::Result<u64> {
        Ok(self.len)
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let n_bytes = buffer.len() as u64;
        let end = offset.checked_add(n_bytes).filter(|end| *end <= self.len);
        let end = end.ok_or(io::ErrorKind::UnexpectedEof)?;
        if buffer.is_empty() {
            return Ok(());
        }
        if n_bytes > MAX_KEPT_BYTES {
            buffer.copy_from_slice(&self.fetch(offset..end)?);
            return Ok(());
        }
        let wanted = offset / BLOCK_BYTES..end.div_ceil(BLOCK_BYTES);
        let first = wanted.start * BLOCK_BYTES;
        let blocks = self
            .blocks
            .get(self.object, wanted, |run| self.fetch_blocks(run))?;
        let mut skip = (offset - first) as usize;
        let mut rest = buffer;
        for block in blocks {
            let bytes = block.get(skip..).unwrap_or_default();
            let n_bytes = bytes.len().min(rest.len());
            let (part, left) = rest.split_at_mut(n_bytes);
            part.copy_from_slice(bytes.get(..n_bytes).unwrap_or_default());
            (rest, skip) = (left, 0);
        }
        match rest.is_empty() {
            true => Ok(()),
            false => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}
