//! Indexes: in which chunks a site ran, a variable was written, an object changed, a frame went on or left. They are
//! made while recording, in groups of 16 chunks, and hold only what reaches beyond the chunk a thing was born in:
//! that chunk is found from the thing's number alone, so short-lived frames and objects cost nothing.

use std::collections::{BTreeMap, HashMap, HashSet, hash_map};

use crate::{
    bytes::{Cursor, DecodeError, put_varint},
    chunk::{Look, Seen},
    ids::{BindingId, InstanceId, ObjectId, SiteId},
    outline::Outline,
    table::{self, ChunkInfo, ChunkTable, End},
    tracker::{Applied, Tracker},
};

/// Chunks in one group: as many as a mask has bits.
pub(crate) const CHUNKS_PER_GROUP: usize = 16;

/// In which chunks of a group something happened; bit 0 is the first.
type Mask = u16;

/// The index of one group, while it is made and as it is stored. Ordered, so that keys are written as distances.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Group {
    /// How often each site ran in each chunk.
    sites: BTreeMap<u32, [u32; CHUNKS_PER_GROUP]>,
    writes: BTreeMap<(u32, u32), Mask>,
    objects: BTreeMap<u32, Mask>,
    frames: BTreeMap<u32, Mask>,
    exits: BTreeMap<u32, Mask>,
}

/// The index of one chunk, while its records pass.
#[derive(Debug, Default)]
pub(crate) struct ChunkIndex {
    sites: HashMap<u32, u32>,
    writes: HashSet<(u32, u32)>,
    objects: HashSet<u32>,
    frames: HashSet<u32>,
    exits: HashSet<u32>,
    first_instance: InstanceId,
    first_object: ObjectId,
}

impl ChunkIndex {
    /// For a chunk that begins in this state.
    pub(crate) fn new(keyframe: &Tracker) -> Self {
        Self {
            first_instance: keyframe.next_instance,
            first_object: keyframe.next_object,
            ..Self::default()
        }
    }

    /// Notes a record, by its outline, that `tracker` has just applied.
    pub(crate) fn observe(&mut self, outline: &Outline, applied: &Applied, tracker: &Tracker) {
        match outline {
            Outline::Step(site) => {
                *self.sites.entry(site.0).or_default() += 1;
                let top = tracker
                    .top()
                    .filter(|top| *site != SiteId::IDLE && top.instance < self.first_instance);
                self.frames.extend(top.map(|top| top.instance.0));
            }
            Outline::Leave => {
                let left = applied
                    .popped
                    .as_ref()
                    .filter(|frame| frame.instance < self.first_instance);
                self.exits.extend(left.map(|frame| frame.instance.0));
            }
            Outline::Write { owner, binding } if *owner < self.first_instance => {
                self.writes.insert((owner.0, binding.0));
            }
            Outline::Object { object, .. } if *object < self.first_object => {
                self.objects.insert(object.0);
            }
            _ => {}
        }
    }
}

impl Look for ChunkIndex {
    fn begin(&mut self, start: &Tracker) {
        *self = Self::new(start);
    }

    fn see(&mut self, seen: Seen<'_>) {
        self.observe(&seen.outline, seen.applied, seen.tracker);
    }
}

impl Group {
    /// Adds the `slot`-th chunk of the group.
    pub(crate) fn add(&mut self, slot: usize, chunk: ChunkIndex) {
        let bit = 1 << slot;
        for (site, count) in chunk.sites {
            if let Some(sum) = self.sites.entry(site).or_default().get_mut(slot) {
                *sum = count;
            }
        }
        for key in chunk.writes {
            *self.writes.entry(key).or_default() |= bit;
        }
        let columns = [&mut self.objects, &mut self.frames, &mut self.exits];
        for (column, keys) in columns
            .into_iter()
            .zip([chunk.objects, chunk.frames, chunk.exits])
        {
            for key in keys {
                *column.entry(key).or_default() |= bit;
            }
        }
    }

