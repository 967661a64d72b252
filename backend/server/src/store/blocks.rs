//! What was read of a store, kept in blocks: bounded, whichever of them are used longest ago go first. A block that several
//! want at once is fetched once.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    ops::Range,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

use axum::body::Bytes;

/// A round trip to a store takes some 20 to 60 ms, in which 1 to 5 MB could come; a pause needs one to three chunks of about
/// 100 to 400 KB each.
pub(crate) const BLOCK_BYTES: u64 = 256 << 10;

/// Which block of which object.
pub(crate) type Key = (u64, u64);

/// The blocks that are kept.
pub(crate) struct Blocks {
    max_bytes: usize,
    state: Mutex<State>,
    /// Somebody's fetch has ended.
    fetched: Condvar,
}

#[derive(Default)]
struct State {
    /// Each with when it was used last.
    kept: HashMap<Key, (Bytes, u64)>,
    by_use: BTreeMap<u64, Key>,
    n_uses: u64,
    n_bytes: usize,
    fetching: HashSet<Key>,
    /// Objects by what tells them apart, so that one that is opened again finds its blocks.
    objects: HashMap<String, u64>,
    n_objects: u64,
}

/// Objects whose numbers are remembered. One that is forgotten is read again.
const MAX_OBJECTS: usize = 100_000;

impl Blocks {
    pub(crate) fn new(max_bytes: usize) -> Self {
        Self {
            max_bytes,
            state: Mutex::default(),
            fetched: Condvar::new(),
        }
    }

    /// The number of an object, by its path and what its content is known by.
    pub(crate) fn object(&self, name: &str) -> u64 {
        let mut state = self.state();
        if let Some(number) = state.objects.get(name) {
            return *number;
        }
        if state.objects.len() >= MAX_OBJECTS {
            state.objects.clear();
        }
        state.n_objects += 1;
        let number = state.n_objects;
        state.objects.insert(name.to_owned(), number);
        number
    }

