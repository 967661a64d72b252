//! Names made of content.

use std::{
    fmt::Write as _,
    io::{Read, Seek, SeekFrom},
};

use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::error::ImportError;

/// sha-256, hexadecimal: the name of a text, a picture or a body in a recording.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// sha-1, hexadecimal: the name that Playwright gives to a source by its path.
pub(crate) fn sha1(bytes: &[u8]) -> String {
    hex(&Sha1::digest(bytes))
}

/// A UUID (version 8) made of all bytes of a file, so that a file imported twice is the same recording.
pub(crate) fn recording_id(mut source: impl Read + Seek) -> Result<String, ImportError> {
    let mut sha256 = Sha256::new();
    let mut block = vec![0; 64 << 10];
    source.seek(SeekFrom::Start(0)).map_err(ImportError::Read)?;
    loop {
        let n_bytes = source.read(&mut block).map_err(ImportError::Read)?;
        match block.get(..n_bytes) {
            Some(bytes) if n_bytes > 0 => sha256.update(bytes),
            _ => break,
        }
    }
    source.seek(SeekFrom::Start(0)).map_err(ImportError::Read)?;
    let mut id = [0; 16];
    for (to, from) in id.iter_mut().zip(sha256.finalize()) {
        *to = from;
    }
    id[6] = id[6] & 0x0f | 0x80;
    id[8] = id[8] & 0x3f | 0x80;
    let mut text = hex(&id);
    for at in [20, 16, 12, 8] {
        text.insert(at, '-');
    }
    Ok(text)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_recording_is_named_by_its_bytes() {
        let id = |bytes: &[u8]| recording_id(std::io::Cursor::new(bytes)).unwrap();
        assert_eq!(id(b"abc"), "ba7816bf-8f01-8fea-8141-40de5dae2223");
        assert_ne!(id(b"abd"), id(b"abc"));
    }
}
