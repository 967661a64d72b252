//! What a page waits for whose session is not open after a while: the service tells that it is still being sent, or processed;
//! or nobody answers at all.

use leptos::{prelude::*, task::spawn_local};

use super::{super::link, network};
use crate::{
    logic::waiting,
    panels::opening::WaitingBar,
    stores::{Stores, connection::Phase},
};

/// See the module.
#[component]
pub(crate) fn WaitingPanel() -> impl IntoView {
    let Stores {
        connection,
        protocol,
        recording,
        ..
    } = expect_context();
    let changes = protocol.watch();
    let id = recording.id();
    Effect::new(move |_| {
        changes.track();
        let told = protocol.latest_event(waiting::is_told);
        if let Some(words) =
            told.and_then(|told| waiting::words(&told.name, told.answer.as_deref()?, id.as_str()))
        {
            connection.set_doing(words);
        }
    });
    let dispatch = link::current().dispatch;
    let hint = RwSignal::new("");
    if let Some(url) = dispatch.clone() {
        spawn_local(async move {
            // The page may have been left meanwhile.
            hint.try_set(network::hint(&url).await);
        });
    }
    let service = dispatch.unwrap_or_else(|| "the server".to_owned());
    let words = move || match connection.phase().get() {
        Phase::Reconnecting { n_attempts } if n_attempts > 1 => Some(format!(
            "{}{}",
            waiting::unreachable(&service, n_attempts),
            hint.get()
        )),
        _ => None,
    };
    view! { <WaitingBar words=Signal::derive(words)/> }
}
