//! Evaluation in a pause: its commands, and what evaluators ask of the pause.

use std::{cell::RefCell, collections::HashMap, rc::Rc, sync::Arc};

use recording::{
    ids::{BindingId, InstanceId, ObjectId},
    script::{BindingKind, FunctionKind, ScopeKind},
    value::{self, ObjectKind, ObjectState, Text},
};
use wire::pause::{
    CallFunction, CallFunctionResult, CallObjectProperty, CallObjectPropertyResult, EvaluateInFrame,
    EvaluateInFrameResult, EvaluateInGlobal, EvaluateInGlobalResult, GetObjectProperty,
    GetObjectPropertyResult, ObjectPreviewLevel, Result as Ended, Value,
};

use super::{AnswerInPause, GLOBAL_OBJECT, ObjectKey, Scene, scopes::is_classic};
use crate::{
    answer::{Answer, Failure},
    code,
    evaluate::{self, Completion, Source},
    sources::names::to_generated,
    stack::StackFrame,
};

/// What evaluations made and changed in a pause.
#[derive(Clone, Default)]
pub(super) struct Made {
    /// Objects that were made. They have numbers of their own, beyond those of any recording.
    states: Rc<RefCell<Vec<Arc<ObjectState>>>>,
    changed: Rc<RefCell<Changed>>,
}

/// What evaluations changed of the recorded program, as the pause sees it from then on.
#[derive(Default)]
struct Changed {
    objects: HashMap<ObjectId, Arc<ObjectState>>,
    variables: HashMap<(u32, u32), value::Value>,
    /// What the last evaluation came to.
    last_result: Option<value::Value>,
    /// What the last evaluation changed.
    last: LastChange,
}

/// What one evaluation changed.
#[derive(Default)]
pub(super) struct LastChange {
    /// Objects, those that were made included.
    pub(super) objects: Vec<ObjectId>,
    /// Whether it wrote variables.
    pub(super) has_written: bool,
}

/// The first number of an object that was made. A recording of so many objects would have hundreds of gigabytes.
const FIRST_MADE: u32 = 1 << 31;

/// Objects made in one pause; an evaluation alone makes far fewer.
const MAX_MADE: usize = 1 << 20;

/// Whether an object is one that an evaluation made.
pub(super) fn is_made(object: ObjectId) -> bool {
    object.0 >= FIRST_MADE
}

impl Made {
    /// What an object holds, if an evaluation made or changed it.
    pub(super) fn get(&self, object: ObjectId) -> Option<Arc<ObjectState>> {
        match object.0.checked_sub(FIRST_MADE) {
            Some(idx) => self.states.borrow().get(idx as usize).cloned(),
            None => self.changed.borrow().objects.get(&object).cloned(),
        }
    }

    /// What a variable holds, if an evaluation wrote it.
    pub(super) fn written(&self, owner: InstanceId, binding: BindingId) -> Option<value::Value> {
        let changed = self.changed.borrow();
        changed.variables.get(&(owner.0, binding.0)).cloned()
    }

    /// Keeps an object; None if there are too many.
    pub(super) fn push(&self, state: ObjectState) -> Option<ObjectId> {
        let mut states = self.states.borrow_mut();
        let id = ObjectId(FIRST_MADE + states.len() as u32);
        (states.len() < MAX_MADE).then(|| {
            states.push(Arc::new(state));
            id
        })
    }

    /// Says what an object holds that was made or changed.
    pub(super) fn replace(&self, object: ObjectId, state: ObjectState) {
        let mut changed = self.changed.borrow_mut();
        changed.last.objects.push(object);
        match object.0.checked_sub(FIRST_MADE) {
            Some(idx) => {
                if let Some(made) = self.states.borrow_mut().get_mut(idx as usize) {
                    *made = Arc::new(state);
                }
            }
            None => {
                changed.objects.insert(object, Arc::new(state));
            }
        }
    }

    /// Says what a variable holds that was written.
    pub(super) fn assign(&self, slot: (u32, u32), value: value::Value) {
        let mut changed = self.changed.borrow_mut();
        changed.last.has_written = true;
        changed.variables.insert(slot, value);
    }

