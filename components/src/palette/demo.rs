//! A palette of a few fruits.

use leptos::prelude::*;

use super::{Palette, PaletteItem};
use crate::primitives::button::Button;

/// The gallery's page for palettes.
#[component]
pub fn PaletteDemo() -> impl IntoView {
    let is_open = RwSignal::new(false);
    let chosen = RwSignal::new(String::from("nothing"));
    let answers = move |typed: String| {
        ["Apple", "Banana", "Cherry"]
            .into_iter()
            .filter(|name| name.to_lowercase().contains(&typed.to_lowercase()))
            .map(|name| PaletteItem {
                name: name.to_owned(),
                detail: "a fruit".to_owned(),
                keys: vec![name[..1].to_owned()],
                on_choose: Callback::new(move |()| chosen.set(name.to_owned())),
            })
            .collect::<Vec<_>>()
    };
    view! {
        <Button on_press=move |_| is_open.set(true)>"Find a fruit"</Button>
        <span>{move || format!("Chosen: {}", chosen.get())}</span>
        <Show when=move || is_open.get()>
            <Palette label="Find a fruit" answers=answers on_close=move |()| is_open.set(false)/>
        </Show>
    }
}
