//! The panel with the console.

use std::sync::Arc;

use components::{
    console::{ConsoleRow, ConsoleRows, ConsoleView, FilterState, filter::ConsoleFilter, wrap},
    format,
    primitives::{
        button::{Button, ButtonLook},
        empty_state::EmptyState,
        icon::Icon,
    },
};
use leptos::prelude::*;
use wire::debugger::Location;

use crate::{
    logic::{console::Line, place},
    stores::Stores,
};

/// The messages, before and after the moment.
#[component]
pub fn ConsolePanel() -> impl IntoView {
    let stores: Stores = expect_context();
    let Stores {
        timeline,
        sources,
        console,
        ..
    } = stores;
    let rows = Signal::derive(move || {
        let (shown, lines) = (console.shown().get(), console.lines().get());
        let line = move |index: usize| shown.get(index).and_then(|at| lines.get(*at as usize)).cloned();
        let for_lines = line.clone();
        ConsoleRows {
            n_rows: console.shown().with(|shown| shown.len()),
            row: Arc::new(move |index| line(index).map_or_else(nothing, |line| row(&line, stores))),
            n_lines: Arc::new(move |index, columns| {
                for_lines(index).map_or(1, |line| {
                    wrap(line.tokens.iter().map(|token| token.text.as_str()), columns).n_lines
                })
            }),
        }
    });
    let n_before = Memo::new(move |_| timeline.moment().with(|moment| console.n_before(moment)));
    let current = Memo::new(move |_| timeline.moment().with(|moment| console.current(moment)));
    let go_to = move |index: usize| {
        if let Some(line) = untrack(|| console.line(index)) {
            timeline.go_to(line.message.point.time, Some(line.point().clone()));
        }
    };
    let show_location = move |index: usize| {
        if let Some(location) = untrack(|| console.line(index)).and_then(|line| location(&line)) {
            sources.show(location);
        }
    };
    let is_empty = Memo::new(move |_| console.shown().with(|shown| shown.is_empty()));
    view! {
        <section class="ph-panel" aria-label="Console">
            <div class="ph-panel__head">
                <ConsoleFilter
                    state=console.filter()
                    counts=Memo::new(move |_| console.counts())
                    on_change=move |filter| console.set_filter(filter)
                />
            </div>
            <div class="ph-panel__body ph-console" data-complete=move || console.is_complete().get().to_string()>
                <Show when=move || !is_empty.get() fallback=NoMessages>
                    <ConsoleView rows=rows n_before=n_before current=current on_choose=go_to on_location=show_location/>
                </Show>
            </div>
            <Show when=move || console.has_overflow().get()>
                <p class="ph-panel__note">"The server sent only the first messages: there are too many."</p>
            </Show>
        </section>
    }
}

#[component]
fn NoMessages() -> impl IntoView {
    let Stores { console, .. } = expect_context();
    let is_filtered = move || console.lines().with(|lines| !lines.is_empty());
    view! {
        <Show
            when=is_filtered
            fallback=move || {
                let title = move || if console.is_complete().get() { "No messages" } else { "" };
                let text = move || if console.is_complete().get() { "This program printed nothing." } else { "" };
                view! {
                    <EmptyState
                        icon=Icon::Log
                        title=Signal::derive(move || title().to_owned())
                        text=Signal::derive(move || text().to_owned())
                    />
                }
            }
        >
            <EmptyState icon=Icon::Filter title="No message matches">
                <Button look=ButtonLook::Framed on_press=move |_| console.set_filter(FilterState::default())>"Clear the filter"</Button>
            </EmptyState>
        </Show>
    }
}

fn row(line: &Line, stores: Stores) -> ConsoleRow {
    let location = location(line).map(|location| {
        let url = line
            .message
            .url
            .clone()
            .or_else(|| stores.sources.url(&location.source_id));
        format!("{}:{}", place::short_name(url.as_deref()), location.line)
    });
    ConsoleRow {
        level: line.level,
        tokens: Arc::clone(&line.tokens),
        location: location.unwrap_or_default(),
        time: format::clock(line.message.point.time),
    }
}

/// A row for an index that has just gone.
fn nothing() -> ConsoleRow {
    (ConsoleRows::default().row)(0)
}

fn location(line: &Line) -> Option<Location> {
    let message = &line.message;
    let of_frame = message
        .point
        .frame
        .as_ref()
        .and_then(|frame| place::preferred(frame).cloned());
    let of_message = || {
        let (source_id, line) = (message.source_id.clone()?, message.line?);
        Some(Location {
            source_id,
            line,
            column: message.column.unwrap_or(0),
        })
    };
    of_message().or(of_frame)
}
