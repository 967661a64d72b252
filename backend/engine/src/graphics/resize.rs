//! Makes pictures smaller. Whoever wants a strip of small pictures should not have to fetch the large ones.
//!
//! Most of the time goes into decoding, so JPEGs are decoded at an eighth, a quarter or half of their size where that is
//! still enough: their blocks of 8 by 8 pixels can be made smaller before they are pixels.

use std::io::Cursor;

use image::{ExtendedColorType, ImageEncoder, ImageFormat, ImageReader, Limits, codecs::jpeg::JpegEncoder};
use jpeg_decoder::{Decoder, PixelFormat};

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

/// A decoded picture: rows of pixels of one byte for each colour.
struct Pixels {
    bytes: Vec<u8>,
    width: u32,
    height: u32,
    n_colours: usize,
    /// The height that the picture has, of which this may be a part already.
    full: (u32, u32),
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
    let pixels = match format {
        ImageFormat::Jpeg => match jpeg_of_about(bytes, height)? {
            Some(pixels) => pixels,
            None => pixels_of(bytes, format)?,
        },
        _ => pixels_of(bytes, format)?,
    };
    let (full_width, full_height) = pixels.full;
    if full_height <= height {
        return Ok(None);
    }
    let factor = f64::from(height) / f64::from(full_height);
    let width = ((f64::from(full_width) * factor).round() as u32).max(1);
    let small = averaged(&pixels, width, height);
    let colour = match pixels.n_colours {
        1 => ExtendedColorType::L8,
        3 => ExtendedColorType::Rgb8,
        _ => ExtendedColorType::Rgba8,
    };
    let mut bytes = Vec::new();
    match format {
        ImageFormat::Jpeg => {
            JpegEncoder::new_with_quality(&mut bytes, QUALITY).write_image(&small, width, height, colour)
        }
        _ => image::codecs::png::PngEncoder::new(&mut bytes).write_image(&small, width, height, colour),
    }
    .map_err(|error| error.to_string())?;
    Ok(Some(Resized { bytes, factor }))
}

/// Decodes a JPEG at the smallest of its sizes that is not lower than `height`. None for kinds of it that are rare: those are
/// left to the decoder that knows all.
fn jpeg_of_about(bytes: &[u8], height: u32) -> Result<Option<Pixels>, String> {
    let mut decoder = Decoder::new(bytes);
    decoder.set_max_decoding_buffer_size(MAX_BYTES as usize);
    if decoder.read_info().is_err() {
        return Ok(None);
    }
    let Some(info) = decoder.info() else {
        return Ok(None);
    };
    let n_colours = match info.pixel_format {
        PixelFormat::L8 => 1,
        PixelFormat::RGB24 => 3,
        PixelFormat::L16 | PixelFormat::CMYK32 => return Ok(None),
    };
    let full = (u32::from(info.width), u32::from(info.height));
    if full.0.max(full.1) > MAX_SIDE {
        return Err(format!("it is {} × {} pixels", full.0, full.1));
    }
    // Of the two sides the height decides, because the width is asked to be no more than one pixel.
    let wanted = u16::try_from(height.min(full.1)).unwrap_or(u16::MAX);
    let decoded = decoder
        .scale(1, wanted)
        .and_then(|size| Ok((size, decoder.decode()?)));
    Ok(decoded.ok().map(|((width, height), bytes)| Pixels {
        bytes,
        width: u32::from(width),
        height: u32::from(height),
        n_colours,
        full,
    }))
}

/// Decodes a picture as it is.
fn pixels_of(bytes: &[u8], format: ImageFormat) -> Result<Pixels, String> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let picture = reader.decode().map_err(|error| error.to_string())?;
    let (width, height) = (picture.width(), picture.height());
    let (bytes, n_colours) = match picture.color().has_alpha() {
        true => (picture.into_rgba8().into_raw(), 4),
        false => (picture.into_rgb8().into_raw(), 3),
    };
    Ok(Pixels {
        bytes,
        width,
        height,
        n_colours,
        full: (width, height),
    })
}

