//! What is done on the track: events in, acts out.

use std::{sync::Arc, time::Duration};

use leptos::{
    ev::{KeyboardEvent, MouseEvent, PointerEvent, WheelEvent},
    html::Div,
    prelude::*,
};

use super::{
    Drawing, EventTrack, MarkerAt, PlacedMark, Seek, Span, Target, TrackGeometry, TrackKind, cursor,
    geometry::{following, kept, view_after, zoomed},
    keys,
    layout::Layout,
    places,
    pointers::{Act, Grip, Pointer, Pointers},
    trail::trail_after,
};
use crate::{dom::x_in_element, primitives::menu::MenuPlace};

/// Everything that acting on the track reads and writes.
#[derive(Clone, Copy)]
pub(super) struct Acting {
    pub(super) node: NodeRef<Div>,
    pub(super) geometry: Memo<TrackGeometry>,
    pub(super) layout: Memo<Layout>,
    pub(super) time_ms: Signal<f64>,
    pub(super) tracks: Signal<Arc<[EventTrack]>>,
    pub(super) view: RwSignal<Option<Span>>,
    pub(super) trail: RwSignal<Vec<Span>>,
    pub(super) selection: RwSignal<Option<Span>>,
    /// What is on the canvas, where the pointer finds its marks.
    pub(super) drawing: RwSignal<Arc<Drawing>>,
    pub(super) pointers: RwSignal<Pointers>,
    /// Where the pointer is; None when it is elsewhere.
    pub(super) pointer: RwSignal<Option<Pointer>>,
    /// The thing that the keyboard has walked to.
    pub(super) cursor: RwSignal<Option<MarkerAt>>,
    pub(super) on_seek: Callback<Seek>,
    pub(super) on_marker: Callback<MarkerAt>,
    pub(super) on_focus: Callback<(Span, bool)>,
}

impl Acting {
    /// Shows a part.
    pub(super) fn see(&self, wanted: Span) {
        let duration_ms = self.geometry.with_untracked(|geometry| geometry.duration_ms);
        self.view.set(kept(wanted, duration_ms));
    }

    /// Zooms to a part so that there is a way back.
    fn zoom_to(&self, part: Span) {
        let duration_ms = self.geometry.with_untracked(|geometry| geometry.duration_ms);
        let part = super::view_of(part, duration_ms);
        if let Some(before) = self.view.get_untracked() {
            self.trail.update(|trail| *trail = trail_after(trail, before));
        }
        self.trail.update(|trail| *trail = trail_after(trail, part));
        self.see(part);
    }

    /// Zooms to what is selected.
    pub(super) fn zoom_to_selection(&self) {
        if let Some(range) = self.selection.get_untracked() {
            self.selection.set(None);
            self.zoom_to(range);
        }
    }

    /// Focuses on what is selected.
    pub(super) fn focus_on_selection(&self) {
        if let Some(range) = self.selection.get_untracked() {
            self.selection.set(None);
            self.on_focus.run((range, true));
        }
    }

    fn seek(&self, time_ms: f64, is_final: bool) {
        self.on_seek.run(Seek { time_ms, is_final });
    }

    fn act(&self, act: Act) {
        match act {
            Act::Nothing => {}
            Act::Seek { time_ms, is_final } => self.seek(time_ms, is_final),
            Act::See(view) => self.see(view),
            Act::Select(range) => self.selection.set(range),
            Act::Choose(mark) => {
                let pointer = self.pointer.get_untracked();
                let x = pointer.map_or(mark.x, |pointer| pointer.x);
                let pointer_ms = self.geometry.get_untracked().time_at(x);
                let now_ms = self.time_ms.get_untracked();
                let meant = self
                    .tracks
                    .with_untracked(|tracks| places::meant(&mark, tracks, pointer_ms, now_ms));
                self.on_marker.run(meant);
            }
        }
    }

    /// What lies under the pointer, or near it: a finger reaches further than a mouse.
    fn mark_at(&self, pointer: Pointer) -> Option<PlacedMark> {
        let reach_px = if pointer.is_touch { 14.0 } else { 2.0 };
        self.drawing
            .with(|drawing| places::mark_at(&drawing.marks, (pointer.x, pointer.y), reach_px))
    }

    /// What the pointer is on, unless it is doing something else.
    pub(super) fn hovered(&self) -> Option<Target> {
        let pointer = self.pointer.get()?;
        let pointer_ms = self.geometry.get().time_at(pointer.x);
        let is_scrubbing = self.pointers.with(|pointers| pointers.is_scrubbing());
        let mark = if is_scrubbing { None } else { self.mark_at(pointer) };
        let marker = mark.map(|mark| {
            self.tracks
                .with(|tracks| places::meant(&mark, tracks, pointer_ms, f64::NEG_INFINITY))
        });
        Some(Target {
            pointer_ms,
            mark: marker.zip(mark.map(|mark| mark.n)),
        })
    }

    fn pointer_of(&self, event: &PointerEvent) -> Option<Pointer> {
        let track = self.node.get_untracked()?;
        let y = f64::from(event.client_y()) - track.get_bounding_client_rect().top();
        Some(Pointer {
            id: event.pointer_id(),
            x: x_in_element(event, &track),
            y,
            is_touch: event.pointer_type() == "touch",
        })
    }