    /// The group's entry before compression: first the rows of its chunks, so that a file cut short needs no decoding
    /// of whole groups, then the index itself, column by column.
    pub(crate) fn encode(&self, chunks: &[ChunkInfo], end: End) -> Vec<u8> {
        let mut out = Vec::new();
        table::encode_chunks(chunks, end, &mut out);
        put_keys(&mut out, self.sites.keys().map(|site| u64::from(*site)));
        for counts in self.sites.values() {
            let mask = (0..)
                .zip(counts)
                .filter(|(_, count)| **count > 0)
                .fold(0, |mask, (slot, _)| mask | 1_u64 << slot);
            put_varint(&mut out, mask);
        }
        for counts in self.sites.values() {
            counts
                .iter()
                .filter(|count| **count > 0)
                .for_each(|count| put_varint(&mut out, u64::from(*count)));
        }
        put_keys(&mut out, self.writes.keys().map(|(owner, _)| u64::from(*owner)));
        self.writes
            .keys()
            .for_each(|(_, binding)| put_varint(&mut out, u64::from(*binding)));
        put_masks(&mut out, self.writes.values());
        for column in [&self.objects, &self.frames, &self.exits] {
            put_keys(&mut out, column.keys().map(|key| u64::from(*key)));
            put_masks(&mut out, column.values());
        }
        out
    }

    /// Reads what [`Self::encode`] wrote.
    pub(crate) fn decode(bytes: &[u8]) -> Result<(ChunkTable, Self), DecodeError> {
        let mut bytes = Cursor::new(bytes);
        let chunks = table::decode_chunks(&mut bytes)?;
        let sites = keys(&mut bytes)?;
        let site_masks = masks(&mut bytes, sites.len())?;
        let mut group = Self::default();
        for (site, mask) in sites.into_iter().zip(site_masks) {
            let mut counts = [0; CHUNKS_PER_GROUP];
            for slot in slots(mask) {
                if let Some(count) = counts.get_mut(slot as usize) {
                    *count = bytes.u32()?;
                }
            }
            group.sites.insert(site, counts);
        }
        let owners = keys(&mut bytes)?;
        let bindings = owners
            .iter()
            .map(|_| bytes.u32())
            .collect::<Result<Vec<_>, _>>()?;
        let write_masks = masks(&mut bytes, owners.len())?;
        group.writes = owners.into_iter().zip(bindings).zip(write_masks).collect();
        for column in [&mut group.objects, &mut group.frames, &mut group.exits] {
            let keys = keys(&mut bytes)?;
            let masks = masks(&mut bytes, keys.len())?;
            *column = keys.into_iter().zip(masks).collect();
        }
        Ok((chunks, group))
    }
}

impl Group {
    /// Forgets what is said of chunks past the first `n_chunks`: there are none, whatever a damaged file says.
    fn keep_only(&mut self, n_chunks: usize) {
        for counts in self.sites.values_mut() {
            counts.iter_mut().skip(n_chunks).for_each(|count| *count = 0);
        }
        let valid = (0..CHUNKS_PER_GROUP.min(n_chunks)).fold(0, |mask, slot| mask | 1 << slot);
        let masks = self.writes.values_mut().chain(self.objects.values_mut());
        let masks = masks
            .chain(self.frames.values_mut())
            .chain(self.exits.values_mut());
        masks.for_each(|mask| *mask &= valid);
    }
}

/// Rising keys, as their number and the distances between them.
fn put_keys(out: &mut Vec<u8>, keys: impl ExactSizeIterator<Item = u64>) {
    put_varint(out, keys.len() as u64);
    let mut last = 0;
    for key in keys {
        put_varint(out, key - last);
        last = key;
    }
}

fn keys(bytes: &mut Cursor<'_>) -> Result<Vec<u32>, DecodeError> {
    let n_keys = bytes.count(1)?;
    let mut last = 0_u32;
    let mut keys = Vec::with_capacity(n_keys);
    for _ in 0..n_keys {
        last = last.checked_add(bytes.u32()?).ok_or(DecodeError::OutOfRange)?;
        keys.push(last);
    }
    Ok(keys)
}

fn put_masks<'a>(out: &mut Vec<u8>, masks: impl Iterator<Item = &'a Mask>) {
    masks.for_each(|mask| put_varint(out, u64::from(*mask)));
}

