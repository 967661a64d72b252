//! Recordings in an object store: S3 and what speaks like it, Google Cloud Storage, Azure, or a folder. What is read of them
//! is read by ranges and kept in blocks, so any number of servers can share one store and none has to copy it.
//!
//! Credentials and settings come from the environment, by the names that each cloud's own tools use
//! (`docs/serving.md`); nothing secret is in the address, in memory longer than the client needs it, or in a message.

mod blocks;
mod source;

use std::{
    path::{Path as FilePath, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, bail};
use futures::TryStreamExt;
use object_store::{
    BackoffConfig, ClientOptions, ObjectMeta, ObjectStore, ObjectStoreExt, ObjectStoreScheme, RetryConfig,
    WriteMultipart, aws::AmazonS3Builder, azure::MicrosoftAzureBuilder, gcp::GoogleCloudStorageBuilder,
    local::LocalFileSystem, memory::InMemory, path::Path,
};
use tokio::{io::AsyncReadExt, runtime::Handle};
use url::Url;

use self::blocks::Blocks;
pub(crate) use self::source::{StoreSource, state_of};
use crate::{library::EXTENSION, shelf::Shelf};

/// What a person waits for at most; then the store is said not to answer.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const MAX_RETRIES: usize = 3;
/// A part of an upload. S3 takes no smaller than 5 MiB, and at most 10,000: so 80 GB.
const PART_BYTES: usize = 8 << 20;
/// Parts that are sent at the same time.
const CONCURRENT_PARTS: usize = 4;
/// Recordings that one store is looked through for.
const MAX_RECORDINGS: usize = 100_000;
/// The server's own files in a store, below its prefix.
const OWN: &str = ".playhead";

/// A store, and the part of it that this server serves.
#[derive(Clone)]
pub(crate) struct Store {
    objects: Arc<dyn ObjectStore>,
    prefix: Path,
    /// As it was named, without what may be secret.
    name: Arc<str>,
    /// Where it is a folder: its real path. Links that lead out of it are not followed.
    folder: Option<Arc<FilePath>>,
    blocks: Arc<Blocks>,
    runtime: Handle,
}

impl Store {
    /// The store at an address, with so many bytes of it kept in memory. Nothing is asked of it yet.
    ///
    /// # Errors
    /// The address is none, or settings are missing.
    pub(crate) fn open(address: &str, cache_bytes: usize) -> anyhow::Result<Self> {
        let environment: Vec<_> = std::env::vars().collect();
        Self::open_with(address, cache_bytes, &environment)
    }

    /// As [`Self::open`], with these settings as the environment.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub(crate) fn open_with(
        address: &str,
        cache_bytes: usize,
        environment: &[(String, String)],
    ) -> anyhow::Result<Self> {
        let url = Url::parse(address).with_context(|| {
            format!("a store is an address such as s3://bucket/folder, gs://…, az://… or file:///folder, not {address:?}")
        })?;
        if !url.username().is_empty() && !matches!(url.scheme(), "abfs" | "abfss") || url.password().is_some()
        {
            bail!("credentials do not belong in the store's address; give them in the environment");
        }
        if url.query().is_some() {
            bail!("a store's address has no part behind `?`; settings come from the environment");
        }
        let (objects, prefix, folder) =
            connect(&url, environment).with_context(|| format!("use the store {url}"))?;
        Ok(Self::new(objects, prefix, folder, url.as_str(), cache_bytes))
    }

    fn new(
        objects: Arc<dyn ObjectStore>,
        prefix: Path,
        folder: Option<PathBuf>,
        name: &str,
        cache_bytes: usize,
    ) -> Self {
        Self {
            objects,
            prefix,
            name: name.into(),
            folder: folder.map(Into::into),
            blocks: Arc::new(Blocks::new(cache_bytes)),
            runtime: Handle::current(),
        }
    }

    /// How it is called.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Small files of the server's own in it.
    pub(crate) fn shelf(&self, name: &[&str]) -> Shelf {
        let own = self.prefix.clone().join(OWN);
        // Names are parts of paths, whatever stands in them.
        let prefix = name.iter().fold(own, |path, part| path.join(*part));
        Shelf::in_store(self.objects.clone(), prefix)
    }

    /// All recordings in it. For threads that may wait.
    ///
    /// # Errors
    /// The store's own words.
    pub(crate) fn list(&self) -> Result<Vec<ObjectMeta>, String> {
        self.wait(async {
            let mut found = Vec::new();
            let mut all = self.objects.list(Some(&self.prefix));
            while let Some(meta) = all.try_next().await.map_err(|error| said(&error))? {
                if is_recording(&meta.location) && self.is_inside(&meta.location) {
                    found.push(meta);
                }
                if found.len() >= MAX_RECORDINGS {
                    break;
                }
            }
            Ok(found)
        })
    }

    /// What a recording would be called that was sent to this server.
    pub(crate) fn path_of(&self, recording_id: &str) -> Path {
        self.prefix.clone().join(format!("{recording_id}.{EXTENSION}"))
    }

    /// What is at a path; None if nothing is. For threads that may wait.
    ///
    /// # Errors
    /// The store's own words.
    pub(crate) fn head(&self, path: &Path) -> Result<Option<ObjectMeta>, String> {
        self.wait(async {
            match self.objects.head(path).await {
                Ok(meta) => Ok(self.is_inside(path).then_some(meta)),
                Err(object_store::Error::NotFound { .. }) => Ok(None),
                Err(error) => Err(said(&error)),
            }
        })
    }

    /// The bytes of an object as it is now.
    pub(crate) fn source(&self, meta: &ObjectMeta) -> StoreSource {
        StoreSource::new(
            self.objects.clone(),
            self.blocks.clone(),
            self.runtime.clone(),
            meta,
        )
    }

    /// Puts a file there, in parts. Nobody sees it before it is whole. For threads that may wait.
    ///
    /// # Errors
    /// The store's own words, or the disk's.
    pub(crate) fn put_file(&self, path: &Path, file: &FilePath) -> Result<(), String> {
        self.runtime.block_on(async {
            let unread = |error: std::io::Error| format!("the file cannot be read: {error}");
            let mut file = tokio::fs::File::open(file).await.map_err(unread)?;
            let upload = self
                .objects
                .put_multipart(path)
                .await
                .map_err(|error| said(&error))?;
            let mut parts = WriteMultipart::new_with_chunk_size(upload, PART_BYTES);
            let mut buffer = vec![0; 1 << 20];
            loop {
                let read = match file.read(&mut buffer).await {
                    Ok(0) => break,
                    Ok(n_bytes) => {
                        parts.write(buffer.get(..n_bytes).unwrap_or_default());
                        parts
                            .wait_for_capacity(CONCURRENT_PARTS)
                            .await
                            .map_err(|error| said(&error))
                    }
                    Err(error) => Err(unread(error)),
                };
                if let Err(why) = read {
                    // What was sent of it would cost somebody money for ever.
                    let _ = parts.abort().await;
                    return Err(why);
                }
            }
            parts.finish().await.map(drop).map_err(|error| said(&error))
        })
    }

    /// Waits for an answer, but not longer than a person would.
    fn wait<T>(&self, answer: impl Future<Output = Result<T, String>>) -> Result<T, String> {
        let limit = REQUEST_TIMEOUT * (MAX_RETRIES as u32 + 1);
        let timed = async { tokio::time::timeout(limit, answer).await };
        let answer = self.runtime.block_on(timed);
        answer.unwrap_or_else(|_| Err(format!("{} does not answer", self.name)))
    }

    /// Whether an object of a folder is in fact in the folder, and no link that leads out of it. Stores have no links.
    fn is_inside(&self, path: &Path) -> bool {
        let Some(folder) = &self.folder else { return true };
        let file = path
            .parts()
            .fold(PathBuf::from("/"), |file, part| file.join(part.as_ref()));
        // Links that stay inside would show one recording twice.
        std::fs::canonicalize(&file).is_ok_and(|real| real == file && real.starts_with(folder))
    }
}

