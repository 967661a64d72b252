//! The engine in a worker of the page: one worker for all that the page opens, started when something first needs it. If it
//! breaks, whoever speaks to it hears that their connection is lost, and the next one starts another.

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
    rc::Rc,
};

use client::transport::{CloseReason, Transport, worker};
use futures::{
    FutureExt, StreamExt,
    channel::{mpsc, oneshot},
    future::{LocalBoxFuture, Shared},
    stream,
};
use js_sys::{Array, JSON, Object, Reflect};
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Blob, ErrorEvent, MessageChannel, MessageEvent, MessagePort, Worker};

use super::super::{
    host::{Way, worker_script},
    origin,
};
use crate::logic::opening::{Opened, Read, Word};

thread_local! {
    static ENGINE: RefCell<Option<Rc<Engine>>> = const { RefCell::new(None) };
}

/// Where a recording is.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// A file on the person's computer, or bytes of the page.
    File(Blob),
    /// An address.
    Address(String),
}

impl Source {
    pub(super) fn to_js(&self) -> JsValue {
        match self {
            Self::File(file) => file.into(),
            Self::Address(address) => address.into(),
        }
    }
}

/// Has the engine open a recording, or what another recorder wrote. `tell` hears what it says meanwhile.
///
/// # Errors
/// Why it cannot be opened, in the engine's words.
pub(crate) async fn open(source: &Source, tell: impl Fn(Word) + 'static) -> Result<Opened, String> {
    running()?.open(source, Rc::new(tell)).await
}

/// The way to sessions of a recording that has been opened. Where the engine had to be started anew meanwhile, it opens
/// the recording again first.
pub(crate) fn way(source: Source, id: String) -> Way {
    Rc::new(move || {
        let failed = |error: JsValue| CloseReason::Failed {
            message: format!("{error:?}"),
        };
        let channel = MessageChannel::new().map_err(failed)?;
        let (ended, end) = mpsc::unbounded();
        spawn_local(admit(source.clone(), id.clone(), channel.port2(), ended));
        let Transport { incoming, outgoing } = worker::open(channel.port1());
        Ok(Transport::new(stream::select(incoming, end.map(Err)), outgoing))
    })
}

/// Brings a client to the engine; what it says meanwhile waits in its port.
async fn admit(source: Source, id: String, port: MessagePort, ended: mpsc::UnboundedSender<CloseReason>) {
    let outcome = async {
        let engine = running()?;
        if !engine.shared.borrow().opened.contains(&id) {
            engine.open(&source, Rc::new(|_| {})).await?;
        }
        engine.admit(&port, ended.clone())
    };
    if let Err(message) = outcome.await {
        // Nobody listens any more if the page has been left.
        ended.unbounded_send(CloseReason::Failed { message }).ok();
    }
}

/// The engine that runs, or a new one.
fn running() -> Result<Rc<Engine>, String> {
    if let Some(engine) = ENGINE.with_borrow(Clone::clone) {
        return Ok(engine);
    }
    let engine = Rc::new(Engine::start()?);
    ENGINE.set(Some(engine.clone()));
    Ok(engine)
}

