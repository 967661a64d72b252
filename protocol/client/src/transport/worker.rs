//! A message port between two scripts of a page, such as the page and the worker in which an engine runs.
//!
//! Make a `MessageChannel`, hand one port to the worker, open both. Ports do not say when the other side is gone, so a
//! side that closes says farewell: `null` in place of a frame.

use futures::{channel::mpsc::unbounded, future::ready, sink};
use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{MessageEvent, MessagePort};

use crate::transport::{CloseReason, Frame, Transport};

/// Takes a port over. Messages that came before wait in it and are delivered now.
pub fn open(port: MessagePort) -> Transport {
    let (sender, receiver) = unbounded();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        // Nobody listens once the transport is dropped, and the port is closed then.
        let _ = sender.unbounded_send(read(&event.data()));
    });
    port.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    let port = Port {
        port,
        _on_message: on_message,
    };
    let outgoing = sink::unfold(port, |port, frame| ready(port.send(frame).map(|()| port)));
    Transport::new(receiver, outgoing)
}

struct Port {
    port: MessagePort,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Port {
    fn send(&self, frame: Frame) -> Result<(), CloseReason> {
        let message = match frame {
            Frame::Text(text) => JsValue::from_str(&text),
            Frame::Binary(bytes) => Uint8Array::from(bytes.as_slice()).buffer().into(),
        };
        self.port
            .post_message(&message)
            .map_err(|error| CloseReason::Failed {
                message: format!("{error:?}"),
            })
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        self.port.set_onmessage(None);
        // The other side may be gone; then nobody misses the farewell.
        let _ = self.port.post_message(&JsValue::NULL);
        self.port.close();
    }
}

fn read(data: &JsValue) -> Result<Frame, CloseReason> {
    if let Some(text) = data.as_string() {
        return Ok(Frame::Text(text));
    }
    match data.dyn_ref::<ArrayBuffer>() {
        Some(buffer) => Ok(Frame::Binary(Uint8Array::new(buffer).to_vec())),
        None => Err(CloseReason::vanished()),
    }
}
