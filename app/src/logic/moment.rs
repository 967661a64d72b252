//! What there is at a moment: the paint, the mouse, the keys; and the events before and after it.

use std::sync::Arc;

use components::{
    picture::{Caption, ClickRing, Overlay},
    timeline::{Marker, MarkerKind, Regions, Span},
};
use wire::{
    graphics::PaintPoint,
    point::ExecutionPoint,
    recording::{
        KeyboardEvent, KeyboardEventKind, MouseEvent, MouseEventKind, NavigationEvent, TimeStampedPointRange,
    },
    session::LoadedRegions,
};

use super::captions::{self, Press};

/// How long a press of the mouse can be seen after it.
const CLICK_MS: f64 = 700.0;
/// How long a key can be seen after it, and how many at most.
const KEY_MS: f64 = 1_600.0;
const N_KEYS: usize = 6;

/// Something that happened at a point and a time.
pub trait Happening {
    /// When, in ms.
    fn time_ms(&self) -> f64;
    /// Where in the execution.
    fn point(&self) -> &ExecutionPoint;
}

macro_rules! happenings {
    ($($event:ty,)*) => {$(
        impl Happening for $event {
            fn time_ms(&self) -> f64 {
                self.time
            }

            fn point(&self) -> &ExecutionPoint {
                &self.point
            }
        }
    )*};
}

happenings! { PaintPoint, MouseEvent, KeyboardEvent, NavigationEvent, }

/// Adds events that came in any order to events in the order of the execution.
pub fn merge<E: Happening + Clone>(events: &[E], new: Vec<E>) -> Arc<[E]> {
    let mut merged: Vec<E> = events.iter().cloned().chain(new).collect();
    merged.sort_by(|a, b| a.point().cmp(b.point()));
    merged.into()
}

/// How many events lie at or before a time; the one before it is the latest.
pub fn n_until<E: Happening>(events: &[E], time_ms: f64) -> usize {
    events.partition_point(|event| event.time_ms() <= time_ms)
}

/// The paint that was on the screen at a time: the latest until then, or the first of all.
pub fn paint_at(paints: &[PaintPoint], time_ms: f64) -> Option<&PaintPoint> {
    paints.get(n_until(paints, time_ms).saturating_sub(1))
}

/// Where the mouse was, and its presses that have not faded.
pub fn overlay(mouse: &[MouseEvent], time_ms: f64) -> Overlay {
    let until = &mouse[..n_until(mouse, time_ms)];
    let place = |event: &MouseEvent| (f64::from(event.client_x), f64::from(event.client_y));
    let clicks = until
        .iter()
        .rev()
        .take_while(|event| time_ms - event.time <= CLICK_MS)
        .filter(|event| event.kind == MouseEventKind::Mousedown)
        .map(|event| ClickRing {
            x: place(event).0,
            y: place(event).1,
            age: (time_ms - event.time) / CLICK_MS,
        })
        .collect();
    Overlay {
        pointer: until.last().map(place),
        clicks,
    }
}

/// The keys pressed just before a time, oldest first, as they stand on the keyboard.
pub fn keys(keyboard: &[KeyboardEvent], time_ms: f64) -> Vec<String> {
    let until = &keyboard[..n_until(keyboard, time_ms)];
    let recent = || {
        until
            .iter()
            .rev()
            .take_while(|event| time_ms - event.time <= KEY_MS)
    };
    let is_press = is_press(recent());
    let mut keys: Vec<String> = recent()
        .filter(|event| is_press(event))
        .take(N_KEYS)
        .map(|event| key_name(&event.key))
        .collect();
    keys.reverse();
    keys
}

/// What was typed just before a time.
pub fn typed(keyboard: &[KeyboardEvent], time_ms: f64) -> Vec<Caption> {
    let is_press = is_press(keyboard.iter());
    let until = &keyboard[..n_until(keyboard, time_ms)];
    let latest = until.iter().rev().filter(|event| is_press(event));
    captions::captions(
        latest.map(|event| Press {
            time_ms: event.time,
            key: &event.key,
        }),
        time_ms,
    )
}

/// A marker of the timeline and its place in the execution.
#[derive(Clone, Debug, PartialEq)]
pub struct Marked {
    /// What is shown.
    pub marker: Marker,
    /// Where a click on it leads.
    pub point: ExecutionPoint,
}

/// What the timeline marks, in order: presses of the mouse and of keys, and new pages.
pub fn markers(
    mouse: &[MouseEvent],
    keyboard: &[KeyboardEvent],
    navigations: &[NavigationEvent],
) -> Vec<Marked> {
    let marker = |time_ms, kind, label, point: &ExecutionPoint| Marked {
        marker: Marker { time_ms, kind, label },
        point: point.clone(),
    };
    let clicks = mouse
        .iter()
        .filter(|event| event.kind == MouseEventKind::Mousedown)
        .map(|event| {
            marker(
                event.time,
                MarkerKind::Click,
                format!("Click at {}, {}", event.client_x, event.client_y),
                &event.point,
            )
        });
    let is_press = is_press(keyboard.iter());
    let presses = keyboard.iter().filter(|event| is_press(event)).map(|event| {
        marker(
            event.time,
            MarkerKind::Key,
            format!("Key {}", key_name(&event.key)),
            &event.point,
        )
    });
    let pages = navigations.iter().map(|event| {
        marker(
            event.time,
            MarkerKind::Navigation,
            format!("Page {}", event.url),
            &event.point,
        )
    });
    let mut all: Vec<_> = clicks.chain(presses).chain(pages).collect();
    all.sort_by(|a, b| a.point.cmp(&b.point));
    all
}

