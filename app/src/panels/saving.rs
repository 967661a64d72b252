//! Files that the page gives to the person, and takes from them.

use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, HtmlElement, HtmlInputElement, Url};

/// Saves a text as a file, where the browser puts what is downloaded.
pub(crate) fn save_text(name: &str, text: &str, media_type: &str) -> Result<(), String> {
    let kind = BlobPropertyBag::new();
    kind.set_type(media_type);
    let bytes = Array::of1(&Uint8Array::from(text.as_bytes()));
    let file = Blob::new_with_u8_array_sequence_and_options(&bytes, &kind);
    file.and_then(|file| download(name, &file))
        .map_err(|_| "The browser does not let this page save files.".to_owned())
}

/// Saves a file where the browser puts what is downloaded.
pub(crate) fn download(name: &str, file: &Blob) -> Result<(), JsValue> {
    let url = Url::create_object_url_with_blob(file)?;
    let link = document().create_element("a")?;
    link.set_attribute("href", &url)?;
    link.set_attribute("download", name)?;
    link.unchecked_into::<HtmlElement>().click();
    // The download has its own hold on the file by the time the page goes on.
    set_timeout(
        move || drop(Url::revoke_object_url(&url)),
        std::time::Duration::from_secs(10),
    );
    Ok(())
}

/// The text of the file that was chosen in an input.
pub(crate) async fn chosen_text(input: HtmlInputElement) -> Option<Result<String, String>> {
    let file = input.files()?.get(0)?;
    // The same file can be chosen again.
    input.set_value("");
    let text = JsFuture::from(file.text()).await;
    let text = text.ok().and_then(|text| text.as_string());
    Some(text.ok_or_else(|| format!("{} cannot be read.", file.name())))
}
