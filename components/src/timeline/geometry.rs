//! The one relation of time and place on the track, with the part of the recording that is seen.

use super::Span;

/// Room at either end for half a label and half the playhead.
pub(super) const INSET_PX: f64 = 20.0;
/// No less than this is seen at once: the shortest time that a clock shows.
const LEAST_MS: f64 = 1.0;

/// Time and place. `x` is in CSS pixels from the track's left edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrackGeometry {
    /// How wide the track is.
    pub width_px: f64,
    /// How long the recording is.
    pub duration_ms: f64,
    /// The part that is seen.
    pub view: Span,
}

impl TrackGeometry {
    /// A track that shows all of a recording.
    pub fn whole(width_px: f64, duration_ms: f64) -> Self {
        Self {
            width_px,
            duration_ms,
            view: Span {
                begin_ms: 0.0,
                end_ms: duration_ms,
            },
        }
    }

    /// Where a time stands; times that are not seen stand beyond the ends.
    pub fn x_of(self, time_ms: f64) -> f64 {
        match self.view_ms() > 0.0 {
            true => INSET_PX + (time_ms - self.view.begin_ms) / self.view_ms() * self.inner_px(),
            false => INSET_PX,
        }
    }

    /// Where a time stands, or the end of the track that is nearest to it.
    pub fn x_within(self, time_ms: f64) -> f64 {
        self.x_of(time_ms).clamp(INSET_PX, INSET_PX + self.inner_px())
    }

    /// The time that stands at `x`; the inverse of [`Self::x_of`]. Beyond the ends of the track it is that of the end.
    pub fn time_at(self, x: f64) -> f64 {
        match self.inner_px() > 0.0 {
            true => self.view.begin_ms + ((x - INSET_PX) / self.inner_px()).clamp(0.0, 1.0) * self.view_ms(),
            false => self.view.begin_ms,
        }
    }

    /// Whether a time is seen, or its sign would reach into what is.
    pub fn is_near(self, time_ms: f64) -> bool {
        (-INSET_PX..=self.width_px + INSET_PX).contains(&self.x_of(time_ms))
    }

    /// The times whose signs can be seen: a little more than the view.
    pub fn near(self) -> Span {
        let margin_ms = match self.inner_px() > 0.0 {
            true => self.view_ms() * 2.0 * INSET_PX / self.inner_px(),
            false => 0.0,
        };
        Span {
            begin_ms: self.view.begin_ms - margin_ms,
            end_ms: self.view.end_ms + margin_ms,
        }
    }

    /// Whether all of the recording is seen.
    pub fn is_whole(self) -> bool {
        self.view_ms() >= self.duration_ms
    }

    /// How much time a pixel stands for.
    pub(super) fn ms_per_px(self) -> f64 {
        match self.inner_px() > 0.0 {
            true => self.view_ms() / self.inner_px(),
            false => 0.0,
        }
    }

    pub(super) fn inner_px(self) -> f64 {
        (self.width_px - 2.0 * INSET_PX).max(0.0)
    }

    /// How much time is seen.
    pub fn view_ms(self) -> f64 {
        self.view.end_ms - self.view.begin_ms
    }
}

/// A part of a recording as it can be seen: within it, and not too short. All of it if that is what is asked for.
pub fn view_of(wanted: Span, duration_ms: f64) -> Span {
    let duration_ms = duration_ms.max(0.0);
    let length_ms = (wanted.end_ms - wanted.begin_ms).max(LEAST_MS).min(duration_ms);
    let begin_ms = wanted.begin_ms.clamp(0.0, duration_ms - length_ms);
    Span {
        begin_ms,
        end_ms: begin_ms + length_ms,
    }
}

/// Shows `factor` as much time around a moment, which stays where it is on the track.
pub fn zoomed(view: Span, factor: f64, around_ms: f64, duration_ms: f64) -> Span {
    let length_ms = view.end_ms - view.begin_ms;
    let wanted_ms = (length_ms * factor).clamp(LEAST_MS.min(duration_ms), duration_ms.max(0.0));
    let share = match length_ms > 0.0 {
        true => ((around_ms - view.begin_ms) / length_ms).clamp(0.0, 1.0),
        false => 0.5,
    };
    let begin_ms = around_ms.clamp(view.begin_ms, view.end_ms) - share * wanted_ms;
    view_of(
        Span {
            begin_ms,
            end_ms: begin_ms + wanted_ms,
        },
        duration_ms,
    )
}

