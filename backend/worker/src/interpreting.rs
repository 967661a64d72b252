//! The JavaScript engine, in a module of its own that is loaded when something first needs it. A worker may block, so
//! whoever asks for an interpreter has it at once.
//!
//! All interpreters share the module's memory. A program that fills it, or nests deeper than the browser allows, breaks the
//! module: then it is set up anew, and the other pauses' interpreters with it, from what their recordings say.

use std::cell::{Cell, RefCell};

use interpreter::remote::{Answer, Send, start_by};
use js_sys::{Function, Object, Reflect, Uint8Array, WebAssembly::Module};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use web_sys::DedicatedWorkerGlobalScope;

use crate::sources;

thread_local! {
    /// Where the page has the module, once it said so: the address of a folder.
    static FOLDER: RefCell<Option<String>> = const { RefCell::new(None) };
    /// The module's code, once it was loaded.
    static CODE: RefCell<JsValue> = const { RefCell::new(JsValue::UNDEFINED) };
    /// Whether the module runs.
    static IS_THERE: Cell<bool> = const { Cell::new(false) };
    /// How often it was set up.
    static N_SET_UP: Cell<u32> = const { Cell::new(0) };
}

#[wasm_bindgen]
extern "C" {
    /// Sets up the module that was loaded last.
    #[wasm_bindgen(catch, js_namespace = playhead_interpreter, js_name = initSync)]
    fn set_up(options: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = playhead_interpreter, js_name = Interpreter)]
    type Instance;
    #[wasm_bindgen(catch, constructor, js_namespace = playhead_interpreter, js_class = "Interpreter")]
    fn new(millis: f64, ask: &Function) -> Result<Instance, JsValue>;
    #[wasm_bindgen(catch, method, js_name = carryOut)]
    fn carry_out(this: &Instance, order: &str) -> Result<String, JsValue>;
    #[wasm_bindgen(catch, method)]
    fn free(this: &Instance) -> Result<(), JsValue>;
}

/// Has engines find their interpreters in the module that lies in a folder of the page.
pub(crate) fn load_from(folder: String) {
    FOLDER.set(Some(folder));
    start_by(start);
}

/// An interpreter in the module, and what its questions are answered by.
struct Interpreter {
    millis: f64,
    ask: Closure<dyn Fn(String) -> String>,
    here: Option<Here>,
}

/// An interpreter as long as the module lives that it is in.
struct Here {
    instance: Instance,
    set_up: u32,
}

fn start(millis: f64, answer: Answer) -> Result<Send, String> {
    let mut interpreter = Interpreter {
        millis,
        ask: Closure::new(move |question: String| answer(&question)),
        here: None,
    };
    interpreter.here()?;
    Ok(Box::new(move |order| interpreter.carry_out(order)))
}

impl Interpreter {
    fn carry_out(&mut self, order: &str) -> Result<String, String> {
        let outcome = self.here()?.instance.carry_out(order);
        outcome.map_err(|_| {
            IS_THERE.set(false);
            "it takes more memory or stack than a page gives".to_owned()
        })
    }

    /// The interpreter, set up if it is not in the module that is there now.
    fn here(&mut self) -> Result<&Here, String> {
        if !IS_THERE.get() {
            load()?;
        }
        let set_up = N_SET_UP.get();
        let here = match self.here.take() {
            Some(here) if here.set_up == set_up => here,
            _ => Here {
                instance: Instance::new(self.millis, self.ask.as_ref().unchecked_ref()).map_err(said)?,
                set_up,
            },
        };
        Ok(self.here.insert(here))
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        if self.set_up == N_SET_UP.get() {
            // What cannot be freed goes with its module.
            let _ = self.instance.free();
        }
    }
}

fn load() -> Result<(), String> {
    let folder = FOLDER.with_borrow(Clone::clone);
    let folder = folder.ok_or("the page has no JavaScript engine")?;
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    scope
        .import_scripts_1(&format!("{folder}worker_interpreter.js"))
        .map_err(said)?;
    if CODE.with_borrow(JsValue::is_undefined) {
        let bytes = sources::whole(&format!("{folder}worker_interpreter_bg.wasm"))?;
        let code = Module::new(&Uint8Array::from(bytes.as_slice())).map_err(said)?;
        CODE.set(code.into());
    }
    let options = Object::new();
    let _ = CODE.with_borrow(|code| Reflect::set(&options, &"module".into(), code));
    set_up(&options).map_err(said)?;
    IS_THERE.set(true);
    N_SET_UP.set(N_SET_UP.get() + 1);
    Ok(())
}

fn said(error: JsValue) -> String {
    sources::failed("the JavaScript engine could not be loaded", &error).to_string()
}
