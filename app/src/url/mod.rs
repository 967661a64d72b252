//! What a link says: the moment, the frame, the place in a source, the focus, the panels, where the server is.
//!
//! `?v=1&point=…&time=…&frame=2&src=app.js:34&focus=1.2-5.6&panel=network,points`: `point` is an execution point, `time`
//! milliseconds, `frame` counts from the running one, `src` is the end of a source's address with a line (and a column) from
//! 1, `focus` is in seconds. A message is its point. Replay's own names and forms are read too (`focusWindow`,
//! `primaryPanel`, `secondaryPanel`), and times as other players write them (`t=1:02.5`).
//!
//! At the viewer's first address `recording` is the id of what is shown, and `from` where the engine in the page has it from:
//! an address, or `file`. `?src=ADDRESS` alone opens what is there.
//!
//! Reading never fails: what cannot be used is told in a sentence and left out, what this viewer knows nothing of is kept
//! and written back as it was. Version 1 is also what a link without a version is; a later version's link is read as far as
//! it is understood.

mod home;
mod query;
mod value;

use wire::{ids::RecordingId, point::ExecutionPoint, recording::TimeStampedPointRange};

pub use self::{
    home::{home, set_home},
    value::{Focus, Place},
};
use crate::logic::time;

/// The version that this module writes.
const VERSION: u32 = 1;

/// What `theme` can be.
const THEMES: [&str; 3] = ["dark", "light", "system"];
/// What `from` says of a file on the person's own computer.
pub const FILE: &str = "file";

/// What a link says of a recording's page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Link {
    /// Where the program stands.
    pub point: Option<ExecutionPoint>,
    /// When, in ms. Whole ms are enough to come back to the same picture; the point is exact.
    pub time_ms: Option<f64>,
    /// Which frame is selected, from the running one, 0; of use only with a point.
    pub frame: Option<usize>,
    /// The place in a source that is looked at, if it is not where the frame stands.
    pub source: Option<Place>,
    /// What part is in focus.
    pub focus: Option<Focus>,
    /// The panels to show, by their keys, or by Replay's.
    pub panels: Vec<String>,
    /// The server to ask, a `ws:` or `wss:` URL; None for the one that the page came from.
    pub dispatch: Option<String>,
    /// The colours to show it in: `dark`, `light` or `system`; None for those that the person likes.
    pub theme: Option<String>,
    /// Which recording it is, where the path does not say.
    pub recording: Option<String>,
    /// Where the engine in the page has the recording from: an address, or [`FILE`].
    pub from: Option<String>,
    /// What else there was, in its order.
    pub unknown: Vec<(String, String)>,
}

impl Link {
    /// Reads a query, with or without its question mark.
    pub fn parse(query: &str) -> Self {
        Self::read(query).0
    }

    /// Reads a query, and says in a sentence each what of it cannot be used.
    pub fn read(query: &str) -> (Self, Vec<String>) {
        let (mut link, mut problems) = (Self::default(), Vec::new());
        for (name, value) in query::parse(query) {
            if let Err(problem) = link.take(&name, value) {
                problems.push(problem);
            }
        }
        (link, problems)
    }

    /// What the query of the viewer's first address shows: nothing for the library, or else the id of a recording, or where
    /// it is if nobody knows its id yet.
    pub fn shown_at_home(query: &str) -> String {
        let link = Self::parse(query).at_home();
        link.recording.or(link.from).unwrap_or_default()
    }

    /// As a query of the viewer's first address: there `src` is where a recording is, unless the link says so already.
    #[must_use]
    pub fn at_home(mut self) -> Self {
        if self.recording.is_none() && self.from.is_none() {
            self.from = self.source.take().map(|source| source.to_string());
        }
        self
    }

    /// The same link, to another moment: what belongs to the moment before is left out.
    #[must_use]
    pub fn at(self, point: Option<ExecutionPoint>, time_ms: f64) -> Self {
        Self {
            point,
            time_ms: Some(time_ms),
            frame: None,
            source: None,
            ..self
        }
    }

