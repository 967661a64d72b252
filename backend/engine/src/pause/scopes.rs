//! Scopes of a pause and the variables in them.

use std::{collections::HashMap, sync::Arc};

use recording::{
    chunk::RecordPosition,
    ids::{BindingId, InstanceId, SiteId},
    script::{Binding, BindingKind, Position, ScopeKind, Script, ScriptKind},
    value,
};
use wire::{
    ids,
    pause::{NamedValue, ObjectPreviewLevel, Scope, ScopeType},
};

use super::{NamedScope, ObjectKey, Scene};
use crate::{
    answer::{Answer, Failure},
    code,
    environment::VisibleScope,
};

impl Scene<'_> {
    /// Whether a scope has its own place in the chain: those of functions always, others if they declare anything. The
    /// top level of a classic script is part of the global scope.
    pub(super) fn is_worth_showing(&self, visible: &VisibleScope) -> Answer<bool> {
        let Some(script) = self.trace.script_of_scope(visible.scope)? else {
            return Ok(false);
        };
        let Some(scope) = code::scope(&script, visible.scope) else {
            return Ok(false);
        };
        Ok(match scope.kind {
            ScopeKind::Function => true,
            ScopeKind::Script if is_classic(script.kind) => false,
            _ => !scope.bindings.is_empty(),
        })
    }

    /// Adds a scope with its variables, unless it was sent.
    pub(super) fn add_scope(&mut self, id: &ids::ScopeId) -> Answer<()> {
        let Some(named) = self.sent.named_scopes.get(id).copied() else {
            return Err(Failure::command(format!("no such scope in this pause: {id}")));
        };
        if self.sent.scopes.contains(id) {
            return Ok(());
        }
        let scope = match named {
            NamedScope::Lexical(visible) => self.lexical_scope(id, &visible)?,
            NamedScope::Original(visible) => self.original_scope(id, &visible)?,
            NamedScope::Global => Some(Scope {
                scope_id: id.clone(),
                scope_type: ScopeType::Global,
                function_lexical: false,
                object: Some(ObjectKey::Global.to_wire()),
                function_name: None,
                bindings: Some(
                    self.global_variables()?
                        .into_iter()
                        .map(|(variable, _)| variable)
                        .collect(),
                ),
            }),
        };
        self.data.scopes.extend(scope);
        self.sent.add_scope(id);
        self.add_mentioned(ObjectPreviewLevel::CanOverflow, 0)?;
        match named {
            NamedScope::Lexical(_) | NamedScope::Original(_) => Ok(()),
            NamedScope::Global => self.add_object(ObjectKey::Global, ObjectPreviewLevel::None, 0),
        }
    }

    pub(super) fn lexical_scope(
        &mut self,
        id: &ids::ScopeId,
        visible: &VisibleScope,
    ) -> Answer<Option<Scope>> {
        let Some(script) = self.trace.script_of_scope(visible.scope)? else {
            return Ok(None);
        };
        let Some(scope) = code::scope(&script, visible.scope) else {
            return Ok(None);
        };
        let stands_at = self.position_in(visible, &script);
        let bindings = scope.bindings.iter().filter_map(|binding_id| {
            let binding = code::binding(&script, *binding_id)?;
            Some(self.variable(&script, *binding_id, binding, visible.owner, stands_at))
        });
        let bindings = bindings.collect();
        let function = code::function(&script, scope.function).filter(|_| scope.kind == ScopeKind::Function);
        Ok(Some(Scope {
            scope_id: id.clone(),
            scope_type: if function.is_some() {
                ScopeType::Function
            } else {
                ScopeType::Block
            },
            function_lexical: false,
            object: None,
            function_name: function
                .filter(|function| !function.name.is_empty())
                .map(|function| function.name.clone()),
            bindings: Some(bindings),
        }))
    }

    /// Where the frame that runs a scope stands in the text, if it is on the stack.
    pub(super) fn position_in(&self, visible: &VisibleScope, script: &Script) -> Option<Position> {
        let frame = self
            .stack
            .iter()
            .find(|frame| Some(frame.instance) == visible.frame)?;
        let (_, site) = frame.last_step?;
        code::site(script, site).map(|site| site.position)
    }

    fn variable(
        &mut self,
        script: &Script,
        binding_id: BindingId,
        binding: &Binding,
        owner: InstanceId,
        stands_at: Option<Position>,
    ) -> NamedValue {
        let value = self.variable_recorded(script, binding_id, binding, owner, stands_at);
        NamedValue {
            name: binding.name.to_string(),
            value: self.value(&value),
        }
    }

    /// What a variable holds, seen from where the frame that runs its scope stands.
    pub(super) fn variable_recorded(
        &self,
        script: &Script,
        binding_id: BindingId,
        binding: &Binding,
        owner: InstanceId,
        stands_at: Option<Position>,
    ) -> value::Value {
        if let Some(written) = self.sent.made.written(owner, binding_id) {
            return written;
        }
        let is_lexical = matches!(
            binding.kind,
            BindingKind::Let | BindingKind::Const | BindingKind::Class
        );
        // A block run again still has the writes of its last run: before the declaration they do not count.
        let is_declared = !is_lexical || stands_at.is_none_or(|stands_at| stands_at > binding.position);
        match script.level {
            0 | 1 => value::Value::Unavailable,
            _ if !is_declared => value::Value::Uninitialized,
            _ => match self.trace.variable(owner, binding_id, &self.moment) {
                Ok(Some(value)) => value,
                Ok(None) => unwritten(binding.kind),
                Err(_) => value::Value::Unavailable,
            },
        }
    }

    /// Top-level variables of the classic scripts that have begun, and how each is declared. Of equal names the script
    /// loaded last has the say.
    pub(super) fn global_variables(&mut self) -> Answer<Vec<(NamedValue, BindingKind)>> {
        let mut variables = Vec::new();
        let mut by_name: HashMap<Arc<str>, usize> = HashMap::new();
        let trace = self.trace;
        for info in trace
            .reader
            .scripts()
            .iter()
            .filter(|info| is_classic(info.kind) && info.level > 0)
        {
            let script = trace.reader.script(info.id)?;
            if !self.has_begun(&script)? {
                continue;
            }
            let Some(root) = script.scopes.first() else {
                continue;
            };
            for binding_id in &root.bindings {
                let Some(binding) = code::binding(&script, *binding_id) else {
                    continue;
                };
                let variable = self.variable(&script, *binding_id, binding, InstanceId::STATIC, None);
                match by_name
                    .get(&binding.name)
                    .and_then(|idx: &usize| variables.get_mut(*idx))
                {
                    Some(existing) => *existing = (variable, binding.kind),
                    None => {
                        by_name.insert(binding.name.clone(), variables.len());
                        variables.push((variable, binding.kind));
                    }
                }
            }
        }
        Ok(variables)
    }

    /// Whether a script's top level has run a statement, or runs now.
    pub(super) fn has_begun(&self, script: &Script) -> Answer<bool> {
        let is_on_stack = self
            .stack
            .iter()
            .any(|frame| frame.function == script.first_function);
        let first = script
            .sites
            .iter()
            .position(|site| site.function == script.first_function);
        let Some(first) = first else {
            return Ok(is_on_stack);
        };
        let site = SiteId(script.first_site.0.saturating_add(first as u32));
        if is_on_stack || self.trace.reader.site_runs_before(site, self.moment.chunk_idx) > 0 {
            return Ok(true);
        }
        let position: RecordPosition = self.moment.position;
        let steps = &self.moment.view.steps;
        Ok(steps
            .iter()
            .take_while(|step| step.position <= position)
            .any(|step| step.site == site))
    }
}

/// What a variable holds before anything was written to it. An import's value lives in the exporting module, which
/// the recording does not name.
fn unwritten(kind: BindingKind) -> value::Value {
    match kind {
        BindingKind::Let | BindingKind::Const | BindingKind::Class => value::Value::Uninitialized,
        BindingKind::Var | BindingKind::Parameter | BindingKind::Function | BindingKind::Catch => {
            value::Value::Undefined
        }
        BindingKind::Import => value::Value::Unavailable,
    }
}

pub(super) fn is_classic(kind: ScriptKind) -> bool {
    matches!(kind, ScriptKind::External | ScriptKind::Inline)
}
