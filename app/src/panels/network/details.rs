//! One request in full: what was said, what was carried, how long it took, who asked for it, and the ways to the moments of
//! its life. Long, because there are six tabs of a few facts each.

use std::sync::Arc;

use components::{
    facts::{Fact, FactGroup, Facts},
    format,
    primitives::{
        button::{Button, ButtonLook, IconButton},
        empty_state::EmptyState,
        icon::Icon,
        menu::{MenuButton, MenuItem},
        tabs::{Tab, Tabs},
    },
    table::{Cell, CellTone, Column, Table, TableRow, TableRows},
};
use leptos::{ev::MouseEvent, prelude::*};
use wire::network::Header;

use super::{
    super::values::{Notice, copy},
    body::{Bodies, Messages},
    initiator,
};
use crate::{
    logic::{
        events,
        layout::Panel,
        library::sentence,
        network::{self, Request},
        place,
        scopes::Found,
    },
    stores::{Stores, network::Side, preferences::PreferenceStore},
};

const HEADERS: Tab = Tab {
    key: "headers",
    name: "Headers",
};
const COOKIES: Tab = Tab {
    key: "cookies",
    name: "Cookies",
};
const PAYLOAD: Tab = Tab {
    key: "payload",
    name: "Payload",
};
const RESPONSE: Tab = Tab {
    key: "response",
    name: "Response",
};
const MESSAGES: Tab = Tab {
    key: "messages",
    name: "Messages",
};
const TIMING: Tab = Tab {
    key: "timing",
    name: "Timing",
};
const INITIATOR: Tab = Tab {
    key: "initiator",
    name: "Initiator",
};

/// The selected request.
#[component]
pub(super) fn RequestDetails() -> impl IntoView {
    let stores: Stores = expect_context();
    let network = stores.network;
    let request = Memo::new(move |_| network.selected().unwrap_or_default());
    let tabs = Memo::new(move |_| request.with(|request| tabs_of(request)));
    let wanted = RwSignal::new("headers");
    let chosen = Memo::new(move |_| {
        let wanted = wanted.get();
        let has = |key: &str| tabs.with(|tabs| tabs.iter().any(|tab| tab.key == key));
        // A request without an answer's body has messages, or the other way round.
        match (has(wanted), wanted) {
            (true, _) => wanted,
            (false, "response") => "messages",
            (false, "messages") => "response",
            _ => "headers",
        }
    });
    let notice = RwSignal::new("");
    let title = move || request.with(|request| format!("{} {}", request.method, request.name()));
    let content = move || {
        // Anew for another request.
        let id = request.with(|request| request.id.clone());
        match chosen.get() {
            "cookies" => view! { <Facts label="Cookies" groups=facts(request, cookies)/> }.into_any(),
            "payload" => view! { <Bodies id=id side=Side::Request/> }.into_any(),
            "response" => view! { <Bodies id=id side=Side::Response/> }.into_any(),
            "messages" => view! { <Messages request=request/> }.into_any(),
            "timing" => view! { <Facts label="Timing" groups=facts(request, timing)/> }.into_any(),
            "initiator" => view! { <Initiator request=request/> }.into_any(),
            _ => view! {
                <Facts
                    label="Headers"
                    groups=facts(request, headers)
                    on_copy=move |group| copy(&untrack(|| headers_text(&request.get(), group)), notice)
                />
            }
            .into_any(),
        }
    };
    view! {
        <section class="ph-request" aria-label="Request" data-testid="request-details">
            <div class="ph-request__head">
                <h2 class="ph-request__title" title=move || request.with(|request| request.url.clone())>{title}</h2>
                <Ways request=request/>
                <CopyMenu request=request notice=notice/>
                <IconButton icon=Icon::Close label="Close the request" on_press=move |_| network.select(None)/>
            </div>
            <Tabs id="request" label="Parts of the request" tabs=tabs chosen=chosen on_choose=move |key| wanted.set(key)/>
            <div
                class="ph-request__body"
                role="tabpanel"
                id="request-panel"
                aria-labelledby=move || format!("request-{}", chosen.get())
            >
                {content}
            </div>
            <Notice notice=notice/>
        </section>
    }
}

