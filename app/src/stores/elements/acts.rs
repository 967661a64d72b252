//! What is done with a node as a whole: it is opened with all below it, or written out as HTML.

use std::rc::Rc;

use client::{CallError, Pause};
use leptos::prelude::*;
use wire::{
    ids::{ObjectId, PauseId},
    pause::{Object, ObjectPreviewLevel},
};

use super::{ElementStore, Shown, element_of};
use crate::{
    logic::elements::{
        markup::{self, DOCUMENT, FRAGMENT},
        tree,
    },
    stores::{
        driver::words,
        errand::{Lane, Urgency},
    },
};

/// Nodes that are opened at once, or written out.
const MAX_OPENED: usize = 500;
const MAX_WRITTEN: usize = 20_000;
/// Nodes below nodes that are written out.
const MAX_DEPTH: usize = 200;

impl ElementStore {
    /// Opens a node and everything below it, as far as [`MAX_OPENED`] goes.
    pub fn open_all(&self, pause_id: &PauseId, node: &ObjectId) {
        let (store, pause_id, node) = (*self, pause_id.clone(), node.clone());
        let lane = Some(Lane::named("elements.open"));
        self.intents.run(Urgency::Now, lane, async move |session, _| {
            let Some(pause) = session.known_pause(&pause_id) else {
                return Ok(());
            };
            let mut opened = Vec::new();
            let mut level = vec![node];
            while !level.is_empty() && opened.len() < MAX_OPENED {
                level.truncate(MAX_OPENED - opened.len());
                let objects = load(&pause, &level).await?;
                let with_children = level.iter().zip(&objects);
                let with_children = with_children.filter(|(_, object)| !tree::child_ids(object).is_empty());
                opened.extend(with_children.map(|(id, _)| id.clone()));
                level = objects
                    .iter()
                    .flat_map(|object| tree::child_ids(object))
                    .collect();
            }
            let is_cut = !level.is_empty();
            store.late().standing.try_update(|standing| {
                if standing.pause_id.as_ref() == Some(&pause_id) {
                    standing.state.opened.extend(opened);
                }
            });
            if is_cut {
                store.tell(format!("Opened the first {MAX_OPENED} nodes"));
            }
            Ok(())
        });
    }

    /// Closes everything below the node of a row.
    pub fn close_all(&self, shown: &Shown, row: usize) {
        self.choose_row(shown, row);
        let rows = &shown.rows;
        self.late().standing.update(|standing| {
            for below in (row + 1)..rows.infos.len() {
                let Some(info) = rows.infos.get(below).filter(|_| rows.path(below).contains(&row)) else {
                    break;
                };
                if rows.is_open(below) == Some(true) {
                    standing.state.set_open(info, false);
                }
            }
        });
    }

    /// Selectors that lead to the element of a row, one for each tree on the way, with how the root of each is reached from the
    /// element before: `.shadowRoot` or `.contentDocument`, nothing for the page's own document.
    pub fn selectors(&self, shown: &Shown, row: usize) -> Option<Vec<(&'static str, String)>> {
        let rows = &shown.rows;
        let pause = self.objects.pause(shown.pause_id.as_ref()?)?;
        let element = element_of(rows, row)?;
        let row = rows.row_of(&element.id)?;
        let mut parts: Vec<(&'static str, Vec<Place>)> = vec![("", Vec::new())];
        for row in rows.path(row) {
            let info = rows.infos.get(row)?;
            let object = pause.known_object(&info.id)?;
            match tree::node(&object)?.node_type {
                DOCUMENT => parts.push((".contentDocument", Vec::new())),
                FRAGMENT => parts.push((".shadowRoot", Vec::new())),
                _ => {
                    let name = tree::node(&object)?.node_name.clone();
                    let siblings = rows.siblings(row);
                    let named = siblings.iter().filter(|other| {
                        let other = pause.known_object(other);
                        other.is_some_and(|other| {
                            tree::node(&other).is_some_and(|node| node.node_name == name)
                        })
                    });
                    let is_alone = named.count() == 1;
                    let nth = siblings.iter().position(|other| *other == info.id)? + 1;
                    parts.last_mut()?.1.push((object, nth, is_alone));
                }
            }
        }
        let written = parts.into_iter().map(|(root, steps)| {
            let steps = steps.iter().filter_map(|(object, nth, is_alone)| {
                let node = tree::node(object)?;
                Some(markup::Step {
                    node,
                    nth: *nth,
                    is_alone: *is_alone,
                })
            });
            (root, markup::selector(&steps.collect::<Vec<_>>()))
        });
        Some(written.collect())
    }

    /// Writes a node out as HTML with everything below it. `done` is told the text, or why there is none.
    pub fn html(
        &self,
        pause_id: &PauseId,
        node: &ObjectId,
        done: impl FnOnce(Result<String, String>) + 'static,
    ) {
        let (pause_id, node) = (pause_id.clone(), node.clone());
        self.intents.run(Urgency::Now, None, async move |session, _| {
            let Some(pause) = session.known_pause(&pause_id) else {
                done(Err("this moment has been let go".to_owned()));
                return Ok(());
            };
            match written(&pause, &node).await {
                Ok(html) => {
                    done(Ok(html));
                    Ok(())
                }
                Err(error) => {
                    done(Err(words(&error)));
                    if error.is_session_gone() {
                        Err(error)
                    } else {
                        Ok(())
                    }
                }
            }
        });
    }
}

/// An element, its place among the elements of its parent, and whether no other has its name.
type Place = (Rc<Object>, usize, bool);

async fn load(pause: &Pause, ids: &[ObjectId]) -> Result<Vec<Rc<Object>>, CallError> {
    pause.request_objects(ids, ObjectPreviewLevel::Full);
    let mut objects = Vec::with_capacity(ids.len());
    for id in ids {
        let object = pause
            .until_ready(|pause| pause.object(id, ObjectPreviewLevel::Full))
            .await?;
        objects.push(object);
    }
    Ok(objects)
}

async fn written(pause: &Pause, node: &ObjectId) -> Result<String, CallError> {
    let mut level = vec![node.clone()];
    let mut n_nodes = 0;
    for _ in 0..MAX_DEPTH {
        level.truncate(MAX_WRITTEN - n_nodes);
        n_nodes += level.len();
        if level.is_empty() {
            break;
        }
        let objects = load(pause, &level).await?;
        level = objects
            .iter()
            .flat_map(|object| tree::child_ids(object))
            .collect();
    }
    let mut html = String::new();
    write(pause, &mut html, node, false, 0);
    if !level.is_empty() {
        html.push_str("<!-- cut short -->");
    }
    Ok(html)
}

fn write(pause: &Pause, html: &mut String, id: &ObjectId, is_raw: bool, depth: usize) {
    let Some(object) = pause.known_object(id).filter(|_| depth < MAX_DEPTH) else {
        return;
    };
    let Some(node) = tree::node(&object) else { return };
    // What is in shadow roots and frames is no part of the markup.
    if depth > 0 && matches!(node.node_type, DOCUMENT | FRAGMENT) {
        return;
    }
    markup::write_begin(html, node, is_raw);
    for child in tree::child_ids(&object) {
        write(pause, html, &child, markup::is_raw(node), depth + 1);
    }
    markup::write_end(html, node);
}
