//! How the panels of a recording stand: in docks where there is room, one at a time where there is not.

use std::time::Duration;

use components::primitives::{
    empty_state::EmptyState,
    icon::Icon,
    tabs::{Tab, Tabs},
};
use leptos::prelude::*;

use super::{
    commands::Page,
    panels,
    parts::{self, Part},
};
use crate::{
    boot,
    logic::layout::Panel,
    panels::{
        header::{Header, WaysOn},
        timeline::TimelinePanel,
    },
    stores::{Stores, connection::Phase, preferences::PreferenceStore},
};

/// After so long a page says what it waits for.
const SLOW: Duration = Duration::from_secs(1);

/// The page of a recording.
#[component]
pub fn RecordingLayout(
    /// What its commands act on.
    page: Page,
    /// Whether there is room for one panel only.
    #[prop(into)]
    is_narrow: Signal<bool>,
    /// Whether the link has just been copied.
    #[prop(into)]
    is_copied: Signal<bool>,
) -> impl IntoView {
    let Stores { connection, .. } = expect_context();
    parts::complete(page);
    let is_refused = Memo::new(move |_| matches!(connection.phase().get(), Phase::Refused { .. }));
    let body = move || match (is_refused.get(), is_narrow.get()) {
        (true, _) => parts::view_of(Part::Refused),
        (false, true) => view! { <Narrow/> }.into_any(),
        (false, false) => view! { <Wide/> }.into_any(),
    };
    let is_slow = RwSignal::new(false);
    set_timeout(
        move || {
            // The page may have been left meanwhile.
            is_slow.try_set(connection.is_opening());
        },
        SLOW,
    );
    view! {
        <div class="ph-page" class:ph-page--narrow=move || is_narrow.get()>
            <Header
                on_copy_link=page.copy_link
                on_help=move |()| page.is_help_open.set(true)
                on_find=move |()| page.palette.set(Some(super::commands::Mode::Commands))
                on_settings=move |()| page.are_settings_open.set(true)
                is_copied=is_copied
                sharing=|| parts::view_if_here(Part::Sharing)
            />
            {body}
            {move || is_slow.get().then(|| parts::view_if_here(Part::Waiting))}
        </div>
        {parts::view_if_here(Part::Overlays)}
    }
}

/// What opens over the page.
#[component]
pub fn Overlays(
    /// What it acts on.
    page: Page,
) -> impl IntoView {
    let over = |part, flag: RwSignal<bool>| {
        parts::view_over(part, flag.into(), Callback::new(move |()| flag.set(false)))
    };
    // What has just happened, to be read aloud.
    let announcement = Memo::new(move |_| boot::announcement(page.stores));
    let is_finding = Signal::derive(move || page.palette.with(Option::is_some));
    let close_finder = Callback::new(move |()| page.palette.set(None));
    view! {
        <p class="ph-hidden" role="status" aria-live="polite" data-testid="announcement">{move || announcement.get()}</p>
        {parts::view_over(Part::Finder, is_finding, close_finder)}
        // A file that is dropped on a frame is the business of the page around.
        {(!page.is_embedded).then(|| parts::view_when_idle(Part::Ways))}
        {over(Part::Settings, page.are_settings_open)}
        {over(Part::Shortcuts, page.is_help_open)}
    }
}

/// Why there is nothing to see, and below it what was said: the protocol log is there even then.
#[component]
pub fn Refused() -> impl IntoView {
    let Stores { connection, .. } = expect_context();
    let reason = Memo::new(move |_| match connection.phase().get() {
        Phase::Refused { reason } => reason,
        _ => String::new(),
    });
    view! {
        <main class="ph-alone" id="main" tabindex="-1">
            <EmptyState icon=Icon::Warning title="This recording cannot be opened" text=reason><WaysOn/></EmptyState>
            <boot::AccessPanel/>
            <Show when=|| panels::is_there(Panel::Protocol)>
                <details class="ph-alone__log">
                    <summary>"What the viewer and the service said to each other"</summary>
                    {panels::view_of(Panel::Protocol)}
                </details>
            </Show>
        </main>
    }
}

/// The line of time, and what part of it is in focus.
fn foot() -> AnyView {
    let part = |part| move || parts::view_if_here(part);
    view! {
        {part(Part::Focus)()}
        <TimelinePanel controls=part(Part::Controls) film=part(Part::Film) over=part(Part::Over)/>
    }
    .into_any()
}

#[component]
fn Wide() -> impl IntoView {
    view! {
        <main class="ph-workspace" id="main" tabindex="-1">{parts::view_if_here(Part::Docks)}</main>
        <div class="ph-foot">{foot()}</div>
    }
}

#[component]
fn Narrow() -> impl IntoView {
    view! {
        <main class="ph-stacked" id="main" tabindex="-1">
            {panels::view_of(Panel::Picture)}
            {foot()}
            {parts::view_if_here(Part::Stacked)}
        </main>
    }
}

/// The panels below the timeline, one at a time.
#[component]
pub fn StackedPanels() -> impl IntoView {
    let preferences: PreferenceStore = expect_context();
    let there = Memo::new(move |_| {
        let arrangement = preferences.arrangement().get();
        let is_shown = |panel: &Panel| {
            *panel != Panel::Picture && panels::is_there(*panel) && !arrangement.hidden().contains(panel)
        };
        Panel::ALL.into_iter().filter(is_shown).collect::<Vec<_>>()
    });
    let chosen = Memo::new(move |_| {
        let wanted = Panel::of_key(&preferences.panel().get());
        there.with(|there| {
            wanted
                .filter(|wanted| there.contains(wanted))
                .or(there.first().copied())
        })
    });
    let tabs = move || {
        let tab = |panel: &Panel| Tab {
            key: panel.key(),
            name: panel.name(),
        };
        there.with(|there| there.iter().map(tab).collect::<Vec<_>>())
    };
    let key = move || chosen.get().map_or("", Panel::key);
    view! {
        <Tabs id="panels" label="Panels" tabs=Signal::derive(tabs) chosen=Signal::derive(key) on_choose=move |key| preferences.set_panel(key)/>
        <div class="ph-stacked__panel ph-area" role="tabpanel" id="panels-panel" aria-labelledby=move || format!("panels-{}", key())>
            {move || chosen.get().map(panels::view_of)}
        </div>
    }
}
