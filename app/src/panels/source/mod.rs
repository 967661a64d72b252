//! The panel with the sources: a navigator, tabs of what is open, the text with what is known of its lines.

mod files;
mod find;
mod footer;
mod menu;
mod navigator;
mod outline;
mod search;
mod tabs;
mod viewer;

use std::sync::Arc;

use components::{
    primitives::{button::IconButton, icon::Icon},
    source::{FoundRanges, SourcePlace},
};
use leptos::{ev::KeyboardEvent, html, prelude::*};
use wasm_bindgen::JsCast;
use wire::{debugger::Location, ids::SourceId};

use crate::stores::{Step, Stores, preferences::PreferenceStore};

/// Below this the navigator stands over the text and not beside it.
const WIDE_PX: f64 = 520.0;

/// What later helpers hang on lines of a source: print statements and breakpoints. Provided as context above the panel; without
/// it lines can be looked at only.
#[derive(Clone, Copy)]
pub struct LinePoints {
    /// What is marked beside the numbers of a source's lines.
    pub gutter: Callback<SourceId, Arc<std::collections::BTreeMap<u32, components::source::GutterMark>>>,
    /// What stands below a source's lines.
    pub inserts: Callback<SourceId, Arc<[components::source::LineInsert]>>,
    /// Adds a print statement to a place, or opens the one that is there. Column `None` is the line's first.
    pub on_print: Callback<(SourceId, u32, Option<u32>)>,
    /// Adds a breakpoint to a place, or takes away the one that is there.
    pub on_breakpoint: Callback<(SourceId, u32, Option<u32>)>,
}

/// What the parts of the panel share: nothing of it outlives the panel.
#[derive(Clone, Copy)]
pub struct View {
    stores: Stores,
    /// The source that is shown.
    id: Memo<Option<SourceId>>,
    /// Where the cursor is in it.
    cursor: RwSignal<Option<SourcePlace>>,
    is_finding: RwSignal<bool>,
    found: RwSignal<FoundRanges>,
    /// Which part of the navigator is seen; None for none.
    navigator: RwSignal<Option<navigator::Part>>,
    is_wide: Memo<bool>,
    /// What was copied, for a while.
    notice: RwSignal<&'static str>,
}

impl View {
    /// The place of the cursor, else the one that was last asked to be seen, else the beginning.
    fn location(self) -> Option<Location> {
        let source_id = self.id.get_untracked()?;
        let asked = self.stores.sources.shown().get_untracked();
        let asked = asked.filter(|asked| asked.source_id == source_id && asked.line > 0);
        Some(match (self.cursor.get_untracked(), asked) {
            (Some(SourcePlace { line, column }), _) => Location {
                source_id,
                line,
                column,
            },
            (None, Some(asked)) => asked,
            (None, None) => Location {
                source_id,
                line: 1,
                column: 0,
            },
        })
    }

    /// Shows a place; a navigator that stands over the text is put away.
    fn go_to(self, location: Location) {
        if !self.is_wide.get_untracked() {
            self.navigator.set(None);
        }
        self.stores.sources.open(location);
    }
}

