//! What a part of a recording holds, by kinds of content, and about how large each is: from the directory of the file, and
//! the rows of two tables. Nothing of the log is read, so it is known at once.

use std::collections::{BTreeSet, HashMap};

use recording::{
    error::ReadError,
    event::{Paint, Tabled},
    network::{NetworkEvent, RequestEvent},
    point::{Micros, Point},
    reader::Reader,
    share::LeftOut,
    table::ChunkInfo,
};
use serde::{Deserialize, Serialize};

use crate::{Bound, Plan};

/// What a part of a recording holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Inventory {
    /// When the part begins, in microseconds.
    pub begin: Micros,
    /// When it ends.
    pub end: Micros,
    /// By kinds of content.
    pub portions: Vec<Portion>,
}

/// One kind of content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Portion {
    /// Which.
    pub kind: Kind,
    /// How many there are, of what its kind counts.
    pub count: u64,
    /// Bytes it takes in a file, about.
    pub n_bytes: u64,
    /// It goes away if this is left out.
    pub goes_with: Option<LeftOut>,
    /// A part of it goes away, or only its shape is left, if one of these is left out.
    pub masked_by: Vec<LeftOut>,
}

/// A kind of content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// What ran: statements.
    Log,
    /// Places, functions and variables of scripts; scripts.
    Scripts,
    /// The texts of scripts, and source maps.
    Sources,
    /// Messages.
    Console,
    /// Keys.
    Keys,
    /// Moves and presses of the mouse, navigations, listeners, events: what is left of the tables.
    Events,
    /// Documents and their changes.
    Documents,
    /// Boxes and style sheets.
    Looks,
    /// Pictures.
    Pictures,
    /// Requests, without headers and bodies.
    Requests,
    /// Headers.
    Headers,
    /// Bodies.
    Bodies,
}

impl Inventory {
    /// What is in the part that a plan asks for, whatever it leaves out.
    ///
    /// # Errors
    /// A table cannot be read.
    pub fn of(reader: &Reader, plan: &Plan) -> Result<Self, ReadError> {
        let begin = match plan.begin {
            None => reader.begin_time(),
            Some(Bound::Time(time)) => time.max(reader.begin_time()),
            Some(Bound::Point(point)) => about(reader, point),
        };
        let end = match plan.end {
            None => reader.duration(),
            Some(Bound::Time(time)) => time.min(reader.duration()),
            Some(Bound::Point(point)) => about(reader, point),
        };
        let part = PartOf {
            reader,
            begin,
            end: end.max(begin),
            stored: Stored::of(reader),
        };
        Ok(Self {
            begin,
            end: part.end,
            portions: part.portions()?,
        })
    }

    /// About how large a file is without what is left out.
    pub fn n_bytes(&self, left_out: &BTreeSet<LeftOut>) -> u64 {
        let stays = |portion: &&Portion| portion.goes_with.is_none_or(|what| !left_out.contains(&what));
        self.portions
            .iter()
            .filter(stays)
            .map(|portion| portion.n_bytes)
            .sum()
    }
}

/// When a point was, to within its chunk.
fn about(reader: &Reader, point: Point) -> Micros {
    let chunk = reader
        .chunk_of_point(point)
        .and_then(|idx| reader.chunks().get(idx));
    let Some(chunk) = chunk else { return Micros(0) };
    let step = point.step().unwrap_or(0).saturating_sub(chunk.first_step);
    let share = step as f64 / chunk.n_steps.max(1) as f64;
    let lasts = chunk.end_time.0.saturating_sub(chunk.first_time.0);
    Micros(chunk.first_time.0 + (lasts as f64 * share.min(1.0)) as u64)
}

/// What the file stores, by where it stands in it.
struct Stored(HashMap<String, u64>);

impl Stored {
    fn of(reader: &Reader) -> Self {
        Self(reader.stored().into_iter().collect())
    }

    /// Bytes of all entries in a folder.
    fn in_folder(&self, folder: &str) -> u64 {
        let entries = self.0.iter().filter(|(name, _)| name.starts_with(folder));
        entries.map(|(_, n_bytes)| n_bytes).sum()
    }

