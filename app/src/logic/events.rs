//! What a person did to the page, in order, and which code ran first because of it.

use std::collections::HashMap;

use components::timeline::Series;
use wire::{
    debugger::{Location, PointDescription},
    ids::EventHandlerType,
    point::ExecutionPoint,
    recording::{KeyboardEvent, MouseEvent, NavigationEvent},
};

use super::{
    moment::{Happening, key_name},
    place,
};

/// The annotations in which some services say where the first handler of an event began.
pub const JUMP_ANNOTATIONS: &str = "event-listeners-jump-location";

/// Kinds of events, as the boxes above the list have them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Presses of the mouse.
    Click,
    /// Presses of keys.
    Key,
    /// New pages.
    Navigation,
    /// Text that was put in, choices that were changed.
    Input,
    /// Forms that were sent or emptied.
    Submit,
    /// Scrolling and the wheel.
    Scroll,
}

impl Category {
    /// Every category.
    pub const ALL: [Self; 6] = [
        Self::Click,
        Self::Key,
        Self::Navigation,
        Self::Input,
        Self::Submit,
        Self::Scroll,
    ];

    /// What its events are called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Click => "Clicks",
            Self::Key => "Keys",
            Self::Navigation => "Pages",
            Self::Input => "Input",
            Self::Submit => "Forms",
            Self::Scroll => "Scrolling",
        }
    }

    /// The types of events whose handlers make up the category, where the recording has no events of its own for it: the
    /// protocol lists presses of mouse and keys, and pages; of others it tells only the handlers that ran.
    pub fn handler_types(self) -> &'static [&'static str] {
        match self {
            Self::Click | Self::Key | Self::Navigation => &[],
            Self::Input => &["event.keyboard.input", "event.control.change"],
            Self::Submit => &["event.control.submit", "event.control.reset"],
            Self::Scroll => &[
                "event.control.scroll",
                "event.mouse.wheel",
                "event.mouse.mousewheel",
            ],
        }
    }
}

/// Types of events that a press of the mouse or of a key brings about. Moves are not among them.
const PRESS_TYPES: [&str; 17] = [
    "event.pointer.pointerdown",
    "event.pointer.pointerup",
    "event.touch.touchstart",
    "event.touch.touchend",
    "event.mouse.mousedown",
    "event.mouse.mouseup",
    "event.mouse.click",
    "event.mouse.dblclick",
    "event.mouse.auxclick",
    "event.mouse.contextmenu",
    "event.keyboard.keydown",
    "event.keyboard.keypress",
    "event.keyboard.beforeinput",
    "event.keyboard.input",
    "event.keyboard.keyup",
    "event.control.change",
    "event.control.submit",
];

