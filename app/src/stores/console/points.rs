//! Lines for points: what was thrown and caught, and handlers of events. Page after page, never refused for being many.

use std::collections::{BTreeSet, HashMap};

use client::{CallError, Session};
use leptos::prelude::*;
use wire::{
    debugger::PointDescription,
    ids::EventHandlerType,
    point::ExecutionPoint,
    recording::PointRange,
    session::{PointPageLimits, PointSelector},
};

use super::{ConsoleStore, EventCounts};
use crate::{
    logic::{
        console::{Entry, Kind, SourceKey, placed},
        place,
    },
    stores::{
        errand::{Lane, Urgency},
        evaluating::refusal,
    },
};

/// How many points are asked for at once.
const N_POINTS: u64 = 10_000;

/// How far lines of one kind have come.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extent {
    /// Whether some are on their way.
    pub is_pending: bool,
    /// Where the next page begins, if there are more.
    pub next: Option<ExecutionPoint>,
    /// Why they cannot be had, as a sentence.
    pub failure: Option<String>,
}

/// A page of points, and where the next one begins.
type Page = (Vec<PointDescription>, Option<ExecutionPoint>);

/// Pages by where they were asked to begin and end, in one session. The console's lines and the timeline's marks are made of the
/// same ones.
pub(super) type Pages = HashMap<(Option<ExecutionPoint>, Option<ExecutionPoint>), Page>;

/// Pages that are kept; more are a long list that somebody leafs through, and would only take room.
const N_PAGES: usize = 6;

impl ConsoleStore {
    /// Finds a page of exceptions, unless it has been found.
    ///
    /// # Errors
    /// As any call.
    pub(in crate::stores) async fn find_exceptions(
        self,
        session: &Session,
        limits: PointPageLimits,
    ) -> Result<Page, CallError> {
        let key = (limits.begin.clone(), limits.end.clone());
        let known = self.found.try_with_value(|found| found.get(&key).cloned());
        if let Some(known) = known.flatten() {
            return Ok(known);
        }
        let page = session
            .find_all_points(PointSelector::Exceptions {}, limits)
            .await?;
        self.found.try_update_value(|found| {
            if found.len() >= N_PAGES {
                found.clear();
            }
            found.insert(key, page.clone());
        });
        Ok(page)
    }

    /// Whether exceptions that were caught are shown.
    pub fn shows_caught(&self) -> Signal<bool> {
        self.shows_caught.into()
    }

    /// How far the caught exceptions have come.
    pub fn caught(&self) -> Signal<Extent> {
        self.caught.into()
    }

    /// Shows the exceptions that were caught, or hides them.
    pub fn show_caught(&self, shows: bool) {
        self.shows_caught.set(shows);
        self.model
            .update_value(|model| model.remove(SourceKey::EXCEPTIONS));
        self.caught.set(Extent::default());
        self.show();
        if shows {
            self.more_caught();
        }
    }

    /// Brings the next page of caught exceptions.
    pub fn more_caught(&self) {
        self.bring(SourceKey::EXCEPTIONS, PointSelector::Exceptions {});
    }

    /// The types of events whose handlers are shown.
    pub fn event_types(&self) -> Signal<BTreeSet<EventHandlerType>> {
        self.event_types.into()
    }

    /// How often handlers ran for each type that occurred; None until that is known.
    pub fn event_counts(&self) -> Signal<Option<EventCounts>> {
        self.event_counts.into()
    }

    /// How far the handlers have come.
    pub fn events(&self) -> Signal<Extent> {
        self.events.into()
    }

    /// Finds out how often handlers ran, unless it is known.
    pub fn want_event_counts(&self) {
        if self.event_counts.with_untracked(Option::is_some) {
            return;
        }
        let (store, range) = (*self, self.range());
        let lane = Some(Lane::named("console.event-counts"));
        self.intents.run(Urgency::Visible, lane, async move |session, _| {
            match session.get_all_event_handler_counts(range).await {
                Ok(answer) => {
                    let counts = answer
                        .counts
                        .into_iter()
                        .map(|count| (count.event_type, count.count));
                    store.event_counts.try_set(Some(counts.collect()));
                }
                Err(error) => {
                    let failure = Some(refusal(error)?);
                    store.events.try_update(|events| events.failure = failure);
                }
            }
            Ok(())
        });
    }

