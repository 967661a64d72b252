//! One reading of a pause: gives what is known, remembers what is not, and asks for it when it is over.

use std::{cell::RefCell, collections::HashSet, rc::Rc};

use client::Pause;
use wire::{
    debugger::Location,
    ids::{ObjectId, ScopeId},
    pause::{Object, ObjectPreviewLevel, Scope, Value},
};

use super::{Ask, ObjectStore, found};
use crate::{
    logic::{
        place,
        scopes::Found,
        tree::{Before, Reader, Root, Rows, State},
    },
    stores::sources::SourceStore,
};

/// A reading of a pause.
pub(crate) struct Looking {
    store: ObjectStore,
    sources: SourceStore,
    pub(super) pause: Pause,
    missing: RefCell<HashSet<Ask>>,
}

impl Looking {
    pub(super) fn new(store: ObjectStore, sources: SourceStore, pause: Pause) -> Self {
        Self {
            store,
            sources,
            pause,
            missing: RefCell::default(),
        }
    }

    /// The rows of a tree. `before` marks what changed since; `stale` stands in for what is on its way.
    pub(crate) fn rows(
        &self,
        roots: &[Root],
        state: &State,
        before: Option<&Before>,
        stale: Option<&Rows>,
    ) -> Rows {
        let reader = Reader {
            object: &|id, level| self.object(id, level),
            property: &|object, name| self.property(object, name),
            place: &|location| self.place(location),
            before,
            stale,
        };
        Rows::new(roots, state, &reader)
    }

    /// An object; at level `None` as fully as it happens to be known.
    pub(crate) fn object(&self, id: &ObjectId, level: ObjectPreviewLevel) -> Found<Rc<Object>> {
        if level == ObjectPreviewLevel::None {
            return self.pause.known_object(id).map_or(Found::Pending, Found::Ready);
        }
        match self.pause.known_object_at(id, level) {
            Some(known) => found(known),
            None => self.miss(Ask::Object(id.clone(), level)),
        }
    }

    /// What a getter gives.
    pub(crate) fn property(&self, object: &ObjectId, name: &str) -> Found<wire::pause::Result> {
        match self.pause.known_property(object, name) {
            Some(known) => found(known),
            None => self.miss(Ask::Property(object.clone(), name.to_owned())),
        }
    }

    /// A scope.
    pub(crate) fn scope(&self, id: &ScopeId) -> Found<Rc<Scope>> {
        match self.pause.known_scope(id) {
            Some(known) => found(known),
            None => self.miss(Ask::Scope(id.clone())),
        }
    }

    /// What is being thrown here; None while that is not known.
    pub(crate) fn exception(&self) -> Option<Value> {
        match self.pause.known_exception() {
            Some(known) => known.ready().flatten(),
            None => {
                self.miss::<()>(Ask::Exception);
                None
            }
        }
    }

    fn place(&self, location: &Location) -> String {
        let url = self.sources.url(&location.source_id);
        format!("{}:{}", place::short_name(url.as_deref()), location.line)
    }

    pub(super) fn miss<T>(&self, ask: Ask) -> Found<T> {
        self.missing.borrow_mut().insert(ask);
        Found::Pending
    }
}

impl Drop for Looking {
    fn drop(&mut self) {
        let missing = self.missing.take();
        if !missing.is_empty() {
            self.store.want(self.pause.id(), missing);
        }
    }
}
