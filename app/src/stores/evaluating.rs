//! Evaluating: what an expression is in a frame of a pause, or in its global scope, and what could be written next in one.
//!
//! What must change nothing (`is_pure`) is asked once per pause, frame and expression, and remembered with the pause by the
//! client; only once something impure has run in a pause, which may have changed it, is everything asked there anew.

use std::{collections::HashSet, rc::Rc};

use client::{CallError, Lookup, Pause};
use leptos::prelude::*;
use wire::{
    ids::{FrameId, ObjectId, PauseId},
    pause::{CallFunction, EvaluateInFrame, EvaluateInGlobal, ObjectPreviewLevel, Scope, Value},
};

use super::driver::words;
use crate::logic::completion::{self, Asked, Offer};

/// How far a chain of prototypes is followed.
const MAX_PROTOTYPES: usize = 10;

/// How an evaluation ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// With a value.
    Returned(Value),
    /// With an exception.
    Threw(Value),
    /// Without either: it touched what cannot be had, or took too long.
    Failed,
}

/// An outcome and the pause that its value lives in, where what came with it is known.
#[derive(Clone)]
pub(crate) struct Evaluated {
    /// The pause.
    pub(crate) pause: Pause,
    /// How it ended.
    pub(crate) outcome: Outcome,
}

/// The way to evaluate; a handle.
#[derive(Clone, Copy)]
pub struct EvaluatingStore {
    /// Pauses in which something impure has run. A few: one for each moment that a person evaluated at.
    changed: StoredValue<HashSet<PauseId>>,
    /// How many values have been given names.
    n_named: StoredValue<u32>,
}

impl EvaluatingStore {
    pub(super) fn new() -> Self {
        Self {
            changed: StoredValue::new(HashSet::new()),
            n_named: StoredValue::new(0),
        }
    }

    /// Evaluates an expression in a frame of a pause, or in the global scope. For use within an errand.
    ///
    /// # Errors
    /// As any call: [`refusal`] tells what a person should read from what ends the session. An expression that throws is no
    /// error.
    pub(crate) async fn evaluate(
        self,
        pause: &Pause,
        frame_id: Option<&FrameId>,
        expression: &str,
        is_pure: bool,
    ) -> Result<Evaluated, CallError> {
        let expression = expression.to_owned();
        let is_changed = self
            .changed
            .try_update_value(|changed| match is_pure {
                true => changed.contains(pause.id()),
                false => !changed.insert(pause.id().clone()),
            })
            .unwrap_or(true);
        let is_asked_once = is_pure && !is_changed;
        let result = match frame_id {
            Some(frame_id) => {
                let params = EvaluateInFrame {
                    frame_id: frame_id.clone(),
                    expression,
                    pure: is_pure,
                    use_original_scopes: true,
                };
                match is_asked_once {
                    true => pause
                        .until_ready(|pause| pause.ask(&params))
                        .await?
                        .result
                        .clone(),
                    false => pause.call(&params).await?.result,
                }
            }
            None => {
                let params = EvaluateInGlobal {
                    expression,
                    pure: is_pure,
                };
                match is_asked_once {
                    true => pause
                        .until_ready(|pause| pause.ask(&params))
                        .await?
                        .result
                        .clone(),
                    false => pause.call(&params).await?.result,
                }
            }
        };
        let outcome = match (result.exception, result.returned) {
            (Some(exception), _) => Outcome::Threw(exception),
            (None, Some(returned)) => Outcome::Returned(returned),
            (None, None) if result.failed => Outcome::Failed,
            // `undefined` may be left out.
            (None, None) => Outcome::Returned(Value::Undefined),
        };
        Ok(Evaluated {
            pause: pause.clone(),
            outcome,
        })
    }

