//! Above a timeline that shows a part of the recording: which part, to be moved along and drawn at its edges.

#![expect(unreachable_pub, reason = "the component macro makes what it adds public")]

use leptos::{ev::PointerEvent, html::Div, prelude::*};

use super::{
    Span, TrackGeometry,
    keys::{End, range_after},
    view_of,
};
use crate::dom::x_in_element;

/// By what the window is held.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Held {
    /// Somewhere in it, so long after its beginning.
    Inside { after_ms: f64 },
    /// One of its edges.
    Edge(End),
}

/// An edge is held so near to it.
const EDGE_PX: f64 = 7.0;
/// The window is drawn no narrower.
const LEAST_PX: f64 = 6.0;

/// By what the window is held at a place: its edges reach further outside than inside, so that a narrow window can be moved.
/// Beside it, its middle comes there.
fn held_at(x: f64, whole: TrackGeometry, view: Span) -> Held {
    let (begin, end) = (whole.x_of(view.begin_ms), whole.x_of(view.end_ms));
    let inside_px = EDGE_PX.min((end - begin) / 4.0);
    if (begin - EDGE_PX..begin + inside_px).contains(&x) {
        return Held::Edge(End::Begin);
    }
    if (end - inside_px..end + EDGE_PX).contains(&x) {
        return Held::Edge(End::End);
    }
    let after_ms = match (begin..end).contains(&x) {
        true => whole.time_at(x) - view.begin_ms,
        false => (view.end_ms - view.begin_ms) / 2.0,
    };
    Held::Inside { after_ms }
}

/// What is seen when what is held is drawn to a time.
fn view_when(held: Held, to_ms: f64, view: Span, duration_ms: f64) -> Span {
    match held {
        Held::Inside { after_ms } => view_of(
            Span {
                begin_ms: to_ms - after_ms,
                end_ms: to_ms - after_ms + view.end_ms - view.begin_ms,
            },
            duration_ms,
        ),
        Held::Edge(end) => range_after(view, end, to_ms, duration_ms),
    }
}

/// The whole recording as a thin line, the part that is seen, what is in focus, and the moment.
#[component]
pub(super) fn TrackMap(
    geometry: Memo<TrackGeometry>,
    #[prop(into)] time_ms: Signal<f64>,
    focus: Signal<Option<Span>>,
    /// Told the part that is to be seen.
    #[prop(into)]
    on_see: Callback<Span>,
) -> impl IntoView {
    let map = NodeRef::<Div>::new();
    let held = RwSignal::new(None::<Held>);
    // A window that is drawn as wide as the recording stays held.
    let is_part = Memo::new(move |_| !geometry.get().is_whole() || held.get().is_some());
    let whole = move |geometry: TrackGeometry| TrackGeometry::whole(geometry.width_px, geometry.duration_ms);
    let see_at = move |event: &PointerEvent| {
        event.stop_propagation();
        let (Some(held), Some(map)) = (held.get_untracked(), map.get_untracked()) else {
            return;
        };
        let geometry = geometry.get_untracked();
        let to_ms = whole(geometry).time_at(x_in_element(event, &map));
        on_see.run(view_when(held, to_ms, geometry.view, geometry.duration_ms));
    };
    let on_pointerdown = move |event: PointerEvent| {
        event.stop_propagation();
        if let Some(map) = map.get_untracked().filter(|_| event.button() == 0) {
            // Refused only for a pointer that is gone.
            map.set_pointer_capture(event.pointer_id()).ok();
            let geometry = geometry.get_untracked();
            held.set(Some(held_at(
                x_in_element(&event, &map),
                whole(geometry),
                geometry.view,
            )));
            see_at(&event);
        }
    };
    let x_whole = move |time_ms: f64| whole(geometry.get()).x_within(time_ms);
    let window = move || {
        let view = geometry.get().view;
        let (begin, end) = (x_whole(view.begin_ms), x_whole(view.end_ms));
        (begin, (end - begin).max(LEAST_PX))
    };
    let focused = move || {
        let focus = focus.get()?;
        let (begin, end) = (x_whole(focus.begin_ms), x_whole(focus.end_ms));
        Some(view! {
            <div
                class="ph-track__focused"
                style:left=format!("{begin:.2}px")
                style:width=format!("{:.2}px", (end - begin).max(1.0))
            ></div>
        })
    };
    view! {
        <Show when=move || is_part.get()>
            <div
                class="ph-track__map"
                node_ref=map
                data-testid="timeline-map"
                aria-hidden="true"
                on:pointerdown=on_pointerdown
                on:pointermove=move |event| see_at(&event)
                on:pointerup=move |event: PointerEvent| { event.stop_propagation(); held.set(None); }
                on:lostpointercapture=move |event: PointerEvent| { event.stop_propagation(); held.set(None); }
                on:dblclick=move |event| { event.stop_propagation(); on_see.run(whole(geometry.get_untracked()).view); }
            >
                {focused}
                <div
                    class="ph-track__part"
                    style:left=move || format!("{:.2}px", window().0)
                    style:width=move || format!("{:.2}px", window().1)
                ></div>
                <div class="ph-track__now" style:left=move || format!("{:.2}px", x_whole(time_ms.get()))></div>
            </div>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_is_held_by_its_edges_or_inside() {
        let whole = TrackGeometry::whole(1040.0, 10_000.0);
        let span = |begin_ms, end_ms| Span { begin_ms, end_ms };
        let view = span(2_000.0, 4_000.0);
        assert_eq!(held_at(218.0, whole, view), Held::Edge(End::Begin));
        assert_eq!(held_at(424.0, whole, view), Held::Edge(End::End));
        assert_eq!(held_at(320.0, whole, view), Held::Inside { after_ms: 1_000.0 });
        assert_eq!(held_at(820.0, whole, view), Held::Inside { after_ms: 1_000.0 });
        let narrow = span(2_000.0, 2_020.0);
        assert!(matches!(held_at(221.0, whole, narrow), Held::Inside { .. }));

        let held = Held::Inside { after_ms: 500.0 };
        assert_eq!(view_when(held, 3_000.0, view, 10_000.0), span(2_500.0, 4_500.0));
        assert_eq!(view_when(held, 9_900.0, view, 10_000.0), span(8_000.0, 10_000.0));
        assert_eq!(
            view_when(Held::Edge(End::Begin), 1_000.0, view, 10_000.0),
            span(1_000.0, 4_000.0)
        );
        assert_eq!(
            view_when(Held::Edge(End::End), 1_000.0, view, 10_000.0),
            span(2_000.0, 2_001.0)
        );
    }
}
