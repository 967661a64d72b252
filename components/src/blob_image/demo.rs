//! A dot.

use std::sync::Arc;

use leptos::prelude::*;

use super::BlobImage;

/// A GIF of one white pixel.
const DOT: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0!\xf9\x04\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

/// The gallery's page for pictures from bytes.
#[component]
pub fn BlobImageDemo() -> impl IntoView {
    let bytes: Arc<[u8]> = DOT.into();
    view! {
        <div class="gallery__box">
            <BlobImage bytes=Signal::derive(move || Arc::clone(&bytes)) mime="image/gif" label="A white dot"/>
        </div>
    }
}
