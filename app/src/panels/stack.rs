//! The panel with the call stack.

use std::sync::Arc;

use components::{
    primitives::{button::IconButton, empty_state::EmptyState, icon::Icon},
    stack::{StackFrame, StackRow, StackView},
    steps::{StepLabel, StepSlider},
};
use leptos::prelude::*;
use wire::{debugger::MappedLocation, experimental::RecordedContent, pause::Frame};

use super::values::{Notice, copy};
use crate::{
    logic::{
        library::sentence,
        place,
        scopes::Found,
        stack::{self, FramePlace, Row},
    },
    stores::{
        Stores,
        pause::Look,
        stack::{FrameSteps, ParentFrame},
    },
};

/// The frames of the pause, and who caused them.
#[component]
pub fn StackPanel() -> impl IntoView {
    let stores: Stores = expect_context();
    let pause = stores.pause;
    let notice = RwSignal::new("");
    Effect::new(move |_| stores.want_stack());
    let parts = Memo::new(move |_| {
        let frames = pause.frames();
        let own: Vec<StackFrame> = frames.iter().map(|frame| shown(frame, stores)).collect();
        let parents = stores.stack.parents().get();
        let parents = parents.parts.iter().filter(|_| !own.is_empty());
        let parents = parents.map(|part| part.iter().map(|frame| shown_parent(frame, stores)).collect());
        std::iter::once(own.clone())
            .chain(parents)
            .collect::<Vec<Vec<StackFrame>>>()
    });
    let rows = Memo::new(move |_| {
        let selected = FramePlace {
            part: 0,
            frame: pause.selected().get(),
        };
        parts.with(|parts| {
            stores
                .stack
                .open()
                .with(|open| stack::rows(parts, open, selected))
        })
    });
    let shown_rows = Memo::new(move |_| {
        let selected = pause.selected().get();
        parts.with(|parts| {
            rows.with(|rows| {
                rows.iter()
                    .map(|row| row_of(row, parts, selected))
                    .collect::<Arc<[StackRow]>>()
            })
        })
    });
    let has_frames = Memo::new(move |_| shown_rows.with(|rows| !rows.is_empty()));
    let on_select = move |index: usize| match rows.with_untracked(|rows| rows.get(index).cloned()) {
        Some(Row::Frame(FramePlace { part: 0, frame })) => stores.select_frame(frame),
        Some(Row::Frame(place)) => stores.go_to_parent(place),
        Some(Row::Fold { first, .. }) => stores.stack.toggle(first),
        Some(Row::Async) | None => {}
    };
    let why = move || match pause.look().get() {
        Look::Away if stores.timeline.is_playing().get() => {
            ("Playing", "Pause to see the call stack.".to_owned())
        }
        Look::Away | Look::Pending => ("", String::new()),
        Look::Held => {
            let lack = stores.recording.lack(&RecordedContent::Execution);
            let otherwise = || "Choose a message, a marker or another time.".to_owned();
            ("Nothing is running", lack.unwrap_or_else(otherwise))
        }
        Look::Failed { reason } => ("This moment cannot be looked at", sentence(&reason)),
    };
    view! {
        <section class="ph-panel" aria-label="Call stack">
            <Show when=move || has_frames.get()><FrameStepper/></Show>
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
                    <div class="ph-stack">
                        <Notice notice=notice/>
                    <StackView rows=shown_rows on_select=on_select/>
                    <div class="ph-stack__tools">
                        <IconButton
                            icon=Icon::Copy
                            label="Copy the stack"
                            on_press=move |_| copy(&parts.with_untracked(|parts| stack::text(parts)), notice)
                        />
                    </div>
                    </div>
                </Show>
            </div>
        </section>
    }
}

