//! Which node is looked at: by its row, by searching, by pointing at the picture, from anywhere a node is shown.

use client::{CallError, Pause};
use leptos::prelude::*;
use wire::{
    ids::{ObjectId, PauseId},
    pause::ObjectPreviewLevel,
};

use super::{Chosen, ElementStore, Shown, element_of};
use crate::{
    logic::{
        elements::{
            boxes,
            markup::{self, DOCUMENT},
            tree,
        },
        scopes::Found,
    },
    stores::{
        driver::words,
        errand::{Lane, Urgency},
    },
};

/// Ancestors that are followed upwards.
const MAX_ANCESTORS: usize = 1_000;

const ELSEWHERE: &str = "The node is of another moment, and this service does not say which it is now";

impl ElementStore {
    /// Looks at the node of a row.
    pub fn choose_row(&self, shown: &Shown, row: usize) {
        let Some(info) = shown.rows.infos.get(row) else {
            return;
        };
        self.late().standing.update(|standing| {
            let is_here = shown.pause_id == standing.pause_id;
            standing.chosen = Some(Chosen {
                id: is_here.then(|| info.id.clone()),
                key: Some(info.key.clone()),
                label: info.label.clone(),
            });
        });
    }

    /// As [`Self::choose_row`], and brings it into sight.
    pub fn choose_row_and_show(&self, shown: &Shown, row: usize) {
        self.choose_row(shown, row);
        self.late().reveals.update(|n| *n += 1);
    }

    /// Opens or closes the node of a row, or shows more where the row stands for more.
    pub fn toggle_row(&self, shown: &Shown, row: usize) {
        let Some(info) = shown.rows.infos.get(row) else {
            return;
        };
        let Some(is_open) = shown.rows.is_open(row) else {
            self.late().standing.update(|standing| {
                *standing.state.more.entry(info.key.clone()).or_default() += 1;
            });
            return;
        };
        // Who closes a node around the chosen one looks at what is closed.
        let chosen = untrack(|| self.chosen_row(shown));
        if is_open && chosen.is_some_and(|chosen| chosen != row && shown.rows.path(chosen).contains(&row)) {
            self.choose_row(shown, row);
        }
        self.late()
            .standing
            .update(|standing| standing.state.set_open(info, !is_open));
    }

    /// Looks at a node of a pause, in the document of the moment: opens what is around it and brings it into sight.
    pub fn show(&self, pause_id: &PauseId, node: &ObjectId) {
        let (store, pause_id, node) = (*self, pause_id.clone(), node.clone());
        let lane = Some(Lane::named("elements.show"));
        self.intents.run(Urgency::Now, lane, async move |session, _| {
            let Some(pause) = store.current_untracked() else {
                store.tell("Pause to see the node in the document".to_owned());
                return Ok(());
            };
            let known = session
                .known_pause(&pause_id)
                .and_then(|pause| pause.known_object(&node));
            let lasting = known.and_then(|object| object.persistent_id.clone());
            let is_here = pause_id == *pause.id();
            if !is_here && lasting.is_none() {
                store.tell(ELSEWHERE.to_owned());
                return Ok(());
            }
            match store.reveal(&pause, &node).await {
                Ok(None) => {}
                Ok(Some(label)) => {
                    store.tell(format!("{label} is not in the document at this moment"));
                    return Ok(());
                }
                Err(error) if error.is_session_gone() => return Err(error),
                Err(error) => {
                    store.tell(words(&error));
                    return Ok(());
                }
            }
            // The same id in another pause is the same node only where the service says so.
            let now = pause
                .known_object(&node)
                .and_then(|object| object.persistent_id.clone());
            if pause_id != *pause.id() && (lasting.is_none() || lasting != now) {
                store
                    .late()
                    .standing
                    .try_update(|standing| standing.chosen = None);
                store.tell(
                    "The node is of another moment, and this service does not say which it is now".to_owned(),
                );
            }
            Ok(())
        });
    }

    /// Looks at whatever node somebody wants to see. Tracked.
    pub fn heed_wanted(&self) {
        if let Some((pause_id, node)) = self.objects.wanted_node().get() {
            self.objects.heed_node();
            self.late().wants_focus.set(true);
            self.show(&pause_id, &node);
        }
    }

    /// The element under the mouse is that of a row, or none.
    pub fn hover_row(&self, shown: &Shown, row: Option<usize>) {
        let element = row
            .filter(|_| !shown.is_stale)
            .and_then(|row| element_of(&shown.rows, row));
        let hovered = element.and_then(|info| Some((shown.pause_id.clone()?, info.id.clone())));
        if self
            .late()
            .hovered
            .try_get_untracked()
            .is_some_and(|now| now != hovered)
        {
            self.late().hovered.set(hovered);
        }
    }

    /// The keyboard moves in the tree, or does no more.
    pub fn walk(&self, is_walked: bool) {
        self.late().is_walked.try_set(is_walked);
    }

    /// Whether an element is being pointed out on the picture, tracked.
    pub fn is_picking(&self) -> bool {
        self.late().picking.with(Option::is_some)
    }

