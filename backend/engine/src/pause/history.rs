//! What of a pause a question about the history names: a variable, an object.

use recording::{
    ids::{BindingId, InstanceId, ScriptId},
    script::{Binding, BindingKind, Script},
    value::{Key, Text},
};
use wire::{experimental::VariableRef, ids, pause::ObjectPreviewLevel};

use super::{NamedScope, ObjectKey, Scene, evaluation::is_made};
use crate::{
    answer::{Answer, Failure},
    code,
    environment::VisibleScope,
    history::Subject,
};

impl Scene<'_> {
    /// A variable that a client names.
    ///
    /// # Errors
    /// There is none of that name, or its writes are not in the recording.
    pub(crate) fn variable_ref(&self, variable: &VariableRef) -> Answer<Subject> {
        let name: Text = variable.name.as_str().into();
        let found = match (&variable.scope_id, &variable.frame_id) {
            (Some(scope), _) => self.variable_of_scope(scope, &name)?,
            (None, Some(frame)) => {
                let frame = self.frame(frame)?;
                let name = match variable.use_original_scopes {
                    true => self.in_generated_names(&frame, &name)?.into(),
                    false => name.clone(),
                };
                let found = self.find_variable(Some(&frame), &name)?;
                found.map(|found| (found.owner, found.binding))
            }
            (None, None) => {
                let found = self.global_variable(&name)?;
                found.map(|found| (found.owner, found.binding))
            }
        };
        let (owner, binding) =
            found.ok_or_else(|| Failure::command(format!("findWrites: nothing declares {name:?} there")))?;
        let script: Option<ScriptId> = self.trace.reader.script_of_binding(binding);
        let script = script
            .map(|script| self.trace.reader.script(script))
            .transpose()?;
        let declared = script
            .as_deref()
            .and_then(|script| Some((script, code::binding(script, binding)?)));
        match declared {
            Some((Script { level: 0 | 1, .. }, _)) => Err(Failure::command(format!(
                "findWrites: the script that declares {name:?} was recorded without values"
            ))),
            Some((
                _,
                Binding {
                    kind: BindingKind::Import,
                    ..
                },
            )) => Err(Failure::command(format!(
                "findWrites: {name:?} is imported: it is written in the module that exports it"
            ))),
            _ => Ok(Subject::Variable(owner, binding)),
        }
    }

    fn variable_of_scope(&self, id: &ids::ScopeId, name: &Text) -> Answer<Option<(InstanceId, BindingId)>> {
        let named = self.sent.named_scopes.get(id).copied();
        let named = named.ok_or_else(|| Failure::command(format!("no such scope in this pause: {id}")))?;
        let (visible, is_original): (VisibleScope, bool) = match named {
            NamedScope::Lexical(visible) => (visible, false),
            NamedScope::Original(visible) => (visible, true),
            NamedScope::Global => {
                let found = self.global_variable(name)?;
                return Ok(found.map(|found| (found.owner, found.binding)));
            }
        };
        let Some(script) = self.trace.script_of_scope(visible.scope)? else {
            return Ok(None);
        };
        let bindings = code::scope(&script, visible.scope).map_or(&[][..], |scope| &scope.bindings);
        let has_name = |id: &&BindingId| {
            code::binding(&script, **id).is_some_and(|binding| {
                let original = match is_original {
                    true => self.trace.original_name_of(script.id, binding),
                    false => None,
                };
                original.as_ref().unwrap_or(&binding.name) == name
            })
        };
        Ok(bindings
            .iter()
            .find(has_name)
            .map(|binding| (visible.owner, *binding)))
    }

    /// An object that a client names, or one property of it.
    ///
    /// # Errors
    /// The pause never named it, or it has no history.
    pub(crate) fn object_ref(
        &self,
        object: &ids::ObjectId,
        property: Option<(&String, bool)>,
    ) -> Answer<Subject> {
        match (self.lasting_object(object)?, property) {
            (ObjectKey::Recorded(object), None) => Ok(Subject::Object(object, None)),
            (ObjectKey::Recorded(object), Some((name, is_symbol))) => {
                let key = match is_symbol {
                    true => Key::Symbol(name.as_str().into()),
                    false => Key::Name(name.as_str().into()),
                };
                Ok(Subject::Object(object, Some(key)))
            }
            (_, Some((name, false))) => self.variable_ref(&VariableRef {
                name: name.clone(),
                frame_id: None,
                scope_id: None,
                use_original_scopes: false,
            }),
            (_, _) => Err(Failure::command(
                "findWrites: the properties of the global object have a history each, by name",
            )),
        }
    }

    /// An object that the pause named and that is not of this pause alone.
    pub(crate) fn lasting_object(&self, id: &ids::ObjectId) -> Answer<ObjectKey> {
        let key = ObjectKey::from_wire(id).filter(|key| match key {
            ObjectKey::Recorded(object) => self.sent.objects.contains_key(key) || self.is_node(*object),
            ObjectKey::Global => self.sent.objects.contains_key(key),
            ObjectKey::Page(_) => true,
        });
        match key {
            Some(ObjectKey::Recorded(object)) if is_made(object) => Err(Failure::command(
                "an evaluation made this object: there is none at other points",
            )),
            Some(ObjectKey::Page(_)) => Err(Failure::command(
                "this object stands for a part of the page at this point alone",
            )),
            Some(key) => Ok(key),
            None => Err(Failure::command(format!("no such object in this pause: {id}"))),
        }
    }

    /// Adds an object that another pause named. Says whether it is known here.
    pub(crate) fn show_lasting(&mut self, id: &ids::ObjectId) -> Answer<bool> {
        let Some(key) = ObjectKey::from_wire(id) else {
            return Ok(false);
        };
        let is_known = match key {
            ObjectKey::Recorded(object) => self.state(object).is_some() || self.is_node(object),
            ObjectKey::Global => true,
            ObjectKey::Page(_) => false,
        };
        if is_known {
            self.add_object(key, ObjectPreviewLevel::Full, 1)?;
        }
        Ok(is_known)
    }
}
