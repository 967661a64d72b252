//! Where the pictures stand. Pure geometry.

use super::Slot;
use crate::timeline::TrackGeometry;

/// Pictures no wider, and no narrower, than this, whatever pages look like, in CSS pixels.
const WIDTHS_PX: (f64, f64) = (20.0, 120.0);
/// Pictures at most: a wide page on a wide screen has some forty.
const N_SLOTS: usize = 96;

/// The slots of a strip in line with a track, each as wide as a picture of this height and proportion. They stand at
/// multiples of the time they take, so that panning moves them and does not change what they show.
pub fn slots(geometry: TrackGeometry, height_px: f64, aspect: f64) -> Vec<Slot> {
    let width_px = (height_px * aspect).clamp(WIDTHS_PX.0, WIDTHS_PX.1);
    let (left, right) = ends(geometry);
    if right - left < width_px || geometry.view_ms() <= 0.0 {
        return Vec::new();
    }
    let slot_ms = geometry.view_ms() * width_px / (right - left);
    let first = (geometry.view.begin_ms / slot_ms).floor();
    let mut slots = Vec::new();
    while slots.len() < N_SLOTS {
        let begin_ms = (first + slots.len() as f64) * slot_ms;
        let x = geometry.x_of(begin_ms);
        if x >= right - 0.5 {
            break;
        }
        slots.push(Slot {
            x,
            width_px,
            time_ms: (begin_ms + slot_ms / 2.0).clamp(0.0, geometry.duration_ms),
        });
    }
    slots
}

/// Where the strip begins and ends: where the track does.
pub(super) fn ends(geometry: TrackGeometry) -> (f64, f64) {
    (
        geometry.x_of(geometry.view.begin_ms),
        geometry.x_of(geometry.view.end_ms),
    )
}

/// The index of the slot of those before that stood where this one stands: what it showed is shown until the new picture is
/// here.
pub(super) fn standing_at(before: &[Slot], slot: &Slot) -> Option<usize> {
    let middle = slot.x + slot.width_px / 2.0;
    before
        .iter()
        .position(|other| (other.x..other.x + other.width_px).contains(&middle))
}

/// The part of an image of one size that fills a place of another: its middle, as much as there is room for. Left, top, width
/// and height in the image's pixels.
pub(super) fn filling(image: (f64, f64), place: (f64, f64)) -> (f64, f64, f64, f64) {
    let scale = (place.0 / image.0).max(place.1 / image.1);
    let (width, height) = (place.0 / scale, place.1 / scale);
    ((image.0 - width) / 2.0, (image.1 - height) / 2.0, width, height)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timeline::Span;

    fn geometry(begin_ms: f64, end_ms: f64) -> TrackGeometry {
        TrackGeometry {
            width_px: 1040.0,
            duration_ms: 10_000.0,
            view: Span { begin_ms, end_ms },
        }
    }

    #[test]
    fn slots_fill_the_track_and_show_their_middle() {
        let slots = slots(geometry(0.0, 10_000.0), 40.0, 2.0);
        assert_eq!(slots.len(), 13, "1000 px of 80 each, the last cut");
        assert_eq!(
            (slots[0].x, slots[0].width_px, slots[0].time_ms),
            (20.0, 80.0, 400.0)
        );
        assert!(slots.iter().all(|slot| slot.time_ms <= 10_000.0));
        let wide = super::slots(geometry(0.0, 10_000.0), 40.0, 100.0);
        assert_eq!(wide[0].width_px, 120.0);
        assert!(super::slots(TrackGeometry::whole(60.0, 10_000.0), 40.0, 2.0).is_empty());
        assert!(super::slots(TrackGeometry::whole(1040.0, 0.0), 40.0, 2.0).is_empty());
    }

    #[test]
    fn panning_moves_slots_and_changes_no_picture() {
        let times = |begin_ms: f64| -> Vec<i64> {
            let slots = slots(geometry(begin_ms, begin_ms + 2_000.0), 40.0, 2.0);
            slots.iter().map(|slot| slot.time_ms.round() as i64).collect()
        };
        let (before, after) = (times(1_000.0), times(1_130.0));
        assert_eq!(before[0], 1_040, "the slot that begins at 960");
        assert_eq!(after[..12], before[1..], "one has left, none has changed");
        assert_eq!(after[12..], [3_120], "and one has come");
        assert_eq!(times(1_100.0)[0], 1_040);
    }

    #[test]
    fn while_zooming_a_slot_shows_what_stood_there() {
        let before = slots(geometry(0.0, 10_000.0), 40.0, 2.0);
        let after = slots(geometry(2_000.0, 6_000.0), 40.0, 2.0);
        for slot in after.iter().take(12) {
            let index = standing_at(&before, slot).unwrap_or(usize::MAX);
            assert!((before[index].x - slot.x).abs() <= 80.0);
        }
        assert_eq!(standing_at(&[], &after[0]), None);
    }

    #[test]
    fn pictures_are_cut_to_their_middle() {
        assert_eq!(filling((100.0, 100.0), (80.0, 40.0)), (0.0, 25.0, 100.0, 50.0));
        assert_eq!(filling((200.0, 50.0), (40.0, 40.0)), (75.0, 0.0, 50.0, 50.0));
    }
}
