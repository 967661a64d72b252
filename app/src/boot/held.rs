//! Keys that are held down: one that moves in time passes through moments, and only where it is let go, or rests, is looked
//! at. So a held key asks the server no more than two questions, however long it is held.

use std::time::Duration;

use leptos::{ev, prelude::*};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, KeyboardEvent};

use super::page::{is_player, keeps_key};
use crate::{
    logic::keys,
    shell::{
        self,
        commands::{self, Page},
    },
};

/// Longer than between two repeats of a key, so that it does not count as let go between them.
const REST: Duration = Duration::from_millis(150);

/// Listens as long as the current owner lives.
pub(super) fn listen(page: Page) {
    let timeline = page.stores.timeline;
    let is_mac = shell::is_mac();
    let rest = StoredValue::new(None::<TimeoutHandle>);
    let stop_waiting = move || {
        let waiting = rest.try_update_value(Option::take).flatten();
        waiting.inspect(TimeoutHandle::clear).is_some()
    };
    let end = move || {
        if stop_waiting() {
            timeline.let_go();
        }
    };
    let on_keydown = move |event: KeyboardEvent| {
        if event.repeat() && moves(&event, page, is_mac) {
            stop_waiting();
            timeline.hold();
            rest.set_value(set_timeout_with_handle(end, REST).ok());
        }
    };
    let released = window_event_listener(ev::keyup, move |_| end());
    let listener = StoredValue::new_local(Closure::<dyn FnMut(KeyboardEvent)>::new(on_keydown));
    // Before anybody else hears of the key, so that it is known to be held by whoever moves.
    let add = |listener: &Closure<_>| {
        window().add_event_listener_with_callback_and_bool("keydown", listener.as_ref().unchecked_ref(), true)
    };
    listener.with_value(add).ok();
    on_cleanup(move || {
        released.remove();
        let remove = |listener: &Closure<dyn FnMut(KeyboardEvent)>| {
            let listener = listener.as_ref().unchecked_ref();
            window().remove_event_listener_with_callback_and_bool("keydown", listener, true)
        };
        // Refused only by a window that has gone.
        listener.try_with_value(|listener| remove(listener).ok());
    });
}

/// Whether a key press moves in time: by a command, or because the timeline has the keyboard.
fn moves(event: &KeyboardEvent, page: Page, is_mac: bool) -> bool {
    let Some(chord) = keys::chord(&shell::press_of(event), is_mac) else {
        return false;
    };
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    match target {
        Some(target) if keeps_key(&target, &chord) => false,
        Some(target) if is_player(&target) => true,
        _ => commands::moves(&chord, page.preferences),
    }
}
