//! The requests of the program, which of them the person wants to see, and their bodies and callers as far as they were
//! looked at.
//!
//! The list is asked for when it is first seen and kept: a recording does not change, and ids of requests are the
//! recording's. Bodies: key is the request and the side; at most [`MAX_BYTES`] are kept, those wanted longest ago go first.
//! Callers: key is the request; kept while the page is open (a few frames each).

mod asking;

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use client::{CallError, Streaming};
use futures::{FutureExt, StreamExt, select_biased};
use leptos::prelude::*;
use wire::{
    command::Empty, debugger::Location, ids::RequestId, network::BodyRange, recording::TimeStampedPoint,
};

use self::asking::{Piece, callers, gather, is_lost};
use super::{
    Intent, Intents,
    driver::words,
    errand::{Beside, Lane, Urgency},
    late::Late,
    timeline::Moment,
};
use crate::logic::{
    network::{Category, Filter, Request, Requests},
    scopes::Found,
};

/// Bytes of bodies that are kept.
const MAX_BYTES: usize = 64 << 20;
/// What of a body is asked for before anybody asks for all of it.
const HEAD_BYTES: u64 = 256 << 10;

/// How far the list of requests is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Listing {
    /// Nobody has wanted to see it.
    #[default]
    Unasked,
    /// It is coming.
    Pending,
    /// All are here.
    Complete,
    /// They cannot be had, for this reason.
    Failed(String),
}

/// Which of the two bodies of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// What was sent.
    Request,
    /// What came back.
    Response,
}

/// A body as far as it is here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body {
    /// Its bytes from the first on, without gaps.
    pub bytes: Arc<[u8]>,
    /// The parts it came in.
    pub parts: Arc<[Part]>,
    /// Whether that is all of it.
    pub is_whole: bool,
    /// Whether more is on its way.
    pub is_pending: bool,
    /// Why there is no more, if something went wrong.
    pub failure: Option<String>,
}

/// A part of a body.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Its first byte.
    pub from: usize,
    /// The byte after its last.
    pub to: usize,
    /// When the program sent it, where it was sent bit by bit.
    pub point: Option<TimeStampedPoint>,
}

/// A frame of the stack that asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Caller {
    /// What the function is called.
    pub name: String,
    /// Where it stood, in the most original source.
    pub location: Option<Location>,
}

type BodyKey = (String, Side);

/// The requests.
#[derive(Clone, Copy)]
pub struct NetworkStore {
    late: Late<Signals>,
    intents: Intents,
}

/// What is known of them, and what narrows them.
#[derive(Clone, Copy)]
struct Signals {
    all: RwSignal<Arc<[Arc<Request>]>>,
    listing: RwSignal<Listing>,
    filter: RwSignal<Filter>,
    sort: RwSignal<Option<(&'static str, bool)>>,
    shown: Memo<Arc<[u32]>>,
    selected: RwSignal<Option<String>>,
    bodies: RwSignal<HashMap<BodyKey, Arc<Body>>>,
    /// The keys of the bodies, those wanted last at the end.
    recent: StoredValue<VecDeque<BodyKey>>,
    callers: RwSignal<HashMap<String, Found<Arc<[Caller]>>>>,
    /// Whether more requests may come: the recording is still being made.
    goes_on: StoredValue<bool>,
}

impl Signals {
    fn new(intents: Intents) -> Self {
        let all = RwSignal::new(Arc::<[Arc<Request>]>::from([]));
        let filter = RwSignal::new(Filter::default());
        let sort = RwSignal::new(None);
        let shown = Memo::new(move |_| {
            let Some(later) = intents.later() else {
                return Arc::default();
            };
            all.with(|all| filter.with(|filter| (later.requests)(all, filter, sort.get()).into()))
        });
        Self {
            all,
            listing: RwSignal::default(),
            filter,
            sort,
            shown,
            selected: RwSignal::default(),
            bodies: RwSignal::default(),
            recent: StoredValue::default(),
            callers: RwSignal::default(),
            goes_on: StoredValue::default(),
        }
    }
}

impl NetworkStore {
    pub(super) fn new(intents: Intents) -> Self {
        Self {
            late: Late::new(),
            intents,
        }
    }

