//! A tree of named values: scopes, objects, their properties. The caller flattens it into rows; opening a row is its work.
//!
//! [`TreeView`] fills its box and scrolls; [`InlineTree`] is as high as its rows, for a tree among other things.

use std::sync::Arc;

use leptos::prelude::*;

use crate::primitives::{
    menu::{Menu, MenuItem, MenuPlace},
    virtual_list::{ListKind, Reveal, RowLayout, RowView, VirtualList},
};

pub mod inline;
mod logic;
mod row;
mod types;
pub use inline::InlineTree;
pub use types::{Branch, Mark, RowAction, TreeRow};
pub mod demo;

use row::RowHandlers;

/// The height of a row, in CSS pixels.
pub const ROW_PX: f64 = 22.0;

/// The tree.
#[component]
pub fn TreeView(
    /// The element's id.
    id: &'static str,
    /// What the tree holds, for those who do not see it.
    #[prop(into)]
    label: String,
    /// The rows in sight or within scrolling, top to bottom.
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
    let layout = Signal::derive(move || RowLayout::Uniform {
        n_rows: n_rows.get(),
        row_px: ROW_PX,
    });
    let reveal = RwSignal::new(None::<Reveal>);
    let on_key = move |(key, index): (String, usize)| match rows
        .with_untracked(|rows| logic::after_key(rows, &key, index))
    {
        Some(logic::KeyAction::Toggle) => {
            on_toggle.run(index);
            true
        }
        Some(logic::KeyAction::Move(to)) => {
            active.set(Some(to));
            reveal.set(Some(Reveal::nearest(to)));
            true
        }
        None => false,
    };
    let on_activate = Callback::new(move |index| activate(rows, index, on_toggle, on_action));
    let place = RwSignal::new(None::<(MenuPlace, usize)>);
    let handlers = RowHandlers {
        rows,
        active: active_now,
        on_activate,
        on_active: Callback::new(move |index| active.set(Some(index))),
        on_action,
        on_menu: menu.map(|_| Callback::new(move |at| place.set(Some(at)))),
    };
    let row: RowView = Arc::new(move |index, id| row::row(id, index, handlers));
    view! {
        <div
            class="ph-tree"
            on:contextmenu=move |event| {
                // From the keyboard it comes from the list itself, not from a row.
                if let (Some(index), true) = (active_now.get_untracked(), menu.is_some()) {
                    event.prevent_default();
                    place.set(Some((MenuPlace::of(&event), index)));
                }
            }
        >
            <VirtualList
                id=id
                label=label
                kind=ListKind::Tree
                layout=layout
                row=row
                active=active_now
                on_active=move |index| active.set(Some(index))
                on_activate=on_activate
                on_key=on_key
                reveal=reveal
            />
        </div>
        {menu.map(|menu| row_menu(menu, place))}
    }
}

/// The menu of whichever row asked for it last.
fn row_menu(menu: Callback<usize, Vec<MenuItem>>, place: RwSignal<Option<(MenuPlace, usize)>>) -> AnyView {
    let at = RwSignal::new(None::<MenuPlace>);
    Effect::new(move |_| {
        let offers_any = |row| !menu.run(row).is_empty();
        at.set(place.get().filter(|(_, row)| offers_any(*row)).map(|(at, _)| at));
    });
    let items = move |()| match place.get_untracked() {
        Some((_, row)) => menu.run(row),
        None => Vec::new(),
    };
    view! { <Menu label="What to do with this value" place=at items=items/> }.into_any()
}

/// What a press or the Enter key does: opens what can be opened, and else does the action.
fn activate(
    rows: Signal<Arc<[TreeRow]>>,
    index: usize,
    on_toggle: Callback<usize>,
    on_action: Callback<usize>,
) {
    let branch_and_action = rows.with_untracked(|rows| {
        rows.get(index)
            .map(|row| (row.branch, row.action != RowAction::None))
    });
    match branch_and_action {
        Some((Branch::Leaf, true)) => on_action.run(index),
        Some((Branch::Leaf, false)) | None => {}
        Some(_) => on_toggle.run(index),
    }
}
