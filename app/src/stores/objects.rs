//! Values of any pause as trees: what is open in each, and what has to be asked for to show it.
//!
//! A tree is named by a [`TreeKey`] and made of roots in one pause. Reading its rows asks nothing by itself: what they miss
//! is gathered, pause by pause, and asked for in as few requests as the protocol allows once the moment being looked at is on
//! screen; then whoever read the rows reads them again.
//!
//! Keys and sizes: what is known of objects lives in the client's pauses and dies with them; the state of the
//! [`MAX_TREES`] trees used last is kept here.

mod json;
mod looking;
mod page;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use client::{Lookup, Pause, Session, Subscription};
use leptos::prelude::*;
use wire::{
    ids::{ObjectId, PauseId, ScopeId},
    pause::{ObjectPreviewLevel, PauseData},
};

pub(super) use looking::Looking;

use super::{Intents, errand::Urgency, late::Late, sources::SourceStore};
use crate::logic::{
    scopes::Found,
    tree::{Root, Rows, State},
};

/// How many trees keep what is open in them.
const MAX_TREES: usize = 512;

/// Which tree: whose it is, such as `console`, and which of several, such as the number of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TreeKey {
    /// Whose it is.
    pub name: &'static str,
    /// Which of several.
    pub number: u64,
}

impl TreeKey {
    /// The only tree of a name.
    pub fn named(name: &'static str) -> Self {
        Self { name, number: 0 }
    }
}

/// Trees of values.
#[derive(Clone, Copy)]
pub struct ObjectStore {
    late: Late<Signals>,
    session: StoredValue<Option<Session>, LocalStorage>,
    sources: SourceStore,
    intents: Intents,
}

/// The pauses that trees were read from, and what is open in them.
#[derive(Clone, Copy)]
struct Signals {
    pauses: StoredValue<HashMap<PauseId, Watched>, LocalStorage>,
    trees: StoredValue<Trees>,
    /// The node that somebody wants to see in the document.
    node: RwSignal<Option<(PauseId, ObjectId)>>,
}

impl Default for Signals {
    fn default() -> Self {
        Self {
            pauses: StoredValue::new_local(HashMap::new()),
            trees: StoredValue::new(Trees::default()),
            node: RwSignal::default(),
        }
    }
}

/// A pause that some tree was read from.
struct Watched {
    /// Fires when something of the pause may read differently.
    changes: ArcTrigger,
    wanted: HashSet<Ask>,
    _subscription: Subscription,
}

/// Something to ask a pause.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Ask {
    Object(ObjectId, ObjectPreviewLevel),
    Property(ObjectId, String),
    Scope(ScopeId),
    Exception,
    Page(page::PageAsk),
}

#[derive(Default)]
struct Trees {
    by_key: HashMap<TreeKey, Tree>,
    n_uses: u64,
}

#[derive(Clone)]
struct Tree {
    state: ArcRwSignal<State>,
    /// What was shown last, for as long as nothing better can be had.
    last: Arc<Rows>,
    used_at: u64,
}

impl ObjectStore {
    pub(super) fn new(sources: SourceStore, intents: Intents) -> Self {
        Self {
            late: Late::new(),
            session: StoredValue::new_local(None),
            sources,
            intents,
        }
    }

    fn late(&self) -> Signals {
        self.late.get()
    }

    /// Makes a pause known that came along with a message or an evaluation, with the data that came with it. Call it
    /// before a tree of such a pause is read; again is harmless.
    pub fn adopt(&self, pause_id: &PauseId, data: &PauseData) {
        self.session.try_with_value(|session| {
            if let Some(session) = session {
                session.adopt_pause(pause_id, data);
            }
        });
    }

    /// The rows of a tree, tracked. `roots` are values of the pause.
    pub fn rows(&self, key: TreeKey, pause_id: &PauseId, roots: &[Root]) -> Arc<Rows> {
        let state = self.state(key);
        let state = state.read();
        let Some(pause) = self.pause(pause_id) else {
            return self.last(key);
        };
        let looking = self.look(&pause);
        let last = self.last(key);
        let rows = Arc::new(looking.rows(roots, &state, None, Some(&last)));
        self.keep(key, &rows);
        rows
    }

