//! What happened, as tracks of the timeline: what there is of each kind, what one thing on a track is, and which comes next.
//!
//! A track shares what it is made of with the store that knows it and is made anew when that gets more, which costs a
//! handful of steps however much there is. Everything else here is a search in sorted times.
//!
//! What takes requests (`wanting`) is asked for once a moment is on screen, when nothing else is under way.

mod wanting;

use std::{collections::BTreeSet, sync::Arc};

use leptos::prelude::*;
use wire::{point::ExecutionPoint, recording::PointRange};

use self::wanting::Asked;
use super::{
    Intents, comments::CommentStore, console::ConsoleStore, network::NetworkStore, points::PointStore,
    points::TracedValue, recording::RecordingStore, sources::SourceStore, timeline::TimelineStore,
    view::ViewStore,
};
use crate::logic::{
    events::Handler,
    moment::{self, Happening},
    network::Request,
    place,
    scopes::Found,
    tracks::{
        self, Amounts, Content, EventTrack, HitAt, Lasting, MarkerAt, Said, Series, Stretch, Stretches,
        TrackKind,
    },
};

/// The tracks.
#[derive(Clone, Copy)]
pub struct TrackStore {
    /// None until the work of the stores that is not needed at first has come.
    made: RwSignal<Option<Made>>,
    /// The keys of the kinds that the person does not want to see; whoever keeps them says where they are to be read.
    hidden: RwSignal<Option<Signal<BTreeSet<String>>>>,
    /// Steps by time, of all of the recording.
    activity: RwSignal<Option<Arc<Amounts>>>,
    /// The same of parts that were looked at closely, those looked at last at the end.
    closer: RwSignal<Vec<(Stretch, Arc<Amounts>)>>,
    /// The ranges in which exceptions have been searched for to the end. What was thrown in them does not change.
    searched: StoredValue<Vec<PointRange>>,
    /// Kinds of which there are more than were asked for.
    cut: RwSignal<BTreeSet<TrackKind>>,
    asked: StoredValue<Asked>,
    /// The part that was asked about last.
    asking: StoredValue<Option<Stretch>>,
    /// Counts the sessions, each of which is asked for what the one before did not answer, and what there is more to ask for.
    n_sessions: RwSignal<u32>,
    known: Known,
    network: NetworkStore,
    intents: Intents,
}

/// The tracks, and what some of them are made of.
#[derive(Clone, Copy)]
struct Made {
    all: Memo<Arc<[EventTrack]>>,
    shown: Memo<Arc<[EventTrack]>>,
    requests: Memo<Series<Arc<Request>>>,
    prints: Memo<Series<HitAt>>,
    breaks: Memo<Series<HitAt>>,
    watches: Memo<Series<TracedValue>>,
    /// How busy the program was: a part, if no more than that is seen.
    amounts: Memo<Option<Arc<Amounts>>>,
}

/// The stores that know what is on the tracks.
#[derive(Clone, Copy)]
pub(super) struct Known {
    pub(super) recording: RecordingStore,
    pub(super) console: ConsoleStore,
    pub(super) points: PointStore,
    pub(super) sources: SourceStore,
    pub(super) timeline: TimelineStore,
    pub(super) view: ViewStore,
    pub(super) comments: CommentStore,
}

impl TrackStore {
    pub(super) fn new(known: Known, network: NetworkStore, intents: Intents) -> Self {
        Self {
            made: RwSignal::default(),
            hidden: RwSignal::default(),
            activity: RwSignal::default(),
            closer: RwSignal::default(),
            searched: StoredValue::default(),
            cut: RwSignal::default(),
            asked: StoredValue::default(),
            asking: StoredValue::default(),
            n_sessions: RwSignal::default(),
            known,
            network,
            intents,
        }
    }

