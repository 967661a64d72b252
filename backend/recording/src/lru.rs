//! A cache bounded in bytes: what was used longest ago goes first.

use std::{collections::HashMap, hash::Hash, sync::Arc};

/// Values by key, each with its size. The value just put in stays even if it alone is over the bound.
#[derive(Debug)]
pub(crate) struct Lru<K, V: ?Sized> {
    max_bytes: usize,
    n_bytes: usize,
    clock: u64,
    entries: HashMap<K, Cached<V>>,
}

#[derive(Debug)]
struct Cached<V: ?Sized> {
    n_bytes: usize,
    used_at: u64,
    value: Arc<V>,
}

impl<K: Copy + Eq + Hash, V: ?Sized> Lru<K, V> {
    pub(crate) fn new(max_bytes: usize) -> Self {
        Self {
            max_bytes,
            n_bytes: 0,
            clock: 0,
            entries: HashMap::new(),
        }
    }

    pub(crate) fn get(&mut self, key: K) -> Option<Arc<V>> {
        self.clock += 1;
        let cached = self.entries.get_mut(&key)?;
        cached.used_at = self.clock;
        Some(cached.value.clone())
    }

    pub(crate) fn put(&mut self, key: K, value: Arc<V>, n_bytes: usize) {
        self.clock += 1;
        self.n_bytes += n_bytes;
        if let Some(old) = self.entries.insert(
            key,
            Cached {
                n_bytes,
                used_at: self.clock,
                value,
            },
        ) {
            self.n_bytes -= old.n_bytes;
        }
        while self.n_bytes > self.max_bytes && self.entries.len() > 1 {
            let Some(oldest) = self
                .entries
                .iter()
                .min_by_key(|(_, cached)| cached.used_at)
                .map(|(key, _)| *key)
            else {
                return;
            };
            if let Some(gone) = self.entries.remove(&oldest) {
                self.n_bytes -= gone.n_bytes;
            }
        }
    }

    /// How many bytes it holds.
    pub(crate) fn n_bytes(&self) -> usize {
        self.n_bytes
    }
}
