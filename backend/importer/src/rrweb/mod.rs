//! Events of rrweb (1.x and 2.x): documents and how they changed, the mouse, what was typed, console and requests where their
//! plugins ran. There are no pictures in them: what rrweb's player shows it draws anew.

mod console;
mod document;
mod events;
mod network;
mod style;
mod unpacking;

use std::io::{BufRead, Read, Seek};

use recording::{event::MouseKind, origin::Content};
use serde::de::DeserializeSeed;
use serde_json::value::RawValue;

use self::{
    console::Console,
    document::Documents,
    events::{Custom, Event, FullSnapshot, Incremental, Interaction, Meta, Plugin, source},
    network::Network,
};
use crate::{
    container::{Input, Resources},
    error::ImportError,
    json::{self, Each, EachIn},
    limits::MAX_LINE,
    story::Story,
};

/// Reads events of rrweb.
///
/// # Errors
/// Nothing of them can be read.
pub(crate) fn read<R: Read + Seek>(input: Input<'_, R>) -> Result<(Story, Resources<R>), ImportError> {
    let Input::Rrweb(source) = input else {
        return Err(ImportError::Unknown);
    };
    let mut telling = Telling::default();
    let (damage, resources) = source.read(|text| Ok(read_events(text, &mut telling)))?;
    if let Some(why) = damage {
        if telling.n_events == 0 {
            return Err(ImportError::damaged("the rrweb file", why));
        }
        let n_events = telling.n_events;
        telling.story.warnings.push(format!(
            "the rrweb file is damaged: {n_events} events were read before it says: {why}"
        ));
    }
    Ok((telling.finish(), resources))
}

/// Hands on every event. Gives what is wrong with the text, if anything is.
fn read_events(text: &mut dyn BufRead, telling: &mut Telling) -> Option<String> {
    json::skip_mark(text);
    let mut is_first = true;
    loop {
        match json::skip_white(text) {
            // An array has all events, or those of one line.
            Ok(Some(b'[')) => {
                let seed = Each(|event: Box<RawValue>| telling.take(event.get()));
                let read = seed.deserialize(&mut serde_json::Deserializer::from_reader(&mut *text));
                if let Err(error) = read {
                    return Some(error.to_string());
                }
            }
            Ok(Some(_)) => {
                let line = match json::next_line(text) {
                    Ok(Some(line)) => line,
                    Ok(None) => return None,
                    Err(error) => return Some(error.to_string()),
                };
                match line {
                    Ok(line)
                        if is_first && (is_wrapper(&line) || json::read::<&RawValue>(&line).is_err()) =>
                    {
                        return read_wrapper(line.as_bytes().chain(text), telling);
                    }
                    Ok(line) => telling.take(&line),
                    Err(_) => telling.story.leaving.add("lines that are too long or no UTF-8"),
                }
            }
            Ok(None) => return is_first.then(|| "it is empty".to_owned()),
            Err(error) => return Some(error.to_string()),
        }
        is_first = false;
    }
}

/// Hands on the events of an object that has all of them.
fn read_wrapper(text: impl Read, telling: &mut Telling) -> Option<String> {
    let mut take = |name: &str, event: Box<RawValue>| {
        if name == "events" {
            telling.take(event.get());
        }
    };
    let seed = EachIn {
        arrays: &["events"],
        within: None,
        take: &mut take,
    };
    let read = seed.deserialize(&mut serde_json::Deserializer::from_reader(text));
    read.err().map(|error| error.to_string())
}

/// Whether a line is an object with events, not an event.
fn is_wrapper(line: &str) -> bool {
    #[derive(serde::Deserialize)]
    struct Wrapper<'t> {
        #[serde(borrow)]
        events: Option<&'t RawValue>,
        #[serde(borrow)]
        timestamp: Option<&'t RawValue>,
    }
    json::read::<Wrapper<'_>>(line)
        .is_ok_and(|wrapper| wrapper.events.is_some() && wrapper.timestamp.is_none())
}

/// The story while events come.
#[derive(Default)]
struct Telling {
    story: Story,
    documents: Documents,
    console: Console,
    network: Network,
    n_events: u64,
    has_console: bool,
    has_network: bool,
    /// The last address.
    url: String,
    /// Whether a document was loaded since.
    is_new_document: bool,
    /// Documents change in the order of the events, whatever their times say.
    document_time: f64,
    /// Whether presses of the mouse are told; else clicks count as such.
    has_presses: bool,
    /// Clicks, in case that no presses are told.
    clicks: Vec<(f64, f64, f64)>,
}

