//! A tree among other things: as high as its rows, which are all in the page.

use std::sync::Arc;

use leptos::{ev::KeyboardEvent, prelude::*};

use super::{
    TreeRow, activate, logic,
    row::{self, RowHandlers},
    row_menu,
};
use crate::primitives::menu::{MenuItem, MenuPlace};

/// The tree, [`super::ROW_PX`] high for each row. Arrow keys move in it once it has the focus.
#[component]
pub fn InlineTree(
    /// The element's id; rows get `{id}-{index}`.
    #[prop(into)]
    id: String,
    /// What the tree holds, for those who do not see it.
    #[prop(into)]
    label: String,
    /// The rows, top to bottom; not many, for all are made.
    #[prop(into)]
    rows: Signal<Arc<[TreeRow]>>,
    /// Told the row the person wants opened or closed.
    #[prop(into)]
    on_toggle: Callback<usize>,
    /// Told the row whose action the person wants. Default: ignored.
    #[prop(into, default = Callback::new(|_| ()))]
    on_action: Callback<usize>,
    /// What the menu of a row offers. Default: rows have no menu.
    #[prop(into, optional)]
    menu: Option<Callback<usize, Vec<MenuItem>>>,
) -> impl IntoView {
    let active = RwSignal::new(None::<usize>);
    let n_rows = Memo::new(move |_| rows.with(|rows| rows.len()));
    let active_now = Memo::new(move |_| active.get().filter(|active| *active < n_rows.get()));
    let place = RwSignal::new(None::<(MenuPlace, usize)>);
    let handlers = RowHandlers {
        rows,
        active: active_now,
        on_activate: Callback::new(move |index| activate(rows, index, on_toggle, on_action)),
        on_active: Callback::new(move |index| active.set(Some(index))),
        on_action,
        on_menu: menu.map(|_| Callback::new(move |at| place.set(Some(at)))),
    };
    let on_keydown = move |event: KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let (key, n_rows) = (event.key(), n_rows.get_untracked());
        let now = active_now.get_untracked();
        let last = n_rows.saturating_sub(1);
        let moved = match (key.as_str(), now) {
            ("ArrowDown", Some(now)) if now < last => Some(now + 1),
            ("ArrowUp", Some(now)) if now > 0 => Some(now - 1),
            ("ArrowDown" | "Home", _) if now.is_none() || key == "Home" => Some(0),
            ("End", _) => Some(last),
            _ => None,
        };
        let is_used = match (moved, now) {
            (Some(moved), _) if n_rows > 0 => {
                active.set(Some(moved));
                true
            }
            (_, Some(now)) if matches!(key.as_str(), "Enter" | " ") => {
                handlers.on_activate.run(now);
                true
            }
            (_, Some(now)) => match rows.with_untracked(|rows| logic::after_key(rows, &key, now)) {
                Some(logic::KeyAction::Toggle) => {
                    on_toggle.run(now);
                    true
                }
                Some(logic::KeyAction::Move(to)) => {
                    active.set(Some(to));
                    true
                }
                None => false,
            },
            _ => false,
        };
        if is_used {
            event.prevent_default();
            event.stop_propagation();
        }
    };
    let row_id = id.clone();
    let active_id = id.clone();
    view! {
        <div
            class="ph-tree ph-tree--inline"
            id=id
            role="tree"
            aria-label=label
            tabindex="0"
            aria-activedescendant=move || active_now.get().map(|active| format!("{active_id}-{active}"))
            on:keydown=on_keydown
            on:contextmenu=move |event| {
                if let (Some(index), true) = (active_now.get_untracked(), menu.is_some()) {
                    event.prevent_default();
                    place.set(Some((MenuPlace::of(&event), index)));
                }
            }
        >
            <For each=move || 0..n_rows.get() key=|index| *index let(index)>
                <div class="ph-tree__slot" role="presentation">
                    {row::row(format!("{row_id}-{index}"), index, handlers)}
                </div>
            </For>
        </div>
        {menu.map(|menu| row_menu(menu, place))}
    }
}
