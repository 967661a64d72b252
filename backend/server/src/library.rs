//! The recordings that can be opened: files named on the command line, whatever lies in the folders named there, and what
//! is in a store.

mod stored;

use std::{
    collections::HashMap,
    fs::File,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::SystemTime,
};

use recording::{
    error::OpenError,
    following::{self, Following},
    manifest::Counts,
    reader::Reader,
    source::{ByteSource, FileSource},
};
use serde::{Deserialize, Serialize};

use self::stored::Stored;
use crate::{shelf::Shelf, store::Store};

/// The file name ending of recordings.
pub(crate) const EXTENSION: &str = "playhead";

/// Recordings by path. Looked through anew at every listing, so files dropped into a folder appear without restart;
/// a file is opened again only when its size or time of change differs.
pub(crate) struct Library {
    roots: Vec<PathBuf>,
    own: Option<Own>,
    stored: Option<Stored>,
    files: Mutex<HashMap<PathBuf, Known>>,
}

/// The recording that this program makes itself.
struct Own {
    path: PathBuf,
    /// The recording that is at the path until this one takes its place.
    before: Option<String>,
    is_done: Arc<AtomicBool>,
}

/// What was found at a path, and the state of the file it was found in.
#[derive(Clone)]
struct Known {
    size: u64,
    modified: Option<SystemTime>,
    found: Result<Arc<Reader>, Arc<str>>,
    /// What looks after it while it is being made.
    following: Option<Arc<Mutex<Growing>>>,
}

/// A recording that is being made, and a handle by which to tell when nobody writes it any more.
struct Growing {
    following: Following,
    file: File,
}

/// A row of `GET /api/recordings`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Entry {
    /// A recording that opens.
    Recording {
        /// Its UUID.
        id: String,
        /// The recorded document's title.
        title: String,
        /// The recorded address.
        url: String,
        /// How long it lasts.
        duration_ms: f64,
        /// When it was made, milliseconds since 1970.
        recorded_at: f64,
        /// Size of its file in bytes.
        size: u64,
        /// What it holds.
        counts: Counts,
        /// What is lost of it, in words; empty for a whole one.
        warnings: Vec<String>,
        /// Whether it is still being made.
        is_live: bool,
    },
    /// A file that does not.
    Unreadable {
        /// Its file name.
        name: String,
        /// Size of the file in bytes.
        size: u64,
        /// Why it cannot be opened, and what to do.
        error: String,
    },
}

impl Library {
    /// A library of these files and folders.
    pub(crate) fn new(roots: Vec<PathBuf>) -> Self {
        Self {
            roots,
            own: None,
            stored: None,
            files: Mutex::default(),
        }
    }

    /// With the recordings of a store. What is learned of them is kept in a file, if one is named, so that the next start
    /// need not ask for all of it again.
    #[must_use]
    pub(crate) fn with_store(mut self, store: Store, cards: Option<PathBuf>) -> Self {
        self.stored = Some(Stored::new(store, cards));
        self
    }

    /// A library of the one recording that this program is about to make. The flag says when it is done.
    pub(crate) fn of_own(path: PathBuf) -> (Self, Arc<AtomicBool>) {
        let is_done = Arc::new(AtomicBool::new(false));
        let before = FileSource::open(&path)
            .ok()
            .and_then(|source| Reader::open(Box::new(source)).ok())
            .map(|reader| reader.head().recording_id.clone());
        let own = Own {
            path: path.clone(),
            before,
            is_done: is_done.clone(),
        };
        let library = Self {
            own: Some(own),
            ..Self::new(vec![path])
        };
        (library, is_done)
    }

    /// All recordings, newest first, then the files that cannot be read.
    pub(crate) fn list(&self) -> Vec<Entry> {
        let mut seen = HashMap::<String, PathBuf>::new();
        let mut recordings = Vec::new();
        let mut unreadable = Vec::new();
        for (path, known) in self.refresh() {
            let error = match &known.found {
                Ok(reader) => match seen.insert(reader.head().recording_id.clone(), path.clone()) {
                    None => {
                        recordings.push(entry(reader, known.size));
                        continue;
                    }
                    Some(first) => format!("it is the same recording as {}", first.display()),
                },
                Err(error) => error.to_string(),
            };
            unreadable.push(Entry::Unreadable {
                name: file_name(&path),
                size: known.size,
                error,
            });
        }
        for entry in self.stored.iter().flat_map(Stored::list) {
            match &entry {
                Entry::Recording {
                    id,
                    recorded_at,
                    size,
                    ..
                } => match seen.get(id) {
                    None => recordings.push((*recorded_at, entry)),
                    Some(first) => unreadable.push(Entry::Unreadable {
                        name: format!("{id}.{EXTENSION}"),
                        size: *size,
                        error: format!("it is the same recording as {}", first.display()),
                    }),
                },
                Entry::Unreadable { .. } => unreadable.push(entry),
            }
        }
        recordings.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        recordings
            .into_iter()
            .map(|(_, entry)| entry)
            .chain(unreadable)
            .collect()
    }

