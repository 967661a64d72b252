//! What is written is a ZIP to others, and large files are ZIPs too.

use std::io::{Read, Seek, SeekFrom};

use super::{write::ZipWriter, *};
use crate::source::MemorySource;

/// A large file of which only the end exists: zeros before `start`.
#[derive(Clone)]
struct Sparse {
    start: u64,
    bytes: Vec<u8>,
    at: u64,
}

impl ByteSource for Sparse {
    fn len(&self) -> io::Result<u64> {
        Ok(self.start + self.bytes.len() as u64)
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        for (offset, byte) in (offset..).zip(buffer) {
            *byte = offset
                .checked_sub(self.start)
                .map_or(0, |offset| self.bytes[offset as usize]);
        }
        Ok(())
    }
}

impl Read for Sparse {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n_read = buffer.len().min((self.len()? - self.at) as usize);
        self.read_at(self.at, &mut buffer[..n_read])?;
        self.at += n_read as u64;
        Ok(n_read)
    }
}

impl Seek for Sparse {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::Current(by) => self.at.checked_add_signed(by).unwrap(),
            SeekFrom::End(by) => self.len()?.checked_add_signed(by).unwrap(),
        };
        Ok(self.at)
    }
}

/// What a tool that knows nothing of recordings finds; it checks the checksums too.
fn foreign(file: impl Read + Seek) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(file).unwrap();
    let mut entries = Vec::new();
    for idx in 0..archive.len() {
        let mut entry = archive.by_index(idx).unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        entries.push((entry.name().unwrap().into_owned(), bytes));
    }
    entries
}

fn ours(source: &dyn ByteSource) -> Vec<(String, Vec<u8>)> {
    let entries = directory(source).unwrap().unwrap();
    entries
        .into_iter()
        .map(|entry| (entry.name.clone(), read(source, &entry).unwrap()))
        .collect()
}

#[test]
fn any_zip_tool_reads_what_is_written() {
    let mut file = Vec::new();
    let mut zip = ZipWriter::new(&mut file);
    zip.add("a.json".to_owned(), b"{}").unwrap();
    zip.add("b/empty".to_owned(), b"").unwrap();
    zip.finish().unwrap();
    let entries = vec![
        ("a.json".to_owned(), b"{}".to_vec()),
        ("b/empty".to_owned(), Vec::new()),
    ];
    assert_eq!(foreign(io::Cursor::new(&file)), entries);
    let source = MemorySource::from(file);
    assert_eq!(ours(&source), entries);
    let (scanned, gaps) = scan(&source).unwrap();
    assert_eq!((scanned, gaps), (directory(&source).unwrap().unwrap(), vec![]));
}

#[test]
fn entries_past_4_gib_are_found() {
    let start = 5 << 30;
    let mut bytes = Vec::new();
    let mut zip = ZipWriter::new(&mut bytes);
    zip.offset = start;
    zip.add("far".to_owned(), b"away").unwrap();
    zip.add("farther".to_owned(), b"still").unwrap();
    zip.finish().unwrap();
    let file = Sparse { start, bytes, at: 0 };
    let entries = vec![
        ("far".to_owned(), b"away".to_vec()),
        ("farther".to_owned(), b"still".to_vec()),
    ];
    assert_eq!(ours(&file), entries);
    assert_eq!(foreign(file), entries);
}

#[test]
fn more_entries_than_16_bits_count_are_found() {
    let mut file = Vec::new();
    let mut zip = ZipWriter::new(&mut file);
    for number in 0..66_000 {
        zip.add(number.to_string(), b"").unwrap();
    }
    zip.finish().unwrap();
    assert_eq!(
        zip::ZipArchive::new(io::Cursor::new(&file)).unwrap().len(),
        66_000
    );
    let entries = directory(&MemorySource::from(file)).unwrap().unwrap();
    assert_eq!((entries.len(), entries[65_999].name.as_str()), (66_000, "65999"));
}

#[test]
fn an_entry_that_a_tool_wrote_with_an_extra_field_is_read() {
    let mut zip = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Stored)
        .with_alignment(64);
    zip.start_file("a", options).unwrap();
    io::Write::write_all(&mut zip, b"bytes").unwrap();
    let source = MemorySource::from(zip.finish().unwrap().into_inner());
    assert_eq!(ours(&source), [("a".to_owned(), b"bytes".to_vec())]);
    assert_eq!(scan(&source).unwrap().0, directory(&source).unwrap().unwrap());
}