    /// Opens or closes a row.
    pub fn toggle(&self, key: TreeKey, path: &str) {
        self.state(key).update(|state| {
            if !state.toggled.remove(path) {
                state.toggled.insert(path.to_owned());
            }
        });
    }

    /// Runs the getter of a row, and shows what it gives.
    pub fn compute(&self, key: TreeKey, path: &str) {
        self.state(key).update(|state| {
            state.computed.insert(path.to_owned());
        });
    }

    /// Shows only what says `query`, and where it is; everything for an empty one.
    pub fn search(&self, key: TreeKey, query: &str) {
        let query = query.trim().to_lowercase();
        self.state(key).update(|state| state.query = query);
    }

    /// What is searched for in a tree, tracked.
    pub fn query(&self, key: TreeKey) -> String {
        self.state(key).with(|state| state.query.clone())
    }

    /// Forgets what is open in a tree.
    pub fn forget(&self, key: TreeKey) {
        self.late()
            .trees
            .try_update_value(|trees| drop(trees.by_key.remove(&key)));
    }

    /// Of how many pauses something is kept here: no more than the client keeps, however many there were.
    pub fn n_pauses(&self) -> usize {
        self.late().pauses.with_value(HashMap::len)
    }

    /// Wants a node seen in the document.
    pub fn show_node(&self, pause_id: &PauseId, node: &ObjectId) {
        self.late().node.set(Some((pause_id.clone(), node.clone())));
    }

    /// The node that was last wanted to be seen in the document, with the pause it belongs to.
    pub fn wanted_node(&self) -> Signal<Option<(PauseId, ObjectId)>> {
        self.late().node.into()
    }

    /// The wish to see a node has been heard.
    pub(super) fn heed_node(&self) {
        self.late().node.try_set(None);
    }

    /// A pause of the session by its id, while it is kept.
    pub(crate) fn pause(&self, pause_id: &PauseId) -> Option<Pause> {
        self.session
            .try_with_value(|session| session.as_ref()?.known_pause(pause_id))?
            .filter(|pause| !pause.is_gone())
    }

    /// Reads a pause: what is missing is asked for when the reading is over. Tracked.
    pub(super) fn look(&self, pause: &Pause) -> Looking {
        if let Some(changes) = self.changes_of(pause) {
            changes.track();
        }
        Looking::new(*self, self.sources, pause.clone())
    }

    /// What is open in a tree.
    pub(super) fn state(&self, key: TreeKey) -> ArcRwSignal<State> {
        let state = self.late().trees.try_update_value(|trees| {
            trees.n_uses += 1;
            let used_at = trees.n_uses;
            let tree = trees.by_key.entry(key).or_insert_with(|| Tree {
                state: ArcRwSignal::default(),
                last: Arc::default(),
                used_at,
            });
            tree.used_at = used_at;
            let state = tree.state.clone();
            trees.evict();
            state
        });
        state.unwrap_or_default()
    }

    /// A session has been opened; pauses of the one before mean nothing any more.
    pub(super) fn set_session(&self, session: &Session) {
        self.session.try_set_value(Some(session.clone()));
        self.late().pauses.try_update_value(HashMap::clear);
    }

    fn last(&self, key: TreeKey) -> Arc<Rows> {
        self.late()
            .trees
            .try_with_value(|trees| Some(Arc::clone(&trees.by_key.get(&key)?.last)))
            .flatten()
            .unwrap_or_default()
    }

    fn keep(&self, key: TreeKey, rows: &Arc<Rows>) {
        self.late().trees.try_update_value(|trees| {
            if let Some(tree) = trees.by_key.get_mut(&key) {
                tree.last = Arc::clone(rows);
            }
        });
    }

