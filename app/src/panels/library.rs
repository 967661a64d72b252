//! The library: the recordings that the server has.

use components::{
    card::RecordingCard,
    format,
    primitives::{
        button::{Button, ButtonLook},
        empty_state::EmptyState,
        icon::{Icon, IconView},
    },
};
use leptos::prelude::*;

use crate::{
    logic::{
        library::{Entry, sentence},
        scopes::Found,
    },
    panels::header::ThemeSelect,
    stores::library::LibraryStore,
    url,
};

/// The page of all recordings.
#[component]
pub fn LibraryPanel(
    /// The time now, in ms since 1970, for "2 hours ago".
    now_ms: f64,
    /// Told that the person wants the list asked for again.
    #[prop(into)]
    on_reload: Callback<()>,
    /// Whether there is a server; without one there are samples at most.
    has_server: bool,
    /// The other ways to a recording.
    children: Children,
) -> impl IntoView {
    let library: LibraryStore = expect_context();
    let count = move || {
        library.entries().with(|entries| match entries {
            Found::Ready(entries) => Some(entries.iter().filter(|entry| entry.error.is_none()).count()),
            Found::Pending | Found::Failed(_) => None,
        })
    };
    view! {
        <header class="ph-header">
            <span class="ph-brand"><IconView icon=Icon::Play/>"Playhead"</span>
            <span class="ph-header__what"></span>
            <ThemeSelect/>
        </header>
        <main class="ph-library" id="main" tabindex="-1">
            <div class="ph-library__inner">
                {match has_server {
                    true => view! {
                        <div class="ph-library__head">
                            <h1 class="ph-library__title">
                                "Recordings"
                                {move || count().map(|n| view! { <span class="ph-library__count ph-number">{format::count(n as u64)}</span> })}
                            </h1>
                            <Search/>
                        </div>
                        {children()}
                        <Recordings now_ms=now_ms on_reload=on_reload/>
                        <Unreadable/>
                    }
                    .into_any(),
                    false => view! {
                        {children()}
                        <Show when=move || count().is_some_and(|n| n > 0)>
                            <h2 class="ph-library__subtitle">"Samples"</h2>
                            <Recordings now_ms=now_ms on_reload=on_reload/>
                        </Show>
                    }
                    .into_any(),
                }}
            </div>
        </main>
    }
}

#[component]
fn Search() -> impl IntoView {
    let library: LibraryStore = expect_context();
    view! {
        <label class="ph-search ph-library__search">
            <IconView icon=Icon::Search/>
            <input
                class="ph-search__input"
                type="search"
                placeholder="Search by title or address"
                aria-label="Search recordings"
                prop:value=move || library.words().get()
                on:input=move |event| library.search(event_target_value(&event))
            />
        </label>
    }
}

#[component]
fn Recordings(now_ms: f64, on_reload: Callback<()>) -> impl IntoView {
    let library: LibraryStore = expect_context();
    let body = move || {
        match library.entries().get() {
        Found::Pending => ().into_any(),
        Found::Failed(reason) => view! {
            <EmptyState icon=Icon::Warning title="The recordings cannot be listed" text=sentence(&reason)>
                <Button look=ButtonLook::Framed on_press=move |_| on_reload.run(())>"Try again"</Button>
            </EmptyState>
        }
        .into_any(),
        Found::Ready(all) if all.is_empty() => view! {
            <EmptyState icon=Icon::Film title="No recordings yet" text="Record a page, then put its file into the folder that is served:"/>
            <p class="ph-library__command"><code class="ph-mono">"playhead record https://example.com -o example.playhead"</code></p>
        }
        .into_any(),
        Found::Ready(_) => {
            let found = library.found();
            let words = library.words().get();
            if found.is_empty() && !words.is_empty() {
                let title = format!("Nothing matches “{words}”");
                return view! {
                    <EmptyState icon=Icon::Search title=title>
                        <Button look=ButtonLook::Framed on_press=move |_| library.search(String::new())>"Clear the search"</Button>
                    </EmptyState>
                }
                .into_any();
            }
            let cards = found.into_iter().map(|entry| view! { <li><RecordingCard content=entry.card(now_ms, url::home())/></li> }).collect_view();
            view! { <ul class="ph-library__cards">{cards}</ul> }.into_any()
        }
    }
    };
    view! { <div role="region" aria-label="Recordings">{body}</div> }
}

#[component]
fn Unreadable() -> impl IntoView {
    let library: LibraryStore = expect_context();
    let rows = move || {
        let row = |entry: Entry| {
            view! {
                <li class="ph-library__file">
                    <IconView icon=Icon::File/>
                    <span class="ph-library__name">{entry.display_title().to_owned()}</span>
                    <span class="ph-library__reason">{sentence(&entry.error.unwrap_or_default())}</span>
                </li>
            }
        };
        library.unreadable().into_iter().map(row).collect_view()
    };
    let has_any = Memo::new(move |_| !library.unreadable().is_empty());
    view! {
        <Show when=move || has_any.get()>
            <section class="ph-library__unreadable">
                <h2 class="ph-library__subtitle">"Files that cannot be read"</h2>
                <ul>{rows}</ul>
            </section>
        </Show>
    }
}
