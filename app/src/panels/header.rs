//! The header of a recording's page: what is open, how we stand with the server, the theme.

use std::sync::Arc;

use components::{
    preview::visible,
    primitives::{
        badge::{Badge, BadgeTone},
        button::{Button, IconButton},
        icon::{Icon, IconView},
        select::{Choice, Select},
    },
};
use leptos::prelude::*;

use crate::{
    stores::{Stores, connection::Phase, preferences::PreferenceStore},
    url,
};

/// The header.
#[component]
pub fn Header(
    /// Told that the person wants the link to this moment.
    #[prop(into)]
    on_copy_link: Callback<()>,
    /// Told that the person wants to see the shortcuts.
    #[prop(into)]
    on_help: Callback<()>,
    /// Told that the person wants to find a command.
    #[prop(into)]
    on_find: Callback<()>,
    /// Told that the person wants to change the settings.
    #[prop(into)]
    on_settings: Callback<()>,
    /// Whether the link has just been copied.
    #[prop(into)]
    is_copied: Signal<bool>,
    /// What was done to the recording before it came here, and handing it on.
    #[prop(into)]
    sharing: ViewFn,
) -> impl IntoView {
    let Stores {
        connection,
        recording,
        timeline,
        ..
    } = expect_context();
    let address = Memo::new(move |_| visible(recording.url_at(timeline.time_ms().get())));
    let state = move || match connection.phase().get() {
        Phase::Connecting => (connection.doing().get(), BadgeTone::Busy),
        Phase::Ready => match timeline.progress_percent().get() {
            Some(percent) => (format!("Processing {percent:.0} %"), BadgeTone::Busy),
            None => (connection.words().to_owned(), BadgeTone::Good),
        },
        Phase::Reconnecting { n_attempts } => (format!("Reconnecting ({n_attempts})"), BadgeTone::Busy),
        Phase::Refused { .. } => ("Not opened".to_owned(), BadgeTone::Bad),
    };
    let state = Memo::new(move |_| state());
    let link_icon = Signal::derive(move || if is_copied.get() { Icon::Check } else { Icon::Link });
    view! {
        <header class="ph-header ph-area">
            <a class="ph-button ph-button--icon" href=url::home() aria-label="Library" title="Library"><IconView icon=Icon::ArrowLeft/></a>
            <div class="ph-header__what">
                <h1 class="ph-header__title">{move || visible(recording.title().get())}</h1>
                <span class="ph-header__url" title=move || address.get()>{move || address.get()}</span>
            </div>
            <div class="ph-header__state" role="status" data-testid="connection">
                <Badge text=Signal::derive(move || state.get().0) tone=Signal::derive(move || state.get().1)/>
            </div>
            {sharing.run()}
            <IconButton icon=link_icon label="Copy a link to this moment" key_hint="Shift+U" on_press=move |_| on_copy_link.run(())/>
            <IconButton icon=Icon::Search label="Find a command" key_hint="Ctrl+K" on_press=move |_| on_find.run(())/>
            <IconButton icon=Icon::Settings label="Settings" on_press=move |_| on_settings.run(())/>
            <IconButton icon=Icon::Keyboard label="Keyboard shortcuts" key_hint="?" on_press=move |_| on_help.run(())/>
        </header>
    }
}

/// The choice of a theme.
#[component]
pub fn ThemeSelect() -> impl IntoView {
    let preferences: PreferenceStore = expect_context();
    let choices: Arc<[Choice]> = [
        Choice::new("system", "System"),
        Choice::new("light", "Light"),
        Choice::new("dark", "Dark"),
    ]
    .into();
    view! { <Select label="Theme" choices=choices chosen=preferences.theme() on_choose=move |theme| preferences.set_theme(theme)/> }
}

/// A way back to the library and a way to try again, under an explanation.
#[component]
pub fn WaysOn() -> impl IntoView {
    let stores: Stores = expect_context();
    view! {
        <a class="ph-button ph-button--primary" href=url::home()>"Go to the library"</a>
        <Button on_press=move |_| stores.retry()>"Try again"</Button>
    }
}
