//! Services that want to know who asks: a token comes with the link's fragment, which no server sees, or is typed when a service
//! refuses to answer without. It is told once on each connection, before the session, and kept as long as the tab.

use std::rc::Rc;

use client::CallError;
use futures::FutureExt;
use leptos::prelude::*;
use wire::error::ProtocolError;

use super::super::{
    host::{Connect, own_server},
    link, secret,
};
use crate::{
    logic::opening::wants_token,
    panels::access::TokenForm,
    stores::{
        Stores,
        connection::{Greeting, Phase},
    },
};

/// A service, and what it is told before it is asked for a session.
pub(super) fn service(url: &str) -> Connect {
    Connect::Service {
        url: url.to_owned(),
        greeting: kept(url).map(|token| greeting(&token)),
    }
}

/// The page's own server, which is shown the secret of a link to the recording, or a token, if the tab has one.
pub(super) fn own(id: &str) -> Connect {
    match secret::of(id) {
        Some(shown) => Connect::Service {
            url: own_server(),
            greeting: Some(own_greeting(id, &shown)),
        },
        None => Connect::Own,
    }
}

/// Takes the token out of the address bar, and keeps it for the service.
pub(super) fn take_token(url: &str) {
    if let Some(token) = secret::taken("#token=") {
        keep(url, &token);
    }
}

/// What the own server is shown. A link that is no good any more is not shown once more when the page is opened again.
fn own_greeting(id: &str, shown: &str) -> Greeting {
    let (id, greet) = (id.to_owned(), greeting(shown));
    Rc::new(move |connection| {
        let (id, told) = (id.clone(), greet(connection));
        async move {
            let told = told.await;
            if matches!(&told, Err(CallError::Protocol { error, .. }) if is_of_link(error)) {
                secret::forget_link(&id);
            }
            told
        }
        .boxed_local()
    })
}

/// Whether our own server refuses because of the link, which its words say better than ours.
fn is_of_link(error: &ProtocolError) -> bool {
    let code = error.data.as_ref().and_then(|data| data.get("code")?.as_str());
    code.is_some_and(|code| code.starts_with("link_"))
}

/// What a service is told that wants to know who asks.
pub(crate) fn greeting(token: &str) -> Greeting {
    let token = token.to_owned();
    Rc::new(move |connection| {
        let told = connection.set_access_token(&token);
        async move {
            told.await.map(drop).map_err(|error| match error {
                CallError::Protocol { method, mut error } if !is_of_link(&error) => {
                    error.message = format!("the service does not accept the token: {}", error.message);
                    CallError::Protocol { method, error }
                }
                other => other,
            })
        }
        .boxed_local()
    })
}

/// Keeps a token for a service, as long as the tab.
fn keep(url: &str, token: &str) {
    let storage = window().session_storage().ok().flatten();
    // Where storage is forbidden, the token lasts as long as the page.
    storage.and_then(|storage| storage.set_item(&key(url), token).ok());
}

/// The token that a service is told.
fn kept(url: &str) -> Option<String> {
    let storage = window().session_storage().ok().flatten()?;
    storage
        .get_item(&key(url))
        .ok()?
        .filter(|token| !token.is_empty())
}

fn key(url: &str) -> String {
    secret::token_key(url)
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
    let id = link::recording_id();
    let was_told = match &dispatch {
        Some(url) => kept(url).is_some(),
        None => secret::of(&id).is_some(),
    };
    let service = dispatch.clone();
    let tell = Callback::new(move |token: String| {
        let greeting = match &service {
            Some(url) => {
                keep(url, &token);
                greeting(&token)
            }
            None => {
                secret::keep_token(&id, &token);
                own_greeting(&id, &token)
            }
        };
        stores.connection.set_greeting(greeting);
        stores.retry();
    });
    let is_service = dispatch.is_some();
    move || {
        (is_service || is_wanted.get())
            .then(|| view! { <TokenForm is_wanted=is_wanted was_told=was_told on_token=tell/> })
    }
}
