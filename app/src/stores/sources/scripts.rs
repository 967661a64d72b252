//! From a place as the browser names it, by a script's address, to the sources that a person knows it by: an error's
//! stack and what asked for a request are told so.

use std::collections::{HashMap, HashSet};

use client::Session;
use futures::future::join_all;
use leptos::prelude::*;
use wire::debugger::{Location, MappedLocation, SourceKind};

use super::SourceStore;
use crate::{
    logic::script_place::ScriptPlace,
    stores::errand::{Lane, Urgency},
};

/// More places than this are shown as they are.
const MAX_PLACES: usize = 2_000;

/// What is known of places in scripts. Key: the place. Kept while the page is open; a recording does not change.
#[derive(Clone, Copy)]
pub(super) struct Scripts {
    places: RwSignal<HashMap<Location, MappedLocation>>,
    asked: StoredValue<HashSet<Location>>,
}

impl Scripts {
    pub(super) fn new() -> Self {
        Self {
            places: RwSignal::default(),
            asked: StoredValue::default(),
        }
    }

    /// Questions that were lost with their session may be asked again.
    pub(super) fn ask_again(&self) {
        let known: Option<HashSet<_>> = self
            .places
            .try_with_untracked(|places| places.keys().cloned().collect());
        self.asked.try_set_value(known.unwrap_or_default());
    }
}

impl SourceStore {
    /// Where places in scripts are: in the source that the person prefers, once that is known; until then in the script;
    /// None for scripts that are not in the recording. Asks for what is not known. Tracked.
    pub fn places_of<'a>(&self, places: impl IntoIterator<Item = &'a ScriptPlace>) -> Vec<Option<Location>> {
        let places = places.into_iter();
        let scripts: Vec<Option<Location>> = places.map(|place| self.in_script(place)).collect();
        self.ask_for(scripts.iter().flatten());
        let of_script = |script: Location| {
            let mapped = self.scripts.places.with(|places| {
                let places = places.get(&script)?;
                self.preferred(places)
            });
            mapped.unwrap_or(script)
        };
        scripts.into_iter().map(|place| place.map(of_script)).collect()
    }

    /// Shows a place in a script, in the source that the person prefers.
    pub fn show_script(&self, place: &ScriptPlace) {
        let Some(script) = untrack(|| self.in_script(place)) else {
            return;
        };
        let store = *self;
        let lane = Some(Lane::named("source.script"));
        self.intents.run(Urgency::Now, lane, async move |session, _| {
            let (script, places) = mapped(&session, script).await;
            let preferred = untrack(|| store.preferred(&places));
            store.show(preferred.unwrap_or(script));
            Ok(())
        });
    }

    /// The place in the text that the browser ran.
    fn in_script(&self, place: &ScriptPlace) -> Option<Location> {
        self.all.with(|all| {
            let made = [SourceKind::SourceMapped, SourceKind::PrettyPrinted];
            let source = all
                .iter()
                .find(|source| source.url.as_deref() == Some(&*place.url) && !made.contains(&source.kind))?;
            Some(Location {
                source_id: source.source_id.clone(),
                line: place.line,
                column: place.column,
            })
        })
    }

    fn ask_for<'a>(&self, places: impl Iterator<Item = &'a Location>) {
        let new: Vec<Location> = places
            .filter(|place| {
                let is_new = |asked: &mut HashSet<Location>| {
                    asked.len() < MAX_PLACES && asked.insert((*place).clone())
                };
                self.scripts.asked.try_update_value(is_new).unwrap_or(false)
            })
            .cloned()
            .collect();
        if new.is_empty() {
            return;
        }
        let scripts = self.scripts;
        self.intents.run(Urgency::Visible, None, async move |session, _| {
            let found = join_all(new.into_iter().map(|place| mapped(&session, place))).await;
            scripts.places.try_update(|places| places.extend(found));
            Ok(())
        });
    }
}

/// A place that cannot be mapped is only itself.
async fn mapped(session: &Session, place: Location) -> (Location, MappedLocation) {
    let answer = session.get_mapped_location(place.clone()).await;
    let places = answer.map(|answer| answer.mapped_location).unwrap_or_default();
    (place, places)
}