/// Shows what lies a share of the view later, or earlier.
pub fn panned(view: Span, share: f64, duration_ms: f64) -> Span {
    let by_ms = (view.end_ms - view.begin_ms) * share;
    view_of(
        Span {
            begin_ms: view.begin_ms + by_ms,
            end_ms: view.end_ms + by_ms,
        },
        duration_ms,
    )
}

/// What is seen when two fingers that hold two times stand at two places: the times are again below them, as far as the
/// recording goes.
pub(super) fn pinched(geometry: TrackGeometry, times_ms: (f64, f64), xs: (f64, f64)) -> Span {
    /// Fingers that are nearer cannot be told apart.
    const LEAST_PX: f64 = 12.0;
    let ((early_ms, late_ms), (left, right)) = match xs.0 <= xs.1 {
        true => (times_ms, xs),
        false => ((times_ms.1, times_ms.0), (xs.1, xs.0)),
    };
    let apart_px = (right - left).max(LEAST_PX);
    let wanted_ms = (late_ms - early_ms).abs() / apart_px * geometry.inner_px();
    let length_ms = wanted_ms.clamp(LEAST_MS.min(geometry.duration_ms), geometry.duration_ms.max(0.0));
    // Where there is no more to be seen the middle of the fingers keeps its time.
    let (middle_ms, middle_x) = (f64::midpoint(early_ms, late_ms), f64::midpoint(left, right));
    let share = (middle_x - INSET_PX) / geometry.inner_px().max(1.0);
    let begin_ms = middle_ms - share * length_ms;
    view_of(
        Span {
            begin_ms,
            end_ms: begin_ms + length_ms,
        },
        geometry.duration_ms,
    )
}

/// A way to look elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewMove {
    /// Closer.
    In,
    /// From further away.
    Out,
    /// At what comes before.
    Earlier,
    /// At what comes after.
    Later,
    /// At all of the recording.
    All,
}

/// What is seen after looking elsewhere. Zooms stay at the moment if that is in sight.
pub fn view_after(step: ViewMove, view: Span, now_ms: f64, duration_ms: f64) -> Span {
    const FACTOR: f64 = 1.5;
    const SHARE: f64 = 0.25;
    let around_ms = match (view.begin_ms..=view.end_ms).contains(&now_ms) {
        true => now_ms,
        false => f64::midpoint(view.begin_ms, view.end_ms),
    };
    match step {
        ViewMove::In => zoomed(view, 1.0 / FACTOR, around_ms, duration_ms),
        ViewMove::Out => zoomed(view, FACTOR, around_ms, duration_ms),
        ViewMove::Earlier => panned(view, -SHARE, duration_ms),
        ViewMove::Later => panned(view, SHARE, duration_ms),
        ViewMove::All => TrackGeometry::whole(0.0, duration_ms).view,
    }
}

/// What is kept of a view: None for all of the recording.
pub fn kept(view: Span, duration_ms: f64) -> Option<Span> {
    (view.end_ms - view.begin_ms < duration_ms).then_some(view)
}

