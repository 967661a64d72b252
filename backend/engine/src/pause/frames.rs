//! Frames of a pause.

use recording::{
    ids::{BindingId, InstanceId},
    script::{FunctionKind, ScriptKind},
    value,
};
use wire::{
    ids,
    pause::{Frame, FrameType, ObjectPreviewLevel, Value},
};

use super::{GLOBAL_OBJECT, NamedScope, Scene, frame_id};
use crate::{
    answer::{Answer, Failure},
    code,
    stack::StackFrame,
};

impl Scene<'_> {
    /// The frame of this pause that an id names.
    pub(super) fn frame(&self, id: &ids::FrameId) -> Answer<StackFrame> {
        let frame = self.stack.iter().find(|frame| frame_id(frame.instance) == *id);
        frame
            .copied()
            .ok_or_else(|| Failure::command(format!("no such frame in this pause: {id}")))
    }

    /// Adds every frame.
    pub(crate) fn add_frames(&mut self) -> Answer<()> {
        for frame in self.stack.clone().into_iter().rev() {
            self.add_frame(frame)?;
        }
        Ok(())
    }

    /// Adds a frame, unless it was sent.
    pub(super) fn add_frame(&mut self, frame: StackFrame) -> Answer<()> {
        if self.sent.frames.contains(&frame.instance) {
            return Ok(());
        }
        let Some(script) = self.trace.script_of_function(frame.function)? else {
            return Ok(());
        };
        let Some(function) = code::function(&script, frame.function) else {
            return Ok(());
        };
        let site = frame.last_step.and_then(|(_, site)| code::site(&script, site));
        let is_call = function.kind != FunctionKind::TopLevel;
        let this = self.this_of(&frame)?;
        let scope_chain = self.scope_chain(&frame, site.map_or(function.scope, |site| site.scope))?;
        let position = site.map_or(function.body, |site| site.position);
        let original_scope_chain = self.original_scope_chain(&script, position, &scope_chain);
        self.data.frames.push(Frame {
            frame_id: frame_id(frame.instance),
            frame_type: match (function.kind, script.kind) {
                (FunctionKind::TopLevel, ScriptKind::Module | ScriptKind::InlineModule) => FrameType::Module,
                (FunctionKind::TopLevel, ScriptKind::Eval) => FrameType::Eval,
                (FunctionKind::TopLevel, ScriptKind::External | ScriptKind::Inline) => FrameType::Global,
                _ => FrameType::Call,
            },
            function_name: (is_call && !function.name.is_empty()).then(|| function.name.clone()),
            original_function_name: is_call
                .then(|| self.trace.original_function_name(&script, position))
                .flatten(),
            function_location: is_call.then(|| self.trace.mapped(&script, function.start)),
            location: self.trace.mapped(&script, position),
            scope_chain,
            original_scope_chain,
            this,
            return_value: None,
        });
        self.sent.add_frame(frame.instance);
        self.add_mentioned(ObjectPreviewLevel::None, 0)
    }

    /// Names the scopes of a frame, innermost first.
    fn scope_chain(
        &mut self,
        frame: &StackFrame,
        innermost: recording::ids::ScopeId,
    ) -> Answer<Vec<ids::ScopeId>> {
        let mut chain = Vec::new();
        for visible in self.trace.visible_scopes(frame, innermost, &self.moment)? {
            if self.is_worth_showing(&visible)? {
                let id = ids::ScopeId::from(format!("{}:{}", visible.scope.0, visible.owner.0));
                self.sent
                    .named_scopes
                    .insert(id.clone(), NamedScope::Lexical(visible));
                chain.push(id);
            }
        }
        let global = ids::ScopeId::from(super::GLOBAL);
        self.sent.named_scopes.insert(global.clone(), NamedScope::Global);
        chain.push(global);
        Ok(chain)
    }

    /// `this` in a frame, as sent.
    fn this_of(&mut self, frame: &StackFrame) -> Answer<Value> {
        let this = self.this_recorded(frame)?;
        Ok(self.value(&this))
    }

    /// `this` in a frame; arrow functions take it from around them.
    pub(crate) fn this_recorded(&self, frame: &StackFrame) -> Answer<value::Value> {
        use value::Value;
        let (mut function_id, mut instance, mut parent) =
            (frame.function, Some(frame.instance), frame.parent);
        let Some(script) = self.trace.script_of_function(function_id)? else {
            return Ok(Value::Unavailable);
        };
        if script.level < 2 {
            return Ok(Value::Unavailable);
        }
        // Functions stand inside each other: as many rounds as that at most.
        for _ in 0..script.functions.len() {
            let Some(function) = code::function(&script, function_id) else {
                break;
            };
            match (function.kind, function.parent, instance) {
                (FunctionKind::TopLevel, _, at) => {
                    // Node hands a module its `this`; of other scripts it follows from their kind.
                    let at = at.map(|at| self.trace.variable(at, BindingId::THIS, &self.moment));
                    if let Some(Ok(Some(this))) = at {
                        return Ok(this);
                    }
                    return Ok(match script.kind {
                        ScriptKind::Module | ScriptKind::InlineModule => Value::Undefined,
                        ScriptKind::External | ScriptKind::Inline => Value::Object(GLOBAL_OBJECT),
                        ScriptKind::Eval => Value::Unavailable,
                    });
                }
                (FunctionKind::Arrow, Some(outer), _) => {
                    let around = self.trace.surroundings(outer, parent)?;
                    function_id = outer;
                    instance = around.as_ref().map(|around| around.frame);
                    parent = around.map_or(InstanceId::STATIC, |around| around.next);
                }
                (_, _, Some(instance)) => {
                    let this = self.trace.variable(instance, BindingId::THIS, &self.moment);
                    return Ok(this.ok().flatten().unwrap_or(Value::Unavailable));
                }
                (_, _, None) => break,
            }
        }
        Ok(Value::Unavailable)
    }
}
