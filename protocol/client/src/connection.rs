//! One connection: owns its transport, the message ids, the pending calls, and who hears which event.

mod calls;
mod driver;
mod events;
mod notice;

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    fmt,
    rc::{Rc, Weak},
};

use futures::channel::{
    mpsc::{UnboundedSender, unbounded},
    oneshot,
};
use wire::{
    authentication::SetAccessToken,
    command::{Command, Empty},
    envelope::Incoming,
    event::Event,
    ids::{PauseId, RecordingId, SessionId},
    recording::CreateSession,
};

use crate::{
    call::{Call, CallError},
    session::{Session, SessionInner},
    stream::Events,
    transport::{CloseReason, Frame, Transport},
};

pub(crate) use calls::{Scope, StreamKey, Turn, done};
pub use driver::Driver;
pub(crate) use events::Listening;
pub use notice::Notice;

/// A connection to a server. Clones are handles to the same one; it closes when the last is dropped.
#[derive(Clone)]
pub struct Connection {
    shared: Rc<Shared>,
}

/// How message ids are written. Servers repeat them as they came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IdStyle {
    /// As integers, as every server understands.
    #[default]
    Number,
    /// As strings of digits.
    Text,
}

impl Connection {
    /// Takes over a transport. Nothing moves until the driver is spawned, and the driver must be kept running: dropping
    /// it closes the connection.
    pub fn open(transport: Transport) -> (Self, Driver) {
        Self::open_with(transport, IdStyle::default())
    }

    /// As [`Connection::open`], with a choice of how ids are written.
    pub fn open_with(transport: Transport, id_style: IdStyle) -> (Self, Driver) {
        let (outbox, outbound) = unbounded();
        let shared = Rc::new(Shared {
            outbox,
            id_style,
            next_id: Cell::new(1),
            calls: RefCell::default(),
            groups: RefCell::default(),
            sessions: RefCell::default(),
            closed: RefCell::default(),
            close_waiters: RefCell::default(),
            observer: RefCell::default(),
        });
        let driver = Driver::new(transport, outbound, Rc::downgrade(&shared));
        (Self { shared }, driver)
    }

    /// Lets `observer` see all traffic and every oddity from now on, instead of whoever did before. It may use the
    /// connection, but what it sends it will see as well.
    pub fn observe(&self, observer: impl Fn(Notice<'_>) + 'static) {
        let previous = self.shared.observer.replace(Some(Rc::new(observer)));
        drop(previous);
    }

    /// Calls a command that needs no session. The request is sent at once, whether or not the call is awaited.
    pub fn call<C: Command>(&self, params: &C) -> Call<C::Result> {
        Shared::call(&self.shared, &Scope::default(), params)
    }

    /// Calls a command whose bytes follow it in a binary frame of their own, such as `Internal.addRecordingData`. Both are sent
    /// at once and nothing comes between them; on a connection that is closed, neither.
    pub fn call_with_bytes<C: Command>(&self, params: &C, bytes: Vec<u8>) -> Call<C::Result> {
        let call = self.call(params);
        if self.close_reason().is_none() {
            // If the driver is gone, it has closed the connection, which ends the call.
            let _ = self
                .shared
                .outbox
                .unbounded_send(Outbound::Send(Frame::Binary(bytes)));
        }
        call
    }

    /// Events of one kind that name no session, such as `Recording.sessionError`, from now on.
    pub fn events<E: Event + Clone>(&self) -> Events<E> {
        Shared::events(&self.shared, None)
    }

    /// Says who is asking. Once per connection, before the first session, and not at all for public recordings.
    pub fn set_access_token(&self, access_token: &str) -> Call<Empty> {
        self.call(&SetAccessToken {
            access_token: access_token.to_owned(),
        })
    }

    /// Opens a recording with default settings.
    ///
    /// # Errors
    /// As any call; notably codes 28 (no such recording), 31 and 32.
    pub async fn open_session(&self, recording_id: &RecordingId) -> Result<Session, CallError> {
        self.create_session(&CreateSession {
            recording_id: recording_id.clone(),
            experimental_settings: None,
            focus_window: None,
            focus_request: None,
        })
        .await
    }

    /// Opens a recording.
    ///
    /// # Errors
    /// As [`Connection::open_session`].
    pub async fn create_session(&self, params: &CreateSession) -> Result<Session, CallError> {
        let created = self.call(params).await?;
        Ok(self.session(&created.session_id))
    }

    /// The session of that id, which is taken to exist on the server. While a handle to it lives, the same one.
    pub fn session(&self, session_id: &SessionId) -> Session {
        let mut sessions = self.shared.sessions.borrow_mut();
        if let Some(inner) = sessions.get(session_id).and_then(Weak::upgrade) {
            return Session::from(inner);
        }
        let inner = Rc::new(SessionInner::new(session_id.clone(), Rc::downgrade(&self.shared)));
        sessions.insert(session_id.clone(), Rc::downgrade(&inner));
        Session::from(inner)
    }

    /// Closes at once: pending calls end with [`CallError::Closed`], and so do later ones.
    pub fn close(&self) {
        self.shared.end(&CloseReason::Here);
        let _ = self.shared.outbox.unbounded_send(Outbound::Close);
    }

    /// Why it is closed, once it is.
    pub fn close_reason(&self) -> Option<CloseReason> {
        self.shared.closed.borrow().clone()
    }

    /// Waits until it is closed, whoever closes it.
    pub fn closed(&self) -> impl Future<Output = CloseReason> + 'static {
        let (sender, receiver) = oneshot::channel();
        match self.close_reason() {
            Some(reason) => drop(sender.send(reason)),
            None => self.shared.close_waiters.borrow_mut().push(sender),
        }
        async move { receiver.await.unwrap_or(CloseReason::Here) }
    }

