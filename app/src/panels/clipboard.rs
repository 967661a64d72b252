//! The clipboard: to be written to, as far as the browser lets this page.

use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Puts a text on the clipboard; false if the browser does not let this page, as where it came by plain http from elsewhere,
/// when there is no clipboard at all.
pub(crate) fn write(text: &str) -> impl Future<Output = bool> + 'static {
    let navigator = window().navigator();
    let is_there = js_sys::Reflect::get(&navigator, &JsValue::from_str("clipboard"))
        .is_ok_and(|clipboard| clipboard.is_object());
    // Begun at once: browsers allow it only while a press is being answered.
    let written = is_there.then(|| navigator.clipboard().write_text(text));
    async move {
        match written {
            Some(written) => JsFuture::from(written).await.is_ok(),
            None => false,
        }
    }
}
