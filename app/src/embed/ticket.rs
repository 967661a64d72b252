//! The ticket of a sandboxed page: the browser says of such a page to nobody where it came from, so that is what the server knows it
//! by. It is changed for a new one as long as the page is open.

use std::{rc::Rc, time::Duration};

use client::transport::websocket;
use gloo_net::http::Request;
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsValue;

use crate::boot;

/// Less than half of what a ticket lives.
const RENEW_EVERY: Duration = Duration::from_secs(4 * 60);

/// The ticket, if this page has one and needs it.
#[derive(Clone, Copy)]
pub(super) struct Ticket {
    now: StoredValue<Option<String>>,
}

impl Ticket {
    /// Takes the page's ticket and looks after it, as long as the current owner lives.
    pub(super) fn take() -> Self {
        let ticket = super::meta("playhead-ticket").filter(|_| is_sandboxed());
        let ticket = Self {
            now: StoredValue::new(ticket),
        };
        if ticket.now.with_value(Option::is_some) {
            let renew = move || spawn_local(ticket.renew());
            let clock = set_interval_with_handle(renew, RENEW_EVERY).ok();
            // Whoever slept may have missed some; whoever is back wants to connect.
            let seen = window_event_listener_untyped("visibilitychange", move |_| renew());
            let online = window_event_listener_untyped("online", move |_| renew());
            on_cleanup(move || {
                clock.inspect(IntervalHandle::clear);
                seen.remove();
                online.remove();
            });
        }
        ticket
    }

    /// The way to the page's own server; None where the browser says by itself who asks.
    pub(super) fn way(self) -> Option<boot::Way> {
        self.now.with_value(Option::is_some).then(|| {
            Rc::new(move || {
                let ticket = self.now.try_get_value().flatten().unwrap_or_default();
                websocket::open(&format!("{}?ticket={ticket}", boot::own_server()))
            }) as boot::Way
        })
    }

    async fn renew(self) {
        let Some(Some(ticket)) = self.now.try_get_value() else {
            return;
        };
        let url = format!("{}embed/ticket", boot::home_url());
        let Ok(request) = Request::post(&url).body(ticket) else {
            return;
        };
        // Without a network there is another time.
        let Ok(response) = request.send().await else {
            return;
        };
        match (response.status(), response.text().await) {
            (200, Ok(ticket)) => {
                self.now.try_set_value(Some(ticket));
            }
            // The server has begun anew since, or the page slept too long: a new page has a new ticket.
            (403, _) => {
                window().location().reload().ok();
            }
            _ => {}
        }
    }
}

/// Whether the browser has put the page into a sandbox, where it has no origin.
pub(super) fn is_sandboxed() -> bool {
    let origin = js_sys::Reflect::get(&window(), &JsValue::from_str("origin"));
    origin.is_ok_and(|origin| origin == JsValue::from_str("null"))
}
