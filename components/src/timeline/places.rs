//! Where the things of a track stand, joined where they would cover each other.
//!
//! Finding the places takes a few looks per pixel, however many things there are. What is joined does not depend on where
//! the view begins, so nothing flickers while it moves.

use super::{
    Amounts, Content, EventTrack, MarkerAt, Stretches, Times, TrackKind,
    geometry::TrackGeometry,
    kinds::LaneKind,
    layout::{Lane, Layout},
};
use crate::format;

/// A thing, or neighbours of one kind too close to tell apart, as they stand on the track.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlacedMark {
    /// What kind.
    pub kind: TrackKind,
    /// Where it is drawn: where the first stands, or a little beside it.
    pub x: f64,
    /// The middle of it.
    pub y: f64,
    /// Where the last stands, or where the longest ends.
    pub x_last: f64,
    /// The index of the first.
    pub first: usize,
    /// How many there are.
    pub n: usize,
    /// Whether there is room for their number behind them.
    pub has_count: bool,
}

/// Half of the width of a mark.
pub(super) const HALF_PX: f64 = 5.0;
/// Rows of requests, which follow each other down.
const N_ROWS: usize = 3;
const ROW_PX: f64 = 4.0;
/// How wide a column of an area is.
const COLUMN_PX: f64 = 2.0;

/// Everything on the tracks that can be pointed at.
pub(super) fn place(tracks: &[EventTrack], geometry: TrackGeometry, layout: &Layout) -> Vec<PlacedMark> {
    let mut placed = Vec::new();
    for track in tracks {
        let (Some(y), Some(lane)) = (layout.mark_y(track.kind), layout.lane_of(track.kind)) else {
            continue;
        };
        match &track.content {
            // Movements are too many to point at.
            Content::Moments(_) if track.kind == TrackKind::Movement => {}
            Content::Moments(times) => place_moments(&mut placed, track.kind, &**times, geometry, y),
            Content::Stretches(stretches) => {
                place_stretches(&mut placed, track.kind, &**stretches, geometry, lane);
            }
            Content::Amounts(_) => {}
        }
    }
    for lane in [LaneKind::Person, LaneKind::Troubles, LaneKind::Points] {
        make_room(&mut placed, lane);
    }
    placed
}

/// How near things of a kind may come to each other.
struct Spacing {
    /// Nearer things are joined.
    alone_px: f64,
    /// Joined ones take this much room, beside that of their number.
    joined_px: f64,
    /// Whether joined things go on as long as there are near ones, as typed words do.
    grows: bool,
}

fn spacing(kind: TrackKind) -> Spacing {
    let (alone_px, joined_px, grows) = match kind {
        TrackKind::Key => (7.0, 0.0, true),
        TrackKind::Paint => (3.0, 0.0, false),
        TrackKind::Navigation => (12.0, 16.0, false),
        _ => (10.0, 13.0, false),
    };
    Spacing {
        alone_px,
        joined_px,
        grows,
    }
}

fn place_moments(
    placed: &mut Vec<PlacedMark>,
    kind: TrackKind,
    times: &dyn Times,
    geometry: TrackGeometry,
    y: f64,
) {
    /// Joining begins anew at each multiple of this, counted from the beginning of the recording: there two marks may touch.
    const STRETCH_PX: f64 = 1024.0;
    let Spacing {
        alone_px,
        joined_px,
        grows,
    } = spacing(kind);
    let ms_per_px = geometry.ms_per_px();
    if ms_per_px <= 0.0 {
        return;
    }
    let near = geometry.near();
    let stretch_ms = STRETCH_PX * ms_per_px;
    let n_near = times.n_before(near.end_ms.next_up());
    let mut at = times.n_before((near.begin_ms / stretch_ms).floor() * stretch_ms);
    while at < n_near {
        let begin_ms = times.time_ms(at);
        let border_ms = ((begin_ms / stretch_ms).floor() + 1.0) * stretch_ms;
        let behind = |from_ms: f64, px: f64| times.n_before((from_ms + px * ms_per_px).min(border_ms));
        let mut end = behind(begin_ms, alone_px).max(at + 1);
        if grows {
            while end < n_near {
                let next = times.n_before(times.time_ms(end - 1) + alone_px * ms_per_px);
                if next <= end {
                    break;
                }
                end = next;
            }
        } else if end > at + 1 && joined_px > 0.0 {
            // With its number it covers more; twice as many may be joined by that, as a rule with no more digits.
            end = behind(begin_ms, joined_px + count_px(2 * (end - at))).max(end);
        }
        let last_ms = times.time_ms(end - 1);
        if last_ms >= near.begin_ms {
            placed.push(PlacedMark {
                kind,
                x: geometry.x_of(begin_ms),
                y,
                x_last: geometry.x_of(last_ms),
                first: at,
                n: end - at,
                has_count: false,
            });
        }
        at = end;
    }
}

