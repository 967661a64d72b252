//! Which steps each place took: for every site of a group its runs, chunk by chunk, in blocks small enough to read one for a
//! single site.

use std::collections::{BTreeMap, HashMap};

use crate::{
    bytes::{Cursor, DecodeError, put_varint, unzigzag, zigzag},
    ids::SiteId,
    index::CHUNKS_PER_GROUP,
};

/// A block ends with the site that brings it to this many bytes: read and decompressed in about 0.1 ms.
const BLOCK_BYTES: usize = 32 << 10;

/// One step, as one of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Which of its chunk's steps, from 0.
    pub step_idx: u32,
    /// Number of frames on the stack.
    pub depth: u32,
    /// Whether it is the first step of its frame.
    pub is_entry: bool,
}

/// The runs of one chunk, by site.
#[derive(Debug, Default)]
pub(crate) struct ChunkRuns {
    sites: HashMap<u32, Coder>,
}

/// The runs of one site in one chunk. Each is its distance from the one before, and, only where they differ, its depth and
/// whether it is an entry.
#[derive(Debug, Default)]
struct Coder {
    bytes: Vec<u8>,
    last: Last,
}

#[derive(Clone, Copy, Debug, Default)]
struct Last {
    step_idx: u32,
    depth: u32,
    is_entry: bool,
}

impl ChunkRuns {
    #[inline]
    pub(crate) fn push(&mut self, site: SiteId, run: Run) {
        let Coder { bytes, last } = self.sites.entry(site.0).or_default();
        let distance = u64::from(run.step_idx - last.step_idx) << 1;
        if (run.depth, run.is_entry) == (last.depth, last.is_entry) {
            put_varint(bytes, distance);
        } else {
            put_varint(bytes, distance | 1);
            let depth = zigzag(i64::from(run.depth) - i64::from(last.depth));
            put_varint(bytes, depth << 1 | u64::from(run.is_entry));
        }
        *last = Last {
            step_idx: run.step_idx,
            depth: run.depth,
            is_entry: run.is_entry,
        };
    }

    /// The runs as a block of a group whose only chunk this is.
    pub(crate) fn into_block(self) -> Block {
        let mut sites: Vec<_> = self.sites.into_iter().collect();
        sites.sort_unstable_by_key(|(site, _)| *site);
        let mut block = Block::default();
        for (site, Coder { bytes, .. }) in sites {
            block.parts.push(Part {
                site,
                slot: 0,
                end: (block.bytes.len() + bytes.len()) as u32,
            });
            block.bytes.extend(bytes);
        }
        block
    }
}

/// The runs of a group, by site and chunk.
#[derive(Debug, Default)]
pub(crate) struct GroupRuns {
    sites: BTreeMap<u32, Slots>,
}

/// The runs of one site, by the chunk's place in its group.
type Slots = Vec<(usize, Vec<u8>)>;

impl GroupRuns {
    pub(crate) fn add(&mut self, slot: usize, chunk: ChunkRuns) {
        for (site, Coder { mut bytes, .. }) in chunk.sites {
            bytes.shrink_to_fit();
            self.sites.entry(site).or_default().push((slot, bytes));
        }
    }

    /// The first site of each block, and the blocks.
    pub(crate) fn into_blocks(self) -> (Vec<u32>, Vec<Vec<u8>>) {
        let mut first_sites = Vec::new();
        let mut blocks = Vec::new();
        let mut waiting = Vec::new();
        let mut n_bytes = 0;
        let mut sites = self.sites.into_iter().peekable();
        while let Some((site, slots)) = sites.next() {
            n_bytes += slots.iter().map(|(_, bytes)| bytes.len()).sum::<usize>();
            waiting.push((site, slots));
            if n_bytes >= BLOCK_BYTES || sites.peek().is_none() {
                first_sites.extend(waiting.first().map(|(site, _)| *site));
                blocks.push(block(&waiting));
                waiting.clear();
                n_bytes = 0;
            }
        }
        (first_sites, blocks)
    }
}

