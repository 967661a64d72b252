//! Opening a recording: from its tables if it is whole, else from whatever is left or there already.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use serde::{Deserialize, de::IgnoredAny};

use crate::{
    archive::{Archive, Found, damaged, from_json, read_rows},
    bytes::{Cursor, DecodeError},
    chunk::{Chunk, Look},
    error::{OpenError, ReadError},
    ids::ScriptId,
    index::{CHUNKS_PER_GROUP, ChunkIndex, Group},
    manifest::{Counts, FORMAT_VERSION, Head, Manifest},
    names,
    point::Micros,
    script::Script,
    source::ByteSource,
    table::{self, ChunkInfo, ChunkTable, End, ScriptInfo},
    tracker::Tracker,
    zip::Entry,
};

/// Chunks that may be missing in a row before what follows is given up: far more than a damaged stretch takes, and
/// few enough that a made-up chunk number cannot fill the memory.
const MAX_MISSING_CHUNKS: usize = 4096;

/// All that is known once a recording is open, but for its entries.
pub(crate) struct Tables {
    pub(crate) manifest: Manifest,
    pub(crate) chunks: ChunkTable,
    pub(crate) scripts: Vec<ScriptInfo>,
    pub(crate) rebuilt: Rebuilt,
    pub(crate) warnings: Vec<String>,
}

/// Indexes that had to be made from the chunks.
#[derive(Default)]
pub(crate) struct Rebuilt {
    /// Groups that the file does not have, or not whole.
    pub(crate) groups: BTreeSet<usize>,
    /// The indexes of their chunks, but for those that are lost.
    pub(crate) chunks: BTreeMap<usize, ChunkIndex>,
}

impl Rebuilt {
    /// The index of some chunks of one group, as if they were all of it.
    pub(crate) fn take(&mut self, chunks: Range<usize>) -> Group {
        let mut group = Group::default();
        for (slot, chunk_idx) in chunks.enumerate() {
            if let Some(index) = self.chunks.remove(&chunk_idx) {
                group.add(slot, index);
            }
        }
        group
    }
}

pub(crate) fn open(source: Box<dyn ByteSource>) -> Result<(Archive, Tables), OpenError> {
    let (mut archive, found) = Archive::open(source)?;
    let tables = read(&archive, &found)?;
    archive.opened();
    Ok((archive, tables))
}

/// Opens a file that is still being written, as far as it is there, and says how far that is.
pub(crate) fn open_growing(source: Box<dyn ByteSource>) -> Result<(Archive, Tables, u64), OpenError> {
    let (mut archive, walk) = Archive::growing(source)?;
    let tables = read(&archive, &Found::Growing)?;
    archive.opened();
    Ok((archive, tables, walk.end))
}

/// Reads the tables of a recording, or makes again those that are not there.
pub(crate) fn read(archive: &Archive, found: &Found) -> Result<Tables, OpenError> {
    if archive.is_empty() {
        return Err(OpenError::Damaged(
            "it ends before anything was recorded".to_owned(),
        ));
    }
    let (head, manifest) = head_and_manifest(archive)?;
    let mut warnings = Vec::new();
    if let Found::Scan { n_lost_bytes: 1.. } = found {
        warnings.push("a part of the file is damaged; what could be found around it is here".to_owned());
    }
    let (chunks, rebuilt) = match chunk_table(archive) {
        Ok(table) => (table, Rebuilt::default()),
        Err(error) => {
            if archive.has(names::CHUNKS) {
                warnings.push(format!("{error}; it was made again from the chunks"));
            }
            rebuild_chunks(archive, &mut warnings)
        }
    };
    let scripts = match archive.compressed_json::<Vec<ScriptInfo>>(names::SCRIPTS) {
        Ok(mut scripts) => {
            scripts.sort_by_key(|script| script.id);
            scripts
        }
        Err(error) => {
            if archive.has(names::SCRIPTS) {
                warnings.push(format!("{error}; it was made again from the scripts"));
            }
            rebuild_scripts(archive, &mut warnings)
        }
    };
    let manifest = match manifest {
        Some(manifest) => {
            if let Found::Scan { .. } = found {
                warnings.push("the file's directory is damaged; its parts were found without it".to_owned());
            }
            manifest
        }
        None => {
            let cut = match archive.has(names::MANIFEST) {
                true => {
                    "the recording's manifest is damaged: its title and its own warnings are lost".to_owned()
                }
                false => format!(
                    "the recording ends early: it was cut after {}; {} steps are here, what followed is lost",
                    clock(chunks.end.time),
                    chunks.end.n_steps
                ),
            };
            if !matches!(found, Found::Growing) {
                warnings.insert(0, cut);
            }
            synthesise(archive, head, &chunks, scripts.len(), &mut warnings)
        }
    };
    Ok(Tables {
        manifest,
        chunks,
        scripts,
        rebuilt,
        warnings,
    })
}

