//! The address bar: it says the moment, and leads back to it.

use leptos::prelude::*;
use wasm_bindgen::JsValue;

use crate::{stores::timeline::TimelineStore, url::Link};

/// While time runs the address follows only this often: browsers limit how often it may change.
const WHILE_PLAYING_MS: f64 = 1_000.0;

/// What the address says now.
pub(super) fn current() -> Link {
    Link::parse(&search())
}

/// Keeps the address and the moment the same, in both directions. Moves of a person are steps of the browser's history;
/// what happens by itself changes the step it is in.
pub(super) fn follow(timeline: TimelineStore, opened: Link) {
    let opened = StoredValue::new(opened);
    Effect::new(move |before: Option<u32>| {
        let moment = timeline.moment().get();
        let written = current();
        let is_far = written
            .time_ms
            .is_none_or(|written_ms| (written_ms - moment.time_ms).abs() >= WHILE_PLAYING_MS);
        let is_new_turn = before.is_some_and(|before| before != moment.turn);
        let is_passing = timeline.is_playing().get() && !is_far && !is_new_turn;
        if moment.is_dragged || is_passing || (moment.turn == 0 && moment.point.is_none()) {
            return before.unwrap_or(moment.turn);
        }
        let link = Link {
            point: moment.point.clone(),
            time_ms: Some(moment.time_ms),
            ..opened.get_value()
        };
        write(&link, is_new_turn);
        moment.turn
    });
    let back = window_event_listener_untyped("popstate", move |_| timeline.visit(&current()));
    on_cleanup(move || back.remove());
}

/// The whole address, to be given to somebody else.
pub(super) fn href() -> String {
    window().location().href().unwrap_or_default()
}

fn write(link: &Link, is_new_step: bool) {
    let query = link.write();
    if query == search() {
        return;
    }
    let Ok(history) = window().history() else { return };
    let address = format!("{}{query}", window().location().pathname().unwrap_or_default());
    let written = match is_new_step {
        true => history.push_state_with_url(&JsValue::NULL, "", Some(&address)),
        false => history.replace_state_with_url(&JsValue::NULL, "", Some(&address)),
    };
    // Browsers refuse when the address changes too often; the next change writes it.
    written.ok();
}

fn search() -> String {
    window().location().search().unwrap_or_default()
}
