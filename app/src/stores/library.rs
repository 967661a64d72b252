//! The recordings that the server has.

use std::sync::Arc;

use leptos::prelude::*;
use serde::Deserialize;
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

/// What the server answers.
#[derive(Deserialize)]
#[serde(untagged)]
enum Rows {
    All(Vec<Entry>),
    One(Box<Entry>),
}

/// Why it does not.
#[derive(Deserialize)]
struct Refused {
    error: Reason,
}

#[derive(Deserialize)]
struct Reason {
    message: String,
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

    /// Asks for the list, or one row of it, which is at an address, and shows there what says who asks. To be spawned; it ends with
    /// the list or the reason why there is none in the store.
    pub async fn load(self, address: String, shown: Option<String>) {
        let mut request = gloo_net::http::Request::get(&address);
        if let Some(shown) = shown {
            request = request.header("authorization", &format!("Bearer {shown}"));
        }
        let entries = match request.send().await {
            Ok(answer) if answer.ok() => match answer.json::<Rows>().await {
                Ok(Rows::All(entries)) => Found::Ready(entries.into()),
                Ok(Rows::One(entry)) => Found::Ready([*entry].into()),
                Err(error) => Found::Failed(format!("the server's list could not be read: {error}")),
            },
            Ok(answer) if answer.status() == 401 => match answer.json::<Refused>().await {
                Ok(refused) => Found::Failed(refused.error.message),
                Err(_) => Found::Failed("the server asks for a token".to_owned()),
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
