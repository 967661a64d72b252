//! The recordings that the server has.

use std::sync::Arc;

use leptos::prelude::*;
use wire::ids::RecordingId;

use crate::logic::{
    library::{Entry, search},
    scopes::Found,
};

/// The list, and what narrows it.
#[derive(Clone, Copy)]
pub struct LibraryStore {
    entries: RwSignal<Found<Arc<[Entry]>>>,
    words: RwSignal<String>,
}

impl Default for LibraryStore {
    fn default() -> Self {
        Self {
            entries: RwSignal::new(Found::Pending),
            words: RwSignal::default(),
        }
    }
}

impl LibraryStore {
    /// The list as it is known.
    pub fn entries(&self) -> Signal<Found<Arc<[Entry]>>> {
        self.entries.into()
    }

    /// The readable recordings that match, the newest first.
    pub fn found(&self) -> Vec<Entry> {
        let words = self.words.get();
        self.with_entries(|entries| {
            search(entries, &words)
                .into_iter()
                .filter(|entry| entry.error.is_none())
                .collect()
        })
    }

    /// The files that cannot be read.
    pub fn unreadable(&self) -> Vec<Entry> {
        self.with_entries(|entries| {
            entries
                .iter()
                .filter(|entry| entry.error.is_some())
                .cloned()
                .collect()
        })
    }

    /// What narrows the list.
    pub fn words(&self) -> Signal<String> {
        self.words.into()
    }

    /// Narrows the list to recordings with these words.
    pub fn search(&self, words: String) {
        self.words.set(words);
    }

    /// What is known of one recording.
    pub fn entry(&self, id: &RecordingId) -> Option<Entry> {
        self.with_entries(|entries| {
            entries
                .iter()
                .find(|entry| entry.id == id.as_str())
                .cloned()
                .into_iter()
                .collect()
        })
        .pop()
    }

    /// Asks for the list, which is at an address. To be spawned; it ends with the list or the reason why there is none in the
    /// store.
    pub async fn load(self, address: String) {
        let answer = gloo_net::http::Request::get(&address).send().await;
        let entries = match answer {
            Ok(answer) if answer.ok() => match answer.json::<Vec<Entry>>().await {
                Ok(entries) => Found::Ready(entries.into()),
                Err(error) => Found::Failed(format!("the server's list could not be read: {error}")),
            },
            Ok(answer) => Found::Failed(format!(
                "the server answered {} {}",
                answer.status(),
                answer.status_text()
            )),
            Err(error) => Found::Failed(format!("the server did not answer: {error}")),
        };
        self.entries.try_set(entries);
    }

    fn with_entries(&self, read: impl FnOnce(&[Entry]) -> Vec<Entry>) -> Vec<Entry> {
        self.entries.with(|entries| match entries {
            Found::Ready(entries) => read(entries),
            Found::Pending | Found::Failed(_) => Vec::new(),
        })
    }
}
