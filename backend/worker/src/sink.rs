//! Files that grow in the browser's own keeping, where large ones are outside of memory.

use std::io;

use js_sys::{Array, Uint8Array};
use recording::manifest::MEDIA_TYPE;
use web_sys::{Blob, BlobPropertyBag};

use crate::sources;

/// So much is gathered before the browser is given it to keep.
const PART_BYTES: usize = 4 << 20;

/// A recording that is being written.
#[derive(Default)]
pub(crate) struct BlobSink {
    parts: Array,
    waiting: Vec<u8>,
}

impl BlobSink {
    /// All that was written.
    ///
    /// # Errors
    /// The browser has no room for it.
    pub(crate) fn into_file(mut self) -> io::Result<Blob> {
        self.put_aside()?;
        let kind = BlobPropertyBag::new();
        kind.set_type(MEDIA_TYPE);
        Blob::new_with_blob_sequence_and_options(&self.parts, &kind)
            .map_err(|error| sources::failed("the browser has no room for the file", &error))
    }

    fn put_aside(&mut self) -> io::Result<()> {
        let bytes = Array::of1(&Uint8Array::from(self.waiting.as_slice()));
        let part = Blob::new_with_u8_array_sequence(&bytes);
        let part = part.map_err(|error| sources::failed("the browser has no room for the file", &error))?;
        self.parts.push(&part);
        self.waiting.clear();
        Ok(())
    }
}

impl io::Write for BlobSink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() >= PART_BYTES {
            self.put_aside()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
