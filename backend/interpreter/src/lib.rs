//! A JavaScript engine whose variables and objects are those of a recording.
//!
//! Source text runs for real, in boa, but everything it reads comes from a [`Host`], lazily: its scope is the object of a
//! `with` statement that asks the host for each name, and an object of the recording is a proxy that is filled when
//! first looked into. Functions of the program are compiled from their text when first called. What is written stays in
//! this interpreter. What only a live page could answer is refused, by name, whatever the program does about it.
//!
//! Work is bounded: loops, recursion, and the size of what built-in functions make.

mod export;
mod functions;
mod limits;
mod objects;
mod scopes;
mod state;
mod traps;

use std::{rc::Rc, sync::Arc};

use boa_engine::{
    Context, JsError, JsResult, JsValue, Source, context::time::FixedClock, js_string,
    module::IdleModuleLoader, object::JsObject,
};
use recording::{
    ids::{FunctionId, InstanceId, ObjectId},
    value::{ObjectState, Text, Value},
};

use state::State;

/// What an interpreter asks about the moment of the recording it runs in.
pub trait Host {
    /// What an object holds; None if nothing is known of it.
    fn state(&self, object: ObjectId) -> Option<Arc<ObjectState>>;

    /// A variable; None if nothing declares it.
    ///
    /// # Errors
    /// Why the recording cannot tell.
    fn variable(&self, scope: Scope, name: &Text) -> Result<Option<Variable>, String>;

    /// The text of a function, and where its free names are looked up.
    ///
    /// # Errors
    /// Why it cannot be run.
    fn function(&self, function: FunctionId) -> Result<Function, String>;

    /// Whether a global of this name belongs to the page's host.
    fn is_of_the_page(&self, name: &str) -> bool;

    /// Keeps an object that was made; None if there are too many.
    fn make(&self, state: ObjectState) -> Option<ObjectId>;

    /// Says what an object that was made holds.
    fn replace(&self, object: ObjectId, state: ObjectState);
}

/// Where a name is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Among global variables.
    Global,
    /// In a frame of the stack.
    Frame(InstanceId),
    /// Around a function, as it was written.
    Around(FunctionId),
}

/// A variable as the host finds it.
#[derive(Clone, Debug)]
pub struct Variable {
    /// What it holds in the recording.
    pub value: Value,
    /// What tells it from every other variable; None if nothing can be written to it.
    pub slot: Option<(u32, u32)>,
    /// Whether it is a constant.
    pub is_constant: bool,
}

/// A function of the program.
#[derive(Clone, Debug)]
pub struct Function {
    /// An expression whose value has the function.
    pub text: String,
    /// What of that value it is.
    pub part: Part,
    /// Where its free names are looked up.
    pub scope: Scope,
}

/// Where in the value of an expression a function is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// It is the value.
    Whole,
    /// The value's only method.
    Method,
    /// The getter of its only property.
    Getter,
    /// The setter of its only property.
    Setter,
}

/// The name by which source texts name what `this` is around them: the host rewrites them so.
pub const THIS: &str = "$playhead_this";

/// The name of the function through which source texts pass whatever may be a long string.
pub const CHECK: &str = "$playhead_check";

/// The number of the global object, which no other object has.
pub const GLOBAL: ObjectId = ObjectId(0);

/// How something ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// With a value.
    Returned(Value),
    /// With an exception.
    Threw(Value),
    /// It was not carried through, and why.
    Refused(String),
}

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

    /// Evaluates source text, in which the host has put [`THIS`] for `this`.
    ///
    /// `is_pure` refuses what would write to a variable or an object of the recording.
    pub fn evaluate(&mut self, scope: Scope, source: &str, is_pure: bool) -> Outcome {
        self.run(is_pure, |state, context| {
            scopes::run_in(state, context, scope, source)
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
            let ended = body(&self.state, &mut self.context);
            let outcome = self.outcome(ended);
            // A refusal stands even if the program caught it.
            match self.state.take_refusal() {
                Some(reason) => Outcome::Refused(reason),
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
    // Enough for the limits unoptimised; it is only reserved, and used as far as a program nests.
    #[cfg(not(target_arch = "wasm32"))]
    return stacker::grow(256 << 20, body);
    #[cfg(target_arch = "wasm32")]
    body()
}

fn source(text: &str) -> Source<'_, boa_engine::parser::source::UTF8Input<&[u8]>> {
    Source::from_bytes(text)
}
