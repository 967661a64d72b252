//! What is known of the recording as a whole: what it is called, and what happened in it.
//!
//! Events come in batches, in any order, up to a million of them: each kind is a series, so that taking in a batch costs what
//! is in the batch, and telling who looks at it costs next to nothing.

use leptos::prelude::*;
use wire::{
    experimental::{Origin, RecordedContent},
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
    /// Which other recorder it is from, once the service has said so.
    origin: RwSignal<Option<Origin>>,
    paints: Told<PaintPoint>,
    mouse: Told<MousePlace>,
    clicks: Told<MouseEvent>,
    keys: Told<KeyboardEvent>,
    /// Whether the recorder tells of keys going down, so that nothing else counts as a press.
    tells_down: StoredValue<bool>,
    navigations: Told<NavigationEvent>,
}

impl RecordingStore {
    pub(super) fn new(id: RecordingId) -> Self {
        Self {
            id: StoredValue::new(id),
            entry: RwSignal::default(),
            origin: RwSignal::default(),
            paints: Told::new(moment::series),
            mouse: Told::new(MousePlace::series),
            clicks: Told::new(moment::series),
            keys: Told::new(moment::series),
            tells_down: StoredValue::new(false),
            navigations: Told::new(moment::series),
        }
    }

    /// Which one it is.
    pub fn id(&self) -> RecordingId {
        self.id.get_value()
    }

    /// What it is called: its title, or else its first page.
    pub fn title(&self) -> Signal<String> {
        let (entry, navigations) = (self.entry, self.navigations.known);
        Signal::derive(move || match entry.get() {
            Some(entry) => entry.display_title().to_owned(),
            None => navigations
                .with(|all| all.get(0).map(|first| first.url.clone()))
                .unwrap_or_else(|| "Recording".to_owned()),
        })
    }

    /// Why it does not have something, a sentence, if that is because it was imported from a file that has none. Tracked.
    pub fn lack(&self, what: &RecordedContent) -> Option<String> {
        self.origin.with(|origin| {
            let lacks = &origin.as_ref()?.lacks;
            let lack = lacks.iter().find(|lack| lack.what == *what)?;
            Some(lack.why.clone())
        })
    }

    /// The page at a time: the latest it went to, or where it began.
    pub fn url_at(&self, time_ms: f64) -> String {
        let latest = self.navigations.known.with(|all| {
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
        self.paints.known.into()
    }

    /// Where the mouse was: its moves and its presses.
    pub fn mouse(&self) -> Signal<Series<MousePlace>> {
        self.mouse.known.into()
    }

    /// The presses of the mouse.
    pub fn clicks(&self) -> Signal<Series<MouseEvent>> {
        self.clicks.known.into()
    }

    /// The presses of keys, one event for each.
    pub fn keys(&self) -> Signal<Series<KeyboardEvent>> {
        self.keys.known.into()
    }

    /// When it went to another page.
    pub fn navigations(&self) -> Signal<Series<NavigationEvent>> {
        self.navigations.known.into()
    }

    /// What the library says of it.
    pub fn describe(&self, entry: Entry) {
        self.entry.set(Some(entry));
    }

    pub(super) fn set_origin(&self, origin: Option<Origin>) {
        self.origin.try_set(origin);
    }

    pub(super) fn add_paints(&self, batch: Vec<PaintPoint>, is_first: bool) {
        self.paints.add(batch, is_first);
    }

    pub(super) fn add_mouse(&self, batch: Vec<MouseEvent>, is_first: bool) {
        let places = batch.iter().map(MousePlace::from_wire).collect();
        self.mouse.add(places, is_first);
        let is_press = |event: &MouseEvent| event.kind == MouseEventKind::Mousedown;
        let presses: Vec<MouseEvent> = batch.into_iter().filter(is_press).collect();
        self.clicks.add(presses, is_first);
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
        self.keys.add(presses, is_first || tells_down != told_down);
    }

    pub(super) fn add_navigations(&self, batch: Vec<NavigationEvent>, is_first: bool) {
        self.navigations.add(batch, is_first);
    }

    pub(super) fn end_paints(&self) {
        self.paints.end();
    }

    pub(super) fn end_mouse(&self) {
        self.mouse.end();
        self.clicks.end();
    }

    pub(super) fn end_keyboard(&self) {
        self.keys.end();
    }

    pub(super) fn end_navigations(&self) {
        self.navigations.end();
    }
}

/// Events of a kind. A session tells all of them anew; what an earlier one has told stays until this has told as much.
struct Told<E: 'static> {
    known: RwSignal<Series<E>>,
    coming: StoredValue<Option<Series<E>>>,
    none: fn() -> Series<E>,
}

impl<E> Clone for Told<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for Told<E> {}

impl<E: Clone + Send + Sync + 'static> Told<E> {
    fn new(none: fn() -> Series<E>) -> Self {
        Self {
            known: RwSignal::new(none()),
            coming: StoredValue::new(None),
            none,
        }
    }

    /// Adds a batch, which may be the first of a session.
    fn add(&self, batch: Vec<E>, is_first: bool) {
        let n_known = self.known.try_with_untracked(Series::len).unwrap_or_default();
        let is_complete = self.coming.try_update_value(|coming| {
            if is_first {
                *coming = Some((self.none)());
            }
            let Some(coming) = coming else {
                return Err(batch);
            };
            coming.add(batch);
            Ok(coming.len() >= n_known)
        });
        match is_complete {
            Some(Ok(true)) => self.end(),
            Some(Err(batch)) if !batch.is_empty() => drop(self.known.try_update(|known| known.add(batch))),
            _ => {}
        }
    }

    /// What this session has told is all there is, or as much as was known.
    fn end(&self) {
        if let Some(told) = self.coming.try_update_value(Option::take).flatten() {
            self.known.try_set(told);
        }
    }
}
