//! Makes pictures smaller. Whoever wants a strip of small pictures should not have to fetch the large ones.

use std::io::Cursor;

use image::{ImageFormat, ImageReader, Limits, codecs::jpeg::JpegEncoder, imageops::FilterType};

/// Width and height beyond which a picture is not looked into: larger than any screen, and a bound on memory.
const MAX_SIDE: u32 = 16_384;

/// Memory that decoding one picture may take.
const MAX_BYTES: u64 = 512 << 20;

/// Quality of JPEGs, of 100: small pictures are for finding one's way.
const QUALITY: u8 = 80;

/// A picture made smaller.
pub(super) struct Resized {
    /// The encoded picture, in the format it had.
    pub(super) bytes: Vec<u8>,
    /// Its height divided by the height it had.
    pub(super) factor: f64,
}

/// Scales a picture to a height, keeping its proportions; None if it is no higher already.
///
/// # Errors
/// It is no JPEG or PNG, it is damaged, or it is very large.
pub(super) fn to_height(bytes: &[u8], mime_type: &str, height: u32) -> Result<Option<Resized>, String> {
    let format = match mime_type {
        "image/jpeg" => ImageFormat::Jpeg,
        "image/png" => ImageFormat::Png,
        other => return Err(format!("pictures of type {other} cannot be made smaller")),
    };
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let picture = reader.decode().map_err(|error| error.to_string())?;
    if picture.height() <= height {
        return Ok(None);
    }
    let factor = f64::from(height) / f64::from(picture.height());
    let width = ((f64::from(picture.width()) * factor).round() as u32).max(1);
    // `Triangle` averages over all pixels that become one, so text does not flicker.
    let small = picture.resize_exact(width, height, FilterType::Triangle);
    let mut bytes = Vec::new();
    match format {
        ImageFormat::Jpeg => small
            .to_rgb8()
            .write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, QUALITY)),
        _ => small.write_to(&mut Cursor::new(&mut bytes), format),
    }
    .map_err(|error| error.to_string())?;
    Ok(Some(Resized { bytes, factor }))
}