    /// Shows the handlers of some types of events, and no others.
    pub fn show_events(&self, types: BTreeSet<EventHandlerType>) {
        self.event_types.set(types);
        self.model.update_value(|model| model.remove(SourceKey::EVENTS));
        self.events.set(Extent::default());
        self.show();
        self.more_events();
    }

    /// Brings the next page of handlers.
    pub fn more_events(&self) {
        let event_types: Vec<_> = self.event_types.get_untracked().into_iter().collect();
        if !event_types.is_empty() {
            self.bring(SourceKey::EVENTS, PointSelector::EventHandlers { event_types });
        }
    }

    /// The focus has moved, or the session is another: what was found before may be too little or too much.
    pub fn ask_points_again(&self) {
        self.found.try_update_value(HashMap::clear);
        self.event_counts.try_set(None);
        if self.shows_caught.try_get_untracked() == Some(true) {
            self.show_caught(true);
        }
        if let Some(types) = self
            .event_types
            .try_get_untracked()
            .filter(|types| !types.is_empty())
        {
            self.show_events(types);
        }
    }

    fn range(&self) -> Option<PointRange> {
        self.focus.window().get_untracked().map(|window| PointRange {
            begin: window.begin.point,
            end: window.end.point,
        })
    }

    fn extent(&self, source: SourceKey) -> RwSignal<Extent> {
        match source {
            SourceKey::EVENTS => self.events,
            _ => self.caught,
        }
    }

    fn bring(&self, source: SourceKey, selector: PointSelector) {
        let (store, extent) = (*self, self.extent(source));
        let range = self.range();
        let limits = PointPageLimits {
            begin: extent
                .with_untracked(|extent| extent.next.clone())
                .or(range.as_ref().map(|range| range.begin.clone())),
            end: range.map(|range| range.end),
            max_count: Some(N_POINTS),
        };
        extent.set(Extent {
            is_pending: true,
            ..Extent::default()
        });
        let lane = Some(Lane {
            name: "console.points",
            number: u64::from(source.0),
        });
        self.intents.run(Urgency::Visible, lane, async move |session, _| {
            let found = match source {
                SourceKey::EXCEPTIONS => store.find_exceptions(&session, limits).await,
                _ => session.find_all_points(selector, limits).await,
            };
            store.take_points(source, found)
        });
    }

    fn take_points(
        self,
        source: SourceKey,
        found: Result<(Vec<PointDescription>, Option<ExecutionPoint>), CallError>,
    ) -> Result<(), CallError> {
        let extent = match found {
            Ok((points, next)) => {
                let points: Vec<_> = points
                    .into_iter()
                    .filter(|point| source != SourceKey::EXCEPTIONS || !self.is_uncaught(&point.point))
                    .collect();
                self.model.try_update_value(|model| {
                    let lines = points
                        .into_iter()
                        .map(|point| line(point, source, &mut |id| model.intern(id)));
                    let lines = lines.collect();
                    model.take_in(lines);
                });
                Extent {
                    next,
                    ..Extent::default()
                }
            }
            Err(error) => Extent {
                failure: Some(refusal(error)?),
                ..Extent::default()
            },
        };
        self.extent(source).try_set(extent);
        self.show();
        Ok(())
    }
}

fn line(
    point: PointDescription,
    source: SourceKey,
    intern: &mut dyn FnMut(&wire::ids::SourceId) -> u32,
) -> Entry {
    let (kind, text) = match source {
        SourceKey::EVENTS => (Kind::Event, "Handler"),
        _ => (Kind::Caught, "Exception"),
    };
    let location = point
        .frame
        .as_ref()
        .and_then(|frame| place::preferred(frame).cloned());
    let mut entry = Entry::new(point.point, point.time, source, kind, text.to_owned());
    entry.place = location.map(|location| placed(&location, intern));
    entry
}
