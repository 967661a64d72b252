//! What clients send to `playhead serve --uploads DIR`, on disk: recordings that are still arriving, recordings that are
//! whole, and files that source maps and their sources come in.
//!
//! A recording arrives as `DIR/incoming/ID.part` and becomes `DIR/ID.playhead` by a rename once it has been read through
//! without fault, so nobody ever sees half of one; with a store it goes there instead. What is in `incoming` survives a lost connection and a restart, and
//! the client goes on where it was; what nobody went on with for a day is removed.

use std::{
    collections::{HashMap, HashSet},
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use engine::Additions;
use recording::{reader::Reader, source::FileSource};
use tokio::sync::watch;

use crate::{resources, store::Store};

/// What is not gone on with for so long is removed when the server starts.
const ABANDONED: Duration = Duration::from_secs(24 * 60 * 60);

/// How many times as large as its file a recording may be when it is unpacked. Logs of loops that do the same again and again
/// come near 50.
const MAX_RATIO: u64 = 200;
/// What may always come out of one.
const ALWAYS_UNPACKED: u64 = 64 << 20;

/// The folder of a server that takes uploads.
pub(crate) struct Uploads {
    folder: PathBuf,
    max_bytes: u64,
    /// Bytes of all that is in the folder.
    used_bytes: AtomicU64,
    /// Recordings that a client is sending right now: nobody else may.
    sending: Mutex<HashSet<String>>,
    /// Recordings whose source maps are being sent, by key; their sessions wait.
    locks: watch::Sender<HashMap<u64, String>>,
    last_key: AtomicU64,
    /// Source maps that clients add to recordings; their bytes are among the files that they gave.
    pub(crate) additions: Arc<Additions>,
    /// Where recordings go once they are whole; else they stay in the folder.
    store: Option<Store>,
}

/// A recording that is arriving. Dropped, it may be gone on with.
pub(crate) struct Arriving<'a> {
    uploads: &'a Uploads,
    id: String,
    file: File,
    len: u64,
}

impl Uploads {
    /// Takes the folder, and makes it where there is none.
    ///
    /// # Errors
    /// The folder cannot be made or read.
    pub(crate) fn open(folder: &Path, max_bytes: u64, store: Option<Store>) -> io::Result<Self> {
        let incoming = folder.join("incoming");
        fs::create_dir_all(&incoming)?;
        fs::create_dir_all(folder.join("resources"))?;
        for entry in fs::read_dir(&incoming)? {
            let entry = entry?;
            let age = entry
                .metadata()?
                .modified()
                .ok()
                .and_then(|at| SystemTime::now().duration_since(at).ok());
            if age.is_some_and(|age| age > ABANDONED) {
                fs::remove_file(entry.path())?;
            }
        }
        let resources = folder.join("resources");
        let additions = Additions::new(Box::new(move |proof| {
            let content = resources::by_proof(&resources, proof)?;
            String::from_utf8(content).map_err(|_| "the file is no text".to_owned())
        }));
        Ok(Self {
            additions: Arc::new(additions),
            folder: folder.to_owned(),
            store,
            max_bytes,
            used_bytes: AtomicU64::new(size_below(folder)?),
            sending: Mutex::default(),
            locks: watch::Sender::default(),
            last_key: AtomicU64::new(0),
        })
    }

