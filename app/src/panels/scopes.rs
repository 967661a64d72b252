//! The panel with the scopes of the selected frame.

use components::primitives::{
    empty_state::EmptyState,
    icon::{Icon, IconView},
};
use leptos::prelude::*;
use wire::experimental::RecordedContent;

use super::values::ValueTree;
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
    Effect::new(move |_| {
        if let Some(pause_id) = pause.pause_id().filter(|_| has_rows.get()) {
            stores.changes.probe(&pause_id);
        }
    });
    let why = move || match pause.look().get() {
        Look::Held if pause.frames().is_empty() => {
            let lack = stores.recording.lack(&RecordedContent::Values);
            let otherwise = || "Nothing is running at this moment.".to_owned();
            ("No variables", lack.unwrap_or_else(otherwise))
        }
        Look::Away if timeline.is_playing().get() => ("Playing", "Pause to see the variables.".to_owned()),
        _ => ("", String::new()),
    };
    // Which moment it shows, for tests and measurements.
    let point = move || {
        pause
            .current()
            .and_then(|pause| pause.point().map(ToString::to_string))
    };
    let is_busy = Memo::new(move |_| rows.with(|rows| rows.is_pending));
    view! {
        <section
            class="ph-panel"
            aria-label="Scopes"
            data-point=point
            aria-busy=move || if is_busy.get() { "true" } else { "false" }
        >
            <div class="ph-panel__head">
                <label class="ph-tree-search">
                    <IconView icon=Icon::Search/>
                    <input
                        type="search"
                        class="ph-tree-search__input"
                        data-testid="scopes-search"
                        placeholder="Search names and values"
                        aria-label="Search names and values"
                        spellcheck="false"
                        autocomplete="off"
                        prop:value=move || objects.query(SCOPES)
                        on:input=move |event| objects.search(SCOPES, &event_target_value(&event))
                    />
                </label>
            </div>
            <div class="ph-panel__body">
                <Show
                    when=move || has_rows.get()
                    fallback=move || view! {
                        <EmptyState
                            icon=Icon::Tree
                            title=Signal::derive(move || why().0.to_owned())
                            text=Signal::derive(move || why().1)
                        />
                    }
                >
                    <ValueTree
                        id="scopes"
                        label="Scopes of the selected frame"
                        tree=SCOPES
                        pause_id=Signal::derive(move || pause.pause_id())
                        frame_id=Signal::derive(move || pause.frame().map(|frame| frame.frame_id.clone()))
                        rows=rows
                    />
                </Show>
            </div>
        </section>
    }
}
