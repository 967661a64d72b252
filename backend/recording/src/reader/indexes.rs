//! The indexes: read group by group, then asked in which chunks something happened.

use std::{ops::Range, sync::PoisonError};

use super::{IndexProgress, Loading, Reader, lock};
use crate::{
    archive::damaged,
    error::ReadError,
    ids::{BindingId, InstanceId, ObjectId, SiteId},
    index::{CHUNKS_PER_GROUP, Group, Index},
    names, opening,
};

impl Reader {
    /// Reads the next group of indexes (16 chunks); None once all are read. A damaged group is made again from its
    /// chunks.
    ///
    /// # Errors
    /// `Io`; the same group is tried again by the next call.
    pub fn load_next_index_group(&self) -> Result<Option<IndexProgress>, ReadError> {
        let mut loading = lock(&self.file.loading);
        let start = loading.n_chunks;
        let group_idx = start / CHUNKS_PER_GROUP;
        let end = ((group_idx + 1) * CHUNKS_PER_GROUP).min(self.table.chunks.len());
        if start >= end {
            return Ok(None);
        }
        let group = match loading.rebuilt.groups.contains(&group_idx) {
            true => loading.rebuilt.take(start..end),
            false => self.group(group_idx, start..end)?,
        };
        self.add_to_index(&mut loading, start..end, group);
        drop(loading);
        Ok(Some(self.index_progress()))
    }

    pub(super) fn add_to_index(&self, loading: &mut Loading, chunks: Range<usize>, group: Group) {
        loading.n_chunks = chunks.end;
        let index = self.file.index.write();
        index.unwrap_or_else(PoisonError::into_inner).add(chunks, group);
    }

    /// How far the indexes are read by now.
    pub fn index_progress(&self) -> IndexProgress {
        let chunks = self.table.chunks.len();
        let chunks_read = lock(&self.file.loading).n_chunks.min(chunks);
        let next = self.table.chunks.get(chunks_read);
        let groups = chunks.div_ceil(CHUNKS_PER_GROUP);
        IndexProgress {
            groups_read: if chunks_read == chunks {
                groups
            } else {
                chunks_read / CHUNKS_PER_GROUP
            },
            groups,
            chunks_read,
            chunks,
            up_to: next.map_or(self.end_point(), |chunk| chunk.first_point),
            bytes_read: self.bytes_read(),
        }
    }

    fn group(&self, group_idx: usize, chunks: Range<usize>) -> Result<Group, ReadError> {
        let name = names::group(group_idx);
        let stored = self
            .file
            .archive
            .decompressed(&name)
            .and_then(|group| Group::decode(&group).map_err(damaged(&name)));
        let error = match stored {
            Ok((_, group)) => return Ok(group),
            Err(error @ ReadError::Io { .. }) => return Err(error),
            Err(error) => error,
        };
        self.warn(format!("{error}; it was made again from the chunks"));
        let mut group = Group::default();
        for (slot, chunk_idx) in chunks.enumerate() {
            match self.chunk(chunk_idx) {
                Ok(chunk) => group.add(slot, opening::index_chunk(&chunk)),
                Err(error @ ReadError::Io { .. }) => return Err(error),
                Err(error) => self.warn(format!("{error}; what happened in it is lost")),
            }
        }
        Ok(group)
    }

    /// In which chunks a site ran, and how often in each, as far as the indexes are read.
    pub fn site_chunks(&self, site: SiteId) -> Vec<(usize, u64)> {
        let mut chunks = self.index().site_chunks(site);
        chunks.retain(|(chunk_idx, _)| self.has_chunk(*chunk_idx));
        chunks
    }

    /// How often a site ran before a chunk, as far as the indexes are read; with the number of chunks, how often it
    /// ran at all.
    pub fn site_runs_before(&self, site: SiteId, chunk_idx: usize) -> u64 {
        self.index()
            .site_runs_before(site, chunk_idx.min(self.table.chunks.len()))
    }

    /// In which chunks a variable was written, but for the birth chunk of its owner (which is not looked into); STATIC
    /// has none, so all of them. As far as the indexes are read.
    pub fn write_chunks(&self, owner: InstanceId, binding: BindingId) -> Vec<usize> {
        self.known(self.index().write_chunks(owner, binding))
    }

    /// In which chunks an object's state or a change of it was written, but for its birth chunk. As far as the indexes
    /// are read.
    pub fn object_chunks(&self, object: ObjectId) -> Vec<usize> {
        self.known(self.index().object_chunks(object))
    }

    /// In which chunks a frame ran steps of its own, but for its birth chunk. As far as the indexes are read.
    pub fn frame_chunks(&self, instance: InstanceId) -> Vec<usize> {
        self.known(self.index().frame_chunks(instance))
    }

    /// The chunk in which a frame left, if that is not its birth chunk. As far as the indexes are read.
    pub fn exit_chunk(&self, instance: InstanceId) -> Option<usize> {
        let chunk = self.index().exit_chunk(instance);
        chunk.filter(|chunk_idx| self.has_chunk(*chunk_idx))
    }

    /// Without the chunks that only a later reader knows.
    fn known(&self, mut chunks: Vec<usize>) -> Vec<usize> {
        chunks.retain(|chunk_idx| self.has_chunk(*chunk_idx));
        chunks
    }

    fn has_chunk(&self, chunk_idx: usize) -> bool {
        chunk_idx < self.table.chunks.len()
    }

    fn index(&self) -> std::sync::RwLockReadGuard<'_, Index> {
        self.file.index.read().unwrap_or_else(PoisonError::into_inner)
    }
}
