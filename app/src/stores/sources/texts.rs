//! What sources say. A large text is shown while it comes: what has come is published each time it has grown fourfold, so
//! that all publishing together copies the text less than one and a half times.

use std::sync::Arc;

use client::{CallError, Session, SourceContents, Streaming};
use futures::StreamExt;
use leptos::prelude::*;
use wire::{command::Empty, debugger::ContentType, ids::SourceId};

use super::SourceStore;
use crate::{
    logic::scopes::Found,
    stores::{Stores, driver::words, errand::Urgency, evaluating::refusal},
};

/// What is waited for before the first look: a hundred lines at least, in one go.
const FIRST_BYTES: usize = 64 << 10;
/// How many bytes of texts are kept that no tab shows.
const MAX_BYTES: usize = 48 << 20;

/// A source's text, as far as it has come.
#[derive(Clone, Debug)]
pub struct Text {
    /// The text.
    pub text: Arc<str>,
    /// What kind of text the server says it is.
    pub content_type: ContentType,
    /// Whether that is all.
    pub is_whole: bool,
    /// How many UTF-16 code units there will be.
    pub n_units: u64,
}

/// Texts are not compared: the same one is the same allocation.
impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.text, &other.text) && self.is_whole == other.is_whole
    }
}

impl SourceStore {
    /// A source's text; None if it has never been asked for.
    pub fn text(&self, id: &SourceId) -> Option<Found<Text>> {
        self.texts.with(|texts| texts.get(id).cloned())
    }

    /// Brings a source's text, unless it is here or on its way.
    pub fn want(&self, id: &SourceId) {
        let is_known = self
            .texts
            .with_untracked(|texts| matches!(texts.get(id), Some(Found::Ready(_) | Found::Pending)));
        if is_known {
            return;
        }
        let id = id.clone();
        self.texts
            .update(|texts| drop(texts.insert(id.clone(), Found::Pending)));
        self.intents
            .run(Urgency::Now, None, async move |session, stores| {
                begin(&session, stores, &id).await
            });
    }

    /// Whether a source's text, or the beginning of it, is here.
    pub(in crate::stores) fn is_here(&self, id: &SourceId) -> bool {
        self.texts
            .try_with_untracked(|texts| matches!(texts.get(id), Some(Found::Ready(_))))
            .unwrap_or(true)
    }

    fn set_text(&self, id: &SourceId, text: Found<Text>) {
        let tabs = self.tabs.try_get_untracked().unwrap_or_default();
        self.texts.try_update(|texts| {
            texts.insert(id.clone(), text);
            let n_bytes = |text: &Found<Text>| match text {
                Found::Ready(text) => text.text.len(),
                _ => 0,
            };
            let unseen = |of: &SourceId| of != id && !tabs.contains(of);
            let total: usize = texts
                .iter()
                .filter(|(of, _)| unseen(of))
                .map(|(_, text)| n_bytes(text))
                .sum();
            if total > MAX_BYTES {
                texts.retain(|of, text| !unseen(of) || matches!(text, Found::Pending));
            }
        });
    }
}

/// Brings a source's text, or if it is large the beginning of it, unless it is here; the rest comes by itself.
pub(in crate::stores) async fn bring(session: &Session, stores: Stores, id: &SourceId) {
    let is_known = stores
        .sources
        .texts
        .try_with_untracked(|texts| matches!(texts.get(id), Some(Found::Ready(_) | Found::Pending)));
    if is_known == Some(false) {
        stores
            .sources
            .texts
            .try_update(|texts| drop(texts.insert(id.clone(), Found::Pending)));
        // A session that is gone is found by whoever asked for more than a text.
        begin(session, stores, id).await.ok();
    }
}

/// A text on its way.
struct Reading {
    id: SourceId,
    stream: Streaming<SourceContents, Empty>,
    text: String,
    n_units: u64,
    content_type: ContentType,
}

async fn begin(session: &Session, stores: Stores, id: &SourceId) -> Result<(), CallError> {
    let mut reading = Reading {
        id: id.clone(),
        stream: session.stream_source_contents(id),
        text: String::new(),
        n_units: 0,
        content_type: ContentType::Javascript,
    };
    match reading.read(FIRST_BYTES).await {
        true => reading.finish(session, stores).await,
        false => {
            stores.sources.set_text(id, Found::Ready(reading.so_far(false)));
            // Beside what is asked for next, and not before the moment is on screen.
            stores
                .intents
                .run(Urgency::Now, None, async move |session, stores| {
                    let mut goal = FIRST_BYTES * 4;
                    while !reading.read(goal).await {
                        stores
                            .sources
                            .set_text(&reading.id, Found::Ready(reading.so_far(false)));
                        goal = goal.saturating_mul(4);
                    }
                    reading.finish(&session, stores).await
                });
            Ok(())
        }
    }
}

impl Reading {
    /// Reads until there are that many bytes; true if there are no more.
    async fn read(&mut self, n_bytes: usize) -> bool {
        while self.text.len() < n_bytes {
            match self.stream.next().await {
                Some(SourceContents::Info(info)) => {
                    self.n_units = info.code_unit_count;
                    self.content_type = info.content_type;
                }
                Some(SourceContents::Chunk(chunk)) => self.text.push_str(&chunk),
                None => return true,
            }
        }
        false
    }

    fn so_far(&self, is_whole: bool) -> Text {
        Text {
            text: self.text.as_str().into(),
            content_type: self.content_type.clone(),
            is_whole,
            n_units: self.n_units,
        }
    }

    async fn finish(self, session: &Session, stores: Stores) -> Result<(), CallError> {
        let whole = self.so_far(true);
        let found = match self.stream.answer().await {
            Ok(Empty {}) if whole.text.encode_utf16().count() as u64 == whole.n_units => Ok(whole),
            // A piece may part a surrogate pair, and not every service mends that; in one message nothing is parted.
            Ok(Empty {}) => session.get_source_contents(&self.id).await.map(|answer| Text {
                text: answer.contents.into(),
                content_type: answer.content_type,
                ..whole
            }),
            Err(error) => Err(error),
        };
        match found {
            Ok(text) => stores.sources.set_text(&self.id, Found::Ready(text)),
            Err(error) => {
                stores.sources.set_text(&self.id, Found::Failed(words(&error)));
                refusal(error)?;
            }
        }
        Ok(())
    }
}
