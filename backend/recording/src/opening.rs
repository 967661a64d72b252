//! Opening a recording: from its tables if it is whole, else from whatever is left of it.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{
    archive::{Archive, Found, damaged, from_json, read_rows},
    bytes::{Cursor, DecodeError},
    chunk::{Chunk, Look},
    error::{OpenError, ReadError},
    event::{Keyboard, Message, Mouse, Navigation, Paint},
    ids::ScriptId,
    index::{CHUNKS_PER_GROUP, ChunkIndex, Group},
    manifest::{Counts, FORMAT_VERSION, Head, Manifest},
    names,
    network::NetworkEvent,
    page::{Annotation, Dispatch, DomChange, Layout, ListenerChange, StyleSheets},
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

/// All that is known once a recording is open.
pub(crate) struct Opened {
    pub(crate) archive: Archive,
    pub(crate) manifest: Manifest,
    pub(crate) table: ChunkTable,
    pub(crate) scripts: Vec<ScriptInfo>,
    /// Index groups that had to be made from the chunks.
    pub(crate) groups: BTreeMap<usize, Group>,
    pub(crate) warnings: Vec<String>,
}

pub(crate) fn open(source: Box<dyn ByteSource>) -> Result<Opened, OpenError> {
    let (mut archive, found) = Archive::open(source)?;
    if archive.is_empty() {
        return Err(OpenError::Damaged(
            "it ends before anything was recorded".to_owned(),
        ));
    }
    let (head, manifest) = head_and_manifest(&archive)?;
    let mut warnings = Vec::new();
    if let Found::Scan { n_lost_bytes: 1.. } = found {
        warnings.push("a part of the file is damaged; what could be found around it is here".to_owned());
    }
    let (table, groups) = match chunk_table(&archive) {
        Ok(table) => (table, BTreeMap::new()),
        Err(error) => {
            if archive.has(names::CHUNKS) {
                warnings.push(format!("{error}; it was made again from the chunks"));
            }
            rebuild_chunks(&archive, &mut warnings)
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
            rebuild_scripts(&archive, &mut warnings)
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
                    clock(table.end.time),
                    table.end.n_steps
                ),
            };
            warnings.insert(0, cut);
            synthesise(&archive, head, &table, scripts.len(), &mut warnings)
        }
    };
    archive.opened();
    Ok(Opened {
        archive,
        manifest,
        table,
        scripts,
        groups,
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
fn rebuild_chunks(archive: &Archive, warnings: &mut Vec<String>) -> (ChunkTable, BTreeMap<usize, Group>) {
    let entries = archive.numbered("trace/", ".zst");
    let mut rows: BTreeMap<usize, (ChunkInfo, End)> = BTreeMap::new();
    let mut groups = BTreeMap::new();
    let mut by_group: BTreeMap<usize, BTreeMap<usize, &Entry>> = BTreeMap::new();
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
                let mut group = Group::default();
                for (chunk_idx, entry) in entries {
                    match archive.chunk(entry) {
                        Ok(chunk) => {
                            let info = ChunkInfo::between(chunk.tracker(), chunk.end_tracker(), entry);
                            rows.insert(chunk_idx, (info, End::of(chunk.end_tracker())));
                            group.add(chunk_idx % CHUNKS_PER_GROUP, index_chunk(&chunk));
                        }
                        Err(error) => warnings.push(format!("{error}; what happened in it is lost")),
                    }
                }
                groups.insert(group_idx, group);
            }
        }
    }
    (fill_gaps(rows, warnings), groups)
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
        // Clocks and counters only rise; a row that disagrees cannot be of this recording.
        if !table.end.is_at_most(&End::before(&info)) {
            warnings.push(format!(
                "{} does not follow on what is before it",
                names::chunk(chunk_idx)
            ));
            continue;
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
    }
    table
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
    let count = |n_rows: Result<usize, ReadError>| n_rows.map_or(0, |n_rows| n_rows as u32);
    let counts = Counts {
        chunks: table.chunks.len() as u32,
        scripts: n_scripts as u32,
        messages: count(read_rows::<Message>(archive, names::MESSAGES, warnings).map(|rows| rows.len())),
        mouse: count(read_rows::<Mouse>(archive, names::MOUSE, warnings).map(|rows| rows.len())),
        keyboard: count(read_rows::<Keyboard>(archive, names::KEYBOARD, warnings).map(|rows| rows.len())),
        navigations: count(
            read_rows::<Navigation>(archive, names::NAVIGATIONS, warnings).map(|rows| rows.len()),
        ),
        paints: count(read_rows::<Paint>(archive, names::PAINTS, warnings).map(|rows| rows.len())),
        dom: count(read_rows::<DomChange>(archive, names::DOM, warnings).map(|rows| rows.len())),
        layouts: count(read_rows::<Layout>(archive, names::LAYOUTS, warnings).map(|rows| rows.len())),
        styles: count(read_rows::<StyleSheets>(archive, names::STYLES, warnings).map(|rows| rows.len())),
        listeners: count(
            read_rows::<ListenerChange>(archive, names::LISTENERS, warnings).map(|rows| rows.len()),
        ),
        dispatches: count(read_rows::<Dispatch>(archive, names::DISPATCHES, warnings).map(|rows| rows.len())),
        annotations: count(
            read_rows::<Annotation>(archive, names::ANNOTATIONS, warnings).map(|rows| rows.len()),
        ),
        network: count(read_rows::<NetworkEvent>(archive, names::NETWORK, warnings).map(|rows| rows.len())),
        ..Counts::default()
    };
    Manifest {
        head,
        title: String::new(),
        duration: table.end.time,
        counts: counts.at(table.end),
        redactions: Vec::new(),
        warnings: Vec::new(),
    }
}

impl Archive {
    /// Decodes the chunk an entry holds.
    pub(crate) fn chunk(&self, entry: &Entry) -> Result<Chunk, ReadError> {
        self.chunk_with(entry, &mut ())
    }

    fn chunk_with(&self, entry: &Entry, look: &mut impl Look) -> Result<Chunk, ReadError> {
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
