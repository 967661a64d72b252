//! Which pictures of a changing page are kept: so many a second, and always the last before the page rests.

/// A picture of the page.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Picture {
    /// A JPEG.
    pub(crate) bytes: Vec<u8>,
    /// Width in image pixels.
    pub(crate) width: u32,
    /// Height in image pixels.
    pub(crate) height: u32,
    /// Image pixels per CSS pixel.
    pub(crate) scale: f64,
}

/// Takes pictures as the browser sends them. Times are microseconds since 1970.
#[derive(Debug)]
pub(crate) struct Pictures {
    /// Of the viewport, in image pixels.
    size: (f64, f64),
    scale: f64,
    interval: u64,
    kept_at: Option<u64>,
    kept: Vec<(u64, Picture)>,
    /// One that is kept if no other follows soon.
    held: Option<(u64, Picture)>,
    /// The last that did not have the viewport's size.
    misfit: Option<(u64, Picture)>,
}

impl Pictures {
    /// For a viewport of so many CSS pixels, at a scale.
    pub(crate) fn new(css_size: (u32, u32), scale: f64, per_second: f64) -> Self {
        Self {
            size: (f64::from(css_size.0) * scale, f64::from(css_size.1) * scale),
            scale,
            interval: (1e6 / per_second.clamp(0.1, 1000.0)) as u64,
            kept_at: None,
            kept: Vec::new(),
            held: None,
            misfit: None,
        }
    }

    /// Takes a picture; what is no JPEG is passed over.
    pub(crate) fn add(&mut self, time: u64, bytes: Vec<u8>) {
        let Some((width, height)) = jpeg_size(&bytes) else {
            return;
        };
        let picture = Picture {
            bytes,
            width,
            height,
            scale: self.scale,
        };
        // What the browser shows before it has its size is not the page, unless it never shows anything else.
        let is_near = |pixels: u32, expected: f64| (f64::from(pixels) - expected).abs() < 2.0;
        if !is_near(width, self.size.0) || !is_near(height, self.size.1) {
            self.misfit = Some((time, picture));
            return;
        }
        // What stood for a while is kept, however soon it came after another.
        if let Some((held_at, held)) = self.held.take()
            && time.saturating_sub(held_at) > self.interval / 2
        {
            self.keep(held_at, held);
        }
        if self.is_due(time) {
            self.keep(time, picture);
        } else {
            self.held = Some((time, picture));
        }
    }

    /// Nothing has followed up to `now`; nothing will, if that is None.
    pub(crate) fn rest(&mut self, now: Option<u64>) {
        if now.is_none() && self.kept_at.is_none() && self.held.is_none() {
            self.held = self.misfit.take();
        }
        let is_due = now.is_none_or(|now| self.is_due(now));
        if let Some((time, picture)) = self.held.take_if(|_| is_due) {
            self.keep(time, picture);
        }
    }

    /// Pictures kept since the last time.
    pub(crate) fn take(&mut self) -> Vec<(u64, Picture)> {
        std::mem::take(&mut self.kept)
    }

    fn is_due(&self, time: u64) -> bool {
        self.kept_at.is_none_or(|kept_at| time >= kept_at + self.interval)
    }

    fn keep(&mut self, time: u64, picture: Picture) {
        self.kept_at = Some(time);
        self.kept.push((time, picture));
    }
}

/// Width and height of a JPEG, from its frame header.
fn jpeg_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut rest = bytes.strip_prefix(&[0xff, 0xd8])?;
    loop {
        let (&[0xff, marker, high, low], _) = rest.split_first_chunk::<4>()? else {
            return None;
        };
        let is_frame = matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc);
        if is_frame {
            let &[height_high, height_low, width_high, width_low] = rest.get(5..9)?.first_chunk::<4>()?;
            let size = |high, low| u32::from(u16::from_be_bytes([high, low]));
            return Some((size(width_high, width_low), size(height_high, height_low)));
        }
        rest = rest.get(2 + usize::from(u16::from_be_bytes([high, low]))..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The beginning of a JPEG of a size: its application segment and frame header.
    fn jpeg(width: u16, height: u16, mark: u8) -> Vec<u8> {
        let (w, h) = (width.to_be_bytes(), height.to_be_bytes());
        vec![
            0xff, 0xd8, 0xff, 0xe0, 0, 4, mark, 0, 0xff, 0xc0, 0, 11, 8, h[0], h[1], w[0], w[1], 1, 1, 0x11,
            0,
        ]
    }

    fn kept_times(pictures: &mut Pictures) -> Vec<u64> {
        pictures.take().into_iter().map(|(time, _)| time).collect()
    }

    #[test]
    fn sizes_are_read_from_the_frame_header() {
        assert_eq!(jpeg_size(&jpeg(1000, 640, 0)), Some((1000, 640)));
        assert_eq!(jpeg_size(b"GIF89a"), None);
        assert_eq!(jpeg_size(&[0xff, 0xd8, 0xff, 0xe0, 0xff]), None);
    }

    #[test]
    fn a_page_that_keeps_changing_is_kept_so_often_and_at_its_end() {
        let mut pictures = Pictures::new((100, 50), 1.0, 10.0);
        for time in [0, 20_000, 40_000, 110_000, 120_000, 130_000] {
            pictures.add(time, jpeg(100, 50, 0));
        }
        // 40 000 stood for 70 ms before the next.
        assert_eq!(kept_times(&mut pictures), [0, 40_000]);
        pictures.rest(Some(135_000));
        assert_eq!(kept_times(&mut pictures), [] as [u64; 0]);
        pictures.rest(Some(141_000));
        assert_eq!(kept_times(&mut pictures), [130_000]);
    }

    #[test]
    fn pictures_of_another_size_are_kept_only_if_there_are_no_others() {
        let mut pictures = Pictures::new((100, 50), 1.0, 10.0);
        pictures.add(0, jpeg(100, 30, 0));
        pictures.add(10, jpeg(100, 50, 0));
        pictures.rest(None);
        assert_eq!(kept_times(&mut pictures), [10]);
        let mut pictures = Pictures::new((100, 50), 1.0, 10.0);
        pictures.add(0, jpeg(100, 30, 0));
        pictures.rest(None);
        assert_eq!(kept_times(&mut pictures), [0]);
    }
}
