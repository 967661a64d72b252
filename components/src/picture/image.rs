//! Images as they come from a service: base64, of a kind told by their first bytes, of a size that can be held.
//!
//! Nothing the sender says of an image is believed: not its type, and not that it is small.

/// Neither side of an image may be longer: larger than any screen, and what canvases can still draw.
const MAX_SIDE: u32 = 16_384;
/// Pixels of an image at most: 256 MB decoded, 8,000 by 8,000.
const MAX_PIXELS: u64 = 64_000_000;

/// A kind of image that is a picture and nothing else. SVG is none: it can carry scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageKind {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// WebP.
    Webp,
    /// AVIF.
    Avif,
}

impl ImageKind {
    /// What the first bytes say it is.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            [_, _, _, _, b'f', b't', b'y', b'p', b'a', b'v', b'i', b'f', ..] => Some(Self::Avif),
            _ => None,
        }
    }

    /// Its MIME type.
    pub fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Avif => "image/avif",
        }
    }

    /// How the names of its files end.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Avif => "avif",
        }
    }
}

/// The bytes of an image that came as base64, and what it is.
///
/// # Errors
/// Why it is not shown, as the end of a sentence that begins with "the picture".
pub fn read_image(base64: &str) -> Result<(Vec<u8>, ImageKind), String> {
    let bytes = from_base64(base64).ok_or("is damaged: it is no base64")?;
    let kind = ImageKind::of(&bytes).ok_or("is of no kind that can be shown: no JPEG, PNG, WebP or AVIF")?;
    if let Some(size) = size_in_header(kind, &bytes) {
        check_size(size)?;
    }
    Ok((bytes, kind))
}

/// What an image is, as far as its first bytes tell, if those also tell that it is small enough. None if they do not say how
/// large it is.
///
/// # Errors
/// Why it is not shown, as the end of a sentence that begins with "the picture".
pub(super) fn kind_at_once(base64: &str) -> Result<Option<ImageKind>, String> {
    /// Headers, with room for what else stands in front of the size. Whole groups of four letters.
    const N_LETTERS: usize = 16 << 10;
    let head = base64.get(..N_LETTERS).unwrap_or(base64);
    let bytes = from_base64(head).ok_or("is damaged: it is no base64")?;
    let kind = ImageKind::of(&bytes).ok_or("is of no kind that can be shown: no JPEG, PNG, WebP or AVIF")?;
    match size_in_header(kind, &bytes) {
        Some(size) => check_size(size).map(|()| Some(kind)),
        None => Ok(None),
    }
}

/// Whether an image of this size is shown: a few bytes can claim to be gigabytes.
///
/// # Errors
/// Why it is not, as the end of a sentence that begins with "the picture".
pub fn check_size((width, height): (u32, u32)) -> Result<(), String> {
    let n_pixels = u64::from(width) * u64::from(height);
    match width.max(height) <= MAX_SIDE && n_pixels <= MAX_PIXELS {
        true => Ok(()),
        false => Err(format!("is too large to be shown: {width} × {height} pixels")),
    }
}

/// Four letters at a time through a table: 300 kB take 1.0 ms (Chromium 156, code made as small as the viewer's, 2026-11-30).
/// `atob` with a loop over its letters takes 1.2 ms, `fetch` of a `data:` address 7 ms, and the page's policy forbids it;
/// `Uint8Array.fromBase64` takes 0.1 ms where there is one, once the text has got to it.
fn from_base64(text: &str) -> Option<Vec<u8>> {
    const NO: u8 = 0xff;
    const VALUES: [u8; 256] = {
        let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut values = [NO; 256];
        let mut at = 0;
        while at < letters.len() {
            values[letters[at] as usize] = at as u8;
            at += 1;
        }
        values
    };
    let text = text.trim_ascii_end().as_bytes();
    let n_padding = text
        .iter()
        .rev()
        .take(2)
        .take_while(|byte| **byte == b'=')
        .count();
    let text = &text[..text.len() - n_padding];
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    let (quads, rest) = text.as_chunks::<4>();
    let mut wrong = 0;
    for quad in quads {
        let [a, b, c, d] = quad.map(|letter| VALUES[usize::from(letter)]);
        wrong |= a | b | c | d;
        bytes.extend_from_slice(&[a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]);
    }
    match *rest {
        [] => {}
        [a, b] => {
            let [a, b] = [a, b].map(|letter| VALUES[usize::from(letter)]);
            wrong |= a | b;
            bytes.push(a << 2 | b >> 4);
        }
        [a, b, c] => {
            let [a, b, c] = [a, b, c].map(|letter| VALUES[usize::from(letter)]);
            wrong |= a | b | c;
            bytes.extend_from_slice(&[a << 2 | b >> 4, b << 4 | c >> 2]);
        }
        _ => return None,
    }
    // Values have six bits; only what is no letter has the eighth.
    (wrong & 0x80 == 0).then_some(bytes)
}