/// The sources, with where the selected frame stands.
#[component]
pub fn SourcePanel() -> impl IntoView {
    let stores: Stores = expect_context();
    let sources = stores.sources;
    let section = NodeRef::<html::Section>::new();
    let size = components::dom::use_size(section);
    let is_wide = Memo::new(move |_| size.get().0 >= WIDE_PX);
    let view = View {
        stores,
        id: Memo::new(move |_| {
            sources
                .shown()
                .with(|shown| shown.as_ref().map(|shown| shown.source_id.clone()))
        }),
        cursor: RwSignal::new(None),
        is_finding: RwSignal::new(false),
        found: RwSignal::default(),
        navigator: RwSignal::new(None),
        is_wide,
        notice: RwSignal::new(""),
    };
    keep_tabs(view);
    // Another source is looked at from the place that was asked for, or its own beginning.
    Effect::new(move |_| {
        view.id.track();
        let at = sources.cursor_untracked();
        view.cursor
            .set(at.map(|Location { line, column, .. }| SourcePlace { line, column }));
        view.found.set(FoundRanges::default());
    });
    Effect::new(move |_| {
        if let Some(kind) = sources.take_asked() {
            let mut query = sources.search().with_untracked(|state| state.query.clone());
            query.kind = kind;
            sources.search_for(query);
            view.navigator.set(Some(navigator::Part::Search));
            // It has the keyboard when it comes; here it may have come before.
            components::dom::next_frame(move || {
                let input = section
                    .get_untracked()
                    .and_then(|section| {
                        section
                            .query_selector("[data-testid=source-search]")
                            .ok()
                            .flatten()
                    })
                    .and_then(|input| input.dyn_into::<web_sys::HtmlElement>().ok());
                if let Some(input) = input {
                    // Focus is refused only by elements that have left the page.
                    input.focus().ok();
                }
            });
        }
    });
    let toggle = move |_| {
        view.navigator.update(|part| {
            *part = match part {
                Some(_) => None,
                None => Some(navigator::Part::Files),
            }
        });
    };
    let is_open = Memo::new(move |_| view.navigator.with(Option::is_some));
    view! {
        <section class="ph-panel ph-sources" aria-label="Sources" node_ref=section on:keydown=move |event| on_keydown(view, &event)>
            <div class="ph-panel__head">
                <button
                    type="button"
                    class="ph-button ph-button--icon"
                    aria-label="Files, outline and search"
                    title="Files, outline and search"
                    aria-expanded=move || if is_open.get() { "true" } else { "false" }
                    data-testid="source-navigator-toggle"
                    on:click=toggle
                ><components::primitives::icon::IconView icon=Icon::Sidebar/></button>
                <tabs::SourceTabs view=view/>
                <StepButtons/>
            </div>
            <div class="ph-panel__body ph-sources__body">
                <Show when=move || is_open.get()><navigator::Navigator view=view/></Show>
                <div class="ph-sources__main">
                    <Show when=move || view.is_finding.get()><find::FindBar view=view/></Show>
                    <Notice/>
                    <div class="ph-sources__text"><viewer::Viewer view=view/></div>
                    <footer::Footer view=view/>
                </div>
                <crate::panels::values::Notice notice=view.notice/>
            </div>
        </section>
    }
}

/// Opens what was open the last time this recording was looked at, and keeps what is.
fn keep_tabs(view: View) {
    let Stores {
        sources, recording, ..
    } = view.stores;
    let Some(preferences) = use_context::<PreferenceStore>() else {
        return;
    };
    let key = format!("sources/{}", recording.id());
    let read_key = key.clone();
    Effect::new(move |_| {
        if !sources.all().with(|all| all.is_empty()) {
            sources.restore(&preferences.kept(&read_key).unwrap_or_default());
        }
    });
    Effect::new(move |_| {
        let kept = sources.kept();
        if sources.is_restored() {
            preferences.keep(&key, kept);
        }
    });
}

fn on_keydown(view: View, event: &KeyboardEvent) {
    let has_command = event.ctrl_key() || event.meta_key();
    match event.key().to_lowercase().as_str() {
        "f" if has_command && !event.alt_key() && !event.shift_key() => {
            view.is_finding.set(false);
            view.is_finding.set(true);
        }
        "escape" if view.is_finding.get_untracked() => view.is_finding.set(false),
        "escape" if !view.is_wide.get_untracked() && view.navigator.with_untracked(Option::is_some) => {
            view.navigator.set(None);
        }
        _ => return,
    }
    event.prevent_default();
    event.stop_propagation();
}

/// Why what was asked for could not be done.
#[component]
fn Notice() -> impl IntoView {
    let Stores { sources, points, .. } = expect_context();
    // Points are set and run to from here too.
    let text = Memo::new(move |_| {
        let of_points = points.notice().get();
        sources.notice().get().or(of_points)
    });
    let dismiss = move |_| {
        sources.dismiss_notice();
        points.dismiss_notice();
    };
    move || {
        text.get().map(|text| {
            view! {
                <div class="ph-sources__notice" role="status" data-testid="source-notice">
                    <span>{text}</span>
                    <IconButton icon=Icon::Close label="Dismiss" on_press=dismiss/>
                </div>
            }
        })
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
    let run = move |is_forward: bool, icon: Icon, label: &'static str, key: &'static str| {
        view! { <IconButton icon=icon label=label key_hint=key on_press=move |_| stores.points.run(is_forward)/> }
    };
    view! {
        <div class="ph-panel__tools" role="group" aria-label="Step">
            {run(false, Icon::Rewind, "Run back to the previous breakpoint", "Shift+F8")}
            {button(Step::Back, Icon::StepBack, "Step back", "Shift+F10")}
            {button(Step::Over, Icon::StepOver, "Step over", "F10")}
            {button(Step::In, Icon::StepIn, "Step in", "F11")}
            {button(Step::Out, Icon::StepOut, "Step out", "Shift+F11")}
            {run(true, Icon::Resume, "Run to the next breakpoint", "F8")}
        </div>
    }
}
