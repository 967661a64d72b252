//! The interpreter itself: boa, with the recording behind its names and objects.

mod changes;
mod export;
mod functions;
mod limits;
mod objects;
mod scopes;
mod state;
mod traps;

use std::rc::Rc;

use boa_engine::{
    Context, JsError, JsResult, JsValue, Source,
    builtins::promise::PromiseState,
    context::time::FixedClock,
    js_string,
    module::IdleModuleLoader,
    object::{JsObject, builtins::JsPromise},
};
use recording::value::Value;

use crate::{Host, Outcome, Program, Scope};
use state::State;

/// A JavaScript engine in one moment of a recording.
pub struct Interpreter {
    context: Context,
    state: Rc<State>,
}

impl Interpreter {
    /// An interpreter whose clock stands still at so many milliseconds since 1970.
    ///
    /// # Errors
    /// The engine cannot be set up.
    pub fn new(host: Rc<dyn Host>, millis: u64) -> Result<Self, String> {
        on_large_stack(|| {
            let clock = Rc::new(FixedClock::from_millis(millis));
            let mut context = Context::builder()
                .clock(clock)
                // Nothing is ever imported: the default would read files.
                .host_hooks(Rc::new(limits::Hooks))
                .module_loader(Rc::new(IdleModuleLoader))
                .build()
                .map_err(|error| error.to_string())?;
            limits::set(&mut context);
            let state = State::new(host, &mut context).map_err(|error| error.to_string())?;
            let state = Rc::new(state);
            context.insert_data(state.clone());
            Ok(Self { context, state })
        })
    }

    /// Evaluates what somebody typed.
    ///
    /// `is_pure` refuses what would write to a variable or an object.
    pub fn evaluate(&mut self, scope: Scope, program: &Program, is_pure: bool) -> Outcome {
        self.run(is_pure, |state, context| {
            if !program.declared.is_empty() {
                state.may_write()?;
            }
            let value = scopes::run_program(state, context, scope, program)?;
            match program.is_async {
                true => settled(state, context, &value),
                false => Ok(value),
            }
        })
    }

    /// Calls a function.
    pub fn call(&mut self, function: &Value, this: &Value, arguments: &[Value]) -> Outcome {
        self.run(false, |state, context| {
            let function = objects::import(state, context, function)?;
            let this = objects::import(state, context, this)?;
            let arguments = objects::import_all(state, context, arguments)?;
            call(&function, &this, &arguments, context)
        })
    }

    /// Calls a method of an object.
    pub fn call_method(&mut self, object: &Value, name: &str, arguments: &[Value]) -> Outcome {
        self.run(false, |state, context| {
            let object = objects::import(state, context, object)?;
            let method = object.to_object(context)?.get(js_string!(name), context)?;
            let arguments = objects::import_all(state, context, arguments)?;
            call(&method, &object, &arguments, context)
        })
    }

    /// Reads a property, running its getter.
    pub fn get(&mut self, object: &Value, name: &str) -> Outcome {
        self.run(false, |state, context| {
            let object = objects::import(state, context, object)?;
            object.to_object(context)?.get(js_string!(name), context)
        })
    }

    /// Gives a global name a value.
    pub fn define(&mut self, name: &str, value: &Value) -> Outcome {
        self.run(false, |state, context| {
            let value = objects::import(state, context, value)?;
            context
                .global_object()
                .set(js_string!(name), value, true, context)?;
            Ok(JsValue::undefined())
        })
    }

    fn run(
        &mut self,
        is_pure: bool,
        body: impl FnOnce(&Rc<State>, &mut Context) -> JsResult<JsValue>,
    ) -> Outcome {
        on_large_stack(|| {
            self.state.begin(is_pure);
            let names = changes::names(&self.state, &mut self.context).unwrap_or_default();
            let ended = body(&self.state, &mut self.context);
            let outcome = self.outcome(ended);
            // A refusal stands even if the program caught it.
            let refusal = self.state.take_refusal();
            let has_changed = match is_pure {
                true => changes::take_back(&self.state, &mut self.context, names).unwrap_or(true),
                false => {
                    // Half a run may have changed something too. What cannot be told is not shown.
                    let _ = changes::tell(&self.state, &mut self.context);
                    false
                }
            };
            match refusal {
                Some(reason) => Outcome::Refused(reason),
                None if has_changed => Outcome::Refused(state::CHANGES.to_owned()),
                None => outcome,
            }
        })
    }

    fn outcome(&mut self, ended: JsResult<JsValue>) -> Outcome {
        match ended {
            Ok(value) => Outcome::Returned(export::value(&self.state, &mut self.context, &value)),
            Err(error) => match thrown(error, &mut self.context) {
                Some(value) => Outcome::Threw(export::value(&self.state, &mut self.context, &value)),
                None => Outcome::Refused("it runs too long or too deep".to_owned()),
            },
        }
    }
}

/// What a promise comes to once all is done that needs no page.
fn settled(state: &State, context: &mut Context, promise: &JsValue) -> JsResult<JsValue> {
    context.run_jobs()?;
    let promise = JsPromise::from_object(promise.to_object(context)?)?;
    match promise.state() {
        PromiseState::Fulfilled(value) => Ok(value),
        PromiseState::Rejected(reason) => Err(JsError::from_opaque(reason)),
        PromiseState::Pending => Err(state.refuse("it waits for what a recording does not go on to")),
    }
}

/// The value that an error threw; None if the engine stopped.
fn thrown(error: JsError, context: &mut Context) -> Option<JsValue> {
    match error.as_engine() {
        Some(_) => None,
        None => error.into_opaque(context).ok(),
    }
}

fn call(
    function: &JsValue,
    this: &JsValue,
    arguments: &[JsValue],
    context: &mut Context,
) -> JsResult<JsValue> {
    match function.as_callable() {
        Some(function) => JsObject::call(&function, this, arguments, context),
        None => Err(boa_engine::JsNativeError::typ()
            .with_message("it is not a function")
            .into()),
    }
}

fn on_large_stack<T>(body: impl FnOnce() -> T) -> T {
    #[cfg(not(target_arch = "wasm32"))]
    return stacker::grow(limits::STACK, body);
    #[cfg(target_arch = "wasm32")]
    body()
}

fn source(text: &str) -> Source<'_, boa_engine::parser::source::UTF8Input<&[u8]>> {
    Source::from_bytes(text)
}
