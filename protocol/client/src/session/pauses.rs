//! The pauses of a session, one per execution point however often it is asked for.
//!
//! Policy: a pause made here ([`Session::pause_at`]) is kept under its point while anyone holds a handle, and beyond
//! that among the [`MAX_KEPT`] most recently asked for; the least recent one goes first and is released on the server.
//! Pauses that the server made ([`Session::adopt_pause`]) are kept until the session ends, because a server says
//! nothing twice about them and their ids stay in the messages that brought them. Pictures of repaints are kept until
//! the session ends, for the same reason. A failure to pause is kept until [`Session::create_pause`] tries again, or
//! [`MAX_FAILED`] have failed.

use std::{collections::HashMap, mem, rc::Rc};

use wire::{
    graphics::ScreenShot,
    ids::{PauseId, ScreenShotHash},
    pause::PauseData,
    point::ExecutionPoint,
    session::{CreatePause, ReleasePause},
};

use crate::{
    call::CallError,
    connection::done,
    lookup::Lookup,
    notify::Subscription,
    pause::Pause,
    session::{Session, SessionInner},
};

/// Enough to step back and forth and to hover along the timeline without asking again.
const MAX_KEPT: usize = 32;
/// Failures kept; then all are forgotten.
const MAX_FAILED: usize = 64;

/// [`Session::pause_at`] reads differently now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PauseChange {
    /// At this point; `None` means everywhere, because the session is gone.
    pub point: Option<ExecutionPoint>,
}

#[derive(Default)]
pub(super) struct Pauses {
    by_id: HashMap<PauseId, Kept>,
    by_point: HashMap<ExecutionPoint, Lookup<PauseId>>,
    pictures: HashMap<ScreenShotHash, Rc<ScreenShot>>,
    /// Counts uses, to tell which is the least recent.
    n_uses: u64,
}

struct Kept {
    pause: Pause,
    is_adopted: bool,
    used_at: u64,
}

impl Session {
    /// The pause at a point, made if there is none. [`Session::subscribe_pauses`] tells when it is there.
    pub fn pause_at(&self, point: &ExecutionPoint) -> Lookup<Pause> {
        if self.inner.shared().is_none() {
            return Lookup::Failed(CallError::Gone);
        }
        if let Some(known) = self.inner.pauses.borrow_mut().at(point) {
            return known;
        }
        self.expect_pause(point);
        self.ask_pause(point);
        self.inner
            .pauses
            .borrow_mut()
            .at(point)
            .unwrap_or(Lookup::Pending)
    }

    /// The pause at a point, made if there is none, and tried again if that failed before.
    ///
    /// # Errors
    /// As any call.
    pub async fn create_pause(&self, point: &ExecutionPoint) -> Result<Pause, CallError> {
        self.inner
            .pauses
            .borrow_mut()
            .by_point
            .retain(|at, lookup| at != point || !matches!(lookup, Lookup::Failed(_)));
        self.inner
            .pause_changes
            .until_ready(|| self.pause_at(point))
            .await
    }

    /// A pause that came along with a message or an evaluation, with the data that came with it.
    pub fn adopt_pause(&self, pause_id: &PauseId, data: &PauseData) -> Pause {
        let pause = {
            let pauses = &mut *self.inner.pauses.borrow_mut();
            let kept = pauses.by_id.entry(pause_id.clone()).or_insert_with(|| Kept {
                pause: Pause::new(pause_id.clone(), None, Rc::downgrade(&self.inner)),
                is_adopted: true,
                used_at: 0,
            });
            kept.is_adopted = true;
            kept.pause.clone()
        };
        pause.merge(data);
        pause
    }

    /// The pause of that id, if it is kept here.
    pub fn known_pause(&self, pause_id: &PauseId) -> Option<Pause> {
        self.inner
            .pauses
            .borrow()
            .by_id
            .get(pause_id)
            .map(|kept| kept.pause.clone())
    }

    /// Lets go of a pause, here and on the server: it is gone for everyone who holds it.
    pub fn release_pause(&self, pause: &Pause) {
        let is_kept = {
            let pauses = &mut *self.inner.pauses.borrow_mut();
            match pauses.by_id.get(pause.id()) {
                Some(kept) if kept.pause == *pause => pauses.take(pause.id()),
                _ => None,
            }
        };
        if let Some(pause) = is_kept {
            self.inner.release(&pause);
        }
    }

    /// Calls `callback` whenever [`Session::pause_at`] reads differently.
    pub fn subscribe_pauses(&self, callback: impl Fn(&PauseChange) + 'static) -> Subscription {
        self.inner.pause_changes.subscribe(callback)
    }

    /// A pause has been asked for.
    pub(super) fn expect_pause(&self, point: &ExecutionPoint) {
        let pauses = &mut *self.inner.pauses.borrow_mut();
        pauses.by_point.insert(point.clone(), Lookup::Pending);
    }

    /// The pause that was expected does not come: whoever reads next asks for it.
    pub(super) fn expect_no_more(&self, point: &ExecutionPoint) {
        self.inner.pauses.borrow_mut().by_point.remove(point);
        let point = Some(point.clone());
        self.inner.pause_changes.notify(&PauseChange { point });
    }

