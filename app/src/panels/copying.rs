//! Copying where we are, and saying that it was done.

use components::format;
use leptos::prelude::*;

use super::clipboard;
use crate::stores::Stores;

/// Copies the time as the clock shows it.
pub(crate) fn time(stores: Stores) {
    copy(stores, format::clock(stores.timeline.time_ms().get_untracked()));
}

/// Copies the execution point, if the moment has one.
pub(crate) fn point(stores: Stores) {
    let point = stores
        .timeline
        .moment()
        .with_untracked(|moment| moment.point.clone());
    match point {
        Some(point) => copy(stores, point.to_string()),
        None => stores.playing.tell("There is no point here: pause first"),
    }
}

fn copy(stores: Stores, text: String) {
    let written = clipboard::write(&text);
    leptos::task::spawn_local(async move {
        stores.playing.tell(match written.await {
            true => format!("Copied {text}"),
            false => "The browser does not let this page copy".to_owned(),
        });
    });
}
