//! A picture from bytes, by an address that lives as long as it is shown. Only kinds of pictures that cannot hold code are
//! to be given: the browser decodes them as images and as nothing else.

use std::sync::Arc;

use leptos::{html, prelude::*};
use web_sys::{Blob, BlobPropertyBag, Url};

pub mod demo;

/// The picture, at most as large as its place, with its size in words.
#[component]
pub fn BlobImage(
    /// Its bytes.
    #[prop(into)]
    bytes: Signal<Arc<[u8]>>,
    /// Its MIME type.
    #[prop(into)]
    mime: Signal<&'static str>,
    /// What it is, for those who do not see it.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    let image = NodeRef::<html::Img>::new();
    let words = RwSignal::new(String::new());
    let url = Memo::new(move |_| {
        let url = bytes.with(|bytes| address(bytes, mime.get()));
        let held = url.clone();
        on_cleanup(move || {
            // Refused only for what is no address.
            held.map(|url| Url::revoke_object_url(&url).ok());
        });
        url
    });
    let on_load = move |_| {
        if let Some(image) = image.get_untracked() {
            words.set(format!("{} × {}", image.natural_width(), image.natural_height()));
        }
    };
    view! {
        <figure class="ph-blob-image" data-testid="blob-image">
            <img
                node_ref=image
                src=move || url.get()
                alt=move || label.get()
                on:load=on_load
                on:error=move |_| words.set("The browser cannot read this picture".to_owned())
            />
            <figcaption class="ph-blob-image__size ph-number">{move || words.get()}</figcaption>
        </figure>
    }
}

/// An address of bytes in this page; None if the browser gives none.
fn address(bytes: &[u8], mime: &str) -> Option<String> {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    let options = BlobPropertyBag::new();
    options.set_type(mime);
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
    Url::create_object_url_with_blob(&blob).ok()
}
