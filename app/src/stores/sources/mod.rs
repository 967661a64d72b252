//! The sources: which there are, which are open, what is shown of them, and what is known of their text.
//!
//! `texts` brings what they say, `counts` how often their lines ran, `outlines` what is declared in them, `search` what is
//! said where, `scripts` where an error was made, `travel` leads from a place to others that belong to it, `values` to what an expression is.

mod counts;
mod outlines;
mod scripts;
mod search;
mod texts;
mod travel;
mod values;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use wire::{
    debugger::{Location, MappedLocation, Source},
    ids::SourceId,
};

pub use counts::LineCounts;
pub use outlines::{Outline, OutlineKind, Symbol};
pub use search::{FileMatches, Match, Ran, SearchKind, SearchQuery, SearchState};
pub use texts::Text;
pub(in crate::stores) use texts::bring as bring_text;
pub use travel::{Hit, Other};
pub use values::Value;

use super::Intents;
use crate::logic::{place, scopes::Found};

/// More open sources than this are not kept open.
const MAX_TABS: usize = 60;

/// The sources of the recording.
///
/// Key of every map: the source's id. Policy: counts and outlines are kept while the page is open, texts as `texts` says; a
/// recording does not change.
#[derive(Clone, Copy)]
pub struct SourceStore {
    all: RwSignal<Arc<[Source]>>,
    index: StoredValue<HashMap<SourceId, usize>>,
    tabs: RwSignal<Vec<SourceId>>,
    shown: RwSignal<Option<Location>>,
    reveal: RwSignal<Option<Reveal>>,
    chosen: RwSignal<Chosen>,
    cursor: StoredValue<Option<Location>>,
    /// What a person wants to search all sources for, until somebody shows the search.
    asked: RwSignal<Option<SearchKind>>,
    /// Generated sources that the person wants to see, not what they were made from.
    as_generated: RwSignal<HashSet<SourceId>>,
    texts: RwSignal<HashMap<SourceId, Found<Text>>>,
    counts: RwSignal<HashMap<SourceId, Arc<LineCounts>>>,
    outlines: RwSignal<HashMap<SourceId, Found<Arc<Outline>>>>,
    search: RwSignal<SearchState>,
    hovered: RwSignal<Option<values::Hovered>>,
    scripts: scripts::Scripts,
    /// What could not be done when it was asked for, as a sentence.
    notice: RwSignal<Option<String>>,
    is_restored: StoredValue<bool>,
    /// The counts on their way, so that the same are not asked for twice.
    counting: StoredValue<Option<counts::Counting>>,
    /// The turn of the focus that counts are of.
    counted_turn: StoredValue<u32>,
    intents: Intents,
}

/// A wish to have a place in sight; a new turn repeats it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reveal {
    /// The place.
    pub location: Location,
    /// Any number.
    pub turn: u32,
}

/// Who wanted to see what is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    /// Counts the places that a person went to, as the browser's history does.
    pub turn: u32,
    /// Whether it is a person's choice, and not where the moment stands.
    pub is_own: bool,
}

/// What is kept of a recording's open sources.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    tabs: Vec<String>,
    as_generated: Vec<String>,
}

impl SourceStore {
    pub(super) fn new(intents: Intents) -> Self {
        Self {
            all: RwSignal::new([].into()),
            index: StoredValue::default(),
            tabs: RwSignal::default(),
            shown: RwSignal::default(),
            reveal: RwSignal::default(),
            chosen: RwSignal::default(),
            cursor: StoredValue::default(),
            asked: RwSignal::default(),
            as_generated: RwSignal::default(),
            texts: RwSignal::default(),
            counts: RwSignal::default(),
            outlines: RwSignal::default(),
            search: RwSignal::default(),
            hovered: RwSignal::default(),
            scripts: scripts::Scripts::new(),
            notice: RwSignal::default(),
            is_restored: StoredValue::default(),
            counting: StoredValue::default(),
            counted_turn: StoredValue::default(),
            intents,
        }
    }

    /// Every source.
    pub fn all(&self) -> Signal<Arc<[Source]>> {
        self.all.into()
    }

    /// Every source that a person can go to by name, for the palette: those of `all` without the same text told twice.
    pub fn files(&self) -> Vec<Source> {
        self.all.with(|all| {
            all.iter()
                .filter(|source| place::is_worth_listing(source, all))
                .cloned()
                .collect()
        })
    }

