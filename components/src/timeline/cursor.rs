//! Walking the marks of all tracks by keyboard, one after the other in the order of time.

use super::{EventTrack, MarkerAt, Times};

/// The tracks whose things are walked, and their rank among things of one time.
fn walked(tracks: &[EventTrack]) -> impl Iterator<Item = (usize, &EventTrack, &dyn Times)> {
    let walked = tracks.iter().filter(|track| track.kind.is_walked());
    walked
        .enumerate()
        .filter_map(|(rank, track)| Some((rank, track, track.times()?)))
        .filter(|(_, _, times)| !times.is_empty())
}

/// When a thing happened; None if it is not there.
pub(super) fn time_of(tracks: &[EventTrack], marker: MarkerAt) -> Option<f64> {
    let track = tracks.iter().find(|track| track.kind == marker.kind)?;
    let times = track.times()?;
    (marker.index < times.len()).then(|| times.time_ms(marker.index))
}

/// The thing after another, or before it; from the moment on if there is none to begin from.
pub(super) fn next(
    tracks: &[EventTrack],
    from: Option<MarkerAt>,
    now_ms: f64,
    is_forward: bool,
) -> Option<MarkerAt> {
    let from_ms = from.and_then(|from| time_of(tracks, from)).unwrap_or(now_ms);
    let from_rank = from.and_then(|from| {
        walked(tracks)
            .find(|(_, track, _)| track.kind == from.kind)
            .map(|(rank, _, _)| rank)
    });
    let candidates = walked(tracks).filter_map(|(rank, track, times)| {
        let (n_before, n_until) = (times.n_before(from_ms), times.n_before(from_ms.next_up()));
        // Of things of one time those come later whose rank is higher.
        let index = match (from, from_rank) {
            (Some(from), Some(_)) if from.kind == track.kind && is_forward => from.index + 1,
            (Some(from), Some(_)) if from.kind == track.kind => from.index.checked_sub(1)?,
            (_, Some(from_rank)) if is_forward == (rank < from_rank) => {
                if is_forward {
                    n_until
                } else {
                    n_before.checked_sub(1)?
                }
            }
            _ if is_forward => n_before,
            _ => n_until.checked_sub(1)?,
        };
        let marker = MarkerAt {
            kind: track.kind,
            index,
        };
        (index < times.len()).then(|| (times.time_ms(index), rank, marker))
    });
    let order =
        |a: &(f64, usize, MarkerAt), b: &(f64, usize, MarkerAt)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
    let found = if is_forward {
        candidates.min_by(order)
    } else {
        candidates.max_by(order)
    };
    found.map(|(_, _, marker)| marker)
}

/// The thing on the next track down, or up, that is nearest to another.
pub(super) fn beside(
    tracks: &[EventTrack],
    from: Option<MarkerAt>,
    now_ms: f64,
    is_down: bool,
) -> Option<MarkerAt> {
    let from_ms = from.and_then(|from| time_of(tracks, from)).unwrap_or(now_ms);
    let all: Vec<_> = walked(tracks).collect();
    let here = from.and_then(|from| all.iter().position(|(_, track, _)| track.kind == from.kind));
    let at = match (here, is_down) {
        (Some(at), true) => at + 1,
        (Some(at), false) => at.checked_sub(1)?,
        (None, true) => 0,
        (None, false) => all.len().checked_sub(1)?,
    };
    let (_, track, times) = all.get(at)?;
    let after = times.n_before(from_ms);
    let distance_ms = |index: usize| (times.time_ms(index) - from_ms).abs();
    let index = match after.checked_sub(1) {
        Some(before) if after >= times.len() || distance_ms(before) < distance_ms(after) => before,
        _ => after,
    };
    Some(MarkerAt {
        kind: track.kind,
        index,
    })
}

/// How many things happened until a time, and how many there are.
pub(super) fn count(tracks: &[EventTrack], now_ms: f64) -> (usize, usize) {
    walked(tracks).fold((0, 0), |(until, all), (_, _, times)| {
        (until + times.n_before(now_ms.next_up()), all + times.len())
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::timeline::{TrackKind, testing::moments};

    fn tracks() -> [EventTrack; 4] {
        [
            moments(TrackKind::Click, [10.0, 20.0, 20.0]),
            moments(TrackKind::Movement, [11.0, 12.0]),
            moments(TrackKind::Key, []),
            moments(TrackKind::Error, [5.0, 20.0, 30.0]),
        ]
    }

    #[test]
    fn walking_meets_everything_once_in_the_order_of_time() {
        let tracks = tracks();
        let mut met = Vec::new();
        let mut at = None;
        while let Some(marker) = next(&tracks, at, 0.0, true) {
            met.push((time_of(&tracks, marker).unwrap(), marker.kind, marker.index));
            at = Some(marker);
        }
        let (click, error) = (TrackKind::Click, TrackKind::Error);
        let all = [
            (5.0, error, 0),
            (10.0, click, 0),
            (20.0, click, 1),
            (20.0, click, 2),
            (20.0, error, 1),
            (30.0, error, 2),
        ];
        assert_eq!(met, all);
        let mut back = Vec::new();
        let mut at = None;
        while let Some(marker) = next(&tracks, at, 100.0, false) {
            back.push((time_of(&tracks, marker).unwrap(), marker.kind, marker.index));
            at = Some(marker);
        }
        back.reverse();
        assert_eq!(back, all);
    }

    #[test]
    fn walking_begins_at_the_moment() {
        let met =
            |now_ms, is_forward| next(&tracks(), None, now_ms, is_forward).map(|at| (at.kind, at.index));
        assert_eq!(met(15.0, true), Some((TrackKind::Click, 1)));
        assert_eq!(met(15.0, false), Some((TrackKind::Click, 0)));
        assert_eq!(met(31.0, true), None);
        assert_eq!(next(&[], None, 0.0, true), None);
    }

    #[test]
    fn up_and_down_lead_to_the_nearest_of_the_next_track() {
        let tracks = tracks();
        let click = MarkerAt {
            kind: TrackKind::Click,
            index: 0,
        };
        let down = beside(&tracks, Some(click), 0.0, true).unwrap();
        assert_eq!((down.kind, down.index), (TrackKind::Error, 0));
        assert_eq!(beside(&tracks, Some(down), 0.0, true), None);
        assert_eq!(beside(&tracks, Some(click), 0.0, false), None);
        let last = beside(&tracks, None, 99.0, false).unwrap();
        assert_eq!((last.kind, last.index), (TrackKind::Error, 2));
        assert_eq!(count(&tracks, 20.0), (5, 6));
    }
}
