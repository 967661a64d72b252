//! The container: a ZIP of stored entries, written as a stream and read by ranges.
//!
//! Written here rather than taken from a library because of one need: each entry's size and checksum must stand in its
//! local header, before its bytes, so that a file cut short can be walked from its beginning. The streaming writers of
//! `zip` 9 and `rawzip` 0.5 put them after the bytes (data descriptors), and neither reads local headers on their own,
//! which recovery needs. What remains is small because every entry is stored, whole in memory when written and below
//! 4 GiB. APPNOTE.TXT 6.3.10 has the layouts (4.3.7, 4.3.12, 4.3.14-16, 4.5.3). The tests read what this writes with `zip`.

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests;
pub(crate) mod write;

use std::io;

use crate::{
    bytes::{Cursor, DecodeError},
    source::ByteSource,
};

const LOCAL_HEADER: [u8; 4] = *b"PK\x03\x04";
const DIRECTORY_HEADER: [u8; 4] = *b"PK\x01\x02";
const END: [u8; 4] = *b"PK\x05\x06";
const ZIP64_END: [u8; 4] = *b"PK\x06\x06";
const ZIP64_LOCATOR: [u8; 4] = *b"PK\x06\x07";

const LOCAL_HEADER_LEN: usize = 30;
const END_LEN: usize = 22;
const ZIP64_LOCATOR_LEN: usize = 20;
const ZIP64_EXTRA: u16 = 1;
const MAX_NAME_LEN: usize = 255;
/// Central directories larger than this are refused: 256 MiB list some three million entries.
const MAX_DIRECTORY_LEN: u64 = 256 << 20;

/// One entry of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its name, in ASCII.
    pub(crate) name: String,
    /// Where its local header stands.
    pub(crate) offset: u64,
    /// How many bytes it holds.
    pub(crate) len: u64,
}

/// Why an entry could not be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EntryError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error(transparent)]
    Damaged(#[from] DecodeError),
}

/// What a local or directory header says.
struct Header<'a> {
    method: u16,
    crc: u32,
    len: u64,
    name: &'a [u8],
    extra_len: usize,
}

impl<'a> Header<'a> {
    /// Reads a local header, up to the end of its name.
    fn local(bytes: &mut Cursor<'a>) -> Result<Self, DecodeError> {
        signature(bytes, LOCAL_HEADER)?;
        bytes.take(2)?;
        let (flags, mut header, name_len) = Self::common(bytes)?;
        if flags & 8 != 0 {
            return Err(DecodeError::Malformed(
                "an entry's size does not stand in its local header",
            ));
        }
        header.name = bytes.take(name_len)?;
        Ok(header)
    }

    /// From the flags to the length of the extra field; the name stays empty.
    fn common(bytes: &mut Cursor<'a>) -> Result<(u16, Self, usize), DecodeError> {
        let flags = u16(bytes)?;
        let method = u16(bytes)?;
        bytes.take(4)?;
        let crc = u32(bytes)?;
        let len = u64::from(u32(bytes)?);
        bytes.take(4)?;
        let name_len = usize::from(u16(bytes)?);
        let extra_len = usize::from(u16(bytes)?);
        Ok((
            flags,
            Self {
                method,
                crc,
                len,
                name: &[],
                extra_len,
            },
            name_len,
        ))
    }
}

/// Reads an entry's bytes, checked against its local header and its checksum.
pub(crate) fn read(source: &dyn ByteSource, entry: &Entry) -> Result<Vec<u8>, EntryError> {
    let header_len = LOCAL_HEADER_LEN + entry.name.len();
    let mut bytes = read_range(source, entry.offset, header_len as u64 + entry.len)?;
    let header = Header::local(&mut Cursor::new(&bytes))?;
    if header.name != entry.name.as_bytes() || header.len != entry.len {
        return Err(DecodeError::Malformed("its local header is not the one the directory means").into());
    }
    if header.method != 0 {
        return Err(DecodeError::Malformed("it is compressed by the ZIP, which recordings are not").into());
    }
    let crc = header.crc;
    match header.extra_len {
        0 => drop(bytes.drain(..header_len)),
        // Not ours, but a ZIP tool that copied the entry may have added some.
        extra_len => bytes = read_range(source, entry.offset + (header_len + extra_len) as u64, entry.len)?,
    }
    if crc32fast::hash(&bytes) != crc {
        return Err(DecodeError::Checksum.into());
    }
    Ok(bytes)
}