    fn changes_of(&self, pause: &Pause) -> Option<ArcTrigger> {
        self.late().pauses.try_update_value(|pauses| {
            if let Some(watched) = pauses.get(pause.id()) {
                return watched.changes.clone();
            }
            let changes = ArcTrigger::new();
            let (store, id, told) = (*self, pause.id().clone(), changes.clone());
            let subscription = pause.subscribe(move |change| {
                let watched = change
                    .is_gone
                    .then(|| store.late().pauses.try_update_value(|pauses| pauses.remove(&id)));
                // The page may have gone while an answer was on its way.
                if !store.late().trees.is_disposed() {
                    told.notify();
                }
                drop(watched);
            });
            let watched = Watched {
                changes: changes.clone(),
                wanted: HashSet::new(),
                _subscription: subscription,
            };
            pauses.insert(pause.id().clone(), watched);
            changes
        })
    }

    /// Asks for what a reading missed, together with what others miss by then.
    fn want(&self, pause_id: &PauseId, asks: HashSet<Ask>) {
        if let Some(later) = untrack(|| self.intents.later()) {
            (later.values)(self, pause_id, asks);
        }
    }

    pub(super) fn ask_for(&self, pause_id: &PauseId, asks: HashSet<Ask>) {
        let is_first = self.late().pauses.try_update_value(|pauses| {
            let watched = pauses.get_mut(pause_id)?;
            let is_first = watched.wanted.is_empty();
            watched.wanted.extend(asks);
            Some(is_first && !watched.wanted.is_empty())
        });
        if is_first.flatten() != Some(true) {
            return;
        }
        let id = pause_id.clone();
        self.intents
            .run(Urgency::Visible, None, async move |session, stores| {
                let wanted = stores.objects.take_wanted(&id);
                if let Some(pause) = session.known_pause(&id) {
                    ask(&pause, &wanted);
                    let settled = |pause: &Pause| match wanted.iter().any(|ask| is_pending(pause, ask)) {
                        true => Lookup::Pending,
                        false => Lookup::Ready(()),
                    };
                    // What could not be had is said where it would stand.
                    pause.until_ready(settled).await.ok();
                }
                Ok(())
            });
    }

    fn take_wanted(&self, pause_id: &PauseId) -> HashSet<Ask> {
        self.late()
            .pauses
            .try_update_value(|pauses| Some(std::mem::take(&mut pauses.get_mut(pause_id)?.wanted)))
            .flatten()
            .unwrap_or_default()
    }
}

impl Trees {
    fn evict(&mut self) {
        if self.by_key.len() > MAX_TREES {
            let oldest = self.by_key.iter().min_by_key(|(_, tree)| tree.used_at);
            if let Some(key) = oldest.map(|(key, _)| *key) {
                self.by_key.remove(&key);
            }
        }
    }
}

fn ask(pause: &Pause, wanted: &HashSet<Ask>) {
    for level in [ObjectPreviewLevel::Full, ObjectPreviewLevel::CanOverflow] {
        pause.request_objects(
            wanted.iter().filter_map(|ask| match ask {
                Ask::Object(id, at) if *at == level => Some(id),
                _ => None,
            }),
            level,
        );
    }
    for ask in wanted {
        // The answers are read when they are here.
        match ask {
            Ask::Object(..) => {}
            Ask::Property(object, name) => drop(pause.property(object, name)),
            Ask::Scope(id) => drop(pause.scope_of(id)),
            Ask::Exception => drop(pause.exception()),
            Ask::Page(ask) => ask.ask(pause),
        }
    }
}

fn is_pending(pause: &Pause, ask: &Ask) -> bool {
    match ask {
        Ask::Object(id, level) => pause
            .known_object_at(id, *level)
            .is_some_and(|known| known.is_pending()),
        Ask::Property(object, name) => pause
            .known_property(object, name)
            .is_some_and(|known| known.is_pending()),
        Ask::Scope(id) => pause.known_scope(id).is_some_and(|known| known.is_pending()),
        Ask::Exception => pause.known_exception().is_some_and(|known| known.is_pending()),
        Ask::Page(ask) => ask.is_pending(pause),
    }
}

/// What is known, in words.
fn found<T>(lookup: Lookup<T>) -> Found<T> {
    match lookup {
        Lookup::Ready(value) => Found::Ready(value),
        Lookup::Pending => Found::Pending,
        Lookup::Failed(error) => Found::Failed(super::driver::words(&error)),
    }
}
