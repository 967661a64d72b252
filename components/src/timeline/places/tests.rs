//! Where things stand, what is joined, and what a pointer meets.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::timeline::{
    Span,
    testing::{self, moments},
};

fn track() -> TrackGeometry {
    TrackGeometry::whole(1040.0, 10_000.0)
}

fn place_one(track: EventTrack, geometry: TrackGeometry) -> Vec<PlacedMark> {
    let layout = Layout::of([track.kind].into_iter().collect(), geometry.width_px);
    place(&[track], geometry, &layout)
}

fn many() -> EventTrack {
    moments(
        TrackKind::Click,
        (0..100_000).map(|index| f64::from(index) / 10.0),
    )
}

#[test]
fn marks_that_would_cover_each_other_are_joined() {
    let placed = place_one(many(), track());
    assert!(placed.len() <= 45, "{}", placed.len());
    assert_eq!(placed.iter().map(|mark| mark.n).sum::<usize>(), 100_000);
    // But for one at the border of a stretch.
    let n_counted = placed.iter().filter(|mark| mark.has_count).count();
    assert!(n_counted + 2 >= placed.len(), "{n_counted} of {}", placed.len());

    let typed = moments(
        TrackKind::Key,
        (0..5).map(|index| 1_000.0 + f64::from(index) * 60.0),
    );
    let placed = place_one(typed, track());
    assert_eq!(placed.len(), 1);
    assert_eq!((placed[0].x, placed[0].x_last, placed[0].n), (120.0, 144.0, 5));
}

#[test]
fn marks_spread_when_they_are_looked_at_closely() {
    let view = Span {
        begin_ms: 5_000.0,
        end_ms: 5_001.0,
    };
    let placed = place_one(many(), TrackGeometry { view, ..track() });
    assert!(placed.iter().all(|mark| mark.n == 1));
    let seen: Vec<usize> = placed
        .iter()
        .filter(|mark| (19.0..=1021.0).contains(&mark.x))
        .map(|mark| mark.first)
        .collect();
    assert_eq!(seen, (50_000..=50_010).collect::<Vec<_>>());
}

#[test]
fn what_is_joined_stays_joined_while_the_view_moves() {
    let joined = |begin_ms: f64| -> Vec<(usize, usize)> {
        let view = Span {
            begin_ms,
            end_ms: begin_ms + 2_000.0,
        };
        let geometry = TrackGeometry { view, ..track() };
        let seen = |mark: &PlacedMark| (200.0..=800.0).contains(&mark.x);
        let of = |mark: PlacedMark| (mark.first, mark.n);
        place_one(many(), geometry)
            .into_iter()
            .filter(seen)
            .map(of)
            .collect()
    };
    let before = joined(3_000.0);
    let after = joined(3_117.0);
    let common: Vec<_> = before.iter().filter(|mark| mark.0 > 36_000).collect();
    assert!(common.len() > 10 && common.iter().all(|mark| after.contains(mark)));
}

#[test]
fn kinds_in_a_lane_make_room_for_each_other() {
    let tracks = [
        moments(TrackKind::Error, [5_000.0]),
        moments(TrackKind::Exception, [5_000.0]),
        moments(TrackKind::Warning, [9_000.0, 9_001.0, 9_002.0]),
    ];
    let layout = Layout::of(tracks.iter().map(|track| track.kind).collect(), 1040.0);
    let placed = place(&tracks, track(), &layout);
    assert_eq!(
        placed.iter().map(|mark| mark.x).collect::<Vec<_>>(),
        [520.0, 529.0, 920.0]
    );
    assert_eq!(
        placed.iter().map(|mark| mark.has_count).collect::<Vec<_>>(),
        [false, false, true]
    );
}

