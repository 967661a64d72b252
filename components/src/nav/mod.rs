//! A tree to go somewhere by: files, functions, what was found. Pressing a row goes there; opening one is its own thing.

use std::sync::Arc;

use leptos::{attr::custom::custom_attribute, prelude::*};

use crate::{
    preview::visible_text,
    primitives::{
        icon::{Icon, IconView},
        virtual_list::{ListKind, Reveal, RowLayout, RowView, VirtualList},
    },
    tree::Branch,
};

mod logic;
mod types;
pub use types::NavRow;
pub mod demo;

const ROW_PX: f64 = 24.0;
/// How far each level is set in.
const INDENT_PX: f64 = 12.0;

/// The tree.
#[component]
pub fn NavTree(
    /// The element's id.
    id: &'static str,
    /// What it leads to, for those who do not see it.
    #[prop(into)]
    label: String,
    /// The rows that are not inside of closed ones, top to bottom.
    #[prop(into)]
    rows: Signal<Arc<[NavRow]>>,
    /// Told the row that the person wants to go to.
    #[prop(into)]
    on_press: Callback<usize>,
    /// Told the row that the person wants opened or closed. Default: the same as pressing it.
    #[prop(into, optional)]
    on_toggle: Option<Callback<usize>>,
) -> impl IntoView {
    let on_toggle = on_toggle.unwrap_or(on_press);
    let active = RwSignal::new(None::<usize>);
    let n_rows = Memo::new(move |_| rows.with(|rows| rows.len()));
    let active_now = Memo::new(move |_| active.get().filter(|active| *active < n_rows.get()));
    let layout = Signal::derive(move || RowLayout::Uniform {
        n_rows: n_rows.get(),
        row_px: ROW_PX,
    });
    // What is shown stays in sight when it changes.
    let current = Memo::new(move |_| rows.with(|rows| rows.iter().rposition(|row| row.is_current)));
    let moved = RwSignal::new(None::<Reveal>);
    let reveal = Memo::new(move |_| moved.get().or(current.get().map(Reveal::nearest)));
    Effect::new(move |_| {
        current.track();
        moved.set(None);
    });
    let on_key = move |(key, index): (String, usize)| match rows
        .with_untracked(|rows| logic::after_key(rows, &key, index))
    {
        Some(logic::KeyAction::Toggle) => {
            on_toggle.run(index);
            true
        }
        Some(logic::KeyAction::Move(to)) => {
            active.set(Some(to));
            moved.set(Some(Reveal::nearest(to)));
            true
        }
        None => false,
    };
    let row: RowView = Arc::new(move |index, id| {
        let row = Memo::new(move |_| rows.with(|rows| rows.get(index).cloned().unwrap_or_default()));
        let is_active = Memo::new(move |_| active_now.get() == Some(index));
        // Leptos has no name for this attribute.
        let level = custom_attribute("aria-level", move || row.with(|row| row.depth + 1));
        let twisty = move || {
            (row.with(|row| row.branch) != Branch::Leaf)
                .then(|| view! { <IconView icon=Icon::ChevronRight/> })
        };
        view! {
            <div
                id=id
                class="ph-nav__row"
                class:ph-nav__row--active=move || is_active.get()
                class:ph-nav__row--current=move || row.with(|row| row.is_current)
                class:ph-nav__row--faint=move || row.with(|row| row.is_faint)
                data-testid="nav-row"
                role="treeitem"
                {..level}
                title=move || row.with(|row| (!row.title.is_empty()).then(|| row.title.clone()))
                aria-posinset=move || row.with(|row| row.position)
                aria-setsize=move || row.with(|row| row.n_siblings)
                aria-expanded=move || match row.with(|row| row.branch) {
                    Branch::Leaf => None,
                    Branch::Closed => Some("false"),
                    Branch::Open => Some("true"),
                }
                aria-selected=move || if is_active.get() { "true" } else { "false" }
                aria-current=move || row.with(|row| row.is_current.then_some("true"))
                style:padding-inline-start=move || format!("{}px", 6.0 + INDENT_PX * row.with(|row| row.depth) as f64)
                on:click=move |_| {
                    active.set(Some(index));
                    on_press.run(index);
                }
            >
                <span
                    class="ph-nav__twisty"
                    class:ph-nav__twisty--open=move || row.with(|row| row.branch) == Branch::Open
                    on:click=move |event| if row.with_untracked(|row| row.branch) != Branch::Leaf {
                        event.stop_propagation();
                        active.set(Some(index));
                        on_toggle.run(index);
                    }
                >
                    {twisty}
                </span>
                {move || row.with(|row| row.icon).map(|icon| view! { <span class="ph-nav__icon"><IconView icon=icon/></span> })}
                <span class=move || if row.with(|row| row.is_code) { "ph-nav__text ph-mono" } else { "ph-nav__text" }>
                    {move || row.with(name)}
                    <span class="ph-nav__detail">{move || row.with(|row| row.detail.clone())}</span>
                </span>
                <span class="ph-nav__end ph-number">{move || row.with(|row| row.end.clone())}</span>
            </div>
        }
        .into_any()
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
            on_activate=on_press
            on_key=on_key
            reveal=reveal
        />
    }
}

/// The name, with what was found in it marked.
fn name(row: &NavRow) -> AnyView {
    let part =
        |range: std::ops::Range<usize>| visible_text(row.name.get(range).unwrap_or_default()).into_owned();
    match row.marked {
        Some((begin, end)) if begin < end => {
            let (before, marked, behind) = (part(0..begin), part(begin..end), part(end..row.name.len()));
            view! { {before}<mark class="ph-nav__mark">{marked}</mark>{behind} }.into_any()
        }
        _ => part(0..row.name.len()).into_any(),
    }
}