/// Each pixel the average of all that become it, so that text does not flicker: along the rows first, then down the columns.
fn averaged(pixels: &Pixels, width: u32, height: u32) -> Vec<u8> {
    /// Averages of rows keep as many binary digits more.
    const DIGITS: u32 = 4;
    let (n, from_width, from_height) = (pixels.n_colours, pixels.width as usize, pixels.height as usize);
    let (width, height) = (width as usize, height as usize);
    let part = |at: usize, of: usize, all: usize| {
        let begin = (at * all / of).min(all.saturating_sub(1));
        begin..((at + 1) * all).div_ceil(of).clamp(begin + 1, all.max(begin + 1))
    };
    let columns: Vec<_> = (0..width).map(|x| part(x, width, from_width)).collect();
    let mut small = Vec::with_capacity(width * height * n);
    let mut sums = vec![0_u32; width * n];
    for y in 0..height {
        sums.fill(0);
        let rows = part(y, height, from_height);
        let n_rows = rows.len() as u32;
        for row in rows {
            let Some(row) = pixels.bytes.get(row * from_width * n..(row + 1) * from_width * n) else {
                continue;
            };
            for (sums, column) in sums.chunks_exact_mut(n).zip(&columns) {
                let n_pixels = column.len() as u32;
                let column = &row[column.start * n..column.end * n];
                let mut sum = [0_u32; 4];
                for pixel in column.chunks_exact(n) {
                    for (sum, colour) in sum.iter_mut().zip(pixel) {
                        *sum += u32::from(*colour);
                    }
                }
                for (all, sum) in sums.iter_mut().zip(sum) {
                    *all += (sum << DIGITS) / n_pixels;
                }
            }
        }
        let divisor = n_rows << DIGITS;
        small.extend(sums.iter().map(|sum| (sum / divisor) as u8));
    }
    small
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use image::{DynamicImage, Rgb, RgbImage, RgbaImage};

    use super::*;

    /// Left half black, right half white, with a red bar of eight rows at the top.
    fn drawing(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |x, y| match (y < 8, x < width / 2) {
            (true, _) => Rgb([255, 0, 0]),
            (false, true) => Rgb([0, 0, 0]),
            (false, false) => Rgb([255, 255, 255]),
        })
    }

    fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_small_picture_has_the_colours_of_the_large_one_where_it_had_them() {
        let large = DynamicImage::from(drawing(640, 400));
        for (format, mime_type) in [(ImageFormat::Jpeg, "image/jpeg"), (ImageFormat::Png, "image/png")] {
            for height in [25, 50, 112, 399] {
                let bytes = encoded(&large, format);
                let small = to_height(&bytes, mime_type, height).unwrap().unwrap();
                assert_eq!(small.factor, f64::from(height) / 400.0);
                let decoded = image::load_from_memory_with_format(&small.bytes, format).unwrap();
                let decoded = decoded.into_rgb8();
                let (width, _) = decoded.dimensions();
                assert_eq!(
                    (width, decoded.height()),
                    ((640.0 * small.factor).round() as u32, height)
                );
                let is_near = |x: u32, y: u32, wanted: [u8; 3]| {
                    let found = decoded.get_pixel(x, y).0;
                    let is_near = found.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) < 40);
                    assert!(is_near, "{mime_type} {height}: {found:?} at {x}, {y}");
                };
                is_near(width / 4, height / 2, [0, 0, 0]);
                is_near(width * 3 / 4, height - 1, [255, 255, 255]);
                if height >= 112 {
                    is_near(width / 2, 0, [255, 0, 0]);
                }
            }
            let bytes = encoded(&large, format);
            assert!(
                to_height(&bytes, mime_type, 400).unwrap().is_none(),
                "no higher already"
            );
            assert!(
                to_height(&bytes[..bytes.len() / 3], mime_type, 100).is_err() || format == ImageFormat::Jpeg
            );
        }
        assert!(to_height(b"RIFF", "image/webp", 10).is_err());
        assert!(to_height(b"\xff\xd8\xff\xe0", "image/jpeg", 10).is_err());
    }

    #[test]
    fn grey_and_see_through_pictures_are_made_smaller_as_well() {
        let grey = DynamicImage::from(drawing(64, 64)).to_luma8();
        let bytes = encoded(&DynamicImage::from(grey), ImageFormat::Jpeg);
        assert!(to_height(&bytes, "image/jpeg", 16).unwrap().is_some());
        let clear = RgbaImage::from_pixel(64, 64, image::Rgba([10, 20, 30, 128]));
        let bytes = encoded(&DynamicImage::from(clear), ImageFormat::Png);
        let small = to_height(&bytes, "image/png", 16).unwrap().unwrap();
        let decoded = image::load_from_memory(&small.bytes).unwrap().into_rgba8();
        assert_eq!(decoded.get_pixel(8, 8).0, [10, 20, 30, 128]);
        let thin = DynamicImage::from(drawing(2, 200));
        let bytes = encoded(&thin, ImageFormat::Png);
        assert!(to_height(&bytes, "image/png", 1).unwrap().is_some());
    }
}
