//! What the mouse or the cursor is on: a line, and the expression there.

use std::time::Duration;

use leptos::{ev::MouseEvent, html::Div, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::{HoverTarget, Shown, SourcePlace, expression};

/// How long the pointer may leave a name, on its way to what is shown beside it.
const GRACE: Duration = Duration::from_millis(180);

/// What the pointer is on.
#[derive(Clone, Copy)]
pub(super) struct Pointing {
    pub(super) shown: Shown,
    pub(super) window: NodeRef<Div>,
    pub(super) on_hover: Callback<Option<HoverTarget>>,
    pub(super) hovered: StoredValue<Option<SourcePlace>>,
    pub(super) leaving: StoredValue<Option<TimeoutHandle>, LocalStorage>,
}

impl Pointing {
    /// The place of an event, and the name there.
    pub(super) fn at_event(self, event: &MouseEvent) -> Option<(SourcePlace, Option<HoverTarget>)> {
        let element: Element = event.target()?.dyn_into().ok()?;
        let number = |selector: &str, name: &str| -> Option<u32> {
            element.closest(selector).ok()??.get_attribute(name)?.parse().ok()
        };
        let line = number("[data-line]", "data-line")?;
        let column = number("[data-column]", "data-column");
        let place = SourcePlace {
            line,
            column: column.unwrap_or(0),
        };
        Some((place, column.and_then(|_| self.at_place(place))))
    }

    /// The name at a place.
    pub(super) fn at_place(self, place: SourcePlace) -> Option<HoverTarget> {
        self.shown.text.with_untracked(|text| {
            let line_idx = (place.line as usize).checked_sub(1)?;
            let at = text.at_unit(line_idx, place.column as usize);
            let (_, line) = text.line(line_idx)?;
            // A part of the line that begins and ends between characters; expressions are shorter than this.
            let mut from = at.byte.saturating_sub(1_000);
            while !line.is_char_boundary(from) {
                from += 1;
            }
            let mut to = (at.byte + 200).min(line.len());
            while !line.is_char_boundary(to) {
                to -= 1;
            }
            let before = line.get(from..at.byte)?.encode_utf16().count();
            let begin_unit = at.unit.saturating_sub(before) as u32;
            expression::target_at(line.get(from..to)?, at.byte - from, place.line, begin_unit)
        })
    }

    pub(super) fn say(self, target: Option<HoverTarget>) {
        self.stay();
        let place = target.as_ref().map(|target| target.place);
        if self.hovered.get_value() != place {
            self.hovered.set_value(place);
            self.on_hover.run(target);
        }
    }

    pub(super) fn follow(self, event: &leptos::ev::PointerEvent) {
        if event.pointer_type() != "mouse" {
            return;
        }
        let is_in_popover = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .is_some_and(|element| element.closest(".ph-source__popover").ok().flatten().is_some());
        match self.at_event(event) {
            _ if is_in_popover => self.stay(),
            Some((_, Some(target))) => self.say(Some(target)),
            _ => self.leave(),
        }
    }

    /// The pointer has left the name; what is shown beside it stays for a moment, so that it can be reached.
    pub(super) fn leave(self) {
        let is_leaving = self.leaving.with_value(Option::is_some);
        if is_leaving || self.hovered.with_value(Option::is_none) {
            return;
        }
        let gone = move || {
            if self.window.try_get_untracked().flatten().is_some() {
                self.say(None);
            }
        };
        self.leaving.set_value(set_timeout_with_handle(gone, GRACE).ok());
    }

    fn stay(self) {
        if let Some(handle) = self.leaving.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    }
}