    /// Writes it as a query with its question mark; empty for a link that says nothing.
    pub fn write(&self) -> String {
        let panels = (!self.panels.is_empty()).then(|| self.panels.join(","));
        let known = [
            ("recording", self.recording.clone()),
            ("from", self.from.clone()),
            ("point", self.point.as_ref().map(ToString::to_string)),
            (
                "time",
                self.time_ms.map(|time_ms| format!("{:.0}", time_ms.max(0.0))),
            ),
            ("frame", self.frame.map(|frame| frame.to_string())),
            ("src", self.source.as_ref().map(ToString::to_string)),
            ("focus", self.focus.as_ref().map(ToString::to_string)),
            ("panel", panels),
            ("dispatch", self.dispatch.clone()),
            ("theme", self.theme.clone()),
        ];
        let known = known
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)));
        let fields: Vec<(String, String)> = known.chain(self.unknown.iter().cloned()).collect();
        if fields.is_empty() {
            return String::new();
        }
        query::write(std::iter::once(("v".to_owned(), VERSION.to_string())).chain(fields))
    }

    /// Takes one field in. Of a field that is there twice the first counts.
    fn take(&mut self, name: &str, value: String) -> Result<(), String> {
        let bad = |what: &str| Err(format!("The link's {name}, {}, is not {what}.", quoted(&value)));
        match name {
            "v" => match value.parse::<u32>() {
                Ok(version) if version <= VERSION => {}
                Ok(version) => {
                    return Err(format!(
                        "The link is of version {version}, which is newer than this viewer: it shows what it understands of it."
                    ));
                }
                Err(_) => return bad("a version"),
            },
            "point" => match ExecutionPoint::new(&value) {
                Ok(point) => drop(self.point.get_or_insert(point)),
                Err(_) => return bad("a point of an execution"),
            },
            "time" => match value::milliseconds(&value) {
                Some(time_ms) => drop(self.time_ms.get_or_insert(time_ms)),
                None => return bad("a time in milliseconds"),
            },
            "t" => match time::clock_ms(&value) {
                Some(time_ms) => drop(self.time_ms.get_or_insert(time_ms)),
                None => return bad("a time such as 12.5 or 1:02"),
            },
            "frame" => match value.parse() {
                Ok(frame) => drop(self.frame.get_or_insert(frame)),
                Err(_) => return bad("the number of a frame"),
            },
            "src" => match Place::parse(&value) {
                Some(place) => drop(self.source.get_or_insert(place)),
                None => return bad("a place in a source"),
            },
            "focus" => match Focus::parse(&value) {
                Some(focus) => drop(self.focus.get_or_insert(focus)),
                None => return bad("a range of times such as 1.5-12"),
            },
            "focusWindow" => match Focus::of_replay(&value) {
                Some(focus) => drop(self.focus.get_or_insert(focus)),
                None => return bad("a range of times"),
            },
            "panel" | "primaryPanel" | "secondaryPanel" => {
                let panels = value.split(',').filter(|panel| !panel.is_empty());
                self.panels.extend(panels.take(16).map(str::to_owned));
            }
            "dispatch" if value.starts_with("ws://") || value.starts_with("wss://") => {
                self.dispatch.get_or_insert(value);
            }
            "dispatch" => return bad("the address of a server, which begins with ws: or wss:"),
            "theme" if THEMES.contains(&value.as_str()) => drop(self.theme.get_or_insert(value)),
            "theme" => return bad("dark, light or system"),
            "recording" if !value.is_empty() => drop(self.recording.get_or_insert(value)),
            "from" if !value.is_empty() => drop(self.from.get_or_insert(value)),
            _ => self.unknown.push((name.to_owned(), value)),
        }
        Ok(())
    }
}

/// A focus as a link says it: to a thousandth of a second, and not smaller than it is.
impl From<&TimeStampedPointRange> for Focus {
    fn from(range: &TimeStampedPointRange) -> Self {
        Self::Times {
            begin_ms: range.begin.time.floor(),
            end_ms: range.end.time.ceil(),
        }
    }
}

/// The recording that a path's last part names: its id, or a title and the id after two dashes.
pub fn recording_id(segment: &str) -> RecordingId {
    let id = segment.rsplit("--").next().unwrap_or(segment);
    RecordingId::from(id)
}

