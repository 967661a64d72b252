//! The panel with the requests of the program.

use std::sync::Arc;

use components::{
    format,
    primitives::{
        empty_state::EmptyState,
        icon::{Icon, IconView},
        splitter::{SplitAxis, Splitter},
        virtual_list::Reveal,
    },
    table::{Bar, BarLook, Cell, CellTone, Column, Sort, Table, TableRow, TableRows, TimeSpan},
};
use leptos::{ev::PointerEvent, html::Div, prelude::*};
use wire::experimental::RecordedContent;

mod body;
mod details;
mod initiator;

use self::details::RequestDetails;
use super::nothing::NothingHere;
use crate::{
    logic::{
        layout::Panel,
        library::sentence,
        network::{Category, Filter, Request},
    },
    stores::{
        Stores,
        network::{Listing, NetworkStore},
        preferences::PreferenceStore,
    },
};

const COLUMNS: &[Column] = &[
    Column::new("name", "Name", "minmax(110px, 2fr)"),
    Column::new("method", "Method", "62px").from_px(400.0),
    Column::new("status", "Status", "70px"),
    Column::new("type", "Type", "76px").from_px(480.0),
    Column::new("initiator", "Initiator", "minmax(80px, 1fr)").from_px(645.0),
    Column::new("size", "Size", "64px").at_end().from_px(540.0),
    Column::new("time", "Time", "64px").at_end().from_px(300.0),
    Column::new("waterfall", "", "minmax(110px, 1.6fr)")
        .unsorted()
        .from_px(440.0),
];

/// The requests, before and after the moment, and one of them in full.
#[component]
pub fn NetworkPanel() -> impl IntoView {
    let stores: Stores = expect_context();
    let network = stores.network;
    network.want();
    let share = RwSignal::new(0.5);
    let has_details = Memo::new(move |_| network.selected().is_some());
    let has_any = Memo::new(move |_| network.all().with(|all| !all.is_empty()));
    view! {
        <section
            class="ph-panel ph-network"
            aria-label="Network"
            data-testid="network-panel"
            data-complete=move || (network.listing().get() == Listing::Complete).to_string()
        >
            <Show when=move || has_any.get() fallback=NoRequests>
                <div class="ph-panel__head"><NetworkFilter/></div>
                <div class="ph-panel__body ph-parts" class:ph-parts--open=move || has_details.get()>
                    <div class="ph-parts__list" style:flex-basis=move || format!("{:.3}%", share.get() * 100.0)>
                        <RequestTable/>
                    </div>
                    <Show when=move || has_details.get()>
                        <Splitter
                            label="Width of the list of requests"
                            axis=SplitAxis::Row
                            share=share
                            on_resize=move |wanted| share.set(wanted)
                        />
                        <div class="ph-parts__one"><RequestDetails/></div>
                    </Show>
                </div>
                <p class="ph-panel__note ph-number" data-testid="network-totals">{move || totals(network)}</p>
            </Show>
        </section>
    }
}

#[component]
fn NoRequests() -> impl IntoView {
    let Stores {
        network, recording, ..
    } = expect_context();
    let why = Signal::derive(move || {
        let lack = recording.lack(&RecordedContent::Network);
        lack.unwrap_or_else(|| "This program asked the network for nothing while it was recorded.".to_owned())
    });
    move || match network.listing().get() {
        Listing::Unasked | Listing::Pending => {
            view! { <EmptyState icon=Icon::Link title="" text="Looking for requests…"/> }.into_any()
        }
        Listing::Complete => view! {
            <NothingHere
                panel=Panel::Network
                icon=Icon::Link
                title="No requests"
                text=why
            />
        }
        .into_any(),
        Listing::Failed(reason) => view! {
            <NothingHere
                panel=Panel::Network
                icon=Icon::Warning
                title="This service cannot tell of requests"
                text=sentence(&reason)
            />
        }
        .into_any(),
    }
}

