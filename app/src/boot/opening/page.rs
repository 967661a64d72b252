//! The page of a recording that the engine in the page answers, or a service that has to be asked in some way first: what has
//! to be done before, and then the recording's page itself.

use components::styles;
use leptos::{prelude::*, task::spawn_local};

use super::{
    super::{link, origin, recording_page, tell_idle},
    access,
    arriving::{self, Takes, callbacks},
    kept, network,
    opener::{self, Opener},
};
use crate::{
    logic::{library::Entry, scopes::Found},
    panels::opening::OpeningPanel,
    shell,
    stores::library::LibraryStore,
    url::{FILE, Link},
};

/// See the module.
#[component]
pub(crate) fn OpeningPage() -> impl IntoView {
    styles::install_rest(shell::STYLES_REST);
    let link = link::current();
    let id = link::recording_id();
    let opener = Opener::get();
    let store = opener.store;
    provide_context(store);
    let is_allowed = RwSignal::new(false);
    let is_own = link.dispatch.is_none() && link.from.is_none() && origin::has_server();
    let own = StoredValue::new_local(is_own.then(|| access::own(&id)));
    let connect = {
        let (link, id) = (link.clone(), id.clone());
        move || match &link.dispatch {
            Some(url) => is_allowed.get_untracked().then(|| access::service(url)),
            None => own.get_value().or_else(|| opener::found(&id)),
        }
    };
    let has_found = {
        let connect = connect.clone();
        Memo::new(move |_| {
            store.n_opened().track();
            is_allowed.track();
            connect().is_some()
        })
    };
    if !has_found.get_untracked() {
        document().set_title("Opening – Playhead");
        tell_idle(Signal::derive(move || store.is_settled() && !has_found.get()));
        begin(opener, link.clone(), &id, is_allowed);
    }
    let again = {
        let (link, id) = (link.clone(), id.clone());
        Callback::new(move |()| begin(opener, link.clone(), &id, is_allowed))
    };
    let reopen = {
        let (link, id) = (link.clone(), id.clone());
        Callback::new(move |()| opener.reopen(id.clone(), link.clone()))
    };
    let callbacks = callbacks(opener, &link);
    move || match has_found.get().then(&connect).flatten() {
        Some(connect) => recording_page(&id, connect).into_any(),
        None => {
            arriving::listen(opener, &link, Takes::FilesAndAddresses);
            view! { <OpeningPanel callbacks=callbacks on_again=again on_reopen=reopen/> }.into_any()
        }
    }
}

/// Opens what the link names.
fn begin(opener: Opener, link: Link, id: &str, is_allowed: RwSignal<bool>) {
    let store = opener.store;
    match (&link.dispatch, &link.from) {
        (Some(url), _) => {
            let url = url.clone();
            access::take_token(&url);
            let turn = store.begin(url.clone());
            spawn_local(async move {
                match network::allow(&url, |asks| store.ask_network(turn, asks)).await {
                    Ok(()) => {
                        store.finish(turn, None);
                        is_allowed.try_set(true);
                    }
                    Err(reason) => store.fail(turn, url, reason),
                }
            });
        }
        (None, Some(from)) if from != FILE => opener.open_address(from, link.clone()),
        (None, from) => {
            let id = id.to_owned();
            let is_file = from.is_some();
            spawn_local(async move {
                if let Some(kept) = kept::get(&id).await {
                    return opener.open_kept(kept, false, link).await;
                }
                match (is_file, sample(&id).await) {
                    (false, Some(address)) => opener.open_address(&address, link),
                    _ => opener.store.need_file(),
                }
            });
        }
    }
}

/// Where the recording with an id is that came with the viewer.
async fn sample(id: &str) -> Option<String> {
    let list = origin::attribute("data-library")?;
    let library = LibraryStore::default();
    library.load(list, None).await;
    match library.entries().get_untracked() {
        Found::Ready(entries) => {
            let entry = entries.iter().find(|entry: &&Entry| entry.id == id)?;
            entry.src.clone()
        }
        Found::Pending | Found::Failed(_) => None,
    }
}