/// The index of the event after (or before) a time, at least a little away from it, so that repeating it gets on.
pub fn neighbour(
    times_ms: impl DoubleEndedIterator<Item = f64> + ExactSizeIterator,
    time_ms: f64,
    is_forward: bool,
) -> Option<usize> {
    const LEAST_MS: f64 = 0.5;
    let mut indexed = times_ms.enumerate();
    let found = match is_forward {
        true => indexed.find(|(_, time)| *time > time_ms + LEAST_MS),
        false => indexed.rfind(|(_, time)| *time < time_ms - LEAST_MS),
    };
    found.map(|(index, _)| index)
}

/// What is loaded, as stretches of time.
pub fn regions(regions: &LoadedRegions) -> Regions {
    let spans = |ranges: &[TimeStampedPointRange]| -> Arc<[Span]> {
        ranges
            .iter()
            .map(|range| Span {
                begin_ms: range.begin.time,
                end_ms: range.end.time,
            })
            .collect()
    };
    Regions {
        loading: spans(&regions.loading),
        loaded: spans(&regions.loaded),
        indexed: spans(&regions.indexed),
    }
}

/// What counts as one press of a key: its going down, or where a recorder does not tell that, its being pressed.
fn is_press<'a>(mut events: impl Iterator<Item = &'a KeyboardEvent>) -> impl Fn(&KeyboardEvent) -> bool {
    let tells_down = events.any(|event| event.kind == KeyboardEventKind::Keydown);
    let kind = if tells_down {
        KeyboardEventKind::Keydown
    } else {
        KeyboardEventKind::Keypress
    };
    move |event| event.kind == kind
}

fn key_name(key: &str) -> String {
    match key {
        " " => "Space",
        "ArrowLeft" => "←",
        "ArrowRight" => "→",
        "ArrowUp" => "↑",
        "ArrowDown" => "↓",
        _ => key,
    }
    .chars()
    .take(24)
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mouse(time: f64, kind: MouseEventKind, client_x: i32) -> MouseEvent {
        MouseEvent {
            point: ExecutionPoint::from(time as u64),
            time,
            kind,
            client_x,
            client_y: 5,
            synthetic: false,
        }
    }

    fn key(time: f64, kind: KeyboardEventKind, key: &str) -> KeyboardEvent {
        KeyboardEvent {
            point: ExecutionPoint::from(time as u64),
            time,
            kind,
            key: key.to_owned(),
            synthetic: false,
        }
    }

    fn paint(time: f64) -> PaintPoint {
        PaintPoint {
            point: ExecutionPoint::from(time as u64),
            time,
            screen_shots: Vec::new(),
        }
    }

    #[test]
    fn the_paint_is_the_latest_until_then() {
        let paints = merge(&[paint(300.0)], vec![paint(1000.0), paint(20.0)]);
        let at = |time| paint_at(&paints, time).map(|paint| paint.time);
        assert_eq!(
            [at(0.0), at(299.0), at(300.0), at(9e9)],
            [Some(20.0), Some(20.0), Some(300.0), Some(1000.0)]
        );
        assert_eq!(paint_at(&[], 5.0), None);
    }

    #[test]
    fn presses_fade_and_the_pointer_stays() {
        let events = [
            mouse(100.0, MouseEventKind::Mousemove, 1),
            mouse(200.0, MouseEventKind::Mousedown, 2),
            mouse(300.0, MouseEventKind::Mousemove, 3),
        ];
        assert_eq!(overlay(&events, 50.0), Overlay::default());
        let now = overlay(&events, 550.0);
        assert_eq!(now.pointer, Some((3.0, 5.0)));
        assert_eq!(
            now.clicks,
            [ClickRing {
                x: 2.0,
                y: 5.0,
                age: 0.5
            }]
        );
        assert_eq!(overlay(&events, 2_000.0).clicks, []);
    }

    #[test]
    fn keys_are_shown_once_for_a_press() {
        let events = [
            key(10.0, KeyboardEventKind::Keydown, "a"),
            key(10.0, KeyboardEventKind::Keypress, "a"),
            key(11.0, KeyboardEventKind::Keyup, "a"),
            key(12.0, KeyboardEventKind::Keydown, " "),
        ];
        assert_eq!(keys(&events, 100.0), ["a", "Space"]);
        assert_eq!(keys(&events, 5_000.0), [""; 0]);
        let labels: Vec<String> = markers(&[mouse(11.0, MouseEventKind::Mousedown, 7)], &events, &[])
            .into_iter()
            .map(|marked| marked.marker.label)
            .collect();
        assert_eq!(labels, ["Key a", "Click at 7, 5", "Key Space"]);
    }

    #[test]
    fn neighbours_get_on() {
        let times = [10.0, 20.0, 20.2, 30.0];
        let go = |time, is_forward| neighbour(times.into_iter(), time, is_forward);
        assert_eq!(
            [go(10.0, true), go(20.0, true), go(30.0, true)],
            [Some(1), Some(3), None]
        );
        assert_eq!(
            [go(30.0, false), go(20.0, false), go(5.0, false)],
            [Some(2), Some(0), None]
        );
    }
}
