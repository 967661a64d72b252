//! Rows that are together higher than a browser's elements can be, and where its own scroll position leads among them.
//!
//! Up to [`MAX_PX`] a position of the scrollbar is a position among the rows. Beyond, the bar stands for more than it is
//! high: near both ends a pixel is a pixel, in between the bar is stretched over the rest. Only where the bar is dragged is
//! it read like that; wheels, keys and fingers move the rows by what they say ([`Scale::scrolled`]), and the bar is put
//! where it belongs when it has drifted so far that it would reach an end before the rows do, or after.

/// Elements that are higher are cut by Firefox (at 17.9 million pixels) and Chromium (33.5 million).
pub(super) const MAX_PX: f64 = 8e6;
/// How far from both ends a pixel is a pixel.
const END_PX: f64 = 1e5;

/// The height of all rows, and of the window onto them, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    pub(crate) total_px: f64,
    pub(crate) window_px: f64,
}

/// Where a list is scrolled to: the pixel among all rows at the top of the window, and the scrollbar's position.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Position {
    pub(crate) top_px: f64,
    pub(crate) bar_px: f64,
}

impl Position {
    /// How far above their place among all rows those in sight are put.
    pub(crate) fn offset_px(self) -> f64 {
        self.top_px - self.bar_px
    }
}

#[derive(PartialEq)]
enum Zone {
    Start,
    Middle,
    End,
}

impl Scale {
    /// How high the element is that holds the rows.
    pub(crate) fn content_px(self) -> f64 {
        self.total_px.min(MAX_PX)
    }

    /// Whether a position of the bar is a position among the rows.
    pub(crate) fn is_plain(self) -> bool {
        self.total_px <= MAX_PX
    }

    /// The furthest that the rows scroll.
    pub(crate) fn max_top_px(self) -> f64 {
        (self.total_px - self.window_px).max(0.0)
    }

    /// The furthest that the bar scrolls.
    pub(crate) fn max_bar_px(self) -> f64 {
        (self.content_px() - self.window_px).max(0.0)
    }

    /// Where the rows are when the bar has been put somewhere.
    pub(crate) fn at_bar(self, bar_px: f64) -> Position {
        let bar_px = bar_px.clamp(0.0, self.max_bar_px());
        let top_px = self.convert(bar_px, self.max_bar_px(), self.max_top_px());
        Position { top_px, bar_px }
    }

    /// Where the bar is when the rows have been put somewhere. Both are moved by less than a pixel, so that the bar stands
    /// on a whole one, as browsers have it.
    pub(crate) fn at_top(self, top_px: f64) -> Position {
        let top_px = top_px.clamp(0.0, self.max_top_px());
        if self.is_plain() {
            return Position {
                top_px,
                bar_px: top_px,
            };
        }
        let exact_px = self.convert(top_px, self.max_top_px(), self.max_bar_px());
        let bar_px = exact_px.round();
        let top_px = match zone(top_px, self.max_top_px()) {
            Zone::Middle => top_px,
            Zone::Start | Zone::End => top_px + bar_px - exact_px,
        };
        Position { top_px, bar_px }
    }

    /// Where the list is after its bar has moved, by a little or in a jump.
    pub(crate) fn scrolled(self, from: Position, bar_px: f64) -> Position {
        let moved_px = bar_px - from.bar_px;
        // No wheel, key or finger moves by more in a frame; dragging the bar of a high list by a pixel does.
        if moved_px.abs() > (2.0 * self.window_px).max(2_000.0) {
            return self.at_bar(bar_px);
        }
        self.kept(Position {
            top_px: from.top_px + moved_px,
            bar_px,
        })
    }

    /// The position itself if the bar can stay where it is, else that of the same rows with the bar where it belongs.
    pub(crate) fn kept(self, position: Position) -> Position {
        let Position { top_px, bar_px } = position;
        if self.is_plain() {
            return Position {
                top_px: bar_px,
                bar_px,
            };
        }
        let top_zone = zone(top_px, self.max_top_px());
        let has_drifted = top_zone != zone(bar_px, self.max_bar_px());
        let is_off = match top_zone {
            Zone::Start => is_apart(top_px, bar_px),
            Zone::Middle => false,
            Zone::End => is_apart(self.max_top_px() - top_px, self.max_bar_px() - bar_px),
        };
        match has_drifted || is_off {
            true => self.at_top(top_px),
            false => position,
        }
    }

