//! The way back from zooms: whole recording, then each part that was zoomed to.

use super::Span;
use crate::format;

/// One step of the way.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Crumb {
    /// The part; None for all of the recording.
    pub(super) view: Option<Span>,
    pub(super) name: String,
}

/// The parts that lead to a part which is zoomed to: those it lies in, and itself.
pub fn trail_after(trail: &[Span], view: Span) -> Vec<Span> {
    let around = trail
        .iter()
        .copied()
        .filter(|part| is_within(view, *part) && !is_same(view, *part));
    around.chain([view]).collect()
}

/// The steps from all of the recording to what is seen, which is the last.
pub(super) fn crumbs(trail: &[Span], view: Option<Span>) -> Vec<Crumb> {
    let whole = Crumb {
        view: None,
        name: "Whole recording".to_owned(),
    };
    let Some(view) = view else { return vec![whole] };
    let parts = trail_after(trail, view).into_iter().map(|part| Crumb {
        view: Some(part),
        name: format::duration(part.end_ms - part.begin_ms),
    });
    [whole].into_iter().chain(parts).collect()
}

/// A thousandth of the inner part: less cannot be seen.
fn least_ms(inner: Span) -> f64 {
    (inner.end_ms - inner.begin_ms) / 1000.0
}

fn is_within(inner: Span, outer: Span) -> bool {
    let least_ms = least_ms(inner);
    outer.begin_ms <= inner.begin_ms + least_ms && outer.end_ms >= inner.end_ms - least_ms
}

fn is_same(a: Span, b: Span) -> bool {
    is_within(a, b) && is_within(b, a)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_leads_through_what_one_is_in() {
        let span = |begin_ms, end_ms| Span { begin_ms, end_ms };
        let names = |trail: &[Span], view| -> Vec<String> {
            crumbs(trail, view).into_iter().map(|crumb| crumb.name).collect()
        };
        let trail = trail_after(&[], span(2_000.0, 3_200.0));
        let trail = trail_after(&trail, span(2_500.0, 2_580.0));
        assert_eq!(
            names(&trail, Some(span(2_500.0, 2_580.0))),
            ["Whole recording", "1.2 s", "80 ms"]
        );
        assert_eq!(
            names(&trail, Some(span(2_400.0, 2_700.0))),
            ["Whole recording", "1.2 s", "300 ms"]
        );
        assert_eq!(
            names(&trail, Some(span(2_000.0, 3_200.0))),
            ["Whole recording", "1.2 s"]
        );
        assert_eq!(names(&trail, None), ["Whole recording"]);
        let elsewhere = trail_after(&trail, span(7_000.0, 7_500.0));
        assert_eq!(elsewhere, [span(7_000.0, 7_500.0)]);
    }
}
