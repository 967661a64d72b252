//! Files made of a recording by somebody who means harm: cut, with lengths that lie, with entries that come to far more than they
//! are, with numbers that cannot be.

use std::io::{Read, Write};

/// An entry of a recording: its name and its bytes.
#[derive(Clone)]
struct Entry {
    name: String,
    bytes: Vec<u8>,
}

/// What a file is called, and what is in it.
pub(super) type Damaged = (String, Vec<u8>);

const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";

/// What a zstd frame of nothing but zeros comes to: more than the memory that a page has.
const BOMB_BYTES: usize = 5 << 30;

/// All of them.
pub(super) fn all(recording: &[u8]) -> Vec<Damaged> {
    let mut files = cut(recording);
    files.extend(lying(recording));
    files.extend(replaced(recording));
    files.extend(scattered(recording));
    files
}

/// The file ends early, or begins late.
fn cut(recording: &[u8]) -> Vec<Damaged> {
    let len = recording.len();
    let ends = [22, 100, len / 4, len / 2, len - len / 8, len - 10];
    let mut files: Vec<Damaged> = ends
        .map(|end| (format!("cut-{end}.playhead"), recording[..end].to_vec()))
        .to_vec();
    files.push(("headless.playhead".to_owned(), recording[len / 2..].to_vec()));
    let mut twice = recording.to_vec();
    twice.extend(&recording[len / 3..]);
    files.push(("twice.playhead".to_owned(), twice));
    files
}

/// Lengths, offsets and counts of the container are not what they say.
fn lying(recording: &[u8]) -> Vec<Damaged> {
    let places = |mark: &[u8]| -> Vec<usize> {
        let found = recording.windows(4).enumerate();
        found
            .filter(|(_, window)| *window == mark)
            .map(|(at, _)| at)
            .collect()
    };
    let lie = |name: &str, mark: &[u8], field: usize, value: &[u8]| {
        let mut bytes = recording.to_vec();
        for at in places(mark) {
            if let Some(place) = bytes.get_mut(at + field..at + field + value.len()) {
                place.copy_from_slice(value);
            }
        }
        (format!("{name}.playhead"), bytes)
    };
    let huge = u32::MAX - 16;
    vec![
        lie(
            "sizes-in-the-directory",
            CENTRAL,
            20,
            &[huge.to_le_bytes(), huge.to_le_bytes()].concat(),
        ),
        lie(
            "sizes-before-entries",
            LOCAL,
            18,
            &[huge.to_le_bytes(), huge.to_le_bytes()].concat(),
        ),
        lie("offsets-beyond-the-end", CENTRAL, 42, &huge.to_le_bytes()),
        lie("all-entries-are-one", CENTRAL, 42, &0_u32.to_le_bytes()),
        lie("names-without-end", CENTRAL, 28, &u16::MAX.to_le_bytes()),
        lie("a-directory-of-4-gib", END, 12, &huge.to_le_bytes()),
        lie("entries-without-number", END, 8, &[0xfe; 4]),
        lie("checksums", CENTRAL, 16, &[1, 2, 3, 4]),
        lie("methods", CENTRAL, 10, &[99, 0]),
    ]
}