/// A value between quotation marks, cut to what fits a sentence.
fn quoted(value: &str) -> String {
    const MAX_CHARS: usize = 40;
    let cut: String = value.chars().take(MAX_CHARS).collect();
    let more = if cut.len() < value.len() { "…" } else { "" };
    format!("“{cut}{more}”")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_a_page_shows_survives_the_link() {
        let link = Link {
            point: ExecutionPoint::new("123456789012345678901234567890123456").ok(),
            time_ms: Some(62_345.0),
            frame: Some(2),
            source: Place::parse("cart/app.js:34:5"),
            focus: Focus::parse("1.2-65"),
            panels: vec!["network".to_owned(), "points".to_owned()],
            theme: Some("dark".to_owned()),
            ..Link::default()
        };
        assert_eq!(
            link.write(),
            "?v=1&point=123456789012345678901234567890123456&time=62345&frame=2&src=cart/app.js:34:5&focus=1.2-65&panel=network,points&theme=dark"
        );
        assert_eq!(Link::read(&link.write()), (link, Vec::new()));
        assert_eq!(Link::default().write(), "");
    }

    #[test]
    fn links_of_replay_lead_here() {
        // {"begin":{"point":"5","time":1500.4},"end":{"point":"90","time":2000}}
        let window = "eyJiZWdpbiI6eyJwb2ludCI6IjUiLCJ0aW1lIjoxNTAwLjR9LCJlbmQiOnsicG9pbnQiOiI5MCIsInRpbWUiOjIwMDB9fQ%3D%3D";
        let query = format!(
            "?point=7&time=1600.5&viewMode=dev&primaryPanel=debugger&secondaryPanel=network&focusWindow={window}"
        );
        let (link, problems) = Link::read(&query);
        assert_eq!(problems, Vec::<String>::new());
        assert_eq!(link.time_ms, Some(1600.5));
        assert_eq!(link.panels, ["debugger", "network"]);
        let Some(Focus::Points(range)) = link.focus else {
            panic!("{link:?}");
        };
        assert_eq!(
            (range.begin.point.to_string(), range.end.time),
            ("5".to_owned(), 2000.0)
        );
        assert_eq!(Focus::from(&range).to_string(), "1.5-2");
    }

    #[test]
    fn what_is_not_understood_is_kept() {
        let query = "?v=1&point=5&viewMode=dev&commentId=a%26b&x=%C3%A9+y";
        let (link, problems) = Link::read(query);
        let names: Vec<&str> = link.unknown.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(names, ["dev", "a&b", "é y"]);
        assert_eq!(problems, Vec::<String>::new());
        assert_eq!(Link::parse(&link.write()), link);
    }

    #[test]
    fn what_cannot_be_used_is_told_and_left_out() {
        let (link, problems) =
            Link::read("v=9&point=abc&t=1:02.5&frame=-1&focus=9-1&src=&dispatch=javascript:x&theme=pink");
        assert_eq!(
            link,
            Link {
                time_ms: Some(62_500.0),
                ..Link::default()
            }
        );
        assert_eq!(
            problems,
            [
                "The link is of version 9, which is newer than this viewer: it shows what it understands of it.",
                "The link's point, “abc”, is not a point of an execution.",
                "The link's frame, “-1”, is not the number of a frame.",
                "The link's focus, “9-1”, is not a range of times such as 1.5-12.",
                "The link's src, “”, is not a place in a source.",
                "The link's dispatch, “javascript:x”, is not the address of a server, which begins with ws: or wss:.",
                "The link's theme, “pink”, is not dark, light or system.",
            ]
        );
    }

    #[test]
    fn at_the_first_address_src_is_a_recording_unless_one_is_named() {
        let home = |query: &str| Link::parse(query).at_home();
        let opened = home("?src=https://x.example:81/a%20b.playhead&t=12");
        assert_eq!(opened.from.as_deref(), Some("https://x.example:81/a b.playhead"));
        assert_eq!(Link::shown_at_home("src=https://x/a"), "https://x/a");
        assert_eq!(opened.time_ms, Some(12_000.0));
        let named = home("?recording=0a1b&from=file&src=app.js:3");
        assert_eq!(Link::shown_at_home(&named.write()), "0a1b");
        assert_eq!(named.source, Place::parse("app.js:3"));
        assert_eq!(home(&named.write()), named);
        assert_eq!(Link::shown_at_home("?point=5&x=1"), "");
    }

    #[test]
    fn no_query_breaks_it() {
        for query in [
            "?",
            "&&&",
            "point=abc",
            "point=&time=NaN&time=-1&time=1e999",
            "%",
            "%zz=%",
            "a==b",
            "time=5&time=7",
            "v=9&point=3",
            "focusWindow=eyJ9",
            "focus=1-2-3",
            "t=::",
            "t=9:99:99",
            "src=:::",
            "src=a:0",
            "src=a:99999999999",
            "panel=,,,",
            "frame=99999999999999999999",
        ] {
            let link = Link::parse(query);
            assert_eq!(Link::parse(&link.write()), link, "{query}");
        }
        assert_eq!(Link::parse("time=5&time=7").time_ms, Some(5.0));
        assert_eq!(Link::parse("v=9&point=3").point, ExecutionPoint::new("3").ok());
    }

    #[test]
    fn a_recording_may_be_named_by_title_and_id() {
        assert_eq!(recording_id("to-do--0a1b-2c").as_str(), "0a1b-2c");
        assert_eq!(recording_id("0a1b-2c").as_str(), "0a1b-2c");
    }
}
