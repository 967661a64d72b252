//! Writes the new recording: what was there when the part begins, then the part itself, record by record.

mod blobs;
mod carrying;
mod comments;

use std::{cell::Cell, collections::BTreeSet, io, ops::Range, rc::Rc};

use recording::{
    ids::{InstanceId, ObjectId, ScriptId},
    manifest::{Head, Manifest},
    point::Micros,
    reader::Reader,
    record::Record,
    share::{LeftOut, Part, Share},
    value::{Key, ObjectState, Value},
    writer::{Blob, Writer},
};

use self::{blobs::Blobs, carrying::Numbers};
use crate::{
    ExportError, Plan,
    carry::records_of,
    plan::Span,
    scrub::Scrub,
    tables::Tables,
    walk::{self, Code, Visit},
};

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Which share of the work is done, from 0 to 1.
    pub done: f64,
    /// Bytes written so far.
    pub n_bytes: u64,
}

/// Writes what a plan asks for of a recording to a sink, and gives what the new recording says of itself. `on_progress` is
/// told how far it is after each chunk, and ends it by saying false.
///
/// # Errors
/// See [`ExportError`]. What was written by then is of no use.
pub fn export<W: io::Write>(
    reader: &Reader,
    plan: &Plan,
    sink: W,
    on_progress: &mut dyn FnMut(Progress) -> bool,
) -> Result<Manifest, ExportError> {
    while reader.load_next_index_group()?.is_some() {}
    let span = Span::of(reader, plan)?;
    let scrub = Scrub::new(reader, &left_out(reader, plan))?;
    let head = Head {
        recording_id: plan.recording_id.clone(),
        url: scrub
            .address(&reader.head().url)
            .unwrap_or_else(|| reader.head().url.clone()),
        ..reader.head().clone()
    };
    let n_bytes = Rc::default();
    let sink = Counted {
        sink,
        n_bytes: Rc::clone(&n_bytes),
    };
    let n_chunks = span.chunks.clone().count();
    let mut work = Work {
        on_progress,
        n_bytes,
        n_done: 0,
        // A part is read twice: first for what it refers to.
        n_all: if span.begin.is_some() {
            2 * n_chunks
        } else {
            n_chunks
        },
    };
    let mut log = Log {
        reader,
        writer: Writer::create(sink, head)?,
        scrub,
        blobs: Blobs::default(),
        scripts: Scripts::default(),
        numbers: None,
        code: Vec::new(),
        warning: None,
    };
    let part = match &span.begin {
        Some(begin) => Some(log.carry_into(&span, begin, &mut work)?),
        None => None,
    };
    log.part(&span, &mut work)?;
    log.finish(plan, &span, part)
}

/// What is left out: what was left out before stays so.
fn left_out(reader: &Reader, plan: &Plan) -> BTreeSet<LeftOut> {
    let before = reader.manifest().share.iter().flat_map(|share| &share.left_out);
    plan.left_out.iter().chain(before).copied().collect()
}

/// A sink that notes how much it was given.
pub(crate) struct Counted<W> {
    sink: W,
    n_bytes: Rc<Cell<u64>>,
}

impl<W: io::Write> io::Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n_written = self.sink.write(bytes)?;
        self.n_bytes.set(self.n_bytes.get() + n_written as u64);
        Ok(n_written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

/// Who is told how far it is.
pub(crate) struct Work<'a> {
    on_progress: &'a mut dyn FnMut(Progress) -> bool,
    n_bytes: Rc<Cell<u64>>,
    n_done: usize,
    n_all: usize,
}

impl Work<'_> {
    /// One more chunk was read.
    pub(crate) fn step(&mut self) -> Result<(), ExportError> {
        self.n_done += 1;
        let progress = Progress {
            done: self.n_done as f64 / self.n_all.max(1) as f64,
            n_bytes: self.n_bytes.get(),
        };
        match (self.on_progress)(progress) {
            true => Ok(()),
            false => Err(ExportError::Stopped),
        }
    }
}

/// The new recording while it is written.
pub(crate) struct Log<'r, W> {
    pub(crate) reader: &'r Reader,
    pub(crate) writer: Writer<Counted<W>>,
    pub(crate) scrub: Scrub,
    pub(crate) blobs: Blobs,
    scripts: Scripts,
    /// How frames and scopes are numbered in it; None: as they were.
    pub(crate) numbers: Option<Numbers>,
    /// Room for what a record names of scripts.
    code: Vec<Code>,
    /// What could not be taken along, in words.
    pub(crate) warning: Option<&'static str>,
}

/// What becomes of a record on its way.
struct Passing<'a> {
    scrub: &'a mut Scrub,
    numbers: Option<&'a Numbers>,
    /// What it names of scripts.
    code: &'a mut Vec<Code>,
}

impl Visit for Passing<'_> {
    fn value(&mut self, value: &mut Value) {
        self.scrub.value(value);
    }

    fn key(&mut self, key: &mut Key) {
        self.scrub.key(key);
    }

    fn state(&mut self, object: ObjectId, state: &mut ObjectState) {
        self.scrub.state(object, state);
    }

    fn instance(&mut self, instance: &mut InstanceId) {
        if let Some(numbers) = self.numbers {
            *instance = numbers.of(*instance);
        }
    }

    fn code(&mut self, code: Code) {
        self.code.push(code);
    }
}

