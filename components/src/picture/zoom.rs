//! How much of the page is seen, and how large: all of it, or a part that is moved about. Pure geometry.
//!
//! Places are CSS pixels: "in the area" from the upper left of what the viewer has for the picture, "on the page" from that of
//! the recorded page.

/// How large a page may be made.
const MAX_ZOOM: f64 = 16.0;
/// What the buttons stop at.
const LEVELS: [f64; 14] = [
    0.1, 0.25, 0.33, 0.5, 0.67, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 8.0, 16.0,
];

/// How the page is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Zoom {
    /// All of it, never larger than it was.
    #[default]
    Fit,
    /// At a size of one's own.
    At {
        /// CSS pixels of the viewer for one of the page.
        zoom: f64,
        /// What place on the page is in the middle of the area.
        centre: (f64, f64),
    },
}

/// How a page lies in an area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placement {
    /// CSS pixels of the viewer for one of the page.
    pub zoom: f64,
    /// The size of the picture in CSS pixels of the viewer.
    pub size_px: (f64, f64),
    /// Where its upper left is in the area; outside of it if the picture is larger.
    pub at_px: (f64, f64),
}

/// The part of the picture that is in the area: where in the area, and how large.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Seen {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Placement {
    /// The whole page in the middle, as large as the area allows but never larger than it was.
    pub fn fit(page: (f64, f64), area: (f64, f64)) -> Self {
        let zoom = match page.0 > 0.0 && page.1 > 0.0 {
            true => (area.0 / page.0).min(area.1 / page.1).clamp(0.0, 1.0),
            false => 1.0,
        };
        let size_px = ((page.0 * zoom).floor(), (page.1 * zoom).floor());
        let at_px = (
            ((area.0 - size_px.0) / 2.0).floor(),
            ((area.1 - size_px.1) / 2.0).floor(),
        );
        Self { zoom, size_px, at_px }
    }

    /// The page as it is looked at. A picture that is larger than the area covers it: there is no looking past its edges.
    pub fn of(page: (f64, f64), area: (f64, f64), zoom: Zoom) -> Self {
        let Zoom::At { zoom, centre } = zoom else {
            return Self::fit(page, area);
        };
        let size_px = ((page.0 * zoom).round(), (page.1 * zoom).round());
        let along = |area: f64, size: f64, centre: f64| match size <= area {
            true => ((area - size) / 2.0).floor(),
            false => (area / 2.0 - centre * zoom)
                .round()
                .clamp(area.floor() - size, 0.0),
        };
        let at_px = (
            along(area.0, size_px.0, centre.0),
            along(area.1, size_px.1, centre.1),
        );
        Self { zoom, size_px, at_px }
    }

    pub(super) fn seen(self, area: (f64, f64)) -> Seen {
        let along = |area: f64, at: f64, size: f64| (at.max(0.0), (at + size).min(area).max(at.max(0.0)));
        let (left, right) = along(area.0, self.at_px.0, self.size_px.0);
        let (top, bottom) = along(area.1, self.at_px.1, self.size_px.1);
        Seen {
            left,
            top,
            width: right - left,
            height: bottom - top,
        }
    }

    /// Whether there is more of the picture than the area shows.
    pub(super) fn is_cut(self, area: (f64, f64)) -> bool {
        self.size_px.0 > area.0 || self.size_px.1 > area.1
    }

    /// What place on the page is at a place in the area.
    pub(super) fn on_page(self, (x, y): (f64, f64)) -> Option<(f64, f64)> {
        let place = ((x - self.at_px.0) / self.zoom, (y - self.at_px.1) / self.zoom);
        (self.zoom > 0.0).then_some(place)
    }
}

/// A page in an area, and how it is looked at: from this all that can be wanted next follows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Looking {
    pub(super) page: (f64, f64),
    pub(super) area: (f64, f64),
    pub(super) zoom: Zoom,
}

impl Looking {
    pub(super) fn placement(self) -> Placement {
        Placement::of(self.page, self.area, self.zoom)
    }

    fn fit(self) -> f64 {
        Placement::fit(self.page, self.area).zoom
    }

    /// What place on the page is at a place in the area, not rounded to pixels as a placement is: what is zoomed step by step
    /// would wander off.
    fn on_page(self, (x, y): (f64, f64)) -> Option<(f64, f64)> {
        let (zoom, centre) = match self.zoom {
            Zoom::Fit => (self.fit(), (self.page.0 / 2.0, self.page.1 / 2.0)),
            Zoom::At { zoom, centre } => (zoom, centre),
        };
        let (from_x, from_y) = (x - self.area.0 / 2.0, y - self.area.1 / 2.0);
        (zoom > 0.0).then(|| (centre.0 + from_x / zoom, centre.1 + from_y / zoom))
    }

