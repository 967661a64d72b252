//! All that was said about a pause: its frames, scopes and objects, each as fully as it was ever known.

use std::{collections::HashMap, rc::Rc};

use wire::{
    ids::{FrameId, ObjectId, ScopeId},
    pause::{Frame, Object, ObjectPreview, ObjectPreviewLevel, PauseData, Scope},
};

use crate::pause::Change;

#[derive(Default)]
pub(super) struct Store {
    frames: HashMap<FrameId, Rc<Frame>>,
    scopes: HashMap<ScopeId, Rc<Scope>>,
    objects: HashMap<ObjectId, Known>,
}

struct Known {
    object: Rc<Object>,
    /// No question up to this level would bring more.
    level: ObjectPreviewLevel,
}

impl Store {
    pub(super) fn frame(&self, id: &FrameId) -> Option<Rc<Frame>> {
        self.frames.get(id).cloned()
    }

    pub(super) fn scope(&self, id: &ScopeId) -> Option<Rc<Scope>> {
        self.scopes.get(id).cloned()
    }

    /// The object as fully as it is known, and how fully that is.
    pub(super) fn object(&self, id: &ObjectId) -> Option<(Rc<Object>, ObjectPreviewLevel)> {
        self.objects
            .get(id)
            .map(|known| (Rc::clone(&known.object), known.level))
    }

    /// Takes data in, never replacing more by less. `about` are the objects that the data was asked for, and how fully.
    pub(super) fn merge(&mut self, data: PauseData, about: &[(ObjectId, ObjectPreviewLevel)]) -> Change {
        let mut change = Change::default();
        for frame in data.frames {
            let previous = self.frames.get(&frame.frame_id);
            if previous.is_none_or(|previous| **previous != frame) {
                change.frames.push(frame.frame_id.clone());
                self.frames.insert(frame.frame_id.clone(), Rc::new(frame));
            }
        }
        for scope in data.scopes {
            let previous = self.scopes.get(&scope.scope_id);
            if previous
                .is_none_or(|previous| has_contents(&scope) >= has_contents(previous) && **previous != scope)
            {
                change.scopes.push(scope.scope_id.clone());
                self.scopes.insert(scope.scope_id.clone(), Rc::new(scope));
            }
        }
        for object in data.objects {
            let id = object.object_id.clone();
            if self.merge_object(object) {
                change.objects.push(id);
            }
        }
        for (id, level) in about {
            if let Some(known) = self.objects.get_mut(id).filter(|known| known.level < *level) {
                known.level = *level;
                if !change.objects.contains(id) {
                    change.objects.push(id.clone());
                }
            }
        }
        change
    }

    /// Whether anything is different now.
    fn merge_object(&mut self, object: Object) -> bool {
        let level = level(&object);
        let Some(known) = self.objects.get_mut(&object.object_id) else {
            let known = Known {
                level,
                object: Rc::new(object),
            };
            self.objects.insert(known.object.object_id.clone(), known);
            return true;
        };
        let is_fuller = (level, n_parts(&object)) >= (self::level(&known.object), n_parts(&known.object));
        if !is_fuller || *known.object == object {
            return false;
        }
        known.level = known.level.max(level);
        known.object = Rc::new(object);
        true
    }
}

/// How fully an object is shown. A preview that does not overflow is all there is.
fn level(object: &Object) -> ObjectPreviewLevel {
    match &object.preview {
        None => ObjectPreviewLevel::None,
        Some(preview) if !preview.overflow => ObjectPreviewLevel::Full,
        Some(ObjectPreview {
            properties: None,
            container_entries: None,
            ..
        }) => ObjectPreviewLevel::NoProperties,
        Some(_) => ObjectPreviewLevel::CanOverflow,
    }
}

/// How many parts a preview lists, to tell a longer from a shorter one of the same level.
fn n_parts(object: &Object) -> usize {
    let Some(ObjectPreview {
        properties,
        container_entries,
        getter_values,
        ..
    }) = &object.preview
    else {
        return 0;
    };
    let len = |n: Option<usize>| n.unwrap_or(0);
    len(properties.as_ref().map(Vec::len))
        + len(container_entries.as_ref().map(Vec::len))
        + len(getter_values.as_ref().map(Vec::len))
}

/// Whether a scope comes with its variables, or the object that holds them.
pub(super) fn has_contents(scope: &Scope) -> bool {
    scope.bindings.is_some() || scope.object.is_some()
}