    /// The recording with this id.
    ///
    /// # Errors
    /// A sentence that says it is not here.
    pub(crate) fn open(&self, id: &str) -> Result<Arc<Reader>, String> {
        match (self.local(id), &self.stored) {
            (Some((_, reader)), _) => Ok(reader),
            (None, Some(stored)) => stored.open(id),
            (None, None) => Err(not_here(id)),
        }
    }

    /// What the list says of one recording.
    ///
    /// # Errors
    /// A sentence that says it is not here.
    pub(crate) fn row(&self, id: &str) -> Result<Entry, String> {
        match (self.local(id), &self.stored) {
            (Some((path, reader)), _) => {
                let size = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
                Ok(entry(&reader, size).1)
            }
            (None, Some(stored)) => stored.row(id),
            (None, None) => Err(not_here(id)),
        }
    }

    /// The file of a recording, byte by byte.
    ///
    /// # Errors
    /// It is not here, or cannot be read: a sentence.
    pub(crate) fn file(&self, id: &str) -> Result<Box<dyn ByteSource>, String> {
        match (self.local(id), &self.stored) {
            (Some((path, _)), _) => match FileSource::open(path) {
                Ok(source) => Ok(Box::new(source)),
                Err(error) => Err(format!("the recording cannot be read: {error}")),
            },
            (None, Some(stored)) => stored.file(id),
            (None, None) => Err(not_here(id)),
        }
    }

    /// Where the server keeps small files that belong to a recording: beside it.
    ///
    /// # Errors
    /// A sentence that says it is not here.
    pub(crate) fn shelf(&self, id: &str) -> Result<Shelf, String> {
        match (self.local(id), &self.stored) {
            (Some((path, _)), _) => {
                let mut folder = path.into_os_string();
                folder.push(".comments");
                Ok(Shelf::in_folder(folder.into()))
            }
            (None, Some(stored)) => stored.shelf(id),
            (None, None) => Err(not_here(id)),
        }
    }

    /// The file that has this recording, and its reader.
    fn local(&self, id: &str) -> Option<(PathBuf, Arc<Reader>)> {
        let files = self.refresh().into_iter();
        let mut readers = files.filter_map(|(path, known)| Some((path, known.found.ok()?)));
        readers.find(|(_, reader)| reader.head().recording_id == id)
    }

    /// Looks at every path again and returns what is there, in order of path.
    fn refresh(&self) -> Vec<(PathBuf, Known)> {
        let mut paths: Vec<PathBuf> = self.roots.iter().flat_map(|root| paths_below(root)).collect();
        paths.sort();
        paths.dedup();
        let known: Vec<_> = paths
            .into_iter()
            .map(|path| (path.clone(), self.look(&path)))
            .collect();
        *self.files() = known.iter().cloned().collect();
        known
    }

    fn look(&self, path: &Path) -> Known {
        let metadata = self.metadata(path);
        let size = metadata.as_ref().map_or(0, |metadata| metadata.len());
        let modified = metadata
            .as_ref()
            .ok()
            .and_then(|metadata| metadata.modified().ok());
        let known = self.files().get(path).cloned();
        if let Some(mut known) = known {
            if let Some(growing) = known.following.clone() {
                // What cannot be followed any more is opened anew.
                if let Ok(reader) = self.look_again(path, &growing) {
                    known.following = known.following.filter(|_| reader.is_live());
                    (known.size, known.modified, known.found) = (size, modified, Ok(reader));
                    return known;
                }
            } else if (known.size, known.modified) == (size, modified) {
                return known;
            }
        }
        let opened = metadata
            .and_then(|_| File::open(path))
            .map_err(|error| Arc::from(format!("it cannot be read: {error}")))
            .and_then(|file| {
                let is_growing = self.is_growing(path, &file);
                open_file(file, is_growing)
            });
        let (found, following) = match opened {
            Ok((reader, following)) => (Ok(reader), following),
            Err(error) => (Err(error), None),
        };
        Known {
            size,
            modified,
            found,
            following,
        }
    }

