//! What leads to sources: their files, what is declared in the one that is shown, what is said where.

use components::primitives::tabs::{Tab, Tabs};
use leptos::prelude::*;

use super::{View, files::Files, outline::OutlineList, search::Search};

/// A part of the navigator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Files,
    Outline,
    Search,
}

const TABS: &[Tab] = &[
    Tab {
        key: "files",
        name: "Files",
    },
    Tab {
        key: "outline",
        name: "Outline",
    },
    Tab {
        key: "search",
        name: "Search",
    },
];

/// The side with the navigator; over the text where there is no room beside it.
#[component]
pub fn Navigator(view: View) -> impl IntoView {
    let chosen = Memo::new(move |_| match view.navigator.get() {
        Some(Part::Outline) => "outline",
        Some(Part::Search) => "search",
        _ => "files",
    });
    let on_choose = move |key: &'static str| {
        view.navigator.set(Some(match key {
            "outline" => Part::Outline,
            "search" => Part::Search,
            _ => Part::Files,
        }));
    };
    let body = move || match chosen.get() {
        "outline" => view! { <OutlineList view=view/> }.into_any(),
        "search" => view! { <Search view=view/> }.into_any(),
        _ => view! { <Files view=view/> }.into_any(),
    };
    view! {
        <div class="ph-source-nav" class:ph-source-nav--over=move || !view.is_wide.get() data-testid="source-navigator">
            <Tabs id="source-nav" label="Find sources by" tabs=TABS.to_vec() chosen=chosen on_choose=on_choose/>
            <div
                class="ph-source-nav__body"
                role="tabpanel"
                id="source-nav-panel"
                aria-labelledby=move || format!("source-nav-{}", chosen.get())
            >
                {body}
            </div>
        </div>
    }
}