/// Reads bytes that must all be there; nothing is reserved before that is known.
fn read_range(source: &dyn ByteSource, offset: u64, len: u64) -> Result<Vec<u8>, EntryError> {
    let end = offset.checked_add(len).ok_or(DecodeError::OutOfRange)?;
    if end > source.len()? {
        return Err(DecodeError::EndsEarly.into());
    }
    let mut bytes = vec![0; usize::try_from(len).map_err(|_| DecodeError::OutOfRange)?];
    source.read_at(offset, &mut bytes)?;
    Ok(bytes)
}

/// Reads the central directory; None if the file has none, or a damaged one.
pub(crate) fn directory(source: &dyn ByteSource) -> io::Result<Option<Vec<Entry>>> {
    match try_directory(source) {
        Ok(entries) => Ok(Some(entries)),
        Err(EntryError::Damaged(_)) => Ok(None),
        Err(EntryError::Io(error)) => Err(error),
    }
}

fn try_directory(source: &dyn ByteSource) -> Result<Vec<Entry>, EntryError> {
    let file_len = source.len()?;
    let tail_len = file_len.min((END_LEN + ZIP64_LOCATOR_LEN) as u64);
    let tail = read_range(source, file_len - tail_len, tail_len)?;
    let end_at = tail.len().checked_sub(END_LEN).ok_or(DecodeError::EndsEarly)?;
    let mut end = Cursor::at(&tail, end_at);
    signature(&mut end, END)?;
    end.take(4)?;
    let mut n_entries = u64::from(u16(&mut end)?);
    end.take(2)?;
    let mut len = u64::from(u32(&mut end)?);
    let mut start = u64::from(u32(&mut end)?);
    if n_entries == 0xffff || len == 0xffff_ffff || start == 0xffff_ffff {
        (n_entries, start, len) = zip64_end(source, &tail)?;
    }
    if len > MAX_DIRECTORY_LEN {
        return Err(DecodeError::OutOfRange.into());
    }
    let directory = read_range(source, start, len)?;
    let mut bytes = Cursor::new(&directory);
    let mut entries = Vec::new();
    while !bytes.is_empty() {
        entries.push(directory_entry(&mut bytes)?);
    }
    if entries.len() as u64 != n_entries {
        return Err(DecodeError::Malformed("the directory does not hold as many entries as it says").into());
    }
    Ok(entries)
}

/// Number of entries, start and length of the directory.
fn zip64_end(source: &dyn ByteSource, tail: &[u8]) -> Result<(u64, u64, u64), EntryError> {
    let mut locator = Cursor::new(tail);
    signature(&mut locator, ZIP64_LOCATOR)?;
    locator.take(4)?;
    let offset = u64(&mut locator)?;
    let end = read_range(source, offset, 56)?;
    let mut bytes = Cursor::new(&end);
    signature(&mut bytes, ZIP64_END)?;
    bytes.take(28)?;
    let n_entries = u64(&mut bytes)?;
    let len = u64(&mut bytes)?;
    Ok((n_entries, u64(&mut bytes)?, len))
}

fn directory_entry(bytes: &mut Cursor<'_>) -> Result<Entry, DecodeError> {
    signature(bytes, DIRECTORY_HEADER)?;
    bytes.take(4)?;
    let (_, header, name_len) = Header::common(bytes)?;
    let comment_len = usize::from(u16(bytes)?);
    bytes.take(8)?;
    let offset = u64::from(u32(bytes)?);
    let name = name(bytes.take(name_len)?)?;
    let mut extra = Cursor::new(bytes.take(header.extra_len)?);
    bytes.take(comment_len)?;
    let mut entry = Entry {
        name,
        offset,
        len: header.len,
    };
    while entry.offset == 0xffff_ffff && !extra.is_empty() {
        let is_zip64 = u16(&mut extra)? == ZIP64_EXTRA;
        let len = usize::from(u16(&mut extra)?);
        let mut field = Cursor::new(extra.take(len)?);
        if is_zip64 {
            entry.offset = u64(&mut field)?;
        }
    }
    Ok(entry)
}

/// Whether the file begins as every recording does.
pub(crate) fn begins_with_an_entry(source: &dyn ByteSource) -> io::Result<bool> {
    let mut head = [0; LOCAL_HEADER.len()];
    if source.len()? < head.len() as u64 {
        return Ok(false);
    }
    source.read_at(0, &mut head)?;
    Ok(head == LOCAL_HEADER)
}

