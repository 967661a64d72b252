//! A table of any length: columns that sort, cells with texts, bars or buttons, rows before and after the current moment.
//!
//! It is one stop of the keyboard: arrows move the active row, Enter chooses it. Columns that a narrow place has no room
//! for are left out.

use std::sync::Arc;

use leptos::prelude::*;

use crate::{
    preview::visible,
    primitives::{
        icon::{Icon, IconView},
        virtual_list::{ListHeader, ListKind, Reveal, RowLayout, RowView, VirtualList},
    },
};

mod logic;
mod types;
pub use logic::TimeSpan;
pub use types::{Bar, BarLook, Cell, CellButton, CellTone, Column, Sort, TableRow, TableRows};
pub mod demo;

const ROW_PX: f64 = 26.0;
const HEADER_PX: f64 = 28.0;

/// The table.
#[component]
pub fn Table(
    /// The element's id; rows get `{id}-{index}`.
    id: &'static str,
    /// What it holds, for those who do not see it.
    #[prop(into)]
    label: String,
    /// The columns, left to right.
    columns: &'static [Column],
    /// The rows, top to bottom.
    #[prop(into)]
    rows: Signal<TableRows>,
    /// By what they are sorted. Default: not by a column.
    #[prop(into, optional)]
    sort: Signal<Option<Sort>>,
    /// Told what the person wants them sorted by. Default: ignored.
    #[prop(into, default = Callback::new(|_| ()))]
    on_sort: Callback<Option<Sort>>,
    /// How many rows, by their order, lie at or before the current moment. Default: all.
    #[prop(into, default = Signal::from(usize::MAX))]
    n_before: Signal<usize>,
    /// The index of the row under which the current moment lies. Default: none is marked.
    #[prop(into, optional)]
    divider: Signal<Option<usize>>,
    /// The row that has the keyboard and is chosen.
    #[prop(into)]
    active: Signal<Option<usize>>,
    /// Told when the person moves to a row or presses it.
    #[prop(into)]
    on_active: Callback<usize>,
    /// Told when the person presses a row with the mouse, behind `on_active`. Default: ignored.
    #[prop(into, default = Callback::new(|_| ()))]
    on_press: Callback<usize>,
    /// Told when the person presses Enter or twice on a row. Default: ignored.
    #[prop(into, default = Callback::new(|_| ()))]
    on_choose: Callback<usize>,
    /// Told the row whose link or button the person pressed. Default: ignored.
    #[prop(into, default = Callback::new(|_| ()))]
    on_link: Callback<usize>,
    /// Asked about other keys on the active row; true means it was used. Default: none.
    #[prop(into, default = Callback::new(|_| false))]
    on_key: Callback<(String, usize), bool>,
    /// Brings a row into sight whenever this changes. Default: never.
    #[prop(into, optional)]
    reveal: Signal<Option<Reveal>>,
    /// Where the current moment stands in cells with bars, 0 to 1. Default: nowhere.
    #[prop(into, optional)]
    mark: Signal<Option<f64>>,
    /// Drawn in the heading of the last column behind its name. Default: nothing.
    #[prop(optional)]
    axis: Option<ViewFn>,
) -> impl IntoView {
    let width = RwSignal::new(0.0);
    let shown = Memo::new(move |_| logic::shown_columns(columns, width.get()));
    let n_rows = Memo::new(move |_| rows.with(|rows| rows.n_rows));
    let active_now = Memo::new(move |_| active.get().filter(|active| *active < n_rows.get()));
    let layout = Signal::derive(move || RowLayout::Uniform {
        n_rows: n_rows.get(),
        row_px: ROW_PX,
    });
    let header = ListHeader {
        height_px: HEADER_PX,
        view: ViewFn::from(move || {
            let axis = axis.clone();
            view! { <Header columns=columns shown=shown sort=sort on_sort=on_sort axis=axis/> }
        }),
    };
    let row: RowView = Arc::new(move |index, id| {
        view! {
            <Row
                index=index
                id=id
                columns=columns
                shown=shown
                row=Memo::new(move |_| rows.with(|rows| (index < rows.n_rows).then(|| (rows.row)(index))))
                n_before=n_before
                divider=divider
                is_active=Memo::new(move |_| active_now.get() == Some(index))
                on_press=Callback::new(move |index| {
                    on_active.run(index);
                    on_press.run(index);
                })
                on_choose=on_choose
                on_link=on_link
            />
        }
        .into_any()
    });
    view! {
        <div
            class="ph-table"
            class:ph-table--marked=move || mark.get().is_some()
            style=("--table-columns", move || shown.with(|shown| logic::tracks(columns, shown)))
            style=("--table-mark", move || format!("{:.4}%", mark.get().unwrap_or(0.0) * 100.0))
        >
            <VirtualList
                id=id
                label=label
                kind=ListKind::Grid
                layout=layout
                row=row
                active=active_now
                on_active=on_active
                on_activate=on_choose
                on_key=on_key
                reveal=reveal
                on_size=move |(now, _)| width.set(now)
                header=header
            />
        </div>
    }
}

#[component]
fn Header(
    columns: &'static [Column],
    shown: Memo<Vec<usize>>,
    sort: Signal<Option<Sort>>,
    on_sort: Callback<Option<Sort>>,
    axis: Option<ViewFn>,
) -> impl IntoView {
    let cells = move || {
        let last = columns.len().saturating_sub(1);
        let heading = |index: usize| {
            let column = columns.get(index)?;
            let axis = axis.as_ref().filter(|_| index == last).map(ViewFn::run);
            Some(view! { <Heading column=column sort=sort on_sort=on_sort axis=axis/> })
        };
        shown.get().into_iter().filter_map(heading).collect_view()
    };
    view! { <div class="ph-table__header" role="row">{cells}</div> }
}

