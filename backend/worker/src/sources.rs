//! Where a recording's bytes come from in the page: a file by slices, memory, an address by ranges. A worker may block,
//! so once a source is there it is read at once, without promises.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex, PoisonError},
};

use js_sys::{ArrayBuffer, Reflect, Uint8Array};
use recording::source::{ByteSource, MemorySource};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, FileReaderSync, XmlHttpRequest, XmlHttpRequestResponseType};

use crate::fetching::{self, Probed};

/// What is asked of an address at once: a request costs more than so many bytes.
const BLOCK_BYTES: u64 = 64 << 10;
/// How many blocks are kept; the reader itself keeps what it has decoded.
const MAX_BLOCKS: usize = 64;

thread_local! {
    /// Values of the page cannot be in a source, which might be given to another thread; a worker has none.
    static BLOBS: RefCell<Vec<Blob>> = RefCell::default();
}

/// A word about how far an opening is.
pub(crate) enum Word<'a> {
    /// How much has come of what has to be read whole, in bytes; all there are, if known.
    Read {
        /// So many have come.
        n_read: u64,
        /// Of so many.
        n_all: Option<u64>,
    },
    /// It is what another recorder wrote, `a HAR file`, and is made into a recording.
    Importing(&'a str),
}

/// A file's bytes, and how they are had.
pub(crate) struct Source {
    pub(crate) bytes: Arc<dyn ByteSource>,
    pub(crate) read_as: ReadAs,
    /// Where ranges of it come from.
    address: Option<String>,
}

impl Source {
    /// A file of the page.
    pub(crate) fn of_blob(blob: &Blob, read_as: ReadAs) -> Self {
        Self {
            bytes: blob_source(blob),
            read_as,
            address: None,
        }
    }

    /// All of it in the browser's own keeping, where only ranges of it have come; None where all of it is here already. `tell`
    /// hears how much has come.
    ///
    /// # Errors
    /// It does not come: a sentence.
    pub(crate) async fn fetched(&self, tell: &dyn Fn(Word)) -> Result<Option<Arc<dyn ByteSource>>, String> {
        match &self.address {
            Some(url) => Ok(Some(blob_source(&fetching::whole(url, tell).await?))),
            None => Ok(None),
        }
    }
}

/// How a recording's bytes are had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReadAs {
    /// A file, by slices.
    File,
    /// They are in memory.
    Bytes,
    /// From an address, by ranges.
    Ranges,
    /// From an address that sends no ranges: all of it was fetched.
    Whole,
}

impl ReadAs {
    /// What the page is told.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Bytes => "bytes",
            Self::Ranges => "ranges",
            Self::Whole => "whole",
        }
    }
}

/// The source that a value of the page stands for. Of what has to be read whole, `tell` hears how much there is and how much
/// has come.
///
/// # Errors
/// It is none, or cannot be reached: a sentence.
pub(crate) async fn source(value: &JsValue, tell: &dyn Fn(Word)) -> Result<Source, String> {
    if let Some(url) = value.as_string() {
        return Ok(match fetching::probe(&url, tell).await? {
            Probed::Ranges { len } => Source {
                address: Some(url.clone()),
                bytes: Arc::new(HttpSource {
                    url,
                    len,
                    blocks: Mutex::default(),
                }),
                read_as: ReadAs::Ranges,
            },
            Probed::Whole(blob) => Source::of_blob(&blob, ReadAs::Whole),
        });
    }
    if let Some(blob) = value.dyn_ref::<Blob>() {
        return Ok(Source::of_blob(blob, ReadAs::File));
    }
    match value.dyn_ref::<ArrayBuffer>() {
        Some(buffer) => Ok(Source {
            bytes: Arc::new(MemorySource::from(Uint8Array::new(buffer).to_vec())),
            read_as: ReadAs::Bytes,
            address: None,
        }),
        None => Err("a recording is a file, bytes or an address".to_owned()),
    }
}

fn blob_source(blob: &Blob) -> Arc<dyn ByteSource> {
    let blob_idx = BLOBS.with_borrow_mut(|blobs| {
        blobs.push(blob.clone());
        blobs.len() - 1
    });
    Arc::new(BlobSource {
        blob_idx,
        len: blob.size() as u64,
    })
}

/// The folder that the worker's own script lies in, `/` at its end, as `start.js` has found it.
pub(crate) fn own_folder() -> Option<String> {
    Reflect::get(&js_sys::global(), &"playheadFolder".into())
        .ok()?
        .as_string()
}

/// A file that the person chose: read where it lies, never as a whole.
struct BlobSource {
    blob_idx: usize,
    len: u64,
}

impl ByteSource for BlobSource {
    fn len(&self) -> io::Result<u64> {
        Ok(self.len)
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let end = end_of(offset, buffer.len(), self.len)?;
        let read = BLOBS.with_borrow(|blobs| {
            let blob = blobs.get(self.blob_idx).ok_or(JsValue::NULL)?;
            let slice = blob.slice_with_f64_and_f64(offset as f64, end as f64)?;
            FileReaderSync::new()?.read_as_array_buffer(&slice)
        });
        let bytes: ArrayBuffer = read.map_err(|error| {
            failed(
                "the file cannot be read; it may have changed or moved since it was opened, so open it again",
                &error,
            )
        })?;
        let bytes = Uint8Array::new(&bytes);
        if bytes.length() as usize != buffer.len() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes.copy_to(buffer);
        Ok(())
    }
}

/// A file elsewhere, of which only what is needed is fetched.
struct HttpSource {
    url: String,
    len: u64,
    blocks: Mutex<Blocks>,
}