fn tabs_of(request: &Request) -> Vec<Tab> {
    let is_talk = request.is_websocket() || request.is_event_source();
    let mut tabs = vec![HEADERS];
    if !network::cookies(request).is_empty() || !network::set_cookies(request).is_empty() {
        tabs.push(COOKIES);
    }
    if request.has_request_body && !request.is_websocket() {
        tabs.push(PAYLOAD);
    }
    tabs.push(if is_talk { MESSAGES } else { RESPONSE });
    tabs.extend([TIMING, INITIATOR]);
    tabs
}

/// The buttons that lead to the moments of the request's life.
#[component]
fn Ways(request: Memo<Arc<Request>>) -> impl IntoView {
    let stores: Stores = expect_context();
    let Stores {
        timeline, recording, ..
    } = stores;
    let preferences: PreferenceStore = expect_context();
    let cause = Memo::new(move |_| {
        request.with(|request| {
            let asked = request
                .trigger
                .as_ref()
                .map_or(&request.point, |trigger| &trigger.point);
            let keys = recording.keys();
            recording
                .clicks()
                .with(|clicks| keys.with(|keys| events::cause_of(clicks, keys, asked)))
        })
    });
    let go_to_code = move |_: MouseEvent| {
        if let Some(trigger) = request.with_untracked(|request| request.trigger.clone()) {
            timeline.go_to(trigger.time, Some(trigger.point));
            preferences.show_panel(Panel::Source);
        }
    };
    let go_to_cause = move |_: MouseEvent| {
        if let Some(cause) = cause.get_untracked() {
            timeline.go_to(cause.time_ms, Some(cause.point));
        }
    };
    let has_trigger = Signal::derive(move || request.with(|request| request.trigger.is_some()));
    let answered = Memo::new(move |_| request.with(|request| request.answered_ms));
    let cause_words = move || cause.with(|cause| cause.as_ref().map(|cause| cause.label.clone()));
    view! {
        <div class="ph-request__ways" role="group" aria-label="Go to">
            <span data-testid="go-to-code" title=move || if has_trigger.get() { "Go to the code that asked" } else { "No recorded code asked for this" }>
                <Button icon=Icon::Code look=ButtonLook::Framed enabled=has_trigger on_press=go_to_code>"Code"</Button>
            </span>
            <span data-testid="go-to-cause" title=move || match cause_words() {
                Some(words) => format!("Go to what the person did before: {words}"),
                None => "Nothing was pressed before this".to_owned(),
            }>
                <Button
                    icon=Icon::Mouse
                    look=ButtonLook::Framed
                    enabled=Signal::derive(move || cause.with(Option::is_some))
                    on_press=go_to_cause
                >
                    {move || cause_words().map_or_else(|| "Click".to_owned(), |words| short(&words))}
                </Button>
            </span>
            <span data-testid="go-to-sent" title=move || format!("Go to when it was sent, {}", request.with(|request| format::clock(request.time_ms)))>
                <Button
                    look=ButtonLook::Framed
                    on_press=move |_| request.with_untracked(|request| timeline.go_to(request.time_ms, Some(request.point.clone())))
                >
                    "Sent"
                </Button>
            </span>
            <span data-testid="go-to-answered" title=move || match answered.get() {
                Some(answered) => format!("Go to when it was answered, {}", format::clock(answered)),
                None => "The recording has no answer to it".to_owned(),
            }>
                <Button
                    look=ButtonLook::Framed
                    enabled=Signal::derive(move || answered.get().is_some())
                    on_press=move |_| if let Some(answered) = answered.get_untracked() { timeline.go_to(answered, None) }
                >
                    "Answered"
                </Button>
            </span>
        </div>
    }
}

