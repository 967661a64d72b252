//! Writes a story down as a recording: in the order of time, with objects and pictures before what names them.

use std::io::{Read, Seek, Write};

use recording::{
    event::{Event, Message, Paint},
    manifest::{FORMAT_VERSION, Head},
    network::{Body, NetworkEvent, RequestEvent},
    origin::{Content, Lack, Origin},
    point::Micros,
    record::Record,
    value::Text,
    writer::Writer,
};

use crate::{
    Imported,
    container::Resources,
    error::ImportError,
    hash::sha256,
    kind::Kind,
    limits::{MAX_BODY, MAX_PICTURE},
    picture,
    report::Report,
    script::PageScripts,
    story::{BodyOf, Bytes, Carried, Happening, Said, Shot, Story, What},
    time,
};

/// A chunk ends once its rows are about so large, however little ran: a table is read batch by batch.
const ROWS_PER_CHUNK: usize = 20_000;
/// … and so many bytes of rows.
const ROW_BYTES_PER_CHUNK: usize = 8 << 20;

/// Bodies of one recording, all together. As the recorder has it.
const MAX_BODIES: u64 = 512 << 20;

/// The window of a recording that says nothing of it.
const VIEWPORT: (u32, u32) = (1280, 800);

/// Writes a story down.
///
/// # Errors
/// It is empty; reading its parts or writing fails.
pub(crate) fn write<R: Read + Seek, W: Write>(
    kind: Kind,
    id: String,
    mut story: Story,
    resources: Resources<R>,
    sink: W,
) -> Result<Imported, ImportError> {
    let mut happenings = std::mem::take(&mut story.happenings);
    happenings.sort_by(|left, right| left.at.total_cmp(&right.at));
    let Some(began) = happenings.first().map(|first| first.at) else {
        let (file, why) = match kind {
            Kind::Playwright => (
                "this Playwright trace",
                "there is no action, picture, request or message",
            ),
            Kind::Rrweb => ("this rrweb file", "there is no event"),
            Kind::Har => ("this HAR file", "there is no request"),
        };
        return Err(ImportError::Empty { file, why });
    };
    let writer = Writer::create(sink, head(kind, id, &story, &happenings, began));
    let mut writing = Writing {
        writer: writer.map_err(ImportError::Write)?,
        next_object: story.new_node().0,
        resources,
        story,
        began,
        page_scripts: PageScripts::default(),
        n_bodies: 0,
        body_bytes: 0,
        n_rows: 0,
        row_bytes: 0,
    };
    for (script, text) in std::mem::take(&mut writing.story.scripts.all) {
        writing.add_script(&script, &text)?;
        // Ids go on from those that are written.
        writing.story.scripts.all.push((script, String::new()));
    }
    let mut last = began;
    for Happening { at, what } in happenings {
        last = at;
        writing.happen(at, what)?;
    }
    writing.finish(kind, last)
}

fn head(kind: Kind, recording_id: String, story: &Story, happenings: &[Happening], began: f64) -> Head {
    let first_url = || {
        happenings.iter().find_map(|happening| match &happening.what {
            What::Event(Event::Navigation(navigation)) => Some(navigation.url.to_string()),
            _ => None,
        })
    };
    let url = match story.url.is_empty() {
        true => first_url().unwrap_or_default(),
        false => story.url.clone(),
    };
    let platform = match story.platform.is_empty() {
        true => "unknown",
        false => &story.platform,
    };
    let runtime = match kind {
        Kind::Playwright => "playwright",
        Kind::Rrweb => "rrweb",
        Kind::Har => "har",
    };
    Head {
        format: FORMAT_VERSION,
        recording_id,
        build_id: format!("{platform}-{runtime}-{}-playhead", time::date_of(began)),
        url,
        recorded_at: began,
        viewport: story.viewport.unwrap_or(VIEWPORT),
        device_pixel_ratio: story.device_pixel_ratio.unwrap_or(1.0),
    }
}

