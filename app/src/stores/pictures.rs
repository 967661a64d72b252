//! The pictures of paints, brought when they are wanted.
//!
//! Key: the hash of the image, so equal paints share one. Policy: at most [`N_KEPT`] are kept (about 100 kB each), the ones
//! wanted longest ago go first; a picture that failed is asked for again when it is next wanted.

use std::collections::HashMap;

use leptos::prelude::*;
use wire::{
    graphics::{PaintPoint, ScreenShot},
    ids::ScreenShotHash,
};

use super::{Intent, Intents};
use crate::logic::moment;

/// Enough to scrub over the same stretch without asking again.
const N_KEPT: usize = 96;

/// What is known of a picture.
#[derive(Clone)]
enum Picture {
    Pending,
    Ready(moment::Picture),
}

/// The pictures that are here.
#[derive(Clone, Copy)]
pub struct PictureStore {
    /// With the number of the wish that wanted each last.
    known: StoredValue<HashMap<ScreenShotHash, (Picture, u64)>>,
    n_wishes: StoredValue<u64>,
    /// Counts what arrived, for those who read.
    arrivals: RwSignal<u32>,
    intents: Intents,
}

impl PictureStore {
    pub(super) fn new(intents: Intents) -> Self {
        Self {
            known: StoredValue::default(),
            n_wishes: StoredValue::default(),
            arrivals: RwSignal::default(),
            intents,
        }
    }

    /// The picture of a paint, if it is here.
    pub fn of(&self, paint: &PaintPoint) -> Option<moment::Picture> {
        self.arrivals.track();
        let hash = hash(paint)?;
        self.known.with_value(|known| match known.get(&hash) {
            Some((Picture::Ready(frame), _)) => Some(frame.clone()),
            _ => None,
        })
    }

    /// Brings the picture of a paint, unless it is here or on its way.
    pub fn want(&self, paint: &PaintPoint) {
        let Some(hash) = hash(paint) else { return };
        self.n_wishes.update_value(|n| *n += 1);
        let wish = self.n_wishes.get_value();
        let is_new = self.known.try_update_value(|known| match known.get_mut(&hash) {
            Some((_, wanted)) => {
                *wanted = wish;
                false
            }
            None => {
                evict(known);
                known.insert(hash, (Picture::Pending, wish));
                true
            }
        });
        if is_new == Some(true) {
            self.intents.send(Intent::Picture(paint.clone()));
        }
    }

    /// Takes in a picture; one that is no image counts as failed.
    pub(super) fn arrive(&self, paint: &PaintPoint, screen: &ScreenShot) {
        let (Some(hash), Some(frame)) = (hash(paint), moment::picture(screen)) else {
            return self.give_up(paint);
        };
        self.known.try_update_value(|known| {
            if let Some((picture, _)) = known.get_mut(&hash) {
                *picture = Picture::Ready(frame);
            }
        });
        self.arrivals.try_update(|n| *n += 1);
    }

    /// Forgets that a picture was asked for.
    pub(super) fn give_up(&self, paint: &PaintPoint) {
        let Some(hash) = hash(paint) else { return };
        self.known.try_update_value(|known| {
            if let Some((Picture::Pending, _)) = known.get(&hash) {
                known.remove(&hash);
            }
        });
    }

    /// Forgets everything that was asked for in a session that is no more.
    pub(super) fn give_up_all(&self) {
        self.known
            .try_update_value(|known| known.retain(|_, (picture, _)| matches!(picture, Picture::Ready(_))));
        self.arrivals.try_update(|n| *n += 1);
    }
}

fn hash(paint: &PaintPoint) -> Option<ScreenShotHash> {
    paint.screen_shots.first().map(|shot| shot.hash.clone())
}

fn evict(known: &mut HashMap<ScreenShotHash, (Picture, u64)>) {
    if known.len() < N_KEPT {
        return;
    }
    let ready = known
        .iter()
        .filter(|(_, (picture, _))| matches!(picture, Picture::Ready(_)));
    if let Some(oldest) = ready
        .min_by_key(|(_, (_, wanted))| *wanted)
        .map(|(hash, _)| hash.clone())
    {
        known.remove(&oldest);
    }
}