impl Telling {
    /// An event, or a text in which one is packed.
    fn take(&mut self, text: &str) {
        if text.len() as u64 > MAX_LINE {
            return self.story.leaving.add("events that are too large");
        }
        if !text.starts_with('"') {
            return self.take_event(text);
        }
        match unpacking::unpack(text) {
            Some(event) => self.take_event(&event),
            None => self.story.leaving.add("packed events that cannot be unpacked"),
        }
    }

    fn take_event(&mut self, text: &str) {
        let event: Event<'_> = match json::read(text) {
            Ok(event) => event,
            Err(_) => return self.story.leaving.add("events that cannot be read"),
        };
        let Some(at) = event.timestamp.filter(|at| at.is_finite() && *at > 0.0) else {
            return self.story.leaving.add("events that say no time");
        };
        self.n_events += 1;
        let data = event.data.map_or("null", RawValue::get);
        let is_read = match event.kind {
            // The document was parsed, or loaded: nothing is told of it.
            events::DOM_CONTENT_LOADED | events::LOAD => {
                self.is_new_document = true;
                true
            }
            events::FULL_SNAPSHOT => self.full_snapshot(at, data),
            events::INCREMENTAL_SNAPSHOT => self.incremental(at, data),
            events::META => self.meta(at, data),
            events::CUSTOM => self.custom(at, data),
            events::PLUGIN => self.plugin(at, data),
            _ => {
                self.story
                    .leaving
                    .add("events of a kind that is not known (assets)");
                true
            }
        };
        if !is_read {
            self.story.leaving.add("events that cannot be read");
        }
    }

    fn meta(&mut self, at: f64, data: &str) -> bool {
        let Ok(meta) = json::read::<Meta>(data) else {
            return false;
        };
        let size = |pixels: f64| (1.0..=100_000.0).contains(&pixels).then_some(pixels as u32);
        if self.story.viewport.is_none()
            && let (Some(width), Some(height)) = (size(meta.width), size(meta.height))
        {
            self.story.viewport = Some((width, height));
        }
        self.documents.set_url(&meta.href);
        // A snapshot is also taken now and then of a document that stays.
        let without_fragment = |url: &str| url.split('#').next().unwrap_or_default().to_owned();
        let is_same = without_fragment(&meta.href) == without_fragment(&self.url);
        if std::mem::take(&mut self.is_new_document) || !is_same {
            self.network.begin_document();
            self.story.navigation(at, &meta.href, "load");
        } else if meta.href != self.url {
            self.story.navigation(at, &meta.href, "hashchange");
        }
        self.url = meta.href;
        true
    }

    fn full_snapshot(&mut self, at: f64, data: &str) -> bool {
        let Ok(snapshot) = json::read::<FullSnapshot>(data) else {
            return false;
        };
        let at = self.document_at(at);
        self.documents.replace(at, &snapshot.node, &mut self.story);
        true
    }

    fn document_at(&mut self, at: f64) -> f64 {
        self.document_time = self.document_time.max(at);
        self.document_time
    }

    fn incremental(&mut self, at: f64, data: &str) -> bool {
        let Ok(event) = json::read::<Incremental>(data) else {
            return false;
        };
        match event.source {
            source::MUTATION => match json::read(data) {
                Ok(mutation) => {
                    let at = self.document_at(at);
                    self.documents.mutate(at, mutation, &mut self.story);
                }
                Err(_) => return false,
            },
            source::MOUSE_MOVE | source::TOUCH_MOVE | source::DRAG => {
                for place in event.positions.unwrap_or_default() {
                    let at = at + place.time_offset.unwrap_or(0.0);
                    self.story.mouse(at, MouseKind::Move, place.x, place.y);
                }
            }
            source::MOUSE_INTERACTION => match json::read::<Interaction>(data) {
                Ok(interaction) => self.interaction(at, &interaction),
                Err(_) => return false,
            },
            source::INPUT => match json::read(data) {
                Ok(input) => {
                    let document_at = self.document_at(at);
                    self.documents.input(at, document_at, &input, &mut self.story);
                }
                Err(_) => return false,
            },
            source::SCROLL => self.story.leaving.add("scrolls"),
            source::VIEWPORT_RESIZE => self.story.leaving.add("changes of the window's size"),
            source::MEDIA_INTERACTION => self.story.leaving.add("events of media"),
            source::STYLE_SHEET_RULE | source::STYLE_DECLARATION | source::ADOPTED_STYLE_SHEET => {
                self.story.leaving.add("changes of style sheets");
            }
            source::CANVAS_MUTATION => self.story.leaving.add("drawings on a canvas"),
            source::FONT => self.story.leaving.add("fonts"),
            source::SELECTION => self.story.leaving.add("selections of text"),
            _ => self.story.leaving.add("events of a kind that is not known"),
        }
        true
    }

    fn interaction(&mut self, at: f64, interaction: &Interaction) {
        let place = interaction.x.zip(interaction.y);
        match (interaction.kind, place) {
            (events::MOUSE_DOWN | events::TOUCH_START, Some((x, y))) => {
                self.has_presses = true;
                self.story.mouse(at, MouseKind::Down, x, y);
            }
            (events::CLICK, Some((x, y))) => self.clicks.push((at, x, y)),
            _ => {}
        }
        let words = match interaction.kind {
            events::CLICK => "Click",
            events::DOUBLE_CLICK => "Double-click",
            events::CONTEXT_MENU => "Open the menu of",
            // Those that belong to a click, and where the focus went.
            _ => return,
        };
        let target = self.documents.describe(interaction.id);
        self.story.action(at, &format!("{words} {target}"), None, None);
    }

    fn custom(&mut self, at: f64, data: &str) -> bool {
        let Ok(custom) = json::read::<Custom<'_>>(data) else {
            return false;
        };
        let payload = custom
            .payload
            .map(RawValue::get)
            .filter(|payload| *payload != "null");
        let title = match payload {
            Some(payload) => format!("{}: {}", custom.tag, shortened(payload)),
            None => custom.tag,
        };
        self.story.action(at, &title, None, None);
        true
    }

    fn plugin(&mut self, at: f64, data: &str) -> bool {
        let Ok(plugin) = json::read::<Plugin<'_>>(data) else {
            return false;
        };
        let payload = plugin.payload.map_or("null", RawValue::get);
        let name = plugin.plugin.split('@').next().unwrap_or_default();
        match name {
            "rrweb/console" => {
                self.has_console = true;
                self.console.take(at, payload, &mut self.story)
            }
            "rrweb/network" => {
                self.has_network = true;
                self.network.take(at, payload, &mut self.story)
            }
            _ => {
                self.story.leaving.add("events of plugins that are not known");
                true
            }
        }
    }

    fn finish(mut self) -> Story {
        if !self.has_presses {
            for (at, x, y) in std::mem::take(&mut self.clicks) {
                self.story.mouse(at, MouseKind::Down, x, y);
            }
        }
        self.documents.end_typing(&mut self.story);
        self.network.finish(&mut self.story);
        self.story.recorder = "rrweb".to_owned();
        self.story.title = self.documents.title().to_owned();
        let missing = [
            (Content::Execution, "which code ran"),
            (Content::Values, "what variables held"),
            (Content::Sources, "what scripts the page had"),
            (
                Content::Pictures,
                "how the page looked, only what its document was: see Elements",
            ),
            (Content::Boxes, "where elements stood"),
            (Content::Styles, "which rules of style sheets applied"),
            (Content::Listeners, "which handlers there were"),
            (
                Content::Keyboard,
                "which keys were pressed, only what was typed into fields",
            ),
        ];
        for (content, what) in missing {
            let why = format!("This recording was imported from rrweb events, which do not say {what}.");
            self.story.lack(content, why);
        }
        for (is_there, content, what, plugin) in [
            (self.has_console, Content::Console, "console messages", "console"),
            (self.has_network, Content::Network, "requests", "network"),
        ] {
            if !is_there {
                let why = format!(
                    "This recording was imported from rrweb events without {what}: they are recorded by rrweb's {plugin} plugin."
                );
                self.story.lack(content, why);
            }
        }
        self.story
    }
}

/// The first of a text, for a name.
fn shortened(text: &str) -> String {
    const MAX_CHARS: usize = 120;
    match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
