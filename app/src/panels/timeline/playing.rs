//! The controls of time.

use components::transport::Transport;
use leptos::prelude::*;

use crate::stores::Stores;

/// Play, pause, what time it is, and the events before and after.
#[component]
pub(super) fn Playing() -> impl IntoView {
    let stores: Stores = expect_context();
    let timeline = stores.timeline;
    view! {
        <Transport
            time_ms=timeline.time_ms()
            duration_ms=timeline.duration_ms()
            is_playing=timeline.is_playing()
            on_toggle_play=move |()| stores.toggle_play()
            on_previous=move |()| stores.go_to_marker(false)
            on_next=move |()| stores.go_to_marker(true)
        />
    }
}
