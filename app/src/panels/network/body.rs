//! The bodies of a request: JSON as a tree, text with its words told apart, pictures, bytes; and the messages of a websocket
//! or a stream of events.

use std::sync::Arc;

use components::{
    blob_image::BlobImage,
    format,
    json_tree::{Json, JsonTree},
    primitives::{
        button::{Button, ButtonLook},
        empty_state::EmptyState,
        icon::Icon,
    },
    source::{Language, SourceText, SourceView},
    table::{Cell, CellTone, Column, Table, TableRow, TableRows},
};
use leptos::prelude::*;

use crate::{
    logic::{
        library::sentence,
        network::{self, BodyKind, Message, Request},
    },
    stores::{
        Stores,
        network::{Body, Side},
    },
};

/// Bytes of a binary body that are shown.
const MAX_HEX: usize = 64 << 10;
/// Messages that are listed.
const MAX_MESSAGES: usize = 100_000;

/// A body as far as it is here, with a way to have the rest.
#[component]
pub(super) fn Bodies(
    /// The request.
    id: String,
    /// Which of its bodies.
    side: Side,
) -> impl IntoView {
    let Stores { network, .. } = expect_context();
    let request = Memo::new(move |_| network.selected().unwrap_or_default());
    let has_body = Memo::new(move |_| {
        request.with(|request| match side {
            Side::Request => request.has_request_body,
            Side::Response => request.has_response_body,
        })
    });
    let wanted = id.clone();
    Effect::new(move |_| {
        if has_body.get() {
            network.want_body(&wanted, side);
        }
    });
    let for_rest = id.clone();
    let body = Memo::new(move |_| network.body(&id, side));
    let is_raw = RwSignal::new(false);
    let kind = Memo::new(move |_| {
        let content_type = request.with(|request| match side {
            Side::Request => request.request_content_type(),
            Side::Response => request.content_type(),
        });
        body.with(|body| {
            body.as_ref()
                .map(|body| network::kind_of(&body.bytes, &content_type))
        })
    });
    let bytes = Memo::new(move |_| {
        body.with(|body| {
            body.as_ref()
                .map(|body| Arc::clone(&body.bytes))
                .unwrap_or_default()
        })
    });
    let state = Memo::new(move |_| {
        body.with(|body| {
            body.as_ref().map(|body| {
                (
                    body.is_whole,
                    body.is_pending,
                    body.failure.clone(),
                    body.bytes.is_empty(),
                )
            })
        })
    });
    let content = move || {
        if !has_body.get() {
            return nothing(&request.get(), side).into_any();
        }
        match (state.get(), kind.get()) {
            (Some((_, false, Some(reason), true)), _) => {
                view! { <EmptyState icon=Icon::File title="The body cannot be had" text=sentence(&reason)/> }
                    .into_any()
            }
            (Some((true, _, _, true)), _) => {
                view! { <EmptyState icon=Icon::File title="The body is empty" text=""/> }.into_any()
            }
            (None, _) | (_, None) | (Some((_, true, _, true)), _) => {
                view! { <EmptyState icon=Icon::File title="" text="Bringing the body…"/> }.into_any()
            }
            (Some((is_whole, ..)), Some(kind)) => shown(bytes, kind, is_whole && !is_raw.get()).into_any(),
        }
    };
    let total = move || {
        request.with(|request| match side {
            Side::Request => None,
            Side::Response => request.decoded_size,
        })
    };
    let is_tree_possible =
        move || kind.get() == Some(BodyKind::Json) && state.get().is_some_and(|(is_whole, ..)| is_whole);
    view! {
        <div class="ph-body" data-testid="request-body" data-whole=move || state.get().is_some_and(|(is_whole, ..)| is_whole).to_string()>
            <div class="ph-body__content">{content}</div>
            <div class="ph-body__foot ph-number">
                <span>{move || state.get().and(body.get()).map(|body| sizes(&body, total()))}</span>
                <Show when=move || state.get().is_some_and(|(is_whole, is_pending, ..)| !is_whole && !is_pending)>
                    <Button look=ButtonLook::Framed on_press={
                        let id = for_rest.clone();
                        move |_| network.want_all_of_body(&id, side)
                    }>
                        "Load all of it"
                    </Button>
                </Show>
                <Show when=is_tree_possible>
                    <button
                        type="button"
                        class="ph-chip"
                        aria-pressed=move || if is_raw.get() { "true" } else { "false" }
                        on:click=move |_| is_raw.update(|is_raw| *is_raw = !*is_raw)
                    >
                        "As text"
                    </button>
                </Show>
            </div>
        </div>
    }
}

