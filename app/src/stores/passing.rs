//! Libraries' code, which steps pass over unless a person wants to walk through it, as in other debuggers.
//!
//! The service does it (`Debugger.blackboxSource`); one that cannot goes into libraries, and the protocol log says why.

use std::collections::HashSet;

use client::CallError;
use futures::future::join_all;
use leptos::prelude::*;
use wire::{
    debugger::{BlackboxSource, UnblackboxSource},
    ids::SourceId,
};

use super::{
    Intents, Stores, driver,
    errand::{Lane, Urgency},
    sources::SourceStore,
};
use crate::logic::place;

/// Sources that are named at the same time.
const N_TOGETHER: usize = 16;
/// More sources than this are not passed over.
const MAX_SOURCES: usize = 2_000;

/// Which sources steps pass over.
#[derive(Clone, Copy)]
pub struct PassingStore {
    is_wanted: StoredValue<bool>,
    /// The sources that the service has been told of, in this session.
    passed: StoredValue<HashSet<SourceId>>,
    sources: SourceStore,
    intents: Intents,
}

impl PassingStore {
    pub(super) fn new(sources: SourceStore, intents: Intents) -> Self {
        Self {
            is_wanted: StoredValue::default(),
            passed: StoredValue::default(),
            sources,
            intents,
        }
    }

    /// Has steps pass over libraries' code from now on, or go into it. Call it again when there are other sources.
    pub fn set(&self, is_wanted: bool) {
        self.is_wanted.set_value(is_wanted);
        self.tell();
    }

    /// A new session knows nothing of it.
    pub(super) fn ask_again(&self) {
        self.passed.try_update_value(HashSet::clear);
        self.tell();
    }

    fn tell(&self) {
        if self.untold().is_empty() {
            return;
        }
        let store = *self;
        let lane = Some(Lane::named("stepping.libraries"));
        self.intents
            .run(Urgency::Idle, lane, async move |session, stores| {
                let is_wanted = store.is_wanted();
                for ids in store.untold().chunks(N_TOGETHER) {
                    let told = ids.iter().map(|id| {
                        let (source_id, begin, end) = (id.clone(), None, None);
                        match is_wanted {
                            true => session.call(&BlackboxSource {
                                source_id,
                                begin,
                                end,
                            }),
                            false => session.call(&UnblackboxSource {
                                source_id,
                                begin,
                                end,
                            }),
                        }
                    });
                    let gone = join_all(told).await.into_iter().filter_map(Result::err);
                    if let Some(error) = gone.into_iter().find(CallError::is_session_gone) {
                        return Err(error);
                    }
                    store.remember(ids, is_wanted);
                }
                look_up_again(stores);
                Ok(())
            });
    }

    fn is_wanted(&self) -> bool {
        self.is_wanted.try_get_value().unwrap_or(false)
    }

    /// The sources that the service must still be told of.
    fn untold(&self) -> Vec<SourceId> {
        let passed = self.passed.try_get_value().unwrap_or_default();
        if !self.is_wanted() {
            return passed.into_iter().collect();
        }
        let all = self.sources.all().try_get_untracked().unwrap_or_default();
        let libraries = all
            .iter()
            .filter(|source| source.url.as_deref().is_some_and(place::is_library));
        libraries
            .map(|source| &source.source_id)
            .take(MAX_SOURCES)
            .filter(|id| !passed.contains(*id))
            .cloned()
            .collect()
    }

    fn remember(&self, ids: &[SourceId], is_wanted: bool) {
        self.passed.try_update_value(|passed| {
            for id in ids {
                match is_wanted {
                    true => drop(passed.insert(id.clone())),
                    false => drop(passed.remove(id)),
                }
            }
        });
    }
}

/// Steps lead elsewhere now.
fn look_up_again(stores: Stores) {
    stores.pause.forget_targets();
    driver::look::want_targets(stores);
}
