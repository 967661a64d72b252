//! What the stores do only once the timeline answers: asking for all that panels show, and reading it. These functions come in a
//! file of their own, with the panels, so that what has to come before is small; until then the stores hold none of them.

use std::{collections::HashSet, sync::Arc};

use client::{Pause, Session};
use futures::future::LocalBoxFuture;
use leptos::prelude::{RwSignal, untrack};
use wire::{graphics::PaintPoint, ids::PauseId, pause::Frame, point::ExecutionPoint};

use super::{
    Intent, Step, Stores,
    driver::{self, Live, Pictures, Task},
    elements::{ElementStore, Lit},
    events::{self, ByHandlers},
    focus::{End, FocusStore},
    objects::{Ask, ObjectStore},
    pause,
    pictures::{PictureStore, Size},
    tracks::TrackStore,
};
use crate::logic::{
    console::{Model, View, Wish},
    events::Category,
    merged::Merged,
    network::{self, Filter, Request},
    tracks::MarkerAt,
    tree::{Before, Rows},
};

/// A moment: its time in ms and, where it is known, its point.
type At = (f64, Option<ExecutionPoint>);

/// By the column that a list is sorted by, and whether the last comes first.
type Sorting<'a> = Option<(&'a str, bool)>;

/// The functions.
#[derive(Clone, Copy)]
pub struct Later {
    /// Asks a new session for what panels show of the recording as a whole.
    pub(super) contents: fn(&Session, Stores, &Live) -> Vec<Task>,
    /// Asks a new session again for what the stores wait for.
    pub(super) ask_again: fn(&Stores),
    /// Looks at a moment.
    pub(super) go: fn(Session, Stores, f64, Option<ExecutionPoint>) -> Task,
    /// Finds where a step leads, and goes there.
    pub(super) step: fn(Session, Stores, Step) -> Task,
    /// Reads the scopes of a frame.
    pub(super) scopes: fn(&ObjectStore, &Pause, &Frame, Option<&Before>, Option<&Rows>) -> Rows,
    /// Asks for what a reading of a pause missed.
    pub(super) values: fn(&ObjectStore, &PauseId, HashSet<Ask>),
    /// Shows a frame of the moment.
    pub(super) show_frame: fn(&Stores, usize),
    /// Shows the place in a source that a link asks for.
    pub(super) find_awaited_source: fn(&Stores),
    /// What is lit on the picture.
    pub(super) lit: fn(&ElementStore) -> Option<Lit>,
    /// Points at the picture to choose an element.
    pub(super) point_at: fn(&ElementStore, Option<(f64, f64)>),
    /// Chooses the element there.
    pub(super) pick: fn(&ElementStore, (f64, f64)) -> bool,
    /// Brings a picture.
    pub(super) picture: fn(Pictures, Session, Stores, PaintPoint, Size) -> LocalBoxFuture<'static, ()>,
    /// The picture that is wanted most and not under way.
    pub(super) next_picture: fn(&PictureStore, usize, bool) -> Option<(PaintPoint, Size)>,
    /// Forgets which pictures were asked for in a session that is no more.
    pub(super) give_up_pictures: fn(&PictureStore),
    /// Makes what of the stores nobody reads at first.
    make: fn(&Stores),
    /// Moves the focus.
    pub(super) focus: fn(&FocusStore, End, End),
    /// Asks for what tracks of the timeline lack.
    pub(super) tracks: fn(Stores),
    /// One thing on a track in words.
    pub(super) describe: fn(&TrackStore, MarkerAt) -> String,
    /// When one thing on a track was.
    pub(super) moment: fn(&TrackStore, MarkerAt) -> Option<At>,
    /// The list of events that are shown.
    pub(super) merged: fn(TrackStore, RwSignal<ByHandlers>, RwSignal<HashSet<Category>>) -> Merged,
    /// Which requests are listed, in what order.
    pub(super) requests: fn(&[Arc<Request>], &Filter, Sorting<'_>) -> Vec<u32>,
    /// Narrows the lines of the console.
    pub(super) lines: fn(&mut View, &Model, &Wish) -> bool,
}

impl Later {
    /// All of them.
    pub fn new() -> Self {
        Self {
            contents: driver::contents,
            ask_again: Stores::ask_again,
            go: driver::go,
            step: driver::step,
            scopes: pause::read_scopes,
            values: ObjectStore::ask_for,
            show_frame: Stores::show_frame,
            find_awaited_source: Stores::find_awaited_source,
            lit: ElementStore::lit,
            point_at: ElementStore::point_at,
            pick: ElementStore::pick,
            picture: driver::picture,
            next_picture: PictureStore::next,
            give_up_pictures: PictureStore::give_up_all,
            make: |stores| stores.tracks.make(),
            focus: FocusStore::ask,
            tracks: |stores| stores.tracks.want(stores),
            describe: TrackStore::in_words,
            moment: TrackStore::moment_of,
            merged: events::merged,
            requests: network::arrange,
            lines: View::follow,
        }
    }
}

impl Default for Later {
    fn default() -> Self {
        Self::new()
    }
}

impl Stores {
    /// The functions have come: what had to wait for them is done.
    pub fn complete(&self, later: Later) {
        (later.make)(self);
        self.intents.set_later(later);
        self.intents.send(Intent::Begin);
    }

    /// Whether they have come. Tracked.
    pub fn is_complete(&self) -> bool {
        self.intents.later().is_some()
    }

    /// What there is already is made already.
    pub(super) fn make_at_once(&self) {
        if let Some(later) = untrack(|| self.intents.later()) {
            (later.make)(self);
        }
    }

    /// What is lit on the picture. Tracked.
    pub fn lit(&self) -> Option<Lit> {
        (self.intents.later()?.lit)(&self.elements)
    }

    /// Points at the picture to choose an element, or at nothing.
    pub fn point_at(&self, at: Option<(f64, f64)>) {
        if let Some(later) = untrack(|| self.intents.later()) {
            (later.point_at)(&self.elements, at);
        }
    }

    /// Chooses the element there. False if there is none.
    pub fn pick(&self, at: (f64, f64)) -> bool {
        untrack(|| self.intents.later()).is_some_and(|later| (later.pick)(&self.elements, at))
    }
}

/// What is there from the beginning: all of it natively, where there are no files to wait for.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn at_once() -> Option<Later> {
    Some(Later::new())
}

/// What is there from the beginning: nothing.
#[cfg(target_arch = "wasm32")]
pub(super) fn at_once() -> Option<Later> {
    None
}
