//! What components need of the browser beyond their own elements, each released with the component that asked.

use leptos::{ev, html::ElementType, prelude::*};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Element, HtmlElement};

/// Width and height of an element's content box in CSS pixels, (0, 0) until it is in the page.
pub fn use_size<E>(node: NodeRef<E>) -> Signal<(f64, f64)>
where
    E: ElementType + 'static,
    E::Output: JsCast + Clone + AsRef<Element> + 'static,
{
    let size = RwSignal::new((0.0, 0.0));
    Effect::new(move |_| {
        let Some(element) = node.get() else { return };
        let element: Element = AsRef::<Element>::as_ref(&element).clone();
        let observed = element.clone();
        let on_resize = Closure::<dyn FnMut()>::new(move || {
            let now = (
                f64::from(observed.client_width()),
                f64::from(observed.client_height()),
            );
            if size.try_get_untracked().is_some_and(|before| before != now) {
                size.set(now);
            }
        });
        let Ok(observer) = web_sys::ResizeObserver::new(on_resize.as_ref().unchecked_ref()) else {
            return;
        };
        observer.observe(&element);
        let held = StoredValue::new_local((observer, on_resize));
        on_cleanup(move || held.with_value(|(observer, _)| observer.disconnect()));
    });
    size.into()
}

/// Counts up whenever the colours in force change: the page's `data-theme`, or one of the system's preferences.
pub fn use_theme_changes() -> Signal<u32> {
    let changes = RwSignal::new(0);
    let Some(root) = document().document_element() else {
        return changes.into();
    };
    let on_change = Closure::<dyn FnMut()>::new(move || changes.update(|n| *n += 1));
    let callback = on_change.as_ref().unchecked_ref::<js_sys::Function>().clone();
    let observer = web_sys::MutationObserver::new(&callback).ok();
    if let Some(observer) = &observer {
        let options = web_sys::MutationObserverInit::new();
        options.set_attributes(true);
        options.set_attribute_filter(&js_sys::Array::of1(&JsValue::from_str("data-theme")));
        // Refused only for options that name nothing to observe; these name attributes.
        observer.observe_with_options(&root, &options).ok();
    }
    let preferences: Vec<_> = [
        "(prefers-color-scheme: dark)",
        "(prefers-contrast: more)",
        "(forced-colors: active)",
    ]
    .into_iter()
    .filter_map(|preference| window().match_media(preference).ok().flatten())
    .collect();
    for preference in &preferences {
        preference.set_onchange(Some(&callback));
    }
    let held = StoredValue::new_local((observer, preferences, on_change));
    on_cleanup(move || {
        held.with_value(|(observer, preferences, _)| {
            if let Some(observer) = observer {
                observer.disconnect();
            }
            preferences
                .iter()
                .for_each(|preference| preference.set_onchange(None));
        });
    });
    changes.into()
}

/// The horizontal position of a pointer event inside `element`, in CSS pixels from its left edge.
pub fn x_in_element(event: &ev::MouseEvent, element: &HtmlElement) -> f64 {
    f64::from(event.client_x()) - element.get_bounding_client_rect().left()
}

/// Device pixels for one CSS pixel, at least 1.
pub fn pixel_ratio() -> f64 {
    window().device_pixel_ratio().max(1.0)
}

/// Runs `callback` before the next frame is painted, once; never if its owner is gone by then.
pub fn next_frame(callback: impl FnOnce() + 'static) {
    let handle = request_animation_frame_with_handle(callback).ok();
    on_cleanup(move || {
        if let Some(handle) = handle {
            handle.cancel();
        }
    });
}

/// A way to ask for `callback` to run before the next frame is painted, once a frame however often it is asked for; never once
/// its owner is gone.
pub fn once_a_frame(callback: impl Fn() + Clone + 'static) -> impl Fn() {
    let asked = StoredValue::new_local(None::<AnimationFrameRequestHandle>);
    on_cleanup(move || {
        if let Some(handle) = asked.try_get_value().flatten() {
            handle.cancel();
        }
    });
    move || {
        if asked.try_with_value(Option::is_some) != Some(false) {
            return;
        }
        let callback = callback.clone();
        let handle = request_animation_frame_with_handle(move || {
            asked.try_set_value(None);
            callback();
        });
        asked.set_value(handle.ok());
    }
}

/// Whether the person has told their system that they want less motion, now and whenever they change that.
pub fn wants_less_motion() -> Signal<bool> {
    let Ok(Some(list)) = window().match_media("(prefers-reduced-motion: reduce)") else {
        return false.into();
    };
    let wants = RwSignal::new(list.matches());
    let now = list.clone();
    let on_change = Closure::<dyn FnMut()>::new(move || {
        wants.try_set(now.matches());
    });
    list.set_onchange(Some(on_change.as_ref().unchecked_ref()));
    let held = StoredValue::new_local((list, on_change));
    on_cleanup(move || held.with_value(|(list, _)| list.set_onchange(None)));
    wants.into()
}
