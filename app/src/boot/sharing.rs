//! Makes recordings to hand on, in a worker of their own that is ended once they are made: an instance of the engine, which
//! reads the recording where it lies. Nothing leaves before the person has chosen where to, and what is left out never
//! comes this far.

use std::{cell::RefCell, rc::Rc};

use futures::{FutureExt, channel::oneshot};
use js_sys::{Array, Function, Object, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ErrorEvent, MessageEvent, Worker};

use super::{link, origin::engine_folder, secret};
use crate::{
    logic::sharing::Plan,
    panels::saving,
    stores::sharing::{Maker, Progress},
};

/// What the worker came to.
enum Made {
    /// What is in the recording, as JSON.
    Inventory(String),
    /// The file.
    File(Blob),
}

/// Why there is nothing.
enum Not {
    /// The person wants it no more.
    Wanted,
    /// It cannot be had: a sentence.
    Possible(String),
}

type Outcome = Result<Made, Not>;

thread_local! {
    /// The worker that makes a file, and who waits for it.
    static MAKING: RefCell<Option<(Worker, oneshot::Sender<Outcome>)>> = const { RefCell::new(None) };
}

/// An address of the page's own host, as the engine needs it.
pub(super) fn address(path: &str) -> JsValue {
    let origin = window().location().origin().unwrap_or_default();
    JsValue::from_str(&format!("{origin}{path}"))
}

/// What makes files of the recording that `from` stands for: an address, or a file of the page.
pub(super) fn maker(from: JsValue) -> Maker {
    let read = from.clone();
    Maker {
        inventory: Rc::new(move |plan| inventory(read.clone(), plan).boxed_local()),
        save: Rc::new(move |plan, name, progress| save(from.clone(), plan, name, progress).boxed_local()),
        stop: Rc::new(stop),
    }
}

async fn inventory(from: JsValue, plan: String) -> Result<String, String> {
    let (sender, receiver) = oneshot::channel();
    let sender = Rc::new(RefCell::new(Some(sender)));
    let worker = start(&from, &plan, true, Rc::new(|_, _| {}), {
        let sender = sender.clone();
        move |outcome| {
            if let Some(sender) = sender.take() {
                // Nobody waits any more if the page has been left.
                sender.send(outcome).ok();
            }
        }
    })?;
    let outcome = receiver.await;
    worker.terminate();
    match outcome {
        Ok(Ok(Made::Inventory(json))) => Ok(json),
        Ok(Err(Not::Possible(reason))) => Err(reason),
        _ => Err("the engine did not say what is in the recording; try again".to_owned()),
    }
}

async fn save(from: JsValue, plan: Plan, name: String, progress: Progress) -> Result<Option<f64>, String> {
    // Asked first: browsers allow it only right after a press, and making the file may take longer.
    let place = match choose_place(&name).await {
        Ok(place) => place,
        Err(Not::Wanted) => return Ok(None),
        Err(Not::Possible(reason)) => return Err(reason),
    };
    let Some((_, file)) = make(&from, plan, progress).await? else {
        return Ok(None);
    };
    let saved = match place {
        Some(place) => write(&place, &file).await,
        None => saving::download(&name, &file),
    };
    let n_bytes = file.size();
    saved
        .map(|()| Some(n_bytes))
        .map_err(|_| "The file could not be written there; choose another place.".to_owned())
}

/// Makes a file by a plan, and gives it with the id of the recording in it; None if the person wants it no more.
///
/// # Errors
/// It cannot be made: a sentence.
pub(super) async fn make(
    from: &JsValue,
    plan: Plan,
    progress: Progress,
) -> Result<Option<(String, Blob)>, String> {
    // One at a time: whoever wanted another before wants this one now.
    stop();
    let id = uuid();
    let plan = Plan {
        recording_id: id.clone(),
        at: js_sys::Date::now(),
        ..plan
    };
    let json = serde_json::to_string(&plan).map_err(|error| error.to_string())?;
    let (sender, receiver) = oneshot::channel();
    let worker = start(from, &json, false, progress, |outcome| {
        if let Some((worker, waiting)) = MAKING.take() {
            worker.terminate();
            waiting.send(outcome).ok();
        }
    })?;
    MAKING.set(Some((worker, sender)));
    match receiver.await {
        Ok(Ok(Made::File(file))) => Ok(Some((id, file))),
        Ok(Err(Not::Possible(reason))) => Err(reason),
        _ => Ok(None),
    }
}