    /// What changed since this was last asked.
    pub(super) fn take_last_change(&self) -> LastChange {
        std::mem::take(&mut self.changed.borrow_mut().last)
    }

    /// Gives up what was changed; what was made stays.
    pub(super) fn forget_changes(&self) {
        self.changed.take();
    }
}

/// A variable.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) value: value::Value,
    /// Who holds it.
    pub(super) owner: InstanceId,
    pub(super) binding: BindingId,
    pub(super) kind: BindingKind,
}

impl AnswerInPause for EvaluateInFrame {
    fn answer(self, mut scene: Scene<'_>) -> Answer<EvaluateInFrameResult> {
        let frame = scene.frame(&self.frame_id)?;
        let expression = match self.use_original_scopes {
            true => scene.in_generated_names(&frame, &self.expression)?,
            false => self.expression,
        };
        let completion = scene.typed(&expression, Some(frame), self.pure);
        Ok(EvaluateInFrameResult {
            result: scene.ended(completion)?,
        })
    }
}

impl AnswerInPause for EvaluateInGlobal {
    fn answer(self, mut scene: Scene<'_>) -> Answer<EvaluateInGlobalResult> {
        let completion = scene.typed(&self.expression, None, self.pure);
        Ok(EvaluateInGlobalResult {
            result: scene.ended(completion)?,
        })
    }
}

impl AnswerInPause for GetObjectProperty {
    fn answer(self, mut scene: Scene<'_>) -> Answer<GetObjectPropertyResult> {
        let object = scene.named_object(&self.object)?;
        let completion = evaluate::property(&mut scene, object, &self.name);
        Ok(GetObjectPropertyResult {
            result: scene.ended(completion)?,
        })
    }
}

impl AnswerInPause for CallFunction {
    fn answer(self, mut scene: Scene<'_>) -> Answer<CallFunctionResult> {
        let function = value::Value::Object(scene.named_object(&self.object)?);
        let this = scene.given_value(&self.this_value)?;
        let arguments = scene.given_values(&self.argument_values)?;
        let completion = evaluate::call(&mut scene, &function, &this, &arguments);
        Ok(CallFunctionResult {
            result: scene.ended(completion)?,
        })
    }
}

impl AnswerInPause for CallObjectProperty {
    fn answer(self, mut scene: Scene<'_>) -> Answer<CallObjectPropertyResult> {
        let object = value::Value::Object(scene.named_object(&self.object)?);
        let arguments = scene.given_values(&self.argument_values)?;
        let completion = evaluate::call_method(&mut scene, &object, &self.name, &arguments);
        Ok(CallObjectPropertyResult {
            result: scene.ended(completion)?,
        })
    }
}