/// What to look for to know which handlers presses brought about.
pub fn press_types() -> Vec<EventHandlerType> {
    PRESS_TYPES.map(EventHandlerType::from).to_vec()
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Happened {
    /// What kind.
    pub category: Category,
    /// In words.
    pub label: String,
    /// When, in ms.
    pub time_ms: f64,
    /// Where in the execution.
    pub point: ExecutionPoint,
    /// The code that ran, where the event is known only by it.
    pub handler: Option<Handler>,
}

/// A handler that began to run.
#[derive(Clone, Debug, PartialEq)]
pub struct Handler {
    /// Where in the execution.
    pub point: ExecutionPoint,
    /// When, in ms.
    pub time_ms: f64,
    /// Its first place, in the most original source.
    pub location: Option<Location>,
}

impl Handler {
    /// From a point that was found.
    pub fn from_wire(point: PointDescription) -> Self {
        Self {
            location: point.frame.as_deref().and_then(place::preferred).cloned(),
            point: point.point,
            time_ms: point.time,
        }
    }
}

/// A press of the mouse.
fn click(event: &MouseEvent) -> Happened {
    happened(
        event,
        Category::Click,
        format!("Click at {}, {}", event.client_x, event.client_y),
    )
}

/// A press of a key.
fn key(event: &KeyboardEvent) -> Happened {
    happened(event, Category::Key, format!("Key {}", key_name(&event.key)))
}

/// A new page.
fn page(event: &NavigationEvent) -> Happened {
    happened(event, Category::Navigation, format!("Page {}", event.url))
}

fn happened(event: &impl Happening, category: Category, label: String) -> Happened {
    Happened {
        category,
        label,
        time_ms: event.time_ms(),
        point: event.point().clone(),
        handler: None,
    }
}

/// Everything that happened, in the order of the execution.
pub fn merge(
    clicks: &Series<MouseEvent>,
    keys: &Series<KeyboardEvent>,
    navigations: &Series<NavigationEvent>,
    by_handlers: &[(Category, Handler)],
) -> Vec<Happened> {
    let of_page = clicks.iter().map(click).chain(keys.iter().map(key));
    let of_page = of_page.chain(navigations.iter().map(page));
    let of_handlers = by_handlers.iter().map(|(category, handler)| Happened {
        category: *category,
        label: match category {
            Category::Submit => "Form handler ran",
            Category::Scroll => "Scroll handler ran",
            _ => "Input handler ran",
        }
        .to_owned(),
        time_ms: handler.time_ms,
        point: handler.point.clone(),
        handler: Some(handler.clone()),
    });
    let mut all: Vec<Happened> = of_page.chain(of_handlers).collect();
    all.sort_by(|a, b| a.point.cmp(&b.point));
    all
}

/// Where code can be jumped to from an event.
#[derive(Clone, Debug, PartialEq)]
pub enum Jump {
    /// It is not known yet.
    Unknown,
    /// To this handler, which ran before the next event at `until`.
    To {
        /// The handler.
        handler: Handler,
        /// The first point that belongs to something else; None for the end.
        until: Option<ExecutionPoint>,
    },
    /// Nowhere, for this reason.
    Nowhere(&'static str),
}

/// The first handler that ran because of an event: of those found (in order), the first before the next press or page; or
/// what the service says.
pub fn jump(
    all: &[Happened],
    index: usize,
    handlers: Option<&[Handler]>,
    told: &HashMap<ExecutionPoint, Handler>,
) -> Jump {
    let Some(event) = all.get(index) else {
        return Jump::Unknown;
    };
    let is_press = |event: &&Happened| event.handler.is_none();
    let next = all.iter().skip(index + 1).find(is_press);
    let until = next.map(|next| next.point.clone());
    if let Some(handler) = event.handler.as_ref().or_else(|| told.get(&event.point)) {
        let handler = handler.clone();
        return Jump::To { handler, until };
    }
    if event.category == Category::Navigation {
        return Jump::Nowhere("Loading a page runs its scripts, no handler of an event");
    }
    let Some(handlers) = handlers else {
        return Jump::Unknown;
    };
    let first = handlers.partition_point(|handler| handler.point < event.point);
    match handlers.get(first) {
        Some(handler) if until.as_ref().is_none_or(|until| handler.point < *until) => Jump::To {
            handler: handler.clone(),
            until,
        },
        _ => Jump::Nowhere("No handler ran before the next event"),
    }
}

/// The last press of the mouse or of a key at or before a point: what a person did that led there.
pub fn cause_of(
    clicks: &Series<MouseEvent>,
    keys: &Series<KeyboardEvent>,
    point: &ExecutionPoint,
) -> Option<Happened> {
    let last_click = clicks
        .iter_back_from(clicks.n_up_to(|event| event.point <= *point))
        .next();
    let last_key = keys
        .iter_back_from(keys.n_up_to(|event| event.point <= *point))
        .next();
    match (last_click, last_key) {
        (Some(last_click), Some(last_key)) if last_click.point < last_key.point => Some(key(last_key)),
        (Some(last_click), _) => Some(click(last_click)),
        (None, last_key) => last_key.map(key),
    }
}

#[cfg(test)]
mod tests {
    use wire::recording::{KeyboardEventKind, MouseEventKind};

    use super::*;
    use crate::logic::moment::series;

    fn clicks(points: &[u128]) -> Series<MouseEvent> {
        let events = points.iter().map(|point| MouseEvent {
            point: ExecutionPoint::from(*point),
            time: *point as f64,
            kind: MouseEventKind::Mousedown,
            client_x: 0,
            client_y: 0,
            synthetic: false,
        });
        let mut all = series();
        all.add(events.collect());
        all
    }

    fn keys(points: &[u128]) -> Series<KeyboardEvent> {
        let events = points.iter().map(|point| KeyboardEvent {
            point: ExecutionPoint::from(*point),
            time: *point as f64,
            kind: KeyboardEventKind::Keydown,
            key: "a".to_owned(),
            synthetic: false,
        });
        let mut all = series();
        all.add(events.collect());
        all
    }

    fn pages(points: &[u128]) -> Series<NavigationEvent> {
        let events = points.iter().map(|point| NavigationEvent {
            point: ExecutionPoint::from(*point),
            time: *point as f64,
            kind: None,
            url: "/".to_owned(),
        });
        let mut all = series();
        all.add(events.collect());
        all
    }

    fn handler(point: u128) -> Handler {
        Handler {
            point: ExecutionPoint::from(point),
            time_ms: point as f64,
            location: None,
        }
    }

    #[test]
    fn each_event_leads_to_the_first_handler_before_the_next() {
        let all = merge(
            &clicks(&[10, 30]),
            &keys(&[20]),
            &pages(&[1]),
            &[(Category::Input, handler(12))],
        );
        let handlers = [handler(11), handler(13), handler(30)];
        let mut told = HashMap::new();
        let jumps = |told: &_| -> Vec<Option<f64>> {
            (0..all.len())
                .map(|index| match jump(&all, index, Some(&handlers), told) {
                    Jump::To { handler, .. } => Some(handler.time_ms),
                    _ => None,
                })
                .collect()
        };
        assert_eq!(jumps(&told), [None, Some(11.0), Some(12.0), None, Some(30.0)]);
        told.insert(ExecutionPoint::from(20_u128), handler(25));
        assert_eq!(jumps(&told)[3], Some(25.0));
        assert_eq!(jump(&all, 1, None, &HashMap::new()), Jump::Unknown);
    }

    #[test]
    fn what_led_to_a_request_is_the_press_before_it() {
        let (clicks, keys) = (clicks(&[10]), keys(&[20]));
        let cause =
            |point: u128| cause_of(&clicks, &keys, &ExecutionPoint::from(point)).map(|cause| cause.time_ms);
        assert_eq!([cause(9), cause(17), cause(20)], [None, Some(10.0), Some(20.0)]);
    }
}
