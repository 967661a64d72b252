//! Reads any part of a recording. Opening reads the end of the file; indexes are read group by group; a chunk of the
//! log, a script or a paint is read when it is asked for. What was decoded is kept within bounds.
//!
//! A [`Reader`] is a recording as it stood at one time, and never changes. One that is still being made is followed
//! ([`crate::following`]): whenever the file grew there is another reader, which shares with the one before all that both
//! know. So whoever answers a question sees one state of the recording from beginning to end.

mod details;
mod growing;
mod indexes;
mod tables;

use std::{
    any::Any,
    fmt,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock},
};

use self::{details::Details, tables::Rows};
use crate::{
    archive::{Archive, damaged},
    bytes::DecodeError,
    chunk::{Chunk, Look},
    error::{OpenError, ReadError},
    event::{Keyboard, Message, Mouse, Navigation, Paint},
    ids::{BindingId, FunctionId, InstanceId, ObjectId, ScopeId, ScriptId, SiteId},
    index::Index,
    lru::Lru,
    manifest::{Head, Manifest},
    names,
    network::NetworkEvent,
    opening::{self, Rebuilt, Tables},
    page::{Annotation, Dispatch, DomChange, Layout, ListenerChange, StyleSheets},
    point::{Micros, Point},
    script::Script,
    share::LeftOut,
    source::ByteSource,
    table::{ChunkInfo, ChunkTable, Owners, ScriptInfo, owner},
};

/// How much a reader keeps in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Bytes of decoded chunks. A pause needs one to three, of about 400 KB each.
    pub chunk_cache_bytes: usize,
    /// Bytes of decoded scripts, and as many of their texts.
    pub script_cache_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            chunk_cache_bytes: 64 << 20,
            script_cache_bytes: 32 << 20,
        }
    }
}

/// An open recording, shared by all who look at it.
pub struct Reader {
    manifest: Manifest,
    /// What opening found lost.
    warnings: Vec<String>,
    table: ChunkTable,
    scripts: Arc<ScriptTable>,
    is_live: bool,
    file: Arc<Contents>,
}

/// The scripts without their contents, and whose each id is.
struct ScriptTable {
    infos: Vec<ScriptInfo>,
    owners: Owners,
}

impl From<Vec<ScriptInfo>> for ScriptTable {
    fn from(infos: Vec<ScriptInfo>) -> Self {
        Self {
            owners: Owners::new(&infos),
            infos,
        }
    }
}

/// What all readers of a file share. Where it knows more than one of them, because the file grew, that one passes over
/// the rest.
struct Contents {
    archive: Archive,
    /// What was found lost since the file was opened.
    noticed: Mutex<Vec<String>>,
    index: RwLock<Index>,
    loading: Mutex<Loading>,
    chunks: Mutex<Lru<usize, Chunk>>,
    details: Mutex<Details>,
    shared: OnceLock<Arc<dyn Any + Send + Sync>>,
    script_cache: Mutex<Lru<ScriptId, Script>>,
    texts: Mutex<Lru<ScriptId, str>>,
    messages: Rows<Message>,
    mouse: Rows<Mouse>,
    keyboard: Rows<Keyboard>,
    navigations: Rows<Navigation>,
    paints: Rows<Paint>,
    dom: Rows<DomChange>,
    layouts: Rows<Layout>,
    styles: Rows<StyleSheets>,
    listeners: Rows<ListenerChange>,
    dispatches: Rows<Dispatch>,
    annotations: Rows<Annotation>,
    network: Rows<NetworkEvent>,
}

/// How far the indexes are read.
struct Loading {
    n_chunks: usize,
    rebuilt: Rebuilt,
}

/// How far the indexes are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexProgress {
    /// Groups read.
    pub groups_read: usize,
    /// Groups there are.
    pub groups: usize,
    /// Chunks whose indexes are read. In a recording that is still being made the last group may be read in part.
    pub chunks_read: usize,
    /// Chunks there are.
    pub chunks: usize,
    /// Queries answer in full up to this point.
    pub up_to: Point,
    /// Bytes of the file read since it was opened, for whatever purpose.
    pub bytes_read: u64,
}

