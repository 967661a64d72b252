//! The line between two panels that moves them: dragged, or with the arrow keys.

use leptos::{
    ev::{KeyboardEvent, PointerEvent},
    html::Div,
    prelude::*,
};
use web_sys::Element;

mod logic;
mod types;
pub use types::SplitAxis;
pub mod demo;

/// A splitter inside a flex or grid container; it reports the share of the container in front of it.
#[component]
pub fn Splitter(
    /// What it resizes, for those who do not see it.
    #[prop(into)]
    label: String,
    /// Along which axis the panels stand.
    axis: SplitAxis,
    /// The share in front of the line, 0 to 1.
    #[prop(into)]
    share: Signal<f64>,
    /// Told the share the person wants, within 0.1 to 0.9.
    #[prop(into)]
    on_resize: Callback<f64>,
) -> impl IntoView {
    let line = NodeRef::<Div>::new();
    let is_dragged = RwSignal::new(false);
    let share_at = move |event: &PointerEvent| {
        let container = line.get_untracked()?.parent_element()?;
        Some(logic::share_at(
            axis.along(event.client_x(), event.client_y()),
            extent(&container, axis),
        ))
    };
    let on_pointerdown = move |event: PointerEvent| {
        let Some(line) = line.get_untracked() else { return };
        event.prevent_default();
        // Refused only for a pointer that is gone; then the drag ends with it.
        line.set_pointer_capture(event.pointer_id()).ok();
        is_dragged.set(true);
    };
    let on_pointermove = move |event: PointerEvent| {
        if let (true, Some(share)) = (is_dragged.get_untracked(), share_at(&event)) {
            on_resize.run(share);
        }
    };
    let on_keydown = move |event: KeyboardEvent| {
        if let Some(moved) = logic::share_after_key(&event.key(), axis, share.get_untracked()) {
            event.prevent_default();
            event.stop_propagation();
            on_resize.run(moved);
        }
    };
    view! {
        <div
            class=format!("ph-splitter {}", axis.class())
            class:ph-splitter--dragged=move || is_dragged.get()
            node_ref=line
            role="separator"
            tabindex="0"
            aria-label=label
            aria-orientation=axis.orientation()
            aria-valuemin="10"
            aria-valuemax="90"
            aria-valuenow=move || format!("{:.0}", share.get() * 100.0)
            on:pointerdown=on_pointerdown
            on:pointermove=on_pointermove
            on:lostpointercapture=move |_| is_dragged.set(false)
            on:keydown=on_keydown
        ></div>
    }
}

/// Where the container begins and ends along the axis, in CSS pixels of the window.
fn extent(container: &Element, axis: SplitAxis) -> (f64, f64) {
    let rect = container.get_bounding_client_rect();
    match axis {
        SplitAxis::Row => (rect.left(), rect.right()),
        SplitAxis::Column => (rect.top(), rect.bottom()),
    }
}
