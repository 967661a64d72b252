//! A list of a million rows.

use std::sync::Arc;

use leptos::prelude::*;

use super::{ListKind, RowLayout, RowView, VirtualList};
use crate::format;

/// The gallery's page for the list.
#[component]
pub fn VirtualListDemo() -> impl IntoView {
    let active = RwSignal::new(None);
    let row: RowView = Arc::new(move |index, id| {
        let is_active = move || active.get() == Some(index);
        view! {
            <div
                id=id
                role="option"
                class="gallery__row"
                aria-selected=move || is_active().to_string()
                on:click=move |_| active.set(Some(index))
            >
                {format!("Row {}", format::count(index as u64 + 1))}
            </div>
        }
        .into_any()
    });
    view! {
        <div class="gallery__box gallery__tall">
            <VirtualList
                id="demo-list"
                label="A million rows"
                kind=ListKind::Listbox
                layout=RowLayout::Uniform { n_rows: 1_000_000, row_px: 24.0 }
                row=row
                active=active
                on_active=move |index| active.set(Some(index))
            />
        </div>
    }
}
