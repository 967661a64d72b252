//! A pause: the program held at one point. Keeps all that was ever said about it, asks each question once, tells what
//! changed.
//!
//! Why a cache is part of the client: the protocol never repeats pause data, so whoever throws some away cannot get it
//! back. Every answer's data goes into the pause's store first and only then is the answer given out, without the data.
//!
//! Policy: key is the command with its parameters; entries live as long as the pause; nothing is evicted or invalidated
//! (the program does not move). Failures are kept too, until [`Pause::forget_failures`].

mod commands;
mod objects;
mod reads;
mod store;

use std::{
    any::Any,
    cell::{Cell, RefCell},
    collections::HashMap,
    fmt,
    rc::{Rc, Weak},
};

use futures::channel::oneshot;
use wire::{
    ids::{FrameId, ObjectId, PauseId, ScopeId},
    pause::{Object, ObjectPreviewLevel, PauseData},
    point::ExecutionPoint,
};

use crate::{
    call::{Call, CallError, Entry},
    connection::{Scope, Shared, done},
    lookup::Lookup,
    notify::{Subscribers, Subscription},
    session::SessionInner,
};

pub use commands::PauseCommand;
pub use reads::scope_ids;

/// A pause. Clones are handles to the same one; [`crate::Session`] keeps it alive for a while after the last is dropped.
#[derive(Clone)]
pub struct Pause {
    inner: Rc<PauseInner>,
}

/// An object together with the pause it lives in, which it does not keep alive.
#[derive(Clone)]
pub struct ObjectHandle {
    pause: Weak<PauseInner>,
    id: ObjectId,
}

/// What may read differently now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Frames that are new or different.
    pub frames: Vec<FrameId>,
    /// Scopes that are new or different.
    pub scopes: Vec<ScopeId>,
    /// Objects that are new or known more fully.
    pub objects: Vec<ObjectId>,
    /// The command that was answered or failed, if that is what happened, `Domain.name`.
    pub answered: Option<&'static str>,
    /// The pause is gone: everything reads as [`CallError::Gone`] from now on.
    pub is_gone: bool,
}

struct PauseInner {
    id: PauseId,
    point: Option<ExecutionPoint>,
    session: Weak<SessionInner>,
    is_gone: Cell<bool>,
    store: RefCell<store::Store>,
    questions: RefCell<HashMap<Question, Lookup<Rc<dyn Any>>>>,
    /// Objects that were asked for together and have not come yet, and how fully.
    batched: RefCell<HashMap<ObjectId, ObjectPreviewLevel>>,
    subscribers: Subscribers<Change>,
}