    fn late(&self) -> Signals {
        self.late.get_or(|| Signals::new(self.intents))
    }

    /// Every request, in the order of the execution.
    pub fn all(&self) -> Signal<Arc<[Arc<Request>]>> {
        self.late().all.into()
    }

    /// How far the list is.
    pub fn listing(&self) -> Signal<Listing> {
        self.late().listing.into()
    }

    /// The indices of those that are shown, as they are sorted.
    pub fn shown(&self) -> Memo<Arc<[u32]>> {
        self.late().shown
    }

    /// What narrows them.
    pub fn filter(&self) -> Signal<Filter> {
        self.late().filter.into()
    }

    /// The column they are sorted by, and whether the greatest stands first; None for the order of the execution.
    pub fn sort(&self) -> Signal<Option<(&'static str, bool)>> {
        self.late().sort.into()
    }

    /// How many there are of a category.
    pub fn n_of(&self, category: Category) -> usize {
        let is = |request: &&Arc<Request>| Category::of(request) == category;
        self.late().all.with(|all| all.iter().filter(is).count())
    }

    /// The request shown as the `index`-th, with its place among all.
    pub fn request(&self, index: usize) -> Option<(usize, Arc<Request>)> {
        let at = self.late().shown.with(|shown| shown.get(index).copied())? as usize;
        Some((at, self.late().all.with(|all| all.get(at).cloned())?))
    }

    /// The request that is looked at.
    pub fn selected(&self) -> Option<Arc<Request>> {
        let id = self.late().selected.get()?;
        self.late()
            .all
            .with(|all| all.iter().find(|request| request.id == id).cloned())
    }

    /// The index of that request among those shown.
    pub fn selected_index(&self) -> Option<usize> {
        let id = self.late().selected.get()?;
        self.late().all.with(|all| {
            self.late().shown.with(|shown| {
                shown
                    .iter()
                    .position(|at| all.get(*at as usize).is_some_and(|request| request.id == id))
            })
        })
    }

    /// How many of all lie at or before a moment.
    pub fn n_before(&self, moment: &Moment) -> usize {
        let is_before = |request: &Request| match &moment.point {
            Some(point) => request.point <= *point,
            None => request.time_ms <= moment.time_ms,
        };
        self.late()
            .all
            .with(|all| all.partition_point(|request| is_before(request)))
    }

    /// A body, as far as it is here; None if it was never wanted.
    pub fn body(&self, id: &str, side: Side) -> Option<Arc<Body>> {
        self.late()
            .bodies
            .with(|bodies| bodies.get(&(id.to_owned(), side)).cloned())
    }

    /// The frames that asked for a request; None if they were never wanted.
    pub fn callers(&self, id: &str) -> Option<Found<Arc<[Caller]>>> {
        self.late().callers.with(|callers| callers.get(id).cloned())
    }

    /// Narrows or widens what is shown.
    pub fn set_filter(&self, filter: Filter) {
        self.late().filter.set(filter);
    }

