//! The tabs of the open sources.

use components::primitives::{
    icon::{Icon, IconView},
    menu::{MenuButton, MenuItem},
};
use leptos::{
    ev::{KeyboardEvent, MouseEvent},
    html,
    prelude::*,
};
use wasm_bindgen::JsCast;
use wire::{debugger::SourceKind, ids::SourceId};

use super::View;
use crate::logic::place;

/// The row of tabs, and a menu of them all.
#[component]
pub fn SourceTabs(view: View) -> impl IntoView {
    let sources = view.stores.sources;
    let row = NodeRef::<html::Div>::new();
    let tabs = Memo::new(move |_| sources.tabs().get());
    // The chosen one is brought into sight.
    Effect::new(move |_| {
        let at = tabs.with(|tabs| tabs.iter().position(|tab| Some(tab) == view.id.get().as_ref()));
        let element = at
            .zip(row.get())
            .and_then(|(at, row)| row.children().item(at as u32));
        if let (Some(element), Some(row)) = (element, row.get()) {
            let (tab, row_rect) = (element.get_bounding_client_rect(), row.get_bounding_client_rect());
            let moved = if tab.left() < row_rect.left() {
                tab.left() - row_rect.left()
            } else {
                (tab.right() - row_rect.right()).max(0.0)
            };
            row.set_scroll_left(row.scroll_left() + moved as i32);
        }
    });
    let on_keydown = move |event: KeyboardEvent| {
        let now = tabs.with_untracked(|tabs| {
            tabs.iter()
                .position(|tab| Some(tab) == view.id.get_untracked().as_ref())
        });
        let (Some(now), n_tabs) = (now, tabs.with_untracked(Vec::len)) else {
            return;
        };
        let next = match event.key().as_str() {
            "ArrowRight" => (now + 1) % n_tabs,
            "ArrowLeft" => (now + n_tabs - 1) % n_tabs,
            "Home" => 0,
            "End" => n_tabs - 1,
            "Delete" | "Backspace" => {
                event.prevent_default();
                event.stop_propagation();
                if let Some(id) = view.id.get_untracked() {
                    sources.close(&id);
                }
                return focus_chosen(row);
            }
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        if let Some(id) = tabs.with_untracked(|tabs| tabs.get(next).cloned()) {
            sources.show_source(id);
            focus_chosen(row);
        }
    };
    let items = move |()| {
        let tab = |id: SourceId| {
            let is_shown = view.id.get_untracked().as_ref() == Some(&id);
            MenuItem::new(name(view, &id), move || sources.show_source(id.clone())).checked(is_shown)
        };
        let mut items: Vec<MenuItem> = tabs.get_untracked().into_iter().map(tab).collect();
        items.push(
            MenuItem::new("Close the others", move || {
                if let Some(id) = view.id.get_untracked() {
                    sources.close_others(&id);
                }
            })
            .enabled(items.len() > 1)
            .group(),
        );
        items
    };
    view! {
        <div class="ph-source-tabs" role="tablist" aria-label="Open sources" node_ref=row on:keydown=on_keydown>
            <For each=move || tabs.get() key=|id| id.clone() let(id)><SourceTab view=view id=id/></For>
        </div>
        <Show when=move || { tabs.with(|tabs| tabs.len() > 1) }>
            <MenuButton icon=Icon::ChevronDown label="All open sources" items=items/>
        </Show>
    }
}

#[component]
fn SourceTab(view: View, id: SourceId) -> impl IntoView {
    let sources = view.stores.sources;
    let is_chosen = {
        let id = id.clone();
        Memo::new(move |_| view.id.get().as_ref() == Some(&id))
    };
    let (for_name, for_title) = (id.clone(), id.clone());
    let tab_name = move || name(view, &for_name);
    let title = move || sources.url(&for_title);
    let (chosen, closed, pressed) = (id.clone(), id.clone(), id.clone());
    let key = id.as_str().to_owned();
    // The button that closes stands beside the tab, not in it: a tab holds nothing that can be pressed.
    view! {
        <div class="ph-source-tabs__tab" class:ph-source-tabs__tab--chosen=move || is_chosen.get() role="presentation">
            <button
                type="button"
                role="tab"
                class="ph-source-tabs__name"
                data-testid="source-tab"
                data-source=key
                title=title
                aria-selected=move || if is_chosen.get() { "true" } else { "false" }
                aria-controls="source-tabpanel"
                tabindex=move || if is_chosen.get() { "0" } else { "-1" }
                on:click=move |_| sources.show_source(chosen.clone())
                on:auxclick=move |event: MouseEvent| if event.button() == 1 {
                    event.prevent_default();
                    sources.close(&closed);
                }
                on:mousedown=|event: MouseEvent| if event.button() == 1 {
                    // Else the browser begins to scroll.
                    event.prevent_default();
                }
            >
                {tab_name}
            </button>
            <button
                type="button"
                class="ph-source-tabs__close"
                tabindex="-1"
                aria-hidden="true"
                title="Close (Delete)"
                data-testid="source-tab-close"
                on:click=move |_| sources.close(&pressed)
            ><IconView icon=Icon::Close/></button>
        </div>
    }
}

/// What a tab is called: with its folder where another open one has the same name.
fn name(view: View, id: &SourceId) -> String {
    let sources = view.stores.sources;
    let Some(source) = sources.source(id) else {
        return "…".to_owned();
    };
    let short = place::short_name(source.url.as_deref()).to_owned();
    let is_twin = sources.tabs().with(|tabs| {
        tabs.iter().any(|other| {
            other != id
                && sources
                    .url(other)
                    .is_some_and(|url| place::short_name(Some(&url)) == short)
        })
    });
    let kind = match source.kind {
        SourceKind::InlineScript => " (inline)",
        SourceKind::PrettyPrinted => " (pretty)",
        _ => "",
    };
    let folder = source
        .url
        .as_deref()
        .unwrap_or_default()
        .trim_end_matches(&short)
        .trim_end_matches('/');
    match (is_twin, folder.rsplit('/').next()) {
        (true, Some(folder)) if kind.is_empty() && !folder.is_empty() => format!("{folder}/{short}"),
        _ => format!("{short}{kind}"),
    }
}

fn focus_chosen(row: NodeRef<html::Div>) {
    components::dom::next_frame(move || {
        let chosen = row
            .get_untracked()
            .and_then(|row| row.query_selector("[aria-selected=true]").ok().flatten());
        if let Some(chosen) = chosen.and_then(|chosen| chosen.dyn_into::<web_sys::HtmlElement>().ok()) {
            // Focus is refused only by elements that have left the page.
            chosen.focus().ok();
        }
    });
}
