//! What happens in a recording's page, told to the page around.

use std::time::Duration;

use leptos::prelude::*;

use super::{
    failure::{Code, Failure},
    frame::{Frame, Recording},
    seeing,
    state::{Event, Phase, seconds},
};
use crate::stores::{Stores, connection};

/// How often it is told where the moment is, at most.
const EVERY: Duration = Duration::from_millis(250);

/// Tells of a recording's page, as long as the current owner lives. Whoever comes later is told what has happened by then.
pub(super) fn tell_of(frame: Frame, recording: Recording, stores: &Stores) {
    let (timeline, connection) = (stores.timeline, stores.connection);
    let say = move |event: Event| {
        let state = untrack(|| seeing::state(frame));
        frame.tell(&event, Some(&state));
    };
    let is_heard = Memo::new(move |_| frame.host().is_some());

    let phase = move || {
        recording
            .with(|page| seeing::phase(&page.stores))
            .unwrap_or_default()
    };
    on_change(is_heard, phase, move |before, phase| {
        if before.is_none() {
            say(Event::LoadStart {});
        }
        match phase {
            Phase::Ready if before != Some(&Phase::Reconnecting) => say(Event::Loaded {
                duration: seconds(timeline.duration_ms().get_untracked()),
                live: timeline.live().get_untracked().is_some(),
            }),
            Phase::Failed => say(Event::Error(refused(connection.phase().get_untracked()))),
            Phase::Reconnecting => {
                let message = "The connection is gone, and is tried again.";
                say(Event::Error(Failure::new(Code::ConnectionLost, message)));
            }
            _ => {}
        }
        say(Event::Connection { phase: *phase });
    });
    on_change(
        is_heard,
        move || timeline.progress_percent().get(),
        move |_, percent| {
            if let Some(percent) = *percent {
                say(Event::LoadProgress { percent });
            }
        },
    );
    on_change(
        is_heard,
        move || timeline.is_playing().get(),
        move |before, is_playing| match (before, is_playing) {
            (_, true) => say(Event::Play {}),
            (Some(_), false) => say(Event::Pause {}),
            (None, false) => {}
        },
    );
    let focus = move || recording.with(|page| seeing::focus(&page.stores)).flatten();
    on_change(is_heard, focus, move |before, range| {
        if before.is_some() || range.is_some() {
            say(Event::FocusChange { range: *range });
        }
    });
    let selected = stores.pause.selected();
    on_change(
        is_heard,
        move || selected.get(),
        move |before, frame| {
            if before.is_some() {
                say(Event::SelectionChange { frame: *frame });
            }
        },
    );
    let source = move || recording.with(|page| seeing::source(&page.stores)).flatten();
    on_change(is_heard, source, move |_, source| {
        if source.is_some() {
            let source = source.clone().filter(|_| untrack(|| seeing::may_read(frame)));
            say(Event::SourceOpen { source });
        }
    });
    tell_of_moves(frame, recording, stores, is_heard, say);
}

/// Tells where the moment is: that somebody goes somewhere, that it is shown, and the time now and then.
fn tell_of_moves(
    frame: Frame,
    recording: Recording,
    stores: &Stores,
    is_heard: Memo<bool>,
    say: impl Fn(Event) + Copy + 'static,
) {
    let (moment, is_playing) = (stores.timeline.moment(), stores.timeline.is_playing());
    let going = Memo::new(move |_| moment.with(|moment| (moment.turn, moment.is_dragged)));
    on_change(
        is_heard,
        move || going.get(),
        move |before, _| {
            if before.is_some() {
                say(Event::Seeking {
                    t: seconds(moment.with_untracked(|moment| moment.time_ms)),
                });
            }
        },
    );
    // A move is over once its moment is shown; what is only passed through is not.
    let arrived = Memo::new(move |_| {
        let (turn, is_dragged) = going.get();
        let is_seen =
            recording.with(|page| seeing::is_loaded(&page.stores) && seeing::is_shown(&page.stores));
        (!is_dragged && is_seen == Some(true)).then_some(turn)
    });
    let last = StoredValue::new(None::<u32>);
    on_change(
        is_heard,
        move || arrived.get(),
        move |_, turn| {
            if turn.is_some() && last.get_value() != *turn {
                last.set_value(*turn);
                // Whoever plays goes nowhere.
                if is_playing.get_untracked() {
                    return;
                }
                let (t, point) =
                    moment.with_untracked(|moment| (seconds(moment.time_ms), moment.point.clone()));
                say(Event::Seeked {
                    t,
                    point: point.map(|point| point.to_string()),
                });
            }
        },
    );
    on_change(
        is_heard,
        move || moment.with(|moment| moment.point.clone()),
        move |_, point| {
            if let Some(point) = point {
                say(Event::PointChange {
                    t: seconds(moment.with_untracked(|moment| moment.time_ms)),
                    point: point.to_string(),
                });
            }
        },
    );
    let pace = Pace {
        time_ms: stores.timeline.time_ms(),
        waiting: StoredValue::new(None),
    };
    let time_ms = pace.time_ms;
    on_change(is_heard, move || time_ms.get(), move |_, _| pace.tell(say));
    on_cleanup(move || {
        pace.waiting
            .try_with_value(|waiting| waiting.inspect(TimeoutHandle::clear));
        // The page around sees what is left.
        let state = untrack(|| seeing::state(frame));
        frame.tell(&Event::Connection { phase: Phase::Closed }, Some(&state));
    });
}

/// Tells the time, but not again before its time.
#[derive(Clone, Copy)]
struct Pace {
    time_ms: Signal<f64>,
    waiting: StoredValue<Option<TimeoutHandle>>,
}

impl Pace {
    fn tell(self, say: impl Fn(Event) + Copy + 'static) {
        let Some(told_ms) = self.time_ms.try_get_untracked() else {
            return;
        };
        if self.waiting.try_with_value(Option::is_some) != Some(false) {
            return;
        }
        say(Event::TimeUpdate { t: seconds(told_ms) });
        let again = move || {
            self.waiting.try_set_value(None);
            if self
                .time_ms
                .try_get_untracked()
                .is_some_and(|now_ms| now_ms != told_ms)
            {
                self.tell(say);
            }
        };
        self.waiting.set_value(set_timeout_with_handle(again, EVERY).ok());
    }
}

/// Tells of a value whenever it is another, and first once somebody is there to hear it.
fn on_change<T: PartialEq + Clone + Send + Sync + 'static>(
    is_heard: Memo<bool>,
    value: impl Fn() -> T + Send + Sync + 'static,
    tell: impl Fn(Option<&T>, &T) + 'static,
) {
    let value = Memo::new(move |_| value());
    Effect::new(move |before: Option<Option<T>>| {
        let before = before.flatten();
        if !is_heard.get() {
            return before;
        }
        let now = value.get();
        if before.as_ref() != Some(&now) {
            untrack(|| tell(before.as_ref(), &now));
        }
        Some(now)
    });
}

fn refused(phase: connection::Phase) -> Failure {
    let reason = match phase {
        connection::Phase::Refused { reason } => reason,
        _ => "The recording cannot be opened.".to_owned(),
    };
    Failure::new(Code::Refused, reason)
}
