//! Events of all kinds in the order of time, as one list that is never made: there may be a million, and more come in. A row is
//! found by its place among all when it is looked at, in about as many steps as their number has digits.

use std::{
    cmp::Ordering,
    sync::{Arc, Mutex, PoisonError},
};

use super::{events::Category, tracks::Times};

/// The events of one category.
pub type Part = (Category, Arc<dyn Times>);

/// Events of several categories in the order of time; of those at one time, in the order of the categories.
#[derive(Default)]
pub struct Merged {
    parts: Vec<Part>,
    /// Where the last one was found: rows are looked at one after the other.
    last: Mutex<Option<(usize, Vec<usize>)>>,
}

impl Merged {
    /// Of these.
    pub fn new(parts: Vec<Part>) -> Self {
        Self {
            parts,
            last: Mutex::default(),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.parts.iter().map(|(_, times)| times.len()).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many of them lie at or before a time, in ms.
    pub fn n_until(&self, time_ms: f64) -> usize {
        let until = |(_, times): &Part| times.n_before(time_ms.next_up());
        self.parts.iter().map(until).sum()
    }

    /// The category of the `rank`-th, and which of that category it is.
    pub fn get(&self, rank: usize) -> Option<(Category, usize)> {
        /// As many steps as finding it anew would take.
        const N_STEPS: usize = 64;
        if rank >= self.len() {
            return None;
        }
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let begun = last.take().filter(|(at, _)| *at <= rank && rank - *at <= N_STEPS);
        let mut n_before = match begun {
            Some((at, mut n_before)) => {
                for _ in at..rank {
                    let next = self.next(&n_before)?;
                    *n_before.get_mut(next)? += 1;
                }
                n_before
            }
            None => self.n_before_rank(rank),
        };
        let part = self.next(&n_before)?;
        let found = (self.parts.get(part)?.0, *n_before.get(part)?);
        n_before.shrink_to_fit();
        *last = Some((rank, n_before));
        Some(found)
    }

    /// The part that has the next one, if so many of each lie before it.
    fn next(&self, n_before: &[usize]) -> Option<usize> {
        let heads = self.parts.iter().zip(n_before).enumerate();
        let heads = heads.filter(|(_, ((_, times), at))| **at < times.len());
        let times = heads.map(|(part, ((_, times), at))| (times.time_ms(*at), part));
        // The first of several at one time.
        let first = times.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        first.map(|(_, part)| part)
    }

    /// How many of each part lie before the `rank`-th: the middle of the longest part that it may lie in is held against all
    /// others, until nothing is left to halve.
    fn n_before_rank(&self, rank: usize) -> Vec<usize> {
        let mut open: Vec<(usize, usize)> = self.parts.iter().map(|(_, times)| (0, times.len())).collect();
        loop {
            let widest = open.iter().enumerate().max_by_key(|(_, (low, high))| high - low);
            let Some((at, (low, high))) = widest.filter(|(_, (low, high))| low < high) else {
                return open.into_iter().map(|(low, _)| low).collect();
            };
            let middle = low + (high - low) / 2;
            let n_before = self.n_before(at, middle);
            let n_all: usize = n_before.iter().sum();
            if n_all >= rank {
                for ((_, high), n_before) in open.iter_mut().zip(n_before) {
                    *high = n_before.min(*high);
                }
            } else {
                for (part, ((low, high), n_before)) in open.iter_mut().zip(n_before).enumerate() {
                    let n_before = n_before + usize::from(part == at);
                    *low = n_before.clamp(*low, *high);
                }
            }
        }
    }

    /// How many of each part lie before one of them.
    fn n_before(&self, part: usize, index: usize) -> Vec<usize> {
        let time_ms = self
            .parts
            .get(part)
            .map_or(0.0, |(_, times)| times.time_ms(index));
        let parts = self.parts.iter().enumerate();
        parts
            .map(|(other, (_, times))| match other.cmp(&part) {
                Ordering::Less => times.n_before(time_ms.next_up()),
                Ordering::Equal => index,
                Ordering::Greater => times.n_before(time_ms),
            })
            .collect()
    }
}

/// They are equal that share all their parts.
impl PartialEq for Merged {
    fn eq(&self, other: &Self) -> bool {
        let is_same = |(a, b): (&Part, &Part)| a.0 == b.0 && Arc::ptr_eq(&a.1, &b.1);
        self.parts.len() == other.parts.len() && self.parts.iter().zip(&other.parts).all(is_same)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logic::{
        events::{Handler, Runs},
        tracks::TrackKind,
    };

    fn handler(point: u128) -> Handler {
        Handler {
            point: point.into(),
            time_ms: point as f64,
            location: None,
        }
    }

    fn merged(lists: &[Vec<u16>]) -> (Merged, Vec<(Category, usize)>) {
        let categories: Vec<Category> = Category::all().collect();
        let mut expected = Vec::new();
        let mut parts: Vec<Part> = Vec::new();
        for (part, times) in lists.iter().enumerate() {
            let mut times = times.clone();
            times.sort_unstable();
            let runs = times.iter().map(|time| handler(u128::from(*time)));
            parts.push((categories[part], Arc::new(Runs(runs.collect()))));
            expected.extend(times.iter().enumerate().map(|(at, time)| (*time, part, at)));
        }
        expected.sort_unstable();
        let expected = expected.into_iter().map(|(_, part, at)| (categories[part], at));
        (Merged::new(parts), expected.collect())
    }

    #[test]
    fn a_million_are_found_one_by_one_and_anywhere() {
        let moves: Arc<[Handler]> = (0..1_000_000_u128).map(handler).collect();
        let others: Arc<[Handler]> = (0..1_000).map(|n| handler(n * 1_000 + 500)).collect();
        let all = Merged::new(vec![
            (Category::Track(TrackKind::Click), Arc::new(Runs(others))),
            (Category::Track(TrackKind::Movement), Arc::new(Runs(moves))),
        ]);
        assert_eq!(all.len(), 1_001_000);
        assert_eq!(all.get(500), Some((Category::Track(TrackKind::Click), 0)));
        assert_eq!(all.get(501), Some((Category::Track(TrackKind::Movement), 500)));
        assert_eq!(
            all.get(1_000_999),
            Some((Category::Track(TrackKind::Movement), 999_999))
        );
        assert_eq!(all.get(1_001_000), None);
        assert_eq!(all.n_until(500.0), 502);
    }

    #[test]
    fn a_merged_list_is_a_sorted_list() {
        let mut seed = 7_u64;
        let mut random = |below: u64| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        for n_lists in 0..7 {
            let lists: Vec<Vec<u16>> = (0..n_lists)
                .map(|_| (0..random(50)).map(|_| random(60) as u16).collect())
                .collect();
            let (all, expected) = merged(&lists);
            assert_eq!(all.len(), expected.len());
            for _ in 0..50 {
                let rank = random(300) as usize;
                assert_eq!(all.get(rank), expected.get(rank).copied(), "{rank} of {lists:?}");
            }
            let in_order: Vec<_> = (0..all.len()).filter_map(|rank| all.get(rank)).collect();
            assert_eq!(in_order, expected);
        }
    }
}
