//! The session driver: keeps a session open, turns what the server says into the stores' verbs and the stores' intents into
//! requests. The one place where the viewer waits for a server.
//!
//! A connection that is lost is opened anew, for ever, with growing waits; then the session is made again and everything
//! asked for again, so the page comes back to the same moment without a click. Only a server that answers and refuses is
//! left alone until a person asks it again.

pub(in crate::stores) mod look;
mod open;

use std::{
    collections::{HashMap, VecDeque},
    rc::Rc,
    sync::Arc,
};

use client::{CallError, Connection, Session, transport::CloseReason, transport::Transport};
use futures::{
    FutureExt, StreamExt,
    channel::mpsc::UnboundedReceiver,
    future::{AbortHandle, Abortable, Fuse, FusedFuture, LocalBoxFuture, Shared},
    select_biased,
    stream::FuturesUnordered,
};
use leptos::prelude::{GetUntracked, untrack};
use wire::{error::ErrorCode, graphics::PaintPoint, point::ExecutionPoint};

use super::{
    Intent, Stores, Wish,
    connection::{Busy, Phase},
    errand::{Beside, Errand, Lane, Urgency},
    pictures::Size,
    protocol::{asked_by, asking_as},
};
use crate::logic::{backoff, library::sentence};

/// What the driver needs of the world it runs in.
#[derive(Clone)]
pub struct Host {
    /// Opens a way to the server.
    pub open: Rc<dyn Fn() -> Result<Transport, CloseReason>>,
    /// Waits, in ms.
    pub sleep: Rc<dyn Fn(f64) -> LocalBoxFuture<'static, ()>>,
    /// A number from 0 to 1, a different one each time.
    pub random: fn() -> f64,
    /// Runs something beside everything else.
    pub spawn: fn(LocalBoxFuture<'static, ()>),
}

/// Decodes pictures and holds them, beside the driver's own work.
#[derive(Clone)]
pub struct Pictures {
    /// Decodes an image that came as base64, and holds it under a key: width and height in its pixels, or why it cannot be
    /// shown, as the end of a sentence that begins with "the picture".
    pub decode: Decode,
    /// Lets go of what is held under a key.
    pub forget: Rc<dyn Fn(&str)>,
    /// How high small ones are, in pixels.
    pub small_px: u32,
    /// What time it is, in ms.
    pub now_ms: fn() -> f64,
}

/// See [`Pictures::decode`].
pub type Decode = Rc<dyn Fn(Arc<str>, String) -> LocalBoxFuture<'static, Result<(u32, u32), String>>>;

/// Drives a recording's page until the stores' intents end, which is when the page is left.
pub async fn run(host: Host, stores: Stores, mut intents: UnboundedReceiver<Wish>) {
    let mut n_attempts = 0;
    loop {
        match connect(&host, &stores).await {
            Ok((connection, session)) => {
                n_attempts = 0;
                stores.connection.set_phase(Phase::Ready);
                let end = Serving::new(stores, session.clone())
                    .serve(&connection, &mut intents)
                    .await;
                if let Some(later) = untrack(|| stores.intents.later()) {
                    (later.give_up_pictures)(&stores.pictures);
                }
                connection.close();
                if let End::Left = end {
                    return;
                }
            }
            Err(Refusal(reason)) if is_final(&reason) => {
                let reason = sentence(&words(&reason));
                stores.connection.set_phase(Phase::Refused { reason });
                n_attempts = 0;
                match retried(&mut intents).await {
                    true => {
                        stores.connection.set_phase(Phase::Connecting);
                        continue;
                    }
                    false => return,
                }
            }
            Err(Refusal(_)) => {}
        }
        n_attempts += 1;
        stores.connection.set_phase(Phase::Reconnecting { n_attempts });
        let wait_ms = backoff::wait_ms(n_attempts - 1, (host.random)());
        if let Some(End::Left) = wait(&host, wait_ms, &mut intents).await {
            return;
        }
    }
}

/// Why a session could not be opened.
struct Refusal(CallError);

/// Why serving a session ended.
enum End {
    /// The page was left.
    Left,
    /// The connection or the session is gone.
    Lost,
}

async fn connect(host: &Host, stores: &Stores) -> Result<(Connection, Session), Refusal> {
    let transport = (host.open)().map_err(|reason| Refusal(CallError::Closed { reason }))?;
    let (connection, driver) = Connection::open(transport);
    (host.spawn)(driver.map(drop).boxed_local());
    stores.protocol.listen_to(&connection);
    if let Some(greet) = stores.connection.greeting() {
        greet(&connection).await.map_err(Refusal)?;
    }
    let (opener, id) = (connection.clone(), stores.recording.id());
    let session = asked_by(
        "session",
        async move { opener.open_session(&id).await }.boxed_local(),
    )
    .await
    .map_err(Refusal)?;
    Ok((connection, session))
}

/// Waits before the next attempt; a person or the network coming back may cut it short. Other intents are let go: what they
/// wanted is in the stores and is asked for again once there is a session.
async fn wait(host: &Host, wait_ms: f64, intents: &mut UnboundedReceiver<Wish>) -> Option<End> {
    let mut sleep = (host.sleep)(wait_ms).fuse();
    loop {
        select_biased! {
            intent = intents.next() => match intent {
                None => return Some(End::Left),
                Some(Wish { intent: Intent::Retry, .. }) => return None,
                Some(_) => {}
            },
            () = sleep => return None,
        }
    }
}

/// Waits until a person wants to try again; false if the page is left first.
async fn retried(intents: &mut UnboundedReceiver<Wish>) -> bool {
    loop {
        match intents.next().await {
            Some(Wish {
                intent: Intent::Retry,
                ..
            }) => return true,
            Some(_) => {}
            None => return false,
        }
    }
}

/// A server that answers that there is no such recording, or that it cannot be read, will answer the same again.
fn is_final(error: &CallError) -> bool {
    match error.code() {
        Some(ErrorCode::SERVICE_UNAVAILABLE | ErrorCode::TIMED_OUT) => false,
        Some(_) => true,
        None => matches!(error, CallError::Malformed { .. }) || is_forbidden(error),
    }
}

/// A service that closes with one of these codes (a policy is broken, nobody is signed in, somebody may not) closes again.
fn is_forbidden(error: &CallError) -> bool {
    let CallError::Closed {
        reason: CloseReason::There { code: Some(code), .. },
    } = error
    else {
        return false;
    };
    matches!(code, 1008 | 3000 | 3003 | 4401 | 4403)
}

/// An error as a sentence for a person: the server's own words where there are any.
pub(super) fn words(error: &CallError) -> String {
    match error {
        CallError::Protocol { error, .. } => error.message.clone(),
        other => other.to_string(),
    }
}

/// Whether the recording is still being made: known once everything has come that there was when the session began.
pub(super) type Live = Shared<LocalBoxFuture<'static, bool>>;

pub(super) type Task = LocalBoxFuture<'static, Result<(), CallError>>;

/// How many errands that can wait are done at once.
const N_IDLE: usize = 2;

/// One session at work.
struct Serving {
    stores: Stores,
    session: Session,
    /// Whether the recording is still being made, once that was asked.
    live: Option<Live>,
    /// What lasts as long as the session, or was begun with it.
    tasks: FuturesUnordered<Task>,
    /// The look at the moment that is wanted now; a newer one replaces it.
    look: Fuse<Task>,
    errands: FuturesUnordered<Task>,
    idle: FuturesUnordered<Task>,
    waiting: VecDeque<(Errand, Busy)>,
    lanes: HashMap<Lane, AbortHandle>,
    pictures: FuturesUnordered<LocalBoxFuture<'static, ()>>,
}

impl Serving {
    fn new(stores: Stores, session: Session) -> Self {
        Self {
            stores,
            session,
            live: None,
            tasks: FuturesUnordered::new(),
            look: Fuse::terminated(),
            errands: FuturesUnordered::new(),
            idle: FuturesUnordered::new(),
            waiting: VecDeque::new(),
            lanes: HashMap::new(),
            pictures: FuturesUnordered::new(),
        }
    }

