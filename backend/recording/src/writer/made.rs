//! Recordings that are made of other files: what is copied, where it goes on from, and what is said of where it came from.

use super::*;

impl<W: io::Write> Writer<W> {
    /// Stores a text, a body, a picture or a source map as another recording has it, without unpacking it; one that is here
    /// already is passed over.
    ///
    /// # Errors
    /// It cannot be read from there, or written here.
    pub fn copy(&mut self, from: &Reader, blob: Blob<'_>) -> Result<(), CopyError> {
        let archive = from.archive();
        let name = match blob {
            Blob::Text(hash) => names::text(hash),
            Blob::Body(hash) => names::body(hash),
            Blob::SourceMap(hash) => names::source_map(hash),
            Blob::Paint(hash, mime_type) => names::paint(hash, mime_type),
        };
        if self.blobs.contains(&name) {
            return Ok(());
        }
        let bytes = archive.bytes(&name).map_err(CopyError::Read)?;
        self.zip.add(name.clone(), &bytes).map_err(CopyError::Write)?;
        self.blobs.insert(name);
        Ok(())
    }

    /// Stores comments on the recording, JSON text.
    ///
    /// # Errors
    /// Whatever the sink answers.
    pub fn add_comments(&mut self, json: &str) -> io::Result<()> {
        self.zip
            .add(names::COMMENTS.to_owned(), json.as_bytes())
            .map(drop)
    }

    /// Says what was done to the recording before it is handed on.
    pub fn set_share(&mut self, share: Share) {
        self.share = Some(share);
    }

    /// Says which other recorder the recording is imported from.
    pub fn set_origin(&mut self, origin: Origin) {
        self.origin = Some(origin);
    }

    /// What was written so far only says what was there when the part that is kept began: goes on in this state, which
    /// that of before need not lead to. Gives the number of the chunk that comes next.
    ///
    /// # Errors
    /// `InvalidInput` for a state that lies before what was written, else whatever the sink answers.
    pub fn go_on_from(&mut self, state: Tracker) -> io::Result<u32> {
        self.end_chunk()?;
        if !End::of(&self.tracker).is_at_most(&End::of(&state)) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "a part cannot begin before what was there when it began",
            ));
        }
        self.chunk = OpenChunk::new(&state);
        self.tracker = state;
        Ok(self.chunks.len() as u32)
    }
}
