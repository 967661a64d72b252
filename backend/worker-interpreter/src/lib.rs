//! The JavaScript engine as a module of its own, which the page's worker loads when something needs it: it is about as
//! large as the worker. `interpreter::remote` has the words that both sides speak; the worker's end is its `loading`.
#![cfg(target_arch = "wasm32")]

use std::rc::Rc;

use interpreter::remote::{RemoteHost, carry_out};
use js_sys::Function;
use wasm_bindgen::{JsError, JsValue, prelude::wasm_bindgen};

/// One interpreter, in one moment of a recording.
#[wasm_bindgen]
pub struct Interpreter(interpreter::Interpreter);

#[wasm_bindgen]
impl Interpreter {
    /// An interpreter whose clock stands still at so many milliseconds since 1970. `ask` takes a question about the
    /// recording and returns the answer.
    ///
    /// # Errors
    /// The engine cannot be set up.
    #[wasm_bindgen(constructor)]
    pub fn new(millis: f64, ask: Function) -> Result<Self, JsError> {
        console_error_panic_hook::set_once();
        let host = RemoteHost::new(move |question| {
            let answer = ask.call1(&JsValue::UNDEFINED, &JsValue::from_str(question));
            answer.ok()?.as_string()
        });
        let interpreter = interpreter::Interpreter::new(Rc::new(host), millis as u64);
        interpreter.map(Self).map_err(|reason| JsError::new(&reason))
    }

    /// Carries out an order, and returns the outcome.
    #[wasm_bindgen(js_name = carryOut)]
    pub fn carry_out(&mut self, order: &str) -> String {
        carry_out(&mut self.0, order)
    }
}
