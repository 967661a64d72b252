//! The entries of a recording by name: reading, checking and decompressing one of them.

use std::{
    collections::BTreeMap,
    io,
    sync::{
        PoisonError, RwLock, RwLockReadGuard,
        atomic::{AtomicU64, Ordering},
    },
};

use serde::de::DeserializeOwned;

use crate::{
    bytes::DecodeError,
    compress::decompress,
    error::{OpenError, ReadError},
    event::Row,
    names,
    source::ByteSource,
    zip::{self, Entry, EntryError, Walk},
};

/// The file and what is in it.
pub(crate) struct Archive {
    source: Counted,
    /// By name. Only those of a file that is still being written change: some are added.
    entries: RwLock<BTreeMap<String, Entry>>,
}

/// A source that notes how much was read of it, and reads its end once while a recording is opened: all that opening
/// needs stands there, and a source may take long to answer each question (HTTP).
struct Counted {
    source: Box<dyn ByteSource>,
    n_bytes: AtomicU64,
    tail_start: u64,
    tail: Vec<u8>,
}

/// How much of the end is read at once: under 1 % of any file of 2 MiB or more.
fn tail_len(file_len: u64) -> u64 {
    (file_len / 128).clamp(16 << 10, 1 << 20).min(file_len)
}

impl Counted {
    fn new(source: Box<dyn ByteSource>) -> io::Result<Self> {
        let file_len = source.len()?;
        let tail_len = tail_len(file_len);
        let mut tail = vec![0; tail_len as usize];
        let tail_start = file_len - tail_len;
        source.read_at(tail_start, &mut tail)?;
        Ok(Self {
            source,
            n_bytes: AtomicU64::new(tail_len),
            tail_start,
            tail,
        })
    }
}

impl ByteSource for Counted {
    fn len(&self) -> io::Result<u64> {
        self.source.len()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let in_tail = offset.checked_sub(self.tail_start).and_then(|start| {
            let start = usize::try_from(start).ok()?;
            self.tail.get(start..start.checked_add(buffer.len())?)
        });
        if let Some(bytes) = in_tail {
            buffer.copy_from_slice(bytes);
            return Ok(());
        }
        self.n_bytes.fetch_add(buffer.len() as u64, Ordering::Relaxed);
        self.source.read_at(offset, buffer)
    }
}

/// How the entries were found.
pub(crate) enum Found {
    /// The directory at the end lists them.
    Directory,
    /// By walking the file; it holds this many bytes that belong to no entry.
    Scan {
        /// Bytes in the middle that make no sense.
        n_lost_bytes: u64,
    },
    /// By walking a file that is still being written; these are the ones that are whole.
    Growing,
}

impl Archive {
    /// Finds the entries of a file.
    pub(crate) fn open(source: Box<dyn ByteSource>) -> Result<(Self, Found), OpenError> {
        let source = Counted::new(source)?;
        let (entries, found) = match zip::directory(&source)? {
            Some(entries) => (entries, Found::Directory),
            None if !zip::begins_with_an_entry(&source)? => return Err(OpenError::NotARecording),
            None => {
                let (entries, gaps) = zip::scan(&source)?;
                let n_lost_bytes = n_lost_bytes(&gaps, source.len()?);
                (entries, Found::Scan { n_lost_bytes })
            }
        };
        Ok((Self::of(source, entries), found))
    }

    /// Finds the entries of a file that is still being written, and how far those reach.
    pub(crate) fn growing(source: Box<dyn ByteSource>) -> Result<(Self, Walk), OpenError> {
        let source = Counted::new(source)?;
        if !zip::begins_with_an_entry(&source)? {
            return Err(OpenError::NotARecording);
        }
        let walk = zip::walk(&source, 0)?;
        Ok((Self::of(source, walk.entries.clone()), walk))
    }

    fn of(source: Counted, entries: Vec<Entry>) -> Self {
        let named = entries.into_iter().map(|entry| (entry.name.clone(), entry));
        Self {
            source,
            entries: RwLock::new(named.collect()),
        }
    }

    /// What was added to a file after the entries that are known.
    pub(crate) fn walk_on(&self, at: u64) -> io::Result<Walk> {
        zip::walk(&self.source, at)
    }

    /// Whether the file ends in a directory now, so that nothing more will be added.
    pub(crate) fn is_complete(&self) -> io::Result<bool> {
        Ok(zip::directory(&self.source)?.is_some())
    }

    /// Takes in entries that were added to the file.
    pub(crate) fn add(&self, entries: &[Entry]) {
        let added = entries.iter().map(|entry| (entry.name.clone(), entry.clone()));
        let mut known = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        known.extend(added);
    }

    /// Looks for entries once more, as in a file that was cut: its writer is gone.
    pub(crate) fn rescan(&self) -> Result<Found, OpenError> {
        let (entries, gaps) = zip::scan(&self.source)?;
        self.add(&entries);
        Ok(Found::Scan {
            n_lost_bytes: n_lost_bytes(&gaps, self.source.len()?),
        })
    }

    /// How many bytes the file has now.
    pub(crate) fn file_len(&self) -> io::Result<u64> {
        self.source.len()
    }

    fn known(&self) -> RwLockReadGuard<'_, BTreeMap<String, Entry>> {
        self.entries.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Frees what only opening needs.
    pub(crate) fn opened(&mut self) {
        self.source.tail = Vec::new();
    }

    /// How many bytes of the file were read so far.
    pub(crate) fn n_bytes_read(&self) -> u64 {
        self.source.n_bytes.load(Ordering::Relaxed)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.known().is_empty()
    }