    async fn serve(mut self, connection: &Connection, intents: &mut UnboundedReceiver<Wish>) -> End {
        let mut closed = connection.closed().boxed_local().fuse();
        self.begin();
        loop {
            let outcome = select_biased! {
                _reason = closed => return End::Lost,
                wish = intents.next() => match wish {
                    Some(wish) => {
                        self.heed(wish);
                        Ok(())
                    }
                    None => return End::Left,
                },
                outcome = &mut self.look => outcome,
                outcome = self.errands.select_next_some() => outcome,
                outcome = self.tasks.select_next_some() => outcome,
                outcome = self.idle.select_next_some() => outcome,
                () = self.pictures.select_next_some() => Ok(()),
            };
            if outcome.is_err_and(|error| error.is_session_gone()) {
                return End::Lost;
            }
            self.next_errands();
            self.next_pictures();
        }
    }

    /// Asks for everything that a page shows, and goes to the moment where it stands.
    fn begin(&mut self) {
        let (stores, session) = (self.stores, &self.session);
        asking_as("opening", || {
            self.tasks.push(open::regions(session, stores));
            self.tasks.push(open::progress(session, stores));
        });
        let first = asking_as("opening", || open::first(session, stores));
        let live = asking_as("opening", || open::live(session, stores));
        for task in first {
            let task = asked_by("opening", task);
            self.tasks
                .push(until_live(stores.connection.busy(), task, live.clone()));
        }
        let asking = asked_by("opening", live.clone().map(|_| Ok(())).boxed_local());
        self.tasks.push(with(stores.connection.busy(), asking));
        self.live = Some(live);
        stores.objects.set_session(session);
        self.begin_rest();
    }

