//! What presses and moves of pointers mean: a plain machine from pointers to acts.
//!
//! A mouse scrubs at once; with Shift it selects a range, with the middle button it pans. A finger that moves scrubs, one that
//! stays selects, one that is lifted again goes there; two fingers zoom and pan.

use super::{PlacedMark, Span, TrackGeometry, geometry::pinched};

/// A pointer as an event tells of it. Places are in CSS pixels from the track's upper left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pointer {
    pub(super) id: i32,
    pub(super) x: f64,
    pub(super) y: f64,
    /// A finger or a pen: it hides what it is on, and there may be two.
    pub(super) is_touch: bool,
}

/// What a pointer went down with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grip {
    /// The first button, or a finger.
    Plain,
    /// The first button with Shift.
    Range,
    /// The middle button.
    Pan,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Act {
    Nothing,
    /// Go to a time; `is_final` when the pointer was lifted.
    Seek {
        time_ms: f64,
        is_final: bool,
    },
    /// Show a part.
    See(Span),
    /// Go to what a mark stands for.
    Choose(PlacedMark),
    /// Select a range, or none if it is too short to be meant.
    Select(Option<Span>),
}

/// What the pointers on the track are doing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Pointers {
    /// Nothing.
    #[default]
    Idle,
    /// One is down and has not moved; it may be on a mark.
    Pressed { at: Pointer, mark: Option<PlacedMark> },
    /// One draws the moment along.
    Scrubbing { at: Pointer },
    /// One draws the view along.
    Panning { at: Pointer, view: Span },
    /// One selects from a time on.
    Selecting { at: Pointer, from_ms: f64 },
    /// Two fingers hold two times.
    Pinching {
        fingers: [Pointer; 2],
        times_ms: (f64, f64),
        geometry: TrackGeometry,
    },
    /// One of two fingers was lifted; the other does nothing any more.
    Spent { id: i32 },
}

/// A pointer that moves less has not moved.
const STILL_PX: f64 = 4.0;

impl Pointers {
    /// Whether the moment is drawn along.
    pub(super) fn is_scrubbing(self) -> bool {
        matches!(self, Self::Scrubbing { .. })
    }

    /// Whether nothing is down.
    pub(super) fn is_idle(self) -> bool {
        self == Self::Idle
    }

    /// A pointer goes down, on a mark or not.
    pub(super) fn down(
        &mut self,
        pointer: Pointer,
        grip: Grip,
        mark: Option<PlacedMark>,
        geometry: TrackGeometry,
    ) -> Act {
        let time_ms = geometry.time_at(pointer.x);
        match (*self, grip) {
            (Self::Idle, Grip::Pan) => {
                *self = Self::Panning {
                    at: pointer,
                    view: geometry.view,
                };
            }
            (Self::Idle, Grip::Range) => {
                *self = Self::Selecting {
                    at: pointer,
                    from_ms: time_ms,
                };
            }
            (Self::Idle, Grip::Plain) if pointer.is_touch || mark.is_some() => {
                *self = Self::Pressed { at: pointer, mark };
            }
            (Self::Idle, Grip::Plain) => {
                *self = Self::Scrubbing { at: pointer };
                return Act::Seek {
                    time_ms,
                    is_final: false,
                };
            }
            (Self::Pressed { at, .. } | Self::Scrubbing { at } | Self::Selecting { at, .. }, _)
                if at.is_touch && pointer.is_touch && at.id != pointer.id =>
            {
                let was_scrubbing = self.is_scrubbing();
                let at_ms = geometry.time_at(at.x);
                *self = Self::Pinching {
                    fingers: [at, pointer],
                    times_ms: (at_ms, time_ms),
                    geometry,
                };
                if was_scrubbing {
                    return Act::Seek {
                        time_ms: at_ms,
                        is_final: true,
                    };
                }
            }
            _ => {}
        }
        Act::Nothing
    }

    /// A pointer that is down moves.
    pub(super) fn moved(&mut self, pointer: Pointer, geometry: TrackGeometry) -> Act {
        let time_ms = geometry.time_at(pointer.x);
        match self {
            Self::Pressed { at, .. } if at.id == pointer.id => {
                if (at.x - pointer.x).abs().max((at.y - pointer.y).abs()) < STILL_PX {
                    return Act::Nothing;
                }
                *self = Self::Scrubbing { at: pointer };
                Act::Seek {
                    time_ms,
                    is_final: false,
                }
            }
            Self::Scrubbing { at } if at.id == pointer.id => {
                *at = pointer;
                Act::Seek {
                    time_ms,
                    is_final: false,
                }
            }
            Self::Panning { at, view } if at.id == pointer.id => {
                let by_ms = (at.x - pointer.x) * geometry.ms_per_px();
                Act::See(super::view_of(
                    Span {
                        begin_ms: view.begin_ms + by_ms,
                        end_ms: view.end_ms + by_ms,
                    },
                    geometry.duration_ms,
                ))
            }
            Self::Selecting { at, from_ms } if at.id == pointer.id => {
                let is_short = (at.x - pointer.x).abs() < STILL_PX;
                if is_short && at.is_touch {
                    return Act::Nothing;
                }
                Act::Select((!is_short).then_some(Span {
                    begin_ms: from_ms.min(time_ms),
                    end_ms: from_ms.max(time_ms),
                }))
            }
            Self::Pinching {
                fingers,
                times_ms,
                geometry,
            } => {
                for finger in fingers.iter_mut().filter(|finger| finger.id == pointer.id) {
                    *finger = pointer;
                }
                Act::See(pinched(*geometry, *times_ms, (fingers[0].x, fingers[1].x)))
            }
            _ => Act::Nothing,
        }
    }