    /// From a scale that reaches to `max` to one that reaches to `other_max`.
    fn convert(self, px: f64, max: f64, other_max: f64) -> f64 {
        if self.is_plain() {
            return px;
        }
        match zone(px, max) {
            Zone::Start => px,
            Zone::End => other_max - (max - px),
            Zone::Middle => END_PX + (px - END_PX) * (other_max - 2.0 * END_PX) / (max - 2.0 * END_PX),
        }
    }
}

fn is_apart(px: f64, other_px: f64) -> bool {
    (px - other_px).abs() > 0.01
}

fn zone(px: f64, max: f64) -> Zone {
    if px <= END_PX {
        Zone::Start
    } else if px >= max - END_PX {
        Zone::End
    } else {
        Zone::Middle
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HIGH: Scale = Scale {
        total_px: 25e6,
        window_px: 600.0,
    };

    #[test]
    fn what_a_browser_can_hold_is_as_it_is() {
        let scale = Scale {
            total_px: 5_000.0,
            window_px: 600.0,
        };
        assert_eq!(scale.content_px(), 5_000.0);
        let position = scale.scrolled(Position::default(), 4_321.5);
        assert_eq!((position.top_px, position.offset_px()), (4_321.5, 0.0));
        assert_eq!(scale.at_top(99_999.0).bar_px, 4_400.0);
    }

    #[test]
    fn the_bar_and_the_rows_are_inverse_and_reach_both_ends() {
        assert!(HIGH.content_px() <= MAX_PX);
        let mut last = -1.0;
        for step in 0..=1_000 {
            let top_px = HIGH.max_top_px() * f64::from(step) / 1_000.0;
            let position = HIGH.at_top(top_px);
            assert!(position.bar_px > last && position.bar_px <= HIGH.max_bar_px());
            last = position.bar_px;
            let back = HIGH.at_bar(position.bar_px).top_px;
            assert!((back - top_px).abs() <= 4.0, "{top_px} became {back}");
        }
        assert_eq!(last, HIGH.max_bar_px());
        assert_eq!(HIGH.at_bar(0.0).top_px, 0.0);
    }

    #[test]
    fn a_wheel_moves_the_rows_by_what_it_says_wherever_it_stands() {
        for start_px in [0.0, 9_950.0, 99_950.0, 12e6, 24_899_000.0, 24_990_000.0] {
            let mut position = HIGH.at_top(start_px);
            for n in 1..=20 {
                // A browser moves its bar within what there is.
                let bar_px = (position.bar_px + 100.0).min(HIGH.max_bar_px());
                position = HIGH.scrolled(position, bar_px);
                let expected = (start_px + 100.0 * f64::from(n)).min(HIGH.max_top_px());
                assert_eq!(position.top_px, expected, "from {start_px}, turn {n}");
            }
        }
    }

    #[test]
    fn a_wheel_reaches_the_end_and_the_beginning() {
        let end = HIGH.max_top_px();
        let mut position = HIGH.at_bar(HIGH.max_bar_px() - END_PX - 5_000.0);
        let mut n_turns = 0;
        while position.top_px < end {
            let bar_px = (position.bar_px + 500.0).min(HIGH.max_bar_px());
            assert!(bar_px > position.bar_px, "the bar stuck at {position:?}");
            position = HIGH.scrolled(position, bar_px);
            n_turns += 1;
            assert!(n_turns < 10_000);
        }
        assert_eq!(position.bar_px, HIGH.max_bar_px());
        let mut position = HIGH.at_top(END_PX + 5_000.0);
        while position.top_px > 0.0 {
            let bar_px = (position.bar_px - 500.0).max(0.0);
            assert!(bar_px < position.bar_px, "the bar stuck at {position:?}");
            position = HIGH.scrolled(position, bar_px);
        }
        assert_eq!(position.bar_px, 0.0);
    }

    #[test]
    fn rows_that_come_behind_leave_those_in_sight_where_they_are() {
        let before = Scale {
            total_px: 7e6,
            ..HIGH
        };
        let position = before.at_top(6_999_000.0);
        let kept = HIGH.kept(position);
        assert_eq!(kept.top_px, position.top_px);
        assert!(kept.bar_px < before.max_bar_px());
        let far = HIGH.at_top(12e6);
        assert_eq!(HIGH.kept(far), far);
    }
}