fn sizes(body: &Body, total: Option<u64>) -> String {
    let here = format::bytes(body.bytes.len() as u64);
    match (body.is_whole, body.is_pending, &body.failure) {
        (_, true, _) => format!("{here} so far…"),
        (_, _, Some(reason)) => format!("{here}: {reason}"),
        (true, ..) => here,
        (false, ..) => match total {
            Some(total) => format!("The first {here} of {}", format::bytes(total)),
            None => format!("The first {here}"),
        },
    }
}

fn nothing(request: &Request, side: Side) -> impl IntoView + use<> {
    let text = match side {
        Side::Request => "The request carried nothing.",
        Side::Response if request.is_failed() && request.status.is_none() => "The request came to nothing.",
        Side::Response if matches!(request.status, Some(301..=308)) => {
            "The answer sent the browser on to another address."
        }
        Side::Response if request.status.is_none() => "The recording ended before an answer.",
        Side::Response => "The answer had no body, or the recorder could not have it.",
    };
    view! { <EmptyState icon=Icon::File title="No body" text=text/> }
}

/// Bytes as what they are. Drawings of the web (SVG) and pages are shown as text only.
fn shown(bytes: Memo<Arc<[u8]>>, kind: BodyKind, is_tree: bool) -> AnyView {
    let text = move || bytes.with(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let as_text = move |language| {
        let text = Memo::new(move |_| Arc::new(SourceText::new(text().into(), language)));
        view! { <SourceView id="request-text" label="Body" text=text/> }.into_any()
    };
    match kind {
        BodyKind::Json if is_tree => match untrack(|| Json::parse(text().into())) {
            Ok(json) => {
                let json = Arc::new(json);
                view! { <JsonTree id="request-json" label="Body" json=Signal::derive(move || Arc::clone(&json))/> }.into_any()
            }
            Err(_) => as_text(Language::Json),
        },
        BodyKind::Json => as_text(Language::Json),
        BodyKind::Markup => as_text(Language::Html),
        BodyKind::Style => as_text(Language::Css),
        BodyKind::Script => as_text(Language::Script),
        BodyKind::Text => as_text(Language::Plain),
        BodyKind::Image(mime) => {
            view! { <BlobImage bytes=bytes mime=mime label="The picture that came"/> }.into_any()
        }
        BodyKind::Binary => {
            let rows = Memo::new(move |_| {
                let hex = bytes.with(|bytes| network::hex_rows(bytes.get(..MAX_HEX).unwrap_or(bytes)));
                Arc::new(SourceText::new(hex.into(), Language::Plain))
            });
            view! { <SourceView id="request-bytes" label="Bytes" text=rows/> }.into_any()
        }
    }
}

const MESSAGES: &[Column] = &[
    Column::new("data", "Message", "minmax(120px, 1fr)").unsorted(),
    Column::new("size", "Size", "64px").at_end().unsorted(),
    Column::new("time", "Time", "80px")
        .at_end()
        .unsorted()
        .from_px(280.0),
];

/// The messages of a websocket or a stream of events, and one of them in full.
#[component]
pub(super) fn Messages(request: Memo<Arc<Request>>) -> impl IntoView {
    let stores: Stores = expect_context();
    let Stores {
        network, timeline, ..
    } = stores;
    Effect::new(move |_| {
        request.with(|request| {
            if request.is_websocket() && request.has_request_body {
                network.want_all_of_body(&request.id, Side::Request);
            }
            if request.has_response_body {
                network.want_all_of_body(&request.id, Side::Response);
            }
        });
    });
    let messages = Memo::new(move |_| request.with(|request| messages(stores, request)));
    let rows = Signal::derive(move || {
        let messages = messages.get();
        TableRows {
            n_rows: messages.len(),
            row: Arc::new(move |index| messages.get(index).map(message_row).unwrap_or_default()),
        }
    });
    let active = RwSignal::new(None::<usize>);
    let chosen = Memo::new(move |_| {
        let index = active.get()?;
        messages.with(|messages| messages.get(index).cloned())
    });
    let go_to = move |index: usize| {
        let point = messages.with_untracked(|messages| {
            let message = messages.get(index).filter(|message| message.is_sent)?;
            let body = untrack(|| request.with(|request| network.body(&request.id, Side::Request)))?;
            body.parts.get(message.part)?.point.clone()
        });
        if let Some(point) = point {
            timeline.go_to(point.time, Some(point.point));
        }
    };
    let is_pending = move || {
        request.with(|request| {
            [Side::Request, Side::Response].into_iter().any(|side| {
                network
                    .body(&request.id, side)
                    .is_some_and(|body| body.is_pending)
            })
        })
    };
    let why_none = move || {
        let is_stream = request.with(|request| !request.is_websocket() && !request.has_response_body);
        match is_stream {
            // A browser hands out what came only of streams that ended by themselves.
            true => "What came was not recorded: the stream was still open, or was closed by the page.",
            false => "None were sent or received while it was recorded.",
        }
    };
    let is_empty = Memo::new(move |_| messages.with(|messages| messages.is_empty()));
    let in_full = move || {
        chosen.get().map(|message| {
            let text = Arc::new(SourceText::new(Arc::clone(&message.text), Language::Json));
            view! {
                <div class="ph-messages__one">
                    <SourceView id="request-message" label="Message" text=Signal::derive(move || Arc::clone(&text))/>
                </div>
            }
        })
    };
    view! {
        <Show
            when=move || !is_empty.get()
            fallback=move || view! {
                <EmptyState
                    icon=Icon::Log
                    title=Signal::derive(move || (if is_pending() { "" } else { "No messages" }).to_owned())
                    text=Signal::derive(move || (if is_pending() { "Bringing the messages…" } else { why_none() }).to_owned())
                />
            }
        >
            <div class="ph-messages" data-testid="request-messages">
                <div class="ph-messages__list">
                    <Table
                        id="network-messages"
                        label="Messages"
                        columns=MESSAGES
                        rows=rows
                        active=active
                        on_active=move |index| active.set(Some(index))
                        on_choose=go_to
                    />
                </div>
                {in_full}
                <p class="ph-panel__note">"The protocol tells when messages left, not when they came: those that came stand behind those that were sent. Enter on a sent message goes to its moment."</p>
            </div>
        </Show>
    }
}

fn messages(stores: Stores, request: &Request) -> Arc<[Message]> {
    let network = stores.network;
    let response = network.body(&request.id, Side::Response);
    if !request.is_websocket() {
        let text = response.map(|body| String::from_utf8_lossy(&body.bytes).into_owned());
        let mut messages = network::event_messages(&text.unwrap_or_default());
        messages.truncate(MAX_MESSAGES);
        return messages.into();
    }
    let of = |body: &Body, is_sent: bool| {
        let parts = body.parts.iter().take(MAX_MESSAGES).map(|part| {
            let bytes = body.bytes.get(part.from..part.to).unwrap_or_default();
            (bytes, part.point.as_ref().map(|point| point.time))
        });
        network::socket_messages(is_sent, parts)
    };
    let sent = network.body(&request.id, Side::Request);
    let sent = sent.map(|body| of(&body, true)).unwrap_or_default();
    let came = response.map(|body| of(&body, false)).unwrap_or_default();
    sent.into_iter().chain(came).collect()
}

fn message_row(message: &Message) -> TableRow {
    let data: String = message.text.chars().take(400).collect();
    let event = match message.event.as_str() {
        "" => String::new(),
        event => format!("{event}: "),
    };
    let (icon, direction) = match message.is_sent {
        true => (Icon::ArrowUp, "Sent"),
        false => (Icon::ArrowDown, "Received"),
    };
    TableRow {
        cells: vec![
            Cell::text(format!("{event}{data}")).icon(icon).title(direction),
            Cell::text(format::bytes(message.n_bytes as u64)).tone(CellTone::Faint),
            Cell::text(message.time_ms.map(format::clock).unwrap_or_default()).tone(CellTone::Faint),
        ],
        ..TableRow::default()
    }
}