/// A command's method, and its parameters as JSON.
type Question = (&'static str, String);

impl Pause {
    pub(crate) fn new(id: PauseId, point: Option<ExecutionPoint>, session: Weak<SessionInner>) -> Self {
        let inner = PauseInner {
            id,
            point,
            session,
            is_gone: Cell::new(false),
            store: RefCell::default(),
            questions: RefCell::default(),
            batched: RefCell::default(),
            subscribers: Subscribers::default(),
        };
        Self {
            inner: Rc::new(inner),
        }
    }

    /// Its id.
    pub fn id(&self) -> &PauseId {
        &self.inner.id
    }

    /// Where the program is held; `None` for a pause that came along with a message or an evaluation, whose point stands
    /// there.
    pub fn point(&self) -> Option<&ExecutionPoint> {
        self.inner.point.as_ref()
    }

    /// Whether it was released, evicted, or its session or connection is gone.
    pub fn is_gone(&self) -> bool {
        self.inner.shared().is_none()
    }

    /// Calls `callback` whenever something here may read differently, until the subscription is dropped.
    pub fn subscribe(&self, callback: impl Fn(&Change) + 'static) -> Subscription {
        self.inner.subscribers.subscribe(callback)
    }

    /// Reads again at every change until there is an answer: `pause.until_ready(Pause::frames).await`.
    ///
    /// # Errors
    /// What the lookup failed with.
    pub async fn until_ready<T>(&self, read: impl Fn(&Self) -> Lookup<T>) -> Result<T, CallError> {
        self.inner.subscribers.until_ready(|| read(self)).await
    }

    /// Takes in data about this pause that came with something else, such as a message.
    pub fn merge(&self, data: &PauseData) {
        if self.is_gone() {
            return;
        }
        let change = self.inner.store.borrow_mut().merge(data.clone(), &[]);
        if change != Change::default() {
            self.inner.subscribers.notify(&change);
        }
    }

    /// The answer to a command, asked once per pause: [`Lookup::Pending`] while it is on its way, and ever after the
    /// same answer. Data that came with it is in the pause; its own `data` field is empty.
    pub fn ask<C: PauseCommand>(&self, params: &C) -> Lookup<Rc<C::Result>> {
        let Some(shared) = self.inner.shared() else {
            return Lookup::Failed(CallError::Gone);
        };
        let question = match serde_json::to_string(params) {
            Ok(params) => (C::METHOD, params),
            Err(error) => {
                return Lookup::Failed(CallError::Malformed {
                    method: C::METHOD,
                    message: error.to_string(),
                });
            }
        };
        if let Some(known) = self.known::<C>(&question) {
            return known;
        }
        self.inner
            .questions
            .borrow_mut()
            .insert(question.clone(), Lookup::Pending);
        let (inner, key) = (Rc::downgrade(&self.inner), question.clone());
        let about = params.about();
        // What is known by the time this returns is no change to the one who asks, who may be in the middle of drawing.
        let is_asked = Rc::new(Cell::new(false));
        let was_asked = Rc::clone(&is_asked);
        let done = done::<C>(move |outcome| {
            // A late answer for a pause that is no more is thrown away here.
            let Some(inner) = inner.upgrade() else { return };
            let (answer, change) = match inner.take_in::<C>(outcome, &about) {
                (Ok(result), change) => (Lookup::Ready(Rc::new(result) as Rc<dyn Any>), change),
                (Err(error), change) => (Lookup::Failed(error), change),
            };
            if !inner.is_gone.get() {
                let previous = inner.questions.borrow_mut().insert(key, answer);
                drop(previous);
                if was_asked.get() {
                    inner.subscribers.notify(&change);
                }
            }
        });
        shared.start(&self.scope(), params, None, done);
        is_asked.set(true);
        self.known::<C>(&question).unwrap_or(Lookup::Pending)
    }

    /// Takes in an answer that came along with something else, as if its question had been asked.
    pub(crate) fn learn<C: PauseCommand>(&self, params: &C, result: C::Result) {
        let Ok(question) = serde_json::to_string(params) else {
            return;
        };
        if let (Ok(result), _) = self.inner.take_in::<C>(Ok(result), &[]) {
            let answer = Lookup::Ready(Rc::new(result) as Rc<dyn Any>);
            let mut questions = self.inner.questions.borrow_mut();
            questions.insert((C::METHOD, question), answer);
        }
    }

    /// Calls a command anew, whatever was asked before, and keeps nothing but the data that comes with the answer, which
    /// is in the pause by the time the call is over.
    pub fn call<C: PauseCommand>(&self, params: &C) -> Call<C::Result> {
        let Some(shared) = self.inner.shared() else {
            return Call::gone();
        };
        let (sender, receiver) = oneshot::channel();
        let inner = Rc::downgrade(&self.inner);
        let about = params.about();
        let done = done::<C>(move |outcome| {
            let Some(inner) = inner.upgrade() else { return };
            let (outcome, change) = inner.take_in::<C>(outcome, &about);
            drop(sender.send(outcome));
            if !inner.is_gone.get() {
                inner.subscribers.notify(&change);
            }
        });
        let id = shared.start(&self.scope(), params, None, done);
        Call {
            receiver,
            _entry: Entry {
                id,
                shared: Rc::downgrade(&shared),
            },
        }
    }

    /// Lets questions that failed be asked again, as when the focus window has come to include the pause.
    pub fn forget_failures(&self) {
        let is_failure = |answer: &Lookup<Rc<dyn Any>>| matches!(answer, Lookup::Failed(_));
        self.inner
            .questions
            .borrow_mut()
            .retain(|_question, answer| !is_failure(answer));
        self.inner.subscribers.notify(&Change::default());
    }

    /// An object that knows its pause.
    pub fn handle(&self, id: &ObjectId) -> ObjectHandle {
        ObjectHandle {
            pause: Rc::downgrade(&self.inner),
            id: id.clone(),
        }
    }

    /// Marks it and everything in it as gone.
    pub(crate) fn end(&self) {
        self.inner.end();
    }

    /// Whether nobody but the session's list holds it.
    pub(crate) fn is_unused(&self) -> bool {
        Rc::strong_count(&self.inner) == 1
    }

    fn scope(&self) -> Scope {
        let session_id = self.inner.session.upgrade().map(|session| session.id.clone());
        Scope {
            session_id,
            pause_id: Some(self.inner.id.clone()),
        }
    }

    fn known<C: PauseCommand>(&self, question: &Question) -> Option<Lookup<Rc<C::Result>>> {
        let known = self.inner.questions.borrow().get(question).cloned()?;
        // The key names the command, so the answer cannot be of another type.
        Some(known.and_then(|answer| match answer.downcast() {
            Ok(answer) => Lookup::Ready(answer),
            Err(_) => Lookup::Failed(CallError::Gone),
        }))
    }
}

impl PauseInner {
    /// The connection, unless something on the way there is gone.
    fn shared(&self) -> Option<Rc<Shared>> {
        match self.is_gone.get() {
            true => None,
            false => self.session.upgrade()?.shared(),
        }
    }

    /// Moves the data of an outcome into the store.
    fn take_in<C: PauseCommand>(
        &self,
        outcome: Result<C::Result, CallError>,
        about: &[(ObjectId, ObjectPreviewLevel)],
    ) -> (Result<C::Result, CallError>, Change) {
        let mut change = Change::default();
        let outcome = outcome.map(|mut result| {
            let data = C::data(&mut result).map(std::mem::take).unwrap_or_default();
            if !self.is_gone.get() {
                change = self.store.borrow_mut().merge(data, about);
            }
            result
        });
        change.answered = Some(C::METHOD);
        (outcome, change)
    }

    fn end(&self) {
        if self.is_gone.replace(true) {
            return;
        }
        let (store, questions) = (self.store.take(), self.questions.take());
        drop((store, questions, self.batched.take()));
        if let Some(session) = self.session.upgrade()
            && let Some(shared) = session.shared()
        {
            shared.end_pause(&session.id, &self.id);
        }
        self.subscribers.notify(&Change {
            is_gone: true,
            ..Change::default()
        });
    }
}

impl Drop for PauseInner {
    fn drop(&mut self) {
        self.end();
    }
}

impl PartialEq for Pause {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.inner, &other.inner)
    }
}

impl fmt::Debug for Pause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pause({})", self.id())
    }
}

impl ObjectHandle {
    /// Id of the object, meaningful within its pause only.
    pub fn id(&self) -> &ObjectId {
        &self.id
    }

    /// The pause, unless it is gone.
    pub fn pause(&self) -> Option<Pause> {
        self.pause
            .upgrade()
            .map(|inner| Pause { inner })
            .filter(|pause| !pause.is_gone())
    }

    /// See [`Pause::object`].
    pub fn object(&self, level: ObjectPreviewLevel) -> Lookup<Rc<Object>> {
        match self.pause() {
            Some(pause) => pause.object(&self.id, level),
            None => Lookup::Failed(CallError::Gone),
        }
    }
}

impl PartialEq for ObjectHandle {
    fn eq(&self, other: &Self) -> bool {
        Weak::ptr_eq(&self.pause, &other.pause) && self.id == other.id
    }
}

impl Eq for ObjectHandle {}

impl fmt::Debug for ObjectHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectHandle({})", self.id)
    }
}
