//! The colours in force, each asked for once.

use std::cell::RefCell;

use web_sys::{CssStyleDeclaration, HtmlCanvasElement};

use super::Ink;

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
            style: leptos::prelude::window()
                .get_computed_style(canvas)
                .ok()
                .flatten(),
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