/// Width and height as the header says; None where it does not say so simply. What the decoder makes is checked as well.
fn size_in_header(kind: ImageKind, bytes: &[u8]) -> Option<(u32, u32)> {
    let big = |at: usize| Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?));
    let little_24 = |at: usize| {
        let [a, b, c] = *bytes.get(at..)?.first_chunk()?;
        Some(u32::from_le_bytes([a, b, c, 0]) + 1)
    };
    match kind {
        ImageKind::Png => Some((big(16)?, big(20)?)),
        ImageKind::Webp if bytes.get(12..16)? == b"VP8X" => Some((little_24(24)?, little_24(27)?)),
        ImageKind::Jpeg => size_in_jpeg(bytes),
        // The other forms of WebP have no more than 14 bits for a side; AVIF nests its size in boxes.
        ImageKind::Webp | ImageKind::Avif => None,
    }
}

/// Width and height in the frame header of a JPEG: the first segment of the kinds C0 to CF that is one.
fn size_in_jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        let [mark, kind, high, low] = *bytes.get(at..)?.first_chunk()?;
        if mark != 0xff {
            return None;
        }
        match kind {
            // Fill bytes may stand before a marker.
            0xff => at += 1,
            0xc0..=0xcf if !matches!(kind, 0xc4 | 0xc8 | 0xcc) => {
                let [a, b, c, d] = *bytes.get(at + 5..)?.first_chunk()?;
                let (height, width) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
                return Some((u32::from(width), u32::from(height)));
            }
            _ => at += 2 + usize::from(u16::from_be_bytes([high, low])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_to_the_last_letter() {
        let read = |text| from_base64(text).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        assert_eq!(read("").as_deref(), Some(""));
        assert_eq!(read("cGlj").as_deref(), Some("pic"));
        assert_eq!(read("cGljdHU=").as_deref(), Some("pictu"));
        assert_eq!(read("cGljdA==").as_deref(), Some("pict"));
        assert_eq!(read("cGljdA").as_deref(), Some("pict"));
        assert_eq!(from_base64("+/+/"), Some(vec![0xfb, 0xff, 0xbf]));
        for wrong in ["cGljd", "cG lj", "c===", "<svg", "cGlj\"", "=cGl"] {
            assert_eq!(from_base64(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_pictures_are_read_whatever_they_are_called() {
        let kind = |base64| read_image(base64).map(|(_, kind)| kind);
        assert_eq!(kind("/9j/4AAQ"), Ok(ImageKind::Jpeg));
        assert_eq!(kind("UklGRgAAAABXRUJQVlA4IA=="), Ok(ImageKind::Webp));
        assert_eq!(kind("AAAAIGZ0eXBhdmlm"), Ok(ImageKind::Avif));
        assert!(
            kind("PHN2ZyB4bWxucz0").is_err_and(|reason| reason.contains("no kind")),
            "svg can carry scripts"
        );
        assert!(kind("/9j/\"><script>").is_err_and(|reason| reason.contains("damaged")));
    }

    #[test]
    fn an_image_that_claims_to_be_vast_is_refused_before_it_is_decoded() {
        let png = |width: u32, height: u32| {
            let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
            bytes.extend(width.to_be_bytes());
            bytes.extend(height.to_be_bytes());
            bytes
        };
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x11\x08\x03\x20\x05\x00\x03";
        assert_eq!(size_in_header(ImageKind::Png, &png(30_000, 4)), Some((30_000, 4)));
        assert_eq!(size_in_header(ImageKind::Jpeg, jpeg), Some((1280, 800)));
        assert_eq!(size_in_header(ImageKind::Jpeg, &jpeg[..12]), None);
        let webp = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\x04\0\x1f\x03\0";
        assert_eq!(size_in_header(ImageKind::Webp, webp), Some((1280, 800)));
        assert_eq!(check_size((8_000, 8_000)), Ok(()));
        assert!(check_size((16_385, 1)).is_err());
        assert_eq!(
            check_size((16_000, 16_000)),
            Err("is too large to be shown: 16000 × 16000 pixels".to_owned())
        );
    }
}
