//! What happened as a list: which kinds of it are shown, and which code ran first because of an event.
//!
//! The events themselves are on the tracks. What ran because of presses is found by one search for all of them, when the list
//! is first seen, and again when the focus has moved, because searches stay within it.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use client::{CallError, Session};
use leptos::prelude::*;
use wire::{
    ids::EventHandlerType,
    point::ExecutionPoint,
    recording::{Annotation, TimeStampedPoint},
    session::{PointPageLimits, PointSelector},
};

use super::{
    Intents, Stores,
    driver::words,
    errand::{Lane, Urgency},
    late::Late,
    recording::RecordingStore,
    tracks::TrackStore,
};
use crate::logic::{
    events::{self, Category, Handler, Happened, Jump, Runs},
    merged::Merged,
    place,
    scopes::Found,
    tracks::{MarkerAt, Times, shared_times, times},
};

/// Handlers that are looked for at most; what ran after so many has no jump.
const MAX_HANDLERS: u64 = 20_000;
/// Rows of handlers of one category.
const MAX_ROWS: u64 = 5_000;
/// Functions that are looked at to find the program's own behind a library's handler.
const MAX_ENTRIES: u64 = 500;

/// Runs of handlers by category.
pub(super) type ByHandlers = HashMap<Category, Arc<[Handler]>>;

/// The list of events that are shown. Tracked.
pub(super) fn merged(
    tracks: TrackStore,
    by_handlers: RwSignal<ByHandlers>,
    hidden: RwSignal<HashSet<Category>>,
) -> Merged {
    let mut parts: Vec<(Category, Arc<dyn Times>)> = tracks.all().with(|all| {
        let listed = all.iter().filter_map(|track| {
            let times = shared_times(&track.content)?;
            Some((Category::Track(track.kind), times))
        });
        listed.collect()
    });
    by_handlers.with(|by_handlers| {
        let runs = Category::BY_HANDLERS.into_iter().filter_map(|category| {
            let runs: Arc<dyn Times> = Arc::new(Runs(by_handlers.get(&category)?.clone()));
            Some((category, runs))
        });
        parts.extend(runs);
    });
    hidden.with(|hidden| parts.retain(|(category, _)| !hidden.contains(category)));
    Merged::new(parts)
}

/// The list of events.
#[derive(Clone, Copy)]
pub struct EventStore {
    late: Late<Signals>,
    recording: RecordingStore,
    tracks: TrackStore,
    intents: Intents,
}

/// What is listed, and what ran then.
#[derive(Clone, Copy)]
struct Signals {
    shown: Memo<Arc<Merged>>,
    /// Categories that are not shown.
    hidden: RwSignal<HashSet<Category>>,
    /// How often handlers ran, by category; None until that is known.
    n_handlers: RwSignal<Option<BTreeMap<Category, u64>>>,
    /// The runs of handlers of categories that have nothing else.
    by_handlers: RwSignal<ByHandlers>,
    /// What ran because of presses.
    handlers: RwSignal<Option<Found<Arc<[Handler]>>>>,
    /// What the service says ran first, by the event's point.
    told: RwSignal<HashMap<ExecutionPoint, Handler>>,
}

impl Signals {
    fn new(tracks: TrackStore, intents: Intents) -> Self {
        let by_handlers = RwSignal::new(ByHandlers::new());
        let hidden = Category::all().filter(|category| !category.is_shown_first());
        let hidden = RwSignal::new(hidden.collect::<HashSet<Category>>());
        let shown = Memo::new(move |_| {
            let later = intents.later();
            Arc::new(later.map_or_else(Merged::default, |later| {
                (later.merged)(tracks, by_handlers, hidden)
            }))
        });
        Self {
            shown,
            hidden,
            n_handlers: RwSignal::default(),
            by_handlers,
            handlers: RwSignal::default(),
            told: RwSignal::default(),
        }
    }
}

impl EventStore {
    pub(super) fn new(recording: RecordingStore, tracks: TrackStore, intents: Intents) -> Self {
        Self {
            late: Late::new(),
            recording,
            tracks,
            intents,
        }
    }

    fn late(&self) -> Signals {
        self.late.get_or(|| Signals::new(self.tracks, self.intents))
    }

    /// How many events are shown.
    pub fn n_shown(&self) -> usize {
        self.late().shown.with(|shown| shown.len())
    }

    /// How many of those shown lie at or before a time, in ms.
    pub fn n_until(&self, time_ms: f64) -> usize {
        self.late().shown.with(|shown| shown.n_until(time_ms))
    }

    /// Whether there are any, shown or not.
    pub fn has_any(&self) -> bool {
        self.tracks.all().with(|all| {
            let mut listed = all.iter().filter_map(|track| times(&track.content));
            listed.any(|times| !times.is_empty())
        })
    }

