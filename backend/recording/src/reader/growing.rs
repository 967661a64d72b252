//! A reader of what was added to a file, made from the reader of what was there before.

use std::sync::Arc;

use serde::de::IgnoredAny;

use super::{Options, Reader, ScriptTable, lock};
use crate::{
    archive::{Archive, Found, damaged, from_json},
    error::{OpenError, ReadError},
    index::{CHUNKS_PER_GROUP, ChunkIndex},
    manifest::{Counts, Manifest},
    names,
    opening::{self, Tables},
    script::Script,
    source::ByteSource,
    table::{ChunkInfo, ChunkTable, End, ScriptInfo},
    zip::{Entry, Walk},
};

impl Reader {
    /// Opens a file that is still being written, as far as it is there, and says how far that is.
    pub(crate) fn open_growing(
        source: Box<dyn ByteSource>,
        options: Options,
    ) -> Result<(Self, u64), OpenError> {
        let (archive, tables, at) = opening::open_growing(source)?;
        let reader = Self::new(archive, tables, options, true);
        reader.index_rebuilt();
        Ok((reader, at))
    }

    /// The recording with entries that were added to the file. Costs what reading these costs, and a copy of the chunk
    /// table (72 bytes a chunk).
    pub(crate) fn grown(&self, walk: &Walk) -> Result<Self, ReadError> {
        let archive = &self.file.archive;
        let mut growth = Growth {
            table: self.table.clone(),
            counts: self.manifest.counts,
            scripts: Vec::new(),
            warnings: self.warnings.clone(),
            manifest: None,
            indexes: Vec::new(),
        };
        for entry in &walk.entries {
            growth.take_in(archive, entry)?;
        }
        // Only now: where reading failed, the same is tried again.
        archive.add(&walk.entries);
        let Growth {
            table,
            counts,
            scripts,
            warnings,
            manifest: said,
            indexes,
        } = growth;
        {
            let mut loading = lock(&self.file.loading);
            for (chunk_idx, index) in indexes {
                loading.rebuilt.groups.insert(chunk_idx / CHUNKS_PER_GROUP);
                loading.rebuilt.chunks.insert(chunk_idx, index);
            }
        }
        let scripts = match scripts.is_empty() {
            true => self.scripts.clone(),
            false => {
                let mut infos = self.scripts.infos.clone();
                infos.extend(scripts);
                infos.sort_by_key(|script| script.id);
                Arc::new(ScriptTable::from(infos))
            }
        };
        let mut manifest = said.unwrap_or_else(|| self.manifest.clone());
        manifest.duration = table.end.time;
        manifest.counts = Counts {
            chunks: table.chunks.len() as u32,
            scripts: scripts.infos.len() as u32,
            ..counts
        }
        .at(table.end);
        let grown = Self {
            manifest,
            warnings,
            table,
            scripts,
            is_live: true,
            file: self.file.clone(),
        };
        grown.index_rebuilt();
        Ok(grown)
    }

    /// The recording as its finished file has it, or what became of it.
    pub(crate) fn ended(&self, found: &Found) -> Result<Self, OpenError> {
        let Tables {
            manifest,
            chunks,
            scripts,
            warnings,
            ..
        } = opening::read(&self.file.archive, found)?;
        Ok(Self {
            manifest,
            warnings,
            table: chunks,
            scripts: Arc::new(scripts.into()),
            is_live: false,
            file: self.file.clone(),
        })
    }

    /// Adds what was worked out of chunks to the index: it is there, and need not be kept twice.
    fn index_rebuilt(&self) {
        let mut loading = lock(&self.file.loading);
        loop {
            let start = loading.n_chunks;
            let group_idx = start / CHUNKS_PER_GROUP;
            let end = ((group_idx + 1) * CHUNKS_PER_GROUP).min(self.table.chunks.len());
            if start >= end || !loading.rebuilt.groups.contains(&group_idx) {
                return;
            }
            let group = loading.rebuilt.take(start..end);
            self.add_to_index(&mut loading, start..end, group);
        }
    }
}

/// What is new.
struct Growth {
    table: ChunkTable,
    counts: Counts,
    scripts: Vec<ScriptInfo>,
    warnings: Vec<String>,
    manifest: Option<Manifest>,
    indexes: Vec<(usize, ChunkIndex)>,
}

impl Growth {
    /// Reads an entry that the tables need. A damaged one is left out, with a warning.
    fn take_in(&mut self, archive: &Archive, entry: &Entry) -> Result<(), ReadError> {
        if entry.name == names::MANIFEST {
            self.manifest = archive
                .entry_bytes(entry)
                .and_then(|json| from_json(&json).map_err(damaged(&entry.name)))
                .ok();
            return Ok(());
        }
        let Some((kind, rest)) = entry.name.split_once('/') else {
            return Ok(());
        };
        let read = match kind {
            "trace" => {
                let number = names::number_in(rest, "", ".zst");
                number.map_or(Ok(()), |number| self.chunk(archive, number as usize, entry))
            }
            "scripts" => self.script(archive, entry),
            "events" => {
                let table = rest.split_once('/').map_or("", |(table, _)| table);
                self.rows(archive, table, entry)
            }
            _ => Ok(()),
        };
        match read {
            Err(error @ ReadError::Io { .. }) => Err(error),
            Err(error) => {
                self.warnings.push(opening::lost(&error));
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    fn chunk(&mut self, archive: &Archive, chunk_idx: usize, entry: &Entry) -> Result<(), ReadError> {
        let mut index = ChunkIndex::default();
        let chunk = archive.chunk_with(entry, &mut index)?;
        let info = ChunkInfo::between(chunk.tracker(), chunk.end_tracker(), entry);
        let end = End::of(chunk.end_tracker());
        if opening::add_chunk(&mut self.table, chunk_idx, info, end, &mut self.warnings) {
            self.indexes.push((chunk_idx, index));
        }
        Ok(())
    }

    fn script(&mut self, archive: &Archive, entry: &Entry) -> Result<(), ReadError> {
        let script: Script = archive.entry_json(entry)?;
        if names::script(script.id) == entry.name {
            self.scripts.push(ScriptInfo::of(&script));
        }
        Ok(())
    }

    fn rows(&mut self, archive: &Archive, table: &str, entry: &Entry) -> Result<(), ReadError> {
        let rows: Vec<IgnoredAny> = archive.entry_json(entry)?;
        opening::add_to_count(&mut self.counts, table, rows.len());
        Ok(())
    }
}
