//! How large a picture is, from its head.

/// The media type and the size in pixels of a JPEG or PNG picture; None if it is neither.
pub(crate) fn look(bytes: &[u8]) -> Option<(&'static str, u32, u32)> {
    if let Some(rest) = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n") {
        let head = rest.get(8..16)?;
        let number = |at: usize| Some(u32::from_be_bytes(head.get(at..at + 4)?.try_into().ok()?));
        return Some(("image/png", number(0)?, number(4)?));
    }
    let mut rest = bytes.strip_prefix(b"\xff\xd8")?;
    loop {
        // Segments begin with 0xff, as often as one likes, and a kind.
        let kind_at = rest.iter().position(|byte| *byte != 0xff).filter(|at| *at > 0)?;
        let kind = *rest.get(kind_at)?;
        rest = rest.get(kind_at + 1..)?;
        if kind == 0x01 || (0xd0..=0xd7).contains(&kind) {
            continue;
        }
        let number = |at: usize| {
            Some(u32::from(u16::from_be_bytes(
                rest.get(at..at + 2)?.try_into().ok()?,
            )))
        };
        let is_frame = (0xc0..=0xcf).contains(&kind) && !matches!(kind, 0xc4 | 0xc8 | 0xcc);
        if is_frame {
            return Some(("image/jpeg", number(5)?, number(3)?));
        }
        rest = rest.get(number(0)? as usize..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_say_how_large_they_are() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x02\x80\0\0\x01\xe0\x08\x06";
        assert_eq!(look(png), Some(("image/png", 640, 480)));
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x11\x08\x01\xe0\x02\x80\x03";
        assert_eq!(look(jpeg), Some(("image/jpeg", 640, 480)));
        for bytes in [
            &jpeg[..12],
            &png[..20],
            b"GIF89a",
            b"",
            b"\xff\xd8\xff\xe0\0\0\0\0",
            b"\xff\xd8\xd8",
        ] {
            assert_eq!(look(bytes), None, "{bytes:?}");
        }
    }
}
