//! Objects of a pause: read if they are known, asked for one by one or many at once.

use std::rc::Rc;

use wire::{
    ids::ObjectId,
    pause::{GetObjectPreview, GetObjectPreviews, Object, ObjectPreviewLevel},
};

use super::reads::found;
use crate::{
    connection::done,
    lookup::Lookup,
    pause::{Pause, PauseCommand},
};

/// Objects in one question, as the protocol says.
const MAX_OBJECTS: usize = 500;

impl Pause {
    /// An object, at least as fully as `level` says. Asks nothing if it is known that fully, and waits if it was asked
    /// for at that level or a fuller one.
    pub fn object(&self, id: &ObjectId, level: ObjectPreviewLevel) -> Lookup<Rc<Object>> {
        match self.known_object_at(id, level) {
            Some(known) => known,
            None => self.ask(&question(id, level)).and_then(|_answer| {
                let object = self.known_object(id);
                found::<GetObjectPreview, _>(object, "object", id.as_str())
            }),
        }
    }

    /// As [`Pause::object`], but nothing is asked: None if it would have to be.
    pub fn known_object_at(&self, id: &ObjectId, level: ObjectPreviewLevel) -> Option<Lookup<Rc<Object>>> {
        use ObjectPreviewLevel::{CanOverflow, Full, NoProperties, None as Nothing};
        match self.inner.store.borrow().object(id) {
            Some((object, known_level)) if known_level >= level => return Some(Lookup::Ready(object)),
            _ => {}
        }
        let batched = self.inner.batched.borrow().get(id).copied();
        let is_on_its_way = [Nothing, NoProperties, CanOverflow, Full]
            .into_iter()
            .filter(|fuller| *fuller >= level)
            .any(|fuller| self.is_pending(&question(id, fuller)));
        if is_on_its_way || batched.is_some_and(|asked| asked >= level) {
            return Some(Lookup::Pending);
        }
        let asked = self.known_answer(&question(id, level))?;
        Some(asked.and_then(|_answer| {
            let object = self.known_object(id);
            found::<GetObjectPreview, _>(object, "object", id.as_str())
        }))
    }

    /// Asks for those objects that are neither known that fully nor asked for, many in one request. What an answer leaves
    /// out is asked for on its own, so each ends up known or failed.
    pub fn request_objects<'a>(
        &self,
        ids: impl IntoIterator<Item = &'a ObjectId>,
        level: ObjectPreviewLevel,
    ) {
        let mut wanted: Vec<ObjectId> = Vec::new();
        for id in ids {
            if self.known_object_at(id, level).is_none() {
                self.inner.batched.borrow_mut().insert(id.clone(), level);
                wanted.push(id.clone());
            }
        }
        for batch in wanted.chunks(MAX_OBJECTS) {
            match batch {
                [only] => {
                    self.inner.batched.borrow_mut().remove(only);
                    // The answer is read when it is here.
                    let _ = self.object(only, level);
                }
                batch => self.request_batch(batch.to_vec(), level),
            }
        }
    }

    fn request_batch(&self, batch: Vec<ObjectId>, level: ObjectPreviewLevel) {
        let Some(shared) = self.inner.shared() else {
            return;
        };
        let params = GetObjectPreviews {
            objects: batch.clone(),
            level: Some(level),
        };
        let (inner, about) = (Rc::downgrade(&self.inner), params.about());
        let done = done::<GetObjectPreviews>(move |outcome| {
            let Some(inner) = inner.upgrade().filter(|inner| !inner.is_gone.get()) else {
                return;
            };
            let (_outcome, change) = inner.take_in::<GetObjectPreviews>(outcome, &about);
            for id in &batch {
                inner.batched.borrow_mut().remove(id);
            }
            let pause = Self { inner };
            for id in &batch {
                if pause.known_object_at(id, level).is_none() {
                    let _ = pause.object(id, level);
                }
            }
            pause.inner.subscribers.notify(&change);
        });
        shared.start(&self.scope(), &params, None, done);
    }
}

fn question(id: &ObjectId, level: ObjectPreviewLevel) -> GetObjectPreview {
    GetObjectPreview {
        object: id.clone(),
        level: Some(level),
    }
}