/// What was fetched last, by number; each with when it was last used.
#[derive(Default)]
struct Blocks {
    kept: BTreeMap<u64, (u64, Vec<u8>)>,
    n_uses: u64,
}

impl ByteSource for HttpSource {
    fn len(&self) -> io::Result<u64> {
        Ok(self.len)
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let end = end_of(offset, buffer.len(), self.len)?;
        if buffer.is_empty() {
            return Ok(());
        }
        let (first, last) = (offset / BLOCK_BYTES, (end - 1) / BLOCK_BYTES);
        if (last - first) as usize >= MAX_BLOCKS {
            // Too large to keep, and nobody asks for the same again.
            buffer.copy_from_slice(&self.range(offset, end)?);
            return Ok(());
        }
        let mut blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        let missing = |blocks: &Blocks| (first..=last).find(|block| !blocks.kept.contains_key(block));
        if let Some(from) = missing(&blocks) {
            let start = from * BLOCK_BYTES;
            let fetched = self.range(start, ((last + 1) * BLOCK_BYTES).min(self.len))?;
            for (block, bytes) in (from..).zip(fetched.chunks(BLOCK_BYTES as usize)) {
                blocks.kept.insert(block, (0, bytes.to_vec()));
            }
        }
        let mut filled = 0;
        for block in first..=last {
            let start = if block == first {
                (offset % BLOCK_BYTES) as usize
            } else {
                0
            };
            let bytes = blocks.used(block).and_then(|bytes| bytes.get(start..));
            let bytes = bytes.ok_or(io::ErrorKind::UnexpectedEof)?;
            let n_bytes = bytes.len().min(buffer.len() - filled);
            let (part, taken) = (buffer.get_mut(filled..filled + n_bytes), bytes.get(..n_bytes));
            let (Some(part), Some(taken)) = (part, taken) else {
                return Err(io::ErrorKind::UnexpectedEof.into());
            };
            part.copy_from_slice(taken);
            filled += n_bytes;
        }
        blocks.forget_old();
        Ok(())
    }
}

impl HttpSource {
    fn range(&self, start: u64, end: u64) -> io::Result<Vec<u8>> {
        let fetched = fetch(&self.url, Some((start, end - 1)))?;
        let is_same = fetched.total.is_none_or(|total| total == self.len);
        match fetched.status == 206 && is_same && fetched.bytes.len() as u64 == end - start {
            true => Ok(fetched.bytes),
            false => Err(io::Error::other(format!(
                "{} is not what it was; open it again",
                self.url
            ))),
        }
    }
}

impl Blocks {
    fn used(&mut self, block: u64) -> Option<&[u8]> {
        self.n_uses += 1;
        let (last_use, bytes) = self.kept.get_mut(&block)?;
        *last_use = self.n_uses;
        Some(bytes)
    }

    fn forget_old(&mut self) {
        while self.kept.len() > MAX_BLOCKS {
            let oldest = self.kept.iter().min_by_key(|(_, (last_use, _))| *last_use);
            let Some(block) = oldest.map(|(block, _)| *block) else {
                return;
            };
            self.kept.remove(&block);
        }
    }
}

/// What a server sent.
struct Fetched {
    status: u16,
    /// Size of the whole file, if it says.
    total: Option<u64>,
    bytes: Vec<u8>,
}

/// All of a file.
///
/// # Errors
/// It cannot be fetched: a sentence.
pub(crate) fn whole(url: &str) -> Result<Vec<u8>, String> {
    let fetched = fetch(url, None).map_err(|error| error.to_string())?;
    Ok(fetched.bytes)
}

/// Fetches a file, or a range of it from its first to its last byte.
fn fetch(url: &str, range: Option<(u64, u64)>) -> io::Result<Fetched> {
    let unreachable = |error: JsValue| failed(&format!("{url} cannot be reached"), &error);
    let request = XmlHttpRequest::new().map_err(unreachable)?;
    request.open_with_async("GET", url, false).map_err(unreachable)?;
    request.set_response_type(XmlHttpRequestResponseType::Arraybuffer);
    if let Some((first, last)) = range {
        let header = format!("bytes={first}-{last}");
        request
            .set_request_header("Range", &header)
            .map_err(unreachable)?;
    }
    if let Some(shown) = fetching::shown_to(url) {
        request
            .set_request_header("Authorization", &shown)
            .map_err(unreachable)?;
    }
    request.send().map_err(unreachable)?;
    let status = request.status().unwrap_or_default();
    if !matches!(status, 200 | 206) {
        return Err(io::Error::other(format!("{url} answers with status {status}")));
    }
    let total = || {
        // Asked for by its name, what another site's host does not show would be a complaint in the console.
        let headers = request.get_all_response_headers().ok()?.to_ascii_lowercase();
        let range = headers
            .lines()
            .find_map(|line| line.strip_prefix("content-range:"))?;
        range.rsplit('/').next()?.trim().parse().ok()
    };
    let response = request.response().map_err(unreachable)?;
    Ok(Fetched {
        status,
        total: total(),
        bytes: Uint8Array::new(&response).to_vec(),
    })
}

/// Where a read ends, if that is within the file.
fn end_of(offset: u64, n_bytes: usize, len: u64) -> io::Result<u64> {
    let end = offset.checked_add(n_bytes as u64).filter(|end| *end <= len);
    end.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

/// An error of the page, after what it kept from happening.
pub(crate) fn failed(what: &str, error: &JsValue) -> io::Error {
    let why = error
        .dyn_ref::<js_sys::Error>()
        .map(|error| String::from(error.message()));
    match why {
        Some(why) => io::Error::other(format!("{what}: {why}")),
        None => io::Error::other(what.to_owned()),
    }
}
