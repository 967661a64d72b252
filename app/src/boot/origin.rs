//! Where the viewer is, and what the page that brought it says of its surroundings: attributes of the script that started it.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlScriptElement, Url};

use crate::url;

/// Finds out where the viewer is: in the folder of the script that started it.
pub(super) fn find() {
    // The script is on the page's own host: `http://host/folder/boot.js`.
    let folder = script().and_then(|script| {
        let address = script.src();
        let (_, path) = address.split_once("://")?.1.split_once('/')?;
        Some(format!("/{}", path.strip_suffix("boot.js")?))
    });
    url::set_home(folder.unwrap_or_else(|| "/".to_owned()));
}

/// Whether there is a server of recordings where the page came from.
pub(super) fn has_server() -> bool {
    attribute("data-library").is_none()
}

/// An attribute of the script.
pub(super) fn attribute(name: &str) -> Option<String> {
    script()?.get_attribute(name)
}

/// The script that started the viewer.
pub(super) fn script() -> Option<HtmlScriptElement> {
    let script = document().query_selector("script[data-wasm]").ok()??;
    Some(script.unchecked_into())
}

/// Where the list of recordings is.
pub(super) fn library() -> String {
    attribute("data-library").unwrap_or_else(|| format!("{}api/recordings", url::home()))
}

/// The folder that has the engine, if this build of the viewer has one.
pub(super) fn engine_folder() -> Option<String> {
    let folder = attribute("data-engine")?;
    let page = document().base_uri().ok().flatten();
    let url = page.and_then(|page| Url::new_with_base(&folder, &page).ok());
    Some(url.map_or(folder, |url| url.href()))
}
