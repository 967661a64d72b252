//! The pictures of paints, brought when they are wanted: whole, and small ones to find one's way by.
//!
//! Key: the hash of the image, so equal paints share one. Policy: as much as fits into [`WHOLE_BYTES`] and [`SMALL_BYTES`]
//! decoded; what was wanted longest ago goes first. A picture that could not be had is asked for again when the person says
//! so, or in a new session.
//!
//! This store knows no browser: its host decodes ([`super::driver::Pictures`]) and holds what comes of it under the key that is
//! given here, until it is told to forget it. So there is one place that decides what is kept, and it can be tested without
//! pictures; and what counts as here can be drawn at once.
//!
//! Wishes are not a queue: there is one for each purpose, and a newer one replaces it. The driver asks for the next most
//! wanted picture whenever it can bring one; what nobody wants any more was never asked for.

mod wanting;

use std::{collections::HashSet, sync::Arc};

use leptos::prelude::*;
use wire::graphics::{PaintPoint, ScreenShot};

pub use self::wanting::{Sight, SmallPicture, Trail};
use super::{Intent, Intents, driver::Pictures};
use crate::logic::pictures::{Picture, Shelf};

/// Room for whole pictures, decoded: forty of 1280 by 800 pixels.
const WHOLE_BYTES: usize = 160 << 20;
/// Room for small ones: some hundreds, or on dense screens eighty.
const SMALL_BYTES: usize = 24 << 20;
/// Pictures that are brought at once. More would only be late: while scrubbing, the newest wish counts.
const N_AT_ONCE: usize = 4;
/// Of these, those that somebody may want next: they leave room for what is wanted now.
const N_AHEAD_AT_ONCE: usize = 3;
/// Of these, those that can wait until nothing else is under way.
const N_IDLE_AT_ONCE: usize = 2;
/// Pictures wanted ahead at most while the moment moves.
const N_AHEAD: usize = 14;

/// How large a picture is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// As it was taken.
    Whole,
    /// As high as the host says that small ones are.
    Small,
}

/// What is known of a picture.
#[derive(Clone, Debug)]
enum Known {
    Pending,
    Here(Picture),
    Failed(Arc<str>),
}

/// What is wanted, by why it is.
#[derive(Default)]
struct Wishes {
    /// At the moment.
    now: Option<PaintPoint>,
    /// Under the pointer.
    pointed: Option<PaintPoint>,
    /// Where the moment may be next, the most wanted first.
    ahead: Vec<PaintPoint>,
    /// Whether the moment moves, so that this is soon.
    is_moving: bool,
    /// Where the pointer may be next.
    along: Vec<PaintPoint>,
    /// In the film strip.
    strip: Vec<PaintPoint>,
    /// What was asked for since they last changed, by key. Where there is no room for all that is wanted, pictures drive one
    /// another out; none is asked for again because of that, but for those that are looked at.
    asked: HashSet<Arc<str>>,
}

/// The pictures that are here.
#[derive(Clone, Copy)]
pub struct PictureStore {
    whole: StoredValue<Shelf<Arc<str>, Known>>,
    small: StoredValue<Shelf<Arc<str>, Known>>,
    wishes: StoredValue<Wishes>,
    /// How long pictures take, in ms, and how long one after the other; of the latest.
    latency_ms: StoredValue<f64>,
    /// Decoded bytes of the latest whole one, and of the latest small one.
    whole_bytes: StoredValue<usize>,
    small_bytes: StoredValue<usize>,
    /// What is kept no longer, until the host has been told.
    gone: StoredValue<Vec<Arc<str>>>,
    /// Count what arrived, for those who read.
    arrivals: RwSignal<u32>,
    small_arrivals: RwSignal<u32>,
    /// Width by height of the latest small one.
    aspect: RwSignal<Option<f64>>,
    /// Who decodes them; until somebody does none is asked for.
    host: StoredValue<Option<Pictures>, LocalStorage>,
    intents: Intents,
}

impl PictureStore {
    pub(super) fn new(intents: Intents) -> Self {
        Self {
            whole: StoredValue::new(Shelf::new(WHOLE_BYTES)),
            small: StoredValue::new(Shelf::new(SMALL_BYTES)),
            wishes: StoredValue::default(),
            latency_ms: StoredValue::new(0.0),
            whole_bytes: StoredValue::new(4 << 20),
            small_bytes: StoredValue::new(320 << 10),
            gone: StoredValue::default(),
            arrivals: RwSignal::default(),
            small_arrivals: RwSignal::default(),
            aspect: RwSignal::new(None),
            host: StoredValue::new_local(None),
            intents,
        }
    }

    /// Has pictures decoded and held by somebody.
    pub fn set_host(&self, host: Pictures) {
        self.host.set_value(Some(host));
    }

    pub(super) fn host(&self) -> Option<Pictures> {
        self.host.try_get_value().flatten()
    }

    /// The picture of a paint, if it is here. Tracked.
    pub fn of(&self, paint: &PaintPoint) -> Option<Picture> {
        self.arrivals.track();
        self.here(Size::Whole, paint)
    }

