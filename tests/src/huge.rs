//! Recordings of more than 4 GiB, made from small ones: everything that is read of them lies behind a hole in the file, which takes
//! no room on the disk.

use std::{
    fs::{self, File},
    io::{self, Seek, SeekFrom, Write},
    path::Path,
};

/// How large the hole is: offsets behind it take more than 32 bits.
const HOLE_BYTES: u64 = (4 << 30) + (200 << 20);

const END: &[u8] = b"PK\x05\x06";
const DIRECTORY_ENTRY_LEN: usize = 46;

/// Writes `small` to `path` once more, behind the hole. The first copy stays, because a recording begins with an entry; the directory
/// names the second.
///
/// # Errors
/// A file that cannot be read or written, or is no recording.
pub fn write(small: &Path, path: &Path) -> io::Result<()> {
    let bytes = fs::read(small)?;
    let odd = || io::Error::other("this is not a small recording");
    let end = bytes
        .windows(4)
        .rposition(|window| window == END)
        .ok_or_else(odd)?;
    let n_entries = u64::from(u16_at(&bytes, end + 10));
    let (len, start) = (
        u32_at(&bytes, end + 12) as usize,
        u32_at(&bytes, end + 16) as usize,
    );
    let (entries, directory) = (
        bytes.get(..start).ok_or_else(odd)?,
        bytes.get(start..start + len).ok_or_else(odd)?,
    );
    let mut file = File::create(path)?;
    file.write_all(entries)?;
    let hole_at = file.stream_position()?;
    file.write_all(&hole_header())?;
    let behind = file.seek(SeekFrom::Current(HOLE_BYTES as i64))?;
    file.write_all(entries)?;
    let directory_at = file.stream_position()?;
    let directory = moved(directory, behind, hole_at);
    file.write_all(&directory)?;
    file.write_all(&ends(n_entries + 1, directory.len() as u64, directory_at))
}

/// What stands before the hole: a stored entry, whose size is in its extra field.
fn hole_header() -> Vec<u8> {
    let mut header = b"PK\x03\x04\x2d\0\0\0\0\0\0\0\0\0".to_vec();
    header.extend([0; 4]);
    header.extend([0xff; 8]);
    header.extend(4_u16.to_le_bytes());
    header.extend(20_u16.to_le_bytes());
    header.extend(b"hole");
    header.extend([1, 0, 16, 0]);
    header.extend(HOLE_BYTES.to_le_bytes());
    header.extend(HOLE_BYTES.to_le_bytes());
    header
}

/// The directory with every entry so much further behind, and the hole.
fn moved(directory: &[u8], behind: u64, hole_at: u64) -> Vec<u8> {
    let mut moved = Vec::new();
    let mut at = 0;
    while at + DIRECTORY_ENTRY_LEN <= directory.len() {
        let lens = [28, 30, 32].map(|field| usize::from(u16_at(directory, at + field)));
        let offset = u64::from(u32_at(directory, at + 42)) + behind;
        let name_at = at + DIRECTORY_ENTRY_LEN;
        let next = name_at + lens.iter().sum::<usize>();
        let mut fixed = directory[at..name_at].to_vec();
        fixed[30..32].copy_from_slice(&(lens[1] as u16 + 12).to_le_bytes());
        fixed[42..46].fill(0xff);
        moved.extend(fixed);
        moved.extend(&directory[name_at..name_at + lens[0]]);
        moved.extend([1, 0, 8, 0]);
        moved.extend(offset.to_le_bytes());
        moved.extend(&directory[name_at + lens[0]..next]);
        at = next;
    }
    moved.extend(b"PK\x01\x02\x2d\0\x2d\0\0\0\0\0\0\0\0\0");
    moved.extend([0; 4]);
    moved.extend([0xff; 8]);
    moved.extend(4_u16.to_le_bytes());
    moved.extend(28_u16.to_le_bytes());
    moved.extend([0; 10]);
    moved.extend([0xff; 4]);
    moved.extend(b"hole");
    moved.extend([1, 0, 24, 0]);
    moved.extend(HOLE_BYTES.to_le_bytes());
    moved.extend(HOLE_BYTES.to_le_bytes());
    moved.extend(hole_at.to_le_bytes());
    moved
}

/// The ends of an archive that is larger than 4 GiB.
fn ends(n_entries: u64, len: u64, at: u64) -> Vec<u8> {
    let mut ends = b"PK\x06\x06".to_vec();
    ends.extend(44_u64.to_le_bytes());
    ends.extend([0x2d, 0, 0x2d, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for value in [n_entries, n_entries, len, at] {
        ends.extend(value.to_le_bytes());
    }
    ends.extend(b"PK\x06\x07\0\0\0\0");
    ends.extend((at + len).to_le_bytes());
    ends.extend(1_u32.to_le_bytes());
    ends.extend(END);
    ends.extend([0; 4]);
    ends.extend([0xff; 12]);
    ends.extend([0; 2]);
    ends
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}
