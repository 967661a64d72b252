//! A console with messages of each level, long ones among them.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    Act, ConsoleRow, ConsoleRows, ConsoleView, FilterState, Level, LevelCounts, Look, Part, Piece,
    filter::ConsoleFilter, wrap,
};
use crate::{format, tree::Branch};

const MESSAGES: &[(Level, &str)] = &[
    (Level::Log, "todos loaded"),
    (Level::Info, "restored 3 entries from local storage"),
    (Level::Warning, "deprecated: Todo.toggle() without an argument"),
    (
        Level::Error,
        "Uncaught TypeError: Cannot read properties of undefined (reading 'title')\n    at render (app.js:88:21)\n    at update (app.js:41:5)",
    ),
    (
        Level::Log,
        "a line that is longer than the console is wide, so that it has to be broken and takes more than one line of the list, however wide the window may be",
    ),
    (Level::Log, "saved"),
];

/// The gallery's page for the console.
#[component]
pub fn ConsoleDemo() -> impl IntoView {
    let filter = RwSignal::new(FilterState::default());
    let current = RwSignal::new(2_usize);
    let opened = RwSignal::new(None::<usize>);
    let shown = Memo::new(move |_| {
        let is_shown = |(level, text): &&(Level, &str)| {
            filter.with(|filter| filter.shows(*level) && text.contains(&filter.text))
        };
        MESSAGES.iter().filter(is_shown).copied().collect::<Arc<[_]>>()
    });
    let rows = Signal::derive(move || {
        let (for_row, for_lines) = (shown.get(), shown.get());
        ConsoleRows {
            n_rows: for_row.len(),
            row: Arc::new(move |index| row(for_row[index], index, opened.get() == Some(index))),
            n_lines: Arc::new(move |columns, each| {
                for_lines
                    .iter()
                    .for_each(|(_, text)| each(wrap([*text], columns).n_lines));
            }),
            parts: Arc::new(opened.get().into_iter().map(|row| (row, parts())).collect()),
        }
    });
    view! {
        <div class="gallery__box gallery__tall gallery__rows">
            <ConsoleFilter state=filter counts=LevelCounts { n_messages: [1, 1, 1, 3] } on_change=move |state| filter.set(state)/>
            <div class="ph-console">
                <ConsoleView
                    rows=rows
                    n_before=Signal::derive(move || current.get() + 1)
                    current=Signal::derive(move || Some(current.get()))
                    on_act=move |(index, act)| match act {
                        Act::Go => current.set(index),
                        Act::Toggle => opened.update(|opened| *opened = if *opened == Some(index) { None } else { Some(index) }),
                        _ => {}
                    }
                />
            </div>
        </div>
    }
}

fn row((level, text): (Level, &str), index: usize, is_open: bool) -> ConsoleRow {
    ConsoleRow {
        level,
        look: Look::of(level),
        pieces: [Piece::plain(text)].into(),
        n_times: if index == 1 { 3 } else { 1 },
        branch: match (level, is_open) {
            (Level::Error, true) => Branch::Open,
            (Level::Error, false) => Branch::Closed,
            _ => Branch::Leaf,
        },
        location: format!("app.js:{}", 12 + index * 9),
        time: format::clock(index as f64 * 1234.0),
        ..ConsoleRow::default()
    }
}

fn parts() -> Arc<[Part]> {
    let frame = |name: &str, location: &str| Part::Frame {
        name: name.to_owned(),
        location: location.to_owned(),
    };
    [frame("render", "app.js:88"), frame("update", "app.js:41")].into()
}
