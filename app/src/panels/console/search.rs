//! The bar that finds words in the messages shown.

use std::time::Duration;

use components::{
    format,
    primitives::{
        button::IconButton,
        icon::{Icon, IconView},
    },
};
use leptos::{ev::KeyboardEvent, leptos_dom::helpers::TimeoutHandle, prelude::*};
use wasm_bindgen::JsCast;

use super::slices;
use crate::{logic::console::Needle, stores::Stores};

const INPUT: &str = "console-search";
/// Waits for the next letter before it looks through a million messages.
const PAUSE: Duration = Duration::from_millis(120);
/// Messages looked at in a slice.
const N_IN_SLICE: usize = 8_192;

/// The words, next and previous, which of how many.
#[component]
pub fn SearchBar(
    /// What is searched for; None closes the bar.
    query: RwSignal<Option<String>>,
    /// The message found.
    found: RwSignal<Option<usize>>,
) -> impl IntoView {
    let Stores { console, .. } = expect_context();
    let settled = RwSignal::new(String::new());
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let all = RwSignal::new(Vec::<u32>::new());
    let is_looking = RwSignal::new(false);
    // Counts the searches: an older one ends where a newer has begun.
    let turn = StoredValue::new(0_u32);
    let at = RwSignal::new(None::<usize>);
    let go = move |is_forward: bool| {
        let n = all.with_untracked(Vec::len);
        if n == 0 {
            return;
        }
        let next = match (at.get_untracked().filter(|at| *at < n), is_forward) {
            (None, true) => 0,
            (None, false) => n - 1,
            (Some(at), true) => (at + 1) % n,
            (Some(at), false) => (at + n - 1) % n,
        };
        at.set(Some(next));
        found.set(None);
        found.set(all.with_untracked(|all| all.get(next).map(|index| *index as usize)));
    };
    let look = move || {
        let this = turn.try_update_value(|turn| {
            *turn += 1;
            *turn
        });
        all.set(Vec::new());
        let needle = match Needle::read(&settled.get_untracked()) {
            Ok(Needle::Any) | Err(_) => return is_looking.set(false),
            Ok(needle) => needle,
        };
        is_looking.set(true);
        let mut from = 0;
        slices::run(move || {
            if turn.try_get_value() != this {
                return false;
            }
            let to = from + N_IN_SLICE;
            let found = console.found_in(from..to, |entry| needle.is_in(&entry.text));
            from = to;
            let is_first = !found.is_empty() && all.with_untracked(Vec::is_empty);
            if !found.is_empty() {
                all.update(|all| all.extend(found));
            }
            // Whoever waits for the first match is led there.
            if is_first && at.get_untracked().is_none() {
                go(true);
            }
            let has_more = to < untrack(|| console.n_shown());
            if !has_more {
                is_looking.set(false);
            }
            has_more
        });
    };
    Effect::new(move |_| {
        console.track();
        settled.track();
        look();
    });
    let on_input = move |event| {
        let text = event_target_value(&event);
        query.set(Some(text.clone()));
        if let Some(timer) = timer.get_value() {
            timer.clear();
        }
        let settle = move || {
            at.try_set(None);
            settled.try_set(text);
        };
        timer.set_value(set_timeout_with_handle(settle, PAUSE).ok());
    };
    on_cleanup(move || {
        if let Some(timer) = timer.try_get_value().flatten() {
            timer.clear();
        }
    });
    let close = move || query.set(None);
    let on_keydown = move |event: KeyboardEvent| {
        match event.key().as_str() {
            "Enter" => go(!event.shift_key()),
            "Escape" => close(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let says = move || {
        let n = all.with(Vec::len);
        match (settled.with(String::is_empty), n, is_looking.get()) {
            (true, ..) => String::new(),
            (_, 0, true) => "…".to_owned(),
            (_, 0, false) => "none".to_owned(),
            (_, n, is_looking) => {
                let at = at.get().map_or(0, |at| at + 1);
                let more = if is_looking { "…" } else { "" };
                format!(
                    "{} of {}{more}",
                    format::count(at as u64),
                    format::count(n as u64)
                )
            }
        }
    };
    view! {
        <div class="ph-console-search" role="search" aria-label="Search the messages">
            <label class="ph-search">
                <IconView icon=Icon::Search/>
                <input
                    class="ph-search__input"
                    id=INPUT
                    type="search"
                    placeholder="Search"
                    aria-label="Search the messages"
                    spellcheck="false"
                    prop:value=move || query.get().unwrap_or_default()
                    on:input=on_input
                    on:keydown=on_keydown
                />
            </label>
            <span class="ph-console-search__count ph-number" role="status" data-testid="console-found">{says}</span>
            <IconButton icon=Icon::ArrowLeft label="Previous match" key_hint="Shift+Enter" on_press=move |_| go(false)/>
            <IconButton icon=Icon::ChevronRight label="Next match" key_hint="Enter" on_press=move |_| go(true)/>
            <IconButton icon=Icon::Close label="Close the search" on_press=move |_| close()/>
        </div>
    }
}

/// Moves the focus into the bar once it is there.
pub(super) fn focus_input() {
    request_animation_frame(|| {
        let input = document()
            .get_element_by_id(INPUT)
            .and_then(|input| input.dyn_into::<web_sys::HtmlElement>().ok());
        if let Some(input) = input {
            // Focus is refused only by elements that have left the page.
            input.focus().ok();
        }
    });
}