    fn table<E: Tabled>(&self) -> u64 {
        self.in_folder(&format!("events/{}/", E::TABLE))
    }
}

struct PartOf<'a> {
    reader: &'a Reader,
    begin: Micros,
    end: Micros,
    stored: Stored,
}

impl PartOf<'_> {
    fn portions(&self) -> Result<Vec<Portion>, ReadError> {
        use recording::{
            event::{Keyboard, Message, Mouse, Navigation},
            page::{Annotation, Dispatch, DomChange, Layout, ListenerChange, StyleSheets},
        };

        let counts = self.reader.manifest().counts;
        let n_log: u64 = self.reader.chunks().iter().map(|chunk| chunk.len).sum();
        let (n_steps, n_in_log) = self.log();
        // What has no rows of its own to count by is spread as the log is.
        let share = match n_log {
            0 => 1.0,
            _ => n_in_log as f64 / n_log as f64,
        };
        let some = |n: u64| (n as f64 * share).round() as u64;
        let portion = |kind, count: u64, n_bytes: u64| Portion {
            kind,
            count,
            n_bytes,
            goes_with: None,
            masked_by: Vec::new(),
        };
        let goes = |portion: Portion, what| Portion {
            goes_with: Some(what),
            ..portion
        };
        let masked = |portion: Portion, by: &[LeftOut]| Portion {
            masked_by: by.to_vec(),
            ..portion
        };
        let index: u64 = self.stored.in_folder("index/");
        let held = [LeftOut::Values, LeftOut::Typed, LeftOut::Queries];
        let events = self.stored.table::<Mouse>()
            + self.stored.table::<Navigation>()
            + self.stored.table::<ListenerChange>()
            + self.stored.table::<Dispatch>()
            + self.stored.table::<Annotation>();
        let n_events = counts.mouse + counts.navigations + counts.listeners + counts.dispatches;
        let mut portions = vec![
            masked(portion(Kind::Log, n_steps, n_in_log + some(index)), &held),
            portion(
                Kind::Scripts,
                u64::from(counts.scripts),
                self.stored.in_folder("scripts/"),
            ),
            goes(
                portion(
                    Kind::Sources,
                    u64::from(counts.scripts),
                    self.stored.in_folder("texts/") + self.stored.in_folder("maps/"),
                ),
                LeftOut::Sources,
            ),
            masked(
                portion(
                    Kind::Console,
                    some(u64::from(counts.messages)),
                    some(self.stored.table::<Message>()),
                ),
                &[LeftOut::Console, LeftOut::Values],
            ),
            masked(
                portion(
                    Kind::Keys,
                    some(u64::from(counts.keyboard)),
                    some(self.stored.table::<Keyboard>()),
                ),
                &[LeftOut::Typed],
            ),
            portion(Kind::Events, some(u64::from(n_events)), some(events)),
            masked(
                portion(
                    Kind::Documents,
                    some(u64::from(counts.dom)),
                    some(self.stored.table::<DomChange>()),
                ),
                &[LeftOut::Texts, LeftOut::Typed, LeftOut::Queries],
            ),
            portion(
                Kind::Looks,
                some(u64::from(counts.layouts)),
                some(self.stored.table::<Layout>() + self.stored.table::<StyleSheets>()),
            ),
            self.pictures()?,
        ];
        portions.extend(self.requests()?);
        Ok(portions)
    }

    /// Steps and bytes of the log in the part.
    fn log(&self) -> (u64, u64) {
        let mut sums = (0.0, 0.0);
        for chunk in self.reader.chunks().iter().skip(self.reader.first_chunk()) {
            let share = self.share_of(chunk);
            sums.0 += chunk.n_steps as f64 * share;
            sums.1 += chunk.len as f64 * share;
        }
        (sums.0.round() as u64, sums.1.round() as u64)
    }

    /// How much of a chunk lies in the part, taking time to pass evenly in it.
    fn share_of(&self, chunk: &ChunkInfo) -> f64 {
        let begin = chunk.first_time.max(self.begin).0;
        let end = chunk.end_time.min(self.end).0;
        match chunk.end_time.0.saturating_sub(chunk.first_time.0) {
            0 => f64::from(u8::from((self.begin..=self.end).contains(&chunk.first_time))),
            lasts => end.saturating_sub(begin) as f64 / lasts as f64,
        }
    }

    fn pictures(&self) -> Result<Portion, ReadError> {
        let mut hashes = BTreeSet::new();
        let mut before = None;
        for batch in self.reader.batches::<Paint>() {
            for row in batch? {
                if row.time < self.begin {
                    before = Some(row.event.hash);
                } else if row.time <= self.end {
                    hashes.insert(row.event.hash);
                }
            }
        }
        hashes.extend(before);
        let stored = self.stored.0.iter();
        let of_part = stored.filter(|(name, _)| {
            let file = name.strip_prefix("paints/");
            let hash = file.and_then(|file| file.split_once('.'));
            hash.is_some_and(|(hash, _)| hashes.contains(hash))
        });
        Ok(Portion {
            kind: Kind::Pictures,
            count: hashes.len() as u64,
            n_bytes: of_part.map(|(_, n_bytes)| n_bytes).sum(),
            goes_with: Some(LeftOut::Pictures),
            masked_by: Vec::new(),
        })
    }

    /// Requests, headers and bodies. Headers stand among the rest of the table, and are taken to be as compressible.
    fn requests(&self) -> Result<[Portion; 3], ReadError> {
        let mut n_requests = 0;
        let (mut n_headers, mut header_bytes, mut other_bytes, mut all_bytes) = (0, 0, 0, 0);
        let mut bodies = BTreeSet::new();
        for batch in self.reader.batches::<NetworkEvent>() {
            for row in batch? {
                let (count, headers, other) = sizes(&row.event.what);
                all_bytes += headers + other;
                if row.time < self.begin || row.time > self.end {
                    continue;
                }
                n_headers += count;
                header_bytes += headers;
                other_bytes += other;
                n_requests += u64::from(matches!(row.event.what, RequestEvent::Sent { .. }));
                bodies.extend(row.event.what.body().map(|body| body.hash.clone()));
            }
        }
        let table = self.stored.table::<NetworkEvent>();
        let share = |n: u64| (table as f64 * n as f64 / all_bytes.max(1) as f64).round() as u64;
        let body_bytes = bodies
            .iter()
            .filter_map(|hash| self.stored.0.get(&format!("bodies/{hash}.zst")))
            .sum();
        Ok([
            Portion {
                kind: Kind::Requests,
                count: n_requests,
                n_bytes: share(other_bytes),
                goes_with: None,
                masked_by: vec![LeftOut::Queries],
            },
            Portion {
                kind: Kind::Headers,
                count: n_headers,
                n_bytes: share(header_bytes),
                goes_with: Some(LeftOut::Headers),
                masked_by: vec![LeftOut::SecretHeaders, LeftOut::Queries],
            },
            Portion {
                kind: Kind::Bodies,
                count: bodies.len() as u64,
                n_bytes: body_bytes,
                goes_with: Some(LeftOut::Bodies),
                masked_by: vec![
                    LeftOut::Sources,
                    LeftOut::Texts,
                    LeftOut::Pictures,
                    LeftOut::Typed,
                ],
            },
        ])
    }
}

/// How many headers a row has, how long they are, and how long the rest of it is.
fn sizes(what: &RequestEvent) -> (u64, u64, u64) {
    const REST: u64 = 80;
    match what {
        RequestEvent::Sent { headers, url, .. } => {
            let len = headers.iter().map(|(name, value)| name.len() + value.len());
            (
                headers.len() as u64,
                len.sum::<usize>() as u64,
                REST + url.len() as u64,
            )
        }
        RequestEvent::Response { headers, .. } => {
            let len = headers.iter().map(|(name, value)| name.len() + value.len());
            (headers.len() as u64, len.sum::<usize>() as u64, REST)
        }
        RequestEvent::RawHeaders(text) | RequestEvent::ResponseRawHeaders(text) => {
            (0, text.len() as u64, REST)
        }
        _ => (0, 0, REST),
    }
}