    /// A pointer is lifted.
    pub(super) fn up(&mut self, pointer: Pointer, geometry: TrackGeometry) -> Act {
        let final_seek = |x: f64| Act::Seek {
            time_ms: geometry.time_at(x),
            is_final: true,
        };
        let act = match *self {
            Self::Pressed { at, mark } if at.id == pointer.id => match mark {
                Some(mark) => Act::Choose(mark),
                None => final_seek(pointer.x),
            },
            Self::Scrubbing { at } if at.id == pointer.id => final_seek(pointer.x),
            Self::Selecting { at, .. } if at.id == pointer.id => self.moved(pointer, geometry),
            Self::Pinching { fingers, .. } => {
                if let Some(other) = fingers.iter().find(|finger| finger.id != pointer.id) {
                    *self = Self::Spent { id: other.id };
                }
                return Act::Nothing;
            }
            Self::Panning { at, .. } if at.id == pointer.id => Act::Nothing,
            Self::Spent { id } if id == pointer.id => Act::Nothing,
            _ => return Act::Nothing,
        };
        *self = Self::Idle;
        act
    }

    /// The browser takes a pointer away, as for a gesture of its own. What was drawn along stays where it came to.
    pub(super) fn cancelled(&mut self, id: i32, geometry: TrackGeometry) -> Act {
        match *self {
            Self::Scrubbing { at } if at.id == id => {
                *self = Self::Idle;
                Act::Seek {
                    time_ms: geometry.time_at(at.x),
                    is_final: true,
                }
            }
            Self::Pressed { at, .. } | Self::Panning { at, .. } | Self::Selecting { at, .. }
                if at.id == id =>
            {
                *self = Self::Idle;
                Act::Nothing
            }
            Self::Pinching { .. } => {
                *self = Self::Idle;
                Act::Nothing
            }
            Self::Spent { id: other } if other == id => {
                *self = Self::Idle;
                Act::Nothing
            }
            _ => Act::Nothing,
        }
    }

