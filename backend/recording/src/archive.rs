//! The entries of a recording by name: reading, checking and decompressing one of them.

use std::{
    collections::BTreeMap,
    io,
    sync::atomic::{AtomicU64, Ordering},
};

use serde::de::DeserializeOwned;

use crate::{
    bytes::DecodeError,
    compress::decompress,
    error::{OpenError, ReadError},
    event::Row,
    names,
    source::ByteSource,
    zip::{self, Entry, EntryError},
};

/// The file and what is in it.
pub(crate) struct Archive {
    source: Counted,
    entries: BTreeMap<String, Entry>,
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
                let file_len = source.len()?;
                // The last gap is where the file was cut, which is another matter.
                let in_the_middle = gaps.iter().filter(|gap| gap.end < file_len);
                let n_lost_bytes = in_the_middle.map(|gap| gap.end - gap.start).sum();
                (entries, Found::Scan { n_lost_bytes })
            }
        };
        let entries = entries
            .into_iter()
            .map(|entry| (entry.name.clone(), entry))
            .collect();
        Ok((Self { source, entries }, found))
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
        self.entries.is_empty()
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.entries.contains_key(name)
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    /// Entries named `prefix<number>suffix`, in the order of their numbers.
    pub(crate) fn numbered(&self, prefix: &str, suffix: &str) -> BTreeMap<u32, &Entry> {
        let named = self
            .entries
            .range(prefix.to_owned()..)
            .take_while(|(name, _)| name.starts_with(prefix));
        named
            .filter_map(|(name, entry)| Some((names::number_in(name, prefix, suffix)?, entry)))
            .collect()
    }

    /// An entry's bytes as they are stored.
    pub(crate) fn bytes(&self, name: &str) -> Result<Vec<u8>, ReadError> {
        let entry = self.entries.get(name).ok_or_else(|| ReadError::Missing {
            entry: name.to_owned(),
        })?;
        self.entry_bytes(entry)
    }

    /// As [`Self::bytes`], of the first entry whose name begins so.
    pub(crate) fn bytes_by_prefix(&self, prefix: &str) -> Result<Vec<u8>, ReadError> {
        match self.entries.range(prefix.to_owned()..).next() {
            Some((name, entry)) if name.starts_with(prefix) => self.entry_bytes(entry),
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

/// Reads all batches of a table; damaged ones are left out.
pub(crate) fn read_rows<E: DeserializeOwned>(
    archive: &Archive,
    kind: &str,
    warnings: &mut Vec<String>,
) -> Result<Vec<Row<E>>, ReadError> {
    let mut rows = Vec::new();
    for batch_idx in archive
        .numbered(&format!("events/{kind}/"), ".json.zst")
        .into_keys()
    {
        match archive.compressed_json::<Vec<Row<E>>>(&names::events(kind, batch_idx)) {
            Ok(batch) => rows.extend(batch),
            Err(error @ ReadError::Io { .. }) => return Err(error),
            Err(error) => warnings.push(format!("{error}; some {kind} are lost")),
        }
    }
    Ok(rows)
}
