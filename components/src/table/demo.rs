//! A table of requests that do not exist.

use std::sync::Arc;

use leptos::prelude::*;

use super::{Bar, BarLook, Cell, CellTone, Column, Sort, Table, TableRow, TableRows};

const COLUMNS: &[Column] = &[
    Column::new("name", "Name", "minmax(120px, 2fr)"),
    Column::new("status", "Status", "64px"),
    Column::new("size", "Size", "72px").at_end().from_px(400.0),
    Column::new("bars", "When", "minmax(80px, 1fr)").unsorted(),
];

/// The gallery's page for the table.
#[component]
pub fn TableDemo() -> impl IntoView {
    let active = RwSignal::new(None);
    let sort = RwSignal::new(None::<Sort>);
    let rows = Signal::derive(move || {
        let is_descending = sort.get().is_some_and(|sort| sort.is_descending);
        TableRows {
            n_rows: 10_000,
            row: Arc::new(move |index| row(if is_descending { 9_999 - index } else { index })),
        }
    });
    view! {
        <div class="gallery__box gallery__tall">
            <Table
                id="demo-table"
                label="Requests"
                columns=COLUMNS
                rows=rows
                sort=sort
                on_sort=move |wanted| sort.set(wanted)
                n_before=5_usize
                divider=Some(4)
                active=active
                on_active=move |index| active.set(Some(index))
                mark=Some(0.25)
            />
        </div>
    }
}

fn row(number: usize) -> TableRow {
    let is_bad = number % 7 == 3;
    let from = (number % 20) as f64 / 25.0;
    let look = if is_bad { BarLook::Bad } else { BarLook::Full };
    let bars = Cell {
        text: "40 ms".to_owned(),
        bars: [Bar {
            from,
            to: from + 0.2,
            look,
        }]
        .into(),
        ..Cell::default()
    };
    TableRow {
        cells: vec![
            Cell::text(format!("item-{number}.json")),
            Cell::text(if is_bad { "500" } else { "200" }),
            Cell::text(format!("{} B", number * 13 % 997)).tone(CellTone::Faint),
            bars,
        ],
        order: number,
        is_bad,
        is_dim: false,
    }
}
