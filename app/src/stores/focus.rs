//! The focus: the part of the recording that is searched and counted. What lies outside is shown as such.
//!
//! Asking for a focus is a request to the service, which may give less. Until it answers the old focus stays. Stores that
//! keep what they learnt of a range compare [`FocusStore::turn`] and ask again when it has moved.

use leptos::prelude::*;
use wire::{
    point::ExecutionPoint,
    recording::{TimeStampedPoint, TimeStampedPointRange},
    session::{FocusWindowRequestBias, PointRangeFocusRequest},
};

use super::{
    Intents,
    driver::words,
    errand::{Lane, Urgency},
};
use crate::{logic::view::Span, url::Focus};

/// What part is in focus.
#[derive(Clone, Copy)]
pub struct FocusStore {
    /// None: the whole recording.
    window: RwSignal<Option<TimeStampedPointRange>>,
    /// What a person has asked for and the service has not answered yet.
    asked: RwSignal<Option<Span>>,
    turn: RwSignal<u32>,
    failure: RwSignal<Option<String>>,
    /// What a link asks for, until a session has been asked.
    awaited: StoredValue<Option<Focus>>,
    intents: Intents,
}

/// Which of the two points beside a time stands for it.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Side {
    Before,
    After,
}

/// An end of the focus, and which point stands for it if only its time is known. None: that of the recording.
pub(super) type End = (Option<Edge>, Side);

/// One end of the focus that a person sets.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// When, in ms.
    pub time_ms: f64,
    /// Where exactly, if that is known; else the service finds the point beside the time.
    pub point: Option<ExecutionPoint>,
}

impl FocusStore {
    pub(super) fn new(intents: Intents) -> Self {
        Self {
            window: RwSignal::default(),
            asked: RwSignal::default(),
            turn: RwSignal::default(),
            failure: RwSignal::default(),
            awaited: StoredValue::new(None),
            intents,
        }
    }

    /// The focus; None for the whole recording.
    pub fn window(&self) -> Signal<Option<TimeStampedPointRange>> {
        self.window.into()
    }

    /// Counts the moves of the focus.
    pub fn turn(&self) -> Signal<u32> {
        self.turn.into()
    }

    /// Why it could not be moved the last time, as a sentence.
    pub fn failure(&self) -> Signal<Option<String>> {
        self.failure.into()
    }

    /// There is more of the recording than what was searched and counted.
    pub(super) fn grew(&self) {
        self.turn.try_update(|turn| *turn += 1);
    }

    /// Whether a point is in focus.
    pub fn contains(&self, point: &ExecutionPoint) -> bool {
        self.window.with(|window| {
            window
                .as_ref()
                .is_none_or(|window| window.begin.point <= *point && *point <= window.end.point)
        })
    }

    /// Whether a time is in focus.
    pub fn contains_time(&self, time_ms: f64) -> bool {
        self.window.with(|window| {
            window
                .as_ref()
                .is_none_or(|window| window.begin.time <= time_ms && time_ms <= window.end.time)
        })
    }

    /// The focus as it is shown: as it was asked for, until the service has answered; None for the whole recording.
    pub fn span(&self) -> Signal<Option<Span>> {
        let (asked, window) = (self.asked, self.window);
        Signal::derive(move || {
            asked
                .get()
                .or_else(|| window.with(|window| window.as_ref().map(span_of)))
        })
    }

    /// Moves the focus. An end that is None is the recording's. What lies at a time that is asked for is in it.
    pub fn set(&self, begin: Option<Edge>, end: Option<Edge>) {
        self.request((begin, Side::Before), (end, Side::After));
    }

    /// Moves the focus to a range. If that is one of its ends only, that comes to the next point on its way, so that a step
    /// always leads somewhere, however small it is.
    pub fn move_to(&self, span: Span) {
        let shares_end = |shown: &Span| shown.begin_ms == span.begin_ms || shown.end_ms == span.end_ms;
        let is_step = self.span().get_untracked().as_ref().is_some_and(shares_end);
        let Some(window) = self.window.get_untracked().filter(|_| is_step) else {
            let edge = |time_ms| Some(Edge { time_ms, point: None });
            return self.set(edge(span.begin_ms), edge(span.end_ms));
        };
        let edge = |before: TimeStampedPoint, time_ms: f64| match before.time == time_ms {
            true => (Some(Edge::from(before)), Side::Before),
            false if time_ms < before.time => (Some(Edge { time_ms, point: None }), Side::Before),
            false => (Some(Edge { time_ms, point: None }), Side::After),
        };
        self.request(edge(window.begin, span.begin_ms), edge(window.end, span.end_ms));
        self.asked.set(Some(span));
    }