    /// Makes the tracks, under the current owner.
    pub(super) fn make(&self) {
        let network = self.network;
        let Known {
            recording,
            console,
            points,
            timeline,
            view,
            comments,
            ..
        } = self.known;
        let requests = Memo::new(move |_| network.all().with(|all| listed(all.to_vec())));
        let prints = Memo::new(move |_| listed(points.printed()));
        let breaks = Memo::new(move |_| listed(points.broken()));
        let watches = Memo::new(move |_| {
            points
                .traced()
                .with(|traced| match traced.as_ref().map(|traced| &traced.values) {
                    Some(Found::Ready(values)) => listed(values.to_vec()),
                    _ => moment::series(),
                })
        });
        let (activity, closer, hidden) = (self.activity, self.closer, self.hidden);
        let amounts = Memo::new(move |_| {
            let stretch = closer_stretch(view, timeline);
            let near = closer.with(|closer| {
                let is_it = |(known, _): &&(Stretch, Arc<Amounts>)| Some(*known) == stretch;
                closer.iter().find(is_it).map(|(_, amounts)| Arc::clone(amounts))
            });
            near.or_else(|| activity.get())
        });
        let tracks = [
            moments(TrackKind::Click, recording.clicks()),
            moments(TrackKind::Movement, recording.mouse()),
            moments(TrackKind::Key, recording.keys()),
            moments(TrackKind::Navigation, recording.navigations()),
            moments(TrackKind::Error, console.errors()),
            moments(TrackKind::Warning, console.warnings()),
            moments(TrackKind::Exception, console.exceptions()),
            moments(TrackKind::Print, prints.into()),
            moments(TrackKind::Breakpoint, breaks.into()),
            moments(TrackKind::Watch, watches.into()),
            moments(TrackKind::Comment, comments.all()),
            lasting(requests),
            moments(TrackKind::Paint, recording.paints()),
            busy(amounts),
        ];
        let all = Memo::new(move |_| tracks.iter().filter_map(|track| track.get()).collect());
        let shown = Memo::new(move |_| {
            let all: Arc<[EventTrack]> = all.get();
            let Some(hidden) = hidden.get() else { return all };
            let is_shown = |track: &&EventTrack| hidden.with(|keys| !has(keys, track.kind));
            all.iter().filter(is_shown).cloned().collect()
        });
        self.made.set(Some(Made {
            all,
            shown,
            requests,
            prints,
            breaks,
            watches,
            amounts,
        }));
    }

    /// Every track that has something on it, in the order of [`TrackKind::ALL`].
    pub fn all(&self) -> Signal<Arc<[EventTrack]>> {
        let made = self.made;
        Signal::derive(move || made.get().map(|made| made.all.get()).unwrap_or_default())
    }

    /// Those that the person wants to see.
    pub fn shown(&self) -> Signal<Arc<[EventTrack]>> {
        let made = self.made;
        Signal::derive(move || made.get().map(|made| made.shown.get()).unwrap_or_default())
    }

    /// Does not show the kinds whose keys a signal has, as that changes.
    pub fn hide(&self, keys: Signal<BTreeSet<String>>) {
        self.hidden.set(Some(keys));
    }

    /// Whether there are more of a kind than the track has, because they were too many to ask for. Tracked.
    pub fn is_cut(&self, kind: TrackKind) -> bool {
        let has_more_hits = || match kind {
            TrackKind::Print => self.known.points.has_more_prints(),
            TrackKind::Breakpoint => self.known.points.has_more_breaks(),
            _ => false,
        };
        self.cut.with(|cut| cut.contains(&kind)) || has_more_hits()
    }

    /// One thing in words, such as `Click at 120, 45`; empty if there is no such thing. Not tracked.
    pub fn describe(&self, marker: MarkerAt) -> String {
        let later = untrack(|| self.intents.later());
        later.map_or_else(String::new, |later| (later.describe)(self, marker))
    }