    /// Why nothing can be pointed out, tracked.
    pub fn pick_failure(&self) -> Option<String> {
        self.late().picking.with(Option::is_some).then_some(())?;
        let pause = self.pause.current()?;
        let looking = self.objects.look(&pause);
        match looking.all_boxes() {
            Found::Failed(reason) => Some(reason),
            Found::Ready(_) | Found::Pending => None,
        }
    }

    /// Begins or ends pointing out.
    pub fn set_picking(&self, is_picking: bool) {
        self.late().picking.set(is_picking.then_some(None));
    }

    /// While picking, the pointer is at a place of the page, in CSS pixels, or beside it.
    pub fn point_at(&self, at: Option<(f64, f64)>) {
        self.late().picking.update(|picking| {
            if let Some(picking) = picking {
                *picking = at;
            }
        });
    }

    /// Looks at the element at a place of the page; whether there is one.
    pub fn pick(&self, at: (f64, f64)) -> bool {
        let Some(pause) = self.current_untracked() else {
            return false;
        };
        let all = untrack(|| self.objects.look(&pause).all_boxes());
        let Found::Ready(all) = all else { return false };
        let Some(bounds) = boxes::element_at(&all.elements, at) else {
            return false;
        };
        self.set_picking(false);
        self.late().wants_focus.set(true);
        self.show(pause.id(), &bounds.node);
        true
    }

    /// What is searched for, tracked.
    pub fn query(&self) -> String {
        self.late().query.get()
    }

    /// Searches for something else; empty for nothing.
    pub fn search(&self, query: &str) {
        self.late().found_at.set(None);
        self.late().query.set(query.trim().to_owned());
    }

    /// The nodes that are found at the moment, tracked; None while nothing is searched for.
    pub fn found(&self) -> Option<(PauseId, Found<Vec<ObjectId>>)> {
        let query = self.late().query.get();
        if query.is_empty() {
            return None;
        }
        let pause = self.pause.current()?;
        let found = self.objects.look(&pause).search(&query);
        Some((pause.id().clone(), found))
    }

    /// Which of the found nodes is looked at, tracked.
    pub fn found_at(&self) -> Option<usize> {
        self.late().found_at.get()
    }

    /// Looks at the next or previous of the found nodes, around the ends.
    pub fn go_to_found(&self, is_forward: bool) {
        let Some((pause_id, Found::Ready(found))) = untrack(|| self.found()) else {
            return;
        };
        let Some(last) = found.len().checked_sub(1) else {
            return;
        };
        let next = match (
            self.late().found_at.get_untracked().filter(|at| *at <= last),
            is_forward,
        ) {
            (None, true) => 0,
            (None, false) => last,
            (Some(at), true) if at == last => 0,
            (Some(at), true) => at + 1,
            (Some(0), false) => last,
            (Some(at), false) => at - 1,
        };
        self.late().found_at.set(Some(next));
        if let Some(node) = found.get(next) {
            self.show(&pause_id, node);
        }
    }

    /// Says why something could not be done.
    pub(super) fn tell(&self, text: String) {
        self.late().notice.try_set(text);
    }

    /// Nothing is to be said any more.
    pub fn forget_notice(&self) {
        self.late().notice.try_set(String::new());
    }

    /// Opens what is around a node and looks at it. A node that is not in the document is not looked at; its label is told.
    async fn reveal(&self, pause: &Pause, node: &ObjectId) -> Result<Option<String>, CallError> {
        // A pseudo element or an old id may have no ancestors to tell.
        pause.until_ready(|pause| pause.parent_nodes(node)).await?;
        let object = pause
            .until_ready(|pause| pause.object(node, ObjectPreviewLevel::CanOverflow))
            .await?;
        let label = tree::node(&object).map_or_else(|| object.class_name.clone(), markup::label);
        let mut above = Vec::new();
        let mut at = object;
        let mut is_in_document = false;
        while above.len() < MAX_ANCESTORS {
            let parent = tree::node(&at).and_then(|node| node.parent_node.clone());
            let Some(parent) = parent else {
                is_in_document = tree::node(&at).is_some_and(|node| node.node_type == DOCUMENT);
                break;
            };
            at = pause
                .until_ready(|pause| pause.object(&parent, ObjectPreviewLevel::CanOverflow))
                .await?;
            above.push(parent);
        }
        if !is_in_document {
            return Ok(Some(label));
        }
        self.late().standing.try_update(|standing| {
            if standing.pause_id.as_ref() != Some(pause.id()) {
                let last = self.late().last.try_get_value().unwrap_or_default();
                standing.state.carry(&last.rows);
                standing.pause_id = Some(pause.id().clone());
            }
            standing.state.opened.extend(above);
            standing.chosen = Some(Chosen {
                id: Some(node.clone()),
                key: None,
                label: label.clone(),
            });
        });
        self.late().reveals.try_update(|n| *n += 1);
        self.late().announcement.try_set(format!("Selected {label}"));
        Ok(None)
    }
}