/// What the person did, in a word or two.
fn short(words: &str) -> String {
    words
        .split(" at ")
        .next()
        .unwrap_or(words)
        .chars()
        .take(16)
        .collect()
}

/// What can be copied of the request. Bodies are brought first.
#[component]
fn CopyMenu(request: Memo<Arc<Request>>, notice: RwSignal<&'static str>) -> impl IntoView {
    let Stores { network, .. } = expect_context();
    // What waits for the body to be here.
    let waiting = RwSignal::new(None::<(String, bool)>);
    Effect::new(move |_| {
        let Some((id, is_curl)) = waiting.get() else {
            return;
        };
        let Some(body) = network.body(&id, Side::Request) else {
            return;
        };
        if body.is_pending {
            return;
        }
        if !body.is_whole && body.failure.is_none() {
            return network.want_all_of_body(&id, Side::Request);
        }
        waiting.set(None);
        request.with_untracked(|request| {
            if request.id == id {
                copy(&command(request, is_curl, Some(&body.bytes)), notice);
            }
        });
    });
    let copy_command = move |is_curl: bool| {
        let now = request.get_untracked();
        match now.has_request_body && !now.is_websocket() {
            true => {
                network.want_body(&now.id, Side::Request);
                waiting.set(Some((now.id.clone(), is_curl)));
            }
            false => copy(&command(&now, is_curl, None), notice),
        }
    };
    let items = move |()| {
        let (can_copy, body) = untrack(|| {
            let now = request.get();
            (!now.is_websocket(), network.body(&now.id, Side::Response))
        });
        let text = body.and_then(|body| std::str::from_utf8(&body.bytes).ok().map(str::to_owned));
        vec![
            MenuItem::new("Copy as cURL", move || copy_command(true)).enabled(can_copy),
            MenuItem::new("Copy as fetch", move || copy_command(false)).enabled(can_copy),
            MenuItem::new("Copy address", move || {
                request.with_untracked(|request| copy(&request.url, notice))
            })
            .group(),
            MenuItem::new("Copy response", {
                let text = text.clone();
                move || copy(text.as_deref().unwrap_or_default(), notice)
            })
            .enabled(text.is_some_and(|text| !text.is_empty())),
        ]
    };
    view! { <MenuButton icon=Icon::More label="Copy the request" items=items/> }
}

fn command(request: &Request, is_curl: bool, body: Option<&[u8]>) -> String {
    match is_curl {
        true => network::curl(request, body),
        false => network::fetch(request, body),
    }
}

fn facts(request: Memo<Arc<Request>>, of: fn(&Request) -> Vec<FactGroup>) -> Signal<Arc<[FactGroup]>> {
    Signal::derive(move || request.with(|request| of(request).into()))
}