    /// Asks for what panels show, and goes to the moment where it stands. What that takes may not have come yet; then it is
    /// begun once it has.
    fn begin_rest(&mut self) {
        let (stores, session) = (self.stores, &self.session);
        let Some(later) = untrack(|| stores.intents.later()) else {
            return;
        };
        let Some(live) = self.live.clone() else {
            return;
        };
        for task in asking_as("opening", || (later.contents)(session, stores, &live)) {
            let task = asked_by("opening", task);
            self.tasks
                .push(until_live(stores.connection.busy(), task, live.clone()));
        }
        (later.ask_again)(&stores);
        let moment = stores.timeline.moment().get_untracked();
        if stores.timeline.is_playing().get_untracked() {
            return;
        }
        // If nobody has said where to begin, it begins once it is known where the end is.
        if moment.point.is_some() || moment.turn > 0 || moment.time_ms > 0.0 {
            self.go(moment.time_ms, moment.point);
        }
    }

    fn heed(&mut self, wish: Wish) {
        let (stores, session) = (self.stores, self.session.clone());
        match wish.intent {
            Intent::Go { time_ms, point } => self.go(time_ms, point),
            Intent::Step(step) => {
                if let Some(later) = untrack(|| stores.intents.later()) {
                    self.add(asked_by("step", (later.step)(session, stores, step)));
                }
            }
            // They are looked after whenever something has happened.
            Intent::Pictures => {}
            Intent::Run(errand) => {
                if let Some(lane) = &errand.lane {
                    self.waiting
                        .retain(|(other, _)| other.lane.as_ref() != Some(lane));
                    if let Some(previous) = self.lanes.remove(lane) {
                        previous.abort();
                    }
                }
                match errand.urgency {
                    Urgency::Now => self.start(errand, wish.busy),
                    Urgency::Visible | Urgency::Idle => self.waiting.push_back((errand, wish.busy)),
                }
            }
            Intent::Beside(Beside(task)) => self.tasks.push(task),
            Intent::Begin => self.begin_rest(),
            Intent::Retry => {}
        }
    }

    fn go(&mut self, time_ms: f64, point: Option<ExecutionPoint>) {
        let stores = self.stores;
        // Until then the moment is remembered by the timeline.
        let Some(later) = untrack(|| stores.intents.later()) else {
            return;
        };
        stores.pause.approach();
        let look = (later.go)(self.session.clone(), stores, time_ms, point);
        self.look = with(stores.connection.busy(), asked_by("moment", look)).fuse();
    }

