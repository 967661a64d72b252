//! The worker's messages: ports of clients, each with an engine of its own, and recordings to open.

use std::{cell::RefCell, collections::BTreeMap};

use engine::Engine;
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent, MessagePort};

use crate::{fetching, interpreting, library, sharing, sources::Word};

thread_local! {
    static CLIENTS: RefCell<Clients> = RefCell::default();
}

/// All who are here.
#[derive(Default)]
struct Clients {
    here: BTreeMap<u32, Client>,
    n_came: u32,
}

/// One of them.
struct Client {
    engine: Engine,
    port: MessagePort,
    /// A message to ourselves comes after those that already wait: between them the engine reads on.
    to_self: MessagePort,
    from_self: MessagePort,
    /// Whether such a message is under way.
    is_reading_on: bool,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_own_message: Closure<dyn FnMut(MessageEvent)>,
}

/// Takes messages from now on, and says so.
pub(crate) fn listen() {
    console_error_panic_hook::set_once();
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(|event: MessageEvent| heed(&event.data()));
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // Heard for as long as the worker lives.
    on_message.forget();
    say(&JsValue::from_str("ready"));
}

/// A message of the page.
fn heed(message: &JsValue) {
    let field = |name: &str| Reflect::get(message, &JsValue::from_str(name)).unwrap_or_default();
    if let Ok(recordings) = field("recordings").dyn_into::<Array>() {
        spawn_local(open(recordings, field("tag")));
    }
    if let Some(folder) = field("interpreter").as_string() {
        interpreting::load_from(folder);
    }
    if let Some(secret) = field("shown").as_string() {
        fetching::show(secret);
    }
    if let Some(plan) = field("share").as_string() {
        spawn_local(sharing::share(
            plan,
            field("from"),
            field("inventory").is_truthy(),
            say,
        ));
    }
    if let Ok(port) = field("port").dyn_into::<MessagePort>() {
        admit(port);
    }
}

/// Opens recordings and says what they are, or why they cannot be opened.
async fn open(recordings: Array, tag: JsValue) {
    let opened = Array::new();
    for recording in recordings.iter() {
        let told = Told(tag.clone());
        opened.push(&match library::open(&recording, &|word| told.tell(word)).await {
            Ok(described) => described,
            Err(error) => object(&[("error", error.into())]),
        });
    }
    say(&object(&[("recordings", opened.into()), ("tag", tag)]));
}

/// Who is told how far something is.
struct Told(JsValue);

impl Told {
    fn tell(&self, word: Word) {
        let tag = ("tag", self.0.clone());
        say(&match word {
            Word::Read { n_read, n_all } => object(&[
                ("nRead", (n_read as f64).into()),
                ("nAll", n_all.map_or(JsValue::NULL, |n_all| (n_all as f64).into())),
                tag,
            ]),
            Word::Importing(kind) => object(&[("importing", kind.into()), tag]),
        });
    }
}

/// A new client, with an engine of its own.
fn admit(port: MessagePort) {
    let Ok(channel) = MessageChannel::new() else {
        return;
    };
    CLIENTS.with_borrow_mut(|clients| {
        let id = clients.n_came;
        clients.n_came += 1;
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            match event.data().as_string() {
                Some(text) => with(id, |client| client.handle(&text)),
                // The farewell, or what nobody sends.
                None => with(id, |_| false),
            }
        });
        let on_own_message = Closure::<dyn FnMut(MessageEvent)>::new(move |_| with(id, Client::read_on));
        port.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        channel
            .port2()
            .set_onmessage(Some(on_own_message.as_ref().unchecked_ref()));
        let client = Client {
            engine: Engine::new(Box::new(|id| library::get(id.as_str()))),
            port,
            to_self: channel.port1(),
            from_self: channel.port2(),
            is_reading_on: false,
            _on_message: on_message,
            _on_own_message: on_own_message,
        };
        clients.here.insert(id, client);
    });
}

/// Does something with a client, who leaves if it comes to false.
fn with(id: u32, act: impl FnOnce(&mut Client) -> bool) {
    let gone = CLIENTS.with_borrow_mut(|clients| {
        let stays = clients.here.get_mut(&id).is_none_or(act);
        if stays { None } else { clients.here.remove(&id) }
    });
    // Let go of only now: an engine may take its time, and nothing else of the clients is held.
    drop(gone);
}

impl Client {
    fn handle(&mut self, text: &str) -> bool {
        let mut frames = Vec::new();
        let is_request = self.engine.handle(text, &mut frames).is_ok();
        self.send(&frames) && is_request && self.wake()
    }

    /// Lets the engine read on in its recordings for a moment.
    fn read_on(&mut self) -> bool {
        self.is_reading_on = false;
        let mut frames = Vec::new();
        let has_more = self.engine.poll(&mut frames);
        let is_idle = !has_more && frames.is_empty();
        self.send(&frames) && (is_idle || self.wake())
    }

    fn send(&self, frames: &[String]) -> bool {
        frames
            .iter()
            .all(|frame| self.port.post_message(&JsValue::from_str(frame)).is_ok())
    }

    fn wake(&mut self) -> bool {
        if !self.is_reading_on {
            self.is_reading_on = true;
            return self.to_self.post_message(&JsValue::NULL).is_ok();
        }
        true
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        for port in [&self.port, &self.from_self] {
            port.set_onmessage(None);
        }
        // The page may be gone; then nobody misses the farewell.
        let _ = self.port.post_message(&JsValue::NULL);
        for port in [&self.port, &self.from_self, &self.to_self] {
            port.close();
        }
    }
}

/// Tells the page. It may be gone; then nobody misses it.
fn say(message: &JsValue) {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let _ = scope.post_message(message);
}

fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}
