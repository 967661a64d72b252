//! Events that rrweb's packer made texts of: each byte of zlib's output a character.

use std::io::Read;

use flate2::read::ZlibDecoder;

use crate::{json, limits::MAX_LINE};

/// The event in a packed text, which is given as JSON. Texts of JSON that are not packed are events too.
pub(super) fn unpack(text: &str) -> Option<String> {
    let packed: String = json::read(text).ok()?;
    if packed.starts_with('{') {
        return Some(packed);
    }
    let bytes: Option<Vec<u8>> = packed.chars().map(|char| u8::try_from(char).ok()).collect();
    let mut event = String::new();
    let bytes = bytes?;
    let decoder = ZlibDecoder::new(&*bytes);
    decoder.take(MAX_LINE).read_to_string(&mut event).ok()?;
    Some(event)
}