/// The nearest view of the same length that a moment can be seen in, with some room on the side it came from; the same view
/// if it can be seen already.
pub fn following(view: Span, time_ms: f64, duration_ms: f64) -> Span {
    const ROOM: f64 = 0.1;
    if (view.begin_ms..=view.end_ms).contains(&time_ms) {
        return view;
    }
    let length_ms = view.end_ms - view.begin_ms;
    let begin_ms = match time_ms < view.begin_ms {
        true => time_ms - (1.0 - ROOM) * length_ms,
        false => time_ms - ROOM * length_ms,
    };
    view_of(
        Span {
            begin_ms,
            end_ms: begin_ms + length_ms,
        },
        duration_ms,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(begin_ms: f64, end_ms: f64) -> Span {
        Span { begin_ms, end_ms }
    }

    fn track(view: Span) -> TrackGeometry {
        TrackGeometry {
            width_px: 1040.0,
            duration_ms: 10_000.0,
            view,
        }
    }

    #[test]
    fn place_and_time_are_inverse() {
        for view in [
            span(0.0, 10_000.0),
            span(3_000.0, 3_001.0),
            span(9_000.0, 10_000.0),
        ] {
            let geometry = track(view);
            for share in [0.0, 0.25, 1.0] {
                let time_ms = view.begin_ms + share * geometry.view_ms();
                assert!((geometry.time_at(geometry.x_of(time_ms)) - time_ms).abs() < 1e-9);
            }
            assert_eq!(
                (geometry.x_of(view.begin_ms), geometry.x_of(view.end_ms)),
                (20.0, 1_020.0)
            );
            assert_eq!(
                (geometry.time_at(-50.0), geometry.time_at(5_000.0)),
                (view.begin_ms, view.end_ms)
            );
        }
        let zoomed = track(span(2_000.0, 4_000.0));
        assert_eq!((zoomed.x_of(0.0), zoomed.x_within(0.0)), (-980.0, 20.0));
        assert!(zoomed.is_near(1_990.0) && !zoomed.is_near(1_000.0));
        assert_eq!(TrackGeometry::whole(0.0, 0.0).time_at(5.0), 0.0);
    }

    #[test]
    fn what_is_zoomed_around_stays_where_it_is() {
        let mut view = span(0.0, 10_000.0);
        for _ in 0..20 {
            let before = track(view).x_of(7_000.0);
            view = zoomed(view, 0.7, 7_000.0, 10_000.0);
            assert!((track(view).x_of(7_000.0) - before).abs() < 1e-6);
        }
        for _ in 0..200 {
            view = zoomed(view, 0.7, 7_000.0, 10_000.0);
        }
        assert!((view.end_ms - view.begin_ms - 1.0).abs() < 1e-9, "{view:?}");
        for _ in 0..60 {
            view = zoomed(view, 2.0, 0.0, 10_000.0);
        }
        assert_eq!(view, span(0.0, 10_000.0));
    }

    #[test]
    fn fingers_keep_their_times_below_them() {
        let before = track(span(2_000.0, 4_000.0));
        let times_ms = (before.time_at(320.0), before.time_at(720.0));
        for xs in [(270.0, 770.0), (420.0, 820.0), (820.0, 420.0), (100.0, 1_000.0)] {
            let held = if xs.0 < xs.1 {
                times_ms
            } else {
                (times_ms.1, times_ms.0)
            };
            let after = track(pinched(before, held, xs));
            assert!((after.x_of(held.0) - xs.0).abs() < 1e-6, "{xs:?}");
            assert!((after.x_of(held.1) - xs.1).abs() < 1e-6, "{xs:?}");
        }
        let all = pinched(before, times_ms, (519.0, 521.0));
        assert!(all.begin_ms >= 0.0 && all.end_ms <= 10_000.0, "{all:?}");
        let near = pinched(before, (3_000.0, 3_000.0), (100.0, 900.0));
        assert!((near.end_ms - near.begin_ms - 1.0).abs() < 1e-9);
        assert_eq!(
            pinched(TrackGeometry::whole(0.0, 0.0), (0.0, 0.0), (1.0, 9.0)),
            span(0.0, 0.0)
        );
    }

    #[test]
    fn looking_elsewhere_stays_at_the_moment() {
        let after = |step, view| view_after(step, view, 5_000.0, 10_000.0);
        let near = after(ViewMove::In, span(0.0, 10_000.0));
        assert!((track(near).x_of(5_000.0) - 520.0).abs() < 1e-9);
        let out = after(ViewMove::Out, near);
        assert!((out.end_ms - out.begin_ms - 10_000.0).abs() < 1e-6);
        assert_eq!(after(ViewMove::Later, span(0.0, 4_000.0)), span(1_000.0, 5_000.0));
        assert_eq!(after(ViewMove::Earlier, span(0.0, 4_000.0)), span(0.0, 4_000.0));
        assert_eq!(kept(after(ViewMove::All, near), 10_000.0), None);
    }

    #[test]
    fn a_view_stays_within_the_recording() {
        assert_eq!(panned(span(0.0, 1_000.0), -0.5, 10_000.0), span(0.0, 1_000.0));
        assert_eq!(
            panned(span(9_000.0, 10_000.0), 0.5, 10_000.0),
            span(9_000.0, 10_000.0)
        );
        assert_eq!(
            panned(span(2_000.0, 3_000.0), 0.5, 10_000.0),
            span(2_500.0, 3_500.0)
        );
        assert_eq!(view_of(span(-5.0, 50_000.0), 10_000.0), span(0.0, 10_000.0));
        assert_eq!(view_of(span(5.0, 5.0), 0.0), span(0.0, 0.0));
        assert_eq!(
            following(span(2_000.0, 3_000.0), 2_500.0, 10_000.0),
            span(2_000.0, 3_000.0)
        );
        assert_eq!(
            following(span(2_000.0, 3_000.0), 3_100.0, 10_000.0),
            span(3_000.0, 4_000.0)
        );
        assert_eq!(
            following(span(2_000.0, 3_000.0), 1_000.0, 10_000.0),
            span(100.0, 1_100.0)
        );
        assert_eq!(
            following(span(2_000.0, 3_000.0), 9_990.0, 10_000.0),
            span(9_000.0, 10_000.0)
        );
    }
}