    /// Takes in what a link asks for; the first session is asked for it.
    pub fn visit(&self, focus: Focus) {
        self.awaited.set_value(Some(focus));
    }

    fn request(&self, begin: End, end: End) {
        if let Some(later) = untrack(|| self.intents.later()) {
            (later.focus)(self, begin, end);
        }
    }

    /// Moves the focus. Of an end whose point is not known, the one on a side of its time is taken.
    pub(super) fn ask(&self, begin: End, end: End) {
        let is_reversed = match (&begin.0, &end.0) {
            (Some(begin), Some(end)) => begin.time_ms > end.time_ms,
            _ => false,
        };
        // The sides are those of the range, not of who set it.
        let (begin, end) = match is_reversed {
            true => ((end.0, begin.1), (begin.0, end.1)),
            false => (begin, end),
        };
        let (store, is_whole) = (*self, begin.0.is_none() && end.0.is_none());
        self.asked.set(None);
        let lane = Some(Lane::named("focus"));
        self.intents
            .run(Urgency::Now, lane, async move |session, stores| {
                let at = async |(edge, side): End| match edge {
                    None => Ok(None),
                    Some(Edge {
                        time_ms,
                        point: Some(point),
                    }) => Ok(Some(TimeStampedPoint { point, time: time_ms })),
                    Some(Edge { time_ms, point: None }) => {
                        let beside = session.get_points_bounding_time(time_ms).await?;
                        Ok(Some(match side {
                            Side::Before => beside.before,
                            Side::After => beside.after,
                        }))
                    }
                };
                let asked = async {
                    let request = PointRangeFocusRequest {
                        begin: at(begin).await?,
                        end: at(end).await?,
                        bias: Some(FocusWindowRequestBias::Begin),
                    };
                    session.request_focus_window(request).await
                };
                let outcome = match asked.await {
                    Ok(answer) => {
                        store.window.try_set((!is_whole).then_some(answer.window));
                        store.failure.try_set(None);
                        store.turn.try_update(|turn| *turn += 1);
                        stores.console.bring_focused();
                        // Where steps lead depends on what is in focus.
                        stores.look_again();
                        Ok(())
                    }
                    Err(error) if error.is_session_gone() => Err(error),
                    Err(error) => {
                        store.failure.try_set(Some(words(&error)));
                        Ok(())
                    }
                };
                store.asked.try_set(None);
                outcome
            });
    }

    /// Moves the beginning of the focus, keeping its end if that lies later.
    pub fn begin_at(&self, edge: Edge) {
        let end = self.window.get_untracked().map(|window| window.end);
        let end = end.filter(|end| end.time > edge.time_ms);
        self.set(Some(edge), end.map(Edge::from));
    }

    /// Moves the end of the focus, keeping its beginning if that lies earlier.
    pub fn end_at(&self, edge: Edge) {
        let begin = self.window.get_untracked().map(|window| window.begin);
        let begin = begin.filter(|begin| begin.time < edge.time_ms);
        self.set(begin.map(Edge::from), Some(edge));
    }

    /// Moves the focus so that a moment is in it: what was in focus, and the recording from or up to the moment.
    pub fn reach(&self, edge: Edge) {
        match self.window.get_untracked() {
            Some(window) if edge.time_ms < window.begin.time => self.begin_at(edge),
            Some(window) if edge.time_ms > window.end.time => self.end_at(edge),
            _ => {}
        }
    }

    /// Looks at the whole recording again.
    pub fn clear(&self) {
        self.set(None, None);
    }

    /// A new session has the whole recording in focus: asks for what was, or for what a link asks.
    pub(super) fn ask_again(&self) {
        self.asked.try_set(None);
        let awaited = self.awaited.try_update_value(Option::take).flatten();
        match (self.window.get_untracked(), awaited) {
            (Some(window), _) | (None, Some(Focus::Points(window))) => {
                self.set(Some(Edge::from(window.begin)), Some(Edge::from(window.end)));
            }
            // The link's times are rounded so that the points are inside.
            (None, Some(Focus::Times { begin_ms, end_ms })) => {
                let edge = |time_ms| Edge { time_ms, point: None };
                self.request(
                    (Some(edge(begin_ms)), Side::After),
                    (Some(edge(end_ms)), Side::Before),
                );
            }
            (None, None) => {}
        }
    }
}

fn span_of(window: &TimeStampedPointRange) -> Span {
    Span {
        begin_ms: window.begin.time,
        end_ms: window.end.time,
    }
}

impl From<TimeStampedPoint> for Edge {
    fn from(point: TimeStampedPoint) -> Self {
        Self {
            time_ms: point.time,
            point: Some(point.point),
        }
    }
}
