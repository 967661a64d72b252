//! `Recording.processRecording`: reads all indexes of a recording that need not be open in any session, and tells how far
//! it is. Readers are shared, so a session opened later finds them read.

use std::sync::Arc;

use recording::reader::Reader;
use wire::{
    command::Empty,
    envelope::{self, CallId},
    ids::RecordingId,
    recording::ProcessRecordingProgress,
};

use crate::answer::{Answer, respond};

/// A recording whose indexes are being read.
pub(crate) struct Processing {
    pub(crate) call_id: CallId,
    pub(crate) recording_id: RecordingId,
    pub(crate) reader: Arc<Reader>,
}

impl Processing {
    /// Reads one more part and tells of it; answers after the last. Says whether that was it.
    pub(crate) fn poll(&self, frames: &mut Vec<String>) -> bool {
        match self.read_on(frames) {
            Ok(false) => return false,
            Ok(true) => respond(frames, &self.call_id, Ok(Empty {})),
            Err(failure) => respond::<Empty>(frames, &self.call_id, Err(failure)),
        }
        true
    }

    fn read_on(&self, frames: &mut Vec<String>) -> Answer<bool> {
        self.reader.load_next_index_group()?;
        let progress = self.reader.index_progress();
        let part = progress.chunks_read as f64 / progress.chunks.max(1) as f64;
        let is_done = progress.chunks_read >= progress.chunks;
        let told = ProcessRecordingProgress {
            recording_id: self.recording_id.clone(),
            progress_percent: if is_done { 100.0 } else { part * 100.0 },
        };
        frames.push(envelope::event(None, &told)?);
        Ok(is_done)
    }
}