fn masks(bytes: &mut Cursor<'_>, n_masks: usize) -> Result<Vec<Mask>, DecodeError> {
    (0..n_masks)
        .map(|_| Mask::try_from(bytes.varint()?).map_err(|_| DecodeError::OutOfRange))
        .collect()
}

/// The bits that are set, lowest first.
fn slots(mask: Mask) -> impl Iterator<Item = u32> {
    (0..CHUNKS_PER_GROUP as u32).filter(move |slot| mask & 1 << slot != 0)
}

/// The groups read so far, merged: what queries look into.
#[derive(Debug, Default)]
pub(crate) struct Index {
    sites: HashMap<u32, SiteRuns>,
    writes: Postings<(u32, u32)>,
    objects: Postings<u32>,
    frames: Postings<u32>,
    exits: HashMap<u32, u32>,
}

/// In which chunks a site ran. There are as many rows as sites times chunks, which makes this most of what an open
/// recording takes: so a row has 8 bytes, and little room is kept for more.
#[derive(Debug, Default)]
struct SiteRuns {
    chunks: Vec<u32>,
    /// How often it had run at the end of each of `chunks`, modulo 2^32.
    sums: Vec<u32>,
    /// The rows whose sums went past a multiple of 2^32.
    carries: Vec<u32>,
}

impl SiteRuns {
    fn push(&mut self, chunk: u32, count: u32) {
        let (sum, is_past) = self.sums.last().copied().unwrap_or(0).overflowing_add(count);
        if is_past {
            self.carries.push(self.sums.len() as u32);
        }
        for column in [&mut self.chunks, &mut self.sums] {
            if column.len() == column.capacity() {
                column.reserve_exact(column.len() / 4 + 4);
            }
        }
        self.chunks.push(chunk);
        self.sums.push(sum);
    }

    /// How often the site had run at the end of the first `n_rows` of its chunks.
    fn sum(&self, n_rows: usize) -> u64 {
        let Some(sum) = n_rows.checked_sub(1).and_then(|last| self.sums.get(last)) else {
            return 0;
        };
        let n_carries = self.carries.partition_point(|row| (*row as usize) < n_rows);
        (n_carries as u64) << 32 | u64::from(*sum)
    }
}

impl Index {
    /// Adds the next group, whose chunks are `chunks`.
    pub(crate) fn add(&mut self, chunks: std::ops::Range<usize>, mut group: Group) {
        group.keep_only(chunks.len());
        let first_chunk = chunks.start as u32;
        for (site, counts) in group.sites {
            let runs = self.sites.entry(site).or_default();
            for (chunk, count) in (first_chunk..).zip(counts).filter(|(_, count)| *count > 0) {
                runs.push(chunk, count);
            }
        }
        self.writes.add(first_chunk, group.writes);
        self.objects.add(first_chunk, group.objects);
        self.frames.add(first_chunk, group.frames);
        for (instance, mask) in group.exits {
            if let Some(slot) = slots(mask).next() {
                self.exits.insert(instance, first_chunk + slot);
            }
        }
    }

    pub(crate) fn site_chunks(&self, site: SiteId) -> Vec<(usize, u64)> {
        let Some(runs) = self.sites.get(&site.0) else {
            return Vec::new();
        };
        let counts = (0..).map(|row| runs.sum(row + 1) - runs.sum(row));
        let chunks = runs.chunks.iter().map(|chunk| *chunk as usize);
        chunks.zip(counts).collect()
    }

    /// How often a site ran before a chunk.
    pub(crate) fn site_runs_before(&self, site: SiteId, chunk: usize) -> u64 {
        let Some(runs) = self.sites.get(&site.0) else {
            return 0;
        };
        runs.sum(runs.chunks.partition_point(|at| (*at as usize) < chunk))
    }

    pub(crate) fn write_chunks(&self, owner: InstanceId, binding: BindingId) -> Vec<usize> {
        self.writes.chunks((owner.0, binding.0))
    }

