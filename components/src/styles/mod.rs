//! The style sheets of the components, put into the page once.
//!
//! They are constructed sheets: the page's policy (`style-src 'self'`) allows them, and a component cannot be used without
//! its style. The tokens in `base.css` are not among them, because the page needs those before the program runs.

use std::sync::Once;

use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};

/// Of what is seen before anything is known of a recording, and of the library.
const FIRST: &[&str] = &[
    include_str!("../primitives/icon/icon.css"),
    include_str!("../primitives/button/button.css"),
    include_str!("../primitives/badge/badge.css"),
    include_str!("../primitives/tabs/tabs.css"),
    include_str!("../primitives/select/select.css"),
    include_str!("../primitives/dialog/dialog.css"),
    include_str!("../primitives/menu/menu.css"),
    include_str!("../primitives/splitter/splitter.css"),
    include_str!("../primitives/empty_state/empty_state.css"),
    include_str!("../card/card.css"),
    include_str!("../picture/picture.css"),
    include_str!("../timeline/timeline.css"),
];

/// Of everything else.
const REST: &[&str] = &[
    include_str!("../primitives/virtual_list/virtual_list.css"),
    include_str!("../blob_image/blob_image.css"),
    include_str!("../box_model/box_model.css"),
    include_str!("../dom_tree/dom_tree.css"),
    include_str!("../facts/facts.css"),
    include_str!("../code_input/code_input.css"),
    include_str!("../console/console.css"),
    include_str!("../palette/palette.css"),
    include_str!("../nav/nav.css"),
    include_str!("../point_editor/point_editor.css"),
    include_str!("../preview/preview.css"),
    include_str!("../source/source.css"),
    include_str!("../stack/stack.css"),
    include_str!("../style_rules/style_rules.css"),
    include_str!("../steps/steps.css"),
    include_str!("../table/table.css"),
    include_str!("../tree/tree.css"),
    include_str!("../writes/writes.css"),
];

/// Adds the sheets of all components, and those of the caller after them, to the document.
///
/// # Errors
/// The browser's reason, where it knows no constructed style sheets (all current browsers do).
pub fn install(more: &[&str]) -> Result<(), JsValue> {
    add(&[FIRST, REST, more].concat())
}

/// The first of two steps of [`install`], for those who load the second part later.
pub fn install_first(more: &[&str]) {
    say(add(&[FIRST, more].concat()));
}

/// The second step, once however often it is called.
pub fn install_rest(more: &[&str]) {
    static ADDED: Once = Once::new();
    ADDED.call_once(|| say(add(&[REST, more].concat())));
}

fn say(outcome: Result<(), JsValue>) {
    if let Err(error) = outcome {
        leptos::logging::error!("the style sheets could not be installed: {error:?}");
    }
}

fn add(sheets: &[&str]) -> Result<(), JsValue> {
    let sheet = web_sys::CssStyleSheet::new()?;
    sheet.replace_sync(&sheets.join("\n"))?;
    let name = JsValue::from_str("adoptedStyleSheets");
    let adopted: js_sys::Array = js_sys::Reflect::get(&document(), &name)?.unchecked_into();
    let adopted = adopted.concat(&js_sys::Array::of1(&sheet));
    js_sys::Reflect::set(&document(), &name, &adopted).map(|_| ())
}
