//! What the page shows its own server, so that it knows who asks: a token, or the secret of a link to one recording. Either comes
//! with the fragment of the address, which no server sees, and is taken out of it at once; a token may be typed too. They are kept
//! as long as the tab, and shown to nobody else.

use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::Storage;

use super::host::own_server;

/// How the fragment begins that is a token.
const TOKEN: &str = "#token=";
/// How the fragment begins that is the secret of a link.
const LINK: &str = "#k=";
/// Is there in the storage of a tab that has something to show.
const MARK: &str = "playhead.shows";

/// Whether there may be something to show: the least that has to be known before anything is asked.
pub(super) fn is_there() -> bool {
    let hash = window().location().hash().unwrap_or_default();
    hash.starts_with(LINK) || hash.starts_with(TOKEN) || item(MARK).is_some()
}

/// Takes what the fragment has, and gives what is shown where a recording is asked for (or the list, for an empty id): the secret
/// of its link before the token.
pub(crate) fn of(id: &str) -> Option<String> {
    let token = taken(TOKEN);
    if let Some(token) = &token {
        keep_token(id, token);
    }
    let secret = taken(LINK);
    if let Some(secret) = &secret {
        keep(&link_key(id), secret);
    }
    // Where storage is forbidden, what was taken lasts as long as the page.
    secret
        .or(token)
        .or_else(|| item(&link_key(id)))
        .or_else(|| item(&token_key(&own_server())))
}

/// Keeps a token for the page's own server, in place of the link by which the recording was opened, if it was.
pub(super) fn keep_token(id: &str, token: &str) {
    forget_link(id);
    keep(&token_key(&own_server()), token);
}

/// Forgets the secret of the link to a recording: it is no good any more.
pub(super) fn forget_link(id: &str) {
    if let Some(storage) = storage() {
        // Refused where there is none.
        storage.remove_item(&link_key(id)).ok();
    }
}

/// Takes what the fragment has behind such a beginning out of the address bar.
pub(super) fn taken(beginning: &str) -> Option<String> {
    let location = window().location();
    let hash = location.hash().unwrap_or_default();
    let secret = hash.strip_prefix(beginning).filter(|secret| !secret.is_empty())?;
    let bare = format!(
        "{}{}",
        location.pathname().unwrap_or_default(),
        location.search().unwrap_or_default()
    );
    let history = window().history();
    // Refused only where the address is changed too often.
    history
        .and_then(|history| history.replace_state_with_url(&JsValue::NULL, "", Some(&bare)))
        .ok();
    let decoded = js_sys::decode_uri_component(secret).map(String::from);
    Some(decoded.unwrap_or_else(|_| secret.to_owned()))
}

/// Where the token for a service is kept.
pub(super) fn token_key(url: &str) -> String {
    format!("playhead.token {url}")
}

fn link_key(id: &str) -> String {
    format!("playhead.link {id}")
}

fn keep(key: &str, secret: &str) {
    if let Some(storage) = storage() {
        // Without room for it, it lasts as long as the page.
        storage.set_item(key, secret).ok();
        storage.set_item(MARK, "1").ok();
    }
}

fn item(key: &str) -> Option<String> {
    let kept = storage()?.get_item(key).ok()??;
    Some(kept).filter(|kept| !kept.is_empty())
}

fn storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}
