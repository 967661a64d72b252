//! Recordings made without a browser for the timeline: sessions with as many events as asked, and a film of sixty pictures a
//! second. Every picture is another one, and bears its number in a row of black and white fields that can be read from what
//! is shown of it.

use std::{
    fs::File,
    io::{self, BufWriter},
    path::Path,
    sync::Arc,
};

use image::{ExtendedColorType, Rgb, RgbImage, codecs::jpeg::JpegEncoder};
use recording::{
    event::{
        Event, KeyKind, Keyboard, Message, MessageLevel, MessageSource, Mouse, MouseKind, Navigation, Paint,
    },
    ids::{FunctionId, InstanceId, SiteId},
    manifest::Head,
    network::{NetworkEvent, RequestEvent},
    point::{Micros, Point},
    record::Record,
    value::Value,
    writer::Writer,
};
use sha2::{Digest, Sha256};

use crate::synthetic;

/// The page, in CSS pixels.
const SIZE_PX: (u32, u32) = (1280, 720);
/// How long a session is.
const SESSION: Micros = Micros(600_000_000);
/// Its pictures, one a second. The same for all sizes, so that sizes differ by their events alone.
const N_SESSION_PICTURES: u32 = 600;
/// Between two pictures of the film.
const FILM_FRAME: Micros = Micros(16_667);

/// CSS pixels that are one pixel of a picture. Builds that are not for measuring compress too slowly for more.
const COARSE: u32 = if cfg!(debug_assertions) { 4 } else { 1 };

/// Fields that tell the number of a picture, the lowest bit first.
pub(crate) const N_FIELDS: u32 = 12;
/// Each is so wide and high, in CSS pixels, from the page's upper left corner on.
pub(crate) const FIELD_PX: u32 = 40;

/// What a session is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mix {
    /// Everything that a timeline shows; nine of ten are moves of the mouse.
    Everything,
    /// Nothing but the mouse.
    Mouse,
}

/// Writes a session of ten minutes with `n_events` events and 600 pictures, which are not counted as events;
/// gives the points of these.
///
/// # Errors
/// The file cannot be written.
pub(crate) fn session(path: &Path, n_events: u64, mix: Mix) -> io::Result<Vec<Point>> {
    let mut session = Session::create(path, &format!("{n_events:012}"))?;
    session.navigate(Micros(0), 0)?;
    let mut painted = Vec::new();
    let picture_time = |n: u32| Micros(SESSION.0 * u64::from(n) / u64::from(N_SESSION_PICTURES));
    for n in 0..n_events {
        let time = Micros(SESSION.0 * n / n_events);
        let mut due = painted.len() as u32;
        while due < N_SESSION_PICTURES && picture_time(due) <= time {
            painted.push(session.paint(picture_time(due), due)?);
            due += 1;
        }
        match mix {
            Mix::Everything => session.anything(time, n)?,
            Mix::Mouse => session.mouse(time, n, n.is_multiple_of(100))?,
        }
    }
    session.end(SESSION, "A synthetic session")?;
    Ok(painted)
}

/// Writes a page that moves all the time: `n_pictures` of them, 60 a second; gives their points.
///
/// # Errors
/// The file cannot be written.
pub(crate) fn film(path: &Path, n_pictures: u32) -> io::Result<Vec<Point>> {
    let mut film = Session::create(path, "f11f11f11f11")?;
    film.navigate(Micros(0), 0)?;
    let mut painted = Vec::new();
    for n in 0..n_pictures {
        let time = Micros(FILM_FRAME.0 * u64::from(n));
        painted.push(film.paint(time, n)?);
        if n.is_multiple_of(30) {
            film.mouse(time, u64::from(n), n.is_multiple_of(120))?;
        }
    }
    film.end(Micros(FILM_FRAME.0 * u64::from(n_pictures)), "A film")?;
    Ok(painted)
}

struct Session {
    writer: Writer<BufWriter<File>>,
    n_calls: u32,
}

