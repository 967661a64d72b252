//! Which lanes there are, and where they lie.

use super::kinds::{Kinds, LaneKind};
use crate::timeline::TrackKind;

/// Room for the map and the labels of the axis.
pub(super) const HEAD_PX: f64 = 25.0;
/// The middle of the labels.
pub(super) const LABEL_Y: f64 = 13.5;
/// The bar with the regions.
pub(super) const BAR_PX: f64 = 6.0;
/// Below the bar: the progress, and room for the thumbs.
const FOOT_PX: f64 = 7.0;
const GAP_PX: f64 = 3.0;
/// A track that is narrower has requests and activity in one lane.
const NARROW_PX: f64 = 560.0;

/// A lane that is there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Lane {
    pub(super) top: f64,
    pub(super) height: f64,
}

impl Lane {
    pub(super) fn bottom(self) -> f64 {
        self.top + self.height
    }
}

/// The lanes of a track, from the top down, and the bar below them. `y` is in CSS pixels from the track's upper edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Layout {
    kinds: Kinds,
    lanes: [Option<Lane>; 5],
    /// The upper edge of the bar.
    pub(super) bar_y: f64,
    /// How high the track is.
    pub(super) height_px: f64,
}

impl Layout {
    /// The lanes for some kinds. A lane without any of its kinds takes no room.
    pub(super) fn of(kinds: Kinds, width_px: f64) -> Self {
        const ORDER: [LaneKind; 5] = [
            LaneKind::Person,
            LaneKind::Troubles,
            LaneKind::Points,
            LaneKind::Requests,
            LaneKind::Activity,
        ];
        let is_joined = width_px < NARROW_PX && kinds.has(TrackKind::Activity);
        let mut lanes = [None; 5];
        let mut y = HEAD_PX;
        for lane in ORDER.into_iter().filter(|lane| kinds.has_lane(*lane)) {
            let height = match lane {
                LaneKind::Person => 24.0,
                LaneKind::Troubles | LaneKind::Points => 14.0,
                LaneKind::Requests => 11.0,
                LaneKind::Activity if kinds.has(TrackKind::Activity) => 18.0,
                LaneKind::Activity => 7.0,
            };
            lanes[lane as usize] = Some(Lane { top: y, height });
            if !(is_joined && lane == LaneKind::Requests) {
                y += height + GAP_PX;
            }
        }
        // Never less than the playhead needs to be held by.
        let bar_y = y.max(HEAD_PX + 24.0 + GAP_PX);
        Self {
            kinds,
            lanes,
            bar_y,
            height_px: bar_y + BAR_PX + FOOT_PX,
        }
    }

    pub(super) fn lane(&self, lane: LaneKind) -> Option<Lane> {
        self.lanes[lane as usize]
    }

    /// Where a kind is drawn; None if its lane is not there.
    pub(super) fn lane_of(&self, kind: TrackKind) -> Option<Lane> {
        self.lane(kind.lane())
    }

    /// Where the amounts of a kind are drawn: movements lie low behind what the person did.
    pub(super) fn area_of(&self, kind: TrackKind) -> Option<Lane> {
        const LOW_PX: f64 = 14.0;
        let lane = self.lane_of(kind)?;
        Some(match kind {
            TrackKind::Movement => Lane {
                top: lane.bottom() - LOW_PX,
                height: LOW_PX,
            },
            _ => lane,
        })
    }

    /// The middle of a mark of a kind.
    pub(super) fn mark_y(&self, kind: TrackKind) -> Option<f64> {
        let lane = self.lane_of(kind)?;
        Some(match kind {
            TrackKind::Click => lane.top + 8.5,
            TrackKind::Key => lane.bottom() - 3.5,
            TrackKind::Paint => lane.bottom() - 2.5,
            TrackKind::Navigation => lane.top + 7.0,
            _ => lane.top + lane.height / 2.0,
        })
    }

    /// How far up and down from its middle a mark of a kind is met by a pointer.
    pub(super) fn reach_y(kind: TrackKind) -> f64 {
        match kind {
            TrackKind::Key | TrackKind::Paint => 4.0,
            TrackKind::Navigation => 8.0,
            _ => 7.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_without_a_track_take_no_room() {
        let height =
            |kinds: &[TrackKind], width_px| Layout::of(kinds.iter().copied().collect(), width_px).height_px;
        let none = height(&[], 1040.0);
        assert_eq!(height(&[TrackKind::Click], 1040.0), none);
        assert_eq!(height(&[TrackKind::Click, TrackKind::Movement], 1040.0), none);
        let all = height(&TrackKind::ALL, 1040.0);
        assert!((100.0..140.0).contains(&all), "{all}");
        assert!(height(&TrackKind::ALL, 390.0) < all);
    }

    #[test]
    fn lanes_do_not_overlap() {
        let layout = Layout::of(TrackKind::ALL.into_iter().collect(), 1040.0);
        let lanes: Vec<Lane> = layout.lanes.into_iter().flatten().collect();
        assert_eq!(lanes.len(), 5);
        assert!(lanes.windows(2).all(|two| two[0].bottom() < two[1].top));
        assert!(lanes[4].bottom() < layout.bar_y);
    }
}
