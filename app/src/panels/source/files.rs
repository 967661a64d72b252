//! The tree of files.

use std::{collections::HashSet, sync::Arc};

use components::{
    nav::{NavRow, NavTree},
    primitives::{
        empty_state::EmptyState,
        icon::{Icon, IconView},
    },
    tree::Branch,
};
use leptos::prelude::*;
use wire::experimental::RecordedContent;

use super::View;
use crate::logic::files::{self, FileRow};

/// Every source, by origin and folder.
#[component]
pub fn Files(view: View) -> impl IntoView {
    let sources = view.stores.sources;
    let filter = RwSignal::new(String::new());
    let toggled = RwSignal::new(HashSet::<String>::new());
    let tree = Memo::new(move |_| {
        sources.all().with(|all| {
            filter.with(|filter| {
                toggled.with(|toggled| Arc::<[FileRow]>::from(files::tree(all, filter, toggled)))
            })
        })
    });
    let rows = Memo::new(move |_| {
        let shown = view.id.get();
        let row = |row: &FileRow| NavRow {
            depth: row.depth,
            icon: Some(match (&row.source_id, row.note) {
                (None, _) => Icon::Folder,
                (Some(_), "inline") => Icon::Code,
                (Some(_), "pretty") => Icon::Braces,
                (Some(_), _) => Icon::File,
            }),
            name: row.name.clone(),
            detail: row.note.to_owned(),
            title: row
                .source_id
                .as_ref()
                .and_then(|id| sources.url(id))
                .unwrap_or_default(),
            branch: match row.is_open {
                None => Branch::Leaf,
                Some(false) => Branch::Closed,
                Some(true) => Branch::Open,
            },
            is_current: row.source_id.is_some() && row.source_id == shown,
            position: row.position,
            n_siblings: row.n_siblings,
            ..NavRow::default()
        };
        tree.with(|tree| tree.iter().map(row).collect::<Arc<[NavRow]>>())
    });
    let toggle = move |index: usize| {
        if let Some(path) = tree.with_untracked(|tree| tree.get(index).map(|row| row.path.clone())) {
            toggled.update(|toggled| {
                if !toggled.remove(&path) {
                    toggled.insert(path);
                }
            });
        }
    };
    let press = move |index: usize| {
        let id = tree.with_untracked(|tree| tree.get(index).and_then(|row| row.source_id.clone()));
        match id {
            Some(source_id) => view.go_to(wire::debugger::Location {
                source_id,
                line: 0,
                column: 0,
            }),
            None => toggle(index),
        }
    };
    let is_empty = Memo::new(move |_| rows.with(|rows| rows.is_empty()));
    let recording = view.stores.recording;
    let lack = move || recording.lack(&RecordedContent::Sources).unwrap_or_default();
    view! {
        <div class="ph-source-nav__tools">
            <label class="ph-search">
                <IconView icon=Icon::Filter/>
                <input
                    class="ph-search__input"
                    type="search"
                    placeholder="Filter files"
                    aria-label="Filter files by address"
                    spellcheck="false"
                    prop:value=move || filter.get()
                    on:input=move |event| filter.set(event_target_value(&event))
                />
            </label>
        </div>
        <div class="ph-source-nav__list">
            <Show
                when=move || !is_empty.get()
                fallback=move || view! {
                    <EmptyState
                        icon=Icon::File
                        title=Signal::derive(move || if filter.with(String::is_empty) { "No sources" } else { "No file matches" }.to_owned())
                        text=Signal::derive(move || if filter.with(String::is_empty) { lack() } else { String::new() })
                    />
                }
            >
                <NavTree id="source-files" label="Files" rows=rows on_press=press on_toggle=Callback::new(toggle)/>
            </Show>
        </div>
    }
}