    /// Makes the page this large, and leaves what is at a place in the area where it is. All of it is seen if that is no
    /// larger than all of it would be.
    pub(super) fn at(self, zoom: f64, about: (f64, f64)) -> Zoom {
        let zoom = zoom.min(MAX_ZOOM);
        let (Some(fixed), true) = (self.on_page(about), zoom > self.fit() * 1.001) else {
            return Zoom::Fit;
        };
        let fixed = (fixed.0.clamp(0.0, self.page.0), fixed.1.clamp(0.0, self.page.1));
        let centre = (
            fixed.0 + (self.area.0 / 2.0 - about.0) / zoom,
            fixed.1 + (self.area.1 / 2.0 - about.1) / zoom,
        );
        self.settled(zoom, centre)
    }

    /// Makes the page larger, or smaller, by a factor.
    pub(super) fn by(self, factor: f64, about: (f64, f64)) -> Zoom {
        self.at(self.placement().zoom * factor, about)
    }

    /// To the next size that the buttons stop at.
    pub(super) fn step(self, is_closer: bool) -> Zoom {
        let now = self.placement().zoom;
        let next = match is_closer {
            true => LEVELS.into_iter().find(|level| *level > now * 1.01),
            false => LEVELS.into_iter().rfind(|level| *level < now * 0.99),
        };
        self.at(next.unwrap_or(now), self.middle())
    }

    /// Between all of it and its actual size; at the actual size if all of it is that.
    pub(super) fn other(self, about: (f64, f64)) -> Zoom {
        match self.zoom {
            Zoom::Fit => self.at(1.0, about),
            Zoom::At { .. } => Zoom::Fit,
        }
    }

    /// Moves the picture, in CSS pixels of the viewer.
    pub(super) fn moved(self, (x, y): (f64, f64)) -> Zoom {
        let Zoom::At { zoom, centre } = self.zoom else {
            return self.zoom;
        };
        self.settled(zoom, (centre.0 - x / zoom, centre.1 - y / zoom))
    }

    pub(super) fn middle(self) -> (f64, f64) {
        (self.area.0 / 2.0, self.area.1 / 2.0)
    }

    /// Without a centre beyond what can be seen, so that the way back is no longer than the way there.
    fn settled(self, zoom: f64, centre: (f64, f64)) -> Zoom {
        let along = |page: f64, area: f64, centre: f64| {
            let half = area / 2.0 / zoom;
            match half * 2.0 >= page {
                true => page / 2.0,
                false => centre.clamp(half, page - half),
            }
        };
        Zoom::At {
            zoom,
            centre: (
                along(self.page.0, self.area.0, centre.0),
                along(self.page.1, self.area.1, centre.1),
            ),
        }
    }
}

/// Fingers, or the mouse, on the picture: one moves it, two move it and make it larger or smaller.
#[derive(Clone, Debug, Default)]
pub(super) struct Gesture {
    pointers: Vec<(i32, (f64, f64))>,
    /// Whether it moved anything yet: a press that did is no press.
    pub(super) has_moved: bool,
}

/// What a gesture does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Change {
    pub(super) by_px: (f64, f64),
    pub(super) factor: f64,
    pub(super) about: (f64, f64),
}

/// A hand trembles by as much.
const TREMBLE_PX: f64 = 3.0;

impl Gesture {
    /// A pointer is put down at a place in the area.
    pub(super) fn begin(&mut self, id: i32, at: (f64, f64)) {
        self.end(id);
        if self.pointers.is_empty() {
            self.has_moved = false;
        }
        if self.pointers.len() < 2 {
            self.pointers.push((id, at));
        }
    }

    pub(super) fn end(&mut self, id: i32) {
        self.pointers.retain(|(other, _)| *other != id);
    }

    pub(super) fn n_pointers(&self) -> usize {
        self.pointers.len()
    }

    /// A pointer has moved; None if that does nothing (yet).
    pub(super) fn moved(&mut self, id: i32, to: (f64, f64)) -> Option<Change> {
        let before = self.middle_and_spread()?;
        let (_, at) = self.pointers.iter_mut().find(|(other, _)| *other == id)?;
        if !self.has_moved && distance(*at, to) < TREMBLE_PX {
            return None;
        }
        *at = to;
        self.has_moved = true;
        let after = self.middle_and_spread()?;
        let factor = match (before.1, after.1) {
            (before, after) if before > 0.0 && after > 0.0 => after / before,
            _ => 1.0,
        };
        Some(Change {
            by_px: (after.0.0 - before.0.0, after.0.1 - before.0.1),
            factor,
            about: after.0,
        })
    }