    /// Begins a recording, or goes on with one that was begun.
    ///
    /// # Errors
    /// The id is none, or another client is sending it; or the disk's own words.
    pub(crate) fn arrive(&self, id: &str) -> Result<Arriving<'_>, String> {
        if !is_uuid(id) {
            return Err(format!(
                "{id:?} is not the id of a recording; that is a version 4 UUID in lower case"
            ));
        }
        if !self.sending().insert(id.to_owned()) {
            return Err(format!("another client is sending recording {id}"));
        }
        let open = || {
            let file = OpenOptions::new().create(true).append(true).open(self.part(id))?;
            let len = file.metadata()?.len();
            Ok((file, len))
        };
        open()
            .map(|(file, len)| Arriving {
                uploads: self,
                id: id.to_owned(),
                file,
                len,
            })
            .map_err(|error: io::Error| {
                self.sending().remove(id);
                format!("the recording cannot be stored: {error}")
            })
    }

    /// How much has arrived of a recording that is not whole yet.
    pub(crate) fn arrived(&self, id: &str) -> Option<u64> {
        is_uuid(id).then(|| fs::metadata(self.part(id)).ok().map(|it| it.len()))?
    }

    /// Where files are kept that are not recordings, by the hash of what is in them.
    pub(crate) fn resources(&self) -> PathBuf {
        self.folder.join("resources")
    }

    /// Makes room for so many bytes more.
    ///
    /// # Errors
    /// There is not so much room; how much there is.
    pub(crate) fn reserve(&self, n_bytes: u64) -> Result<(), String> {
        let take = |used: u64| used.checked_add(n_bytes).filter(|used| *used <= self.max_bytes);
        match self
            .used_bytes
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
        {
            Ok(_) => Ok(()),
            Err(used) => Err(format!(
                "this server keeps at most {} bytes of uploads and has {used} already; {n_bytes} more do not fit",
                self.max_bytes
            )),
        }
    }

    /// Gives room back.
    pub(crate) fn release(&self, n_bytes: u64) {
        let less = |used: u64| Some(used.saturating_sub(n_bytes));
        let _ = self
            .used_bytes
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
    }

    /// Keeps sessions of a recording waiting; the key lets them go on.
    pub(crate) fn lock(&self, recording_id: &str) -> u64 {
        let key = self.last_key.fetch_add(1, Ordering::Relaxed) + 1;
        self.locks.send_modify(|locks| {
            locks.insert(key, recording_id.to_owned());
        });
        key
    }

    /// Lets sessions go on; false if the key locks nothing.
    pub(crate) fn unlock(&self, key: u64) -> bool {
        self.locks.send_if_modified(|locks| locks.remove(&key).is_some())
    }

    /// Whether source maps of a recording are being sent.
    pub(crate) fn is_locked(&self, recording_id: &str) -> bool {
        self.locks.borrow().values().any(|locked| locked == recording_id)
    }

    /// Waits until none are.
    pub(crate) async fn unlocked(&self, recording_id: &str) {
        let mut locks = self.locks.subscribe();
        let is_free = |locks: &HashMap<u64, String>| !locks.values().any(|locked| locked == recording_id);
        // The sender lives as long as we do.
        let _ = locks.wait_for(is_free).await;
    }

    fn part(&self, id: &str) -> PathBuf {
        self.folder.join("incoming").join(format!("{id}.part"))
    }

    fn sending(&self) -> MutexGuard<'_, HashSet<String>> {
        self.sending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Arriving<'_> {
    /// Bytes that are here, from the first on.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Adds bytes at the end.
    ///
    /// # Errors
    /// They do not follow on what is here, or there is no room; or the disk's own words.
    pub(crate) fn add(&mut self, offset: u64, bytes: &[u8]) -> Result<(), String> {
        if offset != self.len {
            return Err(format!(
                "the next bytes of recording {} belong at {}, not at {offset}",
                self.id, self.len
            ));
        }
        let n_bytes = bytes.len() as u64;
        self.uploads.reserve(n_bytes)?;
        self.file.write_all(bytes).map_err(|error| {
            // What was written of them is cut off again, so that the length says what is whole.
            let _ = self.file.set_len(self.len);
            self.uploads.release(n_bytes);
            format!("the recording cannot be stored: {error}")
        })?;
        self.len += n_bytes;
        Ok(())
    }

    /// Reads all of it, and puts it into the library if nothing is wrong with it.
    ///
    /// # Errors
    /// It is another recording than it was said to be, or damaged; it is removed then. Or the disk's own words.
    pub(crate) fn finish(self) -> Result<(), String> {
        let part = self.uploads.part(&self.id);
        let stored = |error: io::Error| format!("the recording cannot be stored: {error}");
        self.file.sync_all().map_err(stored)?;
        if let Err(wrong) = check(&part, &self.id) {
            self.remove();
            return Err(format!("{wrong}; what was sent is removed"));
        }
        if let Some(store) = &self.uploads.store {
            // What was sent stays until the store has it, so that this can be tried again.
            let path = store.path_of(&self.id);
            let put = match store.head(&path)? {
                Some(_) => Err("it is there already".to_owned()),
                None => store.put_file(&path, &part),
            };
            put.map_err(|error| format!("the recording cannot be put into the store: {error}"))?;
            self.remove();
            return Ok(());
        }
        let whole = self.uploads.folder.join(format!("{}.playhead", self.id));
        fs::rename(&part, &whole).map_err(stored)?;
        // So that the rename itself outlives a power cut; where folders cannot be synced, the file still is.
        let _ = File::open(&self.uploads.folder).and_then(|folder| folder.sync_all());
        Ok(())
    }

    /// Forgets it.
    pub(crate) fn remove(&self) {
        if fs::remove_file(self.uploads.part(&self.id)).is_ok() {
            self.uploads.release(self.len);
        }
    }
}

impl Drop for Arriving<'_> {
    fn drop(&mut self) {
        self.uploads.sending().remove(&self.id);
    }
}

/// Whether a file is the whole recording with that id: every part is read and held against its checksum.
fn check(path: &Path, id: &str) -> Result<(), String> {
    let open = || FileSource::open(path).map_err(|error| format!("the recording cannot be read: {error}"));
    let len = fs::metadata(path).map_or(0, |metadata| metadata.len());
    let max_bytes = len.saturating_mul(MAX_RATIO).max(ALWAYS_UNPACKED);
    recording::verify::unpacked_len(Box::new(open()?), max_bytes)
        .map_err(|wrong| format!("the recording is damaged: {wrong}"))?;
    let source = open()?;
    let reader = Reader::open(Box::new(source)).map_err(|error| error.to_string())?;
    if reader.head().recording_id != id {
        return Err(format!(
            "this is recording {}, not {id}",
            reader.head().recording_id
        ));
    }
    let damage = recording::verify::verify(&reader);
    let wrongs = reader.warnings().into_iter();
    match wrongs.chain(damage.iter().map(ToString::to_string)).next() {
        None => Ok(()),
        Some(wrong) => Err(format!("the recording is damaged: {wrong}")),
    }
}

fn size_below(folder: &Path) -> io::Result<u64> {
    let mut size = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        size += match metadata.is_dir() {
            true => size_below(&entry.path())?,
            false => metadata.len(),
        };
    }
    Ok(size)
}

/// `xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx` in lower case: names of files are made of it.
fn is_uuid(id: &str) -> bool {
    id.len() == 36
        && id.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            14 => byte == b'4',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}
