//! How we stand with the server.

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

/// The state of the connection and how much is under way on it.
#[derive(Clone, Copy)]
pub struct ConnectionStore {
    phase: RwSignal<Phase>,
    n_busy: RwSignal<usize>,
}

impl ConnectionStore {
    pub(super) fn new() -> Self {
        Self {
            phase: RwSignal::default(),
            n_busy: RwSignal::default(),
        }
    }

    /// The state.
    pub fn phase(&self) -> Signal<Phase> {
        self.phase.into()
    }

    /// Whether the session is open and nothing that ends by itself is under way, or there will never be a session.
    pub fn is_settled(&self) -> bool {
        match self.phase.get() {
            Phase::Ready => self.n_busy.get() == 0,
            Phase::Refused { .. } => true,
            Phase::Connecting | Phase::Reconnecting { .. } => false,
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
