//! What keys and the wheel do on the track.

use super::{
    Span, TrackGeometry,
    geometry::{ViewMove, panned, zoomed},
};

/// The time after a key of a slider, None for other keys.
pub(super) fn time_after_key(key: &str, time_ms: f64, duration_ms: f64) -> Option<f64> {
    let to = match key {
        "ArrowLeft" | "ArrowDown" => time_ms - 5000.0,
        "ArrowRight" | "ArrowUp" => time_ms + 5000.0,
        "PageDown" => time_ms - duration_ms / 10.0,
        "PageUp" => time_ms + duration_ms / 10.0,
        "Home" => 0.0,
        "End" => duration_ms,
        _ => return None,
    };
    Some(to.clamp(0.0, duration_ms))
}

/// The way to look elsewhere that a key stands for, None for other keys.
pub(super) fn view_move(key: &str) -> Option<ViewMove> {
    Some(match key {
        "+" | "=" | "w" | "W" => ViewMove::In,
        "-" | "s" | "S" => ViewMove::Out,
        "a" | "A" => ViewMove::Earlier,
        "d" | "D" => ViewMove::Later,
        "f" => ViewMove::All,
        _ => return None,
    })
}

/// One end of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Begin,
    End,
}

/// A range after one of its ends was moved: never shorter than the shortest time that a clock shows, never outside.
pub(super) fn range_after(range: Span, end: End, to_ms: f64, duration_ms: f64) -> Span {
    const LEAST_MS: f64 = 1.0;
    match end {
        End::Begin => Span {
            begin_ms: to_ms.min(range.end_ms - LEAST_MS).max(0.0),
            ..range
        },
        End::End => Span {
            end_ms: to_ms.max(range.begin_ms + LEAST_MS).min(duration_ms),
            ..range
        },
    }
}

/// A range after a key of the slider at one of its ends, None for other keys. Steps are parts of what is seen.
pub(super) fn range_after_key(key: &str, range: Span, end: End, geometry: TrackGeometry) -> Option<Span> {
    let (step_ms, page_ms) = (geometry.view_ms() / 100.0, geometry.view_ms() / 10.0);
    let at_ms = match end {
        End::Begin => range.begin_ms,
        End::End => range.end_ms,
    };
    let to_ms = match key {
        "ArrowLeft" | "ArrowDown" => at_ms - step_ms,
        "ArrowRight" | "ArrowUp" => at_ms + step_ms,
        "PageDown" => at_ms - page_ms,
        "PageUp" => at_ms + page_ms,
        "Home" => 0.0,
        "End" => geometry.duration_ms,
        _ => return None,
    };
    Some(range_after(range, end, to_ms, geometry.duration_ms))
}

/// A turn of the wheel, or a pinch, which browsers tell as one with Ctrl.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wheel {
    pub(super) x_px: f64,
    pub(super) y_px: f64,
    pub(super) is_pinch: bool,
    pub(super) is_sideways: bool,
}

/// What is seen after the wheel was turned at a time; None if that changes nothing.
pub(super) fn view_after_wheel(geometry: TrackGeometry, wheel: &Wheel, around_ms: f64) -> Option<Span> {
    let is_pan = wheel.is_sideways || wheel.x_px.abs() > wheel.y_px.abs();
    let view = match is_pan {
        true => {
            let by_px = if wheel.x_px == 0.0 { wheel.y_px } else { wheel.x_px };
            let share = by_px / geometry.inner_px().max(1.0);
            panned(geometry.view, share.clamp(-1.0, 1.0), geometry.duration_ms)
        }
        false => {
            // A notch of a wheel is 100 px or so and takes a quarter away; a pinch comes in small steps.
            let speed = if wheel.is_pinch { 0.01 } else { 0.003 };
            let factor = (wheel.y_px * speed).clamp(-1.0, 1.0).exp();
            zoomed(geometry.view, factor, around_ms, geometry.duration_ms)
        }
    };
    (view != geometry.view).then_some(view)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn track() -> TrackGeometry {
        TrackGeometry::whole(1040.0, 10_000.0)
    }

    #[test]
    fn the_wheel_zooms_where_it_is_and_pans_sideways() {
        let turn = |geometry: TrackGeometry, x_px: f64, y_px: f64, is_sideways: bool| {
            let wheel = Wheel {
                x_px,
                y_px,
                is_pinch: false,
                is_sideways,
            };
            view_after_wheel(geometry, &wheel, 2_000.0)
        };
        assert_eq!(turn(track(), 0.0, 100.0, false), None, "all is seen already");
        let view = turn(track(), 0.0, -100.0, false).unwrap();
        let near = TrackGeometry { view, ..track() };
        assert!((near.x_of(2_000.0) - track().x_of(2_000.0)).abs() < 1e-9);
        assert!(near.view_ms() < 8_000.0);
        let later = turn(near, 0.0, 100.0, true).unwrap();
        assert!((later.begin_ms - view.begin_ms - near.view_ms() / 10.0).abs() < 1e-9);
        assert_eq!(Some(later), turn(near, 100.0, 3.0, false));
    }

    #[test]
    fn slider_keys_stay_within_the_recording() {
        assert_eq!(time_after_key("ArrowRight", 8_000.0, 10_000.0), Some(10_000.0));
        assert_eq!(time_after_key("PageDown", 500.0, 10_000.0), Some(0.0));
        assert_eq!(time_after_key("x", 500.0, 10_000.0), None);
        assert_eq!(view_move("x"), None);
    }

    #[test]
    fn the_ends_of_a_range_do_not_pass_each_other() {
        let range = Span {
            begin_ms: 2_000.0,
            end_ms: 4_000.0,
        };
        let after = |key, end| {
            let after = range_after_key(key, range, end, track()).unwrap();
            (after.begin_ms, after.end_ms)
        };
        assert_eq!(after("ArrowLeft", End::Begin), (1_900.0, 4_000.0));
        assert_eq!(after("PageUp", End::End), (2_000.0, 5_000.0));
        assert_eq!(after("End", End::Begin), (3_999.0, 4_000.0));
        assert_eq!(after("Home", End::End), (2_000.0, 2_001.0));
        assert_eq!(after("End", End::End), (2_000.0, 10_000.0));
        assert_eq!(range_after_key("x", range, End::End, track()), None);
    }
}