    /// Runs something that ends by itself.
    fn add(&mut self, task: Task) {
        let task = with(self.stores.connection.busy(), task);
        self.tasks.push(task);
    }

    /// Starts the errands whose time has come.
    fn next_errands(&mut self) {
        self.lanes.retain(|_, errand| !errand.is_aborted());
        if !self.look.is_terminated() {
            return;
        }
        let (visible, idle): (VecDeque<_>, VecDeque<_>) = self
            .waiting
            .drain(..)
            .partition(|(errand, _)| errand.urgency == Urgency::Visible);
        self.waiting = idle;
        for (errand, busy) in visible {
            self.start(errand, busy);
        }
        while self.errands.is_empty() && self.idle.len() < N_IDLE {
            let Some((errand, busy)) = self.waiting.pop_front() else {
                return;
            };
            self.start(errand, busy);
        }
    }

    fn start(&mut self, errand: Errand, busy: Busy) {
        let Errand { urgency, lane, work } = errand;
        let part = lane.as_ref().map_or(urgency.name(), |lane| lane.name);
        let (handle, registration) = AbortHandle::new_pair();
        let work = asking_as(part, || work(self.session.clone(), self.stores));
        let work = Abortable::new(asked_by(part, work), registration);
        let task = with(busy, work.map(|outcome| outcome.unwrap_or(Ok(()))).boxed_local());
        if let Some(lane) = lane {
            self.lanes.insert(lane, handle);
        }
        match urgency {
            Urgency::Now | Urgency::Visible => self.errands.push(task),
            Urgency::Idle => self.idle.push(task),
        }
    }

    /// Brings the pictures that are wanted most: what somebody looks at now at once, what may be wanted next when that does not
    /// hold up anything else.
    fn next_pictures(&mut self) {
        let stores = self.stores;
        let (Some(later), Some(host)) = (untrack(|| stores.intents.later()), stores.pictures.host()) else {
            return;
        };
        for key in stores.pictures.take_gone() {
            (host.forget)(&key);
        }
        loop {
            let is_quiet = self.look.is_terminated() && self.errands.is_empty();
            let n_under_way = self.pictures.len();
            let Some((paint, size)) = (later.next_picture)(&stores.pictures, n_under_way, is_quiet) else {
                return;
            };
            let busy = stores.connection.busy();
            let picture = (later.picture)(host.clone(), self.session.clone(), stores, paint, size);
            let picture = asked_by("pictures", picture);
            self.pictures
                .push(picture.map(move |()| drop(busy)).boxed_local());
        }
    }
}

/// Brings a paint's picture, decoded.
pub(super) fn picture(
    host: Pictures,
    session: Session,
    stores: Stores,
    paint: PaintPoint,
    size: Size,
) -> LocalBoxFuture<'static, ()> {
    look::picture(host, session, stores, paint, size).boxed_local()
}

/// Asks for what panels show of the recording as a whole.
pub(super) fn contents(session: &Session, stores: Stores, live: &Live) -> Vec<Task> {
    open::rest(session, stores, live)
}

/// Looks at a moment.
pub(super) fn go(session: Session, stores: Stores, time_ms: f64, point: Option<ExecutionPoint>) -> Task {
    look::go(session, stores, time_ms, point).boxed_local()
}

/// Finds where a step leads, and goes there.
pub(super) fn step(session: Session, stores: Stores, step: super::Step) -> Task {
    look::step(session, stores, step).boxed_local()
}

/// The page is busy as long as the task lives, but not while it waits for what a recording that is still being made will hold.
fn until_live(busy: Busy, task: Task, live: Live) -> Task {
    async move {
        let mut busy = Some(busy);
        let (mut task, mut live) = (task.fuse(), live.fuse());
        loop {
            select_biased! {
                outcome = task => return outcome,
                is_live = live => if is_live {
                    drop(busy.take());
                }
            }
        }
    }
    .boxed_local()
}

/// The page is busy as long as the task lives.
fn with(busy: Busy, task: Task) -> Task {
    task.map(move |outcome| {
        drop(busy);
        outcome
    })
    .boxed_local()
}