    /// The small picture of a paint, if it is here. Tracked.
    pub fn small_of(&self, paint: &PaintPoint) -> Option<Picture> {
        self.small_arrivals.track();
        self.here(Size::Small, paint)
    }

    /// Why the picture of a paint is not here, if it was asked for and could not be had. Tracked.
    pub fn failure(&self, paint: &PaintPoint) -> Option<Arc<str>> {
        self.arrivals.track();
        let key = key(Size::Whole, paint)?;
        self.whole.with_value(|shelf| match shelf.get(&key) {
            Some(Known::Failed(reason)) => Some(Arc::clone(reason)),
            _ => None,
        })
    }

    /// Width by height of pictures, once one is here.
    pub fn aspect(&self) -> Signal<Option<f64>> {
        self.aspect.into()
    }

    /// How long a picture takes to come, and one after the other, in ms of the clock; 0 until one has come.
    pub fn pace(&self) -> (f64, f64) {
        let latency_ms = self.latency_ms.get_value();
        (latency_ms, latency_ms / N_AHEAD_AT_ONCE as f64)
    }

    /// How many pictures are wanted ahead at most: no more than half of what can be kept.
    pub fn n_ahead(&self) -> usize {
        let n_room = self
            .whole
            .with_value(|shelf| shelf.n_room(self.whole_bytes.get_value()));
        N_AHEAD.min(n_room / 2).max(2)
    }

    /// Wants the picture at the moment, and those where it may be next, the most wanted first. What was wanted before is not.
    pub fn look_at(&self, now: Option<PaintPoint>, ahead: Vec<PaintPoint>, is_moving: bool) {
        self.wishes.update_value(|wishes| {
            wishes.now = now;
            wishes.ahead = ahead;
            wishes.is_moving = is_moving;
            wishes.asked.clear();
        });
        self.tell();
    }

    /// Wants the small picture under the pointer, and those where it may be next. What was wanted before is not.
    pub fn point_at(&self, pointed: Option<PaintPoint>, along: Vec<PaintPoint>) {
        self.wishes.update_value(|wishes| {
            wishes.pointed = pointed;
            wishes.along = along;
            wishes.asked.clear();
        });
        self.tell();
    }

    /// Wants the small pictures of a film strip, as many as there is half the room for. What was wanted before is not.
    pub fn show_strip(&self, mut strip: Vec<PaintPoint>) {
        let n_room = self
            .small
            .with_value(|shelf| shelf.n_room(self.small_bytes.get_value()));
        strip.truncate(n_room / 2);
        self.wishes.update_value(|wishes| {
            wishes.strip = strip;
            wishes.asked.clear();
        });
        self.tell();
    }

    /// Asks again for what could not be had.
    pub fn retry(&self) {
        for shelf in [self.whole, self.small] {
            shelf.update_value(|shelf| shelf.retain(|known| !matches!(known, Known::Failed(_))));
        }
        self.arrivals.update(|n| *n += 1);
        self.tell();
    }

    /// The picture to bring next, which counts as on its way from now on. `n_under_way` are; `is_quiet` says whether nothing
    /// else is, so that what can wait need not.
    pub(super) fn next(&self, n_under_way: usize, is_quiet: bool) -> Option<(PaintPoint, Size)> {
        let is_new = |size, paint: &PaintPoint| {
            let key = key(size, paint)?;
            let is_known = self.shelf(size).try_update_value(|shelf| shelf.want(&key))?;
            (!is_known).then(|| (paint.clone(), size))
        };
        let next = self.wishes.try_with_value(|wishes| {
            let Wishes {
                now,
                pointed,
                ahead,
                is_moving,
                along,
                strip,
                asked,
            } = wishes;
            let first = |size, paints: &[PaintPoint], n_most| match n_under_way < n_most {
                true => paints.iter().find_map(|paint| is_new(size, paint)),
                false => None,
            };
            let is_asked =
                |size, paint: &PaintPoint| key(size, paint).is_some_and(|key| asked.contains(&key));
            let ahead_of = |size, paints: &[PaintPoint], n_most| match n_under_way < n_most {
                true => paints
                    .iter()
                    .filter(|paint| !is_asked(size, paint))
                    .find_map(|paint| is_new(size, paint)),
                false => None,
            };
            let idle = |size, paints: &[PaintPoint]| match is_quiet {
                true => ahead_of(size, paints, N_IDLE_AT_ONCE),
                false => None,
            };
            first(Size::Whole, now.as_slice(), N_AT_ONCE)
                .or_else(|| first(Size::Small, pointed.as_slice(), N_AT_ONCE))
                .or_else(|| match is_moving {
                    true => ahead_of(Size::Whole, ahead, N_AHEAD_AT_ONCE),
                    false => idle(Size::Whole, ahead),
                })
                .or_else(|| idle(Size::Small, along))
                .or_else(|| idle(Size::Small, strip))
        });
        let (paint, size) = next.flatten()?;
        let key = key(size, &paint)?;
        self.wishes.update_value(|wishes| {
            wishes.asked.insert(Arc::clone(&key));
        });
        self.put(size, key, Known::Pending, 0);
        Some((paint, size))
    }

