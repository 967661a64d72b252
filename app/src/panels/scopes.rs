//! The panel with the scopes of the selected frame.

use std::sync::Arc;

use components::{
    primitives::{empty_state::EmptyState, icon::Icon},
    tree::{TreeRow, TreeView},
};
use leptos::prelude::*;

use crate::stores::{Stores, pause::Look};

/// What the variables are, as a tree that opens on demand.
#[component]
pub fn ScopesPanel() -> impl IntoView {
    let Stores { pause, timeline, .. } = expect_context();
    let rows = Memo::new(move |_| {
        pause
            .rows()
            .with(|rows| Arc::<[TreeRow]>::from(rows.rows.as_slice()))
    });
    let has_rows = Memo::new(move |_| rows.with(|rows| !rows.is_empty()));
    let why = move || match pause.look().get() {
        Look::Held if pause.frames().is_empty() => ("No variables", "Nothing is running at this moment."),
        Look::Away if timeline.is_playing().get() => ("Playing", "Pause to see the variables."),
        _ => ("", ""),
    };
    view! {
        <section class="ph-panel" aria-label="Scopes">
            <div class="ph-panel__head"><h2 class="ph-panel__title">"Scopes"</h2></div>
            <div class="ph-panel__body">
                <Show
                    when=move || has_rows.get()
                    fallback=move || view! {
                        <EmptyState
                            icon=Icon::Tree
                            title=Signal::derive(move || why().0.to_owned())
                            text=Signal::derive(move || why().1.to_owned())
                        />
                    }
                >
                    <TreeView id="scopes" label="Scopes of the selected frame" rows=rows on_toggle=move |row| pause.toggle(row)/>
                </Show>
            </div>
        </section>
    }
}
