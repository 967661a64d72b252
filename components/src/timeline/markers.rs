//! Where markers stand on the track, joined where they would cover each other.

use super::{Marker, MarkerKind, geometry::TrackGeometry};

/// A marker, or neighbours of one kind too close to tell apart, as they stand on the track.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlacedMarker {
    /// What kind.
    pub kind: MarkerKind,
    /// Where the first stands.
    pub x: f64,
    /// Where the last stands; the same for one alone.
    pub x_last: f64,
    /// The index of the first.
    pub first: usize,
    /// How many there are.
    pub n_markers: usize,
}

/// The markers of one kind, in the order of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    kind: MarkerKind,
    times_ms: Vec<f64>,
    /// The markers' indices among all.
    indices: Vec<usize>,
}

/// Sorts markers by kind, once for all the ways in which they are looked at.
pub fn lanes(markers: &[Marker]) -> Vec<Lane> {
    let lane = |kind| {
        let mut of_kind: Vec<(f64, usize)> = markers
            .iter()
            .enumerate()
            .filter(|(_, marker)| marker.kind == kind)
            .map(|(index, marker)| (marker.time_ms, index))
            .collect();
        of_kind.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (times_ms, indices) = of_kind.into_iter().unzip();
        Lane {
            kind,
            times_ms,
            indices,
        }
    };
    MarkerKind::ALL.into_iter().map(lane).collect()
}

/// Joins markers that would cover each other. The result has at most a few per pixel, and finding it takes a few looks per
/// pixel, however many markers there are.
pub fn place_markers(lanes: &[Lane], geometry: TrackGeometry) -> Vec<PlacedMarker> {
    let mut placed: Vec<PlacedMarker> = Vec::new();
    let near = geometry.near();
    for lane in lanes {
        // Keys grow into a bar; of other kinds, one mark stands for those it covers.
        let (room_px, grows) = match lane.kind {
            MarkerKind::Click | MarkerKind::Hit => (5.0, false),
            MarkerKind::Navigation => (6.0, false),
            MarkerKind::Key => (7.0, true),
        };
        let x_of = |at: usize| geometry.x_of(lane.times_ms[at]);
        let behind = |x: f64, from: usize| {
            from + lane.times_ms[from..].partition_point(|time_ms| geometry.x_of(*time_ms) < x)
        };
        let mut at = lane.times_ms.partition_point(|time_ms| *time_ms < near.begin_ms);
        while at < lane.times_ms.len() && lane.times_ms[at] <= near.end_ms {
            let x = x_of(at);
            let mut end = behind(x + room_px, at).max(at + 1);
            while grows
                && end < lane.times_ms.len()
                && x_of(end) - x_of(end - 1) < room_px
                && x_of(end) < geometry.width_px + room_px
            {
                end = behind(x_of(end - 1) + room_px, end).max(end + 1);
            }
            placed.push(PlacedMarker {
                kind: lane.kind,
                x,
                x_last: x_of(end - 1),
                first: lane.indices[at],
                n_markers: end - at,
            });
            at = end;
        }
    }
    placed
}

/// The marker under a pointer at `x`, by its index: the nearest click or navigation within reach, else the nearest key.
pub(crate) fn marker_at(placed: &[PlacedMarker], x: f64) -> Option<usize> {
    const REACH_PX: f64 = 5.0;
    let distance = |marker: &PlacedMarker| (marker.x - x).max(x - marker.x_last).max(0.0);
    let nearest = |is_wanted: fn(&PlacedMarker) -> bool| {
        let within = placed
            .iter()
            .filter(|marker| is_wanted(marker) && distance(marker) <= REACH_PX);
        within.min_by(|a, b| distance(a).total_cmp(&distance(b)))
    };
    let found = nearest(|marker| marker.kind != MarkerKind::Key)
        .or_else(|| nearest(|marker| marker.kind == MarkerKind::Key && marker.n_markers == 1))?;
    Some(found.first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::Span;

    fn track() -> TrackGeometry {
        TrackGeometry::whole(1040.0, 10_000.0)
    }

    fn place(markers: &[Marker], geometry: TrackGeometry) -> Vec<PlacedMarker> {
        place_markers(&lanes(markers), geometry)
    }

    fn marker(time_ms: f64, kind: MarkerKind) -> Marker {
        Marker {
            time_ms,
            kind,
            label: String::new(),
        }
    }

    #[test]
    fn markers_that_would_cover_each_other_are_joined() {
        let many: Vec<Marker> = (0..100_000)
            .map(|index| marker(f64::from(index) / 10.0, MarkerKind::Click))
            .collect();
        let placed = place(&many, track());
        assert!(placed.len() <= 201, "{}", placed.len());
        assert_eq!(
            placed.iter().map(|marker| marker.n_markers).sum::<usize>(),
            100_000
        );

        let typed: Vec<Marker> = (0..5)
            .map(|index| marker(1_000.0 + f64::from(index) * 60.0, MarkerKind::Key))
            .collect();
        let placed = place(&typed, track());
        assert_eq!(
            placed,
            [PlacedMarker {
                kind: MarkerKind::Key,
                x: 120.0,
                x_last: 144.0,
                first: 0,
                n_markers: 5
            }]
        );
    }

    #[test]
    fn markers_spread_when_they_are_looked_at_closely() {
        let many: Vec<Marker> = (0..100_000)
            .map(|index| marker(f64::from(index) / 10.0, MarkerKind::Click))
            .collect();
        let zoomed = TrackGeometry {
            view: Span {
                begin_ms: 5_000.0,
                end_ms: 5_001.0,
            },
            ..track()
        };
        let placed = place(&many, zoomed);
        assert!(placed.iter().all(|marker| marker.n_markers == 1));
        let seen: Vec<usize> = placed
            .iter()
            .filter(|marker| (20.0..=1020.0).contains(&marker.x))
            .map(|marker| marker.first)
            .collect();
        assert_eq!(seen, (50_000..=50_010).collect::<Vec<_>>());
    }

    #[test]
    fn the_pointer_finds_the_marker_it_is_on() {
        let markers = [
            marker(1_000.0, MarkerKind::Key),
            marker(1_030.0, MarkerKind::Click),
            marker(5_000.0, MarkerKind::Navigation),
        ];
        let placed = place(&markers, track());
        assert_eq!(marker_at(&placed, 121.0), Some(1));
        assert_eq!(marker_at(&placed, 116.0), Some(0));
        assert_eq!(marker_at(&placed, 523.0), Some(2));
        assert_eq!(marker_at(&placed, 300.0), None);
    }
}
