//! Where lines stand when there are things between some of them, and which columns of an endless line are in sight.

use std::{ops::Range, sync::Arc};

use super::LineInsert;

/// The height of a line in CSS pixels.
pub(crate) const LINE_PX: f64 = 20.0;

/// The widest that content is made. Browsers lose precision or refuse beyond about 17 million pixels.
pub(crate) const MAX_WIDTH_PX: f64 = 8_000_000.0;

/// The places of lines from the top, in CSS pixels.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct LineLayout {
    n_lines: usize,
    /// By rising line: the 0-based line an insert stands below, and the height of all inserts up to and with it.
    inserts: Arc<[(usize, f64)]>,
}

impl LineLayout {
    pub(crate) fn new(n_lines: usize, inserts: &[LineInsert]) -> Self {
        let mut heights: Vec<(usize, f64)> = inserts
            .iter()
            .filter(|insert| insert.line > 0 && insert.line as usize <= n_lines)
            .map(|insert| (insert.line as usize - 1, insert.height_px.max(0.0)))
            .collect();
        heights.sort_by_key(|(line, _)| *line);
        let mut total = 0.0;
        for (_, height) in &mut heights {
            total += *height;
            *height = total;
        }
        Self {
            n_lines,
            inserts: heights.into(),
        }
    }

    fn extra_before(&self, line_idx: usize) -> f64 {
        let n_before = self.inserts.partition_point(|(line, _)| *line < line_idx);
        match n_before.checked_sub(1).and_then(|last| self.inserts.get(last)) {
            Some((_, height)) => *height,
            None => 0.0,
        }
    }

    /// Where a line begins; the end of all for an index beyond them.
    pub(crate) fn top_px(&self, line_idx: usize) -> f64 {
        let line_idx = line_idx.min(self.n_lines);
        line_idx as f64 * LINE_PX + self.extra_before(line_idx)
    }

    /// How high everything is together.
    pub(crate) fn total_px(&self) -> f64 {
        self.top_px(self.n_lines)
    }

    /// The line at `y_px`, or the one above the insert that is there; the last for a position below.
    pub(crate) fn line_at(&self, y_px: f64) -> usize {
        let (mut low, mut high) = (0, self.n_lines);
        while low < high {
            let middle = (low + high) / 2;
            if self.top_px(middle + 1) <= y_px {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low.min(self.n_lines.saturating_sub(1))
    }

    /// The lines that a window sees, and `overscan` more on both sides.
    pub(crate) fn in_sight(&self, scroll_top_px: f64, height_px: f64, overscan: usize) -> Range<usize> {
        if self.n_lines == 0 || height_px <= 0.0 {
            return 0..0;
        }
        let first = self.line_at(scroll_top_px).saturating_sub(overscan);
        let last = self.line_at(scroll_top_px + height_px) + overscan;
        first..(last + 1).min(self.n_lines)
    }
}

/// The columns that a window sees of a line, in steps, so that they change only now and then while it scrolls.
pub(crate) fn columns_in_sight(scroll_left_px: f64, width_px: f64, ch_px: f64) -> Range<usize> {
    const STEP: usize = 256;
    let ch_px = ch_px.max(1.0);
    let first = (scroll_left_px.max(0.0) / ch_px) as usize / STEP * STEP;
    let n_columns = (width_px.max(0.0) / ch_px) as usize + 1;
    first.saturating_sub(STEP)..(first + n_columns).next_multiple_of(STEP) + STEP
}

/// How many pixels of a line pass for each that the window is scrolled: 1, unless the line is wider than content can be.
pub(crate) fn stretch(line_px: f64, window_px: f64) -> f64 {
    if line_px <= MAX_WIDTH_PX {
        return 1.0;
    }
    ((line_px - window_px) / (MAX_WIDTH_PX - window_px).max(1.0)).max(1.0)
}

/// How far to scroll so that `begin..end` is in sight of a window; None if it is. Far away, it comes to the middle.
pub(crate) fn scroll_to(begin: f64, end: f64, scroll: f64, window: f64, margin: f64) -> Option<f64> {
    let margin = margin.min(window / 4.0);
    let is_before = begin < scroll + margin.min(scroll);
    let is_behind = end + margin > scroll + window;
    if !is_before && !is_behind {
        return None;
    }
    Some((begin - (window - (end - begin)) / 2.0).max(0.0))
}

#[cfg(test)]
mod tests {
    use leptos::prelude::*;

    use super::*;

    fn insert(line: u32, height_px: f64) -> LineInsert {
        LineInsert {
            line,
            height_px,
            view: ViewFn::from(|| ()),
        }
    }

    #[test]
    fn lines_make_room_for_what_stands_between_them() {
        let layout = LineLayout::new(5, &[insert(4, 10.0), insert(2, 100.0), insert(9, 7.0)]);
        assert_eq!(
            [0, 1, 2, 3, 4, 5].map(|line| layout.top_px(line)),
            [0.0, 20.0, 140.0, 160.0, 190.0, 210.0]
        );
        assert_eq!(layout.total_px(), 210.0);
        assert_eq!(
            [0.0, 39.0, 139.0, 140.0, 189.0, 900.0].map(|y| layout.line_at(y)),
            [0, 1, 1, 2, 3, 4]
        );
        assert_eq!(layout.in_sight(0.0, 0.0, 8), 0..0);
        assert_eq!(layout.in_sight(140.0, 20.0, 0), 2..4);
        assert_eq!(
            LineLayout::new(100_000, &[]).in_sight(1_000_000.0, 400.0, 8),
            49_992..50_029
        );
        assert_eq!(LineLayout::default().line_at(7.0), 0);
    }

    #[test]
    fn only_columns_near_the_window_are_drawn() {
        assert_eq!(columns_in_sight(0.0, 700.0, 7.0), 0..512);
        assert_eq!(columns_in_sight(7_000_000.0, 700.0, 7.0), 999_680..1_000_448);
        // The end of a line of five million columns comes into sight at the end of the scroll.
        let (line_px, window_px) = (36_000_000.0, 800.0);
        let end = (MAX_WIDTH_PX - window_px) * stretch(line_px, window_px);
        assert!((end - (line_px - window_px)).abs() < 1.0);
        assert_eq!(stretch(1000.0, 800.0), 1.0);
    }

    #[test]
    fn what_is_in_sight_is_left_there() {
        assert_eq!(scroll_to(0.0, 20.0, 0.0, 400.0, 20.0), None);
        assert_eq!(scroll_to(100.0, 120.0, 0.0, 400.0, 20.0), None);
        assert_eq!(scroll_to(390.0, 410.0, 0.0, 400.0, 20.0), Some(200.0));
        assert_eq!(scroll_to(100.0, 120.0, 300.0, 400.0, 20.0), Some(0.0));
        assert_eq!(scroll_to(5000.0, 5020.0, 0.0, 400.0, 20.0), Some(4810.0));
    }
}