fn place_stretches(
    placed: &mut Vec<PlacedMark>,
    kind: TrackKind,
    stretches: &dyn Stretches,
    geometry: TrackGeometry,
    lane: Lane,
) {
    /// Of those that began before what is seen, so many are looked at: one that has lasted longer than all of them is missed.
    const N_BACK: usize = 256;
    /// Of those that begin at one pixel, so many are looked at in each row.
    const N_LOOKS: usize = 4;
    let near = geometry.near();
    let row_y = |index: usize| lane.top + (index % N_ROWS) as f64 * ROW_PX + 1.5;
    let mark = |first: usize, n: usize, end_ms: f64| PlacedMark {
        kind,
        x: geometry.x_of(stretches.time_ms(first)),
        y: row_y(first),
        x_last: geometry.x_of(end_ms),
        first,
        n,
        has_count: false,
    };
    let begun = stretches.n_before(near.begin_ms);
    for index in begun.saturating_sub(N_BACK)..begun {
        let end_ms = stretches.end_ms(index);
        if end_ms >= near.begin_ms {
            placed.push(mark(index, 1, end_ms));
        }
    }
    let n_near = stretches.n_before(near.end_ms.next_up());
    let mut at = begun;
    while at < n_near {
        let end = stretches
            .n_before(stretches.time_ms(at) + geometry.ms_per_px())
            .max(at + 1);
        for first in at..end.min(at + N_ROWS) {
            let of_row = (first..end).step_by(N_ROWS);
            let n = of_row.len();
            let end_ms = of_row
                .take(N_LOOKS)
                .fold(0.0, |latest: f64, index| latest.max(stretches.end_ms(index)));
            placed.push(mark(first, n, end_ms));
        }
        at = end;
    }
}

/// Moves marks of different kinds in one lane a little apart, and finds out where there is room for a number.
fn make_room(placed: &mut [PlacedMark], lane: LaneKind) {
    /// A mark is never drawn further from its place.
    const MOST_PX: f64 = 18.0;
    let mut order: Vec<usize> = (0..placed.len())
        .filter(|at| placed[*at].kind.lane() == lane && placed[*at].kind != TrackKind::Paint)
        .collect();
    order.sort_by(|a, b| placed[*a].x.total_cmp(&placed[*b].x));
    if lane != LaneKind::Person {
        let mut free_x = f64::NEG_INFINITY;
        for at in &order {
            let mark = &mut placed[*at];
            mark.x = free_x.max(mark.x).min(mark.x + MOST_PX);
            free_x = mark.x + 2.0 * HALF_PX - 1.0;
        }
    }
    for (nth, at) in order.iter().enumerate() {
        let mark = placed[*at];
        // In the person's lane clicks, keys and pages lie on heights of their own.
        let is_beside = |other: &&usize| lane != LaneKind::Person || placed[**other].kind == mark.kind;
        let next_x = order[nth + 1..]
            .iter()
            .find(is_beside)
            .map_or(f64::INFINITY, |next| placed[*next].x - HALF_PX);
        placed[*at].has_count = mark.n > 1 && count_x(&mark) + count_px(mark.n) <= next_x;
    }
}

/// Where the number of a mark begins.
pub(super) fn count_x(mark: &PlacedMark) -> f64 {
    match mark.kind {
        TrackKind::Key => mark.x_last + 4.5,
        TrackKind::Navigation => mark.x + 10.0,
        _ => mark.x + HALF_PX + 1.5,
    }
}

/// How wide a number is in the small font.
fn count_px(n: usize) -> f64 {
    5.6 * format::count_short(n as u64).chars().count() as f64
}

/// How much of something there is by place: from 0 to 1 at the middles of columns, which stand still in the recording.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Area {
    /// Where the first column begins.
    pub(super) x: f64,
    pub(super) column_px: f64,
    pub(super) shares: Vec<f64>,
}

/// How much of something there is by place.
pub(super) fn area(content: &Content, geometry: TrackGeometry) -> Area {
    let column_ms = COLUMN_PX * geometry.ms_per_px();
    if column_ms <= 0.0 {
        return Area::default();
    }
    let first = (geometry.view.begin_ms / column_ms).floor();
    let n_columns = ((geometry.view.end_ms / column_ms).ceil() - first).max(0.0) as usize;
    let begin_ms = |column: usize| (first + column as f64) * column_ms;
    let shares = match content {
        Content::Moments(times) => rates(&**times, n_columns, column_ms, begin_ms),
        Content::Stretches(stretches) => {
            let begun = |at: usize| stretches.n_before(begin_ms(at)) as f64;
            (0..n_columns)
                .map(|at| (begun(at + 1) - begun(at)).min(1.0))
                .collect()
        }
        Content::Amounts(amounts) => peaks(amounts, n_columns, begin_ms),
    };
    Area {
        x: geometry.x_of(begin_ms(0)),
        column_px: COLUMN_PX,
        shares,
    }
}

