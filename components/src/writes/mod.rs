//! When something was written: one row a write, the one that is in force marked.

use std::sync::Arc;

use leptos::{ev::KeyboardEvent, prelude::*};

use crate::preview::{Preview, visible};

mod types;
pub use types::WriteItem;
pub mod demo;

/// The writes, the earliest first.
#[component]
pub fn WritesView(
    /// The writes.
    #[prop(into)]
    items: Signal<Arc<[WriteItem]>>,
    /// The one whose value is seen at the moment.
    #[prop(into)]
    current: Signal<Option<usize>>,
    /// Told the write that the person wants to go to.
    #[prop(into)]
    on_choose: Callback<usize>,
) -> impl IntoView {
    let moved = RwSignal::new(None::<usize>);
    let n_items = Memo::new(move |_| items.with(|items| items.len()));
    let active = Memo::new(move |_| {
        moved
            .get()
            .or(current.get())
            .filter(|active| *active < n_items.get())
    });
    let on_keydown = move |event: KeyboardEvent| {
        let last = n_items.get_untracked().saturating_sub(1);
        let now = active.get_untracked();
        let to = match (event.key().as_str(), now) {
            ("ArrowDown", Some(now)) => (now + 1).min(last),
            ("ArrowUp", Some(now)) => now.saturating_sub(1),
            ("ArrowDown" | "ArrowUp" | "Home", _) => 0,
            ("End", _) => last,
            ("Enter" | " ", Some(now)) => {
                on_choose.run(now);
                now
            }
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        moved.set(Some(to));
    };
    let row = move |index: usize| {
        let item = Memo::new(move |_| items.with(|items| items.get(index).cloned()).unwrap_or_default());
        let is_current = move || current.get() == Some(index);
        view! {
            <div
                id=format!("write-{index}")
                class="ph-write"
                class:ph-write--current=is_current
                class:ph-write--active=move || active.get() == Some(index)
                role="option"
                data-testid="write"
                aria-selected=move || if is_current() { "true" } else { "false" }
                on:click=move |_| {
                    moved.set(Some(index));
                    on_choose.run(index);
                }
            >
                <span class="ph-write__time ph-number">{move || item.with(|item| item.time.clone())}</span>
                <span class="ph-write__value">
                    {move || {
                        let WriteItem { verb, tokens, .. } = item.get();
                        let verb = (!verb.is_empty()).then(|| view! { <span class="ph-preview--faint">{verb}" "</span> });
                        view! { {verb}<Preview tokens=tokens/> }
                    }}
                </span>
                <span class="ph-write__place">
                    {move || item.with(|item| match item.function.is_empty() {
                        true => visible(item.location.clone()),
                        false => visible(format!("{} {}", item.function, item.location)),
                    })}
                </span>
            </div>
        }
    };
    view! {
        <div
            class="ph-writes"
            id="writes"
            role="listbox"
            aria-label="Writes, the earliest first"
            tabindex="0"
            hidden=move || n_items.get() == 0
            aria-activedescendant=move || active.get().map(|active| format!("write-{active}"))
            on:keydown=on_keydown
        >
            <For each=move || 0..n_items.get() key=|index| *index let(index)>{row(index)}</For>
        </div>
    }
}
