//! What a link says: the moment, the panels, where the server is. Replay's own names, so that its links work here.
//!
//! `?v=1&point=…&time=…`: `point` is an execution point, `time` milliseconds. Reading never fails: what is not understood
//! is left alone and written back as it was, so a link keeps what another viewer put into it. Version 1 is also what a link
//! without a version is; a later version's link is read as far as it is understood.

mod query;

use wire::{ids::RecordingId, point::ExecutionPoint};

/// The version that this module writes.
const VERSION: &str = "1";

/// What a link says of a recording's page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Link {
    /// Where the program stands.
    pub point: Option<ExecutionPoint>,
    /// When, in ms. Whole ms are enough to come back to the same picture; the point is exact.
    pub time_ms: Option<f64>,
    /// What part is in focus, as another viewer wrote it.
    pub focus_window: Option<String>,
    /// The panel beside the picture, by its key.
    pub primary_panel: Option<String>,
    /// The panel below, by its key.
    pub secondary_panel: Option<String>,
    /// What the page is arranged for.
    pub view_mode: Option<String>,
    /// The server to ask, a `ws:` or `wss:` URL; None for the one that the page came from.
    pub dispatch: Option<String>,
    /// What else there was, in its order.
    pub unknown: Vec<(String, String)>,
}

impl Link {
    /// Reads a query, with or without its question mark.
    pub fn parse(query: &str) -> Self {
        let mut link = Self::default();
        for (name, value) in query::parse(query) {
            match name.as_str() {
                "v" => {}
                "point" if link.point.is_none() && ExecutionPoint::new(&value).is_ok() => {
                    link.point = ExecutionPoint::new(&value).ok()
                }
                "time" if link.time_ms.is_none() && time_ms(&value).is_some() => {
                    link.time_ms = time_ms(&value)
                }
                "focusWindow" => link.focus_window = Some(value),
                "primaryPanel" => link.primary_panel = Some(value),
                "secondaryPanel" => link.secondary_panel = Some(value),
                "viewMode" => link.view_mode = Some(value),
                "dispatch" if value.starts_with("ws://") || value.starts_with("wss://") => {
                    link.dispatch = Some(value)
                }
                _ => link.unknown.push((name, value)),
            }
        }
        link
    }

    /// Writes it as a query with its question mark; empty for a link that says nothing.
    pub fn write(&self) -> String {
        let time = self.time_ms.map(|time_ms| format!("{:.0}", time_ms.max(0.0)));
        let known = [
            ("point", self.point.as_ref().map(ToString::to_string)),
            ("time", time),
            ("focusWindow", self.focus_window.clone()),
            ("primaryPanel", self.primary_panel.clone()),
            ("secondaryPanel", self.secondary_panel.clone()),
            ("viewMode", self.view_mode.clone()),
            ("dispatch", self.dispatch.clone()),
        ];
        let known = known
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)));
        let fields: Vec<(String, String)> = known.chain(self.unknown.iter().cloned()).collect();
        if fields.is_empty() {
            return String::new();
        }
        query::write(std::iter::once(("v".to_owned(), VERSION.to_owned())).chain(fields))
    }
}

/// The recording that a path's last part names: its id, or a title and the id after two dashes.
pub fn recording_id(segment: &str) -> RecordingId {
    let id = segment.rsplit("--").next().unwrap_or(segment);
    RecordingId::from(id)
}

fn time_ms(text: &str) -> Option<f64> {
    text.parse()
        .ok()
        .filter(|time: &f64| time.is_finite() && *time >= 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_survives_the_link() {
        let link = Link {
            point: ExecutionPoint::new("123456789012345678901234567890123456").ok(),
            time_ms: Some(62_345.0),
            ..Link::default()
        };
        assert_eq!(
            link.write(),
            "?v=1&point=123456789012345678901234567890123456&time=62345"
        );
        assert_eq!(Link::parse(&link.write()), link);
        assert_eq!(Link::default().write(), "");
    }

    #[test]
    fn what_is_not_understood_is_kept() {
        let query = "?v=1&point=5&focusWindow=eyJ9&viewMode=dev&commentId=a%26b&x=%C3%A9+y";
        let link = Link::parse(query);
        assert_eq!(
            link.unknown,
            [
                ("commentId".to_owned(), "a&b".to_owned()),
                ("x".to_owned(), "é y".to_owned())
            ]
        );
        assert_eq!(Link::parse(&link.write()), link);
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
            "dispatch=javascript:alert(1)",
            "time=5&time=7",
            "v=9&point=3",
        ] {
            let link = Link::parse(query);
            assert_eq!(Link::parse(&link.write()), link, "{query}");
        }
        assert_eq!(Link::parse("dispatch=javascript:x").dispatch, None);
        assert_eq!(Link::parse("v=9&point=3").point, ExecutionPoint::new("3").ok());
    }

    #[test]
    fn a_recording_may_be_named_by_title_and_id() {
        assert_eq!(recording_id("to-do--0a1b-2c").as_str(), "0a1b-2c");
        assert_eq!(recording_id("0a1b-2c").as_str(), "0a1b-2c");
    }
}
