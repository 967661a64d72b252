//! The greeting: the first message of the page around hands over the port for all others. `embed/frame.js` has kept it, because it
//! may come before the viewer does.

use js_sys::{Promise, Reflect};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageEvent, MessagePort};

use super::{
    acting,
    failure::{Code, Failure},
    frame::{Frame, Host},
    keys,
    message::{Call, Hello, Incoming, VERSION},
    port::{self, Port},
    state::Greeting,
    ticket::Ticket,
};
use crate::shell::commands;

/// Waits for the greeting, and answers it.
pub(super) async fn answer(frame: Frame, ticket: Ticket) {
    let Some(event) = hello().await else { return };
    let Ok(port) = event.ports().get(0).dyn_into::<MessagePort>() else {
        return;
    };
    let hello = match Hello::read(&event.data()) {
        Ok(hello) => hello,
        Err(Some((nonce, error))) => return refuse(&port, &nonce, error),
        Err(None) => return,
    };
    let origin = event.origin();
    let Some(trust) = frame.trust.try_get_value() else {
        return;
    };
    if !trust.may_talk(&origin) {
        let message = format!(
            "Pages of {origin} may not show recordings of this server; it can let them (--embed {origin})."
        );
        return refuse(&port, &hello.nonce, Failure::new(Code::OriginRefused, message));
    }
    let may_read = trust.may_read(&origin) && hello.want.iter().flatten().any(|want| want == "content");
    frame.may_read.set(may_read);
    let ready = Greeting::Ready {
        v: VERSION,
        nonce: &hello.nonce,
        version: env!("CARGO_PKG_VERSION"),
        caps: Call::KINDS
            .into_iter()
            .chain(may_read.then_some("content"))
            .collect(),
        keys: keys_of_moves(frame),
    };
    port::send(&port, &ready);
    let port = Port::new(port, move |event| hear(frame, ticket, &event.data()));
    frame.set_host(Host { origin, port });
}

/// The first greeting, whenever it comes; None in a page that nobody has prepared for it.
async fn hello() -> Option<MessageEvent> {
    let kept = Reflect::get(&window(), &JsValue::from_str("playheadHello")).ok()?;
    let kept: Promise = kept.dyn_into().ok()?;
    JsFuture::from(kept).await.ok()?.dyn_into().ok()
}

fn refuse(port: &MessagePort, nonce: &str, error: Failure) {
    let refused = Greeting::Refused {
        v: VERSION,
        nonce,
        error,
    };
    port::send(port, &refused);
    port.close();
}

/// Does what a message asks for, and answers it when it is done.
fn hear(frame: Frame, ticket: Ticket, message: &JsValue) {
    let (id, call) = match Incoming::read(message) {
        Incoming::Call(id, call) => (id, call),
        Incoming::Bad(id, failure) => {
            if let Some(host) = untrack(|| frame.host()) {
                host.port.refuse(id, failure);
            }
            return;
        }
        Incoming::Ignored => return,
    };
    let message = message.clone();
    spawn_local(async move {
        let outcome = acting::act(frame, ticket, call, message).await;
        let (Some(id), Some(host)) = (id, untrack(|| frame.host())) else {
            return;
        };
        match outcome {
            Ok(value) => host.port.answer(id, &value),
            Err(failure) => host.port.refuse(id, failure),
        }
    });
}

/// The keys that move in time, as `KeyboardEvent.key` has them.
fn keys_of_moves(frame: Frame) -> Vec<String> {
    let chords = commands::COMMANDS
        .iter()
        .flat_map(|command| untrack(|| commands::keys_of(command, frame.preferences)))
        .filter(|chord| untrack(|| commands::moves(chord, frame.preferences)));
    chords.filter_map(|chord| keys::event_key(&chord)).collect()
}