impl Session {
    /// `node` is the last part of the recording's id, twelve hexadecimal digits.
    fn create(path: &Path, node: &str) -> io::Result<Self> {
        let head = Head {
            format: 0,
            recording_id: format!("5a7e11ed-0000-4000-8001-{node}"),
            build_id: "linux-chromium-20261130-playhead".to_owned(),
            url: "http://localhost/session/".to_owned(),
            recorded_at: 0.0,
            viewport: SIZE_PX,
            device_pixel_ratio: 1.0,
        };
        let mut writer = Writer::create(BufWriter::new(File::create(path)?), head)?;
        let (script, text) = synthetic::script();
        writer.add_script(&script, &text)?;
        Ok(Self { writer, n_calls: 0 })
    }

    /// The `n`-th event of a session of everything.
    fn anything(&mut self, time: Micros, n: u64) -> io::Result<()> {
        match n % 100 {
            // A press, and the code that handles it.
            10 | 43 | 76 => {
                self.mouse(time, n, true)?;
                self.call(n % 1_000 == 10)
            }
            20 | 60 => self.key(time, n, KeyKind::Down),
            21 | 61 => self.key(time, n, KeyKind::Up),
            30 => self.log(time, n, MessageLevel::Info),
            31 if n % 400 < 100 => self.log(time, n, MessageLevel::Error),
            31 if n % 400 < 200 => self.log(time, n, MessageLevel::Warning),
            50 => self.request(time, n, sent(n)),
            58 => self.request(time, n - 8, answered()),
            59 => {
                let done = RequestEvent::Done {
                    encoded_size: 600,
                    decoded_size: 900,
                };
                self.request(time, n - 9, done)
            }
            99 if n % 1_000 == 999 => self.navigate(time, n),
            _ => self.mouse(time, n, false),
        }
    }

    fn mouse(&mut self, time: Micros, n: u64, is_press: bool) -> io::Result<()> {
        let kind = if is_press {
            MouseKind::Down
        } else {
            MouseKind::Move
        };
        let along = n as f64 / 40.0;
        let mouse = Mouse {
            kind,
            client_x: f64::from(SIZE_PX.0) * (0.5 + 0.45 * along.sin()),
            client_y: f64::from(SIZE_PX.1) * (0.5 + 0.45 * (along * 0.7).cos()),
            is_synthetic: false,
        };
        self.mark(time, Event::Mouse(mouse))
    }

    fn key(&mut self, time: Micros, n: u64, kind: KeyKind) -> io::Result<()> {
        let key = char::from(b'a' + (n / 100 % 26) as u8).to_string();
        let key = Keyboard {
            kind,
            key: Arc::from(key.as_str()),
            is_synthetic: false,
        };
        self.mark(time, Event::Keyboard(key))
    }

    fn log(&mut self, time: Micros, n: u64, level: MessageLevel) -> io::Result<()> {
        let method = match level {
            MessageLevel::Error => "error",
            MessageLevel::Warning => "warn",
            _ => "log",
        };
        let message = Message {
            source: MessageSource::ConsoleApi,
            level,
            method: Arc::from(method),
            text: None,
            arguments: vec![Value::String(Arc::from("event")), Value::Number(n as f64)],
            url: None,
            position: None,
        };
        self.mark(time, Event::Message(message))
    }

    fn navigate(&mut self, time: Micros, n: u64) -> io::Result<()> {
        let navigation = Navigation {
            url: Arc::from(format!("http://localhost/session/#{n}")),
            kind: Arc::from(if n == 0 { "load" } else { "pushState" }),
        };
        self.mark(time, Event::Navigation(navigation))
    }

    fn request(&mut self, time: Micros, n: u64, what: RequestEvent) -> io::Result<()> {
        let request = (n / 100) as u32;
        self.mark(time, Event::Network(NetworkEvent { request, what }))
    }

