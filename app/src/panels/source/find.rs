//! The bar that finds a text in the source that is shown.

use components::{
    format,
    primitives::{
        button::IconButton,
        icon::{Icon, IconView},
    },
    source::{FoundRange, FoundRanges},
};
use leptos::{ev::KeyboardEvent, html, prelude::*};
use wire::debugger::Location;

use super::View;
use crate::{
    logic::{find, library::sentence, scopes::Found},
    stores::sources::SearchQuery,
};

/// A button that is on or off.
#[component]
pub fn Toggle(
    label: &'static str,
    text: &'static str,
    #[prop(into)] is_on: Signal<bool>,
    #[prop(into)] on_press: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="ph-sources__toggle"
            // What can be read on it is part of its name, for those who speak to it.
            aria-label=format!("{label} ({text})")
            title=label
            aria-pressed=move || if is_on.get() { "true" } else { "false" }
            on:click=move |_| on_press.run(())
        >
            {text}
        </button>
    }
}

/// What is typed, n of m, and the buttons that lead on.
#[component]
pub fn FindBar(view: View) -> impl IntoView {
    let sources = view.stores.sources;
    let query = RwSignal::new(SearchQuery::default());
    let failure = RwSignal::new(None::<String>);
    let has_more = RwSignal::new(false);
    let input = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            // Focus is refused only by elements that have left the page.
            input.focus().ok();
            input.select();
        }
    });
    let text = Memo::new(move |_| match sources.text(&view.id.get()?)? {
        Found::Ready(text) => Some(text),
        _ => None,
    });
    let take = move |all: Vec<FoundRange>| {
        let from = view.cursor.get_untracked().unwrap_or_default();
        let current = find::next(&all, from.line, from.column);
        view.found.set(FoundRanges {
            all: all.into(),
            current,
        });
    };
    Effect::new(move |_| {
        let query = query.get();
        failure.set(None);
        has_more.set(false);
        let (Some(id), Some(text)) = (view.id.get(), text.get()) else {
            return view.found.set(FoundRanges::default());
        };
        if !query.is_regex || query.text.is_empty() {
            let (all, is_cut) = find::find(
                &text.text,
                &query.text,
                query.is_case_sensitive,
                query.is_whole_word,
            );
            has_more.set(is_cut);
            return take(all);
        }
        let asked = id.clone();
        sources.find_in(&id, query, move |answer| {
            if view.id.try_get_untracked().flatten().as_ref() != Some(&asked) {
                return;
            }
            match answer {
                Ok(places) => {
                    let range = |(line, begin, len): (u32, u32, u32)| FoundRange {
                        line,
                        begin,
                        end: begin.saturating_add(len),
                    };
                    take(places.into_iter().map(range).collect());
                }
                Err(reason) => {
                    view.found.try_set(FoundRanges::default());
                    failure.try_set(Some(sentence(&reason)));
                }
            }
        });
    });
    on_cleanup(move || {
        view.found.try_set(FoundRanges::default());
    });
    let reveal = move || {
        let current = view
            .found
            .with_untracked(|found| Some(*found.all.get(found.current?)?));
        if let (Some(current), Some(source_id)) = (current, view.id.get_untracked()) {
            sources.choose(Location {
                source_id,
                line: current.line,
                column: current.begin,
            });
        }
    };
    // Typing leads to the first place from the cursor on.
    let typed = Memo::new(move |_| query.get());
    Effect::new(move |before: Option<SearchQuery>| {
        let now = typed.get();
        view.found.track();
        let is_new = before.as_ref() != Some(&now) && !now.text.is_empty();
        if is_new && view.found.with_untracked(|found| found.current.is_some()) {
            reveal();
            return now;
        }
        before.unwrap_or_default()
    });
    let step = move |is_forward: bool| {
        view.found.update(|found| {
            let n_found = found.all.len();
            if n_found > 0 {
                let now = found.current.unwrap_or(n_found - 1);
                found.current = Some((now + if is_forward { 1 } else { n_found - 1 }) % n_found);
            }
        });
        reveal();
    };
    let on_keydown = move |event: KeyboardEvent| {
        match event.key().as_str() {
            "Enter" | "F3" => step(!event.shift_key()),
            "ArrowDown" => step(true),
            "ArrowUp" => step(false),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let said = move || match failure.get() {
        Some(reason) => reason,
        None if query.with(|query| query.text.is_empty()) => String::new(),
        None => view.found.with(|found| {
            let n_found = format::count(found.all.len() as u64);
            let more = if has_more.get() { "+" } else { "" };
            match found.current {
                Some(current) => format!("{} of {n_found}{more}", format::count(current as u64 + 1)),
                None => "none".to_owned(),
            }
        }),
    };
    let change = move |change: fn(&mut SearchQuery)| query.update(change);
    view! {
        <div class="ph-sources__find" role="search" aria-label="Find in this source" on:keydown=on_keydown>
            <label class="ph-search">
                <IconView icon=Icon::Search/>
                <input
                    class="ph-search__input"
                    type="search"
                    placeholder="Find in this source"
                    aria-label="Find in this source"
                    data-testid="source-find"
                    spellcheck="false"
                    node_ref=input
                    on:input=move |event| query.update(|query| query.text = event_target_value(&event))
                />
            </label>
            <Toggle label="Match case" text="Aa" is_on=Signal::derive(move || query.with(|query| query.is_case_sensitive)) on_press=move |()| change(|query| query.is_case_sensitive = !query.is_case_sensitive)/>
            <Toggle label="Whole words" text="ab" is_on=Signal::derive(move || query.with(|query| query.is_whole_word)) on_press=move |()| change(|query| query.is_whole_word = !query.is_whole_word)/>
            <Toggle label="Regular expression" text=".*" is_on=Signal::derive(move || query.with(|query| query.is_regex)) on_press=move |()| change(|query| query.is_regex = !query.is_regex)/>
            <span class="ph-sources__found ph-number" role="status" data-testid="source-find-status">{said}</span>
            <IconButton icon=Icon::Previous label="Previous place" key_hint="Shift+Enter" on_press=move |_| step(false)/>
            <IconButton icon=Icon::Next label="Next place" key_hint="Enter" on_press=move |_| step(true)/>
            <IconButton icon=Icon::Close label="Close" key_hint="Escape" on_press=move |_| view.is_finding.set(false)/>
        </div>
    }
}
