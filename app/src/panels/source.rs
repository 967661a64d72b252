//! The panel with the source of the selected frame, and the buttons that step.

use std::sync::Arc;

use components::{
    primitives::{
        button::IconButton,
        empty_state::EmptyState,
        icon::Icon,
        select::{Choice, Select},
    },
    source::{LineHits, SourceMark, SourceText, SourceView},
};
use leptos::prelude::*;
use wire::{debugger::Source, ids::SourceId};

use crate::{
    logic::{library::sentence, place, scopes::Found},
    stores::{Step, Stores},
};

/// A source with the line where the selected frame stands.
#[component]
pub fn SourcePanel() -> impl IntoView {
    view! {
        <section class="ph-panel" aria-label="Source">
            <div class="ph-panel__head">
                <SourceChoice/>
                <StepButtons/>
            </div>
            <div class="ph-panel__body"><SourceBody/></div>
        </section>
    }
}

#[component]
fn SourceBody() -> impl IntoView {
    let Stores { pause, sources, .. } = expect_context();
    let shown_id = Memo::new(move |_| {
        sources
            .shown()
            .with(|shown| shown.as_ref().map(|shown| shown.source_id.clone()))
    });
    let text = Memo::new(move |_| {
        shown_id
            .get()
            .and_then(|id| Some((sources.source(&id)?, sources.text(&id)?)))
    });
    let ready = Memo::new(move |_| match text.get() {
        Some((source, Found::Ready(text))) => {
            let language = place::language(&source, &text.content_type);
            Some(Arc::new(SourceText::new(text.text, language)))
        }
        _ => None,
    });
    let mark = Memo::new(move |_| {
        let shown = sources.shown().get().filter(|shown| shown.line > 0)?;
        let is_top = pause.selected().get() == 0 && pause.selected_location().as_ref() == Some(&shown);
        Some(SourceMark {
            line: shown.line,
            column: shown.column,
            is_top,
        })
    });
    let hits = Memo::new(move |_| {
        let n_hits = sources.hits(&shown_id.get()?)?;
        Some(Arc::new(LineHits {
            n_hits: (*n_hits).clone(),
            ..LineHits::default()
        }))
    });
    let failure = move || match text.get() {
        Some((_, Found::Failed(reason))) => ("The source cannot be shown", sentence(&reason)),
        Some((_, Found::Pending)) => ("", String::new()),
        _ if sources.all().with(|all| all.is_empty()) => ("", String::new()),
        _ => (
            "No source",
            "Choose a source above, or a frame of the call stack.".to_owned(),
        ),
    };
    let has_text = Memo::new(move |_| ready.with(Option::is_some));
    view! {
        <Show
            when=move || has_text.get()
            fallback=move || view! {
                <EmptyState
                    icon=Icon::Code
                    title=Signal::derive(move || failure().0.to_owned())
                    text=Signal::derive(move || failure().1)
                />
            }
        >
            <SourceView text=Signal::derive(move || ready.get().unwrap_or_default()) mark=mark hits=hits/>
        </Show>
    }
}

#[component]
fn SourceChoice() -> impl IntoView {
    let Stores { sources, .. } = expect_context();
    let choices = Memo::new(move |_| {
        let choice = |source: &Source| Choice::new(source.source_id.as_str(), place::source_name(source));
        sources
            .all()
            .with(|all| all.iter().map(choice).collect::<Arc<[Choice]>>())
    });
    let chosen = move || {
        sources
            .shown()
            .with(|shown| shown.as_ref().map(|shown| shown.source_id.to_string()))
            .unwrap_or_default()
    };
    view! {
        <div class="ph-panel__choice">
            <Select
                label="Source"
                choices=choices
                chosen=Signal::derive(chosen)
                on_choose=move |id: String| sources.show_source(SourceId::from(id))
            />
        </div>
    }
}

#[component]
fn StepButtons() -> impl IntoView {
    let stores: Stores = expect_context();
    let button = move |step: Step, icon: Icon, label: &'static str, key: &'static str| {
        view! {
            <IconButton
                icon=icon
                label=label
                key_hint=key
                enabled=Signal::derive(move || stores.pause.can_step(step))
                on_press=move |_| stores.step(step)
            />
        }
    };
    view! {
        <div class="ph-panel__tools" role="group" aria-label="Step">
            {button(Step::Back, Icon::StepBack, "Step back", "Shift+F10")}
            {button(Step::Over, Icon::StepOver, "Step over", "F10")}
            {button(Step::In, Icon::StepIn, "Step in", "F11")}
            {button(Step::Out, Icon::StepOut, "Step out", "Shift+F11")}
        </div>
    }
}
