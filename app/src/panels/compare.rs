//! The panel with what changed: when something was written, and pinned values held against the moment.

use components::{
    primitives::{
        button::{Button, IconButton},
        empty_state::EmptyState,
        icon::Icon,
    },
    tree::InlineTree,
    writes::{WriteItem, WritesView},
};
use leptos::prelude::*;

use crate::{
    logic::{
        library::sentence,
        place,
        scopes::Found,
        writes::{Page, WriteRow},
    },
    stores::{Stores, changes::Pin},
};

/// What changed.
#[component]
pub fn ComparePanel() -> impl IntoView {
    let stores: Stores = expect_context();
    let changes = stores.changes;
    let pins = changes.pins();
    let ids = Memo::new(move |_| pins.with(|pins| pins.iter().map(|pin| pin.id).collect::<Vec<_>>()));
    Effect::new(move |_| {
        ids.track();
        stores.hold_pins_against_moment();
    });
    let has_writes = Memo::new(move |_| changes.writes().with(Option::is_some));
    let is_empty = Memo::new(move |_| !has_writes.get() && pins.with(Vec::is_empty));
    let why = move || match changes.lacks_history() {
        true => (
            "This service cannot tell when things changed",
            "It does not know the commands findWrites and objectAt.",
        ),
        false => (
            "Nothing is compared yet",
            "Right-click a variable or property and choose \u{201c}When did this change?\u{201d} or \u{201c}Pin to compare\u{201d}.",
        ),
    };
    view! {
        <section class="ph-panel" aria-label="Changes">
            <div class="ph-panel__body ph-changes">
                <Show
                    when=move || !is_empty.get()
                    fallback=move || view! {
                        <EmptyState
                            icon=Icon::Tree
                            title=Signal::derive(move || why().0.to_owned())
                            text=Signal::derive(move || why().1.to_owned())
                        />
                    }
                >
                    {move || has_writes.get().then(|| writes(stores))}
                    <Show when=move || pins.with(|pins| !pins.is_empty())>
                        <div class="ph-changes__head">
                            <h2 class="ph-changes__title">"Pinned"</h2>
                            <label class="ph-changes__check">
                                <input
                                    type="checkbox"
                                    prop:checked=move || changes.only_changes().get()
                                    on:change=move |event| changes.only_changes().set(event_target_checked(&event))
                                />
                                "Only what differs"
                            </label>
                        </div>
                    </Show>
                    <For each=move || pins.get() key=|pin| pin.id let(pin)>{pin_view(stores, &pin)}</For>
                </Show>
            </div>
        </section>
    }
}

/// The list of writes.
fn writes(stores: Stores) -> AnyView {
    let changes = stores.changes;
    let list = changes.writes();
    let title = move || list.with(|list| list.as_ref().map(|list| list.title.clone()).unwrap_or_default());
    let items = Memo::new(move |_| {
        list.with(|list| {
            let writes = list.as_ref().map(|list| list.writes.as_slice());
            writes
                .unwrap_or_default()
                .iter()
                .map(|write| item(write, stores))
                .collect::<std::sync::Arc<[WriteItem]>>()
        })
    });
    let standing = Memo::new(move |_| changes.standing());
    let pages = Memo::new(move |_| {
        list.with(|list| {
            list.as_ref()
                .map(|list| (list.earlier.clone(), list.later.clone()))
                .unwrap_or_default()
        })
    });
    let note = move || {
        let (failure, is_unknown) = list.with(|list| {
            list.as_ref()
                .map(|list| (list.failure.clone(), list.unknown_before.is_some()))
                .unwrap_or_default()
        });
        let is_pending = pages.with(|(earlier, later)| *earlier == Page::Pending || *later == Page::Pending);
        let is_empty = items.with(|items| items.is_empty());
        match (failure, is_pending, is_empty) {
            (Some(failure), ..) => sentence(&failure),
            (None, true, _) => "Looking…".to_owned(),
            (None, false, true) => "It was never written in this recording.".to_owned(),
            (None, false, false) if is_unknown => {
                "What was before the first of these was not looked for.".to_owned()
            }
            (None, false, false) => String::new(),
        }
    };
    let go = move |index: Option<usize>| {
        if let Some(index) = index {
            changes.go_to_write(index);
        }
    };
    view! {
        <div class="ph-changes__head">
            <h2 class="ph-changes__title" title=title><span class="ph-changes__word">"Changes of "</span><code>{title}</code></h2>
            <IconButton
                icon=Icon::Previous
                label="Previous change"
                enabled=Signal::derive(move || standing.get().previous.is_some())
                on_press=move |_| go(standing.get_untracked().previous)
            />
            <IconButton
                icon=Icon::Next
                label="Next change"
                enabled=Signal::derive(move || standing.get().next.is_some())
                on_press=move |_| go(standing.get_untracked().next)
            />
            <IconButton icon=Icon::Close label="Close the list" on_press=move |_| changes.close_writes()/>
        </div>
        {move || {
            matches!(pages.get().0, Page::More(_))
                .then(|| view! { <Button on_press=move |_| changes.find_more(true)>"Earlier changes"</Button> })
        }}
        <WritesView
            items=items
            current=Signal::derive(move || standing.get().current)
            on_choose=move |index| changes.go_to_write(index)
        />
        {move || {
            matches!(pages.get().1, Page::More(_))
                .then(|| view! { <Button on_press=move |_| changes.find_more(false)>"Later changes"</Button> })
        }}
        <p class="ph-changes__note" role="status">{note}</p>
    }
    .into_any()
}

