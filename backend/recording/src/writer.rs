//! Writes a recording as it happens. Everything handed to the sink is a whole entry of the file, so whatever was
//! written before the recorder is killed can be read again.

mod made;

use std::{
    collections::{BTreeSet, HashSet},
    io,
};

use serde::Serialize;

use crate::{
    chunk,
    codec::Encoder,
    compress::compress,
    details::{Before, GroupWriter, Observer},
    error::ReadError,
    event::{Event, Row},
    ids::{InstanceId, ScriptId, SiteId},
    index::{CHUNKS_PER_GROUP, ChunkIndex, Group},
    manifest::{Counts, FORMAT_VERSION, Head, Manifest},
    names,
    origin::Origin,
    point::{Micros, Point},
    reader::Reader,
    record::Record,
    script::Script,
    share::Share,
    table::{self, ChunkInfo, End, ScriptInfo},
    tracker::Tracker,
    zip::write::ZipWriter,
};

/// `sub` numbers are 16 bits: past this many happenings between two statements an idle step is put in.
const MAX_SUB: u16 = 60_000;

/// Sizes that decide how a recording is cut up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// A chunk ends at this many steps…
    pub steps_per_chunk: u64,
    /// …or at this many bytes of records and strings, so that decoding one stays a matter of 1 to 2 ms. The step at
    /// hand is finished first, unless it alone takes [`Self::OVERRUN`] times as much.
    pub bytes_per_chunk: usize,
    /// zstd's level. 3 keeps up with a page on one core; higher ones gain little on chunks this small.
    pub level: i32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            steps_per_chunk: 65_536,
            bytes_per_chunk: 256 << 10,
            level: 3,
        }
    }
}

impl Options {
    /// How far a single step's records may overrun [`Self::bytes_per_chunk`].
    pub const OVERRUN: usize = 4;
}

/// Something that is stored beside the log, by the hash that names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blob<'a> {
    /// The text of the scripts with this hash.
    Text(&'a str),
    /// A body of a request or an answer.
    Body(&'a str),
    /// The source map of the scripts with the text of this hash.
    SourceMap(&'a str),
    /// A picture, with its media type.
    Paint(&'a str, &'a str),
}

/// Why something could not be taken over from another recording.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CopyError {
    /// It cannot be read there.
    #[error(transparent)]
    Read(ReadError),
    /// It cannot be written here.
    #[error("the copy cannot be written: {0}")]
    Write(io::Error),
}

/// A recording being written.
pub struct Writer<W> {
    zip: ZipWriter<W>,
    options: Options,
    head: Head,
    tracker: Tracker,
    chunk: OpenChunk,
    chunks: Vec<ChunkInfo>,
    group: Group,
    details: GroupWriter,
    scripts: Vec<ScriptInfo>,
    script_ids: BTreeSet<ScriptId>,
    blobs: HashSet<String>,
    events: Events,
    counts: Counts,
    share: Option<Share>,
    origin: Option<Origin>,
}

/// The chunk that records are being added to.
struct OpenChunk {
    keyframe: Tracker,
    encoder: Encoder,
    index: ChunkIndex,
    observer: Observer,
}

impl OpenChunk {
    fn new(tracker: &Tracker) -> Self {
        Self {
            keyframe: tracker.clone(),
            encoder: Encoder::new(tracker),
            index: ChunkIndex::new(tracker),
            observer: Observer::new(tracker),
        }
    }
}

/// Rows not yet written, by table.
#[derive(Default)]
struct Events {
    messages: Batch<crate::event::Message>,
    mouse: Batch<crate::event::Mouse>,
    keyboard: Batch<crate::event::Keyboard>,
    navigations: Batch<crate::event::Navigation>,
    paints: Batch<crate::event::Paint>,
    dom: Batch<crate::page::DomChange>,
    layouts: Batch<crate::page::Layout>,
    styles: Batch<crate::page::StyleSheets>,
    listeners: Batch<crate::page::ListenerChange>,
    dispatches: Batch<crate::page::Dispatch>,
    annotations: Batch<crate::page::Annotation>,
    network: Batch<crate::network::NetworkEvent>,
}

struct Batch<E> {
    rows: Vec<Row<E>>,
    n_written: u32,
}

impl<E> Default for Batch<E> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            n_written: 0,
        }
    }
}

