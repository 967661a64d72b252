//! The sheet of shortcuts.

use components::primitives::dialog::Dialog;
use leptos::prelude::*;

use super::shortcuts::SHORTCUTS;

/// Every shortcut, with its keys.
#[component]
pub fn ShortcutSheet(
    /// Whether it is shown.
    is_open: RwSignal<bool>,
) -> impl IntoView {
    let rows = SHORTCUTS
        .iter()
        .map(|shortcut| {
            let keys = shortcut
                .shown
                .iter()
                .map(|key| view! { <kbd class="ph-key">{*key}</kbd> })
                .collect_view();
            view! { <div class="ph-sheet__row"><dt>{shortcut.label}</dt><dd>{keys}</dd></div> }
        })
        .collect_view();
    view! {
        <Dialog title="Keyboard shortcuts" is_open=is_open on_close=move |()| is_open.set(false)>
            <dl class="ph-sheet">{rows}</dl>
        </Dialog>
    }
}
