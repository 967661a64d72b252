//! Services that want to know who asks: a token comes with the link's fragment, which no server sees, or is typed when a service
//! refuses to answer without. It is told once on each connection, before the session, and kept as long as the tab.

use std::rc::Rc;

use client::CallError;
use futures::FutureExt;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::super::{host::Connect, link};
use crate::{
    logic::opening::wants_token,
    panels::access::TokenForm,
    stores::{
        Stores,
        connection::{Greeting, Phase},
    },
};

/// The parameter of the fragment.
const FRAGMENT: &str = "#token=";

/// A service, and what it is told before it is asked for a session.
pub(super) fn service(url: &str) -> Connect {
    Connect::Service {
        url: url.to_owned(),
        greeting: kept(url).map(|token| greeting(&token)),
    }
}

/// Takes the token out of the address bar, and keeps it for the service.
pub(super) fn take_token(url: &str) {
    let location = window().location();
    let hash = location.hash().unwrap_or_default();
    let Some(token) = hash.strip_prefix(FRAGMENT).filter(|token| !token.is_empty()) else {
        return;
    };
    let token = js_sys::decode_uri_component(token).map(String::from);
    keep(url, &token.unwrap_or_default());
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
}

/// What a service is told that wants to know who asks.
pub(crate) fn greeting(token: &str) -> Greeting {
    let token = token.to_owned();
    Rc::new(move |connection| {
        let told = connection.set_access_token(&token);
        async move {
            told.await.map(drop).map_err(|error| match error {
                CallError::Protocol { method, mut error } => {
                    error.message = format!("the service does not accept the token: {}", error.message);
                    CallError::Protocol { method, error }
                }
                other => other,
            })
        }
        .boxed_local()
    })
}

/// Keeps a token for a service, as long as the tab; the own server has no address.
pub(crate) fn keep(url: &str, token: &str) {
    let storage = window().session_storage().ok().flatten();
    // Where storage is forbidden, the token lasts as long as the page.
    storage.and_then(|storage| storage.set_item(&key(url), token).ok());
}

/// The token that a service is told.
pub(crate) fn kept(url: &str) -> Option<String> {
    let storage = window().session_storage().ok().flatten()?;
    storage
        .get_item(&key(url))
        .ok()?
        .filter(|token| !token.is_empty())
}

fn key(url: &str) -> String {
    format!("playhead.token {url}")
}

/// Asks for a token, where a service has refused and may want one.
#[component]
pub(crate) fn AccessPanel() -> impl IntoView {
    let stores: Stores = expect_context();
    let dispatch = link::current().dispatch;
    let reason = move || match stores.connection.phase().get() {
        Phase::Refused { reason } => reason,
        _ => String::new(),
    };
    let is_wanted = Memo::new(move |_| wants_token(&reason()));
    let was_told = dispatch.as_deref().is_some_and(|url| kept(url).is_some());
    let url = dispatch.clone().unwrap_or_default();
    let tell = Callback::new(move |token: String| {
        keep(&url, &token);
        stores.connection.set_greeting(greeting(&token));
        stores.retry();
    });
    let is_service = dispatch.is_some();
    move || {
        (is_service || is_wanted.get())
            .then(|| view! { <TokenForm is_wanted=is_wanted was_told=was_told on_token=tell/> })
    }
}
