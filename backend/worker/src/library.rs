//! The recordings that the page has handed over, for every client to open.

use std::{cell::RefCell, collections::BTreeMap, sync::Arc};

use recording::reader::Reader;
use wasm_bindgen::JsValue;

use crate::sources;

thread_local! {
    static RECORDINGS: RefCell<BTreeMap<String, Arc<Reader>>> = RefCell::default();
}

/// Opens a file, bytes or an address, and says what it is: `id`, `title`, `url`.
///
/// # Errors
/// It cannot be read, or is no recording: a sentence.
pub(crate) fn open(recording: &JsValue) -> Result<[(&'static str, String); 3], String> {
    let reader = Reader::open(sources::source(recording)?).map_err(|error| error.to_string())?;
    let manifest = reader.manifest();
    let id = manifest.head.recording_id.clone();
    let said = [
        ("id", id.clone()),
        ("title", manifest.title.clone()),
        ("url", manifest.head.url.clone()),
    ];
    RECORDINGS.with_borrow_mut(|recordings| recordings.insert(id, Arc::new(reader)));
    Ok(said)
}

/// The recording with this id.
///
/// # Errors
/// A sentence that says it is not here.
pub(crate) fn get(id: &str) -> Result<Arc<Reader>, String> {
    let found = RECORDINGS.with_borrow(|recordings| recordings.get(id).cloned());
    found.ok_or_else(|| format!("recording {id} has not been opened in this page"))
}
