//! Small files of the server's own, each a few hundred bytes of JSON: links, comments. In a folder, or in the store beside
//! the recordings, so that all servers of a store see the same. One file for each thing: nobody ever has to change what
//! another may be changing too.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use futures::{StreamExt, TryStreamExt};
use object_store::{
    ObjectMeta, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload, local::LocalFileSystem,
    path::Path,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{state::make_private, store::said};

/// What is read of one of them; ours are far smaller.
const MAX_BYTES: u64 = 64 << 10;
/// Files that are read at the same time.
const CONCURRENT_READS: usize = 16;
/// Files of one shelf that are listed.
const MAX_LISTED: usize = 10_000;

/// Where they are.
#[derive(Clone)]
pub(crate) struct Shelf {
    place: Place,
    /// What was read, by path, with the state of the file it was read of.
    read: Arc<Mutex<HashMap<Path, Kept>>>,
}

/// The state of a file, and what was in it.
type Kept = (String, Arc<[u8]>);

/// Through what a shelf is reached, and where it is there.
type Reached = (Arc<dyn ObjectStore>, Path);

#[derive(Clone)]
enum Place {
    /// Made when the first file is put there.
    Folder(PathBuf),
    Objects(Arc<dyn ObjectStore>, Path),
}

/// Why something was not put.
#[derive(Debug)]
pub(crate) enum NotPut {
    /// There is one of that name.
    Exists,
    /// The store's own words.
    Failed(String),
}

impl Shelf {
    /// In a folder.
    pub(crate) fn in_folder(folder: PathBuf) -> Self {
        Self::new(Place::Folder(folder))
    }

    /// Below a path of a store.
    pub(crate) fn in_store(objects: Arc<dyn ObjectStore>, prefix: Path) -> Self {
        Self::new(Place::Objects(objects, prefix))
    }

    fn new(place: Place) -> Self {
        Self {
            place,
            read: Arc::default(),
        }
    }

    /// Through what to reach it, and where there; None while there is nothing.
    fn place(&self, makes: bool) -> Result<Option<Reached>, String> {
        let folder = match &self.place {
            Place::Objects(objects, prefix) => return Ok(Some((objects.clone(), prefix.clone()))),
            Place::Folder(folder) => folder,
        };
        let failed = |error: &dyn std::fmt::Display| format!("{} cannot be used: {error}", folder.display());
        match folder.symlink_metadata() {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => return Err(failed(&"it is no folder")),
            Err(_) if !makes => return Ok(None),
            Err(_) => make_private(folder).map_err(|error| failed(&error))?,
        }
        let objects = LocalFileSystem::new_with_prefix(folder).map_err(|error| failed(&said(&error)))?;
        Ok(Some((Arc::new(objects), Path::default())))
    }

    /// The names that are there.
    ///
    /// # Errors
    /// The store's own words.
    pub(crate) async fn names(&self) -> Result<Vec<String>, String> {
        let found = self.found().await?;
        let names = found.iter().filter_map(|meta| meta.location.filename());
        Ok(names
            .filter_map(|name| name.strip_suffix(".json"))
            .map(str::to_owned)
            .collect())
    }

    async fn found(&self) -> Result<Vec<ObjectMeta>, String> {
        let Some((objects, prefix)) = self.place(false)? else {
            return Ok(Vec::new());
        };
        let all = objects.list(Some(&prefix)).take(MAX_LISTED);
        all.try_collect().await.map_err(|error| said(&error))
    }

    /// All that can be read, by name. What is none of ours is passed over.
    ///
    /// # Errors
    /// The store's own words.
    pub(crate) async fn all<T: DeserializeOwned>(&self) -> Result<Vec<(String, T)>, String> {
        let found = self.found().await?;
        let known: Vec<Path> = found.iter().map(|meta| meta.location.clone()).collect();
        let read = futures::stream::iter(found)
            .map(|meta| self.read(meta))
            .buffered(CONCURRENT_READS);
        let read: Vec<(Path, Arc<[u8]>)> = read
            .try_filter_map(|read| async { Ok(read) })
            .try_collect()
            .await?;
        self.read
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|path, _| known.contains(path));
        let things = read.into_iter().filter_map(|(path, bytes)| {
            let name = path.filename()?.strip_suffix(".json")?.to_owned();
            Some((name, serde_json::from_slice(&bytes).ok()?))
        });
        Ok(things.collect())
    }

    /// What is in a file; None if it is gone meanwhile, or too large to be ours.
    async fn read(&self, meta: ObjectMeta) -> Result<Option<(Path, Arc<[u8]>)>, String> {
        let path = meta.location;
        let state = meta
            .e_tag
            .unwrap_or_else(|| format!("{} {}", meta.last_modified, meta.size));
        {
            let kept = self.read.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((_, bytes)) = kept.get(&path).filter(|(of, _)| *of == state) {
                return Ok(Some((path, bytes.clone())));
            }
        }
        if meta.size > MAX_BYTES {
            return Ok(None);
        }
        let Some((objects, _)) = self.place(false)? else {
            return Ok(None);
        };
        let got = match objects.get(&path).await {
            Ok(got) => got.bytes().await,
            Err(error) => Err(error),
        };
        let bytes: Arc<[u8]> = match got {
            Ok(bytes) => bytes.as_ref().into(),
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(said(&error)),
        };
        let mut kept = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(path.clone(), (state, bytes.clone()));
        Ok(Some((path, bytes)))
    }

    /// The thing of a name, if there is one.
    ///
    /// # Errors
    /// The store's own words.
    pub(crate) async fn get<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, String> {
        let Some((objects, prefix)) = self.place(false)? else {
            return Ok(None);
        };
        let bytes = match objects.get(&path_of(prefix, name)).await {
            Ok(got) if got.meta.size > MAX_BYTES => return Ok(None),
            Ok(got) => got.bytes().await,
            Err(error) => Err(error),
        };
        match bytes {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(said(&error)),
        }
    }

    /// Puts something there under a name that nothing has yet.
    ///
    /// # Errors
    /// See [`NotPut`].
    pub(crate) async fn put<T: Serialize>(&self, name: &str, thing: &T) -> Result<(), NotPut> {
        let json = serde_json::to_vec(thing).map_err(|error| NotPut::Failed(error.to_string()))?;
        let place = self.place(true).map_err(NotPut::Failed)?;
        let (objects, prefix) = place.ok_or_else(|| NotPut::Failed("there is no place for it".to_owned()))?;
        let options = PutOptions::from(PutMode::Create);
        match objects
            .put_opts(&path_of(prefix, name), PutPayload::from(json), options)
            .await
        {
            Ok(_) => Ok(()),
            Err(object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. }) => {
                Err(NotPut::Exists)
            }
            Err(error) => Err(NotPut::Failed(said(&error))),
        }
    }

    /// Takes something away, if it is there.
    ///
    /// # Errors
    /// The store's own words.
    pub(crate) async fn remove(&self, name: &str) -> Result<(), String> {
        let Some((objects, prefix)) = self.place(false)? else {
            return Ok(());
        };
        match objects.delete(&path_of(prefix, name)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(said(&error)),
        }
    }
}

fn path_of(prefix: Path, name: &str) -> Path {
    prefix.join(format!("{name}.json"))
}
