//! JavaScript expressions, evaluated in a pause of the recording.
//!
//! Nothing of the program runs again for it: a variable is looked up as a scope shows it, a property as a preview does.
//! Two evaluators share the work. Ours walks the expression's tree and does what needs no running code: operators,
//! members, calls of common built-in functions. It is quick enough for hundreds of points and small enough for the
//! page. What is [`Stop::Beyond`] it goes to a whole JavaScript engine, which reads the recording through the same
//! lookups.
//!
//! Where the recording does not tell what an expression needs, it is refused in words: nothing is ever guessed.

mod builtins;
mod lower;
mod members;
mod nesting;
mod operators;
pub(crate) mod rewrite;
mod run;
mod tree;
mod values;
mod walk;

use std::rc::Rc;

use recording::{
    ids::ObjectId,
    point::Point,
    value::{Text, Value},
};

use crate::{
    answer::Answer,
    pause::{Scene, Sent},
    stack::StackFrame,
    trace::Trace,
};
use lower::Parsed;
use values::{Eval, Stop};
use walk::{Operand, Walk};

/// The name of what was evaluated last in a pause.
const LAST_RESULT: &str = "$_";

/// Source text to evaluate, read once for all points.
#[derive(Debug)]
pub(crate) struct Source {
    text: String,
    parsed: Parsed,
}

/// How an evaluation ended.
#[derive(Debug)]
pub(crate) enum Completion {
    /// With a value.
    Returned(Value),
    /// With an exception.
    Threw(Value),
    /// It cannot be carried through, and why not.
    Refused(String),
}

impl Source {
    /// Reads source text. What is wrong with it shows when it is evaluated.
    pub(crate) fn new(text: &str) -> Self {
        // Nobody types a block; an object it is, as in every console.
        if text.trim_start().starts_with('{') && text.trim_end().ends_with('}') {
            let object = format!("({text})");
            if let parsed @ Parsed::Expression(_) = lower::parse(&object) {
                return Self { text: object, parsed };
            }
        }
        let parsed = match lower::parse(text) {
            // `await` is no word of scripts.
            Parsed::SyntaxError(_) | Parsed::Expression(_) if rewrite::is_async(text) => Parsed::Program,
            parsed => parsed,
        };
        Self {
            text: text.to_owned(),
            parsed,
        }
    }

    /// Evaluates it in a frame of a pause, or in the global scope. What is pure may change nothing.
    pub(crate) fn evaluate(
        &self,
        scene: &mut Scene<'_>,
        frame: Option<StackFrame>,
        is_pure: bool,
    ) -> Completion {
        let last = scene.last_result().filter(|_| self.text.contains(LAST_RESULT));
        let locals = last.map(|last| (LAST_RESULT.into(), last));
        self.evaluate_with(scene, frame, is_pure, locals.into_iter().collect())
    }

    /// The same with names that stand for values.
    fn evaluate_with(
        &self,
        scene: &mut Scene<'_>,
        frame: Option<StackFrame>,
        is_pure: bool,
        locals: Vec<(Text, Value)>,
    ) -> Completion {
        let outcome = match &self.parsed {
            // What code changed here is known to the engine alone.
            Parsed::Expression(_) if scene.has_run() => Err(Stop::Beyond),
            Parsed::Expression(expression) => {
                let mut walk = Walk::new(scene, frame);
                walk.locals = locals.clone();
                walk.value(expression)
            }
            Parsed::Program => Err(Stop::Beyond),
            Parsed::SyntaxError(message) => Err(Stop::Error("SyntaxError", message.clone())),
            Parsed::TooMuch => Err(Stop::Refuse("it is too long or too deeply nested".to_owned())),
        };
        completed(scene, outcome, |scene| {
            scene.interpret(frame.as_ref(), &self.text, is_pure, &locals)
        })
    }
}

/// Whether a text is one expression.
pub(crate) fn is_expression(text: &str) -> bool {
    matches!(lower::parse(text), Parsed::Expression(_))
}

/// Reads a property as the program would.
pub(crate) fn property(scene: &mut Scene<'_>, object: ObjectId, name: &str) -> Completion {
    let receiver = Value::Object(object);
    let outcome = match scene.has_run() {
        true => Err(Stop::Beyond),
        false => {
            let member = Walk::new(scene, None).member(&Operand::Value(receiver.clone()), &name.into());
            member.and_then(walk::into_value)
        }
    };
    completed(scene, outcome, |scene| scene.interpret_property(&receiver, name))
}

/// Calls a function.
pub(crate) fn call(scene: &mut Scene<'_>, function: &Value, this: &Value, arguments: &[Value]) -> Completion {
    completed(scene, Err(Stop::Beyond), |scene| {
        scene.interpret_call(function, this, arguments)
    })
}

/// Calls a method of an object.
pub(crate) fn call_method(
    scene: &mut Scene<'_>,
    object: &Value,
    name: &str,
    arguments: &[Value],
) -> Completion {
    let outcome = match scene.has_run() {
        true => Err(Stop::Beyond),
        false => {
            let mut walk = Walk::new(scene, None);
            let receiver = Operand::Value(object.clone());
            let given: Vec<_> = arguments.iter().cloned().map(Operand::Value).collect();
            let method = walk.member(&receiver, &name.into());
            method
                .and_then(|method| walk.call_with(&method, &given, name))
                .and_then(walk::into_value)
        }
    };
    completed(scene, outcome, |scene| {
        scene.interpret_method(object, name, arguments)
    })
}

/// Whether a browser has a global of this name that is not the language's own.
pub(crate) fn is_of_the_page(name: &str) -> bool {
    builtins::is_of_the_page(name)
}

/// What an evaluation comes to; what is beyond us goes to the engine.
fn completed<'a>(
    scene: &mut Scene<'a>,
    outcome: Eval<Value>,
    engine: impl FnOnce(&mut Scene<'a>) -> Completion,
) -> Completion {
    match outcome {
        Ok(Value::Uninitialized) => Completion::Returned(Value::Unavailable),
        Ok(value) => Completion::Returned(value),
        Err(Stop::Error(class, message)) => match scene.make_error(class, &message) {
            Some(error) => Completion::Threw(error),
            None => Completion::Refused(format!("{class}: {message}")),
        },
        Err(Stop::Refuse(reason)) => Completion::Refused(reason),
        Err(Stop::Beyond) => engine(scene),
    }
}

/// Whether a condition holds at a point, in the frame that is so many callers out from the running one. One that throws
/// or cannot be evaluated does not.
///
/// # Errors
/// The point cannot be read.
pub(crate) fn condition_holds(
    trace: &Rc<Trace>,
    point: Point,
    frame_index: usize,
    condition: &Source,
) -> Answer<bool> {
    let mut sent = Sent::default();
    let mut scene = Scene::new(trace, point, &mut sent)?;
    let Some(frame) = scene.frame_outward(frame_index) else {
        return Ok(false);
    };
    Ok(match condition.evaluate(&mut scene, Some(frame), false) {
        Completion::Returned(value) => values::is_truthy(&value).unwrap_or(false),
        Completion::Threw(_) | Completion::Refused(_) => false,
    })
}
