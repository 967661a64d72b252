//! Things in the order of time, which come piece by piece and are read by place and by time.
//!
//! A series of a million events is added to and handed on a hundred times a second while they stream in, so neither may
//! cost what all of it costs: it is a list of shared pieces of equal length, of which adding at the end copies one at most.

use std::{cmp::Ordering, fmt, sync::Arc};

/// How many things a piece holds. Copying one takes some microseconds; a million make 250 of them.
const N_PIECE: usize = 4096;

/// When things happened, in order: all that a track needs to know of them.
pub trait Times: Send + Sync {
    /// How many there are.
    fn len(&self) -> usize;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// When one happened, in ms; the end of time for one that is not there.
    fn time_ms(&self, index: usize) -> f64;

    /// How many happened before a time, in ms.
    fn n_before(&self, time_ms: f64) -> usize;
}

/// Things in order. Cloning shares them.
pub struct Series<T> {
    pieces: Vec<Arc<Vec<T>>>,
    order: fn(&T, &T) -> Ordering,
    time_ms: fn(&T) -> f64,
}

impl<T: Clone> Series<T> {
    /// None yet. `order` is how they are to stand; times, in ms, never fall in that order.
    pub fn new(order: fn(&T, &T) -> Ordering, time_ms: fn(&T) -> f64) -> Self {
        Self {
            pieces: Vec::new(),
            order,
            time_ms,
        }
    }

    /// Adds things that come in any order. What comes in order and late costs its own number; what belongs earlier costs the
    /// number of those behind it as well.
    pub fn add(&mut self, new: Vec<T>) {
        let new = self.in_order(new);
        let Some(first) = new.first() else { return };
        let n_kept = self.n_up_to(|item| (self.order)(item, first) != Ordering::Greater);
        let behind = self.split_off(n_kept);
        if behind.is_empty() {
            return self.push_all(new);
        }
        let mut merged = Vec::with_capacity(new.len() + behind.len());
        let mut new = new.into_iter().peekable();
        for item in behind {
            while let Some(earlier) = new.next_if(|new| (self.order)(new, &item) == Ordering::Less) {
                merged.push(earlier);
            }
            merged.push(item);
        }
        merged.extend(new);
        self.push_all(merged);
    }

    /// Sorted; most often it is already.
    fn in_order(&self, items: Vec<T>) -> Vec<T> {
        let order = self.order;
        if items.is_sorted_by(|a, b| order(a, b) != Ordering::Greater) {
            return items;
        }
        let places = places_in_order(items.len(), &|a, b| order(&items[a], &items[b]));
        places.into_iter().map(|at| items[at].clone()).collect()
    }

    /// Takes off what stands from `index` on.
    fn split_off(&mut self, index: usize) -> Vec<T> {
        let mut behind = Vec::new();
        if index >= self.len() {
            return behind;
        }
        let pieces = self.pieces.split_off(index / N_PIECE);
        for (at, piece) in pieces.into_iter().enumerate() {
            let n_kept = if at == 0 { index % N_PIECE } else { 0 };
            behind.extend_from_slice(&piece[n_kept..]);
            if n_kept > 0 {
                self.pieces.push(Arc::new(piece[..n_kept].to_vec()));
            }
        }
        behind
    }

    fn push_all(&mut self, new: Vec<T>) {
        let mut new = new.into_iter();
        if let Some(last) = self.pieces.last_mut().filter(|last| last.len() < N_PIECE) {
            let room = N_PIECE - last.len();
            Arc::make_mut(last).extend(new.by_ref().take(room));
        }
        loop {
            let piece: Vec<T> = new.by_ref().take(N_PIECE).collect();
            if piece.is_empty() {
                return;
            }
            self.pieces.push(Arc::new(piece));
        }
    }
}

/// The places of things in their order, equal ones as they came. One sort for all kinds of things: each would be some
/// kilobytes of the viewer.
fn places_in_order(n: usize, order: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..n).collect();
    places.sort_by(|a, b| order(*a, *b));
    places
}

impl<T> Series<T> {
    /// How many there are.
    pub fn len(&self) -> usize {
        let n_full = self.pieces.len().saturating_sub(1);
        n_full * N_PIECE + self.pieces.last().map_or(0, |last| last.len())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// One of them.
    pub fn get(&self, index: usize) -> Option<&T> {
        self.pieces.get(index / N_PIECE)?.get(index % N_PIECE)
    }

    /// The last.
    pub fn last(&self) -> Option<&T> {
        self.pieces.last()?.last()
    }

    /// All of them from one on.
    pub fn iter_from(&self, index: usize) -> impl DoubleEndedIterator<Item = &T> {
        let (piece, at) = (index / N_PIECE, index % N_PIECE);
        let pieces = self.pieces.get(piece..).unwrap_or_default();
        let (head, rest) = match pieces.split_first() {
            Some((head, rest)) => (head.get(at..).unwrap_or_default(), rest),
            None => (&[][..], pieces),
        };
        head.iter().chain(rest.iter().flat_map(|piece| piece.iter()))
    }

    /// All of them.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.iter_from(0)
    }