/// One entry is something else, and the container is right.
fn replaced(recording: &[u8]) -> Vec<Damaged> {
    let entries = entries(recording);
    let manifest = |change: &dyn Fn(&str) -> String| {
        let entry = entries.iter().find(|entry| entry.name == "manifest.json");
        let text = String::from_utf8(entry.expect("a recording has a manifest").bytes.clone());
        change(&text.expect("JSON is text")).into_bytes()
    };
    let with = |name: &str, of: &dyn Fn(&str) -> bool, bytes: &[u8]| {
        let changed: Vec<Entry> = entries
            .iter()
            .map(|entry| match of(&entry.name) {
                true => Entry {
                    name: entry.name.clone(),
                    bytes: bytes.to_vec(),
                },
                false => entry.clone(),
            })
            .collect();
        (format!("{name}.playhead"), archive(&changed))
    };
    let (bomb, lying_frame) = (bomb(), lying_frame());
    let deep = format!(
        "{{\"format\":1,\"x\":{}{}}}",
        "[".repeat(300_000),
        "]".repeat(300_000)
    )
    .into_bytes();
    let mut files = vec![
        with("bomb-of-chunks", &|name| name.starts_with("trace/"), &bomb),
        with("bomb-of-indexes", &|name| name.starts_with("index/"), &bomb),
        with("bomb-of-events", &|name| name.starts_with("events/"), &bomb),
        with(
            "bomb-of-texts",
            &|name| name.starts_with("texts/") || name.starts_with("scripts/"),
            &bomb,
        ),
        with(
            "frame-that-lies",
            &|name| name.starts_with("index/") || name.starts_with("trace/"),
            &lying_frame,
        ),
        with(
            "deep-manifest",
            &|name| name == "manifest.json" || name == "head.json",
            &deep,
        ),
        with(
            "picture-of-a-gigapixel",
            &|name| name.starts_with("paints/"),
            &gigapixel(),
        ),
        with(
            "script-for-a-picture",
            &|name| name.starts_with("paints/"),
            b"<svg onload=\"canary('paint')\"><script>canary('paint')</script></svg>",
        ),
        with("no-chunks", &|name| name.starts_with("trace/"), b""),
        (
            "names-that-climb.playhead".to_owned(),
            archive(
                &[
                    entries.clone(),
                    vec![Entry {
                        name: "../../../etc/passwd".to_owned(),
                        bytes: vec![1; 64],
                    }],
                ]
                .concat(),
            ),
        ),
    ];
    let is_manifest = |name: &str| name == "manifest.json";
    let numbers = manifest(&|text| {
        let digits = |letter: char| letter.is_ascii_digit();
        // Every number is as large as it can be, but the version, which is read first.
        let mut changed = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(digits) {
            let end = rest[at..]
                .find(|letter| !digits(letter))
                .map_or(rest.len(), |end| at + end);
            let is_value = rest[..at].ends_with(':') || rest[..at].ends_with(": ");
            let is_format = rest[..at]
                .trim_end()
                .trim_end_matches(':')
                .ends_with("\"format\"");
            changed.push_str(&rest[..at]);
            changed.push_str(if is_value && !is_format {
                "18446744073709551615"
            } else {
                &rest[at..end]
            });
            rest = &rest[end..];
        }
        changed + rest
    });
    files.push(with("numbers-without-bounds", &is_manifest, &numbers));
    let title = manifest(&|text| {
        let odd = format!(
            "\"title\":\"<x-canary data-canary=manifest></x-canary>{}",
            "\\u202e".repeat(2_000_000)
        );
        text.replacen("\"title\":\"", &odd, 1)
    });
    files.push(with("a-title-without-end", &is_manifest, &title));
    files
}

/// Bytes here and there are others; the same ones in every run.
fn scattered(recording: &[u8]) -> Vec<Damaged> {
    (1..=6_u64)
        .map(|seed| {
            let mut bytes = recording.to_vec();
            let mut random = seed;
            for _ in 0..200 {
                random = random
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                let at = (random >> 16) as usize % bytes.len();
                bytes[at] = (random >> 8) as u8;
            }
            (format!("scattered-{seed}.playhead"), bytes)
        })
        .collect()
}

/// What is in a recording.
fn entries(recording: &[u8]) -> Vec<Entry> {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(recording)).expect("a recording is a ZIP");
    (0..zip.len())
        .map(|at| {
            let mut entry = zip.by_index(at).expect("an entry");
            let name = entry.name().expect("names are ASCII").into_owned();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).expect("entries are stored");
            Entry { name, bytes }
        })
        .collect()
}

/// A ZIP of stored entries, as recordings are.
fn archive(entries: &[Entry]) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut zip = zip::ZipWriter::new(&mut bytes);
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for entry in entries {
        zip.start_file(&entry.name, stored).expect("a name");
        zip.write_all(&entry.bytes).expect("memory");
    }
    zip.finish().expect("memory");
    bytes.into_inner()
}

/// A zstd frame that comes to [`BOMB_BYTES`] of zeros.
fn bomb() -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).expect("an encoder");
    let zeros = vec![0; 1 << 20];
    for _ in 0..BOMB_BYTES >> 20 {
        encoder.write_all(&zeros).expect("memory");
    }
    encoder.finish().expect("memory")
}

/// A zstd frame that says it comes to 2^62 bytes, with a window of as much as can be said, and has none.
fn lying_frame() -> Vec<u8> {
    let mut frame = 0xfd2f_b528_u32.to_le_bytes().to_vec();
    // A content size of eight bytes, and a window descriptor of the largest exponent.
    frame.extend([0b1100_0000, 0xff]);
    frame.extend((1_u64 << 62).to_le_bytes());
    // A last block of raw bytes, none.
    frame.extend([1, 0, 0]);
    frame
}

/// A PNG of a gigapixel in some kilobytes: its header alone, which is what browsers make room by, and a data chunk of nothing.
fn gigapixel() -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = 32_000_u32.to_be_bytes().to_vec();
    header.extend(32_000_u32.to_be_bytes());
    header.extend([8, 6, 0, 0, 0]);
    for (kind, data) in [
        (b"IHDR", header),
        (b"IDAT", vec![0x78, 0x9c, 3, 0, 0, 0, 0, 1]),
        (b"IEND", Vec::new()),
    ] {
        png.extend((data.len() as u32).to_be_bytes());
        let chunk = [kind.as_slice(), &data].concat();
        png.extend(&chunk);
        png.extend(crc(&chunk).to_be_bytes());
    }
    png
}

/// The checksum of PNG, bit by bit.
fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _: i32| {
        if crc & 1 == 1 {
            crc >> 1 ^ 0xedb8_8320
        } else {
            crc >> 1
        }
    };
    !bytes
        .iter()
        .fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}
