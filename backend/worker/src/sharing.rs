//! Recordings that are handed on: what is in one, and a new one made of it. Whoever asks gives an instance of the worker to
//! this alone, because it answers nothing else meanwhile; to stop it they end the instance.

use std::io;

use exporter::{Inventory, Plan, Progress};
use js_sys::{Array, Object, Reflect, Uint8Array};
use recording::{manifest::MEDIA_TYPE, reader::Reader};
use wasm_bindgen::JsValue;
use web_sys::{Blob, BlobPropertyBag};

use crate::sources;

/// So much is gathered before the browser is given it to keep, which for large files it does outside of memory.
const PART_BYTES: usize = 4 << 20;
/// At most so often somebody is told how far it is, in ms.
const WORD_MS: f64 = 100.0;

/// Does what a message asks for: `share` is a plan as JSON, `from` a recording as for `recordings`; with `inventory` only
/// what is in it is told. Says `{ shared: … }`: `inventory` as JSON; `done` and `nBytes` while it goes on; in the end `file`
/// and `manifest` as JSON; or `error`.
pub(crate) async fn share(plan: String, from: JsValue, is_inventory: bool, say: fn(&JsValue)) {
    let outcome = match is_inventory {
        true => inventory(&plan, &from).await,
        false => made(&plan, &from, say).await,
    };
    say(&shared(&match outcome {
        Ok(fields) => fields,
        Err(error) => vec![("error", error.into())],
    }));
}

type Fields = Vec<(&'static str, JsValue)>;

async fn inventory(plan: &str, from: &JsValue) -> Result<Fields, String> {
    let (reader, plan) = opened(plan, from).await?;
    let inventory = Inventory::of(&reader, &plan).map_err(|error| error.to_string())?;
    let json = serde_json::to_string(&inventory).map_err(|error| error.to_string())?;
    Ok(vec![("inventory", json.into())])
}

async fn made(plan: &str, from: &JsValue, say: fn(&JsValue)) -> Result<Fields, String> {
    let (reader, plan) = opened(plan, from).await?;
    let mut sink = BlobSink::default();
    let mut told_at = 0.0;
    let mut tell = |progress: Progress| {
        let now = js_sys::Date::now();
        if now - told_at >= WORD_MS {
            told_at = now;
            let fields = [
                ("done", progress.done.into()),
                ("nBytes", (progress.n_bytes as f64).into()),
            ];
            say(&shared(&fields));
        }
        true
    };
    let manifest = exporter::export(&reader, &plan, &mut sink, &mut tell);
    let manifest = manifest.map_err(|error| error.to_string())?;
    let file = sink.into_file().map_err(|error| error.to_string())?;
    let manifest = serde_json::to_string(&manifest).map_err(|error| error.to_string())?;
    Ok(vec![("file", file.into()), ("manifest", manifest.into())])
}

async fn opened(plan: &str, from: &JsValue) -> Result<(Reader, Plan), String> {
    let plan = serde_json::from_str(plan).map_err(|error| format!("this is no plan: {error}"))?;
    let source = sources::source(from, &|_, _| {}).await?;
    let reader = Reader::open(source.bytes).map_err(|error| error.to_string())?;
    Ok((reader, plan))
}

fn shared(fields: &[(&'static str, JsValue)]) -> JsValue {
    let (message, said) = (Object::new(), Object::new());
    for (name, value) in fields {
        let _ = Reflect::set(&said, &(*name).into(), value);
    }
    let _ = Reflect::set(&message, &"shared".into(), &said);
    message.into()
}

/// A file that grows in the browser's own keeping.
#[derive(Default)]
struct BlobSink {
    parts: Array,
    waiting: Vec<u8>,
}

impl BlobSink {
    fn put_aside(&mut self) -> io::Result<()> {
        let bytes = Array::of1(&Uint8Array::from(self.waiting.as_slice()));
        let part = Blob::new_with_u8_array_sequence(&bytes);
        let part = part.map_err(|error| sources::failed("the browser has no room for the file", &error))?;
        self.parts.push(&part);
        self.waiting.clear();
        Ok(())
    }

    fn into_file(mut self) -> io::Result<Blob> {
        self.put_aside()?;
        let kind = BlobPropertyBag::new();
        kind.set_type(MEDIA_TYPE);
        Blob::new_with_blob_sequence_and_options(&self.parts, &kind)
            .map_err(|error| sources::failed("the browser has no room for the file", &error))
    }
}

impl io::Write for BlobSink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() >= PART_BYTES {
            self.put_aside()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
