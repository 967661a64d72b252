//! An interpreter in another module, which shares nothing with this one: orders go there and questions come back, as text.
//!
//! The page's worker has one so that the JavaScript engine is loaded only when something needs it. Here is this side,
//! [`Interpreter`], and the other one, [`carry_out`] with a [`RemoteHost`].

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
    sync::Arc,
};

use recording::{
    ids::{FunctionId, ObjectId},
    value::{ObjectState, Text, Value},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{Function, Host, Outcome, Program, Scope, Variable};

/// Answers a question of the other side.
pub type Answer = Rc<dyn Fn(&str) -> String>;

/// Has the other side carry out an order, and returns the outcome.
///
/// # Errors
/// The other side broke, and why.
pub type Send = Box<dyn FnMut(&str) -> Result<String, String>>;

/// Sets up an interpreter at so many milliseconds since 1970.
///
/// # Errors
/// Why there is none.
pub type Start = fn(f64, Answer) -> Result<Send, String>;

thread_local! {
    static START: Cell<Option<Start>> = const { Cell::new(None) };
}

/// Says how interpreters are set up from now on in this thread.
pub fn start_by(start: Start) {
    START.set(Some(start));
}

#[derive(Debug, Serialize, Deserialize)]
enum Order {
    Evaluate {
        scope: Scope,
        program: Program,
        is_pure: bool,
    },
    Call {
        function: Value,
        this: Value,
        arguments: Vec<Value>,
    },
    CallMethod {
        object: Value,
        name: String,
        arguments: Vec<Value>,
    },
    Get {
        object: Value,
        name: String,
    },
    Define {
        name: String,
        value: Value,
    },
}

#[derive(Debug, Serialize, Deserialize)]
enum Question {
    State(ObjectId),
    Variable(Scope, Text),
    Function(FunctionId),
    IsOfThePage(String),
    Make(ObjectState),
    Replace(ObjectId, ObjectState),
    Assign((u32, u32), Value),
}

/// What stands for an interpreter that is elsewhere; it is told the same.
pub struct Interpreter {
    send: Send,
}

impl Interpreter {
    /// An interpreter whose clock stands still at so many milliseconds since 1970.
    ///
    /// # Errors
    /// There is none, and why.
    pub fn new(host: Rc<dyn Host>, millis: u64) -> Result<Self, String> {
        let start = START
            .get()
            .ok_or("it takes a JavaScript engine, which is not here")?;
        let answer: Answer = Rc::new(move |question| answer(&*host, question));
        Ok(Self {
            send: start(millis as f64, answer)?,
        })
    }

    /// Evaluates what somebody typed.
    pub fn evaluate(&mut self, scope: Scope, program: &Program, is_pure: bool) -> Outcome {
        self.order(&Order::Evaluate {
            scope,
            program: program.clone(),
            is_pure,
        })
    }

    /// Calls a function.
    pub fn call(&mut self, function: &Value, this: &Value, arguments: &[Value]) -> Outcome {
        self.order(&Order::Call {
            function: function.clone(),
            this: this.clone(),
            arguments: arguments.to_vec(),
        })
    }

    /// Calls a method of an object.
    pub fn call_method(&mut self, object: &Value, name: &str, arguments: &[Value]) -> Outcome {
        self.order(&Order::CallMethod {
            object: object.clone(),
            name: name.to_owned(),
            arguments: arguments.to_vec(),
        })
    }

    /// Reads a property, running its getter.
    pub fn get(&mut self, object: &Value, name: &str) -> Outcome {
        self.order(&Order::Get {
            object: object.clone(),
            name: name.to_owned(),
        })
    }

    /// Gives a global name a value.
    pub fn define(&mut self, name: &str, value: &Value) -> Outcome {
        self.order(&Order::Define {
            name: name.to_owned(),
            value: value.clone(),
        })
    }

    fn order(&mut self, order: &Order) -> Outcome {
        match (self.send)(&written(order)) {
            Ok(outcome) => read(&outcome).unwrap_or_else(Outcome::Refused),
            Err(reason) => Outcome::Refused(reason),
        }
    }
}

fn answer(host: &dyn Host, question: &str) -> String {
    match read(question) {
        Ok(Question::State(object)) => written(&host.state(object)),
        Ok(Question::Variable(scope, name)) => written(&host.variable(scope, &name)),
        Ok(Question::Function(function)) => written(&host.function(function)),
        Ok(Question::IsOfThePage(name)) => written(&host.is_of_the_page(&name)),
        Ok(Question::Make(state)) => written(&host.make(state)),
        Ok(Question::Replace(object, state)) => {
            host.replace(object, state);
            written(&())
        }
        Ok(Question::Assign(slot, value)) => {
            host.assign(slot, value);
            written(&())
        }
        Err(_) => String::new(),
    }
}

/// Carries out an order that the other side sent, and returns the outcome for it.
#[cfg(feature = "boa")]
pub fn carry_out(interpreter: &mut crate::Interpreter, order: &str) -> String {
    let outcome = match read(order) {
        Ok(Order::Evaluate {
            scope,
            program,
            is_pure,
        }) => interpreter.evaluate(scope, &program, is_pure),
        Ok(Order::Call {
            function,
            this,
            arguments,
        }) => interpreter.call(&function, &this, &arguments),
        Ok(Order::CallMethod {
            object,
            name,
            arguments,
        }) => interpreter.call_method(&object, &name, &arguments),
        Ok(Order::Get { object, name }) => interpreter.get(&object, &name),
        Ok(Order::Define { name, value }) => interpreter.define(&name, &value),
        Err(reason) => Outcome::Refused(reason),
    };
    written(&outcome)
}

/// The recording, asked from the other side.
pub struct RemoteHost<A> {
    ask: A,
    /// What was asked: until it is replaced, an object of a pause does not change.
    states: RefCell<HashMap<ObjectId, Option<Arc<ObjectState>>>>,
}

impl<A: Fn(&str) -> Option<String>> RemoteHost<A> {
    /// A host whose questions are passed on.
    pub fn new(ask: A) -> Self {
        Self {
            ask,
            states: RefCell::default(),
        }
    }

    fn ask<T: DeserializeOwned>(&self, question: &Question) -> Result<T, String> {
        let answer = (self.ask)(&written(question)).ok_or("the recording is out of reach")?;
        read(&answer)
    }
}

impl<A: Fn(&str) -> Option<String>> Host for RemoteHost<A> {
    fn state(&self, object: ObjectId) -> Option<Arc<ObjectState>> {
        if let Some(known) = self.states.borrow().get(&object) {
            return known.clone();
        }
        let state: Option<Arc<ObjectState>> = self.ask(&Question::State(object)).ok().flatten();
        self.states.borrow_mut().insert(object, state.clone());
        state
    }

    fn variable(&self, scope: Scope, name: &Text) -> Result<Option<Variable>, String> {
        self.ask(&Question::Variable(scope, name.clone()))?
    }

    fn function(&self, function: FunctionId) -> Result<Function, String> {
        self.ask(&Question::Function(function))?
    }

    fn is_of_the_page(&self, name: &str) -> bool {
        let answer = self.ask(&Question::IsOfThePage(name.to_owned()));
        answer.unwrap_or(true)
    }

    fn make(&self, state: ObjectState) -> Option<ObjectId> {
        self.ask(&Question::Make(state)).ok().flatten()
    }

    fn replace(&self, object: ObjectId, state: ObjectState) {
        self.states.borrow_mut().remove(&object);
        let _: Result<(), String> = self.ask(&Question::Replace(object, state));
    }

    fn assign(&self, slot: (u32, u32), value: Value) {
        let _: Result<(), String> = self.ask(&Question::Assign(slot, value));
    }
}

fn written(message: &impl Serialize) -> String {
    // None of the messages has what JSON has no words for; an empty text is refused by the reader.
    serde_json::to_string(message).unwrap_or_default()
}

fn read<T: DeserializeOwned>(message: &str) -> Result<T, String> {
    serde_json::from_str(message).map_err(|error| format!("the JavaScript engine was misunderstood: {error}"))
}