struct Writing<R, W> {
    writer: Writer<W>,
    resources: Resources<R>,
    story: Story,
    began: f64,
    next_object: u32,
    page_scripts: PageScripts,
    n_bodies: u64,
    body_bytes: u64,
    /// Rows since the last chunk ended.
    n_rows: usize,
    row_bytes: usize,
}

impl<R: Read + Seek, W: Write> Writing<R, W> {
    fn happen(&mut self, at: f64, what: What) -> Result<(), ImportError> {
        let time = Micros(((at - self.began) * 1000.0) as u64);
        let event = match what {
            What::Event(event) => Some(event),
            What::Message(said) => Some(Event::Message(self.message(time, said)?)),
            What::Paint(shot) => self.paint(shot)?.map(Event::Paint),
            What::Body(carried) => self.body(carried)?.map(Event::Network),
            What::Ran(records) => {
                self.push(Record::Tick(time))?;
                for record in records {
                    self.push(record)?;
                }
                None
            }
        };
        let Some(event) = event else { return Ok(()) };
        self.n_rows += 1;
        self.row_bytes += size_of(&event);
        self.writer.mark(time, event).map_err(ImportError::Write)?;
        if self.n_rows >= ROWS_PER_CHUNK || self.row_bytes >= ROW_BYTES_PER_CHUNK {
            (self.n_rows, self.row_bytes) = (0, 0);
            self.writer.flush_chunk().map_err(ImportError::Write)?;
        }
        Ok(())
    }

    fn push(&mut self, record: Record) -> Result<(), ImportError> {
        self.writer.push(record).map(drop).map_err(ImportError::Write)
    }

    fn message(&mut self, time: Micros, said: Said) -> Result<Message, ImportError> {
        let mut records = Vec::new();
        let arguments = said
            .arguments
            .into_iter()
            .map(|argument| argument.into_value(&mut self.next_object, &mut records))
            .collect();
        if !records.is_empty() {
            self.push(Record::Tick(time))?;
        }
        for record in records {
            self.push(record)?;
        }
        Ok(Message {
            source: said.source,
            level: said.level,
            method: said.method.into(),
            text: said.text,
            arguments,
            url: said.url,
            position: said.position,
        })
    }

    fn paint(&mut self, shot: Shot) -> Result<Option<Paint>, ImportError> {
        let (bytes, is_more) = match self.resources.get(&shot.entry, MAX_PICTURE)? {
            Some(read) => read,
            None => {
                self.story.leaving.add("pictures that are missing or damaged");
                return Ok(None);
            }
        };
        let Some((mime_type, width, height)) = picture::look(&bytes).filter(|_| !is_more) else {
            self.story
                .leaving
                .add("pictures that are too large, or neither JPEG nor PNG");
            return Ok(None);
        };
        let hash = sha256(&bytes);
        self.writer
            .add_paint_image(&hash, mime_type, &bytes)
            .map_err(ImportError::Write)?;
        let scale = match shot.page_width {
            Some(page_width) if page_width >= 1.0 && width > 0 => f64::from(width) / page_width,
            _ => 1.0,
        };
        Ok(Some(Paint {
            hash: hash.into(),
            mime_type: mime_type.into(),
            width,
            height,
            scale,
        }))
    }

