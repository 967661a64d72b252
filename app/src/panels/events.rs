//! The panel with what the person did to the page, and ways to the code that ran because of it.

use std::sync::Arc;

use components::{
    format,
    primitives::{empty_state::EmptyState, icon::Icon, virtual_list::Reveal},
    table::{Cell, CellButton, CellTone, Column, Table, TableRow, TableRows},
};
use leptos::prelude::*;

use super::nothing::NothingHere;
use crate::{
    logic::{
        events::{Category, Happened, Jump},
        layout::Panel,
        place,
    },
    stores::Stores,
};

const COLUMNS: &[Column] = &[
    Column::new("time", "Time", "78px").unsorted(),
    Column::new("event", "Event", "minmax(110px, 1fr)").unsorted(),
    Column::new("jump", "Code", "minmax(76px, 0.5fr)")
        .at_end()
        .unsorted(),
];

/// Clicks, keys and pages, before and after the moment.
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
    let jump = Memo::new(move |_| active.get().map(|index| events.jump(index)));
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
                <div class="ph-events__boxes" role="group" aria-label="Kinds of events">
                    {Category::ALL.map(|category| view! { <CategoryBox category=category/> }).collect_view()}
                </div>
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
        match (events.n_all() > 0, is_settled) {
            (true, _) => view! {
                <EmptyState icon=Icon::Filter title="Nothing of these kinds" text="Tick a box above to see other events."/>
            }
            .into_any(),
            (false, false) => view! { <EmptyState icon=Icon::Mouse title="" text="Looking for events…"/> }.into_any(),
            (false, true) => view! {
                <NothingHere
                    panel=Panel::Events
                    icon=Icon::Mouse
                    title="No events"
                    text="Nobody clicked, typed or went to another page while this was recorded, or the service does not tell of it."
                />
            }
            .into_any(),
        }
    }
}

#[component]
fn CategoryBox(category: Category) -> impl IntoView {
    let Stores { events, .. } = expect_context();
    let n_events = Memo::new(move |_| events.n_of(category));
    // What only handlers tell of is offered where there are any.
    let is_offered = move || category.handler_types().is_empty() || n_events.get().is_some_and(|n| n > 0);
    view! {
        <Show when=is_offered>
            <label class="ph-events__box">
                <input
                    type="checkbox"
                    data-testid=format!("events-{}", category.name().to_lowercase())
                    prop:checked=move || events.is_shown(category)
                    on:change=move |event| events.set_shown(category, event_target_checked(&event))
                />
                {category.name()}
                <span class="ph-number">{move || n_events.get().map(format::count_short)}</span>
            </label>
        </Show>
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
            event.map_or_else(TableRow::default, |(at, event)| {
                row(stores, &event, at, &events.jump(index))
            })
        }),
    });
    let n_before = Memo::new(move |_| timeline.moment().with(|moment| events.n_before(moment)));
    let divider = Memo::new(move |_| {
        let n_before = n_before.get();
        let n_shown = (0..events.n_shown())
            .collect::<Vec<_>>()
            .partition_point(|index| events.event(*index).is_some_and(|(at, _)| at < n_before));
        n_shown.checked_sub(1)
    });
    let reveal = Memo::new(move |_| divider.get().map(Reveal::nearest));
    let go_to = move |index: usize| {
        active.set(Some(index));
        if let Some((_, event)) = untrack(|| events.event(index)) {
            timeline.go_to(event.time_ms, Some(event.point));
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
    let icon = match event.category {
        Category::Click => Icon::Mouse,
        Category::Key | Category::Input => Icon::Keyboard,
        Category::Navigation => Icon::Link,
        Category::Submit | Category::Scroll => Icon::File,
    };
    let is_in_focus = stores.focus.contains(&event.point);
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
            Cell::text(event.label.clone()).icon(icon),
            Cell {
                button: Some(code),
                ..Cell::default()
            },
        ],
        order: at,
        is_bad: false,
        is_dim: !is_in_focus,
    }
}
