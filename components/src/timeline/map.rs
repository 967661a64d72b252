//! Above a timeline that shows a part of the recording: which part, to be moved along.

#![expect(unreachable_pub, reason = "the component macro makes what it adds public")]

use leptos::{ev::PointerEvent, html::Div, prelude::*};

use super::{Span, TrackGeometry, view_of};
use crate::dom::x_in_element;

/// The whole recording as a thin line, the part that is seen, and the moment.
#[component]
pub(super) fn TrackMap(
    geometry: Memo<TrackGeometry>,
    #[prop(into)] time_ms: Signal<f64>,
    /// Told the part that is to be seen.
    #[prop(into)]
    on_see: Callback<Span>,
) -> impl IntoView {
    let map = NodeRef::<Div>::new();
    let is_part = Memo::new(move |_| !geometry.get().is_whole());
    let is_dragged = RwSignal::new(false);
    let see_at = move |event: &PointerEvent| {
        let Some(map) = map.get_untracked() else { return };
        let geometry = geometry.get_untracked();
        let whole = TrackGeometry::whole(geometry.width_px, geometry.duration_ms);
        let middle_ms = whole.time_at(x_in_element(event, &map));
        let half_ms = geometry.view_ms() / 2.0;
        let wanted = Span {
            begin_ms: middle_ms - half_ms,
            end_ms: middle_ms + half_ms,
        };
        on_see.run(view_of(wanted, geometry.duration_ms));
    };
    let on_pointerdown = move |event: PointerEvent| {
        event.stop_propagation();
        if let Some(map) = map.get_untracked().filter(|_| event.button() == 0) {
            // Refused only for a pointer that is gone.
            map.set_pointer_capture(event.pointer_id()).ok();
            is_dragged.set(true);
            see_at(&event);
        }
    };
    let on_pointermove = move |event: PointerEvent| {
        event.stop_propagation();
        if is_dragged.get_untracked() {
            see_at(&event);
        }
    };
    let x_whole = move |time_ms: f64| {
        let geometry = geometry.get();
        TrackGeometry::whole(geometry.width_px, geometry.duration_ms).x_within(time_ms)
    };
    let window = move || {
        let view = geometry.get().view;
        (x_whole(view.begin_ms), x_whole(view.end_ms))
    };
    view! {
        <Show when=move || is_part.get()>
            <div
                class="ph-track__map"
                node_ref=map
                data-testid="timeline-map"
                aria-hidden="true"
                on:pointerdown=on_pointerdown
                on:pointermove=on_pointermove
                on:pointerup=move |event: PointerEvent| { event.stop_propagation(); is_dragged.set(false); }
                on:lostpointercapture=move |_| is_dragged.set(false)
            >
                <div
                    class="ph-track__part"
                    style:left=move || format!("{:.2}px", window().0)
                    style:width=move || format!("{:.2}px", (window().1 - window().0).max(4.0))
                ></div>
                <div class="ph-track__now" style:left=move || format!("{:.2}px", x_whole(time_ms.get()))></div>
            </div>
        </Show>
    }
}
