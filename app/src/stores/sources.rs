//! The sources: which there are, which is shown, and what is known of its text.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use leptos::prelude::*;
use wire::{
    debugger::{ContentType, Location, Source, SourceKind},
    ids::SourceId,
};

use super::{Intent, Intents};
use crate::logic::scopes::Found;

/// A source's text.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// The text.
    pub text: Arc<str>,
    /// What kind of text the server says it is.
    pub content_type: ContentType,
}

/// The sources of the recording.
///
/// Key: the source's id. Policy: texts and counts are kept while the page is open; a recording does not change.
#[derive(Clone, Copy)]
pub struct SourceStore {
    all: RwSignal<Arc<[Source]>>,
    shown: RwSignal<Option<Location>>,
    texts: RwSignal<HashMap<SourceId, Found<Text>>>,
    hits: RwSignal<HashMap<SourceId, Arc<BTreeMap<u32, u32>>>>,
    intents: Intents,
}

impl SourceStore {
    pub(super) fn new(intents: Intents) -> Self {
        Self {
            all: RwSignal::new([].into()),
            shown: RwSignal::default(),
            texts: RwSignal::default(),
            hits: RwSignal::default(),
            intents,
        }
    }

    /// Every source.
    pub fn all(&self) -> Signal<Arc<[Source]>> {
        self.all.into()
    }

    /// A source by its id.
    pub fn source(&self, id: &SourceId) -> Option<Source> {
        self.all
            .with(|all| all.iter().find(|source| source.source_id == *id).cloned())
    }

    /// A source's address.
    pub fn url(&self, id: &SourceId) -> Option<String> {
        self.source(id).and_then(|source| source.url)
    }

    /// What is shown: a place in a source.
    pub fn shown(&self) -> Signal<Option<Location>> {
        self.shown.into()
    }

    /// A source's text; None if it has never been asked for.
    pub fn text(&self, id: &SourceId) -> Option<Found<Text>> {
        self.texts.with(|texts| texts.get(id).cloned())
    }

    /// How often each line of a source ran, by line from 1; None until it is known.
    pub fn hits(&self, id: &SourceId) -> Option<Arc<BTreeMap<u32, u32>>> {
        self.hits.with(|hits| hits.get(id).cloned())
    }

    /// Shows a place, and brings the text if it is not here.
    pub fn show(&self, location: Location) {
        self.want(&location.source_id);
        self.shown.set(Some(location));
    }

    /// Shows the beginning of a source.
    pub fn show_source(&self, id: SourceId) {
        self.show(Location {
            source_id: id,
            line: 0,
            column: 0,
        });
    }

    /// Whether a source's text is here.
    pub(super) fn is_here(&self, id: &SourceId) -> bool {
        self.texts
            .try_with_untracked(|texts| matches!(texts.get(id), Some(Found::Ready(_))))
            .unwrap_or(true)
    }

    /// Brings how often a source's lines ran; its text is here.
    pub(super) fn want_hits(&self, id: &SourceId) {
        self.intents.send(Intent::Source(id.clone()));
    }

    /// Brings a source's text, unless it is here or on its way.
    pub(super) fn want(&self, id: &SourceId) {
        let is_known = self
            .texts
            .with_untracked(|texts| matches!(texts.get(id), Some(Found::Ready(_) | Found::Pending)));
        if !is_known {
            self.texts
                .update(|texts| drop(texts.insert(id.clone(), Found::Pending)));
            self.intents.send(Intent::Source(id.clone()));
        }
    }

    pub(super) fn set_all(&self, mut sources: Vec<Source>) {
        sources.sort_by_key(|source| (source.kind == SourceKind::Html, source.url.is_none()));
        self.all.try_set(sources.into());
        // Something to look at before anything is paused in.
        let first = self
            .all
            .try_with_untracked(|all| all.first().map(|source| source.source_id.clone()))
            .flatten();
        if let (Some(first), Some(None)) = (first, self.shown.try_get_untracked()) {
            self.show_source(first);
        }
    }

    pub(super) fn set_text(&self, id: &SourceId, text: Found<Text>) {
        self.texts
            .try_update(|texts| drop(texts.insert(id.clone(), text)));
    }

    pub(super) fn set_hits(&self, id: &SourceId, hits: BTreeMap<u32, u32>) {
        self.hits
            .try_update(|all| drop(all.insert(id.clone(), Arc::new(hits))));
    }

    /// Texts that were asked for in a session that is no more are asked for again; the shown one at once.
    pub(super) fn ask_again(&self) {
        self.texts
            .try_update(|texts| texts.retain(|_, text| matches!(text, Found::Ready(_))));
        if let Some(Some(shown)) = self.shown.try_get_untracked() {
            self.want(&shown.source_id);
        }
    }
}
