//! Decoded images by their keys: a table that holds what the browser has decoded and decides nothing.
//!
//! Which images are wanted, how many are kept and which go first is decided where that is known (in the viewer: the store of
//! pictures, which knows no browser). This is the other half, which knows the browser: it decodes beside the page's work and
//! gives the memory back. Components draw from it at once, so that a picture that is here is never waited for.

use std::{collections::HashMap, rc::Rc, sync::Arc};

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, ImageBitmap};

use super::image::{ImageKind, check_size, read_image};

/// A decoded image, with the file that it came as. Its memory is given back when nobody holds it any more.
pub struct Bitmap {
    /// What is drawn.
    pub image: ImageBitmap,
    /// The file: what is saved is what was recorded, not what the browser would make of it.
    pub file: Blob,
    /// What the file is.
    pub kind: ImageKind,
}

impl Drop for Bitmap {
    fn drop(&mut self) {
        self.image.close();
    }
}

/// The table. It lives as long as the owner it was made under.
#[derive(Clone, Copy)]
pub struct Bitmaps {
    all: StoredValue<HashMap<Arc<str>, Rc<Bitmap>>, LocalStorage>,
}

impl Bitmaps {
    /// An empty table, under the current owner.
    pub fn new() -> Self {
        Self {
            all: StoredValue::new_local(HashMap::new()),
        }
    }

    /// An image, if it is here.
    pub fn get(&self, key: &str) -> Option<Rc<Bitmap>> {
        self.all.try_with_value(|all| all.get(key).cloned()).flatten()
    }

    /// Lets go of an image. Who draws it just now goes on holding it.
    pub fn forget(&self, key: &str) {
        self.all.try_update_value(|all| all.remove(key));
    }

    /// Decodes an image that came as base64 and puts it here. Width and height in its own pixels.
    ///
    /// # Errors
    /// Why it is not shown, as the end of a sentence that begins with "the picture".
    pub async fn bring(self, key: Arc<str>, base64: String) -> Result<(u32, u32), String> {
        let (bytes, kind) = read_image(&base64)?;
        drop(base64);
        let file = file_of(&bytes, kind).map_err(|error| refused(&error))?;
        drop(bytes);
        let decoding = window()
            .create_image_bitmap_with_blob(&file)
            .map_err(|error| refused(&error))?;
        let image = JsFuture::from(decoding).await.map_err(|error| refused(&error))?;
        let bitmap = Bitmap {
            image: image.unchecked_into(),
            file,
            kind,
        };
        let size = (bitmap.image.width(), bitmap.image.height());
        check_size(size)?;
        self.all.try_update_value(|all| all.insert(key, Rc::new(bitmap)));
        Ok(size)
    }
}

impl Default for Bitmaps {
    fn default() -> Self {
        Self::new()
    }
}

fn file_of(bytes: &[u8], kind: ImageKind) -> Result<Blob, JsValue> {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    let options = BlobPropertyBag::new();
    options.set_type(kind.mime());
    Blob::new_with_u8_array_sequence_and_options(&parts, &options)
}

fn refused(error: &JsValue) -> String {
    leptos::logging::warn!("a picture could not be decoded: {error:?}");
    "cannot be read by this browser: it may be damaged".to_owned()
}
