//! Handing a recording on: what is to leave, what it comes to, and what was done to this one before it came here.

use std::{collections::BTreeSet, rc::Rc, sync::Arc};

use futures::future::LocalBoxFuture;
use leptos::{prelude::*, task::spawn_local};
use wire::{
    experimental::{ABOUT, AboutResult},
    session::ExperimentalCommand,
};

use super::{
    Stores,
    errand::{Lane, Urgency},
    evaluating::refusal,
};
use crate::logic::{
    comments,
    scopes::Found,
    sharing::{self, Inventory, Kind, Plan},
    view::Span,
};

/// What is to leave, and how far it is.
#[derive(Clone, Copy)]
pub struct ShareStore {
    is_open: RwSignal<bool>,
    about: RwSignal<Option<Arc<AboutResult>>>,
    left_out: RwSignal<BTreeSet<Kind>>,
    is_part: RwSignal<bool>,
    has_comments: RwSignal<bool>,
    inventory: RwSignal<Found<Arc<Inventory>>>,
    work: RwSignal<Work>,
    /// Counts what was asked for, so that a late answer to something else is passed over.
    turn: StoredValue<u32>,
    maker: RwSignal<Option<Maker>, LocalStorage>,
}

/// How far a file is that is being made.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Work {
    /// None is being made.
    #[default]
    None,
    /// It is being made.
    Going {
        /// How much of the work is done, from 0 to 1.
        done: f64,
        /// Bytes that are there by now.
        n_bytes: f64,
    },
    /// It has been saved.
    Saved {
        /// How many bytes it has.
        n_bytes: f64,
    },
    /// It could not be made: a sentence.
    Failed(String),
}

/// How large the file is that was saved, in bytes; None if the person went back; or why it could not be.
type Saved = Result<Option<f64>, String>;

/// Makes recordings to hand on: outside of the stores, which know no files.
#[derive(Clone)]
pub struct Maker {
    /// Says what is in a part of the recording, as JSON.
    pub inventory: Rc<dyn Fn(String) -> LocalBoxFuture<'static, Result<String, String>>>,
    /// Makes a file by a plan and saves it under a name; hears how far it is. Gives how many bytes it came to, or None if the
    /// person wants it no more.
    pub save: Rc<dyn Fn(Plan, String, Progress) -> LocalBoxFuture<'static, Saved>>,
    /// Ends what is being made.
    pub stop: Rc<dyn Fn()>,
}

/// Told how much of the work is done, from 0 to 1, and how many bytes there are.
pub type Progress = Rc<dyn Fn(f64, f64)>;

impl Default for ShareStore {
    fn default() -> Self {
        Self {
            is_open: RwSignal::default(),
            about: RwSignal::default(),
            left_out: RwSignal::new(sharing::left_out_first()),
            is_part: RwSignal::new(true),
            has_comments: RwSignal::new(true),
            inventory: RwSignal::new(Found::Pending),
            work: RwSignal::default(),
            turn: StoredValue::default(),
            maker: RwSignal::new_local(None),
        }
    }
}

impl ShareStore {
    /// Whether the sheet is shown.
    pub fn is_open(&self) -> RwSignal<bool> {
        self.is_open
    }

    /// Shows the sheet as it is at first: what was chosen for one share is not for the next.
    pub fn open(&self) {
        if !matches!(self.work.get_untracked(), Work::Going { .. }) {
            self.left_out.set(sharing::left_out_first());
            self.is_part.set(true);
            self.has_comments.set(true);
            self.work.set(Work::None);
        }
        self.is_open.set(true);
    }

    /// What was done to the recording before it came here; None until that is known, and of services that do not tell.
    pub fn about(&self) -> Signal<Option<Arc<AboutResult>>> {
        self.about.into()
    }

    /// What is left out.
    pub fn left_out(&self) -> Signal<BTreeSet<Kind>> {
        self.left_out.into()
    }

    /// Leaves a kind of content out, or not.
    pub fn leave_out(&self, kind: Kind, is_out: bool) {
        self.left_out.update(|kinds| match is_out {
            true => drop(kinds.insert(kind)),
            false => drop(kinds.remove(&kind)),
        });
    }

    /// Whether only what is in focus leaves, where something is.
    pub fn is_part(&self) -> RwSignal<bool> {
        self.is_part
    }

    /// Whether comments go along.
    pub fn has_comments(&self) -> RwSignal<bool> {
        self.has_comments
    }

