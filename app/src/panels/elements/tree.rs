//! The tree of the document with the menu of its rows, and the way to the chosen node below it.

use std::sync::Arc;

use components::{
    dom::next_frame,
    dom_tree::DomTree,
    primitives::{menu::MenuItem, virtual_list::Reveal},
};
use leptos::{ev::KeyboardEvent, html::Ol, prelude::*};
use wasm_bindgen::JsCast;

use super::{super::values, focus};
use crate::{
    logic::elements::markup,
    stores::{
        Stores,
        elements::{Facet, Shown},
    },
};

/// The element's id.
pub(super) const ID: &str = "elements-tree";

/// The tree.
#[component]
pub(super) fn Tree(shown: Memo<Arc<Shown>>) -> impl IntoView {
    let Stores { elements, .. } = expect_context();
    let chosen = Memo::new(move |_| shown.with(|shown| elements.chosen_row(shown)));
    let rows = Memo::new(move |_| shown.with(|shown| Arc::clone(&shown.rows.rows)));
    let reveal = Memo::new(move |last: Option<&Option<Reveal>>| {
        let turn = elements.reveals().get();
        // What is to be brought into sight may still be on its way.
        let last = last.copied().flatten();
        let is_whole = shown.with(|shown| !shown.is_stale && !shown.rows.is_pending);
        match chosen.get() {
            Some(row) if is_whole && turn > 0 && last.is_none_or(|last| last.turn != turn) => Some(Reveal {
                turn,
                ..Reveal::centered(row)
            }),
            _ => last,
        }
    });
    let notice = RwSignal::new("");
    Effect::new(move |_| {
        if elements.wants_focus().get() {
            next_frame(move || {
                if focus(ID) {
                    elements.wants_focus().set(false);
                }
            });
        }
    });
    let menu = move |row: usize| {
        let shown = shown.get_untracked();
        items(elements, &shown, row, notice)
    };
    on_cleanup(move || {
        elements.walk(false);
        elements.hover_row(&Shown::default(), None);
    });
    view! {
        <div class="ph-elements__scroll" class:ph-elements__scroll--stale=move || shown.with(|shown| shown.is_stale)>
            <DomTree
                id=ID
                label="Document of the page"
                rows=rows
                active=chosen
                reveal=reveal
                on_active=move |row| elements.choose_row(&shown.get_untracked(), row)
                on_toggle=move |row| elements.toggle_row(&shown.get_untracked(), row)
                on_hover=move |row| elements.hover_row(&shown.get_untracked(), row)
                on_walk=move |is_walked| elements.walk(is_walked)
                menu=menu
            />
            <values::Notice notice=notice/>
        </div>
    }
}

/// What can be done with the node of a row.
fn items(
    elements: crate::stores::elements::ElementStore,
    shown: &Arc<Shown>,
    row: usize,
    notice: RwSignal<&'static str>,
) -> Vec<MenuItem> {
    let (Some(info), Some(pause_id)) = (shown.rows.infos.get(row).cloned(), shown.pause_id.clone()) else {
        return Vec::new();
    };
    let can_open = shown.rows.can_open(row);
    let mut items = Vec::new();
    let (pause, id) = (pause_id.clone(), info.id.clone());
    items.push(MenuItem::new("Open all below", move || elements.open_all(&pause, &id)).enabled(can_open));
    let closed = Arc::clone(shown);
    items.push(MenuItem::new("Close all below", move || elements.close_all(&closed, row)).enabled(can_open));
    let (pause, id) = (pause_id.clone(), info.id.clone());
    items.push(
        MenuItem::new("Copy outer HTML", move || {
            elements.html(&pause, &id, move |told| match told {
                Ok(html) => values::copy(&html, notice),
                Err(_) => notice.set("It could not be read as a whole"),
            });
        })
        .group(),
    );
    if let Some(selectors) = elements.selectors(shown, row) {
        // Selectors do not reach into shadow roots and frames: it is that of the innermost tree.
        let selector = selectors
            .last()
            .map(|(_, selector)| selector.clone())
            .unwrap_or_default();
        items.push(MenuItem::new("Copy selector", move || {
            values::copy(&selector, notice)
        }));
        let expression = markup::expression(&selectors);
        items.push(MenuItem::new("Copy JavaScript path", move || {
            values::copy(&expression, notice)
        }));
    }
    let chosen = Arc::clone(shown);
    items.push(
        MenuItem::new("Show its properties", move || {
            elements.choose_row(&chosen, row);
            elements.set_facet(Facet::Properties);
        })
        .group(),
    );
    items
}

/// The chosen node and the elements around it, the outermost first; each can be chosen.
#[component]
pub(super) fn Breadcrumb(shown: Memo<Arc<Shown>>) -> impl IntoView {
    let Stores { elements, .. } = expect_context();
    let list = NodeRef::<Ol>::new();
    let path = Memo::new(move |_| {
        shown.with(|shown| {
            let path = elements.chosen_row(shown).map(|row| shown.rows.path(row));
            let named = path.unwrap_or_default().into_iter().filter_map(|row| {
                let info = shown.rows.infos.get(row)?;
                Some((row, info.label.clone()))
            });
            named.collect::<Vec<_>>()
        })
    });
    // The chosen one is at the end, which is in sight however long the way is.
    Effect::new(move |_| {
        path.track();
        next_frame(move || {
            if let Some(list) = list.get_untracked() {
                list.set_scroll_left(list.scroll_width());
            }
        });
    });
    let on_keydown = move |event: KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowLeft" => -1,
            "ArrowRight" => 1,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        move_focus(step);
    };
    let crumb = move |(at, (row, label)): (usize, (usize, String))| {
        let is_last = path.with_untracked(|path| at + 1 == path.len());
        view! {
            <li>
                <button
                    type="button"
                    class="ph-crumbs__crumb"
                    tabindex=if is_last { "0" } else { "-1" }
                    aria-current=is_last.then_some("true")
                    on:click=move |_| elements.choose_row_and_show(&shown.get_untracked(), row)
                    on:mouseenter=move |_| elements.hover_row(&shown.get_untracked(), Some(row))
                    on:mouseleave=move |_| elements.hover_row(&shown.get_untracked(), None)
                >
                    {label}
                </button>
            </li>
        }
    };
    view! {
        <nav class="ph-crumbs" aria-label="Way to the chosen node">
            <ol class="ph-crumbs__list" node_ref=list data-testid="elements-path" on:keydown=on_keydown>
                {move || path.get().into_iter().enumerate().map(crumb).collect_view()}
            </ol>
        </nav>
    }
}

/// Moves the focus to the crumb before or after.
fn move_focus(step: i32) {
    let Some(item) = document()
        .active_element()
        .and_then(|button| button.parent_element())
    else {
        return;
    };
    let beside = match step < 0 {
        true => item.previous_element_sibling(),
        false => item.next_element_sibling(),
    };
    let button = beside.and_then(|item| item.first_element_child());
    if let Some(button) = button.and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok()) {
        // Focus is refused only by elements that have left the page.
        button.focus().ok();
    }
}