    pub(super) fn in_words(&self, marker: MarkerAt) -> String {
        let MarkerAt { kind, index } = marker;
        let Some(made) = self.made.get_untracked() else {
            return String::new();
        };
        let Known {
            recording, console, ..
        } = self.known;
        let words = match kind {
            TrackKind::Click => read(recording.clicks(), index, |event| {
                format!("Click at {}, {}", event.client_x, event.client_y)
            }),
            TrackKind::Movement => read(recording.mouse(), index, |place| {
                format!("Mouse at {}, {}", place.x, place.y)
            }),
            TrackKind::Key => read(recording.keys(), index, |event| {
                format!("Key {}", moment::key_name(&event.key))
            }),
            TrackKind::Navigation => read(recording.navigations(), index, |event| {
                format!("Page {}", event.url)
            }),
            TrackKind::Error => read(console.errors(), index, |said| format!("Error: {}", said.text)),
            TrackKind::Warning => read(console.warnings(), index, |said| {
                format!("Warning: {}", said.text)
            }),
            TrackKind::Exception => read(console.exceptions(), index, |said| self.exception(said)),
            TrackKind::Print => read(made.prints.into(), index, |hit| self.printed(hit)),
            TrackKind::Breakpoint => read(made.breaks.into(), index, |hit| self.broken(hit)),
            TrackKind::Watch => read(made.watches.into(), index, |traced| {
                format!("{} was {}", self.watched(), tracks::first_words(&traced.text))
            }),
            TrackKind::Comment => read(self.known.comments.all(), index, |comment| {
                format!("Comment: {}", tracks::first_words(&comment.text))
            }),
            TrackKind::Request => read(made.requests.into(), index, |request| request.in_words()),
            TrackKind::Paint => read(recording.paints(), index, |_| format!("Picture {}", index + 1)),
            TrackKind::Activity => made.amounts.with_untracked(|activity| {
                let activity = activity.as_ref()?;
                let n_steps = activity.amounts.get(index)?;
                Some(tracks::steps_in_words(*n_steps, activity.part_ms))
            }),
        };
        words.unwrap_or_default()
    }

    /// The code that made one thing, where that is known from the thing itself. Not tracked.
    pub fn code_of(&self, marker: MarkerAt) -> Option<Handler> {
        let MarkerAt { kind, index } = marker;
        let made = self.made.get_untracked()?;
        let Known { console, points, .. } = self.known;
        match kind {
            TrackKind::Error => read(console.errors(), index, said_by),
            TrackKind::Warning => read(console.warnings(), index, said_by),
            TrackKind::Exception => read(console.exceptions(), index, said_by),
            TrackKind::Print => read(made.prints.into(), index, |hit| hit_of(points, hit)),
            TrackKind::Breakpoint => read(made.breaks.into(), index, |hit| hit_of(points, hit)),
            TrackKind::Watch => read(made.watches.into(), index, |traced| Handler {
                point: traced.point.clone(),
                time_ms: traced.time_ms,
                location: None,
            }),
            TrackKind::Request => read(made.requests.into(), index, |request| {
                let trigger = request.trigger.as_ref()?;
                Some(Handler {
                    point: trigger.point.clone(),
                    time_ms: trigger.time,
                    location: None,
                })
            })
            .flatten(),
            _ => None,
        }
    }

    /// When one thing was, in ms, and where in the execution if that is known. Not tracked.
    pub fn moment(&self, marker: MarkerAt) -> Option<(f64, Option<ExecutionPoint>)> {
        (untrack(|| self.intents.later())?.moment)(self, marker)
    }

    pub(super) fn moment_of(&self, marker: MarkerAt) -> Option<(f64, Option<ExecutionPoint>)> {
        let MarkerAt { kind, index } = marker;
        let made = self.made.get_untracked()?;
        let Known {
            recording, console, ..
        } = self.known;
        match kind {
            TrackKind::Click => read(recording.clicks(), index, at),
            TrackKind::Movement => read(recording.mouse(), index, |place| (place.time_ms, None)),
            TrackKind::Key => read(recording.keys(), index, at),
            TrackKind::Navigation => read(recording.navigations(), index, at),
            TrackKind::Error => read(console.errors(), index, at),
            TrackKind::Warning => read(console.warnings(), index, at),
            TrackKind::Exception => read(console.exceptions(), index, at),
            TrackKind::Print => read(made.prints.into(), index, at),
            TrackKind::Breakpoint => read(made.breaks.into(), index, at),
            TrackKind::Watch => read(made.watches.into(), index, at),
            TrackKind::Comment => read(self.known.comments.all(), index, |comment| {
                (comment.time_ms, comment.point.clone())
            }),
            TrackKind::Request => read(made.requests.into(), index, at),
            TrackKind::Paint => read(recording.paints(), index, at),
            TrackKind::Activity => made.amounts.with_untracked(|activity| {
                let activity = activity
                    .as_ref()
                    .filter(|activity| index < activity.amounts.len())?;
                Some((activity.begin_ms + index as f64 * activity.part_ms, None))
            }),
        }
    }