    /// Asks for a pause that is expected.
    fn ask_pause(&self, point: &ExecutionPoint) {
        let Some(shared) = self.inner.shared() else { return };
        let (inner, at) = (Rc::downgrade(&self.inner), point.clone());
        let done = done::<CreatePause>(move |outcome| {
            if let Some(inner) = inner.upgrade().filter(|inner| inner.shared().is_some()) {
                Self { inner }.keep(at, outcome.map(|created| created.pause_id), |_pause| {});
            }
        });
        let params = CreatePause { point: point.clone() };
        shared.start(&self.inner.scope(), &params, None, done);
    }

    /// Keeps what became of the request for a pause. `prime` tells it what came along, before anybody reads it.
    pub(super) fn keep(
        &self,
        point: ExecutionPoint,
        outcome: Result<PauseId, CallError>,
        prime: impl FnOnce(&Pause),
    ) {
        let known = outcome.as_ref().ok().map(|pause_id| {
            let known = self.known_pause(pause_id);
            let is_new = known.is_none();
            let new = || Pause::new(pause_id.clone(), Some(point.clone()), Rc::downgrade(&self.inner));
            (known.unwrap_or_else(new), is_new)
        });
        if let Some((pause, is_new)) = &known {
            prime(pause);
            // Two ways led there at once; whoever holds the other goes on with it.
            if *is_new && self.inner.pauses.borrow().is_ready(&point) {
                return self.inner.release(pause);
            }
        }
        let evicted = {
            let pauses = &mut *self.inner.pauses.borrow_mut();
            let made = match outcome {
                Ok(pause_id) => {
                    pauses.n_uses += 1;
                    let used_at = pauses.n_uses;
                    if let Some((pause, _)) = known {
                        let kept = pauses.by_id.entry(pause_id.clone());
                        kept.or_insert(Kept {
                            pause,
                            is_adopted: false,
                            used_at,
                        })
                        .used_at = used_at;
                    }
                    Lookup::Ready(pause_id)
                }
                Err(error) => Lookup::Failed(error),
            };
            pauses.by_point.insert(point.clone(), made);
            pauses.evict()
        };
        for pause in evicted {
            self.inner.release(&pause);
        }
        self.inner
            .pause_changes
            .notify(&PauseChange { point: Some(point) });
    }
}

impl SessionInner {
    /// The picture of a hash: the one that came, or the one that came before.
    pub(crate) fn repainted(
        &self,
        hash: &ScreenShotHash,
        came: Option<&ScreenShot>,
    ) -> Option<Rc<ScreenShot>> {
        let pictures = &mut self.pauses.borrow_mut().pictures;
        match (pictures.get(hash), came) {
            (Some(picture), _) => Some(Rc::clone(picture)),
            (None, Some(picture)) => {
                let picture = Rc::new(picture.clone());
                pictures.insert(hash.clone(), Rc::clone(&picture));
                Some(picture)
            }
            (None, None) => None,
        }
    }

    /// All pauses are gone.
    pub(super) fn end_pauses(&self) {
        let pauses = mem::take(&mut *self.pauses.borrow_mut());
        for kept in pauses.by_id.into_values() {
            kept.pause.end();
        }
        self.pause_changes.notify(&PauseChange { point: None });
    }

    fn release(&self, pause: &Pause) {
        pause.end();
        if let Some(shared) = self.shared() {
            let params = ReleasePause {
                pause_id: pause.id().clone(),
            };
            // Nothing depends on the answer: here the pause is gone either way.
            shared.start(&self.scope(), &params, None, done::<ReleasePause>(|_outcome| {}));
        }
    }
}

impl Pauses {
    fn at(&mut self, point: &ExecutionPoint) -> Option<Lookup<Pause>> {
        let made = self.by_point.get(point)?.clone();
        self.n_uses += 1;
        Some(made.and_then(|pause_id| match self.by_id.get_mut(&pause_id) {
            Some(kept) => {
                kept.used_at = self.n_uses;
                Lookup::Ready(kept.pause.clone())
            }
            None => Lookup::Failed(CallError::Gone),
        }))
    }

    /// Whether a pause at a point is there.
    fn is_ready(&self, point: &ExecutionPoint) -> bool {
        matches!(self.by_point.get(point), Some(Lookup::Ready(pause_id)) if self.by_id.contains_key(pause_id))
    }

    /// Whether a pause at a point is there, or on its way.
    pub(super) fn has(&self, point: &ExecutionPoint) -> bool {
        self.is_ready(point) || matches!(self.by_point.get(point), Some(Lookup::Pending))
    }

    fn take(&mut self, pause_id: &PauseId) -> Option<Pause> {
        let Kept { pause, .. } = self.by_id.remove(pause_id)?;
        self.by_point
            .retain(|_point, made| !matches!(made, Lookup::Ready(other) if other == pause_id));
        Some(pause)
    }

    /// Takes out what is too much.
    fn evict(&mut self) -> Vec<Pause> {
        let is_failure = |made: &Lookup<PauseId>| matches!(made, Lookup::Failed(_));
        if self.by_point.values().filter(|made| is_failure(made)).count() > MAX_FAILED {
            self.by_point.retain(|_point, made| !is_failure(made));
        }
        let mut evicted = Vec::new();
        loop {
            let unused: Vec<_> = self
                .by_id
                .values()
                .filter(|kept| !kept.is_adopted && kept.pause.is_unused())
                .collect();
            if unused.len() <= MAX_KEPT {
                return evicted;
            }
            let oldest = unused
                .iter()
                .min_by_key(|kept| kept.used_at)
                .map(|kept| kept.pause.id().clone());
            evicted.extend(oldest.and_then(|pause_id| self.take(&pause_id)));
        }
    }
}