    /// A source by its id.
    pub fn source(&self, id: &SourceId) -> Option<Source> {
        self.all.with(|all| {
            all.get(self.index.with_value(|index| index.get(id).copied())?)
                .cloned()
        })
    }

    /// A source's address.
    pub fn url(&self, id: &SourceId) -> Option<String> {
        self.source(id).and_then(|source| source.url)
    }

    /// The open sources, as their tabs stand.
    pub fn tabs(&self) -> Signal<Vec<SourceId>> {
        self.tabs.into()
    }

    /// What is shown: a place in a source.
    pub fn shown(&self) -> Signal<Option<Location>> {
        self.shown.into()
    }

    /// Whether what is shown was chosen, and how often a person did.
    pub fn chosen(&self) -> Signal<Chosen> {
        self.chosen.into()
    }

    /// Where the cursor is in the source that is shown, else the place that was asked for.
    pub fn cursor_untracked(&self) -> Option<Location> {
        let shown = self.shown.get_untracked()?;
        let cursor = self.cursor.get_value();
        let cursor = cursor.filter(|cursor| cursor.source_id == shown.source_id);
        cursor.or(Some(shown)).filter(|at| at.line > 0)
    }

    /// The cursor has been put somewhere.
    pub fn set_cursor(&self, location: Location) {
        self.cursor.set_value(Some(location));
    }

    /// Says that a person wants to search all sources.
    pub fn ask_to_search(&self, kind: SearchKind) {
        self.asked.set(Some(kind));
    }

    /// What a person wants to search all sources for, tracked; whoever shows the search takes it.
    pub fn take_asked(&self) -> Option<SearchKind> {
        let asked = self.asked.get()?;
        self.asked.set(None);
        Some(asked)
    }

    /// The place that was last asked to be seen.
    pub fn reveal(&self) -> Signal<Option<Reveal>> {
        self.reveal.into()
    }

    /// Why the last thing asked for could not be done, as a sentence.
    pub fn notice(&self) -> Signal<Option<String>> {
        self.notice.into()
    }

    /// Takes the sentence away.
    pub fn dismiss_notice(&self) {
        self.notice.set(None);
    }

    /// Opens a source in a tab and brings the line into sight; line 0 shows it where it was last.
    pub fn open(&self, location: Location) {
        self.show(location);
    }

    /// Shows a place that a person wants to see: a step of the browser's history.
    pub fn show(&self, location: Location) {
        let is_new = self
            .shown
            .with_untracked(|shown| shown.as_ref() != Some(&location));
        self.chosen.update(|chosen| chosen.turn += u32::from(is_new));
        self.choose(location);
    }

    /// Shows a place that was chosen, without counting it as a move.
    pub fn choose(&self, location: Location) {
        self.chosen.update(|chosen| chosen.is_own = true);
        self.bring(location);
    }

    /// Shows where the moment stands.
    pub(in crate::stores) fn follow(&self, location: Location) {
        self.chosen.update(|chosen| chosen.is_own = false);
        self.bring(location);
    }

    /// Shows a place, and brings the text if it is not here.
    fn bring(&self, location: Location) {
        self.want(&location.source_id);
        self.tabs.update(|tabs| {
            if !tabs.contains(&location.source_id) {
                let shown = self
                    .shown
                    .with_untracked(|shown| shown.as_ref().map(|shown| shown.source_id.clone()));
                let beside = shown.and_then(|shown| tabs.iter().position(|tab| *tab == shown));
                tabs.insert(beside.map_or(tabs.len(), |at| at + 1), location.source_id.clone());
                if tabs.len() > MAX_TABS {
                    let oldest = usize::from(tabs.first() == Some(&location.source_id));
                    tabs.remove(oldest);
                }
            }
        });
        // First the source: whoever forgets something with the source before must not forget the wish.
        self.shown.set(Some(location.clone()));
        if location.line > 0 {
            self.reveal.update(|reveal| {
                let turn = reveal.as_ref().map_or(0, |reveal| reveal.turn + 1);
                *reveal = Some(Reveal {
                    location: location.clone(),
                    turn,
                });
            });
        }
    }