    pub(crate) fn n_entries(&self) -> usize {
        self.known().len()
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.known().contains_key(name)
    }

    pub(crate) fn entries(&self) -> Vec<Entry> {
        self.known().values().cloned().collect()
    }

    /// Entries named `prefix<number>suffix`, in the order of their numbers.
    pub(crate) fn numbered(&self, prefix: &str, suffix: &str) -> BTreeMap<u32, Entry> {
        let known = self.known();
        let named = known
            .range(prefix.to_owned()..)
            .take_while(|(name, _)| name.starts_with(prefix));
        named
            .filter_map(|(name, entry)| Some((names::number_in(name, prefix, suffix)?, entry.clone())))
            .collect()
    }

    /// An entry's bytes as they are stored.
    pub(crate) fn bytes(&self, name: &str) -> Result<Vec<u8>, ReadError> {
        let entry = self.known().get(name).cloned();
        let entry = entry.ok_or_else(|| ReadError::Missing {
            entry: name.to_owned(),
        })?;
        self.entry_bytes(&entry)
    }

    /// As [`Self::bytes`], of the first entry whose name begins so.
    pub(crate) fn bytes_by_prefix(&self, prefix: &str) -> Result<Vec<u8>, ReadError> {
        let entry = self
            .known()
            .range(prefix.to_owned()..)
            .next()
            .map(|(_, entry)| entry.clone());
        match entry {
            Some(entry) if entry.name.starts_with(prefix) => self.entry_bytes(&entry),
            _ => Err(ReadError::Missing {
                entry: prefix.to_owned(),
            }),
        }
    }

    pub(crate) fn entry_bytes(&self, entry: &Entry) -> Result<Vec<u8>, ReadError> {
        zip::read(&self.source, entry).map_err(|error| match error {
            EntryError::Io(error) => ReadError::Io {
                entry: entry.name.clone(),
                error,
            },
            EntryError::Damaged(error) => ReadError::Damaged {
                entry: entry.name.clone(),
                error,
            },
        })
    }

    /// An entry's contents, decompressed.
    pub(crate) fn decompressed(&self, name: &str) -> Result<Vec<u8>, ReadError> {
        decompress(&self.bytes(name)?).map_err(damaged(name))
    }

    /// What the compressed JSON of an entry says.
    pub(crate) fn compressed_json<T: DeserializeOwned>(&self, name: &str) -> Result<T, ReadError> {
        from_json(&self.decompressed(name)?).map_err(damaged(name))
    }

    /// What the compressed JSON of an entry says that need not be known by name yet.
    pub(crate) fn entry_json<T: DeserializeOwned>(&self, entry: &Entry) -> Result<T, ReadError> {
        let json = decompress(&self.entry_bytes(entry)?).map_err(damaged(&entry.name))?;
        from_json(&json).map_err(damaged(&entry.name))
    }
}

/// Bytes in the middle that belong to no entry. The last gap is where the file was cut, which is another matter.
fn n_lost_bytes(gaps: &[std::ops::Range<u64>], file_len: u64) -> u64 {
    let in_the_middle = gaps.iter().filter(|gap| gap.end < file_len);
    in_the_middle.map(|gap| gap.end - gap.start).sum()
}

pub(crate) fn from_json<T: DeserializeOwned>(json: &[u8]) -> Result<T, DecodeError> {
    serde_json::from_slice(json).map_err(|error| DecodeError::Json(error.to_string()))
}

pub(crate) fn damaged(entry: &str) -> impl Fn(DecodeError) -> ReadError {
    move |error| ReadError::Damaged {
        entry: entry.to_owned(),
        error,
    }
}

/// Reads all batches of a table; damaged ones are left out. Gives the number of the batch after the last as well.
pub(crate) fn read_rows<E: DeserializeOwned>(
    archive: &Archive,
    kind: &str,
    warnings: &mut Vec<String>,
) -> Result<(Vec<Row<E>>, u32), ReadError> {
    let mut rows = Vec::new();
    let batches = archive.numbered(&format!("events/{kind}/"), ".json.zst");
    for batch_idx in batches.keys() {
        rows.extend(read_batch(archive, kind, *batch_idx, warnings)?);
    }
    let next = batches
        .keys()
        .next_back()
        .map_or(0, |last| last.saturating_add(1));
    Ok((rows, next))
}

/// Reads the batches of a table from this one on, as [`read_rows`].
pub(crate) fn read_rows_from<E: DeserializeOwned>(
    archive: &Archive,
    kind: &str,
    mut batch_idx: u32,
    warnings: &mut Vec<String>,
) -> Result<(Vec<Row<E>>, u32), ReadError> {
    let mut rows = Vec::new();
    while archive.has(&names::events(kind, batch_idx)) {
        rows.extend(read_batch(archive, kind, batch_idx, warnings)?);
        batch_idx = batch_idx.saturating_add(1);
    }
    Ok((rows, batch_idx))
}

/// Reads one batch of a table. One that is damaged has no rows, and a warning is added.
pub(crate) fn read_batch<E: DeserializeOwned>(
    archive: &Archive,
    kind: &str,
    batch_idx: u32,
    warnings: &mut Vec<String>,
) -> Result<Vec<Row<E>>, ReadError> {
    match archive.compressed_json(&names::events(kind, batch_idx)) {
        Ok(batch) => Ok(batch),
        Err(error @ ReadError::Io { .. }) => Err(error),
        Err(error) => {
            warnings.push(format!("{error}; some {kind} are lost"));
            Ok(Vec::new())
        }
    }
}
