//! How much of the recording's indexes is read, and telling those who listen. What is said is what the reader has in
//! fact read; nothing is animated.

use wire::{
    command::Empty,
    recording::TimeStampedPointRange,
    session::{EnsureProcessed, LoadedRegions, ProcessingProgress},
};

use crate::{
    answer::{Answer, Outbox},
    describe,
    session::Session,
};

impl Session {
    pub(crate) fn ensure_processed(&mut self, _: EnsureProcessed, outbox: &mut Outbox<'_>) -> Answer<Empty> {
        self.load_all(outbox)?;
        Ok(Empty {})
    }

    /// Reads what is left of the indexes.
    pub(crate) fn load_all(&mut self, outbox: &mut Outbox<'_>) -> Answer<()> {
        while self.load_some(outbox)? {}
        Ok(())
    }

    /// Reads one more part of the indexes, if any is left, and tells those who listen. Says whether more is left.
    pub(crate) fn load_some(&mut self, outbox: &mut Outbox<'_>) -> Answer<bool> {
        self.trace.reader.load_next_index_group()?;
        let progress = self.trace.reader.index_progress();
        // Another connection may have read on in the meantime: the reader is shared.
        if self.chunks_told != Some(progress.chunks_read) {
            self.chunks_told = Some(progress.chunks_read);
            if !self.load_listeners.is_empty() {
                self.tell_loaded_regions(outbox)?;
            }
            if !self.progress_listeners.is_empty() {
                self.tell_progress(outbox)?;
            }
        }
        Ok(progress.chunks_read < progress.chunks)
    }

    pub(crate) fn tell_loaded_regions(&self, outbox: &mut Outbox<'_>) -> Answer<()> {
        let progress = self.trace.reader.index_progress();
        let focus = self.focus_window()?;
        // A chunk's start, or the end: no chunk need be read to know when that was.
        let chunks = self.trace.reader.chunks();
        let next = chunks.get(chunks.partition_point(|chunk| chunk.first_point < progress.up_to));
        let up_to_time = next.map_or(self.trace.reader.duration(), |chunk| chunk.first_time);
        let up_to = describe::stamped(progress.up_to, up_to_time);
        let mut read = Vec::new();
        if up_to.point > focus.begin.point {
            let end = if up_to.point < focus.end.point {
                up_to
            } else {
                focus.end.clone()
            };
            read.push(TimeStampedPointRange {
                begin: focus.begin.clone(),
                end,
            });
        }
        outbox
            .event(&LoadedRegions {
                loading: vec![focus],
                indexed: read.clone(),
                loaded: read,
            })
            .map(drop)
    }

    pub(crate) fn tell_progress(&self, outbox: &mut Outbox<'_>) -> Answer<()> {
        let progress = self.trace.reader.index_progress();
        let progress_percent = match progress.chunks {
            0 => 100.0,
            chunks => progress.chunks_read as f64 * 100.0 / chunks as f64,
        };
        outbox.event(&ProcessingProgress { progress_percent }).map(drop)
    }
}