    /// Blocks of an object, in order; what is missing is fetched, each run of missing blocks at once.
    ///
    /// # Errors
    /// What the fetch says.
    pub(crate) fn get<E>(
        &self,
        object: u64,
        wanted: Range<u64>,
        fetch: impl Fn(Range<u64>) -> Result<Vec<Bytes>, E>,
    ) -> Result<Vec<Bytes>, E> {
        let mut found: BTreeMap<u64, Bytes> = BTreeMap::new();
        let mut state = self.state();
        loop {
            for block in wanted.clone() {
                if !found.contains_key(&block)
                    && let Some(bytes) = state.used((object, block))
                {
                    found.insert(block, bytes);
                }
            }
            let missing = |block: &u64| !found.contains_key(block);
            let is_free = |state: &State, block: u64| !state.fetching.contains(&(object, block));
            let first = wanted
                .clone()
                .filter(missing)
                .find(|block| is_free(&state, *block));
            let Some(first) = first else {
                if wanted.clone().any(|block| missing(&block)) {
                    // Others are fetching what is missing.
                    state = self.fetched.wait(state).unwrap_or_else(PoisonError::into_inner);
                    continue;
                }
                return Ok(found.into_values().collect());
            };
            let end = (first..wanted.end).find(|block| !missing(block) || !is_free(&state, *block));
            let run = first..end.unwrap_or(wanted.end);
            state.fetching.extend(run.clone().map(|block| (object, block)));
            drop(state);
            let outcome = {
                // Whatever comes of it, even a panic: nobody waits for ever.
                let _done = Fetching {
                    blocks: self,
                    object,
                    run: run.clone(),
                };
                let outcome = fetch(run.clone());
                if let Ok(blocks) = &outcome {
                    let mut state = self.state();
                    for (block, bytes) in run.clone().zip(blocks) {
                        state.keep((object, block), bytes.clone(), self.max_bytes);
                    }
                }
                outcome
            };
            // Those fetched here count even where there is no room to keep them.
            found.extend(run.zip(outcome?));
            state = self.state();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes that are kept now.
    #[cfg(test)]
    pub(crate) fn n_bytes(&self) -> usize {
        self.state().n_bytes
    }
}

impl State {
    fn used(&mut self, key: Key) -> Option<Bytes> {
        self.n_uses += 1;
        let (bytes, last_use) = self.kept.get_mut(&key)?;
        self.by_use.remove(last_use);
        *last_use = self.n_uses;
        self.by_use.insert(self.n_uses, key);
        Some(bytes.clone())
    }

    fn keep(&mut self, key: Key, bytes: Bytes, max_bytes: usize) {
        if bytes.len() > max_bytes || self.used(key).is_some() {
            return;
        }
        self.n_bytes += bytes.len();
        self.kept.insert(key, (bytes, self.n_uses));
        self.by_use.insert(self.n_uses, key);
        while self.n_bytes > max_bytes {
            let Some((_, oldest)) = self.by_use.pop_first() else {
                return;
            };
            if let Some((bytes, _)) = self.kept.remove(&oldest) {
                self.n_bytes -= bytes.len();
            }
        }
    }
}

/// Blocks that somebody fetches, until this is dropped.
struct Fetching<'a> {
    blocks: &'a Blocks,
    object: u64,
    run: Range<u64>,
}

impl Drop for Fetching<'_> {
    fn drop(&mut self) {
        let mut state = self.blocks.state();
        for block in self.run.clone() {
            state.fetching.remove(&(self.object, block));
        }
        drop(state);
        self.blocks.fetched.notify_all();
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::sync::{
        Arc, Barrier,
        atomic::{AtomicUsize, Ordering},
    };

    use super::*;

    fn block(number: u64) -> Bytes {
        Bytes::from(vec![number as u8; 10])
    }

    #[test]
    fn runs_of_missing_blocks_are_fetched_at_once() {
        let blocks = Blocks::new(1_000);
        let fetched = Mutex::new(Vec::new());
        let get = |wanted: Range<u64>| {
            let got = blocks.get::<()>(1, wanted, |run| {
                fetched.lock().unwrap().push(run.clone());
                Ok(run.map(block).collect())
            });
            got.unwrap()
                .iter()
                .map(|bytes| u64::from(bytes[0]))
                .collect::<Vec<_>>()
        };
        assert_eq!(get(2..4), [2, 3]);
        assert_eq!(get(0..6), [0, 1, 2, 3, 4, 5]);
        assert_eq!(get(1..5), [1, 2, 3, 4]);
        assert_eq!(*fetched.lock().unwrap(), [2..4, 0..2, 4..6]);
    }

    #[test]
    fn what_was_used_longest_ago_goes_and_nothing_grows() {
        let blocks = Blocks::new(30);
        let n_fetched = AtomicUsize::new(0);
        let get = |wanted: Range<u64>| {
            blocks
                .get::<()>(1, wanted, |run| {
                    n_fetched.fetch_add(1, Ordering::Relaxed);
                    Ok(run.map(block).collect())
                })
                .unwrap()
        };
        get(0..1);
        get(1..2);
        get(2..3);
        get(0..1);
        get(3..4);
        assert_eq!(blocks.n_bytes(), 30);
        get(0..1);
        assert_eq!(n_fetched.load(Ordering::Relaxed), 4);
        get(1..2);
        assert_eq!(n_fetched.load(Ordering::Relaxed), 5, "1 had to go");
        assert_eq!(get(0..9).len(), 9, "more than there is room for");
        assert!(blocks.n_bytes() <= 30);
    }

    #[test]
    fn a_block_that_many_want_is_fetched_once() {
        let blocks = Arc::new(Blocks::new(1_000));
        let n_fetched = Arc::new(AtomicUsize::new(0));
        let start = Arc::new(Barrier::new(8));
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let (blocks, n_fetched, start) = (blocks.clone(), n_fetched.clone(), start.clone());
                std::thread::spawn(move || {
                    start.wait();
                    let got = blocks.get::<()>(7, 0..3, |run| {
                        n_fetched.fetch_add(run.clone().count(), Ordering::Relaxed);
                        Ok(run.map(block).collect())
                    });
                    assert_eq!(got.unwrap().len(), 3);
                })
            })
            .collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        assert_eq!(n_fetched.load(Ordering::Relaxed), 3);
    }

    #[test]
    fn a_fetch_that_fails_or_panics_leaves_nobody_waiting() {
        let blocks = Blocks::new(1_000);
        assert_eq!(blocks.get(1, 0..1, |_| Err("no")), Err("no"));
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            blocks.get::<()>(1, 0..1, |_| panic!("on purpose"))
        }));
        assert!(panicked.is_err());
        let got = blocks.get::<()>(1, 0..1, |run| Ok(run.map(block).collect()));
        assert_eq!(got.unwrap().len(), 1);
    }
}
