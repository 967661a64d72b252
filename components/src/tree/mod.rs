//! A tree of named values: scopes, objects, their properties. The caller flattens it into rows; opening a row is its work.

use std::sync::Arc;

use leptos::{attr::custom::custom_attribute, prelude::*};

use crate::{
    preview::Preview,
    primitives::{
        icon::{Icon, IconView},
        virtual_list::{ListKind, Reveal, RowLayout, RowView, VirtualList},
    },
};

mod logic;
mod types;
pub use types::{Branch, TreeRow};
pub mod demo;

const ROW_PX: f64 = 22.0;
/// How far each level is set in.
const INDENT_PX: f64 = 14.0;

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
    let row: RowView = Arc::new(move |index, id| {
        let row = Memo::new(move |_| rows.with(|rows| rows.get(index).cloned()));
        let on_press = move |()| {
            active.set(Some(index));
            on_toggle.run(index);
        };
        let is_active = Memo::new(move |_| active_now.get() == Some(index));
        view! { <Row id=id row=row is_active=is_active on_press=on_press/> }.into_any()
    });
    view! {
        <VirtualList
            id=id
            label=label
            kind=ListKind::Tree
            layout=layout
            row=row
            active=active_now
            on_active=move |index| active.set(Some(index))
            on_activate=on_toggle
            on_key=on_key
            reveal=reveal
        />
    }
}

#[component]
fn Row(
    id: String,
    row: Memo<Option<TreeRow>>,
    is_active: Memo<bool>,
    #[prop(into)] on_press: Callback<()>,
) -> impl IntoView {
    let branch = move || row.with(|row| row.as_ref().map_or(Branch::Leaf, |row| row.branch));
    let content =
        move || {
            row.get().map(|TreeRow { name, name_tone, tokens, is_heading, .. }| {
            let separator = (!tokens.is_empty()).then_some(": ");
            view! {
                <span class=if is_heading { "ph-tree__heading" } else { name_tone.class() }>{name}</span>
                <span class="ph-preview--faint">{separator}</span>
                <Preview tokens=tokens/>
            }
        })
        };
    // Leptos has no name for this attribute.
    let level = custom_attribute("aria-level", move || {
        row.with(|row| row.as_ref().map(|row| row.depth + 1))
    });
    view! {
        <div
            id=id
            class="ph-tree__row"
            class:ph-tree__row--active=move || is_active.get()
            class:ph-tree__row--branch=move || branch() != Branch::Leaf
            data-testid="tree-row"
            role="treeitem"
            {..level}
            aria-posinset=move || row.with(|row| row.as_ref().map(|row| row.position))
            aria-setsize=move || row.with(|row| row.as_ref().map(|row| row.n_siblings))
            aria-expanded=move || match branch() {
                Branch::Leaf => None,
                Branch::Closed => Some("false"),
                Branch::Open => Some("true"),
            }
            aria-selected=move || if is_active.get() { "true" } else { "false" }
            style:padding-inline-start=move || {
                format!("{}px", 8.0 + INDENT_PX * row.with(|row| row.as_ref().map_or(0, |row| row.depth)) as f64)
            }
            on:click=move |_| on_press.run(())
        >
            <span class="ph-tree__twisty" class:ph-tree__twisty--open=move || branch() == Branch::Open>
                {move || (branch() != Branch::Leaf).then(|| view! { <IconView icon=Icon::ChevronRight/> })}
            </span>
            <span class="ph-tree__text">{content}</span>
        </div>
    }
}