#[component]
fn NetworkFilter() -> impl IntoView {
    let Stores { network, .. } = expect_context();
    let filter = network.filter();
    let change = move |change: &dyn Fn(&mut Filter)| {
        let mut now = filter.get_untracked();
        change(&mut now);
        network.set_filter(now);
    };
    let chip = move |category: Category| {
        let is_on = move || filter.with(|filter| filter.category == Some(category));
        let n_requests = Memo::new(move |_| network.n_of(category));
        view! {
            <Show when=move || { n_requests.get() > 0 }>
                <button
                    type="button"
                    class="ph-chip"
                    aria-pressed=move || if is_on() { "true" } else { "false" }
                    on:click=move |_| {
                        let wanted = (!is_on()).then_some(category);
                        change(&|filter| filter.category = wanted);
                    }
                >
                    {category.name()}
                    <span class="ph-chip__count ph-number">{move || format::count_short(n_requests.get() as u64)}</span>
                </button>
            </Show>
        }
    };
    let n_failed = Memo::new(move |_| {
        network
            .all()
            .with(|all| all.iter().filter(|request| request.is_failed()).count())
    });
    let is_failed_only = move || filter.with(|filter| filter.is_failed_only);
    view! {
        <div class="ph-filter ph-network__filter" role="search" aria-label="Filter requests">
            <label class="ph-search" title="Words, or: status:404 status:5xx method:post domain:example.com type:fetch is:failed larger-than:10k slower-than:1s; a minus in front turns one round">
                <IconView icon=Icon::Search/>
                <input
                    class="ph-search__input"
                    type="search"
                    placeholder="Filter, e.g. status:404 -img"
                    aria-label="Filter requests by text"
                    spellcheck="false"
                    data-testid="network-filter"
                    prop:value=move || filter.with(|filter| filter.text.clone())
                    on:input=move |event| {
                        let text = event_target_value(&event);
                        change(&|filter| filter.text.clone_from(&text));
                    }
                />
            </label>
            <div class="ph-chips" role="group" aria-label="Kinds of requests">
                <Show when=move || { n_failed.get() > 0 }>
                    <button
                        type="button"
                        class="ph-chip ph-chip--bad"
                        data-testid="network-failed"
                        aria-pressed=move || if is_failed_only() { "true" } else { "false" }
                        on:click=move |_| {
                            let wanted = !is_failed_only();
                            change(&|filter| filter.is_failed_only = wanted);
                        }
                    >
                        "Failed"
                        <span class="ph-chip__count ph-number">{move || format::count_short(n_failed.get() as u64)}</span>
                    </button>
                </Show>
                {Category::ALL.map(chip).collect_view()}
            </div>
        </div>
    }
}

#[component]
fn RequestTable() -> impl IntoView {
    let stores: Stores = expect_context();
    let Stores {
        network, timeline, ..
    } = stores;
    let preferences: PreferenceStore = expect_context();
    let span = Memo::new(move |_| {
        network.all().with(|all| {
            network.shown().with(|shown| {
                let requests = shown.iter().filter_map(|at| all.get(*at as usize));
                TimeSpan::around(requests.map(|request| (request.time_ms, request.last_ms())))
            })
        })
    });
    let rows = Signal::derive(move || {
        let (all, shown, span) = (network.all().get(), network.shown().get(), span.get());
        TableRows {
            n_rows: shown.len(),
            row: Arc::new(move |index| {
                let at = shown.get(index).copied().unwrap_or(u32::MAX) as usize;
                all.get(at)
                    .map(|request| row(stores, request, at, span))
                    .unwrap_or_default()
            }),
        }
    });
    let n_before = Memo::new(move |_| timeline.moment().with(|moment| network.n_before(moment)));
    let divider = Memo::new(move |_| {
        // Only in the order of the execution does the moment lie between two rows.
        let is_in_order = network.sort().get().is_none();
        let n_before = n_before.get();
        let n_shown = network
            .shown()
            .with(|shown| shown.partition_point(|at| (*at as usize) < n_before));
        is_in_order.then(|| n_shown.checked_sub(1)).flatten()
    });
    let mark = Memo::new(move |_| {
        let (now_ms, span) = (timeline.time_ms().get(), span.get());
        span.contains(now_ms).then(|| span.fraction(now_ms))
    });
    let active = Memo::new(move |_| network.selected_index());
    let reveal = Memo::new(move |_| active.get().map(Reveal::nearest));
    let request_at = move |index: usize| untrack(|| network.request(index)).map(|(_, request)| request);
    let select = move |index: usize| network.select(request_at(index).map(|request| request.id.clone()));
    let go_to = move |index: usize| {
        if let Some(request) = request_at(index) {
            timeline.go_to(request.time_ms, Some(request.point.clone()));
        }
    };
    let show_initiator = move |index: usize| {
        let initiator = request_at(index).and_then(|request| request.initiator.clone());
        if let Some(initiator) = initiator {
            initiator::show(stores, preferences, &initiator);
        }
    };
    let sort = Signal::derive(move || {
        network.sort().get().map(|(column, is_descending)| Sort {
            column,
            is_descending,
        })
    });
    let on_sort =
        move |sort: Option<Sort>| network.set_sort(sort.map(|sort| (sort.column, sort.is_descending)));
    let is_empty = move || network.shown().with(|shown| shown.is_empty());
    view! {
        <Show
            when=move || !is_empty()
            fallback=move || view! { <EmptyState icon=Icon::Filter title="No request matches" text="Change or clear the filter."/> }
        >
            <Table
                id="network"
                label="Requests"
                columns=COLUMNS
                rows=rows
                sort=sort
                on_sort=on_sort
                n_before=n_before
                divider=divider
                active=active
                on_active=select
                on_choose=go_to
                on_link=show_initiator
                reveal=reveal
                mark=mark
                axis=ViewFn::from(move || view! { <Axis span=span/> })
            />
        </Show>
    }
}

