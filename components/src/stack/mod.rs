//! The call stack: the frames of a pause, the youngest first, of which one is selected.

use std::sync::Arc;

use leptos::prelude::*;

use crate::primitives::virtual_list::{ListKind, Reveal, RowLayout, RowView, VirtualList};

mod types;
pub use types::StackFrame;
pub mod demo;

const ROW_PX: f64 = 28.0;

/// The frames.
#[component]
pub fn StackView(
    /// The frames, the youngest first.
    #[prop(into)]
    frames: Signal<Arc<[StackFrame]>>,
    /// The index of the selected one.
    #[prop(into)]
    selected: Signal<Option<usize>>,
    /// Told the index of the frame the person wants.
    #[prop(into)]
    on_select: Callback<usize>,
) -> impl IntoView {
    let layout = Signal::derive(move || RowLayout::Uniform {
        n_rows: frames.with(|frames| frames.len()),
        row_px: ROW_PX,
    });
    let row: RowView = Arc::new(move |index, id| {
        let frame = Memo::new(move |_| {
            frames
                .with(|frames| frames.get(index).cloned())
                .unwrap_or_default()
        });
        let is_selected = Memo::new(move |_| selected.get() == Some(index));
        view! {
            <div
                id=id
                class="ph-frame"
                class:ph-frame--selected=move || is_selected.get()
                class:ph-frame--dim=move || frame.with(|frame| frame.is_library)
                data-testid="frame"
                role="option"
                aria-selected=move || if is_selected.get() { "true" } else { "false" }
                aria-posinset=index + 1
                aria-setsize=move || frames.with(|frames| frames.len())
                title=move || frame.with(|frame| frame.title.clone())
                on:click=move |_| on_select.run(index)
            >
                <span class="ph-frame__name">{move || frame.with(|frame| frame.name.clone())}</span>
                <span class="ph-frame__location">{move || frame.with(|frame| frame.location.clone())}</span>
            </div>
        }
        .into_any()
    });
    view! {
        <VirtualList
            id="stack"
            label="Call stack, youngest frame first"
            kind=ListKind::Listbox
            layout=layout
            row=row
            active=selected
            on_active=on_select
            on_activate=on_select
            reveal=Signal::derive(move || selected.get().map(Reveal::nearest))
        />
    }
}
