//! What a menu lists.

use leptos::prelude::*;

/// One thing that a menu offers.
#[derive(Clone)]
pub struct MenuItem {
    pub(super) name: String,
    pub(super) hint: String,
    pub(super) is_enabled: bool,
    pub(super) is_checked: Option<bool>,
    pub(super) begins_group: bool,
    pub(super) drawing: Option<ViewFn>,
    pub(super) stays_open: bool,
    pub(super) on_choose: Callback<()>,
}

impl MenuItem {
    /// Something to do, by its name.
    pub fn new(name: impl Into<String>, on_choose: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            name: name.into(),
            hint: String::new(),
            is_enabled: true,
            is_checked: None,
            begins_group: false,
            drawing: None,
            stays_open: false,
            on_choose: Callback::new(move |()| on_choose()),
        }
    }

    /// Something that is on or off, and of a kind of which a person may change several: the menu stays open. Told whether it is
    /// to be on.
    pub fn switch(
        name: impl Into<String>,
        is_on: bool,
        on_switch: impl Fn(bool) + Send + Sync + 'static,
    ) -> Self {
        let now = StoredValue::new(is_on);
        let switch = move || {
            now.update_value(|is_on| *is_on = !*is_on);
            on_switch(now.get_value());
        };
        Self {
            stays_open: true,
            ..Self::new(name, switch).checked(is_on)
        }
    }

    /// With a small drawing in front of its name, of no meaning to those who do not see it.
    #[must_use]
    pub fn drawing(mut self, drawing: impl Fn() -> AnyView + Send + Sync + 'static) -> Self {
        self.drawing = Some(drawing.into());
        self
    }

    /// With the key that does the same, or another word about it, on the right.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// Something that is on or off.
    #[must_use]
    pub fn checked(mut self, is_checked: bool) -> Self {
        self.is_checked = Some(is_checked);
        self
    }

    /// Something that cannot be done now unless `is_enabled`. It stays in the list, so that the list keeps its shape.
    #[must_use]
    pub fn enabled(mut self, is_enabled: bool) -> Self {
        self.is_enabled = is_enabled;
        self
    }

    /// With a line above it.
    #[must_use]
    pub fn group(mut self) -> Self {
        self.begins_group = true;
        self
    }
}

/// Where a menu opens: the point under its upper left corner, in CSS pixels of the window. It moves to stay in the window.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MenuPlace {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
}

impl MenuPlace {
    /// Under the pointer, or for the menu key under the element that has the focus.
    pub fn of(event: &leptos::ev::MouseEvent) -> Self {
        use wasm_bindgen::JsCast;
        let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
        let element = event
            .current_target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        match element {
            Some(element) if x == 0.0 && y == 0.0 => Self::below(&element),
            _ => Self { x, y },
        }
    }

    /// Below an element, along its left edge.
    pub fn below(element: &web_sys::Element) -> Self {
        let rect = element.get_bounding_client_rect();
        Self {
            x: rect.left(),
            y: rect.bottom() + 2.0,
        }
    }
}
