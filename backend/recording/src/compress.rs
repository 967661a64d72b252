//! zstd: the C library where there is one, pure Rust in the page, which writes what it shares at one level only.

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

/// As natively, with the one level that there is: about that of zstd's 1.
#[cfg(target_arch = "wasm32")]
pub(crate) fn compress(bytes: &[u8], _level: i32) -> std::io::Result<Vec<u8>> {
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    Ok(compress_to_vec(bytes, CompressionLevel::Fastest))
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn sample() -> Vec<u8> {
        (0..200_000_u32)
            .flat_map(|number| (number % 977 * number % 61).to_le_bytes())
            .collect()
    }

    #[test]
    fn the_page_decodes_what_the_library_compresses() {
        for level in [1, 3, 9, 19] {
            let compressed = compress(&sample(), level).unwrap();
            assert_eq!(decompress(&compressed).unwrap(), sample());
            let mut in_the_page = Vec::new();
            ruzstd::decoding::StreamingDecoder::new_with_max_window_size(
                &compressed[..],
                1 << MAX_WINDOW_LOG,
            )
            .unwrap()
            .read_to_end(&mut in_the_page)
            .unwrap();
            assert_eq!(in_the_page, sample());
        }
    }

    #[test]
    fn what_the_page_compresses_the_library_decodes() {
        use ruzstd::encoding::{CompressionLevel, compress_to_vec};

        let small = b"a few words, and a few words again".to_vec();
        for bytes in [Vec::new(), small, sample()] {
            let compressed = compress_to_vec(&bytes[..], CompressionLevel::Fastest);
            assert_eq!(decompress(&compressed).unwrap(), bytes);
        }
    }

    #[test]
    fn a_bomb_is_refused() {
        let bomb = compress(&vec![0; MAX_DECOMPRESSED + 1], 1).unwrap();
        assert!(bomb.len() < 100_000);
        assert!(matches!(decompress(&bomb), Err(DecodeError::Compressed(_))));
    }

    #[test]
    fn what_is_not_zstd_is_refused() {
        for bytes in [
            &b""[..],
            b"PK",
            b"\x28\xb5\x2f\xfd",
            &compress(b"abc", 3).unwrap()[..10],
        ] {
            assert!(decompress(bytes).is_err(), "{bytes:?}");
        }
    }
}
