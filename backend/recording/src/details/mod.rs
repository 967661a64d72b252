//! Finer indexes than in which chunk a thing happened: which steps each place took, and what else has a point. With them a
//! search is answered without reading a single chunk. They stand in entries of their own beside a group's index, are read
//! when a search needs them, and a file without them answers the same from its chunks, more slowly.

mod moments;
mod runs;

pub use moments::{Moments, Thrown};
pub(crate) use runs::Block;
pub use runs::Run;

use std::sync::Arc;

use crate::{
    bytes::{Cursor, DecodeError, put_varint},
    chunk::{Chunk, Look, Seen},
    ids::SiteId,
    index::CHUNKS_PER_GROUP,
    outline::Outline,
    point::{Micros, Point},
    tracker::{Applied, Tracker},
};
use runs::{ChunkRuns, GroupRuns};

/// The details of one chunk, while its records pass.
#[derive(Debug)]
pub(crate) struct Observer {
    first_step: u64,
    runs: ChunkRuns,
    moments: Moments,
    /// The point given last, here or before.
    last_point: Point,
    /// The first and the last time that the clock said since then.
    since: Option<(Micros, Micros)>,
}

/// What a tracker said before a record was applied.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Before {
    n_steps: u64,
    depth: u32,
    /// Site of the last step of the running frame.
    top_site: Option<SiteId>,
}

impl Before {
    #[inline]
    pub(crate) fn of(tracker: &Tracker) -> Self {
        let top_step = tracker.top().and_then(|top| top.last_step);
        Self {
            n_steps: tracker.n_steps,
            depth: tracker.stack.len() as u32,
            top_site: top_step.map(|(_, site)| site),
        }
    }
}

impl Observer {
    /// For a chunk that begins in this state.
    pub(crate) fn new(keyframe: &Tracker) -> Self {
        Self {
            first_step: keyframe.n_steps,
            runs: ChunkRuns::default(),
            moments: Moments::default(),
            last_point: keyframe.point(),
            since: None,
        }
    }

    /// Reads all of a chunk.
    pub(crate) fn of(chunk: &Chunk) -> Self {
        struct Reading {
            observer: Observer,
            before: Before,
        }
        impl Look for Reading {
            fn begin(&mut self, _: &Tracker) {}

            fn see(&mut self, seen: Seen<'_>) {
                self.observer
                    .observe(&seen.outline, self.before, seen.applied, seen.tracker);
                self.before = Before::of(seen.tracker);
            }
        }
        let mut reading = Reading {
            observer: Self::new(chunk.tracker()),
            before: Before::of(chunk.tracker()),
        };
        chunk.look_through(&mut reading);
        reading.observer
    }

    /// Notes a record that `tracker` has just applied.
    #[inline]
    pub(crate) fn observe(
        &mut self,
        outline: &Outline,
        before: Before,
        applied: &Applied,
        tracker: &Tracker,
    ) {
        if let Some(point) = applied.point {
            if self.moments.first_point.is_none() {
                self.moments.first_point = Some(point);
            }
            if let Some((first, last)) = self.since.take() {
                self.moments.ticked(point, first, last);
            }
            self.last_point = point;
        }
        match outline {
            Outline::Step(site) => {
                let is_idle = *site == SiteId::IDLE;
                let run = Run {
                    step_idx: (before.n_steps - self.first_step) as u32,
                    depth: before.depth,
                    is_entry: !is_idle && before.depth > 0 && before.top_site.is_none(),
                };
                self.runs.push(*site, run);
                self.moments.ran(*site, run);
            }
            Outline::Tick(_) => {
                let first = self.since.map_or(tracker.time, |(first, _)| first);
                self.since = Some((first, tracker.time));
            }
            _ => self
                .moments
                .observe(outline, before.depth, before.top_site, applied),
        }
    }

    /// What was observed, for use at once.
    pub(crate) fn finish(mut self) -> (Block, Arc<Moments>) {
        self.end_ticks();
        (self.runs.into_block(), Arc::new(self.moments))
    }

    /// What the clock said last belongs to no point of this chunk.
    fn end_ticks(&mut self) {
        if let Some((first, last)) = self.since.take() {
            self.moments.ticked(Point(self.last_point.0 + 1), first, last);
        }
    }
}

/// The details of a group of chunks as they are read: which block a site's runs are in, and the moments of each chunk.
#[derive(Debug)]
pub(crate) struct GroupDetails {
    /// First site of each block of runs, rising.
    first_sites: Vec<u32>,
    /// By chunk, from the group's first on.
    pub(crate) moments: Vec<Arc<Moments>>,
}

impl GroupDetails {
    /// The block that has a site's runs, if it ran.
    pub(crate) fn block_of(&self, site: SiteId) -> Option<usize> {
        self.first_sites
            .partition_point(|first| *first <= site.0)
            .checked_sub(1)
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut bytes = Cursor::new(bytes);
        let n_blocks = bytes.count(1)?;
        let mut first_sites = Vec::with_capacity(n_blocks);
        let mut last = 0_u32;
        for _ in 0..n_blocks {
            last = last.checked_add(bytes.u32()?).ok_or(DecodeError::OutOfRange)?;
            first_sites.push(last);
        }
        let n_chunks = bytes.count(1)?;
        if n_chunks > CHUNKS_PER_GROUP {
            return Err(DecodeError::OutOfRange);
        }
        let moments = (0..n_chunks)
            .map(|_| Moments::decode(&mut bytes).map(Arc::new))
            .collect::<Result<_, _>>()?;
        Ok(Self { first_sites, moments })
    }

    /// About how much memory it takes, in bytes.
    pub(crate) fn n_bytes(&self) -> usize {
        let moments: usize = self.moments.iter().map(|moments| moments.n_bytes()).sum();
        self.first_sites.len() * size_of::<u32>() + moments
    }
}

/// The details of a group of chunks while they are gathered.
#[derive(Debug, Default)]
pub(crate) struct GroupWriter {
    runs: GroupRuns,
    moments: Vec<u8>,
    n_chunks: usize,
}

impl GroupWriter {
    /// Adds the next chunk.
    pub(crate) fn add(&mut self, mut chunk: Observer) {
        chunk.end_ticks();
        self.runs.add(self.n_chunks, chunk.runs);
        chunk.moments.encode(&mut self.moments);
        self.n_chunks += 1;
    }

    /// The blocks of runs, and the entry that says which sites are in which and holds the moments.
    pub(crate) fn finish(self) -> (Vec<Vec<u8>>, Vec<u8>) {
        let (first_sites, blocks) = self.runs.into_blocks();
        let mut out = Vec::new();
        put_varint(&mut out, first_sites.len() as u64);
        let mut last = 0;
        for first in first_sites {
            put_varint(&mut out, u64::from(first - last));
            last = first;
        }
        put_varint(&mut out, self.n_chunks as u64);
        out.extend(self.moments);
        (blocks, out)
    }
}