    /// Takes in that a picture is here, or why it is not; and how long that took, in ms.
    pub(super) fn arrive(
        &self,
        (paint, size): (&PaintPoint, Size),
        outcome: Result<Picture, String>,
        took_ms: f64,
    ) {
        /// How much the latest counts: a handful of slow ones are seen, one is not.
        const SHARE: f64 = 0.25;
        let Some(key) = key(size, paint) else { return };
        let (known, n_bytes) = match outcome {
            Err(reason) => (Known::Failed(reason.into()), 0),
            Ok(picture) => {
                let (width, height) = picture.size;
                let n_bytes = width as usize * height as usize * 4;
                match size {
                    Size::Whole => {
                        self.latency_ms
                            .try_update_value(|latency| *latency += (took_ms - *latency) * SHARE);
                        self.whole_bytes.try_set_value(n_bytes);
                    }
                    Size::Small => {
                        self.small_bytes.try_set_value(n_bytes);
                        let aspect = Some(f64::from(width) / f64::from(height.max(1)));
                        if self.aspect.try_get_untracked() != Some(aspect) {
                            self.aspect.try_set(aspect);
                        }
                    }
                }
                (Known::Here(picture), n_bytes)
            }
        };
        self.put(size, key, known, n_bytes);
        self.arrivals_of(size).try_update(|n| *n += 1);
    }

    /// The keys of what is kept no longer, for the host to let go of.
    pub(super) fn take_gone(&self) -> Vec<Arc<str>> {
        self.gone.try_update_value(std::mem::take).unwrap_or_default()
    }

    /// Forgets that a picture was asked for.
    pub(super) fn give_up(&self, (paint, size): (&PaintPoint, Size)) {
        let Some(key) = key(size, paint) else { return };
        self.shelf(size).try_update_value(|shelf| {
            if let Some(Known::Pending) = shelf.get(&key) {
                shelf.take(&key);
            }
        });
    }

    /// Forgets everything that was asked for in a session that is no more.
    pub(super) fn give_up_all(&self) {
        for size in [Size::Whole, Size::Small] {
            self.shelf(size)
                .try_update_value(|shelf| shelf.retain(|known| matches!(known, Known::Here(_))));
            self.arrivals_of(size).try_update(|n| *n += 1);
        }
    }

    /// What the host keeps a picture by.
    pub(super) fn key(&self, (paint, size): (&PaintPoint, Size)) -> Option<Arc<str>> {
        key(size, paint)
    }

    fn put(&self, size: Size, key: Arc<str>, known: Known, n_bytes: usize) {
        let gone = self
            .shelf(size)
            .try_update_value(|shelf| shelf.put(key, known, n_bytes));
        self.gone
            .try_update_value(|all| all.extend(gone.unwrap_or_default()));
    }

    fn here(&self, size: Size, paint: &PaintPoint) -> Option<Picture> {
        let key = key(size, paint)?;
        let here = self.shelf(size).try_with_value(|shelf| match shelf.get(&key) {
            Some(Known::Here(picture)) => Some(picture.clone()),
            _ => None,
        });
        here.flatten()
    }

    fn shelf(&self, size: Size) -> StoredValue<Shelf<Arc<str>, Known>> {
        match size {
            Size::Whole => self.whole,
            Size::Small => self.small,
        }
    }

    fn arrivals_of(&self, size: Size) -> RwSignal<u32> {
        match size {
            Size::Whole => self.arrivals,
            Size::Small => self.small_arrivals,
        }
    }

    /// Tells the driver, if there is something for it to do.
    fn tell(&self) {
        let is_missing = |size, paints: &[PaintPoint]| {
            let mut keys = paints.iter().filter_map(|paint| key(size, paint));
            self.shelf(size)
                .with_value(|shelf| keys.any(|key| shelf.get(&key).is_none()))
        };
        let is_wanted = self.wishes.with_value(|wishes| {
            is_missing(Size::Whole, wishes.now.as_slice())
                || is_missing(Size::Small, wishes.pointed.as_slice())
                || is_missing(Size::Whole, &wishes.ahead)
                || is_missing(Size::Small, &wishes.along)
                || is_missing(Size::Small, &wishes.strip)
        });
        if is_wanted {
            self.intents.send(Intent::Pictures);
        }
    }
}

/// What a picture is kept by: its hash, as the service tells it with the paint.
fn key(size: Size, paint: &PaintPoint) -> Option<Arc<str>> {
    let hash = paint.screen_shots.first()?.hash.as_str();
    Some(match size {
        Size::Whole => hash.into(),
        Size::Small => format!("{hash} small").into(),
    })
}

/// Pixels of an image for one of the page.
pub(super) fn scale_of(screen: &ScreenShot) -> f64 {
    if screen.scale > 0.0 { screen.scale } else { 1.0 }
}