    fn body(&mut self, carried: Carried) -> Result<Option<NetworkEvent>, ImportError> {
        let (bytes, is_cut) = match carried.bytes {
            Bytes::Here(mut bytes) => {
                let is_cut = bytes.len() as u64 > MAX_BODY;
                bytes.truncate(MAX_BODY as usize);
                (bytes, is_cut)
            }
            Bytes::Entry(name) => match self.resources.get(&name, MAX_BODY)? {
                Some(read) => read,
                None => {
                    self.story
                        .leaving
                        .add("bodies that are in files beside this one, or damaged");
                    return Ok(None);
                }
            },
        };
        self.body_bytes += bytes.len() as u64;
        if self.body_bytes > MAX_BODIES {
            self.story.leaving.add("bodies beyond 512 MiB");
            return Ok(None);
        }
        let hash = sha256(&bytes);
        self.writer.add_body(&hash, &bytes).map_err(ImportError::Write)?;
        if let Some(url) = carried.script_url.filter(|_| !is_cut)
            && self.page_scripts.is_new(&url, &hash)
        {
            let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes));
            self.story.scripts.add_text(&url, text.into_owned());
            if let Some((script, text)) = self.story.scripts.all.pop() {
                self.add_script(&script, &text)?;
                self.story.scripts.all.push((script, String::new()));
            }
        }
        self.n_bodies += 1;
        let body = Body {
            hash: hash.into(),
            len: bytes.len() as u64,
            is_cut,
        };
        let what = match carried.of {
            BodyOf::Request => RequestEvent::RequestBody(body),
            BodyOf::Response => RequestEvent::ResponseBody(body),
            BodyOf::Message { is_sent, is_text } => RequestEvent::Frame {
                is_sent,
                is_text,
                body,
            },
        };
        Ok(Some(NetworkEvent {
            request: carried.request,
            what,
        }))
    }

    fn add_script(&mut self, script: &recording::script::Script, text: &str) -> Result<(), ImportError> {
        self.writer.add_script(script, text).map_err(ImportError::Write)
    }

    fn finish(mut self, kind: Kind, last: f64) -> Result<Imported, ImportError> {
        // A recording that takes no time could not be shown along a line of time.
        let end = ((last - self.began) * 1000.0).max(1000.0);
        self.push(Record::Tick(Micros(end as u64)))?;
        let Story {
            recorder,
            title,
            mut lacks,
            leaving,
            mut warnings,
            scripts,
            n_requests,
            ..
        } = self.story;
        let left = leaving.into_left();
        let says_why = |lack: &Lack| lack.what == Content::Sources;
        if scripts.all.is_empty() && !lacks.iter().any(says_why) {
            let why = format!("This recording was imported from {kind} that has no script's text in it.");
            lacks.push(Lack {
                what: Content::Sources,
                why,
            });
        }
        warnings.extend(left.iter().map(|left| format!("left out of {kind}: {left}")));
        self.writer.set_origin(Origin {
            recorder,
            file: kind.to_string(),
            lacks,
        });
        let manifest = self.writer.finish(title, warnings, Vec::new());
        let manifest = manifest.map_err(ImportError::Write)?;
        let report = Report::new(&manifest, u64::from(n_requests), self.n_bodies, left);
        Ok(Imported {
            kind,
            manifest,
            report,
        })
    }
}

/// About how many bytes a row takes.
fn size_of(event: &Event) -> usize {
    use recording::page::{DomChange, DomNode, DomOp};
    let text = |text: &Option<Text>| text.as_ref().map_or(0, |text| text.len());
    let node = |node: &DomNode| {
        let attributes = node
            .attributes
            .iter()
            .map(|(name, value)| name.len() + value.len() + 8);
        100 + text(&node.value) + attributes.sum::<usize>()
    };
    let nodes = |nodes: &[DomNode]| nodes.iter().map(node).sum::<usize>();
    100 + match event {
        Event::Dom(DomChange::Document { nodes: all, .. }) => nodes(all),
        Event::Dom(DomChange::Changes(ops)) => ops
            .iter()
            .map(|op| match op {
                DomOp::Insert { nodes: all, .. } => 60 + nodes(all),
                DomOp::Attribute { value, .. } => 60 + text(value),
                DomOp::Value { value, .. } => 60 + value.len(),
                DomOp::Remove { .. } | DomOp::Url { .. } => 60,
            })
            .sum(),
        Event::Message(message) => text(&message.text) + message.arguments.len() * 40,
        Event::Network(NetworkEvent {
            what: RequestEvent::Sent { headers, .. } | RequestEvent::Response { headers, .. },
            ..
        }) => headers
            .iter()
            .map(|(name, value)| name.len() + value.len() + 8)
            .sum(),
        Event::Annotation(annotation) => annotation.contents.len(),
        _ => 0,
    }
}
