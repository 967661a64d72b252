//! What asked for a request: a place in a page or a script, by its original source where there is one.

use wire::{debugger::Location, network::RequestInitiator};

use crate::{
    logic::{layout::Panel, place, script_place::ScriptPlace},
    stores::{Stores, preferences::PreferenceStore},
};

/// The place in words; the whole address of the source, or the end of it. Tracked.
pub(super) fn words(stores: Stores, initiator: &RequestInitiator, is_whole: bool) -> String {
    let location = script_place(initiator).and_then(|place| stores.sources.places_of([&place]).pop()?);
    let (url, line) = match location {
        Some(Location { source_id, line, .. }) => (stores.sources.url(&source_id), Some(line)),
        None => (Some(initiator.url.clone()), initiator.line),
    };
    let name = match (&url, is_whole) {
        (Some(url), true) => url,
        _ => place::short_name(url.as_deref()),
    };
    let line = line.map(|line| format!(":{line}")).unwrap_or_default();
    format!("{name}{line}")
}

/// Shows the source.
pub(super) fn show(stores: Stores, preferences: PreferenceStore, initiator: &RequestInitiator) {
    stores
        .sources
        .show_script(&script_place(initiator).unwrap_or_else(|| ScriptPlace {
            url: initiator.url.clone(),
            line: 1,
            column: 0,
        }));
    preferences.show_panel(Panel::Source);
}

/// None for a whole page or script.
fn script_place(initiator: &RequestInitiator) -> Option<ScriptPlace> {
    Some(ScriptPlace {
        url: initiator.url.clone(),
        line: initiator.line?,
        column: initiator.column.unwrap_or(0),
    })
}
