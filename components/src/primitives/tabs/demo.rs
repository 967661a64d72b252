//! A row of tabs with its panel.

use leptos::prelude::*;

use super::{Tab, Tabs};

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
];

/// The gallery's page for tabs.
#[component]
pub fn TabsDemo() -> impl IntoView {
    let chosen = RwSignal::new("console");
    view! {
        <div class="gallery__box">
            <Tabs id="demo-tabs" label="Panels" tabs=TABS.to_vec() chosen=chosen on_choose=move |key| chosen.set(key)/>
            <div
                class="gallery__pad"
                role="tabpanel"
                id="demo-tabs-panel"
                aria-labelledby=move || format!("demo-tabs-{}", chosen.get())
            >
                {move || format!("The panel of “{}”.", chosen.get())}
            </div>
        </div>
    }
}
