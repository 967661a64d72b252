//! What there is at a moment: the paint, the mouse, the keys; and the events before and after it.

use std::sync::Arc;

use components::{
    picture::{Caption, ClickRing, Overlay},
    timeline::{Regions, Series, Span, Times},
};
use wire::{
    graphics::PaintPoint,
    point::ExecutionPoint,
    recording::{KeyboardEvent, MouseEvent, NavigationEvent, TimeStampedPointRange},
    session::LoadedRegions,
};

use super::captions::{self, Press};

/// How long a press of the mouse can be seen after it.
const CLICK_MS: f64 = 700.0;

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

/// A series of such things in the order of the execution, with nothing in it.
pub fn series<E: Happening + Clone>() -> Series<E> {
    Series::new(|a, b| a.point().cmp(b.point()), E::time_ms)
}

/// Where the mouse was at a time. Of its moves no more is kept, because there may be a million.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MousePlace {
    /// When, in ms.
    pub time_ms: f64,
    /// From the left of the window, in CSS pixels.
    pub x: i32,
    /// From its top.
    pub y: i32,
}

impl MousePlace {
    /// From an event.
    pub fn from_wire(event: &MouseEvent) -> Self {
        Self {
            time_ms: event.time,
            x: event.client_x,
            y: event.client_y,
        }
    }

    /// A series of places in the order of time, with none in it.
    pub fn series() -> Series<Self> {
        Series::new(|a, b| a.time_ms.total_cmp(&b.time_ms), |place| place.time_ms)
    }
}

/// Where the mouse was, and its presses that have not faded.
pub fn overlay(mouse: &Series<MousePlace>, clicks: &Series<MouseEvent>, time_ms: f64) -> Overlay {
    let pointer = mouse.iter_back_from(mouse.n_until(time_ms)).next();
    let clicks = clicks
        .iter_back_from(clicks.n_until(time_ms))
        .take_while(|event| time_ms - event.time <= CLICK_MS)
        .map(|event| ClickRing {
            x: f64::from(event.client_x),
            y: f64::from(event.client_y),
            age: (time_ms - event.time) / CLICK_MS,
        })
        .collect();
    Overlay {
        pointer: pointer.map(|place| (f64::from(place.x), f64::from(place.y))),
        clicks,
    }
}

/// What was typed just before a time.
pub fn typed(presses: &Series<KeyboardEvent>, time_ms: f64) -> Vec<Caption> {
    let latest = presses.iter_back_from(presses.n_until(time_ms));
    captions::captions(
        latest.map(|event| Press {
            time_ms: event.time,
            key: &event.key,
        }),
        time_ms,
    )
}

/// The index of the event after (or before) a time, at least a little away from it, so that repeating it gets on.
pub fn neighbour(times: &dyn Times, time_ms: f64, is_forward: bool) -> Option<usize> {
    const LEAST_MS: f64 = 0.5;
    match is_forward {
        true => Some(times.n_before((time_ms + LEAST_MS).next_up())).filter(|index| *index < times.len()),
        false => times.n_before(time_ms - LEAST_MS).checked_sub(1),
    }
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

/// A key as it stands on the keyboard.
pub fn key_name(key: &str) -> String {
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
    use wire::recording::{KeyboardEventKind, MouseEventKind};

    use super::*;

    fn press(time: f64, client_x: i32) -> MouseEvent {
        MouseEvent {
            point: ExecutionPoint::from(time as u64),
            time,
            kind: MouseEventKind::Mousedown,
            client_x,
            client_y: 5,
            synthetic: false,
        }
    }

    fn key(time: f64, key: &str) -> KeyboardEvent {
        KeyboardEvent {
            point: ExecutionPoint::from(time as u64),
            time,
            kind: KeyboardEventKind::Keydown,
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

    fn all<E: Happening + Clone>(events: Vec<E>) -> Series<E> {
        let mut all = series();
        all.add(events);
        all
    }

    #[test]
    fn presses_fade_and_the_pointer_stays() {
        let mut mouse = MousePlace::series();
        mouse.add(
            [(100.0, 1), (200.0, 2), (300.0, 3)]
                .map(|(time_ms, x)| MousePlace { time_ms, x, y: 5 })
                .to_vec(),
        );
        let clicks = all(vec![press(200.0, 2)]);
        assert_eq!(overlay(&mouse, &clicks, 50.0), Overlay::default());
        let now = overlay(&mouse, &clicks, 550.0);
        assert_eq!(now.pointer, Some((3.0, 5.0)));
        assert_eq!(
            now.clicks,
            [ClickRing {
                x: 2.0,
                y: 5.0,
                age: 0.5
            }]
        );
        assert_eq!(overlay(&mouse, &clicks, 2_000.0).clicks, []);
    }

    #[test]
    fn the_last_keys_are_shown_and_fade() {
        let presses = all(vec![key(12.0, "Enter"), key(10.0, "a")]);
        let text = || Caption::Text("a".to_owned());
        assert_eq!(
            typed(&presses, 100.0),
            [text(), Caption::Key("⏎ Enter".to_owned())]
        );
        assert_eq!(typed(&presses, 11.0), [text()]);
        assert_eq!(typed(&presses, 5_000.0), []);
    }

    #[test]
    fn neighbours_get_on() {
        let times = all([10.0, 20.0, 20.2, 30.0].map(paint).to_vec());
        let go = |time, is_forward| neighbour(&times, time, is_forward);
        assert_eq!(
            [go(10.0, true), go(20.0, true), go(19.5, true), go(30.0, true)],
            [Some(1), Some(3), Some(2), None]
        );
        assert_eq!(
            [go(30.0, false), go(20.0, false), go(5.0, false)],
            [Some(2), Some(0), None]
        );
    }
}