/// Finds the entries of a file without a directory by walking its local headers, as far as they are whole, and the
/// stretches of bytes between them that belong to none.
pub(crate) fn scan(source: &dyn ByteSource) -> io::Result<(Vec<Entry>, Vec<std::ops::Range<u64>>)> {
    let file_len = source.len()?;
    let mut entries = Vec::new();
    let mut gaps: Vec<std::ops::Range<u64>> = Vec::new();
    let mut at = 0;
    while at < file_len {
        let mut head = vec![0; (file_len - at).min((LOCAL_HEADER_LEN + MAX_NAME_LEN) as u64) as usize];
        source.read_at(at, &mut head)?;
        if head.starts_with(&DIRECTORY_HEADER) || head.starts_with(&END) {
            break;
        }
        if let Ok(entry_and_end) = local_entry(&head, at)
            && entry_and_end.1 <= file_len
        {
            let (entry, end) = entry_and_end;
            entries.push(entry);
            at = end;
            continue;
        }
        let next = find_header(source, at + 1, file_len)?;
        gaps.push(at..next);
        at = next;
    }
    Ok((entries, gaps))
}

/// Whole entries from some place on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Walk {
    pub(crate) entries: Vec<Entry>,
    /// Where the next entry begins, or will.
    pub(crate) end: u64,
    /// Whether a directory begins there, so that no entry will.
    pub(crate) is_last: bool,
}

/// Finds the entries from a place on where one begins, up to the first that is not whole: in a file that is still being
/// written, it will be.
pub(crate) fn walk(source: &dyn ByteSource, at: u64) -> io::Result<Walk> {
    let file_len = source.len()?;
    let mut walk = Walk {
        end: at,
        ..Walk::default()
    };
    while walk.end < file_len {
        let head_len = (file_len - walk.end).min((LOCAL_HEADER_LEN + MAX_NAME_LEN) as u64);
        let mut head = vec![0; head_len as usize];
        source.read_at(walk.end, &mut head)?;
        if head.starts_with(&DIRECTORY_HEADER) || head.starts_with(&END) {
            walk.is_last = true;
            break;
        }
        match local_entry(&head, walk.end) {
            Ok((entry, end)) if end <= file_len => {
                walk.entries.push(entry);
                walk.end = end;
            }
            _ => break,
        }
    }
    Ok(walk)
}

fn local_entry(head: &[u8], offset: u64) -> Result<(Entry, u64), DecodeError> {
    let mut bytes = Cursor::new(head);
    let header = Header::local(&mut bytes)?;
    let data = offset + (bytes.position() + header.extra_len) as u64;
    Ok((
        Entry {
            name: name(header.name)?,
            offset,
            len: header.len,
        },
        data + header.len,
    ))
}

/// The next place from `at` on where a local header may stand, or the end.
fn find_header(source: &dyn ByteSource, mut at: u64, file_len: u64) -> io::Result<u64> {
    const WINDOW: u64 = 64 << 10;
    while at < file_len {
        let mut window = vec![0; (file_len - at).min(WINDOW) as usize];
        source.read_at(at, &mut window)?;
        if let Some(found) = window
            .windows(LOCAL_HEADER.len())
            .position(|bytes| bytes == LOCAL_HEADER)
        {
            return Ok(at + found as u64);
        }
        // A signature may straddle two windows.
        at += (window.len() as u64)
            .saturating_sub(LOCAL_HEADER.len() as u64 - 1)
            .max(1);
    }
    Ok(file_len)
}

fn name(bytes: &[u8]) -> Result<String, DecodeError> {
    if bytes.is_empty() || bytes.len() > MAX_NAME_LEN || !bytes.iter().all(u8::is_ascii_graphic) {
        return Err(DecodeError::Malformed(
            "an entry's name is not one of a recording",
        ));
    }
    String::from_utf8(bytes.to_vec()).map_err(|_| DecodeError::NotUtf8)
}

fn signature(bytes: &mut Cursor<'_>, expected: [u8; 4]) -> Result<(), DecodeError> {
    if bytes.array()? == expected {
        Ok(())
    } else {
        Err(DecodeError::Malformed("a ZIP signature is missing"))
    }
}

fn u16(bytes: &mut Cursor<'_>) -> Result<u16, DecodeError> {
    bytes.array().map(u16::from_le_bytes)
}

fn u32(bytes: &mut Cursor<'_>) -> Result<u32, DecodeError> {
    bytes.array().map(u32::from_le_bytes)
}

fn u64(bytes: &mut Cursor<'_>) -> Result<u64, DecodeError> {
    bytes.array().map(u64::from_le_bytes)
}
