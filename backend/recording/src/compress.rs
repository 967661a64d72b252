//! zstd: the C library where there is one, pure Rust in the page (which only reads).

use std::io::Read;

use crate::bytes::DecodeError;

/// No entry may decompress to more than this, whatever it claims: the largest the writer makes is far below.
pub(crate) const MAX_DECOMPRESSED: usize = 256 << 20;

/// The writer's levels use windows of at most 8 MiB (2^23); a claim of more than 16 would only reserve memory.
const MAX_WINDOW_LOG: u32 = 24;

/// Compresses whole bytes into one zstd frame.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn compress(bytes: &[u8], level: i32) -> std::io::Result<Vec<u8>> {
    zstd::bulk::compress(bytes, level)
}

/// Decompresses one zstd frame. Memory grows with what comes out, never with what the frame claims.
pub(crate) fn decompress(bytes: &[u8]) -> Result<Vec<u8>, DecodeError> {
    let mut decompressed = Vec::new();
    decoder(bytes)?
        .take(MAX_DECOMPRESSED as u64 + 1)
        .read_to_end(&mut decompressed)
        .map_err(|error| DecodeError::Compressed(error.to_string()))?;
    if decompressed.len() > MAX_DECOMPRESSED {
        return Err(DecodeError::Compressed(format!(
            "more than {} MiB come out",
            MAX_DECOMPRESSED >> 20
        )));
    }
    Ok(decompressed)
}

#[cfg(not(target_arch = "wasm32"))]
fn decoder(bytes: &[u8]) -> Result<impl Read, DecodeError> {
    let error = |error: std::io::Error| DecodeError::Compressed(error.to_string());
    let mut decoder = zstd::stream::read::Decoder::with_buffer(bytes)
        .map_err(error)?
        .single_frame();
    decoder.window_log_max(MAX_WINDOW_LOG).map_err(error)?;
    Ok(decoder)
}

#[cfg(target_arch = "wasm32")]
fn decoder(bytes: &[u8]) -> Result<impl Read, DecodeError> {
    ruzstd::decoding::StreamingDecoder::new_with_max_window_size(bytes, 1 << MAX_WINDOW_LOG)
        .map_err(|error| DecodeError::Compressed(error.to_string()))
}
