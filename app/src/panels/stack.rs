//! The panel with the call stack.

use std::sync::Arc;

use components::{
    primitives::{empty_state::EmptyState, icon::Icon},
    stack::{StackFrame, StackView},
};
use leptos::prelude::*;
use wire::pause::Frame;

use crate::{
    logic::{library::sentence, place},
    stores::{Stores, pause::Look},
};

/// The frames of the pause.
#[component]
pub fn StackPanel() -> impl IntoView {
    let stores: Stores = expect_context();
    let pause = stores.pause;
    let frames = Memo::new(move |_| {
        pause
            .frames()
            .iter()
            .map(|frame| shown(frame, stores))
            .collect::<Arc<[StackFrame]>>()
    });
    let has_frames = Memo::new(move |_| frames.with(|frames| !frames.is_empty()));
    let why = move || match pause.look().get() {
        Look::Away if stores.timeline.is_playing().get() => {
            ("Playing", "Pause to see the call stack.".to_owned())
        }
        Look::Away | Look::Pending => ("", String::new()),
        Look::Held => (
            "Nothing is running",
            "Choose a message, a marker or another time.".to_owned(),
        ),
        Look::Failed { reason } => ("This moment cannot be looked at", sentence(&reason)),
    };
    view! {
        <section class="ph-panel" aria-label="Call stack">
            <div class="ph-panel__head"><h2 class="ph-panel__title">"Call stack"</h2></div>
            <div class="ph-panel__body">
                <Show
                    when=move || has_frames.get()
                    fallback=move || view! {
                        <EmptyState
                            icon=Icon::Stack
                            title=Signal::derive(move || why().0.to_owned())
                            text=Signal::derive(move || why().1)
                        />
                    }
                >
                    <StackView
                        frames=frames
                        selected=Signal::derive(move || Some(pause.selected().get()))
                        on_select=move |index| stores.select_frame(index)
                    />
                </Show>
            </div>
        </section>
    }
}

fn shown(frame: &Frame, stores: Stores) -> StackFrame {
    let location = place::preferred(&frame.location);
    let url = location.and_then(|location| stores.sources.url(&location.source_id));
    let line = location.map_or(0, |location| location.line);
    StackFrame {
        name: place::frame_name(frame),
        location: format!("{}:{line}", place::short_name(url.as_deref())),
        is_library: url.as_deref().is_some_and(place::is_library),
        title: format!("{}:{line}", url.as_deref().unwrap_or_default()),
    }
}
