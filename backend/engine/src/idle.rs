//! Ends sessions that nobody uses, after telling their client twice: that it may happen, which any command averts, and that
//! it will. The engine has no clock; its host says what time it is.

use wire::{
    connection::CloseTimestamp,
    error::SessionErrorCode,
    recording::SessionError,
    session::{MayDestroy, WillDestroy},
};

use crate::{
    answer::{Answer, Outbox},
    session::Session,
};

/// How long before the end the client is told that it may come; half the limit if that is shorter. Long enough for a
/// person to come back to the window, well within the 30 minutes the protocol allows.
const MAY_DESTROY_MILLIS: f64 = 300_000.0;

/// How long before the end the client is told that it will come; a tenth of the limit if that is shorter.
const WILL_DESTROY_MILLIS: f64 = 10_000.0;

/// When a session was used, and what its client knows.
#[derive(Debug, Default)]
pub(crate) struct Idle {
    /// Unix time, ms, of the first tick after it was last used.
    since_millis: f64,
    is_counting: bool,
    told: Told,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Told {
    #[default]
    Nothing,
    MayEnd,
    WillEnd,
}

/// What became of a session at a tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Tick {
    /// It lives on, and wants to be looked at in so many ms.
    Again(f64),
    /// It is over.
    Over,
}

impl Idle {
    /// A command came.
    pub(crate) fn used(&mut self) {
        self.is_counting = false;
    }

    /// Looks at the time, and tells the client what follows from it.
    pub(crate) fn tick(
        &mut self,
        now_millis: f64,
        limit_millis: f64,
        outbox: &mut Outbox<'_>,
    ) -> Answer<Tick> {
        // Once the end was announced for certain, nothing averts it.
        if !self.is_counting && self.told != Told::WillEnd {
            self.is_counting = true;
            self.since_millis = now_millis;
            if self.told == Told::MayEnd {
                self.told = Told::Nothing;
                outbox.event(&MayDestroy { time: None })?;
            }
        }
        let may = MAY_DESTROY_MILLIS.min(limit_millis / 2.0);
        let will = WILL_DESTROY_MILLIS.min(limit_millis / 10.0);
        let mut left = self.since_millis + limit_millis - now_millis;
        if left < may && self.told == Told::Nothing {
            // The host slept: nobody ends unwarned.
            self.since_millis = now_millis + may - limit_millis;
            left = may;
        }
        if left <= 0.0 {
            return Ok(Tick::Over);
        }
        let time = CloseTimestamp {
            absolute: (now_millis + left) / 1000.0,
            relative: left / 1000.0,
        };
        if left <= will && self.told != Told::WillEnd {
            self.told = Told::WillEnd;
            outbox.event(&WillDestroy { time })?;
        } else if left <= may && self.told == Told::Nothing {
            self.told = Told::MayEnd;
            outbox.event(&MayDestroy { time: Some(time) })?;
        }
        Ok(Tick::Again(match self.told {
            Told::Nothing => left - may,
            Told::MayEnd => left - will,
            Told::WillEnd => left,
        }))
    }
}

/// What a client is told once its session has ended so.
pub(crate) fn error(session: &Session, limit_millis: f64) -> SessionError {
    SessionError {
        session_id: session.id.clone(),
        code: SessionErrorCode::INACTIVITY_TIMEOUT,
        message: format!("the session was not used for {} seconds", limit_millis / 1000.0),
    }
}
