//! The panel with all that happened as a table, and ways to the code behind it: what the timeline shows, for those who would rather
//! read it, or cannot see it.

use std::sync::Arc;

use components::{
    format,
    primitives::{empty_state::EmptyState, icon::Icon, virtual_list::Reveal},
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
    stores::Stores,
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
                <div class="ph-events__boxes" role="group" aria-label="Kinds of events">
                    {Category::all().map(|category| view! { <CategoryBox category=category/> }).collect_view()}
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
        match (events.has_any(), is_settled) {
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
                    text="Nothing happened while this was recorded that the service tells of."
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
    // What a person did is always offered, all else where there is any.
    let is_usual = matches!(
        category,
        Category::Track(TrackKind::Click | TrackKind::Key | TrackKind::Navigation)
    );
    let is_offered = Memo::new(move |_| is_usual || n_events.get().is_some_and(|n| n > 0));
    let count = move || {
        let more = if events.is_cut(category) { "+" } else { "" };
        n_events.get().map(|n| format::count_short(n) + more)
    };
    view! {
        <Show when=move || is_offered.get()>
            <label class="ph-events__box" title=move || events.is_cut(category).then_some("There are more than these")>
                <input
                    type="checkbox"
                    data-testid=format!("events-{}", category.key())
                    prop:checked=move || events.is_shown(category)
                    on:change=move |event| events.set_shown(category, event_target_checked(&event))
                />
                {category.name()}
                <span class="ph-number">{count}</span>
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
            TrackKind::Request => Icon::ArrowDown,
            TrackKind::Paint => Icon::Film,
            TrackKind::Activity => Icon::Code,
        },
        Category::Input => Icon::Keyboard,
        Category::Submit | Category::Scroll => Icon::File,
    }
}