struct Engine {
    worker: Worker,
    ready: Shared<LocalBoxFuture<'static, Result<(), String>>>,
    shared: Rc<RefCell<Waiting>>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

/// Who waits for the engine.
#[derive(Default)]
struct Waiting {
    start: Option<oneshot::Sender<Result<(), String>>>,
    n_asked: u32,
    asked: HashMap<u32, Asked>,
    /// Ids of the recordings that this engine has open.
    opened: HashSet<String>,
    clients: Vec<mpsc::UnboundedSender<CloseReason>>,
}

struct Asked {
    answer: oneshot::Sender<Result<Opened, String>>,
    tell: Rc<dyn Fn(Word)>,
}

impl Engine {
    fn start() -> Result<Self, String> {
        let folder = origin::engine_folder().ok_or(
            "this build of the viewer has no engine inside; serve the recording with `playhead serve`",
        )?;
        let worker = Worker::new(&worker_script(format!("{folder}start.js")))
            .map_err(|error| format!("the engine cannot be started: {error:?}"))?;
        let (start, started) = oneshot::channel();
        let shared = Rc::new(RefCell::new(Waiting {
            start: Some(start),
            ..Waiting::default()
        }));
        let heard = shared.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            heard.borrow_mut().hear(&event.data());
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let broken = shared.clone();
        let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
            // A script that does not come says nothing at all.
            let said = Reflect::get(&event, &"message".into())
                .ok()
                .and_then(|said| said.as_string());
            end(
                &broken,
                &said.unwrap_or_else(|| "its script did not come; reload the page".to_owned()),
            );
        });
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let interpreter = Object::new();
        // Refused only by objects that are frozen.
        Reflect::set(&interpreter, &"interpreter".into(), &folder.into()).ok();
        let told = worker.clone();
        let ready = async move {
            started
                .await
                .unwrap_or_else(|_| Err("the engine has ended".to_owned()))?;
            told.post_message(&interpreter)
                .map_err(|error| format!("the engine does not listen: {error:?}"))
        };
        Ok(Self {
            worker,
            ready: ready.boxed_local().shared(),
            shared,
            _on_message: on_message,
            _on_error: on_error,
        })
    }

    async fn open(&self, source: &Source, tell: Rc<dyn Fn(Word)>) -> Result<Opened, String> {
        self.ready.clone().await?;
        let (answer, answered) = oneshot::channel();
        let tag = {
            let mut shared = self.shared.borrow_mut();
            shared.n_asked += 1;
            let tag = shared.n_asked;
            shared.asked.insert(tag, Asked { answer, tell });
            tag
        };
        let order = Object::new();
        Reflect::set(&order, &"recordings".into(), &Array::of1(&source.to_js())).ok();
        Reflect::set(&order, &"tag".into(), &tag.into()).ok();
        self.worker
            .post_message(&order)
            .map_err(|error| format!("the engine does not listen: {error:?}"))?;
        let opened = answered
            .await
            .unwrap_or_else(|_| Err("the engine has ended".to_owned()))?;
        self.shared.borrow_mut().opened.insert(opened.entry.id.clone());
        Ok(opened)
    }

    fn admit(&self, port: &MessagePort, ended: mpsc::UnboundedSender<CloseReason>) -> Result<(), String> {
        let order = Object::new();
        Reflect::set(&order, &"port".into(), port).ok();
        self.worker
            .post_message_with_transfer(&order, &Array::of1(port))
            .map_err(|error| format!("the engine does not listen: {error:?}"))?;
        let mut shared = self.shared.borrow_mut();
        shared.clients.retain(|client| !client.is_closed());
        shared.clients.push(ended);
        Ok(())
    }
}

impl Waiting {
    fn hear(&mut self, said: &JsValue) {
        if said.as_string().as_deref() == Some("ready") {
            if let Some(start) = self.start.take() {
                // Whoever waited may have gone.
                start.send(Ok(())).ok();
            }
            return;
        }
        let field = |name: &str| Reflect::get(said, &name.into()).unwrap_or_default();
        let Some(tag) = field("tag").as_f64().map(|tag| tag as u32) else {
            return;
        };
        if let Some(n_read) = field("nRead").as_f64() {
            if let Some(asked) = self.asked.get(&tag) {
                (asked.tell)(Word::Read(Read {
                    n_read: n_read as u64,
                    n_all: field("nAll").as_f64().map(|n_all| n_all as u64),
                }));
            }
            return;
        }
        if let Some(kind) = field("importing").as_string() {
            if let Some(asked) = self.asked.get(&tag) {
                (asked.tell)(Word::Importing(kind));
            }
            return;
        }
        if let Some(asked) = self.asked.remove(&tag) {
            let answer = field("recordings")
                .dyn_into::<Array>()
                .map(|answers| answers.get(0));
            // Whoever asked may have gone.
            asked.answer.send(described(&answer.unwrap_or_default())).ok();
        }
    }
}

/// What the engine says of one recording.
fn described(answer: &JsValue) -> Result<Opened, String> {
    let error = Reflect::get(answer, &"error".into())
        .ok()
        .and_then(|error| error.as_string());
    if let Some(error) = error {
        return Err(error);
    }
    let text = JSON::stringify(answer).map(String::from).unwrap_or_default();
    serde_json::from_str(&text).map_err(|error| format!("the engine says what cannot be read: {error}"))
}

/// The engine has broken: everybody is told, and the next one who needs one gets another.
fn end(shared: &Rc<RefCell<Waiting>>, why: &str) {
    let is_this = |engine: &Rc<Engine>| Rc::ptr_eq(&engine.shared, shared);
    let gone = ENGINE.with_borrow_mut(|engine| engine.take_if(|engine| is_this(engine)));
    if let Some(engine) = gone {
        engine.worker.terminate();
        // Its closures are at work just now.
        leptos::prelude::request_animation_frame(move || drop(engine));
    }
    let message = format!("the engine in the page has stopped: {why}");
    let Waiting {
        start,
        asked,
        clients,
        ..
    } = std::mem::take(&mut *shared.borrow_mut());
    // Those who waited may have gone.
    if let Some(start) = start {
        start.send(Err(message.clone())).ok();
    }
    for asked in asked.into_values() {
        asked.answer.send(Err(message.clone())).ok();
    }
    for client in clients {
        let reason = CloseReason::Failed {
            message: message.clone(),
        };
        client.unbounded_send(reason).ok();
    }
}
