//! What pictures are wanted as the moment and the pointer move, and which is shown.

use std::sync::Arc;

use leptos::prelude::*;
use wire::graphics::PaintPoint;

use crate::{
    logic::{
        pictures::{Motion, Picture, ahead, nearest},
        tracks::Series,
    },
    stores::Stores,
};

/// Where the moment was when pictures were last wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Trail {
    /// At which paint, and of how many.
    at: Option<usize>,
    n: usize,
    /// Whether it moved.
    is_moving: bool,
    /// Whether the last move was back.
    was_back: bool,
}

/// The picture that is shown at a moment, and which paint it is of.
#[derive(Clone, Debug, PartialEq)]
pub struct Sight {
    /// Which of the paints.
    pub index: usize,
    /// When that was, in ms.
    pub time_ms: f64,
    /// The picture.
    pub picture: Picture,
}

/// A small picture, and its paint's point.
pub type SmallPicture = (Picture, Arc<str>);

impl Stores {
    /// Which paint was on the screen at a time: the latest until then, or the first of all. Tracked.
    pub fn paint_index(&self, time_ms: f64) -> Option<usize> {
        self.recording.paints().with(|paints| {
            let n_until = paints.n_until(time_ms);
            (!paints.is_empty()).then(|| n_until.saturating_sub(1))
        })
    }

    /// The paint at a place in their order. Tracked.
    pub fn paint(&self, index: usize) -> Option<PaintPoint> {
        self.recording.paints().with(|paints| paints.get(index).cloned())
    }

    /// Wants the picture of the moment and of where it may be next. The moment is tracked. Give it what it gave before.
    pub fn want_pictures(&self, before: Trail) -> Trail {
        let (timeline, pictures) = (self.timeline, self.pictures);
        let (time_ms, is_dragged) = timeline
            .moment()
            .with(|moment| (moment.time_ms, moment.is_dragged));
        let is_playing = timeline.is_playing().get();
        let Some(at) = self.paint_index(time_ms) else {
            return before;
        };
        let (n, is_moving) = (
            self.recording.paints().with_untracked(Series::len),
            is_playing || is_dragged,
        );
        if (before.at, before.n, before.is_moving) == (Some(at), n, is_moving) {
            return before;
        }
        let stride = before.at.map_or(0, |before| at as isize - before as isize);
        let was_back = if stride == 0 { before.was_back } else { stride < 0 };
        let motion = match (is_playing, is_dragged) {
            (true, _) => {
                let (latency_ms, pace_ms) = pictures.pace();
                Motion::Playing {
                    speed: self.playing.speed().get_untracked(),
                    latency_ms,
                    pace_ms,
                }
            }
            (false, true) => Motion::Dragged { stride },
            (false, false) => Motion::Standing { was_back },
        };
        let (now, wanted) = self.recording.paints().with_untracked(|paints| {
            let time_of = |index: usize| paints.get(index).map_or(f64::MAX, |paint| paint.time);
            let wanted = ahead(paints.len(), time_of, (at, time_ms), motion, pictures.n_ahead());
            let wanted = wanted.into_iter().filter_map(|index| paints.get(index).cloned());
            (paints.get(at).cloned(), wanted.collect())
        });
        pictures.look_at(now, wanted, is_moving);
        Trail {
            at: Some(at),
            n,
            is_moving,
            was_back,
        }
    }

    /// What is shown of a paint: its picture if it is here, and else what is nearest of those that are, or what is shown
    /// already. Tracked.
    pub fn sight(&self, at: usize, shown: Option<&Sight>) -> Option<Sight> {
        let is_playing = self.timeline.is_playing().get();
        self.recording.paints().with(|paints| {
            let picture = |index: usize| {
                let paint = paints.get(index)?;
                Some((paint.time, self.pictures.of(paint)?))
            };
            let is_here = |index| picture(index).is_some();
            let index = nearest(at, shown.map(|shown| shown.index), is_playing, is_here);
            match index.and_then(|index| Some((index, picture(index)?))) {
                Some((index, (time_ms, picture))) => Some(Sight {
                    index,
                    time_ms,
                    picture,
                }),
                None => shown.cloned(),
            }
        })
    }

    /// Wants the small picture of a time that is pointed at, and of where the pointer may be next. Give it what it gave before.
    pub fn want_pointed(&self, time_ms: Option<f64>, before: Trail) -> Trail {
        /// Pictures along the pointer's way.
        const N_ALONG: usize = 6;
        let at = time_ms.and_then(|time_ms| untrack(|| self.paint_index(time_ms)));
        let Some((at, time_ms)) = at.zip(time_ms) else {
            self.pictures.point_at(None, Vec::new());
            return Trail::default();
        };
        if before.at == Some(at) {
            return before;
        }
        let stride = before.at.map_or(1, |before| at as isize - before as isize);
        self.recording.paints().with_untracked(|paints| {
            let along = ahead(
                paints.len(),
                |_| 0.0,
                (at, time_ms),
                Motion::Dragged { stride },
                N_ALONG,
            );
            let along = along.into_iter().filter_map(|index| paints.get(index).cloned());
            self.pictures.point_at(paints.get(at).cloned(), along.collect());
        });
        Trail {
            at: Some(at),
            was_back: stride < 0,
            ..before
        }
    }

    /// Wants the small pictures of a strip, one for each time. Paints are tracked.
    pub fn want_strip(&self, times_ms: &[f64]) {
        let mut indexes: Vec<usize> = times_ms
            .iter()
            .filter_map(|time_ms| self.paint_index(*time_ms))
            .collect();
        indexes.dedup();
        let strip = indexes
            .into_iter()
            .filter_map(|index| untrack(|| self.paint(index)));
        self.pictures.show_strip(strip.collect());
    }

    /// The small picture of a time, if it is here. Tracked.
    pub fn small_picture(&self, time_ms: f64) -> Option<SmallPicture> {
        let paint = self.paint(self.paint_index(time_ms)?)?;
        Some((self.pictures.small_of(&paint)?, paint.point.as_str().into()))
    }
}
