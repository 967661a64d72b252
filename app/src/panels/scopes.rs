//! The panel with the scopes of the selected frame.

use components::{
    primitives::{empty_state::EmptyState, icon::Icon},
    tree::TreeView,
};
use leptos::prelude::*;

use crate::stores::{
    Stores,
    pause::{Look, SCOPES},
};

/// What the variables are, as a tree that opens on demand.
#[component]
pub fn ScopesPanel() -> impl IntoView {
    let stores: Stores = expect_context();
    let Stores {
        pause,
        timeline,
        objects,
        ..
    } = stores;
    pause.watch_scopes();
    let rows = pause.rows();
    let has_rows = Memo::new(move |_| rows.with(|rows| !rows.rows.is_empty()));
    let why = move || match pause.look().get() {
        Look::Held if pause.frames().is_empty() => ("No variables", "Nothing is running at this moment."),
        Look::Away if timeline.is_playing().get() => ("Playing", "Pause to see the variables."),
        _ => ("", ""),
    };
    let on_toggle = move |row: usize| {
        let path = rows.with_untracked(|rows| rows.infos.get(row).map(|info| info.path.clone()));
        if let Some(path) = path {
            objects.toggle(SCOPES, &path);
        }
    };
    view! {
        <section class="ph-panel" aria-label="Scopes">
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
                    <TreeView
                        id="scopes"
                        label="Scopes of the selected frame"
                        rows=Signal::derive(move || rows.with(|rows| rows.rows.clone()))
                        on_toggle=on_toggle
                    />
                </Show>
            </div>
        </section>
    }
}
