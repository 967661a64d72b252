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

use super::{
    decoding::{Decoded, Decoder, Failure},
    image::{ImageKind, check_size, kind_at_once, read_image},
};

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
    decoder: StoredValue<Option<Decoder>, LocalStorage>,
}

impl Bitmaps {
    /// An empty table, under the current owner.
    pub fn new() -> Self {
        Self {
            all: StoredValue::new_local(HashMap::new()),
            decoder: StoredValue::new_local(None),
        }
    }

    /// Has images decoded by a worker from now on: `script` is the address of `public/decoder.js`. The page decodes by itself
    /// where there is none.
    pub fn decode_by(&self, script: &str) {
        match Decoder::start(script) {
            Ok(decoder) => self.decoder.set_value(Some(decoder)),
            Err(error) => leptos::logging::warn!("pictures are decoded without a worker: {error:?}"),
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
        let bitmap = match self.by_worker(&base64).await? {
            Some(bitmap) => bitmap,
            None => by_page(base64).await?,
        };
        let size = (bitmap.image.width(), bitmap.image.height());
        check_size(size)?;
        self.all.try_update_value(|all| all.insert(key, Rc::new(bitmap)));
        Ok(size)
    }

    /// None if there is no worker, or if more of the image has to be looked at before anybody decodes it.
    async fn by_worker(self, base64: &str) -> Result<Option<Bitmap>, String> {
        let Some(kind) = kind_at_once(base64)? else {
            return Ok(None);
        };
        let decoding = self
            .decoder
            .try_with_value(|decoder| Some(decoder.as_ref()?.decode(base64, kind.mime())));
        let Some(decoding) = decoding.flatten() else {
            return Ok(None);
        };
        match decoding.await {
            Ok(Decoded { image, file }) => Ok(Some(Bitmap { image, file, kind })),
            Err(Failure::NoWorker) => Ok(None),
            Err(Failure::Unreadable(error)) => Err(refused(&error)),
        }
    }
}

async fn by_page(base64: String) -> Result<Bitmap, String> {
    let (bytes, kind) = read_image(&base64)?;
    drop(base64);
    let file = file_of(&bytes, kind).map_err(|error| refused(&error))?;
    drop(bytes);
    let decoding = window()
        .create_image_bitmap_with_blob(&file)
        .map_err(|error| refused(&error))?;
    let image = JsFuture::from(decoding).await.map_err(|error| refused(&error))?;
    Ok(Bitmap {
        image: image.unchecked_into(),
        file,
        kind,
    })
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
