//! The parts of the page that F6 goes through: each dock, the timeline, the header; and the keyboard's way into a source.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use wire::ids::SourceId;

use crate::{logic::scopes::Found, stores::sources::SourceStore};

/// What counts as a part of the page.
const AREAS: &str = "ph-area";
/// What takes the focus in a part: what was marked for it, else the first thing that can.
const FIRST: &str = "[role=tabpanel] [tabindex='0'], [tabindex='0'], button, input, select, a[href]";

/// Moves the focus to the next part of the page, or the one before, around the ends.
pub(super) fn move_focus(is_forward: bool) {
    let found = document().get_elements_by_class_name(AREAS);
    let areas: Vec<Element> = (0..found.length()).filter_map(|at| found.item(at)).collect();
    let active = document().active_element();
    let now = areas.iter().position(|area| area.contains(active.as_deref()));
    let n = areas.len();
    if n == 0 {
        return;
    }
    let next = match (now, is_forward) {
        (None, _) => 0,
        (Some(now), true) => (now + 1) % n,
        (Some(now), false) => (now + n - 1) % n,
    };
    let target = areas
        .get(next)
        .and_then(|area| area.query_selector(FIRST).ok().flatten());
    if let Some(target) = target.and_then(|target| target.dyn_into::<HtmlElement>().ok()) {
        // Focus is refused only by elements that have left the page.
        target.focus().ok();
    }
}

/// How many frames of the screen a source's text is waited for: as many seconds as a person waits with their hands on the keys.
const N_FRAMES: u32 = 300;

/// Gives the focus to the text of a source as soon as it is shown, so that who came by the keyboard can go on with it.
pub(super) fn focus_source(sources: SourceStore, id: SourceId) {
    focus_source_within(sources, id, N_FRAMES);
}

fn focus_source_within(sources: SourceStore, id: SourceId, n_frames: u32) {
    request_animation_frame(move || {
        // The recording's page may have been left meanwhile.
        if sources.shown().try_get_untracked().is_none() {
            return;
        }
        let is_here = untrack(|| matches!(sources.text(&id), Some(Found::Ready(_))));
        let view = document()
            .query_selector("#source-tabpanel [tabindex='0']")
            .ok()
            .flatten();
        match view.and_then(|view| view.dyn_into::<HtmlElement>().ok()) {
            // Focus is refused only by elements that have left the page.
            Some(view) if is_here => drop(view.focus().ok()),
            _ if n_frames > 0 => focus_source_within(sources, id, n_frames - 1),
            _ => {}
        }
    });
}