/// Ends what is being made.
pub(super) fn stop() {
    if let Some((worker, waiting)) = MAKING.take() {
        worker.terminate();
        // Nobody waits any more if the page has been left.
        waiting.send(Err(Not::Wanted)).ok();
    }
}

/// Starts a worker that does one thing, and says what came of it.
fn start(
    from: &JsValue,
    plan: &str,
    is_inventory: bool,
    progress: Progress,
    done: impl Fn(Outcome) + 'static,
) -> Result<Worker, String> {
    let folder = engine_folder().ok_or(
        "This build of the viewer has no engine inside; `playhead export` makes such files on the command line.",
    )?;
    let worker = Worker::new(&format!("{folder}start.js"))
        .map_err(|_| "The engine cannot be started in this browser.".to_owned())?;
    let order = Object::new();
    for (name, value) in [
        ("share", plan.into()),
        ("from", from.clone()),
        ("inventory", is_inventory.into()),
        // Of what is not the own server's it makes no use.
        ("shown", secret::of(&link::recording_id()).into()),
    ] {
        // Refused only for objects that are frozen.
        Reflect::set(&order, &name.into(), &value).ok();
    }
    let done = Rc::new(done);
    let (heard, asked) = (done.clone(), worker.clone());
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let said = event.data();
        if said.as_string().as_deref() == Some("ready") {
            if asked.post_message(&order).is_err() {
                heard(Err(Not::Possible(
                    "the recording cannot be given to the engine".to_owned(),
                )));
            }
            return;
        }
        let field = |name: &str| {
            let shared = Reflect::get(&said, &"shared".into()).unwrap_or_default();
            Reflect::get(&shared, &name.into()).unwrap_or_default()
        };
        if let Some(done) = field("done").as_f64() {
            progress(done, field("nBytes").as_f64().unwrap_or_default());
        } else if let Some(json) = field("inventory").as_string() {
            heard(Ok(Made::Inventory(json)));
        } else if let Some(reason) = field("error").as_string() {
            heard(Err(Not::Possible(crate::logic::library::sentence(&reason))));
        } else if let Ok(file) = field("file").dyn_into::<Blob>() {
            heard(Ok(Made::File(file)));
        }
    });
    let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |_: ErrorEvent| {
        done(Err(Not::Possible(
            "The engine broke off, or its script did not come. Reload the page and try again.".to_owned(),
        )));
    });
    worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    // Heard for as long as the worker lives, which is ended with its one answer.
    on_message.forget();
    on_error.forget();
    Ok(worker)
}

/// Has the person choose where the file goes, in browsers that let them; None where downloads go by themselves.
async fn choose_place(name: &str) -> Result<Option<JsValue>, Not> {
    let window: JsValue = window().into();
    let Ok(picker) = Reflect::get(&window, &"showSaveFilePicker".into())
        .unwrap_or_default()
        .dyn_into::<Function>()
    else {
        return Ok(None);
    };
    let options = Object::new();
    Reflect::set(&options, &"suggestedName".into(), &name.into()).ok();
    let shown = picker
        .call1(&window, &options)
        .and_then(JsValue::dyn_into::<Promise>);
    let Ok(chosen) = shown else { return Ok(None) };
    match JsFuture::from(chosen).await {
        Ok(place) => Ok(Some(place)),
        Err(error) => match error
            .dyn_ref::<js_sys::Error>()
            .map(|error| String::from(error.name()))
        {
            Some(name) if name == "AbortError" => Err(Not::Wanted),
            // As in a frame, where the picker is not allowed.
            _ => Ok(None),
        },
    }
}

/// Writes a file where the person wants it.
async fn write(place: &JsValue, file: &Blob) -> Result<(), JsValue> {
    let call = async |of: &JsValue, name: &str, arguments: &Array| {
        let function: Function = Reflect::get(of, &name.into())?.dyn_into()?;
        JsFuture::from(function.apply(of, arguments)?.dyn_into::<Promise>()?).await
    };
    let sink = call(place, "createWritable", &Array::new()).await?;
    call(&sink, "write", &Array::of1(file)).await?;
    call(&sink, "close", &Array::new()).await.map(drop)
}

/// A random UUID, of version 4.
fn uuid() -> String {
    let digit = |_| (js_sys::Math::random() * 16.0) as u8 & 15;
    let mut digits = [0; 32];
    digits.iter_mut().for_each(|slot| *slot = digit(()));
    digits[12] = 4;
    digits[16] = 8 | digits[16] & 3;
    let text: String = digits.iter().map(|digit| format!("{digit:x}")).collect();
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
    [part(0..8), part(8..12), part(12..16), part(16..20), part(20..32)].join("-")
}