/// Reads the manifest, or the head of a recording without one. The version comes first: a newer format may differ in
/// everything else.
fn head_and_manifest(archive: &Archive) -> Result<(Head, Option<Manifest>), OpenError> {
    #[derive(Deserialize)]
    struct Version {
        format: u32,
    }
    let mut error = None;
    for name in [names::MANIFEST, names::HEAD] {
        let json = match archive.bytes(name) {
            Ok(json) => json,
            Err(ReadError::Missing { .. }) => continue,
            Err(ReadError::Io { error, .. }) => return Err(error.into()),
            Err(damaged) => {
                error = Some(damaged);
                continue;
            }
        };
        match from_json::<Version>(&json) {
            Ok(Version { format }) if format > FORMAT_VERSION => {
                return Err(OpenError::NewerFormat {
                    found: format,
                    supported: FORMAT_VERSION,
                });
            }
            Ok(_) => {}
            Err(problem) => {
                error = Some(damaged(name)(problem));
                continue;
            }
        }
        let read = match name {
            names::MANIFEST => {
                from_json::<Manifest>(&json).map(|manifest| (manifest.head.clone(), Some(manifest)))
            }
            _ => from_json::<Head>(&json).map(|head| (head, None)),
        };
        match read {
            Ok(read) => return Ok(read),
            Err(problem) => error = Some(damaged(name)(problem)),
        }
    }
    Err(error.map_or(OpenError::NotARecording, |error| {
        OpenError::Damaged(error.to_string())
    }))
}

fn chunk_table(archive: &Archive) -> Result<ChunkTable, ReadError> {
    let table = archive.decompressed(names::CHUNKS)?;
    table::decode_chunks(&mut Cursor::new(&table)).map_err(damaged(names::CHUNKS))
}

/// Makes the chunk table again: from the index groups that are there, else from the chunks themselves.
fn rebuild_chunks(archive: &Archive, warnings: &mut Vec<String>) -> (ChunkTable, Rebuilt) {
    let entries = archive.numbered("trace/", ".zst");
    let mut rows: BTreeMap<usize, (ChunkInfo, End)> = BTreeMap::new();
    let mut rebuilt = Rebuilt::default();
    let mut by_group: BTreeMap<usize, BTreeMap<usize, Entry>> = BTreeMap::new();
    for (chunk_idx, entry) in entries {
        let chunk_idx = chunk_idx as usize;
        by_group
            .entry(chunk_idx / CHUNKS_PER_GROUP)
            .or_default()
            .insert(chunk_idx, entry);
    }
    for (group_idx, entries) in by_group {
        let name = names::group(group_idx);
        let stored = archive
            .decompressed(&name)
            .ok()
            .and_then(|group| Group::decode(&group).ok());
        match stored {
            Some((table, _)) if (entries.len()..=CHUNKS_PER_GROUP).contains(&table.chunks.len()) => {
                let ends = table.chunks.iter().skip(1).map(End::before).chain([table.end]);
                rows.extend((group_idx * CHUNKS_PER_GROUP..).zip(table.chunks.iter().copied().zip(ends)));
            }
            _ => {
                for (chunk_idx, entry) in entries {
                    match archive.chunk(&entry) {
                        Ok(chunk) => {
                            let info = ChunkInfo::between(chunk.tracker(), chunk.end_tracker(), &entry);
                            rows.insert(chunk_idx, (info, End::of(chunk.end_tracker())));
                            rebuilt.chunks.insert(chunk_idx, index_chunk(&chunk));
                        }
                        Err(error) => warnings.push(lost(&error)),
                    }
                }
                rebuilt.groups.insert(group_idx);
            }
        }
    }
    (fill_gaps(rows, warnings), rebuilt)
}

/// What is said of a chunk that cannot be read.
pub(crate) fn lost(error: &ReadError) -> String {
    format!("{error}; what happened in it is lost")
}

/// Puts the rows in order, with rows of no bytes where chunks are lost.
fn fill_gaps(rows: BTreeMap<usize, (ChunkInfo, End)>, warnings: &mut Vec<String>) -> ChunkTable {
    let mut table = ChunkTable {
        chunks: Vec::new(),
        end: End::of(&Tracker::default()),
    };
    for (chunk_idx, (info, end)) in rows {
        let n_missing = chunk_idx.saturating_sub(table.chunks.len());
        if n_missing > MAX_MISSING_CHUNKS {
            warnings.push(format!(
                "{n_missing} chunks in a row are lost, and what follows them"
            ));
            break;
        }
        add_chunk(&mut table, chunk_idx, info, end, warnings);
    }
    table
}

