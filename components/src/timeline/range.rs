//! Ranges on the track: two thumbs at their ends, and the band of what is selected.

#![expect(unreachable_pub, reason = "the component macro makes what it adds public")]

use leptos::{
    ev::{KeyboardEvent, PointerEvent},
    html::Div,
    prelude::*,
};

use super::{
    Span, TrackGeometry,
    acting::Acting,
    keys::{End, range_after, range_after_key},
    translate_x,
};
use crate::{
    format,
    primitives::{button::IconButton, icon::Icon},
};

/// A slider with two thumbs, one at each end of a range that lies in sight.
#[component]
pub(super) fn Thumbs(
    geometry: Memo<TrackGeometry>,
    range: Signal<Option<Span>>,
    /// What the range is: `Focus`.
    name: &'static str,
    class: &'static str,
    /// Told the range and whether that is final: not while a thumb is dragged.
    #[prop(into)]
    on_change: Callback<(Span, bool)>,
) -> impl IntoView {
    let is_there = Memo::new(move |_| range.get().is_some());
    let thumb = move |end: End| view! { <Thumb geometry=geometry range=range end=end name=name class=class on_change=on_change/> };
    view! {
        <Show when=move || is_there.get()>
            {thumb(End::Begin)}
            {thumb(End::End)}
        </Show>
    }
}

#[component]
fn Thumb(
    geometry: Memo<TrackGeometry>,
    range: Signal<Option<Span>>,
    end: End,
    name: &'static str,
    class: &'static str,
    on_change: Callback<(Span, bool)>,
) -> impl IntoView {
    let node = NodeRef::<Div>::new();
    // Where in the thumb it was taken, while it is dragged.
    let taken_px = RwSignal::new(None::<f64>);
    let at_ms = move || {
        let range = range.get().unwrap_or(Span {
            begin_ms: 0.0,
            end_ms: 0.0,
        });
        if end == End::Begin {
            range.begin_ms
        } else {
            range.end_ms
        }
    };
    let drag_to = move |event: &PointerEvent, is_final: bool| {
        event.stop_propagation();
        let (Some(taken_px), Some(before), Some(track)) = (
            taken_px.get_untracked(),
            range.get_untracked(),
            node.get_untracked().and_then(|thumb| thumb.parent_element()),
        ) else {
            return;
        };
        let geometry = geometry.get_untracked();
        let x = f64::from(event.client_x()) - track.get_bounding_client_rect().left() - taken_px;
        on_change.run((
            range_after(before, end, geometry.time_at(x), geometry.duration_ms),
            is_final,
        ));
    };
    let on_pointerdown = move |event: PointerEvent| {
        event.stop_propagation();
        let Some(thumb) = node.get_untracked().filter(|_| event.button() == 0) else {
            return;
        };
        // Refused only for a pointer that is gone.
        thumb.set_pointer_capture(event.pointer_id()).ok();
        let middle = thumb.get_bounding_client_rect();
        taken_px.set(Some(
            f64::from(event.client_x()) - middle.left() - middle.width() / 2.0,
        ));
        // Refused only by elements that have left the page.
        thumb.focus().ok();
    };
    let on_keydown = move |event: KeyboardEvent| {
        let has_modifier = event.ctrl_key() || event.alt_key() || event.meta_key();
        let Some(range) = range.get_untracked().filter(|_| !has_modifier) else {
            return;
        };
        if let Some(after) = range_after_key(&event.key(), range, end, geometry.get_untracked()) {
            event.prevent_default();
            event.stop_propagation();
            on_change.run((after, true));
        }
    };
    let is_begin = end == End::Begin;
    let limits = move || {
        let (range, duration_ms) = (range.get(), geometry.get().duration_ms);
        match (range, is_begin) {
            (Some(range), true) => (0.0, range.end_ms),
            (Some(range), false) => (range.begin_ms, duration_ms),
            (None, _) => (0.0, duration_ms),
        }
    };
    view! {
        <div
            class=format!("ph-track__thumb {class}")
            class:ph-track__thumb--end=!is_begin
            node_ref=node
            role="slider"
            tabindex="0"
            aria-label=format!("{name} {}", if is_begin { "begins" } else { "ends" })
            aria-valuemin=move || format!("{:.0}", limits().0)
            aria-valuemax=move || format!("{:.0}", limits().1)
            aria-valuenow=move || format!("{:.0}", at_ms())
            aria-valuetext=move || format::spoken(at_ms())
            hidden=move || !geometry.get().is_near(at_ms())
            style:transform=move || translate_x(geometry.get().x_of(at_ms()))
            on:pointerdown=on_pointerdown
            on:pointermove=move |event| drag_to(&event, false)
            on:pointerup=move |event| {
                drag_to(&event, true);
                taken_px.set(None);
            }
            on:lostpointercapture=move |event: PointerEvent| {
                event.stop_propagation();
                taken_px.set(None);
            }
            on:dblclick=move |event| event.stop_propagation()
            on:keydown=on_keydown
        ></div>
    }
}

/// What is selected: how long it is, and what can be done with it.
#[component]
pub(super) fn Band(acting: Acting) -> impl IntoView {
    let Acting {
        geometry, selection, ..
    } = acting;
    let is_there = Memo::new(move |_| selection.get().is_some());
    let ends = move || {
        let (range, geometry) = (selection.get(), geometry.get());
        range.map_or((0.0, 0.0), |range| {
            (geometry.x_within(range.begin_ms), geometry.x_within(range.end_ms))
        })
    };
    let length = move || {
        selection
            .get()
            .map(|range| format::duration(range.end_ms - range.begin_ms))
    };
    // Kept inside the track: half of the greatest width of what can be done.
    let tools_x = move || {
        const HALF_PX: f64 = 92.0;
        let ((begin, end), width_px) = (ends(), geometry.get().width_px);
        f64::midpoint(begin, end).clamp(
            HALF_PX.min(width_px / 2.0),
            (width_px - HALF_PX).max(width_px / 2.0),
        )
    };
    view! {
        <Show when=move || is_there.get()>
            <div
                class="ph-track__band"
                data-testid="timeline-selection"
                style:left=move || format!("{:.2}px", ends().0)
                style:width=move || format!("{:.2}px", ends().1 - ends().0)
            ></div>
            <Thumbs
                geometry=geometry
                range=selection.into()
                name="Selection"
                class="ph-track__thumb--selection"
                on_change=move |(range, _)| selection.set(Some(range))
            />
            <div class="ph-track__anchor ph-track__anchor--tools" style:transform=move || translate_x(tools_x())>
                <div
                    class="ph-track__tools"
                    role="group"
                    aria-label="Selection"
                    on:pointerdown=|event| event.stop_propagation()
                    on:pointerup=|event| event.stop_propagation()
                    on:dblclick=|event| event.stop_propagation()
                    on:keydown=move |event: KeyboardEvent| {
                        if event.key() == "Escape" {
                            event.stop_propagation();
                            selection.set(None);
                        } else if matches!(event.key().as_str(), "Enter" | " ") {
                            // It presses the button that has the focus.
                            event.stop_propagation();
                        }
                    }
                >
                    <span class="ph-number">{length}</span>
                    <IconButton icon=Icon::ZoomIn label="Zoom to the selection" key_hint="Enter" on_press=move |_| acting.zoom_to_selection()/>
                    <IconButton icon=Icon::Focus label="Focus on the selection" key_hint="Shift+F" on_press=move |_| acting.focus_on_selection()/>
                    <IconButton icon=Icon::Close label="Drop the selection" key_hint="Esc" on_press=move |_| selection.set(None)/>
                </div>
            </div>
        </Show>
    }
}