    /// What is in the part that is to leave.
    pub fn inventory(&self) -> Signal<Found<Arc<Inventory>>> {
        self.inventory.into()
    }

    /// How far the file is.
    pub fn work(&self) -> Signal<Work> {
        self.work.into()
    }

    /// Whether files can be made of this recording at all. Tracked.
    pub fn can_make(&self) -> bool {
        self.maker.with(Option::is_some)
    }

    /// Says who makes files.
    pub fn set_maker(&self, maker: Option<Maker>) {
        self.maker.try_set(maker);
    }

    /// Asks the service what was done to the recording.
    pub fn ask(&self, stores: Stores) {
        let store = *self;
        let lane = Some(Lane::named("sharing.about"));
        stores.intents.run(Urgency::Idle, lane, async move |session, _| {
            let answer = session.call(&ExperimentalCommand {
                name: ABOUT.to_owned(),
                params: None,
            });
            let answer = match answer.await {
                Ok(answer) => answer.rval.unwrap_or_default(),
                // Other services know nothing of this.
                Err(error) => return refusal(error).map(drop),
            };
            if let Ok(about) = serde_json::from_value(answer) {
                store.about.try_set(Some(Arc::new(about)));
            }
            Ok(())
        });
    }

    /// The part that is to leave, in ms; None for all of it. Tracked.
    pub fn range(&self, stores: Stores) -> Option<Span> {
        stores.focus.span().get().filter(|_| self.is_part.get())
    }

    /// Finds out what is in the part that is to leave. Tracked: call it from an effect of whoever shows it.
    pub fn want_inventory(&self, stores: Stores) {
        let range = self.range(stores).map(|range| (range.begin_ms, range.end_ms));
        let Some(maker) = self.maker.get() else { return };
        let (store, turn) = (*self, self.next_turn());
        let plan = Plan::new(range, &BTreeSet::new());
        let json = serde_json::to_string(&plan).unwrap_or_default();
        self.inventory.set(Found::Pending);
        let busy = stores.connection.busy();
        spawn_local(async move {
            let told = (maker.inventory)(json).await;
            let read = told.and_then(|json| {
                let read = serde_json::from_str::<Inventory>(&json);
                read.map_err(|error| format!("the engine's answer cannot be read: {error}"))
            });
            if store.turn.try_get_value() == Some(turn) {
                store.inventory.try_set(match read {
                    Ok(inventory) => Found::Ready(Arc::new(inventory)),
                    Err(reason) => Found::Failed(reason),
                });
            }
            drop(busy);
        });
    }

    /// What is asked for: the part that is to leave, without what is left out, and with comments if they go along.
    pub fn plan(&self, stores: Stores) -> Plan {
        let range = untrack(|| self.range(stores)).map(|range| (range.begin_ms, range.end_ms));
        let listed = untrack(|| stores.comments.list());
        Plan {
            comments: (self.has_comments.get_untracked() && !listed.is_empty())
                .then(|| comments::write(&listed)),
            ..Plan::new(range, &self.left_out.get_untracked())
        }
    }

    /// Makes a file of what is to leave, and saves it.
    pub fn save(&self, stores: Stores, name: String) {
        let Some(maker) = self.maker.get_untracked() else {
            return;
        };
        let plan = self.plan(stores);
        let store = *self;
        self.work.set(Work::Going {
            done: 0.0,
            n_bytes: 0.0,
        });
        let progress: Progress = Rc::new(move |done, n_bytes| {
            let is_going = store
                .work
                .try_with_untracked(|work| matches!(work, Work::Going { .. }));
            if is_going == Some(true) {
                store.work.try_set(Work::Going { done, n_bytes });
            }
        });
        let busy = stores.connection.busy();
        spawn_local(async move {
            let work = match (maker.save)(plan, name, progress).await {
                Ok(Some(n_bytes)) => Work::Saved { n_bytes },
                Ok(None) => Work::None,
                Err(reason) => Work::Failed(reason),
            };
            store.work.try_set(work);
            drop(busy);
        });
    }

    /// Gives up what is being made.
    pub fn stop(&self) {
        if let Some(maker) = self.maker.get_untracked() {
            (maker.stop)();
        }
    }

    fn next_turn(&self) -> u32 {
        self.turn.update_value(|turn| *turn += 1);
        self.turn.get_value()
    }
}
