//! An empty panel with a way on.

use leptos::prelude::*;

use super::EmptyState;
use crate::primitives::{
    button::{Button, ButtonLook},
    icon::Icon,
};

/// The gallery's page for empty places.
#[component]
pub fn EmptyStateDemo() -> impl IntoView {
    view! {
        <div class="gallery__box">
            <EmptyState icon=Icon::Log title="No messages match" text="Nothing in the console contains “fetch”.">
                <Button look=ButtonLook::Framed on_press=|_| {}>"Clear the filter"</Button>
            </EmptyState>
        </div>
    }
}
