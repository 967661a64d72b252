//! What a file is packed in: nothing, gzip or a ZIP; and how much comes out of it at most.

use std::{
    cell::Cell,
    io::{self, BufRead, BufReader, Cursor, Read, Seek, SeekFrom},
    rc::Rc,
};

use flate2::read::MultiGzDecoder;
use zip::ZipArchive;

use crate::{
    error::ImportError,
    kind::Kind,
    limits::{MAX_TEXT, MAX_UNPACKED},
};

/// How much of the beginning is looked at to tell what a text is.
const BEGINNING: u64 = 64 << 10;

/// A file, told apart.
pub(crate) enum Input<'r, R> {
    /// A trace of Playwright.
    Trace(Archive<R>),
    /// A HAR file.
    Har(Source<'r, R>),
    /// Events of rrweb.
    Rrweb(Source<'r, R>),
}

/// Where a stream of JSON comes from.
pub(crate) enum Source<'r, R> {
    /// The file itself.
    Text(Limited<Box<dyn BufRead + 'r>>),
    /// An entry of a ZIP.
    Entry(Archive<R>, String),
}

impl<'r, R: Read + Seek + 'r> Input<'r, R> {
    /// Looks at how a file begins.
    pub(crate) fn open(mut source: R) -> Result<Self, ImportError> {
        let mut head = Vec::new();
        source.seek(SeekFrom::Start(0)).map_err(ImportError::Read)?;
        source
            .by_ref()
            .take(4)
            .read_to_end(&mut head)
            .map_err(ImportError::Read)?;
        source.seek(SeekFrom::Start(0)).map_err(ImportError::Read)?;
        match &*head {
            [b'P', b'K', 3, 4] | [b'P', b'K', 5, 6] => Self::of_archive(Archive::open(source)?),
            [0x1f, 0x8b, ..] => Self::of_text(MultiGzDecoder::new(BufReader::new(source))),
            _ => Self::of_text(source),
        }
    }

    fn of_text(text: impl Read + 'r) -> Result<Self, ImportError> {
        let mut text = Limited::new(text, MAX_TEXT);
        let mut beginning = Vec::new();
        // What is damaged behind its beginning is read as far as it goes.
        let read = text.by_ref().take(BEGINNING).read_to_end(&mut beginning);
        if let (Err(error), true) = (read, beginning.is_empty()) {
            return Err(ImportError::damaged("the file", error));
        }
        let kind = Kind::of_text(&beginning)?;
        let Limited { inner, meter } = text;
        let whole = Cursor::new(beginning).chain(Limited {
            inner,
            meter: Rc::clone(&meter),
        });
        let text = Source::Text(Limited {
            inner: Box::new(BufReader::with_capacity(BEGINNING as usize, whole)) as Box<dyn BufRead + 'r>,
            meter,
        });
        Ok(match kind {
            Kind::Har => Self::Har(text),
            _ => Self::Rrweb(text),
        })
    }

    fn of_archive(mut archive: Archive<R>) -> Result<Self, ImportError> {
        let names = archive.names();
        let has = |name: &str| names.iter().any(|known| known == name);
        if has("head.json") {
            return Err(ImportError::IsRecording);
        }
        if names.iter().any(|name| name.ends_with(".trace")) {
            return Ok(Self::Trace(archive));
        }
        if let Some(har) = names.iter().find(|name| name.ends_with(".har")) {
            return Ok(Self::Har(Source::Entry(archive, har.clone())));
        }
        if has("index.html")
            && names
                .iter()
                .any(|name| name.starts_with("data/") && name.ends_with(".zip"))
        {
            return Err(ImportError::IsReport);
        }
        // A file that somebody packed to send it.
        let is_json = |name: &&String| {
            let is_hidden = name.starts_with("__MACOSX/");
            !is_hidden
                && [".json", ".jsonl", ".ndjson"]
                    .iter()
                    .any(|end| name.ends_with(end))
        };
        let mut texts = names.iter().filter(is_json);
        let (Some(name), None) = (texts.next(), texts.next()) else {
            return Err(ImportError::Unknown);
        };
        let beginning = archive.entry(name, |entry| {
            let mut beginning = Vec::new();
            match entry.take(BEGINNING).read_to_end(&mut beginning) {
                Err(error) if beginning.is_empty() => Err(ImportError::damaged(name, error)),
                _ => Ok(beginning),
            }
        })?;
        Ok(match Kind::of_text(&beginning)? {
            Kind::Har => Self::Har(Source::Entry(archive, name.clone())),
            _ => Self::Rrweb(Source::Entry(archive, name.clone())),
        })
    }

    /// What it is.
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Trace(_) => Kind::Playwright,
            Self::Har(_) => Kind::Har,
            Self::Rrweb(_) => Kind::Rrweb,
        }
    }
}

