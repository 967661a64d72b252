//! Events as a list: of all kinds that tracks have, and of some that only handlers tell of, and which code ran first because of
//! one. How they stand in order: [`super::merged`].

use std::{collections::HashMap, sync::Arc};

use wire::{
    debugger::{Location, PointDescription},
    ids::EventHandlerType,
    point::ExecutionPoint,
    recording::{KeyboardEvent, MouseEvent, NavigationEvent},
};

use super::{
    moment::{Happening, key_name},
    place,
    tracks::{Series, Times, TrackKind},
};

/// The annotations in which some services say where the first handler of an event began.
pub const JUMP_ANNOTATIONS: &str = "event-listeners-jump-location";

/// Kinds of events, as the boxes above the list have them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Those of a track of the timeline.
    Track(TrackKind),
    /// Text that was put in, choices that were changed.
    Input,
    /// Forms that were sent or emptied.
    Submit,
    /// Scrolling and the wheel.
    Scroll,
}

impl Category {
    /// Those that only handlers tell of.
    pub const BY_HANDLERS: [Self; 3] = [Self::Input, Self::Submit, Self::Scroll];

    /// Every category, in the order in which they are offered.
    pub fn all() -> impl Iterator<Item = Self> {
        let is_listed = |kind: &TrackKind| *kind != TrackKind::Activity;
        let tracks = TrackKind::ALL.into_iter().filter(is_listed).map(Self::Track);
        tracks.chain(Self::BY_HANDLERS)
    }

