//! Scrolls a list: keeps the rows, the browser's scrollbar and what is to be in sight together.

use leptos::{html::Div, prelude::*};

use super::{
    Reveal, RowLayout, logic,
    scale::{MAX_PX, Position, Scale},
};
use crate::dom::next_frame;

/// The scroll position of one list.
#[derive(Clone, Copy)]
pub(super) struct Scroller {
    pub(super) window: NodeRef<Div>,
    pub(super) layout: Signal<RowLayout>,
    pub(super) size: Signal<(f64, f64)>,
    pub(super) header_px: f64,
    pub(super) position: RwSignal<Position>,
    pub(super) fulfilled: StoredValue<Option<Fulfilled>>,
}

/// The wish that was fulfilled last.
#[derive(Clone, Copy)]
pub(super) struct Fulfilled {
    reveal: Reveal,
    /// Counts the heights it was fulfilled by.
    turn: u32,
    /// Whether the row had to be moved into sight.
    is_placed: bool,
    /// Whether the person has not scrolled since.
    is_held: bool,
}

impl Scroller {
    /// Fulfils wishes. A wish is held until the person scrolls: while rows come or change their heights, as they do when a
    /// page fills, what was put in the middle stays there.
    pub(super) fn follow(self, reveal: Signal<Option<Reveal>>) {
        let turn = Memo::new(move |last: Option<&u32>| {
            self.layout.track();
            self.size.track();
            last.map_or(0, |last| last.wrapping_add(1))
        });
        Effect::new(move |_| {
            let (reveal, turn) = (reveal.get(), turn.get());
            // After the rows' own change has reached the page, so that the scroll height is the new one.
            next_frame(move || {
                self.keep();
                if let Some(reveal) = reveal {
                    self.fulfil(reveal, turn);
                }
            });
        });
    }

    /// How high the element is that holds the rows. Tracked.
    pub(super) fn content_px(self) -> f64 {
        self.layout.with(RowLayout::total_px).min(MAX_PX)
    }

    /// Where a row is put in the element that holds the rows. Tracked.
    pub(super) fn row_px(self, index: usize) -> f64 {
        self.layout.with(|layout| layout.top_px(index)) - self.position.get().offset_px()
    }

    /// The browser has scrolled, by itself or because it was told to.
    pub(super) fn on_scroll(self) {
        let Some(window) = self.window.get_untracked() else {
            return;
        };
        let bar_px = f64::from(window.scroll_top());
        let from = self.position.get_untracked();
        if bar_px == from.bar_px {
            return;
        }
        let scale = self.scale();
        // Where rows have gone the browser goes back to the last, which is nobody's doing.
        if bar_px < scale.max_bar_px().floor() {
            self.let_go();
        }
        self.put(scale.scrolled(from, bar_px), bar_px);
    }

    /// Brings a row into sight because the person moves to it.
    pub(super) fn show(self, row: usize) {
        self.let_go();
        self.bring(Reveal::nearest(row), false);
    }

    fn let_go(self) {
        self.fulfilled.update_value(|fulfilled| {
            if let Some(fulfilled) = fulfilled {
                fulfilled.is_held = false;
            }
        });
    }

    fn fulfil(self, reveal: Reveal, turn: u32) {
        let last = self.fulfilled.get_value();
        let is_same = last.is_some_and(|last| last.reveal == reveal);
        if is_same && last.is_some_and(|last| !last.is_held || last.turn == turn) {
            return;
        }
        // Another row while the heights change is the same one as a rule, with rows come in front of it.
        let was_placed = last.is_some_and(|last| last.is_placed && last.is_held && last.turn != turn);
        let is_placed = self.bring(reveal, was_placed && reveal.is_centered);
        let is_placed = is_placed || was_placed;
        self.fulfilled.set_value(Some(Fulfilled {
            reveal,
            turn,
            is_placed,
            is_held: true,
        }));
    }

    /// Brings a row into sight if it is not, or anyway. Says whether it was not.
    fn bring(self, reveal: Reveal, is_forced: bool) -> bool {
        let scale = self.scale();
        let top_px = self.position.get_untracked().top_px;
        let to = self.layout.with_untracked(|layout| match is_forced {
            true => Some(logic::centered_px(layout, reveal.row, scale.window_px)),
            false => logic::scroll_to_show(layout, reveal, top_px, scale.window_px),
        });
        if let Some(to) = to {
            let near = Position {
                top_px: to,
                bar_px: to - self.position.get_untracked().offset_px(),
            };
            // What is near is scrolled to without the bar being put elsewhere.
            let to = match (to - top_px).abs() <= scale.window_px && to <= scale.max_top_px() {
                true => scale.kept(near),
                false => scale.at_top(to),
            };
            self.put(to, top_px - self.position.get_untracked().offset_px());
        }
        to.is_some()
    }

    /// Stays where it is among rows that have changed.
    fn keep(self) {
        let from = self.position.get_untracked();
        let kept = self.scale().kept(from);
        if kept != from {
            self.put(kept, from.bar_px);
        }
    }

    /// Puts the list somewhere; the bar is at `bar_px` now.
    fn put(self, to: Position, bar_px: f64) {
        let Some(window) = self.window.get_untracked() else {
            return;
        };
        let mut to = to;
        if to.bar_px != bar_px {
            window.set_scroll_top(to.bar_px.round() as i32);
            // A browser may go less far than it is told.
            let moved_px = f64::from(window.scroll_top()) - to.bar_px;
            to.bar_px += moved_px;
            to.top_px += if self.scale().is_plain() { moved_px } else { 0.0 };
        }
        if self.position.get_untracked() != to {
            self.position.set(to);
        }
    }

    fn scale(self) -> Scale {
        Scale {
            total_px: self.layout.with_untracked(RowLayout::total_px),
            window_px: self.size.get_untracked().1 - self.header_px,
        }
    }
}
