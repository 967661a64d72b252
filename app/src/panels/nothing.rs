//! What stands in a panel that this recording or service cannot feed: why, and a button that takes the panel away.

use components::primitives::{
    button::{Button, ButtonLook},
    empty_state::EmptyState,
    icon::Icon,
};
use leptos::prelude::*;

use crate::{logic::layout::Panel, stores::preferences::PreferenceStore};

/// Nothing to see, and why.
#[component]
pub(crate) fn NothingHere(
    /// Whose place it is.
    panel: Panel,
    /// A picture of what is missing.
    icon: Icon,
    /// What is so.
    #[prop(into)]
    title: Signal<String>,
    /// Why.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    let preferences: PreferenceStore = expect_context();
    view! {
        <EmptyState icon=icon title=title text=text>
            <Button look=ButtonLook::Framed on_press=move |_| preferences.hide_panel(panel)>"Hide this panel"</Button>
        </EmptyState>
    }
}
