//! A tree of values for any panel: rows with their menu, links to functions and nodes, getters that run when pressed.

use std::{sync::Arc, time::Duration};

use components::{
    primitives::menu::MenuItem,
    tree::{InlineTree, TreeView},
};
use leptos::prelude::*;
use wire::{
    ids::{FrameId, PauseId},
    pause::Value,
};

use super::clipboard;
use crate::{
    logic::{
        actions,
        layout::Panel,
        tree::{RowInfo, Rows, Target},
    },
    stores::{Stores, objects::TreeKey, preferences::PreferenceStore},
};

/// A tree of values of one pause.
#[component]
pub(crate) fn ValueTree(
    /// The element's id.
    id: &'static str,
    /// What the tree holds, for those who do not see it.
    #[prop(into)]
    label: String,
    /// Whose tree it is.
    tree: TreeKey,
    /// The pause that the values belong to.
    #[prop(into)]
    pause_id: Signal<Option<PauseId>>,
    /// The frame whose variables they are, if they are variables.
    #[prop(into, optional)]
    frame_id: Signal<Option<FrameId>>,
    /// The rows, as [`crate::stores::objects::ObjectStore::rows`] gives them.
    #[prop(into)]
    rows: Signal<Arc<Rows>>,
) -> impl IntoView {
    let acts = Acts::new(tree, pause_id, frame_id, rows);
    view! {
        <TreeView
            id=id
            label=label
            rows=Signal::derive(move || rows.with(|rows| Arc::clone(&rows.rows)))
            on_toggle=move |row| acts.toggle(row)
            on_action=move |row| acts.act(row)
            menu=Callback::new(move |row| acts.menu(row))
        />
        <Notice notice=acts.notice/>
    }
}

/// As [`ValueTree`], as high as its rows.
#[component]
pub(crate) fn InlineValueTree(
    /// The element's id.
    #[prop(into)]
    id: String,
    /// What the tree holds, for those who do not see it.
    #[prop(into)]
    label: String,
    /// Whose tree it is.
    tree: TreeKey,
    /// The pause that the values belong to.
    #[prop(into)]
    pause_id: Signal<Option<PauseId>>,
    /// The frame whose variables they are, if they are variables.
    #[prop(into, optional)]
    frame_id: Signal<Option<FrameId>>,
    /// The rows, as [`crate::stores::objects::ObjectStore::rows`] gives them.
    #[prop(into)]
    rows: Signal<Arc<Rows>>,
) -> impl IntoView {
    let acts = Acts::new(tree, pause_id, frame_id, rows);
    view! {
        <InlineTree
            id=id
            label=label
            rows=Signal::derive(move || rows.with(|rows| Arc::clone(&rows.rows)))
            on_toggle=move |row| acts.toggle(row)
            on_action=move |row| acts.act(row)
            menu=Callback::new(move |row| acts.menu(row))
        />
        <Notice notice=acts.notice/>
    }
}

/// Puts a text on the clipboard, and says in `notice` for a while whether the browser allowed it.
pub(crate) fn copy(text: &str, notice: RwSignal<&'static str>) {
    let written = clipboard::write(text);
    leptos::task::spawn_local(async move {
        let is_copied = written.await;
        say(
            notice,
            if is_copied {
                "Copied"
            } else {
                "The browser does not let this page copy"
            },
        );
    });
}

/// What was done, for a while.
#[component]
pub(crate) fn Notice(notice: RwSignal<&'static str>) -> impl IntoView {
    view! { <p class="ph-notice" role="status">{move || notice.get()}</p> }
}

fn say(notice: RwSignal<&'static str>, text: &'static str) {
    notice.try_set(text);
    let forget = move || {
        notice.try_set("");
    };
    set_timeout(forget, Duration::from_secs(2));
}

/// What the rows of a tree do.
#[derive(Clone, Copy)]
struct Acts {
    stores: Stores,
    preferences: Option<PreferenceStore>,
    tree: TreeKey,
    pause_id: Signal<Option<PauseId>>,
    frame_id: Signal<Option<FrameId>>,
    rows: Signal<Arc<Rows>>,
    notice: RwSignal<&'static str>,
}

impl Acts {
    fn new(
        tree: TreeKey,
        pause_id: Signal<Option<PauseId>>,
        frame_id: Signal<Option<FrameId>>,
        rows: Signal<Arc<Rows>>,
    ) -> Self {
        Self {
            stores: expect_context(),
            preferences: use_context(),
            tree,
            pause_id,
            frame_id,
            rows,
            notice: RwSignal::new(""),
        }
    }