/// Adds the row of a chunk to those before it, with rows of no bytes for chunks in between that are lost. Says whether
/// it can be one of this recording.
pub(crate) fn add_chunk(
    table: &mut ChunkTable,
    chunk_idx: usize,
    info: ChunkInfo,
    end: End,
    warnings: &mut Vec<String>,
) -> bool {
    let n_missing = chunk_idx.saturating_sub(table.chunks.len());
    // Clocks and counters only rise; a row that disagrees cannot be of this recording.
    let is_next = chunk_idx >= table.chunks.len() && table.end.is_at_most(&End::before(&info));
    if !is_next || n_missing > MAX_MISSING_CHUNKS {
        warnings.push(format!(
            "{} does not follow on what is before it",
            names::chunk(chunk_idx)
        ));
        return false;
    }
    for missing_idx in 0..n_missing {
        let until = if missing_idx + 1 == n_missing {
            info.first_step
        } else {
            table.end.n_steps
        };
        table.chunks.push(ChunkInfo::lost(table.end, until));
        table.end.n_steps = until;
    }
    if n_missing > 0 {
        warnings.push(format!(
            "a part of the recording is lost: {} chunks before {}",
            n_missing,
            clock(info.first_time)
        ));
    }
    table.chunks.push(info);
    table.end = end;
    true
}

/// Makes the index of one chunk from its records.
pub(crate) fn index_chunk(chunk: &Chunk) -> ChunkIndex {
    let mut index = ChunkIndex::default();
    chunk.look_through(&mut index);
    index
}

fn rebuild_scripts(archive: &Archive, warnings: &mut Vec<String>) -> Vec<ScriptInfo> {
    let mut scripts = Vec::new();
    for id in archive.numbered("scripts/", ".json.zst").into_keys() {
        match archive.compressed_json::<Script>(&names::script(ScriptId(id))) {
            Ok(script) if script.id.0 == id => scripts.push(ScriptInfo::of(&script)),
            Ok(_) => warnings.push(format!("script {id} says it is another one")),
            Err(error) => warnings.push(error.to_string()),
        }
    }
    scripts
}

/// The manifest of a recording that has none.
fn synthesise(
    archive: &Archive,
    head: Head,
    table: &ChunkTable,
    n_scripts: usize,
    warnings: &mut Vec<String>,
) -> Manifest {
    let mut counts = Counts {
        chunks: table.chunks.len() as u32,
        scripts: n_scripts as u32,
        ..Counts::default()
    };
    for kind in names::TABLES {
        let rows = read_rows::<IgnoredAny>(archive, kind, warnings);
        let n_rows = rows.map_or(0, |(rows, _)| rows.len());
        add_to_count(&mut counts, kind, n_rows);
    }
    Manifest {
        head,
        title: String::new(),
        duration: table.end.time,
        counts: counts.at(table.end),
        redactions: Vec::new(),
        warnings: Vec::new(),
        share: None,
        origin: None,
    }
}

/// Notes that a table has so many more rows.
pub(crate) fn add_to_count(counts: &mut Counts, kind: &str, n_rows: usize) {
    let count = match kind {
        names::MESSAGES => &mut counts.messages,
        names::MOUSE => &mut counts.mouse,
        names::KEYBOARD => &mut counts.keyboard,
        names::NAVIGATIONS => &mut counts.navigations,
        names::PAINTS => &mut counts.paints,
        names::DOM => &mut counts.dom,
        names::LAYOUTS => &mut counts.layouts,
        names::STYLES => &mut counts.styles,
        names::LISTENERS => &mut counts.listeners,
        names::DISPATCHES => &mut counts.dispatches,
        names::ANNOTATIONS => &mut counts.annotations,
        names::NETWORK => &mut counts.network,
        _ => return,
    };
    *count = count.saturating_add(n_rows as u32);
}

impl Archive {
    /// Decodes the chunk an entry holds.
    pub(crate) fn chunk(&self, entry: &Entry) -> Result<Chunk, ReadError> {
        self.chunk_with(entry, &mut ())
    }

    /// As [`Self::chunk`], and passes on every record of it in order.
    pub(crate) fn chunk_with(&self, entry: &Entry, look: &mut impl Look) -> Result<Chunk, ReadError> {
        let payload = crate::compress::decompress(&self.entry_bytes(entry)?).map_err(damaged(&entry.name))?;
        Chunk::decode_with(&payload, look).map_err(damaged(&entry.name))
    }

    /// Decodes a chunk, passes on what it sees of it, and checks that it is the one its table means.
    pub(crate) fn chunk_of(
        &self,
        chunk_idx: usize,
        info: &ChunkInfo,
        look: &mut impl Look,
    ) -> Result<Chunk, ReadError> {
        let name = names::chunk(chunk_idx);
        if info.len == 0 {
            return Err(ReadError::Missing { entry: name });
        }
        let entry = Entry {
            name,
            offset: info.offset,
            len: info.len,
        };
        let chunk = self.chunk_with(&entry, look)?;
        if ChunkInfo::between(chunk.tracker(), chunk.end_tracker(), &entry) != *info {
            return Err(damaged(&entry.name)(DecodeError::Malformed(
                "it is not what the chunk table says",
            )));
        }
        Ok(chunk)
    }
}

/// `01:23.4`, minutes, seconds and tenths.
fn clock(time: Micros) -> String {
    let tenths = time.0 / 100_000;
    format!("{:02}:{:02}.{}", tenths / 600, tenths / 10 % 60, tenths % 10)
}