    pub(crate) fn object_chunks(&self, object: ObjectId) -> Vec<usize> {
        self.objects.chunks(object.0)
    }

    pub(crate) fn frame_chunks(&self, instance: InstanceId) -> Vec<usize> {
        self.frames.chunks(instance.0)
    }

    pub(crate) fn exit_chunk(&self, instance: InstanceId) -> Option<usize> {
        self.exits.get(&instance.0).map(|chunk| *chunk as usize)
    }
}

/// Lists of chunks by key, all in one allocation: most keys have one or two chunks, and there may be millions.
#[derive(Debug)]
struct Postings<K> {
    /// Place in `links` of a key's latest chunk.
    latest: HashMap<K, u32>,
    /// A chunk, and the place of the same key's chunk before it.
    links: Vec<(u32, u32)>,
}

impl<K> Default for Postings<K> {
    fn default() -> Self {
        Self {
            latest: HashMap::new(),
            links: Vec::new(),
        }
    }
}

const NO_LINK: u32 = u32::MAX;

impl<K: Copy + Eq + std::hash::Hash> Postings<K> {
    fn add(&mut self, first_chunk: u32, masks: BTreeMap<K, Mask>) {
        for (key, mask) in masks {
            for slot in slots(mask) {
                let place = self.links.len() as u32;
                let before = match self.latest.entry(key) {
                    hash_map::Entry::Occupied(mut entry) => entry.insert(place),
                    hash_map::Entry::Vacant(entry) => {
                        entry.insert(place);
                        NO_LINK
                    }
                };
                self.links.push((first_chunk + slot, before));
            }
        }
    }

    /// A key's chunks, rising.
    fn chunks(&self, key: K) -> Vec<usize> {
        let mut chunks = Vec::new();
        let mut place = self.latest.get(&key).copied().unwrap_or(NO_LINK);
        while let Some((chunk, before)) = self.links.get(place as usize) {
            chunks.push(*chunk as usize);
            place = *before;
        }
        chunks.reverse();
        chunks
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn group() -> Group {
        let mut group = Group::default();
        for slot in 0..3 {
            group.add(
                slot,
                ChunkIndex {
                    sites: HashMap::from([(1, 7), (300 + slot as u32, 1)]),
                    writes: HashSet::from([(0, 5), (9, 1)]),
                    objects: HashSet::from([70_000]),
                    frames: HashSet::from([2, 3]),
                    exits: HashSet::from([slot as u32]),
                    ..ChunkIndex::default()
                },
            );
        }
        group
    }

    fn stored() -> Vec<u8> {
        group().encode(&[], End::of(&Tracker::default()))
    }

    #[test]
    fn a_group_is_read_as_it_was_written() {
        assert_eq!(Group::decode(&stored()).unwrap().1, group());
    }

    #[test]
    fn chunks_that_do_not_exist_are_not_answered() {
        let mut index = Index::default();
        index.add(16..18, group());
        assert_eq!(index.site_chunks(SiteId(1)), [(16, 7), (17, 7)]);
        assert_eq!(index.site_chunks(SiteId(302)), []);
        assert_eq!(index.write_chunks(InstanceId(9), BindingId(1)), [16, 17]);
        assert_eq!(index.exit_chunk(InstanceId(2)), None);
    }

    #[test]
    fn sums_of_runs_go_past_32_bits() {
        let mut runs = SiteRuns::default();
        for chunk in 0..4 {
            runs.push(chunk, u32::MAX);
        }
        assert_eq!(
            (0..5).map(|n| runs.sum(n)).collect::<Vec<_>>(),
            [0, 1, 2, 3, 4].map(|n| n * u64::from(u32::MAX))
        );
    }

    proptest! {
        #[test]
        fn any_bytes_decode_or_give_an_error(
            changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
            len in any::<prop::sample::Index>(),
        ) {
            let mut stored = stored();
            for (place, byte) in changes {
                let place = place.index(stored.len());
                stored[place] = byte;
            }
            stored.truncate(len.index(stored.len() + 1));
            if let Ok((_, group)) = Group::decode(&stored) {
                Index::default().add(0..2, group);
            }
        }
    }
}