    /// A function of the program runs; once in a while it throws, and catches.
    fn call(&mut self, throws: bool) -> io::Result<()> {
        /// Sites of one function of the script, which has so many functions.
        const N_SITES: u32 = 4;
        const N_FUNCTIONS: u32 = 1_000;
        let function = self.n_calls % N_FUNCTIONS;
        self.n_calls += 1;
        self.push(Record::Enter {
            function: FunctionId(function + 1),
            parent: InstanceId::STATIC,
            this: None,
            arguments: vec![Value::Number(f64::from(function)), Value::Number(1.0)],
        })?;
        for site in 0..N_SITES {
            self.push(Record::Step(SiteId(1 + function * N_SITES + site)))?;
            if throws && site == 1 {
                self.push(Record::Throw(Value::String(Arc::from("no such row"))))?;
                self.push(Record::Catch)?;
            }
        }
        self.push(Record::End)?;
        self.push(Record::Leave)
    }

    fn paint(&mut self, time: Micros, n: u32) -> io::Result<Point> {
        paint(&mut self.writer, time, n)
    }

    fn mark(&mut self, time: Micros, event: Event) -> io::Result<()> {
        self.writer.mark(time, event).map(drop)
    }

    fn push(&mut self, record: Record) -> io::Result<()> {
        self.writer.push(record).map(drop)
    }

    fn end(mut self, time: Micros, title: &str) -> io::Result<()> {
        self.push(Record::Tick(time))?;
        self.writer
            .finish(title.to_owned(), Vec::new(), Vec::new())
            .map(drop)
    }
}

/// Writes the `n`-th picture, painted at a time; gives its point.
///
/// # Errors
/// The file cannot be written.
pub(crate) fn paint<W: io::Write>(writer: &mut Writer<W>, time: Micros, n: u32) -> io::Result<Point> {
    let bytes = picture(n)?;
    let hash: String = Sha256::digest(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    writer.add_paint_image(&hash, "image/jpeg", &bytes)?;
    let paint = Paint {
        hash: Arc::from(hash.as_str()),
        mime_type: Arc::from("image/jpeg"),
        width: SIZE_PX.0 / COARSE,
        height: SIZE_PX.1 / COARSE,
        scale: 1.0 / f64::from(COARSE),
    };
    writer.mark(time, Event::Paint(paint))
}

fn sent(n: u64) -> RequestEvent {
    RequestEvent::Sent {
        url: Arc::from(format!("http://localhost/session/row/{n}")),
        method: Arc::from("GET"),
        headers: Vec::new(),
        cause: Arc::from("fetch"),
        initiator: None,
        trigger: None,
        redirected_from: None,
    }
}

fn answered() -> RequestEvent {
    RequestEvent::Response {
        status: 200,
        status_text: Arc::from("OK"),
        protocol: Arc::from("HTTP/1.1"),
        headers: Vec::new(),
        from_cache: false,
    }
}

/// The `n`-th picture: a gradient that turns, a box that moves over it, and the number in black and white.
fn picture(n: u32) -> io::Result<Vec<u8>> {
    const BOX_PX: u32 = 160;
    let (width, height) = SIZE_PX;
    let along = f64::from(n) / 20.0;
    let corner = |side: u32, share: f64| (f64::from(side - BOX_PX) * (0.5 + 0.5 * share)) as u32;
    let (left, top) = (corner(width, along.sin()), corner(height, (along * 0.6).cos()));
    let picture = RgbImage::from_fn(width / COARSE, height / COARSE, |x, y| {
        let (x, y) = (x * COARSE, y * COARSE);
        let is_field = y < FIELD_PX && x < FIELD_PX * N_FIELDS;
        if is_field {
            let is_set = n >> (x / FIELD_PX) & 1 == 1;
            return if is_set { Rgb([255; 3]) } else { Rgb([0; 3]) };
        }
        let is_box = (left..left + BOX_PX).contains(&x) && (top..top + BOX_PX).contains(&y);
        if is_box {
            return Rgb([220, 60, 40]);
        }
        let share = |at: u32, of: u32| (at * 200 / of) as u8;
        Rgb([share(x, width), share(y, height), (n % 200) as u8 + 40])
    });
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 70);
    encoder
        .encode(
            picture.as_raw(),
            picture.width(),
            picture.height(),
            ExtendedColorType::Rgb8,
        )
        .map_err(io::Error::other)?;
    Ok(bytes)
}
