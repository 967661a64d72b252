//! Buttons in each look, able and not.

use leptos::prelude::*;

use super::{Button, ButtonLook, IconButton};
use crate::primitives::icon::Icon;

/// The gallery's page for buttons.
#[component]
pub fn ButtonDemo() -> impl IntoView {
    let presses = RwSignal::new(0);
    let press = move |_| presses.update(|n| *n += 1);
    view! {
        <Button on_press=press>"Quiet"</Button>
        <Button on_press=press look=ButtonLook::Framed icon=Icon::Link>"Copy link"</Button>
        <Button on_press=press look=ButtonLook::Primary>"Open recording"</Button>
        <Button on_press=press enabled=false>"Disabled"</Button>
        <IconButton icon=Icon::StepOver label="Step over" key_hint="F10" on_press=press/>
        <IconButton icon=Icon::StepOut label="Step out" on_press=press enabled=false/>
        <span class="ph-number">{move || format!("pressed {} times", presses.get())}</span>
    }
}