    /// The event shown as the `index`-th.
    pub fn event(&self, index: usize) -> Option<Happened> {
        let (category, at) = self.late().shown.with(|shown| shown.get(index))?;
        match category {
            Category::Track(kind) => {
                let marker = MarkerAt { kind, index: at };
                let (time_ms, point) = self.tracks.moment(marker)?;
                Some(Happened {
                    category,
                    label: self.tracks.describe(marker),
                    time_ms,
                    point,
                    handler: self.tracks.code_of(marker),
                })
            }
            _ => self.late().by_handlers.with(|by_handlers| {
                let run = by_handlers.get(&category)?.get(at)?;
                Some(Happened {
                    category,
                    label: events::run_in_words(category).to_owned(),
                    time_ms: run.time_ms,
                    point: Some(run.point.clone()),
                    handler: Some(run.clone()),
                })
            }),
        }
    }

    /// Where the code of an event is.
    pub fn jump(&self, event: &Happened) -> Jump {
        let until = self.next_press(event);
        self.late().told.with(|told| {
            self.late().handlers.with(|handlers| {
                let found = match handlers {
                    Some(Found::Failed(_)) => return Jump::Nowhere("The service could not say what ran"),
                    Some(Found::Ready(handlers)) => Some(&handlers[..]),
                    _ => None,
                };
                events::jump(event, until, found, told)
            })
        })
    }

    fn next_press(&self, event: &Happened) -> Option<ExecutionPoint> {
        let point = event.point.as_ref()?;
        let recording = self.recording;
        recording.clicks().with(|clicks| {
            recording.keys().with(|keys| {
                let next = |navigations: &_| events::next_press(clicks, keys, navigations, point);
                recording.navigations().with(next)
            })
        })
    }

    /// How many events a category has; None where that is not known.
    pub fn n_of(&self, category: Category) -> Option<u64> {
        match category {
            Category::Track(kind) => self.tracks.all().with(|all| {
                let track = all.iter().find(|track| track.kind == kind);
                let known = track.and_then(|track| times(&track.content));
                Some(known.map_or(0, |known| known.len() as u64))
            }),
            _ => self
                .late()
                .n_handlers
                .with(|counts| Some(counts.as_ref()?.get(&category).copied().unwrap_or(0))),
        }
    }

    /// Whether a category has more events than were asked for.
    pub fn is_cut(&self, category: Category) -> bool {
        matches!(category, Category::Track(kind) if self.tracks.is_cut(kind))
    }

    /// Whether a category is shown.
    pub fn is_shown(&self, category: Category) -> bool {
        self.late().hidden.with(|hidden| !hidden.contains(&category))
    }

    /// Shows a category, or does not.
    pub fn set_shown(&self, category: Category, is_shown: bool) {
        self.late().hidden.update(|hidden| {
            hidden.remove(&category);
            if !is_shown {
                hidden.insert(category);
            }
        });
        let is_known = self
            .late()
            .by_handlers
            .with_untracked(|by_handlers| by_handlers.contains_key(&category));
        if is_shown && !is_known && !category.handler_types().is_empty() {
            self.ask_rows(category);
        }
    }

    /// Finds out what ran because of events, unless that is known or on its way.
    pub fn want(&self) {
        if self.late().handlers.with_untracked(Option::is_none) {
            self.late().handlers.set(Some(Found::Pending));
            self.ask();
        }
    }

    /// The focus has moved: searches find something else now.
    pub fn search_again(&self) {
        if self.late().handlers.with_untracked(Option::is_some) {
            self.ask();
        }
    }

    /// Goes to the code that ran first because of the event shown as the `index`-th: the program's own, where a library's
    /// handler called it.
    pub fn go_to_code(&self, index: usize) {
        let jump = untrack(|| Some(self.jump(&self.event(index)?)));
        let Some(Jump::To { handler, until }) = jump else {
            return;
        };
        let lane = Some(Lane::named("events.jump"));
        self.intents
            .run(Urgency::Now, lane, async move |session, stores| {
                let mut target = handler;
                if is_library(stores, &target) {
                    match first_own(&session, stores, &target, until).await {
                        Ok(Some(own)) => target = own,
                        Err(error) if is_lost(&error) => return Err(error),
                        _ => {}
                    }
                }
                stores.timeline.go_to(target.time_ms, Some(target.point));
                Ok(())
            });
    }

    pub(super) fn ask_again(&self) {
        let is_pending = self
            .late()
            .handlers
            .try_with_untracked(|handlers| matches!(handlers, Some(Found::Pending)));
        if is_pending == Some(true) {
            self.ask();
        }
    }

