//! The person's own network: browsers ask before a page from elsewhere may reach it, and the page says so before they do.

use js_sys::{Object, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestInit, RequestMode};

use crate::logic::opening::{host, is_loopback, is_private};

/// The names under which browsers know the permission, the newest first.
const NAMES: [&str; 3] = ["loopback-network", "local-network", "local-network-access"];

/// Has the browser ask the person, where it will; `asks` hears when it does, and when it has.
///
/// # Errors
/// The person or the browser has refused: what to do.
pub(super) async fn allow(address: &str, asks: impl Fn(bool)) -> Result<(), String> {
    let Some(host) = host(address).filter(|host| is_private(host) && is_from_elsewhere()) else {
        return Ok(());
    };
    let names = names(host);
    match state(names).await.as_deref() {
        Some("prompt") => {
            asks(true);
            // It need not be answered: asking is what counts, and it has to come from the page's own window.
            ask(address).await;
            asks(false);
            match state(names).await.as_deref() {
                Some("denied") => Err(denied(host)),
                _ => Ok(()),
            }
        }
        Some("denied") => Err(denied(host)),
        _ => Ok(()),
    }
}

fn denied(host: &str) -> String {
    format!(
        "The browser does not let this page reach {host}, which is this computer or stands in its network. Allow it in what the \
         browser shows left of the address, then try again."
    )
}

/// What may help where something in the person's own network cannot be reached; empty where it is elsewhere.
pub(super) async fn hint(address: &str) -> &'static str {
    let Some(host) = host(address).filter(|host| is_private(host) && is_from_elsewhere()) else {
        return "";
    };
    match state(names(host)).await.as_deref() {
        Some("granted") => "",
        Some(_) => {
            " The browser may have kept this page from reaching your own network: allow it in what the browser shows left of the \
             address, then try again."
        }
        None if is_loopback(host) => {
            " Some browsers (Safari) let no page from elsewhere reach this computer: open the viewer at the address that \
             `playhead serve` prints."
        }
        None => "",
    }
}

/// The names of the permission to reach a host.
fn names(host: &str) -> &'static [&'static str] {
    if is_loopback(host) { &NAMES } else { &NAMES[1..] }
}

/// Whether the page came from outside of the person's own network.
fn is_from_elsewhere() -> bool {
    !is_private(
        window()
            .location()
            .hostname()
            .unwrap_or_default()
            .trim_matches(['[', ']']),
    )
}

/// How the permission stands; None where the browser has none.
async fn state(names: &[&str]) -> Option<String> {
    let permissions = Reflect::get(&window().navigator(), &"permissions".into()).ok()?;
    let query = Reflect::get(&permissions, &"query".into()).ok()?;
    let query: js_sys::Function = query.dyn_into().ok()?;
    for name in names {
        let descriptor = Object::new();
        // Refused only by objects that are frozen.
        Reflect::set(&descriptor, &"name".into(), &(*name).into()).ok();
        let asked = query
            .call1(&permissions, &descriptor)
            .and_then(|asked| asked.dyn_into::<Promise>());
        if let Ok(asked) = asked
            && let Ok(status) = JsFuture::from(asked).await
        {
            return Reflect::get(&status, &"state".into()).ok()?.as_string();
        }
    }
    None
}

/// A request that nobody reads, which raises the browser's question.
async fn ask(address: &str) -> Option<JsValue> {
    let address = match address.strip_prefix("ws") {
        Some(rest) => format!("http{rest}"),
        None => address.to_owned(),
    };
    let options = RequestInit::new();
    options.set_method("HEAD");
    options.set_mode(RequestMode::NoCors);
    JsFuture::from(window().fetch_with_str_and_init(&address, &options))
        .await
        .ok()
}
