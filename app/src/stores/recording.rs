//! What is known of the recording as a whole: what it is called, and what happened in it.

use std::sync::Arc;

use leptos::prelude::*;
use wire::{
    graphics::PaintPoint,
    ids::RecordingId,
    recording::{KeyboardEvent, MouseEvent, NavigationEvent},
};

use crate::logic::{
    library::Entry,
    moment::{self, Happening, Marked},
};

/// The facts, and the events in the order of the execution.
#[derive(Clone, Copy)]
pub struct RecordingStore {
    id: StoredValue<RecordingId>,
    entry: RwSignal<Option<Entry>>,
    paints: Events<PaintPoint>,
    mouse: Events<MouseEvent>,
    keyboard: Events<KeyboardEvent>,
    navigations: Events<NavigationEvent>,
    markers: Memo<Arc<[Marked]>>,
}

impl RecordingStore {
    pub(super) fn new(id: RecordingId) -> Self {
        let (mouse, keyboard, navigations) = (Events::new(), Events::new(), Events::new());
        let markers = Memo::new(move |_| {
            mouse.all.with(|mouse| {
                keyboard.all.with(|keyboard| {
                    navigations
                        .all
                        .with(|navigations| moment::markers(mouse, keyboard, navigations).into())
                })
            })
        });
        Self {
            id: StoredValue::new(id),
            entry: RwSignal::default(),
            paints: Events::new(),
            mouse,
            keyboard,
            navigations,
            markers,
        }
    }

    /// Which one it is.
    pub fn id(&self) -> RecordingId {
        self.id.get_value()
    }

    /// What it is called: its title, or else its first page.
    pub fn title(&self) -> Signal<String> {
        let (entry, navigations) = (self.entry, self.navigations.all);
        Signal::derive(move || match entry.get() {
            Some(entry) => entry.display_title().to_owned(),
            None => navigations
                .with(|all| all.first().map(|first| first.url.clone()))
                .unwrap_or_else(|| "Recording".to_owned()),
        })
    }

    /// The page at a time: the latest it went to, or where it began.
    pub fn url_at(&self, time_ms: f64) -> String {
        let latest = self.navigations.all.with(|all| {
            let index = moment::n_until(all, time_ms).checked_sub(1);
            index
                .and_then(|index| all.get(index))
                .map(|event| event.url.clone())
        });
        latest.unwrap_or_else(|| {
            self.entry
                .with(|entry| entry.as_ref().map(|entry| entry.url.clone()))
                .unwrap_or_default()
        })
    }

    /// When it was painted.
    pub fn paints(&self) -> Signal<Arc<[PaintPoint]>> {
        self.paints.all.into()
    }

    /// What the mouse did.
    pub fn mouse(&self) -> Signal<Arc<[MouseEvent]>> {
        self.mouse.all.into()
    }

    /// What the keyboard did.
    pub fn keyboard(&self) -> Signal<Arc<[KeyboardEvent]>> {
        self.keyboard.all.into()
    }

    /// The events that the timeline marks, and their points.
    pub fn markers(&self) -> Signal<Arc<[Marked]>> {
        self.markers.into()
    }

    /// What the library says of it.
    pub fn describe(&self, entry: Entry) {
        self.entry.set(Some(entry));
    }

    pub(super) fn add_paints(&self, batch: Vec<PaintPoint>, is_first: bool) {
        self.paints.add(batch, is_first);
    }

    pub(super) fn add_mouse(&self, batch: Vec<MouseEvent>, is_first: bool) {
        self.mouse.add(batch, is_first);
    }

    pub(super) fn add_keyboard(&self, batch: Vec<KeyboardEvent>, is_first: bool) {
        self.keyboard.add(batch, is_first);
    }

    pub(super) fn add_navigations(&self, batch: Vec<NavigationEvent>, is_first: bool) {
        self.navigations.add(batch, is_first);
    }
}

/// Events of one kind.
struct Events<E: Send + Sync + 'static> {
    all: RwSignal<Arc<[E]>>,
}

impl<E: Send + Sync + 'static> Clone for Events<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E: Send + Sync + 'static> Copy for Events<E> {}

impl<E: Happening + Clone + Send + Sync + 'static> Events<E> {
    fn new() -> Self {
        Self {
            all: RwSignal::new([].into()),
        }
    }

    /// Adds a batch; the first of a session replaces what an earlier session brought.
    fn add(self, batch: Vec<E>, is_first: bool) {
        self.all
            .try_update(|all| *all = moment::merge(if is_first { &[] } else { &all[..] }, batch));
    }
}
