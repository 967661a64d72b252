//! Work that a store has the driver do with the session: it asks the server and tells the store what it learnt.
//!
//! Each store keeps its questions beside its answers, so the driver does not know them all; it knows only what must not wait
//! and what must not be done any more. An errand is lost with its session: what it was for is asked again by
//! [`super::Stores::ask_again`].

use std::fmt;

use client::{CallError, Session};
use futures::{FutureExt, future::LocalBoxFuture};

use super::Stores;

/// How long an errand may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// Not at all: somebody pressed something and looks at where the answer will be.
    Now,
    /// Until the moment that is being looked at can be seen: what visible panels say about it.
    Visible,
    /// Until nothing else is under way: what may be wanted next.
    Idle,
}

impl Urgency {
    /// What an errand without a lane is called in the protocol's log.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Now => "pressed",
            Self::Visible => "panels",
            Self::Idle => "ahead",
        }
    }
}

/// Errands of one lane replace one another: a newer one ends the one before, running or waiting.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Lane {
    /// Whose it is, such as `console.eager`.
    pub(crate) name: &'static str,
    /// Which of several of the same name, such as the number of a print statement.
    pub(crate) number: u64,
}

impl Lane {
    /// The only lane of a name.
    pub(crate) fn named(name: &'static str) -> Self {
        Self { name, number: 0 }
    }
}

type Work = Box<dyn FnOnce(Session, Stores) -> LocalBoxFuture<'static, Result<(), CallError>>>;

/// Something to do with the session. An error that ends the session makes the driver open another; any other error is the
/// errand's to tell its store.
pub struct Errand {
    pub(super) urgency: Urgency,
    pub(super) lane: Option<Lane>,
    pub(super) work: Work,
}

impl Errand {
    pub(super) fn new<F>(
        urgency: Urgency,
        lane: Option<Lane>,
        work: impl FnOnce(Session, Stores) -> F + 'static,
    ) -> Self
    where
        F: Future<Output = Result<(), CallError>> + 'static,
    {
        Self {
            urgency,
            lane,
            work: Box::new(move |session, stores| work(session, stores).boxed_local()),
        }
    }
}

impl fmt::Debug for Errand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Errand")
            .field("urgency", &self.urgency)
            .field("lane", &self.lane)
            .finish_non_exhaustive()
    }
}

/// What goes on beside everything else as long as the session lives, such as a list that grows with a recording that is still
/// being made.
pub struct Beside(pub(super) LocalBoxFuture<'static, Result<(), CallError>>);

impl fmt::Debug for Beside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Beside")
    }
}
