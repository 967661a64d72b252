//! One row of a tree.

use std::sync::Arc;

use leptos::{attr::custom::custom_attribute, prelude::*};

use super::{Branch, Mark, RowAction, TreeRow};
use crate::{
    preview::Preview,
    primitives::{
        icon::{Icon, IconView},
        menu::MenuPlace,
    },
};

/// How far each level is set in.
const INDENT_PX: f64 = 14.0;

/// What the rows of a tree share.
#[derive(Clone, Copy)]
pub(super) struct RowHandlers {
    pub(super) rows: Signal<Arc<[TreeRow]>>,
    pub(super) active: Memo<Option<usize>>,
    pub(super) on_activate: Callback<usize>,
    pub(super) on_active: Callback<usize>,
    pub(super) on_action: Callback<usize>,
    pub(super) on_menu: Option<Callback<(MenuPlace, usize)>>,
}

/// A row, drawn from its index.
pub(super) fn row(id: String, index: usize, handlers: RowHandlers) -> AnyView {
    let RowHandlers {
        rows,
        active,
        on_activate,
        on_active,
        on_action,
        on_menu,
    } = handlers;
    let row = Memo::new(move |_| rows.with(|rows| rows.get(index).cloned()).unwrap_or_default());
    let is_active = Memo::new(move |_| active.get() == Some(index));
    let branch = move || row.with(|row| row.branch);
    let content = move || {
        let TreeRow {
            name,
            name_tone,
            tokens,
            before,
            is_heading,
            mark,
            ..
        } = row.get();
        let separator = (!tokens.is_empty() || !before.is_empty()).then_some(": ");
        let before = (!before.is_empty()).then(|| {
            view! {
                <span class="ph-tree__before"><Preview tokens=before/></span>
                <span class="ph-preview--faint">" → "</span>
            }
        });
        view! {
            <span class=if is_heading { "ph-tree__heading" } else { name_tone.class() }>{name}</span>
            {mark_word(mark).map(|word| view! { <span class="ph-hidden">{word}</span> })}
            <span class="ph-preview--faint">{separator}</span>
            {before}
            <Preview tokens=tokens/>
        }
    };
    let action = move || {
        let (text, label) = match row.with(|row| row.action.clone()) {
            RowAction::None => return None,
            RowAction::Compute => ("(…)".to_owned(), "Run the getter"),
            RowAction::Place(place) => (place, "Go to the function"),
            RowAction::Element => ("Elements".to_owned(), "Show in Elements"),
        };
        Some(view! {
            <button
                type="button"
                class="ph-tree__action"
                data-testid="row-action"
                tabindex="-1"
                title=label
                on:click=move |event| {
                    event.stop_propagation();
                    on_active.run(index);
                    on_action.run(index);
                }
            >
                {text}
            </button>
        })
    };
    let more = on_menu.map(|on_menu| {
        view! {
            <button
                type="button"
                class="ph-tree__more"
                hidden=move || row.with(|row| row.is_heading)
                data-testid="row-menu"
                tabindex="-1"
                aria-label="What to do with this value"
                aria-haspopup="menu"
                on:click=move |event| {
                    event.stop_propagation();
                    on_active.run(index);
                    on_menu.run((MenuPlace::of(&event), index));
                }
            >
                <IconView icon=Icon::More/>
            </button>
        }
    });
    // Leptos has no name for this attribute.
    let level = custom_attribute("aria-level", move || row.with(|row| row.depth + 1));
    let class = move || {
        let (mark, is_stale) = row.with(|row| (row.mark, row.is_stale));
        let mark = match mark {
            Mark::None => "",
            Mark::Changed => " ph-tree__row--changed",
            Mark::Added => " ph-tree__row--added",
            Mark::Removed => " ph-tree__row--removed",
            Mark::Found => " ph-tree__row--found",
        };
        format!(
            "ph-tree__row{mark}{}{}{}",
            if is_stale { " ph-tree__row--stale" } else { "" },
            if is_active.get() {
                " ph-tree__row--active"
            } else {
                ""
            },
            if branch() == Branch::Leaf {
                ""
            } else {
                " ph-tree__row--branch"
            },
        )
    };
    view! {
        <div
            id=id
            class=class
            data-testid="tree-row"
            role="treeitem"
            {..level}
            aria-posinset=move || row.with(|row| row.position)
            aria-setsize=move || row.with(|row| row.n_siblings)
            aria-expanded=move || match branch() {
                Branch::Leaf => None,
                Branch::Closed => Some("false"),
                Branch::Open => Some("true"),
            }
            aria-selected=move || if is_active.get() { "true" } else { "false" }
            style:padding-inline-start=move || {
                format!("{}px", 8.0 + INDENT_PX * row.with(|row| row.depth) as f64)
            }
            on:click=move |_| {
                on_active.run(index);
                on_activate.run(index);
            }
            on:contextmenu=move |event| {
                if let Some(on_menu) = on_menu {
                    event.prevent_default();
                    event.stop_propagation();
                    on_active.run(index);
                    on_menu.run((MenuPlace::of(&event), index));
                }
            }
        >
            <span class="ph-tree__twisty" class:ph-tree__twisty--open=move || branch() == Branch::Open>
                {move || (branch() != Branch::Leaf).then(|| view! { <IconView icon=Icon::ChevronRight/> })}
            </span>
            <span class="ph-tree__text">{content}</span>
            {action}
            {more}
        </div>
    }
    .into_any()
}

/// What a mark is called, for those who do not see its colour.
fn mark_word(mark: Mark) -> Option<&'static str> {
    match mark {
        Mark::None | Mark::Found => None,
        Mark::Changed => Some(" (changed)"),
        Mark::Added => Some(" (added)"),
        Mark::Removed => Some(" (removed)"),
    }
}