    /// Calls that wait for their answer.
    pub fn n_pending(&self) -> usize {
        self.shared.calls.borrow().n_pending()
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.close_reason() {
            Some(reason) => write!(f, "Connection({reason})"),
            None => write!(f, "Connection({} pending)", self.n_pending()),
        }
    }
}

/// What handles of a connection share. No borrow of a field is held while foreign code runs.
pub(crate) struct Shared {
    outbox: UnboundedSender<Outbound>,
    id_style: IdStyle,
    next_id: Cell<i64>,
    calls: RefCell<calls::Calls>,
    groups: RefCell<events::Groups>,
    sessions: RefCell<HashMap<SessionId, Weak<SessionInner>>>,
    closed: RefCell<Option<CloseReason>>,
    close_waiters: RefCell<Vec<oneshot::Sender<CloseReason>>>,
    observer: RefCell<Option<Rc<Observer>>>,
}

type Observer = dyn Fn(Notice<'_>);

/// What the driver is asked to do.
enum Outbound {
    Send(Frame),
    Close,
}

impl Shared {
    /// A number never given before on this connection, for ids that the client chooses.
    pub(crate) fn unique(&self) -> i64 {
        self.next_id.replace(self.next_id.get() + 1)
    }

    /// Takes in a frame from the transport.
    fn receive(&self, frame: &Frame) {
        self.notice(Notice::Received(frame));
        let Some(text) = frame.as_text() else {
            return self.notice(Notice::Undecodable {
                what: "frame",
                message: "not UTF-8".to_owned(),
            });
        };
        match Incoming::decode(text) {
            Ok(Incoming::Response(response)) => self.answer(&response.id, response.outcome),
            Ok(Incoming::Event(event)) => self.hear(&event),
            Err(error) => self.answer_undecodable(text, &error),
        }
    }

    fn notice(&self, notice: Notice<'_>) {
        let observer = self.observer.borrow().clone();
        if let Some(observer) = observer {
            observer(notice);
        }
    }

    /// Ends everything; the first reason counts.
    fn end(&self, reason: &CloseReason) {
        if self.closed.borrow().is_some() {
            return;
        }
        *self.closed.borrow_mut() = Some(reason.clone());
        self.notice(Notice::Closed(reason));
        self.end_calls(
            &CallError::Closed {
                reason: reason.clone(),
            },
            |_scope| true,
        );
        let groups = self.groups.take();
        drop(groups);
        for waiter in self.close_waiters.take() {
            let _ = waiter.send(reason.clone());
        }
    }

    /// Ends what belongs to a session; its handle is being dropped, or it was released.
    pub(crate) fn end_session(&self, session_id: &SessionId) {
        self.sessions.borrow_mut().remove(session_id);
        self.end_calls(&CallError::Gone, |scope| {
            scope.session_id.as_ref() == Some(session_id)
        });
        let groups = self.groups.borrow_mut().take_session(session_id);
        drop(groups);
    }

    /// Ends what belongs to a pause.
    pub(crate) fn end_pause(&self, session_id: &SessionId, pause_id: &PauseId) {
        self.end_calls(&CallError::Gone, |scope| {
            scope.session_id.as_ref() == Some(session_id) && scope.pause_id.as_ref() == Some(pause_id)
        });
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.end_calls(&CallError::Gone, |_scope| true);
    }
}
