//! The panel with what the viewer and the service said to each other.

use std::sync::Arc;

use components::{
    dom::next_frame,
    format,
    json_tree::{Json, JsonTree},
    primitives::{
        button::{Button, IconButton},
        empty_state::EmptyState,
        icon::{Icon, IconView},
        splitter::{SplitAxis, Splitter},
        virtual_list::Reveal,
    },
    table::{Cell, CellTone, Column, Table, TableRow, TableRows},
};
use leptos::{ev::MouseEvent, prelude::*};

use super::values::{Notice, copy};
use crate::{
    logic::protocol::{Entry, Filter, Kind, Outcome, Totals, json_line},
    stores::Stores,
};

const COLUMNS: &[Column] = &[
    Column::new("method", "Message", "minmax(140px, 2fr)").unsorted(),
    Column::new("asker", "Asked by", "minmax(70px, 1fr)")
        .unsorted()
        .from_px(460.0),
    Column::new("out", "Out", "64px")
        .at_end()
        .unsorted()
        .from_px(540.0),
    Column::new("in", "In", "64px").at_end().unsorted().from_px(300.0),
    Column::new("took", "Took", "68px").at_end().unsorted(),
    Column::new("time", "At", "76px")
        .at_end()
        .unsorted()
        .from_px(400.0),
];

/// What the entries were when they were last looked at.
type Shown = Arc<[Arc<Entry>]>;

/// Requests, answers, events and errors, of every session since the page was opened.
#[component]
pub fn ProtocolPanel() -> impl IntoView {
    let Stores { protocol, .. } = expect_context();
    let changes = protocol.watch();
    // Messages come in hundreds; the list follows once a frame.
    let seen = RwSignal::new(0_u32);
    Effect::new(move |_| {
        let now = changes.get();
        next_frame(move || {
            // The panel may have gone by then.
            seen.try_set(now);
        });
    });
    // Comparing thousands of entries would cost more than drawing those in sight again.
    let shown = Memo::new_with_compare(
        move |_| {
            seen.track();
            protocol.shown()
        },
        |_, _| true,
    );
    let totals = Memo::new(move |_| {
        seen.track();
        protocol.totals()
    });
    let selected = RwSignal::new(None::<u64>);
    let entry = Memo::new(move |_| {
        let number = selected.get()?;
        shown.with(|shown| find(shown, number).and_then(|at| shown.get(at).cloned()))
    });
    let share = RwSignal::new(0.55);
    let notice = RwSignal::new("");
    let copy_all = move |_: MouseEvent| {
        let lines: Vec<String> =
            shown.with_untracked(|shown| shown.iter().map(|entry| json_line(entry)).collect());
        copy(&(lines.join("\n") + "\n"), notice);
    };
    view! {
        <section class="ph-panel ph-protocol" aria-label="Protocol" data-testid="protocol-panel">
            <div class="ph-panel__head">
                <ProtocolFilter totals=totals/>
                <IconButton icon=Icon::File label="Copy all that is shown as JSON lines" on_press=copy_all/>
                <IconButton icon=Icon::Close label="Clear the log" on_press=move |_| protocol.clear()/>
            </div>
            <div class="ph-panel__body ph-parts" class:ph-parts--open=move || entry.with(Option::is_some)>
                <div class="ph-parts__list" style:flex-basis=move || format!("{:.3}%", share.get() * 100.0)>
                    <EntryTable shown=shown selected=selected/>
                </div>
                <Show when=move || entry.with(Option::is_some)>
                    <Splitter
                        label="Width of the list of messages"
                        axis=SplitAxis::Row
                        share=share
                        on_resize=move |wanted| share.set(wanted)
                    />
                    <div class="ph-parts__one"><EntryDetails entry=entry notice=notice on_close=move |()| selected.set(None)/></div>
                </Show>
            </div>
            <p
                class="ph-panel__note ph-number"
                data-testid="protocol-totals"
                data-requests=move || totals.get().n_requests
                data-twice=move || totals.get().n_twice
            >
                {move || totals_words(totals.get())}
            </p>
            <Notice notice=notice/>
        </section>
    }
}

/// Where an entry stands among those shown.
fn find(shown: &[Arc<Entry>], number: u64) -> Option<usize> {
    shown.binary_search_by_key(&number, |entry| entry.number).ok()
}

