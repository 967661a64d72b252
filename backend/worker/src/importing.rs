//! Files of other recorders: made into recordings by the importer, a module of its own that lies beside the worker's script and
//! is there only as long as it has something to do.

use std::{cell::RefCell, io::Write, rc::Rc, sync::Arc};

use js_sys::{Error, Function, Object, Reflect, Uint8Array};
use recording::source::ByteSource;
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use web_sys::{Blob, DedicatedWorkerGlobalScope};

use crate::{
    sink::BlobSink,
    sources::{self, Source, Word},
};

/// The global that the module's script makes.
const MODULE: &str = "playhead_importer";
/// What is said when the module breaks.
const BROKEN: &str = "the importer broke off: this file may take more memory than a page gives; `playhead import` makes a recording \
                      of it on the command line";

#[wasm_bindgen]
extern "C" {
    /// Sets the module up.
    #[wasm_bindgen(catch, js_namespace = playhead_importer, js_name = initSync)]
    fn set_up(options: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = playhead_importer, js_name = kindOf)]
    fn kind_of(len: f64, read: &Function) -> Result<Option<String>, JsValue>;
    #[wasm_bindgen(catch, js_namespace = playhead_importer, js_name = importFile)]
    fn import_file(len: f64, read: &Function, write: &Function) -> Result<(), JsValue>;
}

/// What came of a file.
pub(crate) struct Imported {
    /// The recording.
    pub(crate) file: Blob,
    /// What the file was: `a HAR file`.
    pub(crate) kind: String,
}

/// Makes a recording of what another recorder wrote; None if it is nothing of the kind, or this build has no importer. `tell`
/// hears what is done.
///
/// # Errors
/// It is of such a kind, and cannot be imported: a sentence that says what to do.
pub(crate) async fn import(source: &Source, tell: &dyn Fn(Word)) -> Result<Option<Imported>, String> {
    let Some(folder) = sources::own_folder() else {
        return Ok(None);
    };
    let module = Module::load(&folder)?;
    let Some(kind) = module.kind_of(&source.bytes)? else {
        return Ok(None);
    };
    tell(Word::Importing(&kind));
    // All of it is read, in no order: by ranges that would be slow, and if it is somebody else's host, rude.
    let fetched = source.fetched(tell).await?;
    let file = module.import(fetched.as_ref().unwrap_or(&source.bytes))?;
    Ok(Some(Imported { file, kind }))
}

/// The importer, set up for one file. Its memory is let go of with it.
struct Module(());

impl Module {
    fn load(folder: &str) -> Result<Self, String> {
        let failed = |error: JsValue| sources::failed("the importer could not be loaded", &error).to_string();
        let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
        scope
            .import_scripts_1(&format!("{folder}worker_importer.js"))
            .map_err(failed)?;
        let module = Self(());
        let bytes = sources::whole(&format!("{folder}worker_importer_bg.wasm"))?;
        let options = Object::new();
        // Refused only by objects that are frozen.
        let _ = Reflect::set(&options, &"module".into(), &Uint8Array::from(bytes.as_slice()));
        set_up(&options).map_err(failed)?;
        Ok(module)
    }

    fn kind_of(&self, bytes: &Arc<dyn ByteSource>) -> Result<Option<String>, String> {
        let (len, read) = reading(bytes)?;
        kind_of(len, read.as_ref().unchecked_ref()).map_err(said)
    }

    fn import(&self, bytes: &Arc<dyn ByteSource>) -> Result<Blob, String> {
        let (len, read) = reading(bytes)?;
        let sink = Rc::new(RefCell::new(BlobSink::default()));
        let written = sink.clone();
        let write = Closure::<dyn Fn(Uint8Array) -> Result<(), JsValue>>::new(move |piece: Uint8Array| {
            let written = written.borrow_mut().write_all(&piece.to_vec());
            written.map_err(|error| error.to_string().into())
        });
        import_file(len, read.as_ref().unchecked_ref(), write.as_ref().unchecked_ref()).map_err(said)?;
        sink.take().into_file().map_err(|error| error.to_string())
    }
}

impl Drop for Module {
    fn drop(&mut self) {
        // Refused only by objects that are frozen.
        let _ = Reflect::set(&js_sys::global(), &MODULE.into(), &JsValue::UNDEFINED);
    }
}

type Read = Closure<dyn Fn(f64, f64) -> Result<Uint8Array, JsValue>>;

/// How long something is, and what gives the module its bytes.
fn reading(bytes: &Arc<dyn ByteSource>) -> Result<(f64, Read), String> {
    let len = bytes.len().map_err(|error| error.to_string())?;
    let bytes = bytes.clone();
    let read = Read::new(move |offset: f64, n_bytes: f64| {
        let mut buffer = vec![0; n_bytes as usize];
        match bytes.read_at(offset as u64, &mut buffer) {
            Ok(()) => Ok(Uint8Array::from(buffer.as_slice())),
            Err(error) => Err(error.to_string().into()),
        }
    });
    Ok((len as f64, read))
}

/// The module's own words. What breaks it is no error of its own: it may take no more memory, or nests no deeper.
fn said(error: JsValue) -> String {
    match error.dyn_ref::<Error>() {
        Some(error) if error.name() == "Error" => String::from(error.message()),
        _ => BROKEN.to_owned(),
    }
}
