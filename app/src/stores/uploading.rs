//! Sending a recording to the server that the viewer came from: whether it takes any, and how far one is.

use std::rc::Rc;

use futures::{
    channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded},
    future::LocalBoxFuture,
};
use leptos::{prelude::*, task::spawn_local};

use super::{Stores, connection::Busy};
use crate::logic::{
    sharing::Plan,
    uploading::{Event, Stage},
    view::Span,
};

/// What the server says to uploads by whoever asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It has not answered, or there is none.
    Unknown,
    /// It takes none.
    Refused,
    /// It wants a token before it says.
    WantsToken {
        /// Whether it has been told another one, which it does not accept.
        was_told: bool,
    },
    /// It takes them.
    Granted,
}

/// How far a recording is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Sending {
    /// None is on its way.
    #[default]
    None,
    /// The file is being made that is to be sent.
    Making {
        /// How much of the work is done, from 0 to 1.
        done: f64,
        /// Bytes that are there by now.
        n_bytes: f64,
    },
    /// It could not be made: a sentence.
    NotMade(String),
    /// It is on its way, or has arrived.
    Going(Going),
}

/// A recording on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct Going {
    /// Its id.
    pub id: String,
    /// How far it is.
    pub stage: Stage,
    /// Bytes that the server has.
    pub arrived: u64,
    /// All there are.
    pub n_bytes: u64,
}

/// What is to be sent.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A recording that is made by a plan.
    Made(Plan),
    /// The file as it is.
    AsItIs,
}

/// Sends recordings: outside of the stores, which know no files and no sockets.
#[derive(Clone)]
pub struct Uploader {
    /// The server's name and port.
    pub host: String,
    /// Whether there is a file that could be sent as it is.
    pub has_file: bool,
    /// Asks the server whether it takes any, with a token if one has been typed.
    pub ask: Rc<dyn Fn(Option<String>) -> LocalBoxFuture<'static, Access>>,
    /// Sends one, and hears what the person wants meanwhile; ends when nothing can come of it any more.
    pub send: Rc<dyn Fn(What, UnboundedReceiver<Event>, Tell) -> LocalBoxFuture<'static, ()>>,
}

/// Told how far it is.
pub type Tell = Rc<dyn Fn(Sending)>;

/// What goes to the server.
#[derive(Clone, Copy)]
pub struct UploadStore {
    access: RwSignal<Access>,
    sending: RwSignal<Sending>,
    /// Whether the file is sent as it is.
    is_as_it_is: RwSignal<bool>,
    /// The part of the whole that is on its way, if it is one.
    range: StoredValue<Option<Span>>,
    /// What the person wants of it. Dropped with the page, which ends it.
    wishes: StoredValue<Option<UnboundedSender<Event>>>,
    busy: StoredValue<Option<Busy>, LocalStorage>,
    uploader: RwSignal<Option<Uploader>, LocalStorage>,
}

impl Default for UploadStore {
    fn default() -> Self {
        Self {
            access: RwSignal::new(Access::Unknown),
            sending: RwSignal::default(),
            is_as_it_is: RwSignal::new(false),
            range: StoredValue::default(),
            wishes: StoredValue::default(),
            busy: StoredValue::new_local(None),
            uploader: RwSignal::new_local(None),
        }
    }
}

impl UploadStore {
    /// Says who sends recordings.
    pub fn set_uploader(&self, uploader: Option<Uploader>) {
        self.uploader.try_set(uploader);
    }

    /// What the server says to uploads.
    pub fn access(&self) -> Signal<Access> {
        self.access.into()
    }

    /// How far a recording is.
    pub fn sending(&self) -> Signal<Sending> {
        self.sending.into()
    }

    /// The server's name and port; empty where there is none.
    pub fn host(&self) -> String {
        self.uploader
            .with(|uploader| uploader.as_ref().map(|uploader| uploader.host.clone()))
            .unwrap_or_default()
    }

    /// Whether there is a file that could be sent as it is.
    pub fn has_file(&self) -> bool {
        self.uploader
            .with(|uploader| uploader.as_ref().is_some_and(|uploader| uploader.has_file))
    }

    /// Whether the file is to be sent as it is, with all that is in it.
    pub fn is_as_it_is(&self) -> RwSignal<bool> {
        self.is_as_it_is
    }

    /// The part of the whole that is on its way or has arrived; None for all of it.
    pub fn range(&self) -> Option<Span> {
        self.range.get_value()
    }

    /// Asks the server whether it takes uploads; with a token, if the person has typed one.
    pub fn ask(&self, stores: Stores, token: Option<String>) {
        let Some(uploader) = self.uploader.get_untracked() else {
            return;
        };
        let (store, busy) = (*self, stores.connection.busy());
        spawn_local(async move {
            let access = (uploader.ask)(token).await;
            store.access.try_set(access);
            drop(busy);
        });
    }

    /// Sends what is to leave: a recording made by `plan`, or the file as it is if that is wanted.
    pub fn send(&self, stores: Stores, plan: Plan, range: Option<Span>) {
        let Some(uploader) = self.uploader.get_untracked() else {
            return;
        };
        let (what, range) = match self.is_as_it_is.get_untracked() {
            true => (What::AsItIs, None),
            false => (What::Made(plan), range),
        };
        let (sender, wishes) = unbounded();
        self.wishes.set_value(Some(sender));
        self.range.set_value(range);
        let store = *self;
        let tell: Tell = Rc::new(move |sending| store.hear(stores, sending));
        tell(Sending::Making {
            done: 0.0,
            n_bytes: 0.0,
        });
        spawn_local((uploader.send)(what, wishes, tell));
    }

    /// Stops for as long as the person wants.
    pub fn pause(&self) {
        self.wish(Event::Pause);
    }

    /// Goes on, or tries again at once.
    pub fn resume(&self) {
        self.wish(Event::Resume);
    }

    /// Gives up what is on its way.
    pub fn cancel(&self) {
        self.wish(Event::Cancel);
    }

    /// Has done with what has arrived: another may be sent.
    pub fn forget(&self) {
        self.wishes.set_value(None);
        self.is_as_it_is.set(false);
        self.sending.set(Sending::None);
    }

    fn wish(&self, wish: Event) {
        self.wishes.with_value(|wishes| {
            if let Some(wishes) = wishes {
                // Nobody listens any more once it is over.
                wishes.unbounded_send(wish).ok();
            }
        });
    }

    fn hear(&self, stores: Stores, sending: Sending) {
        let is_busy = match &sending {
            Sending::Making { .. } => true,
            Sending::Going(going) => going.stage.is_busy(),
            Sending::None | Sending::NotMade(_) => false,
        };
        let is_given_up = matches!(&sending, Sending::Going(going) if going.stage == Stage::Cancelled);
        self.sending
            .try_set(if is_given_up { Sending::None } else { sending });
        self.busy.try_update_value(|busy| match is_busy {
            true => drop(busy.get_or_insert_with(|| stores.connection.busy())),
            false => *busy = None,
        });
    }
}