/// The times that the bars stand for; a press goes there.
#[component]
fn Axis(span: Memo<TimeSpan>) -> impl IntoView {
    let Stores { timeline, .. } = expect_context();
    let axis = NodeRef::<Div>::new();
    let on_pointerdown = move |event: PointerEvent| {
        let Some(axis) = axis.get_untracked() else { return };
        let rect = axis.get_bounding_client_rect();
        if rect.width() > 0.0 {
            let fraction = (f64::from(event.client_x()) - rect.left()) / rect.width();
            timeline.go_to(span.get_untracked().time_at(fraction), None);
        }
    };
    let label = move |fraction: f64| format::clock(span.get().time_at(fraction));
    view! {
        <div class="ph-axis ph-number" node_ref=axis title="Go to this time" on:pointerdown=on_pointerdown>
            <span>{move || label(0.0)}</span>
            <span>{move || label(1.0)}</span>
        </div>
    }
}

fn row(stores: Stores, request: &Request, at: usize, span: TimeSpan) -> TableRow {
    let kind = Category::of(request);
    let content_type = request.content_type();
    let initiator = request.initiator.as_ref();
    let from = initiator.map(|initiator| initiator::words(stores, initiator, false));
    let size = match (request.is_from_cache, request.encoded_size) {
        (true, _) => "(cache)".to_owned(),
        (false, Some(size)) => format::bytes(size),
        (false, None) => String::new(),
    };
    let took = request.duration_ms().map(format::duration).unwrap_or_default();
    let begin = span.fraction(request.time_ms);
    let end = span.fraction(request.last_ms());
    let look = if request.is_failed() {
        BarLook::Bad
    } else {
        BarLook::Full
    };
    let bars: Vec<Bar> = match request.answered_ms.map(|answered| span.fraction(answered)) {
        Some(answered) if !request.is_failed() => vec![
            Bar {
                from: begin,
                to: answered,
                look: BarLook::Thin,
            },
            Bar {
                from: answered,
                to: end,
                look,
            },
        ],
        _ => vec![Bar {
            from: begin,
            to: end,
            look,
        }],
    };
    let spoken = format!(
        "from {} to {}",
        format::clock(request.time_ms),
        format::clock(request.last_ms())
    );
    let mut cells = vec![
        Cell::text(request.name()).title(request.url.clone()),
        Cell::text(request.method.clone()),
        Cell::text(request.status_word()).title(format!(
            "{} {}",
            request.status_word(),
            request.failure.as_deref().unwrap_or(&request.status_text)
        )),
        Cell::text(type_name(kind, &content_type))
            .tone(CellTone::Faint)
            .title(content_type),
        Cell::text(from.unwrap_or_default())
            .tone(if initiator.is_some() {
                CellTone::Link
            } else {
                CellTone::Faint
            })
            .title(
                initiator
                    .map(|initiator| initiator.url.clone())
                    .unwrap_or_default(),
            ),
        Cell::text(size).tone(CellTone::Faint),
        Cell::text(took).tone(CellTone::Faint),
        Cell {
            text: spoken.clone(),
            title: spoken,
            bars: bars.into(),
            ..Cell::default()
        },
    ];
    if request.is_failed()
        && let Some(first) = cells.first_mut()
    {
        first.icon = Some(Icon::Error);
    }
    TableRow {
        cells,
        order: at,
        is_bad: request.is_failed(),
        is_dim: !stores.focus.contains(&request.point),
    }
}

/// What a request is for, or for pictures and fonts what came.
fn type_name(kind: Category, content_type: &str) -> String {
    match kind {
        Category::Image | Category::Font | Category::Media | Category::Other => {
            let name = content_type.rsplit('/').next().unwrap_or_default();
            let name = name.split('+').next().unwrap_or_default();
            if name.is_empty() {
                kind.name().to_owned()
            } else {
                name.to_owned()
            }
        }
        _ => kind.name().to_owned(),
    }
}

/// How many, how many of them failed, how much came.
fn totals(network: NetworkStore) -> String {
    let n_shown = network.shown().with(|shown| shown.len());
    network.all().with(|all| {
        let n_bytes: u64 = all.iter().filter_map(|request| request.encoded_size).sum();
        let n_failed = all.iter().filter(|request| request.is_failed()).count();
        let count = |n: usize| format::count(n as u64);
        let of_all = match n_shown == all.len() {
            true => format!("{} requests", count(all.len())),
            false => format!("{} of {} requests", count(n_shown), count(all.len())),
        };
        let failed = match n_failed {
            0 => String::new(),
            n_failed => format!(" · {} failed", count(n_failed)),
        };
        format!("{of_all}{failed} · {} transferred", format::bytes(n_bytes))
    })
}
