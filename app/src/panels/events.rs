//! The panel with all that happened as a table, and ways to the code behind it: what the timeline shows, for those who would rather
//! read it, or cannot see it.

use std::sync::Arc;

use components::{
    format,
    primitives::{
        empty_state::EmptyState,
        icon::Icon,
        menu::{MenuButton, MenuItem},
        virtual_list::Reveal,
    },
    table::{Cell, CellButton, CellTone, Column, Table, TableRow, TableRows},
    timeline::TrackKind,
};
use leptos::prelude::*;

use super::nothing::NothingHere;
use crate::{
    logic::{
        events::{Category, Happened, Jump},
        layout::Panel,
        place,
    },
    stores::{Stores, events::EventStore},
};

const COLUMNS: &[Column] = &[
    Column::new("time", "Time", "78px").unsorted(),
    Column::new("event", "Event", "minmax(110px, 1fr)").unsorted(),
    Column::new("jump", "Code", "minmax(76px, 0.5fr)")
        .at_end()
        .unsorted(),
];

/// What happened, before and after the moment.
#[component]
pub fn EventsPanel() -> impl IntoView {
    let stores: Stores = expect_context();
    let events = stores.events;
    events.want();
    Effect::new(move |before: Option<u32>| {
        let turn = stores.focus.turn().get();
        if before.is_some_and(|before| before != turn) {
            events.search_again();
        }
        turn
    });
    let active = RwSignal::new(None::<usize>);
    let jump = Memo::new(move |_| Some(events.jump(&events.event(active.get()?)?)));
    let can_jump = move || jump.with(|jump| matches!(jump, Some(Jump::To { .. })));
    let why = move || match (active.get(), jump.get()) {
        (None, _) => "Choose an event first".to_owned(),
        (_, Some(Jump::To { .. })) => "Go to the first code that ran because of it (J)".to_owned(),
        (_, Some(Jump::Nowhere(reason))) => reason.to_owned(),
        _ => "Looking for what ran…".to_owned(),
    };
    let jump_from_active = move |_| {
        if let Some(index) = active.get_untracked().filter(|_| untrack(can_jump)) {
            events.go_to_code(index);
        }
    };
    view! {
        <section class="ph-panel ph-events" aria-label="Events" data-testid="events-panel">
            <div class="ph-panel__head">
                <MenuButton icon=Icon::Filter label="Kinds of events" items=move |()| kinds(events)/>
                <span class="ph-events__says" data-testid="events-says">{move || says(events)}</span>
                <button
                    type="button"
                    class="ph-button ph-button--framed ph-events__jump"
                    data-testid="events-jump"
                    aria-disabled=move || (!can_jump()).then_some("true")
                    aria-keyshortcuts="J"
                    title=why
                    on:click=jump_from_active
                >
                    "Jump to code"
                </button>
            </div>
            <div class="ph-panel__body">
                <Show when=move || { events.n_shown() > 0 } fallback=NoEvents>
                    <EventTable active=active/>
                </Show>
            </div>
        </section>
    }
}

#[component]
fn NoEvents() -> impl IntoView {
    let Stores {
        events, connection, ..
    } = expect_context();
    move || {
        let is_settled = connection.is_settled();
        match (events.has_any(), is_settled) {
            (true, _) => view! {
                <EmptyState icon=Icon::Filter title="Nothing of these kinds" text="Choose other kinds of events above."/>
            }
            .into_any(),
            (false, false) => view! { <EmptyState icon=Icon::Mouse title="" text="Looking for events…"/> }.into_any(),
            (false, true) => view! {
                <NothingHere
                    panel=Panel::Events
                    icon=Icon::Mouse
                    title="No events"
                    text="Nothing happened while this was recorded that the service tells of."
                />
            }
            .into_any(),
        }
    }
}

/// The kinds to choose from. What a person did is always offered, all else where there is any.
fn kinds(events: EventStore) -> Vec<MenuItem> {
    let is_usual = |category| {
        matches!(
            category,
            Category::Track(TrackKind::Click | TrackKind::Key | TrackKind::Navigation)
        )
    };
    let item = |category: Category| {
        let n_events = events.n_of(category);
        let is_offered = is_usual(category) || n_events.is_some_and(|n| n > 0);
        is_offered.then(|| {
            let more = if events.is_cut(category) { "+" } else { "" };
            let count = n_events.map(|n| format::count(n) + more);
            MenuItem::switch(category.name(), events.is_shown(category), move |is_shown| {
                events.set_shown(category, is_shown);
            })
            .hint(count.unwrap_or_default())
        })
    };
    untrack(|| Category::all().filter_map(item).collect())
}