fn totals_words(totals: Totals) -> String {
    let plural = |n: u64, noun: &str| format!("{} {noun}{}", format::count(n), if n == 1 { "" } else { "s" });
    let mut words = vec![
        plural(totals.n_requests, "request"),
        format!("{} asked twice", format::count(totals.n_twice)),
        plural(totals.n_events, "event"),
        format!(
            "{} out, {} in",
            format::bytes(totals.n_out),
            format::bytes(totals.n_in)
        ),
    ];
    if totals.n_failed > 0 {
        words.insert(1, format!("{} failed", format::count(totals.n_failed)));
    }
    if totals.n_dropped > 0 {
        words.push(format!(
            "the first {} are no longer listed",
            format::count(totals.n_dropped)
        ));
    }
    words.join(" · ")
}

#[component]
fn ProtocolFilter(totals: Memo<Totals>) -> impl IntoView {
    let Stores { protocol, .. } = expect_context();
    let filter = protocol.filter();
    let change = move |change: &dyn Fn(&mut Filter)| {
        let mut now = filter.get_untracked();
        change(&mut now);
        protocol.set_filter(now);
    };
    let kind = move |kind: Kind, name: &'static str| {
        let is_on = move || filter.with(|filter| filter.kind == Some(kind));
        view! {
            <button
                type="button"
                class="ph-chip"
                aria-pressed=move || if is_on() { "true" } else { "false" }
                on:click=move |_| {
                    let wanted = (!is_on()).then_some(kind);
                    change(&|filter| filter.kind = wanted);
                }
            >
                {name}
            </button>
        }
    };
    let is_failed_only = move || filter.with(|filter| filter.is_failed_only);
    let is_twice_only = move || filter.with(|filter| filter.is_twice_only);
    view! {
        <div class="ph-filter ph-network__filter" role="search" aria-label="Filter the protocol">
            <label class="ph-search">
                <IconView icon=Icon::Search/>
                <input
                    class="ph-search__input"
                    type="search"
                    placeholder="Filter"
                    aria-label="Filter by method or by what asked"
                    spellcheck="false"
                    data-testid="protocol-filter"
                    prop:value=move || filter.with(|filter| filter.text.clone())
                    on:input=move |event| {
                        let text = event_target_value(&event);
                        change(&|filter| filter.text.clone_from(&text));
                    }
                />
            </label>
            <div class="ph-chips" role="group" aria-label="Kinds of messages">
                {kind(Kind::Request, "Requests")}
                {kind(Kind::Event, "Events")}
                <button
                    type="button"
                    class="ph-chip ph-chip--bad"
                    aria-pressed=move || if is_failed_only() { "true" } else { "false" }
                    on:click=move |_| {
                        let wanted = !is_failed_only();
                        change(&|filter| filter.is_failed_only = wanted);
                    }
                >
                    "Failed"
                </button>
                <Show when=move || totals.with(|totals| totals.n_twice > 0) || is_twice_only()>
                    <button
                        type="button"
                        class="ph-chip"
                        aria-pressed=move || if is_twice_only() { "true" } else { "false" }
                        on:click=move |_| {
                            let wanted = !is_twice_only();
                            change(&|filter| filter.is_twice_only = wanted);
                        }
                    >
                        "Asked twice"
                    </button>
                </Show>
            </div>
        </div>
    }
}

#[component]
fn EntryTable(shown: Memo<Shown>, selected: RwSignal<Option<u64>>) -> impl IntoView {
    let rows = Signal::derive(move || {
        let shown = shown.get();
        TableRows {
            n_rows: shown.len(),
            row: Arc::new(move |index| shown.get(index).map(|entry| row(entry)).unwrap_or_default()),
        }
    });
    let active = Memo::new(move |_| shown.with(|shown| find(shown, selected.get()?)));
    // The end is followed until something is chosen.
    let reveal = Memo::new(move |_| match active.get() {
        Some(active) => Some(Reveal::nearest(active)),
        None => shown
            .with(|shown| shown.len().checked_sub(1))
            .map(Reveal::nearest),
    });
    let select = move |index: usize| {
        selected.set(shown.with_untracked(|shown| shown.get(index).map(|entry| entry.number)));
    };
    let is_empty = Memo::new(move |_| shown.with(|shown| shown.is_empty()));
    view! {
        <Show
            when=move || !is_empty.get()
            fallback=|| view! { <EmptyState icon=Icon::Log title="No messages" text="Nothing has been said that the filter lets through."/> }
        >
            <Table
                id="protocol"
                label="Messages of the protocol"
                columns=COLUMNS
                rows=rows
                active=active
                on_active=select
                reveal=reveal
            />
        </Show>
    }
}

