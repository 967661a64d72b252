//! The values in a link that are more than a word: times, ranges of times, places in sources.

use std::fmt;

use wire::recording::TimeStampedPointRange;

use crate::logic::{
    network::base64_bytes,
    time::{clock_ms, decimal, is_time},
};

/// What part of a recording is in focus.
#[derive(Clone, Debug, PartialEq)]
pub enum Focus {
    /// From one time to another, in whole ms.
    Times {
        /// Its beginning.
        begin_ms: f64,
        /// Its end.
        end_ms: f64,
    },
    /// Exactly, as Replay writes it.
    Points(TimeStampedPointRange),
}

impl Focus {
    /// Reads `1.5-12`, in seconds or as a clock shows them.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (begin, end) = text.split_once('-')?;
        let (begin_ms, end_ms) = (clock_ms(begin)?, clock_ms(end)?);
        (begin_ms < end_ms).then_some(Self::Times { begin_ms, end_ms })
    }

    /// Reads Replay's form: JSON as base64.
    pub(super) fn of_replay(text: &str) -> Option<Self> {
        // Some links have it encoded twice.
        let text = text.replace("%3D", "=");
        let json = base64_bytes(&text)?;
        let range: TimeStampedPointRange = serde_json::from_slice(&json).ok()?;
        let is_sound =
            range.begin.point < range.end.point && is_time(range.begin.time) && is_time(range.end.time);
        is_sound.then_some(Self::Points(range))
    }
}

/// As links say it.
impl fmt::Display for Focus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Times { begin_ms, end_ms } => write!(f, "{}-{}", begin_ms / 1e3, end_ms / 1e3),
            Self::Points(range) => Self::from(range).fmt(f),
        }
    }
}

/// A place in a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The end of the source's address, or its id after a `~`.
    pub name: String,
    /// The line, from 1; None for the source alone.
    pub line: Option<u32>,
    /// The column, from 1.
    pub column: Option<u32>,
}

impl Place {
    /// Reads `app.js`, `app.js:34` or `app.js:34:5`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (rest, last) = number_behind(text);
        let (name, line, column) = match number_behind(rest) {
            (name, Some(line)) if last.is_some() => (name, Some(line), last),
            _ => (rest, last, None),
        };
        (!name.is_empty()).then(|| Self {
            name: name.to_owned(),
            line,
            column,
        })
    }
}

/// As links say it.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        for number in self.line.iter().chain(&self.column) {
            write!(f, ":{number}")?;
        }
        Ok(())
    }
}

/// A number from 1 behind the last colon, and what stands in front of it.
fn number_behind(text: &str) -> (&str, Option<u32>) {
    let split = text.rsplit_once(':').and_then(|(rest, number)| {
        let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
        let number = number.parse().ok().filter(|number| is_number && *number > 0)?;
        Some((rest, Some(number)))
    });
    split.unwrap_or((text, None))
}

/// A time in ms.
pub(super) fn milliseconds(text: &str) -> Option<f64> {
    decimal(text).filter(|time_ms| is_time(*time_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_end_with_numbers_if_with_any() {
        let read = |text: &str| Place::parse(text).map(|place| (place.name, place.line, place.column));
        assert_eq!(read("a.js:3:4"), Some(("a.js".to_owned(), Some(3), Some(4))));
        assert_eq!(read("a.js:3"), Some(("a.js".to_owned(), Some(3), None)));
        assert_eq!(
            read("http://x:80/a.js"),
            Some(("http://x:80/a.js".to_owned(), None, None))
        );
        assert_eq!(read("~7:3"), Some(("~7".to_owned(), Some(3), None)));
        assert_eq!((read(""), read(":3")), (None, None));
    }
}