impl<W: io::Write> Writer<W> {
    /// Begins a recording. [`Head::format`] is set to the version this code writes.
    ///
    /// # Errors
    /// Whatever the sink answers.
    pub fn create(sink: W, head: Head) -> io::Result<Self> {
        Self::create_with(sink, head, Options::default())
    }

    /// As [`Self::create`], cut up as `options` says.
    ///
    /// # Errors
    /// Whatever the sink answers.
    pub fn create_with(sink: W, mut head: Head, options: Options) -> io::Result<Self> {
        head.format = FORMAT_VERSION;
        let mut zip = ZipWriter::new(sink);
        zip.add(names::HEAD.to_owned(), &serde_json::to_vec(&head)?)?;
        zip.flush()?;
        let tracker = Tracker::default();
        Ok(Self {
            zip,
            options,
            head,
            chunk: OpenChunk::new(&tracker),
            tracker,
            chunks: Vec::new(),
            group: Group::default(),
            details: GroupWriter::default(),
            scripts: Vec::new(),
            script_ids: BTreeSet::new(),
            blobs: HashSet::new(),
            events: Events::default(),
            counts: Counts::default(),
            share: None,
            origin: None,
        })
    }

    /// The state after the last record.
    pub fn tracker(&self) -> &Tracker {
        &self.tracker
    }

    /// Adds a script and its text, at once: before the first record that names anything in it.
    ///
    /// # Errors
    /// `AlreadyExists` for an id that was added before, else whatever the sink answers.
    pub fn add_script(&mut self, script: &Script, text: &str) -> io::Result<()> {
        if !self.script_ids.insert(script.id) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let level = self.options.level;
        if self.blobs.insert(names::text(&script.hash)) {
            self.zip
                .add(names::text(&script.hash), &compress(text.as_bytes(), level)?)?;
        }
        self.add_script_entry(script)
    }

    fn add_script_entry(&mut self, script: &Script) -> io::Result<()> {
        let json = compress(&serde_json::to_vec(script)?, self.options.level)?;
        self.zip.add(names::script(script.id), &json)?;
        self.scripts.push(ScriptInfo::of(script));
        self.counts.scripts += 1;
        Ok(())
    }

    /// Stores a body of a request or an answer; a hash stored before is passed over.
    ///
    /// # Errors
    /// Whatever the sink answers.
    pub fn add_body(&mut self, hash: &str, bytes: &[u8]) -> io::Result<()> {
        let name = names::body(hash);
        if self.blobs.insert(name.clone()) {
            self.zip.add(name, &compress(bytes, self.options.level)?)?;
        }
        Ok(())
    }