    pub(super) fn on_down(&self, event: &PointerEvent) {
        /// A finger that has not moved for so long selects.
        const STAYS: Duration = Duration::from_millis(450);
        let (Some(pointer), Some(track)) = (self.pointer_of(event), self.node.get_untracked()) else {
            return;
        };
        let grip = match event.button() {
            0 if event.shift_key() => Grip::Range,
            0 => Grip::Plain,
            1 => Grip::Pan,
            _ => return,
        };
        if grip == Grip::Pan {
            // Or the browser scrolls by itself.
            event.prevent_default();
        }
        self.pointer.set(Some(pointer));
        self.cursor.set(None);
        let (mark, geometry) = (untrack(|| self.mark_at(pointer)), self.geometry.get_untracked());
        let mut pointers = self.pointers.get_untracked();
        let act = pointers.down(pointer, grip, mark, geometry);
        if !pointers.is_idle() {
            // Refused only for a pointer that is gone; then what it began ends with it.
            track.set_pointer_capture(event.pointer_id()).ok();
        }
        self.pointers.set(pointers);
        self.act(act);
        if pointer.is_touch {
            let (acting, begun) = (*self, pointers);
            set_timeout(
                move || {
                    // Gone, or somewhere else by now.
                    if acting.pointers.try_get_untracked() == Some(begun) {
                        let mut pointers = begun;
                        let act = pointers.stayed(acting.geometry.get_untracked());
                        acting.pointers.set(pointers);
                        acting.act(act);
                    }
                },
                STAYS,
            );
        }
    }

    pub(super) fn on_move(&self, event: &PointerEvent) {
        let Some(pointer) = self.pointer_of(event) else {
            return;
        };
        self.pointer.set(Some(pointer));
        self.with_pointers(|pointers, geometry| pointers.moved(pointer, geometry));
    }

    pub(super) fn on_up(&self, event: &PointerEvent) {
        let Some(pointer) = self.pointer_of(event) else {
            return;
        };
        self.pointer.set(Some(pointer));
        self.with_pointers(|pointers, geometry| pointers.up(pointer, geometry));
        if pointer.is_touch {
            // A finger that was lifted points at nothing.
            self.pointer.set(None);
        }
    }

    pub(super) fn on_cancel(&self, event: &PointerEvent) {
        let id = event.pointer_id();
        self.with_pointers(|pointers, geometry| pointers.cancelled(id, geometry));
    }

    fn with_pointers(&self, change: impl FnOnce(&mut Pointers, TrackGeometry) -> Act) {
        let before = self.pointers.get_untracked();
        let mut after = before;
        let act = change(&mut after, self.geometry.get_untracked());
        if after != before {
            self.pointers.set(after);
        }
        self.act(act);
    }

    /// A double press zooms in there; on a mark that stands for several, so that they spread.
    pub(super) fn on_double(&self, event: &MouseEvent) {
        const FACTOR: f64 = 0.25;
        /// Room on either side of what is to spread.
        const ROOM: f64 = 0.6;
        let Some(track) = self.node.get_untracked() else {
            return;
        };
        let geometry = self.geometry.get_untracked();
        let around_ms = geometry.time_at(x_in_element(event, &track));
        let mark = self
            .pointer
            .get_untracked()
            .and_then(|pointer| untrack(|| self.mark_at(pointer)));
        let spread = mark.filter(|mark| mark.n > 1).and_then(|mark| {
            let at = |index: usize| {
                let marker = MarkerAt {
                    kind: mark.kind,
                    index,
                };
                self.tracks
                    .with_untracked(|tracks| cursor::time_of(tracks, marker))
            };
            let (begin_ms, end_ms) = (at(mark.first)?, at(mark.first + mark.n - 1)?);
            let room_ms = (end_ms - begin_ms).max(1.0) * ROOM;
            Some(Span {
                begin_ms: begin_ms - room_ms,
                end_ms: end_ms + room_ms,
            })
        });
        self.zoom_to(
            spread.unwrap_or_else(|| zoomed(geometry.view, FACTOR, around_ms, geometry.duration_ms)),
        );
    }

    pub(super) fn on_wheel(&self, event: &WheelEvent) {
        let Some(track) = self.node.get_untracked() else {
            return;
        };
        event.prevent_default();
        let geometry = self.geometry.get_untracked();
        let around_ms = geometry.time_at(x_in_element(event, &track));
        if let Some(view) = keys::view_after_wheel(geometry, &wheel(event), around_ms) {
            self.see(view);
        }
    }

    pub(super) fn on_key(&self, event: &KeyboardEvent) {
        let key = event.key();
        let walks = event.ctrl_key() || event.alt_key();
        if event.shift_key() && key.starts_with("Arrow") && !walks {
            // Whoever shows the track may have something of their own for those.
            return;
        }
        let is_done = match walks || event.meta_key() {
            true => walks && self.walk(&key),
            false => self.do_with_key(&key),
        };
        if is_done {
            event.prevent_default();
            event.stop_propagation();
        }
    }

