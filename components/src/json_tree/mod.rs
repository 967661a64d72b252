//! JSON text as a tree that opens.

use std::{collections::HashSet, sync::Arc};

use leptos::prelude::*;

use crate::tree::{TreeRow, TreeView};

mod logic;
pub use logic::{Json, NotJson};
pub mod demo;

/// The tree of a text; the outermost value is open.
#[component]
pub fn JsonTree(
    /// The element's id.
    id: &'static str,
    /// What it is, for those who do not see it.
    #[prop(into)]
    label: String,
    /// The text, read. Another one closes everything.
    #[prop(into)]
    json: Signal<Arc<Json>>,
) -> impl IntoView {
    let toggled = RwSignal::new(logic::Toggled::new());
    Effect::new(move |before: Option<Arc<Json>>| {
        let now = json.get();
        if before.is_some_and(|before| !Arc::ptr_eq(&before, &now)) {
            toggled.set(HashSet::new());
        }
        now
    });
    let rows = Memo::new(move |_| json.with(|json| toggled.with(|toggled| logic::rows(json, toggled).0)));
    let shown = Signal::derive(move || rows.with(|rows| Arc::<[TreeRow]>::from(rows.as_slice())));
    let on_toggle = move |row: usize| {
        let place = json.with_untracked(|json| {
            toggled.with_untracked(|toggled| logic::rows(json, toggled).1.get(row).copied())
        });
        if let Some(place) = place {
            toggled.update(|toggled| {
                if !toggled.remove(&place) {
                    toggled.insert(place);
                }
            });
        }
    };
    view! { <TreeView id=id label=label rows=shown on_toggle=on_toggle/> }
}
