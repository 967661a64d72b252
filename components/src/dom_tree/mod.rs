//! The tree of a document: its nodes as markup, one a row. The caller flattens it into rows; opening one is its work, and so is
//! which row is chosen.

use std::sync::Arc;

use leptos::{attr::custom::custom_attribute, prelude::*};

use crate::{
    preview::Preview,
    primitives::{
        icon::{Icon, IconView},
        menu::{Menu, MenuItem, MenuPlace},
        virtual_list::{ListKind, Reveal, RowLayout, RowView, VirtualList},
    },
    tree::Branch,
};

mod logic;
mod types;
pub use types::{DomRow, DomRowKind};
pub mod demo;

/// The height of a row, in CSS pixels.
const ROW_PX: f64 = 20.0;
/// How far each level is set in.
const INDENT_PX: f64 = 14.0;

/// The tree.
#[component]
pub fn DomTree(
    /// The element's id.
    id: &'static str,
    /// What the tree holds, for those who do not see it.
    #[prop(into)]
    label: String,
    /// The rows, top to bottom.
    #[prop(into)]
    rows: Signal<Arc<[DomRow]>>,
    /// The chosen row.
    #[prop(into)]
    active: Signal<Option<usize>>,
    /// Brings a row into sight whenever it changes.
    #[prop(into)]
    reveal: Signal<Option<Reveal>>,
    /// Told the row that the person chose.
    #[prop(into)]
    on_active: Callback<usize>,
    /// Told the row the person wants opened or closed, or of which more is wanted.
    #[prop(into)]
    on_toggle: Callback<usize>,
    /// Told the row under the mouse, and None when it leaves.
    #[prop(into)]
    on_hover: Callback<Option<usize>>,
    /// Told whether the person moves in the tree by keys.
    #[prop(into)]
    on_walk: Callback<bool>,
    /// What the menu of a row offers.
    #[prop(into)]
    menu: Callback<usize, Vec<MenuItem>>,
) -> impl IntoView {
    let n_rows = Memo::new(move |_| rows.with(|rows| rows.len()));
    let width = Memo::new(move |_| rows.with(|rows| logic::width_chars(rows)));
    let layout = Signal::derive(move || RowLayout::Uniform {
        n_rows: n_rows.get(),
        row_px: ROW_PX,
    });
    let moved = RwSignal::new(None::<Reveal>);
    // Whichever of the two wishes came last.
    let reveal = Memo::new(move |last: Option<&[Option<Reveal>; 3]>| {
        let (wished, moved) = (reveal.get(), moved.get());
        let shown = match last {
            Some([_, before, _]) if *before != moved => moved,
            Some([before, _, shown]) if *before == wished => *shown,
            _ => wished,
        };
        [wished, moved, shown]
    });
    let move_to = move |to: usize| {
        on_active.run(to);
        moved.update(|moved| {
            let turn = moved.map_or(1, |moved| moved.turn + 1);
            *moved = Some(Reveal {
                turn,
                ..Reveal::nearest(to)
            });
        });
    };
    let choose = move |wanted: usize| {
        let to = rows.with_untracked(|rows| logic::landing(rows, wanted, active.get_untracked()));
        if let Some(to) = to {
            move_to(to);
        }
    };
    let is_more = move |index: usize| {
        rows.with_untracked(|rows| rows.get(index).is_some_and(|row| row.kind == DomRowKind::More))
    };
    let activate = move |index: usize| {
        let can_open =
            rows.with_untracked(|rows| rows.get(index).is_some_and(|row| row.branch != Branch::Leaf));
        if can_open || is_more(index) {
            on_toggle.run(index);
        }
    };
    let on_key = move |(key, index): (String, usize)| match rows
        .with_untracked(|rows| logic::after_key(rows, &key, index))
    {
        Some(logic::KeyAction::Toggle) => {
            on_toggle.run(index);
            true
        }
        Some(logic::KeyAction::Move(to)) => {
            move_to(to);
            true
        }
        None => false,
    };
    // Whichever of mouse and keys was used last says what is pointed at.
    let walk = move || {
        on_hover.run(None);
        on_walk.run(true);
    };
    let place = RwSignal::new(None::<(MenuPlace, usize)>);
    let handlers = Handlers {
        rows,
        active,
        on_press: Callback::new(move |index| {
            let index = rows.with_untracked(|rows| logic::owner(rows, index));
            on_active.run(index);
            if is_more(index) {
                on_toggle.run(index);
            }
        }),
        on_toggle,
        on_hover,
        on_menu: Callback::new(move |(at, index)| {
            let index = rows.with_untracked(|rows| logic::owner(rows, index));
            on_active.run(index);
            place.set(Some((at, index)));
        }),
    };
    let row: RowView = Arc::new(move |index, id| row(id, index, handlers));
    let at = RwSignal::new(None::<MenuPlace>);
    Effect::new(move |_| at.set(place.get().map(|(at, _)| at)));
    let items = move |()| match place.get_untracked() {
        Some((_, row)) => menu.run(row),
        None => Vec::new(),
    };
    view! {
        <div
            class="ph-dom"
            on:keydown=move |_| walk()
            on:keyup=move |_| walk()
            on:pointerdown=move |_| on_walk.run(false)
            on:focusout=move |_| on_walk.run(false)
            on:mouseleave=move |_| on_hover.run(None)
            on:contextmenu=move |event| {
                // From the keyboard it comes from the list itself, not from a row.
                if let Some(index) = active.get_untracked() {
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
                active=active
                on_active=choose
                on_activate=activate
                on_key=on_key
                reveal=Signal::derive(move || reveal.get()[2])
                content_width=Signal::derive(move || Some(format!("max(100%, {}ch)", width.get())))
            />
        </div>
        <Menu label="What to do with this node" place=at items=items/>
    }
}

/// What the rows share.
#[derive(Clone, Copy)]
struct Handlers {
    rows: Signal<Arc<[DomRow]>>,
    active: Signal<Option<usize>>,
    on_press: Callback<usize>,
    on_toggle: Callback<usize>,
    on_hover: Callback<Option<usize>>,
    on_menu: Callback<(MenuPlace, usize)>,
}

/// A row, drawn from its index.
fn row(id: String, index: usize, handlers: Handlers) -> AnyView {
    let Handlers {
        rows,
        active,
        on_press,
        on_toggle,
        on_hover,
        on_menu,
    } = handlers;
    let row = Memo::new(move |_| rows.with(|rows| rows.get(index).cloned()).unwrap_or_default());
    let is_active = Memo::new(move |_| active.get() == Some(index));
    let branch = move || row.with(|row| row.branch);
    let is_end = move || row.with(|row| row.kind == DomRowKind::End);
    // Leptos has no name for this attribute.
    let level = custom_attribute("aria-level", move || {
        (!is_end()).then(|| (row.with(|row| row.depth) + 1).to_string())
    });
    let class = move || {
        let kind = match row.with(|row| row.kind) {
            DomRowKind::Node => "",
            DomRowKind::End => " ph-dom__row--end",
            DomRowKind::More => " ph-dom__row--more",
        };
        let is_active = if is_active.get() {
            " ph-dom__row--active"
        } else {
            ""
        };
        format!("ph-dom__row{kind}{is_active}")
    };
    view! {
        <div
            id=id
            class=class
            data-testid=move || if is_end() { "dom-end" } else { "dom-row" }
            role=move || if is_end() { "presentation" } else { "treeitem" }
            {..level}
            aria-hidden=move || is_end().then_some("true")
            aria-posinset=move || (!is_end()).then(|| row.with(|row| row.position).to_string())
            aria-setsize=move || (!is_end()).then(|| row.with(|row| row.n_siblings).to_string())
            aria-expanded=move || match branch() {
                Branch::Leaf => None,
                Branch::Closed => Some("false"),
                Branch::Open => Some("true"),
            }
            aria-selected=move || (!is_end()).then(|| if is_active.get() { "true" } else { "false" })
            style:padding-inline-start=move || format!("{}px", 4.0 + INDENT_PX * row.with(|row| row.depth) as f64)
            on:mouseenter=move |_| on_hover.run(Some(index))
            on:click=move |_| on_press.run(index)
            on:dblclick=move |_| {
                if branch() != Branch::Leaf {
                    on_toggle.run(index);
                }
            }
            on:contextmenu=move |event| {
                event.prevent_default();
                event.stop_propagation();
                on_menu.run((MenuPlace::of(&event), index));
            }
        >
            <span
                class="ph-tree__twisty ph-dom__twisty"
                class:ph-tree__twisty--open=move || branch() == Branch::Open
                on:click=move |event| {
                    if branch() != Branch::Leaf {
                        event.stop_propagation();
                        on_toggle.run(index);
                    }
                }
                on:dblclick=|event| event.stop_propagation()
            >
                {move || (branch() != Branch::Leaf).then(|| view! { <IconView icon=Icon::ChevronRight/> })}
            </span>
            <span class="ph-dom__text">{move || view! { <Preview tokens=row.with(|row| Arc::clone(&row.tokens))/> }}</span>
            <button
                type="button"
                class="ph-tree__more"
                hidden=move || row.with(|row| row.kind != DomRowKind::Node)
                data-testid="dom-menu"
                tabindex="-1"
                aria-label="What to do with this node"
                aria-haspopup="menu"
                on:click=move |event| {
                    event.stop_propagation();
                    on_menu.run((MenuPlace::of(&event), index));
                }
            >
                <IconView icon=Icon::More/>
            </button>
        </div>
    }
    .into_any()
}