#[test]
fn the_pointer_finds_the_mark_it_is_on() {
    let tracks = [
        moments(TrackKind::Key, [1_000.0]),
        moments(TrackKind::Click, [1_030.0]),
        moments(TrackKind::Navigation, [5_000.0]),
    ];
    let layout = Layout::of(tracks.iter().map(|track| track.kind).collect(), 1040.0);
    let placed = place(&tracks, track(), &layout);
    let found = |x: f64, kind: TrackKind, reach_px: f64| {
        let y = layout.mark_y(kind).unwrap();
        mark_at(&placed, (x, y), reach_px).map(|mark| mark.kind)
    };
    assert_eq!(found(121.0, TrackKind::Click, 3.0), Some(TrackKind::Click));
    assert_eq!(found(121.0, TrackKind::Key, 3.0), Some(TrackKind::Key));
    assert_eq!(
        found(523.0, TrackKind::Navigation, 3.0),
        Some(TrackKind::Navigation)
    );
    assert_eq!(found(535.0, TrackKind::Navigation, 3.0), None);
    assert_eq!(
        found(535.0, TrackKind::Navigation, 12.0),
        Some(TrackKind::Navigation)
    );
    assert_eq!(mark_at(&placed, (123.0, layout.bar_y), 3.0), None);
}

#[test]
fn pressing_again_and_again_meets_each() {
    let tracks = [
        moments(TrackKind::Error, [100.0, 101.0, 102.0]),
        moments(TrackKind::Key, [1_000.0, 1_060.0, 1_120.0]),
    ];
    let layout = Layout::of(tracks.iter().map(|track| track.kind).collect(), 1040.0);
    let placed = place(&tracks, track(), &layout);
    assert_eq!((placed[0].n, placed[1].n), (3, 3));
    let met = |now_ms| meant(&placed[0], &tracks, 100.0, now_ms).index;
    assert_eq!(
        [met(0.0), met(100.0), met(101.0), met(102.0), met(5_000.0)],
        [0, 1, 2, 0, 0]
    );
    let key = |pointer_ms| meant(&placed[1], &tracks, pointer_ms, 0.0).index;
    assert_eq!(
        [key(900.0), key(1_070.0), key(1_099.0), key(2_000.0)],
        [0, 1, 2, 2]
    );
}

#[test]
fn requests_lie_in_rows_that_stay() {
    let requests = testing::requests([(1_000.0, 3_000.0), (1_500.0, 1_600.0), (4_000.0, 4_000.0)]);
    let bars = |geometry| -> Vec<(usize, f64, f64, f64)> {
        let placed = place_one(requests.clone(), geometry);
        placed
            .iter()
            .map(|mark| (mark.first, mark.x, mark.x_last, mark.y))
            .collect()
    };
    let all = bars(track());
    assert_eq!(
        all.iter().map(|bar| (bar.1, bar.2)).collect::<Vec<_>>(),
        [(120.0, 320.0), (170.0, 180.0), (420.0, 420.0)]
    );
    let view = Span {
        begin_ms: 2_000.0,
        end_ms: 3_000.0,
    };
    let near = bars(TrackGeometry { view, ..track() });
    assert_eq!(near.len(), 1, "the one that began before is seen");
    assert_eq!(near[0].3, all[0].3);
    let crowd = testing::requests((0..10_000).map(|at| (f64::from(at), f64::from(at) + 5.0)));
    assert!(place_one(crowd, track()).len() < 3_200);
}

#[test]
fn amounts_are_seen_at_every_zoom() {
    let mut amounts = vec![0; 1_000];
    amounts[500] = 100;
    let content = testing::amounts(0.0, 10.0, amounts);
    let peak = |view: Span| {
        let area = area(&content, TrackGeometry { view, ..track() });
        let most = area.shares.iter().copied().fold(0.0, f64::max);
        let at = area.shares.iter().position(|share| *share == most).unwrap();
        (most, area.x + at as f64 * area.column_px)
    };
    let (most, x) = peak(track().view);
    assert_eq!(most, 1.0);
    assert!((518.0..=521.0).contains(&x), "{x}");
    let view = Span {
        begin_ms: 4_995.0,
        end_ms: 5_005.0,
    };
    assert_eq!(peak(view).0, 1.0);
}
