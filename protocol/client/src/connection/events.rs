//! Who hears which event: by method, session, and what the listener makes of the payload.

use std::{
    any::Any,
    cell::RefCell,
    collections::HashMap,
    rc::{Rc, Weak},
};

use futures::channel::mpsc::unbounded;
use serde_json::value::RawValue;
use wire::{envelope, event::Event, ids::SessionId};

use crate::{
    connection::{Notice, Shared},
    stream::Events,
};

/// Listeners of every method, those of one session and payload type together, so that a payload is decoded once.
#[derive(Default)]
pub(super) struct Groups {
    by_method: HashMap<&'static str, Vec<SessionGroup>>,
}

/// The session that the events name, if any, and who listens.
type SessionGroup = (Option<SessionId>, Rc<dyn AnyGroup>);

/// Stops listening when dropped.
pub(crate) struct Listening {
    shared: Weak<Shared>,
    method: &'static str,
    session_id: Option<SessionId>,
    id: u64,
}

impl Listening {
    /// Listens to nothing: what would be listened to is gone.
    pub(crate) fn nothing() -> Self {
        Self {
            shared: Weak::new(),
            method: "",
            session_id: None,
            id: 0,
        }
    }
}

impl Shared {
    /// Listens: what `wants` says yes to goes to `deliver`, which must do no more than to queue it.
    pub(crate) fn listen<E: Event + Clone>(
        this: &Rc<Self>,
        session_id: Option<&SessionId>,
        wants: impl Fn(&E) -> bool + 'static,
        deliver: impl Fn(E) + 'static,
    ) -> Listening {
        let id = this.unique().unsigned_abs();
        let listening = Listening {
            shared: Rc::downgrade(this),
            method: E::METHOD,
            session_id: session_id.cloned(),
            id,
        };
        if this.closed.borrow().is_none() {
            let group = this.groups.borrow_mut().group::<E>(session_id);
            let listener = Listener {
                id,
                wants: Box::new(wants),
                deliver: Box::new(deliver),
            };
            group.listeners.borrow_mut().push(listener);
        }
        listening
    }

    /// All events of a kind, from now on.
    pub(crate) fn events<E: Event + Clone>(this: &Rc<Self>, session_id: Option<&SessionId>) -> Events<E> {
        let (sender, items) = unbounded();
        let deliver = move |event| drop(sender.unbounded_send(event));
        Events {
            items,
            _listening: Self::listen(this, session_id, |_event| true, deliver),
        }
    }

    /// An event came.
    pub(super) fn hear(&self, event: &envelope::Event<'_>) {
        let group = self
            .groups
            .borrow()
            .find(&event.method, event.session_id.as_ref());
        match group.map(|group| group.deliver(event.params)) {
            Some(Ok(n_heard)) if n_heard > 0 => {}
            Some(Err(error)) => {
                self.notice(Notice::Undecodable {
                    what: &event.method,
                    message: error.to_string(),
                });
            }
            Some(Ok(_)) | None => self.notice(Notice::UnheardEvent {
                method: &event.method,
                session_id: event.session_id.as_ref(),
            }),
        }
    }
}

impl Groups {
    /// The group for a kind of event, made if there is none.
    fn group<E: Event + Clone>(&mut self, session_id: Option<&SessionId>) -> Rc<Group<E>> {
        let groups = self.by_method.entry(E::METHOD).or_default();
        let existing = groups.iter().find(|(other, _)| other.as_ref() == session_id);
        // A second payload type of the same method does not exist; if it did, it would get a group of its own.
        if let Some(group) = existing.and_then(|(_, group)| Rc::clone(group).into_any().downcast().ok()) {
            return group;
        }
        let group = Rc::new(Group::<E> {
            listeners: RefCell::default(),
        });
        groups.push((session_id.cloned(), Rc::clone(&group) as Rc<dyn AnyGroup>));
        group
    }

    /// Who hears an event. One without a session id, as some servers send them, goes to the only session there is.
    fn find(&self, method: &str, session_id: Option<&SessionId>) -> Option<Rc<dyn AnyGroup>> {
        let groups = self.by_method.get(method)?;
        let exact = groups.iter().find(|(other, _)| other.as_ref() == session_id);
        let (_, group) = match (exact, session_id, groups.as_slice()) {
            (Some(group), ..) => group,
            (None, None, [only]) => only,
            _ => return None,
        };
        Some(Rc::clone(group))
    }

    /// Takes a session's groups out, to be dropped by the caller.
    pub(super) fn take_session(&mut self, session_id: &SessionId) -> Vec<Rc<dyn AnyGroup>> {
        let mut taken = Vec::new();
        self.by_method.retain(|_method, groups| {
            let of_session = groups.extract_if(.., |(other, _)| other.as_ref() == Some(session_id));
            taken.extend(of_session.map(|(_, group)| group));
            !groups.is_empty()
        });
        taken
    }

    /// Takes a listener out, to be dropped by the caller.
    fn take_listener(&mut self, listening: &Listening) -> Option<Box<dyn Any>> {
        let groups = self.by_method.get_mut(listening.method)?;
        let idx = groups
            .iter()
            .position(|(session_id, _)| *session_id == listening.session_id)?;
        let (_, group) = groups.get(idx)?;
        let listener = group.take(listening.id);
        if group.is_empty() {
            groups.remove(idx);
        }
        if groups.is_empty() {
            self.by_method.remove(listening.method);
        }
        listener
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        if let Some(shared) = self.shared.upgrade() {
            let listener = shared.groups.borrow_mut().take_listener(self);
            drop(listener);
        }
    }
}

/// Listeners of one payload type, whichever it is.
pub(super) trait AnyGroup {
    /// Decodes a payload and hands it to those who want it; how many did.
    fn deliver(&self, params: &RawValue) -> serde_json::Result<usize>;
    fn take(&self, id: u64) -> Option<Box<dyn Any>>;
    fn is_empty(&self) -> bool;
    fn into_any(self: Rc<Self>) -> Rc<dyn Any>;
}

struct Group<E> {
    listeners: RefCell<Vec<Listener<E>>>,
}

struct Listener<E> {
    id: u64,
    wants: Box<dyn Fn(&E) -> bool>,
    deliver: Box<dyn Fn(E)>,
}

impl<E: Event + Clone> AnyGroup for Group<E> {
    fn deliver(&self, params: &RawValue) -> serde_json::Result<usize> {
        let event: E = envelope::read(params)?;
        // Listeners only queue, so nothing can come back here while the list is borrowed.
        let listeners = self.listeners.borrow();
        let wanting: Vec<&Listener<E>> = listeners
            .iter()
            .filter(|listener| (listener.wants)(&event))
            .collect();
        let n_heard = wanting.len();
        if let Some((last, others)) = wanting.split_last() {
            others
                .iter()
                .for_each(|listener| (listener.deliver)(event.clone()));
            (last.deliver)(event);
        }
        Ok(n_heard)
    }

    fn take(&self, id: u64) -> Option<Box<dyn Any>> {
        let mut listeners = self.listeners.borrow_mut();
        let idx = listeners.iter().position(|listener| listener.id == id)?;
        Some(Box::new(listeners.remove(idx)))
    }

    fn is_empty(&self) -> bool {
        self.listeners.borrow().is_empty()
    }

    fn into_any(self: Rc<Self>) -> Rc<dyn Any> {
        self
    }
}
