//! A list of any length that keeps only the rows in sight in the page.
//!
//! Where each row lies is known without drawing it ([`RowLayout`]), so the bar never jumps and any row can be shown at
//! once. Rows that are together higher than browsers' elements can be are scrolled through all the same ([`scale`]). The
//! container scrolls, takes the focus, and moves the active row with the arrow keys; rows are options or tree
//! items that it points at with `aria-activedescendant`.

use std::sync::Arc;

use leptos::{ev::KeyboardEvent, html::Div, prelude::*};
use wasm_bindgen::JsCast;

use self::scroll::Scroller;
use crate::dom::use_size;

mod logic;
mod scale;
mod scroll;
mod types;
pub use types::{ListHeader, ListKind, Reveal, RowLayout, RowView};
pub mod demo;

/// Rows beyond the edges that are kept ready, so that a fast wheel shows no gaps.
const OVERSCAN: usize = 8;

/// The list. A row draws itself, with the id it is given and the role that fits the list's kind.
#[component]
pub fn VirtualList(
    /// The element's id; rows get `{id}-{index}`.
    id: &'static str,
    /// What the list holds, for those who do not see it.
    #[prop(into)]
    label: String,
    /// Listbox, tree or plain text.
    kind: ListKind,
    /// How many rows there are and where each lies.
    #[prop(into)]
    layout: Signal<RowLayout>,
    /// Draws a row from its index and its id. Called when the row comes into sight.
    row: RowView,
    /// The row that has the keyboard. Default: none.
    #[prop(into, optional)]
    active: Signal<Option<usize>>,
    /// Told when the person moves to a row. Default: ignored.
    #[prop(into, default = Callback::new(|_| ()))]
    on_active: Callback<usize>,
    /// Told when the person presses Enter or Space on the active row. Default: ignored.
    #[prop(into, default = Callback::new(|_| ()))]
    on_activate: Callback<usize>,
    /// Asked about other keys on the active row; true means it was used. Default: none.
    #[prop(into, default = Callback::new(|_| false))]
    on_key: Callback<(String, usize), bool>,
    /// Brings a row into sight whenever this changes. Default: never.
    #[prop(into, optional)]
    reveal: Signal<Option<Reveal>>,
    /// Told the size of the window onto the rows when it changes. Default: ignored.
    #[prop(into, default = Callback::new(|_| ()))]
    on_size: Callback<(f64, f64)>,
    /// The width of the widest row, as CSS; rows get at least the window's. Default: the window's.
    #[prop(into, optional)]
    content_width: Signal<Option<String>>,
    /// What stands above the rows. Default: nothing.
    #[prop(optional)]
    header: Option<ListHeader>,
) -> impl IntoView {
    let window = NodeRef::<Div>::new();
    let header_px = header.as_ref().map_or(0.0, |header| header.height_px);
    let size = use_size(window);
    let position = RwSignal::default();
    let scroller = Scroller {
        window,
        layout,
        size,
        header_px,
        position,
        fulfilled: StoredValue::new(None),
    };
    let range = Memo::new(move |_| {
        let (top_px, height_px) = (position.get().top_px, size.get().1 - header_px);
        layout.with(|layout| logic::rows_in_sight(layout, top_px, height_px, OVERSCAN))
    });

    Effect::new(move |_| on_size.run(size.get()));
    scroller.follow(reveal);

    let on_keydown = move |event: KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() || is_control(&event) {
            return;
        }
        if kind == ListKind::Text {
            // The browser scrolls; nobody else is to take the key for a command.
            if logic::is_scroll_key(&event.key()) {
                event.stop_propagation();
            }
            return;
        }
        let layout_now = layout.get_untracked();
        let now = active.get_untracked();
        let rows_per_page =
            ((size.get_untracked().1 - header_px) / layout_now.height_px(0).max(1.0)) as usize;
        let key = event.key();
        let is_used = if let Some(moved) = logic::row_after_key(&key, now, layout_now.n_rows(), rows_per_page)
        {
            on_active.run(moved);
            scroller.show(moved);
            true
        } else {
            match now {
                Some(now) if matches!(key.as_str(), "Enter" | " ") => {
                    on_activate.run(now);
                    true
                }
                Some(now) => on_key.run((key, now)),
                None => false,
            }
        };
        if is_used {
            event.prevent_default();
            event.stop_propagation();
        }
    };

    let slots = move || {
        range
            .get()
            .map(|index| (index, Arc::clone(&row)))
            .collect::<Vec<_>>()
    };
    view! {
        <div
            class="ph-list"
            id=id
            node_ref=window
            role=kind.role()
            aria-label=label
            tabindex="0"
            aria-activedescendant=move || {
                active.get().filter(|active| range.get().contains(active)).map(|active| format!("{id}-{active}"))
            }
            on:scroll=move |_| scroller.on_scroll()
            on:keydown=on_keydown
        >
            {header.map(|header| view! { <div class="ph-list__header" role="presentation">{header.view.run()}</div> })}
            <div
                class="ph-list__content"
                role="presentation"
                style:height=move || format!("{}px", scroller.content_px())
                style:min-width=move || content_width.get().unwrap_or_else(|| "100%".to_owned())
            >
                <For each=slots key=|(index, _)| *index let((index, row))>
                    <div
                        class="ph-list__slot"
                        role="presentation"
                        style:top=move || format!("{}px", scroller.row_px(index))
                        style:height=move || format!("{}px", layout.with(|layout| layout.height_px(index)))
                    >
                        {row(index, format!("{id}-{index}"))}
                    </div>
                </For>
            </div>
        </div>
    }
}

/// Whether a key is for a button or field inside the list.
fn is_control(event: &KeyboardEvent) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|target| {
        target
            .closest("button, a, input, select, textarea, [contenteditable]")
            .is_ok_and(|control| control.is_some())
    })
}