#[component]
fn Heading(
    column: &'static Column,
    sort: Signal<Option<Sort>>,
    on_sort: Callback<Option<Sort>>,
    axis: Option<AnyView>,
) -> impl IntoView {
    let sorted = move || sort.get().filter(|sort| sort.column == column.key);
    let name = match column.is_sortable {
        false => view! { <span class="ph-table__name">{column.name}</span> }.into_any(),
        true => view! {
            <button
                type="button"
                class="ph-table__sort"
                title=format!("Sort by {}", column.name.to_lowercase())
                on:click=move |_| on_sort.run(Sort::after_press(sort.get_untracked(), column.key))
            >
                <span class="ph-table__name">{column.name}</span>
                <span class="ph-table__arrow" class:ph-table__arrow--up=move || sorted().is_some_and(|sort| !sort.is_descending)>
                    {move || sorted().map(|_| view! { <IconView icon=Icon::ChevronDown/> })}
                </span>
            </button>
        }
        .into_any(),
    };
    view! {
        <div
            class="ph-table__heading"
            class:ph-table__cell--end=column.is_at_end
            role="columnheader"
            aria-sort=move || match sorted() {
                None => None,
                Some(sort) if sort.is_descending => Some("descending"),
                Some(_) => Some("ascending"),
            }
        >
            {name}
            {axis}
        </div>
    }
}

#[component]
fn Row(
    index: usize,
    id: String,
    columns: &'static [Column],
    shown: Memo<Vec<usize>>,
    row: Memo<Option<TableRow>>,
    n_before: Signal<usize>,
    divider: Signal<Option<usize>>,
    is_active: Memo<bool>,
    on_press: Callback<usize>,
    on_choose: Callback<usize>,
    on_link: Callback<usize>,
) -> impl IntoView {
    let is = move |test: fn(&TableRow) -> bool| row.with(|row| row.as_ref().is_some_and(test));
    let is_after =
        Memo::new(move |_| row.with(|row| row.as_ref().is_some_and(|row| row.order >= n_before.get())));
    let cells = move || {
        row.get().map(|row| {
            shown.with(|shown| {
                let cell = |column: &usize| {
                    let is_at_end = columns.get(*column).is_some_and(|column| column.is_at_end);
                    let cell = row.cells.get(*column).cloned().unwrap_or_default();
                    cell_view(cell, is_at_end, move || on_link.run(index))
                };
                shown.iter().map(cell).collect_view()
            })
        })
    };
    view! {
        <div
            id=id
            class="ph-table__row"
            class:ph-table__row--odd=index % 2 == 1
            class:ph-table__row--bad=move || is(|row| row.is_bad)
            class:ph-table__row--dim=move || is(|row| row.is_dim)
            class:ph-table__row--after=move || is_after.get()
            class:ph-table__row--last-before=move || divider.get() == Some(index)
            class:ph-table__row--active=move || is_active.get()
            data-testid="table-row"
            role="row"
            aria-rowindex=index + 2
            aria-selected=move || if is_active.get() { "true" } else { "false" }
            on:click=move |_| on_press.run(index)
            on:dblclick=move |_| on_choose.run(index)
        >
            {cells}
        </div>
    }
}

fn cell_view(cell: Cell, is_at_end: bool, on_link: impl Fn() + Clone + 'static) -> AnyView {
    let Cell {
        icon,
        text,
        title,
        tone,
        bars,
        button,
    } = cell;
    let icon = icon.map(|icon| view! { <IconView icon=icon/> });
    let text = visible(text);
    let title = if title.is_empty() {
        text.clone()
    } else {
        visible(title)
    };
    let press = move |event: leptos::ev::MouseEvent| {
        event.stop_propagation();
        on_link();
    };
    if let Some(CellButton {
        label,
        title,
        is_enabled,
    }) = button
    {
        return view! {
            <div class="ph-table__cell ph-table__cell--end" role="gridcell" title=title.clone()>
                // The keyboard has a key of the row for it, so it is no stop of its own.
                <button type="button" class="ph-table__button" tabindex="-1" disabled=!is_enabled on:click=press>
                    {icon}{label}
                </button>
            </div>
        }
        .into_any();
    }
    if !bars.is_empty() {
        let bars = bars.iter().map(bar_view).collect_view();
        return view! {
            <div class="ph-table__cell ph-table__bars" role="gridcell" title=title>
                <span class="ph-hidden">{text}</span>
                {bars}
            </div>
        }
        .into_any();
    }
    let content = match tone {
        CellTone::Link => view! { <span class="ph-table__link" on:click=press>{text}</span> }.into_any(),
        _ => view! { <span class="ph-table__text">{text}</span> }.into_any(),
    };
    view! {
        <div
            class=format!("ph-table__cell {}", tone.class())
            class:ph-table__cell--end=is_at_end
            class:ph-number=is_at_end
            role="gridcell"
            title=title
        >
            {icon}
            {content}
        </div>
    }
    .into_any()
}

fn bar_view(bar: &Bar) -> impl IntoView + use<> {
    let Bar { from, to, look } = *bar;
    view! {
        <span
            class=look.class()
            style:left=format!("{:.3}%", from * 100.0)
            style:width=format!("{:.3}%", (to - from).max(0.0) * 100.0)
        ></span>
    }
}
