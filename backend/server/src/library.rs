//! The recordings that can be opened: files named on the command line, and whatever lies in the folders named there.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use recording::{manifest::Counts, reader::Reader, source::FileSource};
use serde::Serialize;

/// The file name ending of recordings.
const EXTENSION: &str = "playhead";

/// Recordings by path. Looked through anew at every listing, so files dropped into a folder appear without restart;
/// a file is opened again only when its size or time of change differs.
pub(crate) struct Library {
    roots: Vec<PathBuf>,
    files: Mutex<HashMap<PathBuf, Known>>,
}

/// What was found at a path, and the state of the file it was found in.
#[derive(Clone)]
struct Known {
    size: u64,
    modified: Option<SystemTime>,
    found: Result<Arc<Reader>, Arc<str>>,
}

/// A row of `GET /api/recordings`.
#[derive(Debug, Serialize)]
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
            files: Mutex::default(),
        }
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
        let by_id = |files: &[(PathBuf, Known)]| {
            let readers = files.iter().filter_map(|(_, known)| known.found.as_ref().ok());
            readers
                .into_iter()
                .find(|reader| reader.head().recording_id == id)
                .cloned()
        };
        by_id(&self.refresh()).ok_or_else(|| format!("this server has no recording {id}"))
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
        let metadata = std::fs::metadata(path);
        let size = metadata.as_ref().map_or(0, |metadata| metadata.len());
        let modified = metadata
            .as_ref()
            .ok()
            .and_then(|metadata| metadata.modified().ok());
        if let Some(known) = self.files().get(path)
            && (known.size, known.modified) == (size, modified)
        {
            return known.clone();
        }
        let found = metadata
            .and_then(|_| FileSource::open(path))
            .map_err(|error| Arc::from(format!("it cannot be read: {error}")))
            .and_then(|source| Reader::open(Box::new(source)).map_err(|error| Arc::from(error.to_string())));
        Known {
            size,
            modified,
            found: found.map(Arc::new),
        }
    }

    fn files(&self) -> MutexGuard<'_, HashMap<PathBuf, Known>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
    };
    (manifest.head.recorded_at, entry)
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}
