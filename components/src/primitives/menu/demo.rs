//! A menu with every kind of item.

use leptos::prelude::*;

use super::{MenuButton, MenuItem};
use crate::primitives::icon::Icon;

/// The gallery's page for menus.
#[component]
pub fn MenuDemo() -> impl IntoView {
    let is_wrapped = RwSignal::new(true);
    let chosen = RwSignal::new("nothing");
    let items = move |()| {
        vec![
            MenuItem::new("Copy", move || chosen.set("Copy")).hint("Ctrl+C"),
            MenuItem::new("Paste", move || chosen.set("Paste")).enabled(false),
            MenuItem::new("Wrap lines", move || is_wrapped.update(|is| *is = !*is))
                .checked(is_wrapped.get_untracked())
                .group(),
        ]
    };
    view! {
        <MenuButton icon=Icon::More label="Things to do" items=items/>
        <span>{move || format!("Chosen: {}; lines are {}", chosen.get(), if is_wrapped.get() { "wrapped" } else { "cut" })}</span>
    }
}
