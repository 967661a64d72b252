//! What an address leads to, before anything is read of it: a host that sends ranges, or one that sends only the whole file,
//! which is then fetched into a file of the browser's own; or why nothing can be had there.

use std::cell::RefCell;

use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, DedicatedWorkerGlobalScope, ReadableStreamDefaultReader, Request, RequestInit, RequestMode,
    Response,
};

use crate::sources::Word;

/// What has come is put aside by so many bytes: browsers keep large files on the disk.
const ASIDE_BYTES: u64 = 16 << 20;
/// How much comes between two words about it.
const WORD_BYTES: u64 = 256 << 10;

/// What an address leads to.
pub(crate) enum Probed {
    /// A file that can be asked for ranges; its size.
    Ranges { len: u64 },
    /// A file that was fetched whole.
    Whole(Blob),
}

thread_local! {
    /// What the own server is shown.
    static SHOWN: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// From now on the worker's own server is shown a token, or the secret of a link.
pub(crate) fn show(secret: String) {
    SHOWN.set(Some(secret));
}

/// The header `Authorization` for an address: for the worker's own server, and nobody else.
pub(crate) fn shown_to(url: &str) -> Option<String> {
    let origin = Reflect::get(&js_sys::global(), &"origin".into())
        .ok()?
        .as_string()?;
    let is_own = url
        .strip_prefix(&origin)
        .is_some_and(|path| path.starts_with('/'));
    let secret = SHOWN.with_borrow(|shown| shown.clone().filter(|_| is_own))?;
    Some(format!("Bearer {secret}"))
}

/// Finds out.
///
/// # Errors
/// Why nothing can be had there, in a sentence.
pub(crate) async fn probe(url: &str, tell: &dyn Fn(Word)) -> Result<Probed, String> {
    let response = match get(url, "GET", Some("bytes=0-0"), RequestMode::Cors).await {
        Ok(response) => response,
        Err(_) => return Err(why_unreachable(url).await),
    };
    match response.status() {
        206 => {
            let total = || {
                let range = response.headers().get("Content-Range").ok()??;
                range.rsplit('/').next()?.parse().ok()
            };
            // Between sites the browser hides Content-Range, unless the server allows it; Content-Length it shows.
            let len = match total() {
                Some(len) => Some(len),
                None => length_of(url).await,
            };
            if let Some(len) = len {
                return Ok(Probed::Ranges { len });
            }
            Ok(Probed::Whole(whole(url, tell).await?))
        }
        200 => Ok(Probed::Whole(fetched(url, &response, tell).await?)),
        status @ (401 | 403) => Err(format!(
            "what is at {url} is not for everybody: it answers with status {status}"
        )),
        status @ (404 | 410) => Err(format!("nothing is at {url}: it answers with status {status}")),
        416 => Err(format!("the file at {url} is empty")),
        status => Err(format!(
            "the host of {url} answers with status {status}; try again later"
        )),
    }
}

/// All that is at an address, in a file of the browser's own.
///
/// # Errors
/// It does not come: a sentence.
pub(crate) async fn whole(url: &str, tell: &dyn Fn(Word)) -> Result<Blob, String> {
    let whole = get(url, "GET", None, RequestMode::Cors).await;
    let whole = whole.map_err(|_| format!("nothing answers at {url}; check the connection"))?;
    match whole.status() {
        200 => fetched(url, &whole, tell).await,
        status => Err(format!(
            "the host of {url} answers with status {status}; try again later"
        )),
    }
}

/// Browsers do not say whether a host is away or does not let this page read; asking without reading tells.
async fn why_unreachable(url: &str) -> String {
    match get(url, "HEAD", None, RequestMode::NoCors).await {
        Ok(_) => format!(
            "the host of {url} does not let other pages read it: it would have to send Access-Control-Allow-Origin; \
             or download the file and open it from this computer"
        ),
        Err(_) => format!("nothing answers at {url}; check the address and the connection"),
    }
}

async fn length_of(url: &str) -> Option<u64> {
    let response = get(url, "HEAD", None, RequestMode::Cors).await.ok()?;
    response.headers().get("Content-Length").ok()??.parse().ok()
}

async fn get(url: &str, method: &str, range: Option<&str>, mode: RequestMode) -> Result<Response, JsValue> {
    let options = RequestInit::new();
    options.set_method(method);
    options.set_mode(mode);
    let request = Request::new_with_str_and_init(url, &options)?;
    if let Some(range) = range {
        request.headers().set("Range", range)?;
    }
    if let Some(shown) = shown_to(url) {
        request.headers().set("Authorization", &shown)?;
    }
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    JsFuture::from(scope.fetch_with_request(&request))
        .await?
        .dyn_into()
}

/// All of a response, in a file of the browser's own.
async fn fetched(url: &str, response: &Response, tell: &dyn Fn(Word)) -> Result<Blob, String> {
    let broke = |_: JsValue| format!("the connection to {url} broke off; try again");
    let n_all = || response.headers().get("Content-Length").ok()??.parse().ok();
    // Of an encoded file the length is another than that of what comes out of it.
    let is_encoded = response.headers().has("Content-Encoding").unwrap_or(false);
    let n_all: Option<u64> = if is_encoded { None } else { n_all() };
    let Some(body) = response.body() else {
        return Err(format!("the file at {url} is empty"));
    };
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let (parts, chunks) = (Array::new(), Array::new());
    let (mut n_read, mut n_told, mut n_waiting) = (0_u64, 0_u64, 0_u64);
    tell(Word::Read { n_read, n_all });
    loop {
        let next = JsFuture::from(reader.read()).await.map_err(broke)?;
        let field = |name: &str| Reflect::get(&next, &name.into()).unwrap_or_default();
        if field("done").is_truthy() {
            break;
        }
        let chunk: Uint8Array = field("value").unchecked_into();
        let n_bytes = u64::from(chunk.length());
        (n_read, n_waiting) = (n_read + n_bytes, n_waiting + n_bytes);
        chunks.push(&chunk);
        if n_waiting >= ASIDE_BYTES {
            parts.push(Blob::new_with_u8_array_sequence(&chunks).map_err(broke)?.as_ref());
            chunks.set_length(0);
            n_waiting = 0;
        }
        if n_read - n_told >= WORD_BYTES {
            n_told = n_read;
            tell(Word::Read { n_read, n_all });
        }
    }
    parts.push(Blob::new_with_u8_array_sequence(&chunks).map_err(broke)?.as_ref());
    Blob::new_with_blob_sequence(&parts).map_err(broke)
}