    /// What could be written where a person is writing: the variables that the frame sees, or the properties of the object in
    /// front of the dot, its prototypes' included. Nothing is changed by finding out. For use within an errand.
    ///
    /// # Errors
    /// As any call.
    pub(crate) async fn complete(
        self,
        pause: &Pause,
        frame_id: Option<&FrameId>,
        asked: &Asked,
    ) -> Result<Vec<Offer>, CallError> {
        let Some(object) = &asked.object else {
            return scopes(pause, frame_id).await;
        };
        let evaluated = self.evaluate(pause, frame_id, object, true).await?;
        match evaluated.outcome {
            Outcome::Returned(Value::Object(id)) => Ok(properties(pause, id).await),
            Outcome::Returned(value) => {
                let Some(class) = completion::class_of(&value) else {
                    return Ok(Vec::new());
                };
                let prototype = format!("{class}.prototype");
                let prototype = self.evaluate(pause, None, &prototype, true).await?.outcome;
                let mut offers = completion::of_primitive(&value);
                if let Outcome::Returned(Value::Object(id)) = prototype {
                    offers.extend(properties(pause, id).await);
                }
                Ok(offers)
            }
            Outcome::Threw(_) | Outcome::Failed => Ok(Vec::new()),
        }
    }

    /// Gives a value of a pause a name of its own, `$1`, `$2` …, under which expressions at that pause find it. For use within
    /// an errand.
    ///
    /// # Errors
    /// As any call; what the program throws instead is no error, but gives no name either.
    pub(crate) async fn name_value(self, pause: &Pause, value: &Value) -> Result<Option<String>, CallError> {
        let name = format!("${}", self.n_named.try_get_value().unwrap_or_default() + 1);
        let function = format!("(value) => {{ globalThis.{name} = value; }}");
        let function = self.evaluate(pause, None, &function, false).await?;
        let Outcome::Returned(Value::Object(object)) = function.outcome else {
            return Ok(None);
        };
        let params = CallFunction {
            object,
            this_value: Value::Undefined,
            argument_values: vec![value.clone()],
        };
        let result = pause.call(&params).await?.result;
        if result.exception.is_some() || result.failed {
            return Ok(None);
        }
        self.n_named.try_update_value(|n_named| *n_named += 1);
        Ok(Some(name))
    }

    /// Pauses of the session before mean nothing any more.
    pub(super) fn ask_again(self) {
        self.changed.try_update_value(HashSet::clear);
    }
}

/// What a person should read of an error, or the error itself if it ends the session, for the errand to return.
///
/// # Errors
/// The error, if the session is gone.
pub(crate) fn refusal(error: CallError) -> Result<String, CallError> {
    match error.is_session_gone() || matches!(error, CallError::Closed { .. } | CallError::Gone) {
        true => Err(error),
        false => Ok(words(&error)),
    }
}

/// The variables of a frame, by the original names where there are some; those of the global scope without a frame.
async fn scopes(pause: &Pause, frame_id: Option<&FrameId>) -> Result<Vec<Offer>, CallError> {
    let mut offers = Vec::new();
    let mut has_global = false;
    if let Some(frame) = frame_id.and_then(|id| pause.known_frame(id)) {
        let chain = frame.original_scope_chain.as_ref().unwrap_or(&frame.scope_chain);
        for id in chain {
            let scope: Rc<Scope> = pause.until_ready(|pause| pause.scope_of(id)).await?;
            offers.extend(completion::of_scope(&scope));
            if let Some(object) = &scope.object {
                has_global = true;
                offers.extend(properties(pause, object.clone()).await);
            }
        }
    }
    if !has_global {
        let params = EvaluateInGlobal {
            expression: "globalThis".to_owned(),
            pure: true,
        };
        let global = pause.until_ready(|pause| pause.ask(&params)).await?;
        if let Some(Value::Object(id)) = &global.result.returned {
            offers.extend(properties(pause, id.clone()).await);
        }
    }
    offers.extend(completion::words_of_the_language());
    Ok(completion::unique(offers))
}

/// The properties of an object and its prototypes; as many as can be had.
async fn properties(pause: &Pause, id: ObjectId) -> Vec<Offer> {
    let mut offers = Vec::new();
    let mut next = Some(id);
    for distance in 0..MAX_PROTOTYPES {
        let Some(id) = next.take() else { break };
        let read = |pause: &Pause| -> Lookup<_> { pause.object(&id, ObjectPreviewLevel::Full) };
        let Ok(object) = pause.until_ready(read).await else {
            break;
        };
        if let Some(preview) = &object.preview {
            offers.extend(completion::of_object(&object, preview, distance));
            next = preview.prototype_id.clone();
        }
    }
    completion::unique(offers)
}
