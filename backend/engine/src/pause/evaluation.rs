//! Evaluation in a pause: its commands, and what evaluators ask of the pause.

use std::sync::Arc;

use recording::{
    ids::{InstanceId, ObjectId},
    script::{BindingKind, FunctionKind, ScopeKind},
    value::{self, ObjectKind, ObjectState, Text},
};
use wire::pause::{
    EvaluateInFrame, EvaluateInFrameResult, EvaluateInGlobal, EvaluateInGlobalResult, GetObjectProperty,
    GetObjectPropertyResult, ObjectPreviewLevel, Result as Ended,
};

use super::{AnswerInPause, GLOBAL_OBJECT, ObjectKey, Scene, scopes::is_classic};
use crate::{
    answer::{Answer, Failure},
    code,
    evaluate::{Completion, Source},
    stack::StackFrame,
};

/// Objects that evaluations made in a pause. They have numbers of their own, beyond those of any recording.
#[derive(Default)]
pub(super) struct Made {
    states: Vec<Arc<ObjectState>>,
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
    /// What an object holds.
    pub(super) fn get(&self, object: ObjectId) -> Option<Arc<ObjectState>> {
        self.states
            .get(object.0.checked_sub(FIRST_MADE)? as usize)
            .cloned()
    }
}

impl AnswerInPause for EvaluateInFrame {
    fn answer(self, mut scene: Scene<'_>) -> Answer<EvaluateInFrameResult> {
        let frame = scene.frame(&self.frame_id)?;
        let completion = Source::new(&self.expression).evaluate(&mut scene, Some(frame));
        Ok(EvaluateInFrameResult {
            result: scene.ended(completion)?,
        })
    }
}

impl AnswerInPause for EvaluateInGlobal {
    fn answer(self, mut scene: Scene<'_>) -> Answer<EvaluateInGlobalResult> {
        let completion = Source::new(&self.expression).evaluate(&mut scene, None);
        Ok(EvaluateInGlobalResult {
            result: scene.ended(completion)?,
        })
    }
}

impl AnswerInPause for GetObjectProperty {
    fn answer(self, mut scene: Scene<'_>) -> Answer<GetObjectPropertyResult> {
        let object = scene.named_object(&self.object)?;
        let completion = crate::evaluate::property(&mut scene, object, &self.name);
        Ok(GetObjectPropertyResult {
            result: scene.ended(completion)?,
        })
    }
}

impl Scene<'_> {
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
        let made = &mut self.sent.made.states;
        let id = ObjectId(FIRST_MADE + made.len() as u32);
        (made.len() < MAX_MADE).then(|| {
            made.push(Arc::new(state));
            id
        })
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
        if let Some(frame) = frame
            && let Some(value) = self.lexical_variable(frame, name)?
        {
            return Ok(Some(value));
        }
        Ok(self.global_variable(name)?.map(|(value, _)| value))
    }

    /// A property that a declaration gave the global object.
    pub(crate) fn global_property(&mut self, name: &Text) -> Answer<Option<value::Value>> {
        let found = self.global_variable(name)?;
        let own = found.filter(|(_, kind)| matches!(kind, BindingKind::Var | BindingKind::Function));
        Ok(own.map(|(value, _)| value))
    }

    fn lexical_variable(&self, frame: &StackFrame, name: &Text) -> Answer<Option<value::Value>> {
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
                    return Ok(Some(value));
                }
            }
        }
        Ok(None)
    }

    /// A top-level variable of the classic scripts that have begun. Of equal names the script loaded last has the say.
    fn global_variable(&self, name: &Text) -> Answer<Option<(value::Value, BindingKind)>> {
        for (script, binding_id) in self.trace.global_bindings(name)?.iter().rev() {
            let script = self.trace.reader.script(*script)?;
            if !self.has_begun(&script)? {
                continue;
            }
            let Some(binding) = code::binding(&script, *binding_id) else {
                continue;
            };
            let value = self.variable_recorded(&script, *binding_id, binding, InstanceId::STATIC, None);
            return Ok(Some((value, binding.kind)));
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
        let value = |parameter: &recording::ids::BindingId| match script.level {
            0 | 1 => value::Value::Unavailable,
            _ => match self.trace.variable(frame.instance, *parameter, &self.moment) {
                Ok(value) => value.unwrap_or(value::Value::Undefined),
                Err(_) => value::Value::Unavailable,
            },
        };
        Ok(Some(parameters.map(value).collect()))
    }
}