    /// A finger has stayed where it is for a while: it selects a little around it, and more when it moves.
    pub(super) fn stayed(&mut self, geometry: TrackGeometry) -> Act {
        const AROUND_PX: f64 = 28.0;
        let at = match *self {
            Self::Pressed { at, .. } if at.is_touch => at,
            _ => return Act::Nothing,
        };
        *self = Self::Selecting {
            at,
            from_ms: geometry.time_at(at.x),
        };
        Act::Select(Some(Span {
            begin_ms: geometry.time_at(at.x - AROUND_PX),
            end_ms: geometry.time_at(at.x + AROUND_PX),
        }))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, reason = "tests")]
    use super::*;
    use crate::timeline::TrackKind;

    fn track() -> TrackGeometry {
        TrackGeometry::whole(1040.0, 10_000.0)
    }

    fn at(id: i32, x: f64, is_touch: bool) -> Pointer {
        Pointer {
            id,
            x,
            y: 30.0,
            is_touch,
        }
    }

    fn seek(time_ms: f64, is_final: bool) -> Act {
        Act::Seek { time_ms, is_final }
    }

    fn mark() -> PlacedMark {
        PlacedMark {
            kind: TrackKind::Click,
            x: 120.0,
            y: 30.0,
            x_last: 120.0,
            first: 0,
            n: 1,
            has_count: false,
        }
    }

    #[test]
    fn a_mouse_scrubs_at_once() {
        let mut pointers = Pointers::default();
        assert_eq!(
            pointers.down(at(1, 120.0, false), Grip::Plain, None, track()),
            seek(1_000.0, false)
        );
        assert_eq!(pointers.moved(at(1, 220.0, false), track()), seek(2_000.0, false));
        assert_eq!(pointers.up(at(1, 320.0, false), track()), seek(3_000.0, true));
        assert_eq!(pointers.moved(at(1, 420.0, false), track()), Act::Nothing);
    }

    #[test]
    fn a_mark_is_chosen_when_it_is_let_go_and_scrubs_when_it_is_drawn() {
        let mut pointers = Pointers::default();
        assert_eq!(
            pointers.down(at(1, 120.0, false), Grip::Plain, Some(mark()), track()),
            Act::Nothing
        );
        assert_eq!(pointers.moved(at(1, 122.0, false), track()), Act::Nothing);
        assert_eq!(pointers.up(at(1, 122.0, false), track()), Act::Choose(mark()));
        pointers.down(at(1, 120.0, false), Grip::Plain, Some(mark()), track());
        assert_eq!(pointers.moved(at(1, 220.0, false), track()), seek(2_000.0, false));
        assert_eq!(pointers.up(at(1, 220.0, false), track()), seek(2_000.0, true));
    }

    #[test]
    fn a_finger_taps_scrubs_or_selects() {
        let mut pointers = Pointers::default();
        assert_eq!(
            pointers.down(at(1, 120.0, true), Grip::Plain, None, track()),
            Act::Nothing
        );
        assert_eq!(pointers.up(at(1, 120.0, true), track()), seek(1_000.0, true));
        pointers.down(at(1, 120.0, true), Grip::Plain, Some(mark()), track());
        assert_eq!(pointers.moved(at(1, 130.0, true), track()), seek(1_100.0, false));
        assert_eq!(pointers.stayed(track()), Act::Nothing, "what scrubs goes on");
        pointers.up(at(1, 130.0, true), track());
        pointers.down(at(1, 220.0, true), Grip::Plain, None, track());
        let Act::Select(Some(around)) = pointers.stayed(track()) else {
            panic!("a finger that stays does not select");
        };
        assert!((around.begin_ms - 1_720.0).abs() < 1e-6 && (around.end_ms - 2_280.0).abs() < 1e-6);
        assert_eq!(
            pointers.moved(at(1, 221.0, true), track()),
            Act::Nothing,
            "it trembles"
        );
        let selected = Act::Select(Some(Span {
            begin_ms: 1_000.0,
            end_ms: 2_000.0,
        }));
        assert_eq!(pointers.moved(at(1, 120.0, true), track()), selected);
        assert_eq!(pointers.up(at(1, 120.0, true), track()), selected);
        assert!(pointers.is_idle());
    }

    #[test]
    fn two_fingers_zoom_and_leave_the_moment_alone() {
        let mut pointers = Pointers::default();
        pointers.down(at(1, 320.0, true), Grip::Plain, None, track());
        assert_eq!(
            pointers.down(at(2, 720.0, true), Grip::Plain, None, track()),
            Act::Nothing
        );
        pointers.moved(at(1, 220.0, true), track());
        let Act::See(view) = pointers.moved(at(2, 820.0, true), track()) else {
            panic!("two fingers did not zoom");
        };
        let near = TrackGeometry { view, ..track() };
        assert!((near.x_of(3_000.0) - 220.0).abs() < 1e-6 && (near.x_of(7_000.0) - 820.0).abs() < 1e-6);
        assert_eq!(pointers.up(at(1, 220.0, true), near), Act::Nothing);
        assert_eq!(
            pointers.moved(at(2, 400.0, true), near),
            Act::Nothing,
            "the other finger is spent"
        );
        assert_eq!(pointers.up(at(2, 400.0, true), near), Act::Nothing);
        assert!(pointers.is_idle());
    }

    #[test]
    fn a_second_finger_ends_scrubbing_where_it_came_to() {
        let mut pointers = Pointers::default();
        pointers.down(at(1, 120.0, true), Grip::Plain, None, track());
        pointers.moved(at(1, 220.0, true), track());
        assert_eq!(
            pointers.down(at(2, 720.0, true), Grip::Plain, None, track()),
            seek(2_000.0, true)
        );
        assert_eq!(pointers.cancelled(1, track()), Act::Nothing);
        assert!(pointers.is_idle());
    }

    #[test]
    fn shift_selects_and_the_middle_button_pans() {
        let mut pointers = Pointers::default();
        pointers.down(at(1, 220.0, false), Grip::Range, None, track());
        assert_eq!(pointers.moved(at(1, 222.0, false), track()), Act::Select(None));
        let selected = Act::Select(Some(Span {
            begin_ms: 2_000.0,
            end_ms: 4_000.0,
        }));
        assert_eq!(pointers.up(at(1, 420.0, false), track()), selected);
        let view = Span {
            begin_ms: 2_000.0,
            end_ms: 4_000.0,
        };
        let near = TrackGeometry { view, ..track() };
        pointers.down(at(1, 520.0, false), Grip::Pan, None, near);
        let later = Span {
            begin_ms: 2_200.0,
            end_ms: 4_200.0,
        };
        assert_eq!(pointers.moved(at(1, 420.0, false), near), Act::See(later));
    }
}
