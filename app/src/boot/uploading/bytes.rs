//! The bytes of a recording that is sent: a file's by slices, those at an address by ranges. Nothing is read whole.

use gloo_net::http::Request;
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// Where they are.
pub(super) enum Bytes {
    /// In a file.
    File(Blob),
    /// At an address.
    Address {
        /// The address.
        url: String,
        /// How many there are.
        n_bytes: u64,
    },
}

impl Bytes {
    /// Those that a value stands for, as the engine is told of it: a file, or an address where there are so many.
    ///
    /// # Errors
    /// It is neither: a sentence.
    pub(super) fn of(from: &JsValue, n_bytes: u64) -> Result<Self, String> {
        match (from.dyn_ref::<Blob>(), from.as_string()) {
            (Some(file), _) => Ok(Self::File(file.clone())),
            (None, Some(url)) => Ok(Self::Address { url, n_bytes }),
            (None, None) => Err("There is no file that could be sent.".to_owned()),
        }
    }

    /// How many there are.
    pub(super) fn n_bytes(&self) -> u64 {
        match self {
            Self::File(file) => file.size() as u64,
            Self::Address { n_bytes, .. } => *n_bytes,
        }
    }

    /// Some of them.
    ///
    /// # Errors
    /// They cannot be read: why.
    pub(super) async fn read(&self, offset: u64, len: u64) -> Result<Vec<u8>, String> {
        let bytes = match self {
            Self::File(file) => slice(file, offset, len)
                .await
                .map_err(|_| "the browser has lost it".to_owned())?,
            Self::Address { url, .. } => range(url, offset, len).await?,
        };
        match bytes.len() as u64 == len {
            true => Ok(bytes),
            false => Err("it is shorter than it was".to_owned()),
        }
    }
}

async fn slice(file: &Blob, offset: u64, len: u64) -> Result<Vec<u8>, JsValue> {
    let part = file.slice_with_f64_and_f64(offset as f64, (offset + len) as f64)?;
    let buffer = JsFuture::from(part.array_buffer()).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

async fn range(url: &str, offset: u64, len: u64) -> Result<Vec<u8>, String> {
    let request = Request::get(url).header("range", &format!("bytes={offset}-{}", offset + len - 1));
    let answer = request
        .send()
        .await
        .map_err(|_| "its host does not answer".to_owned())?;
    match answer.status() {
        206 => answer.binary().await.map_err(|_| "its host broke off".to_owned()),
        200 => Err("its host sends no parts of files; save it, and open it from this computer".to_owned()),
        status => Err(format!("its host answers with status {status}")),
    }
}