    /// Whether a key without modifiers has done something.
    fn do_with_key(&self, key: &str) -> bool {
        let (geometry, now_ms) = (self.geometry.get_untracked(), self.time_ms.get_untracked());
        let is_selected = self.selection.with_untracked(Option::is_some);
        match (key, self.cursor.get_untracked()) {
            ("Enter", Some(marker)) => self.on_marker.run(marker),
            ("Escape", Some(_)) => self.cursor.set(None),
            ("Enter", None) | ("f", _) if is_selected => self.zoom_to_selection(),
            ("F", _) if is_selected => self.focus_on_selection(),
            ("Escape", None) if is_selected => self.selection.set(None),
            _ => {
                if let Some(step) = keys::view_move(key) {
                    self.see(view_after(step, geometry.view, now_ms, geometry.duration_ms));
                } else if let Some(to_ms) = keys::time_after_key(key, now_ms, geometry.duration_ms) {
                    self.cursor.set(None);
                    self.seek(to_ms, true);
                } else {
                    return false;
                }
            }
        }
        true
    }

    /// Walks to the next thing that an arrow leads to. Whether the key was an arrow.
    fn walk(&self, key: &str) -> bool {
        let (from, now_ms) = (self.cursor.get_untracked(), self.time_ms.get_untracked());
        let found = self.tracks.with_untracked(|tracks| match key {
            "ArrowRight" => Some(cursor::next(tracks, from, now_ms, true)),
            "ArrowLeft" => Some(cursor::next(tracks, from, now_ms, false)),
            "ArrowDown" => Some(cursor::beside(tracks, from, now_ms, true)),
            "ArrowUp" => Some(cursor::beside(tracks, from, now_ms, false)),
            _ => None,
        });
        let Some(found) = found else { return false };
        let at_ms = found.and_then(|marker| {
            self.tracks
                .with_untracked(|tracks| cursor::time_of(tracks, marker))
        });
        if let Some(at_ms) = at_ms {
            let geometry = self.geometry.get_untracked();
            self.see(following(geometry.view, at_ms, geometry.duration_ms));
            self.cursor.set(found);
        }
        true
    }

    /// Where the menu was asked for, and at which moment: at ours, if by keyboard.
    pub(super) fn menu_at(&self, event: &MouseEvent) -> Option<(MenuPlace, f64)> {
        let track = self.node.get_untracked()?;
        event.prevent_default();
        let place = MenuPlace::of(event);
        let by_key = event.client_x() == 0 && event.client_y() == 0;
        let x = place.x - track.get_bounding_client_rect().left();
        let at_ms = match by_key {
            true => self.time_ms.get_untracked(),
            false => self.geometry.get_untracked().time_at(x),
        };
        Some((place, at_ms))
    }

    /// Where the thing is drawn that the keyboard has walked to.
    pub(super) fn cursor_place(&self) -> Option<(f64, f64)> {
        let marker = self.cursor.get()?;
        let at_ms = self.tracks.with(|tracks| cursor::time_of(tracks, marker))?;
        let y = self.layout.get().mark_y(marker.kind)?;
        let y = if marker.kind == TrackKind::Navigation {
            y - 3.5
        } else {
            y
        };
        Some((self.geometry.get().x_of(at_ms), y))
    }

    /// What the bubble is about while the keyboard walks.
    pub(super) fn target_of_cursor(&self) -> Option<Target> {
        let marker = self.cursor.get()?;
        let at_ms = self.tracks.with(|tracks| cursor::time_of(tracks, marker))?;
        Some(Target {
            pointer_ms: at_ms,
            mark: Some((marker, 1)),
        })
    }

    /// What a reader is told of the thing that the keyboard has walked to, or of the range that is selected.
    pub(super) fn said(&self, describe: Callback<MarkerAt, String>) -> Option<String> {
        let Some(marker) = self.cursor.get() else {
            let range = self.selection.get()?;
            let length = crate::format::duration(range.end_ms - range.begin_ms);
            return Some(format!(
                "{length} selected. Enter zooms, Shift+F focuses, Escape drops the selection."
            ));
        };
        let (at_ms, n) = self.tracks.with(|tracks| {
            let track = tracks.iter().find(|track| track.kind == marker.kind)?;
            Some((cursor::time_of(tracks, marker)?, track.n_things()))
        })?;
        let (name, time) = (marker.kind.name(), crate::format::clock(at_ms));
        Some(format!(
            "{name} {} of {n}: {}, {time}",
            marker.index + 1,
            describe.run(marker)
        ))
    }
}

/// How far a wheel was turned, in pixels.
fn wheel(event: &WheelEvent) -> keys::Wheel {
    const LINE_PX: f64 = 16.0;
    let unit = match event.delta_mode() {
        WheelEvent::DOM_DELTA_PIXEL => 1.0,
        _ => LINE_PX,
    };
    keys::Wheel {
        x_px: event.delta_x() * unit,
        y_px: event.delta_y() * unit,
        is_pinch: event.ctrl_key() || event.meta_key(),
        is_sideways: event.shift_key(),
    }
}
