//! The call stack: the frames of a pause, the youngest first, of which one is selected; below them who caused it.

use std::sync::Arc;

use leptos::prelude::*;

use crate::{
    preview::visible,
    primitives::{
        icon::{Icon, IconView},
        virtual_list::{ListKind, Reveal, RowLayout, RowView, VirtualList},
    },
};

mod types;
pub use types::{StackFrame, StackRow};
pub mod demo;

const ROW_PX: f64 = 28.0;

/// The frames.
#[component]
pub fn StackView(
    /// The rows, the youngest frame first.
    #[prop(into)]
    rows: Signal<Arc<[StackRow]>>,
    /// Told the row the person wants.
    #[prop(into)]
    on_select: Callback<usize>,
) -> impl IntoView {
    let layout = Signal::derive(move || RowLayout::Uniform {
        n_rows: rows.with(|rows| rows.len()),
        row_px: ROW_PX,
    });
    let selected = Memo::new(move |_| {
        rows.with(|rows| {
            rows.iter().position(|row| {
                matches!(
                    row,
                    StackRow::Frame {
                        is_selected: true,
                        ..
                    }
                )
            })
        })
    });
    // The row that has the keyboard may be one that cannot be selected; another stack begins at its selected frame.
    let moved = RwSignal::new(None::<usize>);
    Effect::new(move |_| {
        selected.track();
        moved.set(None);
    });
    let n_rows = Memo::new(move |_| rows.with(|rows| rows.len()));
    let active = Signal::derive(move || {
        moved
            .get()
            .filter(|moved| *moved < n_rows.get())
            .or(selected.get())
    });
    let row: RowView = Arc::new(move |index, id| row(rows, active, on_select, index, id));
    let on_active = move |index: usize| {
        moved.set(Some(index));
        // Frames of the stack are looked at by moving to them; what leads elsewhere takes a press.
        let is_frame = rows
            .with_untracked(|rows| matches!(rows.get(index), Some(StackRow::Frame { is_past: false, .. })));
        if is_frame {
            on_select.run(index);
        }
    };
    view! {
        <VirtualList
            id="stack"
            label="Call stack, youngest frame first"
            kind=ListKind::Listbox
            layout=layout
            row=row
            active=active
            on_active=on_active
            on_activate=on_select
            reveal=Signal::derive(move || selected.get().map(Reveal::nearest))
        />
    }
}

fn row(
    rows: Signal<Arc<[StackRow]>>,
    active: Signal<Option<usize>>,
    on_select: Callback<usize>,
    index: usize,
    id: String,
) -> AnyView {
    let row = Memo::new(move |_| rows.with(|rows| rows.get(index).cloned()));
    let is_selected = move || {
        row.with(|row| {
            matches!(
                row,
                Some(StackRow::Frame {
                    is_selected: true,
                    ..
                })
            )
        })
    };
    let class = move || {
        let kind = row.with(|row| match row {
            Some(StackRow::Frame {
                is_selected: true, ..
            }) => "ph-frame ph-frame--selected",
            Some(StackRow::Frame { frame, .. }) if frame.is_library => "ph-frame ph-frame--dim",
            Some(StackRow::Frame { .. }) | None => "ph-frame",
            Some(StackRow::Fold { .. }) => "ph-frame ph-frame--fold",
            Some(StackRow::Heading(_)) => "ph-frame ph-frame--heading",
        });
        match active.get() == Some(index) {
            true => format!("{kind} ph-frame--active"),
            false => kind.to_owned(),
        }
    };
    let content = move || match row.get() {
        None => ().into_any(),
        Some(StackRow::Frame { frame, .. }) => view! {
            <span class="ph-frame__name">{visible(frame.name)}</span>
            <span class="ph-frame__location">{visible(frame.location)}</span>
        }
        .into_any(),
        Some(StackRow::Fold {
            n_frames,
            whose,
            is_open,
        }) => view! {
            <span class="ph-frame__twisty" class:ph-frame__twisty--open=is_open>
                <IconView icon=Icon::ChevronRight/>
            </span>
            <span class="ph-frame__name">{format!("{n_frames} library frames")}</span>
            <span class="ph-frame__location">{visible(whose)}</span>
        }
        .into_any(),
        Some(StackRow::Heading(text)) => {
            view! { <span class="ph-frame__name">{visible(text)}</span> }.into_any()
        }
    };
    let test_id = move || {
        row.with(|row| match row {
            Some(StackRow::Frame { is_past: true, .. }) => "parent-frame",
            Some(StackRow::Frame { .. }) | None => "frame",
            Some(StackRow::Fold { .. }) => "fold",
            Some(StackRow::Heading(_)) => "async",
        })
    };
    let title = move || {
        row.with(|row| match row {
            Some(StackRow::Frame { frame, .. }) => Some(visible(frame.title.clone())),
            _ => None,
        })
    };
    view! {
        <div
            id=id
            class=class
            data-testid=test_id
            role="option"
            aria-selected=move || if is_selected() { "true" } else { "false" }
            aria-posinset=index + 1
            aria-setsize=move || rows.with(|rows| rows.len())
            title=title
            on:click=move |_| on_select.run(index)
        >
            {content}
        </div>
    }
    .into_any()
}
