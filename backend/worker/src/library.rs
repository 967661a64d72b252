//! The recordings that the page has handed over, for every client to open; what another recorder wrote becomes one.

use std::{cell::RefCell, collections::BTreeMap, sync::Arc};

use js_sys::JSON;
use recording::{error::OpenError, reader::Reader, source::ByteSource};
use serde_json::json;
use wasm_bindgen::JsValue;

use crate::{
    importing,
    sources::{self, ReadAs, Source, Word},
};

thread_local! {
    static RECORDINGS: RefCell<BTreeMap<String, Arc<Reader>>> = RefCell::default();
}

/// A recording, and how it came.
pub(crate) struct Found {
    pub(crate) reader: Reader,
    bytes: Arc<dyn ByteSource>,
    read_as: ReadAs,
    /// What it was before it was made into a recording, if it was something else: `a HAR file`.
    imported: Option<String>,
}

/// The recording that is in a file, bytes or at an address; or that is made of what is there. `tell` hears how far that is.
///
/// # Errors
/// It cannot be read, or is no recording and none can be made of it: a sentence.
pub(crate) async fn find(value: &JsValue, tell: &dyn Fn(Word)) -> Result<Found, String> {
    let source = sources::source(value, tell).await?;
    let Source { bytes, read_as, .. } = &source;
    let (bytes, read_as) = (bytes.clone(), *read_as);
    let error = match Reader::open(Box::new(bytes.clone())) {
        Ok(reader) => {
            return Ok(Found {
                reader,
                bytes,
                read_as,
                imported: None,
            });
        }
        Err(error) => error,
    };
    if matches!(error, OpenError::NotARecording)
        && let Some(imported) = importing::import(&source, tell).await?
    {
        let bytes = Source::of_blob(&imported.file, read_as).bytes;
        return Ok(Found {
            reader: Reader::open(Box::new(bytes.clone())).map_err(|error| error.to_string())?,
            bytes,
            read_as: match read_as {
                ReadAs::Ranges => ReadAs::Whole,
                read_as => read_as,
            },
            imported: Some(imported.kind),
        });
    }
    Err(error.to_string())
}

/// Opens a file, bytes or an address, and says what it is: the fields of a row of `GET /api/recordings`; `readAs`, how its bytes
/// are had; and `imported`, what it was before, with what of it was left out among the warnings.
///
/// # Errors
/// As [`find`].
pub(crate) async fn open(recording: &JsValue, tell: &dyn Fn(Word)) -> Result<JsValue, String> {
    let Found {
        reader,
        bytes,
        read_as,
        imported,
    } = find(recording, tell).await?;
    let size = bytes.len().map_err(|error| error.to_string())?;
    let manifest = reader.manifest();
    let mut warnings = reader.warnings();
    if imported.is_some() {
        warnings.extend(manifest.warnings.iter().cloned());
    }
    let id = manifest.head.recording_id.clone();
    let described = json!({
        "id": id,
        "title": manifest.title,
        "url": manifest.head.url,
        "duration_ms": manifest.duration.as_millis(),
        "recorded_at": manifest.head.recorded_at,
        "size": size,
        "counts": manifest.counts,
        "warnings": warnings,
        "is_live": reader.is_live(),
        "readAs": read_as.name(),
        "imported": imported,
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
