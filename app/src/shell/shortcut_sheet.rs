//! The sheet of shortcuts, made from the table of commands.

use components::primitives::dialog::Dialog;
use leptos::prelude::*;

use super::commands::{self, COMMANDS, Command, Page};
use crate::logic::keys;

/// Every command with its keys, by what belongs together.
#[component]
pub fn ShortcutSheet(page: Page) -> impl IntoView {
    let groups = move || {
        let mut groups: Vec<(&str, Vec<&'static Command>)> = Vec::new();
        for command in COMMANDS.iter().filter(|command| commands::is_there(command)) {
            match groups.iter_mut().find(|(group, _)| *group == command.group) {
                Some((_, commands)) => commands.push(command),
                None => groups.push((command.group, vec![command])),
            }
        }
        groups
            .into_iter()
            .map(|(group, commands)| {
                let rows = commands.into_iter().filter_map(|command| row(command, page)).collect_view();
                view! { <section class="ph-sheet__group"><h3 class="ph-sheet__name">{group}</h3><dl>{rows}</dl></section> }
            })
            .collect_view()
    };
    view! {
        <Dialog title="Keyboard shortcuts" is_open=page.is_help_open on_close=move |()| page.is_help_open.set(false)>
            <div class="ph-sheet">{groups}</div>
        </Dialog>
    }
}

/// A command with its keys; None if it has none.
fn row(command: &'static Command, page: Page) -> Option<impl IntoView> {
    let is_mac = super::is_mac();
    let chords = commands::keys_of(command, page.preferences);
    let keys = chords
        .iter()
        .map(|chord| {
            let caps = keys::caps(chord, is_mac)
                .into_iter()
                .map(|cap| view! { <kbd class="ph-key">{cap}</kbd> })
                .collect_view();
            view! { <span class="ph-sheet__chord">{caps}</span> }
        })
        .collect_view();
    (!chords.is_empty())
        .then(|| view! { <div class="ph-sheet__row"><dt>{command.name}</dt><dd>{keys}</dd></div> })
}
