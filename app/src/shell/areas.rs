//! The parts of the page that F6 goes through: each dock, the timeline, the header.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

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
