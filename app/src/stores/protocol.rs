//! What the viewer and the service said to each other, in every session of the page.
//!
//! It listens to the connection itself, so nothing escapes it, and notes as little as it can while messages pass: what is
//! shown of them is worked out when it is seen. Bounds and what is dropped first: [`crate::logic::protocol`].

use std::{cell::Cell, sync::Arc};

use client::{Connection, Notice};
use futures::{FutureExt, future::LocalBoxFuture, future::poll_fn};
use leptos::prelude::*;

use crate::logic::protocol::{Entry, Filter, Kind, Log, Outcome, Totals, matches};

thread_local! {
    /// What part of the viewer is at work. What panels read as they are drawn has no part of its own.
    static ASKER: Cell<&'static str> = const { Cell::new("panels") };
}

/// Does something in the name of a part of the viewer.
pub(super) fn asking_as<R>(part: &'static str, work: impl FnOnce() -> R) -> R {
    let before = ASKER.replace(part);
    let result = work();
    ASKER.set(before);
    result
}

/// The same task in the name of a part of the viewer.
pub(super) fn asked_by<T: 'static>(
    part: &'static str,
    mut task: LocalBoxFuture<'static, T>,
) -> LocalBoxFuture<'static, T> {
    poll_fn(move |context| asking_as(part, || task.poll_unpin(context))).boxed_local()
}

/// The log and what narrows it.
#[derive(Clone, Copy)]
pub struct ProtocolStore {
    log: StoredValue<Log>,
    /// Counts what was added, while somebody looks.
    changes: RwSignal<u32>,
    n_watching: StoredValue<u32>,
    filter: RwSignal<Filter>,
}

impl ProtocolStore {
    pub(super) fn new() -> Self {
        Self {
            log: StoredValue::default(),
            changes: RwSignal::default(),
            n_watching: StoredValue::default(),
            filter: RwSignal::default(),
        }
    }

    /// Listens to a connection from now on.
    pub(super) fn listen_to(&self, connection: &Connection) {
        let store = *self;
        store.log.try_update_value(Log::connect);
        connection.observe(move |notice| store.take_in(&notice));
    }

    /// Counts what was added; only while the caller's owner lives does it count at all.
    pub fn watch(&self) -> Signal<u32> {
        let store = *self;
        store.n_watching.update_value(|n| *n += 1);
        on_cleanup(move || {
            store.n_watching.try_update_value(|n| *n = n.saturating_sub(1));
        });
        store.changes.into()
    }

    /// The entries that the filter lets through, oldest first.
    pub fn shown(&self) -> Arc<[Arc<Entry>]> {
        self.filter.with(|filter| {
            self.log.with_value(|log| {
                log.entries()
                    .filter(|entry| matches(filter, entry))
                    .cloned()
                    .collect()
            })
        })
    }

    /// The latest event whose method counts.
    pub fn latest_event(&self, counts: fn(&str) -> bool) -> Option<Arc<Entry>> {
        self.log.with_value(|log| {
            let is_it = |entry: &&Arc<Entry>| entry.kind == Kind::Event && counts(&entry.name);
            log.entries().rev().find(is_it).cloned()
        })
    }

    /// What all entries come to.
    pub fn totals(&self) -> Totals {
        self.log.with_value(Log::totals)
    }

    /// What narrows them.
    pub fn filter(&self) -> Signal<Filter> {
        self.filter.into()
    }

    /// Narrows or widens what is shown.
    pub fn set_filter(&self, filter: Filter) {
        self.filter.set(filter);
    }

    /// Forgets the entries.
    pub fn clear(&self) {
        self.log.update_value(Log::clear);
        self.changes.update(|n| *n = n.wrapping_add(1));
    }

    fn take_in(&self, notice: &Notice<'_>) {
        let now_ms = now_ms();
        self.log.try_update_value(|log| match notice {
            Notice::Sent(text) => log.sent(now_ms, ASKER.get(), text),
            Notice::Received(frame) => {
                if let Some(text) = frame.as_text() {
                    log.received(now_ms, text);
                }
            }
            Notice::Undecodable { what, message } => {
                log.note(now_ms, &format!("{what}: {message}"), Outcome::Failed);
            }
            Notice::Closed(reason) => log.closed(now_ms, &reason.to_string()),
            _ => {}
        });
        if self.n_watching.try_get_value().is_some_and(|n| n > 0) {
            self.changes.try_update(|n| *n = n.wrapping_add(1));
        }
    }
}

/// A clock that only goes forward, in ms.
#[cfg(target_arch = "wasm32")]
fn now_ms() -> f64 {
    window()
        .performance()
        .map_or(0.0, |performance| performance.now())
}

/// A clock that only goes forward, in ms.
#[cfg(not(target_arch = "wasm32"))]
fn now_ms() -> f64 {
    use std::{sync::OnceLock, time::Instant};
    static BEGIN: OnceLock<Instant> = OnceLock::new();
    BEGIN.get_or_init(Instant::now).elapsed().as_secs_f64() * 1000.0
}
