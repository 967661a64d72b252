//! The clock: while time runs it passes with the frames of the screen, by the browser's own time of each.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};

use crate::stores::Stores;

type OnFrame = Closure<dyn FnMut(f64)>;

/// Lets time pass while it runs, as long as the current owner lives.
pub(super) fn run(stores: Stores) {
    let clock = FrameClock {
        on_frame: StoredValue::new_local(None),
        asked: StoredValue::new(None),
    };
    clock.on_frame.set_value(Some(Closure::new(move |now_ms: f64| {
        stores.tick(now_ms);
        if stores.timeline.is_playing().try_get_untracked() == Some(true) {
            clock.ask();
        }
    })));
    Effect::new(move |_| {
        if stores.timeline.is_playing().get() {
            clock.ask();
        }
    });
    // A hidden page gets no frames; what it missed is not played at once.
    let hidden = window_event_listener_untyped("visibilitychange", move |_| stores.playing.look_away());
    on_cleanup(move || {
        hidden.remove();
        clock.stop();
    });
}

/// One function that is called with each frame that is asked for.
#[derive(Clone, Copy)]
struct FrameClock {
    on_frame: StoredValue<Option<OnFrame>, LocalStorage>,
    /// The number of the frame that was asked for last.
    asked: StoredValue<Option<i32>>,
}

impl FrameClock {
    /// Asks for the next frame, once.
    fn ask(self) {
        self.stop();
        let asked = self.on_frame.try_with_value(|on_frame| {
            let on_frame = on_frame.as_ref()?.as_ref().unchecked_ref();
            window().request_animation_frame(on_frame).ok()
        });
        self.asked.set_value(asked.flatten());
    }

    fn stop(self) {
        if let Some(asked) = self.asked.try_get_value().flatten() {
            // Refused only by a window that has gone.
            window().cancel_animation_frame(asked).ok();
        }
    }
}
