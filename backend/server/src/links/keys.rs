//! The keys that links are signed with, in a file of lines `NAME HEX`. The first signs; all of them are good for checking,
//! so a new key can take over while links signed with the one before still last.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use anyhow::{Context, bail};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::hex;
use crate::state::write_private;

const KEY_BYTES: usize = 32;
/// A key file is a few lines.
const MAX_FILE_BYTES: u64 = 64 << 10;
/// Keys that are kept when new ones take over.
const MAX_KEYS: usize = 20;

/// A key and its name.
#[derive(Clone)]
struct Key {
    name: String,
    bytes: Vec<u8>,
}

/// The keys of a file, which is read again when it has changed.
pub(crate) struct Keys {
    path: PathBuf,
    read: Mutex<Option<Read>>,
}

/// What was read, and of which state of the file.
struct Read {
    modified: Option<SystemTime>,
    len: u64,
    keys: Arc<[Key]>,
}

impl Keys {
    /// The keys of this file. Nothing is read or made yet.
    pub(crate) fn at(path: PathBuf) -> Self {
        Self {
            path,
            read: Mutex::default(),
        }
    }

    /// The name of the key that signs, which is made if there is none.
    ///
    /// # Errors
    /// The file cannot be read or made.
    pub(crate) fn signing(&self) -> anyhow::Result<String> {
        let context = || format!("use the key file {}", self.path.display());
        if !self.path.exists() {
            write_private(&self.path, fresh_line()?.as_bytes(), false).with_context(context)?;
        }
        let keys = self.keys().with_context(context)?;
        match keys.first() {
            Some(key) => Ok(key.name.clone()),
            None => bail!("the key file {} holds no key", self.path.display()),
        }
    }

    /// A new key signs from now on. Those before still check, unless all links are to end.
    ///
    /// # Errors
    /// The file cannot be read or written.
    pub(crate) fn rotate(&self, ends_all: bool) -> anyhow::Result<()> {
        let context = || format!("write the key file {}", self.path.display());
        let mut text = fresh_line()?;
        if self.path.exists() && !ends_all {
            for key in self.keys().with_context(context)?.iter().take(MAX_KEYS - 1) {
                text += &line(key);
            }
        }
        write_private(&self.path, text.as_bytes(), true).with_context(context)
    }

    /// The MAC of some bytes under the key with a name.
    ///
    /// # Errors
    /// There is no such key.
    pub(super) fn mac(&self, name: &str, bytes: &[u8]) -> Result<Vec<u8>, String> {
        let mac = self
            .begun(name)
            .ok_or("the key that links are signed with is gone")?;
        Ok(mac.chain_update(bytes).finalize().into_bytes().to_vec())
    }

    /// Whether that is the MAC, compared in a time that tells nothing.
    pub(super) fn is_mac(&self, name: &str, bytes: &[u8], mac: &[u8]) -> bool {
        self.begun(name)
            .is_some_and(|begun| begun.chain_update(bytes).verify_slice(mac).is_ok())
    }

    /// Whether there is a key of that name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.keys()
            .is_ok_and(|keys| keys.iter().any(|key| key.name == name))
    }

    /// The names of all keys.
    pub(crate) fn names(&self) -> Vec<String> {
        let keys = self.keys();
        keys.map_or_else(
            |_| Vec::new(),
            |keys| keys.iter().map(|key| key.name.clone()).collect(),
        )
    }

    fn begun(&self, name: &str) -> Option<Hmac<Sha256>> {
        let keys = self.keys().ok()?;
        let key = keys.iter().find(|key| key.name == name)?;
        Hmac::new_from_slice(&key.bytes).ok()
    }

    fn keys(&self) -> io::Result<Arc<[Key]>> {
        let metadata = fs::metadata(&self.path)?;
        let (modified, len) = (metadata.modified().ok(), metadata.len());
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(read) = &*read
            && (read.modified, read.len) == (modified, len)
        {
            return Ok(read.keys.clone());
        }
        let keys = read_file(&self.path, len)?;
        *read = Some(Read {
            modified,
            len,
            keys: keys.clone(),
        });
        Ok(keys)
    }
}

fn read_file(path: &Path, len: u64) -> io::Result<Arc<[Key]>> {
    let odd = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    if len > MAX_FILE_BYTES {
        return Err(odd("it is too large to be a key file"));
    }
    let text = fs::read_to_string(path)?;
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let keys = lines.map(|line| {
        let (name, key) = line.split_once(' ').ok_or_else(|| odd("a line is NAME HEX"))?;
        let bytes = from_hex(key.trim()).filter(|bytes| bytes.len() >= KEY_BYTES);
        Ok(Key {
            name: name.to_owned(),
            bytes: bytes.ok_or_else(|| odd("a key is at least 64 hexadecimal digits"))?,
        })
    });
    keys.collect()
}

fn fresh_line() -> anyhow::Result<String> {
    let mut bytes = vec![0; KEY_BYTES];
    let mut name = [0; 4];
    getrandom::fill(&mut bytes)
        .and_then(|()| getrandom::fill(&mut name))
        .map_err(|error| anyhow::anyhow!("the system gives no random numbers: {error}"))?;
    Ok(line(&Key {
        name: hex(&name),
        bytes,
    }))
}

fn line(key: &Key) -> String {
    format!("{} {}\n", key.name, hex(&key.bytes))
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pairs = text.as_bytes().chunks(2).map(|pair| match pair {
        [high, low] => u8::try_from(digit(*high)? * 16 + digit(*low)?).ok(),
        _ => None,
    });
    pairs.collect()
}
