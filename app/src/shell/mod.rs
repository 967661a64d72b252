//! The frame around the panels: routes, the layout of the pages, the keyboard.

#![expect(unreachable_pub, reason = "the component macro makes what it adds public")]

mod areas;
pub mod commands;
mod docks;
mod finder;
pub mod layout;
pub(crate) mod panels;
pub(crate) mod parts;
mod settings;
mod shortcut_sheet;

use components::primitives::{empty_state::EmptyState, icon::Icon};
use leptos::prelude::*;
use leptos_router::{
    components::{Route, Router, Routes},
    hooks::{use_location, use_params_map},
    path,
};

pub(crate) use self::parts::fetch_when_idle;
use crate::{
    boot,
    logic::keys::Press,
    url::{self, Link},
};

/// The style sheets of the shell.
pub const STYLES: &[&str] = &[include_str!("shell.css"), include_str!("docks.css")];

/// Those of the panels.
pub const STYLES_REST: &[&str] = &[
    include_str!("../panels/opening.css"),
    include_str!("../panels/network.css"),
    include_str!("../panels/console.css"),
    include_str!("../panels/compare.css"),
    include_str!("../panels/comments.css"),
    include_str!("../panels/sharing/sharing.css"),
    include_str!("../panels/points.css"),
    include_str!("../panels/elements.css"),
    include_str!("../panels/source/source.css"),
];

/// The whole viewer.
#[component]
pub fn App() -> impl IntoView {
    if boot::is_embedded() {
        boot::tell_idle(false.into());
        return parts::view_of(parts::Part::Embed);
    }
    view! {
        <a class="ph-skip" href="#main" on:click=skip_to_main>"Skip to the content"</a>
        <Router base=url::home().trim_end_matches('/')>
            <Routes fallback=|| parts::view_of(parts::Part::NotFound)>
                <Route path=path!("/") view=Home/>
                <Route path=path!("/recording/:id") view=Recording/>
            </Routes>
        </Router>
    }
    .into_any()
}

/// Moves the focus itself: the router would take the link for a navigation.
fn skip_to_main(event: leptos::ev::MouseEvent) {
    use wasm_bindgen::JsCast;
    event.prevent_default();
    let main = document()
        .get_element_by_id("main")
        .and_then(|main| main.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(main) = main {
        // Focus is refused only by elements that have left the page.
        main.focus().ok();
    }
}

/// The library, or a recording that the engine in the page answers.
#[component]
fn Home() -> impl IntoView {
    let search = use_location().search;
    let shown = Memo::new(move |_| search.with(|search| Link::shown_at_home(search)));
    move || match shown.get() {
        nothing if nothing.is_empty() => {
            boot::tell_idle(false.into());
            // It comes in a file of its own.
            parts::view_of(parts::Part::Library)
        }
        id => recording(&id),
    }
}

/// The page of a recording; or what has to be done first, which comes in a file of its own.
fn recording(id: &str) -> AnyView {
    match boot::connect() {
        Some(connect) => boot::recording_page(id, connect).into_any(),
        None => {
            boot::tell_idle(false.into());
            parts::view_of(parts::Part::Opening)
        }
    }
}

/// A page of its own for each recording: another id makes everything anew.
#[component]
fn Recording() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    move || recording(&id.get())
}

#[component]
fn NotFound() -> impl IntoView {
    boot::tell_idle(true.into());
    view! {
        <main class="ph-alone" id="main" tabindex="-1">
            <h1 class="ph-hidden">"Not found"</h1>
            <EmptyState icon=Icon::Search title="There is no such page" text="The address leads nowhere in this viewer.">
                <a class="ph-button ph-button--primary" href=url::home()>"Go to the library"</a>
            </EmptyState>
        </main>
    }
}

/// Whether the keyboard is a Mac's.
pub(crate) fn is_mac() -> bool {
    window()
        .navigator()
        .platform()
        .is_ok_and(|platform| platform.starts_with("Mac"))
}

/// What a key press says.
pub(crate) fn press_of(event: &leptos::ev::KeyboardEvent) -> Press {
    Press {
        key: event.key(),
        has_ctrl: event.ctrl_key(),
        has_alt: event.alt_key(),
        has_shift: event.shift_key(),
        has_meta: event.meta_key(),
    }
}