fn row(entry: &Entry) -> TableRow {
    let (icon, what) = match entry.kind {
        Kind::Request => (Icon::ArrowUp, "request"),
        Kind::Event => (Icon::ArrowDown, "event"),
        Kind::Note => (Icon::Info, "note"),
    };
    let size = |n_bytes: usize| match n_bytes {
        0 => String::new(),
        n_bytes => format::bytes(n_bytes as u64),
    };
    let name = match entry.same_as {
        Some(number) => format!("{} (asked before: {number})", entry.name),
        None => entry.name.to_string(),
    };
    let took = match (entry.kind, entry.outcome, entry.took_ms) {
        (Kind::Request, Outcome::Pending, _) => "…".to_owned(),
        (Kind::Request, Outcome::Lost, _) => "lost".to_owned(),
        (_, _, Some(took)) if took < 10.0 => format!("{took:.1} ms"),
        (_, _, Some(took)) => format::duration(took),
        _ => String::new(),
    };
    let is_bad = matches!(entry.outcome, Outcome::Failed | Outcome::Lost);
    let tone = match (is_bad, entry.same_as) {
        (false, Some(_)) => CellTone::Warning,
        _ => CellTone::Plain,
    };
    TableRow {
        cells: vec![
            Cell::text(name)
                .icon(icon)
                .tone(tone)
                .title(format!("{what} {}", entry.number)),
            Cell::text(entry.asked_by).tone(CellTone::Faint),
            Cell::text(size(entry.n_out)).tone(CellTone::Faint),
            Cell::text(size(entry.n_in)).tone(CellTone::Faint),
            Cell::text(took).tone(CellTone::Faint),
            Cell::text(format::clock(entry.time_ms)).tone(CellTone::Faint),
        ],
        order: 0,
        is_bad,
        is_dim: false,
    }
}

#[component]
fn EntryDetails(
    entry: Memo<Option<Arc<Entry>>>,
    notice: RwSignal<&'static str>,
    #[prop(into)] on_close: Callback<()>,
) -> impl IntoView {
    let title = move || entry.with(|entry| entry.as_ref().map(|entry| entry.name.to_string()));
    let copy_one = move |_: MouseEvent| {
        if let Some(entry) = entry.get_untracked() {
            copy(&json_line(&entry), notice);
        }
    };
    let half = move |name: &'static str, id: &'static str, of: fn(&Entry) -> (Option<Arc<str>>, usize)| {
        let message =
            Memo::new(move |_| entry.with(|entry| entry.as_ref().map(|entry| of(entry)).unwrap_or_default()));
        move || {
            let (text, n_bytes) = message.get();
            if n_bytes == 0 {
                return ().into_any();
            }
            let content = match text.map(Json::parse) {
                Some(Ok(json)) => {
                    let json = Arc::new(json);
                    view! { <JsonTree id=id label=name json=Signal::derive(move || Arc::clone(&json))/> }.into_any()
                }
                Some(Err(_)) => view! { <p class="ph-facts__empty">"It is not JSON."</p> }.into_any(),
                None => view! {
                    <p class="ph-facts__empty">{format!("{} that are no longer kept.", format::bytes(n_bytes as u64))}</p>
                }
                .into_any(),
            };
            view! {
                <div class="ph-protocol__half">
                    <h2 class="ph-facts__title">{name}</h2>
                    <div class="ph-protocol__tree">{content}</div>
                </div>
            }
            .into_any()
        }
    };
    view! {
        <section class="ph-request" aria-label="Message" data-testid="protocol-details">
            <div class="ph-request__head">
                <h2 class="ph-request__title">{title}</h2>
                <Button on_press=copy_one>"Copy"</Button>
                <IconButton icon=Icon::Close label="Close the message" on_press=move |_| on_close.run(())/>
            </div>
            {half("Sent", "protocol-sent", |entry| (entry.request.clone(), entry.n_out))}
            {half("Received", "protocol-received", |entry| (entry.answer.clone(), entry.n_in))}
        </section>
    }
}
