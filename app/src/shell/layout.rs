//! How the panels of a recording stand: side by side where there is room, one at a time where there is not.

use components::primitives::{
    empty_state::EmptyState,
    icon::Icon,
    splitter::{SplitAxis, Splitter},
    tabs::{Tab, Tabs},
};
use leptos::prelude::*;

use super::shortcut_sheet::ShortcutSheet;
use crate::{
    panels::{
        console::ConsolePanel,
        header::{Header, WaysOn},
        picture::PicturePanel,
        scopes::ScopesPanel,
        source::SourcePanel,
        stack::StackPanel,
        timeline::TimelinePanel,
    },
    stores::{
        Stores,
        connection::Phase,
        preferences::{PreferenceStore, Split},
    },
};

const TABS: &[Tab] = &[
    Tab {
        key: "console",
        name: "Console",
    },
    Tab {
        key: "source",
        name: "Source",
    },
    Tab {
        key: "stack",
        name: "Stack",
    },
    Tab {
        key: "scopes",
        name: "Scopes",
    },
];

/// The page of a recording.
#[component]
pub fn RecordingLayout(
    /// Whether there is room for one panel only.
    #[prop(into)]
    is_narrow: Signal<bool>,
    /// Whether the sheet of shortcuts is shown.
    is_help_open: RwSignal<bool>,
    /// Told that the person wants the link to this moment.
    #[prop(into)]
    on_copy_link: Callback<()>,
    /// Whether the link has just been copied.
    #[prop(into)]
    is_copied: Signal<bool>,
    /// What has just happened, to be read aloud.
    #[prop(into)]
    announcement: Signal<String>,
) -> impl IntoView {
    let Stores { connection, .. } = expect_context();
    let refusal = Memo::new(move |_| match connection.phase().get() {
        Phase::Refused { reason } => Some(reason),
        _ => None,
    });
    let body = move || {
        match (refusal.get(), is_narrow.get()) {
        (Some(reason), _) => view! {
            <main class="ph-alone" id="main" tabindex="-1">
                <EmptyState icon=Icon::Warning title="This recording cannot be opened" text=reason><WaysOn/></EmptyState>
            </main>
        }
        .into_any(),
        (None, true) => view! { <Narrow/> }.into_any(),
        (None, false) => view! { <Wide/> }.into_any(),
    }
    };
    view! {
        <div class="ph-page" class:ph-page--narrow=move || is_narrow.get()>
            <Header on_copy_link=on_copy_link on_help=move |()| is_help_open.set(true) is_copied=is_copied/>
            {body}
        </div>
        <ShortcutSheet is_open=is_help_open/>
        <p class="ph-hidden" role="status" aria-live="polite" data-testid="announcement">{move || announcement.get()}</p>
    }
}

#[component]
fn Wide() -> impl IntoView {
    let left = || {
        view! { <SplitPair split=Split::LeftRows axis=SplitAxis::Column label="Height of the picture" front=picture behind=console/> }.into_any()
    };
    let bottom = || {
        view! { <SplitPair split=Split::Bottom axis=SplitAxis::Row label="Width of the call stack" front=stack behind=scopes/> }.into_any()
    };
    let right = move || {
        view! { <SplitPair split=Split::RightRows axis=SplitAxis::Column label="Height of the source" front=source behind=bottom/> }.into_any()
    };
    view! {
        <main class="ph-workspace" id="main" tabindex="-1">
            <SplitPair split=Split::Columns axis=SplitAxis::Row label="Width of the picture and the console" front=left behind=right/>
        </main>
        <TimelinePanel/>
    }
}

fn picture() -> AnyView {
    view! { <PicturePanel/> }.into_any()
}

fn console() -> AnyView {
    view! { <ConsolePanel/> }.into_any()
}

fn source() -> AnyView {
    view! { <SourcePanel/> }.into_any()
}

fn stack() -> AnyView {
    view! { <StackPanel/> }.into_any()
}

fn scopes() -> AnyView {
    view! { <ScopesPanel/> }.into_any()
}

/// Two places with a line between them that moves.
#[component]
fn SplitPair(
    split: Split,
    axis: SplitAxis,
    label: &'static str,
    #[prop(into)] front: ViewFn,
    #[prop(into)] behind: ViewFn,
) -> impl IntoView {
    let preferences: PreferenceStore = expect_context();
    let share = preferences.share(split);
    let class = match axis {
        SplitAxis::Row => "ph-split ph-split--row",
        SplitAxis::Column => "ph-split ph-split--column",
    };
    view! {
        <div class=class>
            <div class="ph-split__front" style:flex-basis=move || format!("{:.3}%", share.get() * 100.0)>{front.run()}</div>
            <Splitter label=label axis=axis share=share on_resize=move |share| preferences.set_share(split, share)/>
            <div class="ph-split__behind">{behind.run()}</div>
        </div>
    }
}

#[component]
fn Narrow() -> impl IntoView {
    let preferences: PreferenceStore = expect_context();
    let chosen = Memo::new(move |_| {
        let wanted = preferences.panel().get();
        TABS.iter().find(|tab| tab.key == wanted).unwrap_or(&TABS[0]).key
    });
    let panel = move || match chosen.get() {
        "source" => source(),
        "stack" => stack(),
        "scopes" => scopes(),
        _ => console(),
    };
    view! {
        <main class="ph-stacked" id="main" tabindex="-1">
            <PicturePanel/>
            <TimelinePanel/>
            <Tabs id="panels" label="Panels" tabs=TABS chosen=chosen on_choose=move |key| preferences.set_panel(key)/>
            <div class="ph-stacked__panel" role="tabpanel" id="panels-panel" aria-labelledby=move || format!("panels-{}", chosen.get())>
                {panel}
            </div>
        </main>
    }
}
