//! The colours in force, each asked for once.

use std::cell::RefCell;

use leptos::prelude::*;
use web_sys::{CssStyleDeclaration, HtmlCanvasElement};

use super::Ink;
use crate::dom::use_theme_changes;

/// The colours of an element's `--ink-…` variables. Asking the browser for one costs more than drawing with it, so each is
/// asked for when it is first needed and kept; when the theme changes, a new one of these is wanted.
#[derive(Debug)]
pub struct Inks {
    style: Option<CssStyleDeclaration>,
    known: RefCell<[Option<String>; Ink::N]>,
}

impl Inks {
    /// The colours of a canvas as they are now.
    pub fn of(canvas: &HtmlCanvasElement) -> Self {
        Self {
            // Refused for elements without a page; those draw in black.
            style: window().get_computed_style(canvas).ok().flatten(),
            known: RefCell::new([const { None }; Ink::N]),
        }
    }

    pub(super) fn with<T>(&self, ink: Ink, use_it: impl FnOnce(&str) -> T) -> T {
        let mut known = self.known.borrow_mut();
        let colour = known[ink as usize].get_or_insert_with(|| match &self.style {
            Some(style) => style.get_property_value(ink.variable()).unwrap_or_default(),
            None => String::new(),
        });
        use_it(colour)
    }
}

/// The colours of one canvas, from theme to theme.
#[derive(Clone, Copy)]
pub struct ThemeInks {
    theme: Signal<u32>,
    kept: StoredValue<Option<(u32, Inks)>, LocalStorage>,
}

impl ThemeInks {
    /// Keeps the colours of a canvas, as long as the current owner lives.
    pub fn new() -> Self {
        Self {
            theme: use_theme_changes(),
            kept: StoredValue::new_local(None),
        }
    }

    /// Has what draws draw again when the colours have changed.
    pub fn track(&self) {
        self.theme.track();
    }

    /// Draws with the colours in force. None if the owner is gone.
    pub fn with<T>(&self, canvas: &HtmlCanvasElement, draw: impl FnOnce(&Inks) -> T) -> Option<T> {
        let theme = self.theme.get_untracked();
        self.kept.try_update_value(|kept| match kept {
            Some((of, inks)) if *of == theme => draw(inks),
            _ => draw(&kept.insert((theme, Inks::of(canvas))).1),
        })
    }
}

impl Default for ThemeInks {
    fn default() -> Self {
        Self::new()
    }
}
