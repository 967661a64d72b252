//! What is known of the recording as a whole: what it is called, and what happened in it.
//!
//! Events come in batches, in any order, up to a million of them: each kind is a series, so that taking in a batch costs what
//! is in the batch, and telling who looks at it costs next to nothing.

use leptos::prelude::*;
use wire::{
    graphics::PaintPoint,
    ids::RecordingId,
    recording::{KeyboardEvent, KeyboardEventKind, MouseEvent, MouseEventKind, NavigationEvent},
};

use crate::logic::{
    library::Entry,
    moment::{self, MousePlace},
    tracks::Series,
};

/// The facts, and the events in the order of the execution.
#[derive(Clone, Copy)]
pub struct RecordingStore {
    id: StoredValue<RecordingId>,
    entry: RwSignal<Option<Entry>>,
    paints: RwSignal<Series<PaintPoint>>,
    mouse: RwSignal<Series<MousePlace>>,
    clicks: RwSignal<Series<MouseEvent>>,
    keys: RwSignal<Series<KeyboardEvent>>,
    /// Whether the recorder tells of keys going down, so that nothing else counts as a press.
    tells_down: StoredValue<bool>,
    navigations: RwSignal<Series<NavigationEvent>>,
}

impl RecordingStore {
    pub(super) fn new(id: RecordingId) -> Self {
        Self {
            id: StoredValue::new(id),
            entry: RwSignal::default(),
            paints: RwSignal::new(moment::series()),
            mouse: RwSignal::new(MousePlace::series()),
            clicks: RwSignal::new(moment::series()),
            keys: RwSignal::new(moment::series()),
            tells_down: StoredValue::new(false),
            navigations: RwSignal::new(moment::series()),
        }
    }

    /// Which one it is.
    pub fn id(&self) -> RecordingId {
        self.id.get_value()
    }

    /// What it is called: its title, or else its first page.
    pub fn title(&self) -> Signal<String> {
        let (entry, navigations) = (self.entry, self.navigations);
        Signal::derive(move || match entry.get() {
            Some(entry) => entry.display_title().to_owned(),
            None => navigations
                .with(|all| all.get(0).map(|first| first.url.clone()))
                .unwrap_or_else(|| "Recording".to_owned()),
        })
    }

    /// The page at a time: the latest it went to, or where it began.
    pub fn url_at(&self, time_ms: f64) -> String {
        let latest = self.navigations.with(|all| {
            let mut until = all.iter_back_from(all.n_until(time_ms));
            until.next().map(|event| event.url.clone())
        });
        latest.unwrap_or_else(|| {
            self.entry
                .with(|entry| entry.as_ref().map(|entry| entry.url.clone()))
                .unwrap_or_default()
        })
    }

    /// When it was painted.
    pub fn paints(&self) -> Signal<Series<PaintPoint>> {
        self.paints.into()
    }

    /// Where the mouse was: its moves and its presses.
    pub fn mouse(&self) -> Signal<Series<MousePlace>> {
        self.mouse.into()
    }

    /// The presses of the mouse.
    pub fn clicks(&self) -> Signal<Series<MouseEvent>> {
        self.clicks.into()
    }

    /// The presses of keys, one event for each.
    pub fn keys(&self) -> Signal<Series<KeyboardEvent>> {
        self.keys.into()
    }

    /// When it went to another page.
    pub fn navigations(&self) -> Signal<Series<NavigationEvent>> {
        self.navigations.into()
    }

    /// What the library says of it.
    pub fn describe(&self, entry: Entry) {
        self.entry.set(Some(entry));
    }

    pub(super) fn add_paints(&self, batch: Vec<PaintPoint>, is_first: bool) {
        add(self.paints, batch, is_first.then(moment::series));
    }

    pub(super) fn add_mouse(&self, batch: Vec<MouseEvent>, is_first: bool) {
        let places = batch.iter().map(MousePlace::from_wire).collect();
        add(self.mouse, places, is_first.then(MousePlace::series));
        let is_press = |event: &MouseEvent| event.kind == MouseEventKind::Mousedown;
        let presses: Vec<MouseEvent> = batch.into_iter().filter(is_press).collect();
        if is_first || !presses.is_empty() {
            add(self.clicks, presses, is_first.then(moment::series));
        }
    }

    /// What counts as one press of a key is its going down, or where a recorder does not tell that, its being pressed.
    pub(super) fn add_keyboard(&self, batch: Vec<KeyboardEvent>, is_first: bool) {
        let has_down = batch.iter().any(|event| event.kind == KeyboardEventKind::Keydown);
        let told_down = self.tells_down.try_get_value() == Some(true) && !is_first;
        let tells_down = told_down || has_down;
        self.tells_down.try_set_value(tells_down);
        let kind = match tells_down {
            true => KeyboardEventKind::Keydown,
            false => KeyboardEventKind::Keypress,
        };
        let presses: Vec<KeyboardEvent> = batch.into_iter().filter(|event| event.kind == kind).collect();
        let is_new = is_first || tells_down != told_down;
        if is_new || !presses.is_empty() {
            add(self.keys, presses, is_new.then(moment::series));
        }
    }

    pub(super) fn add_navigations(&self, batch: Vec<NavigationEvent>, is_first: bool) {
        add(self.navigations, batch, is_first.then(moment::series));
    }
}

/// Adds a batch; the first of a session replaces what an earlier session brought.
fn add<E: Clone + Send + Sync + 'static>(all: RwSignal<Series<E>>, batch: Vec<E>, anew: Option<Series<E>>) {
    all.try_update(|all| {
        if let Some(empty) = anew {
            *all = empty;
        }
        all.add(batch);
    });
}
