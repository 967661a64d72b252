//! The importer as a module of its own, which the page's worker loads when a file is none of ours: few people have one, and
//! its memory goes with it once the recording is made. The worker's end is its `importing`.
#![cfg(target_arch = "wasm32")]

use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use importer::ImportError;
use js_sys::{Function, Uint8Array};
use wasm_bindgen::{JsCast, JsError, JsValue, prelude::wasm_bindgen};

/// What is read of a file, and written of a recording, at once.
const BLOCK_BYTES: usize = 256 << 10;

/// What a file of `len` bytes is, in words such as `a HAR file`; none if it is nothing that can be imported. `read` takes an
/// offset and how many bytes, and returns them as an `Uint8Array`, or throws why not.
///
/// # Errors
/// It cannot be read, or is nearly something that can be imported: a sentence that says what to do.
#[wasm_bindgen(js_name = kindOf)]
pub fn kind_of(len: f64, read: Function) -> Result<Option<String>, JsError> {
    console_error_panic_hook::set_once();
    match importer::kind_of(file(len, read)) {
        Ok(kind) => Ok(Some(kind.to_string())),
        Err(ImportError::Unknown) => Ok(None),
        Err(error) => Err(said(error)),
    }
}

/// Makes a recording of a file of `len` bytes; `read` as for [`kind_of`]. `write` takes the recording, piece by piece, each an
/// `Uint8Array`, or throws why not.
///
/// # Errors
/// It is nothing that can be imported, too damaged or too large: a sentence.
#[wasm_bindgen(js_name = importFile)]
pub fn import_file(len: f64, read: Function, write: Function) -> Result<(), JsError> {
    console_error_panic_hook::set_once();
    let mut sink = BufWriter::with_capacity(BLOCK_BYTES, Sink { write });
    importer::import(file(len, read), &mut sink).map_err(said)?;
    sink.flush().map_err(|error| said(ImportError::Write(error)))
}

fn said(error: ImportError) -> JsError {
    JsError::new(&error.to_string())
}

fn file(len: f64, read: Function) -> BufReader<File> {
    let file = File {
        len: len as u64,
        at: 0,
        read,
    };
    BufReader::with_capacity(BLOCK_BYTES, file)
}

/// A file that the worker reads.
struct File {
    len: u64,
    at: u64,
    read: Function,
}

impl Read for File {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n_bytes = self.len.saturating_sub(self.at).min(buffer.len() as u64) as usize;
        let Some(buffer) = buffer.get_mut(..n_bytes).filter(|buffer| !buffer.is_empty()) else {
            return Ok(0);
        };
        let (at, n_bytes) = ((self.at as f64).into(), (n_bytes as f64).into());
        let bytes = self.read.call2(&JsValue::UNDEFINED, &at, &n_bytes);
        let bytes: Uint8Array = bytes.map_err(thrown)?.unchecked_into();
        if bytes.length() as usize != buffer.len() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes.copy_to(buffer);
        self.at += buffer.len() as u64;
        Ok(buffer.len())
    }
}

impl Seek for File {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.len.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

/// A recording that the worker keeps.
struct Sink {
    write: Function,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = Uint8Array::from(bytes);
        self.write.call1(&JsValue::UNDEFINED, &piece).map_err(thrown)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What the worker says of something that went wrong.
fn thrown(error: JsValue) -> io::Error {
    let why = error.as_string();
    io::Error::other(why.unwrap_or_else(|| "the worker could not".to_owned()))
}
