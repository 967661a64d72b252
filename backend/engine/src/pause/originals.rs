//! Frames and scopes of a pause as the original source has them: the same variables under other names.

use recording::script::{Position, Script};
use wire::{debugger::SourceLocation, ids, pause::Scope};

use super::{NamedScope, Scene};
use crate::{answer::Answer, code, environment::VisibleScope, sources::SourceKey, trace::Trace};

impl Trace {
    /// What the function around a place is called in the original source.
    pub(crate) fn original_function_name(&self, script: &Script, position: Position) -> Option<String> {
        let (key, Position { line, column }) = self.place_in_original(script, position)?;
        self.function_name_at(key, SourceLocation { line, column })
    }

    fn place_in_original(&self, script: &Script, position: Position) -> Option<(SourceKey, Position)> {
        let place = self.original_place(script.id, position);
        place.filter(|(key, _)| matches!(key, SourceKey::Original(..)))
    }
}

impl Scene<'_> {
    /// Names the scopes of a frame that stands at a place, as its original source has them; None without one.
    pub(super) fn original_scope_chain(
        &mut self,
        script: &Script,
        position: Position,
        chain: &[ids::ScopeId],
    ) -> Option<Vec<ids::ScopeId>> {
        self.trace.place_in_original(script, position)?;
        let mut originals = Vec::new();
        for id in chain {
            originals.push(match self.sent.named_scopes.get(id) {
                Some(NamedScope::Lexical(visible)) => {
                    let visible = *visible;
                    let original = ids::ScopeId::from(format!("{id}:original"));
                    self.sent
                        .named_scopes
                        .insert(original.clone(), NamedScope::Original(visible));
                    original
                }
                _ => id.clone(),
            });
        }
        Some(originals)
    }

    /// A scope with the names its variables have in the original source. Those of which the map says nothing keep theirs.
    pub(super) fn original_scope(
        &mut self,
        id: &ids::ScopeId,
        visible: &VisibleScope,
    ) -> Answer<Option<Scope>> {
        let Some(script) = self.trace.script_of_scope(visible.scope)? else {
            return Ok(None);
        };
        let mut scope = self.lexical_scope(id, visible)?;
        let recorded = code::scope(&script, visible.scope);
        let bindings = recorded.into_iter().flat_map(|scope| &scope.bindings);
        let bindings = bindings.filter_map(|binding| code::binding(&script, *binding));
        let values = scope
            .iter_mut()
            .flat_map(|scope| scope.bindings.iter_mut().flatten());
        for (binding, value) in bindings.zip(values) {
            if let Some(name) = self.trace.original_name_of(script.id, binding) {
                value.name = name.to_string();
            }
        }
        if let (Some(scope), Some(recorded)) = (&mut scope, recorded)
            && let Some(function) = code::function(&script, recorded.function)
        {
            let original = self.trace.original_function_name(&script, function.body);
            scope.function_name = scope.function_name.take().and(original);
        }
        Ok(scope)
    }
}
