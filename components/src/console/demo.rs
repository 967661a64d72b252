//! A console with messages of each level, long ones among them.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    ConsoleRow, ConsoleRows, ConsoleView, FilterState, Level, LevelCounts, filter::ConsoleFilter, wrap,
};
use crate::{
    format,
    preview::{Token, Tone},
};

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
            row: Arc::new(move |index| row(for_row[index], index)),
            n_lines: Arc::new(move |index, columns| wrap([for_lines[index].1], columns).n_lines),
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
                    on_choose=move |index| current.set(index)
                    on_location=|_| {}
                />
            </div>
        </div>
    }
}

fn row((level, text): (Level, &str), index: usize) -> ConsoleRow {
    ConsoleRow {
        level,
        tokens: [Token::new(Tone::Plain, text)].into(),
        location: format!("app.js:{}", 12 + index * 9),
        time: format::clock(index as f64 * 1234.0),
    }
}
