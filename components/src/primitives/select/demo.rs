//! A choice of theme.

use std::sync::Arc;

use leptos::prelude::*;

use super::{Choice, Select};

/// The gallery's page for the choice.
#[component]
pub fn SelectDemo() -> impl IntoView {
    let chosen = RwSignal::new("light".to_owned());
    let choices: Arc<[Choice]> = [
        Choice::new("system", "System"),
        Choice::new("light", "Light"),
        Choice::new("dark", "Dark"),
    ]
    .into();
    view! { <Select label="Theme" choices=choices chosen=chosen on_choose=move |key| chosen.set(key)/> {move || chosen.get()} }
}
