//! How we stand with the server.

use std::rc::Rc;

use client::{CallError, Connection};
use futures::future::LocalBoxFuture;
use leptos::prelude::*;

/// The states of the connection, each with its text in the header.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Phase {
    /// The first attempt is under way.
    #[default]
    Connecting,
    /// The session is open.
    Ready,
    /// The server is gone and is tried again; how often it has been tried.
    Reconnecting {
        /// Attempts so far.
        n_attempts: u32,
    },
    /// The server will not have it, for this reason; trying again would not help.
    Refused {
        /// The server's words.
        reason: String,
    },
}

/// What a service is told on each connection, before it is asked for a session.
pub type Greeting = Rc<dyn Fn(&Connection) -> LocalBoxFuture<'static, Result<(), CallError>>>;

/// The state of the connection and how much is under way on it.
#[derive(Clone, Copy)]
pub struct ConnectionStore {
    phase: RwSignal<Phase>,
    n_busy: RwSignal<usize>,
    /// What is said while the session is being opened.
    doing: RwSignal<String>,
    /// What is said of it once it is open.
    words: StoredValue<&'static str>,
    greeting: StoredValue<Option<Greeting>, LocalStorage>,
}

impl ConnectionStore {
    pub(super) fn new() -> Self {
        Self {
            phase: RwSignal::default(),
            n_busy: RwSignal::default(),
            doing: RwSignal::new("Connecting".to_owned()),
            words: StoredValue::new("Connected"),
            greeting: StoredValue::new_local(None),
        }
    }

    /// Whether the session is being opened; not, if the page has been left.
    pub fn is_opening(&self) -> bool {
        let phase = self.phase.try_get_untracked();
        matches!(phase, Some(Phase::Connecting | Phase::Reconnecting { .. }))
    }

    /// What is said while the session is being opened.
    pub fn doing(&self) -> Signal<String> {
        self.doing.into()
    }

    /// Says what the service does before the session is open.
    pub fn set_doing(&self, doing: String) {
        self.doing.try_set(doing);
    }

    /// What is said of an open session.
    pub fn words(&self) -> &'static str {
        self.words.get_value()
    }

    /// Says what is said of an open session: before it is open.
    pub fn set_words(&self, words: &'static str) {
        self.words.set_value(words);
    }

    /// Has the service told something on each connection from now on.
    pub fn set_greeting(&self, greeting: Greeting) {
        self.greeting.set_value(Some(greeting));
    }

    pub(super) fn greeting(&self) -> Option<Greeting> {
        self.greeting.try_get_value().flatten()
    }

    /// The state.
    pub fn phase(&self) -> Signal<Phase> {
        self.phase.into()
    }

    /// Whether the session is open and nothing that ends by itself is under way, or there will never be a session.
    pub fn is_settled(&self) -> bool {
        // What waited for this may hear of it when the page has gone already.
        match self.phase.try_get() {
            Some(Phase::Ready) => self.n_busy.try_get() == Some(0),
            Some(Phase::Refused { .. }) => true,
            Some(Phase::Connecting | Phase::Reconnecting { .. }) | None => false,
        }
    }

    pub(super) fn set_phase(&self, phase: Phase) {
        // The page may have gone while an answer was on its way.
        self.phase.try_set(phase);
    }

    /// Counts something as under way until the guard is dropped.
    pub(crate) fn busy(&self) -> Busy {
        self.n_busy.try_update(|n| *n += 1);
        Busy { n_busy: self.n_busy }
    }
}

/// Something is under way while this lives.
pub(crate) struct Busy {
    n_busy: RwSignal<usize>,
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.n_busy.try_update(|n| *n = n.saturating_sub(1));
    }
}