    /// What is at a path. Only what the command line names may be a link; below a folder it was none when it was found, and
    /// is not followed if it has become one.
    fn metadata(&self, path: &Path) -> std::io::Result<std::fs::Metadata> {
        if self.roots.iter().any(|root| root == path) {
            return std::fs::metadata(path);
        }
        let metadata = std::fs::symlink_metadata(path)?;
        match metadata.is_symlink() {
            true => Err(std::io::Error::other("it is a symbolic link")),
            false => Ok(metadata),
        }
    }

    /// The reader of what is there by now. Once nobody writes the file any more, that is all there will be.
    fn look_again(&self, path: &Path, growing: &Mutex<Growing>) -> Result<Arc<Reader>, OpenError> {
        let mut growing = growing.lock().unwrap_or_else(PoisonError::into_inner);
        // Asked before the look: whatever was written by then is seen by it.
        let is_growing = self.is_growing(path, &growing.file);
        growing.following.refresh()?;
        if !is_growing {
            growing.following.end()?;
        }
        Ok(growing.following.reader().clone())
    }

    /// Looks at the recordings that are being made. Says whether any has grown or ended since the look before.
    pub(crate) fn follow(&self) -> bool {
        let live: Vec<_> = self
            .files()
            .iter()
            .filter(|(_, known)| known.following.is_some())
            .map(|(path, known)| (path.clone(), known.found.clone()))
            .collect();
        let mut has_grown = false;
        for (path, before) in live {
            let known = self.look(&path);
            has_grown |= match (&known.found, &before) {
                (Ok(now), Ok(before)) => !Arc::ptr_eq(now, before),
                _ => true,
            };
            self.files().insert(path, known);
        }
        has_grown
    }

    /// The recording that this program makes, once it has begun.
    pub(crate) fn own_recording(&self) -> Option<String> {
        let own = self.own.as_ref()?;
        let files = self.refresh();
        let (_, known) = files.iter().find(|(path, _)| *path == own.path)?;
        let reader = known.found.as_ref().ok()?;
        let id = reader.head().recording_id.clone();
        (reader.is_live() && own.before.as_ref() != Some(&id)).then_some(id)
    }

    fn is_growing(&self, path: &Path, file: &File) -> bool {
        match &self.own {
            Some(own) if own.path == path => !own.is_done.load(Ordering::Acquire),
            _ => following::is_growing(file),
        }
    }

    fn files(&self) -> MutexGuard<'_, HashMap<PathBuf, Known>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is said of a recording that nobody has here.
fn not_here(id: &str) -> String {
    format!("this server has no recording {id}")
}

/// A reader, and what looks after it if the recording is being made.
type Opened = (Arc<Reader>, Option<Arc<Mutex<Growing>>>);

/// Opens a file, and goes on looking after one that is being written.
fn open_file(file: File, is_growing: bool) -> Result<Opened, Arc<str>> {
    let unreadable = |error: std::io::Error| Arc::from(format!("it cannot be read: {error}"));
    let unopened = |error: OpenError| Arc::from(error.to_string());
    let source = FileSource::from(file.try_clone().map_err(unreadable)?);
    if !is_growing {
        let reader = Reader::open(Box::new(source)).map_err(unopened)?;
        return Ok((Arc::new(reader), None));
    }
    let mut following = Following::open(Box::new(source)).map_err(unopened)?;
    // It may have been finished meanwhile.
    following.refresh().map_err(unopened)?;
    let reader = following.reader().clone();
    let growing = reader
        .is_live()
        .then(|| Arc::new(Mutex::new(Growing { following, file })));
    Ok((reader, growing))
}

/// The file itself, or the recordings in a folder and its folders (symbolic links are not followed out of it).
fn paths_below(root: &Path) -> Vec<PathBuf> {
    if !root.is_dir() {
        return vec![root.to_owned()];
    }
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let Ok(kind) = entry.file_type() else { continue };
            let path = entry.path();
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() && path.extension().is_some_and(|extension| extension == EXTENSION) {
                found.push(path);
            }
        }
    }
    found
}

fn entry(reader: &Reader, size: u64) -> (f64, Entry) {
    let manifest = reader.manifest();
    let entry = Entry::Recording {
        id: manifest.head.recording_id.clone(),
        title: manifest.title.clone(),
        url: manifest.head.url.clone(),
        duration_ms: manifest.duration.as_millis(),
        recorded_at: manifest.head.recorded_at,
        size,
        counts: manifest.counts,
        warnings: reader.warnings(),
        is_live: reader.is_live(),
    };
    (manifest.head.recorded_at, entry)
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}
