//! Which pictures are wanted, in what order, and which of those that are here is shown. Pure: no picture is touched here.

use std::{collections::HashMap, hash::Hash};

use components::picture::PictureFrame;

/// A picture as it is shown.
pub type Picture = PictureFrame;

/// How the moment moves, which says where it will be next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Motion {
    /// It stands; the last move was back, or on.
    Standing {
        /// Whether the last move was back.
        was_back: bool,
    },
    /// It is dragged: so many paints at the last move, back if negative.
    Dragged {
        /// How many.
        stride: isize,
    },
    /// Time runs.
    Playing {
        /// Milliseconds of the recording for one of the clock.
        speed: f64,
        /// How long a picture takes to come, in ms of the clock.
        latency_ms: f64,
        /// How long one takes after the other when several are under way, in ms of the clock.
        pace_ms: f64,
    },
}

/// Which paints are wanted beside the one at the moment, the most wanted first, at most `n_most`. `n` paints stand in the
/// order of time, `time_of` says when each was; `at` is the one at the moment, which is at `time_ms`.
///
/// While time runs quickly not every paint can be shown: those are wanted that can be here when their time comes, no more of
/// them than the screen has frames or than come in the time.
pub fn ahead(
    n: usize,
    time_of: impl Fn(usize) -> f64,
    (at, time_ms): (usize, f64),
    motion: Motion,
    n_most: usize,
) -> Vec<usize> {
    /// A screen shows no more than this many pictures, in ms for each.
    const FRAME_MS: f64 = 1_000.0 / 60.0;
    let away = |by: isize| at.checked_add_signed(by).filter(|index| *index < n && by != 0);
    match motion {
        Motion::Standing { was_back } => {
            let onwards = if was_back { -1 } else { 1 };
            // Then time can begin to run with some pictures in hand.
            let further = (2..=n_most as isize).map(|by| by * onwards);
            let near = [onwards, -onwards].into_iter().chain(further);
            near.filter_map(away).take(n_most).collect()
        }
        Motion::Dragged { stride } => {
            let stride = if stride == 0 { 1 } else { stride };
            let on =
                (1..=n_most.saturating_sub(1) as isize).filter_map(|step| away(stride.checked_mul(step)?));
            on.chain(away(-stride.signum())).collect()
        }
        Motion::Playing {
            speed,
            latency_ms,
            pace_ms,
        } => {
            // Where every paint has its time on the screen, none is left out.
            let frame_ms = if speed > 1.0 { FRAME_MS } else { 0.0 };
            let gap_ms = speed * pace_ms.max(frame_ms) * 0.98;
            let mut next_ms = time_ms + speed * latency_ms.min(1_000.0);
            let mut wanted = Vec::new();
            for index in at + 1..n {
                // What is on the screen at a time is the latest until then: of several in a gap the last.
                let is_last = index + 1 == n || time_of(index + 1) > next_ms;
                if !is_last {
                    continue;
                }
                wanted.push(index);
                if wanted.len() >= n_most {
                    break;
                }
                next_ms = next_ms.max(time_of(index)) + gap_ms;
            }
            wanted
        }
    }
}

/// Which picture is shown where that of paint `at` may not be here: the nearest of those that are, among them the one that is
/// shown already. So what comes late never takes the place of what is nearer. While time runs none is shown before its time.
pub fn nearest(
    at: usize,
    shown: Option<usize>,
    is_playing: bool,
    is_here: impl Fn(usize) -> bool,
) -> Option<usize> {
    /// How far is looked: further away there is nothing to be seen of the moment.
    const REACH: usize = 48;
    let shown = shown.filter(|shown| !is_playing || *shown <= at);
    let furthest = shown.map_or(REACH, |shown| shown.abs_diff(at).min(REACH));
    let later = |by| if is_playing { None } else { at.checked_add(by) };
    let found = (0..=furthest)
        .flat_map(|by| [at.checked_sub(by), later(by)])
        .flatten()
        .find(|index| is_here(*index));
    found.or(shown)
}

/// Values by key that take room, of which those wanted longest ago go when there is no room left.
pub struct Shelf<K, V> {
    all: HashMap<K, Place<V>>,
    /// Counts what is wanted.
    n_wanted: u64,
    n_bytes: usize,
    most_bytes: usize,
}

struct Place<V> {
    value: V,
    n_bytes: usize,
    wanted: u64,
}

impl<K: Clone + Eq + Hash, V> Shelf<K, V> {
    /// An empty one with so much room.
    pub fn new(most_bytes: usize) -> Self {
        Self {
            all: HashMap::new(),
            n_wanted: 0,
            n_bytes: 0,
            most_bytes,
        }
    }

