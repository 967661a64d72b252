//! The palette: a field over the page, and below it the answers to what is typed, best first.

use std::sync::Arc;

use leptos::{ev::KeyboardEvent, html, prelude::*};

use crate::preview::visible;

mod types;
pub use types::PaletteItem;
pub mod demo;

/// At most so many answers are listed: whoever does not see theirs among them types on.
pub const MAX_ANSWERS: usize = 60;

/// The palette; it is in the page only while it is open.
#[component]
pub fn Palette(
    /// What it looks for, in words.
    #[prop(into)]
    label: Signal<String>,
    /// The answers to a text, best first.
    #[prop(into)]
    answers: Callback<String, Vec<PaletteItem>>,
    /// Told when the person wants it no more.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let typed = RwSignal::new(String::new());
    let active = RwSignal::new(0_usize);
    let items = Memo::new_with_compare(
        move |_| {
            label.track();
            let mut items = answers.run(typed.get());
            items.truncate(MAX_ANSWERS);
            Arc::new(items)
        },
        |_, _| true,
    );
    let is_shown = StoredValue::new(false);
    dialog.on_load(move |dialog| {
        // Refused only for a dialog that is open already.
        dialog.show_modal().ok();
        is_shown.set_value(true);
    });
    let choose = move |index: usize| {
        let chosen = items.with_untracked(|items| items.get(index).cloned());
        if let Some(item) = chosen {
            // The browser gives the focus back to what had it only if the dialog is closed before it is taken away.
            if let Some(dialog) = dialog.get_untracked() {
                dialog.close();
            }
            on_close.run(());
            item.on_choose.run(());
        }
    };
    let on_keydown = move |event: KeyboardEvent| {
        let n = items.with_untracked(|items| items.len());
        let now = active.get_untracked();
        let next = match event.key().as_str() {
            "ArrowDown" => (now + 1) % n.max(1),
            "ArrowUp" => (now + n.max(1) - 1) % n.max(1),
            "PageDown" => (now + 8).min(n.saturating_sub(1)),
            "PageUp" => now.saturating_sub(8),
            "Enter" => {
                event.prevent_default();
                return choose(now);
            }
            _ => return,
        };
        event.prevent_default();
        active.set(next);
        let row = document().get_element_by_id(&row_id(next));
        if let Some(row) = row {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            row.scroll_into_view_with_scroll_into_view_options(&options);
        }
    };
    let rows = move || {
        let row = |(index, item): (usize, &PaletteItem)| {
            let PaletteItem {
                name, detail, keys, ..
            } = item.clone();
            let keys = keys
                .into_iter()
                .map(|key| view! { <kbd class="ph-key">{key}</kbd> })
                .collect_view();
            view! {
                <div
                    class="ph-palette__row"
                    role="option"
                    id=row_id(index)
                    data-testid="palette-row"
                    aria-selected=move || if active.get() == index { "true" } else { "false" }
                    on:pointermove=move |_| active.set(index)
                    on:click=move |_| choose(index)
                >
                    <span class="ph-palette__name">{visible(name)}</span>
                    <span class="ph-palette__detail">{visible(detail)}</span>
                    <span class="ph-palette__keys">{keys}</span>
                </div>
            }
        };
        items.with(|items| items.iter().enumerate().map(row).collect_view())
    };
    let is_empty = move || items.with(|items| items.is_empty());
    view! {
        <dialog
            class="ph-palette"
            node_ref=dialog
            aria-label=move || label.get()
            data-testid="palette"
            on:close=move |_| on_close.run(())
            on:click=move |event| {
                // The backdrop belongs to the dialog element itself; everything inside is a child.
                if event.target() == event.current_target() {
                    on_close.run(());
                }
            }
        >
            <input
                class="ph-palette__input"
                type="text"
                role="combobox"
                autofocus=true
                autocomplete="off"
                spellcheck="false"
                placeholder=move || label.get()
                aria-label=move || label.get()
                aria-expanded="true"
                aria-controls="palette-answers"
                aria-activedescendant=move || (!is_empty()).then(|| row_id(active.get()))
                prop:value=move || typed.get()
                on:input=move |event| { typed.set(event_target_value(&event)); active.set(0); }
                on:keydown=on_keydown
            />
            <div class="ph-palette__rows" id="palette-answers" role="listbox" aria-label="Answers">{rows}</div>
            <Show when=is_empty><p class="ph-palette__none" role="status">"Nothing is called that."</p></Show>
        </dialog>
    }
}

fn row_id(index: usize) -> String {
    format!("palette-{index}")
}