    /// What its events are called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Track(kind) => kind.name(),
            Self::Input => "Input",
            Self::Submit => "Forms",
            Self::Scroll => "Scrolling",
        }
    }

    /// A name of it that does not change.
    pub fn key(self) -> &'static str {
        match self {
            Self::Track(kind) => kind.key(),
            Self::Input => "input",
            Self::Submit => "forms",
            Self::Scroll => "scrolling",
        }
    }

    /// Whether it is shown until somebody says otherwise: not what there is all the time.
    pub fn is_shown_first(self) -> bool {
        matches!(self, Self::Track(kind) if !matches!(kind, TrackKind::Movement | TrackKind::Paint))
    }

    /// The types of events whose handlers make up the category, where the recording has no events of its own for it: the
    /// protocol lists presses of mouse and keys, and pages; of others it tells only the handlers that ran.
    pub fn handler_types(self) -> &'static [&'static str] {
        match self {
            Self::Track(_) => &[],
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
    /// Where in the execution; None for what is only known by its time.
    pub point: Option<ExecutionPoint>,
    /// The code that ran, where the event is known only by it, or that made it.
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

/// Runs of handlers, in order.
#[derive(Clone)]
pub struct Runs(pub Arc<[Handler]>);

impl Times for Runs {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn time_ms(&self, index: usize) -> f64 {
        self.0.get(index).map_or(f64::INFINITY, |run| run.time_ms)
    }

    fn n_before(&self, time_ms: f64) -> usize {
        self.0.partition_point(|run| run.time_ms < time_ms)
    }
}

/// What the run of a handler is called.
pub fn run_in_words(category: Category) -> &'static str {
    match category {
        Category::Submit => "Form handler ran",
        Category::Scroll => "Scroll handler ran",
        _ => "Input handler ran",
    }
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

/// The first press, key or new page after a point.
pub fn next_press(
    clicks: &Series<MouseEvent>,
    keys: &Series<KeyboardEvent>,
    navigations: &Series<NavigationEvent>,
    point: &ExecutionPoint,
) -> Option<ExecutionPoint> {
    fn first_after<E: Happening>(all: &Series<E>, point: &ExecutionPoint) -> Option<ExecutionPoint> {
        let next = all.get(all.n_up_to(|event| event.point() <= point));
        next.map(|event| event.point().clone())
    }
    let next = [
        first_after(clicks, point),
        first_after(keys, point),
        first_after(navigations, point),
    ];
    next.into_iter().flatten().min()
}

/// The first handler that ran because of an event: of those found (in order), the first before `until`, where the next press or page
/// is; or what the service says. Of what code did, the code.
pub fn jump(
    event: &Happened,
    until: Option<ExecutionPoint>,
    handlers: Option<&[Handler]>,
    told: &HashMap<ExecutionPoint, Handler>,
) -> Jump {
    let told = event.point.as_ref().and_then(|point| told.get(point));
    if let Some(handler) = event.handler.as_ref().or(told) {
        let handler = handler.clone();
        return Jump::To { handler, until };
    }
    let point = match (event.category, &event.point) {
        (Category::Track(TrackKind::Click | TrackKind::Key), Some(point)) => point,
        (Category::Track(TrackKind::Navigation), _) => {
            return Jump::Nowhere("Loading a page runs its scripts, no handler of an event");
        }
        (Category::Track(TrackKind::Request), _) => return Jump::Nowhere("No recorded code asked for this"),
        _ => return Jump::Nowhere("No code is known that did this"),
    };
    let Some(handlers) = handlers else {
        return Jump::Unknown;
    };
    let first = handlers.partition_point(|handler| handler.point < *point);
    match handlers.get(first) {
        Some(handler) if until.as_ref().is_none_or(|until| handler.point < *until) => Jump::To {
            handler: handler.clone(),
            until,
        },
        _ => Jump::Nowhere("No handler ran before the next event"),
    }
}

/// What a person did.
#[derive(Clone, Debug, PartialEq)]
pub struct Cause {
    /// In words.
    pub label: String,
    /// When, in ms.
    pub time_ms: f64,
    /// Where in the execution.
    pub point: ExecutionPoint,
}

/// The last press of the mouse or of a key at or before a point: what a person did that led there.
pub fn cause_of(
    clicks: &Series<MouseEvent>,
    keys: &Series<KeyboardEvent>,
    point: &ExecutionPoint,
) -> Option<Cause> {
    fn last<'s, E: Happening>(all: &'s Series<E>, point: &ExecutionPoint) -> Option<&'s E> {
        all.iter_back_from(all.n_up_to(|event| event.point() <= point))
            .next()
    }
    fn cause(event: &impl Happening, label: String) -> Cause {
        Cause {
            label,
            time_ms: event.time_ms(),
            point: event.point().clone(),
        }
    }
    let click = last(clicks, point)
        .map(|event| cause(event, format!("Click at {}, {}", event.client_x, event.client_y)));
    let key = last(keys, point).map(|event| cause(event, format!("Key {}", key_name(&event.key))));
    // The later of the two; a key that stands at the same point as a click goes after it.
    click.into_iter().chain(key).max_by(|a, b| a.point.cmp(&b.point))
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

    fn happened(category: Category, point: u128) -> Happened {
        Happened {
            category,
            label: String::new(),
            time_ms: point as f64,
            point: Some(ExecutionPoint::from(point)),
            handler: None,
        }
    }

    #[test]
    fn each_press_leads_to_the_first_handler_before_the_next() {
        let (clicks, keys, pages) = (clicks(&[10, 30]), keys(&[20]), pages(&[1]));
        let handlers = [handler(11), handler(13), handler(30)];
        let mut told = HashMap::new();
        let of = |told: &_, kind, point: u128| {
            let event = happened(Category::Track(kind), point);
            let until = next_press(&clicks, &keys, &pages, &ExecutionPoint::from(point));
            match jump(&event, until, Some(&handlers), told) {
                Jump::To { handler, .. } => Some(handler.time_ms),
                _ => None,
            }
        };
        assert_eq!(of(&told, TrackKind::Navigation, 1), None);
        assert_eq!(of(&told, TrackKind::Click, 10), Some(11.0));
        assert_eq!(of(&told, TrackKind::Key, 20), None);
        assert_eq!(of(&told, TrackKind::Click, 30), Some(30.0));
        told.insert(ExecutionPoint::from(20_u128), handler(25));
        assert_eq!(of(&told, TrackKind::Key, 20), Some(25.0));
        let event = happened(Category::Track(TrackKind::Click), 10);
        assert_eq!(jump(&event, None, None, &HashMap::new()), Jump::Unknown);
    }

    #[test]
    fn what_led_to_a_request_is_the_press_before_it() {
        let (clicks, keys) = (clicks(&[10]), keys(&[20]));
        let cause =
            |point: u128| cause_of(&clicks, &keys, &ExecutionPoint::from(point)).map(|cause| cause.time_ms);
        assert_eq!([cause(9), cause(17), cause(20)], [None, Some(10.0), Some(20.0)]);
    }
}
