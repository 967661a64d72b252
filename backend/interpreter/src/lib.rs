//! A JavaScript engine whose variables and objects are those of a recording.
//!
//! Source text runs for real, in boa, but everything it reads comes from a [`Host`], lazily: its scope is the object of a
//! `with` statement that asks the host for each name, and an object of the recording is a proxy that is filled when
//! first looked into. Functions of the program are compiled from their text when first called. What is written stays in
//! this interpreter, and the host is told of it after each run. What only a live page could answer is refused, by name, whatever the program does about it.
//!
//! Work is bounded: rounds of loops, calls, stack, and the size of what is made, of a run and of a pause. The host's texts
//! count themselves ([`TICK`]); what is built in is called through functions that do.
//!
//! Without the feature `boa` there is no such engine here, but one that is spoken to in another module ([`remote`]).

#[cfg(feature = "boa")]
mod boa;
pub mod remote;

use std::sync::Arc;

use recording::{
    ids::{FunctionId, InstanceId, ObjectId},
    value::{ObjectState, Text, Value},
};
use serde::{Deserialize, Serialize};

#[cfg(feature = "boa")]
pub use boa::Interpreter;
#[cfg(not(feature = "boa"))]
pub use remote::Interpreter;

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

    /// Says what an object holds that was made or changed.
    fn replace(&self, object: ObjectId, state: ObjectState);

    /// Says what a variable holds that was written.
    fn assign(&self, slot: (u32, u32), value: Value);
}

/// Where a name is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// Among global variables.
    Global,
    /// In a frame of the stack.
    Frame(InstanceId),
    /// Around a function, as it was written.
    Around(FunctionId),
}

/// A variable as the host finds it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Variable {
    /// What it holds in the recording.
    pub value: Value,
    /// What tells it from every other variable; None if nothing can be written to it.
    pub slot: Option<(u32, u32)>,
    /// Whether it is a constant.
    pub is_constant: bool,
}

/// What somebody typed, as the interpreter takes it: the host has put [`THIS`] for `this`, and made assignments of what
/// it declares outside of every block, so that later texts find it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// The text. If it waits for promises, it is a call of an async function.
    pub text: String,
    /// Names that it declares.
    pub declared: Vec<Declared>,
    /// Whether the value is that of the promise.
    pub is_async: bool,
}

/// A name that a program declares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    /// The name.
    pub name: String,
    /// Whether it may be a variable that is there already.
    pub is_var: bool,
}

/// A function of the program.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Function {
    /// An expression whose value has the function.
    pub text: String,
    /// What of that value it is.
    pub part: Part,
    /// Where its free names are looked up.
    pub scope: Scope,
}

/// Where in the value of an expression a function is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// The name of the function that source texts call in every body of a loop or function, with what to charge for it: bytes
/// that it makes, about, and so also time and nesting.
pub const TICK: &str = "$playhead_tick";

/// The name of the function through which source texts pass what a number is raised to or shifted by.
pub const EXPONENT: &str = "$playhead_exponent";

/// The name of the object that has what [`Program`]s declare.
pub const DECLARED: &str = "$playhead_declared";

/// The number of the global object, which no other object has.
pub const GLOBAL: ObjectId = ObjectId(0);

/// How something ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    /// With a value.
    Returned(Value),
    /// With an exception.
    Threw(Value),
    /// It was not carried through, and why.
    Refused(String),
}
