//! Which rows are in sight, where a key leads, and how far to scroll.

use std::ops::Range;

use super::{Reveal, RowLayout};

/// The rows that a window `height_px` high sees at `scroll_top_px`, and `overscan` more on both sides.
pub(crate) fn rows_in_sight(
    layout: &RowLayout,
    scroll_top_px: f64,
    height_px: f64,
    overscan: usize,
) -> Range<usize> {
    if layout.n_rows() == 0 || height_px <= 0.0 {
        return 0..0;
    }
    let first = layout.row_at(scroll_top_px).saturating_sub(overscan);
    let last = layout.row_at(scroll_top_px + height_px) + overscan;
    first..(last + 1).min(layout.n_rows())
}

/// Whether a browser scrolls at a key.
pub(crate) fn is_scroll_key(key: &str) -> bool {
    matches!(
        key,
        "ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight" | "PageUp" | "PageDown" | "Home" | "End"
    )
}

/// The row a key moves to, None for a key that does not move.
pub(crate) fn row_after_key(
    key: &str,
    now: Option<usize>,
    n_rows: usize,
    rows_per_page: usize,
) -> Option<usize> {
    let last = n_rows.checked_sub(1)?;
    let moved = match (key, now) {
        ("Home", _) => 0,
        ("End", _) => last,
        ("ArrowDown" | "PageDown", None) => 0,
        ("ArrowUp" | "PageUp", None) => last,
        ("ArrowDown", Some(now)) => now + 1,
        ("ArrowUp", Some(now)) => now.saturating_sub(1),
        ("PageDown", Some(now)) => now + rows_per_page.max(1),
        ("PageUp", Some(now)) => now.saturating_sub(rows_per_page.max(1)),
        _ => return None,
    };
    Some(moved.min(last))
}

/// Where to scroll so that a row is in sight; None if it is.
pub(crate) fn scroll_to_show(
    layout: &RowLayout,
    reveal: Reveal,
    scroll_top_px: f64,
    height_px: f64,
) -> Option<f64> {
    let top = layout.top_px(reveal.row);
    let height = layout.height_px(reveal.row);
    // With a row's height to spare, so that what comes next can be seen too.
    let margin = if reveal.is_centered {
        height.min(height_px / 4.0)
    } else {
        0.0
    };
    let is_above = top - margin < scroll_top_px && scroll_top_px > 0.0;
    let is_below = top + height + margin > scroll_top_px + height_px;
    match (reveal.is_centered, is_above, is_below) {
        (_, false, false) => None,
        (true, ..) => Some(centered_px(layout, reveal.row, height_px)),
        (false, true, _) => Some(top),
        (false, false, true) => Some(top + height - height_px),
    }
}

/// Where to scroll so that a row is in the middle.
pub(crate) fn centered_px(layout: &RowLayout, row: usize, height_px: f64) -> f64 {
    (layout.top_px(row) - (height_px - layout.height_px(row)) / 2.0).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uneven() -> RowLayout {
        RowLayout::stacked([20.0, 60.0, 20.0, 20.0])
    }

    #[test]
    fn a_row_and_its_position_are_inverse() {
        for layout in [
            uneven(),
            RowLayout::Uniform {
                n_rows: 4,
                row_px: 20.0,
            },
        ] {
            for row in 0..4 {
                assert_eq!(layout.row_at(layout.top_px(row)), row);
                assert_eq!(
                    layout.row_at(layout.top_px(row) + layout.height_px(row) - 0.5),
                    row
                );
            }
            assert_eq!(layout.row_at(1e9), 3);
            assert_eq!(layout.height_px(4), 0.0);
        }
    }

    #[test]
    fn only_rows_near_the_window_are_drawn() {
        let layout = RowLayout::Uniform {
            n_rows: 1_000_000,
            row_px: 20.0,
        };
        assert_eq!(rows_in_sight(&layout, 10_000.0, 400.0, 5), 495..526);
        assert_eq!(rows_in_sight(&layout, 0.0, 0.0, 5), 0..0);
        assert_eq!(rows_in_sight(&RowLayout::stacked([]), 0.0, 400.0, 5), 0..0);
    }

    #[test]
    fn keys_stay_within_the_rows() {
        let key = |key, now| row_after_key(key, now, 10, 4);
        assert_eq!(
            [
                key("ArrowDown", None),
                key("ArrowDown", Some(9)),
                key("PageUp", Some(2)),
                key("a", Some(2))
            ],
            [Some(0), Some(9), Some(0), None]
        );
    }

    #[test]
    fn a_row_in_sight_is_left_where_it_is() {
        let layout = RowLayout::Uniform {
            n_rows: 100,
            row_px: 20.0,
        };
        assert_eq!(scroll_to_show(&layout, Reveal::nearest(5), 0.0, 200.0), None);
        assert_eq!(
            scroll_to_show(&layout, Reveal::nearest(10), 0.0, 200.0),
            Some(20.0)
        );
        assert_eq!(
            scroll_to_show(&layout, Reveal::nearest(2), 100.0, 200.0),
            Some(40.0)
        );
        assert_eq!(
            scroll_to_show(&layout, Reveal::centered(50), 0.0, 200.0),
            Some(910.0)
        );
    }
}
