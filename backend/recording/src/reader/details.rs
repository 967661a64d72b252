//! The details of the indexes: which steps a place took, and when, without decoding the log where they were kept.

use std::{collections::BTreeSet, sync::Arc};

use super::{Reader, lock};
use crate::{
    archive::damaged,
    details::{Block, GroupDetails, Moments, Observer, Run},
    error::ReadError,
    ids::SiteId,
    index::CHUNKS_PER_GROUP,
    lru::Lru,
    names,
};

/// Details read lately: those of the file by group and block, and those made of chunks where the file has none.
pub(super) struct Details {
    groups: Lru<usize, GroupDetails>,
    blocks: Lru<(usize, usize), Block>,
    observed: Lru<usize, (Block, Arc<Moments>)>,
    damaged: BTreeSet<usize>,
}

impl Details {
    pub(super) fn new(max_bytes: usize) -> Self {
        Self {
            groups: Lru::new(max_bytes),
            blocks: Lru::new(max_bytes),
            observed: Lru::new(max_bytes),
            damaged: BTreeSet::new(),
        }
    }
}

impl Reader {
    /// Which steps of a chunk a site took, in order. Where the file has no index of that, or a damaged one, the chunk is
    /// read.
    ///
    /// # Errors
    /// As [`Self::chunk`].
    pub fn runs(&self, site: SiteId, chunk_idx: usize) -> Result<Vec<Run>, ReadError> {
        let n_steps = self.table.chunks.get(chunk_idx).map_or(0, |chunk| chunk.n_steps);
        let group_idx = chunk_idx / CHUNKS_PER_GROUP;
        let stored = self.group_details(group_idx)?.map(|details| {
            let Some(block_idx) = details.block_of(site) else {
                return Ok(Vec::new());
            };
            let block = self.block(group_idx, block_idx)?;
            block
                .runs(site, chunk_idx % CHUNKS_PER_GROUP, n_steps)
                .map_err(damaged(&names::runs(group_idx, block_idx)))
        });
        match stored {
            Some(Ok(runs)) => return Ok(runs),
            Some(Err(error @ ReadError::Io { .. })) => return Err(error),
            Some(Err(error)) => self.warn(format!("{error}; the chunks are read instead")),
            None => {}
        }
        let (block, _) = &*self.observed(chunk_idx)?;
        Ok(block.runs(site, 0, n_steps).unwrap_or_default())
    }

    /// What happened in a chunk beside its steps. As [`Self::runs`], without an index from the chunk.
    ///
    /// # Errors
    /// As [`Self::chunk`].
    pub fn moments(&self, chunk_idx: usize) -> Result<Arc<Moments>, ReadError> {
        if let Some(details) = self.group_details(chunk_idx / CHUNKS_PER_GROUP)?
            && let Some(moments) = details.moments.get(chunk_idx % CHUNKS_PER_GROUP)
        {
            return Ok(moments.clone());
        }
        Ok(self.observed(chunk_idx)?.1.clone())
    }

    /// The details of a group, if the file has them.
    fn group_details(&self, group_idx: usize) -> Result<Option<Arc<GroupDetails>>, ReadError> {
        if let Some(details) = lock(&self.file.details).groups.get(group_idx) {
            return Ok(Some(details));
        }
        let name = names::details(group_idx);
        if !self.file.archive.has(&name) || lock(&self.file.details).damaged.contains(&group_idx) {
            return Ok(None);
        }
        let bytes = self.file.archive.decompressed(&name);
        match bytes.and_then(|bytes| GroupDetails::decode(&bytes).map_err(damaged(&name))) {
            Ok(details) => {
                let details = Arc::new(details);
                lock(&self.file.details)
                    .groups
                    .put(group_idx, details.clone(), details.n_bytes());
                Ok(Some(details))
            }
            Err(error @ ReadError::Io { .. }) => Err(error),
            Err(error) => {
                self.warn(format!("{error}; the chunks are read instead"));
                lock(&self.file.details).damaged.insert(group_idx);
                Ok(None)
            }
        }
    }

    fn block(&self, group_idx: usize, block_idx: usize) -> Result<Arc<Block>, ReadError> {
        if let Some(block) = lock(&self.file.details).blocks.get((group_idx, block_idx)) {
            return Ok(block);
        }
        let name = names::runs(group_idx, block_idx);
        let bytes = self.file.archive.decompressed(&name)?;
        let block = Arc::new(Block::decode(&bytes).map_err(damaged(&name))?);
        lock(&self.file.details)
            .blocks
            .put((group_idx, block_idx), block.clone(), block.n_bytes());
        Ok(block)
    }

    /// The details of a chunk, from its records.
    fn observed(&self, chunk_idx: usize) -> Result<Arc<(Block, Arc<Moments>)>, ReadError> {
        if let Some(observed) = lock(&self.file.details).observed.get(chunk_idx) {
            return Ok(observed);
        }
        let observed = Arc::new(Observer::of(&*self.chunk(chunk_idx)?).finish());
        let n_bytes = observed.0.n_bytes() + observed.1.n_bytes();
        lock(&self.file.details)
            .observed
            .put(chunk_idx, observed.clone(), n_bytes);
        Ok(observed)
    }
}