impl Scene<'_> {
    /// An expression in the names of a frame's original source, in those of the code that ran. What is no expression, but
    /// a program or an error, stays as it is.
    pub(super) fn in_generated_names(&self, frame: &StackFrame, expression: &str) -> Answer<String> {
        let Some(script) = self.trace.script_of_function(frame.function)? else {
            return Ok(expression.to_owned());
        };
        let site = frame.last_step.and_then(|(_, site)| code::site(&script, site));
        let body = || code::function(&script, frame.function).map(|function| function.body);
        let Some(position) = site.map(|site| site.position).or_else(body) else {
            return Ok(expression.to_owned());
        };
        let names = self.trace.names_at(script.id, position)?;
        match to_generated(expression, &names) {
            Err(_) if !evaluate::is_expression(expression) => Ok(expression.to_owned()),
            mapped => mapped.map_err(Failure::command),
        }
    }

    /// Evaluates what somebody typed, and keeps what it comes to. What is pure changes nothing, the last result included.
    fn typed(&mut self, text: &str, frame: Option<StackFrame>, is_pure: bool) -> Completion {
        let completion = Source::new(text).evaluate(self, frame, is_pure);
        if let (Completion::Returned(value), false) = (&completion, is_pure) {
            self.sent.made.changed.borrow_mut().last_result = Some(value.clone());
        }
        completion
    }

    /// What was evaluated last in this pause.
    pub(crate) fn last_result(&self) -> Option<value::Value> {
        self.sent.made.changed.borrow().last_result.clone()
    }

    /// The answer to an evaluation.
    fn ended(mut self, completion: Completion) -> Answer<Ended> {
        let mut ended = self.completed(completion, ObjectPreviewLevel::CanOverflow)?;
        ended.data = self.into_data();
        Ok(ended)
    }

    /// How an evaluation ended, as sent but for the data.
    ///
    /// # Errors
    /// It could not be carried through.
    pub(crate) fn completed(&mut self, completion: Completion, level: ObjectPreviewLevel) -> Answer<Ended> {
        let mut ended = Ended::default();
        match completion {
            Completion::Returned(value) => ended.returned = Some(self.value(&value)),
            Completion::Threw(value) => ended.exception = Some(self.value(&value)),
            Completion::Refused(reason) => {
                return Err(Failure::command(format!("this cannot be evaluated: {reason}")));
            }
        }
        self.add_mentioned(level, 1)?;
        Ok(ended)
    }

    /// A value that the client gives.
    ///
    /// # Errors
    /// It is an object that was never named to the client.
    fn given_value(&self, given: &Value) -> Answer<value::Value> {
        Ok(match given {
            Value::Undefined => value::Value::Undefined,
            Value::Null => value::Value::Null,
            Value::Bool(given) => value::Value::Boolean(*given),
            Value::Number(number) => value::Value::Number(*number),
            Value::String(text) => value::Value::String(text.as_str().into()),
            Value::Bigint(digits) => value::Value::BigInt(digits.as_str().into()),
            Value::Symbol(description) => value::Value::Symbol(description.as_str().into()),
            Value::Object(id) => value::Value::Object(self.named_object(id)?),
            Value::Uninitialized => value::Value::Uninitialized,
            Value::Unavailable => value::Value::Unavailable,
        })
    }

    fn given_values(&self, given: &[Value]) -> Answer<Vec<value::Value>> {
        given.iter().map(|given| self.given_value(given)).collect()
    }

    /// An object that was named to the client before, as a value of the recording names it.
    ///
    /// # Errors
    /// It was not.
    pub(super) fn named_object(&self, id: &wire::ids::ObjectId) -> Answer<ObjectId> {
        match ObjectKey::from_wire(id).filter(|object| self.sent.objects.contains_key(object)) {
            Some(ObjectKey::Recorded(object)) => Ok(object),
            Some(ObjectKey::Global) => Ok(GLOBAL_OBJECT),
            Some(ObjectKey::Page(_)) | None => {
                Err(Failure::command(format!("no such object in this pause: {id}")))
            }
        }
    }

    /// The frame that is so many callers out from the running one.
    pub(crate) fn frame_outward(&self, index: usize) -> Option<StackFrame> {
        self.stack.iter().rev().nth(index).copied()
    }

    /// How many frames there are.
    pub(crate) fn n_frames(&self) -> usize {
        self.stack.len()
    }

    /// What is known of an object, one that was made included.
    pub(crate) fn known_state(&mut self, object: ObjectId) -> Option<Arc<ObjectState>> {
        self.state(object)
    }

    /// Makes an object; None if there are too many.
    pub(crate) fn make(&mut self, state: ObjectState) -> Option<ObjectId> {
        self.sent.made.push(state)
    }

    /// Makes an error that an evaluation throws.
    pub(crate) fn make_error(&mut self, class_name: &str, message: &str) -> Option<value::Value> {
        let kind = ObjectKind::Error {
            message: message.into(),
            stack: format!("{class_name}: {message}").into(),
        };
        let error = self.make(ObjectState {
            class_name: class_name.into(),
            prototype: None,
            kind,
            properties: Vec::new(),
            n_properties: 0,
        });
        error.map(value::Value::Object)
    }

    /// A variable that a frame sees, or a global one; None if nothing declares it. Uninitialized before its declaration.
    pub(crate) fn variable_named(
        &mut self,
        frame: Option<&StackFrame>,
        name: &Text,
    ) -> Answer<Option<value::Value>> {
        Ok(self.find_variable(frame, name)?.map(|found| found.value))
    }

    /// The same with what tells the variable from others.
    pub(super) fn find_variable(&self, frame: Option<&StackFrame>, name: &Text) -> Answer<Option<Found>> {
        if let Some(frame) = frame
            && let Some(found) = self.lexical_variable(frame, name)?
        {
            return Ok(Some(found));
        }
        self.global_variable(name)
    }

    /// A property that a declaration gave the global object.
    pub(crate) fn global_property(&mut self, name: &Text) -> Answer<Option<value::Value>> {
        let found = self.global_variable(name)?;
        let own = found.filter(|found| matches!(found.kind, BindingKind::Var | BindingKind::Function));
        Ok(own.map(|found| found.value))
    }

    fn lexical_variable(&self, frame: &StackFrame, name: &Text) -> Answer<Option<Found>> {
        let Some(script) = self.trace.script_of_function(frame.function)? else {
            return Ok(None);
        };
        // Without a declaration of that name there is no need to ask who holds it.
        if !script.bindings.iter().any(|binding| binding.name == *name) {
            return Ok(None);
        }
        let Some(function) = code::function(&script, frame.function) else {
            return Ok(None);
        };
        let site = frame.last_step.and_then(|(_, site)| code::site(&script, site));
        let innermost = site.map_or(function.scope, |site| site.scope);
        for visible in self.trace.visible_scopes(frame, innermost, &self.moment)? {
            let Some(scope) = code::scope(&script, visible.scope) else {
                continue;
            };
            if scope.kind == ScopeKind::Script && is_classic(script.kind) {
                break;
            }
            for binding_id in &scope.bindings {
                if let Some(binding) = code::binding(&script, *binding_id)
                    && binding.name == *name
                {
                    let stands_at = self.position_in(&visible, &script);
                    let value =
                        self.variable_recorded(&script, *binding_id, binding, visible.owner, stands_at);
                    return Ok(Some(Found {
                        value,
                        owner: visible.owner,
                        binding: *binding_id,
                        kind: binding.kind,
                    }));
                }
            }
        }
        Ok(None)
    }

    /// A top-level variable of the classic scripts that have begun. Of equal names the script loaded last has the say.
    pub(super) fn global_variable(&self, name: &Text) -> Answer<Option<Found>> {
        for (script, binding_id) in self.trace.global_bindings(name)?.iter().rev() {
            let script = self.trace.reader.script(*script)?;
            if !self.has_begun(&script)? {
                continue;
            }
            let Some(binding) = code::binding(&script, *binding_id) else {
                continue;
            };
            let value = self.variable_recorded(&script, *binding_id, binding, InstanceId::STATIC, None);
            return Ok(Some(Found {
                value,
                owner: InstanceId::STATIC,
                binding: *binding_id,
                kind: binding.kind,
            }));
        }
        Ok(None)
    }

    /// What a call's parameters hold now; None for frames that are no call.
    pub(crate) fn argument_values_recorded(&self, frame: &StackFrame) -> Answer<Option<Vec<value::Value>>> {
        let Some(script) = self.trace.script_of_function(frame.function)? else {
            return Ok(None);
        };
        let function = code::function(&script, frame.function);
        let Some(function) = function.filter(|function| function.kind != FunctionKind::TopLevel) else {
            return Ok(None);
        };
        let parameters = function.parameters.iter();
        let value = |parameter: &BindingId| match script.level {
            0 | 1 => value::Value::Unavailable,
            _ => match self.trace.variable(frame.instance, *parameter, &self.moment) {
                Ok(value) => value.unwrap_or(value::Value::Undefined),
                Err(_) => value::Value::Unavailable,
            },
        };
        Ok(Some(parameters.map(value).collect()))
    }
}