    fn middle_and_spread(&self) -> Option<((f64, f64), f64)> {
        match *self.pointers {
            [(_, one)] => Some((one, 0.0)),
            [(_, one), (_, two)] => {
                let middle = ((one.0 + two.0) / 2.0, (one.1 + two.1) / 2.0);
                Some((middle, distance(one, two)))
            }
            _ => None,
        }
    }
}

fn distance(one: (f64, f64), two: (f64, f64)) -> f64 {
    (one.0 - two.0).hypot(one.1 - two.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looking(zoom: Zoom) -> Looking {
        Looking {
            page: (1280.0, 800.0),
            area: (640.0, 600.0),
            zoom,
        }
    }

    #[test]
    fn a_page_fits_whole_and_is_never_magnified() {
        let fit = Placement::fit((1280.0, 800.0), (640.0, 600.0));
        assert_eq!(
            (fit.zoom, fit.size_px, fit.at_px),
            (0.5, (640.0, 400.0), (0.0, 100.0))
        );
        let small = Placement::fit((320.0, 200.0), (640.0, 600.0));
        assert_eq!((small.zoom, small.size_px), (1.0, (320.0, 200.0)));
        assert_eq!(Placement::fit((0.0, 0.0), (640.0, 600.0)).size_px, (0.0, 0.0));
    }

    #[test]
    fn what_is_zoomed_about_stays_where_it_is() {
        // In the middle from top to bottom: as long as there is room above and below the picture, it stays in the middle.
        let about = (200.0, 300.0);
        let mut now = looking(Zoom::Fit);
        let fixed = now.placement().on_page(about);
        for _ in 0..6 {
            now.zoom = now.by(1.3, about);
        }
        let (before, after) = (
            fixed.unwrap_or_default(),
            now.placement().on_page(about).unwrap_or_default(),
        );
        assert!(
            (before.0 - after.0).abs() < 1.0 && (before.1 - after.1).abs() < 1.0,
            "{before:?} {after:?}"
        );
        for _ in 0..40 {
            now.zoom = now.by(1.3, about);
        }
        assert_eq!(now.placement().zoom, MAX_ZOOM);
        for _ in 0..40 {
            now.zoom = now.by(0.7, about);
        }
        assert_eq!(now.zoom, Zoom::Fit, "no smaller than all of it");
    }

    #[test]
    fn a_picture_larger_than_its_area_covers_it() {
        let mut now = looking(Zoom::Fit);
        now.zoom = now.at(1.0, now.middle());
        assert_eq!(now.placement().at_px, (-320.0, -100.0));
        now.zoom = now.moved((5_000.0, -5_000.0));
        let placement = now.placement();
        assert_eq!(placement.at_px, (0.0, -200.0));
        assert_eq!(
            placement.seen(now.area),
            Seen {
                left: 0.0,
                top: 0.0,
                width: 640.0,
                height: 600.0
            }
        );
        now.zoom = now.moved((-10.0, 10.0));
        assert_eq!(
            now.placement().at_px,
            (-10.0, -190.0),
            "the way back begins at once"
        );
        assert!(placement.is_cut(now.area));
        assert!(!looking(Zoom::Fit).placement().is_cut(now.area));
    }

    #[test]
    fn buttons_stop_at_round_sizes() {
        let mut now = looking(Zoom::Fit);
        let mut closer = Vec::new();
        for _ in 0..4 {
            now.zoom = now.step(true);
            closer.push(now.placement().zoom);
        }
        assert_eq!(closer, [0.67, 0.75, 1.0, 1.25]);
        now.zoom = now.step(false);
        assert_eq!(now.placement().zoom, 1.0);
        assert_eq!(now.other((0.0, 0.0)), Zoom::Fit);
    }

    #[test]
    fn one_finger_moves_and_two_pinch() {
        let mut gesture = Gesture::default();
        gesture.begin(1, (100.0, 100.0));
        assert_eq!(gesture.moved(1, (101.0, 101.0)), None, "a hand trembles");
        let change = gesture.moved(1, (110.0, 100.0));
        assert_eq!(
            change.map(|change| (change.by_px, change.factor)),
            Some(((10.0, 0.0), 1.0))
        );
        gesture.begin(2, (210.0, 100.0));
        let change = gesture.moved(2, (310.0, 100.0));
        assert_eq!(
            change,
            Some(Change {
                by_px: (50.0, 0.0),
                factor: 2.0,
                about: (210.0, 100.0)
            })
        );
        gesture.begin(3, (0.0, 0.0));
        assert_eq!(
            gesture.moved(3, (50.0, 50.0)),
            None,
            "a third finger does nothing"
        );
        gesture.end(1);
        gesture.end(2);
        assert_eq!(gesture.n_pointers(), 0);
    }
}