fn item(write: &WriteRow, stores: Stores) -> WriteItem {
    let location = stores.sources.preferred(&write.location);
    let url = location
        .as_ref()
        .and_then(|location| stores.sources.url(&location.source_id));
    let line = location.as_ref().map_or(0, |location| location.line);
    WriteItem {
        time: components::format::clock(write.point.time),
        verb: write.verb,
        tokens: std::sync::Arc::clone(&write.tokens),
        function: write.function_name.clone().unwrap_or_default(),
        location: format!("{}:{line}", place::short_name(url.as_deref())),
    }
}

/// One pin: what it was, held against what it is.
fn pin_view(stores: Stores, pin: &Pin) -> AnyView {
    let changes = stores.changes;
    let id = pin.id;
    let now = Memo::new(move |_| {
        changes
            .pins()
            .with(|pins| pins.iter().find(|pin| pin.id == id).cloned())
    });
    let rows = Memo::new(move |_| now.get().map(|pin| changes.rows(&pin)).unwrap_or_default());
    let note = move || match now.get() {
        Some(Pin {
            now: Found::Failed(reason),
            ..
        }) => sentence(&reason),
        Some(Pin {
            now: Found::Ready(None),
            ..
        }) => "It is not there at this moment: shown as it was when pinned.".to_owned(),
        Some(Pin {
            now: Found::Pending, ..
        }) => "Looking…".to_owned(),
        Some(pin) if pin.now == Found::Ready(Some(pin.then.clone())) => {
            "This is the moment it was pinned at. Go to another to see what differs.".to_owned()
        }
        Some(_) if rows.with(|rows| !rows.is_pending && rows.rows.iter().all(is_same)) => {
            "Nothing of it differs.".to_owned()
        }
        _ => String::new(),
    };
    let title = pin.title.clone();
    let when = format!("pinned at {}", components::format::clock(pin.time_ms));
    let on_toggle = move |row: usize| {
        if let Some(path) = rows.with_untracked(|rows| rows.infos.get(row).map(|info| info.path.clone())) {
            changes.toggle(id, &path);
        }
    };
    view! {
        <div class="ph-changes__pin" data-testid="pin">
            <div class="ph-changes__head">
                <h4 class="ph-changes__title" title=title.clone()><code>{title.clone()}</code></h4>
                <button type="button" class="ph-changes__when" on:click=move |_| changes.go_to_pin(id)>{when}</button>
                <IconButton icon=Icon::Close label=format!("Unpin {title}") on_press=move |_| changes.unpin(id)/>
            </div>
            <InlineTree
                id=format!("pin-{id}")
                label=format!("{title}, as pinned and now")
                rows=Signal::derive(move || rows.with(|rows| rows.rows.clone()))
                on_toggle=on_toggle
            />
            <p class="ph-changes__note" role="status">{note}</p>
        </div>
    }
    .into_any()
}

fn is_same(row: &components::tree::TreeRow) -> bool {
    row.mark == components::tree::Mark::None
}
