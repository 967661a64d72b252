//! The steps of a frame as a slider: where the program stands among them, what each is, and a way to go there.

use leptos::{
    ev::{KeyboardEvent, PointerEvent},
    html::Div,
    prelude::*,
};

use crate::dom::{use_size, x_in_element};

mod logic;
mod types;
pub use logic::{StepGeometry, step_after_key};
pub use types::StepLabel;
pub mod demo;

/// The slider, with the number of the step behind it.
#[component]
pub fn StepSlider(
    /// How many steps there are.
    #[prop(into)]
    n_steps: Signal<usize>,
    /// The step that the program stands at, from 0; None before the first.
    #[prop(into)]
    now: Signal<Option<usize>>,
    /// What a step is, in words.
    #[prop(into)]
    label: Callback<usize, StepLabel>,
    /// Told the step that the person wants to go to; when dragging, once the pointer is let go.
    #[prop(into)]
    on_go: Callback<usize>,
) -> impl IntoView {
    let track = NodeRef::<Div>::new();
    let size = use_size(track);
    let geometry = Memo::new(move |_| StepGeometry {
        width_px: size.get().0,
        n_steps: n_steps.get(),
    });
    let hovered = RwSignal::new(None::<usize>);
    let is_dragged = RwSignal::new(false);
    let shown = Memo::new(move |_| match is_dragged.get() {
        true => hovered.get().or(now.get()),
        false => now.get(),
    });
    let step_at = move |event: &PointerEvent| {
        let x = x_in_element(event, &*track.get_untracked()?);
        Some(geometry.get_untracked().step_at(x))
    };
    let on_pointerdown = move |event: PointerEvent| {
        let (Some(step), Some(track)) = (step_at(&event), track.get_untracked()) else {
            return;
        };
        if event.button() == 0 {
            // Refused only for a pointer that is gone; then the drag ends with it.
            track.set_pointer_capture(event.pointer_id()).ok();
            hovered.set(Some(step));
            is_dragged.set(true);
        }
    };
    let on_pointerup = move |event: PointerEvent| {
        if let (true, Some(step)) = (is_dragged.get_untracked(), step_at(&event)) {
            is_dragged.set(false);
            on_go.run(step);
        }
    };
    let on_keydown = move |event: KeyboardEvent| {
        let has_modifier = event.ctrl_key() || event.alt_key() || event.meta_key() || event.shift_key();
        let before = now.get_untracked();
        let to = step_after_key(&event.key(), before.unwrap_or(0), n_steps.get_untracked());
        if let (false, Some(to)) = (has_modifier, to) {
            event.prevent_default();
            event.stop_propagation();
            if before != Some(to) {
                on_go.run(to);
            }
        }
    };
    let value_text = move || match now.get() {
        Some(now) => {
            let StepLabel { place, .. } = label.run(now);
            format!("step {} of {}, {place}", now + 1, n_steps.get())
        }
        None => format!("before the first of {} steps", n_steps.get()),
    };
    view! {
        <div class="ph-steps">
            <div
                class="ph-steps__track"
                class:ph-steps__track--dragged=move || is_dragged.get()
                node_ref=track
                data-testid="frame-steps"
                role="slider"
                tabindex="0"
                aria-label="Steps of this frame"
                aria-valuemin=move || n_steps.get().min(1)
                aria-valuemax=move || n_steps.get()
                aria-valuenow=move || now.get().map_or(0, |now| now + 1)
                aria-valuetext=value_text
                on:pointerdown=on_pointerdown
                on:pointermove=move |event| hovered.set(step_at(&event))
                on:pointerup=on_pointerup
                on:pointerleave=move |_| hovered.set(None)
                on:lostpointercapture=move |_| is_dragged.set(false)
                on:keydown=on_keydown
            >
                <Marks geometry=geometry/>
                <div class="ph-steps__past" style:width=move || px(shown.get().map_or(0.0, |step| geometry.get().x_of(step)))></div>
                {move || shown.get().map(|step| {
                    view! { <div class="ph-steps__thumb" style:transform=move || translate_x(geometry.get().x_of(step))></div> }
                })}
            </div>
            <Bubble geometry=geometry hovered=hovered.into() label=label/>
            <span class="ph-steps__count ph-number" data-testid="frame-step-count" aria-hidden="true">
                {move || format!("{} of {}", shown.get().map_or(0, |step| step + 1), n_steps.get())}
            </span>
        </div>
    }
}

/// A mark for each step, where there is room.
#[component]
fn Marks(geometry: Memo<StepGeometry>) -> impl IntoView {
    let path = move || {
        let geometry = geometry.get();
        let steps = if geometry.has_marks() { geometry.n_steps } else { 0 };
        (0..steps).fold(String::new(), |path, step| {
            format!("{path}M{:.1} 0v6", geometry.x_of(step))
        })
    };
    view! { <svg class="ph-steps__marks" aria-hidden="true"><path d=path/></svg> }
}

/// What the step under the pointer is.
#[component]
fn Bubble(
    geometry: Memo<StepGeometry>,
    hovered: Signal<Option<usize>>,
    label: Callback<usize, StepLabel>,
) -> impl IntoView {
    move || {
        hovered.get().map(|step| {
            let StepLabel { place, text } = label.run(step);
            let geometry = geometry.get();
            // It grows from the nearer end, so that it stays beside the slider.
            let is_late = geometry.x_of(step) * 2.0 > geometry.width_px;
            view! {
                <div
                    class="ph-steps__bubble"
                    class:ph-steps__bubble--late=is_late
                    data-testid="frame-step-label"
                    aria-hidden="true"
                >
                    <span class="ph-number">{format!("{}", step + 1)}</span>
                    <span class="ph-steps__place">{place}</span>
                    {(!text.is_empty()).then(|| view! { <code class="ph-steps__text">{text}</code> })}
                </div>
            }
        })
    }
}

fn px(length: f64) -> String {
    format!("{length:.1}px")
}

fn translate_x(x: f64) -> String {
    format!("translateX({x:.1}px)")
}
