//! Writes the container: entries as they come, the directory at the end.

use std::io;

use super::{
    DIRECTORY_HEADER, END, Entry, LOCAL_HEADER, LOCAL_HEADER_LEN, ZIP64_END, ZIP64_EXTRA, ZIP64_LOCATOR,
};

/// 1980-01-01, the earliest a ZIP can say: times are the manifest's business, and equal recordings are equal bytes.
const DATE: u16 = 0x0021;
const PLAIN_VERSION: u16 = 20;
const ZIP64_VERSION: u16 = 45;
const LARGE: u64 = 0xffff_ffff;

pub(crate) struct ZipWriter<W> {
    pub(super) sink: W,
    pub(super) offset: u64,
    entries: Vec<(Entry, u32)>,
}

impl<W: io::Write> ZipWriter<W> {
    pub(crate) fn new(sink: W) -> Self {
        Self {
            sink,
            offset: 0,
            entries: Vec::new(),
        }
    }

    /// Appends an entry, handing the sink all of it at once.
    pub(crate) fn add(&mut self, name: String, bytes: &[u8]) -> io::Result<Entry> {
        super::name(name.as_bytes()).map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        let len = u32::try_from(bytes.len()).map_err(|_| io::Error::from(io::ErrorKind::FileTooLarge))?;
        let crc = crc32fast::hash(bytes);
        let mut out = Vec::with_capacity(LOCAL_HEADER_LEN + name.len() + bytes.len());
        out.extend(LOCAL_HEADER);
        put_common(&mut out, PLAIN_VERSION, crc, len, &name, 0);
        out.extend(name.as_bytes());
        out.extend(bytes);
        self.sink.write_all(&out)?;
        let entry = Entry {
            name,
            offset: self.offset,
            len: u64::from(len),
        };
        self.offset += out.len() as u64;
        self.entries.push((entry.clone(), crc));
        Ok(entry)
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }

    /// Writes the central directory.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        let start = self.offset;
        let mut out = Vec::new();
        for (entry, crc) in &self.entries {
            put_directory_header(&mut out, entry, *crc);
        }
        let len = out.len() as u64;
        let n_entries = self.entries.len() as u64;
        if start >= LARGE || len >= LARGE || n_entries >= 0xffff {
            put_zip64_end(&mut out, n_entries, start, len);
        }
        let n_entries = n_entries.min(0xffff) as u16;
        out.extend(END);
        out.extend([0; 4]); // This disk, and the directory's.
        out.extend(n_entries.to_le_bytes());
        out.extend(n_entries.to_le_bytes());
        out.extend((len.min(LARGE) as u32).to_le_bytes());
        out.extend((start.min(LARGE) as u32).to_le_bytes());
        out.extend([0; 2]); // No comment.
        self.sink.write_all(&out)?;
        self.sink.flush()
    }
}

/// What local and directory headers share, from the version needed to the length of the extra field.
fn put_common(out: &mut Vec<u8>, version: u16, crc: u32, len: u32, name: &str, extra_len: u16) {
    out.extend(version.to_le_bytes());
    out.extend([0; 4]); // No flags; method 0, stored.
    out.extend([0; 2]); // Midnight.
    out.extend(DATE.to_le_bytes());
    out.extend(crc.to_le_bytes());
    out.extend(len.to_le_bytes());
    out.extend(len.to_le_bytes());
    out.extend((name.len() as u16).to_le_bytes());
    out.extend(extra_len.to_le_bytes());
}

fn put_directory_header(out: &mut Vec<u8>, entry: &Entry, crc: u32) {
    let is_far = entry.offset >= LARGE;
    let version = if is_far { ZIP64_VERSION } else { PLAIN_VERSION };
    out.extend(DIRECTORY_HEADER);
    out.extend(version.to_le_bytes());
    put_common(
        out,
        version,
        crc,
        entry.len as u32,
        &entry.name,
        if is_far { 12 } else { 0 },
    );
    out.extend([0; 10]); // No comment, disk 0, no attributes.
    out.extend((entry.offset.min(LARGE) as u32).to_le_bytes());
    out.extend(entry.name.as_bytes());
    if is_far {
        out.extend(ZIP64_EXTRA.to_le_bytes());
        out.extend(8_u16.to_le_bytes());
        out.extend(entry.offset.to_le_bytes());
    }
}

fn put_zip64_end(out: &mut Vec<u8>, n_entries: u64, start: u64, len: u64) {
    let offset = start + len;
    out.extend(ZIP64_END);
    out.extend(44_u64.to_le_bytes());
    out.extend(ZIP64_VERSION.to_le_bytes());
    out.extend(ZIP64_VERSION.to_le_bytes());
    out.extend([0; 8]); // This disk, and the directory's.
    out.extend(n_entries.to_le_bytes());
    out.extend(n_entries.to_le_bytes());
    out.extend(len.to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend(ZIP64_LOCATOR);
    out.extend([0; 4]);
    out.extend(offset.to_le_bytes());
    out.extend(1_u32.to_le_bytes());
}
