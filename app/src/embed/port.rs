//! The port to the page around: values of JavaScript in both directions, typed on this side.

use js_sys::{Object, Reflect};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{MessageEvent, MessagePort};

use super::{failure::Failure, message::Payload, state::Outgoing};

impl Payload for JsValue {
    fn read<T: DeserializeOwned>(&self) -> Result<T, String> {
        serde_wasm_bindgen::from_value(self.clone()).map_err(|error| error.to_string())
    }
}

/// A way to the page around, closed when it is dropped.
pub(super) struct Port {
    port: MessagePort,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Port {
    /// Listens to a port from now on.
    pub(super) fn new(port: MessagePort, on_message: impl FnMut(MessageEvent) + 'static) -> Self {
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(on_message);
        port.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Self {
            port,
            _on_message: on_message,
        }
    }

    /// Says something.
    pub(super) fn send(&self, message: &impl Serialize) {
        send(&self.port, message);
    }

    /// Answers a request with a value.
    pub(super) fn answer(&self, id: f64, value: &JsValue) {
        let answer = Object::new();
        for (name, value) in [
            ("type", &JsValue::from("result")),
            ("id", &id.into()),
            ("value", value),
        ] {
            // Refused only by frozen objects.
            Reflect::set(&answer, &name.into(), value).ok();
        }
        post(&self.port, &answer);
    }

    /// Says why a request was not done.
    pub(super) fn refuse(&self, id: f64, error: Failure) {
        self.send(&Outgoing::Failed { id, error });
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        self.port.set_onmessage(None);
        self.port.close();
    }
}

/// Says something to a port that nobody listens to yet.
pub(super) fn send(port: &MessagePort, message: &impl Serialize) {
    match value_of(message) {
        Ok(message) => post(port, &message),
        Err(error) => leptos::logging::error!("a message to the page around could not be written: {error}"),
    }
}

/// A value as JavaScript has it: maps are objects, what is not there is null.
///
/// # Errors
/// It has none, as a map whose keys are no texts.
pub(super) fn value_of(value: &impl Serialize) -> Result<JsValue, serde_wasm_bindgen::Error> {
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible())
}

fn post(port: &MessagePort, message: &JsValue) {
    if let Err(error) = port.post_message(message) {
        leptos::logging::error!("a message to the page around could not be sent: {error:?}");
    }
}