fn headers(request: &Request) -> Vec<FactGroup> {
    let mut general = vec![
        Fact::new("Address", request.url.clone()),
        Fact::new("Method", request.method.clone()),
        Fact::new(
            "Status",
            format!("{} {}", request.status_word(), request.status_text),
        )
        .bad(request.is_failed()),
    ];
    if let Some(reason) = request.failure.as_ref().filter(|reason| !reason.is_empty()) {
        general.push(Fact::new("Failed because", reason.clone()).bad(true));
    }
    if let Some((address, port)) = &request.destination {
        general.push(Fact::new("Server", format!("{address}, port {port}")));
    }
    if !request.protocol.is_empty() {
        general.push(Fact::new("Protocol", request.protocol.clone()));
    }
    if request.is_from_cache {
        general.push(Fact::new("From", "the browser's cache"));
    }
    if let (Some(encoded), Some(decoded)) = (request.encoded_size, request.decoded_size) {
        let unpacked = (encoded != decoded).then(|| format!(", {} unpacked", format::bytes(decoded)));
        general.push(Fact::new(
            "Size",
            format!("{}{}", format::bytes(encoded), unpacked.unwrap_or_default()),
        ));
    }
    let lines = |headers: &[Header]| {
        let fact = |header: &Header| Fact::new(header.name.clone(), header.value.clone());
        headers.iter().map(fact).collect()
    };
    let raw = |title: &str, raw: &Option<String>| FactGroup {
        title: title.to_owned(),
        facts: raw.iter().map(|raw| Fact::new("", raw.trim_end())).collect(),
        can_copy: true,
        ..FactGroup::default()
    };
    vec![
        FactGroup {
            title: "General".to_owned(),
            facts: general,
            ..FactGroup::default()
        },
        FactGroup {
            title: "Response headers".to_owned(),
            facts: lines(&request.response_headers),
            when_empty: "None were recorded.".to_owned(),
            can_copy: true,
        },
        FactGroup {
            title: "Request headers".to_owned(),
            facts: lines(&request.request_headers),
            when_empty: "None were recorded.".to_owned(),
            can_copy: true,
        },
        raw("Response, as it came over the line", &request.raw_response),
        raw("Request, as it went over the line", &request.raw_request),
    ]
}

/// What a group of [`headers`] says, as lines.
fn headers_text(request: &Request, group: usize) -> String {
    let lines = |headers: &[Header]| {
        let line = |header: &Header| format!("{}: {}\n", header.name, header.value);
        headers.iter().map(line).collect()
    };
    match group {
        1 => lines(&request.response_headers),
        2 => lines(&request.request_headers),
        3 => request.raw_response.clone().unwrap_or_default(),
        4 => request.raw_request.clone().unwrap_or_default(),
        _ => String::new(),
    }
}

fn cookies(request: &Request) -> Vec<FactGroup> {
    let sent = network::cookies(request)
        .into_iter()
        .map(|(name, value)| Fact::new(name, value));
    let set = network::set_cookies(request)
        .into_iter()
        .map(|(name, value, rest)| {
            let rest = if rest.is_empty() {
                String::new()
            } else {
                format!("\n{rest}")
            };
            Fact::new(name, value + &rest)
        });
    vec![
        FactGroup {
            title: "Sent".to_owned(),
            facts: sent.collect(),
            when_empty: "No cookie was sent.".to_owned(),
            ..FactGroup::default()
        },
        FactGroup {
            title: "Set by the answer".to_owned(),
            facts: set.collect(),
            when_empty: "The answer set no cookie.".to_owned(),
            ..FactGroup::default()
        },
    ]
}

fn timing(request: &Request) -> Vec<FactGroup> {
    let last_ms = request.last_ms();
    let first_ms = request
        .trigger
        .as_ref()
        .map_or(request.time_ms, |trigger| trigger.time.min(request.time_ms));
    let length = (last_ms - first_ms).max(f64::MIN_POSITIVE);
    let phase = |name: &str, from: f64, to: f64| {
        Fact::new(name, format::duration((to - from).max(0.0)))
            .bar((from - first_ms) / length, (to - first_ms) / length)
    };
    let mut phases = Vec::new();
    if let Some(trigger) = &request.trigger {
        phases.push(phase("Until it was sent", trigger.time, request.time_ms));
    }
    match (request.answered_ms, request.ended_ms) {
        (Some(answered), ended) => {
            phases.push(phase("Waiting for the answer", request.time_ms, answered));
            if let Some(ended) = ended {
                phases.push(phase("Receiving the answer", answered, ended));
            }
        }
        (None, Some(ended)) => phases.push(phase("Until it failed or ended", request.time_ms, ended)),
        (None, None) => {}
    }
    let mut moments = Vec::new();
    let mut moment = |name: &str, time_ms: Option<f64>| {
        if let Some(time_ms) = time_ms {
            moments.push(Fact::new(name, format::clock(time_ms)));
        }
    };
    moment("Asked for", request.trigger.as_ref().map(|trigger| trigger.time));
    moment("Sent", Some(request.time_ms));
    moment("Answered", request.answered_ms);
    moment(
        if request.failure.is_some() {
            "Failed"
        } else {
            "Ended"
        },
        request.ended_ms,
    );
    if let Some(took) = request.duration_ms() {
        moments.push(Fact::new("In all", format::duration(took)));
    }
    vec![
        FactGroup {
            title: "Phases".to_owned(),
            facts: phases,
            when_empty: "The recording ended before an answer.".to_owned(),
            ..FactGroup::default()
        },
        FactGroup {
            title: "Moments".to_owned(),
            facts: moments,
            ..FactGroup::default()
        },
    ]
}