impl Reader {
    /// Opens a recording. One that is cut short or damaged opens as far as it can; [`Self::warnings`] says what is
    /// lost.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(source: Box<dyn ByteSource>) -> Result<Self, OpenError> {
        Self::open_with(source, Options::default())
    }

    /// As [`Self::open`], within these bounds of memory.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open_with(source: Box<dyn ByteSource>, options: Options) -> Result<Self, OpenError> {
        let (archive, tables) = opening::open(source)?;
        Ok(Self::new(archive, tables, options, false))
    }

    fn new(archive: Archive, tables: Tables, options: Options, is_live: bool) -> Self {
        let Tables {
            manifest,
            chunks,
            scripts,
            rebuilt,
            warnings,
        } = tables;
        let contents = Contents {
            archive,
            noticed: Mutex::default(),
            index: RwLock::default(),
            loading: Mutex::new(Loading { n_chunks: 0, rebuilt }),
            chunks: Mutex::new(Lru::new(options.chunk_cache_bytes)),
            details: Mutex::new(Details::new(options.chunk_cache_bytes / 4)),
            shared: OnceLock::new(),
            script_cache: Mutex::new(Lru::new(options.script_cache_bytes)),
            texts: Mutex::new(Lru::new(options.script_cache_bytes)),
            messages: Rows::default(),
            mouse: Rows::default(),
            keyboard: Rows::default(),
            navigations: Rows::default(),
            paints: Rows::default(),
            dom: Rows::default(),
            layouts: Rows::default(),
            styles: Rows::default(),
            listeners: Rows::default(),
            dispatches: Rows::default(),
            annotations: Rows::default(),
            network: Rows::default(),
        };
        Self {
            manifest,
            warnings,
            table: chunks,
            scripts: Arc::new(scripts.into()),
            is_live,
            file: Arc::new(contents),
        }
    }

    /// Whether the recording is still being made: there will be more of it than this reader knows.
    pub fn is_live(&self) -> bool {
        self.is_live
    }

    /// Something that all who read this recording share, such as what they worked out of its chunks. It lives as long as
    /// the reader. There is one: who asks for another type gets one of its own.
    pub fn shared<T: Any + Default + Send + Sync>(&self) -> Arc<T> {
        let shared = self.file.shared.get_or_init(|| Arc::new(T::default()));
        shared.clone().downcast().unwrap_or_default()
    }

    /// What was known before anything happened.
    pub fn head(&self) -> &Head {
        &self.manifest.head
    }

    /// What the recording says of itself. For one cut short: as far as it can be told from what is left; the title is
    /// empty then.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// What is lost or was repaired, in words, as far as noticed by now. The recorder's own warnings are in the
    /// manifest.
    pub fn warnings(&self) -> Vec<String> {
        let noticed = lock(&self.file.noticed);
        self.warnings.iter().chain(noticed.iter()).cloned().collect()
    }

    /// The chunks of the log, in order.
    pub fn chunks(&self) -> &[ChunkInfo] {
        &self.table.chunks
    }

    /// The first point there is: the beginning, unless only a part of the recording is here.
    pub fn begin_point(&self) -> Point {
        self.manifest.part().map_or(Point::BEGINNING, |part| part.begin)
    }

    /// When [`Self::begin_point`] is.
    pub fn begin_time(&self) -> Micros {
        self.manifest.part().map_or(Micros(0), |part| part.begin_time)
    }

    /// The first chunk that tells what the program did. Those before, if only a part of the recording is here, say what
    /// was there when it began.
    pub fn first_chunk(&self) -> usize {
        self.manifest.part().map_or(0, |part| part.first_chunk as usize)
    }

    /// Just past the last point.
    pub fn end_point(&self) -> Point {
        Point::before_step(self.table.end.n_steps)
    }

    /// The last point there is by now; those that come later in a recording that is still being made are greater.
    pub fn last_point(&self) -> Point {
        self.table.end.last_point()
    }

    /// How long it lasted.
    pub fn duration(&self) -> Micros {
        self.table.end.time
    }

    /// Bytes of the file read so far.
    pub fn bytes_read(&self) -> u64 {
        self.file.archive.n_bytes_read()
    }

    /// Decodes a chunk, or hands out the copy that is kept.
    ///
    /// # Errors
    /// `Missing` past the last chunk or where one is lost; `Damaged`; `Io`.
    pub fn chunk(&self, chunk_idx: usize) -> Result<Arc<Chunk>, ReadError> {
        let kept = lock(&self.file.chunks).get(chunk_idx);
        match kept {
            Some(chunk) => Ok(chunk),
            None => self.decode_chunk(chunk_idx, &mut ()),
        }
    }

    /// As [`Self::chunk`], and passes on every record of it in order. For a chunk that is not kept this takes one reading
    /// of it instead of two. Where it fails, some may have been passed on.
    ///
    /// # Errors
    /// As [`Self::chunk`].
    pub fn chunk_with(&self, chunk_idx: usize, look: &mut impl Look) -> Result<Arc<Chunk>, ReadError> {
        let kept = lock(&self.file.chunks).get(chunk_idx);
        match kept {
            Some(chunk) => {
                chunk.look_through(look);
                Ok(chunk)
            }
            None => self.decode_chunk(chunk_idx, look),
        }
    }

    fn decode_chunk(&self, chunk_idx: usize, look: &mut impl Look) -> Result<Arc<Chunk>, ReadError> {
        let Some(info) = self.table.chunks.get(chunk_idx) else {
            return Err(ReadError::Missing {
                entry: names::chunk(chunk_idx),
            });
        };
        let chunk = Arc::new(self.file.archive.chunk_of(chunk_idx, info, look)?);
        lock(&self.file.chunks).put(chunk_idx, chunk.clone(), chunk.n_bytes());
        Ok(chunk)
    }

    /// Bytes of decoded chunks now kept, about.
    pub fn cached_chunk_bytes(&self) -> usize {
        lock(&self.file.chunks).n_bytes()
    }

    /// The chunk that holds the record which took this point; for a point no record took, the chunk where it would be.
    /// None if there are no chunks.
    pub fn chunk_of_point(&self, point: Point) -> Option<usize> {
        if self.table.chunks.is_empty() {
            return None;
        }
        Some(
            self.table
                .chunks
                .partition_point(|chunk| chunk.first_point < point)
                .saturating_sub(1),
        )
    }

    /// The chunk a frame or scope instance was born in; None for STATIC and for numbers never given.
    pub fn birth_chunk_of_instance(&self, instance: InstanceId) -> Option<usize> {
        if instance == InstanceId::STATIC || instance >= self.table.end.next_instance {
            return None;
        }
        self.table
            .chunks
            .partition_point(|chunk| chunk.first_instance <= instance)
            .checked_sub(1)
    }

    /// The chunk an object counts as born in: nothing is known of it before. None for numbers never given.
    pub fn birth_chunk_of_object(&self, object: ObjectId) -> Option<usize> {
        if object >= self.table.end.next_object {
            return None;
        }
        self.table
            .chunks
            .partition_point(|chunk| chunk.first_object <= object)
            .checked_sub(1)
    }

    /// All scripts without their contents, by id.
    pub fn scripts(&self) -> &[ScriptInfo] {
        &self.scripts.infos
    }

    /// A script without its contents.
    pub fn script_info(&self, id: ScriptId) -> Option<&ScriptInfo> {
        let idx = self
            .scripts
            .infos
            .binary_search_by_key(&id, |script| script.id)
            .ok()?;
        self.scripts.infos.get(idx)
    }

    /// A script with its sites, functions, scopes and variables.
    ///
    /// # Errors
    /// `Missing` for an unknown script; `Damaged`; `Io`.
    pub fn script(&self, id: ScriptId) -> Result<Arc<Script>, ReadError> {
        if let Some(script) = lock(&self.file.script_cache).get(id) {
            return Ok(script);
        }
        let name = names::script(id);
        let info = self
            .script_info(id)
            .ok_or_else(|| ReadError::Missing { entry: name.clone() })?;
        let json = self.file.archive.decompressed(&name)?;
        let script: Script = crate::archive::from_json(&json).map_err(damaged(&name))?;
        if ScriptInfo::of(&script) != *info {
            return Err(damaged(&name)(DecodeError::Malformed(
                "it is not what the script table says",
            )));
        }
        let script = Arc::new(script);
        lock(&self.file.script_cache).put(id, script.clone(), json.len());
        Ok(script)
    }

    /// A script's text.
    ///
    /// # Errors
    /// `Missing` for an unknown script; `Damaged`; `Io`.
    pub fn text(&self, id: ScriptId) -> Result<Arc<str>, ReadError> {
        if let Some(text) = lock(&self.file.texts).get(id) {
            return Ok(text);
        }
        let info = self.script_info(id).ok_or_else(|| ReadError::Missing {
            entry: names::script(id),
        })?;
        let name = names::text(&info.hash);
        self.must_be_here(&name, LeftOut::Sources)?;
        let text = String::from_utf8(self.file.archive.decompressed(&name)?);
        let text: Arc<str> = text.map_err(|_| damaged(&name)(DecodeError::NotUtf8))?.into();
        lock(&self.file.texts).put(id, text.clone(), text.len());
        Ok(text)
    }

    /// The source map stored for a script, JSON text; None if none is. Maps that stand in the script's own text
    /// (`data:` addresses) are not stored apart. Not kept: who needs it again keeps what it says.
    ///
    /// # Errors
    /// `Missing` for an unknown script; `Damaged`; `Io`.
    pub fn source_map(&self, id: ScriptId) -> Result<Option<String>, ReadError> {
        let info = self.script_info(id).ok_or_else(|| ReadError::Missing {
            entry: names::script(id),
        })?;
        let name = names::source_map(&info.hash);
        if !self.file.archive.has(&name) {
            return Ok(None);
        }
        let json = String::from_utf8(self.file.archive.decompressed(&name)?);
        json.map(Some).map_err(|_| damaged(&name)(DecodeError::NotUtf8))
    }

    /// The script a site belongs to.
    pub fn script_of_site(&self, site: SiteId) -> Option<ScriptId> {
        owner(&self.scripts.owners.sites, site.0)
    }

    /// The script a function belongs to.
    pub fn script_of_function(&self, function: FunctionId) -> Option<ScriptId> {
        owner(&self.scripts.owners.functions, function.0)
    }

    /// The script a variable belongs to.
    pub fn script_of_binding(&self, binding: BindingId) -> Option<ScriptId> {
        owner(&self.scripts.owners.bindings, binding.0)
    }

    /// The script a scope belongs to.
    pub fn script_of_scope(&self, scope: ScopeId) -> Option<ScriptId> {
        owner(&self.scripts.owners.scopes, scope.0)
    }

    /// That something was not left out before the recording was handed on.
    fn must_be_here(&self, entry: &str, kind: LeftOut) -> Result<(), ReadError> {
        if self.manifest.leaves_out(kind) && !self.file.archive.has(entry) {
            return Err(ReadError::LeftOut { kind });
        }
        Ok(())
    }

    /// What is stored in the file: the name and the size in bytes of every entry.
    pub fn stored(&self) -> Vec<(String, u64)> {
        let entries = self.file.archive.entries();
        entries.into_iter().map(|entry| (entry.name, entry.len)).collect()
    }

    /// Comments that were stored with the recording, JSON text; None if none were.
    ///
    /// # Errors
    /// `Damaged`, `Io`.
    pub fn comments(&self) -> Result<Option<String>, ReadError> {
        if !self.file.archive.has(names::COMMENTS) {
            return Ok(None);
        }
        let json = String::from_utf8(self.file.archive.bytes(names::COMMENTS)?);
        json.map(Some)
            .map_err(|_| damaged(names::COMMENTS)(DecodeError::NotUtf8))
    }

    fn warn(&self, warning: String) {
        let mut noticed = lock(&self.file.noticed);
        if !noticed.contains(&warning) && !self.warnings.contains(&warning) {
            noticed.push(warning);
        }
    }

    pub(crate) fn archive(&self) -> &Archive {
        &self.file.archive
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader")
            .field("manifest", &self.manifest)
            .finish_non_exhaustive()
    }
}

/// A lock whose holder panicked is taken all the same: caches are whole between any two of their operations.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