/// Recordings by name. What the server itself keeps there is none.
fn is_recording(path: &Path) -> bool {
    let is_own = path.parts().any(|part| part.as_ref() == OWN);
    !is_own && path.extension() == Some(EXTENSION)
}

/// A client's builder with the settings of the environment that begin with a word.
macro_rules! built {
    ($builder:ty, $url:expr, $environment:expr, $prefix:literal) => {{
        use_ring();
        let mut builder = <$builder>::new().with_url($url.as_str());
        for (name, value) in $environment.iter().filter(|(name, _)| name.starts_with($prefix)) {
            if let Ok(key) = name.to_ascii_lowercase().parse() {
                builder = builder.with_config(key, value);
            }
        }
        // Plain HTTP is for stores on one's own machine or network, if the environment says so.
        let allows_http = $environment.iter().any(|(name, value)| {
            *name == concat!($prefix, "ALLOW_HTTP") && matches!(value.as_str(), "true" | "1")
        });
        let options = ClientOptions::new()
            .with_connect_timeout(CONNECT_TIMEOUT)
            .with_timeout(REQUEST_TIMEOUT)
            .with_allow_http(allows_http);
        Arc::new(builder.with_retry(retry()).with_client_options(options).build()?)
    }};
}

/// A client for an address, where in it to look, and its folder if it is one.
fn connect(
    url: &Url,
    environment: &[(String, String)],
) -> anyhow::Result<(Arc<dyn ObjectStore>, Path, Option<PathBuf>)> {
    let (scheme, prefix) = ObjectStoreScheme::parse(url)?;
    let objects: Arc<dyn ObjectStore> = match scheme {
        ObjectStoreScheme::AmazonS3 => built!(AmazonS3Builder, url, environment, "AWS_"),
        ObjectStoreScheme::GoogleCloudStorage => {
            built!(GoogleCloudStorageBuilder, url, environment, "GOOGLE_")
        }
        ObjectStoreScheme::MicrosoftAzure => built!(MicrosoftAzureBuilder, url, environment, "AZURE_"),
        ObjectStoreScheme::Local => {
            let named = url
                .to_file_path()
                .map_err(|()| anyhow::anyhow!("a folder's address is file:///path/of/the/folder"))?;
            let folder =
                std::fs::canonicalize(&named).with_context(|| format!("look into {}", named.display()))?;
            if !folder.is_dir() {
                bail!("{} is no folder", folder.display());
            }
            let prefix = Path::from_absolute_path(&folder)?;
            return Ok((Arc::new(LocalFileSystem::new()), prefix, Some(folder)));
        }
        ObjectStoreScheme::Memory => Arc::new(InMemory::new()),
        _ => bail!("recordings are served from s3://, gs://, az:// and file:// addresses"),
    };
    Ok((objects, prefix, None))
}

fn retry() -> RetryConfig {
    RetryConfig {
        max_retries: MAX_RETRIES,
        retry_timeout: REQUEST_TIMEOUT,
        backoff: BackoffConfig {
            max_backoff: Duration::from_secs(2),
            ..BackoffConfig::default()
        },
    }
}

/// Which library encrypts: the one that the rest of the program uses.
fn use_ring() {
    // It was chosen before; that is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// A store's error in words, without what stood behind `?` in addresses: some clouds put signatures there.
pub(crate) fn said(error: &dyn std::fmt::Display) -> String {
    let text = error.to_string();
    let mut words = Vec::new();
    for word in text.split_whitespace() {
        words.push(match word.split_once('?') {
            Some((address, query)) if address.contains("://") => {
                let after = query.trim_start_matches(|char: char| !"\"')>,".contains(char));
                format!("{address}{after}")
            }
            _ => word.to_owned(),
        });
    }
    let mut text = words.join(" ");
    const MAX_BYTES: usize = 600;
    if text.len() > MAX_BYTES {
        let end = (0..=MAX_BYTES).rev().find(|end| text.is_char_boundary(*end));
        text.truncate(end.unwrap_or_default());
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests;
