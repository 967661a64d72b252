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
    include_str!("../film/film.css"),
    include_str!("../timeline/timeline.css"),
    include_str!("../transport/transport.css"),
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
    add(&[FIRST, REST, more].concat(), None)
}

/// The first of two steps of [`install`], for those who load the second part later.
pub fn install_first(more: &[&str]) {
    say(add(FIRST, None).and_then(|()| add(more, None)));
}

/// The second step, once however often it is called. The caller's own sheets stay behind those of the components.
pub fn install_rest(more: &[&str]) {
    static ADDED: Once = Once::new();
    ADDED.call_once(|| say(add(REST, Some(1)).and_then(|()| add(more, None))));
}

/// Adds sheets behind all that were added.
pub fn install_more(sheets: &[&str]) {
    say(add(sheets, None));
}

fn say(outcome: Result<(), JsValue>) {
    if let Err(error) = outcome {
        leptos::logging::error!("the style sheets could not be installed: {error:?}");
    }
}

/// Adds sheets as one, behind all that were added, or in front of the `at`-th of them. What comes later prevails.
fn add(sheets: &[&str], at: Option<u32>) -> Result<(), JsValue> {
    let sheet = web_sys::CssStyleSheet::new()?;
    sheet.replace_sync(&sheets.join("\n"))?;
    let name = JsValue::from_str("adoptedStyleSheets");
    let adopted: js_sys::Array = js_sys::Reflect::get(&document(), &name)?.unchecked_into();
    let n_before = at.unwrap_or(u32::MAX).min(adopted.length());
    let before = adopted.slice(0, n_before);
    let behind = adopted.slice(n_before, adopted.length());
    let all = before.concat(&js_sys::Array::of1(&sheet)).concat(&behind);
    js_sys::Reflect::set(&document(), &name, &all).map(|_| ())
}