/// How often something happened, against 60 times a second, at which a screen shows it.
fn rates(times: &dyn Times, n_columns: usize, column_ms: f64, begin_ms: impl Fn(usize) -> f64) -> Vec<f64> {
    const MOST_PER_MS: f64 = 0.06;
    /// Over a shorter time there is one or none, which says nothing of how often.
    const LEAST_MS: f64 = 60.0;
    let around_ms = (LEAST_MS - column_ms).max(0.0) / 2.0;
    let rate = |column: usize| {
        let from = times.n_before(begin_ms(column) - around_ms);
        let until = times.n_before(begin_ms(column + 1) + around_ms);
        let most = (column_ms + 2.0 * around_ms) * MOST_PER_MS;
        // The root, so that little is seen beside much.
        ((until - from) as f64 / most).min(1.0).sqrt()
    };
    (0..n_columns).map(rate).collect()
}

/// The most that one part of each column has, against the most of all.
fn peaks(amounts: &Amounts, n_columns: usize, begin_ms: impl Fn(usize) -> f64) -> Vec<f64> {
    /// Of the parts in a column so many are looked at.
    const N_LOOKS: usize = 16;
    let (all, part_ms) = (&amounts.amounts, amounts.part_ms);
    let most = all.iter().copied().max().unwrap_or(0);
    if most == 0 || part_ms <= 0.0 {
        return vec![0.0; n_columns];
    }
    let part_at =
        |time_ms: f64| (((time_ms - amounts.begin_ms) / part_ms).floor().max(0.0) as usize).min(all.len());
    let peak = |column: usize| {
        let from = part_at(begin_ms(column));
        let to = part_at(begin_ms(column + 1)).max(from + 1).min(all.len());
        let parts = all.get(from..to).unwrap_or_default();
        let step = parts.len().div_ceil(N_LOOKS).max(1);
        let peak = parts.iter().step_by(step).copied().max().unwrap_or(0);
        // The root, so that little is seen beside much.
        (peak as f64 / most as f64).sqrt()
    };
    let is_over = |column: usize| begin_ms(column + 1) <= amounts.begin_ms;
    (0..n_columns)
        .map(|column| if is_over(column) { 0.0 } else { peak(column) })
        .collect()
}

/// The mark under a pointer, or the nearest within `reach_px` of it: `reach_px` is more for a finger than for a mouse.
pub(super) fn mark_at(placed: &[PlacedMark], (x, y): (f64, f64), reach_px: f64) -> Option<PlacedMark> {
    let distance = |mark: &PlacedMark| {
        let end = if mark.has_count {
            count_x(mark) + count_px(mark.n)
        } else {
            mark.x
        };
        let (left, right) = match mark.kind {
            TrackKind::Request | TrackKind::Key => (mark.x, mark.x_last.max(end)),
            TrackKind::Navigation => (mark.x, (mark.x + 8.0).max(end)),
            TrackKind::Paint => (mark.x, mark.x),
            _ => (mark.x - HALF_PX, (mark.x + HALF_PX).max(end)),
        };
        let beside_px = (left - x).max(x - right).max(0.0);
        let reach_y = match mark.kind {
            TrackKind::Request => ROW_PX / 2.0,
            kind => Layout::reach_y(kind),
        };
        // From the middle, so that of two heights the nearer one is met.
        let off_px = (mark.y - y).abs();
        (beside_px <= reach_px && off_px <= reach_y + reach_px / 2.0).then_some(beside_px + off_px / 4.0)
    };
    placed
        .iter()
        .filter_map(|mark| Some((distance(mark)?, mark)))
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, mark)| *mark)
}

/// Which of the things of a mark is meant by a press at a time: of typed keys the one below the pointer. Of others the first,
/// or if the moment is at one of them already the one after it, so that pressing again and again meets each.
pub(super) fn meant(mark: &PlacedMark, tracks: &[EventTrack], pointer_ms: f64, now_ms: f64) -> MarkerAt {
    let of_kind = tracks.iter().find(|track| track.kind == mark.kind);
    let times: Option<&dyn Times> = of_kind.and_then(|track| track.times());
    let n_more = match times {
        Some(times) if mark.kind == TrackKind::Key => {
            let behind = times.n_before(pointer_ms).saturating_sub(mark.first);
            let is_nearer = |at: usize| {
                let (before, after) = (times.time_ms(mark.first + at - 1), times.time_ms(mark.first + at));
                pointer_ms - before < after - pointer_ms
            };
            match behind {
                0 => 0,
                at if at >= mark.n => mark.n - 1,
                at if is_nearer(at) => at - 1,
                at => at,
            }
        }
        Some(times) => {
            let until = times.n_before(now_ms.next_up());
            let is_at = until > mark.first && until <= mark.first + mark.n && {
                let latest_ms = times.time_ms(until - 1);
                (latest_ms - now_ms).abs() < 1e-3
            };
            if is_at { (until - mark.first) % mark.n } else { 0 }
        }
        None => 0,
    };
    MarkerAt {
        kind: mark.kind,
        index: mark.first + n_more,
    }
}

impl EventTrack {
    /// When its things happened, or began; None if they are amounts.
    pub fn times(&self) -> Option<&dyn Times> {
        match &self.content {
            Content::Moments(times) => Some(&**times),
            // Stretches are times with an end.
            Content::Stretches(stretches) => Some(&**stretches),
            Content::Amounts(_) => None,
        }
    }
}

#[cfg(test)]
mod tests;