/// How much is listed, and whether that is all.
fn says(events: EventStore) -> String {
    let n_shown = events.n_shown();
    let is_hidden =
        |category: Category| !events.is_shown(category) && events.n_of(category).is_some_and(|n| n > 0);
    let n_hidden = Category::all().filter(|category| is_hidden(*category)).count();
    let listed = match n_shown {
        1 => "1 event".to_owned(),
        n => format!("{} events", format::count(n as u64)),
    };
    match n_hidden {
        0 => listed,
        1 => format!("{listed}, 1 kind hidden"),
        n => format!("{listed}, {n} kinds hidden"),
    }
}

#[component]
fn EventTable(active: RwSignal<Option<usize>>) -> impl IntoView {
    let stores: Stores = expect_context();
    let Stores { events, timeline, .. } = stores;
    let rows = Signal::derive(move || TableRows {
        n_rows: events.n_shown(),
        row: Arc::new(move |index| {
            let event = events.event(index);
            event.map_or_else(TableRow::default, |event| {
                row(stores, &event, index, &events.jump(&event))
            })
        }),
    });
    let time_ms = timeline.time_ms();
    let n_before = Memo::new(move |_| events.n_until(time_ms.get()));
    let divider = Memo::new(move |_| n_before.get().checked_sub(1));
    let reveal = Memo::new(move |_| divider.get().map(Reveal::nearest));
    let go_to = move |index: usize| {
        active.set(Some(index));
        if let Some(event) = untrack(|| events.event(index)) {
            timeline.go_to(event.time_ms, event.point);
        }
    };
    let on_key = move |(key, index): (String, usize)| {
        let is_jump = key.eq_ignore_ascii_case("j");
        if is_jump {
            events.go_to_code(index);
        }
        is_jump
    };
    view! {
        <Table
            id="events"
            label="Events"
            columns=COLUMNS
            rows=rows
            n_before=n_before
            divider=divider
            active=active
            on_active=move |index| active.set(Some(index))
            on_choose=go_to
            on_press=go_to
            on_link=move |index| events.go_to_code(index)
            on_key=on_key
            reveal=reveal
        />
    }
}

fn row(stores: Stores, event: &Happened, at: usize, jump: &Jump) -> TableRow {
    let is_in_focus = match &event.point {
        Some(point) => stores.focus.contains(point),
        None => stores.focus.contains_time(event.time_ms),
    };
    let button = |label: &str, title: &str, is_enabled: bool| CellButton {
        label: label.to_owned(),
        title: title.to_owned(),
        is_enabled,
    };
    let code = match jump {
        _ if !is_in_focus => button(
            "—",
            "Outside of the focus: move the focus here to find what ran",
            false,
        ),
        Jump::Unknown => button("…", "Looking for what ran", false),
        Jump::Nowhere(reason) => button("—", reason, false),
        Jump::To { handler, .. } => match &handler.location {
            Some(location) => {
                let url = stores.sources.url(&location.source_id);
                let place = format!("{}:{}", place::short_name(url.as_deref()), location.line);
                button(&place, "Go to the first code that ran because of it (J)", true)
            }
            None => button("Code", "Go to the first code that ran because of it (J)", true),
        },
    };
    TableRow {
        cells: vec![
            Cell::text(format::clock(event.time_ms)).tone(CellTone::Faint),
            Cell::text(event.label.clone()).icon(icon_of(event.category)),
            Cell {
                button: Some(code),
                ..Cell::default()
            },
        ],
        order: at,
        is_bad: matches!(
            event.category,
            Category::Track(TrackKind::Error | TrackKind::Exception)
        ),
        is_dim: !is_in_focus,
    }
}

fn icon_of(category: Category) -> Icon {
    match category {
        Category::Track(kind) => match kind {
            TrackKind::Click | TrackKind::Movement => Icon::Mouse,
            TrackKind::Key => Icon::Keyboard,
            TrackKind::Navigation => Icon::Link,
            TrackKind::Error | TrackKind::Exception => Icon::Error,
            TrackKind::Warning => Icon::Warning,
            TrackKind::Print => Icon::Log,
            TrackKind::Breakpoint => Icon::Pause,
            TrackKind::Watch => Icon::Search,
            TrackKind::Comment => Icon::Comment,
            TrackKind::Request => Icon::ArrowDown,
            TrackKind::Paint => Icon::Film,
            TrackKind::Activity => Icon::Code,
        },
        Category::Input => Icon::Keyboard,
        Category::Submit | Category::Scroll => Icon::File,
    }
}