const CALLERS: &[Column] = &[
    Column::new("name", "Function", "minmax(90px, 1fr)").unsorted(),
    Column::new("place", "Place", "minmax(90px, 1fr)").unsorted(),
];

#[component]
fn Initiator(request: Memo<Arc<Request>>) -> impl IntoView {
    let stores: Stores = expect_context();
    let network = stores.network;
    let preferences: PreferenceStore = expect_context();
    Effect::new(move |_| request.with(|request| network.want_callers(request)));
    let initiator = Memo::new(move |_| request.with(|request| request.initiator.clone()));
    let callers = Memo::new(move |_| request.with(|request| network.callers(&request.id)));
    let rows = Signal::derive(move || {
        let callers = match callers.get() {
            Some(Found::Ready(callers)) => callers,
            _ => Arc::from([]),
        };
        TableRows {
            n_rows: callers.len(),
            row: Arc::new(move |index| {
                let Some(caller) = callers.get(index) else {
                    return TableRow::default();
                };
                let (text, title) = caller
                    .location
                    .as_ref()
                    .map_or_else(Default::default, |location| {
                        let url = stores.sources.url(&location.source_id).unwrap_or_default();
                        (
                            format!("{}:{}", place::short_name(Some(&url)), location.line),
                            url,
                        )
                    });
                TableRow {
                    cells: vec![
                        Cell::text(caller.name.clone()),
                        Cell::text(text).tone(CellTone::Link).title(title),
                    ],
                    ..TableRow::default()
                }
            }),
        }
    });
    let active = RwSignal::new(None::<usize>);
    let show = move |index: usize| {
        active.set(Some(index));
        let location = match callers.get_untracked() {
            Some(Found::Ready(callers)) => callers.get(index).and_then(|caller| caller.location.clone()),
            _ => None,
        };
        if let Some(location) = location {
            stores.sources.show(location);
            preferences.show_panel(Panel::Source);
        }
    };
    let by = move || {
        initiator.get().map(|initiator| {
            let words = initiator::words(stores, &initiator, true);
            view! {
                <p class="ph-request__by">
                    "Caused by "
                    <button type="button" class="ph-link" on:click=move |_| initiator::show(stores, preferences, &initiator)>{words}</button>
                </p>
            }
        })
    };
    let stack = move || {
        match callers.get() {
        None => view! {
            <EmptyState icon=Icon::Stack title="No recorded code asked for this" text="The browser made this request itself, or code that was not recorded."/>
        }
        .into_any(),
        Some(Found::Pending) => view! { <EmptyState icon=Icon::Stack title="" text="Looking at the stack…"/> }.into_any(),
        Some(Found::Failed(reason)) => view! {
            <EmptyState icon=Icon::Stack title="The stack cannot be had" text=sentence(&reason)/>
        }
        .into_any(),
        Some(Found::Ready(_)) => view! {
            <Table
                id="network-callers"
                label="The stack that asked, youngest frame first"
                columns=CALLERS
                rows=rows
                active=active
                on_active=move |index| active.set(Some(index))
                on_choose=show
                on_link=show
            />
        }
        .into_any(),
    }
    };
    view! { <div class="ph-request__stack">{by}<div class="ph-request__frames">{stack}</div></div> }
}
