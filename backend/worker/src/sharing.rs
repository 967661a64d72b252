//! Recordings that are handed on: what is in one, and a new one made of it. Whoever asks gives an instance of the worker to
//! this alone, because it answers nothing else meanwhile; to stop it they end the instance.

use exporter::{Inventory, Plan, Progress};
use js_sys::{Object, Reflect};
use recording::reader::Reader;
use wasm_bindgen::JsValue;

use crate::{library, sink::BlobSink};

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
    let found = library::find(from, &|_| {}).await?;
    Ok((found.reader, plan))
}

fn shared(fields: &[(&'static str, JsValue)]) -> JsValue {
    let (message, said) = (Object::new(), Object::new());
    for (name, value) in fields {
        let _ = Reflect::set(&said, &(*name).into(), value);
    }
    let _ = Reflect::set(&message, &"shared".into(), &said);
    message.into()
}