    fn ask(&self) {
        let lane = Some(Lane::named("events.handlers"));
        self.intents
            .run(Urgency::Visible, lane, async move |session, stores| {
                let store = stores.events;
                match handlers(&session, events::press_types(), MAX_HANDLERS).await {
                    Ok(handlers) => store.late().handlers.try_set(Some(Found::Ready(handlers))),
                    Err(error) if is_lost(&error) => return Err(error),
                    Err(error) => store.late().handlers.try_set(Some(Found::Failed(words(&error)))),
                };
                // What follows is more than some services can say; then there is less to see.
                let is_new = store.late().n_handlers.try_with_untracked(Option::is_none) == Some(true);
                if is_new && let Ok(counts) = counts(&session).await {
                    store.late().n_handlers.try_set(Some(counts));
                }
                if is_new && let Ok(told) = told(&session).await {
                    store.late().told.try_set(told);
                }
                Ok(())
            });
    }

    fn ask_rows(&self, category: Category) {
        let lane = Some(Lane {
            name: "events.rows",
            number: Category::BY_HANDLERS
                .into_iter()
                .position(|other| other == category)
                .map_or(0, |at| at as u64),
        });
        self.intents
            .run(Urgency::Now, lane, async move |session, stores| {
                let types = category.handler_types().iter().copied();
                let types = types.map(EventHandlerType::from).collect();
                let rows = match handlers(&session, types, MAX_ROWS).await {
                    Ok(rows) => rows,
                    Err(error) if is_lost(&error) => return Err(error),
                    Err(_) => return Ok(()),
                };
                stores
                    .events
                    .late()
                    .by_handlers
                    .try_update(|by_handlers| drop(by_handlers.insert(category, rows)));
                Ok(())
            });
    }
}

/// The runs of handlers of some types, in order.
async fn handlers(
    session: &Session,
    event_types: Vec<EventHandlerType>,
    max_count: u64,
) -> Result<Arc<[Handler]>, CallError> {
    let selector = PointSelector::EventHandlers { event_types };
    let limits = PointPageLimits {
        max_count: Some(max_count),
        ..PointPageLimits::default()
    };
    let (points, _) = session.find_all_points(selector, limits).await?;
    Ok(points.into_iter().map(Handler::from_wire).collect())
}

async fn counts(session: &Session) -> Result<BTreeMap<Category, u64>, CallError> {
    let counts = session.get_all_event_handler_counts(None).await?.counts;
    let mut by_category = BTreeMap::new();
    for category in Category::BY_HANDLERS {
        let types = category.handler_types();
        let of_category = counts
            .iter()
            .filter(|count| types.contains(&count.event_type.as_str()));
        let n_handlers: u64 = of_category.map(|count| count.count).sum();
        if n_handlers > 0 {
            by_category.insert(category, n_handlers);
        }
    }
    Ok(by_category)
}

/// What the service says ran first because of each event.
async fn told(session: &Session) -> Result<HashMap<ExecutionPoint, Handler>, CallError> {
    let kinds = session.get_annotation_kinds().await?.kinds;
    if !kinds.iter().any(|kind| kind == events::JUMP_ANNOTATIONS) {
        return Ok(HashMap::new());
    }
    let (annotations, _) = session.find_annotations(events::JUMP_ANNOTATIONS).flat().await?;
    let read = |annotation: Annotation| {
        let contents: serde_json::Value = serde_json::from_str(&annotation.contents).ok()?;
        let listener: TimeStampedPoint =
            serde_json::from_value(contents.get("listenerPoint")?.clone()).ok()?;
        let handler = Handler {
            point: listener.point,
            time_ms: listener.time,
            location: None,
        };
        Some((annotation.point, handler))
    };
    Ok(annotations.into_iter().filter_map(read).collect())
}

/// The first function of the program's own that began to run from a library's handler on.
async fn first_own(
    session: &Session,
    stores: Stores,
    handler: &Handler,
    until: Option<ExecutionPoint>,
) -> Result<Option<Handler>, CallError> {
    let selector = PointSelector::FrameSteps {
        only_frame_entry: true,
        location_limit: None,
        min_frame_depth: None,
        max_frame_depth: None,
    };
    let limits = PointPageLimits {
        begin: Some(handler.point.clone()),
        end: until,
        max_count: Some(MAX_ENTRIES),
    };
    let (points, _) = session.find_points(selector, Some(limits)).flat().await?;
    Ok(points
        .into_iter()
        .map(Handler::from_wire)
        .find(|entry| entry.location.is_some() && !is_library(stores, entry)))
}

fn is_library(stores: Stores, handler: &Handler) -> bool {
    let url = handler
        .location
        .as_ref()
        .and_then(|location| untrack(|| stores.sources.url(&location.source_id)));
    url.is_some_and(|url| place::is_library(&url))
}

/// Whether it is the session that was lost, and not the question that was refused.
fn is_lost(error: &CallError) -> bool {
    error.is_session_gone() || matches!(error, CallError::Closed { .. } | CallError::Gone)
}