    /// Those before one, the last first.
    pub fn iter_back_from(&self, index: usize) -> impl Iterator<Item = &T> {
        let index = index.min(self.len());
        let (piece, at) = (index / N_PIECE, index % N_PIECE);
        let head = self.pieces.get(piece).and_then(|piece| piece.get(..at));
        let whole = self.pieces.get(..piece).unwrap_or_default();
        let whole = whole.iter().rev().flat_map(|piece| piece.iter().rev());
        head.unwrap_or_default().iter().rev().chain(whole)
    }

    /// How many stand in front, if `is_in_front` holds for those and for none behind.
    pub fn n_up_to(&self, is_in_front: impl Fn(&T) -> bool) -> usize {
        let is_whole = |piece: &Arc<Vec<T>>| piece.last().is_none_or(&is_in_front);
        let n_whole = self.pieces.partition_point(is_whole);
        let rest = self.pieces.get(n_whole);
        n_whole * N_PIECE + rest.map_or(0, |piece| piece.partition_point(&is_in_front))
    }

    /// How many happened at or before a time, in ms.
    pub fn n_until(&self, time_ms: f64) -> usize {
        self.n_up_to(|item| (self.time_ms)(item) <= time_ms)
            .min(self.len())
    }
}

impl<T: Send + Sync> Times for Series<T> {
    fn len(&self) -> usize {
        Series::len(self)
    }

    fn time_ms(&self, index: usize) -> f64 {
        self.get(index).map_or(f64::INFINITY, self.time_ms)
    }

    fn n_before(&self, time_ms: f64) -> usize {
        self.n_up_to(|item| (self.time_ms)(item) < time_ms)
            .min(Series::len(self))
    }
}

impl<T> Clone for Series<T> {
    fn clone(&self) -> Self {
        Self {
            pieces: self.pieces.clone(),
            ..*self
        }
    }
}

/// Whether they share all pieces: then they are equal, else they are taken to differ.
impl<T> PartialEq for Series<T> {
    fn eq(&self, other: &Self) -> bool {
        let same = |(a, b): (&Arc<Vec<T>>, &Arc<Vec<T>>)| Arc::ptr_eq(a, b);
        self.pieces.len() == other.pieces.len() && self.pieces.iter().zip(&other.pieces).all(same)
    }
}

impl<T> fmt::Debug for Series<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Series")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

// What makes up cases is there natively only.
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn series() -> Series<(u32, f64)> {
        Series::new(|a, b| a.0.cmp(&b.0), |item| item.1)
    }

    fn items(numbers: impl IntoIterator<Item = u32>) -> Vec<(u32, f64)> {
        numbers.into_iter().map(|n| (n, f64::from(n))).collect()
    }

    #[test]
    fn what_is_shared_does_not_change() {
        let mut all = series();
        all.add(items(0..5_000));
        let before = all.clone();
        all.add(items(5_000..5_010));
        assert_eq!((before.len(), all.len()), (5_000, 5_010));
        assert_eq!(before.last(), Some(&(4_999, 4_999.0)));
        assert_ne!(before, all);
        assert_eq!(all, all.clone());
    }

    #[test]
    fn a_million_in_small_batches_are_shared_at_every_batch() {
        let mut all = series();
        let mut shared = all.clone();
        for batch in 0..2_000 {
            all.add(items(batch * 500..(batch + 1) * 500));
            shared = all.clone();
        }
        assert_eq!(shared.len(), 1_000_000);
        assert_eq!(shared.n_before(999_999.5), 1_000_000);
        assert_eq!(shared.get(654_321), Some(&(654_321, 654_321.0)));
    }

    proptest! {
        #[test]
        fn a_series_is_a_sorted_list(batches in prop::collection::vec(prop::collection::vec(0u32..40_000, 0..6_000), 0..5), at in 0u32..40_000) {
            let (mut all, mut list) = (series(), Vec::new());
            for batch in batches {
                list.extend(items(batch.iter().copied()));
                all.add(items(batch));
            }
            list.sort_by(|a, b| a.0.cmp(&b.0));
            prop_assert!(all.iter().eq(list.iter()));
            prop_assert_eq!(all.len(), list.len());
            let time_ms = f64::from(at);
            let (before, until) = (list.partition_point(|item| item.1 < time_ms), list.partition_point(|item| item.1 <= time_ms));
            prop_assert_eq!((all.n_before(time_ms), all.n_until(time_ms)), (before, until));
            let from = at as usize % 20_000;
            prop_assert!(all.iter_from(from).eq(list.iter().skip(from)));
            prop_assert!(all.iter_back_from(from).eq(list.iter().take(from).rev()));
            prop_assert_eq!(all.get(from), list.get(from));
        }
    }
}