impl<R: Read + Seek> Source<'_, R> {
    /// Reads the text; gives what the reading came to and, of a ZIP, all that is in it.
    pub(crate) fn read<T>(
        self,
        read: impl FnOnce(&mut dyn BufRead) -> Result<T, ImportError>,
    ) -> Result<(T, Resources<R>), ImportError> {
        match self {
            Self::Text(mut text) => {
                let outcome = read(&mut text.inner);
                text.meter.check("the file")?;
                Ok((outcome?, Resources(None)))
            }
            Self::Entry(mut archive, name) => {
                let outcome = archive.entry(&name, |entry| read(entry))?;
                Ok((outcome, Resources(Some(archive))))
            }
        }
    }
}

/// What belongs to a file and is read when it is needed: bodies, pictures, sources.
pub(crate) struct Resources<R>(pub(crate) Option<Archive<R>>);

impl<R: Read + Seek> Resources<R> {
    /// The bytes of an entry, at most so many, and whether there are more. None if there is no such entry, or if it is
    /// damaged: one body is not worth the rest.
    pub(crate) fn get(&mut self, name: &str, limit: u64) -> Result<Option<(Vec<u8>, bool)>, ImportError> {
        match &mut self.0 {
            Some(archive) => archive.get(name, limit),
            None => Ok(None),
        }
    }
}

/// A ZIP.
pub(crate) struct Archive<R> {
    zip: ZipArchive<R>,
    /// Bytes that may still come out of it.
    left: u64,
}

impl<R: Read + Seek> Archive<R> {
    fn open(source: R) -> Result<Self, ImportError> {
        let zip = ZipArchive::new(source);
        let zip = zip.map_err(|error| ImportError::damaged("the ZIP archive", error))?;
        Ok(Self {
            zip,
            left: MAX_UNPACKED,
        })
    }

    /// The names of all entries, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        let names = self.zip.file_names().filter_map(Result::ok);
        let mut names: Vec<String> = names.map(std::borrow::Cow::into_owned).collect();
        names.sort();
        names
    }

    /// Reads an entry as a text.
    pub(crate) fn entry<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut dyn BufRead) -> Result<T, ImportError>,
    ) -> Result<T, ImportError> {
        let entry = self.zip.by_name(name);
        let entry = entry.map_err(|error| ImportError::damaged(name, error))?;
        let limit = MAX_TEXT.min(self.left);
        let mut text = Limited::new(entry, limit);
        let meter = Rc::clone(&text.meter);
        let outcome = read(&mut BufReader::with_capacity(BEGINNING as usize, &mut text));
        self.left -= limit - meter.left.get();
        meter.check(name)?;
        outcome
    }

    fn get(&mut self, name: &str, limit: u64) -> Result<Option<(Vec<u8>, bool)>, ImportError> {
        let Ok(entry) = self.zip.by_name(name) else {
            return Ok(None);
        };
        let mut bytes = Vec::new();
        let read = entry
            .take(limit.saturating_add(1).min(self.left))
            .read_to_end(&mut bytes);
        self.left -= bytes.len() as u64;
        if self.left == 0 {
            return Err(ImportError::TooLarge {
                what: "the file".to_owned(),
                mebibytes: MAX_UNPACKED >> 20,
            });
        }
        let is_more = bytes.len() as u64 > limit;
        bytes.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(read.is_ok().then_some((bytes, is_more)))
    }
}

/// A reader that ends with an error where too much comes.
pub(crate) struct Limited<R> {
    inner: R,
    meter: Rc<Meter>,
}

struct Meter {
    limit: u64,
    left: Cell<u64>,
    is_over: Cell<bool>,
}

impl Meter {
    /// Whatever else went wrong, this is why.
    fn check(&self, what: &str) -> Result<(), ImportError> {
        match self.is_over.get() {
            true => Err(ImportError::TooLarge {
                what: what.to_owned(),
                mebibytes: self.limit >> 20,
            }),
            false => Ok(()),
        }
    }
}

impl<R> Limited<R> {
    fn new(inner: R, limit: u64) -> Self {
        Self {
            inner,
            meter: Rc::new(Meter {
                limit,
                left: Cell::new(limit),
                is_over: Cell::new(false),
            }),
        }
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n_bytes = self.inner.read(buffer)?;
        let Some(left) = self.meter.left.get().checked_sub(n_bytes as u64) else {
            self.meter.is_over.set(true);
            return Err(io::Error::other("it is too large"));
        };
        self.meter.left.set(left);
        Ok(n_bytes)
    }
}