    /// The thing after a time, or before it, on the tracks of some kinds that are shown. Not tracked.
    pub fn neighbour(&self, kinds: &[TrackKind], time_ms: f64, is_forward: bool) -> Option<MarkerAt> {
        let made = self.made.get_untracked()?;
        made.shown
            .with_untracked(|shown| tracks::neighbour(shown, kinds, time_ms, is_forward))
    }

    fn exception(&self, said: &Said) -> String {
        if !said.text.is_empty() {
            return format!("Exception: {}", said.text);
        }
        match &said.place {
            Some(place) => {
                let url = untrack(|| self.known.sources.url(&place.source_id));
                format!(
                    "Exception thrown at {}:{}",
                    place::short_name(url.as_deref()),
                    place.line
                )
            }
            None => "Exception thrown".to_owned(),
        }
    }

    fn printed(&self, hit: &HitAt) -> String {
        let words = untrack(|| self.known.points.words_of(hit));
        format!("Printed: {}", tracks::first_words(&words))
    }

    fn broken(&self, hit: &HitAt) -> String {
        let point = untrack(|| self.known.points.point(hit.id));
        let Some(point) = point else {
            return "Breakpoint".to_owned();
        };
        let location = point.location();
        let url = untrack(|| self.known.sources.url(&location.source_id));
        format!(
            "Breakpoint at {}:{}",
            place::short_name(url.as_deref()),
            location.line
        )
    }

    fn watched(&self) -> String {
        let traced = self.known.points.traced();
        traced
            .with_untracked(|traced| traced.as_ref().map(|traced| traced.expression.clone()))
            .unwrap_or_default()
    }
}

/// Whether the key of a kind is among some.
fn has(keys: &BTreeSet<String>, kind: TrackKind) -> bool {
    keys.contains(kind.key())
}

/// The track of a series, made anew when that changes.
fn moments<T: Clone + Send + Sync + 'static>(
    kind: TrackKind,
    series: Signal<Series<T>>,
) -> Memo<Option<EventTrack>> {
    Memo::new(move |_| {
        series.with(|series| {
            (!series.is_empty()).then(|| EventTrack {
                kind,
                content: Content::Moments(Arc::new(series.clone())),
            })
        })
    })
}

fn lasting(requests: Memo<Series<Arc<Request>>>) -> Memo<Option<EventTrack>> {
    Memo::new(move |_| {
        requests.with(|requests| {
            let stretches: Arc<dyn Stretches> = Arc::new(Lasting(requests.clone()));
            (!requests.is_empty()).then_some(EventTrack {
                kind: TrackKind::Request,
                content: Content::Stretches(stretches),
            })
        })
    })
}

/// The part that is to be known closer; None where all is known finely enough. Tracked.
fn closer_stretch(view: ViewStore, timeline: TimelineStore) -> Option<Stretch> {
    Stretch::around(view.view().get()?, timeline.duration_ms().get())
}

fn busy(activity: Memo<Option<Arc<Amounts>>>) -> Memo<Option<EventTrack>> {
    Memo::new(move |_| {
        let amounts = activity
            .get()
            .filter(|activity| activity.amounts.iter().any(|n| *n > 0))?;
        Some(EventTrack {
            kind: TrackKind::Activity,
            content: Content::Amounts(amounts),
        })
    })
}

/// What stands in a list that is made anew each time.
fn listed<T: Happening + Clone>(all: Vec<T>) -> Series<T> {
    let mut series = moment::series();
    series.add(all);
    series
}

fn read<T: Clone + Send + Sync + 'static, R>(
    series: Signal<Series<T>>,
    index: usize,
    read: impl FnOnce(&T) -> R,
) -> Option<R> {
    series.with_untracked(|series| series.get(index).map(read))
}

fn said_by(said: &Said) -> Handler {
    Handler {
        point: said.point.clone(),
        time_ms: said.time_ms,
        location: said.place.clone(),
    }
}

fn hit_of(points: PointStore, hit: &HitAt) -> Handler {
    Handler {
        point: hit.point.clone(),
        time_ms: hit.time_ms,
        location: untrack(|| points.point(hit.id)).map(|point| point.location()),
    }
}

fn at<E: Happening>(event: &E) -> (f64, Option<ExecutionPoint>) {
    (event.time_ms(), Some(event.point().clone()))
}
