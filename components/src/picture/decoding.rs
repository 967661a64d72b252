//! Images decoded by a worker, so that the page's own thread does not even make the files that browsers decode from.
//!
//! Where there is no worker (its script is not there, or the page is one that may have none) the page decodes by itself.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use js_sys::{Array, Function, Promise};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ImageBitmap, MessageEvent, Worker};

/// What the worker makes of an image.
pub(super) struct Decoded {
    pub(super) image: ImageBitmap,
    pub(super) file: Blob,
}

/// Why it makes nothing.
pub(super) enum Failure {
    /// There is no worker.
    NoWorker,
    /// The browser cannot read the image.
    Unreadable(JsValue),
}

/// The worker.
pub(super) struct Decoder {
    worker: Worker,
    waiting: Rc<RefCell<Waiting>>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(JsValue)>,
}

#[derive(Default)]
struct Waiting {
    n_asked: u32,
    /// What takes the answer, by number.
    by_id: HashMap<u32, Function>,
    /// Whether the worker has never come, or has gone.
    is_gone: bool,
}

impl Decoder {
    /// Starts the worker with a script.
    ///
    /// # Errors
    /// The browser's reason for not having one. A script that is not there is found out later.
    pub(super) fn start(script: &str) -> Result<Self, JsValue> {
        let worker = Worker::new(script)?;
        let waiting = Rc::<RefCell<Waiting>>::default();
        let told = Rc::clone(&waiting);
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let answer: Array = event.data().unchecked_into();
            let id = answer.get(0).as_f64().unwrap_or_default() as u32;
            let waiter = told.borrow_mut().by_id.remove(&id);
            if let Some(waiter) = waiter {
                // It throws nothing: it keeps a promise.
                waiter.call1(&JsValue::UNDEFINED, &answer).ok();
            }
        });
        let told = Rc::clone(&waiting);
        let on_error = Closure::<dyn FnMut(JsValue)>::new(move |_| {
            let waiters: Vec<Function> = {
                let mut told = told.borrow_mut();
                told.is_gone = true;
                told.by_id.drain().map(|(_, waiter)| waiter).collect()
            };
            for waiter in waiters {
                waiter.call1(&JsValue::UNDEFINED, &JsValue::UNDEFINED).ok();
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self {
            worker,
            waiting,
            _on_message: on_message,
            _on_error: on_error,
        })
    }

    /// Has an image decoded that came as base64. What it returns does not hold on to the decoder.
    pub(super) fn decode(
        &self,
        base64: &str,
        mime: &str,
    ) -> impl Future<Output = Result<Decoded, Failure>> + use<> {
        let answer = self.ask(base64, mime);
        async move {
            let answer = JsFuture::from(answer?).await.map_err(Failure::Unreadable)?;
            let Ok(answer) = answer.dyn_into::<Array>() else {
                return Err(Failure::NoWorker);
            };
            let (first, second) = (answer.get(1), answer.get(2));
            match (first.dyn_ref::<ImageBitmap>(), second.dyn_into::<Blob>()) {
                (Some(image), Ok(file)) => Ok(Decoded {
                    image: image.clone(),
                    file,
                }),
                // Then it is the reason.
                _ => Err(Failure::Unreadable(first)),
            }
        }
    }

    fn ask(&self, base64: &str, mime: &str) -> Result<Promise, Failure> {
        let id = {
            let mut waiting = self.waiting.borrow_mut();
            if waiting.is_gone {
                return Err(Failure::NoWorker);
            }
            waiting.n_asked += 1;
            waiting.n_asked
        };
        let message = Array::of3(&id.into(), &base64.into(), &mime.into());
        self.worker
            .post_message(&message)
            .map_err(|_| Failure::NoWorker)?;
        let waiting = Rc::clone(&self.waiting);
        Ok(Promise::new(&mut |resolve, _| {
            waiting.borrow_mut().by_id.insert(id, resolve);
        }))
    }
}

impl Drop for Decoder {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}
