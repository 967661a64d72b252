//! The recordings that the page has handed over, for every client to open.

use std::{cell::RefCell, collections::BTreeMap, sync::Arc};

use js_sys::JSON;
use recording::reader::Reader;
use serde_json::json;
use wasm_bindgen::JsValue;

use crate::sources::{self, Source};

thread_local! {
    static RECORDINGS: RefCell<BTreeMap<String, Arc<Reader>>> = RefCell::default();
}

/// Opens a file, bytes or an address, and says what it is: the fields of a row of `GET /api/recordings`, and `readAs`,
/// how its bytes are had. Of what has to be read whole, `tell` hears how much there is and how much has come.
///
/// # Errors
/// It cannot be read, or is no recording: a sentence.
pub(crate) async fn open(recording: &JsValue, tell: &dyn Fn(u64, Option<u64>)) -> Result<JsValue, String> {
    let Source { bytes, read_as } = sources::source(recording, tell).await?;
    let size = bytes.len().map_err(|error| error.to_string())?;
    let reader = Reader::open(bytes).map_err(|error| error.to_string())?;
    let manifest = reader.manifest();
    let id = manifest.head.recording_id.clone();
    let described = json!({
        "id": id,
        "title": manifest.title,
        "url": manifest.head.url,
        "duration_ms": manifest.duration.as_millis(),
        "recorded_at": manifest.head.recorded_at,
        "size": size,
        "counts": manifest.counts,
        "warnings": reader.warnings(),
        "is_live": reader.is_live(),
        "readAs": read_as.name(),
    });
    RECORDINGS.with_borrow_mut(|recordings| recordings.insert(id, Arc::new(reader)));
    JSON::parse(&described.to_string()).map_err(|_| "the recording cannot be described".to_owned())
}

/// The recording with this id.
///
/// # Errors
/// A sentence that says it is not here.
pub(crate) fn get(id: &str) -> Result<Arc<Reader>, String> {
    let found = RECORDINGS.with_borrow(|recordings| recordings.get(id).cloned());
    found.ok_or_else(|| format!("recording {id} has not been opened in this page"))
}