    /// Sorts by a column, or by the order of the execution.
    pub fn set_sort(&self, sort: Option<(&'static str, bool)>) {
        self.late().sort.set(sort);
    }

    /// Looks at a request, or at none.
    pub fn select(&self, id: Option<String>) {
        self.late().selected.set(id);
    }

    /// Brings the list, unless it is here or on its way.
    pub fn want(&self) {
        if self.late().listing.get_untracked() == Listing::Unasked {
            self.ask(Urgency::Visible);
        }
    }

    /// As [`Self::want`], when nothing else is under way: the timeline shows when requests were made.
    pub(super) fn want_ahead(&self) {
        if self.late().listing.get_untracked() == Listing::Unasked {
            self.ask(Urgency::Idle);
        }
    }

    /// Brings the beginning of a body, unless it is here or on its way.
    pub fn want_body(&self, id: &str, side: Side) {
        let is_known = self
            .late()
            .bodies
            .with_untracked(|bodies| bodies.contains_key(&(id.to_owned(), side)));
        if !is_known {
            self.ask_body(id, side, HEAD_BYTES);
        }
    }

    /// Brings all of a body, or tries again.
    pub fn want_all_of_body(&self, id: &str, side: Side) {
        let known = self.late().bodies.with_untracked(|bodies| {
            bodies
                .get(&(id.to_owned(), side))
                .map(|body| body.is_pending || body.is_whole)
        });
        if known != Some(true) {
            self.ask_body(id, side, u64::MAX);
        }
    }

    /// Brings the frames that asked for a request, unless they are here or on their way.
    pub fn want_callers(&self, request: &Request) {
        let Some(trigger) = request.trigger.clone() else {
            return;
        };
        let id = request.id.clone();
        let is_new = self
            .late()
            .callers
            .try_update(|callers| match callers.contains_key(&id) {
                true => false,
                false => callers.insert(id.clone(), Found::Pending).is_none(),
            });
        if is_new != Some(true) {
            return;
        }
        self.intents
            .run(Urgency::Visible, None, async move |session, stores| {
                let told = callers(&session, &trigger).await;
                let found = match told {
                    Ok(callers) => Found::Ready(callers),
                    Err(error) if is_lost(&error) => return Err(error),
                    Err(error) => Found::Failed(words(&error)),
                };
                stores
                    .network
                    .late()
                    .callers
                    .try_update(|callers| callers.insert(id, found));
                Ok(())
            });
    }

    /// Asks again for what a session that is no more has not brought.
    pub(super) fn ask_again(&self) {
        let goes_on = self.late().goes_on.try_get_value() == Some(true);
        if goes_on || self.late().listing.try_get_untracked() == Some(Listing::Pending) {
            self.ask(Urgency::Visible);
        }
        self.late()
            .callers
            .try_update(|callers| callers.retain(|_, found| !matches!(found, Found::Pending)));
        self.late()
            .bodies
            .try_update(|bodies| bodies.retain(|_, body| !body.is_pending));
    }

    fn ask(&self, urgency: Urgency) {
        self.late().listing.set(Listing::Pending);
        let lane = Some(Lane::named("network.list"));
        self.intents.run(urgency, lane, async move |session, stores| {
            let network = stores.network;
            let mut stream = session.find_requests();
            let mut requests = Requests::default();
            let goes_on = stores.timeline.live().try_get_untracked().flatten().is_some();
            network.late().goes_on.try_set_value(goes_on);
            if goes_on {
                // Once this is answered, all has come that there is.
                let mut so_far = session.get_build_id().boxed_local().fuse();
                loop {
                    select_biased! {
                        batch = stream.next().fuse() => match batch {
                            Some(batch) => network.add(&mut requests, batch),
                            None => break,
                        },
                        _ = so_far => break,
                    }
                }
                network.late().listing.try_set(Listing::Complete);
                let rest = network.take_in_all(stream, requests);
                network.intents.send(Intent::Beside(Beside(rest.boxed_local())));
                return Ok(());
            }
            network.take_in_all(stream, requests).await
        });
    }

    async fn take_in_all(
        self,
        mut stream: Streaming<wire::network::Requests, Empty>,
        mut requests: Requests,
    ) -> Result<(), CallError> {
        while let Some(batch) = stream.next().await {
            self.add(&mut requests, batch);
        }
        match stream.answer().await {
            Ok(_) => {
                self.late().goes_on.try_set_value(false);
                self.late().listing.try_set(Listing::Complete)
            }
            Err(error) if is_lost(&error) => return Err(error),
            Err(error) => self.late().listing.try_set(Listing::Failed(words(&error))),
        };
        Ok(())
    }

    fn add(self, requests: &mut Requests, batch: wire::network::Requests) {
        requests.add(batch);
        self.late().all.try_set(requests.in_order());
    }

    fn ask_body(&self, id: &str, side: Side, up_to: u64) {
        let key = (id.to_owned(), side);
        let before = self.update_body(&key, |body| {
            body.is_pending = true;
            body.failure = None;
        });
        // A websocket's parts are its messages: they are not to be cut in two by asking from the middle of one.
        let is_socket = self.late().all.with_untracked(|all| {
            all.iter()
                .find(|request| request.id == key.0)
                .is_some_and(|request| request.is_websocket())
        });
        let up_to = if is_socket { u64::MAX } else { up_to };
        let start = before.bytes.len() as u64;
        let range = BodyRange {
            start: Some(start),
            end: (up_to != u64::MAX).then_some(up_to),
        };
        self.intents
            .run(Urgency::Now, None, async move |session, stores| {
                let request_id = RequestId::from(key.0.as_str());
                let network = stores.network;
                let brought = match key.1 {
                    Side::Request => {
                        let stream = session.get_request_body(&request_id, Some(range));
                        gather(stream, |part| (part.offset, part.value, part.point)).await
                    }
                    Side::Response => {
                        let stream = session.get_response_body(&request_id, Some(range));
                        gather(stream, |part| (part.offset, part.value, None)).await
                    }
                };
                match brought {
                    Ok(pieces) => network.take_in(&key, pieces, up_to),
                    Err(error) if is_lost(&error) => return Err(error),
                    Err(error) => drop(network.update_body(&key, |body| {
                        body.is_pending = false;
                        body.failure = Some(words(&error));
                    })),
                }
                Ok(())
            });
    }

    /// Adds pieces to a body; what lies beyond a gap is let go.
    fn take_in(&self, key: &BodyKey, mut pieces: Vec<Piece>, up_to: u64) {
        pieces.sort_by_key(|piece| piece.offset);
        self.update_body(key, |body| {
            let mut bytes = body.bytes.to_vec();
            let mut parts = body.parts.to_vec();
            let mut has_gap = false;
            for piece in pieces {
                let from = bytes.len() as u64;
                // A service that gives more than the range asked for says again what is here.
                let known = from.saturating_sub(piece.offset).min(piece.bytes.len() as u64) as usize;
                if piece.offset > from {
                    has_gap = true;
                    break;
                }
                let begin = bytes.len();
                bytes.extend_from_slice(piece.bytes.get(known..).unwrap_or_default());
                if bytes.len() > begin {
                    parts.push(Part {
                        from: begin,
                        to: bytes.len(),
                        point: piece.point,
                    });
                }
            }
            body.is_pending = false;
            body.is_whole = !has_gap && (bytes.len() as u64) < up_to;
            body.failure = has_gap.then(|| "a part of it did not come".to_owned());
            body.bytes = bytes.into();
            body.parts = parts.into();
        });
    }

    /// Changes what is known of a body, which is wanted now; gives what it is then.
    fn update_body(&self, key: &BodyKey, change: impl FnOnce(&mut Body)) -> Arc<Body> {
        self.late().recent.try_update_value(|recent| {
            recent.retain(|other| other != key);
            recent.push_back(key.clone());
        });
        let changed = self.late().bodies.try_update(|bodies| {
            let body = bodies.entry(key.clone()).or_default();
            change(Arc::make_mut(body));
            let changed = Arc::clone(body);
            self.late()
                .recent
                .try_update_value(|recent| evict(bodies, recent));
            changed
        });
        changed.unwrap_or_default()
    }
}

fn evict(bodies: &mut HashMap<BodyKey, Arc<Body>>, recent: &mut VecDeque<BodyKey>) {
    let mut n_bytes: usize = bodies.values().map(|body| body.bytes.len()).sum();
    while n_bytes > MAX_BYTES && recent.len() > 1 {
        let Some(oldest) = recent.pop_front() else { return };
        n_bytes -= bodies.remove(&oldest).map_or(0, |body| body.bytes.len());
    }
}