/// The steps of the selected frame, to move along.
#[component]
fn FrameStepper() -> impl IntoView {
    let stores: Stores = expect_context();
    let steps = stores.stack.steps();
    let n_steps = Memo::new(move |_| {
        steps.with(|steps| match steps {
            FrameSteps::Known { all, .. } => all.len(),
            FrameSteps::None | FrameSteps::Failed(_) => 0,
        })
    });
    let now = Memo::new(move |_| {
        steps.with(|steps| match steps {
            FrameSteps::Known { now, .. } => *now,
            FrameSteps::None | FrameSteps::Failed(_) => None,
        })
    });
    let failure = Memo::new(move |_| {
        steps.with(|steps| match steps {
            FrameSteps::Failed(reason) => Some(reason.clone()),
            FrameSteps::Known { all, .. } if all.is_empty() => {
                Some("No step of this frame can be gone to.".to_owned())
            }
            FrameSteps::Known { .. } | FrameSteps::None => None,
        })
    });
    let content = move || match (failure.get(), n_steps.with(|n_steps| *n_steps > 0)) {
        (Some(reason), _) => view! {
            <p class="ph-stack__note" data-testid="frame-steps-note">
                {format!("There is no slider for this frame: {}", uncapitalised(&reason))}
            </p>
        }
        .into_any(),
        (None, true) => view! {
            <StepSlider
                n_steps=n_steps
                now=now
                label=move |step| label_of(stores, step)
                on_go=move |step| stores.go_to_frame_step(step)
            />
        }
        .into_any(),
        (None, false) => ().into_any(),
    };
    view! { <div class="ph-panel__head ph-stack__head">{content}</div> }
}

/// Where a step stands, and what stands there if the text is here.
fn label_of(stores: Stores, step: usize) -> StepLabel {
    /// Characters of a line that are shown.
    const MAX_CHARS: usize = 120;
    let step = stores.stack.steps().with(|steps| match steps {
        FrameSteps::Known { all, .. } => all.get(step).cloned(),
        FrameSteps::None | FrameSteps::Failed(_) => None,
    });
    let location = step
        .and_then(|step| step.frame)
        .and_then(|frame| stores.sources.preferred(&frame));
    let Some(location) = location else {
        return StepLabel::default();
    };
    let url = stores.sources.url(&location.source_id);
    let line = (location.line as usize).saturating_sub(1);
    let text = match stores.sources.text(&location.source_id) {
        Some(Found::Ready(text)) => text
            .text
            .lines()
            .nth(line)
            .map(|line| line.trim().chars().take(MAX_CHARS).collect::<String>()),
        _ => None,
    };
    StepLabel {
        place: format!("{}:{}", place::short_name(url.as_deref()), location.line),
        text: text.unwrap_or_default(),
    }
}

fn uncapitalised(sentence: &str) -> String {
    let mut chars = sentence.chars();
    let first = chars.next().map(char::to_lowercase);
    first.into_iter().flatten().chain(chars).collect()
}

fn row_of(row: &Row, parts: &[Vec<StackFrame>], selected: usize) -> StackRow {
    let frame_at = |place: &FramePlace| parts.get(place.part)?.get(place.frame).cloned();
    match row {
        Row::Frame(place) => StackRow::Frame {
            frame: frame_at(place).unwrap_or_default(),
            is_selected: place.part == 0 && place.frame == selected,
            is_past: place.part > 0,
        },
        Row::Fold {
            first,
            n_frames,
            is_open,
        } => {
            let frames = parts.get(first.part).map(Vec::as_slice).unwrap_or_default();
            let mut whose: Vec<&str> = frames
                .iter()
                .skip(first.frame)
                .take(*n_frames)
                .filter_map(|frame| frame.location.rsplit_once(':').map(|(name, _)| name))
                .collect();
            whose.dedup();
            whose.truncate(3);
            StackRow::Fold {
                n_frames: *n_frames,
                whose: whose.join(", "),
                is_open: *is_open,
            }
        }
        Row::Async => StackRow::Heading("async".to_owned()),
    }
}

fn shown(frame: &Frame, stores: Stores) -> StackFrame {
    let name = place::frame_name(frame);
    shown_at(name, &frame.location, stores)
}

fn shown_parent(frame: &ParentFrame, stores: Stores) -> StackFrame {
    let name = frame.name.clone().unwrap_or_else(|| "(anonymous)".to_owned());
    shown_at(name, &frame.location, stores)
}

fn shown_at(name: String, location: &MappedLocation, stores: Stores) -> StackFrame {
    let location = stores.sources.preferred(location);
    let url = location
        .as_ref()
        .and_then(|location| stores.sources.url(&location.source_id));
    let (line, column) = location.map_or((0, 0), |location| (location.line, location.column));
    StackFrame {
        name,
        location: format!("{}:{line}", place::short_name(url.as_deref())),
        is_library: url.as_deref().is_some_and(place::is_library),
        title: format!("{}:{line}:{}", url.as_deref().unwrap_or_default(), column + 1),
    }
}