    /// A value, without wanting it.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.all.get(key).map(|place| &place.value)
    }

    /// Whether a value is there, which is wanted now.
    pub fn want(&mut self, key: &K) -> bool {
        self.n_wanted += 1;
        let wanted = self.n_wanted;
        self.all.get_mut(key).map(|place| place.wanted = wanted).is_some()
    }

    /// Puts a value there, as wanted now, and gives the keys of what had to go. What takes more room than there is stays until
    /// the next comes.
    pub fn put(&mut self, key: K, value: V, n_bytes: usize) -> Vec<K> {
        self.n_wanted += 1;
        let place = Place {
            value,
            n_bytes,
            wanted: self.n_wanted,
        };
        self.n_bytes += n_bytes;
        if let Some(before) = self.all.insert(key.clone(), place) {
            self.n_bytes -= before.n_bytes;
        }
        let mut gone = Vec::new();
        while self.n_bytes > self.most_bytes {
            let others = self
                .all
                .iter()
                .filter(|(other, place)| **other != key && place.n_bytes > 0);
            let Some(oldest) = others
                .min_by_key(|(_, place)| place.wanted)
                .map(|(key, _)| key.clone())
            else {
                break;
            };
            self.take(&oldest);
            gone.push(oldest);
        }
        gone
    }

    /// Takes a value away.
    pub fn take(&mut self, key: &K) -> Option<V> {
        let place = self.all.remove(key)?;
        self.n_bytes -= place.n_bytes;
        Some(place.value)
    }

    /// Keeps those values for which something holds.
    pub fn retain(&mut self, holds: impl Fn(&V) -> bool) {
        self.all.retain(|_, place| {
            let is_kept = holds(&place.value);
            if !is_kept {
                self.n_bytes -= place.n_bytes;
            }
            is_kept
        });
    }

    /// How many values like this one there is room for.
    pub fn n_room(&self, n_bytes: usize) -> usize {
        self.most_bytes / n_bytes.max(1)
    }

    /// How much room is taken.
    pub fn n_bytes(&self) -> usize {
        self.n_bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(motion: Motion, (at, time_ms): (usize, f64), n_most: usize, expected: &[usize]) {
        // A hundred paints, 10 ms apart.
        let wanted = ahead(100, |index| index as f64 * 10.0, (at, time_ms), motion, n_most);
        assert_eq!(wanted, expected, "{motion:?} at {at}");
    }

    #[test]
    fn what_lies_ahead_is_wanted_first_and_what_lies_behind_a_little() {
        let still = Motion::Standing { was_back: false };
        check(still, (50, 500.0), 6, &[51, 49, 52, 53, 54, 55]);
        check(
            Motion::Standing { was_back: true },
            (50, 500.0),
            4,
            &[49, 51, 48, 47],
        );
        check(still, (0, 0.0), 3, &[1, 2, 3]);
        check(still, (99, 990.0), 8, &[98]);
        check(
            Motion::Dragged { stride: 1 },
            (50, 500.0),
            6,
            &[51, 52, 53, 54, 55, 49],
        );
        check(Motion::Dragged { stride: -3 }, (50, 500.0), 4, &[47, 44, 41, 51]);
        check(Motion::Dragged { stride: 40 }, (50, 500.0), 4, &[90, 49]);
    }

    #[test]
    fn while_time_runs_quickly_only_what_can_be_shown_is_wanted() {
        let playing = |speed, latency_ms, pace_ms| Motion::Playing {
            speed,
            latency_ms,
            pace_ms,
        };
        check(playing(1.0, 0.0, 0.0), (50, 500.0), 4, &[51, 52, 53, 54]);
        check(playing(0.25, 0.0, 0.0), (50, 500.0), 4, &[51, 52, 53, 54]);
        // A frame of the screen is 16 ms, in which 133 pass.
        check(playing(8.0, 0.0, 0.0), (50, 500.0), 3, &[51, 64, 77]);
        // What takes 100 ms to come is wanted for 100 ms later, and one in 50 ms is not asked for more often.
        check(playing(1.0, 100.0, 50.0), (50, 500.0), 3, &[60, 64, 69]);
    }

    #[test]
    fn what_comes_late_never_takes_the_place_of_what_is_nearer() {
        let here = |these: &'static [usize]| move |index: usize| these.contains(&index);
        let standing = |at, shown, these| nearest(at, shown, false, here(these));
        assert_eq!(standing(10, Some(2), &[2, 10]), Some(10));
        assert_eq!(standing(10, Some(2), &[2, 6]), Some(6));
        assert_eq!(standing(10, Some(6), &[2, 4, 6]), Some(6));
        assert_eq!(standing(10, Some(6), &[]), Some(6), "what is drawn is drawn");
        assert_eq!(standing(10, None, &[12, 500]), Some(12));
        assert_eq!(standing(400, None, &[12]), None);
        let playing = |at, shown, these| nearest(at, shown, true, here(these));
        assert_eq!(playing(10, Some(6), &[6, 11]), Some(6), "not before its time");
        assert_eq!(playing(10, Some(60), &[60]), None, "time has begun anew");
    }

    #[test]
    fn a_shelf_holds_no_more_than_it_has_room_for() {
        let mut shelf = Shelf::new(100);
        assert_eq!(shelf.put("a", 1, 40), [""; 0]);
        assert_eq!(shelf.put("b", 2, 40), [""; 0]);
        assert!(shelf.want(&"a"));
        assert_eq!(shelf.put("c", 3, 40), ["b"], "wanted longest ago");
        assert_eq!(shelf.n_bytes(), 80);
        assert_eq!(
            shelf.put("vast", 4, 1_000).len(),
            2,
            "everything else goes, it stays"
        );
        assert_eq!(shelf.get(&"vast"), Some(&4));
        assert_eq!(shelf.put("d", 5, 10), ["vast"]);
        // Under way: takes no room, and is not in the way.
        assert_eq!(shelf.put("e", 6, 0), [""; 0]);
        assert_eq!(shelf.put("e", 7, 95), ["d"]);
        assert_eq!(
            (shelf.n_bytes(), shelf.take(&"e"), shelf.n_bytes()),
            (95, Some(7), 0)
        );
    }
}