    fn info(&self, row: usize) -> Option<RowInfo> {
        self.rows.with_untracked(|rows| rows.infos.get(row).cloned())
    }

    fn toggle(&self, row: usize) {
        if let Some(info) = self.info(row) {
            self.stores.objects.toggle(self.tree, &info.path);
        }
    }

    fn act(&self, row: usize) {
        let Some(info) = self.info(row) else { return };
        match info.target {
            Target::None => {}
            Target::Getter => self.stores.objects.compute(self.tree, &info.path),
            Target::Place(location) => {
                self.show(Panel::Source);
                self.stores.sources.open(location);
            }
            Target::Node(node) => {
                if let Some(pause_id) = self.pause_id.get_untracked() {
                    self.show(Panel::Elements);
                    self.stores.objects.show_node(&pause_id, &node);
                }
            }
        }
    }

    fn show(&self, panel: Panel) {
        if let Some(preferences) = self.preferences {
            preferences.show_panel(panel);
        }
    }

    fn menu(&self, row: usize) -> Vec<MenuItem> {
        let (Some(info), Some(pause_id)) = (self.info(row), self.pause_id.get_untracked()) else {
            return Vec::new();
        };
        let acts = *self;
        let rows = self.rows.get_untracked();
        let title = actions::title(&rows, row);
        let mut items = self.copies(row, &info, &pause_id);
        let has_history = self.stores.changes.has_history();
        let frame = self.frame_id.get_untracked();
        let questions = [
            (
                "When did this change?",
                actions::writes_of(&info, &pause_id, frame.as_ref()),
            ),
            (
                "When did its contents change?",
                actions::contents_of(&info, &pause_id),
            ),
        ];
        if let Some(value) = info.value.clone() {
            // Objects belong to their pause, and expressions are evaluated in the moment's.
            let is_there = value.as_object().is_none()
                || untrack(|| acts.stores.pause.pause_id()).as_ref() == Some(&pause_id);
            let item = MenuItem::new("Store as global variable", move || {
                acts.show(Panel::Console);
                acts.stores.console.name_value(value.clone());
            });
            items.push(item.enabled(is_there));
        }
        let mut is_first = true;
        for (name, question) in questions {
            let Some(question) = question.filter(|_| has_history) else {
                continue;
            };
            let title = title.clone();
            let item = MenuItem::new(name, move || {
                acts.show(Panel::Compare);
                acts.stores.changes.find(title.clone(), question.clone());
            });
            items.push(if is_first { item.group() } else { item });
            is_first = false;
        }
        if let Some(value) = info.value.clone().filter(|_| has_history) {
            let is_now = untrack(|| acts.stores.pause.pause_id()).as_ref() == Some(&pause_id);
            let path = rows.expression(row).filter(|_| is_now && frame.is_some());
            let path = path.map(|path| (acts.stores.pause.selected().get_untracked(), path));
            items.push(MenuItem::new("Pin to compare", move || {
                acts.show(Panel::Compare);
                let path = path.clone();
                acts.stores.changes.pin(title.clone(), &pause_id, &value, path);
            }));
        }
        match &info.target {
            Target::Place(_) => {
                items.push(MenuItem::new("Go to the function", move || acts.act(row)).group());
            }
            Target::Node(_) => items.push(MenuItem::new("Show in Elements", move || acts.act(row)).group()),
            Target::None | Target::Getter => {}
        }
        items
    }

    fn copies(&self, row: usize, info: &RowInfo, pause_id: &PauseId) -> Vec<MenuItem> {
        let mut items = Vec::new();
        let (objects, notice) = (self.stores.objects, self.notice);
        match &info.value {
            Some(value @ Value::Object(_)) => {
                let (pause_id, value) = (pause_id.clone(), value.clone());
                items.push(MenuItem::new("Copy as JSON", move || {
                    objects.json(&pause_id, &value, move |told| match told {
                        Ok(text) => copy(&text, notice),
                        Err(_) => say(notice, "It could not be read as a whole"),
                    });
                }));
            }
            Some(value) => {
                if let Some(text) = actions::plain_text(value) {
                    items.push(MenuItem::new("Copy value", move || copy(&text, notice)));
                }
            }
            None => {}
        }
        if let Some(expression) = self.rows.with_untracked(|rows| rows.expression(row)) {
            items.push(MenuItem::new("Copy path", move || copy(&expression, notice)));
        }
        if let Some(name) = self.rows.with_untracked(|rows| {
            rows.rows
                .get(row)
                .filter(|row| !row.is_heading)
                .map(|row| row.name.clone())
        }) && info.value.is_some()
        {
            items.push(MenuItem::new("Copy name", move || copy(&name, notice)));
        }
        items
    }
}
