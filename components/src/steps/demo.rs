//! A frame of a loop.

use leptos::prelude::*;

use super::{StepLabel, StepSlider};

const LINES: [&str; 4] = [
    "for (const item of items) {",
    "const price = item.price * item.count;",
    "total += price;",
    "if (total > 100) total *= 0.9;",
];

/// The gallery's page for the steps of a frame.
#[component]
pub fn StepsDemo() -> impl IntoView {
    let now = RwSignal::new(Some(5));
    let label = move |step: usize| StepLabel {
        place: format!("cart.js:{}", 12 + step % LINES.len()),
        text: LINES
            .get(step % LINES.len())
            .copied()
            .unwrap_or_default()
            .to_owned(),
    };
    view! {
        <div class="gallery__box">
            <StepSlider n_steps=24 now=now label=label on_go=move |step| now.set(Some(step))/>
            <StepSlider n_steps=48_200 now=now label=label on_go=move |step| now.set(Some(step))/>
        </div>
    }
}
