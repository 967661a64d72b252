//! A session: a recording loaded for inspection, and every question that needs no pause.
//!
//! Methods are named after their commands. Those of the `get` kind give a [`Call`], sent at once whether or not it is
//! awaited; those that find or stream give a [`Streaming`] of what their events bring.

mod console;
pub(crate) mod debugger;
mod graphics;
mod looking;
mod network;
mod pauses;
mod points;

use std::{
    cell::{Cell, RefCell},
    fmt,
    rc::{Rc, Weak},
};

use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use wire::{
    command::{Command, Empty},
    event::Event,
    ids::SessionId,
    recording::ReleaseSession,
};

use crate::{
    call::Call,
    connection::{Listening, Scope, Shared, StreamKey, Turn},
    notify::Subscribers,
    stream::{Events, Streaming},
};

pub use pauses::PauseChange;

/// A session. Clones are handles to the same one; when the last is dropped its calls end and its pauses are gone, here.
/// On the server it lives on until it is released or the connection closes.
#[derive(Clone)]
pub struct Session {
    pub(crate) inner: Rc<SessionInner>,
}

pub(crate) struct SessionInner {
    pub(crate) id: SessionId,
    shared: Weak<Shared>,
    is_released: Cell<bool>,
    /// Whether the server knows `pauseAt`; None until it was asked.
    knows_pause_at: Cell<Option<bool>>,
    pauses: RefCell<pauses::Pauses>,
    pause_changes: Subscribers<PauseChange>,
}

impl Session {
    /// Its id.
    pub fn id(&self) -> &SessionId {
        &self.inner.id
    }

    /// Calls any command of a session. Those of a pause are called on the [`crate::Pause`].
    pub fn call<C: Command>(&self, params: &C) -> Call<C::Result> {
        match self.inner.shared() {
            Some(shared) => Shared::call(&shared, &self.inner.scope(), params),
            None => Call::gone(),
        }
    }

    /// Events of one kind that name this session, from now on, until it ends. Any number may listen.
    pub fn events<E: Event + Clone>(&self) -> Events<E> {
        match self.inner.shared() {
            Some(shared) => Shared::events(&shared, Some(self.id())),
            None => Events {
                items: unbounded().1,
                _listening: Listening::nothing(),
            },
        }
    }

    /// Lets the server end the session. All handles are gone from now on.
    pub fn release(&self) -> Call<Empty> {
        let Some(shared) = self.inner.shared() else {
            return Call::gone();
        };
        let params = ReleaseSession {
            session_id: self.id().clone(),
        };
        let call = Shared::call(&shared, &Scope::default(), &params);
        self.inner.end();
        call
    }

    /// Begins to build a stream.
    fn stream<T: 'static>(&self) -> StreamBuilder<'_, T> {
        let (sender, items) = unbounded();
        StreamBuilder {
            session: &self.inner,
            sender,
            items,
            is_sent: Rc::default(),
            listening: Vec::new(),
        }
    }

    /// A number for an id that the client chooses, unique on this connection.
    fn unique(&self) -> String {
        self.inner
            .shared()
            .map(|shared| shared.unique())
            .unwrap_or_default()
            .to_string()
    }
}

impl From<Rc<SessionInner>> for Session {
    fn from(inner: Rc<SessionInner>) -> Self {
        Self { inner }
    }
}

impl PartialEq for Session {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.inner, &other.inner)
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Session({})", self.id())
    }
}

impl SessionInner {
    pub(crate) fn new(id: SessionId, shared: Weak<Shared>) -> Self {
        Self {
            id,
            shared,
            is_released: Cell::new(false),
            knows_pause_at: Cell::new(None),
            pauses: RefCell::default(),
            pause_changes: Subscribers::default(),
        }
    }

    /// The connection, unless this or that is gone.
    pub(crate) fn shared(&self) -> Option<Rc<Shared>> {
        match self.is_released.get() {
            true => None,
            false => self.shared.upgrade(),
        }
    }

    pub(crate) fn scope(&self) -> Scope {
        Scope {
            session_id: Some(self.id.clone()),
            pause_id: None,
        }
    }

    /// Ends everything below.
    fn end(&self) {
        if self.is_released.replace(true) {
            return;
        }
        self.end_pauses();
        if let Some(shared) = self.shared.upgrade() {
            shared.end_session(&self.id);
        }
    }
}

impl Drop for SessionInner {
    fn drop(&mut self) {
        self.end();
    }
}

/// A stream in the making: first what it listens to, then the request.
struct StreamBuilder<'a, T> {
    session: &'a SessionInner,
    sender: UnboundedSender<T>,
    items: UnboundedReceiver<T>,
    is_sent: Rc<Cell<bool>>,
    listening: Vec<Listening>,
}

impl<T: 'static> StreamBuilder<'_, T> {
    /// Listens to a kind of event; those that `wants` says yes to become items.
    fn on<E: Event + Clone>(
        mut self,
        wants: impl Fn(&E) -> bool + 'static,
        item: impl Fn(E) -> T + 'static,
    ) -> Self {
        if let Some(shared) = self.session.shared() {
            let (is_sent, sender) = (Rc::clone(&self.is_sent), self.sender.clone());
            let wants = move |event: &E| is_sent.get() && wants(event);
            let deliver = move |event| drop(sender.unbounded_send(item(event)));
            self.listening
                .push(Shared::listen(&shared, Some(&self.session.id), wants, deliver));
        }
        self
    }

    /// Sends the request; the events carry an id that tells them from those of other streams.
    fn call<C: Command>(self, params: &C) -> Streaming<T, C::Result> {
        self.is_sent.set(true);
        self.send(params, None)
    }

    /// Sends the request once no other stream is under way that its events could be mistaken for: one of the same
    /// command and `about` the same thing.
    fn call_in_turn<C: Command>(self, params: &C, about: &str) -> Streaming<T, C::Result> {
        let key = StreamKey {
            session_id: self.session.id.clone(),
            method: C::METHOD,
            about: about.to_owned(),
        };
        let turn = Turn {
            key,
            is_sent: Rc::clone(&self.is_sent),
        };
        self.send(params, Some(turn))
    }

    fn send<C: Command>(self, params: &C, turn: Option<Turn>) -> Streaming<T, C::Result> {
        let Self {
            session,
            sender: _,
            items,
            is_sent: _,
            listening,
        } = self;
        let call = match session.shared() {
            Some(shared) => Shared::call_in_turn(&shared, &session.scope(), params, turn),
            None => Call::gone(),
        };
        Streaming {
            items,
            call,
            answer: None,
            listening,
        }
    }
}