impl<W: io::Write> Log<'_, W> {
    /// Writes the records and rows of a part.
    fn part(&mut self, span: &Span, work: &mut Work<'_>) -> Result<(), ExportError> {
        let reader = self.reader;
        let mut tables = Tables::of(reader);
        let first = span.first_point();
        for chunk_idx in span.chunks.clone().take_while(|idx| *idx < reader.chunks().len()) {
            let chunk = reader.chunk(chunk_idx)?;
            let until = chunk.end_tracker().point().min(span.end);
            tables.note_roles(first, until, &mut self.scrub)?;
            for record in records_of(&chunk, chunk_idx, span) {
                self.push(record)?;
            }
            let (scrub, blobs, writer) = (&mut self.scrub, &mut self.blobs, &mut self.writer);
            tables.take_until(first, until, scrub, |scrub, point, time, mut event| {
                blobs.bring(reader, writer, scrub, &mut event)?;
                writer.mark_at(point, time, event)?;
                Ok::<_, ExportError>(())
            })?;
            work.step()?;
        }
        Ok(())
    }

    /// Writes a record of the log, and before it the scripts it names.
    pub(crate) fn push(&mut self, mut record: Record) -> Result<(), ExportError> {
        let mut code = std::mem::take(&mut self.code);
        let mut passing = Passing {
            scrub: &mut self.scrub,
            numbers: self.numbers.as_ref(),
            code: &mut code,
        };
        walk::record(&mut record, &mut passing);
        for code in code.drain(..) {
            self.scripts
                .add_of(code, self.reader, &mut self.writer, &self.scrub)?;
        }
        self.code = code;
        self.writer.push(record)?;
        Ok(())
    }

    /// Writes what is left to write.
    fn finish(mut self, plan: &Plan, span: &Span, part: Option<Part>) -> Result<Manifest, ExportError> {
        if span.is_whole() {
            for info in self.reader.scripts() {
                self.scripts
                    .add(info.id, self.reader, &mut self.writer, &self.scrub)?;
            }
        }
        let manifest = self.reader.manifest();
        let (from, to) = (
            part.map_or(Micros(0), |part| part.begin_time),
            self.writer.tracker().time,
        );
        if let Some(comments) = &plan.comments {
            let kept = comments::within(comments, from.as_millis(), to.as_millis());
            self.writer.add_comments(&kept)?;
        }
        let left_out = left_out(self.reader, plan);
        let mut redactions: Vec<String> = manifest
            .redactions
            .iter()
            .map(|sentence| self.scrub.sentence(sentence))
            .collect();
        let now_left_out = left_out.iter().filter(|what| !manifest.leaves_out(**what));
        let words: Vec<&str> = now_left_out.map(|what| what.words()).collect();
        if !words.is_empty() {
            redactions.push(format!("left out when it was shared: {}", words.join(", ")));
        }
        if !span.is_whole() {
            let seconds = |time: Micros| time.as_millis() / 1000.0;
            let (from, to) = (seconds(from), seconds(to));
            redactions.push(format!(
                "only what happened from {from:.3} s to {to:.3} s was shared"
            ));
        }
        let mut warnings: Vec<String> = manifest.warnings.clone();
        warnings.extend(self.reader.warnings());
        let mut warnings: Vec<String> = warnings.iter().map(|it| self.scrub.sentence(it)).collect();
        warnings.extend(self.warning.map(str::to_owned));
        let title = match self.scrub.leaves_out(LeftOut::Texts) {
            true => String::new(),
            false => self.scrub.sentence(&manifest.title),
        };
        let is_part = !span.is_whole();
        self.writer.set_share(Share {
            of: manifest.head.recording_id.clone(),
            at: plan.at,
            left_out: left_out.into_iter().collect(),
            is_part,
            part,
        });
        Ok(self.writer.finish(title, warnings, redactions)?)
    }
}

/// Which scripts are in the new recording.
#[derive(Default)]
struct Scripts {
    added: BTreeSet<ScriptId>,
    /// The sites of the script that ran last.
    latest: Range<u32>,
}

impl Scripts {
    /// Adds the script that something belongs to.
    fn add_of<W: io::Write>(
        &mut self,
        code: Code,
        reader: &Reader,
        writer: &mut Writer<W>,
        scrub: &Scrub,
    ) -> Result<(), ExportError> {
        let script = match code {
            Code::Site(site) if self.latest.contains(&site.0) => return Ok(()),
            Code::Site(site) => reader.script_of_site(site),
            Code::Function(function) => reader.script_of_function(function),
            Code::Scope(scope) => reader.script_of_scope(scope),
            Code::Binding(binding) => reader.script_of_binding(binding),
        };
        let Some(script) = script else { return Ok(()) };
        self.add(script, reader, writer, scrub)?;
        if let (Code::Site(_), Some(info)) = (code, reader.script_info(script)) {
            self.latest = info.sites.clone();
        }
        Ok(())
    }

    fn add<W: io::Write>(
        &mut self,
        id: ScriptId,
        reader: &Reader,
        writer: &mut Writer<W>,
        scrub: &Scrub,
    ) -> Result<(), ExportError> {
        if !self.added.insert(id) {
            return Ok(());
        }
        let script = reader.script(id)?;
        if !scrub.leaves_out(LeftOut::Sources) {
            writer.copy(reader, Blob::Text(&script.hash))?;
            if reader.source_map(id)?.is_some() {
                writer.copy(reader, Blob::SourceMap(&script.hash))?;
            }
        }
        writer.add_script_without_text(&scrub.script(&script))?;
        Ok(())
    }
}