    /// Stores the source map of the scripts whose text has this [`Script::hash`], JSON text; one stored before stays.
    /// It may come long after the script: it is fetched while the script runs.
    ///
    /// # Errors
    /// `InvalidInput` for a map larger than a reader would accept, else whatever the sink answers.
    pub fn add_source_map(&mut self, text_hash: &str, json: &str) -> io::Result<()> {
        if json.len() > crate::compress::MAX_DECOMPRESSED {
            let n_bytes = json.len();
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("a source map of {n_bytes} bytes is more than a recording takes"),
            ));
        }
        let name = names::source_map(text_hash);
        if self.blobs.insert(name.clone()) {
            self.zip
                .add(name, &compress(json.as_bytes(), self.options.level)?)?;
        }
        Ok(())
    }

    /// Stores the bytes of a paint as they are; a hash stored before is passed over.
    ///
    /// # Errors
    /// Whatever the sink answers.
    pub fn add_paint_image(&mut self, hash: &str, mime_type: &str, bytes: &[u8]) -> io::Result<()> {
        let name = names::paint(hash, mime_type);
        if self.blobs.insert(name.clone()) {
            self.zip.add(name, bytes)?;
        }
        Ok(())
    }

    /// Adds a script without its text, which is left out. As [`Self::add_script`] otherwise.
    ///
    /// # Errors
    /// As [`Self::add_script`].
    pub fn add_script_without_text(&mut self, script: &Script) -> io::Result<()> {
        if !self.script_ids.insert(script.id) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        self.add_script_entry(script)
    }

    /// Appends a record, and gives the point it took, if it takes one. Clocks never run backwards: a tick before the
    /// last one is moved up to it.
    ///
    /// # Errors
    /// `InvalidInput` for a record no reader would accept (a list of more than 2^20 values, strings of more than
    /// 128 MiB), `StorageFull` if ids or steps run out, else whatever the sink answers.
    pub fn push(&mut self, record: Record) -> io::Result<Option<Point>> {
        crate::limits::check(&record)?;
        if self.tracker.next_instance == InstanceId(u32::MAX)
            || self.tracker.n_steps >= crate::tracker::MAX_STEPS
        {
            return Err(io::Error::new(
                io::ErrorKind::StorageFull,
                "the recording has run out of numbers",
            ));
        }
        let record = match record {
            Record::Tick(time) => Record::Tick(time.max(self.tracker.time)),
            record => record,
        };
        if self.tracker.sub >= MAX_SUB && !matches!(record, Record::Step(_)) {
            self.append(Record::Step(SiteId::IDLE))?;
        }
        self.append(record)
    }

    fn append(&mut self, record: Record) -> io::Result<Option<Point>> {
        let n_bytes = self.chunk.encoder.n_bytes();
        let n_steps = self.tracker.n_steps - self.chunk.keyframe.n_steps;
        let is_full = n_steps >= self.options.steps_per_chunk || n_bytes >= self.options.bytes_per_chunk;
        let is_overrun = n_bytes >= self.options.bytes_per_chunk.saturating_mul(Options::OVERRUN);
        if is_overrun || is_full && matches!(record, Record::Step(_)) {
            self.end_chunk()?;
        }
        self.chunk.encoder.record(&record);
        let before = Before::of(&self.tracker);
        let outline = record.outline();
        let applied = self.tracker.apply_outline(&outline);
        self.chunk.index.observe(&outline, &applied, &self.tracker);
        self.chunk
            .observer
            .observe(&outline, before, &applied, &self.tracker);
        Ok(applied.point)
    }

    /// Something happened: appends a mark, and the row that says what. The clock moves on to `time` first.
    ///
    /// # Errors
    /// As [`Self::push`].
    pub fn mark(&mut self, time: Micros, event: Event) -> io::Result<Point> {
        if time > self.tracker.time {
            self.push(Record::Tick(time))?;
        }
        let point = self.push(Record::Mark)?.unwrap_or_else(|| self.tracker.point());
        self.add_row(point, self.tracker.time, event);
        Ok(point)
    }

    /// Something turns out to belong to an earlier point, such as the message of an uncaught error to where it was
    /// thrown: adds a row there, and no mark. Its time is not later than now.
    ///
    /// # Errors
    /// None at present; rows are written with the chunk.
    pub fn mark_at(&mut self, point: Point, time: Micros, event: Event) -> io::Result<()> {
        self.add_row(point, time.min(self.tracker.time), event);
        Ok(())
    }

    fn add_row(&mut self, point: Point, time: Micros, event: Event) {
        /// Adds the row to the table of its kind.
        macro_rules! add_to {
            ($($kind:ident => $table:ident,)*) => {
                match event {
                    $(Event::$kind(event) => {
                        add_row(&mut self.events.$table, &mut self.counts.$table, Row { point, time, event });
                    })*
                }
            };
        }
        add_to! {
            Message => messages,
            Mouse => mouse,
            Keyboard => keyboard,
            Navigation => navigations,
            Paint => paints,
            Dom => dom,
            Layout => layouts,
            Styles => styles,
            Listener => listeners,
            Dispatch => dispatches,
            Annotation => annotations,
            Network => network,
        }
    }

    /// Writes what is pending, so that a killed recorder loses nothing before now.
    ///
    /// # Errors
    /// Whatever the sink answers.
    pub fn flush_chunk(&mut self) -> io::Result<()> {
        self.end_chunk()?;
        self.zip.flush()
    }

    fn end_chunk(&mut self) -> io::Result<()> {
        if self.chunk.encoder.n_bytes() > 0 {
            let OpenChunk {
                keyframe,
                encoder,
                index,
                observer,
            } = std::mem::replace(&mut self.chunk, OpenChunk::new(&self.tracker));
            let (rows, strings) = encoder.finish();
            let payload = compress(&chunk::encode(&keyframe, &strings, &rows), self.options.level)?;
            let chunk_idx = self.chunks.len();
            let entry = self.zip.add(names::chunk(chunk_idx), &payload)?;
            self.chunks
                .push(ChunkInfo::between(&keyframe, &self.tracker, &entry));
            self.group.add(chunk_idx % CHUNKS_PER_GROUP, index);
            self.details.add(observer);
            if self.chunks.len().is_multiple_of(CHUNKS_PER_GROUP) {
                self.end_group()?;
            }
        }
        let level = self.options.level;
        macro_rules! write_batches {
            ($($table:ident $name:ident,)*) => {
                $(write_batch(&mut self.zip, &mut self.events.$table, names::$name, level)?;)*
            };
        }
        write_batches! {
            messages MESSAGES,
            mouse MOUSE,
            keyboard KEYBOARD,
            navigations NAVIGATIONS,
            paints PAINTS,
            dom DOM,
            layouts LAYOUTS,
            styles STYLES,
            listeners LISTENERS,
            dispatches DISPATCHES,
            annotations ANNOTATIONS,
            network NETWORK,
        }
        Ok(())
    }

    fn end_group(&mut self) -> io::Result<()> {
        let group_idx = (self.chunks.len() - 1) / CHUNKS_PER_GROUP;
        let chunks = self
            .chunks
            .get(group_idx * CHUNKS_PER_GROUP..)
            .unwrap_or_default();
        let group = std::mem::take(&mut self.group).encode(chunks, End::of(&self.tracker));
        let level = self.options.level;
        self.zip.add(names::group(group_idx), &compress(&group, level)?)?;
        let (blocks, details) = std::mem::take(&mut self.details).finish();
        for (block_idx, block) in blocks.iter().enumerate() {
            self.zip
                .add(names::runs(group_idx, block_idx), &compress(block, level)?)?;
        }
        self.zip
            .add(names::details(group_idx), &compress(&details, level)?)?;
        Ok(())
    }

    /// Writes what is pending, the tables and the directory, and gives what the recording came to hold.
    ///
    /// # Errors
    /// Whatever the sink answers.
    pub fn finish(
        mut self,
        title: String,
        warnings: Vec<String>,
        redactions: Vec<String>,
    ) -> io::Result<Manifest> {
        self.end_chunk()?;
        if !self.chunks.len().is_multiple_of(CHUNKS_PER_GROUP) {
            self.end_group()?;
        }
        let end = End::of(&self.tracker);
        let level = self.options.level;
        let mut chunks = Vec::new();
        table::encode_chunks(&self.chunks, end, &mut chunks);
        self.zip
            .add(names::CHUNKS.to_owned(), &compress(&chunks, level)?)?;
        self.scripts.sort_by_key(|script| script.id);
        self.zip.add(
            names::SCRIPTS.to_owned(),
            &compress(&serde_json::to_vec(&self.scripts)?, level)?,
        )?;
        let mut counts = Counts {
            chunks: self.chunks.len() as u32,
            ..self.counts
        }
        .at(end);
        let part = self.share.as_ref().and_then(|share| share.part);
        counts.steps -= part.map_or(0, |part| part.n_steps_before.min(counts.steps));
        let manifest = Manifest {
            head: self.head,
            title,
            duration: self.tracker.time,
            counts,
            redactions,
            warnings,
            share: self.share,
            origin: self.origin,
        };
        self.zip
            .add(names::MANIFEST.to_owned(), &serde_json::to_vec(&manifest)?)?;
        self.zip.finish()?;
        Ok(manifest)
    }
}

fn add_row<E>(batch: &mut Batch<E>, count: &mut u32, row: Row<E>) {
    batch.rows.push(row);
    *count = count.saturating_add(1);
}

fn write_batch<W: io::Write, E: Serialize>(
    zip: &mut ZipWriter<W>,
    batch: &mut Batch<E>,
    kind: &str,
    level: i32,
) -> io::Result<()> {
    if batch.rows.is_empty() {
        return Ok(());
    }
    let rows = compress(&serde_json::to_vec(&batch.rows)?, level)?;
    zip.add(names::events(kind, batch.n_written), &rows)?;
    batch.rows.clear();
    batch.n_written += 1;
    Ok(())
}