fn block(sites: &[(u32, Slots)]) -> Vec<u8> {
    let mut out = Vec::new();
    put_varint(&mut out, sites.len() as u64);
    let mut last = 0;
    for (site, slots) in sites {
        put_varint(&mut out, u64::from(site - last));
        last = *site;
        let mask = slots.iter().fold(0, |mask, (slot, _)| mask | 1_u64 << slot);
        put_varint(&mut out, mask);
        for (_, bytes) in slots {
            put_varint(&mut out, bytes.len() as u64);
        }
    }
    for (_, bytes) in sites.iter().flat_map(|(_, slots)| slots) {
        out.extend(bytes);
    }
    out
}

/// A block as it is read.
#[derive(Debug, Default)]
pub(crate) struct Block {
    /// Ordered by site, then by slot.
    parts: Vec<Part>,
    bytes: Vec<u8>,
}

/// The runs of one site in one chunk: the bytes from the end of the part before to `end`.
#[derive(Debug)]
struct Part {
    site: u32,
    slot: u32,
    end: u32,
}

impl Block {
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut bytes = Cursor::new(bytes);
        let n_sites = bytes.count(3)?;
        let mut parts = Vec::new();
        let (mut site, mut end) = (0_u32, 0_u32);
        for _ in 0..n_sites {
            site = site.checked_add(bytes.u32()?).ok_or(DecodeError::OutOfRange)?;
            let mask = bytes.varint()?;
            for slot in (0..CHUNKS_PER_GROUP as u32).filter(|slot| mask & 1 << slot != 0) {
                end = end.checked_add(bytes.u32()?).ok_or(DecodeError::OutOfRange)?;
                parts.push(Part { site, slot, end });
            }
        }
        let bytes = bytes.take(bytes.remaining())?.to_vec();
        if bytes.len() != end as usize {
            return Err(DecodeError::EndsEarly);
        }
        Ok(Self { parts, bytes })
    }

    /// The sites that ran.
    pub(crate) fn sites(&self) -> impl Iterator<Item = SiteId> + '_ {
        self.parts.iter().map(|part| SiteId(part.site))
    }

    /// The runs of a site in the `slot`-th chunk of the group, in order.
    ///
    /// # Errors
    /// They are not what runs of a chunk of `n_steps` can be.
    pub(crate) fn runs(&self, site: SiteId, slot: usize, n_steps: u64) -> Result<Vec<Run>, DecodeError> {
        let key = (site.0, slot as u32);
        let Ok(part_idx) = self
            .parts
            .binary_search_by_key(&key, |part| (part.site, part.slot))
        else {
            return Ok(Vec::new());
        };
        let end = self.parts.get(part_idx).map_or(0, |part| part.end);
        let before = part_idx.checked_sub(1).and_then(|idx| self.parts.get(idx));
        let begin = before.map_or(0, |part| part.end);
        let bytes = self.bytes.get(begin as usize..end as usize).unwrap_or_default();
        let mut bytes = Cursor::new(bytes);
        let mut last = Last::default();
        let mut runs: Vec<Run> = Vec::with_capacity(bytes.remaining());
        while !bytes.is_empty() {
            let head = bytes.varint()?;
            let distance = u32::try_from(head >> 1).map_err(|_| DecodeError::OutOfRange)?;
            let step_idx = last.step_idx.checked_add(distance);
            let step_idx =
                step_idx.filter(|idx| u64::from(*idx) < n_steps && (distance > 0 || runs.is_empty()));
            last.step_idx = step_idx.ok_or(DecodeError::OutOfRange)?;
            if head & 1 == 1 {
                let shape = bytes.varint()?;
                let depth = i64::from(last.depth).checked_add(unzigzag(shape >> 1));
                let depth = depth.and_then(|depth| u32::try_from(depth).ok());
                last.depth = depth.ok_or(DecodeError::OutOfRange)?;
                last.is_entry = shape & 1 == 1;
            }
            runs.push(Run {
                step_idx: last.step_idx,
                depth: last.depth,
                is_entry: last.is_entry,
            });
        }
        Ok(runs)
    }

    /// About how much memory it takes, in bytes.
    pub(crate) fn n_bytes(&self) -> usize {
        self.bytes.len() + self.parts.len() * size_of::<Part>()
    }
}
