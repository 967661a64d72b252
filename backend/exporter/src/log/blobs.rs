//! Takes along the pictures and bodies that rows name, unless they are left out. A body in which something is left out is
//! another body.

use std::{collections::HashMap, io};

use recording::{
    event::Event,
    reader::Reader,
    share::LeftOut,
    value::Text,
    writer::{Blob, Writer},
};
use sha2::{Digest, Sha256};

use crate::{ExportError, scrub::Scrub};

/// What became of bodies that were met before: their hash and length.
#[derive(Default)]
pub(crate) struct Blobs {
    bodies: HashMap<Text, (Text, u64)>,
}

impl Blobs {
    /// Stores what an event names, and names it as it is stored.
    pub(super) fn bring<W: io::Write>(
        &mut self,
        reader: &Reader,
        writer: &mut Writer<W>,
        scrub: &mut Scrub,
        event: &mut Event,
    ) -> Result<(), ExportError> {
        match event {
            Event::Paint(paint) if !scrub.leaves_out(LeftOut::Pictures) => {
                writer.copy(reader, Blob::Paint(&paint.hash, &paint.mime_type))?;
            }
            Event::Network(network) => {
                if let Some(body) = network.what.body_mut().filter(|body| !body.hash.is_empty()) {
                    (body.hash, body.len) = self.body(reader, writer, scrub, &body.hash, body.len)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn body<W: io::Write>(
        &mut self,
        reader: &Reader,
        writer: &mut Writer<W>,
        scrub: &mut Scrub,
        hash: &Text,
        len: u64,
    ) -> Result<(Text, u64), ExportError> {
        if let Some(known) = self.bodies.get(hash) {
            return Ok(known.clone());
        }
        let bytes = reader.body(hash)?;
        let text = std::str::from_utf8(&bytes).ok();
        let stored = match text.and_then(|text| scrub.within_text(text)) {
            Some(cleaned) => {
                let digest = Sha256::digest(cleaned.as_bytes());
                let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
                writer.add_body(&hash, cleaned.as_bytes())?;
                (hash.into(), cleaned.len() as u64)
            }
            None => {
                writer.copy(reader, Blob::Body(hash))?;
                (hash.clone(), len)
            }
        };
        self.bodies.insert(hash.clone(), stored.clone());
        Ok(stored)
    }
}