    /// Shows a source where it was last.
    pub fn show_source(&self, id: SourceId) {
        self.show(Location {
            source_id: id,
            line: 0,
            column: 0,
        });
    }

    /// Shows a source where there is nothing better to show.
    pub fn offer_source(&self, source_id: SourceId) {
        self.follow(Location {
            source_id,
            line: 0,
            column: 0,
        });
    }

    /// Closes a source's tab; its neighbour is shown if it was.
    pub fn close(&self, id: &SourceId) {
        let Some(at) = self
            .tabs
            .with_untracked(|tabs| tabs.iter().position(|tab| tab == id))
        else {
            return;
        };
        self.tabs.update(|tabs| drop(tabs.remove(at)));
        if self
            .shown
            .with_untracked(|shown| shown.as_ref().is_some_and(|shown| shown.source_id == *id))
        {
            let next = self
                .tabs
                .with_untracked(|tabs| tabs.get(at).or(tabs.last()).cloned());
            match next {
                Some(next) => self.choose(Location {
                    source_id: next,
                    line: 0,
                    column: 0,
                }),
                None => self.shown.set(None),
            }
        }
    }

    /// Closes every tab but one.
    pub fn close_others(&self, id: &SourceId) {
        self.tabs.set(vec![id.clone()]);
        if self
            .shown
            .with_untracked(|shown| shown.as_ref().is_some_and(|shown| shown.source_id != *id))
        {
            self.show_source(id.clone());
        }
    }

    /// The place to show of those that are the same: the most original, unless the person wants to see what was made of it.
    pub fn preferred(&self, places: &MappedLocation) -> Option<Location> {
        self.as_generated.with(|wanted| {
            let generated = places.iter().find(|place| wanted.contains(&place.source_id));
            generated.or_else(|| place::preferred(places)).cloned()
        })
    }

    /// What to keep of the open sources, to be given to [`Self::restore`] another time. Tracked.
    pub fn kept(&self) -> String {
        let strings = |ids: Vec<SourceId>| ids.iter().map(|id| id.as_str().to_owned()).collect();
        let kept = Kept {
            tabs: strings(self.tabs.get()),
            as_generated: strings(self.as_generated.with(|ids| ids.iter().cloned().collect())),
        };
        // Lists of strings always have a form in JSON.
        serde_json::to_string(&kept).unwrap_or_default()
    }

    /// Opens what was kept, in front of what is open by now; what is not there any more is left out. Only once.
    pub fn restore(&self, kept: &str) {
        if self.is_restored.get_value() || self.all.with_untracked(|all| all.is_empty()) {
            return;
        }
        self.is_restored.set_value(true);
        let kept: Kept = serde_json::from_str(kept).unwrap_or_default();
        let known = |ids: Vec<String>| {
            let ids = ids.into_iter().map(SourceId::from);
            ids.filter(|id| self.index.with_value(|index| index.contains_key(id)))
                .collect::<Vec<_>>()
        };
        let mut tabs = known(kept.tabs);
        tabs.truncate(MAX_TABS);
        self.tabs.update(|open| {
            tabs.retain(|tab| !open.contains(tab));
            tabs.append(open);
            *open = tabs;
        });
        self.as_generated
            .update(|wanted| wanted.extend(known(kept.as_generated)));
    }

    /// Whether what was kept has been looked at, so that what is open now may be kept in its place.
    pub fn is_restored(&self) -> bool {
        self.is_restored.get_value()
    }

    pub(super) fn set_all(&self, sources: Vec<Source>) {
        let ids = sources
            .iter()
            .enumerate()
            .map(|(at, source)| (source.source_id.clone(), at));
        self.index.try_set_value(ids.collect());
        self.all.try_set(sources.into());
    }

    /// What was asked for in a session that is no more is asked for again by whoever looks at it; the shown text at once.
    pub(super) fn ask_again(&self) {
        self.texts
            .try_update(|texts| texts.retain(|_, text| matches!(text, Found::Ready(text) if text.is_whole)));
        self.outlines
            .try_update(|outlines| outlines.retain(|_, outline| matches!(outline, Found::Ready(_))));
        self.hovered.try_set(None);
        self.scripts.ask_again();
        self.search.try_update(SearchState::give_up);
        if let Some(Some(shown)) = self.shown.try_get_untracked() {
            self.want(&shown.source_id);
        }
        self.count_again();
    }
}
